import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.pack_numbers import ALPHABET, NoPackNumber, make_number, read_number

SIGNS = st.sampled_from(ALPHABET)


def test_a_number_is_short_and_nothing_in_it_can_be_misread():
    for _ in range(200):
        assert re.fullmatch(r"MNS-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", make_number())
    assert not set("01OIL") & set(ALPHABET)


def test_no_two_numbers_are_the_same():
    assert len({make_number() for _ in range(5000)}) == 5000


@pytest.mark.parametrize(
    "spelling", [str.lower, lambda n: n.replace("-", ""), lambda n: f" {n[4:]} ", lambda n: n.replace("-", "–")]
)
def test_a_number_is_understood_as_people_type_it(spelling):
    number = make_number()
    assert read_number(spelling(number)) == number


@given(place=st.integers(4, 12).filter(lambda place: place != 8), sign=SIGNS)
def test_one_wrong_character_is_noticed(place, sign):
    number = make_number()
    other = number[:place] + sign + number[place + 1 :]
    if other != number:
        with pytest.raises(NoPackNumber):
            read_number(other)


@given(place=st.integers(4, 11).filter(lambda place: place not in (7, 8)))
def test_two_characters_that_changed_places_are_noticed(place):
    number = make_number()
    other = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if other != number:
        with pytest.raises(NoPackNumber):
            read_number(other)


@pytest.mark.parametrize(
    "typed", ["", "MNS", "MNS-0000-0000", "../../etc/passwd", "MNS-7K3F-2Q9D-2", "한국", "A" * 10_000]
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(NoPackNumber):
        read_number(typed)
