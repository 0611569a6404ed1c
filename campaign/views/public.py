"""The pages that anyone may read: the same for everyone, so they carry no cookie and may be kept for a moment."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control, cache_page
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from campaign import cards, charts, countries, rules, scroll
from campaign.forms import SignForm
from campaign.models import Campaign, DeliveryPoint, Letter, LetterText, Observance, Tally
from campaign.models.texts import best_text

# Seconds. Short enough that a count feels alive, long enough that ten thousand visitors cost one rendering each.
KEEP = 5


def public_page(view: Any) -> Any:
    """Kept, and kept compressed: there is no secret in these pages that their length could betray."""
    kept = cache_page(KEEP, cache="pages")(gzip_page(view))
    return require_safe(cache_control(public=True, max_age=KEEP)(kept))


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
            "count_url": reverse("count", args=[slug]),
            "scroll": scroll.stretch(found, length=scroll.LATEST),
            "charts": charts_of(found),
            "card": cards.card_of(found),
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
    return {"total": total, "goal": found.goal, "progress": charts.progress(total, found.goal)}


def charts_of(found: Campaign) -> dict[str, Any]:
    """What the tallies say about days and countries, drawn."""
    counts = Tally.objects.days_of(found)
    first, last = charts.period(
        counts, opened=found.opens_at.date(), closes=found.closes_at.date(), today=timezone.now().date()
    )
    by_country = [(countries.name_of(row.key), row.count) for row in Tally.objects.countries_of(found)]
    return {
        "days": charts.days(counts, last=last),
        "growth": charts.growth(counts, first=first, last=last),
        "countries": charts.by_country(by_country),
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
        "progress": charts.progress(total, found.goal),
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
