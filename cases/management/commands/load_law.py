from typing import Any

from django.core.management.base import BaseCommand

from cases import law


class Command(BaseCommand):
    help = "Load which treaty binds which State. Adds what is missing and changes nothing that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = law.load()
        self.stdout.write(f"{loaded.added} rows added")
        for row in loaded.differing:
            self.stderr.write(f"not as in the files, and left so: {row}")
