"""The list of stolen passwords, as its publisher writes it."""

import hashlib

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.checks import run_checks
from django.core.exceptions import ValidationError

from accounts.breached import is_breached

STOLEN = [f"password number {number}" for number in range(500)]


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "pwned-passwords-sha1-ordered-by-hash.txt"
    lines = sorted(f"{sha1(password)}:{1 + number**3}" for number, password in enumerate(STOLEN))
    path.write_text("\r\n".join(lines) + "\r\n")
    return path


def test_all_that_stand_on_it_are_found_and_no_others(listed):
    assert all(is_breached(password, listed) for password in STOLEN)
    assert not any(is_breached(f"{password}!", listed) for password in STOLEN)


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_short_lists_too_with_and_without_a_last_line_end(tmp_path, number):
    path = tmp_path / "list.txt"
    for end in ("", "\n"):
        path.write_text("\n".join(sorted(f"{sha1(password)}:1" for password in STOLEN[:number])) + end)
        assert [is_breached(password, path) for password in STOLEN[:4]] == [place < number for place in range(4)]


def test_a_new_password_is_refused_in_words(settings, listed):
    settings.BREACHED_PASSWORDS = str(listed)
    with pytest.raises(ValidationError, match="stolen passwords"):
        validate_password(STOLEN[7])
    validate_password("lantern-harbour-47")


def test_a_list_that_cannot_be_read_is_said_before_the_site_opens(settings, tmp_path):
    settings.BREACHED_PASSWORDS = str(tmp_path / "nowhere.txt")
    assert "accounts.E001" in [message.id for message in run_checks()]
