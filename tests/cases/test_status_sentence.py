"""The sentence at the head of a case: computed from what became of each member, in every language."""

import datetime as dt

import pytest
from django.utils.translation import override

from cases.models import Status
from cases.status import standings

TODAY = dt.date(2026, 9, 1)


def member(kind="returned", date="2013-05-28", *, people=1, to_state="", before=()):
    statuses = [*before, {"kind": kind, "date": date, "to_state": to_state}]
    return {"people": people, "statuses": statuses}


def sentences(*members):
    return [group.sentence for group in standings(members, TODAY)]


def test_people_with_the_same_fate_are_said_in_one_sentence():
    assert sentences(*[member() for _ in range(9)]) == [
        "9 people: returned by force on 28 May 2013; no verified news since"
    ]


def test_the_days_since_are_counted():
    (group,) = standings([member()], TODAY)
    assert group.days == (TODAY - dt.date(2013, 5, 28)).days == 4844
    assert group.days_counted == "4,844 days"


def test_one_person_and_one_day_are_said_in_the_singular():
    (group,) = standings([member(date="2026-08-31")], TODAY)
    assert group.sentence.startswith("1 person: ")
    assert group.days_counted == "1 day"


def test_people_with_different_fates_are_said_apart_the_larger_group_first():
    assert sentences(member("resettled", "2014-01"), member(people=7)) == [
        "7 people: returned by force on 28 May 2013; no verified news since",
        "1 person: resettled in January 2014",
    ]


def test_only_the_latest_status_counts():
    earlier = {"kind": "detained", "date": "2013-05-10", "to_state": ""}
    assert sentences(member(before=[earlier])) == ["1 person: returned by force on 28 May 2013; no verified news since"]


@pytest.mark.parametrize("kind", ["released", "protected", "resettled", "returned_home", "deceased"])
def test_where_nobody_waits_for_news_any_more_no_days_are_counted(kind):
    (group,) = standings([member(kind)], TODAY)
    assert "no verified news" not in group.sentence
    assert group.days_counted == ""


def test_a_reported_death_still_waits_for_news():
    (group,) = standings([member("reported_deceased")], TODAY)
    assert group.sentence.endswith("; no verified news since")


def test_a_handover_names_the_state():
    assert sentences(member("handed_over", "2013-05-27", to_state="CN")) == [
        "1 person: handed over to China on 27 May 2013; no verified news since"
    ]


@pytest.mark.parametrize(
    ("date", "when", "days"),
    [
        ("2012-02", " in February 2012;", "at least 5,298 days"),
        ("2012", " in 2012;", "at least 4,992 days"),
        ("2012~", " about 2012;", "at least 4,992 days"),
        ("2013-05-27?", " on 27 May 2013 (uncertain);", "at least 4,845 days"),
        ("2013-05-27/2013-05-28", " between 27 May 2013 and 28 May 2013;", "at least 4,844 days"),
        ("2013-05-28/..", " since 28 May 2013;", ""),
        ("2027", " in 2027;", ""),
    ],
)
def test_a_date_is_said_and_counted_as_exactly_as_it_is_known(date, when, days):
    (group,) = standings([member(date=date)], TODAY)
    assert when in group.sentence
    assert group.days_counted == days


@pytest.mark.parametrize("kind", ["unknown", "detained", "disappeared"])
def test_what_lasts_is_said_to_last_since_its_date(kind):
    (group,) = standings([member(kind, "2013-05-28")], TODAY)
    assert group.sentence.endswith(" since 28 May 2013")
    assert group.days_counted == "4,844 days"


def test_without_a_date_none_is_said():
    (group,) = standings([member("at_risk", "")], TODAY)
    assert group.sentence == "1 person: at risk"
    assert group.days_counted == ""


def test_who_has_no_status_is_left_out():
    assert sentences({"people": 3, "statuses": []}) == []


@pytest.mark.parametrize("language", ["en", "ko", "zh-hans", "ja"])
@pytest.mark.parametrize("kind", Status.Kind.values)
def test_every_status_can_be_said_in_every_language(kind, language):
    with override(language):
        (group,) = standings([member(kind, people=1234, to_state="CN" if kind == "handed_over" else "")], TODAY)
        assert "1,234" in group.sentence
        assert "2013" in group.sentence
        assert "%(" not in group.sentence
