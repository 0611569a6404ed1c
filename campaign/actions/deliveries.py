"""From a confirmed signature to an embassy's mailbox: planned, released in an even drip, followed to the end."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaign import rules
from campaign.models import Campaign, DeliveryPoint, Dispatch, Signature
from outbox import actions as outbox
from outbox.models import Message
from outbox.models import State as MessageState

# A release task that was late catches up no more than this: a burst is what the hourly cap is there to prevent.
CATCH_UP = dt.timedelta(seconds=30)
# Why a message is cancelled whose letter shall go later.
CALLED_BACK = "called_back"


def plan_dispatches(signature: Signature, *, now: dt.datetime) -> None:
    """One letter to each point that the campaign's addressing names; none after the delivery window has closed."""
    campaign = signature.campaign
    if now >= campaign.deliver_until:
        return
    points = list(points_for(campaign, country=signature.country).values_list("pk", flat=True))
    Dispatch.objects.bulk_create(
        [
            Dispatch(signature=signature, point_id=point, channel=Dispatch.Channel.EMAIL, planned_at=now)
            for point in points
        ],
        ignore_conflicts=True,
    )
    if signature.revision:
        cancelled = Dispatch.objects.filter(
            signature=signature, point__in=points, channel=Dispatch.Channel.EMAIL, state=Dispatch.State.CANCELLED
        )
        for dispatch in cancelled.locked():
            dispatch.move(Dispatch.State.PLANNED, reason="signed again", planned_at=now)


def points_for(campaign: Campaign, *, country: str) -> QuerySet[DeliveryPoint]:
    if campaign.addressing == Campaign.Addressing.NEAREST:
        return DeliveryPoint.objects.answering(target_id=campaign.target_id, country=country)[:1]
    if campaign.addressing == Campaign.Addressing.CHOSEN:
        return campaign.chosen_points.takes_email()
    return DeliveryPoint.objects.takes_email().filter(target=campaign.target_id)


def cancel_unsent(signature: Signature) -> None:
    """Letters that have not gone stay here; one that is being sent at this moment can no longer be called back."""
    for dispatch in Dispatch.objects.locked().unsent().filter(signature=signature):
        if dispatch.state == Dispatch.State.QUEUED:
            # Its message moves it along, or is with a worker already: then the composer is the last to look.
            outbox.cancel(kind="letter", subject_id=dispatch.pk, reason="withdrawn")
        else:
            dispatch.move(Dispatch.State.CANCELLED, reason="withdrawn")


def call_back_queued(campaign: Campaign) -> None:
    """Letters that no worker has taken yet wait for their turn again."""
    queued = Dispatch.objects.filter(signature__campaign=campaign, state=Dispatch.State.QUEUED)
    for dispatch_id in queued.values_list("pk", flat=True):
        outbox.cancel(kind="letter", subject_id=dispatch_id, reason=CALLED_BACK)


def release_dispatches(*, now: dt.datetime | None = None) -> int:
    """Queue the letters whose turn has come, point by point, as the hourly cap allows. Returns how many.

    Safe to run twice at once: each point's row is locked while its letters are released.
    """
    now = now or timezone.now()
    campaigns = list(Campaign.objects.delivering(now).values_list("pk", flat=True))
    if not campaigns:
        return 0
    points = DeliveryPoint.objects.with_letters_waiting(campaigns).values_list("pk", flat=True)
    return sum(_release_at(point_id, campaigns, now=now) for point_id in points)


@transaction.atomic
def _release_at(point_id: int, campaigns: list[int], *, now: dt.datetime) -> int:
    point = DeliveryPoint.objects.select_for_update(skip_locked=True).filter(pk=point_id, active=True).first()
    if point is None:
        return 0
    slot = max(point.next_slot_at or now, now - CATCH_UP)
    sent_this_hour = Dispatch.objects.filter(point=point, queued_at__gt=now - dt.timedelta(hours=1)).count()
    turns = min(int((now - slot) / point.spacing) + 1 if slot <= now else 0, point.hourly_cap - sent_this_hour)
    if turns <= 0:
        return 0
    waiting = (
        Dispatch.objects.locked()
        .waiting()
        .filter(point=point, signature__campaign__in=campaigns)
        .select_related("signature__campaign")
        .order_by("pk")[:turns]
    )
    released = 0
    for dispatch in waiting:
        dispatch.move(Dispatch.State.QUEUED, queued_at=now)
        outbox.enqueue(kind="letter", subject_id=dispatch.pk, language=dispatch.signature.campaign.addressee_language)
        released += 1
    point.next_slot_at = slot + released * point.spacing
    point.save(update_fields=["next_slot_at"])
    return released


# What happened to the message, in the words of the dispatch.
_FOLLOWS = {
    MessageState.QUEUED: Dispatch.State.QUEUED,
    MessageState.SENDING: Dispatch.State.SENDING,
    MessageState.ACCEPTED: Dispatch.State.ACCEPTED,
    MessageState.BOUNCED: Dispatch.State.BOUNCED,
    MessageState.FAILED: Dispatch.State.BOUNCED,
    MessageState.UNKNOWN: Dispatch.State.UNKNOWN,
    MessageState.CANCELLED: Dispatch.State.CANCELLED,
}


def follow_message(message: Message, old: str) -> None:
    """Move the dispatch with its message, in the message's own transaction, and tell the supporter once it is there."""
    dispatch = Dispatch.objects.locked().select_related("signature").get(pk=message.subject_id)
    to = _FOLLOWS[MessageState(message.state)]
    if dispatch.state == to:
        return
    if message.cancel_reason == CALLED_BACK:
        dispatch.move(Dispatch.State.PLANNED, reason=CALLED_BACK, queued_at=None)
    elif to == Dispatch.State.ACCEPTED:
        dispatch.move(to, accepted_at=message.settled_at)
        outbox.enqueue(
            kind="letter_sent",
            subject_id=dispatch.pk,
            address_index=dispatch.signature.email_index,
            language=dispatch.signature.language,
        )
    else:
        dispatch.move(to, reason=message.cancel_reason)


def presume_delivered(*, now: dt.datetime | None = None) -> int:
    """Letters that no server has sent back for 48 hours. Returns how many."""
    now = now or timezone.now()
    with transaction.atomic():
        silent = list(
            Dispatch.objects.silent_since(now - rules.SILENCE_MEANS_DELIVERED).locked().order_by("accepted_at")[:1000]
        )
        for dispatch in silent:
            dispatch.move(Dispatch.State.PRESUMED_DELIVERED, reason="48 hours without a bounce")
    return len(silent)
