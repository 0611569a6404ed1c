"""Dates are shown as exactly as they are known and no more; nothing can shift them."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases.dates import Span, shown, span, when
from tests.cases.making import make_case, make_event
from tests.factories import fresh

LANGUAGES = ["en", "ko", "zh-hans", "ja"]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
MARKS = st.sampled_from(["", "?", "~", "%"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2013-05-10", "10 May 2013"),
        ("2012-02", "February 2012"),
        ("2012", "2012"),
        ("2012~", "about 2012"),
        ("2013-05-27?", "27 May 2013 (uncertain)"),
        ("2013-05-27%", "about 27 May 2013 (uncertain)"),
        ("2012-02-08/2012-03", "from 8 February 2012 to March 2012"),
        ("2012-02/..", "since February 2012"),
        ("2012-02/", "from February 2012, end not known"),
        ("../2013", "until 2013"),
        ("/2013", "until 2013, beginning not known"),
        ("201X", "between 2010 and 2019"),
        ("19XX", "between 1900 and 1999"),
        ("2012-XX", "2012"),
        ("2012-05-XX", "May 2012"),
        ("2012-XX-05", "2012"),
        ("2012-21", "spring 2012"),
        ("", ""),
    ],
)
def test_a_date_is_said_in_words(text, words):
    assert shown(text, "en") == words


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "2013년 5월 10일"), ("zh-hans", "2013年5月10日"), ("ja", "2013年5月10日")]
)
def test_each_language_writes_days_its_own_way(language, words):
    assert shown("2013-05-10", language) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2013-05-10", "on 10 May 2013"),
        ("2012-02", "in February 2012"),
        ("2012", "in 2012"),
        ("2012~", "about 2012"),
        ("201X", "between 2010 and 2019"),
        ("2012-02/2012-03", "from February 2012 to March 2012"),
        ("", ""),
    ],
)
def test_inside_a_sentence_the_date_has_its_preposition(text, words):
    assert when(text, "en") == words


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2013-05-10", dt.date(2013, 5, 10), dt.date(2013, 5, 10)),
        ("2012-02", dt.date(2012, 2, 1), dt.date(2012, 2, 29)),
        ("2012~", dt.date(2012, 1, 1), dt.date(2012, 12, 31)),
        ("201X", dt.date(2010, 1, 1), dt.date(2019, 12, 31)),
        ("2012-02-08/2012-03", dt.date(2012, 2, 8), dt.date(2012, 3, 31)),
        ("2012-02/..", dt.date(2012, 2, 1), None),
        ("../2013", None, dt.date(2013, 12, 31)),
    ],
)
def test_a_date_means_a_span_of_days(text, earliest, latest):
    assert span(text) == Span(earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "2013-02-30",
        "2013-13",
        "2013-00",
        "2012-25",
        "2012-41",
        "2012-21-05",
        "0000",
        "2013-05-28/2013-05-10",
        "28.5.2013",
        "May 2013",
        "2013-05-10T12:00:00Z",
        "[2012,2013]",
        "Y170000002",
        "2013-05-10; DROP TABLE",
        "２０１３",
        "/",
        "../..",
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValidationError):
        span(text)


def test_a_row_keeps_the_days_beside_the_date(db):
    event = fresh(make_event(make_case(), date="2012-02"))
    assert (event.date_earliest, event.date_latest) == (dt.date(2012, 2, 1), dt.date(2012, 2, 29))
    event.date = ""
    event.save()
    assert (fresh(event).date_earliest, fresh(event).date_latest) == (None, None)


def test_an_impossible_date_cannot_be_saved_past_the_forms(db):
    case = make_case()
    with pytest.raises(ValidationError):
        make_event(case, date="2013-02-30")


def numbers_said(words: str) -> set[int]:
    """All numbers in the words, English months included."""
    months = {MONTHS.index(name) + 1 for name in MONTHS if name in words}
    return {int(number) for number in re.findall(r"\d+", words)} | months


def numbers_written(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"\d+", text)}


@given(day=DAYS, mark=MARKS, exactness=st.integers(1, 3), language=st.sampled_from(LANGUAGES))
def test_nothing_is_shown_that_is_not_known(day, mark, exactness, language):
    text = "-".join(day.isoformat().split("-")[:exactness]) + mark
    assert numbers_said(shown(text, language)) == numbers_written(text)


@given(
    one=DAYS, other=DAYS, exactness=st.tuples(st.integers(1, 3), st.integers(1, 3)), language=st.sampled_from(LANGUAGES)
)
def test_an_interval_shows_its_two_ends_and_nothing_else(one, other, exactness, language):
    begin, end = sorted([one, other])
    text = "/".join("-".join(day.isoformat().split("-")[:n]) for day, n in zip([begin, end], exactness, strict=True))
    assert numbers_said(shown(text, language)) == numbers_written(text)


@given(mark=st.sampled_from("?~%"), day=DAYS, language=st.sampled_from(LANGUAGES))
def test_a_doubt_is_always_shown(mark, day, language):
    assert shown(f"{day}{mark}", language) != shown(str(day), language)


@given(day=DAYS, zone=st.sampled_from(["Asia/Seoul", "America/Los_Angeles", "Pacific/Kiritimati", "UTC"]))
def test_no_time_zone_shifts_a_day(day, zone):
    with timezone.override(zone):
        assert shown(str(day), "en") == f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        assert span(str(day)) == Span(day, day)


@given(text=st.text(max_size=40))
def test_any_text_is_either_a_date_or_refused(text):
    try:
        span(text)
    except ValidationError:
        return
    assert shown(text, "en")
