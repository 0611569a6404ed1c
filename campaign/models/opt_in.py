import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from campaign.models.campaign import Campaign
from campaign.models.signature import Signature, SignatureState
from campaign.models.unsubscription import Unsubscription


class OptInQuerySet(models.QuerySet["OptIn"]):
    def kept(self) -> Self:
        """Those not taken back since: neither themselves, nor with all mails of the organisation or to the address."""
        of_it = models.Q(organisation=models.OuterRef("organisation")) | models.Q(organisation=None)
        left = Unsubscription.objects.filter(
            of_it, email_index=models.OuterRef("signature__email_index"), at__gt=models.OuterRef("at")
        )
        return self.filter(~models.Exists(left), withdrawn_at__isnull=True)

    def standing(self) -> Self:
        """Of these, those of people whose signature stands."""
        return self.kept().filter(signature__state=SignatureState.CONFIRMED, signature__erased_at__isnull=True)

    def to(self, organisation: Organisation, campaign: Campaign) -> Self:
        """Those of a campaign's supporters who said yes to mails from this organisation, while it is a partner."""
        is_partner = campaign.partnerships.accepted().filter(organisation=organisation)
        return self.standing().filter(
            models.Exists(is_partner), organisation=organisation, signature__campaign=campaign
        )

    def counted(self, campaign: Campaign) -> dict[int, int]:
        """By organisation, how many of this campaign's supporters want its mails."""
        found = self.standing().filter(signature__campaign=campaign).values("organisation")
        return dict(found.annotate(supporters=models.Count("pk")).values_list("organisation", "supporters"))

    def for_mail(self) -> Self:
        return self.select_related("organisation").prefetch_related("organisation__texts")

    def withdraw(self, *, now: dt.datetime) -> int:
        return self.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)


class OptIn(models.Model):
    """A supporter's yes to mails from one partner of the campaign that they signed, given by the POST that confirms
    the signature, or on their own page. A yes to the campaign's own organisation is `Signature.wants_updates`.
    """

    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="opt_ins")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OptInQuerySet.as_manager()

    class Meta:
        verbose_name = _("opt-in")
        verbose_name_plural = _("opt-ins")
        constraints = [
            models.UniqueConstraint(fields=["signature", "organisation"], name="one_opt_in_per_organisation"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(withdrawn_at__gte=models.F("at")),
                name="opt_in_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signature_id} · {self.organisation}"
