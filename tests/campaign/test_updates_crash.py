"""Workers killed in the middle of an update: nobody gets it twice, and of each person it is known what came of it."""

import datetime as dt
import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from campaign import actions
from campaign.models import UpdateMail
from outbox import actions as outbox
from outbox.models import Message
from tests.campaign.test_updates import ask, sign, step
from tests.factories import HOUR, NOW, fresh, make_update

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 12
# At these the worker dies: with the mail handed over, before its answer, which never comes.
DEADLY = [1, 4, 9]
# Longer than any lease.
LATER = dt.timedelta(minutes=15)


def test_whenever_a_worker_dies_nobody_gets_the_update_twice(campaign, bora, post_office):
    people = [sign(campaign, f"person{number}@people.example") for number in range(PEOPLE)]
    update = make_update(campaign, bora)
    ask(update, bora)
    step()
    now = NOW
    for number in DEADLY:
        address = people[number].email
        reached = post_office.server.notify_at(address)
        post_office.server.behave(address, data="hang")
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.campaign.dying_worker", str(post_office.server.port), database(), str(now)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert reached.wait(120)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(30)
        now += LATER
        outbox.sweep(now=now)
        now += LATER
    while post_office.send("updates", now=now + HOUR).more:
        pass
    step(now + HOUR)

    assert not Message.objects.unsettled().exists()
    assert set(post_office.server.handed_over.values()) == {1}
    assert len(post_office.server.handed_over) == PEOPLE
    failed = UpdateMail.objects.filter(state="failed").values_list("signature", flat=True)
    assert set(failed) == {people[number].pk for number in DEADLY}
    assert UpdateMail.objects.filter(state="sent").count() == PEOPLE - len(DEADLY)
    assert fresh(update).state == "sent"


def test_a_step_that_dies_is_made_anew(campaign, bora, post_office, monkeypatch):
    """Everything of a step is committed, or nothing of it."""
    ara = sign(campaign, "ara@people.example")
    update = make_update(campaign, bora)
    ask(update, bora)
    queue = actions.updates._queue_some_of

    def die(*args, **kwargs):
        queue(*args, **kwargs)
        raise SystemExit

    monkeypatch.setattr(actions.updates, "_queue_some_of", die)
    with pytest.raises(SystemExit):
        step()
    assert not UpdateMail.objects.exists()
    assert not Message.objects.exists()
    monkeypatch.setattr(actions.updates, "_queue_some_of", queue)
    step()
    post_office.send("updates")
    step()
    assert post_office.server.recipients == [ara.email]


def database() -> str:
    return str(connection.settings_dict["NAME"])
