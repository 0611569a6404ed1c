"""Delivery points as a table (CSV): read in whatever way a spreadsheet wrote it, compared with what is there, written.

A row is known by its name. A column that is not there leaves what it holds as it is; so does an empty cell in a column
that a point cannot be without (NEVER_EMPTY).
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext as _

from campaign.models import DeliveryPoint, Target
from face import countries, languages, spreadsheets
from face.spreadsheets import Sheet, country_code, harmless, yes_or_no

PLAIN = [
    "name",
    "kind",
    "country",
    "city",
    "language",
    "time_zone",
    "latitude",
    "longitude",
    "postal_address",
    "email",
    "takes_rest",
    "hourly_cap",
    "delivery_days",
    "delivery_from",
    "delivery_until",
    "shape",
    "digest_every",
    "digest_times",
    "active",
]
TEXTS = [f"{what}_{code}" for code, _name in settings.LANGUAGES for what in ("name", "city")]
COLUMNS = [*PLAIN, "answers_for", *TEXTS]
# Written for people, never read: nobody verifies an address with a spreadsheet.
TOLD = ["verified_on", "verified_source"]
ERROR = "error"
NEEDED = ["name", "kind", "country", "city"]
NEVER_EMPTY = {
    "kind",
    "country",
    "city",
    "language",
    "time_zone",
    "takes_rest",
    "hourly_cap",
    "delivery_days",
    "shape",
    "active",
}


# --- Reading


def read(content: bytes, encoding: str = "") -> Sheet:
    """Raises BadSheet."""
    return spreadsheets.read(content, encoding, columns=COLUMNS, told={*TOLD, ERROR})


# --- What a cell says. Each raises ValidationError.


def _chosen(choices: Iterable[tuple[Any, Any]]) -> Callable[[str], Any]:
    """By value or by what people read, whatever its case."""
    pairs = list(choices)

    def chosen(cell: str) -> Any:
        wanted = cell.casefold()
        for value, label in pairs:
            if wanted in (str(value).casefold(), str(label).casefold()):
                return value
        raise ValidationError(
            _("This is none of: %(choices)s.") % {"choices": ", ".join(str(value) for value, _label in pairs)}
        )

    return chosen


def countries_of(cell: str) -> list[str]:
    """Countries one after the other, with semicolons, commas or line breaks between them. Raises ValidationError."""
    # "Congo, Democratic Republic" is one country: what is a country as a whole is not taken apart.
    found: list[str] = []
    for part in cell.replace("\n", ";").split(";"):
        whole = countries.find(part) if part.strip() else None
        found += [whole] if whole else [country_code(each.strip()) for each in part.split(",") if each.strip()]
    return sorted(set(found))


def _whole(cell: str) -> int:
    # 1,000 or 1.000, as spreadsheets write thousands, is not worth the guess.
    if not cell.isascii() or not cell.isdigit() or len(cell) > 9:
        raise ValidationError(_("Write a whole number, with digits alone."))
    return int(cell)


def _degrees(cell: str) -> Decimal:
    try:
        number = Decimal(cell.replace(",", "."))
        if not number.is_finite() or abs(number) > 180:
            raise ValueError
    except (InvalidOperation, ValueError):
        raise ValidationError(_("Write degrees as in 52.2 or -0.1.")) from None
    return number.quantize(Decimal("0.1"))


def _time(cell: str) -> dt.time:
    try:
        hour, minute, *seconds = (int(part) for part in cell.split(":"))
        if seconds not in ([], [0]):
            raise ValueError
        return dt.time(hour, minute)
    except ValueError:
        raise ValidationError(_("Write a time as in 09:00.")) from None


def _times(cell: str) -> list[dt.time]:
    return sorted({_time(each) for each in cell.replace(",", " ").replace(";", " ").split()})


def _days(cell: str) -> list[int]:
    """1 is Monday; 1-5 are the days from one to the other."""
    days: set[int] = set()
    try:
        for part in cell.replace(";", " ").replace(",", " ").split():
            first, _dash, last = part.partition("-")
            days |= set(range(int(first), int(last or first) + 1))
    except ValueError:
        days = set()
    if not days or not days <= set(range(1, 8)):
        raise ValidationError(_("Write days as numbers, Monday is 1: 1-5, or 1,3,5."))
    return sorted(days)


_READ: dict[str, Callable[[str], Any]] = {
    "kind": _chosen(DeliveryPoint.Kind.choices),
    "country": country_code,
    "language": _chosen(settings.LANGUAGES),
    "latitude": _degrees,
    "longitude": _degrees,
    "takes_rest": yes_or_no,
    "hourly_cap": _whole,
    "delivery_days": _days,
    "delivery_from": _time,
    "delivery_until": _time,
    "shape": _chosen(DeliveryPoint.Shape.choices),
    "digest_every": _whole,
    "digest_times": _times,
    "active": yes_or_no,
}
_EMPTY: dict[str, Any] = {"digest_times": [], **dict.fromkeys(("postal_address", "email"), "")}


# --- Comparing


@dataclass
class Row:
    """A row of the table beside the point of its name, and what it would change there."""

    line: int
    cells: dict[str, str]
    point: DeliveryPoint
    # Column: before, after; as they are read.
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Column, or empty for the whole row: what is wrong, and how to mend it.
    errors: dict[str, list[str]] = field(default_factory=dict)
    answers_for: list[str] | None = None
    texts: dict[str, tuple[str, str]] | None = None

    def wrong(self, column: str, told: str) -> None:
        self.errors.setdefault(column, []).append(told)

    @property
    def is_new(self) -> bool:
        return self.point.pk is None

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(column, each) for column, found in self.errors.items() for each in found]


@dataclass(frozen=True)
class Compared:
    sheet: Sheet
    rows: list[Row]

    @cached_property
    def wrong(self) -> list[Row]:
        return [row for row in self.rows if row.errors]

    @cached_property
    def new(self) -> list[Row]:
        return [row for row in self.rows if row.is_new and not row.errors]

    @cached_property
    def changed(self) -> list[Row]:
        return [row for row in self.rows if row.changes and not row.is_new and not row.errors]

    @property
    def unchanged(self) -> int:
        return len(self.rows) - len(self.wrong) - len(self.new) - len(self.changed)

    @property
    def digest(self) -> str:
        """Of what would be done: another one, once somebody has changed a point meanwhile."""
        done = [[row.line, row.point.pk, row.changes, row.errors] for row in self.rows]
        return sha256(json.dumps(done, sort_keys=True).encode()).hexdigest()


def compare(target: Target, sheet: Sheet) -> Compared:
    known = {
        point.name: point
        for point in DeliveryPoint.objects.filter(target=target).prefetch_related("texts", "answers_for")
    }
    rows = [_compared(line, cells, sheet, target, known) for line, cells in sheet.rows]
    _check_names(rows)
    _check_countries(rows, known)
    _check_rest(rows, known)
    return Compared(sheet, rows)


def _compared(
    line: int, cells: dict[str, str], sheet: Sheet, target: Target, known: Mapping[str, DeliveryPoint]
) -> Row:
    name = cells.get("name", "")
    before = known.get(name)
    row = Row(line, cells, copy(before) if before else DeliveryPoint(target=target, name=name))
    if not name:
        row.wrong("name", _("Every row needs the name of its office."))
    for column in sheet.columns:
        cell = cells.get(column, "")
        if column in PLAIN:
            _read_cell(row, column, cell)
    if before is None:
        for column in NEEDED:
            if not cells.get(column) and column != "name":
                row.wrong(column, _("A new point needs this."))
    _read_answers(row, sheet, before)
    _read_texts(row, sheet, before)
    _note_changes(row, before, sheet)
    if row.changes and not row.errors:
        _check(row)
    return row


def _read_cell(row: Row, column: str, cell: str) -> None:
    if not cell:
        if column not in NEVER_EMPTY and column != "name":
            setattr(row.point, column, copy(_EMPTY.get(column)))
        return
    try:
        setattr(row.point, column, _READ.get(column, str)(cell))
    except ValidationError as error:
        row.wrong(column, " ".join(error.messages))


def _read_answers(row: Row, sheet: Sheet, before: DeliveryPoint | None) -> None:
    if "answers_for" not in sheet.columns:
        return
    try:
        row.answers_for = countries_of(row.cells.get("answers_for", ""))
    except ValidationError as error:
        row.wrong("answers_for", " ".join(error.messages))


def _read_texts(row: Row, sheet: Sheet, before: DeliveryPoint | None) -> None:
    """Those of the languages whose columns are there; the others stay."""
    if not any(column in TEXTS for column in sheet.columns):
        return
    texts = _texts_of(before)
    for code, _name in settings.LANGUAGES:
        columns = f"name_{code}", f"city_{code}"
        if not any(column in sheet.columns for column in columns):
            continue
        old = texts.get(code, ("", ""))
        name, city = (
            row.cells.get(column, "") if column in sheet.columns else was
            for column, was in zip(columns, old, strict=True)
        )
        if bool(name) != bool(city):
            row.wrong(columns[0] if city else columns[1], _("Give both name and city in a language, or neither."))
        if name and city:
            for column, words, most in zip(columns, (name, city), (200, 100), strict=True):
                if len(words) > most:
                    row.wrong(column, _("Please shorten it to %(most)d characters.") % {"most": most})
            texts[code] = name, city
        else:
            texts.pop(code, None)
    row.texts = texts


def _texts_of(point: DeliveryPoint | None) -> dict[str, tuple[str, str]]:
    return {text.language: (text.name, text.city) for text in point.texts.all()} if point else {}


def _answers_of(point: DeliveryPoint | None) -> list[str]:
    return sorted(each.country for each in point.answers_for.all()) if point else []


def _note_changes(row: Row, before: DeliveryPoint | None, sheet: Sheet) -> None:
    old, new = cells_of(before) if before else {}, cells_of(row.point, texts=row.texts, answers_for=row.answers_for)
    for column in COLUMNS if before is None else sheet.columns:
        was, becomes = str(old.get(column, "")), str(new.get(column, ""))
        if was != becomes and column not in row.errors:
            row.changes[column] = was, becomes


_CHECKS = [constraint for constraint in DeliveryPoint._meta.constraints if isinstance(constraint, CheckConstraint)]


def _check(row: Row) -> None:
    """All that the database would refuse, except what other rows decide."""
    point = row.point
    excluded = {"target", "id", "last_slot_at", "verified_by"}
    for check in (lambda: point.clean_fields(exclude=excluded), point.clean):
        try:
            check()
        except ValidationError as error:
            for column, told in error.message_dict.items():
                row.wrong(column if column in COLUMNS else "", " ".join(told))
    if row.errors:
        return
    values = {
        name.name: models.Value(getattr(point, name.attname), name)
        for name in DeliveryPoint._meta.concrete_fields
        if name.name not in excluded
    }
    values["verified_by"] = models.Value(point.verified_by_id, models.BigIntegerField())
    # One question for all of them: two thousand rows would be sixteen thousand.
    if Q(*(constraint.condition for constraint in _CHECKS)).check(values):
        return
    for constraint in _CHECKS:
        if not Q(constraint.condition).check(values):
            row.wrong("", str(constraint.get_violation_error_message()))


def _check_names(rows: Iterable[Row]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        name = row.point.name
        if name and seen.setdefault(name, row.line) != row.line:
            row.wrong("name", _("This name stands on line %(line)d already.") % {"line": seen[name]})


def taken_words(country: str, point: str) -> str:
    return _("%(point)s answers for %(country)s already.") % {
        "point": point,
        "country": countries.name_of(country),
    }


def _check_countries(rows: Iterable[Row], known: Mapping[str, DeliveryPoint]) -> None:
    """As they would stand after all rows: a country may wander from one point to another."""
    given = {row.point.name for row in rows if row.answers_for is not None}
    taken = {
        each.country: point.name
        for point in known.values()
        if point.name not in given
        for each in point.answers_for.all()
    }
    for row in rows:
        for country in row.answers_for or []:
            if taken.setdefault(country, row.point.name) != row.point.name:
                row.wrong("answers_for", taken_words(country, taken[country]))


def _check_rest(rows: Iterable[Row], known: Mapping[str, DeliveryPoint]) -> None:
    by_name = {row.point.name: row for row in rows}
    takers = [
        name for name, point in known.items() if (by_name[name].point if name in by_name else point).takes_rest
    ] + [row.point.name for row in rows if row.is_new and row.point.takes_rest]
    for row in rows:
        if row.point.takes_rest and takers[0] != row.point.name and "takes_rest" not in row.errors:
            row.wrong("takes_rest", _("%(point)s takes the rest already.") % {"point": takers[0]})


# --- Writing


def cells_of(
    point: DeliveryPoint,
    *,
    texts: Mapping[str, tuple[str, str]] | None = None,
    answers_for: Sequence[str] | None = None,
) -> dict[str, Any]:
    """What stands in each column; texts and countries as given, or as the point's rows say."""
    cells: dict[str, Any] = {column: _cell(getattr(point, column)) for column in PLAIN}
    is_kept = point.pk is not None
    answers = answers_for if answers_for is not None else _answers_of(point if is_kept else None)
    cells["answers_for"] = ";".join(answers)
    for code, (name, city) in (texts if texts is not None else _texts_of(point if is_kept else None)).items():
        cells[f"name_{code}"], cells[f"city_{code}"] = name, city
    return cells


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(str(_cell(each)) for each in value)
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return value


def written(points: Iterable[DeliveryPoint]) -> str:
    """CSV with all columns; safe to open in a spreadsheet, and the same when it comes back."""
    rows = []
    for point in points:
        told = {"verified_on": _cell(point.verified_on), "verified_source": point.verified_source}
        rows.append(cells_of(point) | told)
    return _csv([*COLUMNS, *TOLD], rows)


def template() -> str:
    """The columns, and one row as an example, of an office that is nowhere."""
    example = DeliveryPoint(
        name="Embassy in Warsaw",
        kind=DeliveryPoint.Kind.EMBASSY,
        country="PL",
        city="Warsaw",
        time_zone="Europe/Warsaw",
        latitude=Decimal("52.2"),
        longitude=Decimal("21.0"),
        postal_address="1 Example Street\n00-000 Warsaw",
        email="embassy@example.org",
        delivery_days=[1, 2, 3, 4, 5],
        delivery_from=dt.time(9),
        delivery_until=dt.time(17),
    )
    return _csv(COLUMNS, [cells_of(example, answers_for=["LT", "PL"])])


def to_mend(compared: Compared) -> str:
    """The rows that are wrong, as they were sent, with a column that says what to mend."""
    columns = [*compared.sheet.columns, ERROR]
    rows = []
    for row in compared.wrong:
        told = " ".join(f"{column}: {each}" if column else each for column, each in row.told)
        rows.append(row.cells | {ERROR: told})
    return _csv(columns, rows)


def _csv(columns: list[str], rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(row.get(column, "")) for column in columns])
    return out.getvalue()


def names_of(codes: Iterable[str]) -> str:
    return languages.listed(countries.name_of(code) for code in codes)
