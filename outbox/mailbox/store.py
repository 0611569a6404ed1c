"""Reads what the sink has stored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from itertools import islice
from pathlib import Path

_NAME = re.compile(r"\d{20}-\d{6}")
_ENVELOPE_TO = re.compile(rb"^X-Envelope-To: (.*?)\r?$", re.MULTILINE)
# The envelope stands in the first two lines; a hundred recipients fit.
_HEAD_SIZE = 8192


class NoSuchMail(LookupError):
    pass


@dataclass(frozen=True)
class Mail:
    id: str
    path: Path

    @cached_property
    def raw(self) -> bytes:
        return self.path.read_bytes()

    @property
    def content(self) -> bytes:
        """The mail as it came, without the two lines of the envelope."""
        return self.raw.split(b"\n", 2)[2]

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def arrived_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.id.partition("-")[0]) / 1e9, tz=UTC)

    @property
    def recipients(self) -> str:
        return str(self.message["X-Envelope-To"] or "")

    @property
    def envelope_sender(self) -> str:
        return str(self.message["X-Envelope-From"] or "")

    @property
    def reply_to(self) -> str:
        return str(self.message["Reply-To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or self.message["X-Envelope-From"] or "")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, subtype: str) -> str:
        part = self.message.get_body(preferencelist=(subtype,))
        if part is None:
            return ""
        try:
            return str(part.get_content())
        except LookupError:
            # A charset that Python does not know.
            return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")


class Mailbox:
    """A folder of mails, the latest first. One that vanishes while it is read counts as never there."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def page(self, number: int, size: int, *, to: str = "") -> tuple[list[Mail], bool]:
        """The mails of a page, counted from 1, and whether there are more; `to` is a part of a recipient's
        address."""
        start = (number - 1) * size
        found = list(islice(self._addressed(to), start, start + size + 1))
        return found[:size], len(found) > size

    def get(self, mail_id: str) -> Mail:
        """Raises NoSuchMail."""
        path = self._path / f"{mail_id}.eml"
        if not _NAME.fullmatch(mail_id) or not path.is_file():
            raise NoSuchMail(mail_id)
        return Mail(mail_id, path)

    def all(self) -> list[Mail]:
        return list(self._mails())

    def empty(self) -> None:
        for mail in self._mails():
            mail.path.unlink(missing_ok=True)

    def _mails(self) -> Iterator[Mail]:
        if not self._path.is_dir():
            return
        for path in sorted(self._path.glob("*.eml"), reverse=True):
            if _NAME.fullmatch(path.stem):
                yield Mail(path.stem, path)

    def _addressed(self, to: str) -> Iterator[Mail]:
        wanted = to.strip().lower()
        for mail in self._mails():
            if not wanted or wanted in _envelope_to(mail.path):
                yield mail


def _envelope_to(path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = _ENVELOPE_TO.search(file.read(_HEAD_SIZE))
    except FileNotFoundError:
        return ""
    return found.group(1).decode("utf-8", "replace").lower() if found else ""
