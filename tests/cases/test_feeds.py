"""Feeds and linked data: what machines read of a case, and that it ends with a takedown."""

import datetime as dt
import json
import xml.etree.ElementTree as ET

import pytest
from django.utils import translation

from cases import jsonld
from cases.models import Case
from face.words import made
from tests.cases import publications
from tests.cases.making import (
    make_case,
    make_claim,
    make_event,
    make_involvement,
    make_member,
    make_source,
    make_update,
)

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


@pytest.fixture
def case() -> Case:
    case = make_case()
    make_update(case, day=dt.date(2014, 3, 1), title=made(en="The inquiry reports", ko="조사위원회 보고"))
    publications.publish(case)
    return case


def feed_of(client, url: str) -> ET.Element:
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)


def titles(feed: ET.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]


def ids(feed: ET.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]


# Of one case


def test_the_feed_of_a_case_has_its_news_and_its_publications(client, case):
    publications.publish(case, note=made(en="An age mended."), is_correction=True)
    feed = feed_of(client, f"/en/cases/{case.reference}/feed.atom")
    assert titles(feed) == [
        f"{case.reference}, publication 2: correction",
        f"{case.reference}, publication 1",
        "The inquiry reports",
    ]
    assert feed.find(f"{ATOM}entry").findtext(f"{ATOM}summary") == "An age mended."
    assert len(set(ids(feed))) == 3


def test_each_language_has_its_own_feed(client, case):
    feed = feed_of(client, f"/ko/cases/{case.reference}/feed.atom")
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "ko"
    assert titles(feed)[-1] == "조사위원회 보고"


def test_a_later_entry_changes_the_id_of_none_before(client, case):
    before = ids(feed_of(client, f"/en/cases/{case.reference}/feed.atom"))
    make_update(case, day=dt.date(2014, 3, 1), title=made(en="The same day"))
    publications.publish(case, note=made(en="News."))
    assert set(before) < set(ids(feed_of(client, f"/en/cases/{case.reference}/feed.atom")))


def test_what_is_written_is_text_and_never_markup(client):
    case = make_case(title=made(en='<b onclick="x">&amp;</b>'), summary=made(en="a\x08b ]]> <script>"))
    publications.publish(case)
    entry = feed_of(client, "/en/cases/feed.atom").find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == f'{case.reference}: <b onclick="x">&amp;</b>'
    assert entry.find(f"{ATOM}summary").get("type") == "text"
    assert entry.findtext(f"{ATOM}summary") == "ab ]]> <script>"


# Of all


def test_the_feed_of_all_has_an_entry_for_each_case_the_newest_first(client, case):
    other = make_case()
    publications.publish(other)
    feed = feed_of(client, "/en/cases/feed.atom")
    assert [title.split(":")[0] for title in titles(feed)] == [other.reference, case.reference]


def test_a_case_that_is_published_again_keeps_its_id(client, case):
    before = ids(feed_of(client, "/en/cases/feed.atom"))
    publications.publish(case, note=made(en="An age mended."))
    assert ids(feed_of(client, "/en/cases/feed.atom")) == before


def test_after_a_takedown_the_entry_is_a_deleted_one(client, case, settings):
    publications.take_down(case)
    feed = feed_of(client, "/en/cases/feed.atom")
    assert titles(feed) == []
    (grave,) = feed.findall(TOMBSTONE)
    assert grave.get("ref") == f"{settings.SITE_URL}/en/cases/{case.reference}/"
    assert dt.datetime.fromisoformat(grave.get("when")).tzinfo
    assert b"in danger" not in ET.tostring(feed)
    assert client.get(f"/en/cases/{case.reference}/feed.atom").status_code == 410


def test_a_draft_is_announced_by_nothing(client, case):
    make_case(title=made(en="Nobody knows of them"))
    assert "Nobody knows" not in client.get("/en/cases/feed.atom").text


def test_an_empty_feed_is_a_feed_and_stays_the_same(client):
    first, second = client.get("/en/cases/feed.atom"), client.get("/en/cases/feed.atom")
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]


def test_the_queries_of_the_feed_do_not_grow_with_the_cases(client, case, django_assert_num_queries):
    def queries() -> int:
        with django_assert_num_queries(2, exact=True) as counted:
            client.get("/en/cases/feed.atom")
        return len(counted)

    one = queries()
    for _case in range(3):
        publications.publish(make_case())
    assert queries() == one


# Linked data


def everything_in(data):
    if isinstance(data, dict):
        yield data
        for each in data.values():
            yield from everything_in(each)
    elif isinstance(data, list):
        for each in data:
            yield from everything_in(each)


def test_a_case_is_an_article_about_events_and_never_a_person(case):
    make_member(case, "Ri Sol-mi", tier="named")
    make_involvement(case, official="General X")
    make_event(case, date="2013-05-10")
    make_claim(case, make_source(author="A. Reporter"))
    article = jsonld.article(publications.publish(case), "en")
    assert article["@type"] == "Article"
    assert [event["@type"] for event in article["about"]] == ["Event"]
    text = json.dumps(article)
    assert not {each.get("@type") for each in everything_in(article)} & {"Person", "Patient"}
    assert not [name for name in ("Ri Sol-mi", "General X", "A. Reporter") if name in text]


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2013-05-10", {"startDate": "2013-05-10"}),
        ("2012-02", {"startDate": "2012-02"}),
        ("2012-02/2012-03", {"startDate": "2012-02", "endDate": "2012-03"}),
        ("2012~", {}),
        ("2013-05-27?", {}),
        ("2012-XX", {}),
    ],
)
def test_a_date_is_never_told_more_exactly_than_it_is_known(case, date, said):
    make_event(case, date=date)
    (event,) = jsonld.article(publications.publish(case), "en")["about"]
    assert {name: event[name] for name in ("startDate", "endDate") if name in event} == said


def test_no_words_end_the_script_that_holds_them(case):
    hostile = "</script><script>alert(1)</script><!-- \u2028 &amp;"
    publication = publications.publish(make_case(title=made(en=hostile)))
    text = jsonld.script(jsonld.article(publication, "en"))
    assert not set(text) & set("<>&\u2028")
    assert json.loads(text)["headline"] == hostile


def test_linked_data_has_an_address_of_its_own(client, case):
    response = client.get(f"/ko/cases/{case.reference}/case.jsonld")
    assert response["Content-Type"] == "application/ld+json"
    with translation.override("ko"):
        assert response.json() == jsonld.article(case.live, "ko")
