"""How a working record is written: whoever saves has seen what is there, and everyone learns that it was changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models
from django.db.models.functions import Cast, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record
from cases import rules, signals
from cases.actions.acting import Refused, require, verb
from cases.models import (
    Adherence,
    Article,
    Authority,
    BestInterests,
    Case,
    CaseRelation,
    Citation,
    Event,
    Member,
    SealedReading,
    Source,
    Status,
)
from cases.models.entries import Entry, Versioned
from face.words import Words, write
from privacy.fields import SealedTextField

# Columns of a case that other verbs write.
_NOT_EDITED = {"id", "reference", "state", "live", "created_at"}
# How a case refers to rows that cases share.
_REFERS_TO: dict[type[Versioned], list[str]] = {
    Source: ["claims__source"],
    Authority: ["involvements__authority", "interventions__by", "interventions__asked"],
}
# One number at a time; the key is the CRC-32 of "cases.reference".
_NUMBERING = 0x1C2A6E0B


class Changed(Refused):
    """Somebody saved the row in the meantime; `current` is how it stands now, None where it is gone."""

    def __init__(self, current: Versioned | None) -> None:
        super().__init__(_("Somebody else has changed this in the meantime. Nothing of theirs was overwritten."))
        self.current = current


class NotBinding(Refused):
    """The article did not bind that State on that date."""


@verb
def open_case(*, by: User, kind: str, title: str, written_in: str, year: int | None = None) -> Case:
    """A draft under the next reference of the year of what happened (this year by default)."""
    require(rules.may_edit(by))
    year = year or timezone.localdate().year
    return Case.objects.create(
        reference=_next_reference(year),
        kind=kind,
        title=write({}, written_in, title, source=written_in),
        written_in=written_in,
        edited_by=by,
    )


def _next_reference(year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERING])
    number = Cast(Substr("reference", len("MNS-2013-") + 1), models.IntegerField())
    latest = Case.objects.filter(reference__startswith=f"MNS-{year}-").aggregate(latest=models.Max(number))["latest"]
    return f"MNS-{year}-{(latest or 0) + 1:03}"


@verb
def save_entry(
    *, entry: Versioned, by: User, seen: int | None = None, links: Mapping[str, Iterable[models.Model]] | None = None
) -> None:
    """Save a row of the record as somebody edited it who had seen version `seen` of it (None: it is new).

    `links` are its many-to-many rows by field. Raises Changed, and then nothing was saved.
    """
    require(rules.may_edit(by))
    if isinstance(entry, Status | BestInterests):
        raise TypeError(f"{type(entry).__name__} is written by a verb of its own.")
    _check_it_is_all_of_one_case(entry, links or {})
    cases = _locked_cases_of(entry)
    _check_nobody_was_faster(entry, seen)
    entry.version = (seen or 0) + 1
    if isinstance(entry, Case):
        entry.edited_by, entry.edited_at = by, timezone.now()
        entry.save(update_fields={field.name for field in Case._meta.concrete_fields} - _NOT_EDITED)
    else:
        entry.save()
    for name, rows in (links or {}).items():
        getattr(entry, name).set(rows)
    for case in cases:
        _mark_edited(case, by=by)


@verb
def remove_entry(*, entry: Versioned, by: User, seen: int) -> None:
    """Raises Changed; ProtectedError where other rows stand on it."""
    require(rules.may_edit(by))
    if isinstance(entry, Case | Status):
        raise TypeError(f"{type(entry).__name__} stays for good.")
    cases = _locked_cases_of(entry)
    _check_nobody_was_faster(entry, seen)
    entry.delete()
    for case in cases:
        _mark_edited(case, by=by)


@verb
def record_status(
    *, member: Member, kind: str, date: str, by: User, to_state: str = "", corrects: Status | None = None
) -> Status:
    """What became of a member. It stays for good; a mistake is corrected by a status that names it.

    Raises ValidationError.
    """
    require(rules.may_edit(by))
    case = _locked(member.case_id)
    if corrects and (corrects.member_id != member.pk or Status.objects.filter(corrects=corrects).exists()):
        raise ValidationError({"corrects": _("It is of another member, or was corrected already.")})
    status = Status(case=case, member=member, kind=kind, date=date, to_state=to_state, corrects=corrects)
    status.full_clean()
    status.save()
    _mark_edited(case, by=by)
    signals.case_status_changed.send(sender=Status, case=case, status=status)
    return status


@verb
def relate_cases(*, one: Case, other: Case, by: User) -> None:
    """Harmless to repeat. Raises ValidationError for a case and itself."""
    require(rules.may_edit(by))
    if one.pk == other.pk:
        raise ValidationError(_("A case is not related to itself."))
    pair = _locked_all([one.pk, other.pk])
    _relation, is_new = CaseRelation.objects.get_or_create(earlier=pair[0], later=pair[1])
    if is_new:
        for case in pair:
            _mark_edited(case, by=by)


@verb
def unrelate_cases(*, one: Case, other: Case, by: User) -> None:
    require(rules.may_edit(by))
    pair = _locked_all([one.pk, other.pk])
    deleted, _rows = CaseRelation.objects.filter(earlier__in=pair, later__in=pair).delete()
    if deleted:
        for case in pair:
            _mark_edited(case, by=by)


@verb
def cite_law(*, event: Event, article: Article, state: str, by: User, why: Words | None = None) -> Citation:
    """Hold an article up to a State for what happened. Raises NotBinding, in words, where it did not bind the State."""
    require(rules.may_edit(by))
    case = _locked(event.case_id)
    adherence = Adherence.objects.filter(instrument=article.instrument_id, state=state).first()
    if refusal := rules.why_not_binding(Event.objects.get(pk=event.pk), article, state, adherence):
        raise NotBinding(refusal)
    citation = Citation.objects.create(case=case, event=event, article=article, state=state, why=dict(why or {}))
    _mark_edited(case, by=by)
    return citation


@verb
def sign_best_interests(
    *, case: Case, by: User, scopes: list[str], reasons: str, member: Member | None = None
) -> BestInterests:
    """Why telling serves somebody who can't be asked; it counts once another person of the team has signed too."""
    require(rules.is_of_the_team(by))
    locked = _locked(case.pk)
    note = BestInterests(
        case=locked, member=member, scopes=scopes, reasons=reasons, signed_by=by, signed_at=timezone.now()
    )
    _check_it_is_all_of_one_case(note, {})
    note.full_clean()
    note.save()
    return note


@verb
def countersign_best_interests(*, note: BestInterests, by: User) -> None:
    """Raises PermissionDenied for whoever signed it first; harmless to repeat."""
    _locked(note.case_id)
    note = BestInterests.objects.get(pk=note.pk)
    require(rules.may_countersign(by, note), _("Somebody else of the case team has to sign as well."))
    if note.countersigned_by_id:
        return
    note.countersigned_by, note.countersigned_at = by, timezone.now()
    note.save(update_fields=["countersigned_by", "countersigned_at"])


@verb
def read_sealed(*, row: Versioned, field: str, by: User, reason: str) -> str | None:
    """What a sealed field holds. Who read it and why is kept for good, before anything is told."""
    require(rules.may_read_sealed(by))
    if not isinstance(row._meta.get_field(field), SealedTextField):
        raise FieldError(f"{row._meta.label}.{field} is not sealed.")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why you need to read it.")})
    case = row if isinstance(row, Case) else getattr(row, "case", None)
    which = {"row": f"{row._meta.model_name} {row.pk}", "field": field}
    SealedReading.objects.create(by=by, case=case.reference if case else "", reason=reason.strip(), **which)
    record("sealed_fields.read", by=by, about=case, reason=reason.strip(), **which)
    value: str | None = type(row)._base_manager.values_list(field, flat=True).get(pk=row.pk)
    return value


# --- the lock, and the mark of an edit


def _locked(pk: int) -> Case:
    return Case.objects.locked().get(pk=pk)


def _locked_all(pks: Iterable[int]) -> list[Case]:
    """Always in the same order, so that two people never wait for each other."""
    return list(Case.objects.locked().filter(pk__in=set(pks)).order_by("pk"))


def _locked_cases_of(entry: Versioned) -> list[Case]:
    """The cases whose record the row belongs to: its own, or all that refer to a shared one."""
    if isinstance(entry, Case):
        return _locked_all([entry.pk])
    if isinstance(entry, Entry):
        return _locked_all([entry.case_id])
    if entry.pk is None:
        return []
    refers = models.Q(*((path, entry) for path in _REFERS_TO[type(entry)]), _connector=models.Q.OR)
    return _locked_all(Case.objects.filter(refers).values_list("pk", flat=True))


def _check_nobody_was_faster(entry: Versioned, seen: int | None) -> None:
    if (entry.pk is None) != (seen is None):
        raise ValueError("A new row has no version yet, and an old one has been seen in some version.")
    if entry.pk is None:
        return
    current = type(entry)._base_manager.select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if current is None or current.version != seen:
        raise Changed(current)


def _check_it_is_all_of_one_case(entry: Versioned, links: Mapping[str, Iterable[models.Model]]) -> None:
    if not isinstance(entry, Entry):
        return
    related = [getattr(entry, field.name) for field in entry._meta.concrete_fields if field.is_relation]
    for row in [*related, *(row for rows in links.values() for row in rows)]:
        if isinstance(row, Entry) and row.case_id != entry.case_id:
            raise ValidationError(_("“%(row)s” belongs to another case."), params={"row": row})


def _mark_edited(case: Case, *, by: User) -> None:
    """A record that is edited is a draft: no approval outlives what it was given to. One taken down stays so."""
    fields: dict[str, Any] = {"edited_by": by, "edited_at": timezone.now()}
    if case.state in (Case.State.IN_REVIEW, Case.State.PUBLISHED):
        case.move(Case.State.DRAFT, by=by, **fields)
    else:
        Case.objects.filter(pk=case.pk).update(**fields)
