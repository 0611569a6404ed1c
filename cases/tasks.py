"""What Celery calls: each loads nothing, decides nothing, and may run twice."""

from celery import shared_task

from cases import actions


@shared_task
def remind_of_reviews() -> int:
    return actions.remind_of_reviews()
