"""Nobody is accused by a treaty that did not bind them: in words at the desk, and by PostgreSQL whoever asks."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from cases import actions
from cases.models import Adherence, Citation
from face.words import made
from tests.cases.making import make_case, make_event, make_law
from tests.factories import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case()


def cite(chan, case, *, date="2013-05-28", state="CN", article):
    return actions.cite_law(event=make_event(case, "return", date), article=article, state=state, by=chan)


def test_an_article_that_bound_the_state_is_cited(chan, case):
    citation = cite(chan, case, article=make_law())
    assert (citation.state, str(citation.article)) == ("CN", "the refugees convention, 33")
    assert (fresh(case).edited_by, fresh(case).state) == (chan, "draft")


@pytest.mark.parametrize(("state", "name"), [("LA", "Laos"), ("VN", "Vietnam")])
def test_article_33_cannot_be_held_up_to_who_is_no_party(chan, case, state, name):
    article = make_law(state=state, since=None)
    with pytest.raises(actions.NotBinding) as refused:
        cite(chan, case, article=article, state=state)
    assert str(refused.value) == (
        f"{name} is not a party to the refugees convention: Article 33 did not bind it and cannot be held up to it."
    )
    assert not Citation.objects.exists()


def test_what_we_hold_no_data_on_is_not_cited(chan, case):
    with pytest.raises(actions.NotBinding, match="We hold no data on Laos"):
        cite(chan, case, article=make_law(state="CN"), state="LA")


@pytest.mark.parametrize("date", ["1982-12-22", "1982-12", "1982", "1980/1990", "../1990"])
def test_what_may_have_happened_before_the_state_was_bound_is_not_cited(chan, case, date):
    with pytest.raises(actions.NotBinding):
        cite(chan, case, date=date, article=make_law(since=dt.date(1982, 12, 23)))


@pytest.mark.parametrize("date", ["1982-12-23", "1983", "1983/1990"])
def test_from_the_day_on_which_it_was_bound_it_is(chan, case, date):
    assert cite(chan, case, date=date, article=make_law(since=dt.date(1982, 12, 23)))


def test_the_refusal_says_since_when(chan, case):
    with pytest.raises(actions.NotBinding, match="has bound China since 23 December 1982 only"):
        cite(chan, case, date="1980", article=make_law(since=dt.date(1982, 12, 23)))


@pytest.mark.parametrize(("date", "is_bound"), [("1999-12-31", True), ("2000-01-01", False), ("1999/2000", False)])
def test_a_state_that_left_is_bound_until_it_left(chan, case, date, is_bound):
    article = make_law(in_force_until=dt.date(2000, 1, 1))
    if is_bound:
        assert cite(chan, case, date=date, article=article)
    else:
        with pytest.raises(actions.NotBinding, match="until 1 January 2000 only"):
            cite(chan, case, date=date, article=article)


@pytest.mark.parametrize("date", ["", "2013/.."])
def test_without_a_date_nobody_knows_what_bound_whom(chan, case, date):
    with pytest.raises(actions.NotBinding, match="no date"):
        cite(chan, case, date=date, article=make_law())


@pytest.mark.parametrize(
    ("date", "since"), [("1982-12-22", dt.date(1982, 12, 23)), ("2013", None), ("", dt.date(1982, 12, 23))]
)
def test_the_database_refuses_it_whoever_asks(case, date, since):
    article, event = make_law(since=since), make_event(case, "return", date)
    with pytest.raises(IntegrityError, match="did not bind"), transaction.atomic():
        Citation.objects.create(case=case, event=event, article=article, state="CN")


def test_the_database_refuses_a_change_as_well(chan, case):
    citation = cite(chan, case, article=make_law())
    make_law(state="LA", since=None)
    with pytest.raises(IntegrityError, match="did not bind"), transaction.atomic():
        Citation.objects.update(state="LA")
    assert fresh(citation).state == "CN"


def test_an_article_is_cited_once_for_an_event_and_a_state(case):
    article, event = make_law(), make_event(case, "return", "2013-05-28")
    Citation.objects.create(case=case, event=event, article=article, state="CN")
    with pytest.raises(IntegrityError), transaction.atomic():
        Citation.objects.create(case=case, event=event, article=article, state="CN")


@pytest.mark.parametrize(
    ("kind", "since"), [("accession", None), ("ratification", None), ("signature", dt.date(1990, 1, 1))]
)
def test_only_a_party_is_bound_from_a_date(kind, since):
    make_law(since=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adherence.objects.update(kind=kind, in_force_from=since)


def test_why_it_applies_can_be_said_in_words(chan, case):
    event = make_event(case, "return", "2013-05-28")
    citation = actions.cite_law(
        event=event, article=make_law(), state="CN", by=chan, why=made(en="They would be persecuted.")
    )
    assert fresh(citation).why == made(en="They would be persecuted.")


def test_the_same_law_bound_a_state_or_not_in_words_and_in_the_database(case):
    """The sentence and the trigger are two spellings of one rule: they agree on every day around both ends."""
    from cases.rules import why_not_binding

    article = make_law(since=dt.date(1982, 12, 23), in_force_until=dt.date(1983, 1, 2))
    adherence = Adherence.objects.get()
    days = [dt.date(1982, 12, 20) + dt.timedelta(days=number) for number in range(17)]
    for first in days:
        for last in (first, first + dt.timedelta(days=3)):
            event = make_event(case, "return", f"{first}/{last}" if last > first else str(first))
            try:
                with transaction.atomic():
                    Citation.objects.create(case=case, event=event, article=article, state="CN")
                stands = True
            except IntegrityError:
                stands = False
            assert (why_not_binding(event, article, "CN", adherence) == "") is stands, event.date
