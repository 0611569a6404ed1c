"""What a page shows of a publication, put together from its content; nothing here asks the database."""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import dates, status
from cases.models import Adherence, Claim, Event, Intervention, Involvement, Status, values
from cases.models.member import Tier
from cases.numbers import age, how_many
from cases.snapshot import Content, in_present_format
from face import countries
from face.words import is_old, said

# Beyond these, a list is folded so that the page can still be read.
LONG_TIMELINE = 30
LONG_YEAR = 60
MANY_PEOPLE = 12
MANY_UPDATES = 5
# Ways back from one source to the places that cite it.
WAYS_BACK = 12


@dataclass
class Footnotes:
    """Who cites which source, counted while the page is written, so that the list of sources can lead back."""

    counted: Counter[int] = field(default_factory=Counter)

    def cite(self, number: int) -> str:
        """The id of this place."""
        self.counted[number] += 1
        return f"cite-{number}-{self.counted[number]}"

    def places(self, number: int) -> list[str]:
        return [f"cite-{number}-{place}" for place in range(1, min(self.counted[number], WAYS_BACK) + 1)]

    def more(self, number: int) -> int:
        return max(0, self.counted[number] - WAYS_BACK)


@dataclass(frozen=True)
class Dispute:
    """One thing that the sources tell differently, and of what: often of several people at once."""

    anchor: str
    field: str
    # What is said, each with the claims that say so.
    answers: list[Content]
    about: list[str]


class CasePage:
    """The parts of the page, in a reader's language."""

    def __init__(self, content: Content, *, language: str, today: dt.date, related: set[str]) -> None:
        self.content = content = in_present_format(content)
        self.language = language
        self.today = today
        self._related = related
        self._sources = {source["n"]: source for source in content["sources"]}
        self._labels = {member["id"]: member["label"] for member in content["members"]}
        self._disputes: dict[str, Dispute] = {}
        self.people_differ = self._differ(content["people"], about=_("the number of people"))
        self.members = [self._member(member) for member in content["members"]]
        self.events = [self._event(event) for event in content["events"]]
        self._events = {event["id"]: event for event in self.events}
        self.involvements = [self._involvement(each) for each in content["involvements"]]
        self.interventions = [self._intervention(each) for each in content["interventions"]]

    # --- the head

    @property
    def is_translated(self) -> bool:
        return self.language in self.content["languages"]

    @property
    def best_language(self) -> str:
        """The one in which this reader gets the text."""
        return said(self.content["title"], self.language, source=self.content["written_in"]).language

    @property
    def is_old(self) -> bool:
        """Whether the translation that the reader gets is older than the text that it was made from."""
        told = (self.content[name] for name in ("title", "summary", "story"))
        return any(is_old(words, self.language, source=self.content["written_in"]) for words in told)

    @property
    def standings(self) -> list[status.Standing]:
        return status.standings(self.content["members"], self.today)

    @property
    def people(self) -> str:
        return how_many(self.content["people"])

    @property
    def minors(self) -> "Minors":
        return minors_of(self.content)

    # --- people

    @property
    def first_members(self) -> list[Content]:
        return self.members if len(self.members) <= MANY_PEOPLE + 3 else self.members[:MANY_PEOPLE]

    @property
    def other_members(self) -> list[Content]:
        return self.members[len(self.first_members) :]

    @property
    def tiers(self) -> list[tuple[str, str]]:
        """What each way of naming people means, of those that this page uses."""
        meaning = {
            Tier.NAMED: _("Named: the person’s own name, published because they, or two of us for them, agreed to it."),
            Tier.PSEUDONYM: _("Pseudonym: we gave the name, to protect the person. It is not their own."),
            Tier.ANONYMOUS: _("Anonymous: we describe the person and keep the name to ourselves, or do not know it."),
            Tier.COUNTED: _("Counted only: we know of these people, and publish nothing but their number."),
        }
        used = {member["tier"] for member in self.content["members"]}
        return [(str(tier.label), words) for tier, words in meaning.items() if tier in used]

    def _member(self, member: Content) -> Content:
        label = self._say(member["label"])
        statuses = [self._status(status, of=label) for status in member["statuses"]]
        return {
            **member,
            "age_words": age(member["age"]) if member["age"] else "",
            "statuses": statuses,
            "status": statuses[-1] if statuses else None,
            "earlier": statuses[:-1],
            "differ": self._differ(member, about=label),
        }

    def _status(self, given: Content, *, of: str) -> Content:
        label = str(Status.Kind(given["kind"]).label)
        if given["to_state"]:
            state = countries.name_of(given["to_state"], self.language)
            label = _("handed over to %(state)s") % {"state": state}
        return {**given, "label": label, "differ": self._differ(given, about=f"{of}: {label}")}

    # --- what happened

    @property
    def timeline(self) -> list[Content]:
        """The events, by year where there are many, and by month where a year has too many."""
        if len(self.events) <= LONG_TIMELINE:
            return [{"label": "", "events": self.events}]
        return [
            {"label": year, "events": events, "months": _by_month(events) if len(events) > LONG_YEAR else []}
            for year, events in _in_groups(self.events, 4)
        ]

    def _event(self, event: Content) -> Content:
        about = _("%(what)s, %(date)s") % {"what": Event.Kind(event["kind"]).label, "date": self._date(event["date"])}
        concerned = [self._labels[number] for number in event["members"]]
        return {
            **event,
            "label": str(Event.Kind(event["kind"]).label),
            "where": countries.place(self._say(event["place"]), event["country"], self.language),
            "route": self._route(event),
            "bound": sorted({self._state(article["state"]) for article in event["law"]}),
            "concerned": concerned if len(concerned) < len(self._labels) else [],
            "differ": self._differ(event, about=about),
        }

    def _route(self, event: Content) -> str:
        begin, end = self._state(event["from_state"]), self._state(event["to_state"])
        if begin and end:
            return _("from %(begin)s to %(end)s") % {"begin": begin, "end": end}
        if begin or end:
            return _("from %(begin)s") % {"begin": begin} if begin else _("to %(end)s") % {"end": end}
        return ""

    # --- where accounts differ

    @property
    def disputes(self) -> list[Dispute]:
        return list(self._disputes.values())

    def _differ(self, row: Content, *, about: str) -> list[Dispute]:
        """Kept once where the same sources say the same things of several rows."""
        found = []
        for entry in row["disputed"]:
            key = json.dumps(entry, sort_keys=True)
            if key not in self._disputes:
                claims = [self._claim(claim, entry["field"]) for claim in entry["claims"]]
                name = str(Claim.Field(entry["field"]).label)
                self._disputes[key] = Dispute(f"differ-{len(self._disputes) + 1}", name, self._answers(claims), [])
            if about not in self._disputes[key].about:
                self._disputes[key].about.append(about)
            found.append(self._disputes[key])
        return found

    def _claim(self, claim: Content, name: str) -> Content:
        source = self._sources[claim["source"]]
        language = source["csl"].get("language", "")
        shown = values.shown(name, claim["value"])
        return {**claim, "shown": shown, "source": source, "cites": [claim["source"]], "language": language}

    def _answers(self, claims: list[Content]) -> list[Content]:
        """What is said, each with all who say so; where one says it in words, these are what is read."""
        source = self.content["written_in"]
        by_fact: dict[tuple[str, str], list[Content]] = defaultdict(list)
        for claim in claims:
            by_fact[claim["value"], said(claim["said"], source, source=source).text].append(claim)
        return [
            {
                "shown": same[0]["shown"],
                "said": same[0]["said"],
                "claims": same,
                "chosen": any(claim["chosen"] for claim in same),
                "why": next((claim["why"] for claim in same if claim["why"]), {}),
            }
            for same in by_fact.values()
        ]

    # --- who is responsible, and who asked

    def _involvement(self, each: Content) -> Content:
        role = str(Involvement.Role(each["role"]).label)
        return {
            **each,
            "event": self._events.get(each["event"]),
            "label": role,
            "state": self._state(each["country"]),
            "differ": self._differ(each, about=f"{self._say(each['authority'])}: {role}"),
        }

    def _intervention(self, each: Content) -> Content:
        outcome = Intervention.Outcome(each["outcome"])
        latest = dates.span(each["date"]).latest if each["date"] else None
        silent = outcome == Intervention.Outcome.SILENCE and latest
        return {
            **each,
            "label": str(outcome.label),
            "silent_days": (self.today - latest).days if silent and latest else None,
            "differ": self._differ(each, about=f"{self._say(each['by'])}, {self._date(each['date'])}"),
        }

    # --- the law

    @property
    def law(self) -> list[Content]:
        """By State: what binds it, and what does not."""
        by_state: dict[str, list[Content]] = defaultdict(list)
        for row in self.content["law"]:
            by_state[row["state"]].append({**row, "how_label": str(Adherence.Kind(row["how"]).label)})
        return [
            {
                "state": countries.name_of(state, self.language),
                "code": state,
                "bound": [row for row in rows if row["in_force_from"]],
                "unbound": [row for row in rows if not row["in_force_from"]],
            }
            for state, rows in by_state.items()
        ]

    # --- news, sources, neighbours

    @property
    def latest_updates(self) -> list[Content]:
        return self.content["updates"][:MANY_UPDATES]

    @property
    def older_updates(self) -> list[Content]:
        return self.content["updates"][MANY_UPDATES:]

    @property
    def related(self) -> list[Content]:
        return [other for other in self.content["related"] if other["reference"] in self._related]

    @property
    def languages(self) -> list[tuple[str, str]]:
        names = dict(settings.LANGUAGES)
        return [(code, names[code]) for code in self.content["languages"] if code in names]

    def _say(self, words: Content | None) -> str:
        return said(words or {}, self.language, source=self.content["written_in"]).text

    def _state(self, code: str) -> str:
        return countries.name_of(code, self.language) if code else ""

    def _date(self, text: str) -> str:
        return dates.shown(text, self.language) if text else _("no date known")


@dataclass(frozen=True)
class Minors:
    """How many of the people something credible calls minors. Of a group that is only counted nobody knows how many."""

    told_apart: int
    are_in_a_group: bool
    is_exact: bool

    def __bool__(self) -> bool:
        return bool(self.told_apart) or self.are_in_a_group

    def __str__(self) -> str:
        if self.are_in_a_group:
            return _("children or adolescents")
        number = {"number": formats.number_format(self.told_apart)}
        if self.is_exact:
            words = ngettext("%(number)s child or adolescent", "%(number)s children or adolescents", self.told_apart)
        else:
            words = ngettext(
                "at least %(number)s child or adolescent",
                "at least %(number)s children or adolescents",
                self.told_apart,
            )
        return words % number


def minors_of(content: Content) -> Minors:
    members, people = content["members"], content["people"]
    minors = [member for member in members if member["minor"]]
    return Minors(
        told_apart=sum(member["people"] == 1 for member in minors),
        are_in_a_group=any(member["people"] > 1 for member in minors),
        is_exact=len(members) == people["min"] == people["max"],
    )


def _in_groups(events: list[Content], length: int) -> Iterator[tuple[str, list[Content]]]:
    """By the first so many characters of the earliest day: 4 for years, 7 for months."""
    when: Callable[[Content], str] = lambda event: (event["earliest"] or "")[:length]  # noqa: E731
    for key, events_then in groupby(events, when):
        yield key or _("Without a date"), list(events_then)


def _by_month(events: list[Content]) -> list[Content]:
    return [
        {"label": dates.shown(month) if month[:4].isdigit() else month, "events": then}
        for month, then in _in_groups(events, 7)
    ]
