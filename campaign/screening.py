"""What stands out in somebody's own words, for whoever reads them: worked out each time, kept nowhere. A hint decides
nothing: a grandmother's village may have a number, and grief writes in capitals.
"""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|net|org|info|io|me|cn|kr|jp|ru|shop|xyz|top|site|link)\b", re.I)
_EMAIL = re.compile(r"\S@\S+\.\w")
# A date (2013-05-28) has eight digits too.
_PHONE = re.compile(r"(?<![\w.])(?!\d{4}[-./]\d{1,2}[-./]\d{1,2}\b)\+?\d(?:[ ()/.-]{0,2}\d){7,14}(?!\w)")
_REPEATED = re.compile(r"(\S)\1{5,}")
# Shorter ones are initials, or the name of an office.
_CAPITALS_FROM = 12


def _is_shouted(text: str) -> bool:
    cased = [letter for letter in text if letter.isupper() or letter.islower()]
    return len(cased) >= _CAPITALS_FROM and sum(letter.isupper() for letter in cased) > 0.7 * len(cased)


_HINTS: list[tuple[Any, Callable[[str], Any]]] = [
    (_("a link"), _LINK.search),
    (_("an e-mail address"), _EMAIL.search),
    (_("a phone number"), _PHONE.search),
    (_("capitals"), _is_shouted),
    (_("repeated characters"), _REPEATED.search),
]


def hints(text: str) -> list[str]:
    """In words, for the reader."""
    return [str(name) for name, stands_out in _HINTS if stands_out(text)]
