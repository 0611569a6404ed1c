"""Where what comes back comes back to: an address of its own for every mail (VERP), which says which mail it is.

`bounces+TOKEN@` is the envelope's sender, `replies+TOKEN@` a letter's Reply-To. Nothing is stored: the token is the
number of the message under a seal, in letters and digits of one case, as mail servers lower it and people read it out.
"""

import base64
import hashlib
import hmac
import re
from typing import Literal

from django.conf import settings

from outbox.models import Message
from privacy.keys import link_key

Purpose = Literal["bounces", "replies"]
# 80 bits: whoever tries a thousand a second for a century finds none.
MAC_BYTES = 10
_ADDRESS = re.compile(r"(bounces|replies)\+([a-z2-7]{18,29})@([a-z0-9.-]+)")


class ForgedAddress(Exception):
    """No return address of ours, or one that we never gave to anybody."""


def return_address(purpose: Purpose, message: Message) -> str:
    return f"{purpose}+{make_token(purpose, message)}@{settings.MAIL_DOMAIN}"


def make_token(purpose: Purpose, message: Message) -> str:
    number = message.pk.to_bytes(max(1, (message.pk.bit_length() + 7) // 8))
    return base64.b32encode(_mac(purpose, number) + number).decode().rstrip("=").lower()


def is_return_address(address: str) -> bool:
    """Of this form; whether we gave it to anybody, `read_address` says."""
    match = _ADDRESS.fullmatch(address.strip().lower())
    return match is not None and match[3] == settings.MAIL_DOMAIN.lower()


def read_address(address: str) -> int:
    """The number of the message. Raises ForgedAddress, whatever it is given, and nothing else."""
    match = _ADDRESS.fullmatch(address.strip().lower())
    if match is None:
        raise ForgedAddress
    purpose: Purpose = "bounces" if match[1] == "bounces" else "replies"
    return read_token(purpose, match[2])


def read_token(purpose: Purpose, token: str) -> int:
    """Raises ForgedAddress, whatever it is given, and nothing else."""
    try:
        content = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        raise ForgedAddress from None
    mac, number = content[:MAC_BYTES], content[MAC_BYTES:]
    if not number or not hmac.compare_digest(mac, _mac(purpose, number)) or len(number) > 8:
        raise ForgedAddress
    return int.from_bytes(number)


def _mac(purpose: Purpose, number: bytes) -> bytes:
    key = hmac.digest(link_key(), b"return address for " + purpose.encode(), hashlib.sha256)
    return hmac.digest(key, number, hashlib.sha256)[:MAC_BYTES]
