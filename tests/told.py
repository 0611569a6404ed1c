"""What people who work here are told by mail, composed as the worker composes it."""

from django.core.mail import EmailMessage
from django.utils import translation

from outbox import kinds
from outbox.models import Message


def mails_of(kind: str) -> list[EmailMessage]:
    """Those that would go now, the oldest first."""
    messages = list(Message.objects.filter(kind=kind).order_by("pk"))
    its = kinds.get(kind)
    rows = its.load(messages) if its.load and messages else {}
    composed = []
    for message in messages:
        message.subject = rows.get(message.subject_id or 0)
        with translation.override(message.language):
            composed.append(its.compose(message))
    return [mail for mail in composed if mail]
