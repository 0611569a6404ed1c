"""Letters that an organizer sends to themselves: marked, to nobody else, and counted nowhere."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from accounts.models import User
from campaign import actions, models, rules
from campaign.models import Campaign, Dispatch, Pack, Signature, Tally
from outbox.models import Message
from tests import factories
from tests.campaign import papers
from tests.factories import HOUR, NOW, make_campaign, make_letter, make_point


def ask(campaign, by, points, languages=("en",), **how):
    values = {"display": "full", "own_words": "", "now": NOW, "letter": rules.letter_to_test(campaign)} | how
    return actions.send_test_letters(campaign=campaign, by=by, points=points, languages=languages, **values)


def send(client, campaign, **typed):
    return client.post(reverse("campaign_desk:test_letters", args=[campaign.slug]), typed, follow=True)


def test_a_test_letter_goes_to_the_tester_alone_and_is_marked(campaign, point, bora, client, post_office):
    client.force_login(bora)
    page = send(client, campaign, points=[point.pk], languages=["en"], display="full", own_words="My <own> words.")
    assert "1 test letter is on its way to bora@example.com." in page.content.decode()
    post_office.send()
    assert post_office.server.recipients == ["bora@example.com"]
    (mail,) = post_office.server.mails
    assert mail["Subject"] == "[TEST] 关于十个人"
    assert "Embassy in Warsaw, warsaw@point.example" in mail["To"].addresses[0].display_name
    assert mail["Auto-Submitted"] == "auto-generated"
    for part in ("plain", "html"):
        text = mail.get_body((part,)).get_content()
        assert "TEST: this letter went to you alone." in text
        assert "It would have gone to: Embassy in Warsaw, warsaw@point.example." in text
        assert text.index("TEST") < text.index("请让他们走。")
        assert "Please let them go." in text
        assert "Bora" in text
    assert "My <own> words." in mail.get_body(("plain",)).get_content()
    assert "My &lt;own&gt; words." in mail.get_body(("html",)).get_content()


def test_it_is_counted_nowhere(campaign, point, bora, post_office):
    ask(campaign, bora, [point])
    post_office.send()
    assert len(post_office.server.mails) == 1
    for model in (Signature, Dispatch, Tally):
        assert not model.objects.exists()
    assert not Message.objects.filter(kind="letter").exists()


def test_one_goes_for_each_place_and_each_language(campaign, point, bora, post_office):
    assert ask(campaign, bora, [point, make_point("Embassy in Seoul")], ["en", "zh-hans"]) == 4
    post_office.send()
    names = [mail["To"].addresses[0].display_name.partition(",")[0] for mail in post_office.server.mails]
    assert sorted(names) == ["Embassy in Seoul"] * 2 + ["Embassy in Warsaw"] * 2


def test_the_mark_is_in_the_tester_s_language(campaign, point, bora, post_office):
    with translation.override("ko"):
        ask(campaign, bora, [point])
    assert Message.objects.get().language == "ko"
    post_office.send()
    html = post_office.server.mails[0].get_body(("html",)).get_content()
    assert '<p lang="ko"' in html


@pytest.mark.parametrize("state", [state for state in Campaign.State.values if state != "archived"])
def test_it_can_be_sent_in_any_state_before_the_archive(point, state):
    assert rules.letter_to_test(make_campaign(state=state))


def test_an_archived_campaign_and_one_without_words_have_nothing_to_test(point, bora, client):
    client.force_login(bora)
    for campaign in (make_campaign(state="archived"), make_campaign(letter=False)):
        assert "There is no letter to test" in send(client, campaign).content.decode()
    assert not models.TestLetter.objects.exists()


def test_the_latest_version_is_tested_even_unpublished(campaign, point, bora, post_office):
    make_letter(campaign, version=2, published=False)
    ask(campaign, bora, [point])
    post_office.send()
    assert "(version 2)" in post_office.text_to("bora@example.com")


def test_a_place_without_an_address_can_be_tested_too(campaign, bora, post_office):
    ask(campaign, bora, [make_point("Embassy in Oslo", email="")])
    post_office.send()
    assert "Embassy in Oslo, which has no e-mail address." in post_office.text_to("bora@example.com")


def test_twenty_an_hour_are_enough_for_one_person(campaign, point, bora, lantern, client):
    places = [point, *(make_point() for _ in range(9))]
    assert ask(campaign, bora, places, ["en", "zh-hans"]) == 20
    with pytest.raises(actions.TooManyTests):
        ask(campaign, bora, [point], now=NOW + HOUR / 2)
    assert ask(campaign, factories.make_person("Other", organisation=lantern), [point]) == 1
    assert ask(campaign, bora, [point], now=NOW + HOUR + factories.SECOND) == 1


def test_too_many_are_refused_together_with_how_many_are_left(campaign, point, bora, client):
    client.force_login(bora)
    places = [point.pk, *(make_point().pk for _ in range(20))]
    page = send(client, campaign, points=places, languages=["en"], display="full")
    assert page.status_code == 422
    assert "You can have 20 more test letters in this hour." in page.content.decode()
    assert not models.TestLetter.objects.exists()


def test_a_pause_does_not_keep_a_test_letter(campaign, point, bora, post_office):
    actions.pause(scope="point", point=point, by=bora, reason="x")
    ask(campaign, bora, [point])
    post_office.send()
    assert len(post_office.mails_to("bora@example.com")) == 1


def test_who_left_gets_none(campaign, point, bora, post_office):
    ask(campaign, bora, [point])
    bora.move(User.State.LEFT, is_active=False)
    post_office.send()
    assert post_office.server.mails == []


def test_only_places_of_the_campaign_can_be_chosen(campaign, point, bora, client):
    client.force_login(bora)
    other = make_point(target=factories.make_target("minister"))
    assert send(client, campaign, points=[other.pk], languages=["en"], display="full").status_code == 422
    assert not models.TestLetter.objects.exists()


# --- The specimen of a pack --------------------------------------------------------------------------------------


def specimen(client, campaign, **chosen):
    typed = {f"specimen-{name}": value for name, value in chosen.items()}
    return client.post(reverse("campaign_desk:specimen", args=[campaign.slug]), typed)


def test_a_specimen_of_the_pack_is_marked_on_each_page_and_kept_nowhere(campaign, point, bora, client):
    client.force_login(bora)
    response = specimen(client, campaign, point=point.pk, language="ko", paper="a4")
    pages = [page.extract_text() for page in PdfReader(BytesIO(response.content)).pages]
    assert len(pages) > 6
    # Once across the page, once in place of the number.
    assert all(page.count("SPECIMEN") >= 2 for page in pages)
    text = "\n".join(pages)
    assert "请让他们走。" in text
    assert "Maria Lopez" in text
    assert "김하늘" in text
    for model in (Pack, Signature, Dispatch):
        assert not model.objects.exists()


def test_a_real_pack_is_not_marked(campaign, point, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    papers.sign_and_confirm(campaign, "Ara Kim")
    assert "SPECIMEN" not in papers.text_of(papers.made(campaign, point))


def test_a_specimen_is_made_for_places_of_the_campaign_alone(campaign, point, bora, eun, client):
    chosen = {"point": point.pk, "language": "ko", "paper": "a4"}
    client.force_login(eun)
    assert specimen(client, campaign, **chosen).status_code == 403
    client.force_login(bora)
    other = make_point(target=factories.make_target("minister"))
    assert specimen(client, campaign, **chosen | {"point": other.pk}).status_code == 404
