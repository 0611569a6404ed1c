from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from maninso import translations


class Command(BaseCommand):
    help = "Brings locale/ in step with the strings of the sources, and compiles it. Says what is untranslated."

    def handle(self, **options: Any) -> None:
        for language in translations.languages():
            catalog = translations.renew(language)
            untranslated = translations.missing(catalog)
            self.stdout.write(f"{language}: {len(catalog)} strings, {len(untranslated)} untranslated")
            for text in untranslated:
                self.stdout.write(f"  {text}")
        translations.compile_catalogues(Path(settings.LOCALE_PATHS[0]))
