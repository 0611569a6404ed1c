"""What a publication tells a hostile State that it could not have read before, and whom it singles out.

Everything here compares the content of publications, never the record: what counts is what goes out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cases import dates
from cases.models import (
    Authority,
    Case,
    Claim,
    Event,
    Intervention,
    Involvement,
    Media,
    Member,
    Status,
    Tier,
    Update,
    values,
)
from cases.snapshot import Content
from face import languages
from face.countries import name_of
from face.words import said


class Danger(models.TextChoices):
    """Why a publication needs the protection officer."""

    MINORS = "minors", gettext_lazy("It tells of somebody who was, or may have been, a minor.")
    FACES = "faces", gettext_lazy("It shows a face.")
    OFFICIALS = "officials", gettext_lazy("It names an official.")
    IDENTITY = "identity", gettext_lazy("It says more of who somebody is than the public could read until now.")


def protection_reasons(case: Case, content: Content, previous: Content | None) -> list[str]:
    """The dangers in this content against what the public reads now (None: nothing)."""
    files = [picture["file"] for picture in content["media"]]
    found = {
        Danger.MINORS: any(member["minor"] for member in content["members"]),
        Danger.FACES: Member.objects.filter(media__case=case, media__derivative__in=files).exists(),
        Danger.OFFICIALS: any(involvement["official"] for involvement in content["involvements"]),
        Danger.IDENTITY: any(_identity_rises(content, previous)),
    }
    return [str(danger.value) for danger, is_there in found.items() if is_there]


def _identity_rises(content: Content, previous: Content | None) -> Iterator[bool]:
    """Who is new may be told of under a pseudonym without more ado, but not by name."""
    before = {member["id"]: Tier(member["tier"]).rank for member in (previous or {"members": []})["members"]}
    for member in content["members"]:
        yield Tier(member["tier"]).rank > before.get(member["id"], Tier.PSEUDONYM.rank)


# --- the adversary preview


@dataclass(frozen=True)
class News:
    """One thing that is told otherwise; `before` is empty where nothing was told, `now` where nothing is any more."""

    about: str
    field: str
    before: str
    now: str


@dataclass(frozen=True)
class SingledOut:
    """A member whom these facts together tell from all others of the case."""

    member: int
    label: str
    facts: Mapping[str, str]
    is_new: bool

    def __str__(self) -> str:
        facts = languages.listed(f"{name}: {value}" for name, value in self.facts.items())
        return _("“%(member)s” is the only one in the case with %(facts)s.") % {"member": self.label, "facts": facts}


@dataclass(frozen=True)
class Exposure:
    news: list[News]
    singled_out: list[SingledOut]

    @property
    def learns_nothing(self) -> bool:
        return not self.news


def adversary(content: Content, previous: Content | None) -> Exposure:
    """Against the last publication; pass the latest there ever was, as whoever is hostile has read that too."""
    labels = {member["id"]: _text(member["label"]) for member in content["members"]}
    before = _singled_out(previous) if previous else {}
    singled_out = [
        SingledOut(member, labels[member], dict(facts), is_new=before.get(member) != facts)
        for member, facts in _singled_out(content).items()
    ]
    return Exposure(list(_news(content, previous or {})), singled_out)


@dataclass(frozen=True)
class Part:
    """A list of a content: what its rows are, and by what the same row is known again, the surest first.

    Members keep their number for good; all else moves when something is entered before it.
    """

    name: str
    model: type[models.Model]
    keys: list[tuple[str, ...]]


_PARTS = [
    Part("members", Member, [("id",)]),
    Part("events", Event, [("kind", "date", "what"), ("kind", "date"), ("kind", "what"), ("what",)]),
    Part("involvements", Involvement, [("authority", "role"), ("authority",)]),
    Part("interventions", Intervention, [("by", "asked", "date"), ("by", "asked")]),
    Part("media", Media, [("file",)]),
    Part("updates", Update, [("day", "title"), ("day",), ("title",)]),
]
_STATUSES = Part("statuses", Status, [("kind", "date"), ("kind",)])
# What is no fact about anybody, or public anyway: which law binds whom is in books, and the sources can be read.
_NOT_TOLD = {
    *("id", "event", "earliest", "latest", "width", "height", "format", "reference", "written_in", "languages"),
    *("note", "is_correction", "cites", "sources", "law", "related", "statuses"),
}


def _news(content: Content, previous: Content) -> Iterator[News]:
    content, previous = _with_names(content), _with_names(previous)
    parts = {part.name for part in _PARTS}
    now, before = ({name: told for name, told in each.items() if name not in parts} for each in (content, previous))
    yield from _of_a_row(_("The case"), Case, now, before)
    for part in _PARTS:
        yield from _of_a_list(part, content, previous)


def _with_names(content: Content) -> Content:
    """The same, with members called by what the page calls them wherever an event names them."""
    labels = {member["id"]: _text(member["label"]) for member in content.get("members", [])}
    events = [event | {"members": [labels[each] for each in event["members"]]} for event in content.get("events", [])]
    return content | {"events": events}


def _of_a_list(part: Part, content: Content, previous: Content, *, of: str = "") -> Iterator[News]:
    for row, old in _pairs(content.get(part.name, []), previous.get(part.name, []), part.keys):
        about = f"{of}{part.model._meta.verbose_name}: {_name(row or old)}"
        yield from _of_a_row(about, part.model, row, old)
        if part.model is Member:
            yield from _of_a_list(_STATUSES, row, old, of=f"{about} · ")


def _of_a_row(about: str, model: type[models.Model], row: Content, old: Content) -> Iterator[News]:
    for field in dict.fromkeys([*row, *old]):
        if field not in _NOT_TOLD:
            now, before = _told(model, field, row.get(field)), _told(model, field, old.get(field))
            if now != before:
                yield News(about, _label(model, field), before, now)


def _pairs(rows: list[Content], old: list[Content], keys: list[tuple[str, ...]]) -> Iterator[tuple[Content, Content]]:
    """Each row with what it was before, by the surest key first; what is left over is new, or gone."""
    found: dict[int, Content] = {}
    waiting = list(old)
    for key in keys:
        for place, row in enumerate(rows):
            if place not in found:
                same = (place for place, other in enumerate(waiting) if all(other[name] == row[name] for name in key))
                if (match := next(same, None)) is not None:
                    found[place] = waiting.pop(match)
    yield from ((row, found.get(place, {})) for place, row in enumerate(rows))
    yield from (({}, gone) for gone in waiting)


def _name(row: Content) -> str:
    """What a row is called in the preview."""
    words = row.get("label") or row.get("authority") or row.get("by") or row.get("title") or row.get("alt")
    if words:
        return _text(words)
    kind = Event.Kind if "precision" in row else Status.Kind
    label = str(kind(row["kind"]).label) if "kind" in row else ""
    return ", ".join(filter(None, [label, dates.shown(row.get("date") or "")]))


def _label(model: type[models.Model], field: str) -> str:
    names = {
        "age": _("age"),
        "authority_kind": _("type"),
        "country": _("country"),
        "disputed": _("what sources differ about"),
        "file": _("picture"),
        "minor": _("whether a minor"),
        "people": pgettext("how many", "people"),
    }
    return names.get(field) or str(_columns(model)[field].verbose_name)


def _told(model: type[models.Model], field: str, value: Any) -> str:
    """A value as people read it; whatever is told makes a difference here, in each language."""
    if value in (None, "", {}, []):
        return ""
    if isinstance(value, dict):
        return _SAID.get(field, _words)(value)
    if isinstance(value, list):
        return _differences(value) if field == "disputed" else ", ".join(str(each) for each in value)
    return _plain(model, field, value)


def _plain(model: type[models.Model], field: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field in ("date", "as_of", "last_verified", "day"):
        return dates.shown(value)
    if field in ("country", "citizenship", "from_state", "to_state"):
        return name_of(value)
    column = Authority._meta.get_field("kind") if field == "authority_kind" else _columns(model).get(field)
    return str(dict(column.flatchoices if column else ()).get(value, value))


def _columns(model: type[models.Model]) -> dict[str, Any]:
    """An involvement tells the State of its authority too; a picture's file is no column."""
    return {
        column.name: column
        for each in (Authority, model)
        for column in (*each._meta.concrete_fields, *each._meta.many_to_many)
    }


def _words(words: Mapping[str, Any]) -> str:
    """In all languages: what only the Korean text says is told as well."""
    return "\n".join(f"{code}: {wording['text']}" for code, wording in sorted(words.items()))


def _text(words: Mapping[str, Any]) -> str:
    return str(said(words))


def _age(age: Content) -> str:
    return _range(age) + (f" ({_('estimated')})" if age["estimated"] else "")


def _people(people: Content) -> str:
    return " ".join(filter(None, [_range(people), _words(people["note"])]))


def _range(ends: Content) -> str:
    return "–".join(dict.fromkeys(str(end) for end in (ends["min"], ends["max"]) if end is not None))


def _differences(disputed: list[Content]) -> str:
    return "; ".join(
        f"{Claim.Field(field).label}: {' / '.join(_claimed(field, claim) for claim in claims)}"
        for field, claims in ((entry["field"], entry["claims"]) for entry in disputed)
    )


def _claimed(field: str, claim: Content) -> str:
    return " ".join(filter(None, [values.shown(field, claim["value"]), _words(claim["said"])]))


_SAID: dict[str, Callable[[Content], str]] = {"age": _age, "people": _people}


# --- who can be told from all others

Facts = tuple[tuple[str, str], ...]


def _singled_out(content: Content) -> dict[int, Facts]:
    """The fewest facts by which each member is told from the rest of the case.

    Of people who are named, or only counted, there is nothing to warn of. Where the case is about one person the rest
    is the world: then age, sex, citizenship and an exact day together are taken as enough.
    """
    told = {member["id"]: _identifying(member, content) for member in content["members"]}
    hidden = [member["id"] for member in content["members"] if member["tier"] in (Tier.ANONYMOUS, Tier.PSEUDONYM)]
    if len(told) == 1:
        return {member: tuple(told[member].items()) for member in hidden if len(told[member]) >= 4}
    unique = _unique(told)
    return {member: unique[member] for member in hidden if member in unique}


def _identifying(member: Content, content: Content) -> dict[str, str]:
    """What the content tells of a member that somebody who looks for them may know as well."""
    mine = [event for event in content["events"] if member["id"] in event["members"]]
    days = {row["date"] for row in (*mine, *member["statuses"]) if len(row["date"]) == len("2013-05-10")}
    places = {_text(event["place"]) for event in mine if event["place"]}
    facts = {
        _("age"): _age(member["age"]) if member["age"] else "",
        _("sex"): str(Member.Sex(member["sex"]).label) if member["sex"] else "",
        _("citizenship"): name_of(member["citizenship"]) if member["citizenship"] else "",
        _("place"): ", ".join(sorted(places)),
        _("day"): ", ".join(dates.shown(day) for day in sorted(days)),
    }
    return {name: value for name, value in facts.items() if value}


def _unique(told: dict[int, dict[str, str]]) -> dict[int, Facts]:
    found: dict[int, Facts] = {}
    names = list(dict.fromkeys(name for facts in told.values() for name in facts))
    for chosen in chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1)):
        whose: dict[Facts, list[int]] = defaultdict(list)
        for member, facts in told.items():
            if all(name in facts for name in chosen):
                whose[tuple((name, facts[name]) for name in chosen)].append(member)
        for same, members in whose.items():
            if len(members) == 1:
                found.setdefault(members[0], same)
    return found
