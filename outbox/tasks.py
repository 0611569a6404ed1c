from celery import shared_task

from outbox import actions
from outbox.wake import wake


@shared_task
def send_confirmations() -> None:
    _send("confirmations")


@shared_task
def send_deliveries() -> None:
    _send("deliveries")


@shared_task
def sweep() -> None:
    actions.sweep()


def _send(queue: str) -> None:
    if actions.send_due(queue=queue).more:
        wake(queue)
