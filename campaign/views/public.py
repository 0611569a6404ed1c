"""The pages that anyone may read: the same for everyone, so they carry no cookie and may be kept for a moment."""

import gzip
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from campaign import countries, rules
from campaign.forms import SignForm
from campaign.models import Campaign, DeliveryPoint, Letter, LetterText, Observance, Tally
from campaign.models.texts import best_text

# Seconds. Short enough that a count feels alive, long enough that ten thousand visitors cost one rendering each.
KEEP = 5
COUNTRIES_SHOWN = 12


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Rendered once per process and path in so many seconds. Made-up queries behind the path make no page of their
    own: the view does not see them."""

    @require_safe
    @cache_control(public=True, max_age=KEEP)
    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pages, key = caches["pages"], sha256(request.path.encode()).hexdigest()
        content = pages.get(key)
        if content is None:
            plain = view(request, *args, **kwargs).content
            content = plain, gzip.compress(plain)
            pages.set(key, content, KEEP)
        return _sent_as_asked(request, *content)

    return kept


def _sent_as_asked(request: HttpRequest, plain: bytes, packed: bytes) -> HttpResponse:
    """Packed once per rendering. These pages hold no secret that the length of a packed page could betray (BREACH)."""
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if takes_gzip else plain)
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@public_page
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    totals = Tally.objects.totals()
    observances = Observance.objects.prefetch_related("texts", "moved_dates")
    return render(
        request,
        "campaign/home.html",
        {
            "campaigns": [card(campaign, totals) for campaign in Campaign.objects.open().for_pages()],
            "observances": [observance_card(observance, today=now.date()) for observance in observances],
        },
    )


@public_page
def observance(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Observance.objects.prefetch_related("texts", "moved_dates"), slug=slug)
    totals = Tally.objects.totals()
    campaigns = Campaign.objects.public().for_pages().filter(observance=found)
    return render(
        request,
        "campaign/observance.html",
        {
            **observance_card(found, today=timezone.now().date()),
            "campaigns": [card(campaign, totals) for campaign in campaigns],
        },
    )


@public_page
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    found = public_campaign(slug)
    letter = rules.current_letter(found)
    form = SignForm(initial={"letter": letter.pk if letter else None})
    return render(
        request,
        "campaign/campaign.html",
        {
            **letter_context(request, found, letter),
            "form": form,
            "sign_url": reverse("sign", args=[slug]),
            "tally": tally_of(found),
            "points": places_of(found),
            "observance_text": best_text(found.observance.texts, _language()) if found.observance else None,
            "date": found.observance_date(),
        },
    )


def public_campaign(slug: str) -> Campaign:
    """The campaign with what its pages show. Raises Http404 for one that is not public."""
    found = Campaign.objects.public().for_pages().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def campaign_context(found: Campaign) -> dict[str, Any]:
    return {
        "campaign": found,
        "text": best_text(found.texts, _language(), source=found.source_language),
        "accepts_signatures": found.accepts_signatures(timezone.now()),
    }


def letter_context(request: HttpRequest, found: Campaign, letter: Letter | None) -> dict[str, Any]:
    """The campaign with its letter in the reader's language, and where the other languages are."""
    texts = {text.language: text for text in letter.texts.all()} if letter else {}
    shown: LetterText | None = texts.get(_language()) or texts.get(found.source_language)
    return {
        **campaign_context(found),
        "letter": shown,
        "letters": [
            {"code": code, "name": name, "url": found.url_in(code), "current": shown == texts[code]}
            for code, name in settings.LANGUAGES
            if code in texts
        ],
    }


def tally_of(found: Campaign) -> dict[str, Any]:
    total = Tally.objects.total_of(found)
    by_country = list(Tally.objects.countries_of(found))
    return {
        "total": total,
        "goal": found.goal,
        "percent": min(100, total * 100 // found.goal),
        "countries": [{"name": countries.name_of(row.key), "total": row.count} for row in by_country[:COUNTRIES_SHOWN]],
        "countries_total": len(by_country),
    }


def places_of(found: Campaign) -> list[dict[str, Any]]:
    """The delivery points of the campaign's target, by country as the reader's language sorts them."""
    by_country: dict[str, list[DeliveryPoint]] = {}
    for point in DeliveryPoint.objects.filter(target=found.target, active=True):
        by_country.setdefault(point.country, []).append(point)
    order = list(countries.names(_language()))
    return [
        {"country_name": countries.name_of(code), "points": by_country[code]}
        for code in sorted(by_country, key=lambda code: order.index(code) if code in order else len(order))
    ]


def card(found: Campaign, totals: dict[int, int]) -> dict[str, Any]:
    total = totals.get(found.pk, 0)
    return {
        **campaign_context(found),
        "total": total,
        "goal": found.goal,
        "percent": min(100, total * 100 // found.goal),
        "url": found.get_absolute_url(),
    }


def observance_card(found: Observance, *, today: Any) -> dict[str, Any]:
    return {
        "observance": found,
        "text": best_text(found.texts, _language()),
        "next_date": found.next_date(today),
        "url": reverse("observance", args=[found.slug]),
    }


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
