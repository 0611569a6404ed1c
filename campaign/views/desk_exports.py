"""Exports of a campaign's signatures at the desk: asked for, released by a second person, fetched."""

from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_fsm import TransitionNotAllowed

from accounts.guards import proven_again
from campaign import actions, rules
from campaign.forms.exports import ExportForm, RefusalForm
from campaign.models import Campaign, Export
from campaign.views.desk_frame import campaign_page, frame, person, seen_campaign_page

PER_PAGE = 50


@require_safe
@seen_campaign_page
def exports(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    page = Paginator(campaign.exports.for_desk(), PER_PAGE).get_page(request.GET.get("page"))
    entries = [_entry(export, request) for export in page]
    may_ask = rules.may_run(person(request), campaign)
    context = frame(campaign, "exports", entries=entries, limit=rules.RELEASE_ABOVE, may_ask=may_ask)
    return render(request, "desk/campaign/exports.html", context | {"page": page})


def _entry(export: Export, request: HttpRequest) -> dict[str, Any]:
    mine = export.asked_by_id == person(request).pk
    return {
        "export": export,
        "columns": [Export.Field(field).label for field in export.fields],
        "badge": {"asked": "waiting", "released": "good"}.get(export.state, "problem"),
        "may_fetch": mine and export.may_be_fetched(now=timezone.now(), within=rules.EXPORT_WITHIN),
        "may_withdraw": mine and export.may_move(Export.State.WITHDRAWN),
        "may_decide": export.state == Export.State.ASKED and rules.may_decide_export(person(request), export),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page
@proven_again
def new_export(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = ExportForm(request.POST or None, campaign=campaign)
    if form.is_valid():
        chosen = {**form.cleaned_data, "fields": form.cleaned_data["fields_"]}
        chosen.pop("fields_")
        try:
            export = actions.ask_for_export(campaign=campaign, by=person(request), **chosen)
        except actions.NothingToExport:
            form.add_error(None, _("Nobody from there has confirmed a signature yet."))
        else:
            messages.success(request, _asked(export))
            return redirect("campaign_desk:exports", campaign.slug)
    context = frame(campaign, "exports", page=_("New export"), form=form, limit=rules.RELEASE_ABOVE)
    return render(request, "desk/campaign/new_export.html", context, status=422 if form.errors else 200)


def _asked(export: Export) -> str:
    if export.needs_release:
        return _("Somebody else has to release it first. They have been told by mail, and you will be.")
    return _("You can fetch the file until this time tomorrow.")


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page
@proven_again
def export_file(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponseBase:
    """GET asks once more; POST is the file."""
    export = get_object_or_404(campaign.exports.for_desk(), pk=pk)
    if request.method == "POST":
        try:
            fetched = actions.fetch_export(export=export, by=person(request))
        except actions.NotReleased:
            messages.error(request, _("This export can't be fetched: nobody has released it, or its day is over."))
            return redirect("campaign_desk:exports", campaign.slug)
        headers = {"Content-Disposition": f'attachment; filename="{fetched.name}"'}
        return StreamingHttpResponse(fetched.pieces, content_type=fetched.content_type, headers=headers)
    consequences = [
        _("Your name and this moment stand in every row of the file, and in the audit log for good."),
        _("Keep it where only those who need it can read it, and delete it when you are done."),
        _("Whoever withdraws or is erased from now on stays in your copy: fetch it anew rather than keep it."),
    ]
    return _ask(request, campaign, export, title=_("Fetch the file"), verb=_("Fetch it"), consequences=consequences)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_campaign_page
@proven_again
def release(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    export = _to_decide(request, campaign, pk)
    if request.method == "POST":
        try:
            actions.release_export(export=export, by=person(request))
        except TransitionNotAllowed:
            messages.error(request, _("Somebody else has decided about it already."))
        else:
            messages.success(request, _("Released. Whoever asked for it may fetch it until this time tomorrow."))
        return redirect("campaign_desk:exports", campaign.slug)
    consequences = [
        _("Asked for by %(who)s: %(why)s") % {"who": export.asked_by, "why": export.purpose},
        _("Columns: %(columns)s") % {"columns": ", ".join(str(Export.Field(field).label) for field in export.fields)},
        _("They can fetch it for a day, and nobody else can."),
    ]
    title = _("Release the export %(number)s") % {"number": export.number}
    return _ask(request, campaign, export, title=title, verb=_("Release it"), consequences=consequences)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_campaign_page
def refusal(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    export = _to_decide(request, campaign, pk)
    form = RefusalForm(request.POST or None)
    if form.is_valid():
        try:
            actions.refuse_export(export=export, reason=form.cleaned_data["reason"], by=person(request))
        except TransitionNotAllowed:
            messages.error(request, _("Somebody else has decided about it already."))
        else:
            messages.success(request, _("Refused. Whoever asked for it is told why."))
        return redirect("campaign_desk:exports", campaign.slug)
    title = _("Refuse the export %(number)s") % {"number": export.number}
    back = reverse("campaign_desk:exports", args=[campaign.slug])
    words = {"title": title, "verb": _("Refuse it"), "cancel_url": back}
    context = frame(campaign, "exports", page=title, form=form, **words)
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


def _to_decide(request: HttpRequest, campaign: Campaign, pk: int) -> Export:
    """Raises PermissionDenied for who may not be its second person: whoever asked for it among them."""
    export = get_object_or_404(campaign.exports.for_desk(), pk=pk)
    if not rules.may_decide_export(person(request), export):
        raise PermissionDenied
    return export


@require_POST
@campaign_page
def withdrawal(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    export = get_object_or_404(campaign.exports.filter(asked_by=person(request)), pk=pk)
    try:
        actions.withdraw_export(export=export, by=person(request))
    except TransitionNotAllowed:
        messages.error(request, _("Somebody else has decided about it already."))
    else:
        messages.success(request, _("Withdrawn. Nobody can fetch it any more."))
    return redirect("campaign_desk:exports", campaign.slug)


def _ask(request: HttpRequest, campaign: Campaign, export: Export, **words: Any) -> HttpResponse:
    scope = ngettext("%(count)s signature", "%(count)s signatures", export.rows) % {"count": intcomma(export.rows)}
    back = reverse("campaign_desk:exports", args=[campaign.slug])
    around = frame(campaign, "exports", page=words["title"], scope=scope, action_url=request.path, cancel_url=back)
    return render(request, "desk/confirmation.html", around | words)
