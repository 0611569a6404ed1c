"""How tests come to the desk without typing a password."""

import time

from django.test import Client

from accounts.models import User


def log_in(client: Client, user: User, *, proven_again: bool = False) -> Client:
    """`proven_again`: has just typed the password once more, as guards.proven_again asks."""
    client.force_login(user)
    if proven_again:
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client
