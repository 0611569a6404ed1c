"""Who changed what when, in words that people read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from cases import actions
from cases.history import FieldChange, history_of
from cases.models import Event, Member
from face.words import made, write
from tests.cases.making import (
    TODAY,
    make_authority,
    make_case,
    make_claim,
    make_consent,
    make_event,
    make_involvement,
    make_law,
    make_member,
    make_ready_case,
    make_source,
    make_status,
)
from tests.factories import fresh, make_person

pytestmark = pytest.mark.django_db


def change_by(person, case, what="update"):
    """The one change of this sort that they made. All of a test is one moment to PostgreSQL, so none is the last."""
    (change,) = [each for each in history_of(fresh(case)) if each.by == person and each.what == what]
    return change


def rewrite(row, by, **fields):
    row = fresh(row)
    for name, value in fields.items():
        setattr(row, name, value)
    actions.save_entry(entry=row, by=by, seen=row.version)


def test_words_are_told_apart_by_language(chan):
    case = make_case()
    rewrite(case, chan, title=write(case.title, "ko", "아홉 사람"))
    change = change_by(chan, case)
    assert change.fields == [FieldChange("title", "", "아홉 사람", "ko")]


def test_dates_choices_and_states_are_said_as_people_say_them(chan):
    case = make_case()
    event = make_event(case, date="2013-05")
    rewrite(event, chan, date="2013-05-10", kind="detention", country="CN")
    change = change_by(chan, case)
    assert change.row == "event: detention, 10 May 2013"
    assert set(change.fields) == {
        FieldChange("date", "May 2013", "10 May 2013"),
        FieldChange("type", "arrest", "detention"),
        FieldChange("country", "Laos", "China"),
    }


def test_a_new_row_and_one_that_is_gone_are_in_it_whole(chan):
    case = make_case()
    event = Event(case=case, kind="arrest", date="2013-05-10", what=made(en="A bus was stopped."), country="LA")
    actions.save_entry(entry=event, by=chan)
    assert FieldChange("what happened", "", "A bus was stopped.", "en") in change_by(chan, case, "insert").fields
    actions.remove_entry(entry=event, by=chan, seen=1)
    change = change_by(chan, case, "delete")
    assert change.row == "event: arrest, 10 May 2013"
    assert FieldChange("what happened", "A bus was stopped.", "", "en") in change.fields


def test_rows_are_named_where_others_refer_to_them(chan):
    case = make_case()
    member = make_member(case, "the boy with the cap")
    actions.record_status(member=member, kind="returned", date="2013-05-28", by=chan)
    (change,) = [each for each in history_of(case) if each.row.startswith("status")]
    assert FieldChange("member", "", "the boy with the cap") in change.fields
    citation = actions.cite_law(event=make_event(case, "return"), article=make_law(), state="CN", by=chan)
    (change,) = [each for each in history_of(case) if each.row.startswith("citation")]
    assert FieldChange("article", "", str(citation.article)) in change.fields


def test_what_was_done_to_a_shared_row_is_in_the_history_of_each_case(chan):
    case, other = make_case(), make_case()
    source, authority = make_source(title="Before"), make_authority("Police")
    make_claim(case, source)
    make_involvement(case, authority=authority)
    rewrite(source, chan, title="After")
    rewrite(authority, chan, name=made(en="Border police"))
    fields = [field for change in history_of(case) if change.what == "update" for field in change.fields]
    assert set(fields) == {
        FieldChange("name", "Police", "Border police", "en"),
        FieldChange("title", "Before", "After"),
    }
    assert [change for change in history_of(other) if change.what == "update"] == []


def test_lists_are_said_in_words(chan):
    case = make_case()
    consent = make_consent(case, scopes=["age", "story"])
    rewrite(consent, chan, scopes=["story"], withdrawn_on=TODAY)
    assert set(change_by(chan, case).fields) == {
        FieldChange("to what", "age, story", "story"),
        FieldChange("withdrawn on", "", "1 September 2026"),
    }


def test_the_way_of_the_case_is_in_it_with_the_reasons(chan, dana):
    case = make_ready_case()
    submission = actions.submit_case(case=case, by=chan, today=TODAY)
    actions.send_back_case(submission=submission, by=dana, remarks="Which bus?")
    change = next(each for each in history_of(case) if each.what == "state")
    assert (change.by, change.reason) == (dana, "Which bus?")
    assert change.fields == [FieldChange("state", "in review", "draft")]


def test_that_somebody_edited_is_no_change_of_its_own(chan):
    case = make_case()
    event = make_event(case)
    before = len(history_of(case))
    rewrite(event, chan, kind="detention")
    assert len(history_of(case)) == before + 1


def test_what_is_sealed_is_in_no_history(chan):
    case = make_case()
    member = make_member(case, real_name="CANARY-name", kin="CANARY-kin")
    rewrite(member, chan, sex="male", real_name="CANARY-other")
    rewrite(case, chan, team_note="CANARY-note")
    note = actions.sign_best_interests(case=case, by=chan, scopes=["story"], reasons="CANARY-reasons")
    make_consent(case, given_by_whom="CANARY-whom", how_in_detail="CANARY-detail")
    assert "CANARY" not in repr(history_of(case))
    assert FieldChange("sex", "", "male") in [field for change in history_of(case) for field in change.fields]
    assert note.pk


def test_what_was_done_by_no_verb_has_nobody_to_be_put_down_to(chan):
    case = make_case()
    make_member(case)
    Member.objects.update(sex="male")
    assert change_by(None, case).fields == [FieldChange("sex", "", "male")]


@pytest.mark.django_db(transaction=True)
def test_the_newest_change_comes_first():
    chan = make_person("Chan", role=Role.EDITOR, is_staff=True)
    case = make_case()
    for number in range(3):
        rewrite(case, chan, story=made(en=f"Written {number} times."))
    assert [change.fields[0].now for change in history_of(fresh(case))[:3]] == [
        f"Written {number} times." for number in (2, 1, 0)
    ]


def test_the_number_of_queries_does_not_grow_with_the_history(chan):
    case = make_ready_case()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert history_of(fresh(case))
        return len(captured)

    def grow(times):
        for number in range(times):
            member = make_member(case, f"person {number}")
            make_status(member)
            involvement = make_involvement(case)
            make_claim(case, involvement=involvement)
            rewrite(member, chan, sex="male")
            rewrite(case, chan, story=made(en=f"Written {number} times."))

    grow(1)
    few = queries()
    grow(4)
    assert queries() == few
