"""How tests come to the desk without typing a password."""

import time
from typing import Any

from django.test import Client

from accounts.models import User

PASSWORD = {"method": "password", "at": 0}
# A code of an app was typed; long ago, so that pages that ask once more do so.
CODE = {"method": "mfa", "type": "totp", "at": 0}


def log_in(client: Client, user: User, *, proven_again: bool = False) -> Client:
    """`proven_again`: has just typed the password once more, as guards.proven_again asks."""
    client.force_login(user)
    if proven_again:
        _remember(client, user, PASSWORD, CODE, PASSWORD | {"at": time.time(), "reauthenticated": True})
    return client


def force_whole_log_in(client: Client, user: User, backend: str | None = None) -> None:
    """In the place of `Client.force_login`: like the password, the second factor counts as proven."""
    client._login(user, backend or client._get_backend())  # type: ignore[attr-defined]
    _remember(client, user, PASSWORD, CODE)


def _remember(client: Client, user: User, *proofs: dict[str, Any]) -> None:
    session = client.session
    session["account_authentication_methods"] = proofs
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
