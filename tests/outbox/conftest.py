import datetime as dt
import uuid
from collections.abc import Callable, Iterator

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.core.mail import EmailMessage

from outbox import actions, kinds, wake
from outbox.kinds import Kind
from outbox.models import Message
from tests.outbox.mail_server import MailServer

NOW = dt.datetime(2027, 9, 24, 9, 0, tzinfo=dt.UTC)


def plain_mail(message: Message) -> EmailMessage:
    return EmailMessage(
        f"About {message.subject_id}",
        "A line.\n.A line with a dot.\n",
        "Maninso <signatures@maninso.example>",
        [f"{message.kind}-{message.subject_id}@people.example"],
    )


@pytest.fixture(autouse=True)
def uncollected_static_files(settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def now() -> dt.datetime:
    return NOW


@pytest.fixture
def register() -> Iterator[Callable[..., Kind]]:
    """Registers kinds for the length of a test: register("note"), register("letter", may_repeat=False)."""
    names = []

    def register(name: str, **options: object) -> Kind:
        kind = Kind(**{"queue": "confirmations", "may_repeat": True, "compose": plain_mail, **options}, name=name)
        kinds.register(kind)
        names.append(name)
        return kind

    yield register
    for name in names:
        kinds.unregister(name)


@pytest.fixture
def note(register) -> Kind:
    """A kind that may repeat."""
    return register("test_note")


@pytest.fixture
def letter(register) -> Kind:
    """A kind that is sent at most once."""
    return register("some_letter", may_repeat=False)


@pytest.fixture
def enqueue(now) -> Callable[..., Message]:
    def enqueue(kind: Kind, subject_id: int | None = 1, **options: object) -> Message:
        assert actions.enqueue(**{"kind": kind.name, "subject_id": subject_id, "language": "en", "now": now, **options})
        return Message.objects.latest("pk")

    return enqueue


@pytest.fixture
def send(now) -> Callable[..., object]:
    def send(at: dt.datetime = now, queue: str = "confirmations", **options: object):
        return actions.send_due(queue=queue, now=at, **options)

    return send


@pytest.fixture(params=[False, True], ids=["step-by-step", "pipelining"])
def mail_server(request, settings) -> Iterator[MailServer]:
    yield from sending_to(MailServer(pipelining=request.param), settings)


def sending_to(server: MailServer, settings) -> Iterator[MailServer]:
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 10
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield server
    server.stop()


class Broker:
    """The real broker, with queues of this test's own: other tests wake workers too."""

    def __init__(self) -> None:
        self.prefix = f"{uuid.uuid4().hex}:"
        self.client = redis.Redis.from_url(settings.REDIS_URL)
        self.app = Celery("tests", set_as_current=False)
        self.app.config_from_object("django.conf:settings", namespace="CELERY")
        options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix": self.prefix}
        self.app.conf.broker_transport_options = options

    def waiting(self, queue: str) -> int:
        return self.client.llen(self.prefix + queue)

    def take(self, queue: str) -> bool:
        """Takes one task off the queue, waiting for it."""
        return self.client.blpop([self.prefix + queue], timeout=10) is not None

    def close(self) -> None:
        for key in self.client.scan_iter(f"{self.prefix}*"):
            self.client.delete(key)
        self.client.close()
        self.app.close()


@pytest.fixture
def broker(monkeypatch) -> Iterator[Broker]:
    broker = Broker()
    monkeypatch.setattr(wake, "current_app", broker.app)
    monkeypatch.setattr(wake, "_waker", wake._Waker())
    yield broker
    broker.close()
