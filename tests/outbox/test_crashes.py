"""A worker killed at each step of a send, 200 times: no letter goes out twice, and of each is known what came of it."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from outbox import actions
from outbox.models import Attempt, Message, State
from tests.outbox.conftest import NOW
from tests.outbox.dying_worker import STEPS
from tests.stack.running import until

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = 200
# What PostgreSQL calls their connections; other tests run beside this one.
WORKER = f"dying worker of {os.getpid()}"
# A letter that a worker has begun and not finished may have arrived, so it is in doubt; before and after it is not.
IN_DOUBT = STEPS[STEPS.index("opened") : STEPS.index("result")]
# In these the attempt is committed, or its result: it depends on the event.
EITHER = ["opening", "result"]
# Longer than any lease.
ROUND = timedelta(minutes=15)


class Workers:
    """One after the other, each with its end."""

    def __init__(self, port: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.outbox.dying_worker", str(port), str(connection.settings_dict["NAME"])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PGAPPNAME": WORKER},
        )

    def send(self, **order: Any) -> Any:
        """How many events each step had; for one that was to die, the signal that it died of."""
        assert self._process.stdin
        assert self._process.stdout
        given = {"step": None, "after": 0, "microseconds": 0, "large": [], **order}
        self._process.stdin.write(json.dumps(given, default=str) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        # What a worker said with its last breath, a commit even, PostgreSQL may still be doing.
        until(lambda: not _connected(), within=30)
        return answer

    def end(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture
def workers(mail_server) -> Iterator[Workers]:
    workers = Workers(mail_server.port)
    yield workers
    workers.end()


def test_whenever_a_worker_dies_no_letter_goes_out_twice_and_each_is_accounted_for(register, mail_server, workers):
    letter = register("some_letter", may_repeat=False, queue="deliveries")
    chance = random.Random(f"{KILLS} deaths")
    now, refused = NOW, set()

    def queue(number: int) -> None:
        assert actions.enqueue(kind=letter.name, subject_id=number, language="en", now=now)

    # The first pass loads what later ones find loaded.
    for number in (-1, 0):
        queue(number)
        events = workers.send(now=now)
    assert set(events) == set(STEPS)
    steps = [STEPS[number % len(STEPS)] for number in range(KILLS)]
    chance.shuffle(steps)
    for number, step in enumerate(steps, 1):
        now += ROUND
        if chance.random() < 0.1:
            refused.add(KILLS + number)
            mail_server.behave(f"some_letter-{KILLS + number}@people.example", rcpt="550 5.1.1 nobody here")
            queue(KILLS + number)
        queue(number)
        order = {"step": step, "after": chance.randint(0, events[step]), "microseconds": chance.randint(1, 20_000)}
        ended = workers.send(now=now, large=[number] if step == "content" else [], **order)
        assert ended in {signal.SIGKILL, signal.SIGALRM}, f"it went on after {order}"
        in_doubt = actions.sweep(now=now + ROUND / 2).unknown
        assert in_doubt in ({0, 1} if step in EITHER else {int(step in IN_DOUBT)}), order

    # Nobody dies any more: when the longest wait is over, what was put back goes out.
    workers.send(now=now + timedelta(hours=16))
    assert not Message.objects.unsettled().exists()
    assert not Attempt.objects.open().exists()

    became = {f"some_letter-{number}@people.example": state for number, state in _states()}
    assert len(became) == KILLS + 2 + len(refused)
    assert Counter(became.values()).keys() == {State.ACCEPTED, State.FAILED, State.UNKNOWN}
    assert set(mail_server.handed_over.values()) == {1}
    arrived = mail_server.handed_over.keys()
    assert {address for address, state in became.items() if state == State.ACCEPTED} <= arrived
    assert {became[address] for address in arrived} <= {State.ACCEPTED, State.UNKNOWN}
    failed = {address for address, state in became.items() if state == State.FAILED}
    assert failed <= {f"some_letter-{number}@people.example" for number in refused}


def _connected() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = %s)", [WORKER])
        return cursor.fetchone()[0]


def _states() -> Any:
    return Message.objects.values_list("subject_id", "state")
