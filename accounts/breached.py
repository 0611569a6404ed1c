"""Passwords that were stolen elsewhere and published: looked up on this machine, asked of nobody.

The list is the operator's: "Pwned Passwords" of haveibeenpwned.com, SHA-1, ordered by hash, as its downloader writes
it (about 40 GB). Each line is 40 hex digits, a colon, and how often it was seen. Nothing is loaded: a look-up reads
some forty short pieces of the file.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class BreachedPasswordValidator:
    """Does nothing where the operator has no list: Django's own of 20,000 stands beside it."""

    def validate(self, password: str, user: Any = None) -> None:
        if settings.BREACHED_PASSWORDS and is_breached(password, Path(settings.BREACHED_PASSWORDS)):
            raise ValidationError(
                _("This password stands on lists of stolen passwords. Whoever breaks in tries these first."),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return _("Your password must not stand on lists of stolen passwords.")


def is_breached(password: str, path: Path) -> bool:
    """Raises OSError without the file."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as lines:
        low, high = 0, lines.seek(0, os.SEEK_END)
        # The line that is wanted begins in [low, high), if it is there.
        while low < high:
            middle = (low + high) // 2
            lines.seek(max(middle - 1, 0))
            if middle:
                lines.readline()  # the rest of the line before
            found = lines.readline()[:40].upper()
            if found == wanted:
                return True
            if found and found < wanted:
                low = lines.tell()
            else:
                high = middle
    return False


@register()
def can_read_list(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    path = settings.BREACHED_PASSWORDS
    if not path or os.access(path, os.R_OK):
        return []
    return [Error(f"BREACHED_PASSWORDS: {path} cannot be read.", id="accounts.E001")]
