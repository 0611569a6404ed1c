"""Delivery points from a table and to one: uploaded, looked at row by row, then applied as a whole or not at all."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from campaign import actions, point_sheets
from campaign.forms.points import UploadForm
from campaign.models import PointImport
from campaign.point_sheets import Compared, Row
from campaign.views.desk_frame import person
from campaign.views.desk_targets import PER_PAGE, editing, get_or_post, seeing, target_of, trail_of
from face.spreadsheets import MARK, BadSheet

EARLIER = 20


@require_POST
@seeing
def export(request: HttpRequest, slug: str) -> HttpResponse:
    target = target_of(slug)
    return _csv(actions.export_points(target=target, by=person(request)), f"{slug}-points")


@require_safe
@seeing
def template(request: HttpRequest, slug: str) -> HttpResponse:
    return _csv(point_sheets.template(), "delivery-points")


def _csv(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(MARK + text, content_type="text/csv; charset=utf-8", headers=headers)


@get_or_post
@editing
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    target = target_of(slug)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = actions.keep_upload(
                target=target,
                name=file.name,
                content=file.read(),
                encoding=form.cleaned_data["encoding"],
                by=person(request),
            )
        except BadSheet as bad:
            form.add_error("file", bad.told)
        else:
            return redirect("target_desk:preview", slug, kept.pk)
    context = {
        "target": target,
        "form": form,
        "columns": point_sheets.COLUMNS,
        "needed": point_sheets.NEEDED,
        "trail": trail_of(target, {"label": _("Import delivery points")}),
        "waiting": target.imports.waiting().select_related("uploaded_by").defer("content"),
        "applied": target.imports.filter(applied_at__isnull=False).select_related("applied_by")[:EARLIER],
    }
    return render(request, "desk/campaign/import.html", context, status=422 if form.errors else 200)


@get_or_post
@editing
def preview(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    kept = _waiting(slug, pk)
    status = 200
    if request.method == "POST":
        try:
            done = actions.apply_upload(upload=kept, seen=request.POST.get("seen", ""), by=person(request))
        except actions.NotApplied:
            status = 422
        else:
            messages.success(request, _told(done))
            return redirect("target_desk:target", slug)
    compared = _compare(kept)
    shown = [*compared.wrong, *compared.new, *compared.changed]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "target": kept.target,
        "kept": kept,
        "compared": compared,
        "refused": status == 422,
        "writes": len(compared.new) + len(compared.changed),
        "page": page,
        "rows": [_shown(row) for row in page],
        "trail": trail_of(
            kept.target,
            {"label": _("Import delivery points"), "url": reverse("target_desk:import", args=[slug])},
            {"label": kept.name},
        ),
    }
    return render(request, "desk/campaign/import_preview.html", context, status=status)


def _waiting(slug: str, pk: int) -> PointImport:
    kept = PointImport.objects.waiting().select_related("target", "uploaded_by").prefetch_related("target__texts")
    return get_object_or_404(kept, target__slug=slug, pk=pk)


def _compare(kept: PointImport) -> Compared:
    return point_sheets.compare(kept.target, point_sheets.read(bytes(kept.content or b""), kept.encoding))


def _shown(row: Row) -> dict[str, Any]:
    if row.errors:
        badge, kind = _("to mend"), "problem"
    elif row.is_new:
        badge, kind = _("new"), "good"
    else:
        badge, kind = _("changed"), "waiting"
    changes = [{"column": column, "was": was, "becomes": becomes} for column, (was, becomes) in row.changes.items()]
    return {
        "line": row.line,
        "name": row.point.name or "–",
        "badge": badge,
        "kind": kind,
        "told": row.told,
        "changes": [] if row.errors else changes,
    }


def _told(done: PointImport) -> str:
    added = ngettext("%(count)d point added", "%(count)d points added", done.added) % {"count": done.added}
    changed = ngettext("%(count)d point changed", "%(count)d points changed", done.changed) % {"count": done.changed}
    return _("Applied: %(added)s, %(changed)s.") % {"added": added, "changed": changed}


@require_safe
@editing
def to_mend(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The rows that are wrong, with what is wrong: mended, they can be sent by themselves."""
    kept = _waiting(slug, pk)
    compared = _compare(kept)
    if not compared.wrong:
        raise Http404
    return _csv(point_sheets.to_mend(compared), f"{slug}-to-mend")


@require_POST
@editing
def drop(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    actions.drop_upload(upload=_waiting(slug, pk), by=person(request))
    messages.success(request, _("The file is thrown away. Nothing has changed."))
    return redirect("target_desk:import", slug)
