"""What every page of the supporter's way may say to caches, other sites and the browser's cookie jar."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign import links
from campaign.models import CampaignText, DeliveryPointText
from tests.factories import DAY, NOW, make_campaign, make_observance, make_point, make_signature

PUBLIC = [
    "/en/",
    "/ko/",
    "/en/observances/lantern-day/",
    "/en/campaigns/light-the-way/",
    "/zh-hans/campaigns/light-the-way/",
]
SIGNING = [
    "/en/campaigns/light-the-way/sign/",
    "/en/campaigns/light-the-way/sign/sent/",
    "/en/signatures/links/",
    "/en/signatures/links/sent/",
    "/en/signatures/erased/",
]


@pytest.fixture
def everything(campaign):
    make_observance()
    return campaign


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_may_be_kept_for_a_moment_and_carry_no_cookie(client, everything, path):
    for response in (client.get(path), client.get(path), client.head(path)):
        assert response.status_code == 200
        assert "public" in response["Cache-Control"]
        assert "max-age=5" in response["Cache-Control"]
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("path", SIGNING)
def test_signing_pages_are_not_stored_and_carry_no_cookie(client, everything, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert not response.cookies


def test_pages_behind_a_link_are_not_stored_and_do_not_tell_other_sites(client, everything):
    pending, confirmed = make_signature(everything), make_signature(everything, state="confirmed", at=NOW)
    own = f"/en/signatures/{links.own_page_token(confirmed)}/"
    paths = [f"/en/signatures/confirm/{links.confirm_token(pending)}/", "/en/signatures/confirm/x/"]
    paths += [own + page for page in ("", "confirmed/", "withdrawal/", "erasure/")]
    for path in paths:
        response = client.get(path)
        assert response["Cache-Control"] == "no-store", path
        # Our own forms need the origin; another site gets nothing.
        assert response["Referrer-Policy"] == "same-origin", path
        assert 'name="robots" content="noindex' in response.content.decode(), path
        assert not response.cookies


def test_no_cookie_is_set_on_any_step_of_the_way(client, submit, post_office):
    from campaign import actions
    from campaign.models import Signature

    submit(email="ara")
    submit()
    client.get("/en/campaigns/light-the-way/sign/sent/")
    post_office.send()
    path = post_office.link_to("ara@people.example", "/confirm/")
    client.get(path)
    thanks = client.post(path, {"shown": actions.digest_of(Signature.objects.get())})["Location"]
    client.get(thanks)
    client.post(thanks.replace("confirmed/", "link/"))
    client.post(thanks.replace("confirmed/", "withdrawal/"))
    client.post(thanks.replace("confirmed/", "erasure/"))
    client.post("/en/signatures/links/", {"email": "ara@people.example"})
    client.get("/en/nowhere/")
    assert not client.cookies


def test_errors_and_redirects_of_signing_are_not_stored(client, submit):
    for response in (
        submit(),
        submit(email="ara"),
        submit(headers={"origin": "https://bad.example"}),
        submit("nowhere"),
    ):
        assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [*PUBLIC, *SIGNING, "/en/nowhere/"])
def test_pages_load_nothing_from_other_sites(client, everything, path):
    import re

    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    page = response.content.decode()
    # The other languages' addresses are for search engines; nothing is fetched from them.
    fetched = re.sub(r'<link rel="(?:alternate|canonical)"[^>]*>', "", page)
    assert not re.search(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//', fetched)
    assert not re.search(r"<script(?![^>]+src=)|\sstyle=\"|\son\w+=\"", page)


def test_the_front_door_leads_to_the_visitor_s_language(client):
    response = client.get("/", headers={"accept-language": "ko;q=0.9, fr"})
    assert (response.status_code, response["Location"]) == (302, "/ko/")
    assert "Accept-Language" in response["Vary"]
    assert client.get("/", headers={"accept-language": "xx"})["Location"] == "/en/"


def test_the_process_answers_without_the_database(client):
    assert client.get("/healthz/").content == b"ok\n"


def test_only_reading_is_allowed_on_public_pages(client, everything):
    for path in PUBLIC:
        assert client.post(path).status_code == 405


# --- What they say ---------------------------------------------------------------------------------------------


def test_the_first_page_lists_what_is_public_and_offers_to_sign_what_is_open(client, everything):
    for state in ("draft", "in_review", "scheduled", "closed", "archived"):
        campaign = make_campaign(state=state)
        CampaignText.objects.filter(campaign=campaign).update(title=f"The {state} one")
    page = client.get("/en/").content.decode()
    assert "Light the way" in page
    assert "Lantern Day" in page
    assert [
        state for state in ("draft", "in_review", "scheduled", "closed", "archived") if f"The {state} one" in page
    ] == ["scheduled", "closed"]
    assert page.count("Read and sign") == 1


def test_an_observance_lists_its_public_editions(client, db):
    observance = make_observance()
    for year, state in ((2027, "open"), (2026, "delivered"), (2028, "draft")):
        campaign = make_campaign(state=state, observance=observance, edition=year)
        CampaignText.objects.filter(campaign=campaign).update(title=f"Edition {year}")
    page = client.get("/en/observances/lantern-day/").content.decode()
    assert ["Edition 2027" in page, "Edition 2026" in page, "Edition 2028" in page] == [True, True, False]


def test_what_can_be_signed_now_stands_before_what_opens_later(client, db):
    observance = make_observance()
    later = {"state": "scheduled", "opens_at": NOW + DAY}
    for year, fields in ((2027, {}), (2028, later)):
        campaign = make_campaign(observance=observance, edition=year, **fields)
        CampaignText.objects.filter(campaign=campaign).update(title=f"Edition {year}")
    page = client.get("/en/observances/lantern-day/").content.decode()
    assert page.index("Edition 2027") < page.index("Edition 2028")


def test_a_campaign_that_opens_later_counts_nobody_and_has_no_news_yet(client, point):
    make_campaign("later", state="scheduled", opens_at=NOW + DAY)
    page = client.get("/en/campaigns/later/").content.decode()
    assert page.count("Signing begins on") == 2
    for said in ("have signed", "What has happened since"):
        assert said not in page
        assert said not in client.get("/en/").content.decode()


def test_cities_stand_in_the_order_of_the_reader_s_alphabet(client, campaign, point):
    for city, korean in (("Chicago", "시카고"), ("New York", "뉴욕")):
        DeliveryPointText.objects.create(
            point=make_point(city=city, country="US"), language="ko", name=city, city=korean
        )
    english, korean = (
        client.get(f"/{language}/campaigns/light-the-way/").content.decode() for language in ("en", "ko")
    )
    assert english.index("Chicago") < english.index("New York")
    assert korean.index("뉴욕") < korean.index("시카고")


def test_the_campaign_page_says_what_a_signer_needs(client, campaign):
    make_point("Consulate in Gdańsk", city="Gdańsk")
    make_point("Closed one", active=False)
    page = client.get("/en/campaigns/light-the-way/").content.decode()
    for said in (
        "Light the way",
        "Let them go home.",
        "Ten people.",
        "Mr President,",
        "Please let them go.",
        "Lantern",
    ):
        assert said in page
    assert "Embassy in Warsaw" in page
    assert "Consulate in Gdańsk" in page
    assert "Closed one" not in page
    assert 'action="/en/campaigns/light-the-way/sign/"' in page


def test_the_letter_is_shown_in_the_reader_s_language_with_the_others_beside_it(client, campaign):
    page = client.get("/zh-hans/campaigns/light-the-way/").content.decode()
    assert "请让他们走。" in page
    assert 'href="/en/campaigns/light-the-way/"' in page


def test_a_reader_whose_language_lacks_the_letter_is_told_so(client, campaign):
    page = client.get("/ja/campaigns/light-the-way/").content.decode()
    assert "Please let them go." in page
    assert 'lang="en"' in page


def test_a_campaign_that_takes_no_signature_has_no_form(client, point):
    for state in ("scheduled", "closed", "delivered"):
        make_campaign(f"is-{state}", state=state)
        for page in ("", "sign/"):
            response = client.get(f"/en/campaigns/is-{state}/{page}")
            assert response.status_code == 200
            assert 'name="email"' not in response.content.decode()


def test_texts_of_organizers_are_shown_as_text(client, campaign):
    CampaignText.objects.update(title="<script>alert(1)</script>", ask="<b>x</b>", background="<img src=x onerror=y>")
    for path in ("/en/", "/en/campaigns/light-the-way/", "/en/campaigns/light-the-way/sign/"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


# --- What they cost --------------------------------------------------------------------------------------------


def queries_of(client, path):
    from django.core.cache import caches

    caches["pages"].clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("path", ["/en/", "/en/observances/lantern-day/", "/en/campaigns/light-the-way/"])
def test_pages_cost_the_same_with_one_item_and_with_three(client, campaign, path):
    from campaign.models import Tally

    observance = make_observance()
    make_campaign(observance=observance, edition=2027)
    Tally.objects.create(campaign=campaign, dimension="country", key="PL", count=1)
    before = queries_of(client, path)
    for number, country in enumerate(("KR", "DE", "FR"), 1):
        make_campaign(observance=observance, edition=2027 + number)
        make_observance(f"another-day-{number}")
        make_point()
        make_signature(campaign, state="confirmed")
        Tally.objects.create(campaign=campaign, dimension="country", key=country, count=1)
    assert queries_of(client, path) == before


def test_a_page_is_rendered_once_for_a_moment(client, campaign, django_assert_num_queries):
    client.get("/en/campaigns/light-the-way/")
    with django_assert_num_queries(0):
        client.get("/en/campaigns/light-the-way/")
        client.get("/en/campaigns/light-the-way/?utm_source=x")
