"""Mail services that tell us by webhook what became of a mail: which, what they sign with, and how they name the mail.

Letters go out by SMTP as everywhere. A service's events name its own numbers, so each mail carries ours in the header
that the service repeats in its events.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string
from django.views import View

from outbox.models import Message
from outbox.return_addresses import make_token

# What the token is called in a service's events.
MAIL = "mail"


@dataclass(frozen=True)
class Service:
    """view: anymail's, which checks who calls. header, says: where our mails carry the token, and how."""

    view: str
    header: str
    says: Callable[[str], str]


def _as_json(token: str) -> str:
    return json.dumps({MAIL: token})


SERVICES = {
    "brevo": Service("brevo.BrevoTrackingWebhookView", "X-Mailin-custom", _as_json),
    "mailgun": Service("mailgun.MailgunTrackingWebhookView", "X-Mailgun-Variables", _as_json),
    "mailjet": Service("mailjet.MailjetTrackingWebhookView", "X-MJ-EventPayload", _as_json),
    "postmark": Service("postmark.PostmarkTrackingWebhookView", f"X-PM-Metadata-{MAIL}", str),
    "sendgrid": Service(
        "sendgrid.SendGridTrackingWebhookView",
        "X-SMTPAPI",
        lambda token: json.dumps({"unique_args": {MAIL: token}}),
    ),
    "sparkpost": Service(
        "sparkpost.SparkPostTrackingWebhookView",
        "X-MSYS-API",
        lambda token: json.dumps({"metadata": {MAIL: token}}),
    ),
}


def configured() -> Service | None:
    """The one that sends our mail; without its secret anybody could speak in its name, so then there is none."""
    return SERVICES.get(settings.MAIL_SERVICE) if settings.MAIL_SERVICE_SECRET else None


def named_in_events(message: Message) -> Mapping[str, str]:
    service = configured()
    return {service.header: service.says(make_token("bounces", message))} if service else {}


def view_of(service: Service) -> type[View]:
    return import_string(f"anymail.webhooks.{service.view}")
