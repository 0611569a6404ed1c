"""Tells the workers, soon and once, that there is mail to send.

Only a matter of time: what a lost wake-up leaves lying, the sweeper finds. So this never blocks, never
raises, and works (by doing nothing) while the broker is away.
"""

import os
import threading
import time

import structlog
from celery import current_app

log = structlog.get_logger(__name__)

TASKS = {
    "confirmations": "outbox.tasks.send_confirmations",
    "deliveries": "outbox.tasks.send_deliveries",
    "updates": "outbox.tasks.send_updates",
}
# A wave of signatures makes one task per queue in so many seconds, not one per signature.
INTERVAL = 0.2
# A wake-up that lay longer than this was for mail that the sweeper has found.
EXPIRES = 15
QUIET = 60.0


class _Waker:
    """One daemon thread that publishes; started by the first call, in whichever process makes it."""

    def __init__(self) -> None:
        self._wanted: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._complained = -QUIET

    def wake(self, queue: str) -> None:
        with self._changed:
            self._wanted.add(queue)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="outbox-wake", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted)
                queues, self._wanted = self._wanted, set()
            for queue in queues:
                self._publish(queue)
            time.sleep(INTERVAL)

    def _publish(self, queue: str) -> None:
        try:
            current_app.send_task(TASKS[queue], retry=False, expires=EXPIRES)
        except Exception as error:
            if time.monotonic() - self._complained >= QUIET:
                self._complained = time.monotonic()
                log.warning("outbox.cannot_wake", queue=queue, error=type(error).__name__)


_waker = _Waker()


def wake(queue: str) -> None:
    _waker.wake(queue)


def _forget_thread() -> None:
    """A forked child has the memory of the parent's thread, not the thread, and perhaps its lock held."""
    global _waker  # noqa: PLW0603
    _waker = _Waker()


os.register_at_fork(after_in_child=_forget_thread)
