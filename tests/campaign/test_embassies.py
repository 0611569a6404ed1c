"""Find your embassy, print your own letter, tell that you sent it."""

import datetime as dt
import shutil
import subprocess

import pytest
from django.db import IntegrityError

from campaign.models import Dispatch, Hold, SelfReport, Signature, Target
from campaign.models.campaign import Campaign
from face.typesetting import NotTypeset
from outbox.models import Message
from tests.campaign.handed_in import hand_in_as
from tests.cases import making
from tests.factories import NOW, make_point

HERE = "/en/campaigns/light-the-way/"
TYPED = {"name": "Ara Kim", "place": "Gdańsk, Poland", "own_words": "Let them go home.", "paper": "a4"}


def page_of(client, country, language="en"):
    return client.get(f"/{language}/campaigns/light-the-way/embassies/{country}/").content.decode()


def text_of(pdf):
    done = subprocess.run([shutil.which("pdftotext"), "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_the_form_leads_to_the_page_of_the_country(client, campaign):
    response = client.get(f"{HERE}embassies/find/?country=PL")
    assert response["Location"] == f"{HERE}embassies/PL/"
    for wrong in ("", "?country=", "?country=XX", "?country=../../x"):
        answer = client.get(f"{HERE}embassies/find/{wrong}")
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert client.get(f"{HERE}embassies/XX/").status_code == 404


def test_the_point_that_answers_comes_first_then_the_others_of_the_country(client, campaign):
    make_point("Consulate in Gdańsk", kind="consulate", city="Gdańsk")
    make_point("Embassy in Paris", country="FR", city="Paris")
    page = page_of(client, "PL")
    assert page.index("Embassy in Warsaw") < page.index("Consulate in Gdańsk")
    assert "Answers for the country that you chose." in page
    assert "Another office in this country." in page
    assert "Paris" not in page


def test_where_no_point_answers_the_one_that_takes_the_rest_does_and_says_so(client, campaign):
    page = page_of(client, "KE")
    assert "Embassy in Warsaw" in page
    assert "Takes the letters of all countries" in page


def test_a_point_that_is_closed_is_not_shown(client, campaign, point):
    type(point).objects.update(active=False)
    assert "No office is known to us" in page_of(client, "PL")


def test_only_points_that_were_chosen_for_the_campaign_are_shown(client, campaign, point):
    Campaign.objects.update(addressing="chosen")
    assert "Embassy in Warsaw" not in page_of(client, "PL")


def test_what_is_not_known_of_an_address_is_said(client, campaign, point):
    page = page_of(client, "PL")
    assert "We have no street address." in page
    assert "Never by one of us." in page
    assert "warsaw@point.example" in page


def test_what_is_known_is_shown_with_its_date_and_hours(client, campaign, point):
    type(point).objects.update(postal_address="1 <b>Main</b> Street", verified_on=dt.date(2026, 3, 1))
    hand_in_as(campaign, point, day=dt.date(2027, 9, 24), opening_hours="9:00–12:00")
    page = page_of(client, "PL")
    assert "1 &lt;b&gt;Main&lt;/b&gt; Street" in page
    assert 'datetime="2026-03-01"' in page
    assert "Open 9:00–12:00" in page


def test_a_letter_of_ones_own_is_a_pdf_and_leaves_nothing_behind(client, campaign, point):
    response = client.post(f"{HERE}own-letter/{point.pk}/", TYPED)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"] == 'attachment; filename="light-the-way.pdf"'
    assert not response.cookies
    text = text_of(response.content)
    # In the addressee's language, then in the supporter's.
    for words in (
        "Embassy in Warsaw",
        "POLAND",
        "请让他们走。",
        "Please let them go.",
        "Let them go home.",
        "Ara Kim 谨启",
    ):
        assert words in text
    assert not Signature.objects.exists()
    assert not Dispatch.objects.exists()
    assert not Message.objects.exists()
    assert not SelfReport.objects.exists()


@pytest.mark.parametrize(
    "words",
    ['#panic("no")', "../../etc/passwd", "$ x $ `raw` *bold* @label <label>", "\\u{1F600}", "한국어 日本語 ไทย"],
)
def test_words_are_data_never_markup(client, campaign, point, words):
    response = client.post(f"{HERE}own-letter/{point.pk}/", {**TYPED, "own_words": words, "paper": "us-letter"})
    assert response["Content-Type"] == "application/pdf"
    assert words.split()[0] in text_of(response.content)


def test_what_cannot_be_printed_is_said_and_not_left_out(client, campaign, point):
    response = client.post(f"{HERE}own-letter/{point.pk}/", {**TYPED, "own_words": "Peace \U0001f54a שלום"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "We have no letters to print these: \U0001f54a ש ל ו ם" in page
    assert "Ara Kim" in page


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 101}, {"paper": "a0"}, {"own_words": "x" * 2001}, {"name": "a\nb\x00"}]
)
def test_a_wrong_form_is_shown_again(client, campaign, point, wrong):
    response = client.post(f"{HERE}own-letter/{point.pk}/", TYPED | wrong)
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_who_comes_while_others_print_is_told_to_come_again(client, campaign, point, monkeypatch):
    from campaign import own_letter

    monkeypatch.setattr(own_letter, "WAIT", 0)
    with own_letter._turn:
        with pytest.raises(NotTypeset):
            own_letter.typeset(
                campaign=campaign,
                letter=campaign.letters.get(),
                point=point,
                language="en",
                at=NOW,
                **TYPED,
            )
        response = client.post(f"{HERE}own-letter/{point.pk}/", TYPED)
    assert response.status_code == 503
    assert "Let them go home." in response.content.decode()
    assert client.post(f"{HERE}own-letter/{point.pk}/", TYPED).status_code == 200


def test_no_letter_is_printed_while_the_campaign_may_not_send_any(client, campaign, point):
    path = f"{HERE}own-letter/{point.pk}/"
    Campaign.objects.update(paused=True)
    assert client.get(path).status_code == client.post(path, TYPED).status_code == 404
    assert "Print your own letter" not in page_of(client, "PL")
    Campaign.objects.update(paused=False)
    assert client.get(path).status_code == 200
    Hold.objects.create(campaign=campaign, case=making.make_case(), cause="status")
    assert client.get(path).status_code == client.post(path, TYPED).status_code == 404


def test_a_point_of_another_target_has_no_letter(client, campaign):

    other = make_point("Elsewhere", target=Target.objects.create(slug="other"))
    for page in ("", "sent/"):
        assert client.get(f"{HERE}own-letter/{other.pk}/{page}").status_code == 404
    assert client.get(f"{HERE}own-letter/99999999999999999999/").status_code == 404


def test_who_tells_of_a_letter_is_counted_apart_and_not_kept(client, campaign, point):
    response = client.post(f"{HERE}own-letter/{point.pk}/sent/", {"channel": "post"}, REMOTE_ADDR="192.0.2.7")
    assert response["Location"] == f"{HERE}own-letter/thanks/"
    (row,) = SelfReport.objects.values()
    assert {name: value for name, value in row.items() if name != "id"} == {
        "campaign_id": campaign.pk,
        "point_id": point.pk,
        "channel": "post",
        "day": NOW.date(),
    }
    for page in ("", "embassies/", "own-letter/thanks/"):
        assert "1 person says to have sent a letter" in client.get(HERE + page).content.decode()
    assert not Signature.objects.exists()


def test_a_form_without_a_known_way_tells_nothing(client, campaign, point):
    for channel in ("", "pigeon"):
        assert client.post(f"{HERE}own-letter/{point.pk}/sent/", {"channel": channel}).status_code == 422
    assert not SelfReport.objects.exists()
    with pytest.raises(IntegrityError, match="self_report_channel_is_known"):
        SelfReport.objects.tell(campaign=campaign, point=point, channel="pigeon", now=NOW)


@pytest.mark.parametrize("part", ["", "sent/"])
def test_these_forms_are_limited_and_guarded_as_signing_is(client, campaign, point, settings, part):
    path = f"{HERE}own-letter/{point.pk}/{part}"
    assert client.post(path, {}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    settings.SIGN_LIMIT = "2/hour"
    assert [client.post(path, {}).status_code for _form in range(3)] == [422, 422, 429]
