"""The day on which letters are handed over: its order, its marks, its map, its list."""

import datetime as dt
import re

import pytest
from django.core.cache import caches
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from campaign import day as days
from campaign.models import DeliveryPoint, HandIn
from campaign.views.public import deliveries_of
from tests.campaign.handed_in import hand_in_as
from tests.factories import NOW, make_campaign, make_dispatch, make_observance, make_point, make_signature

DAY = dt.date(2027, 9, 24)
CITIES = {
    "Wellington": ("Pacific/Auckland", -41.3, 174.8),
    "Seoul": ("Asia/Seoul", 37.6, 127.0),
    "Warsaw": ("Europe/Warsaw", 52.2, 21.0),
    "Honolulu": ("Pacific/Honolulu", 21.3, -157.9),
}


@pytest.fixture
def edition(point):
    return make_campaign("edition", observance=make_observance(), edition=2027)


@pytest.fixture
def cities(edition):
    DeliveryPoint.objects.all().delete()
    return {
        city: make_point(f"Embassy in {city}", city=city, time_zone=zone, latitude=latitude, longitude=longitude)
        for city, (zone, latitude, longitude) in CITIES.items()
    }


def the_day(campaign, *, now=NOW):
    caches["pages"].clear()
    return days.day_of(campaign, deliveries_of(campaign)["places"], now=now)


def test_the_day_goes_round_the_world_from_east_to_west(edition, cities):
    assert [place.text.city for place in the_day(edition).places] == list(CITIES)


def test_it_is_the_day_there_by_the_calendar_of_the_city(edition, cities):
    # Ten in the evening of the 23rd in London's winter time; in Wellington it is eleven in the morning of the 24th.
    now = dt.datetime(2027, 9, 23, 22, 30, tzinfo=dt.UTC)
    today = the_day(edition, now=now)
    assert [place.phase for place in today.places] == ["today", "today", "today", "before"]
    assert [place.clock.hour for place in today.places] == [10, 7, 0, 12]
    assert today.is_now
    late = the_day(edition, now=dt.datetime(2027, 9, 25, 9, 30, tzinfo=dt.UTC))
    assert [place.phase for place in late.places] == ["after", "after", "after", "today"]
    assert not the_day(edition, now=dt.datetime(2027, 9, 25, 10, 30, tzinfo=dt.UTC)).is_now


def test_a_clock_that_is_set_back_on_the_day_moves_no_city_to_another_day(edition, cities):
    # In Warsaw summer time ends in the night to 26 September of no year; in New Zealand it begins on the 26th.
    hand_in_as(edition, cities["Wellington"], day=dt.date(2027, 9, 26))
    found = {place.text.city: place for place in the_day(edition).places}["Wellington"]
    assert found.begins == dt.datetime(2027, 9, 25, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("state", [state for state in HandIn.State if state != HandIn.State.CANCELLED])
def test_each_state_of_a_hand_in_has_its_mark(edition, cities, state):
    hand_in_as(edition, cities["Seoul"], state=state)
    mark = {place.text.city: place.mark for place in the_day(edition).places}["Seoul"]
    kept = {"claimed": "planned", "ready": "planned", "reported": "delivered"}
    assert mark == kept.get(state, state)
    assert mark in days.MARKS


def test_a_hand_in_that_is_cancelled_is_not_shown(edition, cities):
    hand_in_as(edition, cities["Seoul"], state="cancelled")
    assert {place.mark for place in the_day(edition).places} == {"email"}


def test_a_point_without_a_hand_in_says_what_its_mail_server_did(edition, cities):
    signature = make_signature(edition, state="confirmed")
    sent = make_dispatch(signature, cities["Warsaw"])
    for state in ("queued", "sending"):
        sent.move(state)
    sent.move("accepted", accepted_at=NOW)
    DeliveryPoint.objects.filter(city="Seoul").update(email="")
    marks = {place.text.city: place.mark for place in the_day(edition).places}
    assert marks == {"Wellington": "email", "Seoul": "none", "Warsaw": "email_accepted", "Honolulu": "email"}


def test_a_point_whose_place_nobody_gave_stands_in_the_list_alone(edition, cities, client):
    make_point("Embassy somewhere", city="Somewhere", takes_rest=False)
    today = the_day(edition)
    assert "Somewhere" in [place.text.city for place in today.places]
    assert len(today.on_map) == len(CITIES)
    page = client.get("/en/campaigns/edition/day/").content.decode()
    assert page.count('class="world-mark"') == len(CITIES)
    assert page.count('class="day-place"') == len(CITIES) + 1


def test_a_time_zone_that_is_none_does_no_harm(edition, cities):
    DeliveryPoint.objects.filter(city="Seoul").update(time_zone="Asia/Nowhere")
    assert len(the_day(edition).places) == len(CITIES)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("9:00–12:00", (dt.time(9), dt.time(12))),
        ("Mon-Fri 09.30-11:45, 14:00-16:00", (dt.time(9, 30), dt.time(16))),
        ("14:00~16:00 and 9:00~12:00", (dt.time(9), dt.time(16))),
        ("", None),
        ("in the morning", None),
        ("25:00-26:00", None),
        ("12:00-9:00", None),
    ],
)
def test_opening_hours_are_read_where_they_are_written_as_times(hours, expected):
    assert days.opening(hours) == expected


def test_the_map_says_it_in_words_and_shapes_too(edition, cities, client):
    hand_in_as(edition, cities["Seoul"], state="refused")
    page = client.get("/en/campaigns/edition/day/").content.decode()
    assert "<title>Seoul: refused at the door</title>" in page
    used = set(re.findall(r'href="#(mark-\w+)"', page))
    assert used == {"mark-refused", "mark-email"}
    assert used <= set(re.findall(r'<symbol id="(mark-\w+)"', page))
    assert {f"mark-{mark}" for mark in days.MARKS} == set(re.findall(r'<symbol id="(mark-\w+)"', page))


def test_the_page_asks_for_news_on_the_day_only(edition, cities, client):
    assert "hx-get" not in client.get("/en/campaigns/edition/day/").content.decode()
    hand_in_as(edition, cities["Seoul"], day=NOW.astimezone(dt.timezone(9 * dt.timedelta(hours=1))).date())
    caches["pages"].clear()
    page = client.get("/en/campaigns/edition/day/").content.decode()
    assert 'hx-get="/en/campaigns/edition/day/now/" hx-trigger="every 30s"' in page
    assert "it is the day there" in page
    part = client.get("/en/campaigns/edition/day/now/").content.decode()
    assert "<html" not in part
    assert part.strip() in page


def test_the_day_costs_the_same_queries_for_one_city_and_for_many(edition, client):
    def queries(path):
        caches["pages"].clear()
        with CaptureQueriesContext(
            connection,
        ) as context:
            assert client.get(path).status_code == 200
        return len(context)

    paths = [f"/en/campaigns/edition/{page}" for page in ("", "day/", "embassies/PL/", "calendar.ics")]
    hand_in_as(edition, edition.target.points.get())
    one = [queries(path) for path in paths]
    for _number in range(3):
        hand_in_as(edition, make_point(latitude=50, longitude=20))
    assert [queries(path) for path in paths] == one


@pytest.mark.parametrize(
    "place", [{"latitude": 91, "longitude": 0}, {"latitude": 0, "longitude": -181}, {"latitude": 5}, {"longitude": 5}]
)
def test_a_point_stands_on_the_globe_or_nowhere(db, place):
    with pytest.raises(IntegrityError, match="point_stands_on_the_globe"):
        make_point(**place)


def test_nobody_sees_the_day_of_a_campaign_that_is_not_public(db, client):
    make_campaign("quiet", state="draft")
    for page in ("day/", "day/now/", "embassies/", "embassies/PL/", "calendar.ics", "own-letter/thanks/"):
        assert client.get(f"/en/campaigns/quiet/{page}").status_code == 404
