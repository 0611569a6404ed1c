import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from campaign.models.signature import TransactionIdField


class TallyQuerySet(models.QuerySet["Tally"]):
    def total_of(self, campaign: Campaign) -> int:
        row = self.filter(campaign=campaign, dimension=Tally.Dimension.ALL).first()
        return row.count if row else 0

    def totals(self) -> dict[int, int]:
        """Confirmed signatures by campaign id."""
        return dict(self.filter(dimension=Tally.Dimension.ALL).values_list("campaign_id", "count"))

    def countries_of(self, campaign: Campaign) -> Self:
        """Per country, the most first."""
        return self.filter(campaign=campaign, dimension=Tally.Dimension.COUNTRY, count__gt=0).order_by("-count", "key")

    def days_of(self, campaign: Campaign) -> dict[dt.date, int]:
        """Per UTC day on which somebody confirmed, the earliest first."""
        rows = self.filter(campaign=campaign, dimension=Tally.Dimension.DAY, count__gt=0).order_by("key")
        return {dt.date.fromisoformat(key): count for key, count in rows.values_list("key", "count")}


class Tally(models.Model):
    """Confirmed signatures, counted by the tally task: no request touches these rows."""

    class Dimension(models.TextChoices):
        ALL = "all", _("all")
        COUNTRY = "country", _("country")
        DAY = "day", _("day")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tallies")
    dimension = models.CharField(max_length=10, choices=Dimension)
    # ISO country, or the UTC day as 2027-09-24; empty for all.
    key = models.CharField(max_length=10, blank=True)
    count = models.IntegerField(default=0)

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("tallies")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "dimension", "key"], name="one_tally_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.dimension} {self.key}: {self.count}"


class TallyMark(models.Model):
    """How far the tally has counted: every change written by an earlier transaction is in. One row."""

    counted_before = TransactionIdField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_tally_mark")]

    def __str__(self) -> str:
        return str(self.counted_before)
