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
from accounts.second_factor import give_app
from tests.browser.conftest import Site, Visitor
from tests.browser.steps import fits, follow
from tests.browser.test_case_desk import PASSWORD, log_in
from tests.cases.photographs import telling
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "A girl, sent back from Laos"
SUMMARY = "A girl from North Korea was arrested in Laos and returned by force."


def make_colleague(name: str, role: Role) -> User:
    person = make_person(name, role=role, is_staff=True)
    person.set_password(PASSWORD)
    person.save()
    give_app(person)
    return person


class Desk:
    """What people do at the pages of one case."""

    def __init__(self, page: Page, site: Site, person: User) -> None:
        self.page, self.site = page, site
        log_in(page, site, person)

    def tab(self, name: str) -> None:
        tabs = self.page.get_by_role("navigation", name="Sections of this case")
        follow(tabs.get_by_role("link", name=name, exact=True))
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
    chan.tab("Overview")
    page.locator("#findings").get_by_role("link", name=re.compile("^No status is recorded")).click()
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

    # Each thing that has no source leads to the form for one.
    paper = "The Harbour Paper: A girl was sent back"
    chan.open()
    unsourced = page.locator("#findings").get_by_role(
        "link", name=re.compile("^No source stands behind (?!the number)")
    )
    for _row in ("the case as a whole", "the girl", "what became of her", "the event"):
        unsourced.first.click()
        chan.choose(source=paper)
        chan.press("Add", "Added.")
        chan.tab("Overview")
    expect(unsourced).to_have_count(0)

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


def submit(chan: Desk, note: str = "", *, is_correction: bool = False) -> None:
    chan.open()
    chan.follow("Submit for review")
    if note:
        chan.write(note_en=note)
    if is_correction:
        chan.tick("Corrects something that was wrong")
    chan.press("Submit for review", "The case is in review.")


def begin_review(reviewer: Desk) -> None:
    reviewer.page.goto(f"{reviewer.site.url}/desk/cases/review/")
    reviewer.page.get_by_role("link", name=re.compile(TITLE)).click()
    if not reviewer.page.url.endswith("/review/"):
        reviewer.follow("Review")


def approve_and_publish(dana: Desk, fumi: Desk) -> None:
    """A minor: the protection officer agrees as well, and without that there is nothing to press."""
    begin_review(dana)
    dana.press("Approve as Case reviewer", "Approved.")
    expect(dana.page.locator("main")).to_contain_text("Protection officer")
    expect(dana.page.get_by_role("link", name="Publish…")).to_have_count(0)
    begin_review(fumi)
    expect(fumi.page.locator("#exposure")).to_be_visible()
    fumi.press("Approve as Protection officer", "Approved.")
    dana.page.reload()
    dana.follow("Publish…")
    dana.press("Publish", "Published.")


def statuses_of(reader: Page, addresses: dict[str, str]) -> dict[str, int]:
    return {name: reader.request.get(address).status for name, address in addresses.items()}


def test_a_case_from_nothing_to_the_public_and_back(visit: Callable[..., Visitor], site: Site) -> None:
    reader = visit().page
    chan = Desk(visit().page, site, make_colleague("Chan", Role.EDITOR))
    dana = Desk(visit().page, site, make_colleague("Dana", Role.REVIEWER))
    fumi = Desk(visit().page, site, make_colleague("Fumi", Role.PROTECTION))
    draft(chan)

    # One signature under a best-interests note does not count.
    chan.open()
    expect(chan.page.locator("#findings")).to_contain_text("Nobody has agreed that we tell")
    expect(chan.page.get_by_role("link", name="Submit for review")).to_have_count(0)
    dana.open()
    dana.tab("Best interests")
    dana.press("I have read it, and sign too", "Countersigned.")
    chan.page.reload()
    expect(chan.page.locator("#findings")).to_contain_text("Nothing is missing")
    submit(chan)

    # Sent back, mended, and handed in again.
    begin_review(dana)
    expect(dana.page.locator("#differences")).to_contain_text("She was flown to Pyongyang.")
    expect(dana.page.locator("main")).not_to_contain_text("Canary Kim")
    dana.follow("Send it back…")
    dana.write(remarks="Say on which way she was taken.")
    dana.press("Send it back", "It is a draft again")
    chan.open()
    expect(chan.page.locator("main")).to_contain_text("Say on which way she was taken.")
    mend(chan, "She was flown from Vientiane to Pyongyang.")
    submit(chan)
    approve_and_publish(dana, fumi)

    # The public finds it, and all that is made of it.
    reader.goto(f"{site.url}/en/cases/?q=harbour+paper")
    reader.get_by_role("link", name=TITLE).click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text(TITLE)
    expect(reader.locator("main")).to_contain_text("from Vientiane to Pyongyang")
    expect(reader.get_by_alt_text("The bus in which she was.")).to_be_visible()
    picture = reader.get_by_alt_text("The bus in which she was.").get_attribute("src") or ""
    addresses = {"page": reader.url, "permanent": f"{reader.url}publications/1/", "picture": site.url + picture}
    addresses |= {name: reader.url + name for name in ("sheet.pdf", "feed.atom", "card.png", "case.jsonld")}
    assert set(statuses_of(reader, addresses).values()) == {200}

    # A correction: the old one can still be read, and the page says what was wrong.
    mend(chan, "She was flown from Kunming to Pyongyang.")
    chan.open()
    expect(chan.page.locator("#case-standing")).to_contain_text("The public still reads an earlier state of it.")
    submit(chan, "She was flown from Kunming, not from Vientiane.", is_correction=True)
    approve_and_publish(dana, fumi)
    reader.reload()
    expect(reader.locator("main")).to_contain_text("from Kunming to Pyongyang")
    expect(reader.locator("#changes")).to_contain_text("She was flown from Kunming, not from Vientiane.")
    expect(reader.locator("#changes")).to_contain_text("correction")
    reader.goto(addresses["permanent"])
    expect(reader.locator("main")).to_contain_text("There is a newer publication.")

    # Taken down by one, at once.
    fumi.open()
    fumi.follow("Take down…")
    fumi.write(reason="Her mother asked us to.")
    fumi.press("Take it down now", "Nobody outside can read it any more")
    assert set(statuses_of(reader, addresses).values()) == {410}
    answer = reader.goto(addresses["page"])
    assert answer is not None
    assert answer.status == 410
    expect(reader.locator("body")).not_to_contain_text("Her mother")
    reader.goto(f"{site.url}/en/cases/?q=harbour+paper")
    expect(reader.get_by_role("link", name=TITLE)).to_have_count(0)

    # Restored by two.
    chan.open()
    expect(chan.page.locator("main")).to_contain_text("Her mother asked us to.")
    chan.follow("Ask to restore…")
    chan.write(reason="She has changed her mind.")
    chan.press("Ask for the second yes", "Somebody else of the team has to agree.")
    expect(chan.page.get_by_role("link", name="Restore…")).to_have_count(0)
    assert set(statuses_of(reader, addresses).values()) == {410}
    dana.page.goto(f"{site.url}/desk/cases/review/")
    dana.page.get_by_role("link", name=re.compile(TITLE)).click()
    dana.follow("Restore…")
    dana.press("Restore", "Restored.")
    assert set(statuses_of(reader, addresses).values()) == {200}
    for desk in (chan, dana, fumi):
        assert fits(desk.page)


def mend(chan: Desk, text: str) -> None:
    chan.open()
    chan.tab("Events")
    chan.page.locator(".entry", has_text="to Pyongyang").get_by_role("link", name="Edit").click()
    chan.page.locator(".entry form [name=what_en]").fill(text)
    chan.page.locator(".entry form").get_by_role("button", name="Save").click()
    expect(chan.page.locator(".entry", has_text=text)).to_be_visible()
