"""Letters that an address refuses: what that says about the address, and which way the letters go instead."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from audit.log import record
from campaign import notices, rules
from campaign.actions.replies import record_reply
from campaign.models import AddressHealth, DeliveryPoint, Digest, Dispatch, Reply
from campaign.rules import Weight
from outbox.kinds import WrittenBack
from outbox.models import Message
from outbox.models import State as MessageState
from states import remember

# In one transaction; and so many of them in one run of the task.
BATCH = 500
BATCHES = 20
# By then the letters have found their way, and the mail can say how many.
TELL_AFTER = dt.timedelta(minutes=10)
_REASON = "the address does not take letters"


# --- Health ----------------------------------------------------------------------------------------------------------


def refused(letters: Sequence[Dispatch], message: Message, old: str) -> None:
    """A mail with these letters has bounced: in the transaction that says so. They go another way, if there is one."""
    if not letters:
        return
    code = message.refusal
    now = message.settled_at or timezone.now()
    _weigh(letters[0], rules.weight_of(code), code=code, now=now)
    # Where no server refused it, it is a defect of ours, and no other way is better; or else a person has found out.
    if code or old == MessageState.UNKNOWN:
        only = [letter.pk for letter in letters]
        _reroute(letters[0].point, state=Dispatch.State.BOUNCED, only=only, now=now)


def _weigh(dispatch: Dispatch, weight: Weight, *, code: str, now: dt.datetime) -> None:
    if weight == Weight.NONE:
        return
    health = _locked_health(dispatch.point_id)
    was_sent = dispatch.queued_at or dispatch.planned_at
    if health.state in AddressHealth.REFUSING or (health.works_since and was_sent < health.works_since):
        return
    health.refused_at, health.status_code = now, code[:11]
    health.soft_count += weight != Weight.HARD
    health.save(update_fields=["refused_at", "status_code", "soft_count"])
    if weight == Weight.HARD or (weight == Weight.SOFT and health.soft_count >= rules.SOFT_IN_A_ROW):
        _give_up(health, AddressHealth.State.BOUNCED, now=now)
    elif weight == Weight.BLOCKED and health.soft_count >= rules.BLOCKED_IN_A_ROW:
        _give_up(health, AddressHealth.State.BLOCKED, now=now)


def _locked_health(point_id: int) -> AddressHealth:
    AddressHealth.objects.get_or_create(point_id=point_id)
    return AddressHealth.objects.locked().get(point=point_id)


def _give_up(health: AddressHealth, state: str, *, now: dt.datetime) -> None:
    health.move(state, reason=health.status_code)
    notices.point_refused(health, not_before=now + TELL_AFTER, now=now)


def stayed_silent(dispatches: Iterable[Dispatch]) -> None:
    """No server has sent these back: what was refused before them has passed."""
    for dispatch in dispatches:
        _works(dispatch.point_id, at=dispatch.accepted_at)


def _works(point_id: int, *, at: dt.datetime | None) -> None:
    AddressHealth.objects.filter(point=point_id, soft_count__gt=0, refused_at__lt=at).update(soft_count=0)


@transaction.atomic
def trust_address(*, point: DeliveryPoint, by: User, source: str = "", now: dt.datetime | None = None) -> None:
    """Somebody has checked the addresses, on the page `source`: letters go there again, those that were held too."""
    now = now or timezone.now()
    locked = DeliveryPoint.objects.select_for_update().get(pk=point.pk)
    locked.verified_on, locked.verified_by, locked.verified_source = now.date(), by, source
    locked.save(update_fields=["verified_on", "verified_by", "verified_source"])
    record("points.verified", by=by, about=locked, source=source)
    health = _locked_health(point.pk)
    if health.state in AddressHealth.REFUSING:
        health.move(AddressHealth.State.ACTIVE, by=by, reason="checked by a person", soft_count=0, works_since=now)
    record("addresses.trusted", by=by, about=locked)


# --- What comes back -------------------------------------------------------------------------------------------------


def take_complaint(message: Message) -> None:
    """Somebody there has marked a letter as spam: it arrived, and no other will."""
    health = _locked_health(_carried(message).point_id)
    if health.state not in AddressHealth.REFUSING:
        now = timezone.now()
        health.refused_at, health.status_code = now, ""
        health.save(update_fields=["refused_at", "status_code"])
        _give_up(health, AddressHealth.State.BLOCKED, now=now)


def take_answer(message: Message, back: WrittenBack) -> None:
    """Into the ledger; whether a person's is a form letter, a person has to see."""
    carried = _carried(message)
    record_reply(
        campaign=carried.campaign,
        point=carried.point,
        kind=Reply.Kind.AUTOMATIC if back.automatic else Reply.Kind.UNREAD,
        received_at=back.received_at,
        text=back.text,
        dispatch=carried if isinstance(carried, Dispatch) else None,
        digest=carried if isinstance(carried, Digest) else None,
    )
    _works(carried.point_id, at=back.received_at)


def _carried(message: Message) -> Dispatch | Digest:
    """What the mail carried: one letter, or many."""
    if message.kind == "digest":
        return Digest.objects.select_related("campaign", "point").get(pk=message.subject_id or 0)
    return Dispatch.objects.select_related("campaign", "point").get(pk=message.subject_id or 0)


# --- Another way -----------------------------------------------------------------------------------------------------

# One statement: for each refused letter the first way that it has not been, a letter there, and what became of it here.
# By e-mail only where each supporter has one letter: else the other points have theirs. Then on paper, at the first
# point of its way that has a street address.
_REROUTE = """
    WITH refused AS (
        SELECT dispatch.id, dispatch.signature_id, dispatch.campaign_id, campaign.addressing = 'nearest' AS is_nearest
        FROM campaign_dispatch dispatch
        JOIN campaign_signature signature ON signature.id = dispatch.signature_id
        JOIN campaign_campaign campaign ON campaign.id = signature.campaign_id
        WHERE dispatch.point_id = %(point)s AND dispatch.channel = 'email' AND dispatch.state = %(state)s
            AND signature.state = 'confirmed' AND signature.erased_at IS NULL
            AND (%(only)s::bigint[] IS NULL OR dispatch.id = ANY(%(only)s))
        ORDER BY dispatch.id
        LIMIT %(batch)s
        FOR NO KEY UPDATE OF signature, dispatch SKIP LOCKED
    ), ways AS (
        SELECT refused.id, refused.signature_id, refused.campaign_id, way.point_id, way.channel
        FROM refused LEFT JOIN LATERAL (
            SELECT point.id AS point_id, 'email' AS channel, 1 AS step, point.place
            FROM unnest(%(others)s::bigint[]) WITH ORDINALITY AS point (id, place)
            WHERE refused.is_nearest AND NOT EXISTS (
                SELECT FROM campaign_dispatch been
                WHERE been.signature_id = refused.signature_id AND been.point_id = point.id AND been.channel = 'email'
            )
            UNION ALL
            SELECT point.id, 'post', 2, been.id
            FROM campaign_dispatch been JOIN campaign_deliverypoint point ON point.id = been.point_id
            WHERE been.signature_id = refused.signature_id AND been.channel = 'email' AND point.target_id = %(target)s
                AND point.active AND point.postal_address <> '' AND (refused.is_nearest OR point.id = %(point)s)
                AND NOT EXISTS (
                    SELECT FROM campaign_dispatch paper
                    WHERE paper.signature_id = refused.signature_id AND paper.point_id = point.id
                        AND paper.channel = 'post' AND paper.state <> 'cancelled'
                )
            ORDER BY step, place
            LIMIT 1
        ) way ON true
    ), left_here AS (
        UPDATE campaign_dispatch dispatch
        SET state = CASE WHEN ways.point_id IS NULL THEN 'held' ELSE 'rerouted' END
        FROM ways
        WHERE dispatch.id = ways.id AND (ways.point_id IS NOT NULL OR dispatch.state = 'planned')
    ), sent_there AS (
        INSERT INTO campaign_dispatch AS mine
            (signature_id, campaign_id, point_id, channel, state, planned_at, instead_of_id)
        SELECT signature_id, campaign_id, point_id, channel, 'planned', %(now)s, id FROM ways WHERE point_id IS NOT NULL
        ON CONFLICT (signature_id, point_id, channel) DO UPDATE SET
            state = 'planned', planned_at = EXCLUDED.planned_at, instead_of_id = EXCLUDED.instead_of_id
        WHERE mine.state = 'cancelled'
    )
    SELECT count(*) FROM ways
"""


def reroute_waiting(*, now: dt.datetime | None = None) -> int:
    """Letters that wait at points which refuse them go another way, or are held; those held at points that take letters
    again wait for their turn. Returns how many.
    """
    now = now or timezone.now()
    planned = Dispatch.objects.filter(
        point=OuterRef("pk"), channel=Dispatch.Channel.EMAIL, state=Dispatch.State.PLANNED
    )
    moved = 0
    for point in DeliveryPoint.objects.refusing().filter(Exists(planned)).order_by("pk"):
        moved += _in_batches(partial(_reroute, point, state=Dispatch.State.PLANNED, now=now))
    held = Dispatch.objects.filter(point=OuterRef("pk"), state=Dispatch.State.HELD)
    for point in DeliveryPoint.objects.takes_email().filter(Exists(held)).order_by("pk"):
        moved += _in_batches(partial(_let_go, point))
    return moved


def _in_batches(take: Callable[[], int]) -> int:
    moved = 0
    for _batch in range(BATCHES):
        count = take()
        moved += count
        if count < BATCH:
            break
    return moved


@transaction.atomic
def _reroute(point: DeliveryPoint, *, state: str, only: list[int] | None = None, now: dt.datetime) -> int:
    others = [other.pk for other in DeliveryPoint.objects.instead_of(point)]
    remember(by=None, reason=_REASON)
    with connection.cursor() as cursor:
        cursor.execute(
            _REROUTE,
            {
                "point": point.pk,
                "target": point.target_id,
                "state": state,
                "only": only,
                "batch": BATCH,
                "others": others,
                "now": now,
            },
        )
        (count,) = cursor.fetchone()
    remember(by=None, reason="")
    return count


@transaction.atomic
def _let_go(point: DeliveryPoint) -> int:
    held = Dispatch.objects.filter(point=point, state=Dispatch.State.HELD)
    batch = list(held.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:BATCH])
    return Dispatch.objects.filter(pk__in=batch).update(state=Dispatch.State.PLANNED)
