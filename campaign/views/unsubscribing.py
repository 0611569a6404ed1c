"""How supporters end the updates that they asked for, and begin them again: by a link in the mail, without a log-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaign import actions, links
from campaign.models import Signature
from campaign.views.guards import signing_page
from campaign.views.signing import get_or_post, link_problem
from face import languages
from face.texts import in_language
from privacy.links import ExpiredLink, ForgedLink, read_token

# RFC 8058, 3.1: what a mail program posts when somebody presses its own button.
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def for_mail_programs(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Takes the one click before the form's guard: it comes from the servers of mail services, for thousands of people
    from one network, with no cookie and from no page. Whoever holds the token got the mail.
    """

    @csrf_exempt
    @wraps(view)
    def taken(request: HttpRequest, token: str) -> HttpResponse:
        if request.method == "POST" and ONE_CLICK.items() <= request.POST.dict().items():
            try:
                signature = signature_of(token)
            except ForgedLink:
                return HttpResponse(status=404, content_type="text/plain")
            if signature:
                actions.unsubscribe(signature=signature)
            return HttpResponse(content_type="text/plain", headers={"Cache-Control": "no-store"})
        return view(request, token)

    return taken


def signature_of(token: str) -> Signature | None:
    """Whose updates these are; None where the person is gone. Raises ForgedLink.

    An old mail ends them as well as a new one does.
    """
    try:
        link = read_token(links.UNSUBSCRIBE, token, now=timezone.now())
    except ExpiredLink as expired:
        link = expired.link
    return Signature.objects.for_mail().filter(pk=link.subject, erased_at__isnull=True).first()


@for_mail_programs
@get_or_post
@signing_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        signature = signature_of(token)
    except ForgedLink:
        return link_problem(request)
    if request.method == "POST":
        if signature:
            actions.unsubscribe(signature=signature)
        return redirect("unsubscribe", token)
    context: dict[str, Any] = {"token": token, "signature": signature}
    if signature:
        campaign = signature.campaign
        context |= {
            "text": campaign.text_in(languages.active()),
            "organisation": in_language(campaign.organisation, languages.active()),
            "gets_updates": Signature.objects.wants_updates_still(signature),
        }
    return render(request, "campaign/unsubscribe.html", context)


@require_POST
@signing_page
def resubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        signature = signature_of(token)
    except ForgedLink:
        return link_problem(request)
    if signature:
        actions.resubscribe(signature=signature)
    return redirect("unsubscribe", token)
