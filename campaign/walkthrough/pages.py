"""What a supporter's browser makes of a page: its words, its links, and its forms as they would be sent."""

from dataclasses import dataclass, field
from email.message import Message
from html.parser import HTMLParser
from urllib.parse import urljoin

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_UNSEEN = {"head", "script", "style", "template"}
_BUTTONS = {"submit", "button", "reset", "image"}


@dataclass
class Form:
    action: str
    method: str
    # What a browser sends if nothing is touched.
    fields: dict[str, str] = field(default_factory=dict)
    # Every name that the form has, whether it would be sent or not.
    names: set[str] = field(default_factory=set)
    # Of each select: what is shown, and the value behind it.
    options: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Page:
    url: str
    status: int
    headers: Message
    # Pieces of visible text, each with the ids of the elements around it.
    pieces: list[tuple[frozenset[str], str]] = field(default_factory=list)
    heading: str = ""
    links: list[str] = field(default_factory=list)
    stylesheets: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(text for _ids, text in self.pieces)

    def pieces_in(self, element_id: str) -> list[str]:
        return [text for ids, text in self.pieces if element_id in ids]


def read(url: str, status: int, headers: Message, html: str) -> Page:
    page = Page(url, status, headers)
    reader = _Reader(page)
    reader.feed(html)
    reader.close()
    return page


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.open: list[tuple[str, str]] = []
        self.form: Form | None = None
        self.textarea = ""
        self.select = ""
        self.option = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self.open.append((tag, given.get("id", "")))
        if tag == "a" and "href" in given:
            self.page.links.append(urljoin(self.page.url, given["href"]))
        elif tag == "link" and given.get("rel") == "stylesheet":
            self.page.stylesheets.append(urljoin(self.page.url, given["href"]))
        elif tag == "form":
            action = urljoin(self.page.url, given.get("action", ""))
            self.form = Form(action, given.get("method", "get").lower())
            self.page.forms.append(self.form)
        elif self.form is not None and tag in {"input", "select", "textarea", "option"}:
            self.control(self.form, tag, given)

    def control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "option":
            self.option = given.get("value", "")
            if "selected" in given or self.select not in form.fields:
                form.fields[self.select] = self.option
        elif not name or given.get("type") in _BUTTONS:
            return
        elif tag == "select":
            form.names.add(name)
            self.select, form.options[name] = name, {}
        elif tag == "textarea":
            form.names.add(name)
            self.textarea, form.fields[name] = name, ""
        else:
            form.names.add(name)
            ticked = given.get("type") not in {"radio", "checkbox"}
            if ticked or "checked" in given:
                form.fields[name] = given.get("value", "" if ticked else "on")

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _id in self.open):
            if self.open.pop()[0] == tag:
                break
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _id in self.open}
        text = " ".join(data.split())
        if self.form is not None and self.textarea:
            # HTML drops the first line break of a text area.
            self.form.fields[self.textarea] += data.removeprefix("\n")
        elif self.form is not None and "option" in tags:
            self.form.options[self.select][text] = self.option
        elif text and not tags & _UNSEEN:
            self.page.pieces.append((frozenset(given for _tag, given in self.open if given), text))
            if "h1" in tags:
                self.page.heading = f"{self.page.heading} {text}".strip()
