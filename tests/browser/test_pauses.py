"""An organizer stops the letters to one place, sees them wait and why, and lets them go again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from campaign.models import Campaign, DeliveryPoint
from tests.browser.conftest import PHONE, Site, Visitor
from tests.browser.steps import fits, follow, link_in, open_campaign, sign
from tests.browser.test_organizer import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_and_confirm(page: Page, site: Site, name: str, email: str) -> None:
    open_campaign(page, site)
    sign(page, name=name, email=email)
    site.work()
    page.goto(link_in(site.mails_to(email)[-1], "/signatures/confirm/"))
    page.get_by_role("button", name="Yes, I sign this letter").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")


def test_letters_to_a_paused_place_wait_with_the_reason_and_arrive_when_it_is_lifted(
    visit: Callable[..., Visitor], site: Site
) -> None:
    campaign, point = Campaign.objects.get(), DeliveryPoint.objects.get(answers_for__country="PL")
    page = visit(viewport=PHONE).page
    log_in(page, site, "organizer")

    page.goto(f"{site.url}/desk/campaigns/pauses/")
    follow(page.get_by_role("link", name="Pause letters"))
    page.get_by_label("Which letters shall stop?").select_option(f"point:{point.pk}")
    page.get_by_label("Why?").fill("The embassy moves house until Friday.")
    follow(page.get_by_role("button", name="Pause these letters"))
    expect(page.locator(".message")).to_contain_text("Paused.")

    supporter = visit(viewport=PHONE).page
    sign_and_confirm(supporter, site, "Hana Kowalska", "hana@people.example")
    site.work()
    assert site.letters_of("Hana Kowalska") == []

    page.goto(f"{site.url}/desk/campaigns/{campaign.slug}/waiting/")
    waits = page.locator(".entry").filter(has_text="Letters to this delivery point are paused.")
    expect(waits).to_contain_text("The embassy moves house until Friday.")
    expect(waits).to_contain_text("Bora Lindqvist")
    waits.locator("summary").click()
    expect(waits.locator(".letter")).to_contain_text("Hana Kowalska")
    assert fits(page)

    follow(page.get_by_role("link", name="Lift", exact=True))
    follow(page.get_by_role("button", name="Lift the pause"))
    expect(page.locator(".message")).to_contain_text("Lifted.")
    site.work()
    (letter,) = site.letters_of("Hana Kowalska")
    assert "Hana Kowalska" in letter
    page.goto(f"{site.url}/desk/campaigns/{campaign.slug}/waiting/")
    expect(page.get_by_role("heading", name="No letter waits")).to_be_visible()


def test_an_organizer_gets_a_test_letter_and_nobody_else_does(visit: Callable[..., Visitor], site: Site) -> None:
    campaign = Campaign.objects.get()
    page = visit().page
    log_in(page, site, "organizer")
    page.goto(f"{site.url}/desk/campaigns/{campaign.slug}/waiting/")
    follow(page.get_by_role("link", name="Send me a test letter"))
    page.get_by_label("Own words").fill("Please let them stay.")
    follow(page.get_by_role("button", name="Send to me"))
    expect(page.locator(".message")).to_contain_text("1 test letter is on its way")
    site.work()
    assert site.mail_server.recipients == ["organizer@maninso.example"]
    (mail,) = site.mails_to("organizer@maninso.example")
    assert "TEST: this letter went to you alone." in mail
    assert "Please let them stay." in mail
