"""Typesetting: what people write is text, a character without a glyph spoils no document, and files are made once."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face import typesetting
from face.typesetting import MISSING, NotTypeset, legible

# Inside the project: typst reads nothing outside of it.
TEMPLATE = Path(__file__).parent / "all_texts.typ"


def compiled(texts: list[str], language: str = "en") -> bytes:
    data = json.dumps({"texts": texts, "language": language})
    return typesetting.typeset(TEMPLATE, {"data": data}, format="pdf", pdf_standards=typesetting.ACCESSIBLE)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=40), st.sampled_from(["en", "ko", "ja"]))
def test_whatever_is_written_can_be_typeset(texts: list[str], language: str) -> None:
    assert compiled(legible(texts)[0], language).startswith(b"%PDF-")


def test_one_missing_glyph_fails_a_document_that_was_not_checked() -> None:
    """What `legible` is for; were it otherwise, it could go."""
    with pytest.raises(NotTypeset):
        compiled(["\U0001f600"])


@pytest.mark.parametrize(
    "text",
    ["Nguyễn Thị Hồng", "Ольга Їжак", "محمد عبد الله", "김만인", "萬人疏 万人疏", "ひゃく", "สวัสดี", "Ångström ½ – “x”"],
)
def test_names_of_many_languages_stay_what_they_are(text: str) -> None:
    assert legible(text) == (text, [])


def test_what_cannot_be_drawn_is_shown_as_a_box_and_listed_once() -> None:
    data = {"a": ["x\U0001f600y", "\U0001f600"], "n": 3, "b": True, "c": None}
    assert legible(data) == ({"a": [f"x{MISSING}y", MISSING], "n": 3, "b": True, "c": None}, ["\U0001f600"])


def test_a_mark_goes_with_its_letter() -> None:
    """No font of ours has Lao: a vowel sign alone would float over the box."""
    assert legible("ດີ") == (MISSING, ["ດີ"])


@pytest.mark.parametrize("control", ["\u202e", "\u2066", "\u200f", "\x00", "\x1b", "\ufe0f", "\ufeff"])
def test_what_turns_text_round_or_draws_nothing_is_left_out(control: str) -> None:
    assert legible(f"a{control}b") == ("ab", [])


@pytest.mark.parametrize("text", ['#panic("code")', "*bold* `raw` $x$", "= heading", "\\ @ref <label>", "// gone"])
def test_what_people_write_is_text_and_never_markup(text: str) -> None:
    assert compiled([text]).startswith(b"%PDF-")


def test_a_run_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "LONGEST", 0.01)
    with pytest.raises(NotTypeset, match="not done"):
        compiled(["x"])


# Files


def test_a_file_is_made_once_and_takes_the_place_of_its_elder(tmp_path: Path) -> None:
    made = []

    def make() -> bytes:
        made.append(1)
        return b"new"

    elder, stranger = tmp_path / "a.1.pdf", tmp_path / "b.1.pdf"
    elder.write_bytes(b"old")
    stranger.write_bytes(b"other")
    for _again in range(2):
        path = typesetting.kept(tmp_path / "a.2.pdf", make, instead_of="a.*.pdf")
    assert (path.read_bytes(), len(made)) == (b"new", 1)
    assert not elder.exists()
    assert stranger.exists()


def test_a_file_that_cannot_be_made_leaves_the_elder(tmp_path: Path) -> None:
    elder = tmp_path / "a.1.pdf"
    elder.write_bytes(b"old")

    def fail() -> bytes:
        raise NotTypeset

    with pytest.raises(NotTypeset):
        typesetting.kept(tmp_path / "a.2.pdf", fail, instead_of="a.*.pdf")
    assert elder.exists()
    assert not list(tmp_path.glob("a.2*"))


def test_a_disk_that_refuses_is_said_in_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotTypeset):
        typesetting.kept(tmp_path / "file" / "a.pdf", lambda: b"", instead_of="a.*")


def test_what_stays_as_it_is_would_stay_so_sign_by_sign_too():
    """The short way for plain names is only a short way."""
    steady = sorted(typesetting._steady())
    for begin in range(0, len(steady), 50):
        text, missing = "".join(steady[begin : begin + 50]), {}
        assert ("".join(typesetting._drawn(text, missing)), missing) == (text, {})
    assert not typesetting._steady() & set("\u0301\u1100\u1161\u200d\U0001f600\u212b\x07")
