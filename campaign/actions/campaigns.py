"""The way of a campaign: its letter published, paused, opened by the clock, closed."""

import datetime as dt

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record
from campaign import rules
from campaign.actions.pauses import call_back_queued
from campaign.actions.reviewing import NotReady
from campaign.models import Campaign, Letter


@transaction.atomic
def publish_letter(*, letter: Letter, by: User, now: dt.datetime | None = None) -> None:
    """From now on supporters sign this version, and no one can change it. Raises NotReady."""
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    if locked.is_published:
        return
    if not locked.texts.filter(language=locked.campaign.source_language).exists():
        raise NotReady([_("The letter has no text in the campaign's own language.")])
    locked.publish(now=now or timezone.now())


@transaction.atomic
def start_new_version(*, letter: Letter, by: User) -> Letter:
    """A draft with the same words, to be changed; signatures stay with the version that they stand under."""
    draft = Letter.objects.create(campaign=letter.campaign, version=rules.next_version(letter.campaign))
    for text in letter.texts.all():
        text.pk, text._state.adding, text.letter = None, True, draft
        text.save()
    return draft


@transaction.atomic
def close_campaign(*, campaign: Campaign, by: User, reason: str = "") -> None:
    """No more signatures; letters that are planned still go."""
    _locked(campaign).move(Campaign.State.CLOSED, by=by, reason=reason)


@transaction.atomic
def pause_campaign(*, campaign: Campaign, by: User) -> None:
    """Stop the sending of letters at once, those in the queue included; signing goes on."""
    _set_paused(campaign, paused=True, by=by)
    call_back_queued()


@transaction.atomic
def resume_campaign(*, campaign: Campaign, by: User) -> None:
    _set_paused(campaign, paused=False, by=by)


def _set_paused(campaign: Campaign, *, paused: bool, by: User | None) -> None:
    locked = _locked(campaign)
    locked.paused = paused
    # The history's row says who.
    with pghistory.context(user=by.pk if by else None):
        locked.save(update_fields=["paused"])


def follow_the_clock(*, now: dt.datetime | None = None) -> None:
    """Open what was scheduled for now and close what has run its time; what is no longer ready stays shut."""
    now = now or timezone.now()
    with transaction.atomic():
        for campaign in Campaign.objects.due_to_open(now).locked():
            if not rules.unready(campaign, now=now):
                campaign.move(Campaign.State.OPEN, reason="its opening time has come")
                record("campaigns.opened", about=campaign, reason="its opening time has come")
    with transaction.atomic():
        for campaign in Campaign.objects.due_to_close(now).locked():
            campaign.move(Campaign.State.CLOSED, reason="its closing time has come")


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.locked().get(pk=campaign.pk)
