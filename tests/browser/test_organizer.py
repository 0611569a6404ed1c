"""An organizer, invited just now, makes a campaign from nothing, a reviewer opens it, and supporters sign it."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts import actions as accounts
from accounts.models import User
from accounts.roles import MemberRole
from campaign import actions
from campaign.models import Campaign, Letter, LetterText
from tests.browser.conftest import PHONE, Site, Visitor
from tests.browser.steps import accept_invitation, choose_country, sign, type_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = dt.timedelta(days=1)
TODAY = dt.datetime.now(tz=dt.UTC).date()
GIL = "gil@example.com"


def log_in(page: Page, site: Site, who: str) -> None:
    page.goto(f"{site.url}/desk/")
    page.locator("[name=login]").fill(f"{who}@maninso.example")
    page.locator("[name=password]").fill(site.logins[who])
    page.get_by_role("button", name="Log in", exact=True).click()
    type_code(page, User.objects.get(email=f"{who}@maninso.example"))
    expect(page).to_have_url(f"{site.url}/desk/")


def go_on(page: Page, then: str) -> None:
    page.get_by_role("button", name="Save and go on").click()
    at_step(page, then)


def to_step(page: Page, name: str) -> None:
    page.locator(".desk-tabs").get_by_role("link", name="Preparation").click()
    page.locator(".launch-steps").get_by_role("link", name=name).click()


def at_step(page: Page, name: str) -> None:
    expect(page.locator(".launch-step > h2")).to_have_text(name)


def send(page: Page) -> None:
    to_step(page, "Check list")
    page.get_by_role("link", name="Send for review").click()
    page.get_by_label("For the reviewers").fill("It has to open tomorrow.")
    page.get_by_role("button", name="Send for review").click()
    expect(page.locator(".messages")).to_contain_text("The campaign is in review.")


def a_letter(slug: str) -> None:
    """As the letter's own pages make it."""
    campaign = Campaign.objects.get(slug=slug)
    letter = Letter.objects.create(campaign=campaign, version=1)
    LetterText.objects.create(
        letter=letter,
        language="en",
        addressee="The President",
        salutation="Mr President,",
        subject="A question",
        body="Where are they?\n\nPlease answer.",
        closing="Respectfully,",
    )
    actions.publish_letter(letter=letter, by=campaign.organisation.organizers()[0])


def test_an_invited_organizer_makes_a_campaign_from_nothing_and_a_reviewer_opens_it(
    visit: Callable[..., Visitor], site: Site
) -> None:
    page = visit().page
    owner = User.objects.get(email="owner@maninso.example")
    organisation = owner.memberships.get().organisation
    accounts.invite(email=GIL, by=owner, organisation=organisation, member_role=MemberRole.ORGANIZER)
    site.work()
    accept_invitation(page, site, GIL, name="Gil Nowak")
    page.goto(f"{site.url}/desk/campaigns/")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Title").fill("A light in the window")
    page.locator("[name=target]").select_option(index=1)
    page.get_by_role("button", name="Begin the campaign").click()
    expect(page.locator(".messages")).to_contain_text("The campaign is begun.")
    expect(page).to_have_url(f"{site.url}/desk/campaigns/a-light-in-the-window/steps/")

    page.get_by_role("link", name="Go on: The ask").click()
    page.get_by_label("What is asked").fill("Ask for an answer.")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("#id_background_error")).to_be_visible()
    page.get_by_label("Background").fill("Nine people have not been heard of.")
    go_on(page, "Cases")
    page.get_by_role("button", name="Name MNS-2013-001").click()
    expect(page.locator(".messages")).to_contain_text("MNS-2013-001 is named.")
    page.get_by_role("button", name="These are right: go on").click()

    to_step(page, "Goal and dates")
    page.get_by_label("Goal").fill("500")
    page.get_by_label("Time zone").select_option("Asia/Seoul")
    page.get_by_label("Opens").fill(f"{TODAY - DAY}T09:00")
    page.get_by_label("Closes").fill(f"{TODAY + 30 * DAY}T00:00")
    go_on(page, "Look")
    page.get_by_label("Share text").fill("Nine people. One question.")
    go_on(page, "Check list")
    expect(page.get_by_role("link", name="The letter is not published yet.")).to_be_visible()
    expect(page.get_by_role("link", name="Send for review")).to_have_count(0)

    a_letter("a-light-in-the-window")
    to_step(page, "Ways and window")
    page.get_by_label("Letters go from").fill(f"{TODAY - DAY}T09:00")
    page.get_by_role("button", name="Save and leave").click()

    # The whole way, tried by the organizer alone.
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("link", name="English").last.click()
    expect(page.get_by_text("This is a trial.")).to_be_visible()
    page.get_by_label("Your name").fill("Bora Lindqvist")
    choose_country(page, "Poland")
    page.get_by_role("button", name="Sign the letter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mailbox")
    site.work()
    mail = site.mails_to(GIL)[-1]
    page.goto(next(word for word in mail.split() if "/trial/" in word))
    page.get_by_role("button", name="Yes, I sign this letter").click()
    expect(page.locator(".messages")).to_contain_text("on its way to you")
    site.work()
    assert "Where are they?" in site.mails_to(GIL)[-1]
    assert Campaign.objects.get(slug="a-light-in-the-window").signatures.count() == 0

    send(page)
    site.work()
    assert "waits" in site.mail_server.mails[-1]["Subject"]

    reviewer = visit().page
    log_in(reviewer, site, "reviewer")
    reviewer.goto(f"{site.url}/desk/campaigns/review/")
    reviewer.get_by_role("link", name="A light in the window").click()
    reviewer.get_by_label("About").first.select_option(label="What is asked")
    reviewer.get_by_label("What has to be mended").first.fill("Whom do we ask?")
    reviewer.get_by_role("button", name="Send it back").click()
    expect(reviewer.locator(".messages")).to_contain_text("It is a draft again")

    page.goto(f"{site.url}/desk/campaigns/a-light-in-the-window/steps/")
    expect(page.locator("#remarks")).to_contain_text("Whom do we ask?")
    page.locator("#remarks").get_by_role("link", name="What is asked").click()
    expect(page.locator("#id_ask_helptext")).to_contain_text("Reviewer: Whom do we ask?")
    page.get_by_label("What is asked").fill("Ask the President for an answer.")
    page.get_by_role("button", name="Save and leave").click()
    page.get_by_role("button", name="This is mended or answered").click()
    send(page)

    reviewer.goto(f"{site.url}/desk/campaigns/review/")
    reviewer.get_by_role("link", name="A light in the window").click()
    expect(reviewer.locator("ins")).to_have_text("Ask the President for an answer.")
    reviewer.get_by_role("link", name="Open it…").click()
    expect(reviewer.get_by_role("heading", level=1)).to_have_text("Open this campaign?")
    reviewer.get_by_role("button", name="Open", exact=True).click()
    expect(reviewer.locator(".messages")).to_contain_text("The campaign is open.")

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
    page.goto(f"{site.url}/desk/campaigns/")
    expect(page.get_by_role("link", name="New campaign")).to_have_count(0)
    response = page.goto(f"{site.url}/desk/campaigns/new/")
    assert response.status == 403
