"""What became of the people of a case, in one sentence for each group of them: computed, never written by hand."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext, ngettext

from cases import dates
from cases.models import Status
from face import languages
from face.countries import locale_of, name_of

Kind = Status.Kind

# After these nobody waits for news any more.
_SETTLED = {Kind.RELEASED, Kind.PROTECTED, Kind.RESETTLED, Kind.RETURNED_HOME, Kind.DECEASED}

# These last from their date on; the others happened on it.
_LASTING = {
    Kind.AT_RISK,
    Kind.DETAINED,
    Kind.RETURN_IMMINENT,
    Kind.DETAINED_AFTER_RETURN,
    Kind.DISAPPEARED,
    Kind.UNKNOWN,
}


@dataclass(frozen=True)
class Standing:
    """Those members whose latest status is the same."""

    people: int
    kind: str
    date: str
    to_state: str
    # Since the status, on the day that was asked about; fewer than truly passed where the date is not exact.
    days: int | None
    days_are_exact: bool

    @property
    def is_settled(self) -> bool:
        return self.kind in _SETTLED

    @property
    def label(self) -> str:
        if self.to_state:
            return gettext("handed over to %(state)s") % {"state": name_of(self.to_state)}
        return str(Kind(self.kind).label)

    @property
    def sentence(self) -> str:
        """“9 people: returned by force on 28 May 2013; no verified news since”, in the active language."""
        said = {"people": _number(self.people), "status": self.label, "when": self._when}
        if self.is_settled or self.kind in _LASTING or not self.date:
            sentence = ngettext(
                "%(people)s person: %(status)s %(when)s", "%(people)s people: %(status)s %(when)s", self.people
            )
        else:
            sentence = ngettext(
                "%(people)s person: %(status)s %(when)s; no verified news since",
                "%(people)s people: %(status)s %(when)s; no verified news since",
                self.people,
            )
        return (sentence % said).strip()

    @property
    def _when(self) -> str:
        """Since when it lasts, or when it happened: within an interval that means on some day of it."""
        begin, end = (dates.shown(part) if part not in ("", "..") else "" for part in self.date.partition("/")[::2])
        if self.kind in _LASTING and (begin or end):
            return gettext("since %(begin)s") % {"begin": begin or end}
        if begin and end:
            return gettext("between %(first)s and %(last)s") % {"first": begin, "last": end}
        return dates.when(self.date)

    @property
    def days_counted(self) -> str:
        """“4,845 days”; empty where nobody waits, or the date is not known."""
        if self.days is None or self.is_settled:
            return ""
        said = {"days": _number(self.days)}
        if self.days_are_exact:
            return ngettext("%(days)s day", "%(days)s days", self.days) % said
        return ngettext("at least %(days)s day", "at least %(days)s days", self.days) % said


def standings(members: Iterable[Mapping[str, Any]], today: dt.date) -> list[Standing]:
    """From the members of a publication's content: the largest group first. Who has no status is left out."""
    people: dict[tuple[str, str, str], int] = defaultdict(int)
    for member in members:
        if member["statuses"]:
            latest = member["statuses"][-1]
            people[latest["kind"], latest["date"], latest["to_state"]] += member["people"]
    groups = [
        Standing(count, kind, date, to_state, *_days_since(date, today))
        for (kind, date, to_state), count in people.items()
    ]
    return sorted(groups, key=lambda group: (-group.people, group.date, group.kind))


def _days_since(date: str, today: dt.date) -> tuple[int | None, bool]:
    days = dates.span(date) if date else dates.Span(None, None)
    if days.latest is None or days.latest > today:
        return None, False
    is_exact = days.earliest == days.latest and not date.endswith(("?", "~", "%"))
    return (today - days.latest).days, is_exact


def _number(number: int) -> str:
    return format_decimal(number, locale=locale_of(languages.active()))
