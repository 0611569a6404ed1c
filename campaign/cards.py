"""Share cards: what a campaign looks like where its link is posted. 1200×630 pixels, one per language."""

import dataclasses
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign.models import Campaign
from face import languages, typesetting
from face.texts import best_text
from face.typesetting import kept

TEMPLATE = Path(__file__).parent / "typst" / "card.typ"
# A typst point is one pixel at 72 of them per inch: the template's page measures 1200 by 630 points.
PIXELS_PER_INCH = 72


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
        return typesetting.digest(_template(), self.data)

    @property
    def url(self) -> str:
        return reverse("card", args=[self.slug, self.digest])


def card_of(campaign: Campaign) -> Card:
    """In the active language, as far as the campaign is written in it."""
    text = campaign.text_in(languages.active())
    return Card(
        slug=campaign.slug,
        language=text.language if text else settings.LANGUAGE_CODE,
        title=text.title if text else "",
        ask=(text.share_text or text.ask) if text else "",
        occasion=_occasion(campaign),
        promise=_("One letter, signed by many"),
    )


def _occasion(campaign: Campaign) -> str:
    day = campaign.observance_date()
    if campaign.observance is None or day is None:
        return ""
    observance = best_text(campaign.observance.texts, languages.active())
    return f"{observance.name} · {date_format(day)}" if observance else date_format(day)


def drawn(card: Card) -> Path:
    """The card as a file, drawn where there is none yet. Raises NotTypeset."""
    name = f"{card.slug}.{get_language()}"
    folder = Path(settings.VAR_DIR) / "cards"
    return kept(folder / f"{name}.{card.digest}.png", lambda: typeset(card), instead_of=f"{name}.*.png")


def typeset(card: Card) -> bytes:
    return typesetting.typeset(TEMPLATE, {"card": card.data}, format="png", ppi=PIXELS_PER_INCH)


@cache
def _template() -> str:
    return typesetting.source(TEMPLATE)
