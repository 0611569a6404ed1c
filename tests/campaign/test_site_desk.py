"""What staff set for the whole site, and what they do for a supporter who has written to us."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from audit.models import Entry
from campaign import actions, rules
from campaign.models import Banner, Dispatch, Signature, SiteLimits
from outbox.models import Message
from tests import factories
from tests.factories import DAY, HOUR, NOW, fresh, make_dispatch, make_signature
from tests.logging_in import log_in

SETTINGS, SUPPORTERS = "/desk/settings/", "/desk/supporters/"


@pytest.fixture
def mira(db):
    return factories.make_person("Mira", role=Role.PUBLISHER, is_staff=True)


@pytest.fixture
def gus(db):
    """Helps whoever has written to us."""
    return factories.make_person("Gus", role=Role.ABUSE, is_staff=True)


def put_up(by, words="We are back at nine.", **fields):
    about = {"level": "notice", "shown_from": NOW - HOUR, "shown_until": NOW + DAY}
    return actions.put_up_banner(words={"en": words}, by=by, **about | fields)


def visit(path="/en/"):
    caches["pages"].clear()
    return Client().get(path).content.decode()


# --- The banner ------------------------------------------------------------------------------------------------


def test_a_banner_stands_above_public_pages_in_the_readers_language_and_not_at_the_desk(campaign, mira, client):
    about = {"level": "warning", "shown_from": NOW - HOUR, "shown_until": NOW + DAY}
    actions.put_up_banner(words={"en": "Forged mails go round.", "ko": "사칭 메일이 돌고 있습니다."}, by=mira, **about)
    assert "Forged mails go round." in visit("/en/campaigns/light-the-way/")
    assert "사칭 메일이 돌고 있습니다." in visit("/ko/")
    japanese = visit("/ja/")
    assert '<p lang="en">Forged mails go round.</p>' in japanese
    log_in(client, mira)
    assert "notice-problem" not in client.get("/desk/").content.decode()


@pytest.mark.parametrize(
    "fields",
    [{"shown_from": NOW + HOUR}, {"shown_from": NOW - DAY, "shown_until": NOW - HOUR}],
    ids=["not yet", "no more"],
)
def test_a_banner_stands_in_its_time_alone(mira, fields):
    put_up(mira, **fields)
    assert "We are back at nine." not in visit()


def test_a_banner_that_is_taken_down_is_gone_and_kept(mira, client):
    banner = put_up(mira)
    assert "We are back at nine." in visit()
    log_in(client, mira)
    for _press in range(2):
        assert client.post(f"{SETTINGS}banners/{banner.pk}/removal/").status_code == 302
    assert "We are back at nine." not in visit()
    assert "Taken down by Mira" in client.get(SETTINGS).content.decode()
    assert list(Entry.objects.filter(kind="campaign.banner").order_by("pk").values_list("action", flat=True)) == [
        "banners.put_up",
        "banners.taken_down",
    ]


def test_the_database_is_asked_for_a_banner_once_in_some_seconds(mira, client):
    put_up(mira)
    caches["pages"].clear()
    client.get("/en/about/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/about/")
    assert not [query for query in queries if "banner" in query["sql"]]


def test_a_publisher_puts_a_banner_up_and_hears_what_is_wrong_with_it(mira, client):
    log_in(client, mira)
    typed = {"level": "notice", "words_en": "", "words_ko": "곧 돌아옵니다.", "shown_until": "2020-01-01T00:00"}
    answer = client.post(f"{SETTINGS}banners/new/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Please write it in English at least." in page
    assert "It must end after it begins." in page
    assert "곧 돌아옵니다." in page
    assert not Banner.objects.exists()
    until = f"{NOW + DAY:%Y-%m-%dT%H:%M}"
    assert (
        client.post(f"{SETTINGS}banners/new/", typed | {"words_en": "Soon.", "shown_until": until}).status_code == 302
    )
    assert "Soon." in visit()


# --- Limits ----------------------------------------------------------------------------------------------------


def test_limits_hold_from_the_next_mail_on_and_say_who_set_them(mira, client, campaign):
    log_in(client, mira)
    mails = [Message(pk=number, address_index=b"x" * 32, kind="links") for number in (1, 2, 3, 4)]
    assert set(rules.mailed_enough(mails)) == {4}
    typed = {"mails_a_day": 2, "mails_a_day_for_supporters": 5, "reason": "A flood"}
    assert client.post(f"{SETTINGS}limits/", typed).status_code == 302
    assert set(rules.mailed_enough(mails)) == {3, 4}
    entry = Entry.objects.get(action="limits.set")
    assert (entry.by, entry.reason) == ("Mira", "A flood")
    assert entry.details["before"] == {"mails_a_day": 3, "mails_a_day_for_supporters": 10}


@pytest.mark.parametrize(
    "wrong", [{"mails_a_day": 4}, {"mails_a_day": 0}, {"mails_a_day_for_supporters": 1}, {"reason": ""}]
)
def test_limits_that_break_the_promise_are_refused(mira, client, wrong):
    log_in(client, mira)
    typed = {"mails_a_day": 2, "mails_a_day_for_supporters": 5, "reason": "x"}
    assert client.post(f"{SETTINGS}limits/", typed | wrong).status_code == 422
    assert not SiteLimits.objects.exists()


# --- Supporters ------------------------------------------------------------------------------------------------


def look_up(client, email="ara@people.example", reason="She wrote to us."):
    return client.post(SUPPORTERS, {"email": email, "reason": reason})


def test_a_supporter_is_found_by_the_exact_address_and_nobody_is_named(campaign, point, gus, client):
    mine = {"state": "confirmed", "name": "Ara Kim", "city": "Gdańsk", "own_words": "My own words."}
    make_dispatch(make_signature(campaign, email="ara@people.example", **mine), point)
    make_signature(campaign, email="ara2@people.example", state="confirmed")
    log_in(client, gus, proven_again=True)
    page = look_up(client, "Ara@people.example").content.decode()
    assert page.count("Withdraw the signature") == 1
    assert "waiting for its turn" in page
    for told in ("Ara Kim", "Gdańsk", "My own words."):
        assert told not in page
    assert "Nobody has signed" in look_up(client, "ara3@people.example").content.decode()


def test_each_search_is_written_down_and_the_address_is_not(campaign, gus, client):
    make_signature(campaign, email="ara@people.example", state="confirmed")
    log_in(client, gus, proven_again=True)
    look_up(client)
    entry = Entry.objects.get(action="supporters.looked_up")
    assert (entry.by, entry.reason, entry.details) == ("Gus", "She wrote to us.", {"signatures": 1, "volunteers": 0})
    assert "ara@" not in str(list(Entry.objects.values()))


def test_a_search_needs_a_reason_and_a_whole_address(gus, client):
    log_in(client, gus, proven_again=True)
    page = look_up(client, email="ara", reason="").content.decode()
    assert "Please say why." in page
    assert "This does not look like one e-mail address." in page
    assert not Entry.objects.filter(action="supporters.looked_up").exists()


def test_nobody_looks_a_list_of_addresses_up(gus, client, monkeypatch):
    monkeypatch.setattr(rules, "SEARCHES_AN_HOUR", 2)
    log_in(client, gus, proven_again=True)
    assert [look_up(client, f"a{number}@people.example").status_code for number in range(3)] == [200, 200, 422]


def test_links_are_sent_to_as_many_addresses_as_may_be_looked_up(gus, client, monkeypatch):
    monkeypatch.setattr(rules, "SEARCHES_AN_HOUR", 2)
    log_in(client, gus, proven_again=True)
    asked = [
        client.post(SUPPORTERS, {"email": f"a{number}@people.example", "reason": "x", "links": "1"})
        for number in range(3)
    ]
    assert [answer.status_code for answer in asked] == [302, 302, 422]
    assert look_up(client).status_code == 422
    assert Entry.objects.filter(action="supporters.sent_links").count() == 2


def test_the_links_go_to_the_mailbox_alone(campaign, gus, client, post_office):
    make_signature(campaign, email="ara@people.example", state="confirmed")
    log_in(client, gus, proven_again=True)
    for email in ("ara@people.example", "nobody@people.example"):
        page = client.post(SUPPORTERS, {"email": email, "reason": "x", "links": "1"}, follow=True).content.decode()
        assert "If there is anything of this address" in page
    post_office.send()
    assert post_office.server.recipients == ["ara@people.example"]


@pytest.mark.parametrize(
    ("step", "action"), [("withdrawal", "signatures.withdrawn_for"), ("erasure", "signatures.erased_for")]
)
def test_a_signature_is_withdrawn_or_erased_at_the_supporters_request(campaign, point, gus, client, step, action):
    signature = make_signature(campaign, email="ara@people.example", state="confirmed")
    letter = make_dispatch(signature, point)
    log_in(client, gus, proven_again=True)
    found = look_up(client).context["signatures"][0]
    url = next(each["url"] for each in found["steps"] if step in each["url"])
    assert "1 letter that has not gone stays here." in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "By letter of 3 May"}).status_code == 302
    assert fresh(letter).state == Dispatch.State.CANCELLED
    if step == "erasure":
        assert fresh(signature).erased_at
    else:
        assert fresh(signature).state == Signature.State.WITHDRAWN
        change = signature.changes.latest("pk")
        assert (change.by, change.reason) == (gus, "withdrawn at the supporter's request")
    assert Entry.objects.get(action=action).reason == "By letter of 3 May"


def test_what_is_withdrawn_already_is_not_withdrawn_or_written_down_again(campaign, gus, client):
    signature = make_signature(campaign, email="ara@people.example", state="confirmed")
    log_in(client, gus, proven_again=True)
    url = look_up(client).context["signatures"][0]["steps"][0]["url"]
    actions.withdraw_signature(signature=signature)
    Signature.objects.get(pk=signature.pk).move("pending")
    assert client.post(url, {"reason": "By letter"}).status_code == 302
    assert fresh(signature).state == "pending"
    assert not Entry.objects.filter(action="signatures.withdrawn_for").exists()


def test_what_one_found_another_cannot_open(campaign, gus, client):
    signature = make_signature(campaign, email="ara@people.example", state="confirmed")
    log_in(client, gus, proven_again=True)
    url = look_up(client).context["signatures"][0]["steps"][0]["url"]
    log_in(client, factories.make_person("Abe", role=Role.ABUSE, is_staff=True), proven_again=True)
    assert client.post(url, {"reason": "x"}).status_code == 404
    assert client.post(f"{SUPPORTERS}{signature.pk}/erasure/", {"reason": "x"}).status_code == 404
    assert fresh(signature).state == "confirmed"


def test_who_may_not(campaign, bora, chan, eun, gus, mira, client):
    for person in (bora, chan, eun, gus):
        log_in(client, person, proven_again=True)
        for page in (SETTINGS, f"{SETTINGS}banners/new/", f"{SETTINGS}limits/"):
            assert client.get(page).status_code == 403, (person, page)
    for person in (bora, chan, eun, mira):
        log_in(client, person, proven_again=True)
        assert look_up(client).status_code == 403, person
    log_in(client, gus)
    gus.set_password("lantern-harbour-47")
    gus.save()
    log_in(client, gus)
    assert reverse("account_reauthenticate") in look_up(client)["Location"]
