"""Nothing that a person reads stands in a program outside gettext: found by reading the programs.

Templates are read by tests/face/test_templates.py.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from maninso import translations

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = [path for path in translations.sources() if path.suffix == ".py"]
IDS = [str(path.relative_to(ROOT)) for path in PROGRAMS]

# Arguments and attributes that end on a page.
SAID = {
    "description",
    "empty_label",
    "empty_value_display",
    "help_text",
    "label",
    "legend",
    "placeholder",
    "short_description",
    "title",
    "verbose_name",
    "verbose_name_plural",
    "violation_error_message",
    "aria-label",
}
# Functions whose literals a person reads: Django's messages, and errors of forms and models.
SPEAKERS = {"ValidationError", "add_error", "debug", "error", "info", "success", "warning", "message_user"}
LOGS = {"log", "logger"}
CHOICES = {"TextChoices", "IntegerChoices"}
# Where English is right: what a terminal prints.
TERMINAL = {"services", "management", "walkthrough"}
PARSERS = {"ArgumentParser", "add_argument"}


def untranslated(program: str) -> list[str]:
    return [f"{node.lineno}: {node.value}" for node in _said(ast.parse(program)) if _is_words(node.value)]


def _is_words(text: object) -> bool:
    return isinstance(text, str) and any(character.isalpha() for character in text)


def _said(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        match node:
            # What says its language is content, not the interface.
            case ast.Call(keywords=keywords) if "language" in {keyword.arg for keyword in keywords}:
                pass
            case ast.Call(func=function) if _name(function) in PARSERS:
                pass
            case ast.Call(func=function, args=arguments, keywords=keywords):
                if _name(function) in SPEAKERS and _owner(function) not in LOGS:
                    # A form's error begins with the name of its field.
                    yield from _literals(arguments[_name(function) == "add_error" :])
                yield from _literals(keyword.value for keyword in keywords if keyword.arg in SAID)
                yield from _errors(keyword.value for keyword in keywords if keyword.arg == "error_messages")
            case ast.Assign(targets=targets, value=value) if any(_name(target) in SAID for target in targets):
                yield from _literals([value])
            case ast.ClassDef(bases=bases, body=body) if CHOICES & {_name(base) for base in bases}:
                for line in body:
                    if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple | ast.Constant):
                        # A name that nobody translates is made of the value: "in_review" becomes "In Review".
                        elements = line.value.elts if isinstance(line.value, ast.Tuple) else [line.value, line.value]
                        yield from _literals(elements[1:])


def _literals(nodes: object) -> Iterator[ast.Constant]:
    for node in nodes:  # type: ignore[attr-defined]
        if isinstance(node, ast.Constant):
            yield node
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))


def _errors(nodes: object) -> Iterator[ast.Constant]:
    for node in nodes:  # type: ignore[attr-defined]
        if isinstance(node, ast.Dict):
            yield from _literals(node.values)


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _owner(node: ast.AST) -> str:
    return _name(node.value) if isinstance(node, ast.Attribute) else ""


@pytest.mark.parametrize("path", PROGRAMS, ids=IDS)
def test_every_word_that_a_page_says_can_be_translated(path: Path) -> None:
    if not TERMINAL & set(path.parts):
        assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "program",
    [
        'raise ValidationError("Hello")',
        'messages.success(request, f"{count} sent")',
        'name = forms.CharField(label="Name")',
        'name = forms.CharField(error_messages={"required": "Give it."})',
        'class Meta:\n    verbose_name_plural = "tallies"',
        'class State(models.TextChoices):\n    OPEN = "open", "open"',
        'class State(models.TextChoices):\n    OPEN = "open"',
        'widget = TextInput(attrs=dict(placeholder="Your name"))',
    ],
)
def test_the_search_for_untranslated_words_finds_them(program: str) -> None:
    assert len(untranslated(program)) == 1


@pytest.mark.parametrize(
    "program",
    [
        'raise ValidationError(_("Hello"), code="invalid")',
        'log.info("mail_sent", count=3)',
        'class State(models.TextChoices):\n    OPEN = "open", _("open")',
        'name = forms.CharField(label="")',
    ],
)
def test_the_search_for_untranslated_words_leaves_the_rest_alone(program: str) -> None:
    assert untranslated(program) == []
