"""What organizers write to the coordinators of a campaign."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from campaign.models.hand_in import HandIn, Volunteer


class CoordinatorMailQuerySet(models.QuerySet["CoordinatorMail"]):
    def sent_since(self, campaign: Campaign, moment: dt.datetime) -> Self:
        return self.filter(campaign=campaign, sent_at__gt=moment)

    def for_mail(self) -> Self:
        return self.select_related("by", "campaign__organisation").prefetch_related("campaign__texts")


class CoordinatorMail(models.Model):
    """One mail to the coordinator of one hand-in, or of all; a draft until it is sent."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="coordinator_mails")
    # Empty: to the coordinators of all of them.
    hand_in = models.ForeignKey(HandIn, null=True, blank=True, on_delete=models.PROTECT, related_name="mails")
    subject = models.CharField(_("subject"), max_length=120)
    words = models.TextField(_("words"), max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    # When its writer has had it sent to themselves, with these words.
    tested_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = CoordinatorMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail to coordinators")
        verbose_name_plural = _("mails to coordinators")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(tested_at__isnull=False),
                name="coordinator_mail_is_tested_first",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class CoordinatorMailCopy(models.Model):
    """To whom it went."""

    mail = models.ForeignKey(CoordinatorMail, on_delete=models.CASCADE, related_name="copies")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mail", "volunteer"], name="one_copy_per_coordinator_and_mail")]

    def __str__(self) -> str:
        return str(self.pk)
