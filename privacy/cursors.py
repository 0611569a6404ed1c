"""Places in a list, as a link carries them: they tell nothing of the rows and can't be made up.

A keyset cursor in plain sight would tell when to the microsecond a stranger confirmed. This one is encrypted, and the
same place always has the same cursor, so that pages can be kept by their address (AES-SIV, RFC 5297).
"""

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from privacy.keys import link_key

# A moment and a row's number: nothing that is longer was made here.
LONGEST = 200


class BadCursor(Exception):
    """Not made by us for this list: cut off, altered, guessed, or from before the key was replaced."""


def make_cursor(purpose: str, place: str) -> str:
    return base64.urlsafe_b64encode(_cipher(purpose).encrypt(place.encode(), None)).rstrip(b"=").decode("ascii")


def read_cursor(purpose: str, cursor: str) -> str:
    """Raises BadCursor, whatever it is given, and nothing else."""
    if len(cursor) > LONGEST:
        raise BadCursor
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return _cipher(purpose).decrypt(sealed, None).decode()
    except (binascii.Error, InvalidTag, ValueError):
        raise BadCursor from None


def _cipher(purpose: str) -> AESSIV:
    return AESSIV(hmac.digest(link_key(), b"cursor for " + purpose.encode(), hashlib.sha512))
