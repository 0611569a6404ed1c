"""The publish gate: what a record lacks, each with the field that mends it."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.models import Case


@dataclass(frozen=True)
class Finding:
    """One thing that is missing or wrong, in words, and the field of the row where it is mended.

    Without `pk` the row does not exist yet. A finding that is not `blocking` is for the reviewer to weigh.
    """

    what: str
    model: str
    pk: int | None
    field: str = ""
    blocking: bool = True


def gate(case: Case, today: dt.date) -> list[Finding]:
    findings = []
    for field in ("title", "summary"):
        if case.written_in not in getattr(case, field):
            findings.append(Finding(_("It is missing in the language of the case."), "case", case.pk, field))
    if case.next_review and case.next_review <= today:
        findings.append(Finding(_("The review is due."), "case", case.pk, "next_review"))
    return findings


def consent_gaps(case: Case, content: dict[str, object], today: dt.date) -> list[Finding]:
    return []
