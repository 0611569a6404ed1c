"""WCAG 2.2 AA, as far as a machine can tell: axe on every page in every state (tests/face/tour.py). None of them has to
be pushed sideways, breaks its policy or fails in the console.

Each page in both schemes at both widths, each width loaded once.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.face.policy import Heard
from tests.face.tour import Tour

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Without its look at style sheets of other sites: there are none.
OPTIONS = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"], "preload": False}
# The dark scheme is other colours (static/css/tokens.css) and nothing else: over there, the rules that look at colours.
ON_COLOURS = {**OPTIONS, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
VIEWS = {"320 px, light then dark": (320, "light", "dark"), "1280 px, dark then light": (1280, "dark", "light")}
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(params=VIEWS.values(), ids=VIEWS)
def view(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def page(browser: Browser, view: Any) -> Iterator[Page]:
    width, scheme, _other = view
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    yield context.new_page()
    context.close()


def barriers(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe found, each with the elements that it stands at."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]


def test_no_page_in_any_state_has_a_barrier_that_axe_finds_or_breaks_its_policy(
    page: Page, view: Any, live_server: Any, tour: Tour, client: Client, subtests: Any
) -> None:
    _width, scheme, other = view
    heard = Heard(page)
    for stop in tour.walk(page, live_server.url, client):
        page.wait_for_load_state("load")
        with subtests.test(stop.name):
            assert heard.take() == []
            assert barriers(page, OPTIONS) == []
            assert not page.evaluate(WIDER_THAN_THE_WINDOW)
            page.emulate_media(color_scheme=other)
            assert barriers(page, ON_COLOURS) == []
        page.emulate_media(color_scheme=scheme)
        # What axe does to a page is not the page's doing.
        heard.take()
