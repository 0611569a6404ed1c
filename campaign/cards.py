"""Share cards: what a campaign looks like where its link is posted. 1200×630 pixels, one per language."""

import dataclasses
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import typst
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign.models import Campaign
from face.texts import best_text

TEMPLATE = Path(__file__).parent / "typst" / "card.typ"
# A typst point is one pixel at 72 of them per inch: the template's page measures 1200 by 630 points.
PIXELS_PER_INCH = 72


class NotDrawn(Exception):
    """The typesetter refused, or the disk did."""


@dataclasses.dataclass(frozen=True)
class Card:
    """All that the picture says. The count is not in it: it would be old as soon as it is shared."""

    slug: str
    language: str
    title: str
    ask: str
    occasion: str
    promise: str

    @property
    def data(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        """Of all that decides how the picture looks."""
        return hashlib.sha256(f"{version('typst')}\n{_template()}\n{self.data}".encode()).hexdigest()[:16]

    @property
    def url(self) -> str:
        return reverse("card", args=[self.slug, self.digest])


def card_of(campaign: Campaign) -> Card:
    """In the active language, as far as the campaign is written in it."""
    text = best_text(campaign.texts, get_language() or settings.LANGUAGE_CODE, source=campaign.source_language)
    return Card(
        slug=campaign.slug,
        language=text.language if text else settings.LANGUAGE_CODE,
        title=text.title if text else "",
        ask=text.ask if text else "",
        occasion=_occasion(campaign),
        promise=_("One letter, signed by many"),
    )


def _occasion(campaign: Campaign) -> str:
    day = campaign.observance_date()
    if campaign.observance is None or day is None:
        return ""
    observance = best_text(campaign.observance.texts, get_language() or settings.LANGUAGE_CODE)
    return f"{observance.name} · {date_format(day)}" if observance else date_format(day)


def drawn(card: Card) -> Path:
    """The card as a file, drawn where there is none yet. Raises NotDrawn."""
    picture = _folder() / f"{card.slug}.{get_language()}.{card.digest}.png"
    if picture.exists():
        return picture
    try:
        with _alone():
            if not picture.exists():
                _write(picture, typeset(card))
                _tidy(picture, f"{card.slug}.{get_language()}.*.png")
    except (OSError, RuntimeError) as error:
        raise NotDrawn from error
    return picture


def typeset(card: Card) -> bytes:
    """The words go in as data: nothing that anybody writes is read as markup."""
    pages = typst.compile(
        str(TEMPLATE),
        root=str(settings.BASE_DIR),
        font_paths=[str(_cjk_fonts())],
        ignore_system_fonts=True,
        sys_inputs={"card": card.data},
        format="png",
        ppi=PIXELS_PER_INCH,
    )
    assert isinstance(pages, bytes)
    return pages


@contextmanager
def _alone() -> Iterator[None]:
    """One drawing at a time on this machine: a link that spreads is fetched by many at once, and each takes a core."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(picture: Path, content: bytes) -> None:
    """Whole or not at all."""
    half = picture.with_suffix(".half")
    half.write_bytes(content)
    os.replace(half, picture)


def _tidy(picture: Path, pattern: str) -> None:
    """What the card said before its campaign was changed."""
    for older in picture.parent.glob(pattern):
        if older != picture:
            older.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "cards"


@cache
def _template() -> str:
    return TEMPLATE.read_text(encoding="utf-8")


@cache
def _cjk_fonts() -> Path:
    spec = find_spec("noto_cjk_sans_otc")
    if spec is None or spec.origin is None:
        raise NotDrawn("The fonts of noto-cjk-sans-otc are missing.")
    return Path(spec.origin).parent
