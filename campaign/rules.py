"""Who may do what, and what must be there first: predicates named as sentences."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import may_organise
from campaign.models import Campaign, DeliveryPoint, Dispatch, HandIn, Letter, Pack, Signature
from campaign.models.hand_in import OUTCOMES
from campaign.models.pack import PackQuerySet
from outbox.models import Message

# 7 days: mail scanners, holidays, a mailbox that is read on Sundays.
CONFIRM_WITHIN = dt.timedelta(days=7)
# Until the next edition and a little longer.
OWN_PAGE_FOR = dt.timedelta(days=400)
# A second press of the button, or a reload, right after confirming.
REPEAT_WITHIN = dt.timedelta(minutes=15)
# An embassy's server that refuses a letter late does so within two days.
SILENCE_MEANS_DELIVERED = dt.timedelta(hours=48)

# From a country where signing is dangerous, fewer than this are not told by themselves (docs/adr/0009).
FEW = 10

# A volume cannot be asked for anew while one waits to be fetched; nor more often than this.
SUPPLEMENT_AFTER = dt.timedelta(hours=1)
PHOTOS = 5
_LETTER_PAPER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])

# A double click, a reload, five hundred copies of one form: one mail.
ONE_MAIL_PER = dt.timedelta(minutes=2)
MAILS_A_DAY = 3
MAILS_A_DAY_FOR_SUPPORTERS = 10
ASKED_FOR_BY_ANYONE = ("confirmation", "links", "volunteer_confirm")


def mailed_enough(messages: Sequence[Message]) -> dict[int, str]:
    """The mails that would be one too many for their address today, over the whole site.

    Anyone can type anyone's address: three a day unanswered, more for an address that has confirmed before. Answering
    (confirming anything) starts the count afresh.
    """
    addresses = {bytes(message.address_index) for message in messages if message.address_index is not None}
    answered: dict[Any, dt.datetime] = {
        row["email_index"]: row["latest"]
        for row in Signature.objects.filter(email_index__in=addresses, confirmed_at__isnull=False)
        .values("email_index")
        .annotate(latest=Max("confirmed_at"))
    }
    since = timezone.now() - dt.timedelta(days=1)
    unanswered: Counter[bytes] = Counter()
    earlier = (
        Message.objects.taken()
        .filter(address_index__in=addresses, kind__in=ASKED_FOR_BY_ANYONE, created_at__gt=since)
        .exclude(pk__in=[message.pk for message in messages])
    )
    for mail in earlier.only("address_index", "created_at"):
        address = bytes(mail.address_index or b"")
        if mail.created_at > answered.get(address, since):
            unanswered[address] += 1
    too_many = {}
    for message in messages:
        address = bytes(message.address_index or b"")
        unanswered[address] += 1
        if unanswered[address] > (MAILS_A_DAY_FOR_SUPPORTERS if address in answered else MAILS_A_DAY):
            too_many[message.pk] = "mailed_enough"
    return too_many


def signing_is_risky(country: str) -> bool:
    """Whether people who live there may be punished for such a letter (docs/adr/0009)."""
    return country in settings.RISKY_COUNTRIES


def countries_told(counts: Iterable[tuple[str, int]]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Of countries and their counts, the most first: those named with theirs, and those told together as one number.

    A few from where signing is dangerous are not named: a lone "1" there is a person to look for. The smallest of the
    other countries stand in with them until there are FEW.
    """
    named: list[tuple[str, int]] = []
    together: list[tuple[str, int]] = []
    for code, count in counts:
        (together if signing_is_risky(code) and count < FEW else named).append((code, count))
    while together and named and named[-1][1] < FEW and sum(count for _code, count in together) < FEW:
        together.append(named.pop())
    return named, together


def may_run(user: User, campaign: Campaign) -> bool:
    return user.is_superuser or may_organise(user, campaign.organisation)


def unready(campaign: Campaign, *, now: dt.datetime) -> list[str]:
    """What is missing before this campaign can open, in words for its organizer; empty when it is ready."""
    missing = []
    languages = set(campaign.texts.values_list("language", flat=True))
    if campaign.source_language not in languages:
        missing.append(_("The campaign has no text in its own language (%(language)s).") % _language(campaign))
    letter = current_letter(campaign)
    if letter is None:
        missing.append(_("The letter is not published yet."))
    else:
        written = set(letter.texts.values_list("language", flat=True))
        missing += [
            _("The published letter has no text in %(language)s.") % {"language": name}
            for code, name in settings.LANGUAGES
            if code in {campaign.source_language, campaign.addressee_language} - written
        ]
    if campaign.addressing == Campaign.Addressing.CHOSEN:
        if not campaign.chosen_points.takes_email().exists():
            missing.append(_("No delivery point is chosen that takes letters by e-mail."))
    elif not DeliveryPoint.objects.takes_email().filter(target=campaign.target).exists():
        missing.append(_("The target has no delivery point with an e-mail address."))
    missing += [
        _("The case %(reference)s has no public page.") % {"reference": reference}
        for reference in taken_down_cases(campaign)
    ]
    if campaign.closes_at <= now:
        missing.append(_("The closing date is in the past."))
    return missing


def taken_down_cases(campaign: Campaign) -> list[str]:
    """References of the cases that it names and nobody can read: its letters can't go out."""
    return list(campaign.cases.filter(live__isnull=True).values_list("reference", flat=True))


def _language(campaign: Campaign) -> dict[str, Any]:
    return {"language": campaign.get_source_language_display()}


def current_letter(campaign: Campaign) -> Letter | None:
    """The version that a supporter signs now: the latest published."""
    return Letter.objects.published().filter(campaign=campaign).order_by("-version").first()


def may_be_written_by_hand(campaign: Campaign) -> bool:
    """Whether people may send its letter themselves: while the site itself would send it, were the hour right."""
    return (
        campaign.state in (Campaign.State.OPEN, Campaign.State.CLOSED)
        and not campaign.paused
        and not campaign.holds.standing().exists()
    )


def packs_with(signature: Signature) -> QuerySet[Pack]:
    """Those with this person's name that somebody has fetched and may have printed."""
    return Pack.objects.filter(dispatches__signature=signature, state=Pack.State.HANDED_OUT)


def is_posted_by_organizers(pack: Pack) -> bool:
    """A pack for the post that somebody has fetched, and may have printed."""
    return pack.channel == Dispatch.Channel.POST and pack.state == Pack.State.HANDED_OUT


def paper_of(country: str) -> str:
    """What printers there are filled with (CLDR, paperSize)."""
    return Pack.Paper.LETTER if country in _LETTER_PAPER else Pack.Paper.A4


def kit_of(hand_in: HandIn) -> PackQuerySet:
    """The volumes for this place that count, in their order."""
    by_hand = Pack.objects.filter(campaign=hand_in.campaign_id, point=hand_in.point_id, channel=Dispatch.Channel.HAND)
    return by_hand.exclude(state=Pack.State.CANCELLED).order_by("volume")


def hand_in_of(pack: Pack) -> HandIn | None:
    """The hand-in for which it was made, with what became of it."""
    if pack.channel != Dispatch.Channel.HAND:
        return None
    return HandIn.objects.for_pages().filter(campaign=pack.campaign_id, point=pack.point_id).first()


def may_ask_for_kit(hand_in: HandIn, *, now: dt.datetime) -> bool:
    """A supplement: before the hand-in is reported, when all that was made is fetched, and not every minute."""
    if hand_in.state not in (HandIn.State.CLAIMED, HandIn.State.READY):
        return False
    waits = Q(asked_at__gt=now - SUPPLEMENT_AFTER) | ~Q(state=Pack.State.HANDED_OUT)
    return not kit_of(hand_in).filter(waits).exists()


def delivers_to(campaign: Campaign, point: DeliveryPoint) -> bool:
    return point.target_id == campaign.target_id or campaign.chosen_points.filter(pk=point.pk).exists()


def may_release(hand_in: HandIn) -> bool:
    """There is a report; which of its photographs are public can be changed afterwards."""
    return hand_in.state in (*OUTCOMES, HandIn.State.REPORTED)


def may_report(hand_in: HandIn) -> bool:
    """Whether the coordinator may still say what happened: until the organizers have closed it."""
    return hand_in.state in (HandIn.State.CLAIMED, HandIn.State.READY, *OUTCOMES)


def next_version(campaign: Campaign) -> int:
    return (campaign.letters.aggregate(latest=Max("version"))["latest"] or 0) + 1
