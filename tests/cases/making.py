"""Rows of case records for tests: each function makes one thing that works, and takes what a test wants otherwise."""

import datetime as dt
import itertools
from typing import Any

from accounts.models import User
from accounts.roles import Role
from cases.models import (
    Adherence,
    Article,
    Authority,
    Case,
    Claim,
    Consent,
    Event,
    Instrument,
    Intervention,
    Involvement,
    Media,
    Member,
    Source,
    Status,
    Update,
)
from face.words import made
from tests.factories import make_person

TODAY = dt.date(2026, 9, 1)

_numbers = itertools.count(1)


def make_officer(name: str = "Fumi") -> User:
    """A protection officer."""
    return make_person(name, role=Role.PROTECTION, is_staff=True)


def make_case(**fields: Any) -> Case:
    """A draft with nothing in it but what it is called."""
    given = {
        "reference": f"MNS-2013-{next(_numbers):03}",
        "title": made(en="Nine people, returned from Laos"),
        "summary": made(en="Nine young people were arrested in Laos and returned by force."),
        "people_min": 1,
        "as_of": dt.date(2026, 8, 1),
        "last_verified": dt.date(2026, 8, 1),
        "next_review": dt.date(2027, 2, 1),
    }
    return Case.objects.create(**{**given, **fields})


def make_member(case: Case, label: str = "the boy with the cap", **fields: Any) -> Member:
    return Member.objects.create(case=case, label=made(en=label), **fields)


def make_status(member: Member, kind: str = "returned", date: str = "2013-05-28", **fields: Any) -> Status:
    return Status.objects.create(case=member.case, member=member, kind=kind, date=date, **fields)


def make_event(case: Case, kind: str = "arrest", date: str = "2013-05-10", **fields: Any) -> Event:
    given = {"what": made(en="Police stopped their bus."), "country": "LA"}
    members = fields.pop("members", [])
    event = Event.objects.create(case=case, kind=kind, date=date, **{**given, **fields})
    event.members.set(members)
    return event


def make_source(**fields: Any) -> Source:
    given = {
        "type": "article-newspaper",
        "publisher": "The Paper",
        "title": f"Report {next(_numbers)}",
        "date": "2013-05-29",
    }
    return Source.objects.create(**{**given, **fields})


def make_claim(case: Case, source: Source | None = None, **fields: Any) -> Claim:
    """About the case as a whole, or about the row given as `member`, `status`, `event`…"""
    return Claim.objects.create(case=case, source=source or make_source(), **fields)


def make_authority(name: str = "Police of Oudomxay", **fields: Any) -> Authority:
    return Authority.objects.create(name=made(en=name), **{"kind": "police", "country": "LA", **fields})


def make_involvement(case: Case, **fields: Any) -> Involvement:
    given = {"authority": fields.pop("authority", None) or make_authority(), "role": "arrested", "date": "2013-05-10"}
    return Involvement.objects.create(case=case, **{**given, **fields})


def make_intervention(case: Case, **fields: Any) -> Intervention:
    given = {
        "by": fields.pop("by", None) or make_authority("UNHCR", kind="un", country=""),
        "what": made(en="Access to the nine."),
        "date": "2013-05-20",
        "outcome": "silence",
    }
    return Intervention.objects.create(case=case, **{**given, **fields})


def make_consent(case: Case, member: Member | None = None, **fields: Any) -> Consent:
    """To everything, on this site and in print."""
    given = {
        "scopes": ["name", "face", "age", "place", "story"],
        "channels": ["web", "print"],
        "given_by": "person",
        "how": "written",
        "given_on": dt.date(2026, 1, 1),
    }
    return Consent.objects.create(case=case, member=member, **{**given, **fields})


def make_picture(case: Case, **fields: Any) -> Media:
    given = {
        "alt": made(en="Nine young people at a table."),
        "credit": "A. Photographer",
        "licence": "CC BY 4.0",
        "original": f"{next(_numbers):064x}",
        "width": 1200,
        "height": 800,
        "derivative": f"{next(_numbers):064x}",
        "derivative_width": 1200,
        "derivative_height": 800,
    }
    shows = fields.pop("shows", [])
    picture = Media.objects.create(case=case, **{**given, **fields})
    picture.shows.set(shows)
    return picture


def make_update(case: Case, **fields: Any) -> Update:
    given = {
        "day": dt.date(2014, 3, 1),
        "title": made(en="The inquiry reports"),
        "body": made(en="They are named in it."),
    }
    return Update.objects.create(case=case, **{**given, **fields})


def make_law(
    code: str = "refugees",
    *,
    article: str = "33",
    state: str = "CN",
    since: dt.date | None = dt.date(1982, 12, 23),
    **fields: Any,
) -> Article:
    """An article, and what a State did about its treaty; without `since` the State is no party."""
    law, _made = Instrument.objects.get_or_create(
        code=code,
        defaults={
            "name": made(en=f"Convention on {code}"),
            "short_name": made(en=f"the {code} convention"),
            "adopted_on": dt.date(1951, 7, 28),
        },
    )
    Adherence.objects.create(
        instrument=law,
        state=state,
        kind="accession" if since else "none",
        in_force_from=since,
        source=make_source(type="treaty", publisher="UN Treaty Collection", date="2026"),
        **fields,
    )
    return Article.objects.get_or_create(
        instrument=law, number=article, defaults={"gist": made(en="Nobody is sent back.")}
    )[0]


def make_ready_case(**fields: Any) -> Case:
    """What the gate lets through: one anonymous grown-up man, arrested and returned, with a source for each fact."""
    case = make_case(kind="individual", **fields)
    source = make_source()
    member = make_member(case, "a man of about thirty", age_min=28, age_max=32, sex="male", citizenship="KP")
    status = make_status(member)
    arrest = make_event(case)
    returned = make_event(case, "return", "2013-05-28", country="CN", from_state="CN", to_state="KP")
    for about in (
        {},
        {"field": "people", "value": "1"},
        {"member": member},
        {"status": status},
        {"event": arrest},
        {"event": returned},
    ):
        make_claim(case, source, **about)
    make_consent(case)
    return case
