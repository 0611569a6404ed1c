from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from django.core.management import call_command
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from campaign.actions import release_dispatches, tally_new, tell_supporters
from campaign.models import DeliveryPoint
from campaign.models.delivery import every_day
from outbox.actions import send_due
from tests.outbox.mail_server import MailServer

PHONE = {"width": 360, "height": 760}
DESK = {"width": 1280, "height": 900}


@dataclass
class Site:
    """The demonstration's site; its workers are the verbs, called when a test says so."""

    url: str
    mail_server: MailServer
    logins: dict[str, str]

    def work(self) -> None:
        """What workers and clockwork do within some seconds."""
        send_due(queue="confirmations")
        release_dispatches()
        send_due(queue="deliveries")
        tell_supporters()
        send_due(queue="confirmations")
        tally_new()
        caches["pages"].clear()

    def mails_to(self, address: str) -> list[str]:
        """The text of each, in the order of arrival."""
        return [text_of(mail) for to, mail in self.mail_server.arrived if to == address]

    def letters_of(self, name: str) -> list[str]:
        return [text_of(mail) for mail in self.mail_server.mails if f"{name} (" in str(mail["From"])]


def text_of(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


@pytest.fixture
def site(live_server, settings, tmp_path: Path) -> Iterator[Site]:
    server = MailServer().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.SITE_URL = live_server.url
    settings.DEMO, settings.VAR_DIR, settings.MAILBOX_DIR = True, tmp_path, ""
    # The live server finds files by their own names; hashed ones are served to the tests of the stack.
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    caches["pages"].clear()
    call_command("load_demo")
    # Whatever the hour of the test.
    DeliveryPoint.objects.update(delivery_days=every_day(), delivery_from=None, delivery_until=None)
    lines = (tmp_path / "demo-logins.txt").read_text().splitlines()
    yield Site(live_server.url, server, {line.split()[0].partition("@")[0]: line.split()[1] for line in lines})
    server.stop()


@dataclass
class Visitor:
    """Somebody with a browser, who notices what should not be on any page."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that says what is wrong with a form, or with a link, has a status of 4xx.
        is_page_itself = message.location.get("url") == self.page.url and "Failed to load resource" in message.text
        if message.type in {"error", "warning"} and not is_page_itself:
            self.complaints.append(f"{message.type}: {message.text} at {self.page.url}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "about:")):
            self.complaints.append(f"{urlsplit(self.page.url).path} asked {urlsplit(request.url).netloc}")


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Opens a browser of its own for somebody; what it noticed is looked at when the test is over."""
    visitors = []

    def visit(*, viewport: dict[str, int] = DESK, javascript: bool = True, language: str = "en") -> Visitor:
        context = browser.new_context(viewport=viewport, java_script_enabled=javascript, locale=language)
        context.set_default_timeout(15_000)
        if javascript:
            context.add_init_script(
                "addEventListener('securitypolicyviolation', "
                "e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`))"
            )
        visitor = Visitor(context.new_page(), site.url)
        visitor.watch()
        visitors.append(visitor)
        return visitor

    yield visit
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.page.context.close()
    assert complaints == []
