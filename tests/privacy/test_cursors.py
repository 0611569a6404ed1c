import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.cursors import LONGEST, BadCursor, make_cursor, read_cursor
from tests.privacy.conftest import key

PLACE = "2027-09-24T12:00:00.123456+00:00 77"


@given(st.text(min_size=1, max_size=60))
def test_what_goes_in_comes_out(place):
    assert read_cursor("scroll 1", make_cursor("scroll 1", place)) == place


def test_the_same_place_has_the_same_cursor_so_that_pages_can_be_kept():
    assert make_cursor("scroll 1", PLACE) == make_cursor("scroll 1", PLACE)


def test_a_cursor_tells_nothing_and_goes_into_an_address_as_it_is():
    cursor = make_cursor("scroll 1", PLACE)
    content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert b"2027" not in content
    assert b"77" not in content
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert len(cursor) <= LONGEST


def test_a_cursor_serves_for_its_list_only():
    with pytest.raises(BadCursor):
        read_cursor("scroll 2", make_cursor("scroll 1", PLACE))


def test_another_key_ends_it(settings):
    cursor = make_cursor("scroll 1", PLACE)
    settings.LINK_KEY = key(9)
    with pytest.raises(BadCursor):
        read_cursor("scroll 1", cursor)


def test_an_altered_cursor_is_refused():
    cursor = make_cursor("scroll 1", PLACE)
    for position in range(0, len(cursor) - 1):
        other = "A" if cursor[position] != "A" else "B"
        with pytest.raises(BadCursor):
            read_cursor("scroll 1", cursor[:position] + other + cursor[position + 1 :])


@given(st.text(max_size=300))
def test_whatever_is_typed_is_refused_and_breaks_nothing(cursor):
    with pytest.raises(BadCursor):
        read_cursor("scroll 1", cursor)
