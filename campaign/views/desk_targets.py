"""Targets and their delivery points at the desk: looked up by those who need them, kept by the staff."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.guards import role_page
from campaign import actions, point_sheets, rules, translations, world
from campaign.day import DOT
from campaign.forms.points import (
    PointFilterForm,
    PointForm,
    TargetForm,
    TargetSearchForm,
    VerificationForm,
    name_of_target,
)
from campaign.models import AddressHealth, DeliveryPoint, Target
from campaign.models.delivery import DeliveryPointQuerySet
from campaign.views.desk_frame import history, person
from face import countries, languages
from face.pages import get_or_post

PER_PAGE = 50
seeing = role_page(rules.may_see_targets)
editing = role_page(rules.may_edit_targets)
_BADGES = {
    AddressHealth.State.ACTIVE: "good",
    AddressHealth.State.BOUNCED: "problem",
    AddressHealth.State.BLOCKED: "problem",
}


def target_of(slug: str) -> Target:
    return get_object_or_404(Target.objects.prefetch_related("texts"), slug=slug)


def trail_of(target: Target | None = None, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """From the list of targets; the last step is the page itself."""
    trail: list[dict[str, Any]] = [{"label": _("Targets"), "url": reverse("target_desk:targets")}]
    if target:
        trail.append({"label": name_of_target(target), "url": reverse("target_desk:target", args=[target.slug])})
    return [*trail, *more]


# --- Targets


@require_safe
@seeing
def targets(request: HttpRequest) -> HttpResponse:
    form = TargetSearchForm(request.GET)
    words = form.cleaned_data.get("words") if form.is_valid() else ""
    since = timezone.localdate() - rules.VERIFIED_FOR
    unverified = Q(points__active=True) & (Q(points__verified_on__isnull=True) | Q(points__verified_on__lt=since))
    found = Target.objects.named_like(words) if words else Target.objects.all()
    counted = Target.objects.filter(pk__in=found.values("pk")).annotate(
        all_points=Count("points", distinct=True),
        to_verify=Count("points", filter=unverified, distinct=True),
        refusing=Count("points", filter=Q(points__health__state__in=AddressHealth.REFUSING), distinct=True),
    )
    page = Paginator(counted.prefetch_related("texts").order_by("slug"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "found": page.paginator.count,
        "clear_url": request.path if words else "",
        "page": page,
        "columns": [
            {"label": _("Target")},
            {"label": _("Short name")},
            {"label": _("Delivery points"), "numeric": True},
            {"label": _("To verify"), "numeric": True},
            {"label": _("Refuse letters"), "numeric": True},
        ],
        "rows": [_target_row(each) for each in page],
        "may_edit": rules.may_edit_targets(request.user),
    }
    return render(request, "desk/campaign/targets.html", context)


def _target_row(target: Any) -> list[dict[str, Any]]:
    url = reverse("target_desk:target", args=[target.slug])
    return [
        {"text": name_of_target(target), "url": url},
        {"text": target.slug},
        {"text": number_format(target.all_points, force_grouping=True), "numeric": True},
        _count(target.to_verify, f"{url}?overdue=on"),
        _count(target.refusing, f"{url}?health=bounced"),
    ]


def _count(count: int, url: str) -> dict[str, Any]:
    return {"text": number_format(count, force_grouping=True), "url": url if count else "", "numeric": True}


@get_or_post
@editing
def new_target(request: HttpRequest) -> HttpResponse:
    form = TargetForm(request.POST or None)
    if form.is_valid():
        try:
            made = actions.save_target(target=form.instance, texts=form.texts(), by=person(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The target is there. Add the places where its letters are handed over."))
            return redirect("target_desk:target", made.slug)
    trail = trail_of(None, {"label": _("New target")})
    return _form_page(request, form, title=_("New target"), verb=_("Add the target"), trail=trail)


@get_or_post
@editing
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    target = target_of(slug)
    form = TargetForm(request.POST or None, instance=target)
    theirs: Any = None
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            actions.save_target(target=target, texts=form.texts(), by=person(request), seen=seen)
        except actions.Stale:
            form, theirs = _overtaken(request, TargetForm, target_of(slug))
        else:
            messages.success(request, _("Saved. It stands so on the pages of all campaigns that address it."))
            return redirect("target_desk:target", slug)
    trail = trail_of(target, {"label": _("Name and holder")})
    return _form_page(request, form, title=_("Name and holder"), verb=_("Save"), trail=trail, theirs=theirs)


def _overtaken(request: HttpRequest, form_class: Any, saved: Any) -> tuple[Any, list[tuple[Any, str]]]:
    """The form with what was typed, which would be saved the next time; and what is saved now."""
    now = form_class(instance=saved)
    typed = request.POST.copy()
    typed["seen"] = now["seen"].value()
    form = form_class(typed, instance=saved)
    return form, form.theirs(now)


def _form_page(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    """`trail` ends with the page; the step before it is where it goes back to."""
    context |= {"form": form, "cancel_url": context["trail"][-2]["url"]}
    status = 409 if context.get("theirs") is not None else 422 if form.errors else 200
    return render(request, "desk/campaign/form_page.html", context, status=status)


# --- Points


@require_safe
@seeing
def target(request: HttpRequest, slug: str) -> HttpResponse:
    found = target_of(slug)
    of_target = DeliveryPoint.objects.filter(target=found)
    context = points_context(request, of_target) | {
        "target": found,
        "name": name_of_target(found),
        "texts": found.texts.all(),
        "spots": spots_of(of_target.filter(active=True).order_by("pk")),
        "trail": trail_of(found),
        "may_edit": rules.may_edit_targets(request.user),
        "forms_url": reverse("campaign_desk:form_of_address", args=[slug, languages.active()])
        if translations.may_write_forms_of_address(request.user)
        else "",
    }
    return render(request, "desk/campaign/target.html", context)


@require_safe
@seeing
def all_points(request: HttpRequest) -> HttpResponse:
    """Those of all targets: where to look for an address, and for what is to be verified."""
    context = points_context(request, DeliveryPoint.objects.all()) | {
        "trail": trail_of(None, {"label": _("All delivery points")})
    }
    return render(request, "desk/campaign/points_of_all.html", context)


def points_context(request: HttpRequest, points: DeliveryPointQuerySet) -> dict[str, Any]:
    """A list of points, narrowed as somebody has asked."""
    form = PointFilterForm(request.GET)
    narrowed = {key: value for key, value in request.GET.items() if value and key in form.fields}
    today = timezone.localdate()
    found = _narrow(form, points, today=today).for_desk().order_by("country", "city", "name")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "form": form,
        "found": page.paginator.count,
        "clear_url": request.path if narrowed else "",
        "page": page,
        "columns": point_columns(),
        "rows": [point_row(point, today=today) for point in page],
    }


def _narrow(form: PointFilterForm, points: DeliveryPointQuerySet, *, today: dt.date) -> DeliveryPointQuerySet:
    form.is_valid()
    wanted = form.cleaned_data
    if words := wanted.get("words"):
        in_texts = Q(texts__name__icontains=words) | Q(texts__city__icontains=words)
        named = Q(name__icontains=words) | Q(city__icontains=words) | Q(email__icontains=words)
        points = points.filter(pk__in=points.filter(named | in_texts).values("pk"))
    if country := wanted.get("country"):
        points = points.filter(Q(country=country) | Q(pk__in=_answering(country)))
    if wanted.get("overdue"):
        points = points.unverified(since=today - rules.VERIFIED_FOR)
    match wanted.get("health"):
        case "none":
            points = points.filter(email="")
        case AddressHealth.State.ACTIVE:
            points = points.exclude(email="").exclude(health__state__in=AddressHealth.REFUSING)
        case str(state) if state:
            points = points.filter(health__state=state)
    return points


def _answering(country: str) -> Any:
    return DeliveryPoint.objects.filter(answers_for__country=country).values("pk")


def point_columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Place")},
        {"label": _("Delivery point")},
        {"label": _("E-mail")},
        {"label": _("Verified")},
        {"label": _("Hours there")},
        {"label": _("An hour"), "numeric": True},
        {"label": _("E-mails")},
    ]


def point_row(point: DeliveryPoint, *, today: dt.date) -> list[dict[str, Any]]:
    return [
        {"text": countries.place(point.city, point.country), "url": point_url(point)},
        {"text": point.name},
        health_cell(point),
        verified_cell(point, today=today),
        {"text": hours_of(point)},
        {"text": number_format(point.hourly_cap, force_grouping=True), "numeric": True},
        {"text": mails_of(point)},
    ]


def point_url(point: DeliveryPoint) -> str:
    return reverse("target_desk:point", args=[point.target.slug, point.pk])


def health_cell(point: DeliveryPoint) -> dict[str, Any]:
    if not point.active:
        return {"text": _("not in use"), "badge": "waiting"}
    if not point.email:
        return {"text": _("has none"), "badge": "waiting"}
    health: AddressHealth | None = getattr(point, "health", None)
    state = AddressHealth.State(health.state) if health else AddressHealth.State.ACTIVE
    return {"text": state.label, "badge": _BADGES[state]}


def verified_cell(point: DeliveryPoint, *, today: dt.date) -> dict[str, Any]:
    if point.verified_on is None:
        return {"text": _("never"), "badge": "waiting"}
    day = date_format(point.verified_on, "SHORT_DATE_FORMAT")
    return {"text": day, "badge": "waiting" if rules.is_unverified(point, today=today) else "good"}


def hours_of(point: DeliveryPoint) -> str:
    """On which days and from when until when, by the clock there."""
    names = [str(DeliveryPoint.Weekday(day).label) for day in point.delivery_days]
    first, last = point.delivery_days[0], point.delivery_days[-1]
    if len(names) == 7:
        days = _("every day")
    elif len(names) > 2 and last - first == len(names) - 1:
        days = _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    else:
        days = ", ".join(names)
    if point.delivery_from is None or point.delivery_until is None:
        return days
    return f"{days}, {point.delivery_from:%H:%M}–{point.delivery_until:%H:%M}"


def mails_of(point: DeliveryPoint) -> str:
    if point.digest_every:
        return _("one for %(count)s letters") % {"count": point.digest_every}
    if point.digest_times:
        times = ", ".join(f"{time:%H:%M}" for time in point.digest_times)
        return _("one at %(times)s") % {"times": times}
    return _("one for each letter, evenly") if point.shape == DeliveryPoint.Shape.EVEN else _("one for each letter")


def spots_of(points: Iterable[DeliveryPoint]) -> list[dict[str, Any]]:
    """Where they stand on the map of the world."""
    located = [point for point in points if point.latitude is not None and point.longitude is not None]
    true = [world.spot(float(point.longitude or 0), float(point.latitude or 0)) for point in located]
    moved = world.apart(true, least=DOT)
    return [
        {"x": f"{x:.1f}", "y": f"{y:.1f}", "label": point.name, "mark": "email_accepted" if point.email else "none"}
        for point, (x, y) in zip(located, moved, strict=True)
    ]


def _point_of(slug: str, pk: int) -> DeliveryPoint:
    return get_object_or_404(DeliveryPoint.objects.for_desk(), target__slug=slug, pk=pk)


@require_safe
@seeing
def point(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _point_of(slug, pk)
    health: AddressHealth | None = getattr(found, "health", None)
    today = timezone.localdate()
    context = {
        "point": found,
        "place": countries.place(found.city, found.country),
        "health": health,
        "health_badge": health_cell(found),
        "history": history(health.changes, AddressHealth.State) if health else [],
        "is_unverified": rules.is_unverified(found, today=today),
        "hours": hours_of(found),
        "mails": mails_of(found),
        "answers_for": point_sheets.names_of(sorted(each.country for each in found.answers_for.all())),
        "spots": spots_of([found]),
        "trail": trail_of(found.target, {"label": found.name}),
        "may_edit": rules.may_edit_targets(request.user),
        "may_verify": rules.may_verify(person(request), found),
    }
    return render(request, "desk/campaign/point.html", context)


@get_or_post
@editing
def new_point(request: HttpRequest, slug: str) -> HttpResponse:
    target = target_of(slug)
    return _point_form(request, DeliveryPoint(target=target), title=_("New delivery point"), verb=_("Add the point"))


@get_or_post
@editing
def edit_point(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _point_form(request, _point_of(slug, pk), title=_("Change the delivery point"), verb=_("Save"))


def _point_form(request: HttpRequest, found: DeliveryPoint, *, title: str, verb: str) -> HttpResponse:
    form = PointForm(request.POST or None, instance=found)
    more = [{"label": found.name, "url": point_url(found)}] if found.pk else []
    trail = trail_of(found.target, *more, {"label": title})
    theirs: Any = None
    if form.is_valid():
        try:
            saved = actions.save_point(
                point=form.instance,
                texts=form.texts(),
                answers_for=form.cleaned_data["answers_for"],
                by=person(request),
                seen=form.cleaned_data.get("seen", ""),
            )
        except actions.Stale:
            form, theirs = _overtaken(request, PointForm, _point_of(found.target.slug, found.pk))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. Letters that go from now on go as it stands here."))
            return redirect(point_url(saved))
    return _form_page(request, form, title=title, verb=verb, trail=trail, theirs=theirs)


@get_or_post
@seeing
def verify(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Somebody has looked at the office's own page; an address that refused letters gets them again."""
    found = _point_of(slug, pk)
    me = person(request)
    if not rules.may_verify(me, found):
        raise PermissionDenied
    form = VerificationForm(request.POST or None, initial={"source": found.verified_source})
    if form.is_valid():
        actions.trust_address(point=found, by=me, source=form.cleaned_data["source"])
        messages.success(request, _("Noted, with your name and today’s date."))
        return redirect(point_url(found))
    context = {
        "point": found,
        "form": form,
        "trail": trail_of(found.target, {"label": found.name, "url": point_url(found)}, {"label": _("Verify")}),
    }
    return render(request, "desk/campaign/verify.html", context, status=422 if form.errors else 200)


@get_or_post
@editing
def removal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _point_of(slug, pk)
    try:
        if request.method == "POST":
            actions.remove_point(point=found, by=person(request))
            messages.success(request, _("The delivery point is removed."))
            return redirect("target_desk:target", slug)
        if told := rules.what_keeps(found):
            raise ValidationError(told)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(point_url(found))
    context = {
        "title": _("Remove the delivery point"),
        "trail": trail_of(found.target, {"label": found.name, "url": point_url(found)}, {"label": _("Remove")}),
        "scope": found.name,
        "consequences": [
            _("No letter, pack or hand-in has ever been for it, so nothing else goes with it."),
            _("It cannot be brought back; it can be added anew."),
        ],
        "verb": _("Remove it"),
        "action_url": request.path,
        "cancel_url": point_url(found),
    }
    return render(request, "desk/confirmation.html", context)
