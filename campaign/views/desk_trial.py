"""A campaign tried before anybody else sees it: its page, the form, the mail, the confirming, the letter. All of it
happens between the site and the person who tries; nothing is counted (docs/adr/0014).
"""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from campaign import actions, rules
from campaign.forms.launching import TrialSignForm
from campaign.models import Campaign, TestSignature
from campaign.views.desk_frame import frame, person, seen_campaign_page
from campaign.views.pictures import cover_response, draft_card
from campaign.views.public import cover_of, letter_context, page_context
from campaign.views.signing import signature_context
from face import languages
from face.pages import get_or_post


@require_safe
@seen_campaign_page
def trial(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """What can be tried, and how far one has come."""
    tried = TestSignature.objects.filter(campaign=campaign, by=person(request)).order_by("-pk").first()
    letter = rules.letter_to_test(campaign)
    written = {text.language for text in letter.texts.all()} if letter else set()
    spoken = [{"code": code, "name": name} for code, name in settings.LANGUAGES if code in written]
    context = frame(campaign, "trial", letter=letter, spoken=spoken, tried=tried, email=person(request).email)
    context["may_run"] = rules.may_run(person(request), campaign)
    return render(request, "desk/campaign/trial.html", context)


@require_safe
@seen_campaign_page
def page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The public page as it will be, in the language asked for; its form leads to the mails of a trial."""
    with translation.override(_language(request)):
        letter = _letter(campaign)
        form = TrialSignForm(email=person(request).email, initial={"letter": letter.pk})
        context = page_context(request, campaign, letter, form=form) | _trial(campaign)
        return render(request, "campaign/campaign.html", context)


@get_or_post
@seen_campaign_page
def sign(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    me = person(request)
    with translation.override(_language(request)):
        letter = _letter(campaign)
        form = TrialSignForm(request.POST or None, email=me.email, initial={"letter": letter.pk})
        preview = None
        if request.method == "POST" and "preview" in request.POST:
            preview = form.so_far()
            form = TrialSignForm(email=me.email, initial=request.POST.dict())
        elif form.is_valid():
            try:
                actions.sign_as_test(
                    campaign=campaign, letter=letter, language=languages.active(), by=me, typed=form.cleaned_data
                )
                return redirect("campaign_desk:trial_sent", campaign.slug)
            except actions.TooManyTests:
                form.add_error(None, _("That was often enough for this hour. Please try again later."))
        context = letter_context(request, campaign, letter) | {"form": form, "preview": preview} | _trial(campaign)
        return render(request, "campaign/sign.html", context, status=422 if form.errors else 200)


@require_safe
@seen_campaign_page
def sent(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return render(request, "campaign/sent.html", letter_context(request, campaign, None) | _trial(campaign))


@get_or_post
@seen_campaign_page
def confirm(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Only for whoever tried it: the mail's link leads here."""
    tried = get_object_or_404(
        TestSignature.objects.select_related("letter", "by"), pk=pk, campaign=campaign, by=person(request)
    )
    if request.method == "POST":
        made = actions.confirm_test(signed=tried)
        told = ngettext(
            "%(count)s letter is on its way to you.", "%(count)s letters are on their way to you.", len(made)
        )
        messages.success(request, told % {"count": len(made)})
        return redirect("campaign_desk:trial", campaign.slug)
    tried.campaign = campaign
    signature = tried.signature()
    with translation.override(tried.language):
        context = signature_context(request, signature) | {
            "shown": "",
            "risky": rules.signing_is_risky(signature.country),
            "names_a_person": bool(signature.shown_name or signature.city),
            "erase_url": reverse("campaign_desk:trial", args=[campaign.slug]),
        }
        return render(request, "campaign/confirm.html", context | _trial(campaign))


@require_safe
@seen_campaign_page
def cover(request: HttpRequest, campaign: Campaign, width: str | None = None) -> HttpResponse:
    if not campaign.cover:
        raise Http404
    return cover_response(campaign.cover, int(width) if width else None)


@require_safe
@seen_campaign_page
def card(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The share card as it will be."""
    return cast(HttpResponse, draft_card(campaign))


def _trial(campaign: Campaign) -> dict[str, Any]:
    """What makes a public page one of a trial."""
    return {
        "trial": True,
        "trial_url": reverse("campaign_desk:trial", args=[campaign.slug]),
        "sign_url": reverse("campaign_desk:trial_sign", args=[campaign.slug]) + f"?language={languages.active()}",
        "accepts_signatures": True,
        "count_url": "",
        "cover": cover_of(campaign, at_desk=True),
        "letters": _spoken(campaign),
        "now": timezone.now(),
    }


def _spoken(campaign: Campaign) -> list[dict[str, Any]]:
    letter = _letter(campaign)
    written = {text.language for text in letter.texts.all()}
    here = reverse("campaign_desk:trial_page", args=[campaign.slug])
    return [
        {"code": code, "name": name, "url": f"{here}?language={code}", "current": code == languages.active()}
        for code, name in settings.LANGUAGES
        if code in written
    ]


def _letter(campaign: Campaign) -> Any:
    """Raises Http404 where none is written."""
    letter = rules.letter_to_test(campaign)
    if letter is None:
        raise Http404
    return letter


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else languages.active()
