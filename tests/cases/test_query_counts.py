"""What a page about cases costs does not grow with what is in it: two hundred people, three hundred events."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import snapshot
from tests.cases import telling
from tests.cases.telling import _plain_files  # noqa: F401  (a fixture)
from tests.factories import fresh

pytestmark = pytest.mark.django_db
THIN, VAST = "MNS-2013-100", "MNS-2013-101"
OF_A_CASE = {
    # With one for the letters that can be signed.
    "case": 2,
    "case_publication": 1,
    "case_feed": 1,
    "case_jsonld": 1,
    "case_citation": 1,
}


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200, url
    return len(queries)


def test_nothing_costs_more_for_a_vast_case_than_for_a_thin_one(client):
    thin = telling.public_case(reference=THIN)
    before = {name: queries_of(client, reverse(name)) for name in ("cases", "cases_list", "cases_feed", "sitemap")}
    vast = telling.rich_case(VAST)
    telling.crowd(vast, 200)
    telling.days(vast, 300)
    with CaptureQueriesContext(connection) as of_the_vast:
        snapshot.build(fresh(vast))
    with CaptureQueriesContext(connection) as of_the_thin:
        snapshot.build(fresh(thin))
    # The law of the States, where an event cites any.
    assert len(of_the_vast) <= len(of_the_thin) + 1
    telling.publish(vast)
    assert {name: queries_of(client, reverse(name)) for name in before} == before
    for reference in (THIN, VAST):
        for name, number in OF_A_CASE.items():
            also = {"case_publication": {"number": 1}, "case_citation": {"style": "csl"}}.get(name, {})
            assert queries_of(client, reverse(name, kwargs={"reference": reference, **also})) == number, name
