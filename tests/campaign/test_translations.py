"""Two people stand behind each translated word that the public reads, and behind the source as it stands."""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions, marks, translations
from campaign.models import Campaign, CampaignText, FormOfAddress, LetterText
from campaign.models.translated import Standing
from tests.factories import fresh, make_campaign, make_letter, make_organisation, make_person, make_target
from tests.logging_in import log_in

WORDS = {"title": "길을 밝혀 주세요", "ask": "집으로 보내 주세요.", "background": "열 사람이 있습니다."}


@pytest.fixture
def hana(db):
    """Translates for the site."""
    return make_person("Hana", role=Role.TRANSLATOR, is_staff=True)


@pytest.fixture
def cleo(lantern):
    """Organises beside Bora."""
    return make_person("Cleo", role=Role.ORGANIZER, organisation=lantern, is_staff=True)


def pair(campaign, language="ko", part="campaign"):
    again = Campaign.objects.get(pk=campaign.pk)
    return translations.pair_of(translations.owner_of(again, part), language)


def translate(campaign, by, words=None, language="ko", part="campaign"):
    found = pair(campaign, language, part)
    actions.translate(owner=found.owner, language=language, words=words or WORDS, seen=found.seen, by=by)


def approve(campaign, by, language="ko", part="campaign"):
    found = pair(campaign, language, part)
    actions.approve_translation(owner=found.owner, language=language, seen=found.seen, by=by)


def public_title(client, campaign, language="ko"):
    from django.core.cache import caches

    caches["pages"].clear()
    return client.get(f"/{language}/campaigns/{campaign.slug}/").content.decode()


# --- What the public reads -------------------------------------------------------------------------------------


def test_the_public_reads_a_translation_only_once_a_second_person_has_approved_it(client, campaign, bora, hana):
    translate(campaign, hana)
    assert WORDS["title"] not in public_title(client, campaign)
    approve(campaign, bora)
    assert WORDS["title"] in public_title(client, campaign)


def test_a_changed_source_takes_its_translations_away_until_they_are_approved_again(client, campaign, bora, hana):
    translate(campaign, hana)
    approve(campaign, bora)
    CampaignText.objects.filter(campaign=campaign, language="en").update(ask="Let nine of them go home.")
    assert pair(campaign).standing == Standing.OLD
    page = public_title(client, campaign)
    assert "Let nine of them go home." in page
    assert WORDS["title"] not in page
    approve(campaign, bora)
    assert WORDS["title"] in public_title(client, campaign)


def test_a_step_that_would_end_approvals_says_so_before(client, bora, hana, point):
    draft = make_campaign(state="draft")
    log_in(client, bora)
    steps = [reverse("campaign_desk:step", args=[draft.slug, step]) for step in ("ask", "look")]
    assert not any("approve each of them again" in client.get(url).content.decode() for url in steps)
    translate(draft, hana)
    approve(draft, bora)
    for url in steps:
        page = client.get(url).content.decode()
        assert "Approved translations: 한국어. When these words change" in page


def test_words_changed_by_any_other_way_are_no_longer_approved(client, campaign, bora, hana):
    translate(campaign, hana)
    approve(campaign, bora)
    CampaignText.objects.filter(campaign=campaign, language="ko").update(title="다른 말")
    assert "다른 말" not in public_title(client, campaign)


def test_approved_words_stay_with_the_public_while_better_ones_wait(client, campaign, bora, hana):
    translate(campaign, hana)
    approve(campaign, bora)
    translate(campaign, hana, WORDS | {"title": "등불을 켜 주세요"})
    assert pair(campaign).standing == Standing.PROPOSED
    assert WORDS["title"] in public_title(client, campaign)
    approve(campaign, bora)
    page = public_title(client, campaign)
    assert "등불을 켜 주세요" in page
    assert WORDS["title"] not in page


def test_a_proposal_that_says_what_stands_is_none(campaign, bora, hana):
    translate(campaign, hana)
    approve(campaign, bora)
    translate(campaign, hana, WORDS | {"title": "등불"})
    translate(campaign, hana, WORDS)
    assert pair(campaign).standing == Standing.APPROVED


def test_a_case_page_calls_in_approved_words_alone(campaign, hana, bora):
    translate(campaign, hana)
    (called,) = Campaign.objects.calling()
    assert set(called.title) == {"en"}
    approve(campaign, bora)
    (called,) = Campaign.objects.calling()
    assert called.title["ko"]["text"] == WORDS["title"]


# --- Who -------------------------------------------------------------------------------------------------------


def test_nobody_approves_their_own_words(campaign, hana):
    translate(campaign, hana)
    with pytest.raises(PermissionDenied):
        approve(campaign, hana)
    assert pair(campaign).standing == Standing.WAITING


def test_whoever_approved_the_words_before_may_propose_new_ones_and_not_approve_these(campaign, bora, hana):
    translate(campaign, hana)
    approve(campaign, bora)
    translate(campaign, bora, WORDS | {"title": "등불"})
    with pytest.raises(PermissionDenied):
        approve(campaign, bora)
    approve(campaign, hana)
    assert pair(campaign).text.approved_by == hana


@pytest.mark.parametrize("who", ["viewer", "elsewhere", "editor"])
def test_who_may_not_translate(campaign, bora, lantern, who):
    person = {
        "viewer": lambda: make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True),
        "elsewhere": lambda: make_person("Haru", role=Role.ORGANIZER, organisation=make_organisation("harbour")),
        "editor": lambda: make_person("Edda", role=Role.EDITOR, is_staff=True),
    }[who]()
    with pytest.raises(PermissionDenied):
        translate(campaign, person)
    translate(campaign, bora)
    with pytest.raises(PermissionDenied):
        approve(campaign, person)
    with pytest.raises(PermissionDenied):
        actions.remove_translation(owner=campaign, language="ko", by=person)


def test_a_translator_of_the_site_removes_nothing(campaign, bora, hana):
    translate(campaign, bora)
    with pytest.raises(PermissionDenied):
        actions.remove_translation(owner=campaign, language="ko", by=hana)
    actions.remove_translation(owner=campaign, language="ko", by=bora)
    assert pair(campaign).text is None


# --- Letters ---------------------------------------------------------------------------------------------------


def test_a_letter_is_published_only_with_approved_texts(campaign, bora, hana):
    draft = actions.start_new_version(letter=campaign.letters.get(), by=bora)
    words = pair(campaign, "zh-hans", "letter").newest | {"body": "请放他们走。"}
    translate(campaign, hana, words, "zh-hans", "letter")
    with pytest.raises(actions.NotReady, match="简体中文"):
        actions.publish_letter(letter=draft, by=bora, seen=translations.digest_of_letter(fresh(draft)))
    approve(campaign, bora, "zh-hans", "letter")
    actions.publish_letter(letter=fresh(draft), by=bora, seen=translations.digest_of_letter(fresh(draft)))
    assert fresh(draft).is_published


def test_a_draft_s_changed_source_flags_its_translations(campaign, bora):
    draft = actions.start_new_version(letter=campaign.letters.get(), by=bora)
    source = draft.texts.get(language="en")
    words = source.words | {"body": "Please let nine of them go."}
    actions.write_letter(letter=draft, words=words, seen=translations.digest_of(source, None), by=bora)
    assert pair(campaign, "zh-hans", "letter").standing == Standing.OLD
    another = make_person("Cleo", organisation=campaign.organisation)
    with pytest.raises(actions.NotReady):
        actions.publish_letter(letter=fresh(draft), by=another, seen=translations.digest_of_letter(fresh(draft)))


def test_a_new_version_takes_over_what_was_published_without_asking_again(campaign, bora):
    """Also of letters that were published before approvals were asked for."""
    published = make_letter(campaign, version=2, published=False)
    LetterText.objects.filter(letter=published).update(approved_at=None, approved_by=None, approved_pair="")
    published.publish(now=campaign.opens_at)
    actions.start_new_version(letter=published, by=bora)
    assert pair(campaign, "zh-hans", "letter").standing == Standing.APPROVED


def test_a_published_letter_takes_no_translation(campaign, bora, hana):
    letter = campaign.letters.get()
    found = translations.pair_of(letter, "ko")
    with pytest.raises(actions.LetterPublished):
        actions.translate(owner=letter, language="ko", words=found.newest, seen=found.seen, by=hana)
    with pytest.raises(actions.LetterPublished):
        actions.remove_translation(owner=letter, language="zh-hans", by=bora)


def test_a_second_draft_is_the_first(campaign, bora, cleo):
    letter = campaign.letters.get()
    first = actions.start_new_version(letter=letter, by=bora)
    assert actions.start_new_version(letter=letter, by=cleo) == first


def test_the_source_is_written_by_whoever_runs_the_campaign(campaign, bora, hana, eun):
    draft = actions.start_new_version(letter=campaign.letters.get(), by=bora)
    source = draft.texts.get(language="en")
    for person in (hana, eun):
        with pytest.raises(PermissionDenied):
            actions.write_letter(letter=draft, words=source.words, seen=translations.digest_of(source, None), by=person)


# --- Two at once -----------------------------------------------------------------------------------------------


def test_whoever_saves_second_is_told(campaign, bora, hana):
    seen = pair(campaign).seen
    actions.translate(owner=campaign, language="ko", words=WORDS, seen=seen, by=hana)
    with pytest.raises(actions.TextChanged):
        actions.translate(owner=campaign, language="ko", words=WORDS | {"title": "x"}, seen=seen, by=bora)
    assert pair(campaign).newest == WORDS | {"share_text": "", "cover_alt": ""}


def test_what_is_approved_is_what_was_read(campaign, bora, hana):
    translate(campaign, hana)
    seen = pair(campaign).seen
    CampaignText.objects.filter(language="en").update(title="Another title")
    with pytest.raises(actions.TextChanged):
        actions.approve_translation(owner=campaign, language="ko", seen=seen, by=bora)


# --- Written down ----------------------------------------------------------------------------------------------


def test_each_step_is_in_the_audit_log_and_each_word_in_the_history(campaign, bora, hana):
    translate(campaign, hana)
    approve(campaign, bora)
    written, approved = Entry.objects.filter(action__startswith="translations.").order_by("pk")
    assert (written.action, written.by_id, written.details) == (
        "translations.written",
        hana.pk,
        {"part": "campaign", "language": "ko"},
    )
    assert (approved.action, approved.by_id) == ("translations.approved", bora.pk)
    assert approved.details["digest"] == pair(campaign).text.approved_pair
    draft = actions.start_new_version(letter=campaign.letters.get(), by=bora)
    source = draft.texts.get(language="en")
    words = source.words | {"subject": "About nine people"}
    actions.write_letter(letter=draft, words=words, seen=translations.digest_of(source, None), by=bora)
    history = apps.get_model("campaign", "LetterTextEvent").objects.filter(pgh_obj=source).order_by("pgh_id")
    assert [event.subject for event in history] == ["About ten people", "About nine people"]
    assert history.last().pgh_context.metadata["user"] == bora.pk


# --- Pages -----------------------------------------------------------------------------------------------------


def address(name, campaign, *more):
    return reverse(f"campaign_desk:{name}", args=[campaign.slug, *more])


def form_of(found):
    return {f"{found.part}-{name}": text for name, text in found.newest.items()} | {f"{found.part}-seen": found.seen}


def test_a_translator_writes_and_an_organizer_approves(client, campaign, bora, hana):
    log_in(client, hana)
    page = client.get(address("languages", campaign), {"into": "ko"}).content.decode()
    assert "Light the way" in page
    assert 'lang="ko"' in page
    sent = form_of(pair(campaign)) | {f"campaign-{name}": text for name, text in WORDS.items()}
    answer = client.post(address("translation", campaign, "ko", "campaign"), sent)
    assert answer.status_code == 302
    assert client.get(address("approval", campaign, "ko", "campaign")).status_code == 403
    log_in(client, bora)
    page = client.get(address("approval", campaign, "ko", "campaign")).content.decode()
    assert WORDS["background"] in page
    assert "Ten people." in page
    client.post(address("approval", campaign, "ko", "campaign"), {"seen": pair(campaign).seen})
    assert pair(campaign).standing == Standing.APPROVED


def test_what_was_typed_stays_when_it_is_wrong_or_late(client, campaign, hana, bora):
    log_in(client, hana)
    url = address("translation", campaign, "ko", "campaign")
    sent = form_of(pair(campaign)) | {"campaign-title": "긴" * 121, "campaign-ask": "부탁", "campaign-background": "글"}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "긴" * 121 in answer.content.decode()
    sent["campaign-title"] = "내 제목"
    translate(campaign, bora)
    answer = client.post(url, sent, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "내 제목" in page
    assert WORDS["title"] in page
    # Sent once more, knowing what stood there, it is saved.
    answer = client.post(url, sent | {"campaign-seen": pair(campaign).seen})
    assert pair(campaign).newest["title"] == "내 제목"


def test_an_approval_of_what_has_changed_is_asked_again(client, campaign, hana, bora):
    translate(campaign, hana)
    seen = pair(campaign).seen
    translate(campaign, hana, WORDS | {"title": "새 제목"})
    log_in(client, bora)
    answer = client.post(address("approval", campaign, "ko", "campaign"), {"seen": seen})
    assert answer.status_code == 409
    assert "새 제목" in answer.content.decode()
    assert pair(campaign).standing == Standing.WAITING


def test_what_stands_under_the_title_elsewhere_and_beside_the_cover_is_translated_too(client, campaign, hana, bora):
    log_in(client, hana)
    url = address("translation", campaign, "ko", "campaign")
    assert "Share text" not in client.get(url).content.decode()
    campaign.texts.update(share_text="Nine people. One question.", cover_alt="A lantern in a window")
    page = client.get(url).content.decode()
    assert "Nine people. One question." in page
    assert "A lantern in a window" in page
    sent = form_of(pair(campaign)) | {f"campaign-{name}": text for name, text in WORDS.items()}
    answer = client.post(url, sent | {"campaign-share_text": "아홉 사람, 물음 하나."})
    # Whoever does not see the picture would be told nothing.
    assert answer.status_code == 422
    client.post(url, sent | {"campaign-share_text": "아홉 사람, 물음 하나.", "campaign-cover_alt": "창가의 등불"})
    approve(campaign, bora)
    text = fresh(campaign).text_in("ko")
    assert (text.share_text, text.cover_alt) == ("아홉 사람, 물음 하나.", "창가의 등불")
    # A source that says something else there takes them from the public, as any other word of it does.
    campaign.texts.filter(language="en").update(cover_alt="A lamp")
    assert fresh(campaign).text_in("ko").language == "en"


def test_what_was_typed_stays_when_the_letter_was_published_meanwhile(client, campaign, hana):
    log_in(client, hana)
    url = address("translation", campaign, "zh-hans", "letter")
    sent = form_of(pair(campaign, "zh-hans", "letter")) | {"letter-body": "请放他们走。"}
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(url, sent, headers=headers)
        assert answer.status_code == 409
        assert "This version was published in the meantime" in answer.content.decode()
        assert "请放他们走。</textarea>" in answer.content.decode()
    assert pair(campaign, "zh-hans", "letter").newest["body"] == "请让他们走。 (version 1)"


def test_an_approval_of_what_was_removed_says_so(client, campaign, hana, bora, monkeypatch):
    translate(campaign, hana)
    log_in(client, bora)
    from campaign.views import desk_languages

    pairs = [pair(campaign)]
    fetch = desk_languages._pair
    # As the page was fetched before, and the text removed while it was read.
    monkeypatch.setattr(desk_languages, "_pair", lambda *where: pairs.pop() if pairs else fetch(*where))
    actions.remove_translation(owner=campaign, language="ko", by=bora)
    answer = client.post(address("approval", campaign, "ko", "campaign"), {"seen": "x"}, follow=True)
    assert "nothing to approve any more" in answer.content.decode()


def test_what_changed_in_the_source_is_shown(client, campaign, hana, bora):
    translate(campaign, hana)
    approve(campaign, bora)
    CampaignText.objects.filter(language="en").update(background="Nine people.")
    log_in(client, bora)
    for url in (address("languages", campaign) + "?into=ko", address("approval", campaign, "ko", "campaign")):
        page = client.get(url).content.decode()
        assert "<del>Ten</del><ins>Nine</ins>" in page


@pytest.mark.parametrize("name", ["languages", "translation", "approval", "text_removal"])
def test_who_may_not_open_these_pages(client, campaign, lantern, eun, name):
    more = () if name == "languages" else ("ko", "campaign")
    assert client.get(address(name, campaign, *more)).status_code == 302
    for person in (
        make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True),
        make_person("Haru", role=Role.ORGANIZER, organisation=make_organisation("harbour"), is_staff=True),
        make_person("Rui", role=Role.REVIEWER, is_staff=True),
    ):
        log_in(client, person)
        assert client.get(address(name, campaign, *more)).status_code == 404
    log_in(client, eun)
    assert client.get(address(name, campaign, *more)).status_code == 403


@pytest.mark.parametrize("more", [("en", "campaign"), ("xx", "campaign"), ("ko", "other")])
def test_what_is_no_translation_is_not_found(client, campaign, bora, more):
    log_in(client, bora)
    for name in ("translation", "approval", "text_removal"):
        assert client.get(address(name, campaign, *more)).status_code == 404


def test_the_queue_costs_the_same_for_one_campaign_and_for_three(
    client, campaign, hana, bora, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    translate(campaign, bora)
    log_in(client, hana)
    url = reverse("translations")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        page = client.get(url).content.decode()
    assert address("approval", campaign, "ko", "campaign") in page
    for _ in range(2):
        actions.start_new_version(letter=make_campaign().letters.get(), by=bora)
    with django_assert_num_queries(len(one)):
        client.get(url)


def test_the_queue_holds_one_s_own_campaigns_or_all_for_a_translator(client, campaign, bora, hana, db):
    other = make_campaign("harbour-lights", organisation=make_organisation("harbour"))
    archived = make_campaign("long-ago", state="archived")
    log_in(client, bora)
    mine = client.get(reverse("translations")).content.decode()
    assert address("languages", campaign) in mine
    assert address("languages", other) not in mine
    log_in(client, hana)
    everything = client.get(reverse("translations")).content.decode()
    assert address("languages", other) in everything
    assert address("languages", archived) not in everything


def test_the_queue_says_when_there_is_nothing(client, hana):
    log_in(client, hana)
    assert "There is no campaign to translate" in client.get(reverse("translations")).content.decode()


# --- Forms of address ------------------------------------------------------------------------------------------


def test_a_new_text_begins_with_the_form_of_address(client, bora, hana, point):
    campaign = make_campaign(letter=False, state="draft")
    log_in(client, hana)
    words = {"addressee": "주석", "salutation": "존경하는 주석께,", "closing": "삼가", "name_suffix": "올림"}
    url = reverse("campaign_desk:form_of_address", args=[campaign.target.slug, "ko"])
    seen = marks.of_form_of_address(campaign.target, "ko")
    assert client.post(url, words | {"seen": seen}).status_code == 302
    assert FormOfAddress.objects.get().words == words
    make_letter(campaign, published=False)
    log_in(client, bora)
    page = client.get(address("languages", campaign), {"into": "ko"}).content.decode()
    assert 'value="존경하는 주석께,"' in page


def test_whoever_saves_a_form_of_address_second_sees_both(client, hana, point):
    log_in(client, hana)
    words = {"addressee": "주석", "salutation": "존경하는 주석께,", "closing": "삼가", "name_suffix": "올림"}
    url = reverse("campaign_desk:form_of_address", args=[point.target.slug, "ko"])
    seen = marks.of_form_of_address(point.target, "ko")
    client.post(url, words | {"seen": seen})
    answer = client.post(url, words | {"closing": "정중히", "seen": seen})
    assert answer.status_code == 409
    assert "<ins>삼가</ins>" in answer.content.decode()
    assert "정중히</textarea>" in answer.content.decode()
    assert FormOfAddress.objects.get().closing == "삼가"
    client.post(url, words | {"closing": "정중히", "seen": marks.of_form_of_address(point.target, "ko")})
    assert FormOfAddress.objects.get().closing == "정중히"


def test_organizers_of_one_organisation_do_not_write_how_all_begin(client, bora):
    url = reverse("campaign_desk:form_of_address", args=[make_target().slug, "ko"])
    log_in(client, bora)
    assert client.get(url).status_code == 403
