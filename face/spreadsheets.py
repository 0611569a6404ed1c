"""Rows as files that spreadsheets open, written while they are read: none is whole in memory, none lies on a disk.

No cell is ever a formula: what a supporter typed as "=HYPERLINK(…)" stays words (OWASP, CSV injection).
"""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import RawIOBase
from typing import Any
from xml.sax.saxutils import escape, quoteattr

# What Excel and LibreOffice take for the beginning of a formula, a tab or line break before it included.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# XML 1.0, 2.2.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A file's byte order mark: without it Excel reads Korean as something else, and LibreOffice asks.
MARK = "\ufeff"

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
