"""How words are found: PostgreSQL's full text, with Korean, Chinese and Japanese cut into pairs of characters.

Those languages put no spaces between words, or glue endings to them; two characters at a time find a part of a word
wherever it stands, without a dictionary.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Value
from django.db.models.expressions import CombinedExpression

from cases.snapshot import Content

# Hangul, kana, CJK ideographs with their extensions.
_UNSPACED = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
_WORD = re.compile(r"\w+")


def vector(content: Content, language: str) -> CombinedExpression:
    """What a reader of that language finds the content by; the title counts most, then the summary."""
    weighted = [
        SearchVector(Value(" ".join(tokens(text))), config="simple", weight=weight)
        for weight, text in (
            ("A", _text([content["title"], content["reference"]], language)),
            ("B", _text([content["summary"]], language)),
            ("C", _text([content["story"], content["members"], content["events"], content["involvements"]], language)),
            ("D", _text([content["interventions"], content["updates"]], language)),
        )
    ]
    return weighted[0] + weighted[1] + weighted[2] + weighted[3]


def query(text: str) -> SearchQuery:
    """Rows that have all of the words; the last may be cut short."""
    return SearchQuery(" ".join(tokens(text)), config="simple", search_type="plain")


def tokens(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.casefold()):
        spaced = _UNSPACED.sub(" ", word).split()
        yield from spaced
        for run in _UNSPACED.findall(word):
            yield from (run[place : place + 2] for place in range(len(run) - 1)) if len(run) > 1 else (run,)


def _text(values: Any, language: str) -> str:
    """All that these parts of a content say in that language; a part without it is left out."""
    return "\n".join(_said(values, language))


def _said(value: Any, language: str) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _said(each, language)
    elif isinstance(value, dict):
        if isinstance(value.get(language), dict):
            yield value[language].get("text", "")
        else:
            for each in value.values():
                if isinstance(each, dict | list):
                    yield from _said(each, language)
