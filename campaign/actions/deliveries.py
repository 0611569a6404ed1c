"""From a confirmed signature to an embassy's mailbox: planned, released in an even drip, followed to the end."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from campaign import rules
from campaign.actions.packs import leave_packs
from campaign.models import Campaign, DeliveryPoint, Dispatch, Signature
from outbox import actions as outbox
from outbox.models import Message
from outbox.models import State as MessageState
from outbox.prepared import prepared_cursor

# A release task that was late catches up no more than this: a burst is what the hourly cap is there to prevent.
CATCH_UP = dt.timedelta(seconds=30)
# Why a message is cancelled whose letter shall go later.
CALLED_BACK = "called_back"


# One statement, as it runs at every confirmation: which points the campaign's addressing names, and a letter to each.
# The nearest point is the one that answers for the supporter's country, else the one that takes what is left.
_PLAN = """
    WITH named AS (
        SELECT point.id, campaign.addressing,
            row_number() OVER (ORDER BY answers.id IS NULL, point.id) AS place
        FROM campaign_campaign campaign
        JOIN campaign_deliverypoint point ON point.active AND point.email <> ''
        LEFT JOIN campaign_answersfor answers ON answers.point_id = point.id AND answers.country = %(country)s
        LEFT JOIN campaign_campaign_chosen_points chosen
            ON chosen.deliverypoint_id = point.id AND chosen.campaign_id = campaign.id
        WHERE campaign.id = %(campaign)s AND campaign.deliver_until > %(now)s
            AND CASE campaign.addressing
                WHEN 'chosen' THEN chosen.id IS NOT NULL
                WHEN 'all' THEN point.target_id = campaign.target_id
                WHEN 'nearest' THEN point.target_id = campaign.target_id
                    AND (answers.id IS NOT NULL OR point.takes_rest)
            END
    )
    INSERT INTO campaign_dispatch AS mine (signature_id, point_id, channel, state, planned_at)
    SELECT %(signature)s, id, 'email', 'planned', %(now)s FROM named WHERE place = 1 OR addressing <> 'nearest'
    ON CONFLICT (signature_id, point_id, channel) DO UPDATE SET state = 'planned', planned_at = EXCLUDED.planned_at
    WHERE mine.state = 'cancelled'
"""


def plan_dispatches(signature: Signature, *, now: dt.datetime) -> None:
    """One letter to each point that the campaign's addressing names; none after the delivery window has closed.

    A letter that was cancelled when the signature was withdrawn goes after all.
    """
    with prepared_cursor() as cursor:
        cursor.execute(
            _PLAN,
            {
                "signature": signature.pk,
                "campaign": signature.campaign_id,
                "country": signature.country,
                "now": now,
            },
        )


def cancel_unsent(signature: Signature) -> None:
    """Letters that have not gone stay here; one that is being sent at this moment can no longer be called back."""
    for dispatch in Dispatch.objects.locked().unsent().filter(signature=signature):
        if dispatch.state == Dispatch.State.QUEUED:
            # Its message moves it along, or is with a worker already: then the composer is the last to look.
            outbox.cancel(kind="letter", subject_id=dispatch.pk, reason="withdrawn")
        else:
            dispatch.move(Dispatch.State.CANCELLED, reason="withdrawn")
    leave_packs(signature)


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
    # Whoever pauses or holds a campaign locks its row: after that nothing of it is released.
    campaigns = list(Campaign.objects.delivering(now).filter(pk__in=campaigns).locked().values_list("pk", flat=True))
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
        outbox.enqueue(
            kind="letter",
            subject_id=dispatch.pk,
            language=dispatch.signature.campaign.addressee_language,
            now=now,
        )
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
    """Move the dispatch with its message, in the message's own transaction."""
    dispatch = Dispatch.objects.locked().get(pk=message.subject_id)
    to = _FOLLOWS[MessageState(message.state)]
    if dispatch.state == to:
        return
    if message.cancel_reason == CALLED_BACK:
        dispatch.move(Dispatch.State.PLANNED, reason=CALLED_BACK, queued_at=None)
    elif to == Dispatch.State.ACCEPTED:
        dispatch.move(to, accepted_at=message.settled_at)
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
