"""Tables that spreadsheets wrote, read in whatever way they did; and rows as files that they open, written while they
are read: none is whole in memory, none lies on a disk.

No cell is ever a formula: what a supporter typed as "=HYPERLINK(…)" stays words (OWASP, CSV injection).
"""

import csv
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import RawIOBase, StringIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from face import countries

# What Excel and LibreOffice take for the beginning of a formula, a tab or line break before it included.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# XML 1.0, 2.2.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A file's byte order mark: without it Excel reads Korean as something else, and LibreOffice asks.
MARK = "\ufeff"

# Of a table that is read.
MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 2_000

_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>"
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/{{kind}}" Target="{{target}}"/></Relationships>'
)


def as_csv(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """UTF-8 with its mark, in pieces of a few kilobytes."""
    piece: list[str] = [MARK]
    writer = csv.writer(_Lines(piece))
    writer.writerow([harmless(cell) for cell in header])
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if len(piece) > 200:
            yield "".join(piece).encode()
            piece.clear()
    yield "".join(piece).encode()


def as_xlsx(header: Sequence[Any], rows: Iterable[Sequence[Any]], *, name: str, footer: str) -> Iterator[bytes]:
    """Office Open XML (ECMA-376) with one sheet: `name` is its tab, `footer` stands on every printed page."""
    out = _Drain()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"))
        archive.writestr(
            "xl/_rels/workbook.xml.rels", _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml")
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">'
            f'<sheets><sheet name={quoteattr(_tab(name))} sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_SHEET}">'.encode())
            # The header stays in sight.
            sheet.write(
                b'<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
                b' state="frozen"/></sheetView></sheetViews><sheetData>'
            )
            sheet.write(_row(header))
            for row in rows:
                sheet.write(_row(row))
                if written := out.take(at_least=16_384):
                    yield written
            in_the_middle = _xml("&C" + footer.replace("&", "&&"))
            sheet.write(f"</sheetData><headerFooter><oddFooter>{in_the_middle}</oddFooter></headerFooter>".encode())
            sheet.write(b"</worksheet>")
    yield out.take()


def harmless(cell: Any) -> Any:
    """A cell of CSV: words that would be taken for a formula get an apostrophe, as spreadsheets themselves do it."""
    if isinstance(cell, str) and cell.startswith(BEGINS_A_FORMULA):
        return "'" + cell
    return cell


def _row(cells: Sequence[Any]) -> bytes:
    return f"<row>{''.join(_cell(cell) for cell in cells)}</row>".encode()


def _cell(cell: Any) -> str:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"<c><v>{cell}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_xml(str(cell))}</t></is></c>'


def _xml(words: str) -> str:
    """Without the characters that XML 1.0 has no way to write, and not longer than a cell may be."""
    return escape(_UNWRITABLE.sub("", words[:32_767]))


def _tab(name: str) -> str:
    return "".join("-" if letter in "[]:*?/\\" else letter for letter in name)[:31] or "Sheet"


class _Lines:
    """What csv.writer writes to."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


class _Drain(RawIOBase):
    """What a zip file is written to, and taken from piece by piece; it can't go back in it, so it never tries."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def take(self, *, at_least: int = 0) -> bytes:
        if len(self._written) < at_least:
            return b""
        taken = bytes(self._written)
        self._written.clear()
        return taken


# --- Reading


class BadSheet(Exception):
    """The file cannot be read as a table; `told` says why and what to do, to whoever sent it."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told


@dataclass(frozen=True)
class Sheet:
    """A table as it was read; rows by column, with the line in the file on which each begins."""

    columns: list[str]
    unknown: list[str]
    rows: list[tuple[int, dict[str, str]]]


def read(content: bytes, encoding: str = "", *, columns: Collection[str], told: Collection[str]) -> Sheet:
    """A table with these `columns`, "name" among them; `told` are those that we write and never read. Raises BadSheet.

    Without an encoding it is UTF-8, or UTF-16 where its mark says so.
    """
    if len(content) > MOST_BYTES:
        raise BadSheet(_("The file is larger than 2 MB. Divide it."))
    text = _decoded(content, encoding)
    if "\0" in text:
        raise BadSheet(_("This is not a text file. Save the table as CSV, and send that."))
    lines = text.splitlines()
    head = lines[0] if lines else ""
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        written = [(reader.line_num, cells) for cells in reader]
    except csv.Error:
        raise BadSheet(_("This cannot be read as a table: a quotation mark is opened and never closed.")) from None
    if not written:
        raise BadSheet(_("The file is empty."))
    return _sheet([cell.strip().lower() for cell in written[0][1]], written[1:], columns, {*columns, *told, ""})


def _decoded(content: bytes, encoding: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        return content.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError:
        if encoding:
            raise BadSheet(_("The file is not written in this encoding. Choose another one.")) from None
        raise BadSheet(
            _(
                "The file is not in Unicode. Save it as “CSV UTF-8”, or choose below how it is written: Excel in"
                " Korean, for example, writes Windows-949."
            )
        ) from None


def _sheet(
    head: list[str], written: Sequence[tuple[int, list[str]]], columns: Collection[str], known: Collection[str]
) -> Sheet:
    if "name" not in head:
        raise BadSheet(
            _("There is no column “name”. The first row holds the names of the columns; the template has all of them.")
        )
    if twice := [column for column in head if column and head.count(column) > 1]:
        raise BadSheet(_("The column “%(column)s” is there twice.") % {"column": twice[0]})
    rows = []
    for line, cells in written:
        if any(cell.strip() for cell in cells):
            if any(cell.strip() for cell in cells[len(head) :]):
                raise BadSheet(_("Line %(line)d has more cells than there are columns.") % {"line": line})
            rows.append((line, {column: _plain(cell) for column, cell in zip(head, cells, strict=False) if column}))
    if not rows:
        raise BadSheet(_("There is no row below the names of the columns."))
    if len(rows) > MOST_ROWS:
        raise BadSheet(
            _("There are %(rows)d rows; one file has %(most)d at most. Divide it.")
            % {"rows": len(rows), "most": MOST_ROWS}
        )
    return Sheet(
        columns=[column for column in head if column in columns],
        unknown=[column for column in head if column not in known],
        rows=rows,
    )


def _plain(cell: str) -> str:
    """Without the apostrophe that `harmless` has put before it."""
    cell = cell.strip().replace("\r\n", "\n")
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(BEGINS_A_FORMULA) else cell


# --- What a cell says. Each raises ValidationError.


def country_code(cell: str) -> str:
    if code := countries.find(cell):
        return code
    raise ValidationError(
        _("No country is called %(words)s. Write its code, for example PL, or its name.") % {"words": cell}
    )


_YES = {"yes", "true", "1", "y", "x", "예", "是", "はい"}
_NO = {"no", "false", "0", "n", "아니요", "否", "いいえ"}


def yes_or_no(cell: str) -> bool:
    if cell.casefold() not in _YES | _NO:
        raise ValidationError(_("Write yes or no."))
    return cell.casefold() in _YES
