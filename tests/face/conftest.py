from pathlib import Path

import pytest
from django.core.cache import caches

from tests.campaign.conftest import post_office  # noqa: F401  (a fixture)
from tests.face.tour import Tour

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _files_by_their_plain_names(settings):
    """The manifest is made by collectstatic; these tests look at the sources."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def tour(settings, tmp_path):
    """A site with something of everything on it."""
    caches["pages"].clear()
    yield Tour(settings, tmp_path)
    caches["pages"].clear()
