"""Rows as files: what a spreadsheet reads back is what was written, and never a formula."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from face import spreadsheets

HEADER = ["name", "count"]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("https://evil.example","x")']
# What XML 1.0 can hold; the others can't stand in an XLSX at all.
WRITABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=50)


def read_csv(pieces):
    text = b"".join(pieces).decode()
    assert text[0] == "\ufeff"
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def read_xlsx(pieces):
    book = load_workbook(io.BytesIO(b"".join(pieces)))
    return book.active


def xlsx(rows, name="Sheet", footer="R&D"):
    return spreadsheets.as_xlsx(HEADER, rows, name=name, footer=footer)


def test_what_is_written_is_read_back_in_every_script():
    rows = [["김하늘", 3], ["محمد علي", 0], ['O\'Brien, "Ann"', 12], ["𠮷野", 1]]
    assert read_csv(spreadsheets.as_csv(HEADER, rows)) == [HEADER, *([name, str(count)] for name, count in rows)]
    assert [list(row) for row in read_xlsx(xlsx(rows)).values] == [HEADER, *rows]


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_is_ever_a_formula(words):
    (_header, (in_csv, _count)) = read_csv(spreadsheets.as_csv(HEADER, [[words, 1]]))
    assert in_csv == "'" + words
    sheet = read_xlsx(xlsx([[words, 1]]))
    assert sheet["A2"].data_type == "s"
    # XML reads a carriage return as a line feed.
    assert sheet["A2"].value.replace("\r", "\n") == words.replace("\r", "\n")


@given(WRITABLE)
@example("]]></t></is>")
@example("_x0041_")
def test_hostile_words_stay_words(words):
    assert (read_xlsx(xlsx([[words, 1]]))["A2"].value or "") == words
    (_header, (in_csv, _count)) = read_csv(spreadsheets.as_csv(HEADER, [[words, 1]]))
    assert in_csv.removeprefix("'") == words.removeprefix("'")


def test_characters_that_xml_has_no_way_to_write_are_left_out():
    assert read_xlsx(xlsx([["a\x00b\x1bc\ufffe", 1]]))["A2"].value == "abc"


def test_the_sheet_has_a_name_that_spreadsheets_take_and_a_footer_on_every_page():
    sheet = read_xlsx(xlsx([], name="X00001: light/the [way] " + "x" * 40, footer="R&D, taken by Bora"))
    assert sheet.title == "X00001- light-the -way- xxxxxxx"
    assert sheet.oddFooter.center.text == "R&&D, taken by Bora"


@pytest.mark.parametrize("write", [spreadsheets.as_csv, lambda header, rows: xlsx(rows)])
def test_memory_does_not_grow_with_the_file(write):
    def peak(rows):
        tracemalloc.start()
        for _piece in write(HEADER, ([f"{number:x}" * 40, number] for number in range(rows))):
            pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)
    assert peak(40_000) < 2 * peak(4_000)
