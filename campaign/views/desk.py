"""The organizers' desk: what waits and why, what is paused, and letters that one has sent to oneself."""

from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import role_page
from accounts.models import User
from campaign import actions, kit, rules, waiting
from campaign.forms import PauseForm, SpecimenForm, TestLettersForm, name_of
from campaign.models import Campaign, DeliveryPoint, Dispatch, Pause
from campaign.views.desk_frame import campaign_page, frame, person
from face import languages
from face.typesetting import NotTypeset

PER_PAGE = 50
# Lifted pauses that the list still shows; the others are kept too.
LIFTED = 50

pauses_page = role_page(rules.may_see_pauses)


@require_safe
@campaign_page
def waiting_letters(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    now = timezone.now()
    found = waiting.waiting(campaign, language=languages.active(), now=now)
    may_lift = set(rules.may_be_lifted_by(person(request), found.pauses))
    page = Paginator(found.letters, PER_PAGE).get_page(request.GET.get("page"))
    context = frame(campaign, "waiting") | {
        "waiting": found,
        "page": page,
        "letters": waiting.load(list(page)),
        "columns": [
            {"label": _("Delivery point")},
            {"label": _("State")},
            {"label": _("Pause")},
            {"label": _("To be read"), "numeric": True},
            {"label": _("Waiting"), "numeric": True},
            {"label": _("About to be sent"), "numeric": True},
        ],
        "rows": [_place_row(place, found.reasons, may_lift) for place in found.places],
        "too_many": [each.told() for each in rules.too_many_for_the_window(campaign, now=now)],
        "reasons": [_told(campaign, reason, may_lift) for reason in found.reasons],
        "may_test": rules.letter_to_test(campaign) is not None,
    }
    return render(request, "desk/campaign/waiting.html", context)


def _place_row(place: waiting.Place, of_all: list[waiting.Reason], may_lift: set[Pause]) -> list[dict[str, Any]]:
    goes = place.goes and not any(reason.stops for reason in of_all)
    lift_url = next(filter(None, (_lift_url(reason, may_lift) for reason in place.reasons)), "")
    new = f"{reverse('campaign_desk:new_pause')}?what=point:{place.point.pk}"
    return [
        {"text": place.text.name},
        {"text": _("goes") if goes else _("waits"), "badge": "good" if goes else "waiting"},
        {"text": _("Pause"), "url": new} if place.goes else {"text": _("Lift") if lift_url else "", "url": lift_url},
        {"text": intcomma(place.unread), "numeric": True},
        {"text": intcomma(place.waiting), "numeric": True},
        {"text": intcomma(place.going), "numeric": True},
    ]


def _told(campaign: Campaign, reason: waiting.Reason, may_lift: set[Pause]) -> dict[str, Any]:
    held = reverse("campaign_desk:holds_release", args=[campaign.slug]) if reason.hold else ""
    return {"reason": reason, "lift_url": held or _lift_url(reason, may_lift)}


def _lift_url(reason: waiting.Reason, may_lift: set[Pause]) -> str:
    """Empty where this person may not."""
    if reason.pause is None or reason.pause not in may_lift:
        return ""
    return reverse("campaign_desk:lifting", args=[reason.pause.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page
def holds_release(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Somebody has looked at the cases for which its letters are held."""
    here = reverse("campaign_desk:waiting", args=[campaign.slug])
    cases = sorted(set(campaign.holds.standing().values_list("case__reference", flat=True)))
    if not cases:
        messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        return redirect(here)
    if request.method == "POST":
        try:
            actions.lift_holds(campaign=campaign, by=person(request))
        except actions.StillDown as down:
            told = _("Taken down: %(cases)s. Take the case out of the campaign, or wait until its page is back.")
            messages.error(request, told % {"cases": ", ".join(down.cases)})
        else:
            messages.success(request, _("Letters go out again, as the hourly caps allow."))
        return redirect(here)
    title = _("Let the letters go again")
    question = _(
        "The situation in a case that the letter speaks of has changed. Have you read the case page and the letter,"
        " and is everything in it still true? If not, publish a new version of the letter first."
    )
    context = frame(campaign, "waiting", page=title) | {
        "title": title,
        "scope": ", ".join(cases),
        "consequences": [question],
        "verb": title,
        "action_url": request.path,
        "cancel_url": here,
    }
    return render(request, "desk/confirmation.html", context)


@require_safe
@pauses_page
def pauses(request: HttpRequest) -> HttpResponse:
    known = Pause.objects.for_desk()
    page = Paginator(known.standing(), PER_PAGE).get_page(request.GET.get("page"))
    standing = list(page)
    may_lift = rules.may_be_lifted_by(person(request), standing)
    context = {
        "page": page,
        "standing": [{"pause": pause, "name": name_of(pause), "may_lift": pause in may_lift} for pause in standing],
        "lifted": [
            {"pause": pause, "name": name_of(pause)} for pause in known.filter(lifted_at__isnull=False)[:LIFTED]
        ],
    }
    return render(request, "desk/campaign/pauses.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@pauses_page
def new_pause(request: HttpRequest) -> HttpResponse:
    standing = {pause.key for pause in Pause.objects.standing()}
    things = [thing for thing in rules.may_be_paused_by(person(request)) if thing.key not in standing]
    form = PauseForm(request.POST or None, things=things, initial={"what": request.GET.get("what")})
    if form.is_valid():
        what = form.cleaned_data["what"]
        made = actions.pause(
            scope=what.scope,
            target=what.target,
            point=what.point,
            domain=what.domain,
            reason=form.cleaned_data["reason"],
            by=person(request),
        )
        messages.success(request, _told_of_pause(made))
        return redirect("campaign_desk:pauses")
    trail = [{"label": _("What is paused"), "url": reverse("campaign_desk:pauses")}, {"label": _("Pause letters")}]
    context = {"form": form, "trail": trail, "nothing": not things}
    return render(request, "desk/campaign/new_pause.html", context, status=422 if form.errors else 200)


def _told_of_pause(pause: Pause) -> str:
    count = _waiting_for(pause)
    return ngettext(
        "Paused. %(count)s letter waits for it. People can still sign.",
        "Paused. %(count)s letters wait for it. People can still sign.",
        count,
    ) % {"count": count}


def _waiting_for(pause: Pause) -> int:
    return Dispatch.objects.waiting().filter(point__in=DeliveryPoint.objects.stopped_by(pause)).count()


@require_http_methods(["GET", "HEAD", "POST"])
@pauses_page
def lifting(request: HttpRequest, pk: int) -> HttpResponse:
    pause = get_object_or_404(Pause.objects.for_desk(), pk=pk)
    me = person(request)
    if not rules.may_lift(me, pause):
        raise PermissionDenied
    if request.method == "POST":
        actions.lift(pause=pause, by=me)
        messages.success(request, _("Lifted. What waited goes again, as the hourly caps allow."))
    if request.method == "POST" or pause.lifted_at:
        return redirect("campaign_desk:pauses")
    count = _waiting_for(pause)
    title = _("Let the letters go again: %(what)s") % {"what": name_of(pause)}
    context = {
        "title": title,
        "trail": [{"label": _("What is paused"), "url": reverse("campaign_desk:pauses")}, {"label": name_of(pause)}],
        "scope": ngettext("%(count)s letter waits for it.", "%(count)s letters wait for it.", count) % {"count": count},
        "consequences": [
            _("Paused by %(who)s: %(why)s") % {"who": pause.paused_by or _("itself"), "why": pause.why},
            _("They go out by e-mail, as the hourly caps allow. What has gone cannot be called back."),
            _("What another pause or a hold keeps goes on waiting."),
        ],
        "verb": _("Lift the pause"),
        "action_url": request.path,
        "cancel_url": reverse("campaign_desk:pauses"),
    }
    return render(request, "desk/confirmation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page
def test_letters(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    me, letter = person(request), rules.letter_to_test(campaign)
    context = frame(campaign, "waiting", page=_("Test letters"), letter=letter, email=me.email)
    if letter is None:
        return render(request, "desk/campaign/test_letters.html", context)
    form = TestLettersForm(request.POST or None, campaign=campaign, letter=letter)
    if form.is_valid():
        try:
            count = actions.send_test_letters(campaign=campaign, letter=letter, by=me, **form.cleaned_data)
        except actions.TooManyTests as too_many:
            form.add_error(None, _too_many(too_many.left))
        else:
            messages.success(request, _sent(count, me))
            return redirect("campaign_desk:test_letters", campaign.slug)
    context |= {"form": form, "specimen_form": SpecimenForm(campaign=campaign)}
    return render(request, "desk/campaign/test_letters.html", context, status=422 if form.errors else 200)


@require_POST
@campaign_page
def specimen(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The pack with names of nobody. It is made while the organizer waits, some seconds, and kept nowhere."""
    letter, form = rules.letter_to_test(campaign), SpecimenForm(request.POST, campaign=campaign)
    if letter is None or not form.is_valid():
        raise Http404
    try:
        made = kit.specimen(campaign, letter=letter, at=timezone.now(), **form.cleaned_data)
    except NotTypeset:
        messages.error(request, _("It could not be typeset. The log says why."))
        return redirect("campaign_desk:test_letters", campaign.slug)
    name = f'attachment; filename="{campaign.slug}-specimen.pdf"'
    return HttpResponse(made.pdf, content_type="application/pdf", headers={"Content-Disposition": name})


def _too_many(left: int) -> str:
    return ngettext(
        "You can have %(count)s more test letter in this hour. Choose fewer places or languages, or wait.",
        "You can have %(count)s more test letters in this hour. Choose fewer places or languages, or wait.",
        left,
    ) % {"count": left}


def _sent(count: int, to: User) -> str:
    return ngettext(
        "%(count)s test letter is on its way to %(email)s.",
        "%(count)s test letters are on their way to %(email)s.",
        count,
    ) % {"count": count, "email": to.email}
