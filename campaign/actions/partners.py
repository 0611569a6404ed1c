"""Organisations that stand behind another's campaign: asked, and partners once they have said yes themselves."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from audit.log import record
from campaign import notices, rules
from campaign.actions.updates import halt_updates_of
from campaign.models import Campaign, Partnership


class CannotBeAsked(Exception):
    """It is the campaign's own organisation, was asked already, or has nobody who could answer."""


class AlreadyAnswered(Exception):
    """Somebody was faster: the partnership is not what the page showed."""


@transaction.atomic
def ask_partner(
    *, campaign: Campaign, organisation: Organisation, by: User, now: dt.datetime | None = None
) -> Partnership:
    """Its owners and organizers are told by mail, and answer at the desk. Raises CannotBeAsked."""
    if not rules.may_run(by, campaign):
        raise PermissionDenied
    now = now or timezone.now()
    Campaign.objects.locked().get(pk=campaign.pk)
    if organisation.pk == campaign.organisation_id or not organisation.organizers().exists():
        raise CannotBeAsked
    partnership = Partnership.objects.locked().filter(campaign=campaign, organisation=organisation).first()
    if partnership is None:
        partnership = Partnership.objects.create(
            campaign=campaign, organisation=organisation, asked_by=by, asked_at=now
        )
    elif partnership.state == Partnership.State.ENDED:
        partnership.move(Partnership.State.ASKED, by=by, asked_by=by, asked_at=now)
    else:
        raise CannotBeAsked
    notices.partner_asked(partnership)
    _note("asked", partnership, by)
    return partnership


@transaction.atomic
def accept_partnership(*, partnership: Partnership, by: User) -> None:
    """From now on the organisation stands on the campaign's page. Raises AlreadyAnswered."""
    locked = _locked(partnership)
    if not rules.may_accept(by, locked):
        raise PermissionDenied
    if not locked.may_move(Partnership.State.ACCEPTED):
        raise AlreadyAnswered
    locked.move(Partnership.State.ACCEPTED, by=by)
    notices.partner_answered(locked)
    _note("accepted", locked, by)


@transaction.atomic
def end_partnership(*, partnership: Partnership, by: User) -> None:
    """Declined, taken back, or ended, by either side: it leaves the campaign's page, and writes to nobody.

    Raises AlreadyAnswered.
    """
    locked = _locked(partnership)
    if not rules.may_end(by, locked):
        raise PermissionDenied
    if not locked.may_move(Partnership.State.ENDED):
        raise AlreadyAnswered
    was = locked.state
    locked.move(Partnership.State.ENDED, by=by)
    halt_updates_of(locked, by=by)
    if not rules.may_run(by, locked.campaign):
        notices.partner_answered(locked)
    _note("ended", locked, by, was=was)


def _locked(partnership: Partnership) -> Partnership:
    return Partnership.objects.locked().select_related("campaign", "organisation").get(pk=partnership.pk)


def _note(what: str, partnership: Partnership, by: User, **details: str) -> None:
    record(
        f"partnerships.{what}",
        by=by,
        about=partnership.campaign,
        organisation=partnership.organisation.slug,
        **details,
    )
