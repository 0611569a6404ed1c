"""Two languages that nobody speaks show what a page takes for granted: short words, and reading from left to right."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from campaign import links
from campaign.models import Campaign
from maninso import translations
from tests.languages.test_pages import confirm, sign

LONGER, MIRRORED = "en-xa", "ar-xb"
WIDTHS = [320, 1280]
BEYOND = "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"


class TestExpanded:
    def test_a_text_grows_by_about_two_fifths_word_by_word(self):
        text = "Read who is at risk, sign the letter, and see what became of it."
        longer = translations.expanded(text)
        assert 1.25 < len(longer) / len(text) < 1.5
        assert len(longer.split()) == len(text.split())

    @pytest.mark.parametrize("change", translations.PSEUDO_LOCALES.values())
    def test_what_a_program_reads_stays_what_it_is(self, change):
        text = 'In %(days)s days, 100%%: <a href="%(url)s">write &amp; sign</a> {n}'
        changed = change(text)
        for kept in ("%(days)s", "%%", '<a href="%(url)s">', "&amp;", "</a>", "{n}"):
            assert kept in changed
        assert "write" not in changed

    def test_mirrored_text_is_written_from_right_to_left(self):
        assert translations.mirrored("Sign") == "سيگن"

    def test_they_are_for_whoever_builds_pages(self, settings):
        assert not settings.PSEUDO_LOCALES
        assert not {code for code, _name in settings.LANGUAGES} & set(translations.PSEUDO_LOCALES)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestPages:
    @pytest.fixture
    def campaign(self, db, settings, tmp_path):
        settings.DEMO, settings.VAR_DIR = True, tmp_path
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        call_command("load_demo", verbosity=0)
        return Campaign.objects.get()

    @pytest.fixture
    def way(self, campaign):
        """The paths of a supporter's way in one language."""

        def way(language):
            waiting, signed = sign(campaign, language), confirm(sign(campaign, language))
            own, slug = links.own_page_token(signed), campaign.slug
            pages = ["home", "about", "how_it_works", "privacy", "accessibility", "security"]
            pages += ["link_request", "link_sent", "erased"]
            with translation.override(language):
                return [
                    *map(reverse, pages),
                    reverse("observance", args=[campaign.observance.slug]),
                    *(reverse(name, args=[slug]) for name in ("campaign", "signatures", "sign", "sent")),
                    reverse("confirm", args=[links.confirm_url(waiting).rstrip("/").split("/")[-1]]),
                    *(reverse(name, args=[own]) for name in ("own_page", "confirmed", "withdrawal", "erasure")),
                    reverse("home") + "nothing-here/",
                ]

        return way

    @pytest.fixture
    def open_at(self, browser, live_server, pseudo_locales):
        contexts = []

        def open_at(width, path):
            if not contexts:
                contexts.append(browser.new_context())
                contexts[0].new_page()
            page = contexts[0].pages[0]
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(live_server.url + path)
            return page

        yield open_at
        for context in contexts:
            context.close()

    @pytest.mark.parametrize(("language", "direction"), [(LONGER, "ltr"), (MIRRORED, "rtl")])
    def test_no_page_of_the_way_is_wider_than_the_window(self, way, open_at, language, direction):
        wide = []
        for path in way(language):
            page = open_at(WIDTHS[0], path)
            root = page.locator("html")
            assert (root.get_attribute("lang"), root.get_attribute("dir")) == (language, direction), path
            page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                if beyond := page.evaluate(BEYOND):
                    wide.append(f"{path} at {width} px by {beyond} px")
        assert wide == []

    def test_a_page_that_is_wider_is_noticed(self, open_at):
        page = open_at(320, "/en/about/")
        assert page.evaluate(BEYOND) == 0
        page.evaluate(
            "document.querySelector('h1').insertAdjacentHTML('afterend', '<pre>' + 'x'.repeat(99) + '</pre>')"
        )
        assert page.evaluate(BEYOND) > 0

    @pytest.mark.parametrize("width", WIDTHS)
    def test_a_form_with_errors_is_not_either(self, campaign, open_at, width):
        for language in (LONGER, MIRRORED):
            with translation.override(language):
                page = open_at(width, reverse("sign", args=[campaign.slug]))
            page.locator("form[data-draft] button[type=submit]").first.click()
            page.wait_for_selector(".error-summary")
            assert page.evaluate(BEYOND) == 0

    def test_the_layout_is_mirrored(self, campaign, open_at):
        """What stands at the right in English stands at the left, as far from the edge."""

        def boxes(language):
            with translation.override(language):
                page = open_at(1280, reverse("campaign", args=[campaign.slug]))
            found = {}
            for part in (".site-logo", ".languages", ".campaign-head", ".sign-panel"):
                box = page.locator(part).first.bounding_box()
                found[part] = box["x"], page.evaluate("document.documentElement.clientWidth") - box["x"] - box["width"]
            return found

        plain, mirrored = boxes("en"), boxes(MIRRORED)
        for part in (".site-logo", ".campaign-head", ".sign-panel"):
            near = 0 if part != ".sign-panel" else 1
            assert plain[part][near] == pytest.approx(mirrored[part][1 - near], abs=2), part
        assert plain[".site-logo"][0] < plain[".languages"][0]
        assert mirrored[".site-logo"][1] < mirrored[".languages"][1]
