"""From a confirmed signature to an embassy's mailbox: planned, called back, followed to the end."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from campaign import rules
from campaign.actions.packs import leave_packs
from campaign.models import Campaign, Digest, Dispatch, Signature
from campaign.models.delivery import DISPATCH_STEPS, DispatchQuerySet
from outbox import actions as outbox
from outbox.models import Message
from outbox.models import State as MessageState
from outbox.prepared import prepared_cursor
from states import remember

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
        if dispatch.digest_id is not None:
            # The others' mail goes without it.
            dispatch.move(Dispatch.State.CANCELLED, reason="withdrawn", digest=None)
        elif dispatch.state == Dispatch.State.QUEUED:
            # Its message moves it along, or is with a worker already: then the composer is the last to look.
            outbox.cancel(kind="letter", subject_id=dispatch.pk, reason="withdrawn")
        else:
            dispatch.move(Dispatch.State.CANCELLED, reason="withdrawn")
    leave_packs(signature)


def call_back_queued(campaign: Campaign) -> None:
    call_back(Dispatch.objects.filter(campaign=campaign))


def call_back(dispatches: DispatchQuerySet) -> None:
    """Those of them that no worker has taken yet wait for their turn again, and all that are in one mail with them."""
    queued = dispatches.filter(state=Dispatch.State.QUEUED)
    for dispatch_id in queued.filter(digest=None).values_list("pk", flat=True):
        outbox.cancel(kind="letter", subject_id=dispatch_id, reason=CALLED_BACK)
    for digest_id in set(queued.filter(digest__isnull=False).values_list("digest", flat=True)):
        outbox.cancel(kind="digest", subject_id=digest_id, reason=CALLED_BACK)


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
        _tell(dispatch)
    else:
        dispatch.move(to, reason=message.cancel_reason)


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
    remember(by=None, reason=message.cancel_reason)
    together.filter(state__in=[state for state, steps in DISPATCH_STEPS.items() if to in steps]).update(
        state=to, **fields
    )
    remember(by=None, reason="")
    if to == Dispatch.State.ACCEPTED:
        for dispatch in together.select_related("signature"):
            _tell(dispatch)
    if message.cancel_reason:
        Digest.objects.of_message(message).delete()


def _tell(dispatch: Any) -> None:
    outbox.enqueue(
        kind="letter_sent",
        subject_id=dispatch.pk,
        address_index=dispatch.signature.email_index,
        language=dispatch.signature.language,
    )


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
