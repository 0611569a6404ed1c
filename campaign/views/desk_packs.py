"""Packs by post at the desk, from asking to what the post says; and letters that people say to have sent themselves."""

import io
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_fsm import TransitionNotAllowed

from accounts.guards import proven_again
from campaign import actions, post, rules
from campaign.forms.hand_ins import AskForm, PostedForm, PostingForm, ReturnedForm
from campaign.models import Campaign, Dispatch, OwnWords, Pack, Posting, SelfReport
from campaign.models.pack import PostingState
from campaign.views.desk_frame import campaign_page, frame, history, person
from face import languages
from face.pages import get_or_post
from face.spreadsheets import MARK

PER_PAGE = 50
# What the post may say of a pack: name of the button, and what is asked.
_SAYS: dict[str, tuple[Any, type[forms.Form]]] = {
    Posting.State.POSTED: (gettext_lazy("It is posted"), PostedForm),
    Posting.State.DELIVERED: (gettext_lazy("It was delivered"), PostingForm),
    Posting.State.RETURNED: (gettext_lazy("It came back"), ReturnedForm),
}
_BADGES = {
    Pack.State.READY: "good",
    Pack.State.HANDED_OUT: "good",
    Pack.State.FAILED: "problem",
    Pack.State.CANCELLED: "",
}


@require_safe
@campaign_page
def packs(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    by_post = Pack.objects.filter(campaign=campaign, channel=Dispatch.Channel.POST)
    page = Paginator(by_post.select_related("point", "posting").order_by("-asked_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    labels = dict(Dispatch.Channel.choices)
    themselves = SelfReport.objects.filter(campaign=campaign).order_by().values_list("channel")
    context = frame(campaign, "packs", by_post=Dispatch.Channel.POST in campaign.channels) | {
        "page": page,
        "unread": OwnWords.objects.unread().filter(campaign=campaign).count(),
        "columns": [
            {"label": _("Pack")},
            {"label": _("Delivery point")},
            {"label": _("State")},
            {"label": _("In the post")},
            {"label": _("Letters"), "numeric": True},
        ],
        "rows": [_row(campaign, pack) for pack in page],
        "self_reported": [(labels[way], letters) for way, letters in sorted(themselves.annotate(letters=Count("pk")))],
    }
    return render(request, "desk/campaign/packs.html", context)


def _row(campaign: Campaign, pack: Pack) -> list[dict[str, Any]]:
    return [
        {"text": pack.number, "url": _url(campaign, pack)},
        {"text": pack.point.name},
        {"text": pack.get_state_display(), "badge": _BADGES.get(Pack.State(pack.state), "waiting")},
        {"text": _in_the_post(pack)},
        {"text": number_format(pack.count, force_grouping=True), "numeric": True},
    ]


def _in_the_post(pack: Pack) -> str:
    posting = _posting_of(pack)
    return f"{posting.get_state_display()} · {date_format(posting.day, 'SHORT_DATE_FORMAT')}" if posting else "–"


def _url(campaign: Campaign, pack: Pack) -> str:
    return reverse("campaign_desk:pack", args=[campaign.slug, pack.number])


@get_or_post
@campaign_page
def ask(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Asks for volumes: as many as it takes."""
    form = AskForm(request.POST or None, campaign=campaign)
    if form.is_valid():
        try:
            asked = actions.ask_for_packs(
                campaign=campaign,
                channel=Dispatch.Channel.POST,
                language=campaign.addressee_language,
                by=person(request),
                **form.cleaned_data,
            )
        except actions.LettersHeld:
            form.add_error(None, _("The letters of this campaign wait: the situation in a case has changed."))
        except actions.NotByThisWay:
            form.add_error(None, _("The letters of this campaign do not go by post."))
        else:
            found = {"volumes": len(asked), "letters": sum(pack.count for pack in asked)}
            if asked:
                messages.success(request, _("Asked for: %(letters)d letters in %(volumes)d volumes.") % found)
            else:
                messages.warning(request, _("No letter waits for the post to this point."))
            return redirect("campaign_desk:packs", campaign.slug)
    title = _("Ask for packs by post")
    context = frame(campaign, "packs", page=title) | {
        "title": title,
        "about": _(
            "Every letter to this point that has not gone by e-mail, each on sheets of its own for a window"
            " envelope, in volumes of 200."
        ),
        "form": form,
        "verb": _("Ask for them"),
        "cancel_url": reverse("campaign_desk:packs", args=[campaign.slug]),
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


def _of(campaign: Campaign, number: str) -> Pack:
    """A pack for the post."""
    packs = Pack.objects.select_related("campaign", "point", "posting__posted_by")
    return get_object_or_404(packs, campaign=campaign, number=number, channel=Dispatch.Channel.POST)


@require_safe
@campaign_page
def pack(request: HttpRequest, campaign: Campaign, number: str) -> HttpResponse:
    found = _of(campaign, number)
    posting = _posting_of(found)
    left = rules.to_strike_out([found]).get(found.pk, [])
    context = frame(campaign, "packs", page=found.number) | {
        "pack": found,
        "unread": OwnWords.objects.unread().filter(campaign=campaign).count(),
        "badge": _BADGES.get(Pack.State(found.state), "waiting"),
        "posting": posting,
        "in_the_post": _in_the_post(found),
        "to_strike_out": languages.listed(left),
        "says": [(says, _SAYS[says][0]) for says in _may_be_said(found)],
        "said": history(posting.changes, Posting.State) if posting else [],
        "history": history(found.changes, Pack.State),
    }
    return render(request, "desk/campaign/pack.html", context)


@get_or_post
@campaign_page
@proven_again
def fetch(request: HttpRequest, campaign: Campaign, number: str) -> Any:
    """A list of names leaves the house: whoever takes it has just proven who they are."""
    found = _of(campaign, number)
    here = _url(campaign, found)
    if request.method != "POST":
        return redirect(here)
    try:
        pdf = actions.hand_out_pack(pack=found, by=person(request))
    except actions.LettersHeld:
        messages.warning(request, _("The letters of this campaign wait: the situation in a case has changed."))
    except (actions.NotReadyYet, FileNotFoundError):
        messages.warning(request, _("This pack is being made anew. Please wait a moment."))
    else:
        return FileResponse(io.BytesIO(pdf), as_attachment=True, filename=f"{found.number}.pdf")
    return redirect(here)


@require_safe
@campaign_page
def list_of_letters(request: HttpRequest, campaign: Campaign, number: str) -> HttpResponse:
    found = _of(campaign, number)
    if not found.is_made:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{found.number}.csv"'}
    content = MARK + post.list_of_letters(found)
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@get_or_post
@campaign_page
def post_says(request: HttpRequest, campaign: Campaign, number: str, says: str) -> HttpResponse:
    """What the post says of the whole volume; its letters say the same at once."""
    found = _of(campaign, number)
    here = _url(campaign, found)
    if says not in _SAYS:
        raise Http404
    button, form_class = _SAYS[says]
    if says not in _may_be_said(found):
        messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        return redirect(here)
    posting = _posting_of(found)
    form = form_class(request.POST or None, initial=_known(posting) if says == Posting.State.POSTED else None)
    if form.is_valid():
        try:
            if says == Posting.State.POSTED:
                actions.post_pack(pack=found, by=person(request), **form.cleaned_data)
            else:
                actions.settle_posting(
                    posting=cast(Posting, posting), outcome=says, by=person(request), **form.cleaned_data
                )
        except ValidationError as error:
            form.add_error(None, error)
        except (actions.NotReadyYet, actions.AlreadyThere, TransitionNotAllowed):
            messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
            return redirect(here)
        else:
            messages.success(request, _("Noted for the whole volume. Its supporters see it on their pages."))
            return redirect(here)
    about = {"pack": found.number, "letters": found.count, "point": found.point}
    context = frame(campaign, "packs", page=str(button)) | {
        "title": button,
        "about": _("%(pack)s: %(letters)d letters to %(point)s") % about,
        "form": form,
        "verb": button,
        "cancel_url": here,
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


def _posting_of(pack: Pack) -> Posting | None:
    return getattr(pack, "posting", None)


def _known(posting: Posting | None) -> dict[str, Any]:
    """What can be corrected while it is on its way."""
    if posting is None or posting.state != Posting.State.POSTED:
        return {}
    return {"day": posting.posted_on, "tracking": posting.tracking}


def _may_be_said(pack: Pack) -> list[PostingState]:
    if not rules.is_posted_by_organizers(pack):
        return []
    posting = _posting_of(pack)
    if posting is None:
        return [Posting.State.POSTED]
    again = [Posting.State.POSTED] if posting.state == Posting.State.POSTED else []
    return [*again, *(state for state in Posting.State if posting.may_move(state))]
