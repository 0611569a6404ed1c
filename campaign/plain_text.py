"""What a stranger may type into a line or a paragraph that other people will read."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Embeddings, overrides and isolates turn the text of others around; the plain marks U+200E and U+200F do not.
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINK = re.compile(
    r"https?://|www\.|\b[\w-]+\.(com|net|org|info|biz|ru|cn|io|xyz|top|shop|site|online)\b", re.IGNORECASE
)


def _has_control(value: str, *, but: str = "") -> bool:
    return any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in but for c in value)


def one_line(value: str) -> None:
    if _has_control(value):
        raise ValidationError(_("Please use one line of letters: there is a hidden character or a line break."))
    if _TURNS_TEXT.search(value):
        raise ValidationError(_("Please remove the hidden character that changes the direction of the text."))


def paragraphs(value: str) -> None:
    if _has_control(value, but="\n\t"):
        raise ValidationError(_("Please remove the hidden control character; letters and line breaks are fine."))
    if _TURNS_TEXT.search(value):
        raise ValidationError(_("Please remove the hidden character that changes the direction of the text."))


def no_link(value: str) -> None:
    if _LINK.search(value) or "@" in value:
        raise ValidationError(_("Please leave out web and e-mail addresses here."))


def has_letters(value: str) -> None:
    if not any(c.isalpha() for c in value):
        raise ValidationError(_("Please write it with letters."))
