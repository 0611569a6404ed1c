"""Hand-ins at the desk: offered, taken up, followed, and what of their reports everyone sees."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django_fsm import TransitionNotAllowed

from campaign import actions, rules
from campaign.forms.hand_ins import DayForm, HandInFilterForm, OfferForm, ReleaseForm
from campaign.models import Campaign, Dispatch, HandIn, HandInPhoto, OwnWords, Pack, Volunteer
from campaign.models.hand_in import OUTCOMES
from campaign.steps import HAND_IN_STEPS, VOLUNTEER_STEPS, Step
from campaign.views.desk_frame import campaign_page, frame, history, person
from campaign.views.hand_ins import picture_response
from cases.forms.pictures import Boxes
from face import countries, languages
from face.pages import get_or_post

PER_PAGE = 50
_GOOD = (HandIn.State.DELIVERED, HandIn.State.LEFT_IN_MAILBOX, HandIn.State.POSTED, HandIn.State.REPORTED)
_PROBLEM = (HandIn.State.REFUSED, HandIn.State.OTHER)


def _badge_of(state: str) -> str:
    return "good" if state in _GOOD else "problem" if state in _PROBLEM else "waiting"


# --- The list


@require_safe
@campaign_page
def hand_ins(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = HandInFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = HandIn.objects.filter(campaign=campaign).select_related("campaign", "point")
    if wanted.get("state"):
        found = found.filter(state=wanted["state"])
    by_city = ("point__city", "point__name", "day")
    found = found.order_by(*(by_city if wanted.get("order") else ("day", *by_city[:2])))
    offers = Count("volunteers", filter=Q(volunteers__state=Volunteer.State.CONFIRMED))
    page = Paginator(found.annotate(offers=offers), PER_PAGE).get_page(request.GET.get("page"))
    packs = _packs_by_point(campaign, [hand_in.point_id for hand_in in page])
    context = frame(campaign, "hand_ins") | {
        "form": form,
        "found": page.paginator.count,
        "clear_url": request.path if any(wanted.values()) else "",
        "page": page,
        "columns": [
            {"label": _("City")},
            {"label": _("Delivery point")},
            {"label": _("Day")},
            {"label": _("State")},
            {"label": _("Offers that wait"), "numeric": True},
            {"label": _("Packs")},
        ],
        "rows": [_row(campaign, hand_in, packs.get(hand_in.point_id, [])) for hand_in in page],
    }
    return render(request, "desk/campaign/hand_ins.html", context)


def _packs_by_point(campaign: Campaign, points: list[int]) -> dict[int, list[Pack]]:
    by_hand = Pack.objects.filter(campaign=campaign, point__in=points, channel=Dispatch.Channel.HAND)
    found: dict[int, list[Pack]] = {}
    for pack in by_hand.exclude(state=Pack.State.CANCELLED):
        found.setdefault(pack.point_id, []).append(pack)
    return found


def _row(campaign: Campaign, hand_in: Any, packs: list[Pack]) -> list[dict[str, Any]]:
    place = countries.place(hand_in.point.city, hand_in.point.country)
    fetched = sum(pack.state == Pack.State.HANDED_OUT for pack in packs)
    volumes = ngettext("%(count)d volume", "%(count)d volumes", len(packs)) % {"count": len(packs)}
    downloaded = _("%(volumes)s, %(fetched)d downloaded") % {"volumes": volumes, "fetched": fetched}
    return [
        {"text": place, "url": _url(hand_in)},
        {"text": hand_in.point.name},
        {"text": date_format(hand_in.day, "DATE_FORMAT")},
        {"text": hand_in.get_state_display(), "badge": _badge_of(hand_in.state)},
        {"text": number_format(hand_in.offers, force_grouping=True), "numeric": True},
        {"text": downloaded if packs else "–"},
    ]


def _url(hand_in: HandIn) -> str:
    return reverse("campaign_desk:hand_in", args=[hand_in.campaign.slug, hand_in.pk])


@get_or_post
@campaign_page
def offer(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = OfferForm(request.POST or None, campaign=campaign)
    if form.is_valid():
        try:
            offered = actions.offer_hand_ins(campaign=campaign, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _offered(len(offered)))
            return redirect("campaign_desk:hand_ins", campaign.slug)
    title = _("Ask for coordinators")
    context = frame(campaign, "hand_ins", page=title) | {
        "title": title,
        "about": _("The campaign’s page asks for somebody who goes there on that day. You choose who does."),
        "form": form,
        "verb": _("Ask for them"),
        "cancel_url": reverse("campaign_desk:hand_ins", args=[campaign.slug]),
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


def _offered(count: int) -> str:
    return ngettext(
        "A coordinator is wanted for %(count)d place.", "Coordinators are wanted for %(count)d places.", count
    ) % {"count": count}


# --- One hand-in


def _of(campaign: Campaign, pk: int) -> HandIn:
    hand_ins = HandIn.objects.select_related("campaign", "point", "coordinator")
    return get_object_or_404(hand_ins, campaign=campaign, pk=pk)


@require_safe
@campaign_page
def hand_in(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    found = _of(campaign, pk)
    packs = Pack.objects.filter(campaign=campaign, point=found.point_id, channel=Dispatch.Channel.HAND)
    known = list(packs.order_by("volume"))
    left = rules.to_strike_out(known)
    # An address that nobody has confirmed is nobody's yet.
    volunteers = found.volunteers.exclude(state=Volunteer.State.PENDING).order_by("offered_at")
    for volunteer in volunteers:
        volunteer.hand_in = found
    context = frame(campaign, "hand_ins", page=found.point.name) | {
        "hand_in": found,
        "place": countries.place(found.point.city, found.point.country),
        "badge": _badge_of(found.state),
        "steps": _offered_steps(HAND_IN_STEPS, found),
        "volunteers": [
            {"volunteer": volunteer, "steps": _offered_steps(VOLUNTEER_STEPS, volunteer)} for volunteer in volunteers
        ],
        "may_write": rules.coordinators_of(campaign, found).exists(),
        "unread": OwnWords.objects.unread().filter(campaign=campaign).count(),
        "packs": [{"pack": pack, "to_strike_out": languages.listed(left.get(pack.pk, ()))} for pack in known],
        "reports": found.reports.prefetch_related("photos"),
        "may_release": rules.may_release(found),
        "is_over": _is_over(found),
        "history": history(found.changes, HandIn.State),
    }
    return render(request, "desk/campaign/hand_in.html", context)


def _is_over(found: HandIn) -> bool:
    """Somebody has been there: the day on which they went stays."""
    return found.state in (*OUTCOMES, HandIn.State.REPORTED)


def _offered_steps(steps: dict[str, Step], row: Any) -> list[tuple[str, Step]]:
    return [(slug, step) for slug, step in steps.items() if step.applies(row)]


@get_or_post
@campaign_page
def day(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    found = _of(campaign, pk)
    if _is_over(found):
        messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        return redirect(_url(found))
    form = DayForm(request.POST or None, initial={"day": found.day, "opening_hours": found.opening_hours})
    if form.is_valid():
        actions.reschedule_hand_in(hand_in=found, by=person(request), **form.cleaned_data)
        messages.success(request, _("Saved. The campaign’s page says so; write to the coordinator if there is one."))
        return redirect(_url(found))
    title = _("Day and hours")
    context = frame(campaign, "hand_ins", page=title) | {
        "title": title,
        "about": found.point.name,
        "form": form,
        "verb": _("Save"),
        "cancel_url": _url(found),
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


@get_or_post
@campaign_page
def step(request: HttpRequest, campaign: Campaign, pk: int, step: str) -> HttpResponse:
    found = _of(campaign, pk)
    return _take(request, campaign, found, HAND_IN_STEPS, step, row=found, scope=found.point.name)


@get_or_post
@campaign_page
def volunteer_step(request: HttpRequest, campaign: Campaign, pk: int, volunteer_pk: int, step: str) -> HttpResponse:
    found = _of(campaign, pk)
    volunteer = get_object_or_404(
        found.volunteers.exclude(state=Volunteer.State.PENDING).filter(erased_at__isnull=True), pk=volunteer_pk
    )
    volunteer.hand_in = found
    return _take(request, campaign, found, VOLUNTEER_STEPS, step, row=volunteer, scope=volunteer.name or "")


def _take(
    request: HttpRequest, campaign: Campaign, found: HandIn, steps: dict[str, Step], slug: str, *, row: Any, scope: str
) -> HttpResponse:
    """Asks once more, says what will happen, and calls the verb."""
    if slug not in steps:
        raise Http404
    chosen = steps[slug]
    if not chosen.applies(row):
        messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        return redirect(_url(found))
    if request.method == "POST":
        try:
            chosen.take(row, person(request))
        except (actions.NotWanted, actions.LinkUsed, TransitionNotAllowed):
            messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        else:
            messages.success(request, chosen.done)
        return redirect(_url(found))
    context = frame(campaign, "hand_ins", page=str(chosen.name)) | {
        "title": chosen.name,
        "scope": scope,
        "consequences": [chosen.question],
        "verb": chosen.name,
        "action_url": request.path,
        "cancel_url": _url(found),
    }
    return render(request, "desk/confirmation.html", context)


# --- What everyone sees of a report


@get_or_post
@campaign_page
def release(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Which photographs everyone may see; the hand-in is closed with it."""
    found = _of(campaign, pk)
    if not rules.may_release(found):
        raise Http404
    form = ReleaseForm(request.POST if request.method == "POST" else None, initial={"public_note": found.public_note})
    if form.is_valid():
        photos = HandInPhoto.objects.filter(report__hand_in=found)
        chosen = [photo for photo in photos if f"photo-{photo.pk}" in request.POST]
        actions.release_report(hand_in=found, photos=chosen, by=person(request), **form.cleaned_data)
        messages.success(request, _("The hand-in is closed as reported, and the photographs you chose are public."))
        return redirect(_url(found))
    context = frame(campaign, "hand_ins", page=_("Release the report")) | {
        "hand_in": found,
        "form": form,
        "reports": [
            {
                "report": report,
                "photos": [(photo, _is_chosen(request, photo)) for photo in report.photos.all()],
            }
            for report in found.reports.prefetch_related("photos")
        ],
    }
    return render(request, "desk/campaign/release.html", context, status=422 if form.errors else 200)


def _is_chosen(request: HttpRequest, photo: HandInPhoto) -> bool:
    """As it was sent, else as it is."""
    return f"photo-{photo.pk}" in request.POST if request.method == "POST" else photo.released_by_id is not None


def _photo(campaign: Campaign, pk: int) -> HandInPhoto:
    photos = HandInPhoto.objects.select_related("report__hand_in__campaign", "report__hand_in__point")
    return get_object_or_404(photos, report__hand_in__campaign=campaign, pk=pk)


@require_safe
@campaign_page
def photo(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    response = picture_response(_photo(campaign, pk).file)
    response.headers["Cache-Control"] = "no-store"
    return response


@get_or_post
@campaign_page
def covers(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Parts of a photograph to cover for good: in numbers, or drawn on it (static/js/redaction-boxes.js)."""
    found = _photo(campaign, pk)
    hand_in = found.report.hand_in
    formset = Boxes(request.POST or None, form_kwargs={"width": found.width, "height": found.height})
    problem = ""
    if formset.is_bound and formset.is_valid():
        boxes = [form.cleaned_data["box"] for form in formset if form.cleaned_data.get("box")]
        try:
            if not boxes:
                raise ValidationError(_("Please say which part: draw a box, or give its four numbers."))
            actions.cover_photo(photo=found, boxes=boxes, by=person(request))
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            messages.success(request, _("Covered for good. Nothing is kept of what was there."))
            return redirect("campaign_desk:release", campaign.slug, hand_in.pk)
    context = frame(campaign, "hand_ins", page=_("Cover parts")) | {
        "hand_in": hand_in,
        "photo": found,
        "formset": formset,
        "problem": problem,
    }
    bad = problem or formset.total_error_count()
    return render(request, "desk/campaign/covers.html", context, status=422 if formset.is_bound and bad else 200)
