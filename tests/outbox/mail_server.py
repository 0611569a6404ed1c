"""A real SMTP server on a port of its own, which behaves badly where a test asks for it."""

import asyncio
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP


@dataclass
class Behaviour:
    """What the server does with mail for one address."""

    # Answers at RCPT and after the content; "drop" cuts the connection, "hang" never answers.
    rcpt: str = "250 2.1.5 ok"
    data: str = "250 2.0.0 ok"


@dataclass
class MailServer:
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    # After so many mails on one connection the server says 421 and closes it.
    mails_per_connection: int | None = None
    smtputf8: bool = True
    pipelining: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    # Each recipient with the mail: one mail may have several.
    arrived: list[tuple[str, EmailMessage]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    # All contents that were handed over whole, whatever was answered.
    handed_over: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    _reached: dict[str, threading.Event] = field(default_factory=dict)

    def start(self, port: int = 0) -> "MailServer":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(port), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _listen(self, port: int) -> asyncio.Server:
        return await self._loop.create_server(self._protocol, "127.0.0.1", port)

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(self, enable_SMTPUTF8=self.smtputf8, hostname="mail.example", loop=self._loop)

    def stop(self) -> None:
        async def stop() -> None:
            self._server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def behave(self, address: str, **behaviour: str) -> None:
        self.behaviours[address] = Behaviour(**behaviour)

    def notify_at(self, address: str) -> threading.Event:
        """Set when a mail for this address has been handed over."""
        return self._reached.setdefault(address, threading.Event())

    def _of(self, address: str) -> Behaviour:
        return self.behaviours.get(address, Behaviour())

    async def _answer(self, smtp: SMTP, answer: str) -> str:
        if answer == "drop":
            smtp.transport.abort()
        if answer in {"drop", "hang"}:
            await asyncio.Event().wait()
        if answer.startswith("421"):
            await smtp.push(answer)
            smtp.transport.close()
            await asyncio.Event().wait()
        return answer

    async def handle_EHLO(self, smtp, session, envelope, hostname, responses):
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_MAIL(self, smtp, session, envelope, address, options):
        if self.mails_per_connection is not None and getattr(session, "mails", 0) >= self.mails_per_connection:
            return await self._answer(smtp, "421 4.7.0 too many mails on this connection")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(self, smtp, session, envelope, address, options):
        answer = await self._answer(smtp, self._of(address).rcpt)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, smtp, session, envelope):
        address = envelope.rcpt_tos[0]
        self.handed_over[address] += 1
        if address in self._reached:
            self._reached[address].set()
        answer = await self._answer(smtp, self._of(address).data)
        if answer.startswith("2"):
            session.mails = getattr(session, "mails", 0) + 1
            self.recipients += envelope.rcpt_tos
            self.senders.append(envelope.mail_from)
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.mails.append(mail)
            self.arrived += [(address, mail) for address in envelope.rcpt_tos]
        return answer


def free_port() -> int:
    """A port that refuses connections: bound once, then closed."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
