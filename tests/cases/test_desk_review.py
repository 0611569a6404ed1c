"""From the workbench to the page and back, as the desk's pages lead through it."""

import pytest

from accounts.roles import Role
from cases.models import Case, Decision, Takedown
from tests.cases.desk import client_of, make_staff, typed, url
from tests.cases.making import make_case, make_officer, make_ready_case
from tests.factories import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(chan):
    return client_of(chan)


@pytest.fixture
def reviewer(dana):
    return client_of(dana)


@pytest.fixture
def case(chan):
    return make_ready_case(edited_by=chan)


def submit(client, case, **words):
    return client.post(url("submission", case.reference), words)


def approve(client, case, role="reviewer", **changes):
    submission = case.submissions.first()
    sent = {"submission": submission.pk, "digest": submission.digest, "role": role, **changes}
    return client.post(url("approval", case.reference), sent)


def publish(editor, reviewer, case):
    submit(editor, case)
    approve(reviewer, case)
    for reason in case.submissions.first().protection_needed:
        assert reason
        approve(client_of(make_officer()), case, "protection")
        break
    reviewer.post(url("publication", case.reference))
    return fresh(case)


def test_what_is_missing_is_linked_to_its_field_and_nothing_is_submitted(editor, chan):
    case = make_case(edited_by=chan, summary={})
    page = editor.get(url("case", case.reference)).content.decode()
    assert f"{url('facts', case.reference)}#div_id_summary" in page
    assert "Submit for review" not in page
    assert submit(editor, case).status_code == 422
    assert fresh(case).state == Case.State.DRAFT


def test_a_case_goes_to_review_is_sent_back_and_its_editor_reads_why(editor, reviewer, case):
    submit(editor, case)
    assert case.reference in reviewer.get(url("queue")).content.decode()
    reviewer.post(url("remarks", case.reference), {"remarks": "The date of the arrest is wrong."})
    assert fresh(case).state == Case.State.DRAFT
    assert "The date of the arrest is wrong." in editor.get(url("case", case.reference)).content.decode()


def test_a_case_is_approved_published_taken_down_and_restored_by_two(editor, reviewer, case):
    case = publish(editor, reviewer, case)
    assert case.state == Case.State.PUBLISHED
    assert case.live is not None
    assert "live" in editor.get(url("publications")).content.decode()

    stranger_to_cases = client_of(make_staff(Role.ORGANIZER))
    assert stranger_to_cases.post(url("takedown", case.reference), {"reason": ""}).status_code == 422
    stranger_to_cases.post(url("takedown", case.reference), {"reason": "It names a brother."})
    assert fresh(case).live is None
    assert "It names a brother." in editor.get(url("case", case.reference)).content.decode()

    editor.post(url("restoration_request", case.reference), {"reason": "It does not."})
    assert editor.post(url("restoration", case.reference)).status_code == 403
    assert fresh(case).live is None
    assert "It does not." in reviewer.get(url("queue")).content.decode()
    reviewer.post(url("restoration", case.reference))
    assert fresh(case).live is not None
    assert not Takedown.objects.standing().exists()


def test_nobody_is_offered_to_approve_what_they_edited_last(editor, case, chan):
    submit(editor, case)
    both = make_staff(Role.REVIEWER)
    Case.objects.filter(pk=case.pk).update(edited_by=both)
    page = client_of(both).get(url("review", case.reference))
    assert page.context["approvals"] == []
    assert approve(client_of(both), case).status_code == 403
    assert not Decision.objects.exists()


def test_an_approval_is_of_the_submission_that_was_shown(editor, reviewer, case):
    submit(editor, case)
    assert approve(reviewer, case, digest="0" * 64).status_code == 404
    assert approve(reviewer, case, submission="x").status_code == 404
    assert approve(reviewer, case, role="auditor").status_code == 404
    assert not Decision.objects.exists()


def test_publishing_asks_once_more_and_is_refused_before_all_have_agreed(editor, reviewer, case):
    submit(editor, case)
    assert "Publish this case?" in reviewer.get(url("publication", case.reference)).content.decode()
    page = reviewer.post(url("publication", case.reference), follow=True).content.decode()
    assert "A reviewer has to approve it first." in page
    assert fresh(case).live is None


def test_the_review_page_shows_what_reads_otherwise_than_the_live_page(editor, reviewer, case):
    case = publish(editor, reviewer, case)
    facts = url("facts", case.reference)
    editor.post(facts, typed(editor, facts, title_en="Ten people, returned from Laos"))
    submit(editor, fresh(case), note_en="The number was wrong.", is_correction="on")
    page = reviewer.get(url("review", case.reference)).content.decode()
    assert "<del>Nine</del>" in page
    assert "<ins>Ten</ins>" in page
    assert "The number was wrong." in page


def test_a_second_publication_has_to_say_what_has_changed(editor, reviewer, case):
    case = publish(editor, reviewer, case)
    facts = url("facts", case.reference)
    editor.post(facts, typed(editor, facts, title_en="Ten people"))
    answer = submit(editor, fresh(case))
    assert answer.status_code == 422
    assert "Say what has changed" in answer.content.decode()


def test_nothing_public_can_be_taken_down_where_nothing_is(editor, case):
    assert editor.get(url("takedown", case.reference)).status_code == 302
    assert client_of(make_staff(Role.ORGANIZER)).get(url("takedown", case.reference)).status_code == 404


def test_history_says_who_changed_what(editor, case, chan):
    facts = url("facts", case.reference)
    editor.post(facts, typed(editor, facts, title_en="Ten people, returned from Laos"))
    page = editor.get(url("history", case.reference)).content.decode()
    assert "<del>Nine</del>" in page
    assert str(chan) in page


def test_a_note_is_countersigned_by_another(editor, reviewer, case):
    editor.post(url("add", case.reference, "best-interests"), {"scopes": ["story"], "reasons": "Out of reach."})
    note = case.best_interests.get()
    address = url("countersignature", case.reference, note.pk)
    assert editor.post(address).status_code == 403
    reviewer.post(address)
    assert fresh(note).countersigned_by is not None
