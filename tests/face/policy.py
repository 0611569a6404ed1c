"""What a browser hears of a page: its complaints, and a Content-Security-Policy that allows too much."""

import re

from playwright.sync_api import ConsoleMessage, Page, Response

# Each violation as it happens, of the page and of what it loads.
REPORT = (
    "addEventListener('securitypolicyviolation', (its) => console.error(`${its.violatedDirective} ${its.blockedURI}`))"
)
# What a page's own status code is to the console: an answer to a wrong form is 422, to an old link 410.
ITS_STATUS = re.compile(r"Failed to load resource: the server responded with a status of [45]\d\d")
SOURCES = {"'self'", "'none'"}


class Heard:
    """What a page has said in the console, and what its policies allowed too much, since it was last asked."""

    def __init__(self, page: Page) -> None:
        self._said: list[str] = []
        self._loose: list[str] = []
        self._main_frame = page.main_frame
        page.add_init_script(REPORT)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._said.append(str(error)))
        page.on("response", self._read)

    def take(self) -> list[str]:
        heard = self._said + self._loose
        self._said.clear()
        self._loose.clear()
        return heard

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not ITS_STATUS.match(message.text):
            self._said.append(message.text)

    def _read(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == self._main_frame:
            self._loose.extend(looseness(response.headers.get("content-security-policy", "")))


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
