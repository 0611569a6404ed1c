"""Workers that die where a test says: each is forked from one process that has loaded Django, so that 200 take seconds.

    python -m tests.outbox.dying_worker PORT DATABASE

Takes one order (JSON) a line, and answers each with the signal that ended the worker (JSON, a line): at the event
`after` of the step `step`, an event being whatever Python calls or returns from. The content goes out within one
system call, so there the kernel kills, after so many `microseconds`. Without a step this process does the pass itself,
which also loads what its children will need, and answers how many events each step had.
"""

import json
import os
import signal
import smtplib
import sys
from collections import Counter
from datetime import datetime
from types import CodeType, FrameType
from typing import Any, NoReturn, TextIO

import django
from django.core.mail import EmailMessage

# One letter's way through a worker. Between `opened` and `answer` its attempt stands open in the database.
STEPS = ["start", "claim", "claimed", "opening", "opened", "mail", "rcpt", "data", "content", "answer", "result", "end"]
# What a system takes at once is less.
LARGE = "A line of a large letter.\n" * 250_000
# About whom a letter is large.
large: set[int] = set()


class Death:
    """A profile function that knows how far the letter is, and ends the process at the event that was asked for."""

    def __init__(self, *, step: str | None, after: int, microseconds: int) -> None:
        from outbox.sending import Batch
        from outbox.transports import Line, _TwoSteps

        self.wanted, self.after, self.microseconds = step, after, microseconds
        self.step, self.events = "start", Counter[str]()
        self._begins: dict[tuple[CodeType, str], str] = {
            (Batch.claim.__code__, "call"): "claim",
            (Batch.claim.__code__, "return"): "claimed",
            (Batch.open_alone.__code__, "call"): "opening",
            (Batch.open_alone.__code__, "return"): "opened",
            (_TwoSteps.hand_over.__code__, "call"): "mail",
            (Line.finish.__code__, "return"): "result",
        }
        # What ends a step only where it is the one under way.
        answered, handed_over = (smtplib.SMTP.getreply.__code__, "return"), (_TwoSteps.hand_over.__code__, "return")
        self._leads: dict[tuple[str, CodeType, str], str] = {
            ("mail", *answered): "rcpt",
            ("rcpt", *answered): "data",
            ("data", *answered): "content",
            ("content", *handed_over): "answer",
            ("result", Batch.write.__code__, "return"): "end",
        }

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> None:
        here = frame.f_code, event
        step = self._leads.get((self.step, *here)) or self._begins.get(here)
        if self.step == self.wanted and (step or self.events[self.step] >= self.after):
            die()
        if step:
            self.step = step
            if step == self.wanted == "content":
                signal.setitimer(signal.ITIMER_REAL, self.microseconds / 1_000_000)
        self.events[self.step] += 1


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it is dead")


def compose(message: Any) -> EmailMessage:
    return EmailMessage(
        f"About {message.subject_id}",
        LARGE if message.subject_id in large else "A line.\n",
        "Maninso <signatures@maninso.example>",
        [f"{message.kind}-{message.subject_id}@people.example"],
    )


def send(order: dict[str, Any]) -> Counter[str]:
    """Returns only where nothing was to kill the process."""
    from outbox import actions

    large.clear()
    large.update(order["large"])
    death = Death(step=order["step"], after=order["after"], microseconds=order["microseconds"])
    sys.setprofile(death)
    actions.send_due(queue="deliveries", now=datetime.fromisoformat(order["now"]))
    sys.setprofile(None)
    if order["step"] == death.step == "end":
        die()
    return death.events


def send_and_die(order: dict[str, Any]) -> int:
    """The signal that ended the worker; 0 where it went on to the end."""
    if (pid := os.fork()) == 0:
        try:
            send(order)
        finally:
            os._exit(0)
    status = os.waitpid(pid, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def follow(orders: TextIO, answers: TextIO) -> None:
    from django.db import connection

    for line in orders:
        order = json.loads(line)
        if order["step"]:
            answer: Any = send_and_die(order)
        else:
            answer = send(order)
            # No child inherits a connection, or the threads of a pool.
            connection.close()
            connection.close_pool()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main(port: str, database: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maninso.settings")
    # What the workers log goes elsewhere.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    django.setup()
    from django.conf import settings
    from django.db import connection

    from outbox import kinds

    kinds.register(kinds.Kind(name="some_letter", queue="deliveries", may_repeat=False, compose=compose))
    connection.settings_dict["NAME"] = database
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", int(port), 10
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    follow(sys.stdin, answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
