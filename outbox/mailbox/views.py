"""The local mailbox's pages: for whoever tries the product on a laptop."""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from outbox.mailbox import answering
from outbox.mailbox.store import Mail, Mailbox, NoSuchMail

PAGE_SIZE = 50


@require_GET
@cache_control(no_store=True)
def mails(request: HttpRequest) -> HttpResponse:
    number = _page_number(request)
    to = request.GET.get("to", "")
    found, more = _mailbox().page(number, PAGE_SIZE, to=to)
    if request.GET.get("format") == "json":
        return JsonResponse({"mails": [_summary(mail) for mail in found], "next": number + 1 if more else None})
    context = {
        "mails": found,
        "to": to,
        "earlier": number + 1 if more else None,
        "later": number - 1 if number > 1 else None,
    }
    return render(request, "mailbox/mails.html", context)


@require_GET
@cache_control(no_store=True)
def mail(request: HttpRequest, mail_id: str) -> HttpResponse:
    found = _find(mail_id)
    if request.GET.get("format") == "json":
        return JsonResponse({**_summary(found), "text": found.text, "html": found.html})
    as_html = request.GET.get("as") == "html" or not found.text
    return _shown(request, found, as_html=as_html)


# Nobody's mail may run anything here or fetch anything from anywhere; its links open in a page of their own.
@require_GET
@cache_control(no_store=True)
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "frame-ancestors": [SELF],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def html(request: HttpRequest, mail_id: str) -> HttpResponse:
    return HttpResponse('<base target="_blank">' + _find(mail_id).html)


@require_GET
@cache_control(no_store=True)
def raw(request: HttpRequest, mail_id: str) -> HttpResponse:
    found = _find(mail_id)
    return HttpResponse(
        found.raw,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.id}.eml"'},
    )


@require_POST
@cache_control(no_store=True)
def emptying(request: HttpRequest) -> HttpResponse:
    _mailbox().empty()
    return HttpResponseRedirect(reverse("mailbox:mails"))


@require_POST
@cache_control(no_store=True)
def answer(request: HttpRequest, mail_id: str) -> HttpResponse:
    """As whoever got the mail would: an answer, or what their server does by itself."""
    found = _find(mail_id)
    try:
        way = answering.Way(request.POST.get("way", ""))
        answering.answer(found, way, request.POST.get("text", "").strip())
    except ValueError as not_possible:
        raise BadRequest from not_possible
    sent = _("Sent. The site takes it in within a few seconds.")
    return _shown(request, found, as_html=not found.text, sent=sent)


def _shown(request: HttpRequest, mail: Mail, **context: Any) -> HttpResponse:
    return render(request, "mailbox/mail.html", {"mail": mail, "ways": answering.ways(mail), **context})


def _mailbox() -> Mailbox:
    return Mailbox(settings.MAILBOX_DIR)


def _find(mail_id: str) -> Mail:
    try:
        return _mailbox().get(mail_id)
    except NoSuchMail as missing:
        raise Http404 from missing


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def _summary(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "to": mail.recipients,
        "from": mail.sender,
        "subject": mail.subject,
        "date": mail.arrived_at.isoformat(),
    }
