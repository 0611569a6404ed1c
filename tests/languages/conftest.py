"""A campaign of the demonstration, whose words are written in every language, and languages that nobody speaks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.utils import translation

from campaign.models import Campaign
from campaign.views import guards
from maninso import errors, translations


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> Iterator[None]:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    caches["pages"].clear()
    guards._forms_sent.forget()
    yield
    caches["pages"].clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def campaign(db: None, settings: Any, tmp_path: Path) -> Campaign:
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("load_demo", verbosity=0)
    return Campaign.objects.get()


@pytest.fixture
def pseudo_locales(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """What PSEUDO_LOCALES=1 does."""
    folder = tmp_path_factory.mktemp("locale")
    translations.write_pseudo_locales(folder)
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, folder]
    settings.LANGUAGES = [*settings.LANGUAGES, *((code, code) for code in translations.PSEUDO_LOCALES)]
    yield list(translations.PSEUDO_LOCALES)
    errors._rendered.cache_clear()
