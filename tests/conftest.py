import os
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Organisation, User
from accounts.roles import Role
from maninso.services import browser
from tests import factories
from tests.logging_in import force_whole_log_in

CHROMIUM = browser.find()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests are left out only where there is no browser; bin/test fetches one or says why not."""
    if CHROMIUM:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, speaking to nobody but the site under test."""
    # Playwright's event loop runs in this thread, which is all that Django looks at.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    quiet = ["background-networking", "quic", "gpu", "component-update", "sync"]
    return {
        **browser_type_launch_args,
        "executable_path": str(CHROMIUM),
        "args": ["--no-sandbox", "--no-first-run", *(f"--disable-{service}" for service in quiet)],
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """After a test that commits, Django empties every table; the audit log refuses that, everywhere but here."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND tgname ~ 'no_truncate'"
        )
        cursor.execute(f"ALTER TABLE audit_entry DISABLE TRIGGER {cursor.fetchone()[0]}")


@pytest.fixture(autouse=True)
def _forced_log_ins_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is logged in by force has a second factor too. Tests of log-in itself type what people type."""
    monkeypatch.setattr(Client, "force_login", force_whole_log_in)


@pytest.fixture(autouse=True)
def no_banner() -> None:
    """It is asked for every few seconds: a query more on the first page of a test, and none on the next."""
    caches["pages"].set("banner", {}, None)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """A page in another language leaves that language behind in its thread."""
    translation.deactivate()


# The cast: Ara signs (tests/campaign), Bora organises, Chan edits cases, Dana reviews, Eun is a stranger.


@pytest.fixture
def lantern(db: None) -> Organisation:
    """The organisation that Bora organises for."""
    return factories.make_organisation("lantern")


@pytest.fixture
def bora(lantern: Organisation) -> User:
    return factories.make_person("Bora", role=Role.ORGANIZER, organisation=lantern, is_staff=True)


@pytest.fixture
def chan(db: None) -> User:
    return factories.make_person("Chan", role=Role.EDITOR, is_staff=True)


@pytest.fixture
def dana(db: None) -> User:
    return factories.make_person("Dana", role=Role.REVIEWER, is_staff=True)


@pytest.fixture
def eun(db: None) -> User:
    return factories.make_person("Eun")
