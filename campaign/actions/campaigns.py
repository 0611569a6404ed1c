"""The way of a campaign: its letter written and published; opened and closed by the clock."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record
from campaign import rules, translations
from campaign.actions.reviewing import NotReady
from campaign.actions.translating import TextChanged
from campaign.models import Campaign, Letter


@transaction.atomic
def publish_letter(*, letter: Letter, by: User, seen: str = "", now: dt.datetime | None = None) -> None:
    """From now on supporters sign this version, and no one can change it. Raises NotReady; also where nobody else has
    approved a text of it.

    Once its campaign was sent for review, somebody publishes it who did not write it and has read it: `seen` is
    translations.digest_of_letter of what they have read. Raises PermissionDenied and TextChanged.
    """
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    if locked.is_published:
        return
    # After the letter, as writing does; it cannot be sent for review meanwhile.
    locked.campaign = campaign = _locked(letter.campaign)
    if not translations.may_publish(by, locked):
        raise PermissionDenied
    if not locked.texts.filter(language=locked.campaign.source_language).exists():
        raise NotReady([_("The letter has no text in the campaign's own language.")])
    if missing := translations.unapproved(locked):
        raise NotReady(missing)
    if translations.is_published_by_another(campaign) and seen != translations.digest_of_letter(locked):
        raise TextChanged
    locked.publish(by=by, now=now or timezone.now())
    languages = sorted(locked.texts.values_list("language", flat=True))
    record("letters.published", by=by, about=locked.campaign, version=locked.version, languages=languages)


@transaction.atomic
def begin_letter(*, campaign: Campaign, by: User) -> Letter:
    """Its first version, empty; the one that there is, where somebody was faster."""
    locked = _locked(campaign)
    first = locked.letters.newest()
    if first is None:
        first = Letter.objects.create(campaign=locked, version=rules.next_version(locked))
        record("letters.begun", by=by, about=locked, version=first.version)
    return first


@transaction.atomic
def start_new_version(*, letter: Letter, by: User) -> Letter:
    """A draft with the same words, to be changed; signatures stay with the version that they stand under.

    Somebody else's draft, where they were faster.
    """
    campaign = _locked(letter.campaign)
    newest = campaign.letters.newest()
    if newest and newest != letter and not newest.is_published:
        return newest
    draft = Letter.objects.create(campaign=campaign, version=rules.next_version(campaign))
    letter.copy_texts(draft)
    record("letters.begun", by=by, about=campaign, version=draft.version)
    return draft


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
            record("campaigns.closed", about=campaign)


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.locked().get(pk=campaign.pk)
