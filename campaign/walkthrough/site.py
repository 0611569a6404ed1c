"""One site over HTTP: no proxy, no cookie, no JavaScript. What does not go as a supporter expects is Failed."""

import http.client
import json
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from campaign.walkthrough import pages
from campaign.walkthrough.pages import Form, Page

TIMEOUT = 15  # seconds: the product itself gives up on its database after three
REDIRECTS = 5


class Failed(Exception):
    """In one sentence, what was seen instead."""


class Site:
    def __init__(self, base_url: str) -> None:
        """`base_url`: scheme, host and port."""
        self.base = base_url.rstrip("/")
        self.origin = urlsplit(self.base)

    def here(self, url: str) -> str:
        """The same path at this site: the product may know itself by another name."""
        return self.base + _path(url)

    def get(self, url: str) -> Page:
        """The page, whatever its status, behind all redirects."""
        return self._open("GET", url)

    def submit(self, form: Form, **answers: str) -> Page:
        """Sends these answers and, for the rest, what the form held. Raises Failed for a field that it lacks."""
        if missing := sorted(set(answers) - form.names):
            raise Failed(f"the form at {_path(form.action)} has no field {', '.join(missing)}")
        content = urlencode(form.fields | answers).encode()
        if form.method != "post":
            raise Failed(f"the form for {_path(form.action)} would put what was typed into the address")
        return self._open("POST", form.action, content)

    def json(self, path: str) -> Any:
        url = urljoin(self.base, path)
        answer, content = self._ask("GET", url, b"")
        if answer.status != http.client.OK:
            raise Failed(f"{path} answered with status {answer.status}")
        return json.loads(content)

    def _open(self, method: str, url: str, content: bytes = b"") -> Page:
        url = urljoin(f"{self.base}/", url)
        for _hop in range(REDIRECTS):
            answer, body = self._ask(method, url, content)
            if answer.status not in (301, 302, 303, 307, 308):
                return pages.read(url, answer.status, answer.headers, body.decode("utf-8", "replace"))
            if answer.status < 304:
                method, content = "GET", b""
            url = urljoin(url, answer.headers["Location"])
        raise Failed(f"{_path(url)} leads in a circle")

    def _ask(self, method: str, url: str, content: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        target = urlsplit(url)
        if (target.scheme, target.netloc) != (self.origin.scheme, self.origin.netloc):
            raise Failed(f"the way leads to another site, {target.scheme}://{target.netloc}")
        kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
        connection = kind(target.hostname or "", target.port, timeout=TIMEOUT)
        headers = {"Accept": "text/html", "Accept-Language": "en", "User-Agent": "maninso-walkthrough"}
        if method == "POST":
            # As browsers do; the product takes no form that another site sent.
            headers |= {"Origin": self.base, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, _path(url), content or None, headers)
            answer = connection.getresponse()
            body = answer.read()
        except http.client.HTTPException as problem:
            raise Failed(f"{self.base} does not speak HTTP ({type(problem).__name__})") from problem
        except OSError as problem:
            raise Failed(f"nothing answers at {self.base} ({problem.strerror or problem})") from problem
        finally:
            connection.close()
        if cookie := answer.headers.get("Set-Cookie"):
            raise Failed(f"{_path(url)} sets the cookie {cookie.partition('=')[0]}")
        return answer, body


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
