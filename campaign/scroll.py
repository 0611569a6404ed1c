"""The scroll: who signed, as far as each lets it be seen, the latest first."""

import dataclasses
import datetime as dt

from campaign.models import Campaign, Signature
from face import countries
from privacy.cursors import BadCursor, make_cursor, read_cursor

# A screenful or two of columns on the campaign's own page; a list that a thumb gets through on the others.
LATEST = 40
A_PAGE = 60


@dataclasses.dataclass(frozen=True)
class Name:
    """One column. Whoever signed unseen has no name here, and no country either: a seal alone."""

    shown: str
    country: str


@dataclasses.dataclass(frozen=True)
class Stretch:
    """A piece of the scroll; `older` is the cursor of the next piece, empty at the end."""

    names: list[Name]
    older: str


def stretch(campaign: Campaign, *, length: int, before: str = "") -> Stretch:
    """One query, whatever the length of the scroll. Raises BadCursor."""
    rows = Signature.objects.on_scroll(campaign)
    if before:
        rows = rows.older_than(*_place(campaign, before))
    found = list(rows[: length + 1])
    shown = found[:length]
    older = _cursor(campaign, shown[-1]) if len(found) > length else ""
    return Stretch([_name(signature) for signature in shown], older)


def _name(signature: Signature) -> Name:
    shown = signature.shown_name
    return Name(shown, countries.name_of(signature.country) if shown else "")


def _cursor(campaign: Campaign, signature: Signature) -> str:
    assert signature.confirmed_at is not None  # the database holds it to that
    return make_cursor(_purpose(campaign), f"{signature.confirmed_at.isoformat()} {signature.pk}")


def _place(campaign: Campaign, cursor: str) -> tuple[dt.datetime, int]:
    moment, _, pk = read_cursor(_purpose(campaign), cursor).partition(" ")
    try:
        return dt.datetime.fromisoformat(moment), int(pk)
    except ValueError:
        raise BadCursor from None


def _purpose(campaign: Campaign) -> str:
    return f"scroll {campaign.pk}"
