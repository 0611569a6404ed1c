"""The site's own words above every public page, as pages show them."""

from typing import Any

from django.core.cache import caches
from django.utils import timezone

from campaign.models import Banner
from face import languages
from face.texts import best_text

# As long as campaign pages are kept: a banner is there within this many seconds.
_SECONDS = 5


def shown() -> dict[str, Any] | None:
    """Level and words of the one that stands, in the reader's language, else in English; asked of the database at
    most every few seconds in each process.
    """
    banner = caches["pages"].get_or_set("banner", _standing, _SECONDS)
    if not banner or not (banner["shown_from"] <= timezone.now() < banner["shown_until"]):
        return None
    language = languages.active()
    code = language if language in banner["words"] else "en"
    return {"level": banner["level"], "words": banner["words"][code], "language": code}


def _standing() -> dict[str, Any]:
    """Empty where there is none: None is not kept."""
    banner = Banner.objects.standing(timezone.now()).prefetch_related("texts").first()
    if banner is None or best_text(banner.texts, "en") is None:
        return {}
    return {
        "level": banner.level,
        "shown_from": banner.shown_from,
        "shown_until": banner.shown_until,
        "words": {text.language: text.words for text in banner.texts.all()},
    }
