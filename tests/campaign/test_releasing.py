"""The drip: in the hours of a point, evenly or as letters come, never above the cap, empty when the window ends."""

import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign import actions, rules
from campaign.hours import Hours
from campaign.models import Campaign, DeliveryPoint, Dispatch
from outbox.models import Message
from tests.factories import DAY, HOUR, SECOND, fresh, make_campaign, make_dispatch, make_point, make_signature

MINUTE = dt.timedelta(minutes=1)
# 09:00 in Warsaw, a Monday.
MONDAY = dt.datetime(2027, 3, 1, 8, tzinfo=dt.UTC)
OFFICE = {
    "time_zone": "Europe/Warsaw",
    "delivery_days": [1, 2, 3, 4, 5],
    "delivery_from": dt.time(9),
    "delivery_until": dt.time(17),
}


def make_window(begin=MONDAY, length=4 * DAY, **fields):
    """A campaign that delivers from a Monday morning on."""
    end = begin + length
    return make_campaign(opens_at=begin - 30 * DAY, closes_at=end, deliver_from=begin, deliver_until=end, **fields)


def letters_to(point, count, *, campaign, **fields):
    return [make_dispatch(make_signature(campaign, state="confirmed"), point, **fields) for _ in range(count)]


def release_through(point, *, start, end, every):
    """Runs the task through simulated time, outside the hours too; gives the moments at which letters were queued."""
    now = start
    while now < end:
        actions.release_dispatches(now=now)
        now += every
    return moments_of(point)


def moments_of(point):
    queued = point.dispatches.exclude(queued_at=None)
    return list(queued.order_by("queued_at").values_list("queued_at", flat=True))


def gaps(moments):
    return [later - earlier for earlier, later in itertools.pairwise(moments)]


def most_in_any_hour(moments):
    return max((sum(begin <= moment < begin + HOUR for moment in moments) for begin in moments), default=0)


def test_a_letter_belongs_to_the_campaign_of_its_signature_by_whatever_way_it_is_written(campaign, point):
    signature = make_signature(campaign, state="confirmed")
    by_orm = make_dispatch(signature, point)
    (by_bulk,) = Dispatch.objects.bulk_create(
        [Dispatch(signature=signature, point=make_point(), planned_at=MONDAY, campaign=make_campaign())]
    )
    assert {fresh(by_orm).campaign_id, fresh(by_bulk).campaign_id} == {campaign.pk}


# --- Hours ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "released"),
    [
        (MONDAY - SECOND, 0),
        (MONDAY, 1),
        (MONDAY + 8 * HOUR - SECOND, 1),
        (MONDAY + 8 * HOUR, 0),
        (MONDAY + 5 * DAY, 0),
        (MONDAY + 7 * DAY, 1),
    ],
)
def test_letters_go_while_the_point_is_open(db, moment, released):
    point = make_point(**OFFICE)
    letters_to(point, 1, campaign=make_window(MONDAY - DAY, 30 * DAY))
    assert actions.release_dispatches(now=moment) == released


@pytest.mark.parametrize("offset", [-HOUR, 2 * HOUR])
def test_an_open_point_gets_nothing_outside_the_campaign_s_window(db, offset):
    point = make_point(**OFFICE)
    letters_to(point, 1, campaign=make_window(MONDAY + HOUR, HOUR))
    assert actions.release_dispatches(now=MONDAY + HOUR + offset) == 0


def test_an_office_opens_at_its_nine_o_clock_on_the_day_after_the_clock_has_changed(db):
    """28 March 2027: from then on 09:00 in Warsaw is 07:00 UTC."""
    point = make_point(**OFFICE)
    letters_to(point, 1, campaign=make_window(MONDAY, 60 * DAY))
    opens = dt.datetime(2027, 3, 29, 7, tzinfo=dt.UTC)
    assert actions.release_dispatches(now=opens - SECOND) == 0
    assert actions.release_dispatches(now=opens) == 1


def test_a_time_zone_that_is_corrected_inside_the_window_holds_at_once(db):
    point = make_point(**OFFICE)
    letters_to(point, 3, campaign=make_window())
    assert actions.release_dispatches(now=MONDAY) == 1
    DeliveryPoint.objects.update(time_zone="America/New_York")
    assert actions.release_dispatches(now=MONDAY + HOUR) == 0
    nine_in_new_york = dt.datetime(2027, 3, 1, 14, tzinfo=dt.UTC)
    assert actions.release_dispatches(now=nine_in_new_york - SECOND) == 0
    # The slots are moments, not times of day: the next is one spacing of open time after the last, which it is by now.
    assert actions.release_dispatches(now=nine_in_new_york + MINUTE) == 1


def test_a_time_zone_that_does_not_exist_counts_as_utc(db):
    point = make_point(**OFFICE | {"time_zone": "Mars/Olympus"})
    letters_to(point, 1, campaign=make_window(MONDAY - HOUR))
    assert actions.release_dispatches(now=MONDAY) == 0
    assert actions.release_dispatches(now=MONDAY + HOUR) == 1


def test_the_spacing_counts_open_time_alone(db):
    """One an hour: what was half due in the evening is due half an hour after the opening."""
    point = make_point(**OFFICE, hourly_cap=1)
    letters_to(point, 3, campaign=make_window())
    assert actions.release_dispatches(now=MONDAY + 7.5 * HOUR) == 1
    assert actions.release_dispatches(now=MONDAY + DAY + 30 * MINUTE - SECOND) == 0
    assert actions.release_dispatches(now=MONDAY + DAY + 30 * MINUTE) == 1


def test_a_point_whose_address_is_taken_away_keeps_its_letters(db):
    point = make_point()
    (letter,) = letters_to(point, 1, campaign=make_window())
    DeliveryPoint.objects.update(email="")
    assert actions.release_dispatches(now=MONDAY) == 0
    assert fresh(letter).state == "planned"
    DeliveryPoint.objects.update(email="embassy@point.example")
    assert actions.release_dispatches(now=MONDAY) == 1


# --- Evenly --------------------------------------------------------------------------------------------------


def test_what_waits_is_spread_over_all_of_the_window(db):
    point = make_point(shape="even")
    letters_to(point, 12, campaign=make_window(length=2 * HOUR))
    moments = release_through(point, start=MONDAY, end=MONDAY + 2 * HOUR, every=10 * SECOND)
    assert len(moments) == 12
    assert moments[0] == MONDAY
    assert all(9.5 * MINUTE <= gap <= 10.5 * MINUTE for gap in gaps(moments))


def test_what_waits_is_spread_over_the_hours_that_are_open(db):
    """Two days of eight hours, one letter an hour."""
    point = make_point(**OFFICE, shape="even")
    letters_to(point, 16, campaign=make_window(length=2 * DAY))
    for day in (MONDAY, MONDAY + DAY):
        moments = release_through(point, start=day - HOUR, end=day + 9 * HOUR, every=2 * MINUTE)
    assert len(moments) == 16
    assert [moment.date() for moment in moments].count(MONDAY.date()) == 8
    hours = point.hours
    assert all(hours.is_open(moment) for moment in moments)
    apart = [hours.open_time(earlier, later) for earlier, later in itertools.pairwise(moments)]
    assert all(55 * MINUTE <= gap <= 65 * MINUTE for gap in apart)


def test_late_signatures_catch_up_by_themselves(db):
    point = make_point(shape="even")
    campaign = make_window(length=2 * HOUR)
    letters_to(point, 4, campaign=campaign)
    early = release_through(point, start=MONDAY, end=MONDAY + HOUR, every=20 * SECOND)
    letters_to(point, 20, campaign=campaign)
    moments = release_through(point, start=MONDAY + HOUR, end=MONDAY + 2 * HOUR, every=20 * SECOND)
    assert (len(early), len(moments)) == (2, 24)
    assert all(gap <= 3.5 * MINUTE for gap in gaps(moments[2:]))


def test_an_even_drip_keeps_to_the_cap_where_more_waits_than_it_lets_go(db):
    point = make_point(shape="even", hourly_cap=6)
    letters_to(point, 30, campaign=make_window(length=2 * HOUR))
    moments = release_through(point, start=MONDAY, end=MONDAY + 3 * HOUR, every=20 * SECOND)
    assert len(moments) == 12
    assert most_in_any_hour(moments) == 6


def test_the_campaign_whose_window_ends_first_goes_first_and_both_end_empty(db):
    point = make_point(shape="even")
    long, short = make_window(length=4 * HOUR), make_window(length=HOUR)
    later = letters_to(point, 6, campaign=long)
    sooner = letters_to(point, 6, campaign=short)
    moments = release_through(point, start=MONDAY, end=MONDAY + HOUR, every=10 * SECOND)
    assert {fresh(letter).state for letter in sooner} == {"queued"}
    assert len(moments) == 6
    release_through(point, start=MONDAY + HOUR, end=MONDAY + 4 * HOUR, every=20 * SECOND)
    assert {fresh(letter).state for letter in later} == {"queued"}


def test_as_they_come_is_up_to_the_cap_however_long_the_window_is(db):
    point = make_point()
    letters_to(point, 5, campaign=make_window(length=30 * DAY))
    moments = release_through(point, start=MONDAY, end=MONDAY + 10 * MINUTE, every=3 * SECOND)
    assert gaps(moments) == [MINUTE] * 4


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.sampled_from(DeliveryPoint.Shape.values),
    cap=st.integers(2, 60),
    opens=st.integers(0, 22),
    minutes=st.integers(10, 59),
    days=st.integers(1, 3),
    part=st.floats(0.05, 1),
    every=st.integers(8, 20),
    zone=st.sampled_from(["UTC", "Europe/Warsaw", "America/New_York", "Asia/Kolkata"]),
)
def test_no_hour_holds_more_than_the_cap_and_what_can_go_has_gone_when_the_window_ends(
    db, shape, cap, opens, minutes, days, part, every, zone
):
    # The window lies around the night in which the clock of Warsaw changes.
    begin = dt.datetime(2027, 3, 27, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    end = begin + days * DAY
    times = {"delivery_from": dt.time(opens), "delivery_until": dt.time(opens, minutes)}
    hours = Hours(ZoneInfo(zone), opens=times["delivery_from"], closes=times["delivery_until"])
    room = hours.open_time(begin, end) // (HOUR / cap)
    with transaction.atomic():
        point = make_point(shape=shape, hourly_cap=cap, time_zone=zone, **times)
        campaign = make_window(begin, days * DAY)
        letters_to(point, max(1, int(room * part)) if room else 0, campaign=campaign)
        for opened, closed in hours.spans(begin, end):
            release_through(point, start=opened, end=closed, every=every * SECOND)
        moments = moments_of(point)
        assert most_in_any_hour(moments) <= cap
        assert all(hours.is_open(moment) for moment in moments)
        assert not point.dispatches.filter(state="planned").exists()
        transaction.set_rollback(True)


# --- What cannot all go --------------------------------------------------------------------------------------


def test_a_cap_that_cannot_empty_the_window_is_told_with_its_numbers(db):
    point = make_point(**OFFICE, hourly_cap=2)
    campaign = make_window(length=DAY)
    letters_to(point, 20, campaign=campaign)
    (short,) = rules.too_many_for_the_window(campaign, now=MONDAY - DAY)
    assert (short.point, short.letters, short.needed, short.left) == (point, 20, 10 * HOUR, 8 * HOUR)
    (later,) = rules.too_many_for_the_window(campaign, now=MONDAY + 5 * HOUR)
    assert later.left == 3 * HOUR


def test_what_fits_is_not_told(db):
    point = make_point(**OFFICE, hourly_cap=2)
    campaign = make_window(length=DAY)
    letters_to(point, 16, campaign=campaign)
    assert rules.too_many_for_the_window(campaign, now=MONDAY) == []
    assert rules.too_many_for_the_window(campaign, now=MONDAY + SECOND) != []
    DeliveryPoint.objects.update(digest_every=2)
    assert rules.too_many_for_the_window(campaign, now=MONDAY + SECOND) == []


def test_letters_of_campaigns_that_go_before_it_count(db):
    point = make_point(**OFFICE, hourly_cap=2)
    campaign, sooner, later = make_window(length=DAY), make_window(length=DAY - HOUR), make_window(length=2 * DAY)
    letters_to(point, 10, campaign=campaign)
    letters_to(point, 10, campaign=sooner)
    assert [short.letters for short in rules.too_many_for_the_window(campaign, now=MONDAY)] == [20]
    assert rules.too_many_for_the_window(sooner, now=MONDAY) == []
    assert rules.too_many_for_the_window(later, now=MONDAY) == []


# --- Clocks and planners -------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", [MINUTE, HOUR, 3 * DAY])
def test_a_clock_that_is_set_back_makes_neither_a_burst_nor_a_standstill(db, back):
    point = make_point(hourly_cap=60)
    letters_to(point, 400, campaign=make_window(MONDAY - 10 * DAY, 30 * DAY))
    release_through(point, start=MONDAY, end=MONDAY + 30 * MINUTE, every=20 * SECOND)
    before = Message.objects.count()
    start = MONDAY + 30 * MINUTE - back
    assert actions.release_dispatches(now=start) == 0
    assert actions.release_dispatches(now=start + MINUTE) == 1
    for minute in range(2, 61):
        actions.release_dispatches(now=start + minute * MINUTE)
    # An hour of real time, in which no more went than the cap; and it went on.
    assert 29 <= Message.objects.count() - before <= 60


def test_a_machine_whose_clock_is_a_little_behind_waits(db):
    point = make_point(hourly_cap=360)
    letters_to(point, 10, campaign=make_window())
    assert actions.release_dispatches(now=MONDAY + HOUR) == 1
    assert actions.release_dispatches(now=MONDAY + HOUR - 5 * SECOND) == 0
    assert fresh(point).last_slot_at == MONDAY + HOUR
    assert actions.release_dispatches(now=MONDAY + HOUR + 10 * SECOND) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fields", [{}, {"shape": "even"}, {"digest_every": 2}])
def test_two_planners_at_once_queue_each_letter_once_and_no_more_than_its_slots(fields):
    campaign = make_window(length=HOUR)
    point = make_point(hourly_cap=3600, **fields)
    letters = letters_to(point, 40, campaign=campaign)

    def release(second):
        try:
            return actions.release_dispatches(now=MONDAY + second * SECOND)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as crowd:
        released = sum(crowd.map(release, [second for second in range(5) for _ in range(4)]))
    queued = Dispatch.objects.filter(state="queued")
    assert released == queued.count()
    mails = Message.objects.values_list("kind", "subject_id")
    assert len(set(mails)) == len(mails) <= 5
    assert queued.count() == len(mails) * (fields.get("digest_every") or 1)
    assert {letter.pk for letter in letters} >= set(queued.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_signing_does_not_wait_while_letters_are_released():
    """The campaign is locked against being paused, not against being signed."""
    campaign = make_window()
    letters_to(make_point(), 1, campaign=campaign)

    def sign():
        try:
            with transaction.atomic():
                with connections["default"].cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '2s'")
                return make_signature(campaign)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        assert actions.release_dispatches(now=MONDAY) == 1
        assert other.submit(sign).result(10)
    assert Campaign.objects.get(pk=campaign.pk).signatures.count() == 2
