"""Mails from a campaign's organizers to its coordinators: written, tried on oneself, then sent, once each."""

import datetime as dt

from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from audit.log import record
from campaign import rules
from campaign.models import Campaign, CoordinatorMail, CoordinatorMailCopy, HandIn
from outbox import actions as outbox


class TooManyMails(Exception):
    """As many have gone to this campaign's coordinators today as may."""


class NotTested(Exception):
    """Its writer has not looked at it in a mailbox, or the words have changed since; or it is sent already."""


@transaction.atomic
def write_coordinator_mail(
    *,
    campaign: Campaign,
    hand_in: HandIn | None,
    subject: str,
    words: str,
    by: User,
    mail: CoordinatorMail | None = None,
) -> CoordinatorMail:
    """A draft, or other words for one: then it has to be tried anew. Raises NotTested for one that is sent."""
    if mail is None:
        draft = CoordinatorMail.objects.create(campaign=campaign, hand_in=hand_in, subject=subject, words=words, by=by)
        record("coordinator_mails.written", by=by, about=campaign, mail=draft.pk)
        return draft
    draft = CoordinatorMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if draft.sent_at:
        raise NotTested
    draft.hand_in, draft.subject, draft.words, draft.by, draft.tested_at = hand_in, subject, words, by, None
    draft.save()
    record("coordinator_mails.written", by=by, about=draft.campaign, mail=draft.pk)
    return draft


@transaction.atomic
def try_coordinator_mail(*, mail: CoordinatorMail, by: User, now: dt.datetime | None = None) -> None:
    """To whoever asks, who writes it from now on. Raises NotTested for one that is sent."""
    draft = CoordinatorMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if draft.sent_at:
        raise NotTested
    draft.by, draft.tested_at = by, now or timezone.now()
    draft.save(update_fields=["by", "tested_at"])
    outbox.enqueue(
        kind="coordinator_mail_test", subject_id=draft.pk, language=translation.get_language() or "en", now=now
    )


@transaction.atomic
def send_coordinator_mail(*, mail: CoordinatorMail, by: User, now: dt.datetime | None = None) -> int:
    """To each coordinator that it is for; returns to how many. Raises NotTested, TooManyMails."""
    now = now or timezone.now()
    campaign = Campaign.objects.locked().get(pk=mail.campaign_id)
    draft = CoordinatorMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if draft.sent_at or draft.tested_at is None:
        raise NotTested
    if not rules.may_write_to_coordinators(campaign, now=now):
        raise TooManyMails
    to = list(rules.coordinators_of(campaign, draft.hand_in))
    draft.sent_at, draft.by = now, by
    draft.save(update_fields=["sent_at", "by"])
    for volunteer in to:
        copy = CoordinatorMailCopy.objects.create(mail=draft, volunteer=volunteer)
        outbox.enqueue(
            kind="coordinator_mail",
            subject_id=copy.pk,
            address_index=bytes(volunteer.email_index or b""),
            language=volunteer.language,
            now=now,
        )
    record("coordinators.mailed", by=by, about=campaign, mail=draft.pk, recipients=len(to))
    return len(to)
