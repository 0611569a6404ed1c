"""A supporter who has written to us: found by the exact address, and helped. No page here shows whose it is."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_fsm import TransitionNotAllowed

from accounts.guards import proven_again, role_page
from campaign import actions, rules
from campaign.forms.site import ReasonForm, SupporterSearchForm
from campaign.models import Signature
from campaign.views.desk_frame import person
from face import languages
from face.pages import get_or_post

supporters_page = role_page(rules.may_look_up_supporters)
# Which signature somebody has found, for them and for half an hour: numbers in addresses could be counted through.
_SALT, _SECONDS = "supporters.found", 30 * 60
_TOLD = {
    "withdrawal": gettext_lazy("Withdraw the signature"),
    "erasure": gettext_lazy("Erase everything about this signature"),
    "holding": gettext_lazy("Hold the signature for a check"),
}
_DONE = {
    "withdrawal": gettext_lazy("Withdrawn."),
    "erasure": gettext_lazy("Erased."),
    "holding": gettext_lazy("Held. It waits with the held signatures for a decision."),
}
_ACTS: dict[str, Callable[..., None]] = {
    "withdrawal": actions.withdraw_for,
    "erasure": actions.erase_for,
    "holding": actions.hold_signature,
}


@get_or_post
@supporters_page
@proven_again
def search(request: HttpRequest) -> HttpResponse:
    """The address goes by POST, so that it stands in no log and no history."""
    form = SupporterSearchForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        wanted = {**form.cleaned_data, "by": person(request)}
        try:
            if "links" in request.POST:
                actions.send_links_for(**wanted, language=languages.active())
                messages.success(request, _("If there is anything of this address, its links are on their way to it."))
                return redirect("site_desk:supporters")
            found = actions.look_up_supporter(**wanted)
        except actions.TooManySearches:
            form.add_error(None, _("You have looked up as many addresses as one may in an hour. Please wait."))
        else:
            context |= {
                "found": found,
                "signatures": [_told(signature, request) for signature in found.signatures],
                "email": form.cleaned_data["email"],
            }
    return render(request, "desk/site/supporters.html", context, status=422 if form.errors else 200)


def _told(signature: Signature, request: HttpRequest) -> dict[str, Any]:
    token = signing.dumps([signature.pk, person(request).pk], salt=_SALT)
    return {
        "signature": signature,
        "title": signature.campaign.title_in(languages.active()),
        "letters": rules.letters_by_state(signature),
        "steps": [
            {"name": _TOLD[step], "url": reverse("site_desk:supporter_step", args=[token, step])}
            for step in _steps_of(signature, request)
        ],
    }


def _steps_of(signature: Signature, request: HttpRequest) -> list[str]:
    """What can be done for them, and by the abuse desk for everybody else."""
    steps = ["withdrawal"] if signature.may_move(Signature.State.WITHDRAWN) else []
    steps += ["erasure"] if signature.erased_at is None else []
    return steps + (["holding"] if signature.stands and rules.may_check_signatures(person(request)) else [])


@get_or_post
@supporters_page
@proven_again
def step(request: HttpRequest, token: str, step: str) -> HttpResponse:
    signature = _of_token(request, token)
    if step not in _steps_of(signature, request):
        messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        return redirect("site_desk:supporters")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            _ACTS[step](signature=signature, reason=form.cleaned_data["reason"], by=person(request))
        except TransitionNotAllowed:
            messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        else:
            messages.success(request, _DONE[step])
        return redirect("site_desk:supporters")
    unsent = signature.dispatches.unsent().count()
    waiting = ngettext(
        "%(count)s letter that has not gone stays here.", "%(count)s letters that have not gone stay here.", unsent
    ) % {"count": intcomma(unsent)}
    consequences = [waiting, _("What has gone cannot be called back.")]
    if step == "erasure":
        consequences.append(_("Name, address, city and own words are removed for good. This can’t be undone."))
    elif step == "withdrawal":
        consequences.append(_("It no longer counts. They can sign again themselves."))
    else:
        consequences.append(_("It does not count until somebody has decided. Released, it counts, and its letters go."))
    trail = [{"label": _("Supporters"), "url": reverse("site_desk:supporters")}, {"label": _TOLD[step]}]
    context = {
        "title": _TOLD[step],
        "verb": _TOLD[step],
        "form": form,
        "trail": trail,
        "consequences": consequences,
        "cancel_url": reverse("site_desk:supporters"),
    }
    return render(request, "desk/campaign/form_page.html", context, status=422 if form.errors else 200)


def _of_token(request: HttpRequest, token: str) -> Signature:
    try:
        pk, person_pk = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404 from None
    found = Signature.objects.for_supporter_desk().filter(pk=pk).first()
    if found is None or person_pk != person(request).pk:
        raise Http404
    return found
