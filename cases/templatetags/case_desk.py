"""How rows of a record read at the desk."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases import dates
from cases.models import Channel, Scope
from cases.models.entries import Versioned
from face import countries

register = template.Library()


@register.simple_tag
def said(row: Versioned, field: str) -> SafeString:
    """The words of that field for this reader, marked with the language that they are in."""
    words = row.in_words(field)
    return format_html('<span lang="{}">{}</span>', words.language, words.text or "–")


@register.filter
def as_known(date: str) -> str:
    """The date as exactly as it is known."""
    return dates.shown(date) if date else ""


@register.filter
def country(code: str) -> str:
    return countries.name_of(code) if code else ""


@register.filter
def scopes(codes: list[Any]) -> str:
    return ", ".join(str(Scope(code).label) for code in codes)


@register.filter
def channels(codes: list[Any]) -> str:
    return ", ".join(str(Channel(code).label) for code in codes)
