"""From record to page, and off it again: what the public reads has been agreed to word for word by a second person."""

import datetime as dt
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from accounts.rules import has_role
from audit.log import record
from cases import rules, search, signals, snapshot
from cases.actions.acting import Refused, require, verb
from cases.models import Case, Decision, Publication, PublicationText, Submission, Takedown
from cases.rules import Finding
from cases.snapshot import Content
from face.words import Words


class NotReady(Refused):
    """The record lacks something; `findings` say what and where."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(" ".join(finding.what for finding in findings))
        self.findings = findings


@verb
def submit_case(
    *, case: Case, by: User, note: Words | None = None, is_correction: bool = False, today: dt.date | None = None
) -> Submission:
    """Hand the record, as it is now, to the reviewers. Raises NotReady."""
    require(rules.may_edit(by))
    locked = _locked(case.pk)
    if locked.state == Case.State.WITHDRAWN:
        # What was taken down may come back mended, by the same way as everything else.
        locked.move(Case.State.DRAFT, by=by)
    if locked.state != Case.State.DRAFT:
        raise Refused(_("Only a draft can be submitted; this case is %(state)s.") % _state(locked))
    _check_it_is_ready(locked, today)
    if locked.publications.exists() and not note:
        raise NotReady([Finding(_("Say what has changed since the last publication."), "submission", None, "note")])
    content = snapshot.build(locked, note=note, is_correction=is_correction)
    submission = Submission.objects.create(
        case=locked,
        digest=snapshot.digest(content),
        note=dict(note or {}),
        is_correction=is_correction,
        protection_needed=_dangers(locked, content),
        by=by,
    )
    locked.move(Case.State.IN_REVIEW, by=by)
    record("cases.submitted", by=by, about=locked, digest=submission.digest)
    return submission


@verb
def send_back_case(*, submission: Submission, by: User, remarks: str) -> Decision:
    """Back to the draft, with what should be mended."""
    require(rules.may_send_back(by))
    case = _locked(submission.case_id)
    _check_it_is_in_review(case, submission)
    decided = set(submission.decisions.values_list("role", flat=True))
    role = next((role for role in _roles_of(by) if role not in decided), None)
    if role is None:
        raise Refused(_("You have decided about this submission already; an edit voids it."))
    decision = Decision.objects.create(
        submission=submission, role=role, verdict=Decision.Verdict.SENT_BACK, remarks=remarks, by=by
    )
    case.move(Case.State.DRAFT, by=by, reason=remarks)
    record("cases.sent_back", by=by, about=case, reason=remarks, role=role)
    return decision


@verb
def approve_case(*, submission: Submission, role: str, by: User, remarks: str = "") -> Decision:
    """Agree, as reviewer or as protection officer, to exactly what was submitted."""
    case = _locked(submission.case_id)
    if role == Decision.As.PROTECTION:
        require(rules.may_protect(by, case), _("This takes a protection officer who was not the last to edit it."))
    else:
        require(rules.may_review(by, case), _("This takes a reviewer who was not the last to edit it."))
    _check_it_is_in_review(case, submission)
    _check_nothing_changed(case, submission)
    if submission.decisions.filter(role=role).exists():
        raise Refused(_("Somebody in the same role has decided about it already."))
    record("cases.approved", by=by, about=case, reason=remarks, role=role, digest=submission.digest)
    return Decision.objects.create(
        submission=submission, role=role, verdict=Decision.Verdict.APPROVED, remarks=remarks, by=by
    )


@verb
def publish_case(*, case: Case, by: User, today: dt.date | None = None) -> Publication:
    """Put online what was approved, exactly that. Raises NotReady, or Refused in words."""
    require(rules.may_publish(by))
    locked = _locked(case.pk)
    submission = locked.submissions.order_by("-pk").first()
    if submission is None or locked.state != Case.State.IN_REVIEW:
        raise Refused(_("Only a case in review can be published; this case is %(state)s.") % _state(locked))
    content = _check_nothing_changed(locked, submission)
    _check_it_is_ready(locked, today)
    _check_all_have_agreed(submission, needs_protection=bool(_dangers(locked, content)))
    publication = _make_publication(submission, content, by=by)
    was_live = locked.live
    locked.move(Case.State.PUBLISHED, by=by, live=publication)
    record("cases.published", by=by, about=locked, publication=publication.number, digest=publication.digest)
    signals.case_published.send(sender=Case, case=locked, publication=publication, previous=was_live)
    return publication


def _make_publication(submission: Submission, content: Content, *, by: User) -> Publication:
    case = submission.case
    number = (case.publications.aggregate(latest=Max("number"))["latest"] or 0) + 1
    publication = Publication.objects.create(
        case=case,
        number=number,
        content=content,
        digest=submission.digest,
        submission=submission,
        languages=content["languages"],
        statuses=sorted({member["statuses"][-1]["kind"] for member in content["members"] if member["statuses"]}),
        states=_states(content),
        years=_years(content),
        has_minors=any(member["minor"] for member in content["members"]),
        published_by=by,
    )
    for language in content["languages"]:
        PublicationText.objects.create(
            publication=publication, language=language, words=search.vector(content, language)
        )
    return publication


def _states(content: Content) -> list[str]:
    """The States that had the people in their hands, or were to get them."""
    events = {event[name] for event in content["events"] for name in ("country", "from_state", "to_state")}
    handed = {status["to_state"] for member in content["members"] for status in member["statuses"]}
    return sorted((events | handed) - {""})


def _years(content: Content) -> list[int]:
    """Those that the events fall, or may fall, into."""
    years: set[int] = set()
    for event in content["events"]:
        if event["earliest"] and event["latest"]:
            years.update(range(int(event["earliest"][:4]), int(event["latest"][:4]) + 1))
    return sorted(years)


@verb
def take_down_case(*, case: Case, by: User, reason: str) -> Takedown:
    """The public reads nothing of the case from this moment. One person is enough, and waits for nobody."""
    require(rules.may_take_down(by))
    if not reason.strip():
        raise Refused(_("Say why: those who restore it have to know."))
    locked = _locked(case.pk)
    publication = locked.live
    if publication is None:
        raise Refused(_("Nothing of this case is public."))
    takedown = Takedown.objects.create(publication=publication, reason=reason.strip(), by=by)
    locked.move(Case.State.WITHDRAWN, by=by, reason=reason.strip(), live=None)
    record("cases.taken_down", by=by, about=locked, reason=reason.strip(), publication=publication.number)
    signals.case_taken_down.send(sender=Case, case=locked, publication=publication)
    return takedown


@verb
def ask_to_restore(*, takedown: Takedown, by: User, reason: str) -> None:
    """The first of two yeses."""
    require(rules.is_of_the_team(by))
    if not reason.strip():
        raise Refused(_("Say why it can come back."))
    case, takedown = _locked_takedown(takedown)
    takedown.restore_asked_by, takedown.restore_reason = by, reason.strip()
    takedown.save(update_fields=["restore_asked_by", "restore_reason"])
    record("restorations.asked", by=by, about=case, reason=reason.strip(), publication=takedown.publication.number)


@verb
def restore_case(*, takedown: Takedown, by: User, today: dt.date | None = None) -> Publication:
    """The second yes: the same publication is public again. Raises NotReady where a consent to it has lapsed."""
    case, takedown = _locked_takedown(takedown)
    require(rules.may_restore(by, takedown), _("Two people of the case team have to agree; you may not be both."))
    publication = takedown.publication
    if case.live_id or case.state != Case.State.WITHDRAWN:
        raise Refused(_("The case has moved on since; publish it anew."))
    if gaps := rules.consent_gaps(case, publication.content, today or timezone.localdate()):
        raise NotReady(gaps)
    takedown.restored_by, takedown.restored_at = by, timezone.now()
    takedown.save(update_fields=["restored_by", "restored_at"])
    says_the_same = snapshot.digest(_build_again(case, publication.submission)) == publication.digest
    case.move(
        Case.State.PUBLISHED if says_the_same else Case.State.DRAFT,
        by=by,
        reason=takedown.restore_reason,
        live=publication,
    )
    record("cases.restored", by=by, about=case, reason=takedown.restore_reason, publication=publication.number)
    signals.case_restored.send(sender=Case, case=case, publication=publication)
    return publication


# --- what has to hold


def _locked(pk: int) -> Case:
    return Case.objects.locked().select_related("live").get(pk=pk)


def _locked_takedown(takedown: Takedown) -> tuple[Case, Takedown]:
    case = _locked(takedown.publication.case_id)
    standing = Takedown.objects.standing().select_related("publication__submission").filter(pk=takedown.pk).first()
    if standing is None:
        raise Refused(_("It has been restored already."))
    return case, standing


def _state(case: Case) -> dict[str, Any]:
    return {"state": case.get_state_display()}


def _roles_of(user: User) -> list[Decision.As]:
    return [role for role in Decision.As if has_role(user, Role(role.value))]


def _check_it_is_ready(case: Case, today: dt.date | None) -> None:
    missing = [finding for finding in rules.gate(case, today or timezone.localdate()) if finding.blocking]
    if missing:
        raise NotReady(missing)


def _check_it_is_in_review(case: Case, submission: Submission) -> None:
    latest = case.submissions.order_by("-pk").values_list("pk", flat=True).first()
    if case.state != Case.State.IN_REVIEW or latest != submission.pk:
        raise Refused(_("This submission is no longer in review."))


def _build_again(case: Case, submission: Submission) -> Content:
    return snapshot.build(case, note=submission.note, is_correction=submission.is_correction)


def _check_nothing_changed(case: Case, submission: Submission) -> Content:
    content = _build_again(case, submission)
    if snapshot.digest(content) != submission.digest:
        raise Refused(
            _("The record, or something that it rests on, has changed since it was submitted. Submit it again.")
        )
    return content


def _check_all_have_agreed(submission: Submission, *, needs_protection: bool) -> None:
    approved = set(submission.decisions.filter(verdict=Decision.Verdict.APPROVED).values_list("role", flat=True))
    if Decision.As.REVIEWER not in approved:
        raise Refused(_("A reviewer has to approve it first."))
    if needs_protection and Decision.As.PROTECTION not in approved:
        raise Refused(_("A protection officer has to approve it first."))


def _dangers(case: Case, content: Content) -> list[str]:
    return rules.protection_reasons(case, content, case.live.content if case.live else None)
