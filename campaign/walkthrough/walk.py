"""The steps, in a supporter's order. Each says what it saw, or raises Failed."""

import re
import secrets
import smtplib
import string
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from campaign.walkthrough.pages import Form, Page
from campaign.walkthrough.site import Failed, Site

# Seconds. Mail goes out within moments; a broker that was just emptied delays it by up to 60.
MAIL_WITHIN = 60
# A letter waits for its turn in the drip towards its delivery point.
LETTER_WITHIN = 120
# In the demonstration no embassy answers for them: their letters go to the mission, which takes them at any hour.
AWAY = {"CR", "GR", "HR", "KE", "SI"}
# Counted every 3 s, and pages are kept for 5.
COUNT_WITHIN = 30
PAUSE = 0.3

CAMPAIGN = re.compile(r"/campaigns/[\w-]+/$")
CONFIRM = re.compile(r"https?://\S+/signatures/confirm/[\w-]+/")
ERASURE = re.compile(r"https?://\S+/signatures/[\w-]+/erasure/")

Found = TypeVar("Found")


@dataclass(frozen=True)
class Step:
    step: str
    ok: bool
    saw: str


def walk(base_url: str, *, smtp_host: str, smtp_port: int) -> Iterator[Step]:
    """Each step as it is taken; the first that fails is the last."""
    way = _Walk(Site(base_url), smtp_host, smtp_port)
    for name, take in way.steps():
        try:
            saw = take()
        except Failed as failed:
            yield Step(name, False, str(failed))
            return
        yield Step(name, True, saw)


class _Walk:
    def __init__(self, site: Site, smtp_host: str, smtp_port: int) -> None:
        self.site = site
        self.smtp = smtp_host, smtp_port
        mark = "".join(secrets.choice(string.ascii_lowercase) for _ in range(10))
        self.email = f"{mark}@supporters.example"
        # Beyond ASCII, as most names in the world are. No own words: somebody would have to read them first.
        self.name = f"Åra Müller {mark.title()}"

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        return [
            ("The home page answers and sets no cookie", self.home),
            ("A campaign that is open is found by its link", self.find_campaign),
            ("The campaign page shows the letter, the form and the count", self.campaign_page),
            ("The mailbox takes mail over SMTP", self.mailbox),
            ("The form takes a signature", self.sign),
            ("The next page asks to look in the mailbox", self.look_in_mailbox),
            ("The mail with the link to confirm arrives", self.confirmation_mail),
            ("Opening the link does not confirm", self.open_link),
            ("Pressing the button confirms", self.confirm),
            ("The page of thanks has words to share", self.thanks),
            ("The own page says that the signature stands", self.own_page),
            ("The letter arrives at its delivery point", self.letter),
            ("The own page shows the letter as it went out", self.letter_as_sent),
            ("One mail tells what became of the letter", self.news),
            ("The count on the campaign page has grown", self.count),
            ("The letter has come once", self.once),
        ]

    def home(self) -> str:
        self.home_page = _well(self.site.get("/"))
        return f"{self.home_page.url}: “{self.home_page.heading}”"

    def find_campaign(self) -> str:
        found = [link for link in self.home_page.links if CAMPAIGN.search(urlsplit(link).path)]
        if not found:
            raise Failed("no campaign is open for signing on the home page")
        self.campaign_url = found[0]
        return found[0]

    def campaign_page(self) -> str:
        page = _well(self.site.get(self.campaign_url))
        words = sum(len(piece.split()) for piece in page.pieces_in("letter"))
        if words < 50:
            raise Failed(f"a letter of {words} words")
        if "public" not in page.headers.get("Cache-Control", ""):
            raise Failed("a page that may not be cached")
        for stylesheet in page.stylesheets:
            _well(self.site.get(stylesheet))
        self.form = _form(page, "email")
        self.before = _count(page)
        return (
            f"“{page.heading}”, a letter of {words} words, a form for {', '.join(sorted(self.form.names))}, "
            f"{self.before} signed"
        )

    def mailbox(self) -> str:
        host, port = self.smtp
        try:
            with smtplib.SMTP(host, port, timeout=10) as server:
                code, hello = server.ehlo()
                server.noop()
        except (OSError, smtplib.SMTPException) as problem:
            raise Failed(f"no mail server at {host}:{port} ({problem})") from problem
        kept = len(self.mails())
        return f"{host}:{port} said {code} {hello.decode().splitlines()[0]}; {kept or 'no'} mails on its first page"

    def sign(self) -> str:
        away = [label for label, code in self.form.options.get("country", {}).items() if code in AWAY]
        if not away:
            raise Failed("no country of the form is one for which no embassy answers")
        country = secrets.choice(away)
        self.sent_page = self.site.submit(
            self.form,
            name=self.name,
            email=self.email,
            country=self.form.options["country"][country],
            display="full",
        )
        _well(self.sent_page)
        return f"{self.name} <{self.email}>, {country}, signs"

    def look_in_mailbox(self) -> str:
        page = self.sent_page
        if not urlsplit(page.url).path.endswith("/sign/sent/") or self.email in page.text:
            raise Failed(f"{page.url}: “{page.heading}”")
        _not_stored(page)
        return f"“{page.heading}”"

    def confirmation_mail(self) -> str:
        mail = _until(self.first_mail, within=MAIL_WITHIN, otherwise=f"no mail to {self.email}")
        found = CONFIRM.search(mail["text"])
        leave = ERASURE.search(mail["text"])
        if not found or not leave:
            raise Failed(f"“{mail['subject']}” has no link to confirm, or none to erase")
        self.confirmation_id = mail["id"]
        self.link = self.site.here(found[0])
        # The way to erase starts at the own page: it is open before the signature is confirmed.
        self.own_url = self.site.here(leave[0]).removesuffix("erasure/")
        return f"“{mail['subject']}” from {mail['from']}"

    def open_link(self) -> str:
        for _time in range(2):
            page = _well(self.site.get(self.link))
            form = _form(page, "shown")
        _not_stored(page)
        if self.may_withdraw(own := _well(self.site.get(self.own_url))):
            raise Failed(f"the signature stands already: “{_lead(own)}”")
        self.confirm_form = form
        return f"“{page.heading}”, opened twice; the own page: “{_lead(own)}”"

    def confirm(self) -> str:
        self.thanks_page = _well(self.site.submit(self.confirm_form))
        if not urlsplit(self.thanks_page.url).path.endswith("/confirmed/"):
            raise Failed(f"{self.thanks_page.url}: “{self.thanks_page.heading}”")
        return f"“{self.thanks_page.heading}”"

    def thanks(self) -> str:
        page = self.thanks_page
        path = urlsplit(self.campaign_url).path
        share = [piece for piece in page.pieces_in("content") if path in piece]
        if not share:
            raise Failed("nothing to share that leads to the campaign")
        self.own_url = page.url.removesuffix("confirmed/")
        if self.own_url not in page.links:
            raise Failed("no link to the own page")
        return f"“{share[0]}”"

    def own_page(self) -> str:
        page = _well(self.site.get(self.own_url))
        _not_stored(page)
        if not self.may_withdraw(page) or self.name not in page.text:
            raise Failed(f"“{_lead(page)}”")
        return f"“{_lead(page)}”"

    def letter(self) -> str:
        found = _until(
            lambda: self.letters() or None,
            within=LETTER_WITHIN,
            otherwise=f"no letter from {self.name} at any delivery point",
        )
        self.letter_mail = self.site.json(f"/mailbox/{found[0]['id']}/?format=json")
        text = _joined(self.letter_mail["text"])
        if _joined(self.name) not in text:
            raise Failed(f"the letter to {self.letter_mail['to']} lacks the supporter's name")
        if self.email in self.letter_mail["text"] or self.letter_mail["to"] == self.email:
            raise Failed(f"the letter to {self.letter_mail['to']} gives the supporter's address away")
        return f"“{self.letter_mail['subject']}” to {self.letter_mail['to']}, with the name"

    def letter_as_sent(self) -> str:
        def look() -> Page | None:
            page = _well(self.site.get(self.own_url))
            return page if _joined(self.letter_mail["text"]) in _joined(page.text) else None

        _until(look, within=COUNT_WITHIN, otherwise="the own page does not show the letter that arrived")
        return f"all {len(self.letter_mail['text'])} characters of it"

    def news(self) -> str:
        later = " ".join(_well(self.site.get(self.own_url)).pieces_in("news-later"))
        if later:
            return f"after the hand-ins that are to come: “{later}”"

        def look() -> dict[str, Any] | None:
            later = [mail for mail in self.mails(to=self.email) if mail["id"] > self.confirmation_id]
            return later[0] if later else None

        mail = _until(look, within=MAIL_WITHIN, otherwise=f"no second mail to {self.email}")
        return f"“{mail['subject']}”"

    def count(self) -> str:
        def look() -> int | None:
            now = _count(_well(self.site.get(self.campaign_url)))
            return now if now > self.before else None

        now = _until(look, within=COUNT_WITHIN, otherwise=f"still {self.before}")
        return f"{self.before} before, {now} now"

    def once(self) -> str:
        letters = self.letters()
        if len(letters) != 1:
            raise Failed(f"{len(letters)} letters, to {', '.join(letter['to'] for letter in letters)}")
        return f"one, to {letters[0]['to']}"

    def first_mail(self) -> dict[str, Any] | None:
        mails = self.mails(to=self.email)
        return self.site.json(f"/mailbox/{mails[-1]['id']}/?format=json") if mails else None

    def letters(self) -> list[dict[str, Any]]:
        """The mails in this supporter's name since the confirmation."""
        found: list[dict[str, Any]] = []
        page: int | None = 1
        while page:
            answer = self.site.json(f"/mailbox/?page={page}&format=json")
            later = [mail for mail in answer["mails"] if mail["id"] > self.confirmation_id]
            found += [mail for mail in later if self.name in mail["from"]]
            page = answer["next"] if len(later) == len(answer["mails"]) else None
        return found

    def mails(self, *, to: str = "") -> list[dict[str, Any]]:
        """The latest first."""
        mails: list[dict[str, Any]] = self.site.json(f"/mailbox/?to={quote(to)}&format=json")["mails"]
        return mails

    def may_withdraw(self, page: Page) -> bool:
        return f"{page.url}withdrawal/" in page.links


def _well(page: Page) -> Page:
    if page.status != 200:
        raise Failed(f"{urlsplit(page.url).path} answered with status {page.status}: “{_start_of(page)}”")
    return page


def _not_stored(page: Page) -> None:
    if page.headers.get("Cache-Control") != "no-store":
        raise Failed(f"{urlsplit(page.url).path} may be kept by caches")


def _form(page: Page, field: str) -> Form:
    for form in page.forms:
        if field in form.names:
            return form
    raise Failed(f"{urlsplit(page.url).path} has no form with a field “{field}”: “{_start_of(page)}”")


def _count(page: Page) -> int:
    """The first number of its section; the goal follows it."""
    found = re.search(r"\d[\d,]*", " ".join(page.pieces_in("count")))
    if not found:
        raise Failed(f"{urlsplit(page.url).path} shows no count")
    return int(found[0].replace(",", ""))


def _lead(page: Page) -> str:
    """The sentence after the heading."""
    pieces = page.pieces_in("content")
    after = pieces.index(page.heading) + 1 if page.heading in pieces else 0
    return pieces[after] if after < len(pieces) else ""


def _start_of(page: Page) -> str:
    return " ".join(page.pieces_in("content"))[:300]


def _joined(text: str) -> str:
    """Without white space: pages and mails break lines where they like."""
    return "".join(text.split())


def _until(look: Callable[[], Found | None], *, within: float, otherwise: str) -> Found:
    deadline = time.monotonic() + within
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise Failed(f"{otherwise} within {within:g} s")
        time.sleep(PAUSE)
    return found
