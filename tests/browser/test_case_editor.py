"""The whole way of a case, by the pages alone: drafted from nothing, sent back, mended, approved by two, published,
corrected, taken down, and restored by two people.
"""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from cases.models import Case
from tests.browser.conftest import Site, Visitor
from tests.browser.steps import fits
from tests.browser.test_case_desk import PASSWORD, log_in
from tests.cases.photographs import CANARY, telling
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "A girl, sent back from Laos"
SUMMARY = "A girl from North Korea was arrested in Laos and returned by force."


def make_colleague(name: str, role: Role) -> User:
    person = make_person(name, role=role, is_staff=True)
    person.set_password(PASSWORD)
    person.save()
    return person


class Desk:
    """What people do at the pages of one case."""

    def __init__(self, page: Page, site: Site, person: User) -> None:
        self.page, self.site = page, site
        log_in(page, site, person)

    def tab(self, name: str) -> None:
        tabs = self.page.get_by_role("navigation", name="Sections of this case")
        tabs.get_by_role("link", name=name, exact=True).click()
        assert fits(self.page)

    def open(self, title: str = TITLE) -> None:
        self.page.goto(f"{self.site.url}/desk/cases/")
        self.page.get_by_role("link", name=title).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    def write(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f"[name={name}]:visible").fill(text)

    def choose(self, **fields: str) -> None:
        for name, label in fields.items():
            self.page.locator(f"select[name={name}]").select_option(label=label)

    def state(self, field: str, name: str) -> None:
        self.page.locator(f"#id_{field}:visible").fill(name)
        self.page.locator(f"#id_{field}:visible").press("Enter")
        expect(self.page.locator(f"select[name={field}] option:checked")).to_have_text(name)

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def press(self, button: str, says: str = "") -> None:
        self.page.get_by_role("button", name=button, exact=True).click()
        if says:
            expect(self.page.locator(".message")).to_contain_text(says)

    def follow(self, link: str) -> None:
        self.page.get_by_role("link", name=link, exact=True).click()

    def source_for(self, row: str, source: str) -> None:
        self.page.locator(".entry", has_text=row).get_by_role("link", name="Add a source for it").first.click()
        self.choose(source=source)
        self.press("Add", "Added.")


def draft(chan: Desk) -> None:
    """From nothing to a case that nothing is missing in, led by what the overview says is missing."""
    page, today = chan.page, timezone.localdate()
    chan.follow("New case")
    chan.write(title=TITLE)
    chan.choose(kind="one person")
    chan.press("Begin the case", "Nobody but the staff sees it")
    expect(page.locator("#findings")).to_contain_text("things to mend")

    page.locator("#findings").get_by_role("link", name=re.compile("^The summary is missing")).click()
    chan.write(summary_en=SUMMARY, story_en="She was on her way to South Korea.")
    chan.write(as_of=f"{today}", last_verified=f"{today}", next_review=f"{today + dt.timedelta(days=180)}")
    chan.press("Save", "Saved.")

    page.locator("#findings").get_by_role("link", name=re.compile("^Nobody is in the record yet")).click()
    chan.write(label_en="the girl with the scarf", age_min="14", age_max="16", real_name="Canary Kim")
    chan.choose(sex="female")
    chan.state("citizenship", "North Korea")
    chan.press("Add", "Added.")
    chan.follow("Record a status")
    chan.choose(kind="returned by force")
    chan.write(date="2013-05-28")
    chan.press("Record", "Recorded.")

    chan.tab("Events")
    chan.follow("Add an event")
    chan.choose(kind="forced return")
    chan.write(date="2013-05-28", what_en="She was flown to Pyongyang.")
    chan.state("country", "China")
    chan.press("Add")
    expect(page.locator(".entry", has_text="She was flown to Pyongyang.")).to_be_visible()

    chan.tab("Claims")
    chan.follow("All sources")
    chan.follow("Add a source")
    chan.choose(type="news report", reliability="B: usually reliable")
    chan.write(publisher="The Harbour Paper", title="A girl was sent back", date="2013-06-02")
    chan.press("Add", "Added.")

    chan.open()
    paper = "The Harbour Paper: A girl was sent back"
    chan.tab("Claims")
    chan.follow("Add a claim")
    chan.choose(source=paper)
    chan.press("Add", "Added.")
    chan.tab("Events")
    chan.source_for("She was flown to Pyongyang.", paper)
    chan.tab("Members")
    chan.source_for("the girl with the scarf", paper)
    chan.tab("Overview")
    page.locator("#findings").get_by_role("link", name=re.compile("^No source stands behind .*returned by force")).click()
    page.get_by_role("link", name="Add a source").last.click()
    chan.choose(source=paper)
    chan.press("Add", "Added.")

    chan.tab("Pictures")
    chan.follow("Add a picture")
    page.get_by_label("The picture").set_input_files(
        {"name": "bus.jpg", "mimeType": "image/jpeg", "buffer": telling(size=(1200, 800))}
    )
    chan.write(alt_en="The bus in which she was.", credit="A. Photographer", licence="CC BY 4.0")
    chan.press("Add the picture", "Sealed.")
    chan.press("Save the covers", "Done.")

    chan.open()
    chan.tab("Best interests")
    chan.follow("Sign a note")
    for scope in ("age", "place", "story"):
        chan.tick(scope)
    chan.write(reasons="Nobody can reach her; silence protects those who hold her.")
    chan.press("Sign")
    expect(page.locator(".entry")).to_contain_text("waits for a second signature")


def test_a_case_from_nothing_to_the_public_and_back(visit: Callable[..., Visitor], site: Site) -> None:
    reader = visit().page
    chan = Desk(visit().page, site, make_colleague("Chan", Role.EDITOR))
    draft(chan)
