"""What staff do for a supporter who has written to us: found by the exact address alone, and written down."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.models import Entry
from campaign import rules
from campaign.actions.signing import erase_signature, request_links, withdraw_signature
from campaign.models import Signature, Volunteer
from privacy.indexes import address_index


class TooManySearches(Exception):
    """This person has looked as many addresses up in this hour as one may."""


@dataclass(frozen=True)
class Found:
    """What there is of one address. Nobody's name is among it."""

    signatures: list[Signature]
    volunteers: list[Volunteer]


@transaction.atomic
def look_up_supporter(*, email: str, reason: str, by: User, now: dt.datetime | None = None) -> Found:
    """By the blind index: the address itself is kept nowhere, that somebody looked is. Raises TooManySearches."""
    now = now or timezone.now()
    _count(by, now=now)
    index = address_index(email)
    signatures = list(Signature.objects.of_address(index).for_supporter_desk())
    volunteers = list(
        Volunteer.objects.of_address(index).select_related("hand_in__point").defer("name", "email").order_by("pk")
    )
    record("supporters.looked_up", by=by, reason=reason, signatures=len(signatures), volunteers=len(volunteers))
    return Found(signatures, volunteers)


@transaction.atomic
def send_links_for(*, email: str, reason: str, by: User, language: str, now: dt.datetime | None = None) -> None:
    """The mail with which they see and end everything themselves; none goes where there is nothing, or where as many
    have gone to the address today as may. Raises TooManySearches.
    """
    _count(by, now=now or timezone.now())
    request_links(email=email, language=language)
    record("supporters.sent_links", by=by, reason=reason)


def _count(by: User, *, now: dt.datetime) -> None:
    """Of what one person does with addresses; one at a time, so that each is counted. Raises TooManySearches."""
    User.objects.select_for_update().get(pk=by.pk)
    actions = ("supporters.looked_up", "supporters.sent_links")
    lately = Entry.objects.filter(action__in=actions, by_id=by.pk, at__gt=now - dt.timedelta(hours=1))
    if lately.count() >= rules.SEARCHES_AN_HOUR:
        raise TooManySearches


@transaction.atomic
def withdraw_for(*, signature: Signature, reason: str, by: User) -> None:
    """As if they had pressed the button on their own page."""
    withdraw_signature(signature=signature, by=by)
    record("signatures.withdrawn_for", by=by, about=signature, reason=reason)


@transaction.atomic
def erase_for(*, signature: Signature, reason: str, by: User) -> None:
    erase_signature(signature=signature, by=by)
    record("signatures.erased_for", by=by, about=signature, reason=reason)
