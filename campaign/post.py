"""Letters by post: one file for a print house, each letter on sheets of its own, and a list of its pages."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaign import kit
from campaign.models import DeliveryPoint, Dispatch, Pack
from face import countries
from face.spreadsheets import harmless

TEMPLATE = Path(__file__).parent / "typst" / "post.typ"
# What a window shows.
ADDRESS_LINES = 6


def typeset(pack: Pack, entries: Sequence[kit.Entry], *, at: dt.datetime) -> kit.Typeset:
    """Raises NotTypeset."""
    return kit.typeset_from(TEMPLATE, contents(pack, entries, at=at), at=at)


def contents(pack: Pack, entries: Sequence[kit.Entry], *, at: dt.datetime) -> dict[str, Any]:
    text = kit.letter_texts(pack, [kit.spoken(pack.campaign.addressee_language)])[0]
    with translation.override(text.language):
        unnamed, date = _("A supporter"), date_format(timezone.localdate(at))
    return {
        "number": pack.number,
        "paper": pack.paper,
        "sender": pack.campaign.organisation.name,
        "address": address_lines(pack.point),
        "date": date,
        "letter": kit.letter(text),
        "suffix": text.name_suffix,
        "unnamed": unnamed,
        "entries": [kit.printed(entry, text.language) for entry in entries],
    }


def address_lines(point: DeliveryPoint) -> list[str]:
    """As it stands in the window: the office, its address, and the country, which a postman abroad reads in English."""
    written = [line.strip() for line in point.postal_address.splitlines() if line.strip()] or [point.city]
    return [point.name, *written[: ADDRESS_LINES - 2], countries.name_of(point.country, "en").upper()]


def list_of_letters(pack: Pack) -> str:
    """CSV for the print house: which pages belong together, and where they go; no signer's name."""
    written = io.StringIO()
    address = address_lines(pack.point)
    head = ["pack", "number", "first_page", "pages", *(f"address_{line}" for line in range(1, ADDRESS_LINES + 1))]
    rows = csv.writer(written)
    rows.writerow(head)
    for number, page, pages in _letters(pack):
        cells = [pack.number, number, page, pages, *address, *[""] * (ADDRESS_LINES - len(address))]
        rows.writerow([harmless(cell) for cell in cells])
    return written.getvalue()


def _letters(pack: Pack) -> Iterator[tuple[int, int, int]]:
    letters = list(
        Dispatch.objects.filter(pack=pack, page__isnull=False).order_by("place").values_list("place", "page")
    )
    ends = [page for _place, page in letters[1:]] + [(pack.pages or 0) + 1]
    for (place, page), end in zip(letters, ends, strict=True):
        yield place, page, end - page
