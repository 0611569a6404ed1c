"""Links that prove themselves: nothing is stored, everything is in the token and under its seal.

A token is base64url of: version (1 byte), expiry (5 bytes, seconds since 1970), revision (2 bytes), subject
(1 to 8 bytes), HMAC-SHA256 of these (32 bytes) under a key of its purpose. So it has 55 to 64 characters, and
the same four values make the same token.

A token serves for its purpose only. Making it serve once is the state of its subject; a raised `revision`
ends all links that were made before, if the reader compares it.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from privacy.keys import link_key

VERSION = 1
MAC_BYTES = 32
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Mail programs take the punctuation around a link for a part of it: it is looked away from at both ends.
TOKEN = re.compile(r"[^\w-]{0,8}([\w-]{55,64})[^\w-]{0,8}", re.ASCII)


@dataclass(frozen=True)
class Link:
    subject: int
    revision: int
    expires_at: datetime


class ForgedLink(Exception):
    """Not made by us for this purpose: cut off, altered, guessed, or signed with a key that was replaced."""


class ExpiredLink(Exception):
    """Genuine, but too late. `link` says what it was for, so that a new one can be offered."""

    def __init__(self, link: Link) -> None:
        super().__init__(f"expired at {link.expires_at.isoformat()}")
        self.link = link


def make_token(purpose: str, subject: int, *, expires_at: datetime, revision: int = 0) -> str:
    """The expiry is cut to whole seconds. Raises OverflowError for a subject of more than 8 bytes, a revision
    of more than 2, or a negative one.
    """
    payload = b"".join(
        (
            VERSION.to_bytes(1),
            ((expires_at - EPOCH) // timedelta(seconds=1)).to_bytes(5),
            revision.to_bytes(2),
            subject.to_bytes(max(1, (subject.bit_length() + 7) // 8)),
        )
    )
    if len(payload) > 16:
        raise OverflowError("a subject is at most 8 bytes")
    return _encoded(payload + _mac(purpose, payload))


def read_token(purpose: str, token: str, *, now: datetime) -> Link:
    """Raises ForgedLink or ExpiredLink, whatever it is given, and nothing else."""
    match = TOKEN.fullmatch(token)
    if match is None:
        raise ForgedLink
    try:
        content = base64.urlsafe_b64decode(match[1] + "=" * (-len(match[1]) % 4))
    except ValueError:  # a length that no bytes have
        raise ForgedLink from None
    payload, mac = content[:-MAC_BYTES], content[-MAC_BYTES:]
    # Encoded again: base64 knows several spellings of the same bytes, and one of them is ours.
    if not hmac.compare_digest(mac, _mac(purpose, payload)) or _encoded(content) != match[1]:
        raise ForgedLink
    link = Link(
        subject=int.from_bytes(payload[8:]),
        revision=int.from_bytes(payload[6:8]),
        expires_at=EPOCH + timedelta(seconds=int.from_bytes(payload[1:6])),
    )
    if now >= link.expires_at:
        raise ExpiredLink(link)
    return link


def _mac(purpose: str, payload: bytes) -> bytes:
    key = hmac.digest(link_key(), b"link for " + purpose.encode(), hashlib.sha256)
    return hmac.digest(key, payload, hashlib.sha256)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
