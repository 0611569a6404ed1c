"""The day on which letters are handed over, place by place, as it rolls with the time zones; and its map."""

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaign import world
from campaign.models import Campaign, DeliveryPoint, HandIn

# In the order of the legend; each has a shape of its own in templates/components/marks.html.
MARKS = {
    "delivered": _("delivered to a person"),
    "left_in_mailbox": _("left in the mailbox"),
    "posted": _("posted instead"),
    "refused": _("refused at the door"),
    "other": _("something else happened"),
    "planned": _("a coordinator hands the letters in"),
    "offered": _("a coordinator is wanted"),
    "email_accepted": _("letters accepted by e-mail"),
    "email": _("letters go by e-mail"),
    "none": _("neither e-mail nor hand-in yet"),
}
# Of a dot on the map, in its units: on a phone a dot is still seen, and none lies under another.
DOT = 24.0

_SPAN = re.compile(r"\b(\d{1,2})[:.](\d{2})\s*[-–—~]\s*(\d{1,2})[:.](\d{2})\b")


@dataclasses.dataclass(frozen=True)
class Place:
    point: DeliveryPoint
    # The point, or its words in the reader's language.
    text: Any
    country_name: str
    mark: str
    hand_in: HandIn | None
    # The day there, where one is set; when it, or today, begins there; and what the clock says there now.
    day: dt.date | None
    begins: dt.datetime
    clock: dt.datetime
    x: str = ""
    y: str = ""

    @property
    def label(self) -> Any:
        return MARKS[self.mark]

    @property
    def is_near(self) -> bool:
        """Whether the clock there matters yet, or still."""
        return self.day is not None and abs(self.day - self.clock.date()) <= dt.timedelta(days=1)

    @property
    def phase(self) -> str:
        """`before`, `today` or `after`, by the calendar of that city; empty where no day is set."""
        if self.day is None:
            return ""
        today = self.clock.date()
        return "today" if today == self.day else "before" if today < self.day else "after"


@dataclasses.dataclass(frozen=True)
class Day:
    # As the day reaches them.
    places: list[Place]
    legend: list[tuple[str, Any, int]]

    @property
    def on_map(self) -> list[Place]:
        return [place for place in self.places if place.x]

    @property
    def is_now(self) -> bool:
        """Somewhere it is the day."""
        return any(place.phase == "today" for place in self.places)


def day_of(campaign: Campaign, countries: Iterable[Mapping[str, Any]], *, now: dt.datetime) -> Day:
    """`countries` as the campaign page lists them: country_name and points, each with point, text and its letters."""
    hand_ins = {hand_in.point_id: hand_in for hand_in in HandIn.objects.public_of(campaign)}
    places = [
        _place(campaign, item, country["country_name"], hand_ins.get(item["point"].pk), now=now)
        for country in countries
        for item in country["points"]
    ]
    places.sort(key=lambda place: (place.begins, place.text.city, place.point.pk))
    counts = Counter(place.mark for place in places)
    return Day(_on_map(places), [(mark, label, counts[mark]) for mark, label in MARKS.items() if counts[mark]])


def _place(
    campaign: Campaign, item: Mapping[str, Any], country_name: str, hand_in: HandIn | None, *, now: dt.datetime
) -> Place:
    point = item["point"]
    zone = point.zone
    day = hand_in.day if hand_in else campaign.observance_date()
    clock = now.astimezone(zone)
    return Place(
        point=point,
        text=item["text"],
        country_name=country_name,
        mark=mark_of(point, hand_in, accepted=bool(item["accepted"])),
        hand_in=hand_in,
        day=day,
        begins=dt.datetime.combine(day or clock.date(), dt.time.min, zone).astimezone(dt.UTC),
        clock=clock,
    )


def mark_of(point: DeliveryPoint, hand_in: HandIn | None, *, accepted: bool = False) -> str:
    if hand_in is None:
        return "email_accepted" if accepted else "email" if point.email else "none"
    outcome = hand_in.outcome or hand_in.state
    return "planned" if outcome in (HandIn.State.CLAIMED, HandIn.State.READY) else str(outcome)


def _on_map(places: list[Place]) -> list[Place]:
    located = [place.point.pk for place in places if place.point.longitude is not None]
    true = [
        world.spot(float(place.point.longitude), float(place.point.latitude))
        for place in places
        if place.point.longitude is not None and place.point.latitude is not None
    ]
    spots = dict(zip(located, world.apart(true, least=DOT), strict=True))
    return [
        dataclasses.replace(place, x=f"{spots[place.point.pk][0]:.1f}", y=f"{spots[place.point.pk][1]:.1f}")
        if place.point.pk in spots
        else place
        for place in places
    ]


def opening(hours: str) -> tuple[dt.time, dt.time] | None:
    """From the first opening to the last closing, where people wrote such as 9:00–12:00, 14:00–17:00."""
    try:
        spans = [(dt.time(int(h1), int(m1)), dt.time(int(h2), int(m2))) for h1, m1, h2, m2 in _SPAN.findall(hours)]
    except ValueError:
        return None
    if not spans:
        return None
    first, last = min(spans)[0], max(end for _begin, end in spans)
    return (first, last) if first < last else None
