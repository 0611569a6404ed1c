"""What the clock does for accounts."""

import datetime as dt

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from accounts import actions, notices
from accounts.watch import FAILED
from audit.log import record


@shared_task
def expire_invitations() -> None:
    actions.expire_invitations()


@shared_task
def send_notice_digests() -> int:
    return notices.make_digests()


@shared_task
def forget_old_notices() -> int:
    return notices.forget_old()


@shared_task
def write_failed_log_ins() -> None:
    """One entry for the hour that has ended; none if nobody failed, or if it was written before."""
    hour = timezone.now() - dt.timedelta(hours=1)
    key = FAILED.format(hour=hour)
    number = cache.get(key)
    if number and cache.delete(key):
        record("log_ins.failed", number=number, hour=f"{hour:%Y-%m-%dT%H}")
