"""The mails that cases send, to the staff alone: composed when they go, so that they say what is true then."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from cases import rules
from cases.models import ReviewReminder
from outbox.models import Message


def reminders_by_id(messages: Sequence[Message]) -> Mapping[int, ReviewReminder]:
    reminders = ReviewReminder.objects.select_related("case", "to").defer("case__team_note")
    return reminders.in_bulk([message.subject_id for message in messages])


def review_due(message: Message) -> EmailMultiAlternatives | None:
    """None where the case was reviewed meanwhile, or the person has left. It names no case but by its reference."""
    reminder = message.subject
    if not isinstance(reminder, ReviewReminder) or not rules.may_edit(reminder.to):
        return None
    if not reminder.case.is_due_for_review(timezone.localdate()) or reminder.case.next_review != reminder.due:
        return None
    context = {
        "name": reminder.to.name,
        "reference": reminder.case.reference,
        "due": reminder.due,
        "case_url": settings.SITE_URL + reverse("case_desk:case", args=[reminder.case.reference]),
        "site_url": settings.SITE_URL,
        "language": message.language,
    }
    with translation.override(message.language):
        mail = EmailMultiAlternatives(
            subject=" ".join(render_to_string("emails/review_due/subject.txt", context).split()),
            body=render_to_string("emails/review_due/body.txt", context).strip() + "\n",
            headers={"Content-Language": message.language},
        )
        mail.attach_alternative(render_to_string("emails/review_due/body.html", context), "text/html")
    return mail
