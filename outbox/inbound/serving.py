"""A server for what comes back, beside the mail server that this machine has: LMTP (RFC 2033) or SMTP on loopback.

A mail is answered with 250 once its row is committed; until then it stays in the mail server's queue.
"""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections

from outbox.inbound.receiving import TooEarly, receive
from outbox.return_addresses import is_return_address

log = structlog.get_logger(__name__)

# What the largest mail services send; of what is longer than InboundMail.KEPT the rest is cut.
SIZE_LIMIT = 40 * 1024 * 1024


class Handler:
    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_return_address(address):
            return "550 5.1.1 No return address of ours"
        if envelope.rcpt_tos:
            # LMTP wants an answer for each; one at a time is as good.
            return "452 4.5.3 One recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            await asyncio.to_thread(_receive, envelope)
        except TooEarly:
            return "451 4.3.0 Try again in a minute"
        except Exception as error:  # the database is away, the disk full: the mail server keeps it
            log.error("outbox.not_received", error=type(error).__name__)
            return "451 4.3.0 Try again later"
        return "250 2.0.0 Received"


def _receive(envelope: Envelope) -> None:
    close_old_connections()
    try:
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        receive(raw, recipient=envelope.rcpt_tos[0], sender=envelope.mail_from or "")
    finally:
        close_old_connections()


async def serve(*, socket: Path | None = None, host: str = "127.0.0.1", port: int = 0, smtp: bool = False) -> None:
    """Until SIGTERM or SIGINT. On a Unix socket that its group may use, or a port of this machine."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await listen(loop, socket=socket, host=host, port=port, smtp=smtp)
    await stopped.wait()
    server.close()
    if socket:
        socket.unlink(missing_ok=True)


async def listen(
    loop: asyncio.AbstractEventLoop, *, socket: Path | None, host: str, port: int, smtp: bool
) -> asyncio.AbstractServer:
    protocol = SMTP if smtp else LMTP

    def connection() -> SMTP:
        return protocol(Handler(), data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="inbound", loop=loop)

    if socket is None:
        return await loop.create_server(connection, host, port)
    with suppress(FileNotFoundError):
        socket.unlink()
    server = await loop.create_unix_server(connection, str(socket))
    os.chmod(socket, 0o660)
    return server
