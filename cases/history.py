"""Who changed what when, for people to read: from the rows that PostgreSQL writes at every change.

Sealed fields are not in there, neither before nor after; that they were read is in SealedReading.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from cases import dates
from cases.models import (
    Authority,
    BestInterests,
    Case,
    Citation,
    Claim,
    Consent,
    Event,
    Intervention,
    Involvement,
    Media,
    Member,
    Source,
    Status,
    Update,
    values,
)
from face.countries import name_of
from face.words import WordsField, said

# The rows of a case's record, and those that it shares with others.
ENTRIES = [
    Member,
    Status,
    Event,
    Claim,
    Involvement,
    Intervention,
    Citation,
    Consent,
    BestInterests,
    Media,
    Update,
]
# Columns that say nothing to a reader: keys, counters, what is derived from another column.
_NOT_SAID = {"id", "case", "version", "edited_at", "edited_by", "live", "created_at", "recorded_at"}
_NOT_SAID |= {"date_earliest", "date_latest", "original", "derivative_width", "derivative_height"}
# What tells a row without a name from others of its kind.
_TELLING = ("kind", "role", "field", "value", "given_by", "date")
_STATES = {"country", "citizenship", "from_state", "to_state", "state"}


@dataclass(frozen=True)
class FieldChange:
    """One field, in one language where it has words; `before` is empty for a new row, `now` for one that is gone."""

    field: str
    before: str
    now: str
    language: str = ""


@dataclass(frozen=True)
class Change:
    """What one person did to one row at one moment. `what` is insert, update, delete or state."""

    at: dt.datetime
    by: User | None
    what: str
    row: str
    fields: list[FieldChange]
    reason: str = ""


Model = type[models.Model]
Names = dict[tuple[Model, int], str]


def history_of(case: Case) -> list[Change]:
    """The newest first. The number of queries does not grow with the history."""
    kept: list[tuple[Model, list[Any]]] = [(Case, list(_stored(Case).filter(pgh_obj_id=case.pk)))]
    kept += [(model, list(_stored(model).filter(case_id=case.pk))) for model in ENTRIES]
    kept += [(model, list(_stored(model).filter(pgh_obj_id__in=keys))) for model, keys in _shared(kept).items()]
    people = User.objects.in_bulk({who for _model, rows in kept for row in rows if (who := _who(row))})
    names = _names(kept, case)
    changes = [change for model, rows in kept for change in _changes(model, rows, people, names)]
    changes += [
        Change(step.at, step.by, "state", str(case), [_step(step.old, step.new)], step.reason)
        for step in case.changes.select_related("by")
    ]
    return sorted(changes, key=lambda change: change.at, reverse=True)


def _stored(model: Model) -> "models.QuerySet[Any]":
    """The history rows of a model, oldest first."""
    history = model.history.rel.related_model  # type: ignore[attr-defined]
    return history.objects.select_related("pgh_context").order_by("pgh_id")


def _shared(kept: list[tuple[Model, list[Any]]]) -> dict[Model, set[int]]:
    """The rows that the case has ever referred to and shares with others."""
    found: dict[Model, set[int]] = {Source: set(), Authority: set()}
    for model, rows in kept:
        for field in model._meta.concrete_fields:
            if field.related_model in found:
                found[field.related_model] |= {key for row in rows if (key := getattr(row, field.attname))}
    return found


def _who(row: Any) -> int | None:
    return row.pgh_context.metadata.get("user") if row.pgh_context else None


def _changes(model: Model, rows: list[Any], people: Mapping[int, User], names: Names) -> Iterator[Change]:
    before: dict[int, Any] = {}
    for row in rows:
        old = before.get(row.pgh_obj_id)
        before[row.pgh_obj_id] = row
        fields = list(_differences(model, old, None if row.pgh_label == "delete" else row, names))
        if fields or row.pgh_label != "update":
            name = f"{model._meta.verbose_name}: {names[model, row.pgh_obj_id]}"
            yield Change(row.pgh_created_at, people.get(_who(row) or 0), row.pgh_label, name, fields)


def _differences(model: Model, old: Any, now: Any, names: Names) -> Iterator[FieldChange]:
    """`old` is None for a row that is new, `now` for one that is gone."""
    for field in _said_fields(model, old or now):
        before, after = (_kept(model, row, field.attname) if row else None for row in (old, now))
        label = str(field.verbose_name)
        if isinstance(field, WordsField):
            for code in dict.fromkeys([*(before or {}), *(after or {})]):
                texts = [(words or {}).get(code, {}).get("text", "") for words in (before, after)]
                if texts[0] != texts[1]:
                    yield FieldChange(label, texts[0], texts[1], code)
        elif before != after:
            yield FieldChange(label, _said(field, before, names), _said(field, after, names))


def _kept(model: Model, row: Any, column: str) -> Any:
    """As the column has it; what a claim says, as the field that it is about is told."""
    kept = getattr(row, column, "")
    return values.shown(row.field, kept) if model is Claim and column == "value" else kept


def _said_fields(model: Model, row: Any) -> Iterator[Any]:
    """The columns that the history keeps and that say something."""
    kept = {field.name for field in row._meta.concrete_fields}
    return (field for field in model._meta.concrete_fields if field.name in kept and field.name not in _NOT_SAID)


def _said(field: Any, value: Any, names: Names) -> str:
    """A value as people read it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        choices = dict(getattr(getattr(field, "base_field", None), "flatchoices", ()))
        # What is covered of a picture is a list of boxes, each a list of numbers.
        return ", ".join(str(each if isinstance(each, list) else choices.get(each, each)) for each in value)
    if field.related_model:
        return names.get((field.related_model, value), str(value))
    return _plain(field, value)


def _plain(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, dates.EDTFField):
        return dates.shown(value)
    if isinstance(value, dt.date):
        return dates.shown(value.isoformat()[: len("2013-05-10")])
    return name_of(value) if field.name in _STATES else str(dict(field.flatchoices).get(value, value))


def _names(kept: list[tuple[Model, list[Any]]], case: Case) -> Names:
    """What rows are called: the case's own from their history, as they may be gone, others as they are now."""
    names: Names = {(model, row.pgh_obj_id): _name(model, row, case) for model, rows in kept for row in rows}
    others: dict[Model, set[int]] = defaultdict(set)
    for model, rows in kept:
        for field in model._meta.concrete_fields:
            if field.related_model and field.name not in _NOT_SAID:
                keys = {key for row in rows if (key := getattr(row, field.attname, None))}
                others[field.related_model] |= {key for key in keys if (field.related_model, key) not in names}
    for other, wanted in others.items():
        found = other._base_manager.select_related().in_bulk(wanted)
        names |= {(other, key): str(row) for key, row in found.items()}
    return names


def _name(model: Model, row: Any, case: Case) -> str:
    for field in ("reference", "label", "name", "alt", "title"):
        if value := getattr(row, field, None):
            return str(said(value, source=case.written_in)) if isinstance(value, dict) else str(value)
    columns = {field.name: field for field in model._meta.concrete_fields}
    told = [_plain(columns[name], value) for name in _TELLING if (value := _kept(model, row, name))]
    return ", ".join(told) or str(row.pgh_obj_id)


def _step(old: str, new: str) -> FieldChange:
    labels: dict[str, str | Promise] = dict(Case.State.choices)
    return FieldChange(str(Case._meta.get_field("state").verbose_name), str(labels[old]), str(labels[new]))
