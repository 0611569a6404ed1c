"""A publication with these pictures in it, by the short way: what was submitted and agreed to is not what is tested."""

from typing import Any

from accounts.models import User
from cases.models import Case, Publication, Submission


def published_with(case: Case, digests: list[str], *, by: User) -> Publication:
    content: dict[str, Any] = {"reference": case.reference, "media": [{"file": digest} for digest in digests]}
    publication = Publication.objects.create(
        case=case,
        number=case.publications.count() + 1,
        content=content,
        digest="0" * 64,
        submission=Submission.objects.create(case=case, digest="0" * 64, by=by),
        languages=["en"],
        published_by=by,
    )
    Case.objects.filter(pk=case.pk).update(live=publication)
    return publication
