"""One campaign in numbers, for those who run it. All come from what the tally task has counted, or from an index that
finds the first row: a look costs the same however many have signed.
"""

import dataclasses
import datetime as dt
from collections import Counter
from itertools import accumulate

from django.db.models import Min, OuterRef, Q, Subquery
from django.utils import timezone

from campaign.charts import HOURS_SHOWN, ONE_DAY, ONE_HOUR
from campaign.models import Campaign, DeliveryPoint, Dispatch, Signature, Tally
from campaign.models.campaign import CampaignQuerySet
from campaign.models.tally import DELAYS, ON_PAPER, hour_key, hour_of
from face import languages
from outbox.models import Message
from outbox.models import State as MailState

# Confirmations in the queue are counted so far: beyond it the number says no more.
QUEUE_COUNTED = 10_000
_EMAIL = Dispatch.Channel.EMAIL
WAITING = (Dispatch.State.UNREAD, Dispatch.State.PLANNED, Dispatch.State.QUEUED, Dispatch.State.SENDING)
TAKEN = (Dispatch.State.ACCEPTED, Dispatch.State.PRESUMED_DELIVERED, Dispatch.State.REPLIED)


@dataclasses.dataclass(frozen=True)
class Numbers:
    """As last counted, a few seconds ago. Days and hours are those of UTC."""

    now: dt.datetime
    goal: int
    counted: dict[str, dict[str, int]]

    @property
    def confirmed(self) -> int:
        return self.counted[Tally.Dimension.ALL].get("", 0)

    @property
    def today(self) -> int:
        return self.counted[Tally.Dimension.DAY].get(self.now.date().isoformat(), 0)

    @property
    def this_hour(self) -> int:
        return self.counted[Tally.Dimension.HOUR].get(hour_key(self.now), 0)

    @property
    def days(self) -> dict[dt.date, int]:
        return {dt.date.fromisoformat(key): count for key, count in self.counted[Tally.Dimension.DAY].items()}

    @property
    def hours(self) -> dict[dt.datetime, int]:
        return {hour_of(key): count for key, count in self.counted[Tally.Dimension.HOUR].items()}

    @property
    def countries(self) -> list[tuple[str, int]]:
        """The most first."""
        return _most_first(self.counted[Tally.Dimension.COUNTRY])

    @property
    def languages(self) -> list[tuple[str, int]]:
        return _most_first(self.counted[Tally.Dimension.LANGUAGE])

    @property
    def states(self) -> dict[str, int]:
        """All who have signed, by what became of it, in the order of the way."""
        return {state: self.counted[Tally.Dimension.STATE].get(state, 0) for state in Signature.State.values}

    @property
    def on_paper(self) -> int:
        return self.counted[Tally.Dimension.DELAY].get(ON_PAPER, 0)

    @property
    def signed(self) -> int:
        """Here, and not withdrawn: those on paper had nothing to confirm, and leave by being withdrawn, all at once."""
        return sum(self.states.values()) - self.states[Signature.State.WITHDRAWN] - self.on_paper

    @property
    def have_confirmed(self) -> int:
        return self.states[Signature.State.CONFIRMED] - self.on_paper

    @property
    def confirmed_percent(self) -> int | None:
        return round(100 * self.have_confirmed / self.signed) if self.signed else None

    @property
    def median_minutes(self) -> int | None:
        """Half of the confirmed took less than this to confirm; None where there are none, or it took them longer than
        the links of a week are good for.
        """
        counted = self.counted[Tally.Dimension.DELAY]
        counts = [counted.get(str(number), 0) for number in range(len(DELAYS) + 1)]
        half = sum(counts) / 2
        sums = zip(DELAYS, accumulate(counts), strict=False)
        return next((minutes for minutes, below in sums if below and below >= half), None)

    @property
    def sources(self) -> list[tuple[str, int, int]]:
        """Code, all who have signed, and those of the last seven days; the most first."""
        ever: Counter[str] = Counter()
        lately: Counter[str] = Counter()
        since = (self.now - 6 * ONE_DAY).date().isoformat()
        for key, count in self.counted[Tally.Dimension.SOURCE].items():
            day, source = key[:10], key[11:]
            ever[source] += count
            lately[source] += count if day >= since else 0
        return [(source, count, lately[source]) for source, count in _most_first(ever)]

    @property
    def letters(self) -> list[tuple[str, str, int]]:
        """Channel, state and how many, in the order of the way."""
        counted = self.counted[Tally.Dimension.LETTERS]
        ways = [(channel, state) for channel in Dispatch.Channel.values for state in Dispatch.State.values]
        return [
            (channel, state, counted[f"{channel} {state}"])
            for channel, state in ways
            if f"{channel} {state}" in counted
        ]

    def mailed(self, *states: str) -> int:
        """Letters by e-mail in these states."""
        counted = self.counted[Tally.Dimension.LETTERS]
        return sum(counted.get(f"{_EMAIL} {state}", 0) for state in states)


def numbers_of(campaign: Campaign, *, now: dt.datetime) -> Numbers:
    counted = Tally.objects.of(campaign, hours_since=now - (HOURS_SHOWN - 1) * ONE_HOUR)
    return Numbers(now.astimezone(dt.UTC), campaign.goal, counted)


@dataclasses.dataclass(frozen=True)
class Queue:
    """Confirmations that wait for the mail server: those of the whole site, as a mail does not say its campaign."""

    waiting: int
    oldest_at: dt.datetime | None

    @property
    def is_cut(self) -> bool:
        return self.waiting >= QUEUE_COUNTED


def confirmations_waiting(*, now: dt.datetime) -> Queue:
    queued = Message.objects.filter(kind="confirmation", state=MailState.QUEUED).order_by("not_before", "pk")
    oldest = queued.values_list("not_before", flat=True).first()
    return Queue(queued[:QUEUE_COUNTED].count(), oldest if oldest and oldest <= now else None)


def oldest_waiting_letter(campaign: Campaign) -> dt.datetime | None:
    """When it was planned: one look into an index for each delivery point."""
    waiting = Dispatch.objects.filter(
        point=OuterRef("pk"), campaign=campaign.pk, state=Dispatch.State.PLANNED, channel=_EMAIL
    )
    first = Subquery(waiting.order_by("pk").values("planned_at")[:1])
    oldest: dt.datetime | None = DeliveryPoint.objects.aggregate(oldest=Min(first))["oldest"]
    return oldest


@dataclasses.dataclass(frozen=True)
class Line:
    """One campaign among several."""

    campaign: Campaign
    title: str
    confirmed: int
    today: int

    @property
    def percent(self) -> int:
        return 100 * self.confirmed // self.campaign.goal


def overview(campaigns: CampaignQuerySet, *, shown: int) -> list[Line]:
    """The latest of them that are not over, with the few numbers; the same number of queries however many."""
    latest = list(campaigns.exclude(state=Campaign.State.ARCHIVED).prefetch_related("texts").distinct()[:shown])
    today = timezone.now().astimezone(dt.UTC).date().isoformat()
    rows = Tally.objects.filter(
        Q(dimension=Tally.Dimension.ALL) | Q(dimension=Tally.Dimension.DAY, key=today), campaign__in=latest
    )
    counts = {(pk, key): count for pk, key, count in rows.values_list("campaign", "key", "count")}
    return [
        Line(campaign, named(campaign), counts.get((campaign.pk, ""), 0), counts.get((campaign.pk, today), 0))
        for campaign in latest
    ]


def named(campaign: Campaign) -> str:
    """Its title, and the year that tells it from its other editions."""
    title = campaign.title_in(languages.active())
    return f"{title} · {campaign.edition}" if campaign.edition else title


def _most_first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
