"""Where letters are handed over: the embassy that answers for a country, a letter of one's own, the day and its map."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from campaign import calendars, links, own_letter, rules
from campaign.day import day_of
from campaign.forms import CountryForm, OwnLetterForm, SelfReportForm
from campaign.models import Campaign, DeliveryPoint, HandIn, Letter, Observance, SelfReport
from campaign.views.guards import signing_page
from campaign.views.public import campaign_context, deliveries_of, public_campaign
from face import countries, languages
from face.pages import get_or_post, public_page
from face.texts import in_language
from face.typesetting import NotTypeset

# Seconds that a calendar may be kept on the way.
KEEP_CALENDAR = 300


@public_page
def embassies(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "campaign/embassies.html", _embassies_context(public_campaign(slug), CountryForm()))


@require_safe
def find_embassy(request: HttpRequest, slug: str) -> HttpResponse:
    """From the form to the page of the country that was chosen."""
    form = CountryForm(request.GET)
    if form.is_valid():
        return redirect("embassies_of", slug, form.cleaned_data["country"])
    return render(request, "campaign/embassies.html", _embassies_context(public_campaign(slug), form), status=422)


@public_page
def embassies_of(request: HttpRequest, slug: str, country: str) -> HttpResponse:
    if not countries.is_country(country):
        raise Http404
    campaign = public_campaign(slug)
    points = DeliveryPoint.objects.of_campaign(campaign)
    hours = {hand_in.point_id: hand_in for hand_in in HandIn.objects.public_of(campaign)}
    offices = [
        {"point": point, "text": in_language(point, languages.active()), "hand_in": hours.get(point.pk)}
        for point in points.answering(country)
    ]
    return render(
        request,
        "campaign/embassies.html",
        {
            **_embassies_context(campaign, CountryForm(initial={"country": country})),
            "country_name": countries.name_of(country),
            "offices": offices,
        },
    )


def _embassies_context(campaign: Campaign, form: CountryForm) -> dict[str, Any]:
    return {
        **campaign_context(campaign),
        "form": form,
        "may_write": rules.may_be_written_by_hand(campaign),
        "self_reported": SelfReport.objects.filter(campaign=campaign).count(),
    }


@get_or_post
@signing_page
def letter(request: HttpRequest, slug: str, point_id: int) -> HttpResponse:
    """A form; and from what is typed there a PDF, which is kept nowhere."""
    campaign, point, current = _what_may_be_written(slug, point_id)
    form = OwnLetterForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and not _unprintable(form):
        try:
            pdf = own_letter.typeset(
                campaign=campaign,
                letter=current,
                point=point,
                language=languages.active(),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except NotTypeset:
            form.add_error(None, _("Many people are printing at this moment. Please try again in a minute."))
            return _letter_page(request, campaign, point, current, form, status=503)
        headers = {"Content-Disposition": f'attachment; filename="{campaign.slug}.pdf"'}
        return HttpResponse(pdf, content_type="application/pdf", headers=headers)
    return _letter_page(request, campaign, point, current, form, status=422 if form.is_bound else 200)


def _unprintable(form: OwnLetterForm) -> bool:
    """Says on the form what cannot be printed: a letter with boxes for letters is none."""
    for field in ("name", "place", "own_words"):
        if missing := own_letter.unprintable(form.cleaned_data[field]):
            form.add_error(field, _("We have no letters to print these: %(letters)s") % {"letters": " ".join(missing)})
    return not form.is_valid()


def _letter_page(
    request: HttpRequest,
    campaign: Campaign,
    point: DeliveryPoint,
    current: Letter,
    form: OwnLetterForm,
    *,
    status: int,
) -> HttpResponse:
    context = {
        **_office_context(campaign, point),
        "form": form,
        "letters": own_letter.texts_of(campaign, current, languages.active()),
        "country_name": countries.name_of(point.country),
    }
    return render(request, "campaign/own_letter.html", context, status=status)


@get_or_post
@signing_page
def told(request: HttpRequest, slug: str, point_id: int) -> HttpResponse:
    """Somebody says to have sent a letter. Counted apart: nobody has confirmed it, and nobody is remembered."""
    campaign, point, _letter = _what_may_be_written(slug, point_id)
    form = SelfReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        SelfReport.objects.tell(campaign=campaign, point=point, now=timezone.now(), **form.cleaned_data)
        return redirect("own_letter_thanks", slug)
    context = {**_office_context(campaign, point), "form": form}
    return render(request, "campaign/own_letter_told.html", context, status=422 if form.is_bound else 200)


@require_safe
@signing_page
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = public_campaign(slug)
    count = SelfReport.objects.filter(campaign=campaign).count()
    return render(request, "campaign/own_letter_thanks.html", campaign_context(campaign) | {"self_reported": count})


def _what_may_be_written(slug: str, point_id: int) -> tuple[Campaign, DeliveryPoint, Letter]:
    campaign = public_campaign(slug)
    point = DeliveryPoint.objects.of_campaign(campaign).filter(pk=point_id).first()
    current = rules.current_letter(campaign)
    if point is None or current is None or not rules.may_be_written_by_hand(campaign):
        raise Http404
    return campaign, point, current


def _office_context(campaign: Campaign, point: DeliveryPoint) -> dict[str, Any]:
    return {**campaign_context(campaign), "point": point, "office": in_language(point, languages.active())}


@public_page
def day(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "campaign/day.html", _day_context(slug))


@public_page
def day_now(request: HttpRequest, slug: str) -> HttpResponse:
    """The map and the list alone, for a page that stays open on the day."""
    return render(request, "components/delivery_day.html", _day_context(slug))


def _day_context(slug: str) -> dict[str, Any]:
    campaign = public_campaign(slug)
    return {
        **campaign_context(campaign),
        "date": campaign.observance_date(),
        "day": day_of(campaign, deliveries_of(campaign)["places"], now=timezone.now()),
        "now_url": reverse("day_now", args=[slug]),
        "calendar_url": reverse("campaign_calendar", args=[slug]),
        "subscription": calendars.subscription(links.absolute("campaign_calendar", slug, language=languages.active())),
    }


@require_safe
@cache_control(public=True, max_age=KEEP_CALENDAR)
def campaign_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = public_campaign(slug)
    return _calendar(calendars.of_campaign(campaign, HandIn.objects.public_of(campaign), languages.active()), slug)


@require_safe
@cache_control(public=True, max_age=KEEP_CALENDAR)
def hand_in_calendar(request: HttpRequest, slug: str, hand_in_id: int) -> HttpResponse:
    campaign = public_campaign(slug)
    hand_in = get_object_or_404(HandIn.objects.public_of(campaign), pk=hand_in_id)
    return _calendar(calendars.of_hand_in(hand_in, campaign, languages.active()), f"{slug}-{hand_in.pk}")


@require_safe
@cache_control(public=True, max_age=KEEP_CALENDAR)
def observance_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Observance.objects.prefetch_related("texts", "moved_dates"), slug=slug)
    return _calendar(calendars.of_observance(found, languages.active(), today=timezone.localdate()), slug)


def _calendar(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
