"""How a mail leaves: SMTP, with the answer told apart exactly.

The one question that matters for a letter is whether the server may have it. It may from the moment when
the whole content, final dot included, has been handed to the operating system, and not before (RFC 5321,
4.1.1.4).
"""

import re
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.generator import BytesGenerator
from email.message import Message
from email.utils import parseaddr
from functools import lru_cache
from io import BytesIO
from secrets import token_hex
from typing import Self

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.utils.encoding import punycode

from outbox.models import Outcome

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?!\S)")

# RFC 6531, 3.4: the server cannot take an address with characters beyond ASCII.
_NO_UTF8 = "5.6.7"


class Unreachable(OSError):
    """No connection to the mail server can be had: nothing was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one mail. The server's words are left out: they may repeat the address."""

    outcome: Outcome
    smtp_code: int | None = None
    enhanced_code: str = ""

    @classmethod
    def of(cls, code: int, reply: bytes) -> Self:
        enhanced = _ENHANCED.match(reply)
        outcome = {2: Outcome.ACCEPTED, 5: Outcome.REFUSED}.get(code // 100, Outcome.DEFERRED)
        return cls(outcome, code, enhanced.group().decode() if enhanced else "")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail ready to go: lines end in CRLF, addresses are bare."""

    sender: str
    recipients: Sequence[str]
    content: bytes
    smtputf8: bool

    @classmethod
    def of(cls, mail: EmailMessage, *, sender: str) -> Self:
        """Raises ValueError for a header or an address that holds a line break or is not exactly one
        address."""
        writer = _bare(mail.from_email)
        recipients = [_bare(address) for address in mail.recipients()]
        if not recipients:
            raise ValueError("A mail without a recipient")
        content = _as_bytes(mail.message())
        smtputf8 = not all(address.isascii() for address in [writer, sender, *recipients])
        if smtputf8:
            content = _with_plain_addresses(mail, content)
        return cls(sender, recipients, _LINE_END.sub(b"\r\n", content), smtputf8)


# Writing a mail with two parts took 0.32 ms as Django does it, half of it for the next two; now 0.15 ms.
class _ShortHeadersAsTheyAre(policy.Compat32):
    """Folds only what is long, where the usual policy parses every header to find that it fits."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if isinstance(value, str) and value.isascii() and value.isprintable() and self._fits(name, value):
            return f"{name}: {value}\r\n".encode()
        return super().fold_binary(name, value)

    def _fits(self, name: str, value: str) -> bool:
        """What has no space cannot be folded: its first line would only stay empty."""
        return len(name) + len(value) < (76 if " " in value else 900)


def _as_bytes(message: Message) -> bytes:
    for part in message.walk():
        if part.get_content_maintype() == "multipart":
            # Nobody can have guessed it, so the text need not be searched for it.
            part.set_boundary(f"=_{token_hex(16)}")
    written = BytesIO()
    BytesGenerator(written, mangle_from_=False, policy=_ShortHeadersAsTheyAre(linesep="\r\n")).flatten(message)
    return written.getvalue()


def _bare(address: str) -> str:
    """What the envelope takes. Raises ValueError for anything that is not exactly one address."""
    return address if _PLAIN_ADDRESS.fullmatch(address) else _parsed(address)


@lru_cache(maxsize=64)
def _parsed(address: str) -> str:
    sanitize_address(address, "utf-8")
    local, _, domain = parseaddr(address)[1].rpartition("@")
    if not local or not domain or not f"{local}{domain}".isprintable() or " " in f"{local}{domain}":
        raise ValueError("Not one e-mail address")
    return f"{local}@{punycode(domain)}"


def _with_plain_addresses(mail: EmailMessage, content: bytes) -> bytes:
    """Django encodes the part before the @ as if it were a name, which makes it another address."""
    parsed = message_from_bytes(content, policy=policy.SMTPUTF8)
    for name, addresses in {"From": [mail.from_email], "To": mail.to, "Cc": mail.cc}.items():
        if name in parsed:
            parsed.replace_header(name, ", ".join(addresses))
    return parsed.as_bytes()


class _Refused(OSError):
    """An answer that ends this mail before its content was handed over; the connection goes on."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


class _Closing(OSError):
    """421, or no SMTP at all: the connection is at its end."""

    def __init__(self, code: int) -> None:
        self.code = code


class _TwoSteps(smtplib.SMTP):
    """Sends in two steps, so that the next mail can be composed while the server digests this one."""

    def hand_over(self, envelope: Envelope) -> None:
        """All up to the final dot; the answer is then due. Every recipient is taken, or none.

        Raises _Refused (the connection can go on) or another OSError (it cannot). Whichever it raises, the server
        does not have the mail.
        """
        if envelope.smtputf8 and not self.has_extn("smtputf8"):
            raise _Refused(Answer(Outcome.REFUSED, enhanced_code=_NO_UTF8))
        steps = [
            (self._mail_command(envelope), 2),
            *((f"rcpt TO:<{to}>", 2) for to in envelope.recipients),
            ("data", 3),
        ]
        # All commands in one go save round trips (RFC 2920). With several recipients the answers must be heard first:
        # after DATA there is no way back for one that was refused.
        together = self.has_extn("pipelining") and len(envelope.recipients) == 1
        if together:
            self._say(*(command for command, _ in steps))
        refusal = None
        for command, wanted in steps:
            if not together:
                self._say(command)
            code, text = self.getreply()
            if code == 421 or code // 100 not in {wanted, 4, 5}:
                raise _Closing(code)
            if code // 100 != wanted:
                refusal = refusal or Answer.of(code, text)
                if not together:
                    break
        if refusal:
            if code == 354:
                self.close()
            raise _Refused(refusal)
        content = _LEADING_DOT.sub(b"..", envelope.content)
        self.send(content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"))

    def _mail_command(self, envelope: Envelope) -> str:
        command = f"mail FROM:<{envelope.sender}>"
        if self.has_extn("size"):
            command += f" size={len(envelope.content)}"
        if self.has_extn("8bitmime"):
            command += " body=8bitmime"
        return f"{command} smtputf8" if envelope.smtputf8 else command

    def _say(self, *commands: str) -> None:
        self.send("".join(f"{command}\r\n" for command in commands).encode())


class _TwoStepsTLS(_TwoSteps, smtplib.SMTP_SSL):
    pass


class SMTPBackend(EmailBackend):
    """Django's backend (host, TLS and log-in from the settings) over a connection that sends in two steps."""

    connection: _TwoSteps | None
    _partial_connection: _TwoSteps | None

    @property
    def connection_class(self) -> type[_TwoSteps]:
        return _TwoStepsTLS if self.use_ssl else _TwoSteps


class Line:
    """A line to the mail server, opened again when the server has closed it, as many do after some mails."""

    def __init__(self) -> None:
        self._backend = SMTPBackend()
        self._mails = 0

    def open(self) -> None:
        """Raises Unreachable."""
        try:
            if self._backend.open():
                self._mails = 0
                self._connection.ehlo_or_helo_if_needed()
        except OSError as error:
            self._hang_up()
            raise Unreachable(type(error).__name__) from error

    def begin(self, envelope: Envelope) -> Answer | None:
        """Hands a mail over; None: the server's answer is due, call `finish`. Raises Unreachable."""
        while True:
            self.open()
            try:
                self._connection.hand_over(envelope)
            except _Refused as refusal:
                self._reset()
                return refusal.answer
            except OSError as error:
                carried = self._mails
                self._hang_up()
                if not carried:
                    return Answer(Outcome.UNREACHABLE, getattr(error, "code", None))
                # The server had enough of this connection, not of this mail: once more on a fresh one.
            else:
                return None

    def finish(self) -> Answer:
        """The server's answer to the mail handed over last."""
        try:
            code, text = self._connection.getreply()
        except OSError:
            self._hang_up()
            return Answer(Outcome.UNKNOWN)
        if code == -1:
            self._hang_up()
            return Answer(Outcome.UNKNOWN)
        self._mails += 1
        if code == 421:
            self._hang_up()
        return Answer.of(code, text)

    def close(self) -> None:
        with suppress(OSError):
            self._backend.close()

    @property
    def _connection(self) -> _TwoSteps:
        if self._backend.connection is None:
            raise smtplib.SMTPServerDisconnected
        return self._backend.connection

    def _reset(self) -> None:
        self._mails += 1
        with suppress(OSError):
            self._connection.rset()

    def _hang_up(self) -> None:
        """Without a farewell, which would wait for an answer."""
        for connection in (self._backend.connection, self._backend._partial_connection):
            if connection is not None:
                connection.close()
        self._backend.connection = self._backend._partial_connection = None
        self._mails = 0
