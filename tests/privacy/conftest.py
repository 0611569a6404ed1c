import base64

import pytest
from django.apps import apps
from django.db import connection, models

from privacy.fields import BlindIndexField, SealedTextField


def key(number: int) -> str:
    return base64.b64encode(bytes([number]) * 32).decode()


OLD, NEW = f"old:{key(1)}", f"new:{key(2)}"


@pytest.fixture(autouse=True)
def _keys(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.SEAL_KEYS = OLD
    settings.INDEX_KEY = key(3)
    settings.LINK_KEY = key(4)


@pytest.fixture(scope="session")
def letter_model():
    class SealedLetter(models.Model):  # noqa: DJ008 - nobody reads its name
        name = SealedTextField()
        words = SealedTextField(null=True, blank=True, max_length=20)
        city = SealedTextField(blank=True, context="elsewhere.Letter.town")
        index = BlindIndexField(null=True)

        class Meta:
            app_label = "privacy"

    # Defining it put it on the list of models; it stands there only while its table exists.
    _unlist()
    return SealedLetter


@pytest.fixture
def letters(db, letter_model):
    """A model with sealed columns, and its table, for one test."""
    apps.register_model("privacy", letter_model)
    with connection.schema_editor() as editor:
        editor.create_model(letter_model)
    yield letter_model
    with connection.schema_editor() as editor:
        editor.delete_model(letter_model)
    _unlist()


def _unlist() -> None:
    del apps.all_models["privacy"]["sealedletter"]
    apps.clear_cache()
