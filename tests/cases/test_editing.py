"""Writing a record: nobody overwrites what they have not seen, and an edited record is a draft again."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import FieldError, PermissionDenied, ValidationError
from django.db import connection
from django.db.models import ProtectedError

from accounts.models import User
from accounts.roles import Role
from cases import actions, signals
from cases.models import BestInterests, Case, Event, Member, SealedReading, Status
from face.words import made
from tests.cases.making import (
    TODAY,
    make_authority,
    make_case,
    make_claim,
    make_event,
    make_intervention,
    make_involvement,
    make_member,
    make_officer,
    make_picture,
    make_ready_case,
    make_source,
    make_status,
)
from tests.factories import fresh, make_person

pytestmark = pytest.mark.django_db


def edit(entry, by, seen=1, **fields):
    """What a form does: the row as somebody saw it, with their changes."""
    row = fresh(entry)
    for name, value in fields.items():
        setattr(row, name, value)
    actions.save_entry(entry=row, by=by, seen=seen)
    return fresh(row)


def in_review(chan):
    case = make_ready_case()
    submission = actions.submit_case(case=case, by=chan, today=TODAY)
    return case, submission


# --- opening


def test_a_case_gets_the_next_reference_of_its_year(chan):
    make_case(reference="MNS-2017-008")
    make_case(reference="MNS-2018-020")
    opened = [actions.open_case(by=chan, kind="group", title="Five", written_in="en", year=2017) for _ in range(2)]
    assert [case.reference for case in opened] == ["MNS-2017-009", "MNS-2017-010"]
    assert opened[0].state == Case.State.DRAFT
    assert opened[0].edited_by == chan


def test_the_thousandth_case_of_a_year_comes_after_the_999th(chan):
    make_case(reference="MNS-2017-1000")
    make_case(reference="MNS-2017-999")
    assert actions.open_case(by=chan, kind="group", title="x", written_in="en", year=2017).reference == "MNS-2017-1001"


def test_a_case_is_titled_in_the_language_that_it_is_written_in(chan):
    case = actions.open_case(by=chan, kind="group", title="아홉 사람", written_in="ko")
    assert case.title == {"ko": {"text": "아홉 사람"}}
    assert case.reference.startswith(f"MNS-{dt.date.today().year}-")


@pytest.mark.django_db(transaction=True)
def test_two_who_open_a_case_at_once_get_two_references():
    chan = make_person("Chan", role=Role.EDITOR, is_staff=True)

    def open_one(_number):
        try:
            by = User.objects.get(pk=chan.pk)
            return actions.open_case(by=by, kind="group", title="x", written_in="en", year=2013).reference
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        references = list(crowd.map(open_one, range(24)))
    assert len(set(references)) == 24


# --- saving what one has seen


def test_an_edit_counts_the_version_and_says_who_made_it(chan):
    case = edit(make_case(), chan, title=made(en="Other"))
    assert (case.version, case.title, case.edited_by) == (2, made(en="Other"), chan)


def test_who_has_not_seen_the_latest_version_overwrites_nothing(chan):
    case = make_case()
    edit(case, chan, title=made(en="First"))
    with pytest.raises(actions.Changed) as refused:
        edit(case, chan, seen=1, title=made(en="Second"))
    assert refused.value.current.title == made(en="First")
    assert fresh(case).title == made(en="First")


def test_what_was_removed_in_the_meantime_is_not_brought_back(chan):
    event = make_event(make_case())
    stale = fresh(event)
    actions.remove_entry(entry=fresh(event), by=chan, seen=1)
    with pytest.raises(actions.Changed) as refused:
        actions.save_entry(entry=stale, by=chan, seen=1)
    assert refused.value.current is None
    assert not Event.objects.exists()


def test_who_has_not_seen_the_latest_version_removes_nothing(chan):
    event = make_event(make_case())
    edit(event, chan, kind="detention")
    with pytest.raises(actions.Changed):
        actions.remove_entry(entry=fresh(event), by=chan, seen=1)
    assert Event.objects.exists()


def test_a_new_row_has_no_version_to_have_seen(chan):
    case = make_case()
    with pytest.raises(ValueError, match="version"):
        actions.save_entry(entry=Event(case=case, kind="arrest"), by=chan, seen=1)
    with pytest.raises(ValueError, match="version"):
        actions.save_entry(entry=make_event(case), by=chan)


@pytest.mark.django_db(transaction=True)
def test_of_500_edits_of_one_version_exactly_one_is_saved():
    """Real threads on real connections, all of which have seen version 1."""
    chan = make_person("Chan", role=Role.EDITOR, is_staff=True)
    event = make_event(make_case())

    def save(number):
        try:
            row = Event.objects.get(pk=event.pk)
            row.what = made(en=f"As editor {number} has it.")
            actions.save_entry(entry=row, by=User.objects.get(pk=chan.pk), seen=1)
            return number
        except actions.Changed:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as crowd:
        saved = [number for number in crowd.map(save, range(500)) if number is not None]
    assert len(saved) == 1
    assert fresh(event).version == 2
    assert fresh(event).what == made(en=f"As editor {saved[0]} has it.")
    assert event.history.count() == 2


# --- an edit voids approvals


@pytest.mark.parametrize(
    "change",
    [
        lambda case, chan: edit(case, chan, title=made(en="Other")),
        lambda case, chan: actions.save_entry(entry=Event(case=case, kind="trial", date="2014"), by=chan),
        lambda case, chan: edit(case.events.first(), chan, kind="detention"),
        lambda case, chan: actions.remove_entry(entry=case.events.first(), by=chan, seen=1),
        lambda case, chan: edit(case.consents.get(), chan, withdrawn_on=TODAY),
        lambda case, chan: edit(case.claims.first().source, chan, title="Other"),
        lambda case, chan: actions.record_status(member=case.members.get(), kind="unknown", date="2014", by=chan),
        lambda case, chan: actions.relate_cases(one=case, other=make_case(), by=chan),
    ],
    ids=["case", "new row", "row", "removal", "consent", "shared source", "status", "relation"],
)
def test_any_edit_makes_a_case_in_review_a_draft(chan, dana, change):
    case, submission = in_review(chan)
    actions.approve_case(submission=submission, role="reviewer", by=dana)
    change(case, chan)
    assert fresh(case).state == Case.State.DRAFT
    with pytest.raises(actions.Refused, match="Only a case in review"):
        actions.publish_case(case=case, by=dana, today=TODAY)


def test_an_edit_of_a_published_case_leaves_the_page_up(chan, dana):
    case, submission = in_review(chan)
    actions.approve_case(submission=submission, role="reviewer", by=dana)
    publication = actions.publish_case(case=case, by=dana, today=TODAY)
    case = edit(case, chan, title=made(en="Other"))
    assert (case.state, case.live) == (Case.State.DRAFT, publication)


def test_a_form_that_was_open_since_before_the_takedown_does_not_undo_it(chan, dana):
    case, submission = in_review(chan)
    actions.approve_case(submission=submission, role="reviewer", by=dana)
    actions.publish_case(case=case, by=dana, today=TODAY)
    stale = fresh(case)
    actions.take_down_case(case=case, by=dana, reason="A threat.")
    stale.title = made(en="Other")
    actions.save_entry(entry=stale, by=chan, seen=stale.version)
    assert (fresh(case).state, fresh(case).live) == (Case.State.WITHDRAWN, None)
    assert fresh(case).title == made(en="Other")


def test_an_authority_that_cases_share_is_an_edit_of_each(chan):
    shared = make_authority()
    cases = [make_case() for _ in range(3)]
    make_involvement(cases[0], authority=shared)
    make_intervention(cases[1], asked=shared)
    edit(shared, chan, kind="military")
    assert [fresh(case).edited_by for case in cases] == [chan, chan, None]


def test_a_row_of_another_case_cannot_be_tied_in(chan):
    case, stranger = make_case(), make_member(make_case())
    event = make_event(case)
    with pytest.raises(ValidationError, match="belongs to another case"):
        actions.save_entry(entry=event, by=chan, seen=1, links={"members": [stranger]})
    claim = make_claim(case)
    claim.member = stranger
    with pytest.raises(ValidationError, match="belongs to another case"):
        actions.save_entry(entry=claim, by=chan, seen=1)


def test_links_are_saved_with_their_row(chan):
    case = make_case()
    member, picture = make_member(case), make_picture(case)
    actions.save_entry(entry=picture, by=chan, seen=1, links={"shows": [member]})
    assert list(picture.shows.all()) == [member]


# --- statuses


def test_a_status_is_corrected_by_another_and_never_changed(chan):
    member = make_member(make_case())
    wrong = actions.record_status(member=member, kind="returned", date="2013-05-27", by=chan)
    right = actions.record_status(member=member, kind="returned", date="2013-05-28", by=chan, corrects=wrong)
    assert list(Status.objects.standing()) == [right]
    assert Status.objects.count() == 2
    for row in (wrong, right):
        with pytest.raises(TypeError):
            actions.save_entry(entry=row, by=chan, seen=1)
        with pytest.raises(TypeError):
            actions.remove_entry(entry=row, by=chan, seen=1)


def test_a_correction_is_of_the_same_member_and_once(chan):
    case = make_case()
    member, other = make_member(case), make_member(case)
    wrong = make_status(member)
    with pytest.raises(ValidationError):
        actions.record_status(member=other, kind="returned", date="2013", by=chan, corrects=wrong)
    actions.record_status(member=member, kind="returned", date="2013", by=chan, corrects=wrong)
    with pytest.raises(ValidationError):
        actions.record_status(member=member, kind="unknown", date="2013", by=chan, corrects=wrong)


@pytest.mark.parametrize(("kind", "date"), [("returned", "2013-02-30"), ("lost", "2013"), ("returned", "yesterday")])
def test_a_status_that_makes_no_sense_is_refused(chan, kind, date):
    with pytest.raises(ValidationError):
        actions.record_status(member=make_member(make_case()), kind=kind, date=date, by=chan)


def test_a_new_status_is_announced_inside_the_transaction(chan):
    heard = []

    def listen(sender, case, status, **rest):
        heard.append((case.pk, status.kind, connection.in_atomic_block))

    signals.case_status_changed.connect(listen)
    try:
        member = make_member(make_case())
        actions.record_status(member=member, kind="released", date="2014", by=chan)
    finally:
        signals.case_status_changed.disconnect(listen)
    assert heard == [(member.case_id, "released", True)]


def test_a_member_with_a_status_stays(chan):
    member = make_member(make_case())
    make_status(member)
    with pytest.raises(ProtectedError):
        actions.remove_entry(entry=member, by=chan, seen=1)
    assert Member.objects.exists()


# --- relations


def test_a_relation_stands_once_whichever_way_it_is_made(chan):
    one, other = make_case(), make_case()
    actions.relate_cases(one=one, other=other, by=chan)
    actions.relate_cases(one=other, other=one, by=chan)
    assert list(Case.objects.related_to(one)) == [other]
    assert list(Case.objects.related_to(other)) == [one]
    actions.unrelate_cases(one=other, other=one, by=chan)
    assert not Case.objects.related_to(one).exists()


def test_a_case_is_not_related_to_itself(chan):
    case = make_case()
    with pytest.raises(ValidationError):
        actions.relate_cases(one=case, other=case, by=chan)


# --- best interests


def test_a_best_interests_note_takes_two_people(chan, dana):
    note = actions.sign_best_interests(case=make_case(), by=chan, scopes=["story"], reasons="They cannot be asked.")
    with pytest.raises(PermissionDenied):
        actions.countersign_best_interests(note=note, by=chan)
    actions.countersign_best_interests(note=note, by=dana)
    signed_at = fresh(note).countersigned_at
    actions.countersign_best_interests(note=note, by=make_officer())
    assert (fresh(note).countersigned_by, fresh(note).countersigned_at) == (dana, signed_at)


def test_a_best_interests_note_cannot_be_edited_after_it_was_signed(chan):
    note = actions.sign_best_interests(case=make_case(), by=chan, scopes=["story"], reasons="They cannot be asked.")
    note.scopes = ["name"]
    with pytest.raises(TypeError):
        actions.save_entry(entry=note, by=chan, seen=1)
    assert fresh(note).scopes == ["story"]


def test_a_best_interests_note_is_about_something(chan):
    with pytest.raises(ValidationError):
        actions.sign_best_interests(case=make_case(), by=chan, scopes=[], reasons="x")
    assert not BestInterests.objects.exists()


# --- sealed fields


def test_whoever_reads_a_sealed_field_is_kept_with_the_reason(chan):
    member = make_member(make_case(), real_name="A Name")
    assert actions.read_sealed(row=member, field="real_name", by=chan, reason="To call kin.") == "A Name"
    reading = SealedReading.objects.get()
    assert (reading.by, reading.case, reading.field) == (chan, member.case.reference, "real_name")
    assert reading.row == f"member {member.pk}"
    assert reading.reason == "To call kin."


def test_a_sealed_field_is_not_read_without_a_reason(chan):
    member = make_member(make_case(), real_name="A Name")
    with pytest.raises(ValidationError):
        actions.read_sealed(row=member, field="real_name", by=chan, reason=" ")


def test_only_sealed_fields_are_read_this_way(chan):
    with pytest.raises(FieldError):
        actions.read_sealed(row=make_member(make_case()), field="sex", by=chan, reason="x")


def test_the_case_itself_and_shared_rows_have_sealed_fields_too(chan):
    case, source = make_case(team_note="Careful."), make_source(origin="A priest.")
    assert actions.read_sealed(row=case, field="team_note", by=chan, reason="x") == "Careful."
    assert actions.read_sealed(row=source, field="origin", by=chan, reason="x") == "A priest."


# --- who may not


def attempts(case, member, event):
    source = make_source()
    return [
        lambda by: actions.open_case(by=by, kind="group", title="x", written_in="en"),
        lambda by: actions.save_entry(entry=case, by=by, seen=1),
        lambda by: actions.save_entry(entry=source, by=by, seen=1),
        lambda by: actions.remove_entry(entry=event, by=by, seen=1),
        lambda by: actions.record_status(member=member, kind="unknown", date="2014", by=by),
        lambda by: actions.relate_cases(one=case, other=make_case(), by=by),
        lambda by: actions.unrelate_cases(one=case, other=make_case(), by=by),
        lambda by: actions.submit_case(case=case, by=by, today=TODAY),
        lambda by: actions.cite_law(event=event, article=None, state="CN", by=by),
    ]


@pytest.mark.parametrize("role", [None, Role.ORGANIZER, Role.REVIEWER, Role.PROTECTION, Role.TRANSLATOR, Role.AUDITOR])
def test_only_editors_write(role):
    person = make_person("Gil", role=role, is_staff=True)
    case = make_case()
    for attempt in attempts(case, make_member(case), make_event(case)):
        with pytest.raises(PermissionDenied):
            attempt(person)


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_staff": True, "state": "left", "is_active": False}])
def test_an_editor_who_left_writes_nothing(fields):
    person = make_person("Gil", role=Role.EDITOR, **fields)
    case = make_case()
    for attempt in attempts(case, make_member(case), make_event(case)):
        with pytest.raises(PermissionDenied):
            attempt(person)


@pytest.mark.parametrize("role", [None, Role.ORGANIZER, Role.TRANSLATOR, Role.AUDITOR, Role.PUBLISHER, Role.ABUSE])
def test_only_the_case_team_reads_sealed_fields(role):
    person = make_person("Gil", role=role, is_staff=True)
    with pytest.raises(PermissionDenied):
        actions.read_sealed(row=make_member(make_case(), real_name="x"), field="real_name", by=person, reason="x")
    assert not SealedReading.objects.exists()
    with pytest.raises(PermissionDenied):
        actions.sign_best_interests(case=make_case(), by=person, scopes=["story"], reasons="x")
