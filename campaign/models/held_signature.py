from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from campaign.models.signature import Signature
from privacy.fields import BlindIndexField


class HeldSignatureQuerySet(models.QuerySet["HeldSignature"]):
    def waiting(self) -> Self:
        return self.filter(decided_at__isnull=True)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",))

    def for_desk(self) -> Self:
        """With what staff may know of it: never whose it is."""
        sealed = ("name", "email", "city", "own_words")
        return (
            self.select_related("signature", "campaign", "held_by", "decided_by")
            .prefetch_related("campaign__texts")
            .defer(*(f"signature__{name}" for name in sealed))
        )


class HeldSignature(models.Model):
    """A signature that does not count until a person has looked: why, since when, and what was decided.

    A decision stays; a rejection that is taken back begins another row.
    """

    class Why(models.TextChoices):
        NAME = "name", _("the same name many times within an hour")
        DISPOSABLE = "disposable", _("many throwaway addresses within an hour")
        HAND = "hand", _("held by hand")
        AGAIN = "again", _("a rejection was taken back")

    BY_RULE = (Why.NAME, Why.DISPOSABLE)

    class Domain(models.TextChoices):
        """What kind of mail domain the address has: all that is told of it."""

        SERVICE = "service", _("a large mail service")
        DISPOSABLE = "disposable", _("throwaway addresses")
        OTHER = "other", _("another domain")

    class Decision(models.TextChoices):
        RELEASED = "released", _("counts again")
        REJECTED = "rejected", _("not accepted")
        ERASED = "erased", _("erased by the supporter")

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="checks")
    # The signature's.
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+", editable=False)
    why = models.CharField(_("why"), max_length=10, choices=Why)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    domain = models.CharField(max_length=10, choices=Domain)
    held_at = models.DateTimeField(_("since"))
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_reason = models.CharField(max_length=300, blank=True)

    objects = HeldSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("held signature")
        verbose_name_plural = _("held signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["signature"], condition=models.Q(decided_at__isnull=True), name="held_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(why__in=["name", "disposable"], held_by__isnull=True)
                | (models.Q(why__in=["hand", "again"], held_by__isnull=False) & ~models.Q(reason="")),
                name="held_by_a_rule_or_by_somebody_who_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | (
                    models.Q(decision__in=["released", "rejected"], decided_at__isnull=False, decided_by__isnull=False)
                    & ~models.Q(decision_reason="")
                )
                | models.Q(decision="erased", decided_at__isnull=False, decided_by__isnull=True),
                name="decision_on_held_signature_says_all",
            ),
            models.CheckConstraint(
                condition=models.Q(domain__in=["service", "disposable", "other"]), name="held_domain_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["held_at", "id"], condition=models.Q(decided_at__isnull=True), name="held_signature_waiting"
            ),
            models.Index(
                fields=["-decided_at"], condition=models.Q(decided_at__isnull=False), name="held_signature_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signature_id} ({self.why})"


class SeenLately(models.Model):
    """What a confirmed signature has in common with others, for an hour: then the row is gone.

    A keyed hash that differs from campaign to campaign; equal ones say "the same", and nothing else.
    """

    class Trait(models.TextChoices):
        NAME = "name", _("name")
        DISPOSABLE = "disposable", _("throwaway address")

    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+", db_index=False)
    trait = models.CharField(max_length=10, choices=Trait)
    index = BlindIndexField(editable=False, db_index=False)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["signature", "trait"], name="seen_once_per_trait"),
            models.CheckConstraint(condition=models.Q(trait__in=["name", "disposable"]), name="seen_trait_is_known"),
        ]
        indexes = [models.Index(fields=["confirmed_at"], name="seen_lately_when")]

    def __str__(self) -> str:
        return f"{self.signature_id} {self.trait}"
