"""From a confirmed signature to an embassy's mailbox: in the window, in a drip, at most once, followed to the end."""

import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connections

from campaign import actions, tasks
from campaign.models import DeliveryPoint, Dispatch, Signature
from outbox import actions as outbox
from outbox.models import Message
from tests.factories import DAY, HOUR, NOW, fresh, make_campaign, make_dispatch, make_point, make_signature

MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)


def letters_to(point, count, *, campaign, **fields):
    return [make_dispatch(make_signature(campaign, state="confirmed"), point, **fields) for _ in range(count)]


def states():
    return list(Dispatch.objects.order_by("pk").values_list("state", flat=True))


# --- Released ------------------------------------------------------------------------------------------------


def test_a_released_letter_is_queued_once_in_the_addressee_s_language(campaign, point):
    (dispatch,) = letters_to(point, 1, campaign=campaign)
    assert actions.release_dispatches(now=NOW) == 1
    assert actions.release_dispatches(now=NOW + HOUR) == 0
    message = Message.objects.get()
    assert (message.kind, message.subject_id, message.language) == ("letter", dispatch.pk, "zh-hans")
    assert (message.may_repeat, message.address_index) == (False, None)
    assert (fresh(dispatch).state, fresh(dispatch).queued_at) == ("queued", NOW)


@pytest.mark.parametrize("offset", [-20 * DAY, 40 * DAY - SECOND])
def test_letters_go_inside_the_window(campaign, point, offset):
    letters_to(point, 1, campaign=campaign)
    assert actions.release_dispatches(now=NOW + offset) == 1


@pytest.mark.parametrize("offset", [-20 * DAY - SECOND, 40 * DAY])
def test_letters_wait_outside_the_window(campaign, point, offset):
    letters_to(point, 1, campaign=campaign)
    assert actions.release_dispatches(now=NOW + offset) == 0
    assert states() == ["planned"]


@pytest.mark.parametrize(
    ("state", "released"),
    [("scheduled", 0), ("open", 1), ("closed", 1), ("delivered", 0), ("archived", 0), ("draft", 0), ("in_review", 0)],
)
def test_letters_go_while_the_campaign_is_open_or_closed(point, state, released):
    letters_to(point, 1, campaign=make_campaign(state=state))
    assert actions.release_dispatches(now=NOW) == released


def test_an_inactive_point_gets_nothing(campaign, point):
    letters_to(point, 1, campaign=campaign)
    DeliveryPoint.objects.update(active=False)
    assert actions.release_dispatches(now=NOW) == 0


def test_what_goes_by_hand_or_post_is_not_mailed(campaign, point):
    for channel in ("hand", "post"):
        letters_to(point, 1, campaign=campaign, channel=channel)
    assert actions.release_dispatches(now=NOW) == 0


@pytest.mark.parametrize("state", ["held", "cancelled", "queued", "sending", "bounced", "unknown"])
def test_only_what_is_planned_is_released(campaign, point, state):
    letters_to(point, 1, campaign=campaign, state=state)
    assert actions.release_dispatches(now=NOW) == 0
    assert not Message.objects.exists()


def test_letters_that_waited_longest_go_first(campaign, point):
    first, _second = letters_to(point, 2, campaign=campaign)
    actions.release_dispatches(now=NOW)
    assert Message.objects.get().subject_id == first.pk


# --- The cap -------------------------------------------------------------------------------------------------


def release_through(point, *, start, hours, every):
    """Runs the task through simulated hours; gives the moments at which letters were queued."""
    now = start
    while now < start + hours * HOUR:
        actions.release_dispatches(now=now)
        now += every
    return list(point.dispatches.exclude(queued_at=None).order_by("queued_at").values_list("queued_at", flat=True))


def most_in_any_hour(moments):
    return max(sum(begin <= moment < begin + HOUR for moment in moments) for begin in moments)


@pytest.mark.parametrize("every", [49 * SECOND, 5 * MINUTE])
def test_no_hour_holds_more_letters_than_the_cap(campaign, every):
    point = make_point(hourly_cap=6)
    letters_to(point, 30, campaign=campaign)
    moments = release_through(point, start=NOW, hours=4, every=every)
    assert most_in_any_hour(moments) <= 6
    # And the drip is even: close to four hours' worth, none in a burst.
    assert 22 <= len(moments) <= 24
    assert all(later - earlier >= 8 * MINUTE for earlier, later in itertools.pairwise(moments))


def test_a_task_that_was_late_catches_up_by_half_a_minute_at_most(campaign):
    point = make_point(hourly_cap=360)
    letters_to(point, 30, campaign=campaign)
    assert actions.release_dispatches(now=NOW) == 1
    # One every 10 s; an hour without a worker makes no burst of 30.
    assert actions.release_dispatches(now=NOW + HOUR) == 4


def test_a_cap_that_was_lowered_holds_at_once(campaign):
    point = make_point(hourly_cap=3600)
    letters_to(point, 40, campaign=campaign)
    released = sum(actions.release_dispatches(now=NOW + second * SECOND) for second in range(20))
    assert released == 20
    DeliveryPoint.objects.update(hourly_cap=10)
    assert sum(actions.release_dispatches(now=NOW + 20 * SECOND + minute * MINUTE) for minute in range(59)) == 0


def test_each_point_has_a_cap_of_its_own(campaign, point):
    other = make_point()
    letters_to(point, 3, campaign=campaign)
    letters_to(other, 3, campaign=campaign)
    assert actions.release_dispatches(now=NOW) == 2


def test_campaigns_share_the_cap_of_a_point(point):
    for _ in range(2):
        letters_to(point, 2, campaign=make_campaign())
    assert actions.release_dispatches(now=NOW) == 1


def test_the_first_letter_after_a_quiet_time_goes_at_once(campaign, point):
    letters_to(point, 1, campaign=campaign)
    actions.release_dispatches(now=NOW)
    letters_to(point, 1, campaign=campaign)
    assert actions.release_dispatches(now=NOW + DAY) == 1


@pytest.mark.django_db(transaction=True)
def test_two_release_tasks_at_once_queue_each_letter_once(campaign):
    points = [make_point(hourly_cap=3600) for _ in range(3)]
    for point in points:
        letters_to(point, 5, campaign=campaign)

    def release(number):
        try:
            return actions.release_dispatches(now=NOW + number * SECOND)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as crowd:
        released = sum(crowd.map(release, [second for second in range(6) for _ in range(4)]))
    assert released == Message.objects.count() == Dispatch.objects.filter(state="queued").count()
    assert Message.objects.values("subject_id").distinct().count() == released


def test_the_number_of_queries_does_not_grow_with_what_waits(campaign, point, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    letters_to(point, 2, campaign=campaign)
    with CaptureQueriesContext(connection) as queries:
        assert actions.release_dispatches(now=NOW) == 1
    letters_to(point, 20, campaign=campaign)
    with django_assert_num_queries(len(queries)):
        assert actions.release_dispatches(now=NOW + MINUTE) == 1


# --- Paused --------------------------------------------------------------------------------------------------


def test_a_paused_campaign_dispatches_nothing_and_goes_on_where_it_stopped(campaign, point, bora):
    letters_to(point, 2, campaign=campaign)
    actions.pause_campaign(campaign=campaign, by=bora)
    assert actions.release_dispatches(now=NOW) == 0
    actions.resume_campaign(campaign=campaign, by=bora)
    assert actions.release_dispatches(now=NOW) == 1


def test_pausing_one_campaign_does_not_stop_another(campaign, point, bora):
    letters_to(point, 1, campaign=campaign)
    letters_to(point, 1, campaign=make_campaign())
    actions.pause_campaign(campaign=campaign, by=bora)
    assert actions.release_dispatches(now=NOW) == 1
    assert states() == ["planned", "queued"]


def test_pausing_calls_back_what_is_queued_and_it_goes_once_after_resuming(campaign, point, bora, post_office):
    (dispatch,) = letters_to(point, 1, campaign=campaign)
    actions.release_dispatches(now=NOW)
    actions.pause_campaign(campaign=campaign, by=bora)
    assert (fresh(dispatch).state, fresh(dispatch).queued_at) == ("planned", None)
    post_office.send("deliveries")
    assert post_office.server.mails == []
    actions.resume_campaign(campaign=campaign, by=bora)
    assert actions.release_dispatches(now=NOW + MINUTE) == 1
    post_office.send("deliveries", now=NOW + 2 * MINUTE)
    assert post_office.server.recipients == ["warsaw@point.example"]
    assert fresh(dispatch).state == "accepted"


def test_pausing_leaves_alone_what_has_gone(campaign, point, bora, post_office):
    (dispatch,) = letters_to(point, 1, campaign=campaign)
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries")
    actions.pause_campaign(campaign=campaign, by=bora)
    assert fresh(dispatch).state == "accepted"


# --- Followed ------------------------------------------------------------------------------------------------


@pytest.fixture
def queued(campaign, point):
    (dispatch,) = letters_to(point, 1, campaign=campaign)
    actions.release_dispatches(now=NOW)
    return dispatch


def steps(dispatch):
    return [change.new for change in dispatch.changes.order_by("pk")]


def test_an_accepted_letter_is_accepted(queued, post_office):
    post_office.send("deliveries")
    assert steps(queued) == ["queued", "sending", "accepted"]
    assert fresh(queued).accepted_at is not None


def test_a_refused_letter_bounced(queued, post_office):
    post_office.server.behave("warsaw@point.example", rcpt="550 5.1.1 no such mailbox")
    post_office.send("deliveries")
    assert steps(queued) == ["queued", "sending", "bounced"]


def test_a_letter_that_was_put_off_waits_and_goes_once(queued, post_office):
    post_office.server.behave("warsaw@point.example", rcpt="450 4.2.1 later")
    post_office.send("deliveries")
    assert fresh(queued).state == "queued"
    post_office.server.behave("warsaw@point.example")
    post_office.send("deliveries", now=Message.objects.get(kind="letter").not_before + MINUTE)
    assert fresh(queued).state == "accepted"
    assert post_office.server.recipients == ["warsaw@point.example"]


def test_a_letter_lost_after_its_content_was_handed_over_is_unknown_and_never_sent_again(queued, post_office):
    post_office.server.behave("warsaw@point.example", data="drop")
    post_office.send("deliveries")
    assert fresh(queued).state == "unknown"
    post_office.server.behave("warsaw@point.example")
    for later in (HOUR, DAY, 10 * DAY):
        outbox.sweep(now=NOW + later)
        actions.release_dispatches(now=NOW + later)
        post_office.send("deliveries", now=NOW + later)
    assert post_office.server.handed_over == {"warsaw@point.example": 1}
    assert fresh(queued).state == "unknown"


def test_a_worker_that_died_while_it_sent_leaves_the_letter_unknown(queued, post_office, monkeypatch):
    """Between the committed attempt and the answer; tests/outbox kills a process there."""
    from outbox import sending

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending.Batch, "begin", die)
        with pytest.raises(Killed):
            post_office.send("deliveries")
    assert fresh(queued).state == "sending"
    outbox.sweep(now=NOW + HOUR)
    assert fresh(queued).state == "unknown"
    post_office.send("deliveries", now=NOW + DAY)
    assert post_office.server.mails == []


def test_without_a_mail_server_letters_wait(queued, settings):
    from tests.outbox.mail_server import free_port

    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    outbox.send_due(queue="deliveries")
    assert fresh(queued).state == "queued"


def test_what_staff_found_out_about_an_unknown_letter_settles_it(queued, post_office):
    post_office.server.behave("warsaw@point.example", data="drop")
    post_office.send("deliveries")
    outbox.give_up(messages=Message.objects.filter(kind="letter"))
    assert fresh(queued).state == "bounced"


def test_one_letter_s_reason_is_not_another_s(campaign, point, post_office):
    """The worker settles a letter that is no longer wanted and the next one in the same transaction."""
    gone, going = letters_to(point, 2, campaign=campaign)
    actions.release_dispatches(now=NOW - MINUTE)
    actions.release_dispatches(now=NOW)
    Signature.objects.filter(pk=gone.signature.pk).update(state="withdrawn")
    post_office.send("deliveries")
    assert gone.changes.get(new="cancelled").reason == "unwanted"
    assert going.changes.get(new="accepted").reason == ""


# --- Presumed delivered --------------------------------------------------------------------------------------


def test_a_letter_that_no_server_sent_back_for_48_hours_is_presumed_delivered(campaign, point):
    due, early = (
        letters_to(point, 1, campaign=campaign, state="accepted", accepted_at=NOW - age)[0]
        for age in (48 * HOUR, 48 * HOUR - SECOND)
    )
    assert actions.presume_delivered(now=NOW) == 1
    assert (fresh(due).state, fresh(early).state) == ("presumed_delivered", "accepted")
    assert due.changes.get().reason == "48 hours without a bounce"
    assert actions.presume_delivered(now=NOW) == 0


@pytest.mark.parametrize("state", ["bounced", "unknown", "queued", "replied"])
def test_nothing_else_is_presumed_delivered(campaign, point, state):
    letters_to(point, 1, campaign=campaign, state=state, accepted_at=NOW - 10 * DAY)
    assert actions.presume_delivered(now=NOW) == 0


@pytest.mark.parametrize("state", ["accepted", "presumed_delivered"])
def test_a_bounce_that_comes_late_is_believed(campaign, point, state):
    (dispatch,) = letters_to(point, 1, campaign=campaign, state=state, accepted_at=NOW)
    actions.follow_message(
        SimpleNamespace(subject_id=dispatch.pk, state="bounced", cancel_reason="", settled_at=NOW, refusal="5.1.1"),
        "accepted",
    )
    assert fresh(dispatch).state == "bounced"


# --- Tasks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "task",
    [
        tasks.release_dispatches,
        tasks.presume_delivered,
        tasks.tell_supporters,
        tasks.follow_the_clock,
        tasks.expire_unanswered,
        tasks.erase_taken_back,
        tasks.recount,
    ],
)
def test_running_a_task_twice_is_harmless(campaign, point, task):
    (dispatch,) = letters_to(point, 1, campaign=campaign)
    task()
    before = (states(), fresh(dispatch.signature).state, Message.objects.count())
    task()
    assert (states(), fresh(dispatch.signature).state, Message.objects.count()) == before


def test_every_task_of_the_schedule_exists_and_has_a_queue(settings):
    from maninso.celery import app

    app.loader.import_default_modules()
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert names <= set(app.tasks)
    assert set(settings.CELERY_TASK_ROUTES) <= set(app.tasks)
    assert {tasks.release_dispatches.name, tasks.tally.name, "outbox.tasks.sweep"} <= names
