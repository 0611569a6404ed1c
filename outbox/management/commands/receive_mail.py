import asyncio
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from outbox.inbound import serving


class Command(BaseCommand):
    help = "Takes what comes back to our mails from the mail server of this machine, by LMTP, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--socket", type=Path, help="a Unix socket, for example /run/maninso/lmtp.sock")
        where.add_argument("--port", type=int, help="a port of 127.0.0.1")
        parser.add_argument("--smtp", action="store_true", help="speak SMTP instead of LMTP")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asyncio.run(serving.serve(socket=options["socket"], port=options["port"] or 0, smtp=options["smtp"]))
        except OSError as error:
            raise CommandError(f"It cannot listen there: {error.strerror}.") from error
