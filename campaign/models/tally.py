import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from campaign.models.signature import TransactionIdField

# Minutes. The median is told as one of these: "half confirmed within 10 minutes".
DELAYS = [1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 10080]

# In the place of a delay: who signed on paper confirmed nothing.
ON_PAPER = "paper"


class TallyQuerySet(models.QuerySet["Tally"]):
    def total_of(self, campaign: Campaign) -> int:
        row = self.filter(campaign=campaign, dimension=Tally.Dimension.ALL).first()
        return row.count if row else 0

    def with_paper_of(self, campaign: Campaign) -> tuple[int, int]:
        """All, and those of them on paper. One query."""
        rows = self.filter(campaign=campaign).filter(
            models.Q(dimension=Tally.Dimension.ALL) | models.Q(dimension=Tally.Dimension.DELAY, key=ON_PAPER)
        )
        counts = dict(rows.values_list("dimension", "count"))
        return counts.get(Tally.Dimension.ALL, 0), counts.get(Tally.Dimension.DELAY, 0)

    def totals(self) -> dict[int, int]:
        """Confirmed signatures by campaign id."""
        return dict(self.filter(dimension=Tally.Dimension.ALL).values_list("campaign_id", "count"))

    def countries_of(self, campaign: Campaign) -> Self:
        """Per country, the most first."""
        return self.filter(campaign=campaign, dimension=Tally.Dimension.COUNTRY, count__gt=0).order_by("-count", "key")

    def of(self, campaign: Campaign, *, hours_since: dt.datetime) -> dict[str, dict[str, int]]:
        """All that is counted of it, by dimension and key; of the hours the latest alone. One query."""
        counted: dict[str, dict[str, int]] = {dimension: {} for dimension in Tally.Dimension.values}
        rows = self.filter(campaign=campaign, count__gt=0).exclude(
            dimension=Tally.Dimension.HOUR, key__lt=hour_key(hours_since)
        )
        for dimension, key, count in rows.order_by("dimension", "key").values_list("dimension", "key", "count"):
            counted[dimension][key] = count
        return counted

    def days_of(self, campaign: Campaign) -> dict[dt.date, int]:
        """Per UTC day on which somebody confirmed, the earliest first."""
        rows = self.filter(campaign=campaign, dimension=Tally.Dimension.DAY, count__gt=0).order_by("key")
        return {dt.date.fromisoformat(key): count for key, count in rows.values_list("key", "count")}


def hour_key(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H}"


def hour_of(key: str) -> dt.datetime:
    return dt.datetime.strptime(key, "%Y-%m-%dT%H").replace(tzinfo=dt.UTC)


class Tally(models.Model):
    """Confirmed signatures, where nothing else is said, counted by the tally task: no request touches these rows."""

    class Dimension(models.TextChoices):
        ALL = "all", _("all")
        COUNTRY = "country", _("country")
        DAY = "day", _("day")
        HOUR = "hour", _("hour")
        LANGUAGE = "language", _("language")
        DELAY = "delay", _("time from signing to confirming")
        STATE = "state", _("state of a signature")
        SOURCE = "source", _("where signers came from")
        LETTERS = "letters", _("letters")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tallies")
    dimension = models.CharField(max_length=10, choices=Dimension)
    # ISO country, language code, the UTC day as 2027-09-24 or hour as 2027-09-24T13, the number of a delay in DELAYS or
    # ON_PAPER; "2027-09-24 kakao", day of signing and source; "email planned", a letter's channel and state. Empty for
    # all.
    key = models.CharField(max_length=40, blank=True)
    count = models.IntegerField(default=0)

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("tallies")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "dimension", "key"], name="one_tally_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.dimension} {self.key}: {self.count}"


class TallyMove(models.Model):
    """What is to be added to a tally: written by triggers with the rows that it counts, and deleted by the tally task
    when it has counted it, seconds later. So nothing stands here, and no row is touched by two requests.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+", db_index=False)
    dimension = models.CharField(max_length=10, choices=Tally.Dimension)
    key = models.CharField(max_length=40)
    delta = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.dimension} {self.key}: {self.delta:+}"


class TallyMark(models.Model):
    """How far the tally has counted: every change written by an earlier transaction is in. One row."""

    counted_before = TransactionIdField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_tally_mark")]

    def __str__(self) -> str:
        return str(self.counted_before)
