"""An editor works on a case in a browser: rows in the page, what was typed and lost, and somebody who saved first."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from accounts.second_factor import give_app
from cases.models import Case, Event, FormDraft, Member
from tests.browser.conftest import PHONE, Site, Visitor
from tests.browser.steps import fits, follow, type_code
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "lantern-harbour-47"


def make_editor(name: str) -> User:
    editor = make_person(name, role=Role.EDITOR, is_staff=True)
    editor.set_password(PASSWORD)
    editor.save()
    give_app(editor)
    return editor


def log_in(page: Page, site: Site, editor: User, path: str = "/desk/cases/") -> None:
    page.goto(f"{site.url}{path}")
    page.locator("[name=login]").fill(editor.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    type_code(page, editor)
    expect(page).to_have_url(f"{site.url}{path}")


def begin(page: Page, title: str) -> Case:
    page.get_by_role("link", name="New case").click()
    page.get_by_label("Working title").fill(title)
    page.get_by_role("button", name="Begin the case").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return Case.objects.get(title__en__text=title)


def tab(page: Page, name: str) -> None:
    # The page has htmx once it has loaded; before, its links lead to pages of their own.
    follow(page.get_by_role("navigation", name="Sections of this case").get_by_role("link", name=name, exact=True))


def kept(page: Page) -> None:
    expect(page.locator(".draft-keeper").last).to_contain_text("Kept as typed")


def test_rows_are_written_in_the_page_and_what_was_not_saved_comes_back(
    visit: Callable[..., Visitor], site: Site
) -> None:
    chan = make_editor("Chan")
    page = visit().page
    log_in(page, site, chan)
    case = begin(page, "Nine people")
    assert fits(page)

    tab(page, "Members")
    page.get_by_role("link", name="Add a member").click()
    form = page.locator("#new-entry form")
    form.get_by_label("English").fill("the tall boy")
    form.get_by_label("age at the event, at least").fill("17")
    form.get_by_role("button", name="Add").click()
    row = page.locator(".entry", has_text="the tall boy")
    expect(row).to_contain_text("17")
    # The next one can follow at once: the focus is on the way to it.
    expect(page.get_by_role("link", name="Add a member")).to_be_focused()
    row.get_by_role("link", name="Edit the tall boy").click()
    page.locator(".entry form").get_by_label("English").fill("the tallest boy")
    page.locator(".entry form").get_by_role("button", name="Save").click()
    expect(page.locator(".entry", has_text="the tallest boy").get_by_role("link", name="Edit")).to_be_focused()
    assert str(Member.objects.get(case=case).in_words("label", "en")) == "the tallest boy"
    assert not FormDraft.objects.exists()

    # A date says what it means, and a wrong one what is wrong with it.
    tab(page, "Events")
    page.get_by_role("link", name="Add an event").click()
    form = page.locator("#new-entry form")
    expect(form).to_be_visible()
    # htmx listens to what it swapped in only once it has settled.
    expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(0)
    form.get_by_label("Date").fill("2013-02")
    expect(form.locator(".date-reading")).to_contain_text("latest Feb. 28, 2013")
    form.get_by_label("Date").fill("2013-02-30")
    expect(form.locator(".date-reading")).to_contain_text("There is no such day")
    form.get_by_label("English").first.fill("They were stopped on the r")
    kept(page)

    # The browser goes down; another one, days later, has what was typed.
    page.close()
    again = visit().page
    log_in(again, site, chan, f"/desk/cases/{case.reference}/events/new/")
    expect(again.locator(".draft-restored")).to_contain_text("had typed on")
    expect(again.get_by_label("English").first).to_have_value("They were stopped on the r")
    expect(again.get_by_label("Date")).to_have_value("2013-02-30")
    again.get_by_label("English").first.fill("They were stopped on the road.")
    again.get_by_label("Date").fill("2013-05-10")
    again.get_by_label("Type").select_option("arrest")
    again.get_by_role("button", name="Add").click()
    expect(again.locator(".entry", has_text="They were stopped on the road.")).to_contain_text("10 May 2013")
    assert Event.objects.get(case=case).date == "2013-05-10"
    assert not FormDraft.objects.exists()


def test_the_second_of_two_editors_sees_both_and_chooses(visit: Callable[..., Visitor], site: Site) -> None:
    chan, hani = make_editor("Chan"), make_editor("Hani")
    mine, theirs = visit().page, visit(viewport=PHONE, javascript=False).page
    log_in(mine, site, chan)
    case = begin(mine, "Nine people")
    log_in(theirs, site, hani, f"/desk/cases/{case.reference}/facts/")
    tab(mine, "The case")
    mine.get_by_label("English").first.fill("Nine young people")
    mine.get_by_label("People, at least").fill("9")

    # Without JavaScript, on a phone, and faster.
    assert fits(theirs)
    theirs.get_by_label("English").first.fill("Nine people from Musan")
    theirs.get_by_label("Monitoring").select_option("dormant")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.locator(".message")).to_contain_text("Saved.")

    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("heading", name="Somebody else saved this first")).to_be_visible()
    assert Case.objects.get(pk=case.pk).title["en"]["text"] == "Nine people from Musan"
    # Where one of the two changed it, theirs or mine is proposed; where both did, one has to say.
    title, people, monitoring = (
        mine.locator(".merge-field", has_text=name) for name in ("Title", "People, at least", "Monitoring")
    )
    expect(people.get_by_label("Yours")).to_be_checked()
    expect(monitoring.get_by_label("Theirs")).to_be_checked()
    mine.get_by_role("button", name="Save as chosen").click()
    expect(title.get_by_label("Yours")).not_to_be_checked()
    title.get_by_label("Yours").check()
    people.get_by_label("Yours").check()
    monitoring.get_by_label("Theirs").check()
    mine.get_by_role("button", name="Save as chosen").click()
    expect(mine.get_by_role("heading", level=1)).to_have_text("Nine young people")
    saved = Case.objects.get(pk=case.pk)
    assert (saved.people_min, saved.monitoring) == (9, "dormant")
