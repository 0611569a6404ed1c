"""How supporters end the updates that they asked for, and begin them again: by a link in the mail, without a log-in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from campaign import actions, links
from campaign.models import OptIn, Signature
from campaign.views.guards import signing_page
from campaign.views.signing import get_or_post, link_problem
from face import languages
from face.texts import in_language
from privacy.links import ExpiredLink, ForgedLink, read_token

# RFC 8058, 3.1: what a mail program posts when somebody presses its own button.
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass(frozen=True)
class Subscription:
    """Whose updates a link in them ends: those of the campaign's organisation, or with an opt-in those of a partner."""

    signature: Signature
    opt_in: OptIn | None = None

    @property
    def organisation(self) -> Organisation:
        return self.opt_in.organisation if self.opt_in else self.signature.campaign.organisation

    @property
    def stands(self) -> bool:
        if self.opt_in:
            return OptIn.objects.kept().filter(pk=self.opt_in.pk).exists()
        return Signature.objects.wants_updates_still(self.signature)

    def end(self) -> None:
        actions.unsubscribe(signature=self.signature, opt_in=self.opt_in)

    def begin_again(self) -> None:
        actions.resubscribe(signature=self.signature, opt_in=self.opt_in)


def for_mail_programs(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Takes the one click before the form's guard: it comes from the servers of mail services, for thousands of people
    from one network, with no cookie and from no page. Whoever holds the token got the mail.
    """

    @csrf_exempt
    @wraps(view)
    def taken(request: HttpRequest, token: str) -> HttpResponse:
        if request.method == "POST" and ONE_CLICK.items() <= request.POST.dict().items():
            try:
                subscription = subscription_of(token)
            except ForgedLink:
                return HttpResponse(status=404, content_type="text/plain")
            if subscription:
                subscription.end()
            return HttpResponse(content_type="text/plain", headers={"Cache-Control": "no-store"})
        return view(request, token)

    return taken


def subscription_of(token: str) -> Subscription | None:
    """None where the person is gone. Raises ForgedLink."""
    standing = Signature.objects.for_mail().filter(erased_at__isnull=True)
    try:
        signature = standing.filter(pk=_subject_of(links.UNSUBSCRIBE, token)).first()
        return Subscription(signature) if signature else None
    except ForgedLink:
        opt_in = OptIn.objects.for_mail().filter(pk=_subject_of(links.UNSUBSCRIBE_PARTNER, token)).first()
        signature = standing.filter(pk=opt_in.signature_id).first() if opt_in else None
        return Subscription(signature, opt_in) if signature else None


def _subject_of(purpose: str, token: str) -> int:
    """An old mail ends them as well as a new one does. Raises ForgedLink."""
    try:
        return read_token(purpose, token, now=timezone.now()).subject
    except ExpiredLink as expired:
        return expired.link.subject


@for_mail_programs
@get_or_post
@signing_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        subscription = subscription_of(token)
    except ForgedLink:
        return link_problem(request)
    if request.method == "POST":
        if subscription:
            subscription.end()
        return redirect("unsubscribe", token)
    context: dict[str, Any] = {"token": token, "subscription": subscription}
    if subscription:
        context |= {
            "text": subscription.signature.campaign.text_in(languages.active()),
            "organisation": in_language(subscription.organisation, languages.active()),
            "gets_updates": subscription.stands,
        }
    return render(request, "campaign/unsubscribe.html", context)


@require_POST
@signing_page
def resubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        subscription = subscription_of(token)
    except ForgedLink:
        return link_problem(request)
    if subscription:
        subscription.begin_again()
    return redirect("unsubscribe", token)
