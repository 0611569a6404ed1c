"""Renews the pictures in docs/images/ from a demonstration that runs, through its pages alone."""

import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import translation
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from accounts.second_factor import current_code
from campaign.models import Campaign
from maninso.services import browser

IMAGES = Path(settings.BASE_DIR) / "docs" / "images"
# Language: who signs. The first language's pictures have no language in their names.
SUPPORTERS = {"en": "Maria Lopez", "ko": "김하늘"}
PAGES = ("campaign", "case", "home", "errors", "mail", "own-page", "record", "components")
# Colours of a picture: fewer, and soft edges of letters fray; more, and it weighs.
COLOURS = 96
MAIL_WITHIN = 60  # seconds, as a supporter waits at most
LETTER_WITHIN = 120  # a letter drips towards its delivery point
PAUSE = 0.5

CONFIRM = re.compile(r"https?://\S+/signatures/confirm/[\w-]+/")


@dataclass(frozen=True)
class Window:
    """`height`: of what is shown; `scale`: pixels of the device for one of the page."""

    suffix: str
    width: int
    height: int
    scale: int


WINDOWS = (Window("", 1280, 960, 1), Window("-phone", 360, 800, 2))


def file_name(page: str, window: Window, language: str) -> str:
    """As docs/screens.md shows it; README.md opens with campaign.png."""
    suffix = "" if language == next(iter(SUPPORTERS)) else f"-{language}"
    return f"{page}{window.suffix}{suffix}.png"


class Command(BaseCommand):
    help = "Renew docs/images/ from the demonstration that runs at SITE_URL. bin/pictures runs one for it."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO or not settings.MAILBOX_DIR:
            raise CommandError("Pictures are taken of a demonstration with its local mailbox only: bin/pictures.")
        IMAGES.mkdir(exist_ok=True)
        # Before the browser starts: its loop runs in this thread, where Django then refuses to ask the database.
        campaign = open_campaign()
        case = told_case(campaign)
        with a_browser() as chromium:
            for language in SUPPORTERS:
                for path in Photographer(chromium, campaign, case, language).renew():
                    self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}  {path.stat().st_size // 1000} kB")


@contextmanager
def a_browser() -> Iterator[Browser]:
    found = browser.find()
    if found is None:
        raise CommandError(f"Pictures need a browser: {browser.ADVICE}.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield chromium
        except Error as error:
            raise CommandError(f"The pages do not go as expected: {error.message}") from error
        finally:
            chromium.close()


def open_campaign() -> Campaign:
    for campaign in Campaign.objects.open():
        return campaign
    raise CommandError("No campaign is open in this demonstration.")


def told_case(campaign: Campaign) -> str:
    """The reference of the case that the campaign speaks of and most has been published of."""
    publications = sorted(campaign.live_cases(), key=lambda publication: len(publication.content["events"]))
    if not publications:
        raise CommandError("The campaign speaks of no case with a public page.")
    return str(publications[-1].content["reference"])


class Photographer:
    """Goes a supporter's way in one language and takes pictures as it comes by, in each window."""

    def __init__(self, chromium: Browser, campaign: Campaign, case: str, language: str) -> None:
        self.chromium = chromium
        self.language = language
        self.campaign = campaign
        self.case = case

    def renew(self) -> Iterator[Path]:
        """Each picture as it is renewed."""
        campaign = self.campaign.url_in(self.language)
        with self.context(WINDOWS[0]) as context:
            own_page, mail = self.sign_and_confirm(context.new_page())
        for window in WINDOWS:
            with self.context(window) as context:
                page = context.new_page()
                yield self.taken(page, window, "campaign", campaign)
                yield self.taken(page, window, "case", self.address("case", self.case))
                yield self.taken(page, window, "home", self.address("home"))
                yield self.with_errors(page, window)
                yield self.taken(page, window, "own-page", own_page)
                yield self.taken(page, window, "mail", mail)
                self.log_in(page)
                yield self.taken(page, window, "record", reverse("case_desk:section", args=[self.case, "claims"]))
                yield self.taken(page, window, "components", reverse("components"))

    @contextmanager
    def context(self, window: Window) -> Iterator[BrowserContext]:
        context = self.chromium.new_context(
            base_url=settings.SITE_URL,
            locale=self.language,
            viewport={"width": window.width, "height": window.height},
            device_scale_factor=window.scale,
            color_scheme="light",
            # A page that scrolls smoothly is somewhere in between when its picture is taken.
            reduced_motion="reduce",
        )
        yield context
        context.close()

    def address(self, name: str, *args: object) -> str:
        with translation.override(self.language):
            return reverse(name, args=args)

    def sign_and_confirm(self, page: Page) -> tuple[str, str]:
        """The address of the own page, once the letter has gone out, and that of the mail that asked to confirm."""
        email = f"{secrets.token_hex(3)}@supporters.example"
        page.goto(self.address("sign", self.campaign.slug))
        page.locator("[name=name]").fill(SUPPORTERS[self.language])
        page.locator("[name=email]").fill(email)
        page.locator("select[name=country]").evaluate(
            "list => { list.value = 'PL'; list.dispatchEvent(new Event('change', { bubbles: true })) }"
        )
        send(page, "form[data-draft] button.button")
        [asking] = self.mails(page, email, 1, within=MAIL_WITHIN)
        text = page.request.get(f"{reverse('mailbox:mail', args=[asking])}?format=json").json()["text"]
        found = CONFIRM.search(text)
        if found is None:
            raise CommandError("The first mail has no link to confirm.")
        page.goto(found[0])
        send(page, "main form button[type=submit]")
        self.mails(page, email, 2, within=LETTER_WITHIN)
        return page.url.removesuffix("confirmed/"), f"{reverse('mailbox:mail', args=[asking])}?as=html"

    def mails(self, page: Page, email: str, number: int, *, within: float) -> list[str]:
        """The mails to an address, the latest first, as soon as there are so many."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            answer = page.request.get(f"{reverse('mailbox:mails')}?format=json&to={quote(email)}")
            found = [mail["id"] for mail in json.loads(answer.body())["mails"]]
            if len(found) >= number:
                return found
            time.sleep(PAUSE)
        raise CommandError(f"{len(found)} of {number} mails have come within {within} s: do the workers run?")

    def with_errors(self, page: Page, window: Window) -> Path:
        page.goto(self.address("sign", self.campaign.slug))
        page.locator("[name=name]").fill(SUPPORTERS[self.language])
        page.locator("[name=email]").fill("maria@")
        send(page, "form[data-draft] button.button")
        return self.kept(page, window, "errors")

    def log_in(self, page: Page) -> None:
        email, password = (settings.VAR_DIR / "demo-logins.txt").read_text().split()[:2]
        page.goto(reverse("account_login"))
        page.locator("[name=login]").fill(email)
        page.locator("[name=password]").fill(password)
        send(page, "main form button[type=submit]")
        app = Authenticator.objects.get(user__email=email, type=Authenticator.Type.TOTP)
        page.locator("[name=code]").fill(current_code(app))
        send(page, "main form button[type=submit]")

    def taken(self, page: Page, window: Window, name: str, address: str) -> Path:
        page.goto(address)
        return self.kept(page, window, name)

    def kept(self, page: Page, window: Window, name: str) -> Path:
        page.wait_for_load_state("networkidle")
        page.evaluate("scrollTo(0, 0)")
        path = IMAGES / file_name(name, window, self.language)
        with Image.open(BytesIO(page.screenshot())) as picture:
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        return path


def send(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).first.click()
