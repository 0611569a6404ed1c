"""What staff set for the whole site while it runs: a notice on every public page, and how much mail is too much."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from face.texts import LanguageText


class BannerQuerySet(models.QuerySet["Banner"]):
    def standing(self, now: dt.datetime) -> Self:
        """Those that are shown, the latest first."""
        return self.filter(shown_from__lte=now, shown_until__gt=now, taken_down_at__isnull=True).order_by("-pk")


class Banner(models.Model):
    """A few words above every public page, from and until a moment. Kept, and changed by taking it down alone."""

    class Level(models.TextChoices):
        NOTICE = "notice", _("a notice")
        WARNING = "warning", _("a warning")

    level = models.CharField(max_length=10, choices=Level, default=Level.NOTICE)
    shown_from = models.DateTimeField(default=timezone.now)
    shown_until = models.DateTimeField()
    put_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_down_at = models.DateTimeField(null=True, blank=True)

    objects = BannerQuerySet.as_manager()

    class Meta:
        verbose_name = _("banner")
        verbose_name_plural = _("banners")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shown_from__lt=models.F("shown_until")), name="banner_is_shown_for_a_while"
            ),
            models.CheckConstraint(
                condition=models.Q(taken_down_at__isnull=True, taken_down_by__isnull=True)
                | models.Q(taken_down_at__isnull=False, taken_down_by__isnull=False),
                name="banner_says_who_took_it_down",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.pk}"


class BannerText(LanguageText):
    banner = models.ForeignKey(Banner, on_delete=models.CASCADE, related_name="texts")
    words = models.CharField(max_length=300)

    class Meta(LanguageText.Meta):
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [models.UniqueConstraint(fields=["banner", "language"], name="one_banner_text_per_language")]


class SiteLimits(models.Model):
    """One row. A day's unanswered mails to one address, over the whole site: guarantee 4 of the house."""

    mails_a_day = models.PositiveSmallIntegerField(default=3)
    # To an address that has confirmed before.
    mails_a_day_for_supporters = models.PositiveSmallIntegerField(default=10)

    class Meta:
        verbose_name = _("limits")
        verbose_name_plural = _("limits")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="site_has_one_row_of_limits"),
            # Never more than the promise: three to whoever has never answered.
            models.CheckConstraint(condition=models.Q(mails_a_day__range=(1, 3)), name="mails_a_day_are_few"),
            models.CheckConstraint(
                condition=models.Q(mails_a_day_for_supporters__range=(models.F("mails_a_day"), 50)),
                name="supporters_get_as_many_mails",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mails_a_day} / {self.mails_a_day_for_supporters}"

    @classmethod
    def current(cls) -> "SiteLimits":
        """As they are set, or as they were shipped."""
        return cls.objects.first() or cls(pk=1)

    def told(self) -> dict[str, Any]:
        return {"mails_a_day": self.mails_a_day, "mails_a_day_for_supporters": self.mails_a_day_for_supporters}
