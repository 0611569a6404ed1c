"""The Celery app. Tasks live in the rooms; what runs when stands in `beat_schedule`, next to nothing else."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, task_failure
from django.conf import settings
from django.db import InterfaceError, OperationalError

from maninso.database import connect_anew

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maninso.settings")

app = Celery("maninso")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_the_rest(**kwargs: Any) -> None:
    """One format of lines for web, workers and beat; without this Celery brings its own."""
    dictConfig(settings.LOGGING)


@task_failure.connect
def _connect_anew(exception: BaseException, **kwargs: Any) -> None:
    """Celery keeps a connection for CELERY_DB_REUSE_MAX tasks, a dead one too."""
    if isinstance(exception, OperationalError | InterfaceError):
        connect_anew()


def _every(seconds: float, task: str) -> dict[str, object]:
    # A tick that waited longer than its own interval has been overtaken by the next.
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 10)}}


app.conf.beat_schedule = {
    "sweep": _every(15, "outbox.tasks.sweep"),
    "tally": _every(3, "campaign.tasks.tally"),
    "release-dispatches": _every(3, "campaign.tasks.release_dispatches"),
    "look-at-confirmed": _every(5, "campaign.tasks.look_at_confirmed"),
    "reroute-waiting": _every(20, "campaign.tasks.reroute_waiting"),
    # Asking for packs wakes a worker; this finds those that it did not reach, or that died with one.
    "make-packs": _every(10, "campaign.tasks.make_packs"),
    "move-letters": _every(10, "campaign.tasks.move_letters"),
    "follow-the-clock": _every(20, "campaign.tasks.follow_the_clock"),
    "expire-unanswered": _every(600, "campaign.tasks.expire_unanswered"),
    "erase-taken-back": _every(60, "campaign.tasks.erase_taken_back"),
    "tell-supporters": _every(10, "campaign.tasks.tell_supporters"),
    "send-updates": _every(3, "campaign.tasks.send_updates"),
    "presume-delivered": _every(600, "campaign.tasks.presume_delivered"),
    "expire-invitations": _every(600, "accounts.tasks.expire_invitations"),
    "send-notice-digests": _every(300, "accounts.tasks.send_notice_digests"),
    "forget-old-notices": {"task": "accounts.tasks.forget_old_notices", "schedule": crontab(hour=2, minute=50)},
    "write-failed-log-ins": {"task": "accounts.tasks.write_failed_log_ins", "schedule": crontab(minute=5)},
    "forget-stray-pictures": {"task": "cases.tasks.forget_stray_pictures", "schedule": crontab(hour=2, minute=20)},
    "remind-of-reviews": {"task": "cases.tasks.remind_of_reviews", "schedule": crontab(hour=5, minute=10)},
    "verify-audit": {"task": "maninso.tasks.verify_audit", "schedule": crontab(hour=3, minute=10)},
    # 02:40 UTC: night in Europe, and not on the hour, when everyone's jobs run.
    "recount": {"task": "campaign.tasks.recount", "schedule": crontab(hour=2, minute=40)},
}
if settings.MAILBOX_DIR:
    app.conf.beat_schedule["take-in-local-mail"] = _every(3, "outbox.tasks.take_in_local_mail")
if settings.INBOUND_IMAP_URL:
    app.conf.beat_schedule["fetch-inbound-mail"] = _every(60, "outbox.tasks.fetch_inbound_mail")
