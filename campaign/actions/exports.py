"""Signatures taken out as a file: asked for, let go by a second person where they are many, written down for good."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from campaign import export_files, notices, rules
from campaign.models import Campaign, Export


class NotReleased(Exception):
    """Nobody has let it go, or its time is over."""


class NothingToExport(Exception):
    """Nobody is confirmed whom the choice would name."""


@transaction.atomic
def ask_for_export(
    *,
    campaign: Campaign,
    fields: Sequence[str],
    countries: Sequence[str],
    format: str,
    purpose: str,
    by: User,
    now: dt.datetime | None = None,
) -> Export:
    """Released at once where it is small; else the others who may release it get a mail. Raises NothingToExport."""
    now = now or timezone.now()
    # Two small ones at the same moment would each be counted without the other.
    User.objects.select_for_update().get(pk=by.pk)
    rows = rules.signatures_to_export(campaign, countries).count()
    if not rows:
        raise NothingToExport
    export = Export.objects.create(
        campaign=campaign,
        fields=[field for field in Export.Field.values if field in fields],
        countries=sorted(countries),
        format=format,
        purpose=purpose,
        rows=rows,
        needs_release=rules.export_needs_release(campaign, rows=rows, by=by, now=now),
        asked_by=by,
        asked_at=now,
    )
    record("exports.asked", by=by, about=export, reason=purpose, **_told(export))
    if export.needs_release:
        notices.export_asked(export)
    else:
        export.move(Export.State.RELEASED, by=by, reason="small", released_at=now)
    return export


@transaction.atomic
def release_export(*, export: Export, by: User, now: dt.datetime | None = None) -> None:
    """Whoever asked may fetch it for a day. Raises TransitionNotAllowed, and PermissionDenied for whoever asked."""
    now = now or timezone.now()
    locked = Export.objects.locked().get(pk=export.pk)
    rules.require_another(by, than=locked.asked_by)
    locked.move(Export.State.RELEASED, by=by, reason="released", released_by=by, released_at=now)
    record("exports.released", by=by, about=locked, **_told(locked))
    notices.export_decided(locked)


@transaction.atomic
def refuse_export(*, export: Export, reason: str, by: User, now: dt.datetime | None = None) -> None:
    """Raises TransitionNotAllowed."""
    locked = Export.objects.locked().get(pk=export.pk)
    locked.move(Export.State.REFUSED, by=by, reason=reason)
    record("exports.refused", by=by, about=locked, reason=reason, **_told(locked))
    notices.export_decided(locked)


@transaction.atomic
def withdraw_export(*, export: Export, by: User) -> None:
    """Whoever asked no longer needs it: nobody can release or fetch it any more. Raises TransitionNotAllowed."""
    locked = Export.objects.locked().get(pk=export.pk)
    locked.move(Export.State.WITHDRAWN, by=by, reason="withdrawn")
    record("exports.withdrawn", by=by, about=locked)


@dataclass(frozen=True)
class Fetched:
    name: str
    content_type: str
    pieces: Iterator[bytes]


def fetch_export(*, export: Export, by: User, now: dt.datetime | None = None) -> Fetched:
    """The file, made while it is read. Written down when it begins, and when it ends: with its digest, or broken off.

    Raises NotReleased: for anybody but whoever asked, too.
    """
    now = now or timezone.now()
    if export.asked_by_id != by.pk or not export.may_be_fetched(now=now, within=rules.EXPORT_WITHIN):
        raise NotReleased
    record("exports.begun", by=by, about=export, **_told(export))
    # Who has confirmed since was not counted when it was asked for, or released.
    standing = rules.signatures_to_export(export.campaign, export.countries).filter(confirmed_at__lte=export.asked_at)
    counted = _Counted(standing.for_export())
    format = Export.Format(export.format)
    pieces = export_files.WRITERS[format](export, counted, by=by, at=now)
    name = f"{export.campaign.slug}-{export.number}.{format}"
    return Fetched(name, export_files.CONTENT_TYPES[format], _written_down(pieces, counted, export, by))


def _written_down(pieces: Iterable[bytes], counted: "_Counted", export: Export, by: User) -> Iterator[bytes]:
    digest, whole = sha256(), False
    try:
        for piece in pieces:
            digest.update(piece)
            yield piece
        whole = True
    finally:
        told: dict[str, Any] = {"rows": counted.rows, "sha256": digest.hexdigest()}
        record("exports.taken" if whole else "exports.broken_off", by=by, about=export, **told)


class _Counted:
    """Goes through rows once, and knows how many it has given."""

    def __init__(self, rows: Iterable[object]) -> None:
        self._all, self.rows = rows, 0

    def __iter__(self) -> Iterator[object]:
        for row in self._all:
            self.rows += 1
            yield row


def _told(export: Export) -> dict[str, Any]:
    return {"rows": export.rows, "fields": export.fields, "countries": export.countries, "format": export.format}
