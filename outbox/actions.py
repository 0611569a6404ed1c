"""What may be done with outgoing mail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from outbox import kinds, moves, sending
from outbox.models import Attempt, Ending, InboundMail, Message, MessageQuerySet, Outcome, State
from outbox.prepared import prepared_cursor
from outbox.wake import wake

BATCH = 100


_ENQUEUE = """
    INSERT INTO outbox_message (kind, subject_id, address_index, language, may_repeat, not_before, created_at)
    SELECT new.*, %(may_repeat)s, %(not_before)s, %(now)s
    FROM (VALUES (%(kind)s, %(subject_id)s::bigint, %(address_index)s::bytea, %(language)s))
        AS new (kind, subject_id, address_index, language)
    WHERE %(quiet_since)s::timestamptz IS NULL OR NOT EXISTS (
        SELECT FROM outbox_message sent
        WHERE sent.kind = new.kind AND sent.address_index = new.address_index AND sent.created_at > %(quiet_since)s
            AND sent.subject_id IS NOT DISTINCT FROM new.subject_id
    )
    ON CONFLICT DO NOTHING
"""


def enqueue(
    *,
    kind: str,
    subject_id: int | None = None,
    address_index: bytes | None = None,
    language: str,
    not_before: datetime | None = None,
    quiet_since: datetime | None = None,
    now: datetime | None = None,
) -> bool:
    """Queues one message, in the caller's transaction; the worker is woken when that commits.

    False: nothing was queued. The subject has had its one message of this kind (or has one waiting, if the
    kind may repeat), or one like it was queued for this address after `quiet_since`. For the latter to hold
    against a double click, the caller has the subject's row locked; without a subject, the address is
    locked here.
    """
    its_kind = kinds.get(kind)
    now = now or timezone.now()
    with transaction.atomic(savepoint=False), prepared_cursor() as cursor:
        if quiet_since is not None and subject_id is None:
            lock = f"outbox:{kind}:{(address_index or b'').hex()}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        cursor.execute(
            _ENQUEUE,
            {
                "kind": kind,
                "subject_id": subject_id,
                "address_index": address_index,
                "language": language,
                "may_repeat": its_kind.may_repeat,
                "not_before": not_before or now,
                "quiet_since": quiet_since,
                "now": now,
            },
        )
        queued = cursor.rowcount == 1
    if queued and (not_before is None or not_before <= now):
        transaction.on_commit(partial(wake, its_kind.queue))
    return queued


def cancel(*, kind: str, subject_id: int, reason: str, now: datetime | None = None) -> bool:
    """Cancels the queued message of this kind about this subject; True if there was one."""
    return bool(cancel_all(kind=kind, subject_ids=[subject_id], reason=reason, now=now))


def cancel_all(*, kind: str, subject_ids: Collection[int], reason: str, now: datetime | None = None) -> int:
    """Cancels the queued messages of this kind about these subjects. Returns how many.

    Never waits: one that a worker is just taking is left to it, and its composer sees that it is no longer
    wanted.
    """
    now = now or timezone.now()
    with transaction.atomic():
        about = Message.objects.filter(kind=kind, subject_id__in=subject_ids)
        waiting = about.filter(state=State.QUEUED).select_for_update(skip_locked=True)
        return len(moves.apply(waiting, lambda message: message.cancel(reason=reason, now=now)))


def forget(*, kind: str, subject_id: int, now: datetime | None = None) -> None:
    """The person is gone: cancels what is queued, takes the index of their address off every message, and lets go of
    what came back."""
    with transaction.atomic():
        cancel(kind=kind, subject_id=subject_id, reason="erased", now=now)
        messages = Message.objects.about(kind, subject_id)
        InboundMail.objects.about(messages).filter(raw__isnull=False).update(raw=None)
        messages.filter(address_index__isnull=False).update(address_index=None)


def forget_address(address_index: bytes) -> None:
    """No message says any more that it went to this address; what is queued for it finds nobody when it is composed."""
    messages = Message.objects.to_address(address_index)
    InboundMail.objects.about(messages).filter(raw__isnull=False).update(raw=None)
    messages.update(address_index=None)


def send_due(*, queue: str, now: datetime | None = None, limit: int = BATCH) -> sending.Counts:
    """Sends what is due in the queue for up to 8 s. Running it twice at once is safe: each message goes to
    one worker."""
    return sending.send_due(queue=queue, now=now or timezone.now(), limit=limit)


@dataclass(frozen=True)
class Swept:
    queued: int
    unknown: int


def sweep(*, now: datetime | None = None, limit: int = 1000) -> Swept:
    """Settles what crashed workers left, and wakes the workers of every queue that has mail due.

    A message that may repeat, or whose sending had not begun, is queued again; a letter with an attempt
    left open may have arrived: it becomes `unknown`, for staff to look at, and is never sent again.
    """
    now = now or timezone.now()
    with transaction.atomic():
        left = list(
            Message.objects.lease_expired(now).select_for_update(skip_locked=True).order_by("lease_until")[:limit]
        )
        begun = dict(Attempt.objects.open().filter(message__in=left).values_list("message_id", "pk"))
        Attempt.objects.close([Ending(attempt, now, Outcome.UNKNOWN) for attempt in begun.values()])
        doubtful = [message for message in left if message.pk in begun and not message.may_repeat]
        unknown = moves.apply(doubtful, lambda message: message.doubt(now=now))
        again = [message for message in left if message.pk not in begun or message.may_repeat]
        queued = moves.back_to_queue(again, partial(_put_off_after_crash, now=now), now=now)
    for queue in kinds.QUEUES:
        if Message.objects.next_due(queue, now, 1):
            wake(queue)
    return Swept(queued=len(queued), unknown=len(unknown))


def _put_off_after_crash(message: Message, *, now: datetime) -> None:
    """At once the first time; later with backoff, as it may be the message that kills the worker."""
    if now - message.created_at >= sending.GIVE_UP_AFTER:
        message.fail(now=now)
    else:
        message.put_off(until=now if message.tries <= 1 else now + sending.backoff(message.tries - 1))


def queue_again(*, messages: MessageQuerySet, now: datetime | None = None) -> list[Message]:
    """Queues failed messages again, by a person's decision: those that may repeat and that no newer one has
    overtaken. Returns them."""
    now = now or timezone.now()
    with transaction.atomic():
        failed = messages.may_be_queued_again().select_for_update(of=("self",))
        queued = moves.back_to_queue(failed, lambda message: message.queue_again(now=now), now=now)
        for queue in kinds.QUEUES:
            transaction.on_commit(partial(wake, queue))
    return queued


def give_up(*, messages: MessageQuerySet, now: datetime | None = None) -> list[Message]:
    """Settles messages of unknown outcome as failed, by a person's decision. Returns them."""
    now = now or timezone.now()
    with transaction.atomic():
        return moves.apply(_unclear(messages), lambda message: message.fail(now=now))


def count_as_sent(*, messages: MessageQuerySet, now: datetime | None = None) -> list[Message]:
    """Settles messages of unknown outcome as accepted, by a person who found out. Returns them."""
    now = now or timezone.now()
    with transaction.atomic():
        return moves.apply(_unclear(messages), lambda message: message.accept(now=now))


def send_once_more(*, messages: MessageQuerySet, now: datetime | None = None) -> list[Message]:
    """Queues messages of unknown outcome again, by a person's decision: they may arrive twice, under one Message-ID.
    Returns them."""
    now = now or timezone.now()
    with transaction.atomic():
        queued = moves.apply(_unclear(messages), lambda message: message.send_once_more(now=now))
        for queue in {kinds.get(message.kind).queue for message in queued}:
            transaction.on_commit(partial(wake, queue))
    return queued


def _unclear(messages: MessageQuerySet) -> MessageQuerySet:
    return messages.unclear().select_for_update(of=("self",))


def handle_inbound(*, mails: QuerySet[InboundMail], by: Any, now: datetime | None = None) -> list[InboundMail]:
    """Somebody has looked at them. Returns those that nobody had looked at before."""
    now = now or timezone.now()
    with transaction.atomic():
        looked_at = list(mails.filter(handled_at__isnull=True).select_for_update(of=("self",)))
        InboundMail.objects.filter(pk__in=[mail.pk for mail in looked_at]).update(handled_at=now, handled_by=by)
    return looked_at
