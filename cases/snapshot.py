"""What of a record becomes public: built field by field from an allow-list, so that nothing else can slip out.

The shape is described in docs/publications.md; `FORMAT` counts its changes. The content depends on the record alone,
never on the day or the reader: the same record has the same digest.
"""

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from django.conf import settings

from cases.models import (
    Adherence,
    Case,
    Citation,
    Claim,
    Event,
    Instrument,
    Intervention,
    Involvement,
    Member,
    Reservation,
    Source,
    Status,
    Update,
)
from cases.models.source import SUBJECTS
from face.words import Words, write

FORMAT = 2
Content = dict[str, Any]

# Of the Admiralty code: doubtful and improbable claims protect nobody.
_NOT_CREDIBLE = (Claim.Credibility.DOUBTFUL, Claim.Credibility.IMPROBABLE)
ADULT = 18


def build(case: Case, *, note: Words | None = None, is_correction: bool = False) -> Content:
    """The public content of the record as it is now. The number of queries does not grow with the record."""
    return content_of(Record(case), note=note, is_correction=is_correction)


def content_of(record: "Record", *, note: Words | None = None, is_correction: bool = False) -> Content:
    """The same of a record that is fetched already."""
    case = record.case
    return {
        "format": FORMAT,
        "reference": case.reference,
        "kind": case.kind,
        "written_in": case.written_in,
        "languages": [code for code, _name in settings.LANGUAGES if code in case.title and code in case.summary],
        "people": {"min": case.people_min, "max": case.people_max, "note": case.people_note}
        | record.evidence_for(None, field=Claim.Field.PEOPLE),
        "title": case.title,
        "summary": case.summary,
        "story": case.story,
        "cites": record.cites_of(None),
        "monitoring": case.monitoring,
        "as_of": _day(case.as_of),
        "last_verified": _day(case.last_verified),
        "members": [record.member(member) for member in record.members],
        "events": [record.event(event) for event in record.events],
        "involvements": [record.involvement(each) for each in record.involvements],
        "interventions": [record.intervention(each) for each in record.interventions],
        "law": record.law(),
        "media": record.media(),
        "updates": [record.update(each) for each in record.updates],
        "related": [{"reference": other.reference, "title": other.title} for other in record.related],
        "sources": [_source(number, source) for source, number in record.numbered()],
        "note": dict(note or {}),
        "is_correction": is_correction,
    }


def in_present_format(content: Content) -> Content:
    """The content of any publication as `content_of` makes it now. In format 1 claims spoke one language."""
    if content["format"] == FORMAT:
        return content
    return dict(_with_claims_in_words(content, content["written_in"]), format=FORMAT)


def _with_claims_in_words(part: Any, language: str) -> Any:
    if isinstance(part, list):
        return [_with_claims_in_words(each, language) for each in part]
    if not isinstance(part, dict):
        return part
    if "credibility" not in part:
        return {name: _with_claims_in_words(each, language) for name, each in part.items()}
    said = {name: write({}, language, part[name], source=language) for name in ("value", "locator", "why")}
    return part | {"value": "", "said": said["value"], "locator": said["locator"], "why": said["why"]}


def canonical(content: Content) -> bytes:
    """The bytes that the digest is taken of: keys sorted, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: Content) -> str:
    return sha256(canonical(content)).hexdigest()


def is_minor(member: Member, claims: Iterable[Claim]) -> bool:
    """Whether anything credible says that this person, or one of those counted here, was under 18 at the event."""
    youngest = member.age_min if member.age_min is not None else member.age_max
    if youngest is not None and youngest < ADULT:
        return True
    return any(_says_minor(claim) for claim in claims if claim.credibility not in _NOT_CREDIBLE)


def _says_minor(claim: Claim) -> bool:
    if claim.field == Claim.Field.MINOR:
        return claim.value == "yes"
    # In words alone, "14 months" is an age as well.
    told = claim.value or claim.in_words("said", claim.source_language).text
    ages = re.findall(r"\d+", told) if claim.field == Claim.Field.AGE else []
    return bool(ages) and (int(ages[0]) < ADULT or "month" in told.lower())


class Record:
    """The rows of one case, fetched once, and what may be said of each."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.members = list(case.members.all())
        self.events = list(case.events.prefetch_related("members"))
        self.involvements = list(case.involvements.select_related("authority"))
        self.interventions = list(case.interventions.select_related("by", "asked"))
        self.updates = list(case.updates.all())
        # Only what the public can read already, so that no draft is announced.
        self.related = Case.objects.live().related_to(case).order_by("reference")
        self._statuses: dict[int, list[Status]] = defaultdict(list)
        for status in case.statuses.standing():
            self._statuses[status.member_id].append(status)
        self._claims: dict[tuple[str, int] | None, list[Claim]] = defaultdict(list)
        for claim in case.claims.filter(source__confidential=False).select_related("source"):
            self._claims[_subject(claim)].append(claim)
        self._numbers = _number(claim.source for claims in self._claims.values() for claim in claims)
        self._member_ids = {member.pk: place for place, member in enumerate(self.members, 1)}
        self._event_ids = {event.pk: place for place, event in enumerate(self.events, 1)}
        self.citations: dict[int, list[Citation]] = defaultdict(list)
        for citation in case.citations.select_related("article__instrument"):
            self.citations[citation.event_id].append(citation)
        self._laws = self._law_of_the_states()

    # --- what stands behind a row

    def claims_about(self, row: Any) -> list[Claim]:
        return self._claims[None if row is None else (row._meta.model_name, row.pk)]

    def cites_of(self, row: Any, *, field: str = "") -> list[int]:
        """The sources that stand behind what the page says of the row (all of it, or one field), by their numbers."""
        disputed = {entry["field"] for entry in self.disputed(row)}
        return sorted(
            {
                self._numbers[claim.source_id]
                for claim in self.claims_about(row)
                if (claim.field == field or (row is not None and not field))
                and (claim.chosen or claim.field not in disputed)
            }
        )

    def disputed(self, row: Any) -> list[dict[str, Any]]:
        """The fields of the row about which its sources differ, each with all that is said."""
        by_field: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims_about(row):
            if claim.field:
                by_field[claim.field].append(claim)
        return [
            {"field": field, "claims": [self._claim(claim) for claim in claims]}
            for field, claims in sorted(by_field.items())
            if len({claim.fact for claim in claims}) > 1
        ]

    def published_claims(self) -> list[Claim]:
        """Those whose words the page shows: of the facts about which sources differ."""
        return [
            claim
            for claims in self._claims.values()
            for claim in claims
            if claim.field and len({other.fact for other in claims if other.field == claim.field}) > 1
        ]

    def evidence_for(self, row: Any, *, field: str = "") -> Content:
        disputed = self.disputed(row)
        return {
            "cites": self.cites_of(row, field=field),
            "disputed": [entry for entry in disputed if not field or entry["field"] == field],
        }

    def _claim(self, claim: Claim) -> Content:
        return {
            "value": claim.value,
            "said": claim.said,
            "source": self._numbers[claim.source_id],
            "quotation": claim.quotation,
            "locator": claim.locator,
            "credibility": claim.credibility,
            "chosen": claim.chosen,
            "why": claim.why_chosen if claim.chosen else {},
        }

    def numbered(self) -> Iterable[tuple[Source, int]]:
        sources = {claim.source_id: claim.source for claims in self._claims.values() for claim in claims}
        for adherence in self._adherences.values():
            if not adherence.source.confidential:
                sources[adherence.source_id] = adherence.source
        return sorted(((source, self._numbers[pk]) for pk, source in sources.items()), key=lambda pair: pair[1])

    # --- the rows

    def member(self, member: Member) -> Content:
        age = {"min": member.age_min, "max": member.age_max, "estimated": member.age_estimated}
        has_age = member.age_min is not None or member.age_max is not None
        return {
            "id": self._member_ids[member.pk],
            "label": member.label,
            "people": member.people,
            "tier": member.tier,
            "age": age if has_age else None,
            "minor": is_minor(member, self.claims_about(member)),
            "sex": member.sex,
            "citizenship": member.citizenship,
            "statuses": [
                {"kind": status.kind, "date": status.date, "to_state": status.to_state} | self.evidence_for(status)
                for status in self._statuses[member.pk]
            ],
        } | self.evidence_for(member)

    def event(self, event: Event) -> Content:
        return {
            "id": self._event_ids[event.pk],
            "kind": event.kind,
            "date": event.date,
            "earliest": _day(event.date_earliest),
            "latest": _day(event.date_latest),
            "what": event.what,
            "country": event.country,
            "place": event.place,
            "precision": event.precision,
            "from_state": event.from_state,
            "to_state": event.to_state,
            "members": sorted(self._member_ids[member.pk] for member in event.members.all()),
            "law": [
                self._cited(citation)
                for citation in self.citations[event.pk]
                # Where the data on the treaty is gone, the gate says so.
                if (citation.state, citation.article.instrument_id) in self._adherences
            ],
        } | self.evidence_for(event)

    def involvement(self, each: Involvement) -> Content:
        return {
            "authority": each.authority.name,
            "authority_kind": each.authority.kind,
            "country": each.authority.country,
            "role": each.role,
            "event": self._event_ids.get(each.event_id) if each.event_id else None,
            "position": each.position,
            "date": each.date,
            "official": each.official,
        } | self.evidence_for(each)

    def intervention(self, each: Intervention) -> Content:
        return {
            "by": each.by.name,
            "asked": each.asked.name if each.asked else None,
            "date": each.date,
            "what": each.what,
            "outcome": each.outcome,
            "answer": each.answer,
        } | self.evidence_for(each)

    def update(self, each: Update) -> Content:
        return {"day": _day(each.day), "title": each.title, "body": each.body, "cites": self.cites_of(each)}

    def media(self) -> list[Content]:
        return [
            {
                "file": picture.derivative,
                "width": picture.derivative_width,
                "height": picture.derivative_height,
                "alt": picture.alt,
                "credit": picture.credit,
                "licence": picture.licence,
            }
            for picture in self.case.media.exclude(derivative="")
        ]

    # --- the law

    def _law_of_the_states(self) -> list[Instrument]:
        states = {state for event in self.events for state in (event.country, event.from_state, event.to_state)}
        states |= {each.authority.country for each in self.involvements}
        states |= {citation.state for citations in self.citations.values() for citation in citations}
        adherences = Adherence.objects.filter(state__in=states - {""}).select_related("instrument", "source")
        self._adherences = {(each.state, each.instrument_id): each for each in adherences}
        self._reservations: dict[int, list[Reservation]] = defaultdict(list)
        for reservation in Reservation.objects.filter(adherence__in=self._adherences.values()):
            self._reservations[reservation.adherence_id].append(reservation)
        for each in self._adherences.values():
            if not each.source.confidential:
                self._numbers.setdefault(each.source_id, len(self._numbers) + 1)
        return sorted({each.instrument for each in self._adherences.values()}, key=lambda law: (law.adopted_on, law.pk))

    def law(self) -> list[Content]:
        """What each State that appears is bound by, and what not."""
        return [
            {
                "state": state,
                "instrument": law.short_name,
                "name": law.name,
                "code": law.code,
                "how": adherence.kind,
                "in_force_from": _day(adherence.in_force_from),
                "in_force_until": _day(adherence.in_force_until),
                "reservations": [each.what for each in self._reservations[adherence.pk]],
                "cites": self._cites(adherence.source),
            }
            for state in sorted({state for state, _law in self._adherences})
            for law in self._laws
            if (adherence := self._adherences.get((state, law.pk)))
        ]

    def _cited(self, citation: Citation) -> Content:
        article, law = citation.article, citation.article.instrument
        adherence = self._adherences[citation.state, law.pk]
        return {
            "instrument": law.short_name,
            "name": law.name,
            "code": law.code,
            "article": article.number,
            "gist": article.gist,
            "state": citation.state,
            "since": _day(adherence.in_force_from),
            "how": adherence.kind,
            "why": citation.why,
            "reservations": [each.what for each in self._reservations[adherence.pk] if each.article_id == article.pk],
            "cites": self._cites(adherence.source),
        }

    def _cites(self, source: Source) -> list[int]:
        return [] if source.confidential else [self._numbers[source.pk]]


def _subject(claim: Claim) -> tuple[str, int] | None:
    return next(((name, pk) for name in SUBJECTS if (pk := getattr(claim, f"{name}_id"))), None)


def _number(sources: Iterable[Source]) -> dict[int, int]:
    """Numbers from 1, in the order of the sources' dates; those without a date come last."""
    ordered: Sequence[Source] = sorted(
        {source.pk: source for source in sources}.values(),
        key=lambda source: (source.date_earliest or dt.date.max, source.pk),
    )
    return {source.pk: number for number, source in enumerate(ordered, 1)}


def _source(number: int, source: Source) -> Content:
    """As CSL-JSON, and what CSL has no word for."""
    csl = {
        "id": str(number),
        "type": source.type,
        "title": source.title,
        "publisher": source.publisher,
        "author": [{"literal": source.author}] if source.author else [],
        "issued": _date_parts(source),
        "accessed": {"date-parts": [_parts(source.accessed_on)]} if source.accessed_on else None,
        "language": source.language,
        "number": source.number,
        "URL": source.url,
        "archive": source.archive_url,
    }
    return {
        "n": number,
        "csl": {name: value for name, value in csl.items() if value},
        "issued": source.date,
        "reliability": source.reliability,
        "archive_url": source.archive_url,
    }


def _date_parts(source: Source) -> dict[str, Any] | None:
    """CSL's dates know years, months and days, and intervals of them; what is more doubtful is said in words."""
    if not source.date:
        return None
    if re.fullmatch(r"\d{4}(-\d{2}){0,2}(/\d{4}(-\d{2}){0,2})?", source.date):
        return {"date-parts": [[int(part) for part in day.split("-")] for day in source.date.split("/")]}
    return {"literal": source.date}


def _parts(day: dt.date) -> list[int]:
    return [day.year, day.month, day.day]


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
