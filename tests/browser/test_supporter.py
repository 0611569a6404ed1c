"""A supporter's whole way, in a real browser: on a phone, at a desk, and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from campaign.actions import accept_words
from campaign.models import OwnWords
from tests.browser.conftest import DESK, PHONE, Site, Visitor
from tests.browser.steps import choose_country, country_field, fits, follow, link_in, open_campaign, sign, unfold
from tests.stack.running import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BROWSERS = {
    "desk": {"viewport": DESK},
    "phone": {"viewport": PHONE},
    "phone without JavaScript": {"viewport": PHONE, "javascript": False},
}
OWN_WORDS = "My grandmother crossed that river.\nPlease let them go."


def confirm(page: Page, site: Site, email: str) -> None:
    site.work()
    [mail] = site.mails_to(email)
    page.goto(link_in(mail, "/signatures/confirm/"))
    page.get_by_role("button", name="Yes, I sign this letter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your signature counts.")


@pytest.mark.parametrize("browser_of_hers", BROWSERS.values(), ids=BROWSERS.keys())
def test_a_supporter_reads_errs_signs_confirms_follows_the_letter_and_withdraws(
    visit: Callable[..., Visitor], site: Site, browser_of_hers: dict
) -> None:
    page = visit(**browser_of_hers).page
    open_campaign(page, site)
    unfold(page.locator("#letter"), "Read the whole letter")
    expect(page.locator("#letter .letter-closing")).to_be_visible()

    # She errs twice; the page leads her to both places, and keeps what she typed.
    page.get_by_label("Your name", exact=True).fill("Hana Kowalska")
    page.get_by_label("Your e-mail address").fill("hana at example.org")
    unfold(page.locator("main"), "Add my own words")
    page.get_by_label("Your own words").fill(OWN_WORDS)
    page.get_by_role("button", name="Sign the letter").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(2)
    summary.get_by_role("link", name="e-mail address").click()
    expect(page.get_by_label("Your e-mail address")).to_be_focused()
    expect(page.get_by_label("Your e-mail address")).to_have_value("hana at example.org")
    summary.get_by_role("link", name="country where you live").click()
    expect(country_field(page)).to_be_focused()
    expect(page.get_by_label("Your name", exact=True)).to_have_value("Hana Kowalska")
    expect(page.get_by_label("Your own words")).to_have_value(OWN_WORDS)

    sign(page, name="Hana Kowalska", email="hana@people.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mailbox")

    confirm(page, site, "hana@people.example")
    expect(page.get_by_role("blockquote")).to_contain_text("/en/campaigns/save-north-korean-refugees-day-")
    page.get_by_role("link", name="Open your own page").click()
    expect(page.locator(".lead")).to_have_text("Your signature stands and counts.")

    site.work()
    assert site.letters_of("Hana Kowalska") == []
    expect(page.locator("#own-words")).to_contain_text("your letter waits for that")
    words = OwnWords.objects.get(signature__dispatches__isnull=False)
    accept_words(words=words, by=words.campaign.organisation.organizers()[0])
    site.work()
    page.reload()
    expect(page.locator(".deliveries")).to_contain_text("Warsaw")
    unfold(page.locator("main"), "The letter as it went out")
    for line in OWN_WORDS.splitlines():
        expect(page.locator(".deliveries .letter")).to_contain_text(line)
    [letter] = site.letters_of("Hana Kowalska")
    assert OWN_WORDS in letter
    _confirmation, news = site.mails_to("hana@people.example")
    assert link_in(news, "/signatures/") == page.url

    page.get_by_role("link", name="Withdraw your signature").click()
    page.get_by_role("button", name="Withdraw my signature").click()
    expect(page.locator(".lead")).to_have_text("You have withdrawn your signature. It no longer counts.")
    expect(page.get_by_role("link", name="Withdraw your signature")).to_have_count(0)
    assert page.context.cookies() == []


def test_the_count_grows_and_shrinks_with_the_signatures(visit: Callable[..., Visitor], site: Site) -> None:
    page = visit().page
    site.work()
    open_campaign(page, site)
    count = page.locator("#count strong")
    before = int(count.inner_text())
    sign(page, name="Hana Kowalska", email="hana@people.example")
    confirm(page, site, "hana@people.example")
    own_url = page.get_by_role("link", name="Open your own page").get_attribute("href")

    def shown(expected: int) -> None:
        def look() -> bool:
            # Another test's transaction, in a database beside ours, holds the watermark up while it lasts: that of the
            # tour of all pages lasts minutes.
            site.work()
            page.reload()
            return int(count.inner_text()) == expected

        open_campaign(page, site)
        until(look, within=600)

    shown(before + 1)
    page.goto(f"{site.url}{own_url}withdrawal/")
    page.get_by_role("button", name="Withdraw my signature").click()
    shown(before)


def test_whoever_did_not_sign_erases_the_address_by_the_link_in_the_mail(
    visit: Callable[..., Visitor], site: Site
) -> None:
    page = visit(viewport=PHONE).page
    open_campaign(page, site)
    sign(page, name="Somebody Else", email="eun@people.example")
    site.work()
    [mail] = site.mails_to("eun@people.example")

    page.goto(link_in(mail, "/signatures/confirm/"))
    page.get_by_role("link", name="This was not me").click()
    assert page.url == re.search(r"http\S+/erasure/", mail)[0]
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is erased")

    page.goto(link_in(mail, "/signatures/confirm/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work")
    page.get_by_label("Your e-mail address").fill("eun@people.example")
    page.get_by_role("button", name="Send me my links").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mailbox")
    site.work()
    assert len(site.mails_to("eun@people.example")) == 1
    assert page.context.cookies() == []


def test_the_whole_way_is_there_in_korean(visit: Callable[..., Visitor], site: Site) -> None:
    page = visit(viewport=PHONE, language="ko").page
    page.goto(site.url)
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.get_by_role("link", name="북한 난민을 돌려보내지 마십시오", exact=True).click()
    expect(page.locator("#letter article")).to_have_attribute("lang", "ko")
    page.locator("[name=name]").fill("김하늘")
    page.locator("[name=email]").fill("haneul@people.example")
    choose_country(page, "대한민국")
    page.get_by_role("button", name="편지에 서명하기").click()
    expect(page).to_have_url(re.compile("/ko/campaigns/.*/sign/sent/$"))

    site.work()
    [mail] = site.mails_to("haneul@people.example")
    page.goto(link_in(mail, "/ko/signatures/confirm/"))
    page.locator("form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/ko/signatures/.*/confirmed/$"))
    expect(page.get_by_role("blockquote")).to_contain_text("/ko/campaigns/")

    site.work()
    [letter] = site.letters_of("김하늘")
    # In the addressee's language, with the words that she read beside it.
    assert "中华人民共和国主席" in letter
    assert "국가주석" in letter


@pytest.mark.parametrize("viewport", [PHONE, DESK, {"width": 320, "height": 640}], ids=["phone", "desk", "320 px"])
def test_no_page_has_to_be_scrolled_sideways(
    visit: Callable[..., Visitor], site: Site, viewport: dict[str, int]
) -> None:
    page = visit(viewport=viewport).page
    seen = []

    def look() -> None:
        seen.append(page.url)
        assert fits(page), page.url

    page.goto(site.url)
    look()
    follow(page.get_by_role("link", name="Save North Korean Refugees Day", exact=True))
    look()
    page.goto(site.url)
    follow(page.get_by_role("link", name="Do not send North Korean refugees back", exact=True))
    for summary in page.locator("summary").all():
        summary.click()
    look()
    follow(page.get_by_role("button", name="Sign the letter"))
    look()
    sign(page, name="Wolfeschlegelsteinhausenbergerdorff " * 2, email=f"{'hana' * 15}@people.example")
    look()
    site.work()
    [mail] = site.mails_to(f"{'hana' * 15}@people.example")
    page.goto(link_in(mail, "/signatures/confirm/"))
    look()
    follow(page.get_by_role("button", name="Yes, I sign this letter"))
    look()
    site.work()
    follow(page.get_by_role("link", name="Open your own page"))
    for summary in page.locator("summary").all():
        summary.click()
    look()
    follow(page.get_by_role("link", name="Withdraw your signature"))
    look()
    assert len(set(seen)) == len(seen) == 9
