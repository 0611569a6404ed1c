from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from campaign import actions


class Command(BaseCommand):
    help = "Compare the counts with the signatures; with --mend, set them right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="write the true counts")

    def handle(self, *args: Any, mend: bool, **options: Any) -> None:
        drifts = actions.recount(mend=mend)
        for drift in drifts:
            self.stdout.write(
                f"campaign {drift.campaign_id} {drift.dimension} {drift.key}: {drift.counted}, truly {drift.true}"
            )
        if drifts:
            self.stdout.write(f"{len(drifts)} counts {'mended' if mend else 'differ'}")
        else:
            self.stdout.write("The counts are true.")
