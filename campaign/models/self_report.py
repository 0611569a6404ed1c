import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from campaign.models.delivery import DeliveryPoint, Dispatch


class SelfReportQuerySet(models.QuerySet["SelfReport"]):
    def tell(self, *, campaign: Campaign, point: DeliveryPoint, channel: str, now: dt.datetime) -> None:
        self.create(campaign=campaign, point=point, channel=channel, day=now.date())

    def counts_of(self, campaign: Campaign) -> dict[int, int]:
        """By delivery point."""
        rows = self.filter(campaign=campaign).order_by().values_list("point").annotate(letters=models.Count("pk"))
        return dict(rows)


class SelfReport(models.Model):
    """Somebody says to have sent a letter of their own. Nobody confirmed it, so it counts with no signature; who it was
    is not kept, so nobody can be asked.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="self_reports")
    point = models.ForeignKey(DeliveryPoint, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Dispatch.Channel)
    day = models.DateField()

    objects = SelfReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter that somebody says to have sent")
        verbose_name_plural = _("letters that people say to have sent")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel__in=Dispatch.Channel.values), name="self_report_channel_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.point} ({self.channel})"
