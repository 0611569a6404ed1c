"""From record to page and off it again: two people for every word that goes up, one to take it down."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import User
from accounts.roles import Role
from cases import actions, search, signals, snapshot
from cases.models import Adherence, Case, Consent, Decision, Publication, PublicationText, Source, Takedown
from face.words import made, write
from tests.cases.making import (
    TODAY,
    make_case,
    make_claim,
    make_involvement,
    make_law,
    make_officer,
    make_picture,
    make_ready_case,
)
from tests.factories import fresh, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def fumi():
    return make_officer()


def submit(case, by, **given):
    return actions.submit_case(case=case, by=by, today=TODAY, **given)


def publish(case, chan, dana, **given):
    submission = submit(case, chan, **given)
    actions.approve_case(submission=submission, role="reviewer", by=dana)
    return actions.publish_case(case=case, by=dana, today=TODAY)


def rewrite(case, chan, **fields):
    row = fresh(case)
    for name, value in fields.items():
        setattr(row, name, value)
    actions.save_entry(entry=row, by=chan, seen=row.version)


# --- the way up


def test_what_is_published_is_what_was_approved(chan, dana):
    case = make_ready_case()
    submission = submit(case, chan)
    assert fresh(case).state == Case.State.IN_REVIEW
    actions.approve_case(submission=submission, role="reviewer", by=dana)
    publication = actions.publish_case(case=case, by=dana, today=TODAY)
    assert fresh(case).state == Case.State.PUBLISHED
    assert fresh(case).live == publication
    stored = fresh(publication)
    assert stored.digest == submission.digest == snapshot.digest(stored.content)
    assert (stored.number, stored.published_by, stored.submission) == (1, dana, submission)


def test_a_publication_is_found_by_what_it_says(chan, dana):
    case = make_ready_case()
    case.title = write(case.title, "ko", "라오스에서 송환된 아홉 사람")
    case.summary = write(case.summary, "ko", "아홉 명의 청소년이 체포되었습니다.")
    case.save(update_fields=["title", "summary"])
    publication = publish(case, chan, dana)
    assert (publication.statuses, publication.states) == (["returned"], ["CN", "KP", "LA"])
    assert (publication.years, publication.has_minors) == ([2013], False)
    assert publication.languages == ["en", "ko"]

    def found(words, language):
        return PublicationText.objects.filter(language=language, words=search.query(words)).exists()

    assert found("Laos", "en")
    assert found("arrested returned", "en")
    assert found("송환", "ko")
    assert found("청소년", "ko")
    assert not found("송환", "en")
    assert not found("Laos nowhere", "en")


def test_each_publication_has_the_next_number_and_says_what_changed(chan, dana):
    case = make_ready_case()
    first = publish(case, chan, dana)
    rewrite(case, chan, summary=made(en="Corrected."))
    second = publish(case, chan, dana, note=made(en="The summary."), is_correction=True)
    assert (first.number, second.number) == (1, 2)
    assert second.content["note"] == made(en="The summary.")
    assert second.content["is_correction"] is True
    assert fresh(case).live == second
    assert fresh(first).content["summary"] != second.content["summary"]


def test_a_second_publication_has_to_say_what_changed(chan, dana):
    case = make_ready_case()
    publish(case, chan, dana)
    rewrite(case, chan, summary=made(en="Corrected."))
    with pytest.raises(actions.NotReady, match="what has changed"):
        submit(case, chan)


def test_what_is_not_ready_is_not_submitted(chan):
    case = make_case()
    with pytest.raises(actions.NotReady) as refused:
        submit(case, chan)
    assert {finding.model for finding in refused.value.findings} >= {"case", "member"}
    assert fresh(case).state == Case.State.DRAFT


def test_a_case_is_submitted_once(chan):
    case = make_ready_case()
    submit(case, chan)
    with pytest.raises(actions.Refused, match="in review"):
        submit(case, chan)


# --- who has to agree


def test_nobody_approves_what_they_edited_last(dana):
    dana.groups.add(Group.objects.get(name=Role.EDITOR))
    case = make_ready_case()
    rewrite(case, dana, summary=made(en="Mine."))
    submission = submit(case, dana)
    with pytest.raises(PermissionDenied, match="not the last to edit"):
        actions.approve_case(submission=submission, role="reviewer", by=dana)


def test_not_even_a_superuser_approves_what_they_edited_last(db):
    one = make_person("Hana", is_staff=True, is_superuser=True)
    case = make_ready_case()
    rewrite(case, one, summary=made(en="Mine."))
    with pytest.raises(PermissionDenied):
        actions.approve_case(submission=submit(case, one), role="reviewer", by=one)


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.PROTECTION, Role.PUBLISHER, Role.TRANSLATOR])
def test_only_reviewers_review(chan, role):
    person = make_person("Gil", role=role, is_staff=True)
    submission = submit(make_ready_case(), chan)
    with pytest.raises(PermissionDenied):
        actions.approve_case(submission=submission, role="reviewer", by=person)


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.REVIEWER, Role.PUBLISHER])
def test_only_protection_officers_protect(chan, role):
    person = make_person("Gil", role=role, is_staff=True)
    submission = submit(make_ready_case(), chan)
    with pytest.raises(PermissionDenied):
        actions.approve_case(submission=submission, role="protection", by=person)


def test_nothing_is_published_that_no_reviewer_has_approved(chan, dana, fumi):
    case = make_ready_case()
    submission = submit(case, chan)
    actions.approve_case(submission=submission, role="protection", by=fumi)
    with pytest.raises(actions.Refused, match="A reviewer has to approve"):
        actions.publish_case(case=case, by=dana, today=TODAY)


def test_one_role_decides_once(chan, dana):
    submission = submit(make_ready_case(), chan)
    actions.approve_case(submission=submission, role="reviewer", by=dana)
    ida = make_person("Ida", role=Role.REVIEWER, is_staff=True)
    with pytest.raises(actions.Refused, match="same role"):
        actions.approve_case(submission=submission, role="reviewer", by=ida)


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.PROTECTION, Role.TRANSLATOR])
def test_who_may_not_publish_does_not(chan, dana, role):
    person = make_person("Gil", role=role, is_staff=True)
    case = make_ready_case()
    actions.approve_case(submission=submit(case, chan), role="reviewer", by=dana)
    with pytest.raises(PermissionDenied):
        actions.publish_case(case=case, by=person, today=TODAY)


def with_a_minor(case):
    case.members.update(age_min=16, age_max=17)
    case.consents.update(given_by="parent")


def with_an_official(case):
    involvement = make_involvement(case, official="Minister of Police")
    make_claim(case, involvement=involvement)


def with_a_face(case):
    make_picture(case, shows=[case.members.get()])


def with_a_name(case):
    case.members.update(tier="named")


@pytest.mark.parametrize("risky", [with_a_minor, with_an_official, with_a_face, with_a_name])
def test_what_puts_somebody_at_risk_needs_the_protection_officer_too(chan, dana, fumi, risky):
    case = make_ready_case()
    risky(case)
    submission = submit(case, chan)
    assert submission.protection_needed
    actions.approve_case(submission=submission, role="reviewer", by=dana)
    with pytest.raises(actions.Refused, match="protection officer has to approve"):
        actions.publish_case(case=case, by=dana, today=TODAY)
    actions.approve_case(submission=submission, role="protection", by=fumi)
    assert actions.publish_case(case=case, by=dana, today=TODAY).number == 1


def test_telling_more_of_who_somebody_is_needs_the_protection_officer(chan, dana):
    case = make_ready_case()
    publish(case, chan, dana)
    member = case.members.get()
    member.tier = "pseudonym"
    actions.save_entry(entry=member, by=chan, seen=1)
    assert submit(case, chan, note=made(en="A pseudonym.")).protection_needed == ["identity"]


def test_what_was_named_before_needs_no_second_protection(chan, dana, fumi):
    case = make_ready_case()
    with_a_name(case)
    submission = submit(case, chan)
    for role, person in (("reviewer", dana), ("protection", fumi)):
        actions.approve_case(submission=submission, role=role, by=person)
    actions.publish_case(case=case, by=dana, today=TODAY)
    rewrite(case, chan, summary=made(en="Other."))
    assert submit(case, chan, note=made(en="The summary.")).protection_needed == []


def test_who_was_taken_down_is_not_named_again_without_the_protection_officer(chan, dana, fumi):
    case = make_ready_case()
    with_a_name(case)
    submission = submit(case, chan)
    for role, person in (("reviewer", dana), ("protection", fumi)):
        actions.approve_case(submission=submission, role=role, by=person)
    actions.publish_case(case=case, by=dana, today=TODAY)
    actions.take_down_case(case=case, by=chan, reason="A threat.")
    assert submit(case, chan, note=made(en="Again.")).protection_needed == ["identity"]


# --- approval is of exactly that


def approved(chan, dana, **fields):
    case = make_ready_case(**fields)
    submission = submit(case, chan)
    actions.approve_case(submission=submission, role="reviewer", by=dana)
    return case


CHANGED = "has changed since it was submitted"


def test_a_source_that_changes_in_whatever_way_voids_the_approval(chan, dana):
    case = approved(chan, dana)
    Source.objects.update(title="Corrected by other means")
    with pytest.raises(actions.Refused, match=CHANGED):
        actions.publish_case(case=case, by=dana, today=TODAY)
    assert not Publication.objects.exists()


def test_an_authority_that_is_renamed_voids_the_approval(chan, dana):
    case = make_ready_case()
    involvement = make_involvement(case)
    make_claim(case, involvement=involvement)
    actions.approve_case(submission=submit(case, chan), role="reviewer", by=dana)
    authority = involvement.authority
    authority.name = made(en="Another")
    authority.save()
    with pytest.raises(actions.Refused, match=CHANGED):
        actions.publish_case(case=case, by=dana, today=TODAY)


def test_nobody_approves_what_has_changed_since_it_was_submitted(chan, dana):
    submission = submit(make_ready_case(), chan)
    Source.objects.update(title="Corrected by other means")
    with pytest.raises(actions.Refused, match=CHANGED):
        actions.approve_case(submission=submission, role="reviewer", by=dana)


def test_a_consent_that_has_expired_since_stops_the_publication(chan, dana):
    case = approved(chan, dana)
    Consent.objects.update(expires_on=TODAY + dt.timedelta(days=10))
    with pytest.raises(actions.NotReady, match="no longer stands"):
        actions.publish_case(case=case, by=dana, today=TODAY + dt.timedelta(days=10))
    assert actions.publish_case(case=case, by=dana, today=TODAY + dt.timedelta(days=9))


def test_a_review_date_that_has_passed_since_stops_the_publication(chan, dana):
    case = approved(chan, dana)
    with pytest.raises(actions.NotReady, match="review was due"):
        actions.publish_case(case=case, by=dana, today=dt.date(2027, 2, 1))


def test_law_data_that_changed_since_stops_the_publication(chan, dana):
    case = make_ready_case()
    article = make_law()
    actions.cite_law(event=case.events.get(kind="return"), article=article, state="CN", by=chan)
    actions.approve_case(submission=submit(case, chan), role="reviewer", by=dana)
    Adherence.objects.update(in_force_from=dt.date(2020, 1, 1))
    with pytest.raises(actions.Refused):
        actions.publish_case(case=case, by=dana, today=TODAY)


def test_an_older_submission_can_no_longer_be_approved(chan, dana):
    case = make_ready_case()
    first = submit(case, chan)
    rewrite(case, chan, summary=made(en="Other."))
    submit(case, chan)
    with pytest.raises(actions.Refused, match="no longer in review"):
        actions.approve_case(submission=first, role="reviewer", by=dana)


def test_approvals_of_an_older_submission_do_not_count(chan, dana):
    case = approved(chan, dana)
    rewrite(case, chan, summary=made(en="Other."))
    submit(case, chan)
    with pytest.raises(actions.Refused, match="A reviewer has to approve"):
        actions.publish_case(case=case, by=dana, today=TODAY)


# --- sent back


def test_a_reviewer_sends_it_back_with_remarks(chan, dana):
    case = make_ready_case()
    submission = submit(case, chan)
    decision = actions.send_back_case(submission=submission, by=dana, remarks="Which bus?")
    assert (decision.role, decision.verdict, decision.remarks) == ("reviewer", "sent_back", "Which bus?")
    assert fresh(case).state == Case.State.DRAFT
    assert case.changes.order_by("pk").last().reason == "Which bus?"


def test_a_protection_officer_sends_back_what_a_reviewer_approved(chan, dana, fumi):
    case = make_ready_case()
    submission = submit(case, chan)
    actions.approve_case(submission=submission, role="reviewer", by=dana)
    assert actions.send_back_case(submission=submission, by=fumi, remarks="Too exact.").role == "protection"
    assert fresh(case).state == Case.State.DRAFT


def test_an_editor_sends_nothing_back(chan):
    with pytest.raises(PermissionDenied):
        actions.send_back_case(submission=submit(make_ready_case(), chan), by=chan, remarks="x")
    assert not Decision.objects.exists()


# --- down, and up again


def test_one_person_takes_down_at_once(chan, dana, bora):
    case = make_ready_case()
    publication = publish(case, chan, dana)
    takedown = actions.take_down_case(case=case, by=bora, reason="A threat.")
    assert (takedown.publication, takedown.by, takedown.reason) == (publication, bora, "A threat.")
    assert (fresh(case).state, fresh(case).live) == (Case.State.WITHDRAWN, None)


def test_a_takedown_voids_what_is_in_review(chan, dana):
    case = make_ready_case()
    publish(case, chan, dana)
    rewrite(case, chan, summary=made(en="Other."))
    submission = submit(case, chan, note=made(en="x"))
    actions.take_down_case(case=case, by=chan, reason="A threat.")
    with pytest.raises(actions.Refused):
        actions.approve_case(submission=submission, role="reviewer", by=dana)
    with pytest.raises(actions.Refused):
        actions.publish_case(case=case, by=dana, today=TODAY)


def test_a_takedown_says_why(chan, dana):
    case = make_ready_case()
    publish(case, chan, dana)
    with pytest.raises(actions.Refused):
        actions.take_down_case(case=case, by=chan, reason="  ")


def test_what_is_not_public_cannot_be_taken_down(chan):
    with pytest.raises(actions.Refused, match="Nothing"):
        actions.take_down_case(case=make_case(), by=chan, reason="x")


def test_strangers_take_nothing_down(chan, dana, eun):
    case = make_ready_case()
    publish(case, chan, dana)
    with pytest.raises(PermissionDenied):
        actions.take_down_case(case=case, by=eun, reason="x")


def taken_down(chan, dana):
    case = make_ready_case()
    publication = publish(case, chan, dana)
    return case, publication, actions.take_down_case(case=case, by=chan, reason="A threat.")


def test_restoring_takes_two_people(chan, dana):
    case, publication, takedown = taken_down(chan, dana)
    with pytest.raises(PermissionDenied):
        actions.restore_case(takedown=takedown, by=dana, today=TODAY)
    actions.ask_to_restore(takedown=takedown, by=dana, reason="It was a mistake.")
    with pytest.raises(PermissionDenied, match="Two people"):
        actions.restore_case(takedown=fresh(takedown), by=dana, today=TODAY)
    assert actions.restore_case(takedown=fresh(takedown), by=chan, today=TODAY) == publication
    assert (fresh(case).state, fresh(case).live) == (Case.State.PUBLISHED, publication)
    assert fresh(takedown).restored_by == chan


def test_strangers_to_the_case_team_restore_nothing(chan, dana, bora, eun):
    _case, _publication, takedown = taken_down(chan, dana)
    for person in (bora, eun):
        with pytest.raises(PermissionDenied):
            actions.ask_to_restore(takedown=takedown, by=person, reason="x")
    actions.ask_to_restore(takedown=takedown, by=dana, reason="x")
    for person in (bora, eun):
        with pytest.raises(PermissionDenied):
            actions.restore_case(takedown=takedown, by=person, today=TODAY)


def test_a_page_is_not_restored_after_a_consent_was_withdrawn(chan, dana):
    case, _publication, takedown = taken_down(chan, dana)
    actions.ask_to_restore(takedown=takedown, by=chan, reason="x")
    consent = case.consents.get()
    consent.withdrawn_on = TODAY
    actions.save_entry(entry=consent, by=chan, seen=1)
    with pytest.raises(actions.NotReady):
        actions.restore_case(takedown=takedown, by=dana, today=TODAY)
    assert fresh(case).live is None


def test_a_record_that_was_edited_meanwhile_is_a_draft_beside_the_restored_page(chan, dana):
    case, publication, takedown = taken_down(chan, dana)
    rewrite(case, chan, summary=made(en="Other."))
    assert fresh(case).state == Case.State.WITHDRAWN
    actions.ask_to_restore(takedown=takedown, by=chan, reason="x")
    actions.restore_case(takedown=takedown, by=dana, today=TODAY)
    assert (fresh(case).state, fresh(case).live) == (Case.State.DRAFT, publication)


def test_what_was_taken_down_comes_back_mended_through_review(chan, dana):
    case, _first, takedown = taken_down(chan, dana)
    rewrite(case, chan, summary=made(en="Less of it."))
    second = publish(case, chan, dana, note=made(en="Less of it."))
    assert fresh(case).live == second
    assert Takedown.objects.standing().get() == takedown
    actions.ask_to_restore(takedown=takedown, by=chan, reason="x")
    with pytest.raises(actions.Refused, match="moved on"):
        actions.restore_case(takedown=takedown, by=dana, today=TODAY)


def test_a_takedown_is_restored_once(chan, dana):
    _case, _publication, takedown = taken_down(chan, dana)
    actions.ask_to_restore(takedown=takedown, by=chan, reason="x")
    actions.restore_case(takedown=takedown, by=dana, today=TODAY)
    with pytest.raises(actions.Refused, match="already"):
        actions.restore_case(takedown=takedown, by=dana, today=TODAY)


# --- announced


def test_rooms_above_hear_of_it_inside_the_transaction(chan, dana):
    heard = []

    def listen(signal, **given):
        heard.append((next(name for name, known in vars(signals).items() if known is signal), given))
        assert connection.in_atomic_block

    sent = [signals.case_published, signals.case_taken_down, signals.case_restored]
    for signal in sent:
        signal.connect(listen)
    try:
        case = make_ready_case()
        first = publish(case, chan, dana)
        rewrite(case, chan, summary=made(en="Other."))
        second = publish(case, chan, dana, note=made(en="x"))
        takedown = actions.take_down_case(case=case, by=chan, reason="x")
        actions.ask_to_restore(takedown=takedown, by=chan, reason="x")
        actions.restore_case(takedown=takedown, by=dana, today=TODAY)
    finally:
        for signal in sent:
            signal.disconnect(listen)
    assert [(name, given["publication"], given.get("previous")) for name, given in heard] == [
        ("case_published", first, None),
        ("case_published", second, first),
        ("case_taken_down", second, None),
        ("case_restored", second, None),
    ]


def test_who_listens_and_fails_undoes_it(chan, dana):
    def fail(**given):
        raise RuntimeError("no")

    case = make_ready_case()
    publish(case, chan, dana)
    signals.case_taken_down.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            actions.take_down_case(case=case, by=chan, reason="x")
    finally:
        signals.case_taken_down.disconnect(fail)
    assert fresh(case).live is not None


# --- at once


@pytest.mark.django_db(transaction=True)
def test_of_many_who_publish_at_once_one_does():
    chan = make_person("Chan", role=Role.EDITOR, is_staff=True)
    dana = make_person("Dana", role=Role.REVIEWER, is_staff=True)
    case = make_ready_case()
    actions.approve_case(submission=submit(case, chan), role="reviewer", by=dana)

    def attempt(_number):
        try:
            by = User.objects.get(pk=dana.pk)
            return actions.publish_case(case=Case.objects.get(pk=case.pk), by=by, today=TODAY).number
        except actions.Refused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        numbers = list(crowd.map(attempt, range(24)))
    assert [number for number in numbers if number] == [1]
    assert Publication.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_edit_and_a_publication_at_once_never_publish_what_nobody_approved():
    chan = make_person("Chan", role=Role.EDITOR, is_staff=True)
    dana = make_person("Dana", role=Role.REVIEWER, is_staff=True)
    for _round in range(10):
        case = make_ready_case()
        submission = submit(case, chan)
        actions.approve_case(submission=submission, role="reviewer", by=dana)

        def attempt(action, case=case):
            try:
                action(case)
            except actions.Refused:
                pass
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as two:
            list(
                two.map(
                    attempt,
                    [
                        lambda case: rewrite(case, chan, summary=made(en="Unseen.")),
                        lambda case: actions.publish_case(case=case, by=dana, today=TODAY),
                    ],
                )
            )
        assert fresh(case).state == Case.State.DRAFT
        assert all(each.digest == submission.digest for each in case.publications.all())
