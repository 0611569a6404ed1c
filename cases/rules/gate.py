"""The publish gate: what a record lacks, each with the field that mends it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import dates
from cases.models import Adherence, Case, Citation, Claim, Event, Status
from cases.rules.consents import consent_gaps
from cases.rules.findings import Finding
from cases.rules.law import why_not_binding
from cases.snapshot import Record, content_of, is_minor
from face.words import WordsField, is_old

# What a claim can be about, by the column that it stands behind; the columns of a row that are published.
_CLAIMED = {
    "member": {"age": "age_min", "sex": "sex", "citizenship": "citizenship"},
    "status": {"date": "date", "to_state": "to_state"},
    "event": {"date": "date", "place": "place", "from_state": "from_state", "to_state": "to_state"},
    "involvement": {"role": "role", "position": "position", "date": "date"},
    "intervention": {"outcome": "outcome", "date": "date"},
    "update": {},
}
# The events that a status says have happened, and the other way round for the order of things.
_BROUGHT_BY = {
    Status.Kind.DETAINED: {Event.Kind.ARREST, Event.Kind.DETENTION},
    Status.Kind.HANDED_OVER: {Event.Kind.HANDOVER},
    Status.Kind.RETURNED: {Event.Kind.RETURN},
    Status.Kind.DISAPPEARED: {Event.Kind.DISAPPEARANCE},
    Status.Kind.RELEASED: {Event.Kind.RELEASE},
    Status.Kind.DECEASED: {Event.Kind.DEATH},
}
_AFTER_ARREST = {Event.Kind.HANDOVER, Event.Kind.RETURN, Event.Kind.RELEASE}


def gate(case: Case, today: dt.date) -> list[Finding]:
    """All that stands between the record and its publication. The number of queries does not grow with the record."""
    facts = Facts(case)
    return [
        *_words(case),
        *_untranslated(facts),
        *_days_of_the_case(facts, today),
        *_people(facts),
        *_uncited(facts),
        *_contradictions(facts),
        *consent_gaps(case, content_of(facts), today),
        *_pictures(facts),
        *_dates(facts, today),
        *_order(facts),
        *_law(facts),
    ]


class Facts(Record):
    """The record with what only the gate asks of it."""

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.statuses = list(case.statuses.standing())
        self.statuses_of: dict[int, list[Status]] = defaultdict(list)
        by_pk = {member.pk: member for member in self.members}
        for status in self.statuses:
            status.member = by_pk[status.member_id]
            self.statuses_of[status.member_id].append(status)
        # The members that an event is about, by its key.
        self.whom = {event.pk: {member.pk for member in event.members.all()} or set(by_pk) for event in self.events}

    @property
    def rows(self) -> list[Any]:
        """Whatever says something of its own on the page."""
        facts = [*self.events, *self.involvements, *self.interventions, *self.updates]
        return [*self.members, *self.statuses, *facts]


def _found(what: str, row: Model, field: str = "", *, blocking: bool = True) -> Finding:
    return Finding(what, str(row._meta.model_name), row.pk, field, blocking)


# --- what the page says of the case


def _words(case: Case) -> Iterator[Finding]:
    language = {"language": case.get_written_in_display()}
    if case.written_in not in case.title:
        what = _("The title is missing in the language of the case (%(language)s).")
        yield _found(what % language, case, "title")
    if case.written_in not in case.summary:
        yield _found(
            _("The summary is missing in the language of the case (%(language)s).") % language, case, "summary"
        )
    for field in ("title", "summary", "story"):
        words = getattr(case, field)
        for code in words:
            if is_old(words, code, source=case.written_in):
                what = _("This text has changed since it was translated (%(language)s).") % {"language": code}
                yield _found(what, case, field, blocking=False)


def _untranslated(facts: Facts) -> Iterator[Finding]:
    """Texts that readers of a language in which the case can be read would get in another one."""
    case = facts.case
    citations = chain.from_iterable(facts.citations.values())
    rows = [case, *facts.rows, *citations, *facts.published_claims(), *case.media.all()]
    texts = [
        getattr(row, field.name)
        for row in rows
        for field in row._meta.concrete_fields
        if isinstance(field, WordsField) and case.written_in in getattr(row, field.name)
    ]
    for code, name in settings.LANGUAGES:
        number = sum(code not in words for words in texts)
        if number and code in case.title and code in case.summary:
            what = ngettext(
                "%(number)s text is missing in this language: %(language)s.",
                "%(number)s texts are missing in this language: %(language)s.",
                number,
            )
            yield Finding(what % {"number": number, "language": name}, "texts", None, code, blocking=False)


def _days_of_the_case(facts: Facts, today: dt.date) -> Iterator[Finding]:
    case = facts.case
    if case.as_of is None:
        yield _found(_("Say as of when the information holds."), case, "as_of")
    elif case.as_of > today:
        yield _found(_("“Information as of” lies in the future."), case, "as_of")
    if case.last_verified is None:
        yield _found(_("Say when it was last verified."), case, "last_verified")
    elif case.last_verified > today:
        yield _found(_("“Last verified” lies in the future."), case, "last_verified")
    if case.monitoring != Case.Monitoring.CLOSED:
        if case.next_review is None:
            yield _found(_("Say when the case is to be reviewed next."), case, "next_review")
        elif case.next_review <= today:
            yield _found(_("The review was due on %(day)s.") % {"day": _shown(case.next_review)}, case, "next_review")
    dated: list[Any] = [*facts.events, *facts.statuses]
    happened = [row.date_earliest for row in dated if row.date_earliest]
    last = max([*happened, *(update.day for update in facts.updates)], default=None)
    if case.as_of and last and last > case.as_of:
        said = {"day": _shown(last), "as_of": _shown(case.as_of)}
        yield _found(
            _("Something happened on %(day)s, after the day as of which the information holds (%(as_of)s).") % said,
            case,
            "as_of",
        )


def _people(facts: Facts) -> Iterator[Finding]:
    case = facts.case
    if not facts.members:
        yield Finding(_("Nobody is in the record yet: enter each person, or how many they are."), "member", None)
    for member in facts.members:
        if not member.label:
            yield _found(_("A member has no public label."), member, "label")
        if not facts.statuses_of[member.pk]:
            yield _found(_("No status is recorded of “%(member)s”.") % {"member": member}, member, "statuses")
    counted, most = sum(member.people for member in facts.members), case.people_max or case.people_min
    said = {"counted": counted, "min": case.people_min, "max": most}
    if facts.members and counted > most:
        yield _found(
            _("The members are %(counted)s people, the case is about %(max)s at most.") % said, case, "people_max"
        )
    elif facts.members and counted < case.people_min:
        yield _found(
            _("The members are %(counted)s people, the case is about %(min)s at least.") % said,
            case,
            "people_min",
            blocking=False,
        )


# --- sources


def _uncited(facts: Facts) -> Iterator[Finding]:
    """A claim without a field stands behind its whole row."""
    behind_the_case = {claim.field for claim in facts.claims_about(None)}
    if "" not in behind_the_case:
        yield _found(_("No source stands behind the case as a whole."), facts.case, "claims")
        if Claim.Field.PEOPLE not in behind_the_case:
            yield _found(_("No source stands behind the number of people."), facts.case, "people_min")
    for row in facts.rows:
        claimed = {claim.field for claim in facts.claims_about(row)}
        if not claimed:
            yield _found(_("No source stands behind “%(row)s”.") % {"row": row}, row, "claims")
        elif "" not in claimed:
            for field, column in _CLAIMED[row._meta.model_name].items():
                if getattr(row, column) not in ("", None, {}) and field not in claimed:
                    said = {"row": row, "field": Claim.Field(field).label}
                    yield _found(_("No source stands behind the %(field)s of “%(row)s”.") % said, row, column)


def _contradictions(facts: Facts) -> Iterator[Finding]:
    for row in (None, *facts.rows):
        by_field: dict[str, list[Claim]] = defaultdict(list)
        for claim in facts.claims_about(row):
            if claim.field:
                by_field[claim.field].append(claim)
        for field, claims in by_field.items():
            chosen = next((claim for claim in claims if claim.chosen), None)
            said = {"row": row or facts.case, "field": Claim.Field(field).label}
            if len({claim.fact for claim in claims}) > 1:
                if chosen is None:
                    yield _found(
                        _("Sources differ on the %(field)s of “%(row)s”, and none is chosen.") % said,
                        claims[0],
                        "chosen",
                    )
                    continue
                if facts.case.written_in not in chosen.why_chosen:
                    what = _("Sources differ on the %(field)s of “%(row)s”: say why this one is chosen.")
                    yield _found(what % said, chosen, "why_chosen")
            if field == Claim.Field.DATE and isinstance(row, dates.Dated) and not _agree(row, chosen or claims[0]):
                yield _found(_("The date of “%(row)s” is not the one that its source gives.") % said, row, "date")


def _agree(row: Any, claim: Claim) -> bool:
    """Whether both may mean the same day; what is said in words alone is for people to judge."""
    try:
        days = dates.span(claim.value)
    except ValidationError:
        return True
    return not (_is_before(days.latest, row.date_earliest) or _is_before(row.date_latest, days.earliest))


# --- pictures


def _pictures(facts: Facts) -> Iterator[Finding]:
    for picture in facts.case.media.all():
        if not picture.derivative:
            yield _found(_("A picture has no public version yet: cover what must not be seen."), picture, "redactions")
        if facts.case.written_in not in picture.alt:
            yield _found(_("A picture has no description for people who do not see it."), picture, "alt")
        if not picture.credit:
            yield _found(_("A picture has no credit."), picture, "credit")
        if not picture.licence:
            yield _found(_("A picture has no licence."), picture, "licence")


# --- dates that contradict


def _dates(facts: Facts, today: dt.date) -> Iterator[Finding]:
    for status in facts.statuses:
        if not status.date:
            yield _found(_("“%(row)s” has no date.") % {"row": status}, status, "date")
    dated: list[Any] = [*facts.statuses, *facts.events, *facts.involvements, *facts.interventions]
    for row in dated:
        if row.date_earliest and row.date_earliest > today:
            yield _found(_("“%(row)s” lies in the future.") % {"row": row}, row, "date")
    for update in facts.updates:
        if update.day > today:
            yield _found(_("“%(row)s” lies in the future.") % {"row": update}, update, "day")
    for row in dated:
        for claim in facts.claims_about(row):
            if _is_before(claim.source.date_latest, row.date_earliest):
                said = {"row": row, "source": claim.source}
                yield _found(
                    _("“%(source)s” is older than what it stands behind: “%(row)s”.") % said,
                    claim,
                    "source",
                    blocking=False,
                )


def _order(facts: Facts) -> Iterator[Finding]:
    """Nobody is returned before they were first arrested, or dead and then released."""
    for member in facts.members:
        events = [event for event in facts.events if member.pk in facts.whom[event.pk]]
        statuses = facts.statuses_of[member.pk]
        first_arrest = _first_day(event for event in events if event.kind == Event.Kind.ARREST)
        for event in events:
            if event.kind in _AFTER_ARREST and _is_before(event.date_latest, first_arrest):
                yield _found(_("“%(row)s” lies before the arrest.") % {"row": event}, event, "date")
        for status in statuses:
            kinds = _BROUGHT_BY.get(Status.Kind(status.kind), set())
            brought = _first_day(event for event in events if event.kind in kinds)
            if _is_before(status.date_latest, brought):
                yield _found(
                    _("“%(row)s” lies before the event that brought it about.") % {"row": status}, status, "date"
                )
        yield from _order_of_statuses(statuses)


def _order_of_statuses(statuses: list[Status]) -> Iterator[Finding]:
    deaths = [status.date_latest for status in statuses if status.kind == Status.Kind.DECEASED and status.date_latest]
    returned = _first_day(status for status in statuses if status.kind == Status.Kind.RETURNED)
    for status in statuses:
        if deaths and _is_before(min(deaths), status.date_earliest):
            yield _found(_("“%(row)s” lies after the death.") % {"row": status}, status, "date")
        if status.kind == Status.Kind.DETAINED_AFTER_RETURN and _is_before(status.date_latest, returned):
            yield _found(_("“%(row)s” lies before the return.") % {"row": status}, status, "date")


def _first_day(rows: Iterable[Any]) -> dt.date | None:
    """The earliest that the first of them may have happened; None where one of them is open."""
    days = [row.date_earliest for row in rows]
    return min(days) if days and all(days) else None


def _is_before(one: dt.date | None, other: dt.date | None) -> bool:
    """Certainly: on every day that both may mean."""
    return one is not None and other is not None and one < other


def _shown(day: dt.date) -> str:
    return dates.shown(day.isoformat())


# --- the law


def _law(facts: Facts) -> Iterator[Finding]:
    citations = list(Citation.objects.filter(case=facts.case).select_related("article__instrument", "event"))
    held = Adherence.objects.filter(state__in={citation.state for citation in citations})
    adherences = {(each.state, each.instrument_id): each for each in held}
    events = {event.pk: event for event in facts.events}
    for citation in citations:
        event, article = events[citation.event_id], citation.article
        adherence = adherences.get((citation.state, article.instrument_id))
        if refusal := why_not_binding(event, article, citation.state, adherence):
            yield _found(refusal, citation, "article")
        if article.for_minors and not _has_minors(facts, event):
            said = {"article": article}
            yield _found(
                _("“%(article)s” protects minors, and nobody in this event is known to be one.") % said,
                citation,
                "article",
            )


def _has_minors(facts: Facts, event: Event) -> bool:
    whom = facts.whom[event.pk]
    return any(member.pk in whom and is_minor(member, facts.claims_about(member)) for member in facts.members)
