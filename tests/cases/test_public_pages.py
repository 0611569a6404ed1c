"""What anyone may open: where it is, what it answers, and what it costs."""

import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from cases.actions import publishing
from cases.models import Case, Takedown
from face.words import made
from tests.cases import making, telling
from tests.cases.telling import _plain_files  # noqa: F401  (a fixture)
from tests.factories import fresh, make_person

pytestmark = pytest.mark.django_db


def queries_of(client, path: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured]


def take_down(case: Case) -> Takedown:
    by = make_person("Juno", role=Role.EDITOR, is_staff=True)
    return publishing.take_down_case(case=fresh(case), by=by, reason="Somebody asked us to.")


# --- what is public, and what never was


def test_a_draft_does_not_exist_for_the_public(client):
    case = making.make_case(reference="MNS-2013-100", title=made(en="Canary"))
    for path in ("", "publications/1/"):
        assert client.get(f"/en/cases/{case.reference}/{path}").status_code == 404
    assert "MNS-2013-100" not in client.get("/en/cases/").text
    assert "MNS-2013-100" not in client.get("/en/cases/list/").text
    assert "MNS-2013-100" not in client.get("/sitemap.xml").text


@pytest.mark.parametrize(
    "path", ["MNS-2013-1/", "mns-2013-100/", "MNS-2013-999/", "MNS-2013-100/publications/9/", "x/"]
)
def test_what_was_never_published_is_not_found(client, path):
    telling.public_case(reference="MNS-2013-100")
    assert client.get(f"/en/cases/{path}").status_code == 404


def test_the_page_shows_the_publication_and_not_the_record(client):
    case = telling.public_case(reference="MNS-2013-100")
    Case.objects.filter(pk=case.pk).update(title=made(en="Canary"))
    page = client.get("/en/cases/MNS-2013-100/").text
    assert "Nine people, returned from Laos" in page
    assert "Canary" not in page


def test_the_page_carries_no_cookie_and_is_asked_for_anew_each_time(client):
    telling.public_case(reference="MNS-2013-100")
    for path in ("MNS-2013-100/", "MNS-2013-100/publications/1/", "", "list/"):
        answer = client.get(f"/en/cases/{path}")
        assert not answer.cookies
        assert "no-cache" in answer["Cache-Control"]
        again = client.get(f"/en/cases/{path}", headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_reading_is_all_that_one_can_do(client, method):
    telling.public_case(reference="MNS-2013-100")
    assert getattr(client, method)("/en/cases/MNS-2013-100/").status_code == 405


# --- taken down


def test_a_takedown_is_at_once_everywhere_and_tells_nothing(client):
    case = telling.public_case(reference="MNS-2013-100")
    etag = client.get("/en/cases/MNS-2013-100/")["ETag"]
    take_down(case)
    for path in ("MNS-2013-100/", "MNS-2013-100/publications/1/"):
        answer = client.get(f"/en/cases/{path}", headers={"If-None-Match": etag})
        assert answer.status_code == 410
        assert "noindex" in answer.text
        assert "returned from Laos" not in answer.text
        assert "hreflang" not in re.sub(r"<nav.*?</nav>", "", answer.text, flags=re.DOTALL)
        assert "Somebody asked us to." not in answer.text
    for path in ("/en/cases/", "/en/cases/?q=laos", "/en/cases/list/", "/sitemap.xml"):
        assert "MNS-2013-100" not in client.get(path).text


def test_what_was_taken_down_stays_down_when_a_mended_page_is_published(client):
    case = telling.public_case(reference="MNS-2013-100")
    telling.publish(case, note=made(en="Canary in the note."))
    take_down(case)
    case.title = made(en="Mended")
    Case.objects.filter(pk=case.pk).update(title=case.title)
    telling.publish(case, note=made(en="We took something out."))
    page = client.get("/en/cases/MNS-2013-100/").text
    assert "Mended" in page
    assert "We took something out." in page
    assert "Canary" not in page
    assert "No longer public." in page
    assert [client.get(f"/en/cases/MNS-2013-100/publications/{n}/").status_code for n in (1, 2, 3)] == [410, 410, 200]


def test_what_is_restored_is_there_again(client, chan, dana):
    case = telling.public_case(reference="MNS-2013-100")
    takedown = take_down(case)
    publishing.ask_to_restore(takedown=takedown, by=chan, reason="It was a mistake.")
    publishing.restore_case(takedown=takedown, by=dana)
    assert client.get("/en/cases/MNS-2013-100/").status_code == 200
    assert client.get("/en/cases/MNS-2013-100/publications/1/").status_code == 200


def test_a_related_case_is_not_named_once_it_is_down(client):
    one, other = telling.public_case(reference="MNS-2013-100"), telling.public_case(reference="MNS-2013-101")
    telling.relate(one, other)
    telling.publish(one, note=made(en="Related."))
    assert "/en/cases/MNS-2013-101/" in client.get("/en/cases/MNS-2013-100/").text
    take_down(other)
    assert "MNS-2013-101" not in client.get("/en/cases/MNS-2013-100/").text


# --- publications


def test_each_publication_keeps_its_address_and_says_when_there_is_a_newer_one(client):
    case = telling.public_case(reference="MNS-2013-100")
    first = case.live
    Case.objects.filter(pk=case.pk).update(title=made(en="Corrected title"))
    second = telling.publish(case, note=made(en="The title was wrong."), is_correction=True)
    old = client.get("/en/cases/MNS-2013-100/publications/1/").text
    new = client.get("/en/cases/MNS-2013-100/publications/2/").text
    assert "Nine people, returned from Laos" in old
    assert "There is a newer publication." in old
    assert "noindex" in old
    assert first.digest in old
    assert "There is a newer publication." not in new
    assert second.digest in new
    assert 'rel="canonical" href="http' in new
    assert '/en/cases/MNS-2013-100/"' in new


def test_the_list_of_changes_says_what_changed_and_marks_corrections(client):
    case = telling.public_case(reference="MNS-2013-100")
    second = telling.publish(case, note=made(en="The date was wrong."), is_correction=True)
    page = client.get("/en/cases/MNS-2013-100/").text
    changes = page[page.index('id="changes"') :]
    assert changes.index("Publication 2") < changes.index("Publication 1")
    assert "The date was wrong." in changes
    assert changes.count("correction</span>") == 1
    assert second.digest in changes
    assert "First publication." in changes


# --- languages


def test_only_the_languages_that_it_has_are_told_to_search_engines(client):
    telling.publish(telling.rich_case("MNS-2013-100"))
    head = client.get("/en/cases/MNS-2013-100/").text.partition("</head>")[0]
    assert re.findall(r'hreflang="([\w-]+)"', head) == ["en", "x-default", "ko"]
    assert re.search(r'rel="canonical" href="[^"]+/en/cases/MNS-2013-100/"', head)
    untranslated = client.get("/ja/cases/MNS-2013-100/").text.partition("</head>")[0]
    assert re.search(r'rel="canonical" href="[^"]+/en/cases/MNS-2013-100/"', untranslated)


def test_what_is_not_translated_says_so_and_in_which_language_it_is(client):
    telling.publish(telling.rich_case("MNS-2013-100"))
    page = client.get("/ja/cases/MNS-2013-100/").text
    assert 'class="notice"' in page
    assert '<span lang="en">Nine young people, sent back from Laos</span>' in page
    korean = client.get("/ko/cases/MNS-2013-100/").text
    assert 'class="notice"' not in korean
    assert "라오스에서 되돌려 보내진 청소년 아홉 명" in korean


def test_a_translation_that_is_older_than_its_source_says_so(client):
    case = telling.rich_case("MNS-2013-100")
    summary = {**case.summary, "en": {"text": "They have been seen alive."}}
    Case.objects.filter(pk=case.pk).update(summary=summary)
    telling.publish(case)
    assert 'class="notice"' in client.get("/ko/cases/MNS-2013-100/").text
    assert 'class="notice"' not in client.get("/en/cases/MNS-2013-100/").text


def test_a_case_in_korean_alone_can_be_read_by_anyone(client):
    telling.publish(
        making.make_case(
            reference="MNS-2013-100", written_in="ko", title=made("ko", ko="한 여성"), summary=made("ko", ko="송환")
        )
    )
    page = client.get("/en/cases/MNS-2013-100/").text
    assert '<span lang="ko">한 여성</span>' in page
    assert "You read it in Korean." in page
    assert "한 여성" in client.get("/en/cases/").text
    assert re.findall(r'hreflang="([\w-]+)"', page.partition("</head>")[0]) == ["ko", "x-default"]


def test_the_title_of_the_tab_betrays_nobody(client):
    telling.publish(telling.rich_case("MNS-2013-100"))
    assert "<title>MNS-2013-100 · Maninso</title>" in client.get("/en/cases/MNS-2013-100/").text


# --- the index


def test_the_index_shows_the_newest_first_each_with_its_sentence(client):
    for number in (100, 101):
        telling.public_case(reference=f"MNS-2013-{number}")
    page = client.get("/en/cases/").text
    assert page.index("MNS-2013-101") < page.index("MNS-2013-100")
    assert "1 person: returned by force on 28 May 2013; no verified news since" in page
    assert "2 cases" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("status=returned", {100, 101}),
        ("status=released", {102}),
        ("state=VN", {102}),
        ("state=KP&year=2013", {100, 101}),
        ("year=2015", {102}),
        ("minors=on", {101}),
        ("q=laos", {100, 101, 102}),
        ("q=laos&minors=on", {101}),
        ("status=nonsense&year=x", {100, 101, 102}),
        ("q=zebra", set()),
        ("page=99", {100, 101, 102}),
        ("page=-1", {100, 101, 102}),
    ],
)
def test_the_index_is_narrowed(client, asked, found):
    telling.public_case(reference="MNS-2013-100")
    child = making.make_ready_case(reference="MNS-2013-101")
    child.members.update(age_min=10, age_max=12)
    telling.publish(child)
    other = making.make_case(reference="MNS-2015-102")
    making.make_status(making.make_member(other, age_min=30), "released", "2015-11-01")
    making.make_event(other, date="2015-10-22", country="VN")
    telling.publish(other)
    page = client.get(f"/en/cases/?{asked}").text
    assert {int(number) for number in re.findall(r'href="/en/cases/MNS-\d{4}-(\d+)/"', page)} == found


def test_filters_offer_only_what_would_find_something(client):
    telling.public_case(reference="MNS-2013-100")
    page = client.get("/en/cases/").text
    assert 'value="returned"' in page
    assert 'value="deceased"' not in page
    assert set(re.findall(r'<option value="([A-Z]{2})"', page)) == {"CN", "KP", "LA"}


def test_nothing_found_and_nothing_there_read_differently(client):
    assert "No case yet" in client.get("/en/cases/").text
    telling.public_case()
    assert "Nothing found" in client.get("/en/cases/?q=zebra").text


def test_a_narrowed_index_is_not_for_search_engines(client):
    telling.public_case()
    assert "noindex" in client.get("/en/cases/?q=laos").text
    assert "noindex" not in client.get("/en/cases/").text


def test_the_index_has_pages(client, monkeypatch):
    monkeypatch.setattr("cases.views.public.ON_A_PAGE", 2)
    for number in (100, 101, 102):
        telling.public_case(reference=f"MNS-2013-{number}")
    page = client.get("/en/cases/?q=laos&page=2").text
    assert re.findall(r"MNS-2013-\d+", page)[0] == "MNS-2013-100"
    assert "?q=laos&amp;page=1" in page


def test_the_list_has_every_case_by_year(client):
    for reference in ("MNS-2015-001", "MNS-2013-002", "MNS-2013-001"):
        telling.public_case(reference=reference)
    page = client.get("/en/cases/list/").text
    assert re.findall(r'<p class="eyebrow">(MNS-\S+)</p>', page) == ["MNS-2013-001", "MNS-2013-002", "MNS-2015-001"]
    assert re.findall(r'<h2 id="year-(\d+)">', page) == ["2013", "2015"]


# --- what it costs


def test_the_page_is_one_query_whatever_is_on_it_and_one_for_the_letters_to_sign(client):
    thin = telling.public_case(reference="MNS-2013-100")
    rich = telling.rich_case("MNS-2013-101")
    telling.crowd(rich, 20)
    telling.days(rich, 40)
    telling.relate(thin, rich)
    telling.publish(rich)
    telling.publish(rich, note=made(en="Again."))
    for path in ("MNS-2013-100/", "MNS-2013-101/"):
        of_the_case, of_campaigns = queries_of(client, f"/en/cases/{path}")
        assert "cases_publication" in of_the_case
        assert "campaign_campaign" in of_campaigns
    assert len(queries_of(client, "/en/cases/MNS-2013-101/publications/1/")) == 1


@pytest.mark.parametrize("path", ["/en/cases/", "/en/cases/?q=laos&state=LA", "/en/cases/list/", "/sitemap.xml"])
def test_lists_cost_the_same_for_one_case_and_for_four(client, path):
    telling.public_case()
    one = queries_of(client, path)
    for _ in range(3):
        telling.public_case()
    assert len(queries_of(client, path)) == len(one) <= 5


# --- for search engines


def test_the_sitemap_has_each_case_in_its_languages_alone(client):
    telling.publish(telling.rich_case("MNS-2013-100"))
    answer = client.get("/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml")
    places = [place.text for place in ElementTree.fromstring(answer.text).findall(".//{*}loc")]
    assert [place.partition("//")[2].partition("/")[2] for place in places if "MNS" in place] == [
        "en/cases/MNS-2013-100/",
        "ko/cases/MNS-2013-100/",
    ]
    assert any(place.endswith("/ja/cases/") for place in places)


def test_robots_are_told_where_the_sitemap_is_and_what_is_not_for_them(client):
    text = client.get("/robots.txt").text
    assert re.search(r"^Sitemap: https?://\S+/sitemap.xml$", text, re.MULTILINE)
    assert "Disallow: /desk/" in text


def test_the_cases_are_a_step_from_every_page(client):
    assert 'href="/en/cases/"' in client.get("/en/about/").text
    assert client.get("/en/").text.count('href="/en/cases/"') == 2
