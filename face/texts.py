"""Words in several languages: one row per language, and a fallback that is said aloud."""

from typing import Any, TypeVar

from django.conf import settings
from django.db import models

Text = TypeVar("Text", bound="LanguageText")


class LanguageText(models.Model):
    """What something says in one language; subclasses add the owner and the words."""

    language = models.CharField(max_length=10, choices=settings.LANGUAGES)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.get_language_display()


def best_text(texts: "models.Manager[Text]", language: str, *, source: str = "en") -> Text | None:
    """The text in the reader's language, else in the source language, else any; None where nothing is written yet.

    Works on the prefetched rows: no query of its own where the caller has prefetched.
    """
    found: dict[str, Any] = {text.language: text for text in texts.all()}
    return found.get(language) or found.get(source) or next(iter(found.values()), None)


Row = TypeVar("Row", bound=models.Model)


def in_language(row: Row, language: str) -> Row | LanguageText:
    """The row's text in that language, else the row itself, whose own words are in its own `language`.

    For rows that have words of their own, as the desk lists them by these. No query where `texts` is prefetched.
    """
    return next((text for text in row.texts.all() if text.language == language), row)  # type: ignore[attr-defined]
