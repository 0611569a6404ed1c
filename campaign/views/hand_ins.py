"""The way of a city coordinator: offer, confirm, fetch the kit, report from the door, leave. By signed links alone."""

import io
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from campaign import actions, links, rules
from campaign.actions.hand_ins import Offer
from campaign.forms import ReportForm, VolunteerForm
from campaign.models import HandIn, HandInPhoto, Volunteer
from campaign.outcomes import told
from campaign.views.guards import signing_page
from campaign.views.public import campaign_context, public_campaign
from campaign.views.signing import get_or_post, with_link
from face import languages
from face.pictures import MAX_BYTES, BadPicture
from face.texts import in_language
from face.uploads import InMemoryUpload
from privacy.links import Link

# Whatever the bytes are, a browser that opens them by themselves runs nothing and loads nothing.
ALONE = "default-src 'none'; sandbox"
# All photographs of a report and the rest of it; a phone's own are far smaller (static/js/report-queue.js).
MOST = 3 * MAX_BYTES


@get_or_post
@signing_page
def volunteer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    campaign = public_campaign(slug)
    hand_in = get_object_or_404(HandIn.objects.for_pages(), campaign=campaign, pk=pk)
    form = VolunteerForm(request.POST or None)
    if form.is_valid():
        offer = {name: form.cleaned_data[name] for name in Offer.__annotations__}
        try:
            actions.volunteer(hand_in=hand_in, language=languages.active(), offer=cast(Offer, offer))
        except actions.NotWanted:
            hand_in = HandIn.objects.for_pages().get(pk=pk)
        else:
            return redirect("volunteer_sent", slug, pk)
    wanted = hand_in.state == HandIn.State.OFFERED
    context = {**campaign_context(campaign), **_place(hand_in), "form": form, "wanted": wanted}
    return render(request, "campaign/volunteer.html", context, status=422 if form.is_bound else 200)


@require_safe
@signing_page
def volunteer_sent(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return render(request, "campaign/volunteer_sent.html", campaign_context(public_campaign(slug)))


@get_or_post
@with_link(links.VOLUNTEER_CONFIRM)
def confirm(request: HttpRequest, link: Link) -> HttpResponse:
    if request.method == "POST":
        confirmed = actions.confirm_volunteer(volunteer_id=link.subject)
        return redirect("coordinator", links.coordinator_token(confirmed))
    volunteer = volunteer_of(link)
    token = links.coordinator_token(volunteer)
    if volunteer.state != Volunteer.State.PENDING:
        return redirect("coordinator", token)
    context = {"volunteer": volunteer, "departure_url": reverse("departure", args=[token]), **_about(volunteer)}
    return render(request, "campaign/volunteer_confirm.html", context)


def volunteer_of(link: Link) -> Volunteer:
    """With all that their pages show. Raises LinkUsed."""
    found = Volunteer.objects.of_link(link.subject).first()
    if found is None:
        raise actions.LinkUsed
    found.hand_in = HandIn.objects.for_pages().get(pk=found.hand_in_id)
    return found


def with_volunteer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Opens the link of the page: the view gets whose it is, and what else stands in the address."""

    @wraps(view)
    def found(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        opened = with_link(links.COORDINATOR)(lambda request, link: view(request, volunteer_of(link), **kwargs))
        return opened(request, token)

    found.csrf_exempt = True  # type: ignore[attr-defined]  # with_link guards the form, as signing_page does
    return found


def with_coordinator(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As above, for the one who was accepted."""

    @wraps(view)
    def found(request: HttpRequest, volunteer: Volunteer, **kwargs: Any) -> HttpResponse:
        if volunteer.hand_in.coordinator_id != volunteer.pk:
            raise actions.LinkUsed
        return view(request, volunteer, **kwargs)

    return with_volunteer(found)


@require_safe
@with_volunteer
def coordinator(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """How the offer stands; for the coordinator all that they need."""
    is_coordinator = volunteer.hand_in.coordinator_id == volunteer.pk
    context = _about(volunteer) | {
        "volunteer": volunteer,
        "departure_url": _url("departure", volunteer),
        "is_coordinator": is_coordinator,
    }
    if is_coordinator:
        context |= _kit(volunteer) | {
            "may_report": rules.may_report(volunteer.hand_in),
            "report_url": _url("report", volunteer),
            "reports": volunteer.hand_in.reports.prefetch_related("photos"),
        }
    return render(request, "campaign/coordinator.html", context)


@get_or_post
@with_coordinator
def kit(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Where the making of the kit stands, as a part of the page; its button asks for what was signed since."""
    problem = ""
    if request.method == "POST":
        try:
            actions.ask_for_kit(volunteer=volunteer)
        except actions.LettersHeld:
            problem = _held()
        except actions.NothingToAskFor:
            problem = _("There is nothing new to ask for yet. Fetch what is ready first, and ask again later.")
        else:
            return redirect("coordinator", links.coordinator_token(volunteer))
        return _refused(request, volunteer, problem)
    return render(request, "components/kit.html", _kit(volunteer))


@require_POST
@with_coordinator
def pack(request: HttpRequest, volunteer: Volunteer, number: str) -> Any:
    found = rules.kit_of(volunteer.hand_in).filter(number=number).first()
    if found is None:
        raise Http404
    try:
        pdf = actions.hand_out_kit(volunteer=volunteer, pack=found)
        return FileResponse(io.BytesIO(pdf), as_attachment=True, filename=f"{number}.pdf")
    except actions.LettersHeld:
        return _refused(request, volunteer, _held())
    except (actions.NotReadyYet, FileNotFoundError):
        return _refused(request, volunteer, _("This pack is being made anew. Please wait a moment."))


def _held() -> str:
    return _(
        "The situation of the people has changed. The letters wait until the organizers have made sure that every word "
        "is still true; they will write to you."
    )


def _refused(request: HttpRequest, volunteer: Volunteer, problem: str) -> HttpResponse:
    context = {"problem": problem, "own_url": _url("coordinator", volunteer), **_about(volunteer)}
    return render(request, "campaign/kit_refused.html", context, status=409)


@get_or_post
@with_coordinator
def report(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    hand_in = volunteer.hand_in
    with timezone.override(hand_in.point.zone):
        if request.method != "POST":
            form = ReportForm(initial={"key": uuid.uuid4(), "at": timezone.localtime()})
            return _report_page(request, volunteer, form)
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST:
            form = ReportForm(initial={"key": uuid.uuid4(), "at": timezone.localtime()})
            return _report_page(request, volunteer, form, too_big=True)
        request.upload_handlers = [_Photographs(request)]
        form = ReportForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                actions.report_hand_in(volunteer=volunteer, **form.cleaned_data)
            except BadPicture as bad:
                form.add_error("photos", str(bad))
            else:
                return redirect("reported", links.coordinator_token(volunteer))
        return _report_page(request, volunteer, form)


class _Photographs(InMemoryUpload):
    room = MOST


def _report_page(
    request: HttpRequest, volunteer: Volunteer, form: ReportForm, *, too_big: bool = False
) -> HttpResponse:
    form.fields["at"].help_text = _("The time at the place (%(zone)s).") % {"zone": volunteer.hand_in.point.zone.key}
    context = _about(volunteer) | {
        "form": form,
        "too_big": too_big,
        "report_url": _url("report", volunteer),
        "own_url": _url("coordinator", volunteer),
        "may_report": rules.may_report(volunteer.hand_in),
        "most_photos": rules.PHOTOS,
    }
    status = 413 if too_big else 422 if form.is_bound else 200
    return render(request, "campaign/report.html", context, status=status)


@require_safe
@with_coordinator
def reported(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    context = {"own_url": _url("coordinator", volunteer), **_about(volunteer)}
    return render(request, "campaign/reported.html", context)


@get_or_post
@with_volunteer
def departure(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    if request.method == "POST":
        actions.withdraw_volunteer(volunteer=volunteer)
        return redirect("volunteer_left")
    context = _about(volunteer) | {
        "own_url": _url("coordinator", volunteer),
        "is_coordinator": volunteer.hand_in.coordinator_id == volunteer.pk,
        "has_reported": volunteer.hand_in.outcome is not None,
    }
    return render(request, "campaign/departure.html", context)


@require_safe
@signing_page
def left(request: HttpRequest) -> HttpResponse:
    return render(request, "campaign/volunteer_left.html")


@require_safe
@cache_control(public=True, max_age=60)
def photo(request: HttpRequest, digest: str, width: str | None = None) -> HttpResponse:
    """A photograph that the organizers have released, as long as they have and the campaign is public."""
    if not HandInPhoto.objects.public().filter(file=digest).exists():
        raise Http404
    return picture_response(digest, int(width) if width else None)


def picture_response(digest: str, width: int | None = None) -> HttpResponse:
    try:
        content = actions.open_photo(digest, width=width)
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Content-Security-Policy": ALONE, "X-Robots-Tag": "noindex"}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


def _kit(volunteer: Volunteer) -> dict[str, Any]:
    token = links.coordinator_token(volunteer)
    packs = list(rules.kit_of(volunteer.hand_in))
    left = rules.to_strike_out(packs)
    return {
        "packs": [
            {
                "pack": pack,
                "url": reverse("kit_pack", args=[token, pack.number]),
                "to_strike_out": languages.listed(left.get(pack.pk, ())),
            }
            for pack in packs
        ],
        "made": sum(pack.is_made for pack in packs),
        "making": any(pack.is_being_made for pack in packs),
        "may_ask": rules.may_ask_for_kit(volunteer.hand_in, now=timezone.now()),
        "kit_url": reverse("kit", args=[token]),
    }


def _about(volunteer: Volunteer) -> dict[str, Any]:
    campaign = volunteer.hand_in.campaign
    return {**campaign_context(campaign), **_place(volunteer.hand_in)}


def _place(hand_in: HandIn) -> dict[str, Any]:
    text = in_language(hand_in.point, languages.active())
    told_of = told(hand_in, text.city)  # type: ignore[union-attr]
    return {"hand_in": hand_in, "point": hand_in.point, "point_text": text, "told": told_of}


def _url(name: str, volunteer: Volunteer) -> str:
    return reverse(name, args=[links.coordinator_token(volunteer)])
