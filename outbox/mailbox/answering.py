"""Answers in the place of whoever got a mail, so that what comes back can be tried on a laptop: by real SMTP."""

import smtplib
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from outbox.mailbox.store import Mail
from outbox.return_addresses import is_return_address


class Way(models.TextChoices):
    REPLY = "reply", _("Answer")
    AUTOMATIC = "automatic", _("Send an automatic answer")
    RETURN = "return", _("Send it back: no such mailbox")
    FULL = "full", _("Send it back: the mailbox is full")


def ways(mail: Mail) -> list[Way]:
    """What can be done with it: only what came from the outbox has an address to come back to."""
    if not is_return_address(mail.envelope_sender):
        return []
    return list(Way) if mail.reply_to else [Way.AUTOMATIC, Way.RETURN, Way.FULL]


def answer(mail: Mail, way: Way, text: str) -> None:
    """Raises ValueError for what is not among its ways."""
    if way not in ways(mail):
        raise ValueError(way)
    if way == Way.REPLY:
        _send(_reply(mail, text), sender=mail.recipients, to=mail.reply_to)
    elif way == Way.AUTOMATIC:
        automatic = _reply(mail, text)
        automatic["Auto-Submitted"] = "auto-replied"
        _send(automatic, sender="", to=mail.reply_to or mail.envelope_sender)
    else:
        full = way == Way.FULL
        said = "452 4.2.2 Mailbox full" if full else "550 5.1.1 No such mailbox"
        _send(_report(mail, said), sender="", to=mail.envelope_sender)


def _reply(mail: Mail, text: str) -> EmailMessage:
    reply = EmailMessage()
    reply["From"] = mail.recipients
    reply["To"] = mail.reply_to or mail.envelope_sender
    reply["Subject"] = f"Re: {' '.join(mail.subject.split())}"
    reply["Date"], reply["Message-ID"] = formatdate(), make_msgid(domain="mailbox.example")
    if mail.message["Message-ID"]:
        reply["In-Reply-To"] = str(mail.message["Message-ID"])
    reply.set_content(text or "…")
    return reply


def _report(mail: Mail, said: str) -> Message:
    """As RFC 3464 wants it, in the words of Postfix."""
    report = MIMEMultipart("report")
    report.set_param("report-type", "delivery-status")
    report["From"] = "MAILER-DAEMON@mailbox.example (Mail Delivery System)"
    report["To"] = mail.envelope_sender
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"], report["Message-ID"] = formatdate(), make_msgid(domain="mailbox.example")
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(f"Your message could not be delivered to {mail.recipients}:\n\n{said}\n"))
    about_mail, about_recipient = Message(), Message()
    about_mail["Reporting-MTA"] = "dns; mailbox.example"
    about_recipient["Final-Recipient"] = f"rfc822; {mail.recipients}"
    about_recipient["Action"], about_recipient["Status"] = "failed", said.split()[1]
    about_recipient["Diagnostic-Code"] = f"smtp; {said}"
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([about_mail, about_recipient])
    report.attach(status)
    return report


def _send(mail: Message, *, sender: str, to: str) -> None:
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=10) as smtp:
        smtp.sendmail(sender, [to], mail.as_bytes())
