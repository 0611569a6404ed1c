"""Pictures: those that the public may see, as long as it may, and the desk's own."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import pictures, rules
from cases.actions import Changed, Refused
from cases.actions.editing import save_entry
from cases.actions.media import (
    add_picture,
    open_original,
    open_picture,
    preview_redactions,
    redact_picture,
    remove_picture,
)
from cases.forms.pictures import Boxes, NewPictureForm, OriginalForm, PictureForm
from cases.models import Case, Media, Member, Publication, Takedown
from cases.pictures import Box
from cases.views.desk_editing import editor
from cases.views.desk_guards import case_page
from face.pictures import BadPicture, read_header
from face.uploads import takes_a_picture

# Whatever the bytes are, a browser that opens them by themselves runs nothing and loads nothing.
ALONE = "default-src 'none'; sandbox"


@require_safe
def case_picture(request: HttpRequest, digest: str, width: str = "") -> HttpResponse:
    """A picture that stands in a publication which is live at this moment; asked each time, so that a takedown works
    at once. Gone (410) while its publication is taken down, else not found.
    """
    stands_in = Publication.objects.filter(content__media__contains=[{"file": digest}]).order_by()
    found = stands_in.values_list(
        Exists(Case.objects.filter(live=OuterRef("pk"))),
        Exists(Takedown.objects.standing().filter(publication=OuterRef("pk"))),
    )
    states = list(found)
    if not any(is_live for is_live, _is_down in states):
        if any(is_down for _is_live, is_down in states):
            return HttpResponse(status=410, headers={"Cache-Control": "no-store"})
        raise Http404
    etag = f'"{digest}-{width}"'
    response = get_conditional_response(request, etag=etag) or _file(digest, width)
    for name, value in (("ETag", etag), ("Cache-Control", "no-cache"), ("X-Robots-Tag", "noindex")):
        response.headers[name] = value
    return response


def _file(digest: str, width: str) -> HttpResponse:
    try:
        return _jpeg(open_picture(digest, width=int(width) if width else None))
    except FileNotFoundError:
        raise Http404 from None


def _jpeg(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="image/jpeg", headers={"Content-Security-Policy": ALONE})


# --- the desk


@require_safe
@case_page(rules.is_of_the_team)
def pictures_of(request: HttpRequest, case: Case) -> HttpResponse:
    context = {"case": case, "pictures": _rows(case), "may_edit": rules.may_edit(request.user), "trail": _trail(case)}
    return render(request, "desk/cases/pictures.html", context)


@require_safe
@case_page(rules.is_of_the_team)
def file(request: HttpRequest, case: Case, digest: str, width: str = "") -> HttpResponse:
    """What may be shown of a picture, before the public sees it."""
    if not case.media.filter(derivative=digest).exists():
        raise Http404
    return _file(digest, width)


@case_page(rules.may_edit)
@takes_a_picture
def add(request: HttpRequest, case: Case) -> HttpResponse:
    form = NewPictureForm(request.POST or None, request.FILES or None, case=case)
    if form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("alt", "credit", "licence", "provenance", "shows")}
        try:
            picture = add_picture(case=case, content=form.cleaned_data["file"].read(), by=editor(request), **words)
        except (BadPicture, Refused) as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("Sealed. Say now what to cover: nothing of it can be published before."))
            return redirect("case_pictures:covers", case.reference, picture.pk)
    context = {"case": case, "form": form, "trail": _trail(case, _("Add a picture"))}
    return render(request, "desk/cases/picture_new.html", context, status=422 if form.errors else 200)


@case_page(rules.may_edit)
def words(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """What is said of it."""
    picture = _picture(case, pk)
    form = PictureForm(request.POST or None, case=case, instance=picture)
    theirs = None
    if form.is_valid():
        links = {"shows": form.cleaned_data["shows"]}
        try:
            save_entry(entry=form.instance, by=editor(request), seen=_seen(request.POST), links=links)
        except Changed as changed:
            form.add_error(None, str(changed))
            theirs = _picture(case, pk)
            # What is there is shown beside what was typed: whoever saves now has seen it.
            typed = request.POST.copy()
            typed["seen"] = str(theirs.version)
            form.data = typed
        else:
            messages.success(request, _("Saved."))
            return redirect("case_pictures:list", case.reference)
    context = {
        "case": case,
        "picture": _picture(case, pk),
        "theirs": theirs,
        "form": form,
        "trail": _trail(case, _("What is said of it")),
    }
    return render(request, "desk/cases/picture_words.html", context, status=_status(form.errors, theirs))


@case_page(rules.may_edit)
def covers(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """Which parts are covered: in numbers, or drawn on the picture (static/js/redaction-boxes.js)."""
    picture = _picture(case, pk)
    given: dict[str, Any] = {"form_kwargs": {"width": picture.width, "height": picture.height}}
    formset = Boxes(request.POST or None, initial=[Box(*box)._asdict() for box in picture.redactions], **given)
    problem, preview = "", ""
    boxes = [Box(*box) for box in picture.redactions]
    if formset.is_bound and formset.is_valid():
        boxes = [form.cleaned_data["box"] for form in formset if form.cleaned_data.get("box")]
        try:
            if "preview" in request.POST:
                pictures.check_boxes(boxes, width=picture.width, height=picture.height)
                preview = f"{reverse('case_pictures:preview', args=[case.reference, pk])}?{_as_query(boxes)}"
            else:
                redact_picture(media=picture, boxes=boxes, by=editor(request), seen=_seen(request.POST))
                messages.success(request, _("Done. So the picture will be published."))
                return redirect("case_pictures:list", case.reference)
        except ValidationError as error:
            problem = " ".join(error.messages)
        except Changed as changed:
            problem = str(changed)
            picture = _picture(case, pk)
    context = {
        "case": case,
        "picture": picture,
        "formset": formset,
        "drawn": [box._asdict() | {"width": box.right - box.left, "height": box.bottom - box.top} for box in boxes],
        "preview": preview,
        "problem": problem,
        "lines": _lines(picture),
        "trail": _trail(case, _("Cover parts")),
    }
    return render(request, "desk/cases/picture_covers.html", context, status=_status(formset.is_bound and not preview))


@require_safe
@case_page(rules.may_edit)
def preview(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """As the picture would look with these parts covered; nothing is kept."""
    picture = _picture(case, pk)
    try:
        boxes = [Box(*map(int, box.split(","))) for box in request.GET.getlist("box")]
        pictures.check_boxes(boxes, width=picture.width, height=picture.height)
    except (ValueError, TypeError, ValidationError):
        raise Http404 from None
    return _jpeg(preview_redactions(media=picture, boxes=boxes).files[None])


@case_page(rules.may_edit)
def removal(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    picture = _picture(case, pk)
    if request.method == "POST":
        try:
            remove_picture(media=picture, by=editor(request), seen=_seen(request.GET))
        except Changed as changed:
            messages.error(request, str(changed))
        else:
            messages.success(request, _("The picture is removed, its original too."))
        return redirect("case_pictures:list", case.reference)
    context = {
        "title": _("Remove this picture?"),
        "scope": str(picture.in_words("alt")) or picture.credit or picture.original[:8],
        "consequences": [
            _("Its sealed original is erased as well. This cannot be undone."),
            _("Where it is published it stays until the next publication. If it must go at once, take the page down."),
        ],
        "verb": _("Remove it"),
        "action_url": f"{request.path}?{urlencode({'seen': picture.version})}",
        "cancel_url": reverse("case_pictures:list", args=[case.reference]),
        "trail": _trail(case, _("Remove")),
    }
    return render(request, "desk/confirmation.html", context)


@case_page(rules.may_read_sealed)
def original(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """The sealed original, to whoever says why; given as a file, never shown in a page of ours."""
    picture = _picture(case, pk)
    form = OriginalForm(request.POST or None)
    if form.is_valid():
        content = open_original(media=picture, by=editor(request), reason=form.cleaned_data["reason"])
        name = f"{case.reference}-{picture.original[:8]}.{read_header(content).format.lower()}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": ALONE}
        return HttpResponse(content, content_type="application/octet-stream", headers=headers)
    context = {"case": case, "picture": picture, "form": form, "trail": _trail(case, _("Original"))}
    return render(request, "desk/cases/picture_original.html", context, status=_status(form.errors))


def _rows(case: Case) -> Any:
    """Without what is sealed: nobody opens it by looking at a list."""
    people = Member.objects.defer("real_name", "kin").select_related("case")
    return case.media.defer("provenance").select_related("case").prefetch_related(Prefetch("shows", people))


def _picture(case: Case, pk: int) -> Media:
    return get_object_or_404(_rows(case), pk=pk)


def _seen(data: QueryDict) -> int:
    """The version that the form was made from; 0, which no row has, for anything else."""
    seen = data.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0


def _status(wrong: Any, changed: Any = None) -> int:
    return 409 if changed else 422 if wrong else 200


def _as_query(boxes: list[Box]) -> str:
    return urlencode([("box", ",".join(map(str, box))) for box in boxes])


def _lines(picture: Media) -> dict[str, Any]:
    """Where the helping lines run, in round pixels, for whoever gives the parts in numbers."""
    longest = max(picture.width, picture.height)
    power = 10 ** (len(str(longest)) - 1)
    step = next(step for step in (power // 5, power // 2, power) if longest <= 10 * step or step == power)
    return {
        "down": range(step, picture.width, step),
        "across": range(step, picture.height, step),
        "size": max(1, longest // 40),
        "thin": max(1, longest // 600),
    }


def _trail(case: Case, here: str = "") -> list[dict[str, str]]:
    title = Truncator(str(case.in_words("title")) or case.reference).chars(40)
    about = {"label": f"{case.reference} {title}", "url": reverse("case_desk:case", args=[case.reference])}
    listed = {"label": _("Pictures"), "url": reverse("case_pictures:list", args=[case.reference])}
    trail = [{"label": _("Desk"), "url": reverse("desk")}, about, listed]
    return [*trail, {"label": here}] if here else [*trail[:-1], {"label": listed["label"]}]
