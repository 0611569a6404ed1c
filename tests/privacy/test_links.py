import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.links import ExpiredLink, ForgedLink, Link, make_token, read_token
from tests.privacy.conftest import key

NOW = datetime(2026, 9, 24, 12, tzinfo=UTC)
WEEK = NOW + timedelta(days=7)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**16 - 1),
    st.datetimes(NOW.replace(tzinfo=None) + timedelta(seconds=1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_what_goes_in_comes_out(subject, revision, expires_at):
    token = make_token("confirm", subject, expires_at=expires_at, revision=revision)
    expected = Link(subject, revision, expires_at.replace(microsecond=0))
    assert read_token("confirm", token, now=NOW) == expected
    assert 55 <= len(token) <= 64
    assert set(token) <= set(ALPHABET)


def test_the_same_link_is_the_same_token():
    again = WEEK.astimezone(tz=None) + timedelta(microseconds=999_999)
    assert make_token("confirm", 7, expires_at=WEEK) == make_token("confirm", 7, expires_at=again)


def test_each_part_makes_another_token():
    assert (
        len(
            {
                make_token("confirm", 7, expires_at=WEEK),
                make_token("withdraw", 7, expires_at=WEEK),
                make_token("confirm", 8, expires_at=WEEK),
                make_token("confirm", 7, expires_at=WEEK + timedelta(seconds=1)),
                make_token("confirm", 7, expires_at=WEEK, revision=1),
            }
        )
        == 5
    )


def test_a_link_ends_at_its_second_and_says_what_it_was_for():
    token = make_token("confirm", 7, expires_at=WEEK)
    assert read_token("confirm", token, now=WEEK - timedelta(seconds=1)).subject == 7
    for late in (WEEK, WEEK + timedelta(days=400)):
        with pytest.raises(ExpiredLink) as expiry:
            read_token("confirm", token, now=late)
        assert expiry.value.link == Link(7, 0, WEEK)


def test_a_link_for_one_purpose_serves_no_other():
    with pytest.raises(ForgedLink):
        read_token("erase", make_token("confirm", 7, expires_at=WEEK), now=NOW)


def test_a_forged_link_is_forged_even_when_it_says_that_it_expired():
    with pytest.raises(ForgedLink):
        read_token("erase", make_token("confirm", 7, expires_at=NOW), now=WEEK)


def test_a_new_link_key_ends_all_links(settings):
    token = make_token("confirm", 7, expires_at=WEEK)
    settings.LINK_KEY = key(9)
    with pytest.raises(ForgedLink):
        read_token("confirm", token, now=NOW)


def test_a_change_of_any_character_is_noticed():
    for subject in (7, 70_000, 2**40):  # the three lengths that base64 ends in
        token = make_token("confirm", subject, expires_at=WEEK)
        for position, character in enumerate(token):
            for other in ALPHABET.replace(character, ""):
                with pytest.raises(ForgedLink):
                    read_token("confirm", token[:position] + other + token[position + 1 :], now=NOW)


def test_a_change_of_any_bit_is_noticed():
    content = base64.urlsafe_b64decode(make_token("confirm", 70_000, expires_at=WEEK) + "==")
    for bit in range(len(content) * 8):
        altered = bytearray(content)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ForgedLink):
            read_token("confirm", base64.urlsafe_b64encode(altered).rstrip(b"=").decode(), now=NOW)


def test_a_cut_or_lengthened_link_is_forged():
    token = make_token("confirm", 7, expires_at=WEEK)
    for length in range(len(token)):
        for part in (token[:length], token[len(token) - length :]):
            with pytest.raises(ForgedLink):
                read_token("confirm", part, now=NOW)
    for longer in (f"{token}A", f"A{token}", f"{token}{token}"):
        with pytest.raises(ForgedLink):
            read_token("confirm", longer, now=NOW)


@pytest.mark.parametrize("around", ["{})", "<{}>", "{}.", "{},", "({}).", "{}=", "{}\n", " {} ", "“{}”", "「{}」。"])
def test_the_punctuation_that_mail_programs_add_is_forgiven(around):
    token = make_token("confirm", 7, expires_at=WEEK)
    assert read_token("confirm", around.format(token), now=NOW).subject == 7


@given(st.text() | st.text(ALPHABET, min_size=50, max_size=70) | st.binary().map(lambda b: b.decode("latin-1")))
def test_hostile_text_is_a_forged_link_and_nothing_else(text):
    with pytest.raises(ForgedLink):
        read_token("confirm", text, now=NOW)


@pytest.mark.parametrize(
    "text",
    ["", "=" * 64, pytest.param("A" * 10_000_000, id="10 MB"), "\0" * 60, "\ud800" * 60, "é" * 60, "٣" * 60],
)
def test_hostile_lengths_and_letters_are_forged_links(text):
    with pytest.raises(ForgedLink):
        read_token("confirm", text, now=NOW)


@pytest.mark.parametrize(("subject", "revision"), [(-1, 0), (2**64, 0), (1, -1), (1, 2**16)])
def test_a_subject_that_does_not_fit_is_the_callers_mistake(subject, revision):
    with pytest.raises(OverflowError):
        make_token("confirm", subject, expires_at=WEEK, revision=revision)


def test_an_expiry_without_a_time_zone_is_the_callers_mistake():
    with pytest.raises(TypeError):
        make_token("confirm", 1, expires_at=WEEK.replace(tzinfo=None))
