"""Which language the reader has before them."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language, pgettext


def active() -> str:
    """Its code; the site's own where none is active."""
    return get_language() or settings.LANGUAGE_CODE


def listed(items: Iterable[object]) -> str:
    """One after the other, with the marks of the reader's language between them; empty ones are left out."""
    # Translators: between two items of a list, with the space that follows it, if your language has one.
    return pgettext("list", ", ").join(str(item) for item in items if item)
