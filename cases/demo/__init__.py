"""The demonstration's cases: real facts with their sources, written, reviewed and published by invented people."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

from accounts.models import User
from cases import actions, law
from cases.models import (
    Article,
    Authority,
    Case,
    Claim,
    Decision,
    Event,
    Intervention,
    Involvement,
    Member,
    Source,
    Status,
    Update,
)
from cases.models.entries import Versioned
from face.words import Words, made

FOLDER = Path(__file__).parent
REVIEW_AFTER = dt.timedelta(days=180)
WHY_AGAIN = made(en="Names the cases that belong with this one.", ko="이 사건과 관련된 다른 사건을 함께 적었습니다.")

Row = Mapping[str, Any]
Saved = TypeVar("Saved", bound=Versioned)


@dataclass(frozen=True)
class Team:
    """Three people, because one alone can publish nothing."""

    editor: User
    reviewer: User
    protection: User


def load(team: Team, *, today: dt.date | None = None) -> list[Case]:
    """The cases that were missing, written and published as people do it; one that is there stays as it is."""
    law.load()
    records = {path.stem: _read(path.stem) for path in sorted(FOLDER.glob("MNS-*.toml"))}
    present = set(Case.objects.filter(reference__in=records).values_list("reference", flat=True))
    wanted = {reference: row for reference, row in records.items() if reference not in present}
    if not wanted:
        return []
    desk = Desk(team, today or timezone.localdate())
    cases = {reference: desk.write_case(row) for reference, row in wanted.items()}
    for case in cases.values():
        desk.publish(case)
    # Only what is public can be named beside a case: each is published once more when all are.
    pairs = {frozenset((reference, other)) for reference, row in wanted.items() for other in row["related"]}
    for one, other in sorted(map(sorted, pairs)):
        if one in cases and other in cases:
            actions.relate_cases(one=cases[one], other=cases[other], by=team.editor)
    for case in Case.objects.filter(reference__in=cases, state=Case.State.DRAFT).order_by("reference"):
        desk.publish(case, note=WHY_AGAIN)
    return list(cases.values())


class Desk:
    """What the invented people do at it, verb by verb."""

    def __init__(self, team: Team, today: dt.date) -> None:
        self.team = team
        self.today = today
        self.sources = {row["id"]: self._shared(Source, row) for row in _read("sources")["sources"]}
        self.authorities = {row["id"]: self._shared(Authority, row) for row in _read("authorities")["authorities"]}

    def publish(self, case: Case, *, note: Words | None = None) -> None:
        submission = actions.submit_case(case=case, by=self.team.editor, note=note, today=self.today)
        actions.approve_case(submission=submission, role=Decision.As.REVIEWER, by=self.team.reviewer)
        actions.approve_case(submission=submission, role=Decision.As.PROTECTION, by=self.team.protection)
        actions.publish_case(case=case, by=self.team.reviewer, today=self.today)

    def write_case(self, row: Row) -> Case:
        editor, year = self.team.editor, int(row["reference"].split("-")[1])
        case = actions.open_case(by=editor, kind=row["kind"], title=row["title"]["en"], written_in="en", year=year)
        for name, value in _columns(Case, row).items():
            setattr(case, name, value)
        case.last_verified, case.next_review = self.today, self.today + REVIEW_AFTER
        actions.save_entry(entry=case, by=editor, seen=case.version)
        self._write_claims(case, row)
        members = {each["id"]: self._entry(case, Member, each) for each in row["members"]}
        for each in row["statuses"]:
            for member in each["members"]:
                self._write_status(members[member], each)
        events = {}
        for each in row["events"]:
            here = [members[member] for member in each.get("members", [])]
            event = events[each["id"]] = self._entry(case, Event, each, links={"members": here})
            self._cite_law(event, each)
        for each in row.get("involvements", []):
            authority = self.authorities[each["authority"]]
            self._entry(case, Involvement, each, authority=authority, event=events[each["event"]])
        for each in row.get("interventions", []):
            asked = self.authorities[each["asked"]] if "asked" in each else None
            self._entry(case, Intervention, each, by=self.authorities[each["by"]], asked=asked)
        for each in row.get("updates", []):
            self._entry(case, Update, each)
        self._sign_best_interests(case, row["best_interests"])
        return case

    def _write_status(self, member: Member, row: Row) -> Status:
        status = actions.record_status(
            member=member, kind=row["kind"], date=row["date"], to_state=row.get("to_state", ""), by=self.team.editor
        )
        self._write_claims(status.case, row, status=status)
        return status

    def _cite_law(self, event: Event, row: Row) -> None:
        for each in row.get("citations", []):
            code, number = each["article"].split("/")
            article = Article.objects.get(instrument__code=code, number=number)
            actions.cite_law(
                event=event, article=article, state=each["state"], why=made(**each["why"]), by=self.team.editor
            )

    def _sign_best_interests(self, case: Case, row: Row) -> None:
        """Nobody in these cases can be asked, so two people answer for what is told."""
        note = actions.sign_best_interests(
            case=case, by=self.team.editor, scopes=row["scopes"], reasons=row["reasons"].strip()
        )
        actions.countersign_best_interests(note=note, by=self.team.protection)

    def _entry(
        self, case: Case, model: type[Saved], row: Row, *, links: Mapping[str, list[Any]] | None = None, **related: Any
    ) -> Saved:
        entry = self._save(model(case=case, **_columns(model, row), **related), links=links)
        self._write_claims(case, row, **{str(model._meta.model_name): entry})
        return entry

    def _write_claims(self, case: Case, row: Row, **subject: Any) -> None:
        for each in row["claims"]:
            self._save(Claim(case=case, source=self.sources[each["source"]], **_columns(Claim, each), **subject))

    def _shared(self, model: type[Saved], row: Row) -> Saved:
        """A source or an authority may be there from another case."""
        columns = _columns(model, row)
        return model._default_manager.filter(**columns).first() or self._save(model(**columns))

    def _save(self, entry: Saved, *, links: Mapping[str, list[Any]] | None = None) -> Saved:
        # Choices, lengths, dates and words; what rows must be to each other the database checks.
        entry.clean_fields(exclude={field.name for field in entry._meta.fields if field.is_relation})
        actions.save_entry(entry=entry, by=self.team.editor, links=links)
        return entry


def _columns(model: type[models.Model], row: Row) -> dict[str, Any]:
    """What the file says of the row itself; rows that it refers to are looked up by whoever calls."""
    names = {field.name for field in model._meta.concrete_fields if not (field.is_relation or field.primary_key)}
    return {name: made(**said) if isinstance(said, dict) else said for name, said in row.items() if name in names}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
