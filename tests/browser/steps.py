"""What people do on a page, and what they see there."""

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from accounts.second_factor import current_code
from tests.browser.conftest import Site

NEW_PASSWORD = "harbour-lantern-74"


def link_in(text: str, path: str) -> str:
    found = re.search(rf"http\S+{path}\S*", text)
    assert found, text
    return found[0]


def type_code(page: Page, user: User) -> None:
    """The second proof, from the person's app. Each code serves once: a second log-in within 30 s takes the same."""
    cache.clear()
    page.get_by_label("Your code").fill(current_code(Authenticator.objects.get(user=user, type="totp")))
    page.get_by_role("button", name="Log in", exact=True).click()


def type_first_code(page: Page) -> None:
    """As a phone would that has scanned the picture."""
    page.get_by_text("On this same phone").click()
    secret = page.locator(".account-secret").inner_text()
    counters = list(yield_hotp_counters_from_time())
    page.get_by_label("The six digits").fill(format_hotp_value(hotp_value(secret, counters[1])))
    page.get_by_role("button", name="Set up the app").click()
    expect(page.locator(".account-codes li")).to_have_count(10)


def accept_invitation(page: Page, site: Site, email: str, *, name: str) -> None:
    """From the mail to the desk, with a password and a second proof."""
    page.goto(link_in(site.mails_to(email)[-1], "/invitations/"))
    page.get_by_label("Your name").fill(name)
    page.get_by_label("A password").fill(NEW_PASSWORD)
    page.get_by_label("The password once more").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_role("link", name="Set up an authenticator app").click()
    type_first_code(page)
    page.get_by_role("link", name="I have put them away").click()
    expect(page).to_have_url(f"{site.url}/desk/")


def open_campaign(page: Page, site: Site) -> None:
    page.goto(site.url)
    follow(page.get_by_role("link", name="Do not send North Korean refugees back", exact=True))


def sign(page: Page, *, name: str, email: str, country: str = "Poland") -> None:
    page.get_by_label("Your name", exact=True).fill(name)
    page.get_by_label("Your e-mail address").fill(email)
    choose_country(page, country)
    page.get_by_role("button", name="Sign the letter").click()


def country_field(page: Page) -> Locator:
    """The list, or with JavaScript the field to type into that stands in its place."""
    return page.locator("#id_country:visible")


def choose_country(page: Page, name: str) -> None:
    if page.locator("select[name=country]").is_visible():
        page.locator("select[name=country]").select_option(label=name)
    else:
        country_field(page).fill(name)
        country_field(page).press("Enter")
    expect(page.locator("select[name=country] option:checked")).to_have_text(name)


def follow(link: Locator) -> None:
    """Presses what leads to another page and waits for that page: a click is over while the old one still stands."""
    with link.page.expect_event("load"):
        link.click()


def fits(page: Page) -> bool:
    """Nothing has to be scrolled sideways."""
    page.wait_for_load_state()
    return page.locator("html").evaluate("root => root.scrollWidth <= root.clientWidth")


def unfold(within: Locator, words: str) -> None:
    details = within.locator("details").filter(has=within.page.locator("summary", has_text=words))
    details.locator("summary").click()
    expect(details).to_have_attribute("open", "")
