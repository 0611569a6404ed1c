"""A first visit to the campaign page is light and nothing jumps, as the browser's own entries say.

Measured against the product's server: files compressed and fingerprinted as an installation has them, pages gzipped.
"""

import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from threading import Event

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from maninso.services.places import PROJECT
from maninso.services.programs import HOST, WEB
from maninso.services.stack import free_port
from tests.databases import url_of_this_test
from tests.face.tour import Tour

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # They collect static files where others would at the same moment.
    pytest.mark.xdist_group("weight"),
]

FIRST_VISIT = 60_000  # bytes over the wire, headers as the browser reckons them
WEIGHT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map((entry) => [new URL(entry.name).pathname, entry.transferSize])"""
SHIFTS = """() => new Promise((done) => {
  const found = [];
  new PerformanceObserver((list) => found.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(found.map((shift) =>
    [shift.value, ...shift.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? String(node))])), 100));
})"""
# A phone far from the mast, so that styles and scripts come late and what they move is seen to move.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 60_000, "uploadThroughput": 30_000}


@pytest.fixture
def served(tour: Tour) -> Iterator[str]:
    """The product's own server, over the database of this test."""
    environment = {**os.environ, "DEBUG": "", "DATABASE_URL": url_of_this_test()}
    manage = [sys.executable, str(PROJECT / "manage.py"), "prepare", "--files-only"]
    subprocess.run(manage, env=environment, check=True)
    port = free_port()
    options = [*shlex.split(WEB), "--workers", "1", "--host", HOST, "--port", str(port)]
    server = subprocess.Popen([sys.executable, *options], env=environment, cwd=PROJECT)
    site = f"http://{HOST}:{port}"
    wait_for(f"{site}/healthz/")
    yield site
    server.terminate()
    server.wait()


def wait_for(url: str) -> None:
    for _attempt in range(600):
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except OSError:
            Event().wait(0.1)
    raise TimeoutError(url)


def test_a_first_visit_is_light_and_asks_nobody_else(browser: Browser, served: str, tour: Tour) -> None:
    for language, _name in settings.LANGUAGES:
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(served + tour.open.url_in(language))
        page.wait_for_load_state("networkidle")
        weights = page.evaluate(WEIGHT)
        assert [url for url in asked if not url.startswith(f"{served}/")] == []
        # All of it is there, and compressed: the page itself is 55 kB before.
        assert len(weights) > 15
        assert max(size for _path, size in weights) < 20_000
        assert sum(size for _path, size in weights) < FIRST_VISIT, sorted(weights, key=lambda one: -one[1])
        page.context.close()


def test_nothing_jumps_while_the_page_comes_in_slowly(browser: Browser, served: str, tour: Tour) -> None:
    for width in (360, 1280):
        page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
        page.goto(served + tour.open.get_absolute_url())
        page.wait_for_load_state("networkidle")
        assert page.evaluate(SHIFTS) == []
        page.context.close()


def test_pictures_say_their_size_and_wait_until_they_are_needed() -> None:
    pictures = [
        (path.name, picture)
        for path in (PROJECT / "templates").rglob("*.html")
        if "emails" not in path.parts
        for picture in re.findall(r"<img\b[^>]*>", path.read_text())
    ]
    for word in (" width=", " height=", ' loading="lazy"'):
        assert [(name, picture) for name, picture in pictures if word not in picture] == []
