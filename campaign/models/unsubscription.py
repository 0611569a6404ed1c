from typing import Self

from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from privacy.fields import BlindIndexField


class UnsubscriptionQuerySet(models.QuerySet["Unsubscription"]):
    def against(self, organisation: Organisation) -> Self:
        """Those that its updates have to keep to."""
        return self.filter(Q(organisation=organisation) | Q(organisation__isnull=True))

    def later_than_signing(self) -> Self:
        """Inside a query of signatures: for the same address, and since it asked for updates; the later word counts."""
        return self.filter(email_index=OuterRef("email_index"), at__gt=OuterRef("signed_at"))


class Unsubscription(models.Model):
    """An address that gets no more updates: of one organisation, or, where they do not arrive, of none."""

    class Cause(models.TextChoices):
        ASKED = "asked", _("asked for it")
        BOUNCED = "bounced", _("there is no such mailbox")
        COMPLAINED = "complained", _("took an update for spam")

    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    email_index = BlindIndexField()
    cause = models.CharField(max_length=10, choices=Cause)
    at = models.DateTimeField(default=timezone.now)

    objects = UnsubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email_index", "organisation"], nulls_distinct=False, name="one_unsubscription_per_address"
            ),
            models.CheckConstraint(
                condition=Q(cause="asked", organisation__isnull=False)
                | Q(cause__in=["bounced", "complained"], organisation__isnull=True),
                name="unsubscription_is_from_whom_its_cause_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.cause})"
