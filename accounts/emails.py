"""The mails to people who log in, or are asked to: composed when they go, so that they say what is true then."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import links, notice_kinds
from accounts.models import Invitation, Notice, NoticeDigest, User
from audit.models import Entry
from outbox.models import Message

# Of a digest; the others are counted.
LINES = 50


def invitations_by_id(messages: Sequence[Message]) -> Mapping[int, Invitation]:
    invitations = Invitation.objects.select_related("organisation", "invited_by")
    return invitations.in_bulk([message.subject_id for message in messages])


def entries_by_id(messages: Sequence[Message]) -> Mapping[int, Entry]:
    return Entry.objects.in_bulk([message.subject_id for message in messages])


def digests_by_id(messages: Sequence[Message]) -> Mapping[int, NoticeDigest]:
    """With what is still unread of them."""
    unread = Prefetch("notices", Notice.objects.unread().order_by("-pk"))
    digests = NoticeDigest.objects.select_related("person").prefetch_related(unread)
    return digests.in_bulk([message.subject_id for message in messages])


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


def notice_digest(message: Message) -> EmailMultiAlternatives | None:
    """What somebody was told since the last one, for whom that is enough; nothing once they have read it all."""
    found = message.subject
    if not isinstance(found, NoticeDigest) or not found.person.is_active:
        return None
    notices = list(found.notices.all())
    if not notices:
        return None
    end_url = links.end_digests_url(found.person)
    mail = _mail(
        "notice_digest",
        message.language,
        to=found.person.email,
        name=found.person.name,
        count=len(notices),
        lines=[
            {
                "words": notice_kinds.words_of(notice.kind),
                "about": notice.about,
                "at": notice.at,
                "url": settings.SITE_URL + reverse("notice_desk:notice", args=[notice.pk]),
            }
            for notice in notices[:LINES]
        ],
        more=max(0, len(notices) - LINES),
        desk_url=settings.SITE_URL + reverse("notice_desk:list"),
        choices_url=settings.SITE_URL + reverse("notice_choices"),
        end_url=end_url,
    )
    mail.extra_headers["List-Unsubscribe"] = f"<{end_url}>"
    mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


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
