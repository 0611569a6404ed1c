"""Whom a campaign's letters address, and where they go."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign import actions, point_sheets, rules
from campaign.forms.points import AddressingForm, TryCountryForm, name_of_target
from campaign.models import Campaign, DeliveryPoint, Target
from campaign.views.desk_frame import campaign_page, frame, person, seen_campaign_page
from campaign.views.desk_targets import PER_PAGE, health_cell, point_url, verified_cell
from face import countries


@require_safe
@seen_campaign_page
def points(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    of_campaign = DeliveryPoint.objects.of_campaign(campaign).for_desk()
    page = Paginator(of_campaign, PER_PAGE).get_page(request.GET.get("page"))
    since = timezone.localdate() - rules.VERIFIED_FOR
    working = DeliveryPoint.objects.of_campaign(campaign).takes_email()
    form = TryCountryForm(request.GET if "country" in request.GET else None)
    target = Target.objects.prefetch_related("texts").get(pk=campaign.target_id)
    context = frame(campaign, "points") | {
        "target": target,
        "target_name": name_of_target(target),
        "page": page,
        "columns": [
            {"label": _("Place")},
            {"label": _("Delivery point")},
            {"label": _("E-mail")},
            {"label": _("Verified")},
            {"label": _("An hour"), "numeric": True},
            {"label": _("Answers for")},
        ],
        "rows": [_row(point, may_open=rules.may_see_targets(request.user)) for point in page],
        "unverified": DeliveryPoint.objects.of_campaign(campaign).unverified(since=since).count(),
        "an_hour": sum(point.hourly_cap * point.letters_per_mail for point in working),
        "working": working.count(),
        "try_form": form,
        "tried": _tried(campaign, form),
        "may_run": rules.may_run(person(request), campaign),
        "may_open_targets": rules.may_see_targets(request.user),
    }
    return render(request, "desk/campaign/points.html", context, status=422 if form.errors else 200)


def _row(point: DeliveryPoint, *, may_open: bool) -> list[dict[str, Any]]:
    named = point_sheets.names_of(sorted(each.country for each in point.answers_for.all()))
    return [
        {"text": countries.place(point.city, point.country), "url": point_url(point) if may_open else ""},
        {"text": point.name},
        health_cell(point),
        verified_cell(point, today=timezone.localdate()),
        {"text": number_format(point.hourly_cap, force_grouping=True), "numeric": True},
        {"text": named or (_("all the others") if point.takes_rest else "–")},
    ]


def _tried(campaign: Campaign, form: TryCountryForm) -> dict[str, Any] | None:
    """What a letter from the country that somebody tries would reach."""
    if not form.is_valid():
        return None
    country = form.cleaned_data["country"]
    return {"country": countries.name_of(country), "points": rules.points_reached(campaign, country)}


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page
def addressing(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    may_change_target = rules.may_change_target(campaign)
    form = AddressingForm(request.POST or None, campaign=campaign, may_change_target=may_change_target)
    if form.is_valid():
        try:
            actions.choose_points(campaign=campaign, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. Letters of those who confirm from now on go there."))
            return redirect("campaign_desk:points", campaign.slug)
    title = _("Where the letters go")
    context = frame(campaign, "points", page=title) | {
        "title": title,
        "form": form,
        "verb": _("Save"),
        "about": "" if may_change_target else _("The target stays: people have signed letters that address it."),
        "cancel_url": reverse("campaign_desk:points", args=[campaign.slug]),
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)
