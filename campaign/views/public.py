"""The pages that anyone may read: the same for everyone, so they carry no cookie and may be kept for a moment."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from campaign import cards, charts, rules, scroll
from campaign.day import day_of
from campaign.forms import SignForm
from campaign.models import (
    Campaign,
    HandIn,
    Letter,
    LetterText,
    Observance,
    Partnership,
    SelfReport,
    Tally,
    Update,
)
from campaign.outcomes import told
from campaign.report import Report, report_of
from cases.pictures import thumbnails_of
from face import countries, languages
from face.pages import public_page
from face.texts import best_text, in_language

# Beyond these, older news is folded so that the page can still be read.
LATEST_UPDATES = 3


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
            "others": [card(campaign, totals) for campaign in Campaign.objects.public_but_not_open().for_pages()],
            "observances": [observance_card(observance, today=now.date()) for observance in observances],
        },
    )


@public_page
def observance(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Observance.objects.prefetch_related("texts", "moved_dates"), slug=slug)
    totals = Tally.objects.totals()
    campaigns = [card(campaign, totals) for campaign in Campaign.objects.public().for_pages().filter(observance=found)]
    return render(
        request,
        "campaign/observance.html",
        {
            **observance_card(found, today=timezone.now().date()),
            # What can be signed now comes first.
            "campaigns": sorted(campaigns, key=lambda item: not item["accepts_signatures"]),
        },
    )


@public_page
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    found = public_campaign(slug)
    letter = rules.current_letter(found)
    form = SignForm(initial={"letter": letter.pk if letter else None}).offer(named(partners_of(found)))
    return render(request, "campaign/campaign.html", page_context(request, found, letter, form=form))


def page_context(request: HttpRequest, found: Campaign, letter: Letter | None, *, form: SignForm) -> dict[str, Any]:
    """All that the page of a campaign shows."""
    deliveries = deliveries_of(found)
    return {
        **letter_context(request, found, letter),
        "form": form,
        "sign_url": reverse("sign", args=[found.slug]),
        "tally": tally_of(found),
        **deliveries,
        "day": day_of(found, deliveries["places"], now=timezone.now()),
        "self_reported": SelfReport.objects.filter(campaign=found).count(),
        "hand_ins": hand_ins_of(found),
        "updates": updates_of(found),
        "cases": found.live_cases(),
        "held": found.holds.standing().exists(),
        "closing_change": found.closing_changes.told().first(),
        "sources": found.sources.all(),
        "organisation": organisation_card(found.organisation),
        "partners": partners_of(found),
        "count_url": reverse("count", args=[found.slug]),
        "scroll": scroll.stretch(found, length=scroll.LATEST),
        "charts": charts_of(found),
        "card": cards.card_of(found),
        "cover": cover_of(found),
        "observance_text": best_text(found.observance.texts, languages.active()) if found.observance else None,
        "date": found.observance_date(),
    }


def cover_of(campaign: Campaign, *, at_desk: bool = False) -> dict[str, Any] | None:
    """For components/cover.html: the picture in its widths, and its words as far as they are written."""
    if not campaign.cover:
        return None
    text = campaign.text_in(languages.active())
    place = campaign.slug if at_desk else campaign.cover
    name = "campaign_desk:cover" if at_desk else "cover"
    narrow = thumbnails_of(campaign.cover_width)
    whole = reverse(name, args=[place])
    sources = [f"{reverse(name, args=[place, each])} {each}w" for each in narrow]
    return {
        "src": reverse(name, args=[place, narrow[-1]]) if narrow else whole,
        "srcset": ", ".join([*sources, f"{whole} {campaign.cover_width}w"]),
        "width": campaign.cover_width,
        "height": campaign.cover_height,
        "alt": text.cover_alt if text else "",
        "language": text.language if text else campaign.source_language,
    }


def public_campaign(slug: str) -> Campaign:
    """The campaign with what its pages show. Raises Http404 for one that is not public."""
    found = Campaign.objects.public().for_pages().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def campaign_context(found: Campaign) -> dict[str, Any]:
    now = timezone.now()
    return {
        "campaign": found,
        "text": found.text_in(languages.active()),
        "accepts_signatures": found.accepts_signatures(now),
        "closed_early": found.state != Campaign.State.OPEN and found.closes_at > now,
    }


def letter_context(request: HttpRequest, found: Campaign, letter: Letter | None) -> dict[str, Any]:
    """The campaign with its letter in the reader's language, and where the other languages are."""
    texts = {text.language: text for text in letter.texts.all()} if letter else {}
    shown: LetterText | None = texts.get(languages.active()) or texts.get(found.source_language)
    return {
        **campaign_context(found),
        "letter": shown,
        "letters": [
            {"code": code, "name": name, "url": found.url_in(code), "current": shown == texts[code]}
            for code, name in settings.LANGUAGES
            if code in texts
        ],
    }


def organisation_card(organisation: Organisation) -> dict[str, Any]:
    """An organisation, and what it is called and says of itself in the reader's language as far as it is written."""
    return {"organisation": organisation, "text": in_language(organisation, languages.active())}


def partners_of(found: Campaign) -> list[dict[str, Any]]:
    """Those who have said that they stand behind it too."""
    return [organisation_card(each) for each in Partnership.objects.partners_of(found)]


def named(organisations: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Their keys and names, for a form to ask about."""
    return [(card["organisation"].pk, card["text"].name) for card in organisations]


def tally_of(found: Campaign) -> dict[str, Any]:
    total, on_paper = Tally.objects.with_paper_of(found)
    return {"total": total, "on_paper": on_paper, "goal": found.goal, "progress": charts.progress(total, found.goal)}


def charts_of(found: Campaign) -> dict[str, Any]:
    """What the tallies say about days and countries, drawn."""
    named, together = rules.countries_told(Tally.objects.countries_of(found).values_list("key", "count"))
    return drawn(
        Tally.objects.days_of(found), named, together, opened=found.opens_at.date(), closes=found.closes_at.date()
    )


def drawn(
    counts: dict[dt.date, int],
    named: list[tuple[str, int]],
    together: list[tuple[str, int]],
    *,
    opened: dt.date,
    closes: dt.date,
    whole: bool = False,
) -> dict[str, Any]:
    """Days, growth and countries; the days of late, or the `whole` time."""
    first, last = charts.period(counts, opened=opened, closes=closes, today=timezone.now().date())
    length = max(charts.DAYS_SHOWN, (last - first).days + 1) if whole else charts.DAYS_SHOWN
    return {
        "days": charts.days(counts, last=last, length=length),
        "growth": charts.growth(counts, first=first, last=last),
        "countries": charts.by_country(
            [(countries.name_of(code), count) for code, count in named], together=[count for _code, count in together]
        ),
    }


def deliveries_of(found: Campaign) -> dict[str, Any]:
    """Where the letters go, place by place, and what happened there; all of it added up; and what came back."""
    report = report_of(found, now=timezone.now())
    return {"places": places_of(report), "delivered": report.happened, "ledger": report.ledger}


def places_of(report: Report) -> list[dict[str, Any]]:
    """The campaign's delivery points by country and city, as the reader's language sorts them."""
    by_country: dict[str, list[dict[str, Any]]] = {}
    for city in report.cities:
        item = {"point": city.point, "text": in_language(city.point, languages.active()), "city": city, **city.happened}
        by_country.setdefault(city.point.country, []).append(item)
    for items in by_country.values():
        items.sort(key=lambda item: item["text"].city)
    order = list(countries.names(languages.active()))
    return [
        {"country_name": countries.name_of(code), "points": by_country[code]}
        for code in sorted(by_country, key=lambda code: order.index(code) if code in order else len(order))
    ]


def hand_ins_of(found: Campaign) -> list[dict[str, Any]]:
    """Where people go to hand the letters in, the next first: wanted, found, or what came of it."""
    hand_ins = HandIn.objects.of_public_campaigns().for_pages().with_what_is_shown().filter(campaign=found)
    listed = []
    for hand_in in hand_ins.order_by("day", "point__country", "pk"):
        text = in_language(hand_in.point, languages.active())
        listed.append(
            {
                "hand_in": hand_in,
                "text": text,
                "place": countries.place(text.city, hand_in.point.country),  # type: ignore[union-attr]
                "told": told(hand_in, text.city),  # type: ignore[union-attr]
                "by": hand_in.public_name,
                "photos": [photo for report in hand_in.reports.all() for photo in report.photos.all()],
            }
        )
    return listed


def updates_of(found: Campaign) -> dict[str, list[dict[str, Any]]]:
    """What the organizers have told its supporters, the latest first."""
    told = [
        {"update": update, "text": best_text(update.texts, languages.active(), source=found.source_language)}
        for update in Update.objects.on_page_of(found)
    ]
    return {"latest": told[:LATEST_UPDATES], "older": told[LATEST_UPDATES:]}


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
    next_date = found.next_date(today)
    return {
        "observance": found,
        "text": best_text(found.texts, languages.active()),
        "next_date": next_date,
        "days_left": (next_date - today).days,
        "url": reverse("observance", args=[found.slug]),
    }
