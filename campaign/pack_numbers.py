"""Numbers of packs: read off paper, spoken on a telephone, typed on a phone: MNS-7K3F-2Q9D.

Seven characters are random (31^7, about 2.8e10: not to be guessed one by one), the eighth is a check character.
"""

import re
import secrets

# Without 0 and O, 1, I and L. 31 is a prime: one wrong character, or two that changed places, is always found.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PREFIX = "MNS"
RANDOM = 7

_TYPED = re.compile(rf"(?:{PREFIX})?([{ALPHABET}]{{{RANDOM + 1}}})")


class NoPackNumber(ValueError):
    """Mistyped: no pack has ever had this number."""


def make_number() -> str:
    random = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return _written(random + _check(random))


def read_number(typed: str) -> str:
    """The number as it is written, however it was typed: in small letters, without dashes. Raises NoPackNumber."""
    found = _TYPED.fullmatch(re.sub(r"[\s\-‐-―]", "", typed).upper())
    if found is None or _check(found[1][:RANDOM]) != found[1][RANDOM]:
        raise NoPackNumber(typed)
    return _written(found[1])


def _written(signs: str) -> str:
    return f"{PREFIX}-{signs[:4]}-{signs[4:]}"


def _check(signs: str) -> str:
    weighted = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, start=1))
    return ALPHABET[weighted % len(ALPHABET)]
