from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import chain

WRONG = {
    "gap": "Entry {at} is missing.",
    "changed": "Entry {at} is not what was written, or one before it is not.",
    "unchained": "The entry with id {at} came past the chain.",
    "not_the_kept_head": "Entry {at} is not the one whose hash was kept: the chain was written anew.",
}


class Command(BaseCommand):
    help = "Check the chain of the audit log, and print its head to be kept elsewhere. Exits with 1 where it breaks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--kept", type=chain.Head.read, metavar="NUMBER:HASH", help="a head that was printed before and kept"
        )

    def handle(self, *args: Any, kept: chain.Head | None = None, **options: Any) -> None:
        verdict = chain.verify(kept)
        if verdict.flaw:
            raise CommandError(
                WRONG[verdict.flaw].format(at=verdict.at) + f" All is well up to entry {verdict.head.number}."
            )
        self.stdout.write(f"{verdict.head.number} entries, and the chain holds. Keep this elsewhere:")
        self.stdout.write(str(verdict.head))
