"""Short words in several languages, kept together in one column.

A translation remembers which wording it was made from, so that a change of the source shows which ones are old.
The column holds `{"en": {"text": "…"}, "ko": {"text": "…", "of": "<digest of the English>"}}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NotRequired, TypedDict

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from face import languages


class Wording(TypedDict):
    text: str
    of: NotRequired[str]


Words = Mapping[str, Wording]


@dataclass(frozen=True)
class Said:
    """Words as one reader gets them; `language` is the one they are in, for the `lang` of the page."""

    text: str
    language: str
    is_old: bool = False

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def digest_of(text: str) -> str:
    return sha256(text.strip().encode()).hexdigest()[:16]


def write(words: Words, language: str, text: str, *, source: str = "en") -> dict[str, Wording]:
    """The words with this one said; an empty text takes the language out."""
    written = {code: wording for code, wording in words.items() if code != language}
    if text.strip():
        written[language] = {"text": text.strip()}
        if language != source and source in words:
            written[language]["of"] = digest_of(words[source]["text"])
    return written


def made(source: str = "en", /, **texts: str) -> dict[str, Wording]:
    """Words from texts by language code, with "_" for "-"; all of them taken as made from the present source."""
    by_code = {code.replace("_", "-"): text for code, text in texts.items() if text}
    words: dict[str, Wording] = write({}, source, by_code.get(source, ""))
    for code, text in by_code.items():
        if code != source:
            words = write(words, code, text, source=source)
    return words


def is_old(words: Words, language: str, *, source: str = "en") -> bool:
    """Whether the source has been changed since the translation was made."""
    if language == source or language not in words or source not in words:
        return False
    return words[language].get("of", "") != digest_of(words[source]["text"])


def said(words: Words, language: str | None = None, *, source: str = "en") -> Said:
    """In the reader's language (the active one by default), else in the source's, else in any; empty where none is."""
    wanted = language or languages.active()
    for code in (wanted, source, settings.LANGUAGE_CODE, *words):
        if code in words:
            return Said(words[code]["text"], code, is_old(words, code, source=source))
    return Said("", wanted)


def check(value: Any) -> None:
    """Raises ValidationError where the column would hold anything but words by language."""
    known = dict(settings.LANGUAGES)
    if not isinstance(value, dict) or not all(
        code in known and isinstance(wording, dict) and isinstance(wording.get("text"), str)
        for code, wording in value.items()
    ):
        raise ValidationError(_("Words must be given by language."), code="words")


class WordsField(models.JSONField):
    """Words by language; empty is `{}`, never NULL."""

    default_validators = [check]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": dict, **kwargs})
