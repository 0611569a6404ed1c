import os
import threading
import time
from types import SimpleNamespace

import pytest
from django.db import transaction

from outbox import actions, tasks, wake
from outbox.models import Message, State
from tests.outbox.mail_server import free_port


@pytest.mark.django_db(transaction=True)
def test_queueing_wakes_a_worker_when_it_commits(note, broker):
    with transaction.atomic():
        actions.enqueue(kind=note.name, subject_id=1, language="en")
        assert broker.waiting("confirmations") == 0
    assert broker.take("confirmations")


@pytest.mark.django_db(transaction=True)
def test_what_is_for_later_wakes_nobody(note, register, broker, now):
    other = register("test_other", queue="deliveries")
    actions.enqueue(kind=note.name, subject_id=1, language="en", now=now, not_before=now.replace(year=2099))
    actions.enqueue(kind=other.name, subject_id=1, language="en")
    assert broker.take("deliveries")
    assert broker.waiting("confirmations") == 0


def test_a_crowd_makes_one_wake_up_in_each_interval(broker, monkeypatch):
    pauses, interval_over = [], threading.Event()

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        interval_over.wait(10)

    monkeypatch.setattr(wake, "time", SimpleNamespace(sleep=pause, monotonic=time.monotonic))
    wake.wake("confirmations")
    assert broker.take("confirmations")
    for _ in range(1000):
        wake.wake("confirmations")
    assert broker.waiting("confirmations") == 0
    interval_over.set()
    assert broker.take("confirmations")
    assert broker.waiting("confirmations") == 0
    assert pauses[0] == wake.INTERVAL


def test_a_forked_process_wakes_on_its_own(broker):
    wake.wake("deliveries")
    assert broker.take("deliveries")
    end, parent = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(parent)
        wake.wake("confirmations")
        os.read(end, 1)
        os._exit(0)
    try:
        assert broker.take("confirmations")
    finally:
        os.close(parent)
        os.waitpid(child, 0)
        os.close(end)


@pytest.mark.django_db(transaction=True)
def test_queueing_works_while_the_broker_is_down(note, monkeypatch):
    from celery import Celery

    nowhere = Celery("nowhere", broker=f"redis://127.0.0.1:{free_port()}/0")
    nowhere.conf.broker_connection_timeout = 0.2
    waker = wake._Waker()
    complained = threading.Event()
    monkeypatch.setattr(wake, "current_app", nowhere)
    monkeypatch.setattr(wake, "_waker", waker)
    monkeypatch.setattr(wake.log, "warning", lambda *args, **kwargs: complained.set())
    actions.enqueue(kind=note.name, subject_id=1, language="en")
    assert Message.objects.get().state == State.QUEUED
    assert complained.wait(30)
    assert waker._thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_the_sweeper_wakes_for_what_nobody_was_woken_for(note, broker):
    Message.objects.create(kind=note.name, subject_id=1, language="en", may_repeat=True)
    tasks.sweep()
    assert broker.take("confirmations")
    assert broker.waiting("deliveries") == 0


@pytest.mark.django_db(transaction=True)
def test_the_tasks_send_their_own_queue(note, register, mail_server, broker):
    other = register("test_other", queue="deliveries")
    for kind in (note, other):
        Message.objects.create(kind=kind.name, subject_id=1, language="en", may_repeat=True)
    tasks.send_confirmations()
    assert mail_server.recipients == ["test_note-1@people.example"]
    tasks.send_deliveries()
    assert len(mail_server.recipients) == 2


def test_every_queue_has_a_task_and_every_task_its_queue(settings):
    from outbox.kinds import QUEUES

    for queue in QUEUES:
        name = wake.TASKS[queue]
        assert settings.CELERY_TASK_ROUTES[name] == {"queue": queue}
        assert getattr(tasks, name.rpartition(".")[2]).name == name
