"""What a case page says, and that it says no more than its sources do."""

import datetime as dt
import re
from collections import Counter
from typing import Any

import pytest
from django.utils import translation

from campaign.models import Campaign
from cases import snapshot
from cases.comparing import differences
from cases.models import Case, Claim
from cases.numbers import age, how_many
from cases.page import LONG_TIMELINE, MANY_PEOPLE, CasePage
from face.words import made
from tests.cases import making, telling
from tests.cases.telling import _plain_files  # noqa: F401  (a fixture)
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 9, 1)


def html_of(client: Any, case: Case, language: str = "en") -> str:
    telling.publish(case)
    return client.get(f"/{language}/cases/{case.reference}/").text


def page_of(case: Case, *, today: dt.date = TODAY, language: str = "en") -> CasePage:
    with translation.override(language):
        return CasePage(snapshot.build(case), language=language, today=today, related=set())


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def part(html: str, begin: str, end: str) -> str:
    """From one section of the page to the next."""
    return html[html.index(f'id="{begin}"') : html.index(f'id="{end}"')]


# --- the head


def test_the_page_stands_in_the_order_that_a_reader_needs(client):
    html = html_of(client, telling.rich_case("MNS-2013-100"))
    parts = ["<h1>", "returned by force on 28 May 2013", "Information as of", 'id="people"', 'id="timeline"']
    parts += ['id="differences"', 'id="responsible"', 'id="asked"', 'id="law"', 'id="updates"', 'id="sources"']
    places = [html.index(each) for each in [*parts, 'id="changes"', 'id="citing"']]
    assert places == sorted(places)


def test_a_page_leads_to_the_letters_that_can_be_signed_and_costs_one_query_more(client, django_assert_num_queries):
    case = telling.public_case(reference="MNS-2013-100")
    for slug in ("first", "second"):
        make_campaign(slug).cases.add(case)
    make_campaign("over", state=Campaign.State.CLOSED).cases.add(case)
    with django_assert_num_queries(2):
        html = client.get("/en/cases/MNS-2013-100/").text
    assert 'href="/en/campaigns/first/"' in html
    assert 'href="/en/campaigns/second/"' in html
    assert "campaigns/over" not in html


# --- people


@pytest.mark.parametrize(
    ("band", "words"),
    [
        ((15, 23, False), "15 to 23 years old"),
        ((15, 15, False), "15 years old"),
        ((1, 1, False), "1 year old"),
        ((0, 0, False), "under one year old"),
        ((15, None, False), "at least 15 years old"),
        ((None, 12, False), "at most 12 years old"),
        ((70, 80, True), "70 to 80 years old (estimated)"),
    ],
)
def test_an_age_is_told_as_widely_as_it_is_known(band, words):
    assert age(dict(zip(("min", "max", "estimated"), band, strict=True))) == words


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(9, 9, "9 people"), (1, 1, "1 person"), (41, 50, "41 to 50 people"), (50, None, "at least 50 people")],
)
def test_people_are_counted_as_exactly_as_is_known(least, most, words):
    assert how_many({"min": least, "max": most}) == words


def test_minors_are_counted_only_where_people_are_told_apart():
    case = making.make_case(people_min=2, people_max=2)
    making.make_member(case, "a girl", age_min=10, age_max=12)
    making.make_member(case, "a man", age_min=30)
    assert str(page_of(case).minors) == "1 child or adolescent"
    Case.objects.filter(pk=case.pk).update(people_max=9)
    case.refresh_from_db(fields=["people_max"])
    assert str(page_of(case).minors) == "at least 1 child or adolescent"
    making.make_member(case, "six others", people=6, tier="counted", age_min=15)
    assert str(page_of(case).minors) == "children or adolescents"


def test_a_pseudonym_says_that_it_is_one(client):
    html = html_of(client, telling.rich_case("MNS-2013-100"))
    assert re.search(r'Bit <span class="person-mark">pseudonym</span>', html)
    assert "It is not their own." in html
    assert "Named:" not in html


def test_a_large_group_is_folded(client):
    case = making.make_case(reference="MNS-2013-100", people_min=200)
    telling.crowd(case, 200)
    html = html_of(client, case)
    assert html.count('class="person"') == 200
    shown = html[html.index('id="people"') : html.index("<details", html.index('id="people"'))]
    assert shown.count('class="person"') == MANY_PEOPLE
    assert "188 more" in text_of(html)


# --- what happened


def test_a_date_is_shown_as_precisely_as_it_is_known(client):
    case = making.make_case(reference="MNS-2013-100")
    for date in ("2013-05-10", "2012-02", "2012~", "2013-05-27?", "2012-02/2012-03"):
        making.make_event(case, date=date)
    timeline = text_of(html_of(client, case))
    for shown in ("10 May 2013", "February 2012", "about 2012", "27 May 2013 (uncertain)", "from February 2012 to"):
        assert shown in timeline


def test_a_date_is_machine_readable_only_where_it_is_certain(client):
    case = making.make_case(reference="MNS-2013-100", as_of=None, last_verified=None, next_review=None)
    for date in ("2013-05-10", "2012-02", "2012~", "2013-05-27?"):
        making.make_event(case, date=date)
    html = html_of(client, case)
    events = part(html, "timeline", "sources")
    assert re.findall(r'datetime="([^"]+)"', events) == ["2012-02", "2013-05-10"]


def test_a_thousand_events_are_folded_by_year_and_month(client):
    case = making.make_case(reference="MNS-2013-100")
    telling.days(case, LONG_TIMELINE + 400)
    html = html_of(client, case)
    timeline = part(html, "timeline", "sources")
    assert timeline.count('class="event event-other"') == LONG_TIMELINE + 400
    assert re.search(r"<summary>2011 <span class=\"muted\">365 events", timeline)
    assert re.search(r"<summary>January 2011 <span class=\"muted\">31 events", timeline)
    assert '<details class="fold" open' not in timeline


def test_a_short_timeline_is_not_folded(client):
    html = html_of(client, telling.rich_case("MNS-2013-100"))
    timeline = part(html, "timeline", "differences")
    assert 'class="fold"' not in timeline


# --- sources


def test_every_citation_leads_to_its_source_and_back(client):
    html = html_of(client, telling.rich_case("MNS-2013-100"))
    cited = re.findall(r'<a id="(cite-\d+-\d+)" href="#(source-\d+)"', html)
    assert len(cited) > 20
    assert len(set(cited)) == len(cited)
    for place, source in cited:
        entry = html[html.index(f'id="{source}"') :].partition("</li>")[0]
        assert f'href="#{place}"' in entry or "more" in entry


def test_every_place_on_the_page_that_something_leads_to_is_there_once(client):
    case = telling.rich_case("MNS-2013-100")
    telling.crowd(case, 30)
    telling.days(case, 40)
    html = html_of(client, case)
    ids = Counter(re.findall(r'\sid="([^"]+)"', html))
    assert [name for name, times in ids.items() if times > 1] == []
    for name in re.findall(r'href="#([^"]+)"', html) + re.findall(r'aria-labelledby="([^"]+)"', html):
        assert name in ids, name


def test_a_confidential_source_is_nowhere(client):
    case = making.make_case(reference="MNS-2013-100")
    event = making.make_event(case)
    making.make_claim(case, making.make_source(title="canary", confidential=True), event=event)
    making.make_claim(case, making.make_source(title="Open report"), event=event)
    html = html_of(client, case)
    assert "canary" not in html
    assert "Open report" in html
    assert "[2]" not in html


def test_a_source_says_how_far_it_can_be_relied_on_and_when_it_has_no_date(client):
    case = making.make_case(reference="MNS-2013-100")
    making.make_claim(
        case, making.make_source(reliability="B", date="", language="ko", archive_url="https://a.example/")
    )
    sources = text_of(part(html_of(client, case), "sources", "changes"))
    for said in ("usually reliable", "no date known", "Korean", "archived copy"):
        assert said in sources


@pytest.mark.parametrize(("code", "name"), [("lo", "Lao"), ("vi", "Vietnamese"), ("zh", "Chinese"), ("xx", "xx")])
def test_a_source_in_any_language_says_in_which(client, code, name):
    case = making.make_case(reference="MNS-2013-100")
    making.make_claim(case, making.make_source(language=code))
    assert f"<span>{name}</span>" in part(html_of(client, case), "sources", "changes")


# --- where accounts differ


def test_accounts_that_differ_stand_side_by_side_with_the_one_that_the_page_follows(client):
    html = html_of(client, telling.rich_case("MNS-2013-100"))
    section = part(html, "differences", "responsible")
    text = text_of(section)
    for said in ("15 to 23", "14 to 18", "China", "North Korea", "This page follows it.", "probably true", "para. 4"):
        assert said in text
    assert section.count("answer-chosen") == 2
    assert html.count('href="#differ-') == 2


def test_the_same_answer_of_two_sources_stands_once():
    case = making.make_case()
    event = making.make_event(case)
    for value, chosen in (("CN", True), ("CN", False), ("KP", False)):
        making.make_claim(case, event=event, field="to_state", value=value, chosen=chosen)
    (dispute,) = page_of(case).disputes
    assert [(answer["shown"], len(answer["claims"]), answer["chosen"]) for answer in dispute.answers] == [
        ("China", 2, True),
        ("North Korea", 1, False),
    ]


def test_one_dispute_about_many_people_is_told_once():
    case = making.make_case()
    source, other = making.make_source(), making.make_source()
    for number in range(3):
        member = making.make_member(case, f"person {number}")
        making.make_claim(case, source, member=member, field="age", value="15-23")
        making.make_claim(case, other, member=member, field="age", value="14-18")
    (dispute,) = page_of(case).disputes
    assert dispute.about == ["person 0", "person 1", "person 2"]
    assert not any(claim.chosen for claim in Claim.objects.all())


def test_what_differs_reads_in_the_language_of_the_reader(client):
    case = telling.rich_case("MNS-2013-100")
    handover = case.events.get(kind="handover")
    making.make_claim(case, event=handover, field="to_state", value="KP", said=made(en="its embassy", ko="대사관"))
    making.make_claim(case, event=handover, field="to_state", said=made(en="a third State"))
    section = part(html_of(client, case, "ko"), "differences", "responsible")
    text = text_of(section)
    for said in ("15~23세", "중국", "북한", "대사관", "두 신문이 같은 나이를", "제2항"):
        assert said in text
    assert '<span lang="en">a third State</span>' in section
    korean = re.sub(r'<(\w+)[^>]* lang="en"[^>]*>.*?</\1>', "", section.partition(">")[2].rpartition("<")[0])
    assert re.findall(r"[A-Za-z]{2,}", text_of(korean)) == []


def test_reviewers_read_what_claims_say_as_readers_do():
    before = snapshot.build(telling.rich_case("MNS-2013-100"))
    Claim.objects.filter(field="to_state", value="KP").update(value="", said=made(en="its embassy", ko="대사관"))
    found = differences(snapshot.build(Case.objects.get()), before)
    told = {(each.where[-1], each.language, "".join(piece.text for piece in each.pieces)) for each in found}
    assert told == {
        ("What it says", "", "North Korea"),
        ("What it says, in words", "en", "its embassy"),
        ("What it says, in words", "ko", "대사관"),
    }


def test_a_publication_of_the_first_format_is_still_read():
    case = making.make_case(reference="MNS-2013-100")
    event = making.make_event(case)
    for value, chosen in (("CN", True), ("KP", False)):
        making.make_claim(case, event=event, field="to_state", value=value, chosen=chosen)
    content = snapshot.build(case)
    (dispute,) = content["events"][0]["disputed"]
    for claim, value in zip(dispute["claims"], ("China", "North Korea"), strict=True):
        del claim["said"]
        claim |= {"value": value, "locator": "p. 3", "why": "Two say so." if claim["chosen"] else ""}
    first = snapshot.in_present_format(content | {"format": 1})
    assert first["format"] == snapshot.FORMAT
    (dispute,) = CasePage(first, language="en", today=TODAY, related=set()).disputes
    assert [answer["said"] for answer in dispute.answers] == [made(en="China"), made(en="North Korea")]
    assert dispute.answers[0]["why"] == made(en="Two say so.")
    assert dispute.answers[0]["claims"][0]["locator"] == made(en="p. 3")


# --- who asked, who answered, what binds whom


def test_silence_is_counted_in_days():
    case = making.make_case()
    making.make_intervention(case, date="2013-05", outcome="silence")
    making.make_intervention(case, date="", outcome="silence")
    making.make_intervention(case, date="2013-05-01", outcome="refused")
    days = [each["silent_days"] for each in page_of(case, today=dt.date(2013, 6, 10)).interventions]
    assert sorted(days, key=str) == [10, None, None]


def test_what_binds_a_state_and_what_does_not_are_told_apart(client):
    html = html_of(client, telling.rich_case("MNS-2013-100"))
    law = part(html, "law", "updates")
    laos = text_of(law[law.index('id="law-LA"') :])
    assert "binding since 7 June 1991" in laos
    assert "not binding · not a party" in laos
    china = text_of(law[law.index('id="law-CN"') : law.index('id="law-LA"')])
    assert "Reservation: It settles disputes by itself." in china


def test_an_article_is_cited_where_it_bound_the_state(client):
    html = html_of(client, telling.rich_case("MNS-2013-100"))
    event = text_of(part(html, "event-1", "event-2"))
    assert "The law that bound Laos then" in event
    assert "article 37" in event


def test_who_says_nothing_is_said_to_say_nothing(client):
    html = text_of(html_of(client, telling.rich_case("MNS-2013-100")))
    assert "It says: They had entered illegally" in html
    assert "No statement is known to us." in html


# --- what somebody wrote cannot become part of the page


def test_markup_in_a_record_stays_text(client):
    bad = "<script>alert(1)</script> & \"'><img src=x>"
    case = making.make_case(
        reference="MNS-2013-100", title=made(en=bad), summary=made(en=bad), story=made(en=bad), people_note=made(en=bad)
    )
    member = making.make_member(case, bad)
    source = making.make_source(title=bad, publisher=bad, author=bad, number=bad[:50], language='e"on="x')
    making.make_claim(case, source, member=member, field="age", said=made(en=bad), quotation=bad, locator=made(en=bad))
    making.make_claim(case, source, member=member, field="age", value="3", chosen=True, why_chosen=made(en=bad))
    making.make_event(case, what=made(en=bad), place=made(en=bad), precision="city")
    making.make_involvement(case, position=made(en=bad), official=bad)
    making.make_intervention(case, what=made(en=bad), answer=made(en=bad), outcome="answered")
    making.make_update(case, title=made(en=bad), body=made(en=bad))
    html = html_of(client, case)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'e"on' not in html.replace('"inLanguage"', "")
    assert client.get("/en/cases/").text.count("<script>alert") == 0
    assert client.get("/en/cases/list/").text.count("<script>alert") == 0


def test_an_address_that_is_no_web_address_is_no_link(client):
    case = making.make_case(reference="MNS-2013-100")
    making.make_claim(case, making.make_source(url="javascript:alert(1)", archive_url="data:text/html,x"))
    html = html_of(client, case)
    assert 'href="javascript:' not in html
    assert 'href="data:' not in html
    assert "The Paper" in html
