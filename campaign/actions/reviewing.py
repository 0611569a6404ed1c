"""Two pairs of eyes: a campaign is handed over, opened or sent back by somebody else, and remarks are answered."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from accounts.models import User
from audit.log import record
from campaign import launching, rules
from campaign.models import Campaign, Review, ReviewRemark
from outbox import actions as outbox


class NotReady(Exception):
    """The campaign lacks something; `missing` says what, for its organizer."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("; ".join(missing))
        self.missing = missing


class NotYours(Exception):
    """Whoever sent a campaign for review, or edited it last, does not decide about it."""


@transaction.atomic
def submit_campaign(*, campaign: Campaign, by: User, note: str = "", now: dt.datetime | None = None) -> Review:
    """Hand it to the reviewers as it is now. Raises NotReady."""
    now = now or timezone.now()
    locked = _locked(campaign)
    missing = rules.unready(locked, now=now)
    if waiting := rules.remarks_unsettled(locked).count():
        missing.append(rules.told_of_remarks(waiting))
    if missing:
        raise NotReady(missing)
    locked.move(Campaign.State.IN_REVIEW, by=by)
    review = Review.objects.create(
        campaign=locked,
        submitted_by=by,
        submitted_at=now,
        edited_by=locked.edited_by,
        note=note,
        content=launching.content_of(locked),
    )
    record("campaigns.submitted", by=by, about=locked)
    outbox.enqueue(kind="campaign_submitted", subject_id=review.pk, language=settings.LANGUAGE_CODE, now=now)
    return review


@transaction.atomic
def take_back_campaign(*, campaign: Campaign, by: User, now: dt.datetime | None = None) -> None:
    """Its organizers want to change it after all: from review, or from being scheduled."""
    locked = _locked(campaign)
    was_scheduled = locked.state == Campaign.State.SCHEDULED
    locked.move(Campaign.State.DRAFT, by=by, reason="taken back")
    if review := _waiting(locked):
        _decide(review, Review.Verdict.TAKEN_BACK, by=by, now=now or timezone.now())
    record("campaigns.taken_back", by=by, about=locked, was_scheduled=was_scheduled)


@transaction.atomic
def return_campaign(
    *,
    campaign: Campaign,
    by: User,
    remarks: Iterable[tuple[str, str]],
    now: dt.datetime | None = None,
) -> None:
    """Back to its organizers with what is to be mended: (one of launching.FIELDS, words). Raises NotYours."""
    locked = _locked(campaign)
    review = _waiting(locked)
    if review is None:
        raise TransitionNotAllowed(f"{locked} is not in review")
    if not rules.may_decide(by, review):
        raise NotYours
    now = now or timezone.now()
    locked.move(Campaign.State.DRAFT, by=by, reason="sent back")
    _decide(review, Review.Verdict.RETURNED, by=by, now=now)
    made = ReviewRemark.objects.bulk_create(
        ReviewRemark(review=review, field=field, text=text) for field, text in remarks
    )
    record("campaigns.returned", by=by, about=locked, remarks=len(made))
    outbox.enqueue(kind="campaign_returned", subject_id=review.pk, language=locked.source_language, now=now)


@transaction.atomic
def approve_campaign(*, campaign: Campaign, by: User, now: dt.datetime | None = None) -> Campaign:
    """Open the campaign, or schedule it where its opening lies ahead: exactly as it was handed over.

    Raises NotReady, NotYours.
    """
    now = now or timezone.now()
    locked = _locked(campaign)
    review = _waiting(locked)
    if review is None:
        raise NotReady([_("Nobody has sent it for review.")])
    if not rules.may_decide(by, review):
        raise NotYours
    missing = rules.unready(locked, now=now)
    if not missing and review.content != launching.content_of(locked):
        missing.append(_("It has changed since it was sent for review. It has to be sent again."))
    if missing:
        raise NotReady(missing)
    locked.move(Campaign.State.OPEN if locked.opens_at <= now else Campaign.State.SCHEDULED, by=by)
    _decide(review, Review.Verdict.OPENED, by=by, now=now)
    record("campaigns.approved", by=by, about=locked, state=locked.state)
    outbox.enqueue(kind="campaign_approved", subject_id=review.pk, language=locked.source_language, now=now)
    return locked


@transaction.atomic
def settle_remark(*, remark: ReviewRemark, by: User, answer: str, now: dt.datetime | None = None) -> None:
    """Mended, or answered why not; the reviewer reads the answer."""
    settled = ReviewRemark.objects.select_for_update(of=("self",)).select_related("review__campaign").get(pk=remark.pk)
    settled.answer, settled.settled_by, settled.settled_at = answer, by, now or timezone.now()
    settled.save(update_fields=["answer", "settled_by", "settled_at"])
    record("remarks.settled", by=by, about=settled.review.campaign, field=settled.field, answered=bool(answer))


def _waiting(campaign: Campaign) -> Review | None:
    return Review.objects.waiting().filter(campaign=campaign).first()


def _decide(review: Review, verdict: str, *, by: User, now: dt.datetime) -> None:
    review.verdict, review.decided_by, review.decided_at = verdict, by, now
    review.save(update_fields=["verdict", "decided_by", "decided_at"])


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.locked().get(pk=campaign.pk)
