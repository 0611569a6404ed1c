"""Two pairs of eyes: a campaign is sent for review, read as it will be, opened or sent back by somebody else."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_fsm import TransitionNotAllowed

from accounts.guards import proven_again, role_page
from campaign import actions, launching, rules
from campaign.forms.launching import AnswerForm, Remarks, SubmissionForm
from campaign.models import AnswersFor, Campaign, DeliveryPoint, Review, ReviewRemark
from campaign.views.desk_frame import campaign_page, frame, person, seen_campaign_page
from campaign.views.desk_launching import remarks_of, times_of
from campaign.views.public import cover_of
from face import languages
from face.pages import get_or_post
from face.texts import best_text, in_language

PER_PAGE = 50


@get_or_post
@campaign_page
def submission(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Asks once more, with room for a word to the reviewers."""
    form = SubmissionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.submit_campaign(campaign=campaign, by=person(request), **form.cleaned_data)
        except actions.NotReady as not_ready:
            for missing in not_ready.missing:
                messages.error(request, missing)
            return redirect("campaign_desk:check", campaign.slug)
        except TransitionNotAllowed:
            return _moved_on(request, campaign)
        messages.success(request, _("The campaign is in review. The reviewers are told by mail."))
        return redirect("campaign_desk:steps", campaign.slug)
    context = frame(campaign, "steps", page=_("Send for review"), form=form)
    return render(request, "desk/campaign/submission.html", context, status=422 if form.errors else 200)


@get_or_post
@campaign_page
def taking_back(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.take_back_campaign(campaign=campaign, by=person(request))
        except TransitionNotAllowed:
            return _moved_on(request, campaign)
        messages.success(request, _("The campaign is a draft again."))
        return redirect("campaign_desk:steps", campaign.slug)
    if campaign.state not in (Campaign.State.IN_REVIEW, Campaign.State.SCHEDULED):
        return _moved_on(request, campaign)
    scheduled = campaign.state == Campaign.State.SCHEDULED
    consequences = [_("You can change every step again."), _("It opens only after it has been reviewed anew.")]
    if scheduled:
        consequences.append(_("Its page, which everyone can read now, is not public any more."))
    context = frame(
        campaign,
        "steps",
        title=_("Take the campaign back?"),
        scope=_("It does not open at its time.") if scheduled else _("The reviewers do not read it any more."),
        consequences=consequences,
        verb=_("Take it back"),
        action_url=request.path,
        cancel_url=reverse("campaign_desk:steps", args=[campaign.slug]),
    )
    return render(request, "desk/confirmation.html", context)


@require_POST
@campaign_page
def answer(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    remark = get_object_or_404(ReviewRemark, pk=pk, review__campaign=campaign)
    form = AnswerForm(request.POST)
    if form.is_valid():
        actions.settle_remark(remark=remark, by=person(request), **form.cleaned_data)
        messages.success(request, _("Noted. The reviewer reads it when you send the campaign again."))
    else:
        messages.error(request, _("The answer is too long: 2,000 characters at most."))
    return redirect(reverse("campaign_desk:steps", args=[campaign.slug]) + "#remarks")


def _moved_on(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
    return redirect("campaign_desk:steps", campaign.slug)


# --- The reviewers' side -----------------------------------------------------------------------------------------


@require_safe
@role_page(rules.may_review_campaigns)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the longest first."""
    waiting = (
        Review.objects.waiting()
        .select_related("campaign__organisation", "submitted_by")
        .prefetch_related("campaign__texts", "campaign__organisation__texts")
        .order_by("submitted_at", "pk")
    )
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    me = person(request)
    rows = [
        {
            "review": review,
            "campaign": review.campaign,
            "text": review.campaign.text_in(languages.active()),
            "organisation": in_language(review.campaign.organisation, languages.active()),
            "opens_at": review.campaign.opens_at.astimezone(review.campaign.zone),
            "mine": me.pk in (review.submitted_by_id, review.edited_by_id),
        }
        for review in page
    ]
    return render(request, "desk/campaign/review_queue.html", {"rows": rows, "page": page})


@require_safe
@seen_campaign_page
def review(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The campaign as it will be, and what it says otherwise than the last time."""
    return render(request, "desk/campaign/review.html", _review_page(request, campaign))


def _review_page(request: HttpRequest, campaign: Campaign, remarks: Any = None) -> dict[str, Any]:
    me = person(request)
    waiting = Review.objects.waiting().filter(campaign=campaign).select_related("submitted_by").first()
    decided = campaign.reviews.exclude(verdict="").select_related("submitted_by", "decided_by").first()
    content = launching.content_of(campaign)
    letter = launching.latest_letter(campaign)
    may_decide = waiting is not None and rules.may_decide(me, waiting)
    now = timezone.now()
    return frame(
        campaign,
        "steps",
        page=_("Review"),
        waiting=waiting,
        decided=decided,
        answered=remarks_of(campaign),
        changed=waiting is not None and waiting.content != content,
        differences=launching.differences(decided.content, content) if decided else None,
        texts=list(campaign.texts.order_by("language")),
        letter_texts=list(letter.texts.order_by("language")) if letter else [],
        letter=letter,
        publications=list(campaign.live_cases()),
        sources=campaign.sources.all(),
        facts=facts_of(campaign, now=now),
        times=times_of(campaign),
        cover=cover_of(campaign, at_desk=True),
        missing=rules.missing_from(campaign, now=now),
        warnings=rules.worth_a_look(campaign, now=now),
        may_decide=may_decide,
        is_author=waiting is not None and me.pk in (waiting.submitted_by_id, waiting.edited_by_id),
        remarks=remarks or (Remarks(prefix="remarks") if may_decide else None),
    )


def facts_of(campaign: Campaign, *, now: Any) -> list[dict[str, str]]:
    """Whom it reaches, by what, and how many."""
    points = DeliveryPoint.objects.of_campaign(campaign)
    countries = AnswersFor.objects.filter(point__in=points.values("pk")).values("country").distinct().count()
    target = best_text(campaign.target.texts, languages.active())
    return [
        {"label": _("To whom"), "text": target.name if target else str(campaign.target)},
        {"label": _("Which points get a letter"), "text": str(campaign.get_addressing_display())},
        {"label": _("Delivery points"), "text": number_format(points.count(), force_grouping=True)},
        {"label": _("Countries that they answer for"), "text": number_format(countries)},
        {"label": _("Ways"), "text": launching.said("channels", ", ".join(campaign.channels))},
        {"label": _("Goal"), "text": number_format(campaign.goal, force_grouping=True)},
        {
            "label": _("Supporters whose letters the window takes by e-mail"),
            "text": number_format(rules.letters_the_window_takes(campaign, now=now), force_grouping=True),
        },
    ]


@get_or_post
@role_page(rules.may_review_campaigns)
@proven_again
def opening(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks once more: this reaches the public."""
    campaign = _to_decide(request, slug)
    if request.method == "POST":
        try:
            opened = actions.approve_campaign(campaign=campaign, by=person(request))
        except actions.NotReady as not_ready:
            for missing in not_ready.missing:
                messages.error(request, missing)
            return redirect("campaign_desk:review", slug)
        except (actions.NotYours, TransitionNotAllowed):
            return _moved_on(request, campaign)
        is_open = opened.state == Campaign.State.OPEN
        messages.success(
            request, _("The campaign is open.") if is_open else _("It opens by itself at its time. Its page is public.")
        )
        return redirect("campaign_desk:steps", slug)
    points = DeliveryPoint.objects.of_campaign(campaign).count()
    context = frame(
        campaign,
        "steps",
        title=_("Open this campaign?"),
        scope=ngettext(
            "Its letters go to %(count)s delivery point.", "Its letters go to %(count)s delivery points.", points
        )
        % {"count": number_format(points, force_grouping=True)},
        consequences=_what_opening_does(campaign),
        verb=_("Open"),
        action_url=request.path,
        cancel_url=reverse("campaign_desk:review", args=[slug]),
    )
    return render(request, "desk/confirmation.html", context)


def _what_opening_does(campaign: Campaign) -> list[str]:
    when = {
        "when": date_format(campaign.opens_at.astimezone(campaign.zone), "DATETIME_FORMAT"),
        "zone": campaign.time_zone,
    }
    at_once = campaign.opens_at <= timezone.now()
    return [
        _("Everyone can read its page at once."),
        _("People can sign at once.") if at_once else _("People can sign from %(when)s (%(zone)s).") % when,
        _("Letters go out when they have confirmed, as window and caps allow. What has gone cannot be called back."),
        _("The sending can be paused, and the campaign closed early."),
    ]


@get_or_post
@role_page(rules.may_review_campaigns)
def remarks(request: HttpRequest, slug: str) -> HttpResponse:
    """Send it back: each remark at the field that mends it."""
    campaign = _to_decide(request, slug)
    if request.method != "POST":
        return redirect("campaign_desk:review", slug)
    form = Remarks(request.POST, prefix="remarks")
    if not form.is_valid():
        return render(request, "desk/campaign/review.html", _review_page(request, campaign, form), status=422)
    try:
        actions.return_campaign(campaign=campaign, by=person(request), remarks=form.rows())  # type: ignore[attr-defined]
    except (actions.NotYours, TransitionNotAllowed):
        return _moved_on(request, campaign)
    messages.success(request, _("It is a draft again, with your remarks. The organizers are told by mail."))
    return redirect("campaign_desk:review_queue")


def _to_decide(request: HttpRequest, slug: str) -> Campaign:
    """Raises PermissionDenied for whoever sent or edited it."""
    campaign = get_object_or_404(Campaign.objects.seen_by(person(request)).for_pages(), slug=slug)
    waiting = Review.objects.waiting().filter(campaign=campaign).first()
    if waiting is not None and not rules.may_decide(person(request), waiting):
        raise PermissionDenied
    return campaign
