"""What organizers and staff are told of campaigns, one function each: who hears of it, and where it is looked at."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.notices import tell
from accounts.roles import Role
from accounts.rules import who_have
from campaign import update_rules
from campaign.models import (
    AddressHealth,
    Campaign,
    Export,
    HandIn,
    HandInReport,
    Hold,
    Partnership,
    Pause,
    Review,
    Update,
    Volunteer,
)
from face.texts import in_language


def campaign_submitted(review: Review) -> None:
    """Whoever may open it and has not written it."""
    authors = [pk for pk in (review.submitted_by_id, review.edited_by_id) if pk]
    people = who_have(Role.REVIEWER, Role.PUBLISHER).exclude(pk__in=authors)
    _tell(people, "campaign_submitted", review.campaign, review.pk, "review", language=settings.LANGUAGE_CODE)


def campaign_returned(review: Review) -> None:
    _tell_organizers("campaign_returned", review.campaign, review.pk, "steps")


def campaign_approved(review: Review) -> None:
    is_open = review.campaign.state == Campaign.State.OPEN
    _tell_organizers("campaign_opened" if is_open else "campaign_scheduled", review.campaign, review.pk, "dashboard")


def update_waits(update: Update) -> None:
    """Those who may release it, but not whoever wrote it or asked."""
    people = {*update.organisation.organizers(), *who_have(Role.PUBLISHER)}
    others = [person for person in people if update_rules.may_release(person, update)]
    _tell(others, "update_waits", update.campaign, update.pk, "update", update.pk)


def hold_placed(hold: Hold) -> None:
    _tell_organizers("hold", hold.campaign, hold.pk, "waiting")


def point_refused(health: AddressHealth, *, not_before: dt.datetime, now: dt.datetime) -> None:
    """The organizers of all its campaigns: of several organisations, and none reads the addresses of the others."""
    campaigns = list(Campaign.objects.sending_to(health.point).select_related("organisation").order_by("-pk"))
    language = campaigns[0].source_language if campaigns else settings.LANGUAGE_CODE
    text: Any = in_language(health.point, language)
    tell(
        {person for campaign in campaigns for person in campaign.organisation.organizers()},
        "point_refused",
        subject_id=health.pk,
        path=reverse("target_desk:point", args=[health.point.target.slug, health.point_id]),
        about=text.name if text else "",
        language=language,
        not_before=not_before,
        now=now,
    )


def domain_paused(pause: Pause, campaigns: Iterable[Campaign]) -> None:
    """The organizers of the campaigns whose letters wait for it, and whoever may pause the whole site."""
    path = reverse("campaign_desk:pauses")
    for campaign in campaigns:
        tell(
            campaign.organisation.organizers(),
            "domain_paused",
            subject_id=campaign.pk,
            path=path,
            about=campaign.title_in(campaign.source_language),
            language=campaign.source_language,
        )
    publishers = who_have(Role.PUBLISHER)
    language = settings.LANGUAGE_CODE
    tell(publishers, "domain_paused_staff", subject_id=pause.pk, path=path, about=pause.domain, language=language)


def export_asked(export: Export) -> None:
    """Those who may be the second person; where there is nobody, the publishers."""
    people = export.campaign.organisation.organizers().exclude(pk=export.asked_by_id)
    people = people or who_have(Role.PUBLISHER).exclude(pk=export.asked_by_id)
    _tell(people, "export_asked", export.campaign, export.pk, "exports")


def export_decided(export: Export) -> None:
    released = export.state == Export.State.RELEASED
    kind = "export_released" if released else "export_refused"
    _tell([export.asked_by], kind, export.campaign, export.pk, "exports")


def partner_asked(partnership: Partnership) -> None:
    language = partnership.organisation.language
    tell(
        partnership.organisation.organizers(),
        "partner_asked",
        subject_id=partnership.pk,
        path=reverse("campaign_desk:partnership", args=[partnership.pk]),
        about=partnership.campaign.title_in(language),
        language=language,
    )


def partner_answered(partnership: Partnership) -> None:
    _tell_organizers("partner_answered", partnership.campaign, partnership.pk, "partners")


def volunteer_offered(volunteer: Volunteer) -> None:
    _tell_of_hand_in("volunteer_offered", volunteer.hand_in, volunteer.pk)


def hand_in_reported(report: HandInReport) -> None:
    _tell_of_hand_in("hand_in_reported", report.hand_in, report.pk)


def coordinator_left(hand_in: HandIn) -> None:
    _tell_of_hand_in("coordinator_left", hand_in, hand_in.pk)


def _tell_of_hand_in(kind: str, hand_in: HandIn, subject_id: int) -> None:
    _tell_organizers(kind, hand_in.campaign, subject_id, "hand_in", hand_in.pk)


def _tell_organizers(kind: str, campaign: Campaign, subject_id: int, page: str, *args: int) -> None:
    _tell(campaign.organisation.organizers(), kind, campaign, subject_id, page, *args)


def _tell(
    people: Iterable[User],
    kind: str,
    campaign: Campaign,
    subject_id: int,
    page: str,
    *args: int,
    language: str = "",
) -> None:
    """`page` is one of the campaign's own at the desk."""
    language = language or campaign.source_language
    tell(
        people,
        kind,
        subject_id=subject_id,
        path=reverse(f"campaign_desk:{page}", args=[campaign.slug, *args]),
        about=campaign.title_in(language),
        language=language,
    )
