"""Files made from publications. Each begins with what may be read at this moment, before any file is looked at: after a
takedown they are gone (410) at once, and what nobody ever published is not found (404).
"""

import structlog
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from cases import citations, feeds, jsonld, sheets
from cases.models import Case
from cases.reading import read
from cases.sheets import Document
from cases.views.guards import case_page
from face import languages
from face.typesetting import NotTypeset

log = structlog.get_logger(__name__)

# Another run is at work, or the disk is full: a document that cannot be made now may be made in a while.
RETRY_SECONDS = 60


@case_page
def case_sheet(request: HttpRequest, reference: str) -> HttpResponse:
    return _sent(sheets.sheet_of(read(reference)), "application/pdf")


@case_page
def list_pdf(request: HttpRequest) -> HttpResponse:
    return _sent(
        sheets.list_of([case.live for case in Case.objects.live().select_related("live").order_by("reference")]),
        "application/pdf",
    )


@case_page
def case_card(request: HttpRequest, reference: str) -> HttpResponse:
    return _sent(sheets.card_of(read(reference).publication), "image/png")


@case_page
def case_feed(request: HttpRequest, reference: str) -> HttpResponse:
    return _atom(feeds.of_case(read(reference)))


@case_page
def cases_feed(request: HttpRequest) -> HttpResponse:
    return _atom(feeds.of_all())


@case_page
def case_jsonld(request: HttpRequest, reference: str) -> HttpResponse:
    article = jsonld.article(read(reference).publication, languages.active())
    return JsonResponse(article, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})


@case_page
def case_citation(request: HttpRequest, reference: str, style: str) -> HttpResponse:
    if style not in citations.STYLES:
        raise Http404
    found = citations.STYLES[style]
    text = found.write(citations.item(read(reference).publication, languages.active()))
    name = f"{reference}.{found.ending}"
    return HttpResponse(
        text,
        content_type=f"{found.content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _sent(document: Document, content_type: str) -> HttpResponse:
    """The file, made where there is none yet. Its name says what it is when it is saved."""
    try:
        content = document.file().read_bytes()
    except (NotTypeset, FileNotFoundError):
        log.exception("document not made", document=document.name)
        return HttpResponse(status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    name = f"{document.name}.{document.suffix}"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "ETag": f'"{document.digest}"',
            "Content-Disposition": f'inline; filename="{name}"',
            "Content-Language": languages.active(),
        },
    )


def _atom(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
