"""The inbound door: every mail that came back goes through `receive`, every event of a mail service through `hear`."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from outbox import kinds, moves
from outbox.inbound.reading import Reading, read
from outbox.models import InboundMail, Message, State
from outbox.return_addresses import ForgedAddress, read_address

log = structlog.get_logger(__name__)

Sort = InboundMail.Sort


class TooEarly(Exception):
    """What it is about is being sent at this moment: whoever brings it shall come again in a minute."""


def receive(
    raw: bytes, *, recipient: str, sender: str | None = None, size: int | None = None, now: datetime | None = None
) -> InboundMail:
    """A mail and its envelope; `sender` is None where that is gone, `size` what it measured if it was cut.

    Never refuses one: what can't be read waits for a person, and a copy of one received before changes nothing.
    Raises TooEarly, and what the database raises; the mail is then still with whoever brought it.
    """
    digest = hashlib.sha256(recipient.strip().lower().encode(errors="replace") + b"\0" + raw).digest()
    kept = raw[: InboundMail.KEPT]
    reading = read(kept, no_sender=sender == "")
    return _take_in(
        digest,
        lambda: _message_of(recipient),
        reading,
        raw=kept,
        size=max(len(raw), size or 0),
        now=now or timezone.now(),
    )


def hear(event: str, *, message_id: int, reading: Reading, now: datetime | None = None) -> InboundMail:
    """What a mail service tells; `event` is its name for this piece of news. Raises TooEarly."""
    digest = hashlib.sha256(event.encode()).digest()
    return _take_in(
        digest,
        lambda: Message.objects.select_for_update().filter(pk=message_id).first(),
        reading,
        raw=b"",
        size=0,
        now=now or timezone.now(),
    )


@transaction.atomic
def _take_in(
    digest: bytes, find: Callable[[], Message | None], reading: Reading, *, raw: bytes, size: int, now: datetime
) -> InboundMail:
    mail, is_new = InboundMail.objects.get_or_create(
        digest=digest,
        defaults={"received_at": now, "sort": reading.sort, "status_code": reading.status_code[:11], "size": size},
    )
    if not is_new:
        return mail
    mail.message = message = find()
    if message is None:
        mail.sort = Sort.UNREADABLE
    elif message.state == State.SENDING:
        raise TooEarly
    elif not _follow(message, mail, reading, now):
        mail.sort = Sort.UNREADABLE
    if mail.sort == Sort.UNREADABLE:
        mail.raw = raw.decode("latin-1")
    mail.save()
    log.info("outbox.came_back", mail=mail.pk, sort=mail.sort, message=mail.message_id, code=mail.status_code)
    return mail


def _message_of(recipient: str) -> Message | None:
    try:
        number = read_address(recipient)
    except ForgedAddress:
        return None
    return Message.objects.select_for_update().filter(pk=number).first()


def _follow(message: Message, mail: InboundMail, reading: Reading, now: datetime) -> bool:
    """Does what it asks for; False: a person has to."""
    kind = kinds.find(message.kind)
    if reading.sort == Sort.UNREADABLE:
        return False
    if reading.sort == Sort.BOUNCED:
        mail.save()
        if message.state in (State.ACCEPTED, State.UNKNOWN):
            moves.apply([message], lambda message: message.bounce(now=now))
        return True
    if message.state == State.UNKNOWN:
        # Somebody had it in hand: so it went.
        moves.apply([message], lambda message: message.accept(now=now))
    if reading.sort == Sort.COMPLAINT and kind and kind.complained:
        complained = kind.complained
        return _told(message, lambda: complained(message))
    if reading.sort in (Sort.REPLY, Sort.AUTOMATIC) and kind and kind.answered:
        answered = kind.answered
        back = kinds.WrittenBack(text=reading.text, automatic=reading.sort == Sort.AUTOMATIC, received_at=now)
        return _told(message, lambda: answered(message, back))
    # Nobody asked for an answer: a machine's is no news, a person's is for a person.
    return reading.sort != Sort.REPLY


def _told(message: Message, tell: Callable[[], None]) -> bool:
    try:
        with transaction.atomic():
            tell()
    except Exception as error:
        log.error("outbox.owner_failed", message=message.pk, kind=message.kind, error=type(error).__name__)
        return False
    return True
