"""What became of letters on paper, in sentences for everyone."""

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from campaign.models import Dispatch, HandIn, Posting

State = HandIn.State


def told(hand_in: HandIn, city: str) -> str:
    """ "Handed in at Warsaw on 24 September 2027." Takes a hand-in `with_outcome`; empty before there is one."""
    if hand_in.happened_at is None:
        return ""
    day = date_format(timezone.localtime(hand_in.happened_at, hand_in.point.zone))
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


def what_became_of(dispatch: Dispatch, hand_in: HandIn | None, city: str) -> str:
    """One letter's end in a sentence or two, as its supporter is told of it by mail."""
    sentences = [_BY_CHANNEL[Dispatch.Channel(dispatch.channel)](dispatch, hand_in, city)]
    if dispatch.state == Dispatch.State.REPLIED:
        sentences.append(_("It was answered."))
    return " ".join(sentences)


def _by_email(dispatch: Dispatch, _hand_in: HandIn | None, _city: str) -> str:
    match dispatch.state:
        case Dispatch.State.BOUNCED:
            return _("Sent by e-mail; the mail server there refused it.")
        case Dispatch.State.UNKNOWN:
            return _("Sent by e-mail; the connection broke, so nobody can say whether it arrived.")
    if dispatch.accepted_at is None:
        return _("It did not go out by e-mail before the deliveries ended.")
    day = date_format(timezone.localtime(dispatch.accepted_at, dispatch.point.zone))
    return _("Sent by e-mail; the mail server there took it on %(day)s.") % {"day": day}


def _by_hand(dispatch: Dispatch, hand_in: HandIn | None, city: str) -> str:
    known = told_of_letter(dispatch, hand_in, city)
    if dispatch.state == Dispatch.State.PACKED:
        return f"{known} {_('Nobody has told us what became of it.')}"
    return known


def _by_post(dispatch: Dispatch, _hand_in: HandIn | None, _city: str) -> str:
    match dispatch.state:
        case Dispatch.State.PACKED:
            return _("Printed for the post. Nobody has told us what became of it.")
        case Dispatch.State.POSTED:
            return _("Sent by post.")
        case Dispatch.State.RETURNED:
            return _("Sent by post; it came back.")
    return _("Sent by post, and delivered.")


_BY_CHANNEL = {Dispatch.Channel.EMAIL: _by_email, Dispatch.Channel.HAND: _by_hand, Dispatch.Channel.POST: _by_post}
