"""What many supporters do, run in the stack's own environment (`Running.crowd`)."""

import datetime as dt

from django.utils import timezone

from campaign import actions, rules
from campaign.models import Campaign, Signature
from outbox import actions as outbox
from privacy.indexes import address_index


def sign(mark: str, size: int) -> None:
    campaign = Campaign.objects.open().get()
    letter = rules.current_letter(campaign)
    assert letter
    for number in range(size):
        actions.sign(
            slug=campaign.slug,
            letter_id=letter.pk,
            language="en",
            person={
                "name": name_of(mark, number),
                "email": f"{number}@{mark}.example",
                "country": ("PL", "KR", "ZA")[number % 3],
                "display": Signature.Display.FULL,
                "own_words": "",
                "city": "",
                "wants_updates": False,
            },
        )


def confirm(mark: str, size: int) -> None:
    for number in range(size):
        signature = Signature.objects.get(email_index=address_index(f"{number}@{mark}.example"))
        actions.confirm_signature(
            signature_id=signature.pk, revision=signature.revision, shown=actions.digest_of(signature)
        )


def settle_what_was_lost() -> None:
    """The sweeper, as it will be when the longest lease is over."""
    outbox.sweep(now=timezone.now() + dt.timedelta(minutes=10))


def name_of(mark: str, number: int) -> str:
    return f"Ara {mark.title()} {number}"
