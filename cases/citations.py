"""How to cite a publication: CSL-JSON, BibTeX and RIS, made from one CSL item."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from cases.models import Publication
from cases.snapshot import Content
from face.words import said

# Braces by name: BibTeX counts them, escaped or not.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "$&#_%"},
    }
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def item(publication: Publication, language: str) -> Content:
    """The publication as CSL knows it: a version of a web page that stays as it is, at an address that stays."""
    content = publication.content
    title = said(content["title"], language, source=content["written_in"])
    day = publication.published_at.date()
    with translation.override(language):
        address = settings.SITE_URL + reverse("case_publication", args=[content["reference"], publication.number])
    by = settings.OPERATOR or "Maninso"
    return {
        "id": f"{content['reference']}.{publication.number}.{language}",
        "type": "webpage",
        "title": title.text,
        "author": [{"literal": by}],
        "publisher": by,
        "number": content["reference"],
        "version": str(publication.number),
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "language": title.language,
        "URL": address,
        "note": f"SHA-256 {publication.digest}",
    }


def csl_json(cited: Content) -> str:
    return json.dumps([cited], ensure_ascii=False, indent=2) + "\n"


def bibtex(cited: Content) -> str:
    """In UTF-8. The title and the author stand in double braces: neither is ours to recase or to cut into names."""
    year, month, day = cited["issued"]["date-parts"][0]
    fields = {
        "title": f"{{{_tex(cited['title'])}}}",
        "author": f"{{{_tex(cited['author'][0]['literal'])}}}",
        "publisher": _tex(cited["publisher"]),
        "year": str(year),
        "date": f"{year}-{month:02}-{day:02}",
        "number": _tex(cited["number"]),
        "version": _tex(cited["version"]),
        "language": _tex(cited["language"]),
        "url": cited["URL"],
        "note": _tex(cited["note"]),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{cited['id']},", *lines, f"  month = {MONTHS[month - 1]},", "}", ""])


def ris(cited: Content) -> str:
    year, month, day = cited["issued"]["date-parts"][0]
    tags = [
        ("TY", "ELEC"),
        ("ID", cited["id"]),
        ("TI", cited["title"]),
        ("AU", cited["author"][0]["literal"]),
        ("PB", cited["publisher"]),
        ("PY", str(year)),
        ("DA", f"{year}/{month:02}/{day:02}"),
        ("SN", cited["number"]),
        ("ET", cited["version"]),
        ("LA", cited["language"]),
        ("UR", cited["URL"]),
        ("N1", cited["note"]),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_one_line(value)}\r\n" for tag, value in tags)


def _tex(text: str) -> str:
    return _one_line(text).translate(_TEX)


def _one_line(text: str) -> str:
    """A line that a title brings along would begin a field of its own."""
    return " ".join(text.split())


@dataclass(frozen=True)
class Style:
    ending: str
    content_type: str
    write: Callable[[Content], str]


STYLES = {
    "csl": Style("json", "application/vnd.citationstyles.csl+json", csl_json),
    "bib": Style("bib", "application/x-bibtex", bibtex),
    "ris": Style("ris", "application/x-research-info-systems", ris),
}
