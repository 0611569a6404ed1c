"""The one door through which the state of a message moves.

A move is one of Message's transitions (the table), written by an UPDATE that takes the row's lock and holds
only if the row is still as it was loaded, its state and its lease. The lease is the fencing token: a worker
that comes back after the sweeper gave its message away changes nothing.
"""

from collections.abc import Callable, Iterable
from copy import copy
from datetime import datetime

import structlog
from django.db import IntegrityError, connection, transaction

from outbox import kinds
from outbox.models import Message, State

log = structlog.get_logger(__name__)

Step = Callable[[Message], None]

SUPERSEDED = "superseded"

_WRITE = """
    UPDATE outbox_message AS message
    SET state = v.state, tries = v.tries, not_before = v.not_before, lease_until = v.lease_until,
        settled_at = v.settled_at, cancel_reason = v.cancel_reason
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::text[], %s::int[], %s::timestamptz[],
                %s::timestamptz[], %s::timestamptz[], %s::text[])
        AS v (id, old_state, old_lease, state, tries, not_before, lease_until, settled_at, cancel_reason)
    WHERE message.id = v.id
        AND message.state = v.old_state AND message.lease_until IS NOT DISTINCT FROM v.old_lease
    RETURNING message.id
"""


def apply(messages: Iterable[Message], step: Step) -> list[Message]:
    """Moves the messages and tells their owners; returns those whose row was still as loaded. In a
    transaction only.

    Raises TransitionNotAllowed for a move that is not in the table.
    """
    moved = list(messages)
    if not moved:
        return []
    before = [(message.state, message.lease_until) for message in moved]
    for message in moved:
        step(message)
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                [message.pk for message in moved],
                [str(state) for state, _ in before],
                [lease for _, lease in before],
                [str(message.state) for message in moved],
                [message.tries for message in moved],
                [message.not_before for message in moved],
                [message.lease_until for message in moved],
                [message.settled_at for message in moved],
                [message.cancel_reason for message in moved],
            ],
        )
        written = {pk for (pk,) in cursor.fetchall()}
    for message, (old_state, _) in zip(moved, before, strict=True):
        if message.pk in written:
            _tell_owner(message, old_state)
        else:
            log.warning("outbox.moved_by_another", message=message.pk, kind=message.kind, to=message.state)
    return [message for message in moved if message.pk in written]


def back_to_queue(messages: Iterable[Message], step: Step, *, now: datetime) -> list[Message]:
    """Moves messages to `queued`, in a transaction only.

    There is never more than one of a kind waiting for a subject: one that a newer message has overtaken is
    cancelled as superseded (or stays failed, if it was).
    """
    messages = list(messages)
    for _ in range(3):
        try:
            with transaction.atomic():
                return _back_to_queue([copy(message) for message in messages], step, now)
        except IntegrityError:
            # Somebody queued a newer one between our look and our write. Its row is visible now.
            continue
    return _back_to_queue(messages, step, now)


def _back_to_queue(messages: list[Message], step: Step, now: datetime) -> list[Message]:
    repeating = [message for message in messages if message.may_repeat and message.subject_id is not None]
    taken = set(
        Message.objects.filter(
            kind__in={message.kind for message in repeating},
            subject_id__in={message.subject_id for message in repeating},
            may_repeat=True,
            state=State.QUEUED,
        ).values_list("kind", "subject_id")
    )
    overtaken = {}
    for message in sorted(repeating, key=lambda message: message.pk, reverse=True):
        key = (message.kind, message.subject_id)
        if key in taken:
            overtaken[message.pk] = message
        taken.add(key)
    apply(
        [message for message in overtaken.values() if message.state == State.SENDING],
        lambda message: message.cancel(reason=SUPERSEDED, now=now),
    )
    return apply([message for message in messages if message.pk not in overtaken], step)


def _tell_owner(message: Message, old_state: str) -> None:
    kind = kinds.find(message.kind)
    if kind is None or kind.moved is None or message.state == old_state:
        return
    try:
        with transaction.atomic():
            kind.moved(message, old_state)
    except Exception as error:
        log.error("outbox.owner_failed", message=message.pk, kind=message.kind, error=type(error).__name__)
