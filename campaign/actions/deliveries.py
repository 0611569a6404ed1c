"""From a confirmed signature to an embassy's mailbox: planned, called back, followed to the end."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from campaign import rules
from campaign.actions.own_words import wait_to_be_read
from campaign.actions.packs import leave_packs
from campaign.actions.pauses import CALLED_BACK, watch
from campaign.actions.refusals import refused, stayed_silent
from campaign.models import Digest, Dispatch, Signature
from campaign.models.delivery import DISPATCH_STEPS
from outbox import actions as outbox
from outbox.models import Message
from outbox.models import State as MessageState
from outbox.prepared import prepared_cursor
from outbox.sending import UNWANTED
from states import remember

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
        WHERE campaign.id = %(campaign)s AND campaign.deliver_until > %(now)s AND 'email' = ANY(campaign.channels)
            AND CASE campaign.addressing
                WHEN 'chosen' THEN chosen.id IS NOT NULL
                WHEN 'all' THEN point.target_id = campaign.target_id
                WHEN 'nearest' THEN point.target_id = campaign.target_id
                    AND (answers.id IS NOT NULL OR point.takes_rest)
            END
    )
    , again AS (
        UPDATE campaign_dispatch SET state = %(state)s, planned_at = %(now)s
        WHERE signature_id = %(signature)s AND state = 'cancelled' AND instead_of_id IS NOT NULL
    )
    INSERT INTO campaign_dispatch AS mine (signature_id, campaign_id, point_id, channel, state, planned_at)
    SELECT %(signature)s, %(campaign)s, id, 'email', %(state)s, %(now)s FROM named
    WHERE place = 1 OR addressing <> 'nearest'
    ON CONFLICT (signature_id, point_id, channel) DO UPDATE SET state = EXCLUDED.state, planned_at = EXCLUDED.planned_at
    WHERE mine.state = 'cancelled'
"""


def plan_dispatches(signature: Signature, *, now: dt.datetime) -> None:
    """One letter to each point that the campaign's addressing names; none after the delivery window has closed.

    A letter that was cancelled when the signature was withdrawn goes after all, by the way that it had last. Where the
    campaign reads own words first, letters with some wait for that. Whoever signed on paper has letters on paper alone.
    """
    if signature.batch_id is not None:
        return
    state = Dispatch.State.UNREAD if wait_to_be_read(signature, now=now) else Dispatch.State.PLANNED
    with prepared_cursor() as cursor:
        cursor.execute(
            _PLAN,
            {
                "signature": signature.pk,
                "campaign": signature.campaign_id,
                "country": signature.country,
                "state": str(state),
                "now": now,
            },
        )


def cancel_unsent(signature: Signature, *, reason: str = "withdrawn") -> None:
    """Letters that have not gone stay here; one that is being sent at this moment can no longer be called back."""
    for dispatch in Dispatch.objects.locked().unsent().filter(signature=signature):
        if dispatch.digest_id is not None:
            # The others' mail goes without it.
            dispatch.move(Dispatch.State.CANCELLED, reason=reason, digest=None)
        elif dispatch.state == Dispatch.State.QUEUED:
            # Its message moves it along, or is with a worker already: then the composer is the last to look.
            outbox.cancel(kind="letter", subject_id=dispatch.pk, reason=reason)
        else:
            dispatch.move(Dispatch.State.CANCELLED, reason=reason)
    leave_packs(signature, reason=reason)


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
    to = _FOLLOWS[MessageState(message.state)]
    signature = None
    if to in (Dispatch.State.BOUNCED, Dispatch.State.CANCELLED):
        # A letter may be planned (instead). Whoever leaves takes the same locks in the same order.
        signature = Signature.objects.locked().filter(dispatches=message.subject_id).first()
    dispatch = Dispatch.objects.locked().select_related("point").get(pk=message.subject_id or 0)
    if dispatch.state == to:
        return
    if message.cancel_reason == CALLED_BACK:
        dispatch.move(Dispatch.State.PLANNED, reason=CALLED_BACK, queued_at=None)
    elif to == Dispatch.State.ACCEPTED:
        dispatch.move(to, accepted_at=message.settled_at)
    else:
        dispatch.move(to, reason=message.cancel_reason)
        if to == Dispatch.State.BOUNCED:
            refused([dispatch], message, old)
            watch(dispatch.point)
        elif message.cancel_reason == UNWANTED and signature and signature.stands:
            # Its composer saw the signature held or withdrawn, and it stands again since: perhaps with other words.
            waits = wait_to_be_read(signature, now=message.settled_at or timezone.now())
            dispatch.move(Dispatch.State.UNREAD if waits else Dispatch.State.PLANNED, queued_at=None)


def follow_digest(message: Message, old: str) -> None:
    """The same for all that are in one mail: they move in one statement. A digest that does not go is none."""
    to = _FOLLOWS[MessageState(message.state)]
    fields: dict[str, Any] = {}
    if message.cancel_reason == CALLED_BACK:
        to, fields = Dispatch.State.PLANNED, {"queued_at": None, "digest": None}
    elif to == Dispatch.State.CANCELLED:
        fields = {"digest": None}
    elif to == Dispatch.State.ACCEPTED:
        fields = {"accepted_at": message.settled_at}
    together = Dispatch.objects.filter(digest=message.subject_id)
    if to == Dispatch.State.BOUNCED:
        list(Signature.objects.locked().filter(dispatches__digest=message.subject_id).order_by("pk"))
    remember(by=None, reason=message.cancel_reason)
    together.filter(state__in=[state for state, steps in DISPATCH_STEPS.items() if to in steps]).update(
        state=to, **fields
    )
    remember(by=None, reason="")
    if to == Dispatch.State.BOUNCED:
        bounced = list(together.filter(state=to).select_related("point"))
        refused(bounced, message, old)
        if bounced:
            watch(bounced[0].point)
    if message.cancel_reason:
        Digest.objects.of_message(message).delete()


def presume_delivered(*, now: dt.datetime | None = None) -> int:
    """Letters that no server has sent back for 48 hours. Returns how many."""
    now = now or timezone.now()
    with transaction.atomic():
        silent = list(
            Dispatch.objects.silent_since(now - rules.SILENCE_MEANS_DELIVERED).locked().order_by("accepted_at")[:1000]
        )
        for dispatch in silent:
            dispatch.move(Dispatch.State.PRESUMED_DELIVERED, reason="48 hours without a bounce")
        stayed_silent(silent)
    return len(silent)
