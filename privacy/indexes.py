"""Finding a sealed value again without storing it: keyed hashes (HMAC-SHA256) under INDEX_KEY.

Equal values have equal indexes, so an index says "the same person" and nothing else; without the key nobody
can try out addresses against a stolen table.
"""

import hashlib
import hmac
import unicodedata

from privacy.addresses import canonical
from privacy.keys import index_key

INDEX_BYTES = 32


def blind_index(value: str, *, purpose: str) -> bytes:
    """32 bytes. The purpose keeps the indexes of different columns from being compared with each other."""
    # The length in front: no other pair of purpose and value gives the same message.
    label = purpose.encode()
    message = len(label).to_bytes(2) + label + value.encode()
    return hmac.digest(index_key(), message, hashlib.sha256)


def address_index(address: str) -> bytes:
    """The same for every spelling that reaches the same mailbox. Raises BadAddress."""
    return blind_index(canonical(address), purpose="address")


def person_index(name: str, country: str, city: str) -> bytes:
    """Of somebody without an address: the same whatever case, width and spaces the name and the city are written in."""
    words = (" ".join(unicodedata.normalize("NFKC", each).casefold().split()) for each in (name, country, city))
    return blind_index("\0".join(words), purpose="person")
