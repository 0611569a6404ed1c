"""The Content-Security-Policy is strict, and no page in any state (tests/face/tour.py) needs it to be otherwise."""

import re
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, Response

from tests.face.tour import Tour

# Each violation as it happens, of the page and of what it loads.
REPORT = (
    "addEventListener('securitypolicyviolation', (its) => console.error(`${its.violatedDirective} ${its.blockedURI}`))"
)
# What a page's own status code is to the console: an answer to a wrong form is 422, to an old link 410.
ITS_STATUS = re.compile(r"Failed to load resource: the server responded with a status of [45]\d\d")
SOURCES = {"'self'", "'none'"}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_page_in_any_state_breaks_its_policy_or_fails_in_the_console(
    page: Page, live_server: Any, tour: Tour, client: Client, subtests: Any
) -> None:
    said: list[str] = []
    loose: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not ITS_STATUS.match(message.text):
            said.append(message.text)

    def read(response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == page.main_frame:
            loose.extend(looseness(response.headers.get("content-security-policy", "")))

    page.add_init_script(REPORT)
    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("response", read)
    for stop in tour.walk(page, live_server.url, client):
        page.wait_for_load_state("load")
        with subtests.test(stop.name):
            assert (said, loose) == ([], [])
        said.clear()
        loose.clear()


def looseness(policy: str) -> list[str]:
    """What a policy allows beyond this site's own files: inline code, evaluation, other hosts, whole schemes."""
    directives = {name: sources for name, *sources in (part.split() for part in policy.split(";") if part.strip())}
    found = [f"{name} {source}" for name, sources in directives.items() for source in sources if source not in SOURCES]
    strict = {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
    return found + [
        f"{name} is {directives.get(name)}" for name, only in strict.items() if directives.get(name) != only
    ]


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        "default-src 'none'; img-src https:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    ],
)
def test_a_loose_policy_is_known_for_one(policy: str) -> None:
    assert looseness(policy)
