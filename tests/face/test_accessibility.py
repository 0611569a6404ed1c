"""WCAG 2.2 AA, as far as a machine can tell: axe on every page in every state (tests/face/tour.py), and no page that
has to be pushed sideways.

Each page is seen in both schemes and both widths, two at a time: colours do not depend on the width, nor the order of a
page on its colours.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.face.tour import Tour

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Without its look at style sheets of other sites: there are none.
OPTIONS = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"], "preload": False}
VIEWS = {"light, 320 px": ("light", 320), "dark, 1280 px": ("dark", 1280)}
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(params=VIEWS.values(), ids=VIEWS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme, width = request.param
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    yield context.new_page()
    context.close()


def barriers(page: Page) -> list[str]:
    """What axe found, each with the elements that it stands at."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]


def test_no_page_in_any_state_has_a_barrier_that_axe_finds(
    page: Page, live_server: Any, tour: Tour, client: Client, subtests: Any
) -> None:
    for stop in tour.walk(page, live_server.url, client):
        with subtests.test(stop.name):
            assert barriers(page) == []
            assert not page.evaluate(WIDER_THAN_THE_WINDOW)
