import datetime as dt

from django.db import models

from campaign.models.campaign import Campaign

_BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class NewsMark(models.Model):
    """How far the round has come that tells a campaign's supporters what became of their letters."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="news_mark")
    # The signature that was looked at last, by its place among the confirmed.
    confirmed_at = models.DateTimeField(default=_BEGINNING)
    signature_id = models.BigIntegerField(default=0)
    began_at = models.DateTimeField()
    # All of them were told, or never will be.
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.signature_id}"

    def begin_again(self, now: dt.datetime) -> None:
        self.confirmed_at, self.signature_id, self.began_at = _BEGINNING, 0, now
