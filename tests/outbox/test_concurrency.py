"""With real commits: several workers at once, and workers that are killed."""

import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from outbox import actions
from outbox.models import Attempt, Message, State

pytestmark = pytest.mark.django_db(transaction=True)


def queue_many(kind, count: int) -> None:
    Message.objects.bulk_create(
        Message(kind=kind.name, subject_id=number, language="en", may_repeat=kind.may_repeat) for number in range(count)
    )


def in_threads(count: int, function, *arguments):
    def run(_):
        try:
            return function(*arguments)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.parametrize("kind_name", ["note", "letter"])
def test_workers_at_once_send_each_message_once(kind_name, request, mail_server):
    queue_many(request.getfixturevalue(kind_name), 60)
    counts = in_threads(3, lambda: actions.send_due(queue="confirmations", limit=7))
    assert sum(count.accepted for count in counts) == 60
    assert set(mail_server.handed_over.values()) == {1}
    assert len(mail_server.handed_over) == 60


def somebody_waits_for_an_advisory_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
        )
        return cursor.fetchone()[0] > 0


def test_a_limit_is_exact_however_many_workers_count_against_it(register, mail_server):
    inside = []

    def three_in_all(messages):
        left = 3 - Message.objects.taken().count()
        inside.append(messages)
        # The first to count goes on when the other has counted too, or stands at the door: it must be the door.
        for _ in range(1000):
            if len(inside) > 1 or somebody_waits_for_an_advisory_lock():
                break
            threading.Event().wait(0.02)
        return {message.pk: "too_many" for message in messages[max(left, 0) :]}

    queue_many(register("test_limited", screen=three_in_all), 20)
    # Different limits, so that the second finds messages that the first has not locked.
    limits = [2, 4]
    in_threads(2, lambda: actions.send_due(queue="confirmations", limit=limits.pop()))
    assert len(mail_server.recipients) == 3
    assert Message.objects.filter(state=State.CANCELLED).count() == 17


def test_five_hundred_queueings_at_once_leave_one_message(note):
    answers = in_threads(20, lambda: [actions.enqueue(kind=note.name, subject_id=1, language="en") for _ in range(25)])
    assert Counter(answer for each in answers for answer in each) == {True: 1, False: 499}
    assert Message.objects.count() == 1


def test_requests_at_once_from_one_address_queue_one_mail(note):
    since = timezone.now() - timedelta(minutes=2)

    def ask():
        return actions.enqueue(
            kind=note.name, subject_id=None, language="en", address_index=b"i" * 32, quiet_since=since
        )

    assert Counter(in_threads(10, ask)) == {True: 1, False: 9}


@contextmanager
def without_waiting():
    """Waiting for a lock is an error."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        yield
        cursor.execute("RESET lock_timeout")


@contextmanager
def locked_elsewhere(subject_id: int):
    """The message's row is locked by another transaction."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Message.objects.filter(subject_id=subject_id).select_for_update())
            held.set()
            done.wait(20)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(20)
    try:
        yield
    finally:
        done.set()
        holder.join()


def test_cancelling_does_not_wait_for_a_worker_that_is_taking_the_message(note):
    queue_many(note, 1)
    with without_waiting(), locked_elsewhere(0):
        assert actions.cancel(kind=note.name, subject_id=0, reason="withdrawn") is False


def test_a_worker_does_not_wait_for_a_message_that_somebody_else_has_locked(note, mail_server):
    queue_many(note, 3)
    with without_waiting(), locked_elsewhere(1):
        assert actions.send_due(queue="confirmations").accepted == 2
    assert actions.send_due(queue="confirmations").accepted == 1


def test_a_newer_message_queued_at_the_same_moment_wins(note, mail_server):
    mail_server.behave("test_note-0@people.example", rcpt="450 4.2.1 later")
    for _ in range(5):
        queue_many(note, 1)
        in_threads(1, lambda: actions.send_due(queue="confirmations"))
        in_threads(2, lambda: actions.enqueue(kind=note.name, subject_id=0, language="en"))
        assert Message.objects.filter(state=State.QUEUED).count() == 1
        Message.objects.all().delete()


def start_worker(queue: str, port: int) -> subprocess.Popen[bytes]:
    """A worker on the tests' own database."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.outbox.crashing_worker",
            queue,
            str(port),
            str(connection.settings_dict["NAME"]),
        ]
    )


@pytest.mark.parametrize("kind_name", ["note", "letter"])
def test_after_a_worker_was_killed_in_mid_batch_all_arrives_and_no_letter_twice(kind_name, request, mail_server):
    kind = request.getfixturevalue(kind_name)
    queue_many(kind, 40)
    # The server keeps the twentieth mail waiting for its answer: the worker dies with it under way.
    mail_server.behave(f"{kind.name}-19@people.example", data="hang")
    reached = mail_server.notify_at(f"{kind.name}-19@people.example")
    worker = start_worker("confirmations", mail_server.port)
    try:
        assert reached.wait(60)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    mail_server.behaviours.clear()
    later = timezone.now() + timedelta(minutes=6)
    swept = actions.sweep(now=later)
    actions.send_due(queue="confirmations", now=later)
    assert not Message.objects.unsettled().exists()
    assert not Attempt.objects.open().exists()
    if kind.may_repeat:
        assert swept.unknown == 0
        assert {int(address.split("@")[0].split("-")[1]) for address in mail_server.recipients} == set(range(40))
    else:
        assert swept.unknown == 1
        assert Message.objects.get(state=State.UNKNOWN).subject_id == 19
        assert Message.objects.filter(state=State.ACCEPTED).count() == 39
        assert set(mail_server.handed_over.values()) == {1}
