"""What waits, and why, before it goes: the next letters of a campaign, as they would go, and what keeps them."""

import dataclasses
import datetime as dt
import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Min
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign import emails
from campaign.actions import turns
from campaign.models import Campaign, DeliveryPoint, Dispatch, Hold, OwnWords, Pause
from face.texts import in_language

State = Dispatch.State
_UNSENT = {State.UNREAD, State.PLANNED, State.QUEUED, State.SENDING}
# Of what follows, late signatures and other campaigns change the order.
AHEAD = 500

# The first of each point, by its index: what follows is not looked at.
_FIRST = """
    SELECT point.id, waits.id
    FROM campaign_deliverypoint point
    CROSS JOIN LATERAL (
        SELECT dispatch.id FROM campaign_dispatch dispatch
        WHERE dispatch.point_id = point.id AND dispatch.state = 'planned' AND dispatch.channel = 'email'
            AND dispatch.campaign_id = %(campaign)s
        ORDER BY dispatch.id LIMIT %(ahead)s
    ) waits
    WHERE point.id = ANY (%(points)s)
    ORDER BY point.id, waits.id
"""


@dataclasses.dataclass(frozen=True)
class Reason:
    """Why letters wait. `since`, `by` and `why` where a person, or the site by itself, has stopped them; those that the
    clock alone lets go do not stop anything.
    """

    what: str
    since: dt.datetime | None = None
    by: str = ""
    why: str = ""
    pause: Pause | None = None
    hold: Hold | None = None
    stops: bool = True


@dataclasses.dataclass(frozen=True)
class Place:
    """A delivery point, and what keeps the letters there beside what keeps all of the campaign's."""

    point: DeliveryPoint
    # Its words in the reader's language.
    text: Any
    counts: dict[str, int]
    reasons: list[Reason]

    @property
    def waiting(self) -> int:
        return self.counts.get(State.PLANNED, 0)

    @property
    def unread(self) -> int:
        """With own words that nobody has read yet."""
        return self.counts.get(State.UNREAD, 0)

    @property
    def goes(self) -> bool:
        return not any(reason.stops for reason in self.reasons)

    @property
    def going(self) -> int:
        """In the outbox, or with a worker."""
        return self.counts.get(State.QUEUED, 0) + self.counts.get(State.SENDING, 0)


@dataclasses.dataclass
class Letter:
    dispatch_id: int
    place: Place
    # At the earliest; None where the window ends before its turn.
    at: dt.datetime | None
    reasons: list[Reason]
    dispatch: Dispatch | None = None

    @property
    def goes(self) -> bool:
        return self.at is not None and not any(reason.stops for reason in self.reasons)

    @cached_property
    def mail(self) -> Any:
        """As it would go at this moment, by the composer that will make it."""
        return emails.letter_mail(self.dispatch) if self.dispatch else None

    @property
    def language(self) -> str:
        return self.mail.extra_headers["Content-Language"]


@dataclasses.dataclass(frozen=True)
class Waiting:
    # What keeps every letter of the campaign.
    reasons: list[Reason]
    places: list[Place]
    # In the order in which they would go, were nothing paused.
    letters: list[Letter]
    # Why the others wait that have no turn yet.
    unread: Reason | None

    @property
    def pauses(self) -> list[Pause]:
        reasons = [*self.reasons, *(reason for place in self.places for reason in place.reasons)]
        return [reason.pause for reason in reasons if reason.pause]

    @property
    def count(self) -> int:
        return sum(place.waiting for place in self.places)


def waiting(campaign: Campaign, *, language: str, now: dt.datetime) -> Waiting:
    """The same number of queries, however many wait."""
    counts: dict[int, dict[str, int]] = {}
    for point_id, channel, state, number, _first in Dispatch.objects.counted(campaign.pk):
        if channel == Dispatch.Channel.EMAIL:
            counts.setdefault(point_id, {})[state] = number
    unsent = [point for point, states in counts.items() if _UNSENT & states.keys()]
    points = (
        DeliveryPoint.objects.filter(pk__in=unsent)
        .select_related("health")
        .prefetch_related("texts")
        .order_by("country", "city", "name")
    )
    sent = Dispatch.objects.sent_since(now - dt.timedelta(hours=1), points=unsent)
    pauses = list(Pause.objects.standing().for_desk())
    of_all = _of_campaign(campaign, now=now) + [paused(pause) for pause in pauses if pause.scope == Pause.Scope.SITE]
    standing = {pause.key: pause for pause in pauses}
    places = [
        Place(
            point,
            in_language(point, language),
            counts[point.pk],
            _of_point(point, standing) + _of_hour(point, sent.get(point.pk, 0), now=now),
        )
        for point in points
    ]
    letters = list(islice(_in_order(campaign, places, of_all, now=now), AHEAD))
    return Waiting(of_all, places, letters, _unread(campaign, sum(place.unread for place in places)))


def _unread(campaign: Campaign, letters: int) -> Reason | None:
    if not letters:
        return None
    what = ngettext(
        "%(count)s letter waits until somebody has read the own words in it.",
        "%(count)s letters wait until somebody has read the own words in them.",
        letters,
    ) % {"count": number_format(letters, force_grouping=True)}
    since = OwnWords.objects.unread().filter(campaign=campaign).aggregate(since=Min("since"))["since"]
    return Reason(what, since)


def load(letters: Sequence[Letter]) -> Sequence[Letter]:
    """With what their mails are composed of."""
    found = Dispatch.objects.for_mail().in_bulk([letter.dispatch_id for letter in letters])
    for letter in letters:
        letter.dispatch = found.get(letter.dispatch_id)
    return [letter for letter in letters if letter.dispatch]


def paused(pause: Pause) -> Reason:
    what = {
        Pause.Scope.SITE: _("All letters of this site are paused."),
        Pause.Scope.TARGET: _("All letters to this target are paused."),
        Pause.Scope.POINT: _("Letters to this delivery point are paused."),
        Pause.Scope.DOMAIN: _("Letters to %(domain)s are paused.") % {"domain": pause.domain},
    }[Pause.Scope(pause.scope)]
    return Reason(what, pause.paused_at, str(pause.paused_by or _("by itself")), pause.why, pause)


def _of_campaign(campaign: Campaign, *, now: dt.datetime) -> list[Reason]:
    reasons = []
    if campaign.paused:
        since, by = campaign.paused_by() or (None, None)
        reasons.append(Reason(_("The sending of this campaign is paused."), since, str(by or "")))
    reasons += [
        Reason(
            _("Letters are held until an organizer has looked at a case."),
            hold.at,
            why=str(hold.case.reference),
            hold=hold,
        )
        for hold in campaign.holds.standing().select_related("case")
    ]
    if campaign.state not in (Campaign.State.OPEN, Campaign.State.CLOSED):
        reasons.append(Reason(_("Letters go while a campaign is open or closed. This one is neither.")))
    if now >= campaign.deliver_until:
        reasons.append(Reason(_("The delivery window has ended."), campaign.deliver_until))
    return reasons


def _of_point(point: DeliveryPoint, standing: Mapping[str, Pause]) -> list[Reason]:
    """`standing` are the pauses by their keys."""
    keys = (f"point:{point.pk}", f"target:{point.target_id}", f"domain:{point.domain}")
    reasons = [paused(standing[key]) for key in keys if key in standing]
    if not point.active:
        reasons.append(Reason(_("This delivery point is not in use.")))
    if not point.email:
        reasons.append(Reason(_("It has no e-mail address.")))
    if point.refuses:
        reasons.append(Reason(_("Its address refuses letters.")))
    return reasons


def _of_hour(point: DeliveryPoint, sent: int, *, now: dt.datetime) -> list[Reason]:
    reasons = []
    if not point.hours.is_open(now):
        reasons.append(Reason(_("E-mails do not go there at this hour."), stops=False))
    if sent >= point.hourly_cap:
        reasons.append(Reason(_("As many have gone in this hour as may."), stops=False))
    return reasons


def _in_order(
    campaign: Campaign, places: Sequence[Place], of_all: list[Reason], *, now: dt.datetime
) -> Iterator[Letter]:
    ids: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        points = [place.point.pk for place in places]
        cursor.execute(_FIRST, {"campaign": campaign.pk, "points": points, "ahead": AHEAD})
        for point_id, dispatch_id in cursor.fetchall():
            ids.setdefault(point_id, []).append(dispatch_id)
    lines = [_line(campaign, place, ids.get(place.point.pk, []), of_all, now=now) for place in places]
    return heapq.merge(
        *lines, key=lambda letter: (letter.at or dt.datetime.max.replace(tzinfo=dt.UTC), letter.dispatch_id)
    )


def _line(
    campaign: Campaign, place: Place, ids: Sequence[int], of_all: list[Reason], *, now: dt.datetime
) -> Iterator[Letter]:
    times = turns(campaign, place.point, now=now)
    for dispatch_id in ids:
        at = next(times, None)
        reasons = [*of_all, *place.reasons]
        if at is None and now < campaign.deliver_until:
            reasons.append(Reason(_("The delivery window ends before its turn.")))
        elif now < campaign.deliver_from:
            reasons.append(Reason(_("The delivery window has not begun."), stops=False))
        yield Letter(dispatch_id, place, at, reasons)
