"""Pauses: what stops letters from going, by a person or by itself, and who lifts them.

All that stops letters (these, a campaign's own flag, a hold) stops them in the same way: a row says so; what waits is
not released; what is queued is called back; and the worker looks once more when it takes a batch. So after the row is
committed no letter is taken any more; those of a batch that a worker has taken already (100 at most, begun within 8 s)
go or not.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.log import record
from campaign import notices, rules
from campaign.models import Campaign, DeliveryPoint, Dispatch, DispatchChange, Pause, Target
from outbox import actions as outbox
from outbox.models import Message
from outbox.models import State as MessageState

# Why a message is cancelled whose letter shall go later.
CALLED_BACK = "called_back"
# After hours without a mail server there may be more in the queue: those the worker calls back when it comes to them.
AT_ONCE = 500
# The kinds of mail that carry letters, and the column of a dispatch that names their subject.
_KINDS = {"letter": "pk", "digest": "digest"}


@transaction.atomic
def pause(
    *,
    scope: str,
    reason: str,
    by: User,
    target: Target | None = None,
    point: DeliveryPoint | None = None,
    domain: str = "",
    now: dt.datetime | None = None,
) -> Pause:
    """Stop the letters to this target, point or domain, or all of the site, as the scope says.

    A thing is paused once: where a pause stands already, that one is returned.
    """
    made, is_new = Pause.objects.standing().get_or_create(
        scope=scope,
        target=target,
        point=point,
        domain=domain.lower(),
        defaults={"reason": reason, "paused_by": by, "paused_at": now or timezone.now()},
    )
    if is_new:
        record("pauses.begun", by=by, about=made, reason=reason)
    call_back_queued()
    return made


@transaction.atomic
def lift(*, pause: Pause, by: User, now: dt.datetime | None = None) -> None:
    """Letters that waited go again, as the hourly caps allow, unless something else stops them. May be repeated."""
    if Pause.objects.standing().filter(pk=pause.pk).update(lifted_by=by, lifted_at=now or timezone.now()):
        record("pauses.lifted", by=by, about=pause)


def call_back_queued() -> None:
    """Letters that no worker has taken, and that may not go any more, wait for their turn again."""
    for kind, named_by in _KINDS.items():
        queued = Message.objects.filter(kind=kind, state=MessageState.QUEUED).values("subject_id")
        for subject_id in _stopped(named_by, queued).distinct()[:AT_ONCE]:
            outbox.cancel(kind=kind, subject_id=subject_id, reason=CALLED_BACK)


def _stopped(named_by: str, subjects: Any) -> QuerySet:
    """A digest is of one campaign and one point: what stops one of its letters stops all."""
    stopped = Dispatch.objects.stopped().filter(**{f"{named_by}__in": subjects})
    return stopped.order_by().values_list(named_by, flat=True)


def called_back(messages: Sequence[Message]) -> Mapping[int, str]:
    """The letters that something has stopped since they were queued: the worker's last look, when it takes a batch."""
    stopped = {
        (kind, subject_id)
        for kind, named_by in _KINDS.items()
        for subject_id in _stopped(named_by, [message.subject_id for message in messages if message.kind == kind])
    }
    return {message.pk: CALLED_BACK for message in messages if (message.kind, message.subject_id) in stopped}


def watch(point: DeliveryPoint, *, now: dt.datetime | None = None) -> Pause | None:
    """A letter to this point was refused: after a spike its domain pauses by itself, and those concerned are told.

    In the transaction that records the refusal. Two workers make one pause and one mail; where neither sees the
    other's refusal yet, the next one counts both.
    """
    now = now or timezone.now()
    refused, answered = _refused(point.domain, now=now)
    if not point.domain or not rules.is_a_spike(refused, answered):
        return None
    made, is_new = Pause.objects.standing().get_or_create(
        scope=Pause.Scope.DOMAIN,
        domain=point.domain,
        defaults={"refused": refused, "answered": answered, "paused_at": now},
    )
    if is_new:
        record("pauses.begun", about=made, refused=refused, answered=answered)
        call_back_queued()
        waiting = Campaign.objects.delivering_to(DeliveryPoint.objects.stopped_by(made))
        notices.domain_paused(made, waiting.select_related("organisation").distinct())
    return made


def _refused(domain: str, *, now: dt.datetime) -> tuple[int, int]:
    """How many of the last letters that this domain answered it refused; lifting a pause starts the count anew."""
    lifted = Pause.objects.filter(domain=domain).aggregate(at=Max("lifted_at"))["at"]
    since = max(filter(None, [now - rules.SPIKE_WITHIN, lifted]))
    points = DeliveryPoint.objects.at_domain(domain)
    refusals = DispatchChange.objects.filter(
        new=Dispatch.State.BOUNCED, at__gt=since, at__lte=now, row__point__in=points
    )
    taken = Dispatch.objects.accepted_since(since).filter(point__in=points, accepted_at__lte=now)
    answers = [(at, True) for at in refusals.order_by("-at").values_list("at", flat=True)[: rules.SPIKE_OF]]
    answers += [
        (at, False) for at in taken.order_by("-accepted_at").values_list("accepted_at", flat=True)[: rules.SPIKE_OF]
    ]
    latest = sorted(answers, reverse=True)[: rules.SPIKE_OF]
    return sum(was_refused for _at, was_refused in latest), len(latest)
