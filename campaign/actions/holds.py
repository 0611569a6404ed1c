"""What happens to a campaign's letters when a case that it names is no longer what it was."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from campaign import notices, rules
from campaign.actions.pauses import call_back_queued
from campaign.models import Campaign, Hold
from cases.models import Case


class StillDown(Exception):
    """A case that the campaign names is taken down; `cases` are their references."""

    def __init__(self, cases: list[str]) -> None:
        super().__init__(", ".join(cases))
        self.cases = cases


def hold_after_status(*, case: Case, **signal: Any) -> None:
    hold_campaigns(case=case, cause=Hold.Cause.STATUS)


def hold_after_takedown(*, case: Case, **signal: Any) -> None:
    hold_campaigns(case=case, cause=Hold.Cause.TAKEDOWN)


@transaction.atomic
def hold_campaigns(*, case: Case, cause: str, now: dt.datetime | None = None) -> None:
    """No letter of a campaign that names the case goes out from here on; its organizers are told by mail."""
    for campaign in Campaign.objects.locked().sending().filter(cases=case):
        hold, is_new = Hold.objects.standing().get_or_create(
            campaign=campaign, case=case, cause=cause, defaults={"at": now or timezone.now()}
        )
        if is_new:
            record("holds.placed", about=campaign, case=case.reference, cause=cause)
            call_back_queued()
            notices.hold_placed(hold)


@transaction.atomic
def lift_holds(*, campaign: Campaign, by: User, now: dt.datetime | None = None) -> None:
    """An organizer has looked: the letter is still true, or its new version is published. Raises StillDown."""
    locked = Campaign.objects.locked().get(pk=campaign.pk)
    if down := rules.taken_down_cases(locked):
        raise StillDown(down)
    lifted = locked.holds.standing().update(lifted_by=by, lifted_at=now or timezone.now())
    record("holds.lifted", by=by, about=locked, count=lifted)
