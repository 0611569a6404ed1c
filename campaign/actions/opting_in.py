"""Whose updates a supporter wants: the campaign's own organisation's, and each partner's by a yes of its own."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from campaign import rules
from campaign.actions.updates import resubscribe
from campaign.models import OptIn, Signature


@transaction.atomic
def choose_updates(
    *, signature: Signature, own: bool, partners: Collection[int], now: dt.datetime | None = None
) -> None:
    """From now on mails of these, and of nobody else. Only whoever is a partner now can be chosen anew."""
    now = now or timezone.now()
    locked = Signature.objects.locked().get(pk=signature.pk)
    if not rules.may_choose_updates(locked):
        return
    if own:
        resubscribe(signature=locked)
    else:
        locked.wants_updates = False
        locked.save(update_fields=["wants_updates"])
    may_write: set[int] = {
        *locked.opt_ins.standing().values_list("organisation", flat=True),
        *locked.campaign.partnerships.accepted().values_list("organisation", flat=True),
    }
    keep_opt_ins(locked, may_write.intersection(partners), now=now)


def keep_opt_ins(signature: Signature, organisations: Collection[int], *, now: dt.datetime) -> None:
    """Each of these has a yes that stands, with the time of the first; every other one is taken back."""
    signature.opt_ins.exclude(organisation__in=organisations).withdraw(now=now)
    kept = signature.opt_ins.kept().values_list("organisation", flat=True)
    wanted = set(organisations) - set(kept) if organisations else ()
    OptIn.objects.bulk_create(
        [OptIn(signature=signature, organisation_id=pk, at=now) for pk in sorted(wanted)],
        update_conflicts=True,
        unique_fields=["signature", "organisation"],
        update_fields=["at", "withdrawn_at"],
    )
