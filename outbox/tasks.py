from celery import shared_task

from outbox import actions
from outbox.inbound import fetching
from outbox.mailbox import taking_in
from outbox.wake import wake


@shared_task
def send_confirmations() -> None:
    _send("confirmations")


@shared_task
def send_deliveries() -> None:
    _send("deliveries")


@shared_task
def send_updates() -> None:
    _send("updates")


@shared_task
def sweep() -> None:
    actions.sweep()


@shared_task
def fetch_inbound_mail() -> int:
    return fetching.fetch()


@shared_task
def take_in_local_mail() -> int:
    return taking_in.take_in()


def _send(queue: str) -> None:
    if actions.send_due(queue=queue).more:
        wake(queue)
