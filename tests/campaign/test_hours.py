"""When letters may go somewhere: by the clock on the wall there, right over summer time, compared in UTC."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.hours import EVERY_DAY, Hours

UTC = dt.UTC
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
WEEKDAYS = frozenset(range(1, 6))
WARSAW, NEW_YORK, CAIRO = ZoneInfo("Europe/Warsaw"), ZoneInfo("America/New_York"), ZoneInfo("Africa/Cairo")
# With summer time and without, at midnight and at noon of UTC, by half an hour (Lord Howe), where a day was left out.
ZONES = [
    "UTC",
    "Europe/Warsaw",
    "America/New_York",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Asia/Seoul",
    "Australia/Lord_Howe",
    "America/Havana",
    "Pacific/Apia",
    "Pacific/Kiritimati",
]


def at(text, zone=UTC):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def office(zone=WARSAW, opens=9, closes=17, days=WEEKDAYS):
    return Hours(zone, days, dt.time(opens), dt.time(closes))


def test_without_hours_it_is_always_open():
    hours = Hours(WARSAW)
    assert hours.open_time(at("2027-03-01"), at("2027-04-01")) == 31 * 24 * HOUR
    assert hours.is_open(at("2027-03-28T01:30"))


def test_nothing_is_open_between_a_moment_and_one_before_it():
    for hours in (Hours(WARSAW), office()):
        assert list(hours.spans(at("2027-03-03T12:00"), at("2027-03-02T12:00"))) == []


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2027-03-01T08:59:59", False),
        ("2027-03-01T09:00", True),
        ("2027-03-01T16:59:59", True),
        ("2027-03-01T17:00", False),
        ("2027-03-06T12:00", False),
        ("2027-03-07T12:00", False),
    ],
)
def test_an_office_is_open_on_its_days_between_its_times(moment, is_open):
    assert office().is_open(at(moment, WARSAW)) is is_open


def test_the_days_are_those_of_the_calendar_there():
    monday_in_seoul = Hours(ZoneInfo("Asia/Seoul"), frozenset([1]))
    assert list(monday_in_seoul.spans(at("2027-03-01"), at("2027-03-08"))) == [
        (at("2027-03-01"), at("2027-03-01T15:00")),
        (at("2027-03-07T15:00"), at("2027-03-08")),
    ]


def test_an_office_keeps_its_times_when_the_clock_changes():
    hours = office()
    before, after = hours.spans(at("2027-03-26"), at("2027-03-29T23:00"))
    assert before == (at("2027-03-26T08:00"), at("2027-03-26T16:00"))
    assert after == (at("2027-03-29T07:00"), at("2027-03-29T15:00"))


def test_a_day_on_which_the_clock_changes_is_an_hour_shorter_or_longer():
    sundays = Hours(WARSAW, frozenset([7]))
    for day, length in (("2027-03-28", 23), ("2027-10-31", 25), ("2027-11-07", 24)):
        begin = at(day, WARSAW)
        assert sundays.open_time(begin, begin + 25 * HOUR) == length * HOUR


def test_an_hour_that_the_clock_leaves_out_is_not_open():
    """02:00 to 03:00 on 28 March 2027 in Warsaw."""
    night = Hours(WARSAW, EVERY_DAY, dt.time(2), dt.time(3))
    assert night.open_time(at("2027-03-28"), at("2027-03-28T12:00")) == 0 * HOUR
    assert night.open_time(at("2027-03-27"), at("2027-03-27T12:00")) == HOUR
    # What ends in the middle of it ends before it, what begins there begins after it.
    until = Hours(WARSAW, EVERY_DAY, dt.time(1), dt.time(2, 30))
    assert list(until.spans(at("2027-03-28"), at("2027-03-28T12:00"))) == [
        (at("2027-03-28T00:00"), at("2027-03-28T00:30"))
    ]
    since = Hours(WARSAW, EVERY_DAY, dt.time(2, 30), dt.time(5))
    assert list(since.spans(at("2027-03-28"), at("2027-03-28T12:00"))) == [
        (at("2027-03-28T01:30"), at("2027-03-28T03:00"))
    ]


def test_an_hour_that_the_clock_shows_twice_is_open_where_it_says_so_for_certain():
    """02:00 to 03:00 on 31 October 2027 in Warsaw: first at 00:00 UTC, then at 01:00."""
    over = Hours(WARSAW, EVERY_DAY, dt.time(1), dt.time(4))
    assert over.open_time(at("2027-10-30T22:00"), at("2027-10-31T12:00")) == 4 * HOUR
    until = Hours(WARSAW, EVERY_DAY, dt.time(1), dt.time(2, 30))
    assert list(until.spans(at("2027-10-30T22:00"), at("2027-10-31T12:00"))) == [
        (at("2027-10-30T23:00"), at("2027-10-31T00:30"))
    ]
    since = Hours(WARSAW, EVERY_DAY, dt.time(2, 30), dt.time(4))
    assert list(since.spans(at("2027-10-30T22:00"), at("2027-10-31T12:00"))) == [
        (at("2027-10-31T01:30"), at("2027-10-31T03:00"))
    ]


def test_a_day_that_begins_at_one_in_the_morning_is_open_from_there():
    """In Cairo the clock goes from 00:00 to 01:00 on the last Friday of April."""
    fridays = Hours(CAIRO, frozenset([5]))
    assert list(fridays.spans(at("2027-04-29"), at("2027-05-01"))) == [(at("2027-04-29T22:00"), at("2027-04-30T21:00"))]


def test_after_so_much_open_time_is_across_nights_and_weekends():
    hours, friday = office(UTC), at("2027-03-05T16:00")
    for time, moment in (
        (0 * HOUR, "2027-03-05T16:00"),
        (HOUR, "2027-03-05T17:00"),
        (2 * HOUR, "2027-03-08T10:00"),
        (12 * HOUR, "2027-03-09T12:00"),
    ):
        assert hours.after(friday, time, until=at("2027-04-01")) == at(moment)
    assert hours.after(friday, 12 * HOUR, until=at("2027-03-08T12:00")) == at("2027-03-08T12:00")


def test_the_next_opening_is_now_or_the_next_that_comes():
    hours = office(UTC)
    for now, opening in (
        ("2027-03-05T16:00", "2027-03-05T16:00"),
        ("2027-03-05T17:00", "2027-03-08T09:00"),
        ("2027-03-08T08:00", "2027-03-08T09:00"),
    ):
        assert hours.next_opening(at(now), until=at("2027-04-01")) == at(opening)
    assert hours.next_opening(at("2027-03-05T17:00"), until=at("2027-03-07")) is None


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        ("2027-03-04T08:59", "2027-03-03T16:00"),
        ("2027-03-04T09:00", "2027-03-04T09:00"),
        ("2027-03-04T15:59", "2027-03-04T09:00"),
        ("2027-03-05T23:00", "2027-03-05T16:00"),
        ("2027-03-07T12:00", "2027-03-05T16:00"),
        ("2027-03-08T09:00", "2027-03-08T09:00"),
    ],
)
def test_set_times_are_those_at_which_it_is_open(now, latest):
    for zone in (UTC, WARSAW, NEW_YORK):
        hours = office(zone)
        times = [dt.time(9), dt.time(16), dt.time(18)]
        assert hours.latest(times, at(now, zone)) == at(latest, zone)


def test_without_a_set_time_within_a_week_there_is_none():
    assert office(UTC).latest([dt.time(8)], at("2027-03-05T12:00")) is None
    assert office(UTC).latest([], at("2027-03-05T12:00")) is None


moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2028, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
some_hours = st.builds(
    lambda zone, days, times: Hours(ZoneInfo(zone), frozenset(days), *(times or (None, None))),
    st.sampled_from(ZONES),
    st.sets(st.integers(1, 7), min_size=1),
    st.none() | st.tuples(st.times(), st.times()).map(sorted).filter(lambda times: times[0] < times[1]),
)


def says_open(hours, moment):
    """What somebody there would say who looks at the calendar and at the clock."""
    wall = moment.astimezone(hours.zone)
    at_this_time = hours.opens is None or hours.opens <= wall.time() < hours.closes
    return wall.isoweekday() in hours.days and at_this_time


def changes(hours, moment):
    """Whether the clock there is changed within a day."""
    return len({(moment + days * dt.timedelta(1)).astimezone(hours.zone).utcoffset() for days in (-1, 0, 1)}) > 1


@given(some_hours, moments)
def test_it_is_open_when_calendar_and_clock_there_say_so(hours, moment):
    if hours.is_open(moment):
        assert says_open(hours, moment)
    elif not changes(hours, moment):
        assert not says_open(hours, moment)


@given(some_hours, moments, st.timedeltas(dt.timedelta(), dt.timedelta(days=40)))
def test_spans_lie_apart_in_their_order_and_hold_all_open_time(hours, start, length):
    end = start + length
    spans = list(hours.spans(start, end))
    flat = [moment for span in spans for moment in span]
    assert flat == sorted(flat)
    assert all(start <= begin < over <= end for begin, over in spans)
    assert all(hours.is_open(begin) and hours.is_open(over - dt.timedelta.resolution) for begin, over in spans)
    assert hours.open_time(start, end) == sum((over - begin for begin, over in spans), dt.timedelta())


@given(some_hours, moments, st.timedeltas(dt.timedelta(), dt.timedelta(days=40)), st.floats(0, 1))
def test_after_some_of_the_open_time_just_that_has_passed(hours, start, length, part):
    end = start + length
    time = hours.open_time(start, end) * part
    moment = hours.after(start, time, until=end)
    assert start <= moment <= end
    assert hours.open_time(start, moment) == time
