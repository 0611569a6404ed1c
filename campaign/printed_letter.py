"""The letter as it will be printed, as pictures of its pages, while it is being written."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaign import kit, own_letter, post
from campaign.models import Campaign, DeliveryPoint, LetterText
from face import countries, typesetting

# A page of A4 is 910 pixels wide: sharp on a telephone, and 60 to 120 kB.
PIXELS_PER_INCH = 110
PAPER = "a4"


@dataclass(frozen=True)
class Pages:
    """The pages of one text; the digest is of all that decides how they look."""

    digest: str
    count: int


def sample(language: str) -> kit.Entry:
    """Somebody who does not exist, and signs with own words in that language."""
    with translation.override(language):
        words = _("My own words stand here, as I wrote them.")
    return kit.sample(language, words=words)


def typeset(text: LetterText, campaign: Campaign, *, at: dt.datetime) -> Pages:
    """Raises NotTypeset."""
    data = _data(text, campaign, at=at)
    digest = typesetting.digest(typesetting.source(own_letter.TEMPLATE), data)
    path = typesetting.kept(
        _path(campaign, text.language, digest),
        lambda: _made(data),
        instead_of=f"{campaign.slug}.{text.language}.*.pages",
    )
    return Pages(digest, len(_sizes(path)))


def page(campaign: Campaign, language: str, digest: str, number: int) -> bytes | None:
    """The picture of one page; None for one that is not kept any more."""
    try:
        path = _path(campaign, language, digest)
        sizes = _sizes(path)
        with path.open("rb") as file:
            file.readline()
            file.seek(sum(sizes[: number - 1]), 1)
            return file.read(sizes[number - 1]) if 0 < number <= len(sizes) else None
    except OSError:
        return None


def _path(campaign: Campaign, language: str, digest: str) -> Path:
    return Path(settings.VAR_DIR) / "letters" / f"{campaign.slug}.{language}.{digest}.pages"


def _sizes(path: Path) -> list[int]:
    """One file for all its pages: their sizes in its first line, then one after the other."""
    with path.open("rb") as file:
        sizes: list[int] = json.loads(file.readline())
    return sizes


def _made(data: str) -> bytes:
    pages = typesetting.typeset_pages(own_letter.TEMPLATE, {"letter": data}, ppi=PIXELS_PER_INCH)
    return json.dumps([len(each) for each in pages]).encode() + b"\n" + b"".join(pages)


def _data(text: LetterText, campaign: Campaign, *, at: dt.datetime) -> str:
    signed = sample(text.language)
    place = countries.place(signed.city, signed.country, text.language)
    point = DeliveryPoint.objects.of_campaign(campaign).order_by("pk").first()
    with translation.override(text.language):
        unnamed, date = _("A supporter"), date_format(timezone.localdate(at))
    data = {
        "paper": PAPER,
        "sender": ", ".join([signed.name, place]),
        "address": post.address_lines(point) if point else text.addressee.splitlines()[: post.ADDRESS_LINES],
        "date": date,
        "letter": kit.letter(text),
        "suffix": text.name_suffix,
        "unnamed": unnamed,
        "signed": kit.signed(name=signed.name, place=place, words=signed.words, language=text.language),
        "copy": None,
    }
    return json.dumps(typesetting.legible(data)[0], ensure_ascii=False)
