"""Publications for tests, made from whatever the record holds: what makes documents of them asks no gate."""

from typing import Any

from accounts.models import User
from cases import actions, snapshot
from cases.models import Case, Publication, Submission
from tests.factories import make_person


def publish(case: Case, *, by: User | None = None, **changes: Any) -> Publication:
    """The record as it is now, live; `changes` replace parts of its content."""
    by = by or make_person(f"Publisher{User.objects.count()}")
    words = {name: changes.pop(name) for name in ("note", "is_correction") if name in changes}
    content = snapshot.build(case, **words) | changes
    digest = snapshot.digest(content)
    submission = Submission.objects.create(case=case, digest=digest, by=by)
    publication = Publication.objects.create(
        case=case,
        number=case.publications.count() + 1,
        content=content,
        digest=digest,
        submission=submission,
        languages=content["languages"],
        published_by=by,
    )
    locked = Case.objects.get(pk=case.pk)
    for state in {"draft": ["in_review"], "published": ["draft", "in_review"]}.get(locked.state, []):
        locked.move(state)
    locked.move(Case.State.PUBLISHED, live=publication)
    case.refresh_from_db(fields=["live"])
    return publication


def take_down(case: Case, *, by: User | None = None) -> None:
    by = by or make_person(f"Staff{User.objects.count()}", is_staff=True, is_superuser=True)
    actions.take_down_case(case=case, by=by, reason="Somebody is in danger.")
