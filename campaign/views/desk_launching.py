"""The list of campaigns, and how one comes to be: begun, written step by step, checked."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import role_page
from campaign import actions, cards, launching, rules
from campaign.forms.launching import (
    ADDRESS_TAKEN,
    AskForm,
    DeliveryForm,
    FilterForm,
    GoalForm,
    LookForm,
    NewCampaignForm,
    NextEditionForm,
    Sources,
    StepForm,
    organisations_of,
)
from campaign.models import Campaign, DeliveryPoint, Review, Tally
from campaign.views.desk_frame import campaign_page, frame, history, person, seen_campaign_page
from campaign.views.public import cover_of
from cases.models import Case, Publication
from face import languages
from face.pictures import BadPicture
from face.texts import in_language

PER_PAGE = 50
CASES_PER_PAGE = 20
BADGES = {"draft": "waiting", "in_review": "waiting", "open": "good", "scheduled": "good"}

# The steps that are forms of their own here, and the verb of each.
EDITORS: dict[str, tuple[type[StepForm], Callable[..., None]]] = {
    "ask": (AskForm, actions.write_ask),
    "delivery": (DeliveryForm, actions.plan_delivery),
    "goal": (GoalForm, actions.set_goal_and_dates),
    "look": (LookForm, actions.dress),
}


@require_safe
@role_page(rules.may_see_campaigns)
def campaigns(request: HttpRequest) -> HttpResponse:
    seen = Campaign.objects.seen_by(person(request)).distinct()
    form = FilterForm(request.GET, organisations=organisations_of(seen))
    found = _narrowed(seen, form)
    page = Paginator(found.for_pages(), PER_PAGE).get_page(request.GET.get("page"))
    totals = dict(
        Tally.objects.filter(campaign__in=list(page), dimension=Tally.Dimension.ALL).values_list("campaign", "count")
    )
    context = {
        "form": form,
        "found": page.paginator.count,
        "page": page,
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "columns": [
            {"label": _("Campaign")},
            {"label": _("State")},
            {"label": _("Confirmed"), "numeric": True},
            {"label": _("Goal"), "numeric": True},
            {"label": _("Opens")},
            {"label": _("Closes")},
        ],
        "rows": [_row(campaign, totals.get(campaign.pk, 0)) for campaign in page],
        "may_make": rules.may_make_campaigns(request.user),
    }
    return render(request, "desk/campaign/campaigns.html", context)


def _narrowed(seen: Any, form: FilterForm) -> Any:
    form.is_valid()
    wanted = form.cleaned_data
    if words := wanted.get("words"):
        seen = seen.saying(words)
    if state := wanted.get("state"):
        seen = seen.filter(state=state)
    if organisation := wanted.get("organisation"):
        seen = seen.filter(organisation=organisation)
    return seen.order_by("-pk")


def _row(campaign: Campaign, total: int) -> list[dict[str, Any]]:
    return [
        {"text": campaign.title_in(languages.active()), "url": home_of(campaign)},
        {"text": campaign.get_state_display(), "badge": BADGES.get(campaign.state, "")},
        {"text": number_format(total, force_grouping=True), "numeric": True},
        {"text": number_format(campaign.goal, force_grouping=True), "numeric": True},
        {"text": date_format(campaign.opens_at.astimezone(campaign.zone))},
        {"text": date_format(campaign.closes_at.astimezone(campaign.zone))},
    ]


def home_of(campaign: Campaign) -> str:
    """Its numbers once people can sign, its steps until then."""
    if campaign.state in (Campaign.State.DRAFT, Campaign.State.IN_REVIEW, Campaign.State.SCHEDULED):
        return reverse("campaign_desk:steps", args=[campaign.slug])
    return reverse("campaign_desk:dashboard", args=[campaign.slug])


# --- Begun -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(rules.may_make_campaigns)
def new(request: HttpRequest) -> HttpResponse:
    me = person(request)
    initial = {"begin_with": request.GET.get("from", ""), "source_language": languages.active()}
    form = NewCampaignForm(request.POST or None, by=me, initial=initial)
    if form.is_valid():
        try:
            made = _begin(form, request)
        except actions.EditionExists:
            form.add_error("edition", _("Your organisation has a campaign for that year already."))
        except actions.SlugTaken:
            form.add_error("slug", ADDRESS_TAKEN)
        else:
            messages.success(request, _("The campaign is begun. Nobody outside sees it."))
            return redirect("campaign_desk:steps", made.slug)
    trail = [{"label": _("Campaigns"), "url": reverse("campaign_desk:campaigns")}, {"label": _("New campaign")}]
    context = {"form": form, "trail": trail}
    return render(request, "desk/campaign/new.html", context, status=422 if form.errors else 200)


def _begin(form: NewCampaignForm, request: HttpRequest) -> Campaign:
    asked = form.cleaned_data
    by, common = person(request), {name: asked[name] for name in ("organisation", "slug", "title")}
    if asked["source"]:
        return actions.copy_campaign(source=asked["source"], by=by, **common)
    more = ("target", "source_language", "addressee_language", "observance", "edition")
    return actions.make_campaign(by=by, **common, **{name: asked[name] for name in more})


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page
def next_edition(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """A copy for the next year of its observance; that year may have moved the day."""
    if campaign.observance is None or campaign.edition is None:
        raise Http404
    year = campaign.edition + 1
    suggested = campaign.slug.replace(str(campaign.edition), str(year))
    suggested = suggested if suggested != campaign.slug else f"{campaign.slug}-{year}"
    form = NextEditionForm(request.POST or None, initial={"slug": suggested, "edition": year})
    if form.is_valid():
        try:
            made = actions.copy_campaign(
                source=campaign, by=person(request), organisation=campaign.organisation, **form.cleaned_data
            )
        except actions.EditionExists:
            form.add_error("edition", _("Your organisation has a campaign for that year already."))
        except actions.SlugTaken:
            form.add_error("slug", ADDRESS_TAKEN)
        else:
            messages.success(
                request, _("The next edition is a draft. Look at each step: dates and goal are suggestions.")
            )
            return redirect("campaign_desk:steps", made.slug)
    context = frame(
        campaign,
        "steps",
        page=_("Next edition"),
        form=form,
        day=campaign.observance.date_in(year),
        goal=Tally.objects.total_of(campaign) or campaign.goal,
        year=year,
    )
    return render(request, "desk/campaign/next_edition.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page
def discarding(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    if not rules.may_be_discarded(campaign):
        raise Http404
    if request.method == "POST":
        try:
            actions.discard_draft(campaign=campaign, by=person(request))
        except actions.NotADraft:
            return _not_a_draft(request, campaign)
        messages.success(request, _("The draft is discarded."))
        return redirect("campaign_desk:campaigns")
    context = frame(
        campaign,
        "steps",
        title=_("Discard this draft?"),
        scope=campaign.slug,
        consequences=[
            _("Its texts and its letter are gone for good; nothing of them was public."),
            _("This cannot be undone."),
        ],
        verb=_("Discard the draft"),
        action_url=request.path,
        cancel_url=reverse("campaign_desk:steps", args=[campaign.slug]),
    )
    return render(request, "desk/confirmation.html", context)


@require_POST
@role_page(rules.may_mark_templates)
def template(request: HttpRequest, slug: str) -> HttpResponse:
    """Offered to every organisation to begin from, or no longer."""
    campaign = get_object_or_404(Campaign.objects.seen_by(person(request)), slug=slug)
    wanted = request.POST.get("is_template") == "1"
    public = campaign.state in (*Campaign.PUBLIC_STATES, Campaign.State.ARCHIVED)
    if wanted and not public:
        raise Http404
    actions.mark_template(campaign=campaign, by=person(request), is_template=wanted)
    messages.success(
        request,
        _("Every organisation can begin from it now.") if wanted else _("It is no longer offered as a template."),
    )
    return redirect("campaign_desk:steps", campaign.slug)


# --- Step by step ------------------------------------------------------------------------------------------------


@require_safe
@seen_campaign_page
def steps(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Where it stands, what happens next, and what is still to be written."""
    me, now = person(request), timezone.now()
    may_run = rules.may_run(me, campaign)
    is_draft = campaign.state == Campaign.State.DRAFT
    listed = listed_steps(campaign, now=now)
    context = frame(
        campaign,
        "steps",
        steps=listed,
        now_what=what_happens_next(campaign),
        badge=BADGES.get(campaign.state, ""),
        remarks=remarks_of(campaign) if is_draft else [],
        changes=history(campaign.changes, Campaign.State),
        times=times_of(campaign),
        may_run=may_run,
        may_take_back=may_run and campaign.state in (Campaign.State.IN_REVIEW, Campaign.State.SCHEDULED),
        may_review=campaign.state == Campaign.State.IN_REVIEW and rules.may_review_campaigns(me),
        may_discard=may_run and rules.may_be_discarded(campaign),
        may_renew=may_run and campaign.observance is not None and not is_draft,
        may_mark=rules.may_mark_templates(me) and campaign.state in (*Campaign.PUBLIC_STATES, Campaign.State.ARCHIVED),
        go_on=next((each for each in listed if each["state"] != "done"), listed[-1]) if may_run and is_draft else None,
    )
    return render(request, "desk/campaign/steps.html", context)


def listed_steps(campaign: Campaign, *, now: Any, here: str = "") -> list[dict[str, Any]]:
    """The steps, with where each stands."""
    found = rules.missing_from(campaign, now=now)
    listed = []
    for standing in launching.standings(campaign, found):
        state = standing.state
        if standing.step == "check":
            state = "missing" if found or rules.remarks_unsettled(campaign).exists() else "open"
        listed.append(
            {
                "slug": standing.step,
                "name": launching.STEPS[standing.step],
                "url": step_url(campaign, standing.step),
                "state": state,
                "label": _state_label(state),
                "here": standing.step == here,
            }
        )
    return listed


def _state_label(state: str) -> str:
    return {"missing": _("something is missing"), "done": _("done"), "open": _("to look at")}[state]


def step_url(campaign: Campaign, step: str) -> str:
    """Of a form here, or of the page that has the step's name."""
    if step in EDITORS:
        return reverse("campaign_desk:step", args=[campaign.slug, step])
    return reverse(f"campaign_desk:{step}", args=[campaign.slug])


def field_url(campaign: Campaign, step: str, field: str) -> str:
    anchors = {"sources": "#sources", "cases": "", "other": "", "letter": "", "languages": "", "points": ""}
    anchor = anchors.get(field, f"#div_id_{field}" if field else "")
    return step_url(campaign, step) + anchor


def remarks_of(campaign: Campaign) -> list[dict[str, Any]]:
    """Those of the review that came back last, with where each is mended."""
    review = campaign.reviews.filter(verdict=Review.Verdict.RETURNED).prefetch_related("remarks").first()
    if review is None:
        return []
    return [
        {
            "remark": remark,
            "label": launching.FIELDS[remark.field][1],
            "url": field_url(campaign, launching.FIELDS[remark.field][0], remark.field),
            "by": review.decided_by,
        }
        for remark in review.remarks.all()
    ]


def what_happens_next(campaign: Campaign) -> str:
    state, zone = campaign.state, campaign.zone
    if state == Campaign.State.DRAFT:
        return _(
            "Nobody outside sees it. Write each step, then send it for review: somebody else reads it, and opens it."
        )
    if state == Campaign.State.IN_REVIEW:
        return _("A reviewer who did not write it reads it now, and opens it or sends it back with remarks.")
    if state == Campaign.State.SCHEDULED:
        opens = campaign.opens_at.astimezone(zone)
        return _("It opens by itself on %(when)s (%(zone)s).") % {
            "when": date_format(opens, "DATETIME_FORMAT"),
            "zone": campaign.time_zone,
        }
    if state == Campaign.State.OPEN:
        closes = campaign.closes_at.astimezone(zone)
        return _("People can sign until %(when)s (%(zone)s).") % {
            "when": date_format(closes, "DATETIME_FORMAT"),
            "zone": campaign.time_zone,
        }
    if state == Campaign.State.CLOSED:
        return _("Nobody can sign any more. Letters that are planned still go out.")
    return _("All letters have gone their way. The page and the report stay.")


def times_of(campaign: Campaign) -> list[dict[str, Any]]:
    """Each by the clock of the campaign's zone and in UTC."""
    named = {
        "opens_at": _("Opens"),
        "closes_at": _("Closes"),
        "deliver_from": _("Letters go from"),
        "deliver_until": _("Letters go until"),
    }
    return [
        {"label": label, "there": moment.astimezone(campaign.zone), "utc": moment}
        for name, label in named.items()
        for moment in [getattr(campaign, name)]
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page
def step(request: HttpRequest, campaign: Campaign, step: str) -> HttpResponse:
    """One step: saved whole or not at all, with what is wrong at the field; what somebody else saved stays."""
    if step not in EDITORS:
        raise Http404
    if campaign.state != Campaign.State.DRAFT:
        return _not_a_draft(request, campaign)
    form_class, save = EDITORS[step]
    form, sources = _filled(request, campaign, form_class)
    status, theirs = 200, None
    if form.is_bound:
        status = 422
        if form.is_valid() and (sources is None or sources.is_valid()):
            more = {"sources": sources.rows()} if sources is not None else {}
            try:
                save(campaign=campaign, by=person(request), seen=form.cleaned_data["seen"], **form.to_save(), **more)
                return _saved(request, campaign, step)
            except actions.Stale:
                status, campaign = 409, Campaign.objects.for_pages().get(pk=campaign.pk)
                form, sources = _filled(request, campaign, form_class, seen=launching.mark_of(campaign, step))
                form.is_valid()
                theirs = {"fields": form.theirs(), "by": campaign.edited_by}
            except actions.NotADraft:
                return _not_a_draft(request, campaign)
            except BadPicture as bad:
                form.add_error("cover", str(bad.reason))
    listed = listed_steps(campaign, now=timezone.now(), here=step)
    context = frame(
        campaign,
        "steps",
        page=launching.STEPS[step],
        step=step,
        step_name=launching.STEPS[step],
        steps=listed,
        form=form,
        sources=sources,
        theirs=theirs,
        **_beside(campaign, step),
    )
    return render(request, "desk/campaign/step.html", context, status=status)


def _filled(
    request: HttpRequest, campaign: Campaign, form_class: type[StepForm], *, seen: str = ""
) -> tuple[StepForm, Any]:
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and seen:
        data["seen"] = seen
    remarks = [each["remark"] for each in remarks_of(campaign) if each["remark"].settled_at is None]
    form = form_class(data, request.FILES or None, campaign=campaign, remarks=remarks)
    if form.STEP != "ask":
        return form, None
    return form, Sources(data, initial=form.values["sources"], prefix="sources")


def _saved(request: HttpRequest, campaign: Campaign, step: str) -> HttpResponseRedirect:
    messages.success(request, _("Saved."))
    return _on(request, campaign, step)


def _on(request: HttpRequest, campaign: Campaign, step: str) -> HttpResponseRedirect:
    """To the next step, or back to all of them. The last has nothing to save."""
    if "leave" in request.POST:
        return redirect("campaign_desk:steps", campaign.slug)
    steps = list(launching.STEPS)
    return redirect(step_url(campaign, steps[steps.index(step) + 1]))


def _not_a_draft(request: HttpRequest, campaign: Campaign) -> HttpResponseRedirect:
    messages.warning(request, _("Only a draft is changed step by step. Take it back first."))
    return redirect("campaign_desk:steps", campaign.slug)


def _beside(campaign: Campaign, step: str) -> dict[str, Any]:
    """What stands beside the form of this step."""
    if step == "delivery":
        return _places(campaign)
    if step == "goal":
        return {"times": times_of(campaign)}
    if step == "ask":
        return {"approved_in": _approved_in(campaign)}
    if step == "look":
        look = {"cover": cover_of(campaign, at_desk=True), "card": cards.card_of(campaign), "text": _text(campaign)}
        return look | {"approved_in": _approved_in(campaign)}
    return {}


def _approved_in(campaign: Campaign) -> str:
    """Whose approvals end when the words of the source change."""
    own = campaign.source_language
    return languages.listed(str(text) for code, text in campaign.approved_texts().items() if code != own)


def _text(campaign: Campaign) -> Any:
    return campaign.text_in(languages.active())


def _places(campaign: Campaign) -> dict[str, Any]:
    """How fast letters can go to each place, the slowest first."""
    now = timezone.now()
    points = list(DeliveryPoint.objects.of_campaign(campaign).takes_email())
    taken = sorted(((rules.letters_at(point, campaign, now=now), point) for point in points), key=lambda row: row[0])
    return {
        "places_columns": [
            {"label": _("Delivery point")},
            {"label": _("Letters an hour, at most"), "numeric": True},
            {"label": _("Letters that the window takes"), "numeric": True},
        ],
        "places_rows": [
            [
                {"text": in_language(point, languages.active()).name},  # type: ignore[union-attr]
                {"text": number_format(point.hourly_cap, force_grouping=True), "numeric": True},
                {"text": number_format(count, force_grouping=True), "numeric": True},
            ]
            for count, point in taken
        ],
        "capacity": rules.letters_the_window_takes(campaign, now=now),
    }


# --- Cases -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page
def cases(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Whom the letter speaks of: those named, and a search among those that have a public page."""
    if campaign.state != Campaign.State.DRAFT:
        return _not_a_draft(request, campaign)
    if request.method == "POST":
        try:
            actions.settle_cases(campaign=campaign, by=person(request))
        except actions.NotADraft:
            return _not_a_draft(request, campaign)
        return _saved(request, campaign, "cases")
    named = list(campaign.cases.select_related("live").order_by("reference"))
    words = request.GET.get("words", "")[:100]
    others = Case.objects.filter(live__isnull=False).exclude(pk__in=[case.pk for case in named])
    others = others.saying(words) if words else others
    page = Paginator(
        Publication.objects.filter(pk__in=others.values("live")).order_by("-published_at", "-pk"), CASES_PER_PAGE
    ).get_page(request.GET.get("page"))
    context = frame(
        campaign,
        "steps",
        page=launching.STEPS["cases"],
        step="cases",
        step_name=launching.STEPS["cases"],
        steps=listed_steps(campaign, now=timezone.now(), here="cases"),
        named=named,
        words=words,
        page_of_cases=page,
        remarks=[each for each in remarks_of(campaign) if each["remark"].field == "cases"],
    )
    return render(request, "desk/campaign/cases.html", context)


@require_POST
@campaign_page
def naming(request: HttpRequest, campaign: Campaign, reference: str) -> HttpResponse:
    """Name the case, or leave it out again."""
    case = get_object_or_404(Case, reference=reference)
    leave_out = "leave_out" in request.POST
    if not leave_out and case.live_id is None:
        raise Http404
    verb = actions.leave_case_out if leave_out else actions.name_case
    try:
        verb(campaign=campaign, case=case, by=person(request))
    except actions.NotADraft:
        return _not_a_draft(request, campaign)
    messages.success(
        request,
        _("%(reference)s is left out. You can name it again.") % {"reference": reference}
        if leave_out
        else _("%(reference)s is named.") % {"reference": reference},
    )
    return redirect("campaign_desk:cases", campaign.slug)


# --- The check list ----------------------------------------------------------------------------------------------


@require_safe
@campaign_page
def check(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """What is missing, and what may be a slip, each with the field that mends it."""
    now = timezone.now()
    errors = rules.missing_from(campaign, now=now)
    listed = listed_steps(campaign, now=now, here="check")
    unsettled = rules.remarks_unsettled(campaign).count()
    context = frame(
        campaign,
        "steps",
        page=launching.STEPS["check"],
        step="check",
        step_name=launching.STEPS["check"],
        steps=listed,
        unsettled=rules.told_of_remarks(unsettled) if unsettled else "",
        errors=_with_fields(campaign, errors),
        warnings=_with_fields(campaign, rules.worth_a_look(campaign, now=now)),
        unseen=[each for each in listed if each["state"] == "open" and each["slug"] != "check"],
        is_draft=campaign.state == Campaign.State.DRAFT,
    )
    return render(request, "desk/campaign/check.html", context)


def _with_fields(campaign: Campaign, findings: list[rules.Finding]) -> list[dict[str, Any]]:
    return [{"finding": finding, "url": field_url(campaign, finding.step, finding.field)} for finding in findings]
