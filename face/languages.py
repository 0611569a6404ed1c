"""Which language the reader has before them."""

from django.conf import settings
from django.utils.translation import get_language


def active() -> str:
    """Its code; the site's own where none is active."""
    return get_language() or settings.LANGUAGE_CODE
