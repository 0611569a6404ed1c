"""What must be in place before the site opens, in one process. What is done already is not done again."""

import hashlib
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from campaign.actions import recount
from maninso import translations


class Command(BaseCommand):
    help = "Migrates, collects static files, compiles translations and, in a demonstration, loads its content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--files-only", action="store_true", help="leave the database alone")
        parser.add_argument("--without-demo", action="store_true", help="load no demonstration content")
        parser.add_argument("--without-past", action="store_true", help="load no last year's edition")

    def handle(self, *, files_only: bool, without_demo: bool, without_past: bool, **options: Any) -> None:
        translations.compile_catalogues(Path(settings.LOCALE_PATHS[0]))
        if settings.PSEUDO_LOCALES:
            translations.write_pseudo_locales(Path(settings.LOCALE_PATHS[-1]))
        collect_static_files()
        if files_only:
            return
        self.migrate()
        call_command("createcachetable", verbosity=0)
        if settings.DEMO and not without_demo:
            call_command("load_demo", past=not without_past)

    def migrate(self) -> None:
        """An update may count what nobody counted before. Drift at any other time is for a person to look at."""
        may_count_anew = "campaign" in rooms_to_migrate()
        call_command("migrate", interactive=False, verbosity=0)
        if may_count_anew and (drifts := recount(mend=True)):
            self.stdout.write(f"{len(drifts)} counts were made anew, as this update counts.")


def rooms_to_migrate() -> set[str]:
    executor = MigrationExecutor(connection)
    return {migration.app_label for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())}


def collect_static_files() -> None:
    """Compressing them takes seconds, so it is done only when a source has changed."""
    collected = Path(settings.STATIC_ROOT)
    mark = collected / ".collected"
    seen = hashlib.sha256("\n".join(sorted(_static_sources())).encode()).hexdigest()
    if mark.exists() and mark.read_text() == seen:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(seen)


def _static_sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            source = Path(storage.path(name)).stat()
            yield f"{name} {source.st_size} {source.st_mtime_ns}"
