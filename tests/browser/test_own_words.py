"""A moderator goes through own words by keyboard, and what is accepted goes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from campaign import actions
from campaign.models import Campaign, OwnWords
from tests.browser.conftest import PHONE, Site, Visitor
from tests.browser.steps import fits, follow
from tests.browser.test_organizer import log_in
from tests.factories import NOW, SECOND, make_signature

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = ["The first that waits.", "The second: https://spam.example/", "The third of them.", "The last of all."]


def some_have_signed(campaign: Campaign) -> None:
    for number, words in enumerate(WORDS):
        signature = make_signature(campaign, name=f"Supporter {number}", own_words=words)
        actions.confirm_signature(
            signature_id=signature.pk, revision=0, shown=actions.digest_of(signature), now=NOW + number * SECOND
        )


def by_key(page: Page, key: str) -> None:
    """A decision, after which the page stands with the next one."""
    with page.expect_event("load"):
        page.keyboard.press(key)


def states() -> list[str]:
    return list(OwnWords.objects.filter(since__gte=NOW).order_by("since").values_list("state", flat=True))


def test_own_words_are_decided_by_keyboard_and_the_keys_can_be_switched_off(
    visit: Callable[..., Visitor], site: Site
) -> None:
    campaign = Campaign.objects.get()
    OwnWords.objects.update(since=NOW + 60 * SECOND)
    some_have_signed(campaign)
    page = visit().page
    log_in(page, site, "organizer")
    page.goto(f"{site.url}/desk/campaigns/{campaign.slug}/own-words/")
    focused = page.locator("[data-own-words]:focus")

    page.keyboard.press("a")  # nobody has looked at one yet
    page.keyboard.press("j")
    expect(focused).to_contain_text(WORDS[0])
    page.keyboard.press("k")
    expect(focused).to_contain_text(WORDS[0])
    page.keyboard.press("j")
    expect(focused).to_contain_text(WORDS[1])
    expect(focused).to_contain_text("a link")
    focused.locator("select").select_option("advertises")
    page.locator("[data-own-words]").filter(has_text=WORDS[1]).focus()
    by_key(page, "r")
    expect(page.locator(".message")).to_contain_text("Left out.")
    expect(focused).to_contain_text(WORDS[2])
    by_key(page, "a")
    expect(focused).to_contain_text(WORDS[3])
    assert states()[:4] == ["unread", "rejected", "accepted", "unread"]
    by_key(page, "u")
    expect(focused).to_contain_text(WORDS[2])
    assert states()[:4] == ["unread", "rejected", "unread", "unread"]

    page.get_by_text("By keyboard").click()
    page.get_by_label("These keys work").uncheck()
    page.goto(page.url.partition("#")[0])
    page.keyboard.press("j")
    expect(focused).to_have_count(0)
    page.get_by_text("By keyboard").click()
    page.get_by_label("These keys work").check()
    page.locator("[data-own-words]").first.focus()
    by_key(page, "a")
    assert states()[:4] == ["accepted", "rejected", "unread", "unread"]

    site.work()
    (letter,) = site.letters_of("Supporter 0")
    assert WORDS[0] in letter
    assert site.letters_of("Supporter 2") == []


def test_many_are_accepted_on_a_phone_without_javascript(visit: Callable[..., Visitor], site: Site) -> None:
    campaign = Campaign.objects.get()
    OwnWords.objects.update(since=NOW + 60 * SECOND)
    some_have_signed(campaign)
    page = visit(viewport=PHONE).page
    log_in(page, site, "organizer")
    plain = page.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, viewport=PHONE, storage_state=page.context.storage_state()
    )
    page = plain.new_page()
    page.goto(f"{site.url}/desk/campaigns/{campaign.slug}/own-words/")
    expect(page.get_by_text("By keyboard")).to_be_hidden()
    assert fits(page)
    for words in (WORDS[0], WORDS[2]):
        page.locator("[data-own-words]").filter(has_text=words).get_by_role("checkbox").check()
    follow(page.get_by_role("button", name="Accept them"))
    expect(page.locator(".confirmation-scope")).to_contain_text("2 letters go by e-mail, with these words.")
    follow(page.get_by_role("button", name="Accept them"))
    expect(page.locator(".message")).to_contain_text("2 accepted.")
    assert states()[:4] == ["accepted", "unread", "accepted", "unread"]
    plain.close()
