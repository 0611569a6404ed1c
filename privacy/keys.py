"""The keys, as the environment gives them."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.dispatch import receiver

KEY_BYTES = 32
KEY_ID = re.compile(r"[a-z0-9]{1,16}")
SETTINGS = ("SEAL_KEYS", "INDEX_KEY", "LINK_KEY")


@dataclass(frozen=True)
class KeyRing:
    """The first key seals; all of them open: a new key goes in front, `rotate_keys` frees the old one."""

    sealing_id: str
    ciphers: Mapping[str, AESGCM]

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """From "id:base64,id:base64". Raises ImproperlyConfigured, in words that hold no key."""
        ciphers: dict[str, AESGCM] = {}
        for entry in text.split(","):
            key_id, colon, encoded = entry.strip().partition(":")
            if not colon:
                raise ImproperlyConfigured("SEAL_KEYS is a list of id:base64, separated by commas.")
            if not KEY_ID.fullmatch(key_id):
                raise ImproperlyConfigured("SEAL_KEYS: a key id is 1 to 16 characters of a-z and 0-9.")
            if key_id in ciphers:
                raise ImproperlyConfigured(f"SEAL_KEYS: the key id {key_id} stands there twice.")
            ciphers[key_id] = AESGCM(decoded_key(encoded, name=f"SEAL_KEYS, key {key_id}"))
        return cls(sealing_id=next(iter(ciphers)), ciphers=ciphers)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ciphers)


def decoded_key(encoded: str, *, name: str) -> bytes:
    """32 bytes from base64 (the usual alphabet or the URL-safe one). Raises ImproperlyConfigured."""
    try:
        key = base64.b64decode(encoded.strip().translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        raise ImproperlyConfigured(f"{name}: this is not base64.") from None
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name}: a key is {KEY_BYTES} bytes; this one has {len(key)}.")
    return key


@cache
def key_ring() -> KeyRing:
    return KeyRing.parse(settings.SEAL_KEYS)


@cache
def index_key() -> bytes:
    return decoded_key(settings.INDEX_KEY, name="INDEX_KEY")


@cache
def link_key() -> bytes:
    return decoded_key(settings.LINK_KEY, name="LINK_KEY")


@receiver(setting_changed)
def _forget_keys(*, setting: str, **kwargs: Any) -> None:
    if setting in SETTINGS:
        for cached in (key_ring, index_key, link_key):
            cached.cache_clear()
