"""Signatures that are held for a check: the queue, one of them, whose it is to whoever says why, and decisions.

No page but one shows whose a signature is.
"""

from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django_fsm import TransitionNotAllowed

from accounts.guards import proven_again, role_page
from campaign import actions, rules
from campaign.forms.held import DecisionForm, HeldFilterForm
from campaign.forms.site import ReasonForm
from campaign.models import Dispatch, HeldSignature, Signature
from campaign.models.held_signature import HeldSignatureQuerySet
from campaign.views.desk_frame import history, person
from face import countries, languages
from face.pages import get_or_post

PER_PAGE = 50
held_page = role_page(rules.may_check_signatures)


@require_safe
@held_page
def queue(request: HttpRequest) -> HttpResponse:
    """The oldest first; of what is decided, the latest."""
    form = HeldFilterForm(request.GET)
    found = _filtered(form)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    undecided = not (form.is_valid() and form.cleaned_data["decision"])
    context = {
        "form": form,
        "found": page.paginator.count,
        "clear_url": request.path if any(request.GET.get(name) for name in form.fields) else "",
        "page": page,
        "rows": [_told(held) for held in page],
        "undecided": undecided,
        "together": min(page.paginator.count, actions.TOGETHER),
        "filters": {name: request.GET.get(name, "") for name in ("why", "campaign")},
    }
    return render(request, "desk/site/held.html", context)


def _filtered(form: HeldFilterForm) -> HeldSignatureQuerySet:
    asked = form.cleaned_data if form.is_valid() else {}
    found = HeldSignature.objects.for_desk()
    if asked.get("decision"):
        found = found.filter(decision=asked["decision"]).order_by("-decided_at", "-pk")
    else:
        found = found.waiting().order_by("held_at", "pk")
    if asked.get("why"):
        found = found.filter(why=asked["why"])
    return found.filter(campaign=asked["campaign"]) if asked.get("campaign") else found


def _told(held: HeldSignature) -> dict[str, Any]:
    text = held.campaign.text_in(languages.active())
    return {
        "held": held,
        "title": text.title if text else held.campaign.slug,
        "title_language": text.language if text else "",
        "country": countries.name_of(held.signature.country),
        "language": dict(settings.LANGUAGES).get(held.signature.language, held.signature.language),
    }


def _trail(*more: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"label": _("Held signatures"), "url": reverse("site_desk:held")}, *more]


@require_safe
@held_page
def one(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(HeldSignature.objects.for_desk(), pk=pk)
    context = {
        "row": _told(held),
        "trail": _trail({"label": _("Signature %(number)s") % {"number": held.signature_id}}),
        "letters": rules.letters_by_state(held.signature),
        "history": history(held.signature.changes, Signature.State),
        "may_hold_again": _may_hold_again(held),
    }
    return render(request, "desk/site/held_one.html", context)


def _may_hold_again(held: HeldSignature) -> bool:
    signature = held.signature
    return (
        held.decision == HeldSignature.Decision.REJECTED
        and signature.state == Signature.State.REJECTED
        and signature.erased_at is None
    )


@get_or_post
@held_page
@proven_again
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Name and address, to whoever says why: the audit log keeps who read it."""
    held = get_object_or_404(HeldSignature.objects.for_desk().filter(signature__erased_at=None), pk=pk)
    form = ReasonForm(request.POST or None)
    context: dict[str, Any] = {"row": _told(held), "form": form}
    context["trail"] = _trail({"label": _("Whose it is")})
    if form.is_valid():
        context["signature"] = actions.read_held(held=held, reason=form.cleaned_data["reason"], by=person(request))
    return render(request, "desk/site/held_reading.html", context, status=422 if form.errors else 200)


@get_or_post
@held_page
@proven_again
def decision(request: HttpRequest, verb: str) -> HttpResponse:
    """One or many at once: first what will happen, to how many, then why."""
    chosen = request.POST.get("chosen", "") if request.method == "POST" else _chosen(request)
    form = DecisionForm(request.POST or None, initial={"chosen": chosen})
    wanted = [int(pk) for pk in chosen.split(",") if pk.isdecimal() and len(pk) < 19][: actions.TOGETHER]
    shown = list(HeldSignature.objects.for_desk().waiting().filter(pk__in=wanted))
    if not shown:
        messages.warning(request, _("Nothing is chosen that waits for a decision."))
        return redirect("site_desk:held")
    if form.is_valid():
        decide = actions.release_held if verb == "release" else actions.reject_held
        decided = decide(held=form.ids(), reason=form.cleaned_data["reason"], by=person(request))
        messages.success(request, _done(verb, decided))
        return redirect("site_desk:held")
    title = _("Let them count again") if verb == "release" else _("Do not accept them")
    context = {
        "title": title,
        "verb": title,
        "form": form,
        "trail": _trail({"label": title}),
        "consequences": _consequences(verb, shown),
        "cancel_url": reverse("site_desk:held"),
    }
    return render(request, "desk/campaign/form_page.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest) -> str:
    """What was ticked, or the oldest of all that the filter shows, as far as one decision reaches."""
    if "all" in request.GET:
        chosen = [
            str(pk) for pk in _filtered(HeldFilterForm(request.GET)).values_list("pk", flat=True)[: actions.TOGETHER]
        ]
    else:
        chosen = [pk for pk in request.GET.getlist("chosen") if pk.isdecimal()]
    return ",".join(chosen[: actions.TOGETHER])


def _consequences(verb: str, shown: list[HeldSignature]) -> list[str]:
    titles = Counter(_told(held)["title"] for held in shown)
    said = [
        ngettext("%(title)s: %(count)s signature", "%(title)s: %(count)s signatures", number)
        % {"title": title, "count": intcomma(number)}
        for title, number in titles.most_common()
    ]
    if verb == "rejection":
        return [
            *said,
            _("They do not count, and no letter of theirs goes. Their own pages say that they were not accepted."),
            _("A rejection can be taken back, one at a time: then somebody looks once more."),
        ]
    waiting = Dispatch.objects.filter(
        signature__in=[held.signature_id for held in shown], state=Dispatch.State.CANCELLED
    ).count()
    letters = ngettext(
        "They count again, and %(count)s letter goes when its turn comes, while the campaign’s letters go.",
        "They count again, and %(count)s letters go when their turn comes, while the campaign’s letters go.",
        waiting,
    ) % {"count": intcomma(waiting)}
    return [
        *said,
        letters,
        _("No rule holds them again. By hand you can; a letter that has gone is gone."),
    ]


def _done(verb: str, count: int) -> str:
    if verb == "release":
        told = ngettext("%(count)s signature counts again.", "%(count)s signatures count again.", count)
    else:
        told = ngettext("%(count)s signature is not accepted.", "%(count)s signatures are not accepted.", count)
    return told % {"count": intcomma(count)}


@get_or_post
@held_page
@proven_again
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """A rejection is taken back."""
    held = get_object_or_404(HeldSignature.objects.for_desk(), pk=pk)
    if not _may_hold_again(held):
        messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        return redirect("site_desk:held_one", pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.hold_again(signature=held.signature, reason=form.cleaned_data["reason"], by=person(request))
        except TransitionNotAllowed:
            messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        else:
            messages.success(request, _("It waits for a decision once more."))
        return redirect("site_desk:held")
    title = _("Take the rejection back")
    context = {
        "title": title,
        "verb": title,
        "form": form,
        "trail": _trail({"label": title}),
        "consequences": [_("It is held again until somebody decides. It does not count yet, and no letter goes yet.")],
        "cancel_url": reverse("site_desk:held_one", args=[pk]),
    }
    return render(request, "desk/campaign/form_page.html", context, status=422 if form.errors else 200)
