from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign


class ClosingChangeQuerySet(models.QuerySet["ClosingChange"]):
    def told(self) -> Self:
        """Those of which everyone reads."""
        return self.exclude(note="")


class ClosingChange(models.Model):
    """People could sign until another moment than was announced. The campaign's page tells of the latest."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="closing_changes")
    announced = models.DateTimeField(help_text=_("When it would have closed."))
    closes_at = models.DateTimeField(help_text=_("When it closes, or has closed, instead."))
    note = models.CharField(_("what everyone reads of it"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ClosingChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the closing date")
        verbose_name_plural = _("changes of the closing date")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(announced=F("closes_at")), name="closing_change_is_a_change"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.announced:%Y-%m-%d %H:%M} → {self.closes_at:%Y-%m-%d %H:%M}"
