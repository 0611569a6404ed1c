"""The mails that the site as a whole sends: composed when they go, so that they say what is true then."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from audit import chain
from outbox.models import Message


def audit_broken(message: Message) -> EmailMultiAlternatives | None:
    """Tells a superuser which entry breaks the chain; nothing where it holds after all."""
    verdict = chain.verify()
    if verdict.holds:
        return None
    context = {
        "flaw": verdict.flaw,
        "at": verdict.at,
        "head": verdict.head,
        "desk_url": settings.SITE_URL + reverse("audit:entries"),
        "site_url": settings.SITE_URL,
        "language": message.language,
    }
    with translation.override(message.language):
        mail = EmailMultiAlternatives(
            subject=" ".join(render_to_string("emails/audit_broken/subject.txt", context).split()),
            body=render_to_string("emails/audit_broken/body.txt", context).strip() + "\n",
            headers={"Content-Language": message.language},
        )
        mail.attach_alternative(render_to_string("emails/audit_broken/body.html", context), "text/html")
    return mail
