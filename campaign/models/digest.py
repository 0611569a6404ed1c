"""Several letters in one mail, for offices that want them so."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from campaign.models.delivery import DIGEST_MOST, DeliveryPoint
from campaign.models.letter import Letter


class DigestQuerySet(models.QuerySet["Digest"]):
    def of_message(self, message: Any) -> Self:
        return self.filter(pk=message.subject_id)

    def for_mail(self) -> Self:
        return self.select_related("point", "campaign__organisation").prefetch_related(
            "letter__texts", "campaign__organisation__texts"
        )


class Digest(models.Model):
    """One mail with the letters of many: one version of the letter once, then its signers. Where it is, each of its
    dispatches says."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="digests")
    point = models.ForeignKey(DeliveryPoint, on_delete=models.PROTECT, related_name="digests")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text=_("From 1, for each campaign and delivery point."))
    # Whoever leaves before it goes is not in it: then it is what went out.
    count = models.PositiveSmallIntegerField()
    queued_at = models.DateTimeField()

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ["-queued_at"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "point", "number"], name="one_digest_per_number"),
            models.CheckConstraint(condition=models.Q(count__lte=DIGEST_MOST), name="digest_is_one_mail"),
        ]
        indexes = [models.Index(fields=["point", "queued_at"], name="digest_point_queued")]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.point_id}/{self.number}"
