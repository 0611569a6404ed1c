"""Finding published cases by what their pages say, in languages with and without spaces between words.

Alphabetic text is found by its words, the last of them by its beginning. Korean, Chinese and Japanese are cut into
overlapping pairs of characters, so that 난민 or 遣返 is found inside a longer word. Which tokens a text has is decided
here alone: PostgreSQL gets them ready-made, for the index (array_to_tsvector) as for the question (a cast), so its
parsers never see what somebody typed.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, Exists, Expression, F, Func, OuterRef, TextField, Value
from django.db.models.functions import Cast

from cases.models import PublicationText
from cases.models.case import CaseQuerySet
from cases.snapshot import Content
from face import countries
from face.words import said

# Hangul, kana, Han characters and the marks that repeat or lengthen them.
_UNSPACED = (
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|(?P<word>[^\W_{_UNSPACED}]+)")
# The accents of Latin, Greek and Cyrillic. Marks of other scripts are letters, not ornament.
_ACCENTS = re.compile("[\u0300-\u036f]")
# PostgreSQL takes lexemes of 2 KB and vectors of 1 MB; words are shorter, and so is what a page can usefully say.
LONGEST = 60
MOST = 60_000
# What somebody types; more says nothing that these do not.
QUESTION = 200


def tokens(text: str) -> list[str]:
    """What the text is found by: folded in case, width and accents; each once, in order."""
    return list(dict.fromkeys(token for run, unspaced in _runs(text) for token in _cut(run, unspaced)))


def vector(content: Content, language: str) -> Expression:
    """What a page of this content says to a reader of that language, as PostgreSQL keeps it."""
    words = tokens("\n".join(_page(content, language)))[:MOST]
    return Func(Cast(Value(words), _TextArray()), function="array_to_tsvector", output_field=SearchVectorField())


def matching(cases: CaseQuerySet, question: str) -> CaseQuerySet:
    """Those whose live page says all of it, in whichever language. A question without a letter or digit finds none."""
    terms = " & ".join(_terms(question[:QUESTION]))
    if not terms:
        return cases.none()
    texts = PublicationText.objects.filter(publication=OuterRef("live"))
    return cases.filter(Exists(texts.filter(_Found(F("words"), Cast(Value(terms), SearchQueryField())))))


class _TextArray(TextField):
    def db_type(self, connection: Any) -> str:
        return "text[]"


class _Found(Func):
    arg_joiner = " @@ "
    template = "%(expressions)s"
    output_field = BooleanField()


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    folded = _ACCENTS.sub("", unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold()))
    for match in _RUN.finditer(unicodedata.normalize("NFC", folded)):
        unspaced = bool(match["unspaced"])
        yield match.group() if unspaced else match.group()[:LONGEST], unspaced


def _cut(run: str, unspaced: bool) -> list[str]:
    """A run without spaces by its pairs, and by its last character, so that the beginning of a token finds each one."""
    return [*(run[place : place + 2] for place in range(len(run) - 1)), run[-1]] if unspaced else [run]


def _terms(question: str) -> Iterator[str]:
    """As terms of a tsquery. A token is letters and digits alone (`_RUN`): nothing in it can end the quotation."""
    runs = list(_runs(question))
    for place, (run, unspaced) in enumerate(runs, 1):
        if unspaced and len(run) > 1:
            yield from (f"'{pair}'" for pair in _cut(run, unspaced)[:-1])
        else:
            begins = unspaced or place == len(runs)
            yield f"'{run}':*" if begins else f"'{run}'"


def _page(content: Content, language: str) -> Iterator[str]:
    yield content["reference"]
    # Another case is found by its own words.
    own = {name: part for name, part in content.items() if name not in ("related", "note")}
    yield from _said(own, language, source=content["written_in"])
    for source in content["sources"]:
        csl = source["csl"]
        yield from (csl.get(name, "") for name in ("title", "publisher", "number"))
        yield from (author["literal"] for author in csl.get("author", []))
    for event in content["events"]:
        yield from (countries.name_of(event[name], language) for name in ("country", "from_state", "to_state"))


def _said(value: Any, language: str, *, source: str) -> Iterator[str]:
    """All words in the content, as the page shows them to that reader."""
    if isinstance(value, list):
        for each in value:
            yield from _said(each, language, source=source)
    elif isinstance(value, dict):
        if value and all(isinstance(each, dict) and isinstance(each.get("text"), str) for each in value.values()):
            yield said(value, language, source=source).text
        else:
            for each in value.values():
                yield from _said(each, language, source=source)
