"""Values that only the running program can read: AES-256-GCM under the key ring of the environment.

A sealed value is: version (1 byte), length of the key id (1 byte), key id, nonce (12 bytes), ciphertext with
its tag. The nonce is random, so a key should seal fewer than 2^32 values (NIST SP 800-38D, section 8.3).
"""

import os

from cryptography.exceptions import InvalidTag

from privacy.keys import key_ring

VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16


class CannotUnseal(Exception):
    """The message says which key and which context; never anything of the value."""


def seal(text: str, *, context: str) -> bytes:
    """The context is the value's place ("campaign.Signature.name"): moved to another, it does not open."""
    return seal_bytes(text.encode(), context=context)


def unseal(sealed: bytes, *, context: str) -> str:
    """Raises CannotUnseal if the key is not on the ring, or the value was altered or belongs elsewhere."""
    return unseal_bytes(sealed, context=context).decode()


def seal_bytes(content: bytes, *, context: str) -> bytes:
    ring = key_ring()
    header = _header(ring.sealing_id)
    nonce = os.urandom(NONCE_BYTES)
    return header + nonce + ring.ciphers[ring.sealing_id].encrypt(nonce, content, header + context.encode())


def unseal_bytes(sealed: bytes, *, context: str) -> bytes:
    """Raises what `unseal` raises."""
    key_id = sealing_key(sealed)
    cipher = key_ring().ciphers.get(key_id)
    if cipher is None:
        raise CannotUnseal(f"{context}: sealed with the key {key_id}, which is not in SEAL_KEYS.")
    header = _header(key_id)
    body = len(header) + NONCE_BYTES
    try:
        return cipher.decrypt(sealed[len(header) : body], sealed[body:], header + context.encode())
    except InvalidTag:
        message = f"{context}: altered, or sealed for another place or with another key {key_id}."
        raise CannotUnseal(message) from None


def sealing_key(sealed: bytes) -> str:
    """The id of the key that sealed this. Raises CannotUnseal if this is no sealed value at all."""
    end = 2 + sealed[1] if len(sealed) > 1 else 0
    if not end or sealed[0] != VERSION or len(sealed) < end + NONCE_BYTES + TAG_BYTES:
        raise CannotUnseal("This is not a sealed value.")
    return sealed[2:end].decode("ascii", errors="backslashreplace")


def is_current(sealed: bytes) -> bool:
    """Sealed with the first key of the ring."""
    return sealed.startswith(_header(key_ring().sealing_id))


def _header(key_id: str) -> bytes:
    return bytes((VERSION, len(key_id))) + key_id.encode("ascii")
