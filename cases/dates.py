"""Dates that are known to a day, a month, a year or about (EDTF, ISO 8601-2): kept as written, never made more exact.

They are days of a calendar: no time of day, no time zone, so nothing can shift them.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

# What people need to write about cases: a day, month, season or year, perhaps doubtful (?) or approximate (~) or both
# (%), digits left open (X), and two of them with a slash. Sets, exponents and times of day are refused.
_ONE = r"\d{2}(?:\d{2}|\dX|XX)(?:-(?:\d{2}|XX))?(?:-(?:\d{2}|XX))?[?~%]?"
_WRITTEN = re.compile(rf"{_ONE}(?:/(?:{_ONE}|\.\.)?)?|\.\./{_ONE}|/{_ONE}")
HELP = _(
    "As exactly as it is known: 2013-05-10, 2012-02, 2012, 2012~ (about), 2013-05-27? (doubtful), 2012-02/2012-03."
)


@dataclass(frozen=True)
class Span:
    """The days that a date may mean; None where it is open to that side."""

    earliest: dt.date | None
    latest: dt.date | None


def span(text: str) -> Span:
    """Raises ValidationError for what is no date, or for an interval that ends before it begins."""
    if not _WRITTEN.fullmatch(text):
        raise ValidationError(_("“%(text)s” is not a date that we can read."), params={"text": text})
    begin, slash, end = text.partition("/")
    earliest = _days(begin, text)[0]
    latest = _days(end if slash else begin, text)[1]
    if earliest and latest and earliest > latest:
        raise ValidationError(_("“%(text)s” ends before it begins."), params={"text": text})
    return Span(earliest, latest)


def _days(one: str, text: str) -> tuple[dt.date | None, dt.date | None]:
    if one in ("", ".."):
        return None, None
    try:
        parsed = parse_edtf(one)
        return dt.date(*parsed.lower_strict()[:3]), dt.date(*parsed.upper_strict()[:3])
    except (EDTFParseException, ValueError):
        raise ValidationError(_("There is no such day: “%(text)s”."), params={"text": text}) from None


class EDTFField(models.CharField):
    """The date as written; beside it stand `<name>_earliest` and `<name>_latest`, derived whenever the row is saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 30, "help_text": HELP, **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("help_text", None)
        return name, path, args, kwargs

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        text = super().clean((value or "").strip(), model_instance)
        if text:
            span(text)
        return text


class Dated(models.Model):
    """A row with one date."""

    date = EDTFField(_("date"), blank=True)
    date_earliest = models.DateField(null=True, blank=True, editable=False)
    date_latest = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValidationError for a date that cannot be read: what sorts never contradicts what is shown."""
        days = span(self.date) if self.date else Span(None, None)
        self.date_earliest, self.date_latest = days.earliest, days.latest
        if (fields := kwargs.get("update_fields")) is not None and "date" in fields:
            kwargs["update_fields"] = {*fields, "date_earliest", "date_latest"}
        super().save(*args, **kwargs)


def shown(text: str, language: str | None = None) -> str:
    """The date in a reader's words, as exactly as it is known and no more."""
    return text
