"""What the public may read of a case at this moment: its live publication, or an earlier one by its number.

Everything that leaves this house about a case begins here, so that a takedown works at once for all of it.
"""

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404

from cases.models import Case, Publication, Takedown
from face.words import Words


class Gone(Exception):
    """It was public, and has been taken down."""


@dataclass(frozen=True)
class Edition:
    """One publication in the list of changes. Of one that was taken down nothing is told but that it was."""

    number: int
    published_at: dt.datetime
    digest: str
    note: Words
    is_correction: bool
    is_gone: bool


@dataclass(frozen=True)
class Reading:
    case: Case
    publication: Publication
    editions: list[Edition]
    # References of the related cases that can be read as well: a title must not outlive its own page.
    related: set[str]

    @property
    def is_newest(self) -> bool:
        return self.publication.pk == self.case.live_id


def read(reference: str, number: int | None = None) -> Reading:
    """One query. Raises Gone for what was taken down, Http404 for what never was public.

    With a publication, those before it are gone as well: what was wrong to tell has often stood there before. They
    come back when it is restored.
    """
    published = Publication.objects.filter(case__reference=reference)
    wanted = published.filter(pk=F("case__live")) if number is None else published.filter(number=number)
    found = (
        wanted.select_related("case")
        .defer("case__team_note")
        .annotate(editions=_editions(), gone_until=_gone_until(), related=_related())
        .first()
    )
    if found is None and (number is not None or not published.exists()):
        raise Http404
    if found is None or found.case.live_id is None or found.number <= (found.gone_until or 0):
        raise Gone
    editions = [_edition(row, gone_until=found.gone_until or 0) for row in found.editions]
    return Reading(found.case, found, editions, set(found.related))


def _editions() -> ArraySubquery:
    row = JSONObject(
        number="number",
        published_at="published_at",
        digest="digest",
        note="content__note",
        is_correction="content__is_correction",
    )
    return ArraySubquery(Publication.objects.filter(case=OuterRef("case")).order_by("-number").values(row=row))


def _gone_until() -> Subquery:
    taken_down = Takedown.objects.standing().filter(publication__case=OuterRef("case")).order_by()
    return Subquery(taken_down.values("publication__case").annotate(last=Max("publication__number")).values("last"))


def _related() -> ArraySubquery:
    to_this_one = Q(relations_out__later=OuterRef("case")) | Q(relations_in__earlier=OuterRef("case"))
    return ArraySubquery(Case.objects.live().filter(to_this_one).order_by().values("reference"))


def _edition(row: dict, *, gone_until: int) -> Edition:
    is_gone = row["number"] <= gone_until
    published_at = dt.datetime.fromisoformat(row.pop("published_at"))
    return Edition(**{**row, "note": {} if is_gone else row["note"]}, published_at=published_at, is_gone=is_gone)
