"""What anyone may read about cases: made from publications alone, never from the working record."""

import datetime as dt
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import F
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from cases.forms.search import SearchForm
from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.numbers import how_many
from cases.page import CasePage, Footnotes, minors_of
from cases.reading import Reading, read
from cases.snapshot import Content
from cases.views.guards import case_page
from face import languages

ON_A_PAGE = 20

# What a list tells of a case; the rest of its publication stays in the database.
_TOLD = ("reference", "written_in", "languages", "title", "summary", "people", "members", "as_of", "monitoring")


@case_page
def index(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    found = form.found()
    page = Paginator(_told(found).order_by("-live__published_at", "-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    cards = [_card(told, states) for told, states in page]
    return render(request, "cases/index.html", {"form": form, "page": page, "cards": cards})


@case_page
def full_list(request: HttpRequest) -> HttpResponse:
    """The List: every case that can be read, on one page that can be printed."""
    cards = [_card(told, states) for told, states in _told(Case.objects.live()).order_by("reference")]
    years = groupby(cards, lambda card: card["content"]["reference"][4:8])
    by_year = [(year, list(cards_then)) for year, cards_then in years]
    return render(request, "cases/list.html", {"years": by_year, "count": len(cards), "today": _today()})


@case_page
def case(request: HttpRequest, reference: str) -> HttpResponse:
    return _show(request, read(reference), today=_today())


@case_page
def publication(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One publication for good. One that is no longer the newest counts its days to when it was published."""
    found = read(reference, number)
    today = _today() if found.is_newest else found.publication.published_at.date()
    return _show(request, found, today=today, is_permanent=True)


def _show(request: HttpRequest, found: Reading, *, today: dt.date, is_permanent: bool = False) -> HttpResponse:
    content = found.publication.content
    case_path = found.case.get_absolute_url()
    page = CasePage(content, language=languages.active(), today=today, related=found.related)
    return render(
        request,
        "cases/case.html",
        {
            "case": found.case,
            "publication": found.publication,
            "citation_styles": [("csl", "CSL-JSON"), ("bib", "BibTeX"), ("ris", "RIS")],
            "editions": found.editions,
            "is_newest": found.is_newest,
            "is_permanent": is_permanent,
            "content": content,
            "page": page,
            # Those of `campaign`, which this room does not know: by the reverse relation.
            "campaigns": found.case.campaigns.calling() if found.is_newest and not is_permanent else [],
            "footnotes": Footnotes(),
            "in_languages": [
                {
                    "code": code,
                    "name": name,
                    "url": _url_in(code, request.path),
                    "case_path": _url_in(code, case_path),
                }
                for code, name in page.languages
            ],
            "canonical_path": case_path if page.is_translated else _url_in(page.best_language, case_path),
            "permanent_url": settings.SITE_URL
            + reverse("case_publication", args=[content["reference"], found.publication.number]),
        },
    )


def _told(cases: CaseQuerySet) -> Any:
    told = JSONObject(**{name: F(f"live__content__{name}") for name in _TOLD})
    return cases.values_list(told, "live__states")


def _card(content: Content, states: list[str]) -> dict[str, Any]:
    return {
        "content": content,
        "states": states,
        "people": how_many(content["people"]),
        "minors": minors_of(content),
    }


def _url_in(code: str, path: str) -> str:
    """The page in another language: only the first step of the path differs."""
    return f"/{code}/{path.split('/', 2)[2]}"


def _today() -> dt.date:
    return timezone.localdate()
