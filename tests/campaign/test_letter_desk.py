"""The letter's pages at the desk: writing, previews, versions, publishing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions, readability, translations
from campaign.models import FormOfAddress, LetterText
from tests.factories import NOW, fresh, make_campaign, make_letter, make_organisation, make_person
from tests.logging_in import log_in

WORDS = {
    "addressee": "The President\nMain Street 1",
    "salutation": "Mr President,",
    "subject": "About nine people",
    "body": "Nine people wait.\n\nPlease let them go.",
    "closing": "Respectfully,",
    "name_suffix": "",
}


@pytest.fixture
def draft(campaign, bora):
    return actions.start_new_version(letter=campaign.letters.get(), by=bora)


def address(name, campaign, *more):
    return reverse(f"campaign_desk:{name}", args=[campaign.slug, *more])


def seen(draft):
    return translations.digest_of(draft.texts.filter(language="en").first(), None)


def text(page):
    return page.content.decode()


# --- Versions --------------------------------------------------------------------------------------------------


def test_a_first_letter_begins_with_the_form_of_address(client, bora, point):
    campaign = make_campaign(letter=False, state="draft")
    FormOfAddress.objects.create(target=campaign.target, language="en", salutation="Mr President,", addressee="x")
    log_in(client, bora)
    assert "There is no letter yet" in text(client.get(address("letter", campaign)))
    answer = client.post(address("letter_versions", campaign), follow=True)
    assert 'value="Mr President,"' in text(answer)
    client.post(answer.redirect_chain[-1][0], WORDS | {"seen": ""})
    # Nothing was seen that could have changed, but the form says what it saw.
    assert LetterText.objects.count() == 0
    sent = WORDS | {"seen": translations.digest_of(None, None)}
    assert client.post(answer.redirect_chain[-1][0], sent).status_code == 302
    assert LetterText.objects.get().words == WORDS


def test_a_draft_is_saved_and_published_and_then_what_is_signed(client, campaign, draft, bora):
    log_in(client, bora)
    url = address("letter_text", campaign, 2, "en")
    client.post(url, WORDS | {"seen": seen(draft)})
    assert draft.texts.get(language="en").body == WORDS["body"]
    # Its translation is older now, and has to be approved again.
    assert "older than its source" in text(client.get(address("letter", campaign)))
    publication = address("letter_publication", campaign, 2)
    other = make_person("Cleo", organisation=campaign.organisation, is_staff=True)
    log_in(client, other)
    assert client.get(publication).status_code == 302
    client.post(f"{publication}?seen={translations.digest_of_letter(draft)}")
    assert not fresh(draft).is_published
    pair = translations.pair_of(fresh(draft), "zh-hans")
    actions.approve_translation(owner=draft, language="zh-hans", seen=pair.seen, by=other)
    # Whoever wrote it does not publish it while the campaign is open.
    log_in(client, bora)
    assert "It waits for somebody else to publish it" in text(client.get(address("letter", campaign)))
    assert client.get(publication).status_code == 403
    assert client.post(publication).status_code == 403
    log_in(client, other)
    assert publication in text(client.get(address("letter", campaign)))
    page = text(client.get(publication))
    assert "English, 简体中文" in page
    assert address("letter_changes", campaign, 2) in page
    client.post(page.split('<form class="confirmation" method="post" action="')[1].split('"')[0])
    assert fresh(draft).is_published
    assert fresh(draft).published_by == other
    assert "About nine people" not in text(client.get(address("letter", campaign)))
    assert Entry.objects.get(action="letters.published").details == {"version": 2, "languages": ["en", "zh-hans"]}


def test_words_that_changed_after_they_were_read_are_not_published(client, campaign, draft, bora):
    draft.texts.exclude(language="en").delete()
    actions.write_letter(letter=draft, words=WORDS, seen=seen(draft), by=bora)
    read = translations.digest_of_letter(draft)
    actions.write_letter(letter=draft, words=WORDS | {"body": "Nobody waits."}, seen=seen(draft), by=bora)
    log_in(client, make_person("Cleo", organisation=campaign.organisation, is_staff=True))
    answer = client.post(address("letter_publication", campaign, 2) + f"?seen={read}", follow=True)
    assert "has changed since you read it" in text(answer)
    client.post(address("letter_publication", campaign, 2))
    assert not fresh(draft).is_published


def test_a_publisher_of_the_site_reads_and_publishes_a_new_version(client, campaign, draft, bora):
    actions.write_letter(letter=draft, words=WORDS, seen=seen(draft), by=bora)
    draft.texts.exclude(language="en").delete()
    publisher = make_person("Pia", role=Role.PUBLISHER, is_staff=True)
    log_in(client, publisher)
    assert address("letter_publication", campaign, 2) in text(client.get(address("letter", campaign)))
    assert client.get(address("letter_text", campaign, 2, "en")).status_code == 200
    client.post(address("letter_publication", campaign, 2) + f"?seen={translations.digest_of_letter(draft)}")
    assert fresh(draft).published_by == publisher


def test_the_reviewers_read_a_draft_s_letter_so_its_writer_publishes_it(client, bora, point):
    campaign = make_campaign(state="draft")
    draft = actions.start_new_version(letter=campaign.letters.get(), by=bora)
    draft.texts.exclude(language="en").delete()
    actions.write_letter(letter=draft, words=WORDS, seen=seen(draft), by=bora)
    actions.publish_letter(letter=draft, by=bora)
    assert fresh(draft).published_by == bora
    # It is nothing to a publisher yet.
    another = actions.start_new_version(letter=draft, by=bora)
    with pytest.raises(PermissionDenied):
        actions.publish_letter(letter=another, by=make_person("Pia", role=Role.PUBLISHER, is_staff=True))


@pytest.mark.parametrize("state", ["in_review", "scheduled", "open", "closed"])
def test_no_writer_publishes_once_the_campaign_was_sent_not_even_by_hand(bora, point, state):
    campaign = make_campaign(state=state)
    draft = actions.start_new_version(letter=campaign.letters.get(), by=bora)
    draft.texts.exclude(language="en").delete()
    actions.write_letter(letter=draft, words=WORDS, seen=seen(draft), by=bora)
    with pytest.raises(PermissionDenied):
        actions.publish_letter(letter=draft, by=bora, seen=translations.digest_of_letter(draft))
    for who in (bora, None):
        with pytest.raises(IntegrityError, match="published by somebody else"), transaction.atomic():
            draft.publish(by=who, now=NOW)
    fresh(draft).publish(by=make_person("Cleo"), now=NOW)


def test_a_letter_without_the_campaign_s_own_language_says_what_is_missing(client, campaign, draft, bora):
    draft.texts.filter(language="en").delete()
    answer = log_in(client, bora).post(address("letter_publication", campaign, 2), follow=True)
    assert "The letter has no text in the campaign&#x27;s own language." in text(answer)
    assert not fresh(draft).is_published


def test_what_changed_between_versions_is_shown(client, campaign, draft, bora):
    actions.write_letter(letter=draft, words=WORDS, seen=seen(draft), by=bora)
    log_in(client, bora)
    page = text(client.get(address("letter_changes", campaign, 2)))
    assert "<del>ten</del><ins>nine</ins>" in page
    assert client.get(address("letter_changes", campaign, 1)).status_code == 404


def test_a_published_version_is_read_and_not_written(client, campaign, bora, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    log_in(client, bora)
    url = address("letter_text", campaign, 1, "en")
    page = text(client.get(url))
    assert "Please let them go. (version 1)" in page
    assert "<textarea" not in page
    # Published while somebody wrote: what they typed is not saved, and not lost.
    answer = client.post(url, WORDS | {"seen": seen(campaign.letters.get())})
    assert answer.status_code == 409
    assert "This version was published in the meantime" in text(answer)
    assert "Nine people wait." in text(answer)
    assert "Save the draft" not in text(answer)
    assert campaign.letters.get().texts.get(language="en").subject == "About ten people"
    assert client.get(address("letter_text", campaign, 1, "ko")).status_code == 404


# --- Writing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "bad", "told"),
    [
        ("subject", "x" * 151, "at most 150"),
        ("salutation", "", "required"),
        ("body", "", "required"),
        ("subject", "two\u2028lines", "one line"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(client, campaign, draft, bora, field, bad, told):
    log_in(client, bora)
    answer = client.post(address("letter_text", campaign, 2, "en"), WORDS | {field: bad, "seen": seen(draft)})
    assert answer.status_code == 422
    assert told in text(answer)
    assert "Nine people wait." in text(answer) or field == "body"


def test_whoever_saves_second_sees_both(client, campaign, draft, bora):
    before = seen(draft)
    actions.write_letter(letter=draft, words=WORDS | {"subject": "About eight people"}, seen=before, by=bora)
    log_in(client, bora)
    url = address("letter_text", campaign, 2, "en")
    answer = client.post(url, WORDS | {"seen": before})
    assert answer.status_code == 409
    assert "About nine people" in text(answer)
    assert "<ins>eight</ins>" in text(answer)
    assert client.post(url, WORDS | {"seen": seen(draft)}).status_code == 302
    assert draft.texts.get(language="en").subject == "About nine people"


def test_what_is_typed_and_not_saved_comes_back(client, campaign, draft, bora):
    log_in(client, bora)
    url = address("letter_text", campaign, 2, "en")
    kept = WORDS | {"body": "Half a sentence", "seen": seen(draft)}
    assert client.post(reverse("case_desk:keep_draft"), kept | {"form": url}).status_code == 200
    assert "Half a sentence" in text(client.get(url))
    client.post(url, WORDS | {"seen": seen(draft)})
    assert "Half a sentence" not in text(client.get(url))


# --- Previews --------------------------------------------------------------------------------------------------


def test_the_letter_is_shown_as_it_is_typed(client, campaign, draft, bora):
    log_in(client, bora)
    page = text(client.post(address("letter_preview", campaign, "en"), WORDS | {"body": "Let <b>them</b> go."}))
    assert "Let &lt;b&gt;them&lt;/b&gt; go." in page
    assert "My own words stand here" in page
    assert "Maria Lopez" in page
    assert draft.texts.get(language="en").subject == "About ten people"


def test_the_pages_are_those_that_a_printer_would_make(client, campaign, draft, bora, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    log_in(client, bora)
    url = address("letter_printed", campaign, "en")
    assert "1 page " in text(client.post(url, WORDS))
    long = text(client.post(url, WORDS | {"body": "\n\n".join(["A paragraph of a letter. " * 8] * 14)}))
    assert "2 pages" in long
    pictures = [part.split('"')[0] for part in long.split('src="')[1:]]
    for picture in pictures:
        answer = client.get(picture)
        assert answer.status_code == 200
        assert answer.content.startswith(b"\x89PNG")
    assert client.get(pictures[0].replace("-1.png", "-9.png")).status_code == 404
    assert client.get(pictures[0].replace("-1.png", "-0.png")).status_code == 404
    # What was typed before is not kept.
    assert len(list((tmp_path / "letters").glob("*.pages"))) == 1


def test_without_javascript_a_button_shows_the_same(client, campaign, draft, bora, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    log_in(client, bora)
    url = address("letter_text", campaign, 2, "en")
    answer = client.post(url, WORDS | {"seen": seen(draft), "preview": "1"})
    assert answer.status_code == 200
    assert "letter-pages" in text(answer)
    assert draft.texts.get(language="en").subject == "About ten people"


def test_no_character_stops_the_preview(client, campaign, draft, bora, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    log_in(client, bora)
    odd = WORDS | {"body": "\u0378 \U0001f54a #include <x> $x$ @ref \\ {{ 1 }}", "subject": "", "closing": ""}
    assert "1 page " in text(client.post(address("letter_printed", campaign, "ko"), odd))


# --- Hints -----------------------------------------------------------------------------------------------------


def test_long_sentences_are_counted_as_their_language_counts():
    long = " ".join(["word"] * 26) + "."
    reading = readability.read(f"Mr. Kim waits. {long} Short.", "en")
    assert (reading.sentences, reading.long_sentences) == (3, [long])
    korean = readability.read("가" * 61 + ". 짧다.", "ko")
    assert (korean.sentences, len(korean.long_sentences), korean.school_years) == (2, 1, None)
    assert readability.read("长" * 61 + "。短。", "zh-hans").sentences == 2


def test_english_is_measured_by_the_automated_readability_index():
    # 4.71 * 18 / 4 + 0.5 * 4 / 1 - 21.43 = 1.77
    assert readability.read("Nine more people wait.", "en").school_years == 2
    assert readability.read("Go on.", "en").school_years == 1
    hard = "Notwithstanding international obligations, authorities systematically perpetrate refoulement."
    assert readability.read(hard, "en").is_hard
    assert readability.read("", "en").school_years is None


# --- Who -------------------------------------------------------------------------------------------------------


def test_a_viewer_reads_and_writes_nothing(client, campaign, draft, lantern, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    log_in(client, make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True))
    page = text(client.get(address("letter", campaign)))
    assert "Start a new version" not in page
    assert client.get(address("letter_text", campaign, 2, "en")).status_code == 200
    assert client.post(address("letter_text", campaign, 2, "en"), WORDS).status_code == 403
    for name, more in (("letter_versions", ()), ("letter_preview", ("en",))):
        assert client.post(address(name, campaign, *more)).status_code == 404
    assert client.post(address("letter_publication", campaign, 2)).status_code == 403


@pytest.mark.parametrize("name", ["letter", "letter_text", "letter_changes", "letter_publication"])
def test_another_organisation_and_strangers_learn_nothing(client, campaign, draft, eun, name):
    more = {"letter": (), "letter_text": (2, "en")}.get(name, (2,))
    assert client.get(address(name, campaign, *more)).status_code == 302
    log_in(client, make_person("Haru", role=Role.ORGANIZER, organisation=make_organisation("harbour"), is_staff=True))
    assert client.get(address(name, campaign, *more)).status_code == 404
    log_in(client, eun)
    assert client.get(address(name, campaign, *more)).status_code == 403


def test_versions_cost_the_same_for_one_and_for_three(client, campaign, bora, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    log_in(client, bora)
    url = address("letter", campaign)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for version in (2, 3):
        make_letter(campaign, version=version)
    with django_assert_num_queries(len(one)):
        client.get(url)
