"""From record to page, and off it again: submit, review, approve, publish, take down, restore."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import role_page, staff_page
from cases import actions, rules, snapshot
from cases.comparing import differences
from cases.forms.desk import ReasonForm, RemarksForm, SubmissionForm
from cases.models import Case, Decision, Publication, Submission, Takedown
from cases.views.desk_editing import FORM, editor, forget_draft, part_or_page, restored, sent
from cases.views.desk_frame import findings_of, frame
from cases.views.desk_guards import case_page

PER_PAGE = 50


@require_safe
@role_page(rules.may_read_record)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the longest first."""
    latest = Submission.objects.select_related("by").prefetch_related("decisions").order_by("-pk")
    waiting = (
        Case.objects.for_desk()
        .filter(state=Case.State.IN_REVIEW)
        .prefetch_related(Prefetch("submissions", latest))
        .order_by("edited_at")
    )
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "case": case,
            "submission": submission,
            "mine": case.edited_by_id == editor(request).pk,
            "approved": [decision.get_role_display() for decision in submission.decisions.all()],
            "waits_for": _waits_for(submission),
        }
        for case in page
        if (submission := next(iter(case.submissions.all()), None))
    ]
    takedowns = (
        Takedown.objects.standing()
        .filter(restore_asked_by__isnull=False)
        .select_related("publication__case", "restore_asked_by")
        .defer("publication__content", "publication__case__team_note")
    )
    return render(request, "desk/cases/queue.html", {"rows": rows, "page": page, "takedowns": takedowns})


def _waits_for(submission: Submission) -> list[str]:
    approved = {
        decision.role for decision in submission.decisions.all() if decision.verdict == Decision.Verdict.APPROVED
    }
    needed = [Decision.As.REVIEWER, *([Decision.As.PROTECTION] if submission.protection_needed else [])]
    return [str(role.label) for role in needed if role not in approved]


@case_page(rules.may_edit)
def submission(request: HttpRequest, case: Case) -> HttpResponse:
    findings = findings_of(case)
    form = SubmissionForm(sent(request), case=case)
    draft = restored(request, form)
    if form.is_bound and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("note", "is_correction")}
        try:
            actions.submit_case(case=case, by=editor(request), **given)
        except actions.NotReady as refusal:
            for finding in refusal.findings:
                form.add_error("note" if finding.model == "submission" else None, finding.what)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            forget_draft(request)
            messages.success(request, _("The case is in review. An edit makes it a draft again."))
            return redirect("case_desk:case", case.reference)
    context = {
        "heading": _("Submit for review"),
        "findings": findings,
        "form": form,
        "draft": draft,
        "verb": _("Submit for review"),
        "form_url": request.path,
        "cancel_url": _home(case),
    }
    return part_or_page(request, FORM, frame(request, case, "case", **context), status=422 if form.errors else 200)


# --- the reviewer's page


@require_safe
@case_page(rules.may_read_record)
def review(request: HttpRequest, case: Case) -> HttpResponse:
    """What would be published, against what the public reads now; what it would tell; what is missing."""
    found = _submission_of(case)
    said = {"note": found.note, "is_correction": found.is_correction} if found else {}
    content = snapshot.build(case, **said)
    live = Publication.objects.filter(pk=case.live_id or 0).first()
    previous = live or case.publications.order_by("-number").first()
    before = snapshot.in_present_format(previous.content) if previous else None
    decisions = list(found.decisions.select_related("by")) if found else []
    decided = {decision.role for decision in decisions}
    in_review = found is not None and case.state == Case.State.IN_REVIEW
    context = {
        "submission": found,
        "in_review": in_review,
        "unchanged": found is not None and snapshot.digest(content) == found.digest,
        "previous": previous,
        "differences": differences(content, before),
        "exposure": rules.adversary(content, before),
        "findings": findings_of(case),
        "decisions": decisions,
        "waits_for": _waits_for(found) if found else [],
        "approvals": _approvals(request, case, decided) if in_review else [],
        "may_send_back": in_review and rules.may_send_back(request.user),
        "may_publish": in_review and rules.may_publish(request.user),
        "was_last_editor": case.edited_by_id == editor(request).pk,
        "heading": _("Review"),
    }
    return render(request, "desk/cases/review.html", frame(request, case, "case", **context))


def _submission_of(case: Case) -> Submission | None:
    return case.submissions.select_related("by").first()


def _approvals(request: HttpRequest, case: Case, decided: set[str]) -> list[dict[str, Any]]:
    may = {Decision.As.REVIEWER: rules.may_review, Decision.As.PROTECTION: rules.may_protect}
    return [
        {"role": role.value, "label": role.label}
        for role, allowed in may.items()
        if role not in decided and allowed(request.user, case)
    ]


@require_POST
@case_page(rules.may_send_back)
def approval(request: HttpRequest, case: Case) -> HttpResponse:
    """Agree to exactly what was shown: the digest comes with the button."""
    found = _shown_submission(request, case)
    role = request.POST.get("role", "")
    if role not in Decision.As.values:
        raise Http404
    return _tried(
        request,
        case,
        lambda: actions.approve_case(submission=found, role=role, by=editor(request)),
        _("Approved. An edit of the record voids it."),
    )


@case_page(rules.may_send_back)
def remarks(request: HttpRequest, case: Case) -> HttpResponse:
    found = _submission_of(case)
    if found is None or case.state != Case.State.IN_REVIEW:
        messages.error(request, _("This case is not in review."))
        return redirect(_home(case))
    return _ask(
        request,
        case,
        RemarksForm,
        lambda form: actions.send_back_case(submission=found, by=editor(request), **form.cleaned_data),
        heading=_("Send it back"),
        verb=_("Send it back"),
        done=_("It is a draft again, with your remarks."),
        cancel_url=reverse("case_desk:review", args=[case.reference]),
    )


@case_page(rules.may_publish)
def publication(request: HttpRequest, case: Case) -> HttpResponse:
    """Asks once more: this reaches people outside."""
    if request.method == "POST":
        done = _("Published. The public reads it from this moment.")
        return _tried(request, case, lambda: actions.publish_case(case=case, by=editor(request)), done)
    found = _submission_of(case)
    if found is None or case.state != Case.State.IN_REVIEW:
        return redirect("case_desk:review", case.reference)
    first = not case.live_id
    context = {
        "heading": _("Publish this case?"),
        "scope": case.in_words("title"),
        "consequences": [
            _("Everyone can read it, on the site, in feeds and as a document.")
            if first
            else _("It takes the place of what the public reads now; that stays as an earlier publication."),
            _("It cannot be changed afterwards, only followed by another publication, or taken down."),
        ],
        "verb": _("Publish"),
        "action_url": request.path,
        "cancel_url": reverse("case_desk:review", args=[case.reference]),
    }
    return render(request, "desk/cases/confirm.html", frame(request, case, "case", **context))


def _shown_submission(request: HttpRequest, case: Case) -> Submission:
    key, digest = request.POST.get("submission", ""), request.POST.get("digest", "")
    return get_object_or_404(Submission, case=case, pk=int(key) if key.isdecimal() else 0, digest=digest)


def _tried(request: HttpRequest, case: Case, act: Callable[[], Any], done: str) -> HttpResponse:
    try:
        act()
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("case_desk:review", case.reference)


# --- off the page, and back


@staff_page
def takedown(request: HttpRequest, reference: str) -> HttpResponse:
    """Anyone of the staff: a reason, one click. Those who may not read the record see its public name alone."""
    case = get_object_or_404(Case.objects.for_desk(), reference=reference)
    if case.live_id is None:
        if not rules.may_read_record(request.user):
            raise Http404
        messages.info(request, _("Nothing of this case is public."))
        return redirect(_home(case))
    form = ReasonForm(
        sent(request),
        label=_("Why it has to go"),
        hint=_("Those who would restore it read this. Page, document, feeds and pictures are gone at once."),
        limit=2000,
    )
    if form.is_bound and form.is_valid():
        try:
            actions.take_down_case(case=case, by=editor(request), **form.cleaned_data)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Taken down. Nobody outside can read it any more; two people bring it back."))
            return redirect(_home(case) if rules.may_read_record(request.user) else reverse("desk"))
    live = Publication.objects.only("content").get(pk=case.live_id)
    context = {
        "case": case,
        "public_title": live.content["title"],
        "form": form,
        "verb": _("Take it down now"),
        "cancel_url": _home(case) if rules.may_read_record(request.user) else reverse("desk"),
        "trail": [{"label": _("Cases"), "url": reverse("case_desk:cases")}, {"label": case.reference}],
    }
    return render(request, "desk/cases/takedown.html", context, status=422 if form.errors else 200)


@case_page(rules.is_of_the_team)
def restoration_request(request: HttpRequest, case: Case) -> HttpResponse:
    found = _standing_takedown(case)
    return _ask(
        request,
        case,
        lambda *args: ReasonForm(*args, label=_("Why it can come back"), hint=found.reason, limit=2000),
        lambda form: actions.ask_to_restore(takedown=found, by=editor(request), **form.cleaned_data),
        heading=_("Ask to restore"),
        verb=_("Ask for the second yes"),
        done=_("Asked. Somebody else of the team has to agree."),
        cancel_url=_home(case),
    )


@case_page(rules.is_of_the_team)
def restoration(request: HttpRequest, case: Case) -> HttpResponse:
    found = _standing_takedown(case)
    if request.method == "POST":
        try:
            actions.restore_case(takedown=found, by=editor(request))
        except actions.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Restored. The public reads it again."))
        return redirect(_home(case))
    context = {
        "heading": _("Restore this case?"),
        "scope": case.in_words("title"),
        "consequences": [
            _("It was taken down because: %(reason)s") % {"reason": found.reason},
            _("It can come back because: %(reason)s") % {"reason": found.restore_reason or "—"},
            _("The same publication is public again at once."),
        ],
        "verb": _("Restore"),
        "action_url": request.path,
        "cancel_url": _home(case),
    }
    return render(request, "desk/cases/confirm.html", frame(request, case, "case", **context))


def _standing_takedown(case: Case) -> Takedown:
    return get_object_or_404(Takedown.objects.standing(), publication__case=case)


def _ask(
    request: HttpRequest,
    case: Case,
    form_class: Callable[..., Any],
    act: Callable[[Any], Any],
    *,
    done: str,
    **context: Any,
) -> HttpResponse:
    """A page with one text to write, and what follows from it."""
    form = form_class(sent(request))
    draft = restored(request, form)
    if form.is_bound and form.is_valid():
        try:
            act(form)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            forget_draft(request)
            messages.success(request, done)
            return redirect(_home(case))
    told = frame(request, case, "case", form=form, draft=draft, form_url=request.path, **context)
    return part_or_page(request, FORM, told, status=422 if form.errors else 200)


@require_safe
@role_page(rules.may_read_record)
def publications(request: HttpRequest) -> HttpResponse:
    found = (
        Publication.objects.select_related("case", "published_by", "submission__by")
        .defer("content", "case__team_note")
        .prefetch_related(Prefetch("takedowns", Takedown.objects.standing()))
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/cases/publications.html", {"page": page, "found": page.paginator.count})


def _home(case: Case) -> str:
    return reverse("case_desk:case", args=[case.reference])
