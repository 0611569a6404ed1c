"""Signatures held for a check: by a rule soon after they were confirmed, or by hand; and what a person decides of them.

A held signature does not count, and its letters that have not gone stay here. Released, it counts again, and they go.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from accounts.models import User
from audit.log import record
from campaign import suspicion
from campaign.actions.deliveries import cancel_unsent, plan_dispatches
from campaign.models import Campaign, Dispatch, HeldSignature, SeenLately, Signature

# Decided together by one press; held together in one transaction: some seconds of work each.
TOGETHER = 500
_HELD_AT_ONCE = 100
_CHUNK = 1000
# Looked at by one tick, some seconds of work: the next goes on.
_A_LOOK = 20_000
_STANDS: dict[str, Any] = {"state": Signature.State.CONFIRMED, "erased_at__isnull": True}
_FOR_A_CHECK = "held for a check"


def look_at_confirmed(*, now: dt.datetime | None = None) -> int:
    """Hold those that have too much in common with others of this hour. Returns how many. Safe to run twice at once."""
    now = now or timezone.now()
    _note_traits(now)
    held = 0
    for flood in _floods():
        while more := _hold_flood(*flood, now=now):
            held += more
    return held


def _note_traits(now: dt.datetime) -> None:
    since = now - suspicion.LOOK_BACK
    SeenLately.objects.filter(confirmed_at__lte=since).delete()
    # As the index of the scroll has them: campaign by campaign, the latest alone.
    campaigns = list(Campaign.objects.filter(state__in=Campaign.PUBLIC_STATES).values_list("pk", flat=True))
    lately = Signature.objects.filter(campaign__in=campaigns, confirmed_at__gt=since, **_STANDS)
    seen = SeenLately.objects.filter(signature=OuterRef("pk"))
    new = list(lately.exclude(Exists(seen)).order_by("pk").values_list("pk", flat=True)[:_A_LOOK])
    for start in range(0, len(new), _CHUNK):
        _note_traits_of(new[start : start + _CHUNK])


@transaction.atomic
def _note_traits_of(new: list[int]) -> None:
    # Locked: whoever is erased at this moment is erased before their name is noted, or the note goes with them.
    standing = Signature.objects.filter(pk__in=new, **_STANDS).select_for_update(no_key=True)
    seen = [
        SeenLately(
            signature=signature,
            campaign_id=signature.campaign_id,
            trait=trait,
            index=index,
            confirmed_at=signature.confirmed_at,
        )
        for signature in standing.only("campaign_id", "name", "email", "confirmed_at").order_by("pk")
        for trait, index in suspicion.traits_of(signature).items()
    ]
    SeenLately.objects.bulk_create(seen, ignore_conflicts=True)


def _floods() -> list[tuple[Campaign, SeenLately.Trait, bytes]]:
    """What too many have in common, of those who were confirmed within the hour."""
    counted = SeenLately.objects.order_by().values_list("campaign").annotate(number=Count("signature", distinct=True))
    hour = dict(counted)
    together = SeenLately.objects.order_by().values_list("campaign", "trait", "index").annotate(number=Count("pk"))
    floods = [
        (campaign, SeenLately.Trait(trait), index)
        for campaign, trait, index, number in together.filter(number__gt=suspicion.FEW)
        if suspicion.is_flood(number, of=hour[campaign])
    ]
    campaigns = Campaign.objects.in_bulk({campaign for campaign, _trait, _index in floods})
    return [(campaigns[campaign], trait, index) for campaign, trait, index in floods]


@transaction.atomic
def _hold_flood(campaign: Campaign, trait: SeenLately.Trait, index: bytes, *, now: dt.datetime) -> int:
    """Those of the flood that still stand, so many at once; what a person has released stays released."""
    alike = SeenLately.objects.filter(campaign=campaign, trait=trait, index=index).values("signature")
    released = HeldSignature.objects.filter(signature=OuterRef("pk"), decision=HeldSignature.Decision.RELEASED)
    standing = Signature.objects.filter(pk__in=alike, **_STANDS)
    signatures = list(standing.exclude(Exists(released)).locked().order_by("pk")[:_HELD_AT_ONCE])
    if not signatures:
        return 0
    # In the order in which those that release letters lock them.
    list(Dispatch.objects.locked().unsent().filter(signature__in=signatures).order_by("pk"))
    for signature in signatures:
        _hold(signature, why=suspicion.WHY[trait], now=now)
    record("signatures.held_by_rule", about=campaign, rule=str(trait), signatures=len(signatures))
    return len(signatures)


@transaction.atomic
def hold_signature(*, signature: Signature, reason: str, by: User, now: dt.datetime | None = None) -> None:
    """By hand. Raises TransitionNotAllowed where it is not confirmed (any more)."""
    locked = Signature.objects.locked().get(pk=signature.pk)
    if not locked.stands:
        raise TransitionNotAllowed("only what counts is held")
    _hold(locked, why=HeldSignature.Why.HAND, reason=reason, by=by, now=now or timezone.now())
    record("signatures.held", by=by, about=signature, reason=reason)


def _hold(signature: Signature, *, why: str, now: dt.datetime, reason: str = "", by: User | None = None) -> None:
    """A letter that a worker has taken already goes; its composer looks once more, and locks the signature for it."""
    signature.move(Signature.State.HELD, by=by, reason=reason or _FOR_A_CHECK)
    cancel_unsent(signature, reason=_FOR_A_CHECK)
    HeldSignature.objects.create(
        signature=signature,
        campaign_id=signature.campaign_id,
        why=why,
        reason=reason,
        domain=suspicion.domain_of(signature),
        held_at=now,
        held_by=by,
    )


def release_held(*, held: Collection[int], reason: str, by: User, now: dt.datetime | None = None) -> int:
    """They count again, and their letters wait for their turn anew. Returns how many; others were decided meanwhile."""
    now = now or timezone.now()
    return _decide(held, HeldSignature.Decision.RELEASED, Signature.State.CONFIRMED, reason=reason, by=by, now=now)


def reject_held(*, held: Collection[int], reason: str, by: User, now: dt.datetime | None = None) -> int:
    """They do not count, and no letter goes. Can be taken back one by one. Returns how many."""
    now = now or timezone.now()
    return _decide(held, HeldSignature.Decision.REJECTED, Signature.State.REJECTED, reason=reason, by=by, now=now)


@transaction.atomic
def _decide(
    held: Collection[int],
    decision: HeldSignature.Decision,
    to: str,
    *,
    reason: str,
    by: User,
    now: dt.datetime,
) -> int:
    # The signatures first, as everywhere: whoever erases themselves at this moment comes before or after.
    about = HeldSignature.objects.waiting().filter(pk__in=held).values("signature")
    signatures = (
        Signature.objects.filter(pk__in=about, state=Signature.State.HELD, erased_at=None).locked().order_by("pk")
    )
    found = {signature.pk: signature for signature in signatures}
    rows = list(HeldSignature.objects.waiting().filter(pk__in=held, signature__in=found).order_by("pk"))
    for row in rows:
        signature = found[row.signature_id]
        signature.move(to, by=by, reason=reason)
        if decision == HeldSignature.Decision.RELEASED:
            plan_dispatches(signature, now=now)
        row.decision, row.decided_at, row.decided_by, row.decision_reason = decision, now, by, reason
    HeldSignature.objects.bulk_update(rows, ["decision", "decided_at", "decided_by", "decision_reason"])
    numbers = Counter(row.campaign_id for row in rows)
    for campaign in Campaign.objects.filter(pk__in=numbers).order_by("pk"):
        record(f"signatures.{decision}", by=by, about=campaign, reason=reason, signatures=numbers[campaign.pk])
    return len(rows)


@transaction.atomic
def hold_again(*, signature: Signature, reason: str, by: User, now: dt.datetime | None = None) -> None:
    """A rejection is taken back: somebody looks once more. Raises TransitionNotAllowed where there is none."""
    locked = Signature.objects.locked().get(pk=signature.pk)
    if locked.state != Signature.State.REJECTED or locked.erased_at is not None:
        raise TransitionNotAllowed("only a rejection is taken back")
    _hold(locked, why=HeldSignature.Why.AGAIN, reason=reason, by=by, now=now or timezone.now())
    record("signatures.held_again", by=by, about=signature, reason=reason)


def end_check(signature: Signature, *, now: dt.datetime) -> None:
    """The supporter has left for good: nothing is left to decide. On a locked row, in the erasure's transaction."""
    SeenLately.objects.filter(signature=signature).delete()
    if signature.state == Signature.State.HELD:
        signature.move(Signature.State.REJECTED, reason="erased before the check was over")
        HeldSignature.objects.waiting().filter(signature=signature).update(
            decision=HeldSignature.Decision.ERASED, decided_at=now
        )


@transaction.atomic
def read_held(*, held: HeldSignature, reason: str, by: User) -> Signature:
    """Whose it is, unsealed, to whoever says why; that they read it is kept for good."""
    signature = Signature.objects.only("state", "name", "email", "city", "own_words").get(pk=held.signature_id)
    record("signatures.read", by=by, about=signature, reason=reason)
    return signature
