"""Who changed what when, for people to read: from the rows that PostgreSQL writes at every change.

Sealed fields are not in there, neither before nor after; that they were read is in SealedReading.
"""

import datetime as dt
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
)
from face.countries import name_of
from face.words import said

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


def history_of(case: Case) -> list[Change]:
    """The newest first. The number of queries does not grow with the history."""
    rows = [(Case, list(_stored(Case).filter(pgh_obj_id=case.pk)))]
    rows += [(model, list(_stored(model).filter(case_id=case.pk))) for model in ENTRIES]
    shared = {
        Source: {row.source_id for model, stored in rows if model is Claim for row in stored},
        Authority: {
            key
            for model, stored in rows
            for row in stored
            for key in (getattr(row, f"{name}_id", None) for name in ("authority", "by", "asked"))
            if key and model in (Involvement, Intervention)
        },
    }
    rows += [(model, list(_stored(model).filter(pgh_obj_id__in=keys))) for model, keys in shared.items()]
    steps = list(case.changes.select_related("by"))
    people = _people(row for _model, stored in rows for row in stored)
    names = {(model, row.pgh_obj_id): _name(model, row, case) for model, stored in rows for row in stored}
    changes = [change for model, stored in rows for change in _changes(model, stored, people, names)]
    changes += [
        Change(step.at, step.by, "state", case.reference, [_step(step.old, step.new)], step.reason) for step in steps
    ]
    return sorted(changes, key=lambda change: change.at, reverse=True)


def _stored(model: type[models.Model]) -> "models.QuerySet[Any]":
    """The history rows of a model, oldest first."""
    return model.history.rel.related_model.objects.select_related("pgh_context").order_by("pgh_id")  # type: ignore[attr-defined,no-any-return]


def _people(rows: Iterator[Any]) -> Mapping[int, User]:
    return User.objects.in_bulk({key for row in rows if (key := _who(row))})


def _who(row: Any) -> int | None:
    return row.pgh_context.metadata.get("user") if row.pgh_context else None


def _changes(
    model: type[models.Model],
    stored: list[Any],
    people: Mapping[int, User],
    names: Mapping[tuple[type[models.Model], int], str],
) -> Iterator[Change]:
    before: dict[int, Any] = {}
    for row in stored:
        old = before.get(row.pgh_obj_id)
        before[row.pgh_obj_id] = row
        now = None if row.pgh_label == "delete" else row
        fields = list(_differences(model, old, now, names))
        if fields or row.pgh_label != "update":
            by = people.get(_who(row) or 0)
            name = f"{model._meta.verbose_name}: {names[model, row.pgh_obj_id]}"
            yield Change(row.pgh_created_at, by, row.pgh_label, name, fields)


def _differences(
    model: type[models.Model], old: Any, now: Any, names: Mapping[tuple[type[models.Model], int], str]
) -> Iterator[FieldChange]:
    kept = {field.name for field in (old or now)._meta.concrete_fields}
    for field in model._meta.concrete_fields:
        if field.name in _NOT_SAID or field.name not in kept:
            continue
        before, after = (_value(row, field) for row in (old, now))
        if before == after:
            continue
        label = str(field.verbose_name)
        if isinstance(before or after, dict):
            for code in dict.fromkeys([*(before or {}), *(after or {})]):
                texts = [(words or {}).get(code, {}).get("text", "") for words in (before, after)]
                if texts[0] != texts[1]:
                    yield FieldChange(label, texts[0], texts[1], code)
        else:
            yield FieldChange(label, _said(field, before, names), _said(field, after, names))


def _value(row: Any, field: "models.Field[Any, Any]") -> Any:
    return getattr(row, field.attname) if row else None


def _said(field: "models.Field[Any, Any]", value: Any, names: Mapping[tuple[type[models.Model], int], str]) -> str:
    """A value as people read it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model, value), f"{field.related_model._meta.verbose_name} {value}")
    if isinstance(field, dates.EDTFField):
        return dates.shown(value)
    if isinstance(value, dt.date):
        return dates.shown(value.isoformat()[:10])
    if field.name in _STATES:
        return name_of(value)
    if isinstance(value, list):
        base = dict(getattr(getattr(field, "base_field", None), "flatchoices", ()))
        return ", ".join(str(base.get(each, each)) for each in value)
    return str(dict(field.flatchoices).get(value, value))


def _name(model: type[models.Model], row: Any, case: Case) -> str:
    """What a row is called, from its history alone: it may be gone."""
    for field in ("reference", "label", "name", "alt", "title"):
        if value := getattr(row, field, None):
            return str(said(value, source=case.written_in)) if isinstance(value, dict) else str(value)
    kinds = {field.name: dict(field.flatchoices) for field in model._meta.concrete_fields}
    parts = [
        str(kinds[name].get(getattr(row, name), getattr(row, name)))
        for name in ("kind", "role", "field", "value", "given_by")
        if name in kinds and getattr(row, name, "")
    ]
    if date := getattr(row, "date", ""):
        parts.append(dates.shown(date))
    return ", ".join(parts) or str(row.pgh_obj_id)


def _step(old: str, new: str) -> FieldChange:
    labels: dict[str, str | Promise] = dict(Case.State.choices)
    return FieldChange(str(Case._meta.get_field("state").verbose_name), str(labels[old]), str(labels[new]))
