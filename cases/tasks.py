"""What Celery calls: each loads nothing, decides nothing, and may run twice."""

from celery import shared_task

from cases import actions
from cases.actions import media


@shared_task
def remind_of_reviews() -> int:
    return actions.remind_of_reviews()


@shared_task
def forget_stray_pictures() -> int:
    return media.forget_strays()
