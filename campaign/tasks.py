"""What Celery calls: each loads nothing, decides nothing, and may run twice."""

import structlog
from celery import shared_task

from campaign import actions

log = structlog.get_logger(__name__)


@shared_task
def release_dispatches() -> int:
    return actions.release_dispatches()


@shared_task
def tally() -> int:
    return actions.tally_new()


@shared_task
def look_at_confirmed() -> int:
    return actions.look_at_confirmed()


@shared_task
def make_packs() -> None:
    """One at a time: what else waits in the queue need not wait for all of them."""
    actions.make_next_pack()


@shared_task
def move_letters() -> None:
    """Those of one volume: each wakes the next."""
    actions.move_next_letters()


@shared_task
def follow_the_clock() -> None:
    actions.follow_the_clock()


@shared_task
def expire_unanswered() -> int:
    expired = actions.expire_unanswered() + actions.expire_volunteers() + actions.drop_old_uploads()
    return expired + actions.discard_old_batches()


@shared_task
def erase_taken_back() -> int:
    return actions.erase_taken_back()


@shared_task
def presume_delivered() -> int:
    return actions.presume_delivered()


@shared_task
def reroute_waiting() -> int:
    return actions.reroute_waiting()


@shared_task
def tell_supporters() -> int:
    return actions.tell_supporters()


@shared_task
def send_updates() -> None:
    actions.send_updates()


@shared_task
def recount() -> int:
    """Finds drift and says so; mending is a person's decision (`bin/manage recount --mend`)."""
    drifts = actions.recount(mend=False)
    for drift in drifts:
        log.error(
            "tally has drifted",
            campaign=drift.campaign_id,
            dimension=drift.dimension,
            key=drift.key,
            counted=drift.counted,
            true=drift.true,
        )
    return len(drifts)
