"""What came back, at the desk: read, sorted, noted, and what everyone may read of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from campaign import actions
from campaign.forms.hand_ins import ReplyFilterForm, ReplyForm, SortForm
from campaign.models import Campaign, Reply
from campaign.report import report_of
from campaign.views.desk_frame import campaign_page, frame, person
from face import countries
from face.pages import get_or_post

PER_PAGE = 50
_KINDS = {
    Reply.Kind.AUTOMATIC: gettext_lazy("automatic"),
    Reply.Kind.FORM: gettext_lazy("form letter"),
    Reply.Kind.SUBSTANTIVE: gettext_lazy("answer"),
    Reply.Kind.UNREAD: gettext_lazy("to read"),
}


@require_safe
@campaign_page
def replies(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = ReplyFilterForm(request.GET)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    found = Reply.objects.filter(campaign=campaign).select_related("point").defer("text")
    page = Paginator(found.filter(kind=kind) if kind else found, PER_PAGE).get_page(request.GET.get("page"))
    context = frame(campaign, "replies") | {
        "form": form,
        "found": page.paginator.count,
        "clear_url": request.path if kind else "",
        "page": page,
        "ledger": report_of(campaign, now=timezone.now()).ledger,
        "columns": [
            {"label": _("From")},
            {"label": _("When it came")},
            {"label": _("How it came")},
            {"label": _("Kind")},
            {"label": _("Quoted")},
        ],
        "rows": [_row(campaign, reply) for reply in page],
    }
    return render(request, "desk/campaign/replies.html", context)


def _row(campaign: Campaign, reply: Reply) -> list[dict[str, Any]]:
    unread = reply.kind == Reply.Kind.UNREAD
    return [
        {"text": reply.point.name, "url": reverse("campaign_desk:reply", args=[campaign.slug, reply.pk])},
        {"text": date_format(timezone.localtime(reply.received_at), "SHORT_DATETIME_FORMAT")},
        {"text": reply.get_channel_display()},
        {"text": _KINDS[Reply.Kind(reply.kind)], "badge": "waiting" if unread else ""},
        {"text": _("yes") if reply.excerpt else "–"},
    ]


@get_or_post
@campaign_page
def record(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = ReplyForm(request.POST or None, campaign=campaign, instance=Reply(campaign=campaign))
    if form.is_valid():
        given = form.cleaned_data | {"text": form.cleaned_data["text"] or ""}
        noted = actions.record_reply(campaign=campaign, by=person(request), **given)
        messages.success(request, _("Noted in the ledger."))
        return redirect("campaign_desk:reply", campaign.slug, noted.pk)
    title = _("Note a reply")
    context = frame(campaign, "replies", page=title) | {
        "title": title,
        "about": _("What came on paper or by word of mouth. What comes by e-mail is noted by itself."),
        "form": form,
        "verb": _("Note it"),
        "cancel_url": reverse("campaign_desk:replies", args=[campaign.slug]),
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


@get_or_post
@campaign_page
def reply(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Read by a person, who says what it is."""
    found = get_object_or_404(Reply.objects.select_related("point", "recorded_by"), campaign=campaign, pk=pk)
    form = SortForm(request.POST or None, instance=found)
    if form.is_valid():
        actions.sort_reply(reply=found, by=person(request), **form.cleaned_data)
        messages.success(request, _("Saved. The ledger on the campaign’s pages counts it so."))
        return redirect("campaign_desk:replies", campaign.slug)
    context = frame(campaign, "replies", page=found.point.name) | {
        "reply": found,
        "letters": found.letters.count(),
        "place": countries.place(found.point.city, found.point.country),
        "form": form,
    }
    return render(request, "desk/campaign/reply.html", context, status=422 if form.errors else 200)
