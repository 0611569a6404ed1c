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


class TestSignature(models.Model):
    """What an organizer typed into the sign form of a campaign to try it: theirs alone, and of no table that anything
    counts (docs/adr/0014).
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    name = SealedTextField()
    country = models.CharField(max_length=2)
    city = SealedTextField(null=True, blank=True)
    own_words = SealedTextField(null=True, blank=True)
    display = models.CharField(max_length=10, choices=Signature.Display)
    signed_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("test signature")
        verbose_name_plural = _("test signatures")
        indexes = [models.Index(fields=["by", "signed_at"], name="test_signature_signed")]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.language}"

    def signature(self) -> Signature:
        """As if it were one. Never saved."""
        return Signature(
            campaign=self.campaign,
            letter=self.letter,
            language=self.language,
            name=self.name,
            country=self.country,
            city=self.city,
            own_words=self.own_words,
            display=self.display,
            email=self.by.email,
            signed_at=self.signed_at,
        )


class TestLetterQuerySet(models.QuerySet["TestLetter"]):
    def asked_since(self, moment: dt.datetime) -> Self:
        return self.filter(asked_at__gt=moment)

    def for_mail(self) -> Self:
        related = self.select_related("by", "point", "letter", "campaign__organisation", "under")
        return related.prefetch_related("letter__texts", "campaign__texts", "campaign__organisation__texts")


class TestLetter(models.Model):
    """One letter that an organizer has sent to themselves, to see it as an office would. No signature, no dispatch:
    nothing counts it (docs/adr/0014).
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="+")
    point = models.ForeignKey(DeliveryPoint, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Where the whole way was tried: what was typed into the form.
    under = models.ForeignKey(TestSignature, null=True, blank=True, on_delete=models.CASCADE, related_name="letters")
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
        """What was typed into the form, or as a supporter's who lives where the delivery point is. Never saved."""
        if self.under is not None:
            self.under.campaign, self.under.letter = self.campaign, self.letter
            return self.under.signature()
        return Signature(
            campaign=self.campaign,
            letter=self.letter,
            language=self.language,
            name=self.by.name,
            country=self.point.country,
            own_words=self.own_words,
            display=self.display,
        )
