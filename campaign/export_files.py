"""What an export holds: one row for each signature, each with whose export it is."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from campaign.models import Export, Signature
from face import spreadsheets

Field = Export.Field

CONTENT_TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_CELLS: dict[str, Callable[[Signature], str]] = {
    Field.NAME: lambda signature: signature.shown_name,
    Field.COUNTRY: lambda signature: signature.country,
    # Whoever hides the name does not want to be found by the town either.
    Field.CITY: lambda signature: (signature.city or "") if signature.shown_name else "",
    Field.LANGUAGE: lambda signature: signature.language,
    Field.DAY: lambda signature: signature.confirmed_at.date().isoformat() if signature.confirmed_at else "",
    Field.OWN_WORDS: lambda signature: signature.own_words or "",
}


def as_csv(export: Export, signatures: Iterable[Any], *, by: User, at: dt.datetime) -> Iterator[bytes]:
    return spreadsheets.as_csv(_header(export), _rows(export, signatures, _watermark(export, by, at)))


def as_xlsx(export: Export, signatures: Iterable[Any], *, by: User, at: dt.datetime) -> Iterator[bytes]:
    mark = _watermark(export, by, at)
    return spreadsheets.as_xlsx(
        _header(export), _rows(export, signatures, mark), name=f"{export.number} {export.campaign}", footer=mark
    )


WRITERS = {Export.Format.CSV: as_csv, Export.Format.XLSX: as_xlsx}


def _header(export: Export) -> list[str]:
    return [*export.fields, "export"]


def _rows(export: Export, signatures: Iterable[Any], mark: str) -> Iterator[list[str]]:
    cells = [_CELLS[field] for field in export.fields]
    for signature in signatures:
        yield [*(cell(signature) for cell in cells), mark]


def _watermark(export: Export, by: User, at: dt.datetime) -> str:
    """In every row, so that a part of the file tells whose it was, too."""
    return _("%(number)s, taken by %(who)s on %(when)s UTC") % {
        "number": export.number,
        "who": by,
        "when": f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M}",
    }
