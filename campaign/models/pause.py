"""What stops letters from going, beside a campaign's own flag: the site's pause, a target's, a point's, a domain's."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

F, Q = models.F, models.Q


class PauseQuerySet(models.QuerySet["Pause"]):
    def standing(self) -> Self:
        return self.filter(lifted_at__isnull=True)

    def by_themselves(self) -> Self:
        return self.filter(paused_by__isnull=True)

    def for_desk(self) -> Self:
        return self.select_related("target", "point__target", "paused_by", "lifted_by").prefetch_related(
            "target__texts", "point__texts"
        )


class Pause(models.Model):
    """Stops letters, never signing, and never the confirmations by which people sign. The rows are the log: kept for
    good, and changed by lifting alone.
    """

    class Scope(models.TextChoices):
        SITE = "site", gettext_lazy("the whole site")
        TARGET = "target", gettext_lazy("target")
        POINT = "point", gettext_lazy("delivery point")
        DOMAIN = "domain", gettext_lazy("recipient domain")

    scope = models.CharField(max_length=10, choices=Scope)
    target = models.ForeignKey(
        "campaign.Target", null=True, blank=True, on_delete=models.PROTECT, related_name="pauses"
    )
    point = models.ForeignKey(
        "campaign.DeliveryPoint", null=True, blank=True, on_delete=models.PROTECT, related_name="pauses"
    )
    # What follows the @ in the addresses of points, in lower case.
    domain = models.CharField(max_length=255, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    # A domain that pauses by itself: so many of its latest letters were refused. Then nobody paused it.
    refused = models.PositiveSmallIntegerField(null=True, blank=True)
    answered = models.PositiveSmallIntegerField(null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    paused_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("pause")
        verbose_name_plural = gettext_lazy("pauses")
        ordering = ["-paused_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="site", target__isnull=True, point__isnull=True, domain="")
                | Q(scope="target", target__isnull=False, point__isnull=True, domain="")
                | Q(scope="point", target__isnull=True, point__isnull=False, domain="")
                | (Q(scope="domain", target__isnull=True, point__isnull=True) & ~Q(domain="")),
                name="pause_says_what_it_stops",
            ),
            models.CheckConstraint(condition=Q(domain=Lower("domain")), name="paused_domain_is_lower_case"),
            models.CheckConstraint(
                condition=Q(paused_by__isnull=False, refused__isnull=True, answered__isnull=True) & ~Q(reason="")
                | Q(paused_by__isnull=True, scope="domain", refused__gte=1, answered__gte=F("refused"), reason=""),
                name="pause_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="lifted_pause_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=["scope", "target", "point", "domain"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="one_standing_pause_per_thing",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="pause_is_lifted_at_most", exclude=["lifted_by", "lifted_at"]),
            pgtrigger.Protect(
                name="lifted_pause_is_closed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__lifted_at__isnull=False),
            ),
            pgtrigger.Protect(name="pause_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What is stopped, as an address carries it: "site", "point:12", "domain:mfa.example"."""
        thing = self.domain or self.point_id or self.target_id
        return f"{self.scope}:{thing}" if thing else self.scope

    @property
    def why(self) -> str:
        if self.reason:
            return self.reason
        return _("%(refused)s of its last %(answered)s letters were refused within an hour.") % {
            "refused": self.refused,
            "answered": self.answered,
        }
