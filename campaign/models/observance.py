import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from face.texts import LanguageText


class Observance(models.Model):
    """A day kept every year; a given year may move it."""

    slug = models.SlugField(unique=True, max_length=80)
    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("observance")
        verbose_name_plural = _("observances")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__range=(1, 12), day__range=(1, 31)), name="observance_is_a_date"
            )
        ]

    def __str__(self) -> str:
        return self.slug

    def clean(self) -> None:
        try:
            dt.date(2028, self.month, self.day)  # a leap year, so that 29 February is a date
        except (TypeError, ValueError):
            raise ValidationError({"day": _("There is no such day in that month.")}) from None

    def date_in(self, year: int) -> dt.date:
        """The day on which that year keeps it: the override, else the rule (29 February falls on 28 in other years)."""
        for moved in self.moved_dates.all():
            if moved.year == year:
                return moved.date
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return dt.date(year, self.month, self.day - 1)

    def next_date(self, today: dt.date) -> dt.date:
        this_year = self.date_in(today.year)
        return this_year if this_year >= today else self.date_in(today.year + 1)


class ObservanceDate(models.Model):
    """The date of an observance in a year that does not follow the rule."""

    observance = models.ForeignKey(Observance, on_delete=models.CASCADE, related_name="moved_dates")
    year = models.PositiveSmallIntegerField()
    date = models.DateField()

    class Meta:
        verbose_name = _("moved date")
        verbose_name_plural = _("moved dates")
        constraints = [
            models.UniqueConstraint(fields=["observance", "year"], name="one_date_per_observance_and_year"),
            models.CheckConstraint(condition=models.Q(date__year=models.F("year")), name="moved_date_is_in_its_year"),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"


class ObservanceText(LanguageText):
    observance = models.ForeignKey(Observance, on_delete=models.CASCADE, related_name="texts")
    name = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    about = models.TextField(help_text=_("Plain text; an empty line starts a new paragraph."))

    class Meta(LanguageText.Meta):
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [
            models.UniqueConstraint(fields=["observance", "language"], name="one_observance_text_per_language")
        ]
