"""A campaign in numbers: what has been counted, for those who may look, without a name."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import MemberRole, Role
from campaign import dashboard, sources
from campaign.models import Tally
from campaign.models.tally import DELAYS, hour_key
from outbox import actions as outbox
from tests.face.conftest import ROOT
from tests.factories import DAY, HOUR, NOW, make_campaign, make_dispatch, make_organisation, make_person, make_signature

TABLES = ["hours", "days", "countries", "languages", "sources", "letters", "signatures"]
TODAY = NOW.astimezone(dt.UTC).date()


def counted(campaign, dimension, key="", count=1):
    Tally.objects.create(campaign=campaign, dimension=dimension, key=key, count=count)


def fill(campaign):
    """A day on which something of everything was counted."""
    counted(campaign, "all", count=840)
    counted(campaign, "day", TODAY.isoformat(), 12)
    counted(campaign, "hour", hour_key(NOW), 5)
    for code in ("KR", "PL", "CN"):
        counted(campaign, "country", code, 3)
    counted(campaign, "language", "ko", 800)
    for state, count in (("confirmed", 840), ("withdrawn", 10), ("pending", 150)):
        counted(campaign, "state", state, count)
    counted(campaign, "delay", "3", 500)
    counted(campaign, "delay", "7", 340)
    counted(campaign, "source", f"{TODAY} kakao", 30)
    counted(campaign, "source", f"{(NOW - 20 * DAY).date()} kakao", 400)
    for way, count in (("email planned", 90), ("email accepted", 700), ("email unknown", 2), ("hand packed", 7)):
        counted(campaign, "letters", way, count)


def numbers(campaign):
    return dashboard.numbers_of(campaign, now=NOW)


def look(client, campaign, page="dashboard", *more, **query):
    return client.get(reverse(f"campaign_desk:{page}", args=[campaign.slug, *more]), query)


# --- The numbers ---------------------------------------------------------------------------------------------------


def test_numbers_say_what_was_counted(campaign):
    fill(campaign)
    found = numbers(campaign)
    assert (found.confirmed, found.today, found.this_hour) == (840, 12, 5)
    assert (found.signed, found.have_confirmed, found.confirmed_percent) == (990, 840, 85)
    assert found.sources == [("kakao", 430, 30)]
    assert found.mailed("accepted", "planned") == 790
    assert ("hand", "packed", 7) in found.letters


def test_the_median_is_what_half_of_them_took_less_than(campaign):
    assert numbers(campaign).median_minutes is None
    counted(campaign, "delay", "0", 10)
    counted(campaign, "delay", "4", 9)
    assert numbers(campaign).median_minutes == DELAYS[0]
    counted(campaign, "delay", "5", 10)
    assert numbers(campaign).median_minutes == DELAYS[4]


def test_who_took_longer_than_any_link_is_good_for_makes_no_median(campaign):
    counted(campaign, "delay", str(len(DELAYS)), 3)
    assert numbers(campaign).median_minutes is None


def test_hours_older_than_the_chart_are_not_even_read(campaign):
    counted(campaign, "hour", hour_key(NOW - 47 * HOUR))
    counted(campaign, "hour", hour_key(NOW - 48 * HOUR))
    assert len(numbers(campaign).hours) == 1


def test_the_oldest_letter_that_waits_is_found_among_the_points(campaign, point):
    assert dashboard.oldest_waiting_letter(campaign) is None
    make_dispatch(make_signature(campaign, state="confirmed"), point, planned_at=NOW - 3 * HOUR)
    make_dispatch(make_signature(campaign, state="confirmed"), point, planned_at=NOW - HOUR)
    assert dashboard.oldest_waiting_letter(campaign) == NOW - 3 * HOUR


def test_confirmations_that_wait_are_counted_with_the_oldest(campaign):
    assert dashboard.confirmations_waiting(now=NOW).waiting == 0
    outbox.enqueue(kind="confirmation", subject_id=make_signature(campaign).pk, language="en", now=NOW - HOUR)
    queue = dashboard.confirmations_waiting(now=NOW)
    assert (queue.waiting, queue.oldest_at, queue.is_cut) == (1, NOW - HOUR, False)


# --- The page ------------------------------------------------------------------------------------------------------


def test_an_organizer_sees_the_numbers(campaign, bora, client):
    fill(campaign)
    client.force_login(bora)
    page = look(client, campaign).content.decode()
    for words in (
        "840 of 990 people who have signed have confirmed (85%)",
        "Half of them did so within 10 minutes",
        "Kakao",
        "printed in a pack",
        "China",
    ):
        assert words in page
    assert reverse("campaign_desk:pause", args=[campaign.slug]) in page


def test_before_anything_is_counted_the_page_stands(campaign, bora, client):
    client.force_login(bora)
    page = look(client, campaign)
    assert page.status_code == 200
    assert "Nobody has signed yet." in page.content.decode()


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_a_campaign_that_was_never_announced_has_no_numbers(bora, client, state):
    client.force_login(bora)
    assert "There is nothing to count yet" in look(client, make_campaign(state=state)).content.decode()


def test_a_viewer_looks_and_changes_nothing(campaign, lantern, client):
    fill(campaign)
    client.force_login(make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True))
    page = look(client, campaign).content.decode()
    assert "840" in page
    assert "What needs a person now" not in page
    assert reverse("campaign_desk:pause", args=[campaign.slug]) not in page
    assert "?from=newsletter" not in page


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PUBLISHER, Role.AUDITOR])
def test_staff_who_review_or_audit_look_too(campaign, client, role):
    client.force_login(make_person("Rio", role=role, is_staff=True))
    assert look(client, campaign).status_code == 200


@pytest.mark.parametrize("page", [("dashboard",), ("now",), ("numbers_csv", "days")])
def test_others_do_not_learn_that_it_is_there(campaign, client, eun, chan, page):
    assert look(client, campaign, *page).status_code == 302
    client.force_login(eun)
    assert look(client, campaign, *page).status_code == 403
    other = make_person("Otto", organisation=make_organisation("harbour"), is_staff=True)
    for person in (chan, other):
        client.force_login(person)
        assert look(client, campaign, *page).status_code == 404


def test_no_name_stands_anywhere(campaign, point, bora, client):
    make_dispatch(make_signature(campaign, name="Mina Zelenka", state="confirmed"), point)
    client.force_login(bora)
    for page in [("dashboard",), ("now",), *(("numbers_csv", table) for table in TABLES)]:
        assert "Zelenka" not in look(client, campaign, *page).content.decode()


def test_a_look_costs_the_same_however_much_was_counted(campaign, point, bora, client):
    client.force_login(bora)
    look(client, campaign)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert look(client, campaign).status_code == 200
        return len(captured)

    make_dispatch(make_signature(campaign, state="confirmed"), point)
    counted(campaign, "letters", "email planned", 1)
    one = queries()
    fill_more = [("country", "KR"), ("country", "PL"), ("day", TODAY.isoformat()), ("source", f"{TODAY} x")]
    for dimension, key in fill_more:
        counted(campaign, dimension, key, 10)
    for _number in range(3):
        make_dispatch(make_signature(campaign, state="confirmed"), point)
    assert queries() == one


def test_no_look_reads_the_signatures_through(campaign, point, bora, client):
    fill(campaign)
    client.force_login(bora)
    for page in ("dashboard", "now"):
        with CaptureQueriesContext(connection) as captured:
            look(client, campaign, page)
        read = [query["sql"] for query in captured if 'FROM "campaign_signature"' in query["sql"]]
        assert read == []


# --- Alive ---------------------------------------------------------------------------------------------------------


def test_only_what_has_changed_comes_again(campaign, bora, client):
    fill(campaign)
    client.force_login(bora)
    url = look(client, campaign).context["live_url"]
    assert client.get(url).status_code == 204
    Tally.objects.filter(campaign=campaign, dimension="all").update(count=841)
    part = client.get(url).content.decode()
    assert 'id="figure-confirmed" hx-swap-oob="true">841<' in part
    assert "figure-today" not in part
    assert "seen=841." in part


def test_a_made_up_seen_is_answered_with_all(campaign, bora, client):
    client.force_login(bora)
    part = look(client, campaign, "now", seen="x").content.decode()
    assert part.count("hx-swap-oob") == 9


# --- As files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_each_table_is_a_file(campaign, bora, client, table):
    fill(campaign)
    client.force_login(bora)
    answer = look(client, campaign, "numbers_csv", table)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows
    assert all(row["as_of"] for row in rows)
    assert answer["Content-Disposition"] == f'attachment; filename="{campaign.slug}-{table}.csv"'


def test_the_file_of_sources_tells_the_last_week_apart(campaign, bora, client):
    fill(campaign)
    client.force_login(bora)
    (row,) = csv.DictReader(io.StringIO(look(client, campaign, "numbers_csv", "sources").content.decode("utf-8-sig")))
    assert (row["source"], row["signatures"], row["last_7_days"]) == ("kakao", "430", "30")


def test_there_is_no_other_file(campaign, bora, client):
    client.force_login(bora)
    assert look(client, campaign, "numbers_csv", "names").status_code == 404


# --- Sources -------------------------------------------------------------------------------------------------------


def test_what_a_browser_makes_up_is_not_counted():
    assert sources.cleaned("kakao") == "kakao"
    assert sources.cleaned("https://a.example/") == sources.cleaned("") == ""


def test_script_and_server_know_the_same_words():
    script = (ROOT / "static/js/came-from.js").read_text()
    for code in (*sources.SITES, *sources.OWN, "here", "other", "direct"):
        assert f'"{code}"' in script or f"{code}:" in script or f"{code}|" in script or f"|{code}" in script, code


def test_the_share_button_s_address_is_counted_by_itself(campaign, client):
    from campaign import links

    token = links.own_page_token(make_signature(campaign, state="confirmed"))
    page = client.get(reverse("confirmed", args=[token])).content.decode()
    assert f"/campaigns/{campaign.slug}/?from=share" in page
