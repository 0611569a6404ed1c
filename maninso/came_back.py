"""Mail that came back and that no machine understood, at the desk: a person opens it, which is written down."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import proven_again, role_page
from accounts.models import User
from accounts.rules import may_open_mail_that_came_back
from audit.log import record
from face.needs import Need
from face.pages import get_or_post
from outbox import actions
from outbox.inbound.reading import LONGEST_TEXT, read
from outbox.models import InboundMail

PER_PAGE = 50

opening_page = role_page(may_open_mail_that_came_back)


def needs(user: User) -> list[Need]:
    if not may_open_mail_that_came_back(user):
        return []
    waiting = InboundMail.objects.to_look_at().aggregate(count=Count("pk"), since=Min("received_at"))
    if not waiting["count"]:
        return []
    name = gettext_lazy("Mails that no machine understood")
    return [Need(name, waiting["count"], reverse("came_back:mails"), waiting["since"])]


@require_safe
@opening_page
def mails(request: HttpRequest) -> HttpResponse:
    waiting = InboundMail.objects.to_look_at().defer("raw").select_related("message")
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "columns": [
            {"label": _("When it came")},
            {"label": _("What it answers")},
            {"label": _("Bytes"), "numeric": True},
        ],
        "rows": [_row(mail) for mail in page],
    }
    return render(request, "desk/mail/came_back.html", context)


def _row(mail: InboundMail) -> list[dict[str, Any]]:
    at = date_format(timezone.localtime(mail.received_at), "SHORT_DATETIME_FORMAT")
    return [
        {"text": at, "url": reverse("came_back:mail", args=[mail.pk])},
        {"text": str(mail.message or "–")},
        {"text": intcomma(mail.size), "numeric": True},
    ]


@get_or_post
@opening_page
@proven_again
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Sealed until it is asked for by POST: mail quotes letters, and names those who signed them."""
    found = get_object_or_404(InboundMail.objects.to_look_at().defer("raw"), pk=pk)
    context: dict[str, Any] = {
        "mail": found,
        "trail": [{"label": _("Mails that no machine understood"), "url": reverse("came_back:mails")}],
    }
    if request.method == "POST":
        with transaction.atomic():
            record("sealed_fields.read", by=cast(User, request.user), about=found, field="raw")
            raw = found.raw or ""
        context |= {"opened": True, "raw": raw[:LONGEST_TEXT], "text": read(raw.encode("latin-1")).text}
    return render(request, "desk/mail/mail.html", context)


@require_POST
@opening_page
def looked_at(request: HttpRequest, pk: int) -> HttpResponse:
    actions.handle_inbound(mails=InboundMail.objects.filter(pk=pk), by=request.user)
    messages.success(request, _("Done. It waits for nobody any more."))
    return redirect("came_back:mails")
