"""Rules that hold for every template and stylesheet, found by reading them."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from tests.face.conftest import ROOT

TEMPLATES = sorted(
    str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*") if path.is_file()
)
PAGES = [name for name in TEMPLATES if name.endswith(".html") and not name.startswith("emails/")]
SCRIPTS = sorted(str(path.relative_to(ROOT / "static")) for path in (ROOT / "static").rglob("*.js"))
STYLESHEETS = sorted(str(path.relative_to(ROOT / "static")) for path in (ROOT / "static").rglob("*.css"))

TRANSLATED = re.compile(r"{% (blocktranslate|blocktrans)\b.*?{% end\1 %}", re.DOTALL)
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
SAID_ALOUD = {"alt", "aria-label", "placeholder", "title"}


def source(name):
    return (ROOT / "templates" / name).read_text()


class Untranslated(HTMLParser):
    """What a visitor would read or hear that no translator ever sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_data(self, data):
        self._note(data)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in SAID_ALOUD or (tag == "meta" and name == "content" and dict(attrs).get("name") == "description"):
                self._note(value or "")

    def _note(self, text):
        if any(character.isalpha() for character in text):
            self.found.append(text.strip())


def untranslated(text):
    return Untranslated(TAG.sub("", TRANSLATED.sub("", COMMENT.sub("", text)))).found


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_visible_string_can_be_translated(name):
    assert untranslated(source(name)) == []


def test_the_search_for_untranslated_strings_finds_them():
    assert untranslated('<p title="Hello">{% translate "a" %} there {{ name }}</p>') == ["Hello", "there"]
    assert untranslated("{% blocktranslate %}a {{ b }}{% endblocktranslate %} · {# note #}") == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_what_the_content_security_policy_forbids(name):
    text = source(name)
    for forbidden in (
        r"<script(?! type=\"module\" src=\"{% static )",
        r"<style",
        r"\sstyle=",
        r"\son[a-z]+=",
        r"javascript:",
    ):
        assert not re.search(forbidden, text, re.IGNORECASE), forbidden


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_asks_another_host_for_anything(name):
    assert not re.search(r"""(?:src|href|action|url\()\s*=?\s*["'(]?\s*(?:https?:)?//""", source(name))


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.startswith("emails/")])
def test_no_mail_has_a_picture_or_a_script(name):
    assert not re.search(r"<(img|script|link|iframe|form)\b|background(-image)?:\s*url", source(name), re.IGNORECASE)


def linked():
    for name in TEMPLATES:
        yield from re.findall(r"""{% static "([^"]+)" %}""", source(name))
        yield from re.findall(r"""{{ files }}([^"]+)""", source(name))


def test_every_linked_file_exists():
    assert [file for file in set(linked()) if not finders.find(file)] == []


def test_every_stylesheet_is_linked_by_some_page():
    assert set(STYLESHEETS) - set(linked()) == set()


def test_every_script_is_linked_by_some_page():
    assert set(SCRIPTS) - set(linked()) == set()


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_needs_what_the_content_security_policy_forbids(name):
    script = (ROOT / "static" / name).read_text()
    for forbidden in (r"\beval\(", r"new Function", r"\.innerHTML\b", r"\.style\b", r"https?://", r"document\.cookie"):
        assert not re.search(forbidden, script), forbidden


@pytest.mark.parametrize("name", STYLESHEETS)
def test_stylesheets_know_no_left_and_right(name):
    css = (ROOT / "static" / name).read_text()
    physical = re.compile(
        r"^\s*(?:(?:margin|padding|border|inset)-(?:top|right|bottom|left)[\w-]*|top|right|bottom|left|"
        r"(?:min-|max-)?(?:width|height))\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)",
        re.MULTILINE,
    )
    assert physical.findall(css) == []


@pytest.mark.parametrize("name", STYLESHEETS)
def test_colours_are_tokens(name):
    css = (ROOT / "static" / name).read_text()
    if name != "css/tokens.css":
        assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", css)) <= {"#000"}, "print alone may say black"
        assert "!important" not in css
    assert "url(" not in css


@pytest.mark.parametrize("name", STYLESHEETS)
def test_every_used_token_is_defined(name):
    tokens = (ROOT / "static/css/tokens.css").read_text()
    used = set(re.findall(r"var\((--[\w-]+)", (ROOT / "static" / name).read_text()))
    assert used <= set(re.findall(r"^\s*(--[\w-]+):", tokens, re.MULTILINE))
