"""Each rule of the database is tried on both sides."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django_fsm import TransitionNotAllowed

from outbox.models import Attempt, Ending, Message, Outcome, State
from tests.outbox.conftest import NOW

pytestmark = pytest.mark.django_db


def row(**values: object) -> Message:
    values = {"kind": "test_note", "subject_id": 1, "language": "en", "may_repeat": True, **values}
    if values.get("state") == State.SENDING:
        values.setdefault("lease_until", NOW)
    if values.get("state") in {State.ACCEPTED, State.BOUNCED, State.UNKNOWN, State.FAILED, State.CANCELLED}:
        values.setdefault("settled_at", NOW)
    if values.get("state") == State.CANCELLED:
        values.setdefault("cancel_reason", "erased")
    return Message.objects.create(**values)


def refused(**values: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        row(**values)


@pytest.mark.parametrize("state", sorted(set(State.values) - {State.CANCELLED}))
def test_a_mail_that_may_not_repeat_has_one_message_ever(state):
    row(may_repeat=False, state=state)
    refused(may_repeat=False)
    row(may_repeat=False, subject_id=2)
    row(may_repeat=False, kind="test_other")


def test_a_cancelled_message_does_not_use_up_the_one():
    row(may_repeat=False, state=State.CANCELLED)
    row(may_repeat=False)


def test_a_mail_that_may_repeat_waits_once():
    row()
    refused()
    row(state=State.SENDING)
    row(state=State.ACCEPTED)
    row(state=State.ACCEPTED)


def test_a_mail_about_nobody_in_particular_may_wait_more_than_once():
    row(subject_id=None)
    row(subject_id=None)


def test_a_mail_that_may_not_repeat_has_a_subject():
    refused(may_repeat=False, subject_id=None)


@pytest.mark.parametrize("state", State.values)
def test_each_state_has_its_own_columns(state):
    lease, settled, reason = NOW, NOW, "erased"
    wanted = {
        "lease_until": lease if state == State.SENDING else None,
        "settled_at": None if state in {State.QUEUED, State.SENDING} else settled,
        "cancel_reason": reason if state == State.CANCELLED else "",
    }
    row(state=state, **wanted)
    for name, other in {"lease_until": lease, "settled_at": settled, "cancel_reason": reason}.items():
        empty = "" if name == "cancel_reason" else None
        refused(state=state, subject_id=2, **{**wanted, name: empty if wanted[name] else other})


def test_no_other_state_is_known():
    refused(state="posted")


def test_an_address_index_is_32_bytes():
    row(address_index=b"x" * 32)
    refused(subject_id=2, address_index=b"x" * 31)


def test_the_database_fills_in_what_a_statement_of_another_room_leaves_out():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_message (kind, subject_id, language, may_repeat) VALUES ('test_note', 1, 'ko', true)"
        )
    message = Message.objects.get()
    assert (message.state, message.tries, message.cancel_reason) == (State.QUEUED, 0, "")
    assert message.not_before == message.created_at
    assert list(Message.objects.due(message.created_at)) == [message]


def attempt(message: Message, number: int = 1, **values: object) -> Attempt:
    return Attempt.objects.create(
        message=message, number=number, started_at=NOW, internet_message_id="<1@maninso.example>", **values
    )


def test_attempts_are_numbered_once():
    message = row()
    attempt(message, 1, ended_at=NOW, outcome="deferred")
    attempt(message, 2, ended_at=NOW, outcome="deferred")
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt(message, 2, ended_at=NOW, outcome="deferred")


def test_one_attempt_is_open_at_most():
    message = row()
    attempt(message, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt(message, 2)
    attempt(row(subject_id=2), 1)


@pytest.mark.parametrize(
    "values", [{"ended_at": NOW}, {"outcome": "accepted"}, {"ended_at": NOW, "outcome": "perhaps"}]
)
def test_an_attempt_ends_with_a_known_outcome(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt(row(), **values)


def test_one_that_is_closed_stays_as_it_was():
    closed = attempt(row(), ended_at=NOW, outcome="unknown")
    Attempt.objects.close([Ending(closed.pk, NOW, Outcome.ACCEPTED)])
    closed.refresh_from_db()
    assert closed.outcome == "unknown"


MOVES = {
    "claim": ({State.QUEUED}, State.SENDING, {"lease_until": NOW}),
    "renew": ({State.SENDING}, State.SENDING, {"lease_until": NOW}),
    "put_off": ({State.SENDING}, State.QUEUED, {"until": NOW}),
    "put_back": ({State.SENDING}, State.QUEUED, {}),
    "accept": ({State.SENDING, State.UNKNOWN}, State.ACCEPTED, {"now": NOW}),
    "doubt": ({State.SENDING}, State.UNKNOWN, {"now": NOW}),
    "fail": ({State.SENDING, State.UNKNOWN}, State.FAILED, {"now": NOW}),
    "cancel": ({State.QUEUED, State.SENDING}, State.CANCELLED, {"reason": "x", "now": NOW}),
    "bounce": ({State.ACCEPTED, State.UNKNOWN}, State.BOUNCED, {"now": NOW}),
    "queue_again": ({State.FAILED}, State.QUEUED, {"now": NOW}),
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("name", MOVES)
def test_only_the_moves_of_the_table_are_possible(name, state):
    sources, target, arguments = MOVES[name]
    message = Message(state=state, tries=1, may_repeat=True)
    if state in sources:
        getattr(message, name)(**arguments)
        assert message.state == target
    else:
        with pytest.raises(TransitionNotAllowed):
            getattr(message, name)(**arguments)


def test_a_letter_is_never_queued_again():
    with pytest.raises(TransitionNotAllowed):
        Message(state=State.FAILED, may_repeat=False).queue_again(now=NOW)


def test_the_state_cannot_be_set_by_hand():
    with pytest.raises(AttributeError):
        Message(may_repeat=True).state = State.ACCEPTED


def test_the_lease_that_has_run_out_is_found():
    row(state=State.SENDING, lease_until=NOW)
    row(state=State.SENDING, lease_until=NOW + dt.timedelta(seconds=1))
    assert Message.objects.lease_expired(NOW).count() == 1


def test_what_is_due_is_found_by_its_own_index(register):
    register("test_note")
    with connection.cursor() as cursor:
        # An empty table's cheapest plan says nothing: only what the index can do is asked.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
    plan = Message.objects.filter(kind="test_note").due(NOW).order_by("not_before", "pk").values("pk")[:100].explain()
    assert "outbox_due" in plan
    assert "Sort" not in plan
