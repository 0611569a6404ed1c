"""What reaches 2,000 people, or takes them out as a file: one person asks for it, a second one releases it."""

import logging
from collections.abc import Callable
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts import actions as accounts
from accounts.models import User
from accounts.roles import MemberRole
from audit.models import Entry
from campaign import actions
from campaign.models import Campaign, Signature, Update, UpdateMail
from outbox.actions import send_due
from privacy.indexes import address_index
from tests.browser.conftest import PHONE, Site, Visitor
from tests.browser.steps import accept_invitation, fits, follow, link_in
from tests.browser.test_organizer import log_in
from tests.factories import fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MANY = 2_000
DORA = "dora@example.com"


@pytest.fixture
def crowd(site: Site) -> Campaign:
    """2,000 people have signed and want updates; of whom the demonstration's own do not."""
    campaign = Campaign.objects.get(state="open")
    letter, now = campaign.letters.published()[0], timezone.now()
    Signature.objects.bulk_create(
        Signature(
            campaign=campaign,
            letter=letter,
            language=("en", "ko")[number % 2],
            name=f"Person {number}",
            email=address(number),
            email_index=address_index(address(number)),
            country="PL",
            display="hidden",
            state="confirmed",
            wants_updates=True,
            confirmed_at=now,
        )
        for number in range(MANY)
    )
    Signature.objects.exclude(email_index__in=[address_index(address(number)) for number in range(MANY)]).update(
        wants_updates=False
    )
    return campaign


def address(number: int) -> str:
    return f"p{number}@people.example"


def send_some() -> None:
    """One step of the clockwork, and what a worker does then."""
    actions.send_updates()
    while send_due(queue="updates").more:
        pass


def test_an_update_goes_to_2000_when_a_second_organizer_has_released_it_and_one_of_them_ends_it_by_one_click(
    visit: Callable[..., Visitor], site: Site, crowd: Campaign, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="mail.log")  # 2,000 conversations
    owner = User.objects.get(email="owner@maninso.example")
    accounts.invite(email=DORA, by=owner, organisation=crowd.organisation, member_role=MemberRole.ORGANIZER)
    site.work()

    page = visit().page
    log_in(page, site, "organizer")
    page.goto(f"{site.url}/desk/campaigns/{crowd.slug}/updates/")
    expect(page.locator("main")).to_contain_text("2,000 people want updates")
    follow(page.get_by_role("link", name="Write an update"))
    page.wait_for_load_state("networkidle")  # htmx comes after the page
    page.get_by_label("Title").first.fill("Nine are safe")
    page.get_by_label("What happened").first.fill("They crossed the river.\n\nOne is still waiting.")
    expect(page.locator(".update-mail").first).to_contain_text("One is still waiting.")
    expect(page.locator(".update-on-page").first).to_contain_text("Nine are safe")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator(".messages")).to_contain_text("Nobody has got it yet.")

    page.get_by_role("button", name="Send to me").click()
    expect(page.locator(".messages")).to_contain_text("One test is on its way")
    site.work()
    assert "They crossed the river." in site.mails_to("organizer@maninso.example")[-1]

    page.get_by_role("link", name="Send it").click()
    expect(page.locator("main")).to_contain_text("It goes to 2,000 people")
    page.get_by_role("button", name="Ask a second person to release it").click()
    expect(page.locator(".messages")).to_contain_text("It waits for a second person.")
    update = Update.objects.get()
    send_some()
    assert fresh(update).state == Update.State.WAITING

    second = visit().page
    accept_invitation(second, site, DORA, name="Dora")
    second.goto(f"{site.url}/desk/campaigns/{crowd.slug}/updates/")
    second.get_by_role("link", name="Nine are safe").click()
    second.get_by_role("link", name="Read and release").click()
    expect(second.locator("main")).to_contain_text("You are the second person")
    assert fits(second)
    second.get_by_role("button", name="Release it to 2,000 people").click()
    expect(second.locator(".messages")).to_contain_text("Released.")

    # The organizer looks on: the page asks for itself how far it is.
    send_some()
    page.reload()
    progress = page.locator(".update-progress")
    expect(progress).to_contain_text("500 of 2,000 have it.")
    while fresh(update).state == Update.State.SENDING:
        send_some()
    expect(progress).to_contain_text("2,000 of 2,000 have it.")
    assert (fresh(update).released_by.email, fresh(update).recipients) == (DORA, MANY)
    assert update.mails.filter(state=UpdateMail.State.SENT).count() == MANY
    got = [to for to, mail in site.mail_server.arrived if mail["Subject"] == "Nine are safe"]
    assert (len(got), len(set(got))) == (MANY, MANY)

    # One has read enough: their mail program asks for nothing but the click.
    mail = next(mail for to, mail in site.mail_server.arrived if to == address(6))
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    click = urlencode({"List-Unsubscribe": "One-Click"}).encode()
    with urlopen(mail["List-Unsubscribe"].strip("<>"), data=click) as answer:
        assert answer.status == 200
    page.goto(f"{site.url}/desk/campaigns/{crowd.slug}/updates/")
    expect(page.locator("main")).to_contain_text("1,999 people want updates")
    reader = visit(viewport=PHONE).page
    reader.goto(link_in(site.mails_to(address(6))[-1], "/updates/"))
    expect(reader.get_by_role("heading", level=1)).to_have_text("You get no more news")
    reader.goto(link_in(site.mails_to(address(8))[-1], "#update"))
    expect(reader.locator(f"#update-{update.pk}")).to_contain_text("One is still waiting.")
    assert fits(reader)


def test_an_export_of_2000_leaves_when_a_second_person_has_released_it(
    visit: Callable[..., Visitor], site: Site, crowd: Campaign
) -> None:
    page = visit().page
    log_in(page, site, "organizer")
    page.goto(f"{site.url}/desk/campaigns/{crowd.slug}/exports/")
    page.get_by_role("link", name="New export").click()
    page.get_by_label("What for").fill("The annual report.")
    page.get_by_role("button", name="Ask for the export").click()
    expect(page.locator(".entries")).to_contain_text("The annual report.")
    expect(page.get_by_role("link", name="Fetch the file")).to_have_count(0)
    assert fits(page)

    second = visit().page
    log_in(second, site, "publisher")
    second.goto(f"{site.url}/desk/campaigns/{crowd.slug}/exports/")
    second.get_by_role("link", name="Release", exact=True).click()
    expect(second.locator(".confirmation")).to_contain_text("The annual report.")
    second.get_by_role("button", name="Release it").click()
    expect(second.locator(".messages")).to_contain_text("Released.")

    page.reload()
    page.get_by_role("link", name="Fetch the file").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Fetch it").click()
    rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) > MANY
    assert "people.example" not in "".join(rows)
    assert {"exports.asked", "exports.released", "exports.taken"} <= set(Entry.objects.values_list("action", flat=True))
