"""What is made from publications for paper and for sharing: the sheet of one case, The List, and share cards.

A document says what its publication says, and nothing that depends on the day on which it is fetched: the same
publication in the same language is the same file, kept under its digest.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cases import dates, status
from cases.models import Case, Event, Member, Publication, Source
from cases.numbers import how_many
from cases.page import CasePage, Dispute
from cases.reading import Edition, Reading
from cases.snapshot import Content
from face import countries, languages, typesetting
from face.words import Said, said

TYPST = Path(__file__).parent / "typst"
# As much of a publication's digest as a person compares by eye; the page shows all of it.
STAMPED = 16
PIXELS_PER_INCH = 72

_CODE = re.compile(r"[a-z]{2,3}(-[a-z]{2,8})?")


@dataclass(frozen=True)
class Document:
    """One file in one language, and all that it says."""

    # Names the file; a new one takes the place of the older one of the same name.
    name: str
    template: str
    data: Content
    suffix: str = "pdf"

    @property
    def digest(self) -> str:
        return typesetting.digest(_source(self.template), self._json)

    def file(self) -> Path:
        """Raises NotTypeset."""
        path = _folder() / f"{self.name}.{self.digest}.{self.suffix}"
        return typesetting.kept(path, self.typeset, instead_of=f"{self.name}.*.{self.suffix}")

    def typeset(self) -> bytes:
        how: dict[str, Any] = {"format": "pdf", "pdf_standards": typesetting.ACCESSIBLE}
        if self.suffix == "png":
            how = {"format": "png", "ppi": PIXELS_PER_INCH}
        return typesetting.typeset(TYPST / self.template, {"data": self._json}, **how)

    @property
    def _json(self) -> str:
        return json.dumps(self.data, ensure_ascii=False, sort_keys=True)


def forget(reference: str) -> None:
    """Take the files that hold this case off the disk: after a takedown they have no business there."""
    for pattern in (f"{reference}.*", "list.*"):
        for path in _folder().glob(pattern):
            path.unlink(missing_ok=True)


def forget_taken_down(sender: Any, *, case: Case, **_rest: Any) -> None:
    transaction.on_commit(partial(forget, case.reference))


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "documents"


@cache
def _source(template: str) -> str:
    return typesetting.source(TYPST / "look.typ", TYPST / template)


# --- The documents, in the active language


def sheet_of(reading: Reading) -> Document:
    """The case page, on paper."""
    data, missing = typesetting.legible(Sheet(reading).data())
    if missing:
        data["closing"].append(_missing(missing))
    return Document(f"{reading.case.reference}.{languages.active()}.sheet", "sheet.typ", data)


def list_of(publications: Sequence[Publication]) -> Document:
    """The List: all that can be read, in one document."""
    title, newest = _("The List"), _newest(publications)
    changed = [_dated(_("last changed on %(date)s"), newest.isoformat())] if newest else []
    data, missing = typesetting.legible(
        {
            "language": languages.active(),
            "name": title,
            "count": ngettext("%(number)s published case", "%(number)s published cases", len(publications))
            % {"number": len(publications)},
            "about": _("Each case stands here with what its page says in short; the page has the sources."),
            "date": _parts(newest) if newest else None,
            "stamp": [title, *changed, settings.SITE_URL + reverse("cases_list")],
            "cases": [_listed(publication) for publication in publications],
            "closing": [],
        }
    )
    if missing:
        data["closing"].append(_missing(missing))
    return Document(f"list.{languages.active()}", "list.typ", data)


def card_of(publication: Publication) -> Document:
    """The picture that other sites show beside a link to the case: words alone, nobody's face."""
    content = publication.content
    title = said(content["title"], source=content["written_in"])
    data, _nobody_reads_a_card_for_its_rarest_character = typesetting.legible(
        {
            "language": title.language,
            "title": title.text,
            "standings": _standings(publication),
            "reference": content["reference"],
            "as_of": _dated(_("Information as of %(date)s"), content["as_of"]),
            "own_language": languages.active(),
        }
    )
    return Document(f"{content['reference']}.{languages.active()}.card", "card.typ", data, suffix="png")


def _listed(publication: Publication) -> Content:
    content = publication.content
    title, summary = (said(content[name], source=content["written_in"]) for name in ("title", "summary"))
    return {
        "title": _run(title),
        "standings": _standings(publication),
        "row": _row(
            content["reference"],
            *_paragraphs(summary),
            _line(
                _dated(_("Information as of %(date)s"), content["as_of"]),
                _version(publication),
                publication.digest[:STAMPED],
                small=True,
            ),
            _line(url=address_of(content["reference"]), small=True),
        ),
    }


def _newest(publications: Sequence[Publication]) -> dt.date | None:
    return max((publication.published_at.date() for publication in publications), default=None)


def _missing(characters: list[str]) -> Content:
    """What is shown as an empty box, by its code point: the reader can look it up."""
    codes = [" ".join(f"U+{ord(sign):04X}" for sign in cluster) for cluster in characters]
    words = _("Our fonts lack these characters; in this document they are shown as %(box)s:") % {
        "box": typesetting.MISSING
    }
    return _section(_("Characters"), notes=[_line(f"{words} {', '.join(codes)}", small=True)])


# --- One case


class Sheet:
    """The parts of one case, as rows with something in the margin and lines beside it."""

    def __init__(self, reading: Reading) -> None:
        self.publication = reading.publication
        self.content = reading.publication.content
        self.editions = reading.editions
        published = self.publication.published_at.date()
        self.page = CasePage(self.content, language=languages.active(), today=published, related=reading.related)

    def data(self) -> Content:
        content = self.content
        title = self._say(content["title"])
        return {
            "language": languages.active(),
            "name": f"{content['reference']}: {title}",
            "date": _parts(self.publication.published_at.date()),
            "kind": _capital(str(Case.Kind(content["kind"]).label)),
            "reference": content["reference"],
            "title": _run(title),
            "standings": _standings(self.publication),
            "notes": [_line(note, small=True) for note in self._notes()],
            "summary": _paragraphs(self._say(content["summary"]), cites=content["cites"]),
            "sections": [section for section in self._sections() if section["rows"] or section["notes"]],
            "sources": _section(_("Sources"), map(self._source, content["sources"])),
            "closing": [self._changes(), self._about_this_sheet()],
            "stamp": self._stamp(),
        }

    def _stamp(self) -> list[str]:
        return [
            self.content["reference"],
            _version(self.publication),
            self.publication.digest[:STAMPED],
            _dated(_("information as of %(date)s"), self.content["as_of"]),
            address_of(self.content["reference"]),
        ]

    def _notes(self) -> Iterator[str]:
        yield ". ".join(
            filter(
                None,
                [
                    self.page.people if any(member["statuses"] for member in self.content["members"]) else "",
                    _dated(_("Information as of %(date)s"), self.content["as_of"]),
                    _dated(_("Last verified on %(date)s"), self.content["last_verified"]),
                ],
            )
        )
        if not self.page.is_translated:
            yield _(
                "This case has not been translated into this language; what is missing stands here as it was written."
            )
        elif self.page.is_old:
            yield _("This translation is older than the text that it was made from.")

    def _sections(self) -> Iterator[Content]:
        """In the order of the page."""
        page, people = self.page, self.content["people"]
        note, story = self._say(people["note"]), self._say(self.content["story"])
        about_people = [_line(note, cites=people["cites"])] if note else []
        yield _section(pgettext("case", "People"), map(self._member, page.members), notes=about_people)
        yield _section(_("What happened"), map(self._event, page.events), notes=_paragraphs(story))
        yield _section(_("Where accounts differ"), map(self._dispute, page.disputes))
        yield _section(_("Who holds responsibility"), map(self._involvement, page.involvements))
        yield _section(_("Who asked for them"), map(self._intervention, page.interventions))
        yield _section(_("The law"), map(self._law, page.law))
        yield _section(_("News"), map(self._update, self.content["updates"]))
        yield _section(_("Related cases"), map(self._related, page.related))

    def _member(self, member: Content) -> Content:
        label, many = self._say(member["label"]), member["people"]
        about = [
            ngettext("%(number)s person", "%(number)s people", many) % {"number": many} if many > 1 else "",
            member["age_words"],
            str(Member.Sex(member["sex"]).label) if member["sex"] else "",
            _("minor") if member["minor"] else "",
            _("citizen of %(state)s") % {"state": self._state(member["citizenship"])} if member["citizenship"] else "",
            str(Member.Tier(member["tier"]).label),
        ]
        return _row(
            label,
            _line(*about, cites=member["cites"], small=True),
            *(_line(row["label"], self._date(row["date"]), cites=row["cites"]) for row in member["statuses"]),
        )

    def _event(self, event: Content) -> Content:
        place = [str(Event.Kind(event["kind"]).label), event["where"], event["route"]]
        concerned = [self._say(label) for label in event["concerned"]]
        return _row(
            self._date(event["date"]),
            _line(*place, small=True),
            _line(self._say(event["what"]), cites=event["cites"]),
            *([_line(*concerned, small=True)] if concerned else []),
            *(self._cited_law(law) for law in event["law"]),
        )

    def _cited_law(self, law: Content) -> Content:
        """The article that bound the State on that day, and what it reserved."""
        held = _("%(instrument)s, article %(article)s, bound %(state)s since %(date)s") % {
            "instrument": self._say(law["instrument"]),
            "article": law["article"],
            "state": self._state(law["state"]),
            "date": self._date(law["since"]),
        }
        reserved = [self._say(what) for what in law["reservations"]]
        return _line(held, self._say(law["gist"]), self._say(law["why"]), *reserved, cites=law["cites"], small=True)

    def _dispute(self, dispute: Dispute) -> Content:
        lines = [_line(", ".join(dispute.about), small=True)]
        for answer in dispute.answers:
            for claim in answer["claims"]:
                source = claim["source"]["csl"]
                said_by = Said(source.get("publisher") or source["title"], _code(claim["language"]))
                what, where = self._say(answer["said"]) or answer["shown"], self._say(claim["locator"])
                lines.append(_line(what, said_by, where, cites=claim["cites"]))
                if claim["quotation"]:
                    lines.append(_line(Said(f"“{claim['quotation']}”", _code(claim["language"])), small=True))
            if answer["chosen"]:
                lines.append(_line(_("This page follows it."), small=True))
                lines.append(_line(self._say(answer["why"]), small=True))
        return _row(_capital(dispute.field), *lines)

    def _involvement(self, each: Content) -> Content:
        position = self._say(each["position"])
        return _row(
            self._say(each["authority"]),
            _line(
                each["label"],
                each["state"],
                each["official"],
                self._date(each["date"], ""),
                small=True,
            ),
            _line(position, cites=each["cites"]) if position else _line(_("No statement known."), cites=each["cites"]),
        )

    def _intervention(self, each: Content) -> Content:
        by, asked = self._say(each["by"]), self._say(each["asked"])
        answer = self._say(each["answer"])
        return _row(
            self._date(each["date"]),
            _line(Said(f"{by} → {asked}", by.language) if asked else by, small=True),
            _line(self._say(each["what"]), cites=each["cites"]),
            _line(_capital(each["label"]), answer),
        )

    def _law(self, state: Content) -> Content:
        lines = []
        for row in state["bound"]:
            since = _("bound since %(date)s") % {"date": self._date(row["in_force_from"])}
            lines.append(_line(self._say(row["name"]), row["how_label"], since, cites=row["cites"]))
            lines += [_line(self._say(what), small=True) for what in row["reservations"]]
        lines += [_line(self._say(row["name"]), row["how_label"], cites=row["cites"]) for row in state["unbound"]]
        return _row(state["state"], *lines)

    def _update(self, update: Content) -> Content:
        return _row(
            self._date(update["day"]),
            _line(self._say(update["title"])),
            *_paragraphs(self._say(update["body"]), cites=update["cites"]),
        )

    def _related(self, other: Content) -> Content:
        return _row(
            other["reference"], _line(self._say(other["title"])), _line(url=address_of(other["reference"]), small=True)
        )

    def _source(self, source: Content) -> Content:
        csl = source["csl"]
        language = _code(csl.get("language", ""))
        authors = "; ".join(author["literal"] for author in csl.get("author", []))
        named = [authors, csl["title"], csl.get("publisher", ""), csl.get("number", "")]
        about = [
            str(Source.Type(csl["type"]).label),
            self._date(source["issued"]),
            _("reliability %(letter)s") % {"letter": source["reliability"]},
        ]
        addresses = dict.fromkeys(filter(None, [csl.get("URL"), source["archive_url"]]))
        return _row(
            str(source["n"]),
            _line(*(Said(name, language) for name in named if name)),
            _line(*about, small=True),
            *(_line(url=url, small=True) for url in addresses),
            source=source["n"],
        )

    def _changes(self) -> Content:
        return _section(_("Changes"), map(self._edition, self.editions))

    def _edition(self, edition: Edition) -> Content:
        note = self._say(dict(edition.note)) or (_("First publication.") if edition.number == 1 else "")
        what = [edition.digest[:STAMPED], _("correction") if edition.is_correction else ""]
        if edition.is_gone:
            what, note = [_("No longer public.")], ""
        published = _dated(_("published on %(date)s"), edition.published_at.date().isoformat())
        return _row(
            str(edition.number),
            _line(published, *what, small=True),
            _line(note),
        )

    def _about_this_sheet(self) -> Content:
        permanent = reverse("case_publication", args=[self.content["reference"], self.publication.number])
        words = _("This sheet is made from one publication alone. Whether it is still the newest, its page says.")
        digest = f"SHA-256 {self.publication.digest[:32]} {self.publication.digest[32:]}"
        return _section(
            _("This sheet"),
            notes=[
                _line(words, small=True),
                _line(digest, small=True),
                _line(url=settings.SITE_URL + permanent, small=True),
            ],
        )

    def _say(self, words: Content | None) -> Said:
        return said(words or {}, source=self.content["written_in"])

    def _state(self, code: str) -> str:
        return countries.name_of(code) if code else ""

    def _date(self, text: str | None, unknown: str | None = None) -> str:
        return dates.shown(text) if text else (_("no date known") if unknown is None else unknown)


# --- What the templates are made of


def address_of(reference: str) -> str:
    return settings.SITE_URL + reverse("case", args=[reference])


def _standings(publication: Publication) -> list[str]:
    """What became of them, without the days counted since: paper does not count on."""
    content = publication.content
    standings = status.standings(content["members"], publication.published_at.date())
    return [standing.sentence for standing in standings] or [how_many(content["people"])]


def _version(publication: Publication) -> str:
    return _("publication %(number)s") % {"number": publication.number}


def _dated(words: str, day: str | None) -> str:
    return words % {"date": dates.shown(day)} if day else ""


def _parts(day: dt.date) -> list[int]:
    return [day.year, day.month, day.day]


def _section(heading: str, rows: Iterable[Content] = (), *, notes: Iterable[Content] = ()) -> Content:
    return {"heading": heading, "rows": list(rows), "notes": list(notes)}


def _row(margin: Said | str, *lines: Content, source: int | None = None) -> Content:
    return {"margin": _run(margin), "lines": [line for line in lines if line["runs"] or line["url"]], "source": source}


def _line(*runs: Said | str, cites: Iterable[int] = (), small: bool = False, url: str = "") -> Content:
    return {"runs": [_run(run) for run in runs if run], "cites": list(cites), "small": small, "url": url}


def _paragraphs(words: Said, *, cites: Iterable[int] = ()) -> list[Content]:
    """One line each; the sources stand behind the last."""
    texts = [text.strip() for text in re.split(r"\n\s*\n", words.text) if text.strip()]
    last = len(texts)
    return [
        _line(Said(text, words.language), cites=cites if place == last else ()) for place, text in enumerate(texts, 1)
    ]


def _run(words: Said | str) -> dict[str, str]:
    return {"text": str(words), "lang": words.language if isinstance(words, Said) else languages.active()}


def _code(language: str) -> str:
    """A language as typst takes it; the reader's where the source's is unknown."""
    found = _CODE.match(language.lower())
    return found.group() if found else languages.active()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
