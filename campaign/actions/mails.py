"""What a person decides about mails whose fate no machine knows."""

import datetime as dt
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from audit.log import record
from campaign import rules, unclear
from outbox import actions as outbox
from outbox.models import Message, State


class AlreadyDecided(Exception):
    """It is no longer as it was seen: somebody has decided, or something came back."""


_VERBS: dict[tuple[str, str], tuple[str, Callable[..., list[Message]]]] = {
    (State.UNKNOWN, "sent"): ("mails.counted_as_sent", outbox.count_as_sent),
    (State.UNKNOWN, "again"): ("mails.sent_again", outbox.send_once_more),
    (State.UNKNOWN, "failed"): ("mails.given_up", outbox.give_up),
    (State.FAILED, "again"): ("mails.queued_again", outbox.queue_again),
}


@transaction.atomic
def decide_on_mail(*, message: Message, decision: str, reason: str, by: User, now: dt.datetime | None = None) -> None:
    """One of `unclear.UnclearMail.decisions`. Raises AlreadyDecided, PermissionDenied."""
    locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    found = unclear.about(locked)
    if not rules.may_decide_on_mail(by, found.campaign):
        raise PermissionDenied
    if locked.state != message.state or not found.decision(decision):
        raise AlreadyDecided
    action, verb = _VERBS[locked.state, decision]
    if not verb(messages=Message.objects.filter(pk=locked.pk), now=now):
        raise AlreadyDecided
    about = found.campaign or locked
    record(action, by=by, about=about, reason=reason, mail=locked.pk, kind_of_mail=locked.kind, tries=locked.tries)
