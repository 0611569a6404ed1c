"""What a campaign did, for everyone: as a page, as a PDF, and as files of numbers. All say when they were counted."""

from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from campaign import report_files, report_sheet
from campaign.day import day_of
from campaign.models import Campaign, Reply
from campaign.outcomes import told
from campaign.report import KEEP, Report, behind, beside_last_edition, report_of
from campaign.views.public import campaign_context, drawn, places_of, public_campaign
from face import languages
from face.pages import public_page
from face.texts import best_text
from face.typesetting import NotTypeset

log = structlog.get_logger(__name__)

RETRY_SECONDS = 60
# What happened to letters beside what the report begins with.
REST = ("waiting", "printed", "refused", "came_back", "unclear")


@public_page
def report(request: HttpRequest, slug: str) -> HttpResponse:
    campaign, found = _report(slug)
    places = places_of(found)
    for place in places:
        for item in place["points"]:
            hand_in = item["city"].hand_in
            item["told"] = told(hand_in, item["text"].city) if hand_in else ""
    before, observance = found.previous, campaign.observance
    return render(
        request,
        "campaign/edition_report.html",
        {
            **campaign_context(campaign),
            "report": found,
            "behind": behind(campaign),
            "rest": {name: found.happened[name] for name in REST},
            "places": places,
            "day": day_of(campaign, places, now=found.as_of),
            "charts": drawn(
                found.days,
                found.countries,
                found.other_countries,
                opened=found.opened_on,
                closes=found.closes_on,
                whole=True,
            ),
            "quoted": Reply.objects.answers().filter(campaign=campaign).exclude(excerpt="").select_related("point"),
            "before_url": before and _url_of(before),
            "observance_text": best_text(observance.texts, languages.active()) if observance else None,
        },
    )


@require_safe
@cache_control(public=True, max_age=KEEP)
def report_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    campaign, found = _report(slug)
    try:
        sheet = report_sheet.sheet_of(found, campaign)
        content = sheet.read_bytes()
    except (NotTypeset, FileNotFoundError):
        log.exception("report not typeset", campaign=slug)
        return HttpResponse(status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    return _file(content, "application/pdf", f"{slug}-report.pdf")


@require_safe
@gzip_page
@cache_control(public=True, max_age=KEEP)
def report_csv(request: HttpRequest, slug: str) -> HttpResponse:
    _campaign, found = _report(slug)
    return _file(report_files.as_csv(found), "text/csv; charset=utf-8", f"{slug}-cities.csv", attached=True)


@require_safe
@gzip_page
@cache_control(public=True, max_age=KEEP)
def report_json(request: HttpRequest, slug: str) -> HttpResponse:
    campaign, found = _report(slug)
    return _file(report_files.as_json(found, campaign), "application/json", f"{slug}-report.json")


def _report(slug: str) -> tuple[Campaign, Report]:
    campaign, now = public_campaign(slug), timezone.now()
    return campaign, beside_last_edition(report_of(campaign, now=now), campaign, now=now)


def _file(content: Any, content_type: str, name: str, *, attached: bool = False) -> HttpResponse:
    shown = "attachment" if attached else "inline"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"', "Content-Language": languages.active()}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _url_of(before: Report) -> str:
    return reverse("edition_report", args=[before.slug])
