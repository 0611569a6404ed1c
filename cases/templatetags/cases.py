"""Words, dates, States and citations of a publication, in a reader's language."""

import re
from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from cases import dates, pictures, status
from cases.models import Case, Member, Source
from cases.snapshot import Content
from face import countries, languages
from face.words import Said, Words
from face.words import said as in_words

register = template.Library()

# What <time datetime> can hold; HTML knows neither doubt nor intervals.
_EXACT = re.compile(r"\d{4}(-\d{2}){0,2}")


@register.filter
def said(words: Words | None, source: str = "en") -> Said:
    """In the reader's language, or in the nearest that there is."""
    return in_words(words or {}, source=source)


@register.simple_tag(takes_context=True)
def words(context: Context, stored: Words | None) -> SafeString:
    """Stored words, marked as what they are where they are not in the reader's language."""
    text = said(stored, context["content"]["written_in"])
    return format_html('<span lang="{}">{}</span>', text.language, text) if _is_foreign(text) else escape(text.text)


@register.simple_tag(takes_context=True)
def paragraphs(context: Context, stored: Words | None, sources: list[int] = ()) -> SafeString:  # type: ignore[assignment]
    """Stored words in paragraphs, the last of which ends with what they rest on."""
    text = said(stored, context["content"]["written_in"])
    written, end, _rest = linebreaks(text.text, autoescape=True).rpartition("</p>")
    body = format_html("{} {}{}", mark_safe(written), cites(context, list(sources)), mark_safe(end))  # noqa: S308
    return format_html('<div lang="{}">{}</div>', text.language, body) if _is_foreign(text) else body


@register.simple_tag
def when(date: str) -> SafeString:
    """A date as precisely as it is known."""
    if not date:
        return format_html('<span class="muted">{}</span>', gettext("no date known"))
    if _EXACT.fullmatch(date):
        return format_html('<time datetime="{}">{}</time>', date, dates.shown(date))
    return format_html("<span>{}</span>", dates.shown(date))


@register.simple_tag
def picture_widths(picture: dict[str, Any]) -> str:
    """All widths that there are of it: a browser takes what it needs."""
    return pictures.srcset(picture["file"], picture["width"])


@register.filter
def edtf(date: str) -> str:
    """The date as exactly as it is known."""
    return dates.shown(date) if date else ""


@register.filter
def listed(items: Iterable[object]) -> str:
    return languages.listed(items)


@register.filter
def state_names(codes: Iterable[str]) -> str:
    return languages.listed(map(state_name, codes))


@register.filter
def state_name(code: str) -> str:
    return countries.name_of(code) if code else ""


@register.simple_tag
def standings(content: Content) -> list[status.Standing]:
    """What became of the people, as of today."""
    return status.standings(content["members"], timezone.localdate())


@register.simple_tag(takes_context=True)
def cites(context: Context, numbers: list[int]) -> SafeString:
    """Links to the sources by their numbers; the list of sources leads back here."""
    if not numbers:
        return mark_safe("")
    footnotes = context["footnotes"]
    links = ((footnotes.cite(number), number, gettext("Source %(n)s") % {"n": number}) for number in numbers)
    inside = format_html_join("", '<a id="{0}" href="#source-{1}" aria-label="{2}">[{1}]</a>', links)
    return format_html('<span class="cites">{}</span>', inside)


@register.simple_tag(takes_context=True)
def cited_at(context: Context, number: int) -> dict[str, Any]:
    """The places on this page that cite the source, and how many there are beyond those."""
    footnotes = context["footnotes"]
    return {"places": footnotes.places(number), "more": footnotes.more(number)}


@register.filter
def reliability(letter: str) -> str:
    """What the letter of the Admiralty code means."""
    return {
        "A": gettext("reliable: no doubt about it, it has been right before"),
        "B": gettext("usually reliable: small doubts, mostly right before"),
        "C": gettext("fairly reliable: some doubts, often right before"),
        "D": gettext("not usually reliable: strong doubts, sometimes right before"),
        "E": gettext("unreliable: it has been wrong before"),
        "F": gettext("cannot be judged: we do not know it well enough"),
    }[letter]


@register.filter
def credibility(number: int) -> str:
    return {
        1: gettext("confirmed by other sources"),
        2: gettext("probably true"),
        3: gettext("possibly true"),
        4: gettext("doubtful"),
        5: gettext("improbable"),
        6: gettext("cannot be judged"),
    }[number]


_CHOICES = {"monitoring": Case.Monitoring, "sex": Member.Sex, "source": Source.Type}


@register.filter
def choice(value: str, field: str) -> str:
    """The reader's word for one of a field's values."""
    return str(_CHOICES[field](value).label)


@register.filter
def is_web_address(url: str | None) -> bool:
    """Whether following it leads to the web, and runs nothing."""
    return (url or "").startswith(("https://", "http://"))


@register.filter
def name_of_language(code: str) -> str:
    """A language as the reader's own calls it; its code where CLDR knows no name."""
    names = countries.locale_of(languages.active()).languages
    language, _dash, script = code.partition("-")
    return names.get(f"{language}_{script.title()}") or names.get(language, code)


def _is_foreign(text: Said) -> bool:
    return bool(text) and text.language != get_language()
