import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from campaign.walkthrough import Step, walk


class Command(BaseCommand):
    help = (
        "Signs, confirms and follows a letter over HTTP and SMTP as a supporter would, against the running site "
        "and its local mailbox. Prints what each step saw; fails with the first that does."
    )
    # It looks at the site from outside; a database that is away is for the steps to notice.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--base-url", type=origin, default=settings.SITE_URL, help="default: the running site, %(default)s"
        )
        parser.add_argument(
            "--json",
            action="store_true",
            dest="wants_json",
            help='print {"ok", "steps": [{"step", "ok", "saw"}]} instead',
        )

    def handle(self, *, base_url: str, wants_json: bool, **options: Any) -> None:
        steps = walk(base_url, smtp_host=settings.EMAIL_HOST, smtp_port=settings.EMAIL_PORT)
        ok = self.as_json(steps) if wants_json else self.as_lines(steps, base_url)
        if not ok:
            sys.exit(1)

    def as_json(self, steps: Iterable[Step]) -> bool:
        taken = [asdict(step) for step in steps]
        ok = all(step["ok"] for step in taken)
        self.stdout.write(json.dumps({"ok": ok, "steps": taken}))
        return ok

    def as_lines(self, steps: Iterable[Step], base_url: str) -> bool:
        last = None
        for last in steps:
            self.stdout.write(f"{'ok    ' if last.ok else 'FAILED'}  {last.step}\n        {last.saw}")
            self.stdout.flush()
        if last is None or not last.ok:
            self.stderr.write(f"The walk through {base_url} ended early. Is the site running? bin/start starts it.")
            return False
        return True


def origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ArgumentTypeError(f"{url} is not the address of a site, like http://127.0.0.1:8000")
    return url
