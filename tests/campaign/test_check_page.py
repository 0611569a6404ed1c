"""The check page: whoever holds a pack learns whether it is genuine, what it holds, and what became of it."""

import uuid
from urllib.parse import urlsplit

import pytest

from campaign import actions
from campaign.links import pack_check_url
from campaign.pack_numbers import make_number
from tests.campaign.papers import ask, made, make_all, sign_and_confirm
from tests.factories import NOW, make_campaign, make_hand_in, make_volunteer


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def pack(campaign, point):
    sign_and_confirm(campaign, "Ara Kim", "Hana Cho")
    return made(campaign, point)


def check(client, number):
    return client.get(f"/en/check/{number}/")


def test_the_page_says_what_the_pack_holds_and_nobodys_name(client, pack):
    response = check(client, pack.number)
    page = response.content.decode()
    for said in (pack.number, "Light the way", "Warsaw", "numbers 1 to 2", pack.sha256, str(pack.pages)):
        assert said in page
    assert "Ara" not in page
    assert not response.cookies


@pytest.mark.parametrize("typed", [str.lower, lambda n: n.replace("-", ""), lambda n: f" {n} "])
def test_a_number_is_found_however_it_is_typed(client, pack, typed):
    response = client.get("/en/check/", {"number": typed(pack.number)}, follow=True)
    assert "This number is genuine" in response.content.decode()
    assert response.redirect_chain[-1][0] == f"/en/check/{pack.number}/"


@pytest.mark.parametrize("number", ["MNS-0000-0000", "x", "%3Cscript%3E", "MNS-7K3F-2Q9"])
def test_a_mistyped_number_is_told_so(client, db, number):
    response = check(client, number)
    assert response.status_code == 404
    assert "No pack has this number." in response.content.decode()


def test_a_number_that_we_never_gave_is_no_pack_of_ours(client, db):
    response = check(client, make_number())
    assert response.status_code == 404
    assert "that pack is not from us" in response.content.decode()


def test_the_form_tells_a_mistyped_number_on_the_same_page(client, db):
    assert client.get("/en/check/").status_code == 200
    assert client.get("/en/check/", {"number": "MNS-7K3F"}).status_code == 422


def test_a_pack_of_a_campaign_that_is_not_public_is_not_told(client, point):
    draft = make_campaign("draft", state="draft")
    (pack,) = ask(draft, point)
    assert check(client, pack.number).status_code == 404


def test_a_pack_that_is_not_made_has_no_digest_and_no_copy(client, campaign, point):
    (pack,) = ask(campaign, point)
    page = check(client, pack.number).content.decode()
    assert "there can be no copy of it" in page
    assert "SHA-256" not in page


def test_what_became_of_it_is_told_as_it_goes(client, campaign, point):
    mina = make_volunteer(make_hand_in(campaign, point), state="accepted")
    sign_and_confirm(campaign, "Ara Kim")
    (pack,) = actions.ask_for_kit(volunteer=mina)
    make_all()
    assert "nobody has fetched it yet" in check(client, pack.number).content.decode()
    actions.hand_out_kit(volunteer=mina, pack=pack)
    assert "on its way to the office" in check(client, pack.number).content.decode()
    actions.report_hand_in(volunteer=mina, key=uuid.uuid4(), outcome="left_in_mailbox", at=NOW)
    assert "Left in the office’s mailbox at Warsaw on" in check(client, pack.number).content.decode()


def test_the_code_printed_on_the_pack_leads_here(client, pack):
    assert client.get(urlsplit(pack_check_url(pack, "en")).path).status_code == 200
