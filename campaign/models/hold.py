from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from cases.models import Case


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self) -> Self:
        return self.filter(lifted_at__isnull=True)


class Hold(models.Model):
    """Letters that may say what is no longer true, so none goes out until an organizer has looked.

    It says that something has changed, never what: the record may know what the public must not know yet.
    """

    class Cause(models.TextChoices):
        STATUS = "status", _("the situation of the people has changed")
        TAKEDOWN = "takedown", _("the case page was taken down")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="holds")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(_("why"), max_length=10, choices=Cause)
    at = models.DateTimeField(_("since"), default=timezone.now)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "case", "cause"],
                condition=models.Q(lifted_at__isnull=True),
                name="one_standing_hold_per_cause",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | models.Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="lifted_hold_says_by_whom",
            ),
            models.CheckConstraint(condition=models.Q(cause__in=["status", "takedown"]), name="hold_cause_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.case} ({self.get_cause_display()})"
