"""What the desk keeps for the people who work at it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.entries import append_only
from privacy.fields import SealedTextField


class SealedReading(models.Model):
    """That somebody opened a sealed field, and why: kept for good."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # Words, not keys: the log outlives what it speaks of.
    case = models.CharField(max_length=20)
    row = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    reason = models.TextField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("reading of a sealed field")
        verbose_name_plural = _("readings of sealed fields")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="sealed_reading_has_a_reason"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.by}: {self.case} {self.row} {self.field}"


class FormDraft(models.Model):
    """What somebody has typed into a form and not saved yet; `form` is the form's address at the desk."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=200)
    typed = SealedTextField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "form"], name="one_draft_per_person_and_form")]

    def __str__(self) -> str:
        return f"{self.by}: {self.form}"


class SavedFilter(models.Model):
    """A filter of the list of cases that somebody gave a name."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(pgettext_lazy("of an office, a treaty, a filter", "name"), max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["by", "name"], name="one_saved_filter_per_name")]

    def __str__(self) -> str:
        return self.name


class ReviewReminder(models.Model):
    """That somebody was told that a case is due for review: once per case, person and date."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    due = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "to", "due"], name="one_reminder_per_case_person_and_date")
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.due}"
