"""How easily a letter reads, measured: hints for whoever writes it, never a reason to refuse it.

English by the Automated Readability Index (Smith and Senter, AMRL-TR-66-220, 1967), which needs no syllables and so no
dictionary, and by sentences of at most 25 words (the UK's Government Digital Service, 2014). Japanese by sentences of
at most 60 characters (Agency for Cultural Affairs, guidance on official documents, 2022); Korean and Chinese, which
have no such number of their own, by the same.
"""

import re
import unicodedata
from dataclasses import dataclass, field

LONG_IN_WORDS = 25
LONG_IN_CHARACTERS = 60
# Of the long sentences, so many are shown.
SHOWN = 5
# Up to here most adults read with ease; further on it is the language of lawyers.
EASY_SCHOOL_YEARS = 10
_BY_CHARACTERS = ("ko", "zh-hans", "ja")
# A sentence ends with its mark and a space; at once where a language writes none.
_END = re.compile(r"(?<=[。！？])|(?<=[.!?])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bNo\.)[\"”’)]*\s+")


@dataclass(frozen=True)
class Reading:
    """What was measured of one text."""

    characters: int
    words: int
    sentences: int
    by_characters: bool
    # Of American school, as the index counts; None where it is not measured.
    school_years: int | None = None
    long_sentences: list[str] = field(default_factory=list)

    @property
    def is_hard(self) -> bool:
        return self.school_years is not None and self.school_years > EASY_SCHOOL_YEARS

    @property
    def longest(self) -> int:
        return LONG_IN_CHARACTERS if self.by_characters else LONG_IN_WORDS


def read(text: str, language: str) -> Reading:
    sentences = sentences_of(text)
    words = len(text.split())
    characters = len([sign for sign in text if not sign.isspace()])
    by_characters = language in _BY_CHARACTERS
    measure, most = (_characters, LONG_IN_CHARACTERS) if by_characters else (_words, LONG_IN_WORDS)
    return Reading(
        characters=characters,
        words=words,
        sentences=len(sentences),
        by_characters=by_characters,
        school_years=_school_years(text, words, len(sentences)) if language == "en" and words else None,
        long_sentences=[sentence for sentence in sentences if measure(sentence) > most],
    )


def sentences_of(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    return [part.strip() for line in lines for part in _END.split(line) if part.strip()]


def _school_years(text: str, words: int, sentences: int) -> int:
    letters = sum(sign.isalnum() for sign in text)
    return max(1, round(4.71 * letters / words + 0.5 * words / max(1, sentences) - 21.43))


def _words(sentence: str) -> int:
    return len(sentence.split())


def _characters(sentence: str) -> int:
    """Letters and numbers; marks and spaces cost a reader nothing."""
    return sum(unicodedata.category(sign)[0] in "LN" for sign in sentence)
