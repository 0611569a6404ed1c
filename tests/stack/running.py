"""A stack that runs, as the tests of it see and mistreat it."""

import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import psycopg
import redis

from campaign.walkthrough.pages import Form, Page
from campaign.walkthrough.site import Site
from tests.services.conftest import Stack, command, wait_for_end


def until(condition: Callable[[], Any], *, within: float, otherwise: Callable[[], Any] = str) -> Any:
    """What the condition gave when it came true. Looks again every 50 ms; `otherwise` says what was there instead."""
    deadline, pause = monotonic() + within, Event()
    while not (found := condition()):
        assert monotonic() < deadline, f"not within {within} s: {otherwise()}"
        pause.wait(0.05)
    return found


class Mails:
    """What has arrived in the mailbox; each mail is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, tuple[str, str, str]] = {}

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """To, From and Message-ID of each."""
        for path in self.folder.glob("*.eml"):
            if path.name not in self._read:
                # The envelope's lines end as the mail's own need not, and other headers of theirs are not asked for.
                mail = BytesHeaderParser(policy=default).parsebytes(path.read_bytes())
                self._read[path.name] = (str(mail["X-Envelope-To"]), str(mail["From"]), str(mail["Message-ID"]))
        return iter(list(self._read.values()))

    def to(self, ending: str) -> Counter[str]:
        return Counter(to for to, _sender, _id in self if to.endswith(ending))


class Running:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.var = stack.var
        self.url = f"http://127.0.0.1:{stack.port}"
        self.site = Site(self.url)
        self.mails = Mails(stack.var / "mailbox")

    @property
    def state(self) -> dict[str, Any]:
        return json.loads((self.var / "run" / "stack.json").read_text())

    def pid(self, name: str) -> int:
        return self.state["processes"][name]

    def manage(self, *arguments: str) -> str:
        done = command("manage", *arguments, var=self.var)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def crowd(self, call: str) -> None:
        self.manage("shell", "-v0", "-c", f"from tests.stack import crowd; crowd.{call}")

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.state["environment"]["DATABASE_URL"]) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def unsent(self) -> list[tuple[Any, ...]]:
        """Messages that are not settled, for the words of a failure."""
        return self.sql(
            "SELECT kind, state, count(*), min(not_before), max(lease_until), now() FROM outbox_message "
            "WHERE settled_at IS NULL GROUP BY kind, state"
        )

    def empty_broker(self) -> None:
        with redis.Redis.from_url(self.state["environment"]["REDIS_URL"]) as broker:
            broker.flushall()

    def sign_form(self) -> Form:
        home = self.site.get("/")
        [campaign] = {link for link in home.links if "/campaigns/" in link}
        return next(form for form in self.site.get(f"{campaign}sign/").forms if "email" in form.names)

    def sign(self, form: Form, email: str) -> Page:
        return self.site.submit(form, name="Eun Park", email=email, country="PL", display="full")

    def hold(self, *names: str) -> Callable[[], None]:
        """Stops processes in mid-air; gives what lets them go on."""
        pids = [self.pid(name) for name in names]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)

        def go_on() -> None:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

        return go_on

    def kill(self, name: str) -> None:
        """SIGKILL; the supervisor starts another."""
        os.kill(self.pid(name), signal.SIGKILL)

    @contextmanager
    def without(self, name: str, number: signal.Signals = signal.SIGKILL) -> Iterator[None]:
        """The process has ended, and nobody starts another before this context is left."""
        pid = self.pid(name)
        os.kill(self.state["supervisor"], signal.SIGSTOP)
        try:
            os.kill(pid, number)
            wait_for_end({pid})
            yield
        finally:
            os.kill(self.state["supervisor"], signal.SIGCONT)
        until(lambda: self.pid(name) != pid, within=30)
