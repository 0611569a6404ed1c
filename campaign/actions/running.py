"""While it runs: paused, resumed, closed early, extended, another goal, a case taken out. Each says why, for good."""

import datetime as dt
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from accounts.models import User
from audit.log import record
from campaign import rules
from campaign.actions.campaigns import NotReady
from campaign.actions.pauses import call_back_queued
from campaign.models import Campaign
from cases.models import Case


@transaction.atomic
def pause_campaign(*, campaign: Campaign, by: User, reason: str = "") -> None:
    """Stop the sending of letters at once, those in the queue included; signing goes on. May be repeated."""
    _set_paused(campaign, paused=True, by=by, reason=reason)
    call_back_queued()


@transaction.atomic
def resume_campaign(*, campaign: Campaign, by: User, reason: str = "") -> None:
    _set_paused(campaign, paused=False, by=by, reason=reason)


def _set_paused(campaign: Campaign, *, paused: bool, by: User, reason: str) -> None:
    locked = _locked(campaign)
    if locked.paused == paused:
        return
    _change(locked, by=by, reason=reason, paused=paused)
    record("campaigns.paused" if paused else "campaigns.resumed", by=by, about=locked, reason=reason)


@transaction.atomic
def close_campaign(
    *, campaign: Campaign, by: User, reason: str = "", note: str = "", now: dt.datetime | None = None
) -> None:
    """No more signatures; letters that are planned still go. `note` is what everyone reads of it."""
    now, locked = now or timezone.now(), _locked(campaign)
    locked.move(Campaign.State.CLOSED, by=by, reason=reason)
    _tell(locked, until=now, by=by, note=note, now=now)
    record("campaigns.closed", by=by, about=locked, reason=reason, announced=locked.closes_at.isoformat())


@transaction.atomic
def extend_campaign(
    *,
    campaign: Campaign,
    by: User,
    closes_at: dt.datetime,
    deliver_until: dt.datetime,
    reason: str = "",
    note: str = "",
    now: dt.datetime | None = None,
) -> None:
    """People can sign for longer, or letters go for longer; one that was closed opens again where its new closing lies
    ahead. Raises NotReady.
    """
    now, locked = now or timezone.now(), _locked(campaign)
    wrong = rules.why_not_extended(locked, closes_at=closes_at, deliver_until=deliver_until, now=now)
    if wrong:
        raise NotReady([said for _field, said in wrong])
    before = {"closed_at": locked.closes_at.isoformat(), "delivered_until": locked.deliver_until.isoformat()}
    _tell(locked, until=closes_at, by=by, note=note, now=now)
    _change(locked, by=by, reason=reason, closes_at=closes_at, deliver_until=deliver_until)
    if locked.state == Campaign.State.CLOSED and closes_at > now:
        missing = rules.unready(locked, now=now)
        if missing:
            raise NotReady(missing)
        locked.move(Campaign.State.OPEN, by=by, reason=reason)
    after = {"closes_at": closes_at.isoformat(), "deliver_until": deliver_until.isoformat()}
    record("campaigns.extended", by=by, about=locked, reason=reason, **before, **after)


@transaction.atomic
def change_goal(*, campaign: Campaign, by: User, goal: int, reason: str = "") -> None:
    locked = _locked(campaign)
    if locked.goal == goal:
        return
    before = locked.goal
    _change(locked, by=by, reason=reason, goal=goal)
    record("campaigns.goal_changed", by=by, about=locked, reason=reason, before=before, after=goal)


@transaction.atomic
def take_case_out(*, campaign: Campaign, case: Case, by: User, reason: str) -> None:
    """Its page no longer shows the case, and letters that wait for it alone can be let go. What was signed stays as it
    was. Raises TransitionNotAllowed for a draft, which leaves cases out step by step, and for what is over.
    """
    locked = _locked(campaign)
    if not rules.may_lose_a_case(locked):
        raise TransitionNotAllowed(f"{locked} does not run")
    if locked.cases.filter(pk=case.pk).exists():
        locked.cases.remove(case)
        record("campaigns.case_taken_out", by=by, about=locked, reason=reason, case=case.reference)


def _tell(campaign: Campaign, *, until: dt.datetime, by: User, note: str, now: dt.datetime) -> None:
    """Its page says that another moment was announced."""
    last = campaign.closing_changes.first()
    announced = last.closes_at if last else campaign.closes_at
    if until != announced:
        campaign.closing_changes.create(announced=announced, closes_at=until, note=note, by=by, at=now)


def _change(campaign: Campaign, *, by: User, reason: str, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(campaign, name, value)
    # The history's row says who and why.
    with pghistory.context(user=by.pk if by else None, reason=reason):
        campaign.save(update_fields=list(fields))


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.locked().get(pk=campaign.pk)
