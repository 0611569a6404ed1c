"""The list of cases: what narrows it, what is kept of it, and that it does not grow dearer with the cases."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import SavedFilter
from face.words import made
from tests.cases.desk import client_of, make_full_case, make_rows, url
from tests.cases.making import make_case, make_event, make_member, make_status

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(chan):
    return client_of(chan)


def references(answer):
    return [row["case"].reference for row in answer.context["rows"]]


def found(client, **query):
    return set(references(client.get(url("cases"), query)))


def test_words_are_found_in_title_and_summary_in_any_language(editor):
    nine = make_case(title=made(en="Nine people", ko="아홉 사람"))
    other = make_case(title=made(en="One man"), summary=made(en="A man of Yanji."))
    assert found(editor, words="nine") == {nine.reference}
    assert found(editor, words="아홉") == {nine.reference}
    assert found(editor, words="yanji man") == {other.reference}
    assert found(editor, words=other.reference) == {other.reference}
    # The words of the column's own making are nobody's words.
    assert found(editor, words="text") == set()


@pytest.mark.parametrize("where", ["event", "member", "status"])
def test_a_state_is_found_wherever_it_appears(editor, where):
    case = make_case()
    make_case()
    if where == "event":
        make_event(case, country="VN")
    elif where == "member":
        make_member(case, citizenship="VN")
    else:
        make_status(make_member(case), "handed_over", to_state="VN")
    assert found(editor, country="VN") == {case.reference}


def test_due_for_review_is_what_is_due_today_and_not_closed(editor):
    today = timezone.localdate()
    verified = today - dt.timedelta(days=200)
    due = make_case(last_verified=verified, next_review=today)
    make_case(last_verified=verified, next_review=today + dt.timedelta(days=1))
    make_case(last_verified=verified, next_review=today, monitoring="closed")
    make_case(next_review=None)
    assert found(editor, due="on") == {due.reference}


def test_what_a_filter_cannot_read_it_leaves_out(editor):
    case = make_case()
    assert found(editor, state="nonsense", country="XX", page="minus one") == {case.reference}


def test_nothing_found_and_nothing_there_are_two_things(editor):
    assert "No case yet" in editor.get(url("cases")).content.decode()
    make_case()
    assert "No case matches" in editor.get(url("cases"), {"words": "nobody"}).content.decode()


def test_a_filter_is_saved_under_its_name_used_and_removed(editor, chan):
    editor.post(url("save_filter"), {"name": "Due in Laos", "query": "country=LA&due=on"})
    page = editor.get(url("cases")).content.decode()
    assert "?country=LA&amp;due=on" in page
    editor.post(url("save_filter"), {"name": "Due in Laos", "query": "due=on"})
    (saved,) = SavedFilter.objects.filter(by=chan)
    assert saved.query == "due=on"
    editor.post(url("remove_filter", saved.pk))
    assert not SavedFilter.objects.exists()


def test_the_list_shows_fifty_and_then_a_next_page(editor):
    for _number in range(51):
        make_case()
    assert len(references(editor.get(url("cases")))) == 50
    assert len(references(editor.get(url("cases"), {"page": 2}))) == 1


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize("name", ["cases", "queue", "publications"])
def test_lists_cost_the_same_for_one_and_for_three(editor, chan, name):
    make_full_case(chan)
    one = queries(editor, url(name))
    make_full_case(chan)
    make_full_case(chan)
    assert queries(editor, url(name)) == one


@pytest.mark.parametrize(
    "section",
    ["members", "events", "claims", "involvements", "interventions", "consents", "best-interests", "updates"],
)
def test_a_section_costs_the_same_for_one_row_and_for_three(editor, chan, section):
    case = make_full_case(chan)
    one = queries(editor, url("section", case.reference, section))
    make_rows(case, chan)
    make_rows(case, chan)
    assert getattr(case, section.replace("-", "_")).count() >= 3
    assert queries(editor, url("section", case.reference, section)) == one


@pytest.mark.parametrize("name", ["case", "texts", "history"])
def test_a_page_of_a_case_costs_the_same_for_one_member_and_for_nine(editor, chan, name):
    case = make_full_case(chan)
    one = queries(editor, url(name, case.reference))
    for _again in range(8):
        make_member(case)
    assert queries(editor, url(name, case.reference)) == one
