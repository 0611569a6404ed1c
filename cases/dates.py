"""Dates that are known to a day, a month, a year or about (EDTF, ISO 8601-2): kept as written, never made more exact.

They are days of a calendar: no time of day, no time zone, so nothing can shift them.
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

from face import languages
from face.countries import locale_of

# What people need to write about cases: a day, month, season or year, perhaps doubtful (?) or approximate (~) or both
# (%), digits left open (X), and two of them with a slash. Sets, exponents and times of day are refused.
_ONE = r"\d{2}(?:\d{2}|\dX|XX)(?:-(?:2[1-4]|(?:0[1-9]|1[0-2]|XX)(?:-(?:\d{2}|XX))?))?[?~%]?"
_WRITTEN = re.compile(rf"{_ONE}(?:/(?:{_ONE}|\.\.)?)?|\.\./{_ONE}|/{_ONE}")
HELP = _(
    "As exactly as it is known: 2013-05-10, 2012-02, 2012, 2012~ (about), 2013-05-27? (doubtful), 2012-02/2012-03."
)


@dataclass(frozen=True)
class Span:
    """The days that a date may mean; None where it is open to that side."""

    earliest: dt.date | None
    latest: dt.date | None


# Parsing one takes 10 ms, and a record has dozens of them.
@lru_cache(maxsize=4096)
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


# --- in a reader's words

_PARTS = re.compile(r"(?P<year>[\dX]{4})(?:-(?P<month>[\dX]{2}))?(?:-(?P<day>[\dX]{2}))?(?P<mark>[?~%]?)")
_SEASONS = {
    "21": _("spring %(year)s"),
    "22": _("summer %(year)s"),
    "23": _("autumn %(year)s"),
    "24": _("winter %(year)s"),
}


def shown(text: str, language: str | None = None) -> str:
    """The date in a reader's words, as exactly as it is known and no more: “February 2012”, “about 2012”."""
    with override(language or languages.active()):
        begin, slash, end = text.partition("/")
        if not slash:
            return _said(begin)[0] if text else ""
        return _interval(begin, end)


def when(text: str, language: str | None = None) -> str:
    """The same inside a sentence: “on 10 May 2013”, “in February 2012”, “about 2012”."""
    with override(language or languages.active()):
        begin, slash, end = text.partition("/")
        if not text or slash:
            return _interval(begin, end) if text else ""
        words, is_a_day = _said(begin)
        if begin[-1] in "~%" or not begin[:4].isdigit():
            return words
        return (gettext("on %(date)s") if is_a_day else gettext("in %(date)s")) % {"date": words}


def _interval(begin: str, end: str) -> str:
    said = {"begin": begin not in ("", "..") and _said(begin)[0], "end": end not in ("", "..") and _said(end)[0]}
    if said["begin"] and said["end"]:
        return gettext("from %(begin)s to %(end)s") % said
    if said["begin"]:
        return (gettext("since %(begin)s") if end else gettext("from %(begin)s, end not known")) % said
    return (gettext("until %(end)s") if begin else gettext("until %(end)s, beginning not known")) % said


def _said(one: str) -> tuple[str, bool]:
    """One date in the active language, and whether it is a single day."""
    parts = _PARTS.fullmatch(one)
    if parts is None:
        return one, False
    year, month, day, mark = (part or "" for part in parts.group("year", "month", "day", "mark"))
    is_a_day = (year + month + day).isdigit() and bool(day)
    words = _plainly(year, month, day if is_a_day else "")
    if mark in ("~", "%"):
        words = gettext("about %(date)s") % {"date": words}
    if mark in ("?", "%"):
        words = gettext("%(date)s (uncertain)") % {"date": words}
    return words, is_a_day


def _plainly(year: str, month: str, day: str) -> str:
    if "X" in year:
        ends = {"first": _year(year.replace("X", "0")), "last": _year(year.replace("X", "9"))}
        return gettext("between %(first)s and %(last)s") % ends
    if not month.isdigit():
        return _year(year)
    if month in _SEASONS:
        return str(_SEASONS[month]) % {"year": _year(year)}
    date = dt.date(int(year), int(month), int(day or 1))
    return format_date(date, "long", _locale()) if day else format_skeleton("yMMMM", date, locale=_locale())


def _year(year: str) -> str:
    return format_skeleton("y", dt.date(int(year), 1, 1), locale=_locale())


def _locale() -> Locale:
    """The day before the month in English: a site for the world does not write 5/10."""
    locale = locale_of(languages.active())
    return Locale("en", "GB") if locale.language == "en" else locale
