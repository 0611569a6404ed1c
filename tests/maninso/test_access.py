"""Every address there is, tried by everyone: who is not named in the table does not get in."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests.logging_in import log_in
from tests.maninso.access import ADMIN, EVERYONE, LINES, SUPERUSER, Line, World, arguments

pytestmark = pytest.mark.django_db
# Whoever else they are, these three stand for those to whom a page of the public is shown.
OF_THE_PUBLIC = ("stranger", "account", "other_owner")


def addresses(patterns: Any, spaces: tuple[str, ...] = (), named: frozenset[str] = frozenset()) -> Iterator[Any]:
    """Each address: its name with its namespaces, and what its keywords are called. Those without a name lead to a 404
    or to one with a name.
    """
    for pattern in patterns:
        keywords = named | pattern.pattern.converters.keys() | pattern.pattern.regex.groupindex.keys()
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, (*spaces, *filter(None, [pattern.namespace])), keywords)
        elif pattern.name:
            yield ":".join((*spaces, pattern.name)), keywords


KEYWORDS = dict(addresses(get_resolver().url_patterns))
NAMES = sorted(KEYWORDS)
SPACES = sorted({name.rpartition(":")[0] for name in NAMES})


def line_of(name: str) -> Line | None:
    return ADMIN.get(name, Line(SUPERUSER, finds_nothing=True)) if name.startswith("admin:") else LINES.get(name)


def address(name: str, line: Line, world: World) -> str:
    known = arguments(world) | _row_of_the_admin(name) | line.with_(world)
    return reverse(name, kwargs={key: known[key] for key in KEYWORDS[name] & known.keys()})


def _row_of_the_admin(name: str) -> dict[str, Any]:
    """The first row of the model that a page of the admin is about, if there is one."""
    for model in admin.site._registry:
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            first = model._base_manager.order_by("pk").values_list("pk", flat=True).first()
            return {"object_id": first or 1, "pk": first or 1}
    return {}


def answer_to(client: Client, method: str, path: str) -> str:
    """in, refused, nothing (404: perhaps so as not to tell), or "no such method". Nothing that it did stays."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(path)
        transaction.set_rollback(True)
    client.cookies = cookies
    assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
    if answer.status_code == 302 and "login" in answer["Location"]:
        return "refused"
    if answer.status_code == 302 and answer["Location"] == reverse("admin:index"):
        return "nothing"  # what the admin answers where a row is not there, or not theirs
    return {403: "refused", 404: "nothing", 405: "no such method"}.get(answer.status_code, "in")


def wrongs(name: str, line: Line, client: Client, path: str, *, may: bool) -> Iterator[str]:
    """What is not as the line says."""
    read, sent = answer_to(client, "get", path), answer_to(client, "post", path)
    for what, answer in (("reads it", read), ("sends it", sent)):
        if answer == "no such method":
            continue
        if not may and answer == "in":
            yield f"{name}: {{who}} {what}, and may not"
        # A form with nothing in it may find nothing, on a page that is there.
        gets_nothing_here = line.finds_nothing or (what == "sends it" and read == "in")
        if (
            may
            and not name.startswith("admin:")
            and not (answer == "in" or (answer == "nothing" and gets_nothing_here))
        ):
            yield f"{name}: {{who}} may, and does not get in ({answer})"


def test_every_address_has_a_line():
    missing = [name for name in NAMES if line_of(name) is None]
    assert not missing, f"say in tests/maninso/access.py who may open: {', '.join(missing)}"


def test_every_line_has_an_address():
    assert not (LINES.keys() | ADMIN.keys()) - set(NAMES)


@pytest.mark.parametrize("space", SPACES)
def test_only_those_named_get_in(space):
    world = World.make()
    clients = {
        name: log_in(Client(), who, proven_again=True) if who else Client() for name, who in world.people.items()
    }
    wrong = []
    for name in NAMES:
        line = line_of(name)
        if name.rpartition(":")[0] != space or line is None:
            continue
        path = address(name, line, world)
        for who, client in clients.items():
            if line.may == EVERYONE:
                if who in OF_THE_PUBLIC:
                    answer_to(client, "get", path), answer_to(client, "post", path)
            else:
                wrong += [each.format(who=who) for each in wrongs(name, line, client, path, may=who in line.may)]
    assert not wrong, "\n".join(wrong)


def test_a_door_left_open_is_seen(monkeypatch):
    """The check itself: with a line that names too few, it fails."""
    monkeypatch.setitem(LINES, "desk", Line(SUPERUSER))
    with pytest.raises(AssertionError, match="desk: newcomer reads it, and may not"):
        test_only_those_named_get_in("")
