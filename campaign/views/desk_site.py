"""What staff set for the whole site: the banner, limits; what is set elsewhere stands beside them."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import role_page
from campaign import actions, rules
from campaign.forms.site import BannerForm, LimitsForm
from campaign.models import Banner, Pause, SiteLimits
from campaign.views.desk_frame import person
from face import languages
from face.texts import best_text

# Old banners that the page still shows; the others are kept too.
EARLIER = 20

site_page = role_page(rules.may_set_site)
_HOME = "site_desk:settings"


@require_safe
@site_page
def site_settings(request: HttpRequest) -> HttpResponse:
    banners = list(Banner.objects.select_related("put_up_by", "taken_down_by").prefetch_related("texts")[:EARLIER])
    context = {
        "banners": [_told(banner, now=timezone.now()) for banner in banners],
        "limits": SiteLimits.current(),
        "sign_limit": settings.SIGN_LIMIT,
        "pauses": Pause.objects.standing().count(),
    }
    return render(request, "desk/site/settings.html", context)


def _told(banner: Banner, *, now: dt.datetime) -> dict[str, Any]:
    stands = banner.taken_down_at is None and banner.shown_until > now
    return {"banner": banner, "stands": stands, "text": best_text(banner.texts, languages.active())}


@require_http_methods(["GET", "HEAD", "POST"])
@site_page
def new_banner(request: HttpRequest) -> HttpResponse:
    form = BannerForm(request.POST or None)
    if form.is_valid():
        actions.put_up_banner(
            words=form.words(),
            level=form.cleaned_data["level"],
            shown_from=form.cleaned_data["shown_from"],
            shown_until=form.cleaned_data["shown_until"],
            by=person(request),
        )
        messages.success(request, _("It stands above every public page within a few seconds."))
        return redirect(_HOME)
    return _form_page(request, form, title=_("Put up a banner"), verb=_("Put it up"))


@require_POST
@site_page
def banner_down(request: HttpRequest, pk: int) -> HttpResponse:
    actions.take_down_banner(banner=get_object_or_404(Banner, pk=pk), by=person(request))
    messages.success(request, _("It is gone from the pages within a few seconds."))
    return redirect(_HOME)


@require_http_methods(["GET", "HEAD", "POST"])
@site_page
def limits(request: HttpRequest) -> HttpResponse:
    form = LimitsForm(request.POST or None, initial=SiteLimits.current().told())
    if form.is_valid():
        actions.set_limits(**form.cleaned_data, by=person(request))
        messages.success(request, _("The limits hold from now on."))
        return redirect(_HOME)
    return _form_page(request, form, title=_("Limits"), verb=_("Set the limits"))


def _form_page(request: HttpRequest, form: BannerForm | LimitsForm, **words: Any) -> HttpResponse:
    trail = [{"label": _("Site settings"), "url": reverse(_HOME)}, {"label": words["title"]}]
    context = {"form": form, "trail": trail, "cancel_url": reverse(_HOME), **words}
    return render(request, "desk/campaign/form_page.html", context, status=422 if form.errors else 200)
