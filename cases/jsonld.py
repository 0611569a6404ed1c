"""What search engines read of a case: schema.org, as JSON-LD.

An `Article` about `Event`s. Nobody is a `Person` here, named or not: a machine that collects people learns nothing
from this site that it could file.
"""

import json
import re
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from cases.models import Event, Publication
from cases.snapshot import Content
from face import countries
from face.words import Words, said

CONTEXT = "https://schema.org"

# What could end a script element; JSON reads the escapes as what they stand for.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
# What schema.org can say of a date: years, months, days. What is doubtful it is not told.
_EXACT = re.compile(r"\d{4}(-\d{2}){0,2}")


def article(publication: Publication, language: str) -> Content:
    """The publication as a reader of that language gets it."""
    with translation.override(language):
        return _without_empty(_article(publication, language))


def script(data: Content) -> SafeString:
    """For inside <script type="application/ld+json">: no text in it can end the script."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308


def _article(publication: Publication, language: str) -> Content:
    content = publication.content
    reference = content["reference"]
    address = settings.SITE_URL + reverse("case", args=[reference])
    return {
        "@context": CONTEXT,
        "@type": "Article",
        "@id": address,
        "url": address,
        "identifier": reference,
        "headline": _say(content, content["title"]),
        "abstract": _say(content, content["summary"]),
        "inLanguage": said(content["summary"], source=content["written_in"]).language,
        "version": publication.number,
        "datePublished": publication.published_at.date().isoformat(),
        "image": settings.SITE_URL + reverse("case_card", args=[reference]),
        "author": _us(),
        "publisher": _us(),
        "about": [_event(content, event) for event in content["events"]],
        "citation": [_source(source["csl"]) for source in content["sources"]],
        "correction": _say(content, content["note"]) if content["is_correction"] else "",
        "isBasedOn": settings.SITE_URL + reverse("case_publication", args=[reference, publication.number]),
    }


def _us() -> Content:
    return {"@type": "Organization", "name": settings.OPERATOR or "Maninso", "url": settings.SITE_URL}


def _event(content: Content, event: Content) -> Content:
    begin, _slash, end = event["date"].partition("/")
    place = _say(content, event["place"])
    country = countries.name_of(event["country"]) if event["country"] else ""
    return {
        "@type": "Event",
        "name": str(Event.Kind(event["kind"]).label),
        "description": _say(content, event["what"]),
        "startDate": begin if _EXACT.fullmatch(begin) else "",
        "endDate": end if _EXACT.fullmatch(end) else "",
        "location": {
            "@type": "Place",
            "name": ", ".join(filter(None, [place, country])),
            "address": {"@type": "PostalAddress", "addressCountry": event["country"]},
        }
        if country
        else None,
    }


def _source(csl: Content) -> Content:
    """By its title alone: an author may be a person."""
    return {
        "@type": "CreativeWork",
        "name": csl["title"],
        "url": csl.get("URL"),
        "inLanguage": csl.get("language"),
    }


def _say(content: Content, words: Words) -> str:
    return said(words, source=content["written_in"]).text


def _without_empty(value: Any) -> Any:
    """Without what has nothing to say."""
    if isinstance(value, dict):
        return {name: _without_empty(each) for name, each in value.items() if each not in ("", None, [])}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value
