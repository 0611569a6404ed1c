"""Signatures taken out as a file: who asked for what, why, and who else let it go."""

import datetime as dt
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class ExportState(models.TextChoices):
    ASKED = "asked", _("waits for a second person")
    RELEASED = "released", _("released")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


EXPORT_STEPS = {
    ExportState.ASKED: [ExportState.RELEASED, ExportState.REFUSED, ExportState.WITHDRAWN],
    ExportState.RELEASED: [ExportState.WITHDRAWN],
}


class ExportField(models.TextChoices):
    """What may be taken out. No e-mail address: the site writes to people itself (docs/adr/0022)."""

    NAME = "name", _("Name, as far as its owner lets it be seen")
    COUNTRY = "country", _("Country")
    CITY = "city", _("City, of those whose name may be seen")
    LANGUAGE = "language", _("Language")
    DAY = "day", _("Day of the confirmation")
    OWN_WORDS = "own_words", _("Own words")


class ExportQuerySet(StatefulQuerySet):
    def for_desk(self) -> Self:
        return self.select_related("asked_by", "released_by")

    def waiting(self) -> Self:
        return self.filter(state=ExportState.ASKED)


class Export(Stateful):
    """Kept for good. The file is made while it is fetched, kept nowhere, and without those who have left by then."""

    State = ExportState
    Field = ExportField

    TRANSITIONS = EXPORT_STEPS

    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("XLSX (Excel, LibreOffice)")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="exports")
    fields = ArrayField(models.CharField(max_length=20, choices=ExportField))
    # Empty: all countries.
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    format = models.CharField(max_length=4, choices=Format)
    purpose = models.CharField(max_length=300)
    # How many there were when it was asked for.
    rows = models.PositiveIntegerField()
    needs_release = models.BooleanField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    state = StateField(choices=State, default=State.ASKED, protected=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        constraints = [
            is_one_of(ExportState, name="export_state_is_known"),
            models.CheckConstraint(condition=models.Q(fields__len__gte=1), name="export_has_a_field"),
            models.CheckConstraint(
                condition=models.Q(fields__contained_by=ExportField.values), name="export_fields_are_allowed"
            ),
            models.CheckConstraint(condition=~models.Q(purpose=""), name="export_says_what_for"),
            # 1,000: rules.RELEASE_ABOVE, for every way in.
            models.CheckConstraint(
                condition=models.Q(rows__lte=1000) | models.Q(needs_release=True), name="large_export_needs_release"
            ),
            models.CheckConstraint(
                condition=models.Q(needs_release=False)
                | ~models.Q(state=ExportState.RELEASED)
                | models.Q(released_by__isnull=False) & ~models.Q(released_by=models.F("asked_by")),
                name="export_is_released_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ExportState.RELEASED) | models.Q(released_at__isnull=False),
                name="released_export_says_when",
            ),
        ]
        triggers = [
            *state_rules(EXPORT_STEPS, log="campaign_exportchange"),
            pgtrigger.ReadOnly(name="export_stays_as_asked", exclude=["state", "released_by", "released_at"]),
            pgtrigger.Protect(name="export_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.number}"

    @property
    def number(self) -> str:
        """As the file carries it in its name and in every row."""
        return f"X{self.pk:05d}"

    def may_be_fetched(self, *, now: dt.datetime, within: dt.timedelta) -> bool:
        return self.state == self.State.RELEASED and self.released_at is not None and now < self.released_at + within


class ExportChange(StateChange):
    row = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="changes")
