"""The mails to people who log in, or are asked to: composed when they go, so that they say what is true then."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from accounts import links
from accounts.models import Invitation, User
from audit.models import Entry
from outbox.models import Message


def invitations_by_id(messages: Sequence[Message]) -> Mapping[int, Invitation]:
    invitations = Invitation.objects.select_related("organisation", "invited_by")
    return invitations.in_bulk([message.subject_id for message in messages])


def entries_by_id(messages: Sequence[Message]) -> Mapping[int, Entry]:
    return Entry.objects.in_bulk([message.subject_id for message in messages])


def invitation(message: Message) -> EmailMultiAlternatives | None:
    """None once it was accepted or withdrawn."""
    found = message.subject
    if not isinstance(found, Invitation) or found.state != Invitation.State.OPEN:
        return None
    return _mail(
        "invitation",
        message.language,
        to=found.email,
        invited_by=found.invited_by,
        organisation=found.organisation,
        roles=found.roles_in_words(),
        invitation_url=links.invitation_url(found),
        expires_at=found.expires_at,
    )


def account_notice(message: Message) -> EmailMultiAlternatives | None:
    """Tells a person what was changed about their way in, so that they notice if it was somebody else."""
    entry = message.subject
    if not isinstance(entry, Entry) or entry.kind != User._meta.label_lower:
        return None
    person = User.objects.filter(pk=int(entry.key), state=User.State.ACTIVE).first()
    if person is None:
        return None
    return _mail(
        "account_notice", message.language, to=person.email, name=person.name, action=entry.action, at=entry.at
    )


def _mail(kind: str, language: str, *, to: str, **context: Any) -> EmailMultiAlternatives:
    context |= {"site_url": settings.SITE_URL, "language": language}
    with translation.override(language):
        mail = EmailMultiAlternatives(
            subject=" ".join(render_to_string(f"emails/{kind}/subject.txt", context).split()),
            body=render_to_string(f"emails/{kind}/body.txt", context).strip() + "\n",
            to=[to],
            headers={"Content-Language": language},
        )
        mail.attach_alternative(render_to_string(f"emails/{kind}/body.html", context), "text/html")
    return mail
