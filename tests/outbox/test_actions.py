import datetime as dt

import pytest
from django.db import transaction

from outbox import actions, moves
from outbox.models import Attempt, Message, State
from outbox.sending import GIVE_UP_AFTER, backoff, message_id, quick_backoff
from tests.outbox.conftest import plain_mail

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
INDEX = b"i" * 32


def queue(kind, subject_id=1, **options) -> bool:
    return actions.enqueue(kind=kind.name, subject_id=subject_id, language="en", **options)


# --- Queueing -----------------------------------------------------------------------------------------------


def test_a_second_message_for_the_same_subject_is_not_queued(note, letter):
    for kind in (note, letter):
        assert queue(kind)
        assert not queue(kind)
    assert Message.objects.count() == 2


def test_after_it_was_sent_only_a_mail_that_may_repeat_is_queued_again(note, letter, send, mail_server, now):
    queue(note, now=now)
    queue(letter, now=now)
    send()
    assert queue(note)
    assert not queue(letter)


def test_what_is_queued_in_a_transaction_that_fails_was_never_queued(note):
    def fail() -> None:
        with transaction.atomic():
            assert queue(note)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Message.objects.exists()


def test_an_unknown_kind_is_refused():
    with pytest.raises(KeyError):
        actions.enqueue(kind="no_such_kind", subject_id=1, language="en")


@pytest.mark.parametrize("subject_id", [1, None])
def test_an_address_gets_no_second_mail_in_the_quiet_time(note, subject_id, send, mail_server, now):
    def again(index: bytes, at: dt.datetime) -> bool:
        return queue(note, subject_id, address_index=index, now=at, quiet_since=at - 2 * MINUTE)

    assert again(INDEX, now)
    send()
    assert not again(INDEX, now + MINUTE)
    assert again(b"o" * 32, now + MINUTE)
    send(now + MINUTE)
    assert again(INDEX, now + 3 * MINUTE)


def test_queueing_costs_one_query(note, django_assert_num_queries):
    with django_assert_num_queries(1):
        queue(note, address_index=INDEX)


# --- Cancelling, forgetting ---------------------------------------------------------------------------------


def test_a_queued_message_can_be_cancelled(note, send, mail_server, now):
    queue(note)
    assert actions.cancel(kind=note.name, subject_id=1, reason="withdrawn", now=now)
    message = Message.objects.get()
    assert (message.state, message.cancel_reason, message.settled_at) == (State.CANCELLED, "withdrawn", now)
    assert not actions.cancel(kind=note.name, subject_id=1, reason="withdrawn")
    send()
    assert not mail_server.recipients


def test_a_message_that_is_being_sent_is_left_to_its_worker(register, send, mail_server, now):
    answers = []

    def compose(message):
        answers.append(actions.cancel(kind="test_late", subject_id=1, reason="withdrawn"))
        return plain_mail(message)

    queue(register("test_late", compose=compose), now=now)
    assert send().accepted == 1
    assert answers == [False]


def test_who_is_forgotten_gets_no_mail_and_leaves_no_index(note, send, mail_server, now):
    queue(note, address_index=INDEX, now=now)
    send()
    queue(note, address_index=INDEX, now=now)
    queue(note, 2, address_index=INDEX, now=now)
    actions.forget(kind=note.name, subject_id=1)
    assert send().accepted == 1
    assert list(Message.objects.to_address(INDEX).values_list("subject_id", flat=True)) == [2]
    assert Message.objects.get(state=State.CANCELLED).cancel_reason == "erased"


# --- Sweeping -----------------------------------------------------------------------------------------------


@pytest.fixture
def claimed(now):
    """A message taken by a worker that died: `begun` with its attempt open."""

    def claimed(kind, *, begun: bool, tries: int = 1, created_at: dt.datetime = now) -> Message:
        message = Message.objects.create(
            kind=kind.name,
            subject_id=1,
            language="en",
            may_repeat=kind.may_repeat,
            state=State.SENDING,
            lease_until=now,
            tries=tries,
            created_at=created_at,
        )
        if begun:
            Attempt.objects.create(
                message=message, number=tries, started_at=now, internet_message_id=message_id(message)
            )
        return message

    return claimed


@pytest.mark.parametrize(
    ("kind_name", "begun", "state"),
    [
        ("note", True, State.QUEUED),
        ("note", False, State.QUEUED),
        ("letter", False, State.QUEUED),
        ("letter", True, State.UNKNOWN),
    ],
)
def test_what_a_dead_worker_left_is_settled_by_what_may_have_happened(kind_name, begun, state, request, claimed, now):
    message = claimed(request.getfixturevalue(kind_name), begun=begun)
    swept = actions.sweep(now=now)
    message.refresh_from_db()
    assert message.state == state
    assert (swept.queued, swept.unknown) == ((0, 1) if state == State.UNKNOWN else (1, 0))
    assert not Attempt.objects.open().exists()
    if state == State.QUEUED:
        assert message.not_before == now


def test_a_worker_within_its_lease_is_not_disturbed(note, claimed, now):
    message = claimed(note, begun=True)
    actions.sweep(now=now - dt.timedelta(seconds=1))
    message.refresh_from_db()
    assert message.state == State.SENDING


def test_a_message_that_kills_its_worker_again_and_again_waits_longer_and_is_given_up(note, claimed, now):
    message = claimed(note, begun=True, tries=3)
    actions.sweep(now=now)
    message.refresh_from_db()
    assert message.not_before >= now + 2 * MINUTE
    message.delete()
    message = claimed(note, begun=True, tries=3, created_at=now - GIVE_UP_AFTER)
    actions.sweep(now=now)
    message.refresh_from_db()
    assert message.state == State.FAILED


def test_a_dead_worker_s_message_is_dropped_if_a_newer_one_waits(note, claimed, now):
    message = claimed(note, begun=True)
    queue(note)
    actions.sweep(now=now)
    message.refresh_from_db()
    assert (message.state, message.cancel_reason) == (State.CANCELLED, moves.SUPERSEDED)


def test_a_worker_that_comes_back_after_the_sweep_changes_nothing(letter, claimed, now):
    message = claimed(letter, begun=True)
    stale = Message.objects.get(pk=message.pk)
    actions.sweep(now=now)
    assert moves.apply([stale], lambda message: message.accept(now=now)) == []
    message.refresh_from_db()
    assert message.state == State.UNKNOWN


def test_the_owner_of_a_message_left_unknown_is_told(register, claimed, now):
    told = []
    kind = register("test_owned", may_repeat=False, moved=lambda message, old: told.append((old, message.state)))
    claimed(kind, begun=True)
    actions.sweep(now=now)
    assert told == [("sending", "unknown")]


# --- Decisions of people ------------------------------------------------------------------------------------


def test_staff_may_queue_a_failed_mail_again_but_never_a_letter(note, letter, send, mail_server, now):
    mail_server.behave("test_note-1@people.example", rcpt="550 5.1.1 no")
    mail_server.behave("some_letter-1@people.example", rcpt="550 5.1.1 no")
    queue(note, now=now)
    queue(letter, now=now)
    send()
    mail_server.behaviours.clear()
    assert [message.kind for message in actions.queue_again(messages=Message.objects.all(), now=now)] == [note.name]
    assert send().accepted == 1
    assert set(mail_server.recipients) == {"test_note-1@people.example"}


def test_a_failed_mail_with_a_newer_one_waiting_stays_failed(note, send, mail_server, now):
    mail_server.behave("test_note-1@people.example", rcpt="550 5.1.1 no")
    queue(note, now=now)
    send()
    queue(note)
    assert actions.queue_again(messages=Message.objects.all()) == []
    assert set(Message.objects.values_list("state", flat=True)) == {State.FAILED, State.QUEUED}


def test_staff_may_give_up_what_is_unknown_and_nothing_else(letter, claimed, now):
    message = claimed(letter, begun=True)
    actions.sweep(now=now)
    queue(letter, 2)
    assert actions.give_up(messages=Message.objects.all(), now=now) == [message]
    assert dict(Message.objects.values_list("subject_id", "state")) == {1: State.FAILED, 2: State.QUEUED}


# --- Waiting times ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 2), (5, 16), (10, 512), (11, 720), (200, 720)])
def test_deferrals_wait_twice_as_long_each_time_up_to_12_hours(tries, minutes):
    for _ in range(20):
        assert minutes * MINUTE <= backoff(tries) <= min(1.25 * minutes, 720) * MINUTE


@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (10, 60)])
def test_a_lost_connection_is_tried_again_soon(tries, seconds):
    assert quick_backoff(tries) == dt.timedelta(seconds=seconds)
    assert quick_backoff(11) >= MINUTE


def test_message_ids_are_the_row_s_own_and_count_nothing(settings):
    first, second = Message(pk=1, kind="test_note"), Message(pk=2, kind="test_note")
    assert message_id(first) == message_id(Message(pk=1, kind="test_note"))
    assert message_id(first) != message_id(second)
    assert message_id(first).endswith(f"@{settings.MAIL_DOMAIN}>")
