"""Letters handed in by a city coordinator, and what came of it."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.models.campaign import Campaign
from campaign.models.delivery import DeliveryPoint
from privacy.fields import BlindIndexField, SealedTextField
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class VolunteerState(models.TextChoices):
    PENDING = "pending", _("waiting for the confirmation of the address")
    CONFIRMED = "confirmed", _("waiting for an organizer")
    ACCEPTED = "accepted", _("coordinator")
    DECLINED = "declined", _("not needed this time")
    WITHDRAWN = "withdrawn", pgettext_lazy("volunteer", "withdrawn")


VOLUNTEER_STEPS = {
    VolunteerState.PENDING: [VolunteerState.CONFIRMED, VolunteerState.WITHDRAWN],
    VolunteerState.CONFIRMED: [VolunteerState.ACCEPTED, VolunteerState.DECLINED, VolunteerState.WITHDRAWN],
    # Whose hand-in was called off, when it is offered anew.
    VolunteerState.ACCEPTED: [VolunteerState.DECLINED, VolunteerState.WITHDRAWN],
    VolunteerState.DECLINED: [VolunteerState.ACCEPTED],
}


class HandInState(models.TextChoices):
    OFFERED = "offered", _("a coordinator is wanted")
    CLAIMED = "claimed", _("a coordinator is found")
    READY = "ready", _("the pack is in the coordinator's hands")
    DELIVERED = "delivered", _("delivered to a person")
    LEFT_IN_MAILBOX = "left_in_mailbox", _("left in the mailbox")
    REFUSED = "refused", _("refused at the door")
    POSTED = "posted", _("posted instead")
    OTHER = "other", _("something else")
    REPORTED = "reported", _("reported")
    CANCELLED = "cancelled", _("cancelled")


OUTCOMES = [
    HandInState.DELIVERED,
    HandInState.LEFT_IN_MAILBOX,
    HandInState.REFUSED,
    HandInState.POSTED,
    HandInState.OTHER,
]

HAND_IN_STEPS = {
    HandInState.OFFERED: [HandInState.CLAIMED, HandInState.CANCELLED],
    # A coordinator who withdraws leaves the place open again.
    HandInState.CLAIMED: [HandInState.READY, HandInState.OFFERED, HandInState.CANCELLED, *OUTCOMES],
    HandInState.READY: [HandInState.OFFERED, HandInState.CANCELLED, *OUTCOMES],
    # A second report may correct the first until the organizers have released it.
    **{outcome: [HandInState.REPORTED, *(other for other in OUTCOMES if other != outcome)] for outcome in OUTCOMES},
    # Wanted after all.
    HandInState.CANCELLED: [HandInState.OFFERED],
}


class HandInQuerySet(StatefulQuerySet):
    def of_public_campaigns(self) -> Self:
        return self.filter(campaign__in=Campaign.objects.public()).exclude(state=HandInState.CANCELLED)

    def undecided(self, *, day: dt.date, since: dt.datetime) -> Self:
        """Those of which a report may come still, as their day was not before `day`; and those whose report is newer
        than `since`: it may have been a mistake.
        """
        to_come = models.Q(state__in=[HandInState.OFFERED, HandInState.CLAIMED, HandInState.READY], day__gte=day)
        just_reported = models.Exists(HandInReport.objects.filter(hand_in=models.OuterRef("pk"), sent_at__gt=since))
        return self.filter(to_come | models.Q(just_reported, state__in=OUTCOMES))

    def with_outcome(self) -> Self:
        """With what became of it (`outcome`, NULL before) and when that was (`happened_at`), as last reported.

        Reported is where a hand-in ends: what it was before is what is told of it.
        """
        released = HandInChange.objects.filter(row=models.OuterRef("pk"), new=HandInState.REPORTED).values("old")[:1]
        reports = HandInReport.objects.filter(hand_in=models.OuterRef("pk"), outcome=models.OuterRef("outcome"))
        return self.annotate(
            outcome=models.Case(
                models.When(state__in=OUTCOMES, then=models.F("state")),
                models.When(state=HandInState.REPORTED, then=models.Subquery(released)),
                output_field=models.CharField(null=True),
            )
        ).annotate(happened_at=models.Subquery(reports.order_by("-sent_at", "-pk").values("at")[:1]))

    def with_what_is_shown(self) -> Self:
        """With what anyone may see: released photographs, and the name of a coordinator who wants it seen."""
        shown = models.Prefetch("reports__photos", HandInPhoto.objects.public())
        named = Volunteer.objects.filter(named_in_public=True).only("name", "named_in_public")
        reports = models.Prefetch("reports", HandInReport.objects.defer("note"))
        return self.prefetch_related(reports, shown, models.Prefetch("coordinator", named))

    def for_pages(self) -> Self:
        return self.with_outcome().select_related("campaign", "point").prefetch_related("point__texts")

    def public_of(self, campaign: Campaign) -> Self:
        return self.of_public_campaigns().filter(campaign=campaign).for_pages()


class HandIn(Stateful):
    """One point of one campaign at which a coordinator delivers the letters on paper."""

    State = HandInState
    TRANSITIONS = HAND_IN_STEPS

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="hand_ins")
    point = models.ForeignKey(DeliveryPoint, on_delete=models.PROTECT, related_name="hand_ins")
    day = models.DateField(_("day"))
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    public_note = models.TextField(
        _("what everyone reads of it"),
        blank=True,
        max_length=2000,
        help_text=_(
            "What happened there, in your words and in the campaign’s first language. No names of private persons, and"
            " nothing by which they can be found."
        ),
    )
    state = StateField(choices=State, default=State.OFFERED, protected=True)
    coordinator = models.OneToOneField(
        "campaign.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="coordinates"
    )

    # As `with_outcome` finds them.
    outcome: str | None
    happened_at: dt.datetime | None

    objects = HandInQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-in")
        verbose_name_plural = _("hand-ins")
        ordering = ["day", "point"]
        constraints = [
            is_one_of(HandInState, name="hand_in_state_is_known"),
            models.UniqueConstraint(fields=["campaign", "point"], name="one_hand_in_per_campaign_and_point"),
            models.CheckConstraint(
                condition=models.Q(coordinator__isnull=True, state__in=[HandInState.OFFERED, HandInState.CANCELLED])
                | models.Q(coordinator__isnull=False),
                name="claimed_hand_in_has_a_coordinator",
            ),
        ]
        triggers = state_rules(HAND_IN_STEPS, log="campaign_handinchange")

    def __str__(self) -> str:
        return f"{self.campaign}: {self.point}"

    @property
    def public_name(self) -> str:
        """The coordinator's, if they want it seen and have been there: before, nobody need know who will come."""
        volunteer = self.coordinator
        return (volunteer.name or "") if volunteer and volunteer.named_in_public and self.outcome else ""


class HandInChange(StateChange):
    row = models.ForeignKey(HandIn, on_delete=models.CASCADE, related_name="changes")


class VolunteerQuerySet(StatefulQuerySet):
    def of_link(self, volunteer_id: int) -> Self:
        return self.filter(pk=volunteer_id, erased_at__isnull=True)

    def of_address(self, email_index: bytes) -> Self:
        return self.filter(email_index=email_index)

    def unanswered_since(self, moment: dt.datetime) -> Self:
        return self.filter(state=VolunteerState.PENDING, erased_at__isnull=True, offered_at__lt=moment)

    def for_mail(self) -> Self:
        return self.select_related("hand_in__campaign__organisation", "hand_in__point").prefetch_related(
            "hand_in__campaign__texts", "hand_in__point__texts"
        )


class Volunteer(Stateful):
    """Somebody who offers to hand the letters in; a coordinator once an organizer has accepted.

    Has no account: signed links by mail open what a coordinator needs.
    """

    State = VolunteerState
    TRANSITIONS = VOLUNTEER_STEPS

    hand_in = models.ForeignKey(HandIn, on_delete=models.PROTECT, related_name="volunteers")
    name = SealedTextField(null=True)
    email = SealedTextField(null=True)
    email_index = BlindIndexField(null=True, editable=False, db_index=False)
    about = SealedTextField(null=True, blank=True)
    named_in_public = models.BooleanField(default=False)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    state = StateField(choices=State, default=State.PENDING, protected=True)
    safety_read_at = models.DateTimeField()
    offered_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        ordering = ["offered_at"]
        constraints = [
            is_one_of(VolunteerState, name="volunteer_state_is_known"),
            models.UniqueConstraint(fields=["hand_in", "email_index"], name="one_offer_per_address_and_hand_in"),
            models.CheckConstraint(
                condition=models.Q(
                    erased_at__isnull=True, name__isnull=False, email__isnull=False, email_index__isnull=False
                )
                | models.Q(
                    erased_at__isnull=False,
                    name__isnull=True,
                    email__isnull=True,
                    email_index__isnull=True,
                    about__isnull=True,
                ),
                name="erased_volunteer_keeps_no_person",
            ),
        ]
        triggers = state_rules(VOLUNTEER_STEPS, log="campaign_volunteerchange")

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"


class VolunteerChange(StateChange):
    row = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="changes")


class HandInReport(models.Model):
    """What the coordinator says became of it. Sent twice, it is kept once; two that differ are both kept."""

    hand_in = models.ForeignKey(HandIn, on_delete=models.PROTECT, related_name="reports")
    # Made by the phone, so that a report that is sent again after a lost answer is the same report.
    key = models.UUIDField()
    outcome = models.CharField(max_length=20, choices=[(o.value, o.label) for o in OUTCOMES])
    at = models.DateTimeField(help_text=_("When it happened, as the coordinator says."))
    note = SealedTextField(null=True, blank=True, max_length=2000)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("report of a hand-in")
        verbose_name_plural = _("reports of hand-ins")
        ordering = ["sent_at"]
        constraints = [
            models.UniqueConstraint(fields=["hand_in", "key"], name="a_report_is_kept_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=[o.value for o in OUTCOMES]), name="report_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome=HandInState.OTHER) | models.Q(note__isnull=False),
                name="report_of_something_else_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hand_in}: {self.outcome}"


class HandInPhotoQuerySet(models.QuerySet["HandInPhoto"]):
    def public(self) -> Self:
        """Those that the organizers of a public campaign have released."""
        return self.filter(released_by__isnull=False, report__hand_in__campaign__in=Campaign.objects.public())


class HandInPhoto(models.Model):
    """A picture from the gate: re-encoded, without anything that tells more; public once an organizer released it."""

    report = models.ForeignKey(HandInReport, on_delete=models.CASCADE, related_name="photos")
    # SHA-256 of the re-encoded picture, and its name.
    file = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = HandInPhotoQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file[:8]
