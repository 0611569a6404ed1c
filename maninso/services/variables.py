"""The environment of the product on a laptop: what settings.py asks for and nobody has to fill in."""

import base64
import os
import secrets
from collections.abc import Mapping

from maninso.services.places import Places, write_private


def new_keys() -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SEAL_KEYS": f"k1:{key()}",
        "INDEX_KEY": key(),
        "LINK_KEY": key(),
    }


def keys_of(places: Places) -> dict[str, str]:
    """Made once and kept in var/environment (mode 0600): without them nothing that was sealed opens again."""
    kept: dict[str, str] = {}
    if places.environment.exists():
        lines = places.environment.read_text().splitlines()
        kept = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    missing = {name: value for name, value in new_keys().items() if name not in kept}
    if missing:
        kept |= missing
        note = "# The keys of this installation. Without them sealed data are lost: keep a copy.\n"
        write_private(places.environment, note + "".join(f"{name}={value}\n" for name, value in kept.items()))
    return kept


def product(places: Places, **found: str) -> dict[str, str]:
    """The whole environment of a product process. The caller's own wins over `found` and the keys."""
    # Two arenas: glibc's default of eight per core costs a threaded process some 20 MB at rest.
    lean = {"MALLOC_ARENA_MAX": "2", "VAR_DIR": str(places.var), "DJANGO_SETTINGS_MODULE": "maninso.settings"}
    return keys_of(places) | lean | found | _set(os.environ)


def _set(environment: Mapping[str, str]) -> dict[str, str]:
    """An empty variable counts as not set, as it does for the settings that have a default."""
    return {name: value for name, value in environment.items() if value}
