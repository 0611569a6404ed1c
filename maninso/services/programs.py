"""The product's own processes: what runs, with which options."""

import shlex
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from maninso.services.places import PROJECT, Places
from maninso.services.processes import Program

HOST = "127.0.0.1"

WEB = """
    -m granian maninso.wsgi:application --interface wsgi --workers 2 --blocking-threads 4
    --respawn-failed-workers --respawn-interval 0.5 --workers-kill-timeout 4
    --no-ws --no-access-log --log-level warning
"""
WORKER = "-m maninso.worker"
MAILBOX = "-m outbox.mailbox.sink"


@dataclass(frozen=True)
class Programs:
    places: Places
    variables: Mapping[str, str]

    def prepare(self, *options: str) -> Program:
        """Short: migrations, static files, translations and demonstration content, in one Django process."""
        return self._python("prepare", "", str(PROJECT / "manage.py"), "prepare", *options)

    def web(self, port: int) -> Program:
        return self._python("web", WEB, "--host", HOST, "--port", str(port))

    def workers(self) -> list[Program]:
        """Confirmations have a worker of their own: supporters wait for them, whatever else is sent."""
        return [
            self._worker("confirmations", "confirmations"),
            self._worker("deliveries", "deliveries,updates,upkeep", "--beat"),
        ]

    def mailbox(self, port: int) -> Program:
        options = ["--host", HOST, "--port", str(port), "--dir", self.variables["MAILBOX_DIR"]]
        return self._python("mailbox", MAILBOX, *options, is_server=True)

    def _worker(self, name: str, *arguments: str) -> Program:
        # SIGQUIT is Celery's cold shutdown: with the supervisor dead, a task that is cut off comes again.
        return self._python(name, WORKER, name, *arguments, orphaned=signal.SIGQUIT)

    def _python(
        self,
        name: str,
        options: str,
        *more: str,
        orphaned: signal.Signals = signal.SIGTERM,
        is_server: bool = False,
    ) -> Program:
        return Program(
            name=name,
            command=[sys.executable, *shlex.split(options), *more],
            variables=self.variables,
            log=self.places.log / f"{name}.log",
            orphaned=orphaned,
            is_server=is_server,
        )
