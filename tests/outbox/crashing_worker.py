"""A worker in a process of its own, for a test that kills it."""

import os
import sys

import django


def main(queue: str, port: str, database: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maninso.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection

    from outbox import actions, kinds
    from tests.outbox.conftest import plain_mail

    connection.settings_dict["NAME"] = database
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
    for name, may_repeat in (("test_note", True), ("some_letter", False)):
        kinds.register(kinds.Kind(name=name, queue=queue, may_repeat=may_repeat, compose=plain_mail))
    actions.send_due(queue=queue)


if __name__ == "__main__":
    main(*sys.argv[1:])
