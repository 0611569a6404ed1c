"""A table of delivery points that somebody has uploaded: kept until it is applied or a day has passed."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.models.delivery import Target


class PointImportQuerySet(models.QuerySet["PointImport"]):
    def waiting(self) -> Self:
        return self.filter(applied_at__isnull=True)

    def uploaded_before(self, moment: dt.datetime) -> Self:
        return self.waiting().filter(uploaded_at__lt=moment)


class PointImport(models.Model):
    """The file as it came, until it is applied; then its digest and what it did. It holds addresses of offices only."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="imports")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    # As somebody said it is written, where it is not in Unicode.
    encoding = models.CharField(max_length=20, blank=True, default="")
    content = models.BinaryField(null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    objects = PointImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of delivery points")
        verbose_name_plural = _("imports of delivery points")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(content__isnull=False, applied_at__isnull=True, applied_by__isnull=True)
                | models.Q(content__isnull=True, applied_at__isnull=False, applied_by__isnull=False),
                name="applied_import_keeps_no_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.name}"
