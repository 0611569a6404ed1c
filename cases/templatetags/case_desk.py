"""How rows of a record read at the desk."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.models import Channel, Scope
from cases.models.entries import Versioned
from face import languages

register = template.Library()


@register.simple_tag
def said(row: Versioned, field: str) -> SafeString:
    """The words of that field for this reader, marked with the language that they are in."""
    words = row.in_words(field)
    return format_html('<span lang="{}">{}</span>', words.language, words.text or "–")


@register.filter
def scopes(codes: list[Any]) -> str:
    return languages.listed(Scope(code).label for code in codes)


@register.filter
def channels(codes: list[Any]) -> str:
    return languages.listed(Channel(code).label for code in codes)
