"""A new version of the letter takes three: one writes it and sees it printed, one translates it, one publishes it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from campaign.models import Campaign, Letter
from tests.browser.conftest import Site, Visitor
from tests.browser.steps import fits, follow
from tests.browser.test_organizer import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OTHERS = ("ko", "zh-hans", "ja")


def approve(page: Page, site: Site, campaign: Campaign, language: str) -> None:
    page.goto(f"{site.url}/desk/campaigns/{campaign.slug}/languages/?into={language}")
    follow(page.locator("form#letter").get_by_role("link", name="Read and approve"))
    page.get_by_role("button", name="Approve it").click()
    expect(page.locator("form#letter .badge")).to_have_text("approved")


def test_a_letter_is_written_with_its_preview_and_approved_by_another(
    visit: Callable[..., Visitor], site: Site
) -> None:
    campaign = Campaign.objects.get()
    bora, chan = visit().page, visit().page
    log_in(bora, site, "organizer")
    log_in(chan, site, "translator")

    bora.goto(f"{site.url}/desk/campaigns/{campaign.slug}/letter/")
    bora.get_by_role("button", name="Start a new version").click()
    body, live = bora.get_by_label("The letter", exact=True), bora.locator("#live")
    # The printed pages come by themselves, and again when one pauses.
    expect(bora.locator("#printed img")).to_have_count(2)
    body.fill("Nine people wait.\n\nPlease let them go.")
    expect(live.locator(".letter")).to_contain_text("Nine people wait.")
    expect(live.locator(".letter-own-words")).to_contain_text("My own words stand here")
    expect(bora.locator("#printed img")).to_have_count(1)
    assert bora.locator("#printed img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 800
    # What is typed and not saved is there after a reload.
    expect(bora.locator(".draft-keeper")).to_contain_text("Kept as typed")
    bora.reload()
    expect(body).to_have_value(re.compile("Nine people wait"))
    body.press("Control+s")
    expect(bora.locator(".message")).to_contain_text("Saved.")
    assert fits(bora)

    bora.goto(f"{site.url}/desk/campaigns/{campaign.slug}/letter/")
    expect(bora.locator(".entries .badge", has_text="older than its source")).to_have_count(3)
    expect(bora.get_by_role("link", name="Publish version 2")).to_have_count(0)

    # Chan mends one language and approves the two others, which are still right; nobody approves words of their own.
    chan.goto(f"{site.url}/desk/campaigns/{campaign.slug}/languages/?into=ko")
    letter = chan.locator("form#letter")
    expect(letter.locator("del").first).to_be_visible()
    letter.get_by_label("The letter (ko)").fill("아홉 사람이 기다리고 있습니다.")
    letter.get_by_role("button", name="Save").click()
    expect(letter.get_by_role("status").filter(has_text="waits for somebody else")).to_be_visible()
    expect(letter.get_by_role("link", name="Read and approve")).to_have_count(0)
    for language in ("zh-hans", "ja"):
        approve(chan, site, campaign, language)
    approve(bora, site, campaign, "ko")

    # People sign the version before it at this moment: whoever wrote this one does not bring it out alone.
    bora.goto(f"{site.url}/desk/campaigns/{campaign.slug}/letter/")
    expect(bora.locator(".notice")).to_contain_text("It waits for somebody else to publish it")
    expect(bora.get_by_role("link", name="Publish version 2")).to_have_count(0)
    dana = visit().page
    log_in(dana, site, "publisher")
    dana.goto(f"{site.url}/desk/campaigns/{campaign.slug}/letter/")
    follow(dana.get_by_role("link", name="Publish version 2"))
    dana.get_by_role("button", name="Publish it").click()
    expect(dana.locator(".message")).to_contain_text("Published.")
    assert Letter.objects.get(version=2).is_published
    chan.goto(f"{site.url}/ko/campaigns/{campaign.slug}/")
    expect(chan.locator("article.letter").first).to_contain_text("아홉 사람이 기다리고 있습니다.")
