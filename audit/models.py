"""The audit log: who did what, to what, when and why. No foreign keys: it outlives what it speaks of."""

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    at = models.DateTimeField(db_default=Now(), editable=False)
    # "exports.released": the room's noun, and what was done to it.
    action = models.CharField(_("action"), max_length=60)
    by_id = models.BigIntegerField(null=True, editable=False)
    # As they were called then; empty where the clock did it.
    by = models.CharField(_("who"), max_length=200, blank=True)
    # "campaign.campaign" and its key, with a name that a person understands years later.
    kind = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=60, blank=True)
    about = models.CharField(_("about"), max_length=300, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    # Numbers and codes; never a supporter's name or address.
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.action} {self.about}"
