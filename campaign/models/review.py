from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign


class ReviewQuerySet(models.QuerySet["Review"]):
    def waiting(self) -> Self:
        """Those that nobody has decided yet."""
        return self.filter(verdict="")


class Review(models.Model):
    """A campaign handed to the reviewers as it then was, and what became of it."""

    class Verdict(models.TextChoices):
        OPENED = "opened", _("opened")
        RETURNED = "returned", _("sent back")
        TAKEN_BACK = "taken_back", _("taken back")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="reviews")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)
    # Who had edited the campaign last: they do not open it either.
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True)
    # What was handed over (campaign.launching.content_of): the next one is compared with it.
    content = models.JSONField(default=dict)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=["", "opened", "returned", "taken_back"]), name="review_verdict_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="", decided_by__isnull=True, decided_at__isnull=True)
                | (~models.Q(verdict="") & models.Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="decided_review_says_by_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["", "taken_back"])
                | (
                    ~models.Q(decided_by=models.F("submitted_by"))
                    & (models.Q(edited_by__isnull=True) | ~models.Q(decided_by=models.F("edited_by")))
                ),
                name="review_is_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["campaign"], condition=models.Q(verdict=""), name="one_waiting_review_per_campaign"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.submitted_at:%Y-%m-%d}"


class ReviewRemark(models.Model):
    """What a reviewer asks to be mended, at the field that mends it; and what the organizers answer."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="remarks")
    # One of campaign.launching.FIELDS.
    field = models.CharField(max_length=20)
    text = models.TextField()
    answer = models.TextField(blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_by__isnull=True, settled_at__isnull=True)
                | models.Q(settled_by__isnull=False, settled_at__isnull=False),
                name="settled_remark_says_by_whom",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]
