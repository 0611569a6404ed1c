"""Mails of which it is unclear whether they went, and those that failed: what is known, and what a person decides."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.guards import role_page
from campaign import actions, rules, unclear
from campaign.dashboard import named
from campaign.forms.site import ReasonForm
from campaign.unclear import UnclearMail
from campaign.views.desk_frame import person
from face import languages
from face.pages import get_or_post
from face.texts import in_language
from outbox.models import Message

PER_PAGE = 50

mails_page = role_page(rules.may_see_unclear_mails)


@require_safe
@mails_page
def mails(request: HttpRequest) -> HttpResponse:
    """Those that are unclear; for whoever looks after the whole site, also those that failed and may be sent again."""
    may_all = rules.may_decide_on_all_mails(request.user)
    failed = may_all and request.GET.get("show") == "failed"
    if failed:
        page: Any = Paginator(Message.objects.may_be_queued_again().order_by("-settled_at", "-pk"), PER_PAGE).get_page(
            request.GET.get("page")
        )
        found = unclear.with_rows(unclear.placed(page))
    else:
        page = Paginator(unclear.unclear_for(person(request)), PER_PAGE).get_page(request.GET.get("page"))
        found = unclear.with_rows(list(page))
    context = {
        "page": page,
        "failed": failed,
        "may_all": may_all,
        "columns": [{"label": _("Mail")}, {"label": _("Campaign")}, {"label": _("To")}, {"label": _("Tried")}],
        "rows": [_row(mail) for mail in found],
    }
    return render(request, "desk/mails/mails.html", context)


def _row(mail: UnclearMail) -> list[dict[str, Any]]:
    settled = mail.message.settled_at
    return [
        {"text": mail.words, "url": reverse("site_desk:mail", args=[mail.message.pk])},
        {"text": named(mail.campaign) if mail.campaign else ""},
        {"text": _to(mail)},
        {"text": date_format(settled, "DATETIME_FORMAT") if settled else ""},
    ]


def _to(mail: UnclearMail) -> str:
    """Where it went, never an address: the delivery point's own page has that."""
    text: Any = in_language(mail.point, languages.active()) if mail.point else None
    return text.name if text else ""


@require_safe
@mails_page
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    context = {
        "mail": found,
        "campaign_title": named(found.campaign) if found.campaign else "",
        "point_name": _to(found),
        "may_see_point": rules.may_see_targets(request.user),
        "decisions": found.decisions,
        "attempts": found.message.attempts.order_by("number"),
        "trail": [{"label": _("Unclear mails"), "url": reverse("site_desk:mails")}, {"label": found.words}],
    }
    return render(request, "desk/mails/mail.html", context)


@get_or_post
@mails_page
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    found = _own(request, pk)
    wanted = found.decision(decision)
    here = reverse("site_desk:mail", args=[pk])
    if wanted is None:
        if decision not in ("sent", "again", "failed"):
            raise Http404
        messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        return redirect(here)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.decide_on_mail(message=found.message, decision=decision, by=person(request), **form.cleaned_data)
        except actions.AlreadyDecided:
            messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        else:
            messages.success(request, _("Your decision is written down."))
        return redirect(here)
    trail = [{"label": _("Unclear mails"), "url": reverse("site_desk:mails")}, {"label": found.words, "url": here}]
    context = {
        "title": wanted.title,
        "verb": wanted.verb,
        "form": form,
        "trail": [*trail, {"label": wanted.title}],
        "consequences": wanted.consequences,
        "cancel_url": here,
    }
    return render(request, "desk/campaign/form_page.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest, pk: int) -> UnclearMail:
    """Also one that was decided on meanwhile: its page says so."""
    found = unclear.about(get_object_or_404(Message, pk=pk))
    if not rules.may_decide_on_mail(person(request), found.campaign):
        raise PermissionDenied
    return found
