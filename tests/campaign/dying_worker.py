"""A worker that sends updates in a process of its own, for a test that kills it."""

import os
import sys
from datetime import datetime

import django


def main(port: str, database: str, now: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maninso.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection

    from outbox import actions

    connection.settings_dict["NAME"] = database
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", int(port), 10
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    # On a slow machine one pass is over before its mails are.
    while actions.send_due(queue="updates", now=datetime.fromisoformat(now)).more:
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
