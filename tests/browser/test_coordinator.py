"""The whole way of a city coordinator, on a phone: offer, confirm, fetch the pack, report at the gate without a
connection; the organizer accepts and releases; a supporter and a stranger with the pack in hand see what became of it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import caches
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from campaign import actions
from campaign.links import coordinator_url
from campaign.models import Campaign, DeliveryPoint, Dispatch, Pack
from tests.browser.conftest import PHONE, Site, Visitor
from tests.browser.steps import fits, link_in, open_campaign, sign
from tests.browser.test_organizer import log_in
from tests.browser.test_supporter import confirm
from tests.campaign.papers import make_all
from tests.factories import make_hand_in, make_volunteer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def in_warsaw(site: Site) -> DeliveryPoint:
    """A coordinator is wanted there."""
    point = DeliveryPoint.objects.get(city="Warsaw", kind="embassy")
    make_hand_in(Campaign.objects.get(), point, opening_hours="Mon to Fri, 9 to 12")
    return point


def offer(page: Page, site: Site) -> None:
    open_campaign(page, site)
    page.get_by_role("link", name="Hand it in yourself").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hand it in yourself")
    assert fits(page)
    page.get_by_label("Your name").fill("Mina Park")
    page.get_by_label("Your e-mail address").fill("mina@people.example")
    page.get_by_role("button", name="Offer to hand it in").click()
    expect(page.locator(".error-summary")).to_contain_text("safety")
    page.get_by_label("I have read what stands above about safety").check()
    page.get_by_role("button", name="Offer to hand it in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mailbox")
    site.work()
    page.goto(link_in(site.mails_to("mina@people.example")[-1], "/volunteers/confirm/"))
    assert fits(page)
    page.get_by_role("button", name="Yes, I offer to hand it in").click()
    expect(page.locator(".notice")).to_contain_text("Your offer is with the organizers.")


def test_a_coordinator_goes_the_whole_way_and_everyone_sees_what_came_of_it(
    visit: Callable[..., Visitor], site: Site, in_warsaw: DeliveryPoint, tmp_path: Path
) -> None:
    supporter = visit(viewport=PHONE).page
    open_campaign(supporter, site)
    sign(supporter, name="Hana Kowalska", email="hana@people.example")
    confirm(supporter, site, "hana@people.example")
    supporter.get_by_role("link", name="Open your own page").click()

    mina = visit(viewport=PHONE).page
    offer(mina, site)

    organizer = visit().page
    log_in(organizer, site, "organizer")
    organizer.goto(link_in(site_mail(site, "organizer@maninso.example"), "/hand-ins/"))
    expect(organizer.locator("main")).to_contain_text("Mina Park")
    organizer.get_by_role("link", name="Accept", exact=True).click()
    organizer.get_by_role("button", name="Accept", exact=True).click()
    expect(organizer.locator("main")).to_contain_text("They are the coordinator.")

    # The map has her place, not yet what came of it.
    supporter.goto(f"{site.url}/en/campaigns/{Campaign.objects.get().slug}/day/")
    expect(supporter.locator(".world title", has_text="Warsaw: a coordinator hands the letters in")).to_be_attached()
    supporter.go_back()

    # The pack is made while she looks.
    site.work()
    mina.goto(link_in(site.mails_to("mina@people.example")[-1], "/en/volunteers/"))
    expect(mina.get_by_text("of 1 volume is made.")).to_be_visible()
    assert fits(mina)
    make_all()
    button = mina.get_by_role("button", name="Download volume 1 (PDF)")
    expect(button).to_be_visible(timeout=30_000)  # the page asks for itself, ten seconds after it opened at first
    with mina.expect_download() as download:
        button.click()
    pack = Pack.objects.get()
    assert download.value.suggested_filename == f"{pack.number}.pdf"
    volume = tmp_path / "volume.pdf"
    download.value.save_as(volume)

    # At the gate there is no connection.
    mina.get_by_role("link", name="Open the report").click()
    expect(mina.get_by_role("heading", level=1)).to_have_text("What happened at the door?")
    assert fits(mina)
    Image.new("RGB", (3000, 2000), "orange").save(tmp_path / "gate.jpg")
    mina.context.set_offline(True)
    mina.get_by_label("delivered to a person").check()
    mina.get_by_label("Note").fill("The guard took it.")
    mina.get_by_label("Photographs").set_input_files(tmp_path / "gate.jpg")
    mina.get_by_role("button", name="Send the report").click()
    expect(mina.locator("[data-report-says=kept]")).to_be_visible()
    assert fits(mina)
    # Even closed and opened again: then it is sent.
    path = mina.url
    mina.goto("about:blank")
    mina.context.set_offline(False)
    mina.goto(path)
    expect(mina.get_by_role("heading", level=1)).to_have_text("Thank you. Your report is here.")
    mina.goto(path)
    expect(mina.get_by_role("button", name="Send the report")).to_be_visible()
    expect(mina.locator("[data-report-waiting]")).to_be_hidden()

    organizer.goto(f"{site.url}/desk/campaigns/{Campaign.objects.get().slug}/hand-ins/")
    organizer.locator("tbody tr").filter(has_text="delivered to a person").get_by_role("link").click()
    organizer.get_by_role("link", name="Release the report").click()
    organizer.get_by_label("Show this one").check()
    organizer.get_by_role("button", name="Release the report").click()
    expect(organizer.get_by_text("The hand-in is closed as reported")).to_be_visible()

    supporter.reload()
    number = Dispatch.objects.get(pack=pack, place=pack.last).page
    expect(supporter.locator(".deliveries")).to_contain_text("Handed in at Warsaw on")
    expect(supporter.locator(".deliveries")).to_contain_text(f"Printed in the pack for Warsaw, page {number}.")
    caches["pages"].clear()
    open_campaign(supporter, site)
    place = supporter.locator("#hand-ins")
    expect(place).to_contain_text("Handed in at Warsaw on")
    expect(place).not_to_contain_text("Mina")
    place.scroll_into_view_if_needed()
    photo = place.get_by_role("img")
    expect(photo).to_be_visible()
    supporter.wait_for_function("picture => picture.complete && picture.naturalWidth > 0", arg=photo.element_handle())
    assert fits(supporter)

    supporter.get_by_role("link", name="The day, city by city").click()
    mark = supporter.locator(".world g", has=supporter.locator("title", has_text="Warsaw: delivered to a person"))
    expect(mark.locator("use")).to_have_attribute("href", "#mark-delivered")
    assert fits(supporter)

    check(visit, site, pack, volume)


def check(visit: Callable[..., Visitor], site: Site, pack: Pack, volume: Path) -> None:
    """Whoever holds the pack types its number, and compares the file with what we made."""
    page = visit(viewport=PHONE).page
    page.goto(f"{site.url}/en/check/")
    page.get_by_label("Pack number").fill(pack.number.lower().replace("-", ""))
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_text("Handed in at Warsaw on")).to_be_visible()
    page.get_by_label("Choose the file, or drop it here").set_input_files(volume)
    expect(page.get_by_text("every byte is the same")).to_be_visible()
    changed = volume.with_name("changed.pdf")
    changed.write_bytes(volume.read_bytes() + b" ")
    page.get_by_label("Choose the file, or drop it here").set_input_files(changed)
    expect(page.get_by_text("This is not the file that we made.")).to_be_visible()
    assert fits(page)


def test_without_javascript_a_report_goes_as_any_form(
    visit: Callable[..., Visitor], site: Site, in_warsaw: DeliveryPoint, tmp_path: Path
) -> None:
    volunteer = make_volunteer(in_warsaw.hand_ins.get(), state="confirmed")
    actions.accept_volunteer(volunteer=volunteer, by=User.objects.first())
    page = visit(viewport=PHONE, javascript=False).page
    page.goto(coordinator_url(volunteer))
    page.get_by_role("link", name="Open the report").click()
    page.get_by_label("refused at the door").check()
    Image.new("RGB", (300, 200), "orange").save(tmp_path / "gate.jpg")
    page.get_by_label("Photographs").set_input_files(tmp_path / "gate.jpg")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your report is here.")
    page.get_by_role("link", name="Back to your page").click()
    expect(page.locator(".notice")).to_contain_text("Refused at the door in Warsaw on")
    expect(page.locator(".reports")).to_contain_text("1 photograph")


def site_mail(site: Site, address: str) -> str:
    site.work()
    return site.mails_to(address)[-1]
