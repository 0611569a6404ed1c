"""Calendars: exact times in the city's own zone, the same event each time."""

import datetime as dt

import pytest
from icalendar import Calendar

from campaign.models import ObservanceDate
from tests.campaign.handed_in import hand_in_as
from tests.factories import make_campaign, make_observance, make_point


@pytest.fixture
def edition(point):
    return make_campaign("edition", observance=make_observance(), edition=2027)


def fetch(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert not response.cookies
    return Calendar.from_ical(response.content)


def test_a_hand_in_with_opening_hours_begins_at_the_time_of_its_city(edition, client):
    seoul = make_point("Embassy in Seoul", city="Seoul", country="KR", time_zone="Asia/Seoul", postal_address="27 Road")
    hand_in = hand_in_as(edition, seoul, opening_hours="9:00–11:30")
    calendar = fetch(client, f"/en/campaigns/edition/calendar/{hand_in.pk}.ics")
    (event,) = calendar.events
    assert event.start == dt.datetime(2027, 9, 24, 0, tzinfo=dt.UTC)
    assert event.end == dt.datetime(2027, 9, 24, 2, 30, tzinfo=dt.UTC)
    assert event["dtstart"].params["TZID"] == "Asia/Seoul"
    assert [str(zone["tzid"]) for zone in calendar.timezones] == ["Asia/Seoul"]
    assert event["summary"] == "Seoul: letters are handed in"
    assert event["location"] == "Embassy in Seoul\n27 Road"


def test_summer_time_is_what_holds_on_that_day(edition, client):
    warsaw = make_point("Consulate", city="Warsaw", time_zone="Europe/Warsaw")
    for day, hour in ((dt.date(2027, 9, 24), 7), (dt.date(2027, 12, 24), 8)):
        hand_in = hand_in_as(edition, warsaw, day=day, opening_hours="9:00-10:00")
        (event,) = fetch(client, f"/en/campaigns/edition/calendar/{hand_in.pk}.ics").events
        assert event.start.astimezone(dt.UTC).hour == hour
        hand_in.delete()


def test_a_hand_in_without_opening_hours_is_a_whole_day(edition, client, point):
    hand_in = hand_in_as(edition, point)
    (event,) = fetch(client, f"/en/campaigns/edition/calendar/{hand_in.pk}.ics").events
    assert (event.start, event.end) == (dt.date(2027, 9, 24), dt.date(2027, 9, 25))


def test_the_calendar_of_a_campaign_has_its_day_and_every_hand_in_that_stands(edition, client, point):
    stands = hand_in_as(edition, point)
    hand_in_as(edition, make_point(), state="cancelled")
    other = hand_in_as(make_campaign("other"), point)
    events = fetch(client, "/en/campaigns/edition/calendar.ics").events
    assert [event["uid"].partition("@")[0] for event in events] == [
        "observance-lantern-day-2027",
        f"hand-in-{stands.pk}",
    ]
    assert client.get(f"/en/campaigns/edition/calendar/{other.pk}.ics").status_code == 404


def test_an_event_keeps_its_name_when_it_changes_and_in_every_language(edition, client, point):
    hand_in = hand_in_as(edition, point)
    paths = [f"/{language}/campaigns/edition/calendar/{hand_in.pk}.ics" for language in ("en", "ko")]
    before = {fetch(client, path).events[0]["uid"] for path in paths}
    hand_in.day = dt.date(2027, 9, 25)
    hand_in.save()
    assert {fetch(client, path).events[0]["uid"] for path in paths} == before
    assert len(before) == 1
    assert client.get(paths[0]).content == client.get(paths[0]).content


def test_an_observance_is_on_the_day_to_which_a_year_moves_it(db, client):
    observance = make_observance()
    first = observance.next_date(dt.date.today())
    ObservanceDate.objects.create(observance=observance, year=first.year + 1, date=dt.date(first.year + 1, 9, 26))
    events = fetch(client, "/en/observances/lantern-day/calendar.ics").events
    assert [event.start for event in events][:3] == [
        first,
        dt.date(first.year + 1, 9, 26),
        dt.date(first.year + 2, 9, 24),
    ]
    assert len({event["uid"] for event in events}) == len(events) == 5


def test_words_of_people_cannot_add_lines_to_a_calendar(edition, client):
    sly = make_point("Embassy\r\nEND:VEVENT", city="A;B,C\\n", postal_address="1\nBEGIN:VALARM")
    hand_in = hand_in_as(edition, sly, opening_hours="x\r\nATTACH:http://x.example/")
    calendar = fetch(client, f"/en/campaigns/edition/calendar/{hand_in.pk}.ics")
    (event,) = calendar.events
    assert not event.subcomponents
    assert "attach" not in event


def test_the_page_of_the_day_leads_to_the_calendar(edition, client, settings):
    settings.SITE_URL = "https://maninso.example"
    page = client.get("/ko/campaigns/edition/day/").content.decode()
    assert 'href="webcal://maninso.example/ko/campaigns/edition/calendar.ics"' in page
    assert 'href="/ko/campaigns/edition/calendar.ics"' in page
