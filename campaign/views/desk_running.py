"""Pause, resume, close early, extend, change the goal, take a case out: each says what happens, and asks why."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_fsm import TransitionNotAllowed

from campaign import actions, rules
from campaign.dashboard import WAITING, numbers_of
from campaign.forms.running import CaseOutForm, ClosureForm, ExtensionForm, GoalForm, ReasonForm
from campaign.models import Campaign, Dispatch
from campaign.views.desk_frame import campaign_page, frame, person
from face.pages import get_or_post

State = Campaign.State


def may_be_paused(campaign: Campaign) -> bool:
    return campaign.state in (State.SCHEDULED, State.OPEN, State.CLOSED) and not campaign.paused


@get_or_post
@campaign_page
def pause(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    waiting = _waiting(campaign)
    return _page(
        request,
        campaign,
        ReasonForm(request.POST or None),
        applies=may_be_paused(campaign),
        take=actions.pause_campaign,
        title=_("Pause the sending"),
        scope=ngettext(
            "%(count)s letter of this campaign waits and stays here.",
            "%(count)s letters of this campaign wait and stay here.",
            waiting,
        )
        % {"count": intcomma(waiting)},
        consequences=[
            _("No more of its letters go out by e-mail. What a worker has already taken, a hundred at most, may go."),
            _("People can still sign, and get the mails by which they confirm."),
            _("You can resume at any time. Nothing is lost: letters keep their place in the line."),
        ],
        verb=_("Pause the sending"),
        done=_("Sending is paused. Resume it here at any time."),
    )


@get_or_post
@campaign_page
def resume(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    waiting = _waiting(campaign)
    return _page(
        request,
        campaign,
        ReasonForm(request.POST or None),
        applies=campaign.paused,
        take=actions.resume_campaign,
        title=_("Resume the sending"),
        scope=ngettext("%(count)s letter waits and goes out.", "%(count)s letters wait and go out.", waiting)
        % {"count": intcomma(waiting)},
        consequences=[
            _("They go by e-mail, as the hourly caps allow. What has gone cannot be called back."),
            _("What another pause or a hold keeps goes on waiting."),
            _("You can pause again at any time."),
        ],
        verb=_("Resume the sending"),
        done=_("Sending goes on."),
    )


@get_or_post
@campaign_page
def closure(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    waiting = _waiting(campaign)
    unanswered = numbers_of(campaign, now=timezone.now()).states["pending"]
    return _page(
        request,
        campaign,
        ClosureForm(request.POST or None),
        applies=campaign.state == State.OPEN,
        take=actions.close_campaign,
        title=_("Close early"),
        scope=_("Announced was %(when)s. It closes at once instead.")
        % {"when": date_format(campaign.closes_at, "DATETIME_FORMAT")},
        consequences=[
            _("Nobody can sign any more."),
            ngettext(
                "%(count)s person who has signed and not confirmed can still confirm.",
                "%(count)s people who have signed and not confirmed can still confirm.",
                unanswered,
            )
            % {"count": intcomma(unanswered)},
            ngettext(
                "%(count)s letter that waits still goes out.", "%(count)s letters that wait still go out.", waiting
            )
            % {"count": intcomma(waiting)},
            _("To undo it, extend the campaign: it opens again. Who came meanwhile was sent away."),
        ],
        verb=_("Close now"),
        done=_("The campaign is closed. To open it again, extend it."),
    )


@get_or_post
@campaign_page
def extension(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    consequences = [
        _("The page shows the new date, and your note below it."),
        _("An extension cannot be taken back, as people rely on the date. You can close early instead."),
    ]
    if campaign.state == State.CLOSED:
        consequences.insert(0, _("The campaign opens again if the new date lies ahead: people can sign at once."))
    return _page(
        request,
        campaign,
        ExtensionForm(request.POST or None, campaign=campaign),
        applies=rules.may_be_extended(campaign),
        take=actions.extend_campaign,
        title=_("Extend"),
        scope=_("People can sign until %(closes)s; letters go out until %(ends)s.")
        % {
            "closes": date_format(campaign.closes_at, "DATETIME_FORMAT"),
            "ends": date_format(campaign.deliver_until, "DATETIME_FORMAT"),
        },
        consequences=consequences,
        verb=_("Extend the campaign"),
        done=_("The campaign is extended."),
    )


@get_or_post
@campaign_page
def goal(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    confirmed = numbers_of(campaign, now=timezone.now()).confirmed
    return _page(
        request,
        campaign,
        GoalForm(request.POST or None, initial={"goal": campaign.goal}),
        applies=campaign.state in Campaign.PUBLIC_STATES,
        take=actions.change_goal,
        title=_("Change the goal"),
        scope=ngettext(
            "The goal is %(goal)s; %(count)s person has signed and confirmed.",
            "The goal is %(goal)s; %(count)s people have signed and confirmed.",
            confirmed,
        )
        % {"goal": intcomma(campaign.goal), "count": intcomma(confirmed)},
        consequences=[
            _("Everyone sees the new goal on the campaign’s page within seconds."),
            _("No mail tells of it. You can change it again at any time."),
        ],
        verb=_("Change the goal"),
        done=_("The goal is changed."),
    )


@get_or_post
@campaign_page
def case_out(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    named = campaign.cases.count()
    return _page(
        request,
        campaign,
        CaseOutForm(request.POST or None, campaign=campaign),
        applies=rules.may_lose_a_case(campaign) and named > 0,
        take=actions.take_case_out,
        title=_("Take a case out"),
        scope=ngettext("The campaign names %(count)s case.", "The campaign names %(count)s cases.", named)
        % {"count": intcomma(named)},
        consequences=[
            _("The campaign’s page no longer shows it, and its own page no longer leads here."),
            _("The letter stays as it is. If it speaks of this case, publish a new version too."),
            _("Letters that wait because of it wait until somebody lets them go again."),
            _("It cannot be named again while the campaign runs."),
        ],
        verb=_("Take the case out"),
        done=_("The case is taken out."),
    )


def _page(
    request: HttpRequest,
    campaign: Campaign,
    form: Form,
    *,
    applies: bool,
    take: Callable[..., None],
    done: str,
    **context: Any,
) -> HttpResponse:
    if not applies:
        return _not_possible(request, campaign)
    if form.is_valid():
        try:
            take(campaign=campaign, by=person(request), **form.cleaned_data)
        except actions.NotReady as not_ready:
            for missing in not_ready.missing:
                form.add_error(None, missing)
        except TransitionNotAllowed:
            return _not_possible(request, campaign)
        else:
            messages.success(request, done)
            return redirect("campaign_desk:dashboard", campaign.slug)
    back = reverse("campaign_desk:dashboard", args=[campaign.slug])
    page = frame(campaign, "dashboard", page=context["title"], form=form, cancel_url=back, **context)
    return render(request, "desk/campaign/section_form.html", page, status=422 if form.errors else 200)


def _not_possible(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Somebody else was faster, or the time has come."""
    messages.info(request, _("That is not needed, or not possible, as the campaign stands now."))
    return redirect("campaign_desk:dashboard", campaign.slug)


def _waiting(campaign: Campaign) -> int:
    """Letters by e-mail that wait, as last counted."""
    return numbers_of(campaign, now=timezone.now()).mailed(*WAITING, Dispatch.State.HELD)
