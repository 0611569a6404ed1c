"""A campaign's partners: asked by whoever runs it, accepted by the other organisation's own people."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import role_page, staff_page
from accounts.rules import may_see_all_campaigns
from campaign import actions, rules
from campaign.forms.partners import AskPartnerForm
from campaign.models import Campaign, OptIn, Partnership
from campaign.views.desk_frame import campaign_page, frame, partnership_frame, person, seen_campaign_page, title_of
from face import languages
from face.pages import get_or_post
from face.texts import best_text, in_language

PER_PAGE = 50

answering_page = role_page(rules.may_answer_partnerships)


@require_safe
@seen_campaign_page
def partners(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    may_ask = rules.may_run(person(request), campaign)
    wanted = OptIn.objects.counted(campaign)
    reads_updates = may_see_all_campaigns(person(request))
    page = Paginator(campaign.partnerships.for_pages(), PER_PAGE).get_page(request.GET.get("page"))
    context = frame(campaign, "partners") | {
        "page": page,
        "columns": [
            {"label": _("Organisation")},
            {"label": _("State")},
            {"label": _("Asked by")},
            {"label": _("Want its mails"), "numeric": True},
            *([{"label": _("Updates")}] if reads_updates else []),
            *([{"label": _("End")}] if may_ask else []),
        ],
        "rows": [_row(each, wanted, reads_updates=reads_updates, may_end=may_ask) for each in page],
        "form": AskPartnerForm(organisations=rules.who_can_be_asked(campaign)) if may_ask else None,
    }
    return render(request, "desk/campaign/partners.html", context)


def _row(
    partnership: Partnership, wanted: dict[int, int], *, reads_updates: bool, may_end: bool
) -> list[dict[str, Any]]:
    asked = partnership.state == Partnership.State.ASKED
    ends = partnership.may_move(Partnership.State.ENDED)
    end = {"text": (_("Take back") if asked else _("End")) if ends else "", "url": _ending_url(partnership)}
    updates_url = reverse("campaign_desk:partner_updates", args=[partnership.pk])
    return [
        {"text": _name_of(partnership.organisation)},
        _state_cell(partnership),
        {"text": str(partnership.asked_by)},
        {"text": wanted.get(partnership.organisation_id, 0), "numeric": True},
        *([{"text": _("What it writes"), "url": updates_url}] if reads_updates else []),
        *([end if ends else {"text": ""}] if may_end else []),
    ]


def _state_cell(partnership: Partnership) -> dict[str, Any]:
    return {"text": partnership.get_state_display(), "badge": _BADGES[partnership.state]}


_BADGES = {Partnership.State.ASKED: "waiting", Partnership.State.ACCEPTED: "good", Partnership.State.ENDED: ""}


def _ending_url(partnership: Partnership) -> str:
    return reverse("campaign_desk:ending", args=[partnership.pk])


def _name_of(organisation: Any) -> str:
    return in_language(organisation, languages.active()).name  # type: ignore[union-attr]


@get_or_post
@campaign_page
def asking(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Whom to ask stands in the address; who gets the mail, on the page."""
    form = AskPartnerForm(request.GET, organisations=rules.who_can_be_asked(campaign))
    back = reverse("campaign_desk:partners", args=[campaign.slug])
    if not form.is_valid():
        context = frame(campaign, "partners", page=_("Ask an organisation"), form=form)
        return render(request, "desk/campaign/ask_partner.html", context, status=422 if request.GET else 200)
    organisation = form.cleaned_data["organisation"]
    if request.method == "POST":
        try:
            actions.ask_partner(campaign=campaign, organisation=organisation, by=person(request))
        except actions.CannotBeAsked:
            messages.error(request, _("Nothing was sent: it was asked meanwhile, or nobody could answer."))
        else:
            messages.success(request, _("Asked. Nothing is shown before they say yes."))
        return redirect(back)
    people = organisation.organizers().count()
    context = {
        "title": _("Ask %(organisation)s to be a partner?") % {"organisation": _name_of(organisation)},
        "scope": ngettext(
            "One mail to %(count)s person: its owner or organizer.",
            "One mail to %(count)s people: its owners and organizers.",
            people,
        )
        % {"count": people},
        "consequences": [
            _("They can read the campaign and its letter at the desk from now on, also while it is a draft."),
            _("If one of them says yes, its name and logo stand on the campaign’s page and in its report."),
            _("Supporters can then ask for its mails, apart from yours. You can take it back at any time."),
        ],
        "verb": _("Ask them"),
        "action_url": request.get_full_path(),
        "cancel_url": back,
        "trail": frame(campaign, "partners", page=_("Ask an organisation"))["trail"],
    }
    return render(request, "desk/confirmation.html", context)


# --- The other side


@require_safe
@answering_page
def partnerships(request: HttpRequest) -> HttpResponse:
    """What one's organisations were asked, what waits for an answer first, and where they are partners."""
    known = Partnership.objects.to_answer_by(person(request)).for_pages().order_by("-state", "-asked_at", "pk")
    page = Paginator(known, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "columns": [
            {"label": _("Campaign")},
            {"label": _("Of")},
            {"label": _("Your organisation")},
            {"label": _("State")},
        ],
        "rows": [
            [
                {"text": title_of(each.campaign), "url": reverse("campaign_desk:partnership", args=[each.pk])},
                {"text": _name_of(each.campaign.organisation)},
                {"text": _name_of(each.organisation)},
                _state_cell(each),
            ]
            for each in page
        ],
    }
    return render(request, "desk/campaign/partnerships.html", context)


@require_safe
@answering_page
def partnership(request: HttpRequest, pk: int) -> HttpResponse:
    """What one is asked to stand behind, to the last word."""
    found = get_object_or_404(Partnership.objects.to_answer_by(person(request)).for_pages(), pk=pk)
    campaign = found.campaign
    letter = rules.letter_to_test(campaign)
    context = partnership_frame(found, "partnership") | {
        "partnership": found,
        "text": campaign.text_in(languages.active()),
        "letter": best_text(letter.texts, languages.active(), source=campaign.source_language) if letter else None,
        "organisation": in_language(campaign.organisation, languages.active()),
        "partner": in_language(found.organisation, languages.active()),
        "may_accept": rules.may_accept(person(request), found),
        "ending_url": _ending_url(found),
    }
    return render(request, "desk/campaign/partnership.html", context)


@require_POST
@answering_page
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Partnership.objects.to_answer_by(person(request)), pk=pk)
    try:
        actions.accept_partnership(partnership=found, by=person(request))
    except actions.AlreadyAnswered:
        messages.error(request, _("It was answered or taken back meanwhile."))
    else:
        messages.success(request, _("Your organisation stands behind the campaign now. You can end it here."))
    return redirect("campaign_desk:partnership", pk)


@get_or_post
@staff_page
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """For either side: declined, taken back or ended."""
    me = person(request)
    found = get_object_or_404(Partnership.objects.of_either_side(me).for_pages(), pk=pk)
    runs = rules.may_run(me, found.campaign)
    ours = reverse("campaign_desk:partners", args=[found.campaign.slug])
    back = ours if runs else reverse("campaign_desk:partnership", args=[pk])
    if not found.may_move(Partnership.State.ENDED):
        return redirect(back)
    if request.method == "POST":
        try:
            actions.end_partnership(partnership=found, by=me)
        except actions.AlreadyAnswered:
            messages.error(request, _("It had ended already."))
        else:
            messages.success(request, _("Done. It can be asked again at any time."))
        return redirect(back)
    partner = _name_of(found.organisation)
    context = _words_of_ending(found, partner, runs=runs) | {
        "scope": title_of(found.campaign),
        "action_url": request.path,
        "cancel_url": back,
        "trail": frame(found.campaign, "partners", page=partner)["trail"]
        if runs
        else partnership_frame(found, "partnership")["trail"],
    }
    return render(request, "desk/confirmation.html", context)


def _words_of_ending(partnership: Partnership, partner: str, *, runs: bool) -> dict[str, Any]:
    """For an accepted partnership either side ends it; before, one side takes it back and the other declines."""
    again = _("It can be asked again, and has to say yes again.")
    if partnership.state == Partnership.State.ACCEPTED:
        wanted = OptIn.objects.to(partnership.organisation, partnership.campaign).count()
        title, verb = _("End the partnership with %(organisation)s?"), _("End it")
        consequences = [
            _("Its name and logo leave the campaign’s page at once, and its report."),
            ngettext(
                "%(count)s supporter asked for its mails. It can write to none of them any more.",
                "%(count)s supporters asked for its mails. It can write to none of them any more.",
                wanted,
            )
            % {"count": wanted},
            again,
        ]
    else:
        consequences = [_("Nothing was shown yet, and nothing changes on the campaign’s page."), again]
        title, verb = (
            (_("Take back what %(organisation)s was asked?"), _("Take it back"))
            if runs
            else (_("Decline for %(organisation)s?"), _("Decline"))
        )
    return {"title": title % {"organisation": partner}, "verb": verb, "consequences": consequences}
