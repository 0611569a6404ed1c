import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from campaign.models.delivery import DeliveryPoint
from campaign.models.letter import Letter
from campaign.models.signature import Signature
from privacy.fields import SealedTextField


class TestLetterQuerySet(models.QuerySet["TestLetter"]):
    def asked_since(self, moment: dt.datetime) -> Self:
        return self.filter(asked_at__gt=moment)

    def for_mail(self) -> Self:
        return self.select_related("by", "point", "letter", "campaign__organisation").prefetch_related(
            "letter__texts", "campaign__texts", "campaign__organisation__texts"
        )


class TestLetter(models.Model):
    """One letter that an organizer has sent to themselves, to see it as an office would. No signature, no dispatch:
    nothing counts it (docs/adr/0014).
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="+")
    point = models.ForeignKey(DeliveryPoint, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    display = models.CharField(max_length=10, choices=Signature.Display)
    own_words = SealedTextField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)

    objects = TestLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("test letter")
        verbose_name_plural = _("test letters")
        indexes = [models.Index(fields=["by", "asked_at"], name="test_letter_asked")]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.language}"

    def signature(self) -> Signature:
        """As the one of a supporter who lives where the delivery point is. Never saved."""
        return Signature(
            campaign=self.campaign,
            letter=self.letter,
            language=self.language,
            name=self.by.name,
            country=self.point.country,
            own_words=self.own_words,
            display=self.display,
        )
