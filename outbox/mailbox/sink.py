"""The mailbox's SMTP side: every mail for anybody becomes one file.

    python -m outbox.mailbox.sink --host 127.0.0.1 --port 1025 --dir var/mailbox

Without Django, so that it stays under 40 MB. The files are made readable to their owner only, appear whole
or not at all, and their names sort by arrival. Ends on SIGTERM or SIGINT.
"""

import argparse
import asyncio
import itertools
import os
import re
import signal
import sys
import time
from collections import deque
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

# What a demonstration or a bench leaves behind is bounded: beyond this, the oldest go.
KEEP = 20_000
# As large as the largest mail services take.
SIZE_LIMIT = 25 * 1024 * 1024

_RETURN_ADDRESS = re.compile(r"(?:bounces|replies)\+[^@]+@", re.IGNORECASE)


class Folder:
    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        for unfinished in path.glob("*.tmp"):
            unfinished.unlink()
        self._path = str(path)
        self._names = deque(sorted(entry.name for entry in path.glob("*.eml")))
        self._counter = itertools.count()

    def store(self, sender: str, recipients: list[str], content: bytes) -> None:
        """One file: the envelope in two header lines, then the mail as it came."""
        name = f"{time.time_ns():020d}-{next(self._counter) % 1_000_000:06d}.eml"
        head = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        path = os.path.join(self._path, name)
        file = os.open(f"{path}.tmp", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(file, "wb", buffering=0) as unfinished:
            unfinished.write(head.encode() + content)
        if any(_RETURN_ADDRESS.match(recipient) for recipient in recipients):
            self._hand_on(f"{path}.tmp", name)
        os.rename(f"{path}.tmp", path)
        self._names.append(name)
        while len(self._names) > KEEP:
            Path(self._path, self._names.popleft()).unlink(missing_ok=True)

    def _hand_on(self, path: str, name: str) -> None:
        """Answers and bounces lie in a folder of their own too, until the product has taken them in."""
        inbound = Path(self._path, "inbound")
        inbound.mkdir(mode=0o700, exist_ok=True)
        os.link(path, inbound / name)


class Handler:
    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        # Commands are read one by one from a buffer, so a client may send several at once.
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        if not isinstance(content, bytes):
            raise TypeError("The server decodes nothing")
        self._folder.store(envelope.mail_from or "", envelope.rcpt_tos, content)
        return "250 2.0.0 Kept"


async def serve(host: str, port: int, folder: Folder) -> None:
    loop = asyncio.get_running_loop()
    handler = Handler(folder)

    def connection() -> SMTP:
        return SMTP(handler, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="mailbox", loop=loop)

    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(connection, host, port)
    await stopped.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Keeps every mail that is sent to it.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.host, options.port, Folder(options.dir)))
    except OSError as error:
        sys.exit(f"The mailbox cannot start on {options.host}:{options.port} with {options.dir}: {error.strerror}.")


if __name__ == "__main__":
    main()
