"""The way of a campaign: written, reviewed, opened; opened and closed by the clock."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from campaign import rules
from campaign.models import Campaign, Letter


class NotReady(Exception):
    """The campaign lacks something; `missing` says what, for its organizer."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("; ".join(missing))
        self.missing = missing


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
def submit_campaign(*, campaign: Campaign, by: User) -> None:
    _locked(campaign).move(Campaign.State.IN_REVIEW, by=by)


@transaction.atomic
def return_campaign(*, campaign: Campaign, by: User, reason: str = "") -> None:
    _locked(campaign).move(Campaign.State.DRAFT, by=by, reason=reason)


@transaction.atomic
def approve_campaign(*, campaign: Campaign, by: User, now: dt.datetime | None = None) -> Campaign:
    """Open the campaign, or schedule it where its opening lies ahead. Raises NotReady."""
    now = now or timezone.now()
    locked = _locked(campaign)
    missing = rules.unready(locked, now=now)
    if missing:
        raise NotReady(missing)
    locked.move(Campaign.State.OPEN if locked.opens_at <= now else Campaign.State.SCHEDULED, by=by)
    return locked


def follow_the_clock(*, now: dt.datetime | None = None) -> None:
    """Open what was scheduled for now and close what has run its time; what is no longer ready stays shut."""
    now = now or timezone.now()
    with transaction.atomic():
        for campaign in Campaign.objects.due_to_open(now).locked():
            if not rules.unready(campaign, now=now):
                campaign.move(Campaign.State.OPEN, reason="its opening time has come")
    with transaction.atomic():
        for campaign in Campaign.objects.due_to_close(now).locked():
            campaign.move(Campaign.State.CLOSED, reason="its closing time has come")


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.locked().get(pk=campaign.pk)
