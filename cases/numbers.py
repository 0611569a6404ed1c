"""How many people, and how old: as widely as it is known, and no more exactly."""

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_WRITTEN = re.compile(r"(?P<least>\d{1,7})(?:(?P<more>\+)|\s*(?:-|–|~|to)\s*(?P<most>\d{1,7}))?", re.IGNORECASE)


class Range(TypedDict):
    """Both ends are meant; `max` is None where it is open."""

    min: int
    max: int | None


def read(text: str) -> str:
    """As it is kept: 9, 14-18, 41+ (at least). Raises ValidationError."""
    written = _WRITTEN.fullmatch(text)
    least, most = (int(written[end]) if written and written[end] else None for end in ("least", "most"))
    if written is None or (most is not None and most < int(written["least"])):
        raise ValidationError(_("Write a number or a range: 9, 14-18, 41+."))
    return f"{least}-{most}" if most is not None else f"{least}{written['more'] or ''}"


def span(kept: str) -> Range:
    """What `read` has returned."""
    least, _dash, most = kept.rstrip("+").partition("-")
    return {"min": int(least), "max": None if kept.endswith("+") else int(most or least)}


def how_many(people: Mapping[str, Any]) -> str:
    least, most = people["min"], people["max"]
    if most is None:
        words = ngettext("at least %(number)s person", "at least %(number)s people", least)
        return words % {"number": formats.number_format(least)}
    if least != most:
        numbers = {"least": formats.number_format(least), "most": formats.number_format(most)}
        return _("%(least)s to %(most)s people") % numbers
    # Translators: the number of people in a case.
    words = ngettext("%(number)s person", "%(number)s people", least)
    return words % {"number": formats.number_format(least)}


def age(known: Mapping[str, Any]) -> str:
    """An age band in years, as widely as it is known."""
    least, most = known["min"], known["max"]
    if least is None:
        words = ngettext("at most %(age)s year old", "at most %(age)s years old", most) % {"age": most}
    elif most is None:
        words = ngettext("at least %(age)s year old", "at least %(age)s years old", least) % {"age": least}
    elif least != most:
        words = _("%(least)s to %(most)s years old") % {"least": least, "most": most}
    elif least == 0:
        words = _("under one year old")
    else:
        words = ngettext("%(age)s year old", "%(age)s years old", least) % {"age": least}
    return _("%(age)s (estimated)") % {"age": words} if known.get("estimated") else words
