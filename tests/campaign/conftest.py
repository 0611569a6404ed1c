"""What the tests of campaigns share: an open campaign, Ara's form, a browser without cookies, and a post office."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from campaign import actions
from campaign.models import Campaign, DeliveryPoint
from campaign.views import guards
from outbox import actions as outbox
from tests import factories
from tests.outbox.mail_server import MailServer

ARA = {
    "name": "Ara Kim",
    "email": "ara@people.example",
    "country": "PL",
    "display": "full",
    "own_words": "",
    "city": "",
}


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> None:
    """Nothing is left of the test before in this process; static files go by their plain names."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    caches["pages"].clear()
    caches["pages"].set("banner", {}, None)
    guards._forms_sent.forget()


@pytest.fixture
def point(db: None) -> DeliveryPoint:
    """Answers for Poland, and takes the rest of the world."""
    return factories.make_point("Embassy in Warsaw", answers_for=("PL",), takes_rest=True, email="warsaw@point.example")


@pytest.fixture
def campaign(point: DeliveryPoint) -> Campaign:
    return factories.make_campaign("light-the-way")


@pytest.fixture
def typed(campaign: Campaign) -> dict[str, Any]:
    """What Ara's browser sends."""
    return {**ARA, "letter": campaign.letters.get().pk}


@pytest.fixture
def submit(client: Client, typed: dict[str, Any]) -> Callable[..., Any]:
    """Ara's form, with what a test types otherwise; None leaves a field out."""

    def submit(slug: str = "light-the-way", *, language: str = "en", headers: Any = None, **changes: Any) -> Any:
        fields = {name: value for name, value in {**typed, **changes}.items() if value is not None}
        return client.post(f"/{language}/campaigns/{slug}/sign/", fields, headers=headers)

    return submit


def tally() -> int:
    """Count all that is committed.

    A change is counted when no transaction of the whole server is older: one in another database, of a test that runs
    beside this one, holds it back until it ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (mine,) = cursor.fetchone()
        counted = False
        while not counted:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8, pg_sleep(0.01)", [mine])
            counted, _ = cursor.fetchone()
    return actions.tally_new()


class PostOffice:
    """Sends what the outbox holds to a real mail server, and finds what arrived there."""

    def __init__(self, server: MailServer) -> None:
        self.server = server

    def send(self, queue: str = "confirmations", **options: Any) -> Any:
        return outbox.send_due(queue=queue, **options)

    def mails_to(self, address: str) -> list[Any]:
        pairs = zip(self.server.recipients, self.server.mails, strict=True)
        return [mail for recipient, mail in pairs if recipient == address]

    def text_to(self, address: str) -> str:
        """The text of the latest mail there."""
        return self.mails_to(address)[-1].get_body(("plain",)).get_content()

    def link_to(self, address: str, part: str) -> str:
        """The path of the latest link there that holds this part."""
        links = re.findall(r"https?://\S+", self.text_to(address))
        return urlsplit([link for link in links if part in link][-1]).path


@pytest.fixture
def post_office(settings: Any) -> Iterator[PostOffice]:
    server = MailServer().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 10
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield PostOffice(server)
    server.stop()
