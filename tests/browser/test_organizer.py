"""An organizer makes and opens a campaign without a shell; supporters sign it."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import PHONE, Site, Visitor
from tests.browser.steps import sign, type_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = dt.timedelta(days=1)
TODAY = dt.datetime.now(tz=dt.UTC).date()


def log_in(page: Page, site: Site, who: str) -> None:
    page.goto(f"{site.url}/desk/")
    page.locator("[name=login]").fill(f"{who}@maninso.example")
    page.locator("[name=password]").fill(site.logins[who])
    page.get_by_role("button", name="Log in", exact=True).click()
    type_code(page, User.objects.get(email=f"{who}@maninso.example"))
    expect(page).to_have_url(f"{site.url}/desk/")


def at(page: Page, field: str, day: dt.date) -> None:
    page.locator(f"[name={field}_0]").fill(day.isoformat())
    page.locator(f"[name={field}_1]").fill("00:00:00")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def take(page: Page, step: str, done: str) -> None:
    """A step asks once more; its button has the step's own name."""
    page.get_by_role("link", name=step).click()
    page.get_by_role("button", name=step).click()
    expect(page.locator(".messagelist")).to_contain_text(done)


def test_an_organizer_makes_a_campaign_writes_its_letter_and_opens_it(
    visit: Callable[..., Visitor], site: Site
) -> None:
    page = visit().page
    log_in(page, site, "organizer")

    page.goto(f"{site.url}/admin/campaign/campaign/add/")
    page.locator("[name=slug]").fill("a-light-in-the-window")
    page.locator("[name=organisation]").select_option(index=1)
    # Only the organisations of one's own are there to choose from.
    expect(page.locator("[name=organisation] option")).to_have_count(2)
    page.locator("[name=goal]").fill("500")
    page.locator("[name=target]").select_option(index=1)
    for field, day in (
        ("opens_at", TODAY - DAY),
        ("closes_at", TODAY + 30 * DAY),
        ("deliver_from", TODAY - DAY),
        ("deliver_until", TODAY + 40 * DAY),
    ):
        at(page, field, day)
    page.locator("[name=source_language]").select_option("en")
    page.locator("[name=addressee_language]").select_option("en")
    page.locator("#texts-group .add-row a").click()
    page.locator("[name=texts-0-language]").select_option("en")
    page.locator("[name=texts-0-title]").fill("A light in the window")
    page.locator("[name=texts-0-ask]").fill("Ask for an answer.")
    page.locator("[name=texts-0-background]").fill("Nine people have not been heard of.")
    save(page)
    page.locator("#result_list").get_by_role("link", name="a-light-in-the-window").click()
    campaign_page = page.url

    # Too early: it says what is missing.
    take(page, "Send for review", "The campaign is in review.")
    take(page, "Open", "The letter is not published yet.")

    page.goto(f"{site.url}/admin/campaign/letter/add/")
    page.locator("[name=campaign]").select_option(label="a-light-in-the-window")
    page.locator("#texts-group .add-row a").click()
    for name, words in {
        "addressee": "The President",
        "salutation": "Mr President,",
        "subject": "A question",
        "body": "Where are they?\n\nPlease answer.",
        "closing": "Respectfully,",
    }.items():
        page.locator(f"[name=texts-0-{name}]").fill(words)
    page.locator("[name=texts-0-language]").select_option("en")
    save(page)
    page.locator("#result_list").get_by_role("link", name="a-light-in-the-window").click()
    take(page, "Publish this version", "The letter is published.")
    expect(page.locator("[name=texts-0-body]")).to_have_count(0)

    page.goto(campaign_page)
    take(page, "Open", "The campaign is open")
    page.get_by_role("link", name="/campaigns/a-light-in-the-window/").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A light in the window")

    supporter = visit(viewport=PHONE).page
    supporter.goto(site.url)
    supporter.get_by_role("link", name="A light in the window", exact=True).click()
    sign(supporter, name="Hana Kowalska", email="hana@people.example")
    expect(supporter.get_by_role("heading", level=1)).to_have_text("Look in your mailbox")
    assert supporter.context.cookies() == []
    site.work()
    assert "A light in the window" in site.mails_to("hana@people.example")[0]


def test_a_reviewer_finds_no_campaign_to_change(visit: Callable[..., Visitor], site: Site) -> None:
    page = visit().page
    log_in(page, site, "reviewer")
    assert page.get_by_role("link", name="Campaigns").count() == 0
    response = page.goto(f"{site.url}/admin/campaign/campaign/add/")
    assert response.status == 403
