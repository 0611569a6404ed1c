"""What people allowed to be told about them, and who answers for it where they could not be asked."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.entries import Entry, with_history
from cases.models.member import Member
from privacy.fields import SealedTextField


class Scope(models.TextChoices):
    NAME = "name", _("name")
    FACE = "face", _("face")
    AGE = "age", _("age")
    PLACE = "place", _("place")
    STORY = "story", _("story")


class Channel(models.TextChoices):
    WEB = "web", _("on this site")
    PRINT = "print", _("in print")
    LETTERS = "letters", _("in letters")
    PRESS = "press", _("to the press")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self, today: dt.date) -> Self:
        """Given, not withdrawn, not expired."""
        return self.filter(given_on__lte=today).filter(
            models.Q(expires_on__isnull=True) | models.Q(expires_on__gt=today),
            models.Q(withdrawn_on__isnull=True) | models.Q(withdrawn_on__gt=today),
        )


@with_history(
    exclude=(
        "given_by_whom",
        "how_in_detail",
    )
)
class Consent(Entry):
    """One person's (or, without a member, everyone's) consent to these scopes on these channels."""

    class GivenBy(models.TextChoices):
        PERSON = "person", _("the person")
        PARENT = "parent", _("a parent or guardian")
        KIN = "kin", _("next of kin")
        LAWYER = "lawyer", _("a lawyer with a mandate")

    class How(models.TextChoices):
        WRITTEN = "written", _("in writing")
        SPOKEN = "spoken", _("by word of mouth, recorded")
        WITNESSED = "witnessed", _("by word of mouth, before a witness")

    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("member"))
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), verbose_name=_("to what"))
    channels = ArrayField(models.CharField(max_length=10, choices=Channel), verbose_name=_("where"))
    given_by = models.CharField(_("given by"), max_length=10, choices=GivenBy)
    given_by_whom = SealedTextField(_("who that is"), null=True, blank=True, max_length=500)
    how = models.CharField(_("how"), max_length=10, choices=How)
    how_in_detail = SealedTextField(_("where the proof is kept"), null=True, blank=True, max_length=500)
    given_on = models.DateField(_("given on"))
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_on", "pk"]
        default_related_name = "consents"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__len__gte=1, channels__len__gte=1),
                name="consent_is_to_something",
                violation_error_message=_("Say to what, and where."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True) | models.Q(expires_on__gt=models.F("given_on")),
                name="consent_expires_after_it_is_given",
                violation_error_message=_("It expires before it was given."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True) | models.Q(withdrawn_on__gte=models.F("given_on")),
                name="consent_is_withdrawn_after_it_is_given",
                violation_error_message=_("It was withdrawn before it was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {', '.join(self.scopes)}"

    def stands_on(self, day: dt.date) -> bool:
        """The same as `Consent.objects.standing`, of one row."""
        ends = [end for end in (self.expires_on, self.withdrawn_on) if end]
        return self.given_on <= day and all(day < end for end in ends)


@with_history(exclude=("reasons",))
class BestInterests(Entry):
    """Why telling serves people who cannot be asked; it stands once a second person of the staff has signed."""

    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("member"))
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), verbose_name=_("to what"))
    reasons = SealedTextField(_("why they cannot be asked, and why telling serves them"), max_length=4000)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    signed_at = models.DateTimeField(editable=False)
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    countersigned_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("best-interests note")
        verbose_name_plural = _("best-interests notes")
        ordering = ["pk"]
        default_related_name = "best_interests"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(countersigned_by__isnull=True) | ~models.Q(countersigned_by=models.F("signed_by")),
                name="best_interests_are_signed_by_two",
            ),
            models.CheckConstraint(
                condition=models.Q(countersigned_by__isnull=True, countersigned_at__isnull=True)
                | models.Q(countersigned_by__isnull=False, countersigned_at__isnull=False),
                name="countersignature_says_when",
            ),
            models.CheckConstraint(condition=models.Q(scopes__len__gte=1), name="best_interests_are_about_something"),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {', '.join(self.scopes)}"
