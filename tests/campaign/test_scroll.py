"""The scroll shows who wishes to be seen, as they wish, and nobody else; its pages cost the same at any length."""

import datetime as dt
import gzip
import re
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign import actions, scroll
from campaign.models import Campaign, Signature, Tally
from campaign.scroll import Name
from privacy.cursors import BadCursor, make_cursor
from tests import factories
from tests.factories import NOW

CONFIRMED = Signature.State.CONFIRMED
LIST = "/en/campaigns/light-the-way/signatures/"
PAGE = "/en/campaigns/light-the-way/"
COUNT = "/en/campaigns/light-the-way/count/"


def sign(campaign: Campaign, name: str = "Ara Kim", *, minutes_ago: int = 1, **fields: Any) -> Signature:
    at = NOW - dt.timedelta(minutes=minutes_ago)
    return factories.make_signature(campaign, name=name, **{"state": CONFIRMED, "at": at} | fields)


def sign_many(campaign: Campaign, number: int) -> list[str]:
    """Names, the latest first."""
    names = [f"Supporter {index}" for index in range(number)]
    for index, name in enumerate(names):
        sign(campaign, name, minutes_ago=index + 1)
    return names


def names_on(html: str) -> list[str]:
    return re.findall(r'<bdi class="scroll-name">(.*?)</bdi>', html)


def shown(campaign: Campaign, **options: Any) -> list[str]:
    return [name.shown for name in scroll.stretch(campaign, length=60, **options).names]


# Who is on it


def test_the_latest_comes_first(campaign):
    sign(campaign, "Earlier", minutes_ago=9)
    sign(campaign, "Later", minutes_ago=1)
    assert shown(campaign) == ["Later", "Earlier"]


@pytest.mark.parametrize("state", [state for state in Signature.State if state != CONFIRMED])
def test_only_the_confirmed_are_on_it(campaign, state):
    if state == Signature.State.REJECTED:
        sign(campaign, state=Signature.State.HELD).move(state)
    else:
        sign(campaign, state=state)
    assert shown(campaign) == []


def test_whoever_withdraws_is_off_it(campaign):
    signature = sign(campaign)
    actions.withdraw_signature(signature=signature)
    assert shown(campaign) == []


def test_whoever_is_erased_is_off_it(campaign):
    signature = sign(campaign)
    actions.erase_signature(signature=signature)
    assert shown(campaign) == []


def test_another_campaign_has_its_own(campaign):
    sign(factories.make_campaign("elsewhere"))
    assert shown(campaign) == []


# As they wish


def test_a_full_name_has_its_country(campaign):
    sign(campaign, "Ara Kim", country="PL")
    assert scroll.stretch(campaign, length=9).names == [Name("Ara Kim", "Poland")]


def test_initials_are_initials(campaign):
    sign(campaign, "김하늘", display=Signature.Display.INITIALS)
    assert shown(campaign) == ["김○○"]


def test_whoever_signs_unseen_leaves_a_seal_without_name_and_country(client, campaign):
    sign(campaign, "Ara Kim", display=Signature.Display.HIDDEN, country="PL")
    assert scroll.stretch(campaign, length=9).names == [Name("", "")]
    html = client.get(LIST).text
    assert "Ara" not in html
    assert "Poland" not in html
    assert "Signed without a name" in html


@pytest.mark.parametrize("url", [LIST, PAGE])
def test_a_name_is_text_and_kept_apart_from_what_stands_around_it(client, campaign, url):
    sign(campaign, "\u202eمحمد <b>👩‍👩‍👧 " + "x" * 70)
    (name,) = names_on(client.get(url).text)
    assert "&lt;b&gt;" in name


# Its pages


def test_it_is_a_plain_list_without_any_script(client, campaign):
    names = sign_many(campaign, 3)
    html = client.get(PAGE).text
    assert names_on(html) == names
    assert '<ol class="scroll-names" role="list">' in html
    assert 'tabindex="0"' in html


def test_the_campaign_page_shows_the_latest_and_leads_to_all(client, campaign):
    names = sign_many(campaign, scroll.LATEST + 1)
    html = client.get(PAGE).text
    assert names_on(html) == names[: scroll.LATEST]
    assert f'href="{LIST}"' in html


def test_page_by_page_everyone_comes_once(client, campaign):
    # All at one moment: the row's number decides.
    names = [f"Supporter {index}" for index in range(2 * scroll.A_PAGE + 1)]
    for name in reversed(names):
        sign(campaign, name, at=NOW - factories.HOUR)
    found, url = [], LIST
    for last in (False, False, True):
        html = client.get(url).text
        found += names_on(html)
        older = re.search(r'href="([^"]+)" rel="next"', html)
        assert (older is None) == last
        url = older[1] if older else ""
    assert found == names


def test_a_new_name_does_not_shift_the_older_pages(campaign):
    sign_many(campaign, 4)
    before = scroll.stretch(campaign, length=2).older
    sign(campaign, "New", minutes_ago=0)
    assert shown(campaign, before=before) == ["Supporter 2", "Supporter 3"]


def test_the_last_page_leads_no_further(client, campaign):
    sign_many(campaign, 2)
    assert 'rel="next"' not in client.get(LIST).text
    assert scroll.stretch(campaign, length=2).older == ""


@pytest.mark.parametrize("cursor", ["x", "A" * 500, "%00", "é", "../.."])
def test_a_cursor_that_was_made_up_leads_nowhere(client, campaign, cursor):
    assert client.get(LIST, {"before": cursor}).status_code == 404


def test_a_genuine_cursor_of_another_list_leads_nowhere(campaign):
    other = factories.make_campaign("elsewhere")
    for foreign in (
        make_cursor(f"scroll {other.pk}", f"{NOW.isoformat()} 1"),
        make_cursor(f"scroll {campaign.pk}", "x y"),
    ):
        with pytest.raises(BadCursor):
            scroll.stretch(campaign, length=2, before=foreign)


def test_the_list_sets_no_cookie_may_be_kept_for_a_moment_and_stays_out_of_search_engines(client, campaign):
    sign(campaign)
    response = client.get(LIST)
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert set(response["Cache-Control"].split(", ")) == {"max-age=5", "public"}
    assert '<meta name="robots" content="noindex">' in response.text
    assert "data-nosnippet" in client.get(PAGE).text


@pytest.mark.parametrize("url", [LIST, PAGE])
def test_a_page_goes_out_compressed_to_whoever_can_read_that(client, campaign, url):
    sign_many(campaign, 30)
    plain = client.get(url)
    pressed = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert pressed["Content-Encoding"] == "gzip"
    assert gzip.decompress(pressed.content) == plain.content
    assert len(pressed.content) < len(plain.content) / 2
    assert not pressed.cookies


def test_a_campaign_that_is_not_public_has_no_list(client, campaign):
    factories.make_campaign("hidden", state=Campaign.State.DRAFT)
    assert client.get("/en/campaigns/hidden/signatures/").status_code == 404
    assert client.get("/en/campaigns/hidden/count/").status_code == 404


def test_an_empty_scroll_says_so(client, campaign):
    assert "Nobody has signed yet" in client.get(LIST).text
    assert 'id="scroll"' not in client.get(PAGE).text


@pytest.mark.parametrize("url", [LIST, PAGE])
def test_one_name_and_thirty_cost_the_same_queries(client, campaign, url):
    def cost() -> int:
        caches["pages"].clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(url)
        return len(queries)

    sign_many(campaign, 1)
    one = cost()
    sign_many(campaign, 29)
    assert cost() == one


def test_a_stretch_is_one_query_found_in_its_index(campaign, django_assert_num_queries):
    sign_many(campaign, 3)
    with django_assert_num_queries(1):
        scroll.stretch(campaign, length=2)
    rows = Signature.objects.on_scroll(campaign).older_than(NOW, 10**9)[:60]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
    plan = rows.explain()
    assert "signature_scroll" in plan
    assert "Sort" not in plan


# The count


def test_the_count_asks_for_itself_while_signing_is_open(client, campaign):
    Tally.objects.create(campaign=campaign, dimension=Tally.Dimension.ALL, count=1)
    html = client.get(COUNT).text
    assert "<strong>1</strong> person has signed" in html
    assert f'hx-get="{COUNT}?seen=1" hx-trigger="every 20s" hx-swap="outerHTML"' in html
    assert html.strip() in client.get(PAGE).text


def test_a_count_that_was_seen_is_not_said_again(client, campaign):
    Tally.objects.create(campaign=campaign, dimension=Tally.Dimension.ALL, count=1)
    assert client.get(COUNT, {"seen": "1"}).status_code == 204
    assert client.get(COUNT, {"seen": "0"}).status_code == 200


def test_a_closed_campaign_asks_no_more(client, campaign):
    actions.close_campaign(campaign=campaign, by=None)
    assert "hx-" not in client.get(COUNT).text
    assert "hx-" not in client.get(PAGE).text


def test_the_count_is_kept_for_a_moment_and_sets_no_cookie(client, campaign, django_assert_num_queries):
    first = client.get(COUNT)
    assert first["Cache-Control"] == "public, max-age=5"
    assert not first.cookies
    with django_assert_num_queries(0):
        client.get(COUNT)


def test_the_live_region_stands_around_what_is_replaced(client, campaign):
    assert re.search(r'<div aria-live="polite">\s*<div class="count"', client.get(PAGE).text)
