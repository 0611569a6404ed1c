"""What PostgreSQL itself refuses, whoever asks; and beside each refusal what it lets pass."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from cases.models import (
    BestInterests,
    Case,
    CaseRelation,
    Decision,
    FormDraft,
    Publication,
    ReviewReminder,
    SavedFilter,
    SealedReading,
    Submission,
    Takedown,
)
from face.words import made
from tests.cases.making import (
    make_case,
    make_claim,
    make_consent,
    make_event,
    make_intervention,
    make_member,
    make_source,
    make_status,
)
from tests.factories import fresh, make_person

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 1, 1)
LATER = dt.date(2026, 2, 1)
VIENTIANE = made(en="Vientiane")


def refused(action, match=""):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        action()


def make_submission(case, by):
    return Submission.objects.create(case=case, digest="0" * 64, by=by)


def make_publication(case, by, number=1):
    return Publication.objects.create(
        case=case,
        number=number,
        content={},
        digest="0" * 64,
        submission=make_submission(case, by),
        languages=["en"],
        published_by=by,
    )


# --- values that make no sense

CASES = [
    ("case_reference_reads_mns_year_number", {"reference": "MNS-13-1"}, {"reference": "MNS-2013-1000"}),
    ("case_is_about_somebody", {"people_min": 0}, {"people_min": 1}),
    ("case_people_min_is_not_above_max", {"people_min": 3, "people_max": 2}, {"people_min": 3, "people_max": 3}),
    (
        "case_review_follows_verification",
        {"last_verified": DAY, "next_review": DAY},
        {"last_verified": DAY, "next_review": LATER},
    ),
]
MEMBERS = [
    ("member_tier_is_known", {"tier": "famous"}, {"tier": "named"}),
    ("several_people_are_counted_only", {"people": 2, "tier": "anonymous"}, {"people": 2, "tier": "counted"}),
    ("several_people_are_counted_only", {"people": 0, "tier": "counted"}, {"people": 1, "tier": "counted"}),
    ("member_age_min_is_not_above_max", {"age_min": 18, "age_max": 14}, {"age_min": 14, "age_max": 14}),
    ("member_age_is_of_this_world", {"age_max": 121}, {"age_max": 120}),
]
EVENTS = [
    (
        "event_place_is_as_precise_as_it_says",
        {"precision": "city"},
        {"precision": "city", "place": made(en="Vientiane")},
    ),
    ("event_place_is_as_precise_as_it_says", {"place": made(en="Vientiane")}, {"precision": "country"}),
]
STATUSES = [
    ("status_is_known", {"kind": "lost"}, {"kind": "unknown"}),
    ("only_a_handover_names_a_state", {"to_state": "CN"}, {"kind": "handed_over", "to_state": "CN"}),
]
INTERVENTIONS = [
    ("silence_has_no_answer", {"answer": made(en="No.")}, {"answer": made(en="No."), "outcome": "refused"}),
]
CLAIMS = [
    ("claim_credibility_is_known", {"credibility": 7}, {"credibility": 6}),
    ("claim_credibility_is_known", {"credibility": 0}, {"credibility": 1}),
    ("claim_about_a_field_says_what", {"field": "age"}, {"field": "age", "value": "14"}),
]
CONSENTS = [
    ("consent_is_to_something", {"scopes": []}, {"scopes": ["story"]}),
    ("consent_is_to_something", {"channels": []}, {"channels": ["web"]}),
    ("consent_expires_after_it_is_given", {"given_on": DAY, "expires_on": DAY}, {"given_on": DAY, "expires_on": LATER}),
    (
        "consent_is_withdrawn_after_it_is_given",
        {"given_on": LATER, "withdrawn_on": DAY},
        {"given_on": DAY, "withdrawn_on": DAY},
    ),
]


def made_by(make):
    return lambda **fields: make(make_case(), **fields)


RULES = [
    *((make_case, *rule) for rule in CASES),
    *((made_by(make_member), *rule) for rule in MEMBERS),
    *((made_by(make_event), *rule) for rule in EVENTS),
    *((lambda **fields: make_status(make_member(make_case()), **fields), *rule) for rule in STATUSES),
    *((made_by(make_intervention), *rule) for rule in INTERVENTIONS),
    *((made_by(make_claim), *rule) for rule in CLAIMS),
    *((made_by(make_consent), *rule) for rule in CONSENTS),
]


@pytest.mark.parametrize(("make", "name", "wrong", "right"), RULES, ids=[rule[1] for rule in RULES])
def test_what_makes_no_sense_is_not_stored(make, name, wrong, right):
    refused(lambda: make(**wrong), name)
    assert make(**right).pk


def test_a_reference_is_given_once():
    make_case(reference="MNS-2013-777")
    refused(lambda: make_case(reference="MNS-2013-777"), "reference")


def test_a_reference_never_changes():
    case = make_case()
    refused(lambda: Case.objects.filter(pk=case.pk).update(reference="MNS-2013-778"), "reference_never_changes")


# --- claims


def test_a_claim_is_about_one_row():
    case = make_case()
    member, event = make_member(case), make_event(case)
    refused(lambda: make_claim(case, member=member, event=event), "claim_has_one_subject")
    assert make_claim(case).pk


def test_one_claim_about_a_fact_is_chosen():
    case = make_case()
    event = make_event(case)
    make_claim(case, event=event, field="date", value="2013", chosen=True)
    refused(lambda: make_claim(case, event=event, field="date", value="2014", chosen=True), "one_chosen_claim_per_fact")
    assert make_claim(case, event=event, field="date", value="2014").pk
    assert make_claim(case, event=event, field="place", said=made(en="Vientiane"), chosen=True).pk


def test_one_claim_about_the_case_itself_is_chosen():
    """Where no row is named the nulls count as equal."""
    case = make_case()
    make_claim(case, field="people", value="9", chosen=True)
    refused(lambda: make_claim(case, field="people", value="10", chosen=True), "one_chosen_claim_per_fact")
    assert make_claim(make_case(), field="people", value="10", chosen=True).pk


def test_a_source_that_is_cited_stays():
    claim = make_claim(make_case(), make_source())
    with pytest.raises(ProtectedError):
        claim.source.delete()


# --- relations


def test_a_relation_has_one_direction_and_no_circle():
    one, other = make_case(), make_case()
    refused(lambda: CaseRelation.objects.create(earlier=one, later=one), "case_relation_stands_once")
    refused(lambda: CaseRelation.objects.create(earlier=other, later=one), "case_relation_stands_once")
    CaseRelation.objects.create(earlier=one, later=other)
    refused(lambda: CaseRelation.objects.create(earlier=one, later=other), "one_relation_per_pair")


# --- what stays as it was


def test_a_status_is_never_changed_or_deleted():
    status = make_status(make_member(make_case()))
    refused(lambda: type(status).objects.update(kind="released"), "append_only")
    refused(lambda: type(status).objects.all()._raw_delete("default"), "append_only")


def test_a_status_is_corrected_once():
    member = make_member(make_case())
    wrong = make_status(member)
    make_status(member, corrects=wrong)
    refused(lambda: make_status(member, corrects=wrong), "corrects")


def test_publications_and_decisions_are_never_changed_or_deleted(dana):
    case = make_case()
    publication = make_publication(case, dana)
    decision = Decision.objects.create(submission=publication.submission, role="reviewer", verdict="approved", by=dana)
    reading = SealedReading.objects.create(by=dana, case=case.reference, row="member 1", field="kin", reason="x")
    for row, change in [
        (publication, {"content": {"title": "other"}}),
        (publication.submission, {"digest": "1" * 64}),
        (decision, {"verdict": "sent_back"}),
        (reading, {"reason": "other"}),
    ]:
        refused(lambda row=row, change=change: type(row).objects.filter(pk=row.pk).update(**change), "append_only")
        refused(lambda row=row: type(row).objects.filter(pk=row.pk)._raw_delete("default"), "append_only")


def test_a_reading_has_a_reason(dana):
    refused(lambda: SealedReading.objects.create(by=dana, case="", row="x", field="kin", reason=""), "has_a_reason")


def test_a_publication_has_a_number_of_its_own(dana):
    case = make_case()
    make_publication(case, dana)
    refused(lambda: make_publication(case, dana), "one_publication_per_number")
    assert make_publication(case, dana, number=2).pk


def test_a_role_decides_once_about_a_submission(dana):
    given = {"submission": make_submission(make_case(), dana), "verdict": "approved", "by": dana}
    Decision.objects.create(role="reviewer", **given)
    refused(lambda: Decision.objects.create(role="reviewer", **given), "one_decision_per_submission_and_role")
    assert Decision.objects.create(role="protection", **given).pk


# --- two people


def test_nobody_signs_a_best_interests_note_twice(chan, dana):
    given = {"case": make_case(), "scopes": ["story"], "reasons": "x", "signed_by": chan, "signed_at": timezone.now()}
    signed = {"countersigned_at": timezone.now()}
    refused(lambda: BestInterests.objects.create(**given, **signed, countersigned_by=chan), "signed_by_two")
    refused(lambda: BestInterests.objects.create(**given, countersigned_by=dana), "countersignature_says_when")
    refused(lambda: BestInterests.objects.create(**given, **signed), "countersignature_says_when")
    refused(lambda: BestInterests.objects.create(**{**given, "scopes": []}), "about_something")
    assert BestInterests.objects.create(**given, **signed, countersigned_by=dana).pk


def test_nobody_restores_alone(chan, dana):
    publication = make_publication(make_case(), dana)
    takedown = Takedown.objects.create(publication=publication, reason="x", by=chan)

    def restore(**fields):
        Takedown.objects.filter(pk=takedown.pk).update(**fields)

    now = timezone.now()
    refused(lambda: restore(restored_by=dana, restored_at=now), "two_people_restore")
    refused(lambda: restore(restore_asked_by=dana, restored_by=dana, restored_at=now), "two_people_restore")
    refused(lambda: restore(restore_asked_by=chan, restored_by=dana), "two_people_restore")
    restore(restore_asked_by=chan, restored_by=dana, restored_at=now)


def test_a_restored_takedown_names_who_restored_it(chan, dana):
    publication = make_publication(make_case(), dana)
    takedown = Takedown.objects.create(publication=publication, reason="x", by=chan, restore_asked_by=chan)
    refused(
        lambda: Takedown.objects.filter(pk=takedown.pk).update(restored_at=timezone.now(), restored_by=None),
        "two_people_restore",
    )


def test_one_takedown_stands(chan, dana):
    publication = make_publication(make_case(), dana)
    Takedown.objects.create(publication=publication, reason="x", by=chan)
    refused(lambda: Takedown.objects.create(publication=publication, reason="y", by=dana), "one_standing_takedown")
    now = timezone.now()
    Takedown.objects.update(restore_asked_by=chan, restored_by=dana, restored_at=now)
    assert Takedown.objects.create(publication=publication, reason="y", by=dana).pk


# --- states


def test_what_is_published_has_a_publication_and_what_is_withdrawn_none(dana):
    case = make_case()
    case = Case.objects.locked().get(pk=case.pk)
    case.move("in_review", by=dana)
    refused(lambda: Case.objects.filter(pk=case.pk).update(state="published"), "published_case_has_a_publication")
    publication = make_publication(case, dana)
    case.move("published", by=dana, live=publication)
    refused(lambda: Case.objects.filter(pk=case.pk).update(state="withdrawn"), "withdrawn_case_has_no_live_publication")
    Case.objects.filter(pk=case.pk).update(state="withdrawn", live=None)


STATES = ["draft", "in_review", "published", "withdrawn"]


@pytest.mark.parametrize("target", STATES)
@pytest.mark.parametrize("source", STATES)
def test_only_the_steps_of_the_table_are_taken(dana, source, target):
    case = make_case()
    publication = make_publication(case, dana)
    for step in {"draft": [], "in_review": ["in_review"], "published": ["in_review", "published"]}.get(
        source, [source]
    ):
        live = publication if step == "published" else None
        Case.objects.filter(pk=case.pk).update(state=step, live=live)
    live = publication if target == "published" else None

    def take():
        Case.objects.filter(pk=case.pk).update(state=target, live=live)

    if source == target or target in Case.TRANSITIONS[source]:
        take()
    else:
        refused(take, "state_table|transition")
    assert fresh(case).state == (target if source == target or target in Case.TRANSITIONS[source] else source)


# --- the desk's own


def test_a_person_keeps_one_draft_of_a_form_and_one_filter_of_a_name(chan, dana):
    FormDraft.objects.create(by=chan, form="/desk/cases/1/", typed="x")
    refused(lambda: FormDraft.objects.create(by=chan, form="/desk/cases/1/", typed="y"), "one_draft")
    assert FormDraft.objects.create(by=dana, form="/desk/cases/1/", typed="y").pk
    SavedFilter.objects.create(by=chan, name="Mine", query="state=draft")
    refused(lambda: SavedFilter.objects.create(by=chan, name="Mine", query=""), "one_saved_filter")
    assert SavedFilter.objects.create(by=dana, name="Mine", query="").pk


def test_a_reminder_goes_once(chan):
    case = make_case()
    ReviewReminder.objects.create(case=case, to=chan, due=DAY)
    refused(lambda: ReviewReminder.objects.create(case=case, to=chan, due=DAY), "one_reminder")
    assert ReviewReminder.objects.create(case=case, to=make_person("Ida"), due=DAY).pk
