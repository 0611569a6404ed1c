"""What a new content says otherwise than the one before it, for people who have to agree to it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Claim, values

Content = Mapping[str, Any]
_WORDS = re.compile(r"\s+|[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")
# Follow from the rest, or are read elsewhere on the page.
_SILENT = {"format", "reference", "languages", "note", "is_correction", "id", "n", "earliest", "latest", "of"}

_PARTS = {
    "kind": gettext_lazy("About"),
    "written_in": gettext_lazy("Written in"),
    "people": gettext_lazy("Number of people"),
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "story": gettext_lazy("What happened"),
    "cites": gettext_lazy("Sources cited"),
    "monitoring": gettext_lazy("Monitoring"),
    "as_of": gettext_lazy("Information as of"),
    "last_verified": gettext_lazy("Last verified"),
    "members": gettext_lazy("Member"),
    "events": gettext_lazy("Event"),
    "involvements": gettext_lazy("Authority"),
    "interventions": gettext_lazy("Intervention"),
    "law": gettext_lazy("Law"),
    "media": gettext_lazy("Picture"),
    "updates": gettext_lazy("Update"),
    "related": gettext_lazy("Related case"),
    "sources": gettext_lazy("Source"),
    "statuses": gettext_lazy("Status"),
    "disputed": gettext_lazy("Where accounts differ"),
    "age": gettext_lazy("Age"),
    "minor": gettext_lazy("A minor"),
    "sex": gettext_lazy("Sex"),
    "citizenship": gettext_lazy("Citizenship"),
    "tier": gettext_lazy("Identity"),
    "label": gettext_lazy("Public label"),
    "date": gettext_lazy("Date"),
    "what": gettext_lazy("What happened"),
    "country": gettext_lazy("Country"),
    "place": gettext_lazy("Place"),
    "precision": gettext_lazy("Known to the"),
    "from_state": gettext_lazy("From State"),
    "to_state": gettext_lazy("To State"),
    "role": gettext_lazy("Role"),
    "position": gettext_lazy("Stated position"),
    "official": gettext_lazy("Official named"),
    "outcome": gettext_lazy("What came back"),
    "answer": gettext_lazy("The answer"),
    "claims": gettext_lazy("Claim"),
    "field": gettext_lazy("About"),
    "value": gettext_lazy("What it says"),
    "said": gettext_lazy("What it says, in words"),
    "source": gettext_lazy("Source"),
    "quotation": gettext_lazy("Quotation"),
    "locator": gettext_lazy("Where in it"),
    "credibility": gettext_lazy("Credibility"),
    "chosen": gettext_lazy("Chosen"),
    "why": gettext_lazy("Why"),
}


@dataclass(frozen=True)
class Piece:
    """A run of a text: said in both, only before, or only now."""

    text: str
    kind: str = "same"


@dataclass(frozen=True)
class Difference:
    """One thing that reads otherwise; `where` is the way to it, in words."""

    where: list[str]
    language: str = ""
    pieces: list[Piece] = field(default_factory=list)

    @property
    def kind(self) -> str:
        kinds = {piece.kind for piece in self.pieces if piece.text.strip()}
        return "added" if kinds == {"added"} else "removed" if kinds == {"removed"} else "changed"


def differences(content: Content, previous: Content | None) -> list[Difference]:
    """From the previous content to this one, in the order of the page; everything is new without a previous one."""
    return list(_between(previous or {}, content, [], ""))


def _between(before: Any, now: Any, where: list[str], part: str) -> Iterator[Difference]:
    if before == now:
        return
    if _is_words(before) or _is_words(now):
        for code in dict.fromkeys([*(before or {}), *(now or {})]):
            old, new = ((words or {}).get(code, {}).get("text", "") for words in (before, now))
            if old != new:
                yield Difference(where, code, pieces(old, new))
    elif isinstance(before, Mapping) or isinstance(now, Mapping):
        old, new = (value if isinstance(value, Mapping) else {} for value in (before, now))
        if part == "disputed":
            old, new = _told(old), _told(new)
        for key in dict.fromkeys([*new, *old]):
            if key not in _SILENT:
                yield from _between(old.get(key), new.get(key), [*where, _name(key)], key)
    elif _is_rows(before) or _is_rows(now):
        for place, (old, new) in enumerate(zip_longest(before or [], now or []), 1):
            yield from _between(old, new, [*where[:-1], f"{_name(part)} {place}"], part)
    elif (before or "") != (now or ""):
        yield Difference(where, "", [Piece(_plain(before), "removed"), Piece(_plain(now), "added")])


def pieces(before: str, now: str) -> list[Piece]:
    """Word by word; character by character where a language writes no spaces."""
    old, new = _WORDS.findall(before), _WORDS.findall(now)
    found = []
    for tag, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("".join(old[from_old:to_old])))
            continue
        found += [
            Piece(text, kind)
            for text, kind in (("".join(old[from_old:to_old]), "removed"), ("".join(new[from_new:to_new]), "added"))
            if text
        ]
    return found


def _told(dispute: Content) -> Content:
    """With values as people read them: only the field says what they are."""
    if not dispute:
        return dispute
    field = dispute["field"]
    claims = [claim | {"value": values.shown(field, claim["value"])} for claim in dispute["claims"]]
    return {"field": Claim.Field(field).label, "claims": claims}


def _is_words(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(wording, Mapping) and "text" in wording for wording in value.values())
    )


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, Mapping) for each in value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)


def _name(key: str) -> str:
    return str(_PARTS.get(key, key.replace("_", " ")))
