"""The language is the path's. Others are offered, never forced, and nobody is told which a visitor reads."""

import re

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

PUBLIC = ["home", "about", "how_it_works", "privacy", "accessibility", "security"]
LANGUAGES = ["en", "ko", "zh-hans", "ja"]


def address(name, language, *arguments):
    with translation.override(language):
        return reverse(name, args=arguments)


def alternates(html):
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html))


@pytest.mark.django_db
class TestAlternates:
    @pytest.mark.parametrize("name", PUBLIC)
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_public_page_names_itself_in_each_language(self, client, settings, name, language):
        settings.SITE_URL = "https://maninso.example"
        found = alternates(client.get(address(name, language)).text)
        in_any = "/" if name == "home" else address(name, "en")
        expected = {code: address(name, code) for code in LANGUAGES} | {"x-default": in_any}
        assert found == {code: f"https://maninso.example{path}" for code, path in expected.items()}

    def test_so_do_campaigns_and_observances(self, client, campaign):
        for name, slug in (("campaign", campaign.slug), ("observance", campaign.observance.slug)):
            found = alternates(client.get(address(name, "ja", slug)).text)
            assert found.keys() == {*LANGUAGES, "x-default"}
            assert found["ko"].endswith(address(name, "ko", slug))

    @pytest.mark.parametrize("name", ["link_request", "link_sent", "erased"])
    def test_pages_that_are_not_for_search_engines_have_none(self, client, name):
        assert alternates(client.get(address(name, "en")).text) == {}


@pytest.mark.django_db
class TestNothingIsForced:
    @pytest.mark.parametrize("name", PUBLIC)
    def test_a_path_has_one_language_whatever_the_browser_prefers(self, client, name):
        response = client.get(address(name, "en"), headers={"Accept-Language": "ko,ja;q=0.5"})
        assert response.status_code == 200
        assert '<html lang="en"' in response.text
        assert "Accept-Language" not in response.get("Vary", "")

    def test_the_page_is_the_same_to_the_byte_for_everyone(self, client):
        page = address("home", "en")
        assert (
            client.get(page, headers={"Accept-Language": "ko"}).content
            == client.get(page, headers={"Accept-Language": "ja"}, REMOTE_ADDR="203.0.113.9").content
        )

    @pytest.mark.parametrize(
        ("preferred", "home"),
        [("ko-KR,ko;q=0.9", "/ko/"), ("zh-CN", "/zh-hans/"), ("ja", "/ja/"), ("fr,de", "/en/"), ("", "/en/")],
    )
    def test_only_the_front_door_asks_the_browser(self, client, preferred, home):
        response = client.get("/", headers={"Accept-Language": preferred})
        assert response["Location"] == home
        assert "Accept-Language" in response["Vary"]
        assert not response.cookies


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestOffer:
    @pytest.fixture
    def visit(self, browser, live_server):
        """Opens a page in a browser that prefers a language."""
        contexts = []

        def visit(locale, page="en", **options):
            context = browser.new_context(locale=locale, **options)
            contexts.append(context)
            tab = context.new_page()
            tab.goto(live_server.url + address("about", page))
            return tab

        yield visit
        for context in contexts:
            context.close()

    @pytest.mark.parametrize(
        ("locale", "code", "offer"),
        [
            ("ko-KR", "ko", "이 페이지를 한국어로 보시겠습니까?"),
            ("zh-CN", "zh-hans", "要用简体中文阅读此页吗？"),
            ("ja-JP", "ja", "このページを日本語で読みますか"),
        ],
    )
    def test_a_reader_of_another_language_is_offered_it_in_that_language(self, visit, locale, code, offer):
        page = visit(locale)
        bar = page.locator(".language-offer")
        expect(bar).to_be_visible()
        assert bar.get_attribute("lang") == code
        page.get_by_role("link", name=offer).click()
        expect(page.locator("html")).to_have_attribute("lang", code)
        assert page.url.endswith(address("about", code))
        expect(page.locator(".language-offer")).to_have_count(0)

    @pytest.mark.parametrize(("locale", "page"), [("en-US", "en"), ("ko-KR", "ko"), ("fr-FR", "en")])
    def test_nobody_else_is_asked(self, visit, locale, page):
        tab = visit(locale, page)
        expect(tab.locator("h1")).to_be_visible()
        expect(tab.locator(".language-offer")).to_have_count(0)

    def test_whoever_says_no_is_not_asked_again_and_no_trace_outlives_the_tab(self, visit):
        page = visit("ko-KR")
        page.get_by_role("button", name="아니요, 괜찮습니다").click()
        expect(page.locator(".languages [aria-current]")).to_be_focused()
        page.reload()
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".language-offer")).to_have_count(0)
        assert page.evaluate("localStorage.length") == 0
        assert page.context.cookies() == []

    def test_whoever_chose_a_language_is_not_asked_about_another(self, visit):
        page = visit("ko-KR", "ko")
        page.get_by_role("navigation", name="언어", exact=True).get_by_role("link", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator(".language-offer")).to_have_count(0)

    def test_the_offer_moves_nothing_and_asks_no_server(self, visit):
        page = visit("ko-KR")
        expect(page.locator(".language-offer")).to_be_visible()
        page.get_by_role("button", name="아니요, 괜찮습니다").click()
        shift = page.evaluate(
            """() => new Promise((resolve) => new PerformanceObserver((list) => resolve(
                list.getEntries().reduce((sum, entry) => sum + entry.value, 0)
            )).observe({type: "layout-shift", buffered: true}) ?? setTimeout(() => resolve(0), 200))"""
        )
        assert shift == 0
        asked = page.evaluate(
            """() => performance.getEntriesByType("resource")
                .filter((entry) => ["fetch", "xmlhttprequest", "beacon"].includes(entry.initiatorType)).length"""
        )
        assert asked == 0

    def test_without_javascript_the_switch_is_there(self, visit):
        page = visit("ko-KR", java_script_enabled=False)
        expect(page.locator(".language-offer")).to_have_count(0)
        expect(page.locator(".languages").get_by_role("link", name="한국어")).to_be_visible()
