"""The publish gate: each thing that is missing is found, with the field that mends it; what is complete passes."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import actions
from cases.models import Adherence, Case, Claim, Consent, Event, Member
from cases.rules import gate
from face.words import made, write
from tests.cases.making import (
    TODAY,
    make_case,
    make_claim,
    make_consent,
    make_event,
    make_intervention,
    make_involvement,
    make_law,
    make_member,
    make_picture,
    make_ready_case,
    make_source,
    make_status,
    make_update,
)
from tests.factories import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_ready_case()


@pytest.fixture
def member(case):
    return case.members.get()


def found(case, *, blocking=True):
    """Where the findings point: model and field, and that the row is there."""
    findings = [finding for finding in gate(fresh(case), TODAY) if finding.blocking == blocking]
    assert all(finding.what for finding in findings)
    return {(finding.model, finding.field) for finding in findings}


def cited(case, **about):
    return make_claim(case, make_source(date="2026"), **about)


def test_what_is_complete_passes(case):
    assert gate(case, TODAY) == []


def test_an_empty_case_lacks_nearly_everything():
    case = make_case(title={}, summary={}, as_of=None, last_verified=None, next_review=None)
    assert found(case) == {
        ("case", "title"),
        ("case", "summary"),
        ("case", "as_of"),
        ("case", "last_verified"),
        ("case", "next_review"),
        ("case", "claims"),
        ("case", "people_min"),
        ("member", ""),
    }


def test_each_finding_names_its_row(case):
    event = make_event(case, "trial", "2014")
    (finding,) = gate(case, TODAY)
    assert (finding.model, finding.pk, finding.field) == ("event", event.pk, "claims")


# --- words


@pytest.mark.parametrize("field", ["title", "summary"])
def test_title_and_summary_are_there_in_the_language_of_the_case(case, field):
    case.written_in = "ko"
    case.title, case.summary = made("ko", ko="제목"), made("ko", ko="요약")
    setattr(case, field, made(en="Only English"))
    case.save(update_fields=["written_in", "title", "summary"])
    assert found(case) == {("case", field)}


def test_a_translation_that_is_older_than_its_source_is_said_but_stops_nothing(case):
    case.summary = write(write(case.summary, "ko", "요약"), "en", "Other.")
    case.save(update_fields=["summary"])
    assert found(case) == set()
    assert found(case, blocking=False) == {("case", "summary")}


# --- days


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"next_review": TODAY}, "next_review"),
        ({"next_review": dt.date(2026, 8, 20)}, "next_review"),
        ({"as_of": TODAY + dt.timedelta(days=1)}, "as_of"),
        ({"last_verified": TODAY + dt.timedelta(days=1)}, "last_verified"),
        ({"as_of": dt.date(2013, 5, 27)}, "as_of"),
    ],
)
def test_the_days_of_the_case_make_sense(case, fields, field):
    for name, value in fields.items():
        setattr(case, name, value)
    case.save(update_fields=fields)
    assert found(case) == {("case", field)}


def test_a_closed_case_needs_no_review(case):
    case.monitoring, case.next_review = "closed", None
    case.save(update_fields=["monitoring", "next_review"])
    assert found(case) == set()


def test_an_update_after_the_information_was_as_of_contradicts_it(case):
    cited(case, update=make_update(case, day=dt.date(2026, 8, 15)))
    assert found(case) == {("case", "as_of")}


# --- people


def test_everybody_has_a_status_and_a_label(case):
    case.people_min = 2
    case.save(update_fields=["people_min"])
    other = make_member(case, "", tier="counted")
    other.label = {}
    other.save()
    cited(case, member=other)
    assert found(case) == {("member", "label"), ("member", "statuses")}


def test_a_corrected_status_is_none(case, member, chan):
    status = member.statuses.get()
    right = actions.record_status(member=member, kind="returned", date="2013-05-28", by=chan, corrects=status)
    assert found(case) == {("status", "claims")}
    cited(case, status=right)
    assert found(case) == set()


def test_members_are_not_more_people_than_the_case_is_about(case):
    others = make_member(case, tier="counted", people=8)
    cited(case, member=others)
    cited(case, status=make_status(others))
    assert found(case) == {("case", "people_max")}
    case.people_max = 9
    case.save(update_fields=["people_max"])
    assert found(case) == set()


def test_members_may_be_fewer_but_it_is_said(case):
    case.people_min = 41
    case.save(update_fields=["people_min"])
    assert found(case) == set()
    assert found(case, blocking=False) == {("case", "people_min")}


# --- sources


@pytest.mark.parametrize("make", [make_involvement, make_intervention, make_update, make_event])
def test_whatever_the_page_says_has_a_source(case, make):
    row = make(case)
    name = row._meta.model_name
    assert found(case) == {(name, "claims")}
    cited(case, **{name: row})
    assert found(case) == set()


def test_a_confidential_source_supports_nothing_that_is_published(case):
    event = make_event(case, "trial", "2014")
    make_claim(case, make_source(confidential=True), event=event)
    assert found(case) == {("event", "claims")}


def test_a_claim_about_one_field_leaves_the_others_without_a_source(case):
    event = make_event(case, "return", "2013-05-28", country="CN", from_state="CN", to_state="KP")
    cited(case, event=event, field="date", value="2013-05-28")
    assert found(case) == {("event", "from_state"), ("event", "to_state")}
    cited(case, event=event, field="from_state", value="CN")
    cited(case, event=event, field="to_state", value="KP")
    assert found(case) == set()


def test_the_case_as_a_whole_has_a_source(case):
    case.claims.filter(field="", member=None, status=None, event=None).delete()
    assert found(case) == {("case", "claims")}


# --- contradictions


def differing(case, **options):
    event = case.events.get(kind="arrest")
    one = cited(case, event=event, field="date", value="2013-05-10", **options)
    other = cited(case, event=event, field="date", value="2013-05-11")
    return one, other


def test_where_sources_differ_one_is_chosen(case):
    one, _other = differing(case)
    (finding,) = gate(case, TODAY)
    assert (finding.model, finding.pk, finding.field) == ("claim", one.pk, "chosen")


def test_where_one_is_chosen_the_page_says_why(case):
    one, _other = differing(case, chosen=True)
    (finding,) = gate(case, TODAY)
    assert (finding.model, finding.pk, finding.field) == ("claim", one.pk, "why_chosen")
    one.why_chosen = made(en="It is the court's own record.")
    one.save()
    assert gate(case, TODAY) == []


def test_the_page_states_the_date_that_was_chosen(case):
    one, _other = differing(case, chosen=True, why_chosen=made(en="The record."))
    Claim.objects.filter(pk=one.pk).update(value="2013-05-12")
    assert found(case) == {("event", "date")}


@pytest.mark.parametrize("value", ["2013-05", "2013-05-10/2013-05-12", ""])
def test_a_date_that_is_less_exact_than_the_page_does_not_contradict_it(case, value):
    cited(case, event=case.events.get(kind="arrest"), field="date", value=value, said=made(en="in May"))
    assert found(case) == set()


def test_what_readers_of_a_published_language_would_miss_is_counted_but_stops_nothing(case):
    one, other = differing(case, chosen=True, why_chosen=made(en="The record."))
    other.locator = made(en="p. 3")
    other.save()
    assert found(case, blocking=False) == set(), "nobody reads it in Korean yet"
    Case.objects.update(title=made(en="Nine", ko="아홉"), summary=made(en="Nine", ko="아홉"))
    assert found(case, blocking=False) == {("texts", "ko")}
    (finding,) = [finding for finding in gate(fresh(case), TODAY) if finding.model == "texts"]
    # The label of the man, what happened in two events, and the two of the claims.
    assert finding.what.startswith("5 texts")
    Claim.objects.filter(pk=one.pk).update(why_chosen=made(en="The record.", ko="기록입니다."))
    assert "4 texts" in " ".join(finding.what for finding in gate(fresh(case), TODAY))


# --- consent


def test_nothing_is_told_that_nobody_agreed_to(case, member):
    Consent.objects.all().delete()
    findings = gate(case, TODAY)
    assert {(finding.model, finding.pk, finding.field) for finding in findings} == {("member", member.pk, "consents")}
    assert len(findings) == 2, "story and age"


@pytest.mark.parametrize(
    ("told", "scope"),
    [
        (lambda case, member: None, "story"),
        (lambda case, member: None, "age"),
        (lambda case, member: Member.objects.update(tier="named"), "name"),
        (lambda case, member: make_picture(case, shows=[member]), "face"),
        (lambda case, member: Event.objects.update(precision="city", place=made(en="Vientiane")), "place"),
    ],
    ids=["story", "age", "name", "face", "place"],
)
def test_each_thing_that_is_told_has_a_consent_of_its_own(case, member, told, scope):
    told(case, member)
    assert found(case) == set()
    Consent.objects.update(scopes=[other for other in ("name", "face", "age", "place", "story") if other != scope])
    assert found(case) == {("member", "consents")}


@pytest.mark.parametrize("channels", [["web"], ["print"], ["letters", "press"]])
def test_a_consent_is_for_the_site_and_for_print(case, channels):
    Consent.objects.update(channels=channels)
    assert found(case) == {("member", "consents")}


def test_two_consents_together_are_enough(case, member):
    Consent.objects.update(channels=["web"])
    make_consent(case, member, channels=["print"])
    assert found(case) == set()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"expires_on": TODAY}, "expires_on"),
        ({"withdrawn_on": TODAY}, "withdrawn_on"),
    ],
)
def test_a_consent_that_lapsed_is_pointed_at(case, fields, field):
    Consent.objects.update(**fields)
    assert found(case) == {("consent", field)}


def test_a_consent_to_come_is_none_yet(case):
    Consent.objects.update(given_on=TODAY + dt.timedelta(days=1))
    assert found(case)


def test_the_consent_of_another_member_is_not_theirs(case):
    case.people_min = 2
    case.save(update_fields=["people_min"])
    other = make_member(case, "another")
    cited(case, member=other)
    cited(case, status=make_status(other))
    Consent.objects.update(member=other)
    assert found(case) == {("member", "consents")}


def test_of_people_who_are_only_counted_nothing_is_told_that_needs_consent(case, member):
    Consent.objects.all().delete()
    member.tier = "counted"
    member.save()
    assert found(case) == set()


@pytest.mark.parametrize("given_by", ["person", "kin", "lawyer"])
def test_for_a_minor_a_parent_or_guardian_consents(case, given_by):
    Member.objects.update(age_min=16, age_max=17)
    Consent.objects.update(given_by=given_by)
    assert found(case) == {("consent", "given_by")}
    Consent.objects.update(given_by="parent")
    assert found(case) == set()


@pytest.mark.parametrize(
    ("credibility", "is_minor"), [(1, True), (2, True), (3, True), (4, False), (5, False), (6, True)]
)
def test_whoever_a_credible_source_calls_a_minor_is_protected_as_one(case, member, credibility, is_minor):
    cited(case, member=member, field="minor", value="yes", credibility=credibility)
    assert (("consent", "given_by") in found(case)) is is_minor


def test_where_nobody_can_be_asked_two_of_the_staff_sign(case, chan, dana):
    Consent.objects.all().delete()
    note = actions.sign_best_interests(case=case, by=chan, scopes=["story", "age"], reasons="They cannot be asked.")
    assert found(case) == {("member", "consents")}
    actions.countersign_best_interests(note=note, by=dana)
    assert found(case) == set()


def test_a_best_interests_note_covers_what_it_says(case, chan, dana):
    Consent.objects.all().delete()
    note = actions.sign_best_interests(case=case, by=chan, scopes=["story"], reasons="They cannot be asked.")
    actions.countersign_best_interests(note=note, by=dana)
    (finding,) = gate(case, TODAY)
    assert "age" in finding.what


# --- pictures


def test_a_picture_is_described_credited_licensed_and_made_public(case):
    make_picture(case, alt={}, credit="", licence="", derivative="")
    assert found(case) == {("media", "alt"), ("media", "credit"), ("media", "licence"), ("media", "redactions")}


def test_a_complete_picture_passes(case):
    make_picture(case)
    assert found(case) == set()


# --- dates that contradict


@pytest.mark.parametrize("kind", ["handover", "return", "release"])
def test_nobody_is_returned_before_they_were_arrested(case, kind):
    cited(case, event=make_event(case, kind, "2013-05-09"))
    assert found(case) == {("event", "date")}


@pytest.mark.parametrize("date", ["2013-05-10", "2013-05", "2013", "2013-05-09/2013-05-11"])
def test_what_may_lie_after_the_arrest_does_not_contradict_it(case, date):
    cited(case, event=make_event(case, "return", date))
    assert found(case) == set()


def test_the_arrest_of_others_contradicts_nothing(case, member):
    case.people_max = 2
    case.save(update_fields=["people_max"])
    other = make_member(case, "another", tier="counted")
    cited(case, member=other)
    cited(case, status=make_status(other, "detained", "2013-05-20"))
    cited(case, event=make_event(case, "arrest", "2013-06-01", members=[other]))
    case.events.get(kind="return").members.set([member])
    case.events.get(kind="arrest", date="2013-05-10").members.set([member])
    assert found(case) == {("status", "date")}, "detained before the arrest, but returned after it"


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("detained", "arrest"),
        ("handed_over", "handover"),
        ("returned", "return"),
        ("disappeared", "disappearance"),
        ("released", "release"),
        ("deceased", "death"),
    ],
)
def test_a_status_does_not_lie_before_the_event_that_brought_it_about(case, member, kind, event):
    if event not in ("arrest", "return"):
        cited(case, event=make_event(case, event, "2013-05-28"))
    cited(case, status=make_status(member, kind, "2013-05-09"))
    assert ("status", "date") in found(case)


@pytest.mark.parametrize("make", [make_event, make_involvement, make_intervention])
def test_nothing_that_happened_lies_in_the_future(case, make):
    row = make(case, date="2026-09-02")
    cited(case, **{row._meta.model_name: row})
    assert (row._meta.model_name, "date") in found(case)


def test_an_update_does_not_lie_in_the_future(case):
    cited(case, update=make_update(case, day=dt.date(2026, 9, 2)))
    assert ("update", "day") in found(case)


def test_a_status_has_a_date(case, member):
    cited(case, status=make_status(member, "unknown", ""))
    assert found(case) == {("status", "date")}


@pytest.mark.parametrize("kind", ["released", "detained", "resettled"])
def test_nothing_becomes_of_the_dead(case, member, kind):
    cited(case, status=make_status(member, "deceased", "2013-06"))
    cited(case, status=make_status(member, kind, "2013-07"))
    assert found(case) == {("status", "date")}


def test_nobody_is_detained_after_return_before_the_return(case, member):
    cited(case, status=make_status(member, "detained_after_return", "2013-05-27"))
    assert found(case) == {("status", "date")}


def test_a_source_that_is_older_than_what_it_reports_is_said_but_stops_nothing(case):
    make_claim(case, make_source(date="2013-05-09"), event=case.events.get(kind="arrest"))
    assert found(case) == set()
    assert found(case, blocking=False) == {("claim", "source")}


# --- the law


def test_a_citation_that_no_longer_binds_is_found(case, chan):
    event = case.events.get(kind="return")
    actions.cite_law(event=event, article=make_law(), state="CN", by=chan)
    assert found(case) == set()
    event.date = "1980"
    event.save()
    assert ("citation", "article") in found(case)


def test_a_citation_of_a_treaty_that_we_hold_no_data_on_any_more_is_found(case, chan):
    actions.cite_law(event=case.events.get(kind="return"), article=make_law(), state="CN", by=chan)
    Adherence.objects.all().delete()
    assert found(case) == {("citation", "article")}


def test_what_protects_minors_is_cited_for_minors(case, chan):
    article = make_law("children", article="37", since=dt.date(1992, 4, 1))
    article.for_minors = True
    article.save()
    actions.cite_law(event=case.events.get(kind="return"), article=article, state="CN", by=chan)
    assert found(case) == {("citation", "article")}
    Member.objects.update(age_min=16, age_max=17)
    Consent.objects.update(given_by="parent")
    assert found(case) == set()


# --- size


def test_the_number_of_queries_does_not_grow_with_the_record(case, chan):
    def grow(times):
        for _ in range(times):
            member = make_member(case, "one more")
            make_status(member)
            event = make_event(case, members=[member])
            make_claim(case, event=event)
            make_involvement(case)
            make_intervention(case)
            make_update(case)
            make_picture(case, shows=[member])
            make_consent(case, member)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            gate(fresh(case), TODAY)
        return len(captured)

    actions.cite_law(event=case.events.get(kind="return"), article=make_law(), state="CN", by=chan)
    grow(1)
    few = queries()
    grow(5)
    assert queries() == few
