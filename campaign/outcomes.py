"""What became of letters on paper, in sentences for everyone."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from campaign.models import DeliveryPoint, Dispatch, HandIn, Posting

State = HandIn.State


def zone_of(point: DeliveryPoint) -> ZoneInfo:
    """Dates at the door are those of the place."""
    try:
        return ZoneInfo(point.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def told(hand_in: HandIn, city: str) -> str:
    """ "Handed in at Warsaw on 24 September 2027." Takes a hand-in `with_outcome`; empty before there is one."""
    if hand_in.happened_at is None:
        return ""
    day = date_format(timezone.localtime(hand_in.happened_at, zone_of(hand_in.point)))
    words = {"city": city, "day": day}
    match hand_in.outcome:
        case State.DELIVERED:
            return _("Handed in at %(city)s on %(day)s.") % words
        case State.LEFT_IN_MAILBOX:
            return _("Left in the office’s mailbox at %(city)s on %(day)s.") % words
        case State.REFUSED:
            return _("Refused at the door in %(city)s on %(day)s.") % words
        case State.OTHER:
            return _("Neither taken nor refused at %(city)s on %(day)s; the organizers know what happened.") % words
        case _:
            return _("Not taken at the door in %(city)s; sent by post on %(day)s.") % words


def told_of_posting(posting: Posting) -> str:
    """ "Posted on 3 October 2027." The tracking number is for the organizers."""
    day = {"day": date_format(posting.day)}
    match posting.state:
        case Posting.State.POSTED:
            return _("Posted on %(day)s.") % day
        case Posting.State.DELIVERED:
            return _("Delivered by post on %(day)s.") % day
        case _:
            return _("It was posted, and came back on %(day)s.") % day


def told_of_letter(dispatch: Dispatch, hand_in: HandIn | None, city: str) -> str:
    """What a supporter hears of one letter on paper; empty where its state says all."""
    if dispatch.pack is None:
        return ""
    if dispatch.channel == Dispatch.Channel.POST:
        posting = getattr(dispatch.pack, "posting", None)
        return told_of_posting(posting) if posting else ""
    happened = told(hand_in, city) if hand_in and dispatch.state != Dispatch.State.PACKED else ""
    if dispatch.page is None:
        return happened or _("It will be printed in the pack for %(city)s.") % {"city": city}
    where = {"city": city, "page": number_format(dispatch.page, force_grouping=True)}
    printed = _("Printed in the pack for %(city)s, page %(page)s.") % where
    return f"{happened} {printed}".strip()
