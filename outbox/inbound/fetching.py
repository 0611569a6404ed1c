"""A mailbox of ours at some provider (INBOUND_IMAP_URL): what is unread there is taken in, then marked as read.

A mail that cannot be taken in stays unread, and comes with the next visit.
"""

import imaplib
import re
from email import message_from_bytes
from email.utils import getaddresses
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings

from outbox.inbound.receiving import TooEarly, receive
from outbox.models import InboundMail
from outbox.return_addresses import is_return_address

log = structlog.get_logger(__name__)

TIMEOUT = 30
# In one visit; the next is a minute later.
LIMIT = 200

# Where mail servers write the envelope down; without one, the address that the mail itself names.
_ENVELOPE_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


def fetch() -> int:
    """Returns how many mails were taken in. No connection: a line in the log, and the next minute."""
    try:
        with _mailbox() as mailbox:
            _ok(mailbox.select(_folder()))
            (unread,) = _ok(mailbox.uid("SEARCH", "UNSEEN"))
            return sum(_take(mailbox, uid.decode()) for uid in (unread or b"").split()[:LIMIT])
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("outbox.inbound_unreachable", error=type(error).__name__)
        return 0


def _mailbox() -> imaplib.IMAP4:
    url = urlsplit(settings.INBOUND_IMAP_URL)
    connect = imaplib.IMAP4_SSL if url.scheme == "imaps" else imaplib.IMAP4
    port = url.port or (993 if url.scheme == "imaps" else 143)
    mailbox = connect(url.hostname or "", port, timeout=TIMEOUT)
    mailbox.login(unquote(url.username or ""), unquote(url.password or ""))
    return mailbox


def _folder() -> str:
    return f'"{unquote(urlsplit(settings.INBOUND_IMAP_URL).path.strip("/")) or "INBOX"}"'


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return data


def _take(mailbox: imaplib.IMAP4, uid: str) -> bool:
    wanted = f"(RFC822.SIZE BODY.PEEK[]<0.{InboundMail.KEPT}>)"
    answer = _ok(mailbox.uid("FETCH", uid, wanted))
    parts = [part for part in answer if isinstance(part, tuple)]
    if not parts:
        # Somebody has deleted it meanwhile.
        return False
    raw = parts[0][1]
    told = _SIZE.search(b" ".join(part if isinstance(part, bytes) else part[0] for part in answer if part))
    try:
        receive(raw, recipient=recipient_of(raw), size=int(told[1]) if told else None)
    except TooEarly:
        return False
    _ok(mailbox.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
    return True


def recipient_of(raw: bytes) -> str:
    """The return address that it was sent to, as its headers tell; empty if they name none."""
    try:
        mail = message_from_bytes(raw)
        named = [value for name in _ENVELOPE_TO for value in mail.get_all(name, [])]
        addresses = [address for _name, address in getaddresses([str(value) for value in named])]
    except Exception:  # headers that break the standard library
        return ""
    return next((address for address in addresses if is_return_address(address)), "")
