"""What people answer from the local mailbox: taken from the sink's folder to the inbound door."""

from pathlib import Path

from django.conf import settings

from outbox.inbound.receiving import TooEarly, receive
from outbox.mailbox.store import Mailbox


def take_in() -> int:
    """Returns how many were taken in; what came too early waits for the next time."""
    count = 0
    for mail in Mailbox(Path(settings.MAILBOX_DIR) / "inbound").all():
        try:
            for recipient in mail.recipients.split(", "):
                receive(mail.content, recipient=recipient, sender=mail.envelope_sender)
        except (FileNotFoundError, TooEarly):
            continue
        mail.path.unlink(missing_ok=True)
        count += 1
    return count
