"""What kinds of mail there are. An app registers its own from `AppConfig.ready()`; the outbox knows no
app."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

    from outbox.models import Message

CONFIRMATIONS = "confirmations"
DELIVERIES = "deliveries"
# What goes to many at once: a line of its own, so that nobody who has just signed waits behind it.
UPDATES = "updates"
QUEUES = (CONFIRMATIONS, DELIVERIES, UPDATES)


@dataclass(frozen=True, kw_only=True)
class WrittenBack:
    """What came back to a mail that asks for an answer; `automatic`: a machine wrote it, nobody has read the mail."""

    text: str
    automatic: bool
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of mail.

    may_repeat: whether a mail whose outcome nobody knows is sent again (a confirmation) or never (a letter).
    compose: makes the mail when it is about to be sent, in the message's language; None means that it is no
        longer wanted (the person is gone): the message is then cancelled. What it raises puts the message off.
    load: fetches the subjects of some messages with one query, by subject id, just before they are composed;
        `compose` finds its own as `message.subject`.
    screen: names the messages that must not go, with a reason code; kinds that share it are screened together.
        Called while no other worker can take messages of the same queue, so that what it counts (mails to one
        address today) stays true until the answer is committed.
    moved: told of every move, in the transaction that makes it, with the state before: the owner's row moves in
        the same commit. An error in it is logged and undone alone: what happened to the mail stays recorded.
    answered: told what somebody, or a machine, wrote back; a mail of such a kind asks for it with a Reply-To of its
        own. An error in it leaves the answer to a person.
    complained: told that its recipient takes it for spam.
    """

    name: str
    queue: str
    may_repeat: bool
    compose: Callable[[Message], EmailMessage | None]
    load: Callable[[Sequence[Message]], Mapping[int, object]] | None = None
    screen: Callable[[Sequence[Message]], Mapping[int, str]] | None = None
    moved: Callable[[Message, str], None] | None = None
    answered: Callable[[Message, WrittenBack], None] | None = None
    complained: Callable[[Message], None] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    if kind.queue not in QUEUES:
        raise ValueError(f"No such queue: {kind.queue}")
    if kind.name in _kinds:
        raise ValueError(f"Registered twice: {kind.name}")
    _kinds[kind.name] = kind


def unregister(name: str) -> None:
    del _kinds[name]


def get(name: str) -> Kind:
    """Raises KeyError."""
    return _kinds[name]


def find(name: str) -> Kind | None:
    """None for the kind of an old row that no app registers any more."""
    return _kinds.get(name)


def of_queue(queue: str) -> list[Kind]:
    return [kind for kind in _kinds.values() if kind.queue == queue]
