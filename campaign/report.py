"""What a campaign did, counted once for all that tell it: the page of its report, PDF, CSV and JSON."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.core.cache import caches
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign import rules
from campaign.day import mark_of
from campaign.models import (
    Campaign,
    DeliveryPoint,
    Dispatch,
    DispatchChange,
    HandIn,
    Partnership,
    Reply,
    SelfReport,
    Tally,
)
from campaign.models.delivery import DispatchState, LetterCount
from face import languages
from face.texts import in_language

# Seconds. Letters are counted over all of a campaign's dispatches; what a minute changes there is news enough.
KEEP = 60

_EMAIL, _HAND, _POST = Dispatch.Channel.EMAIL, Dispatch.Channel.HAND, Dispatch.Channel.POST
_ALL = (_EMAIL, _HAND, _POST)
# What became of letters, as everyone is told: by which channels, in which states. Cancelled ones never went; rerouted
# ones are counted where they went.
HAPPENED: dict[str, list[tuple[tuple[str, ...], list[DispatchState]]]] = {
    "accepted": [((_EMAIL,), [DispatchState.ACCEPTED, DispatchState.PRESUMED_DELIVERED, DispatchState.REPLIED])],
    "handed": [((_HAND,), [DispatchState.DELIVERED, DispatchState.REPLIED])],
    "posted": [
        ((_POST,), [DispatchState.POSTED, DispatchState.DELIVERED, DispatchState.REPLIED]),
        # Not taken at the door.
        ((_HAND,), [DispatchState.POSTED]),
    ],
    "answered": [(_ALL, [DispatchState.REPLIED])],
    "waiting": [
        (
            (_EMAIL,),
            [
                DispatchState.UNREAD,
                DispatchState.PLANNED,
                DispatchState.HELD,
                DispatchState.QUEUED,
                DispatchState.SENDING,
            ],
        )
    ],
    "printed": [((_HAND, _POST), [DispatchState.PACKED])],
    "refused": [((_EMAIL,), [DispatchState.BOUNCED]), ((_HAND,), [DispatchState.RETURNED])],
    "came_back": [((_POST,), [DispatchState.RETURNED])],
    "unclear": [((_EMAIL,), [DispatchState.UNKNOWN])],
}
# At the door, or in the office's own mailbox: what a hand-in came to where the letters reached the office.
REACHED = (HandIn.State.DELIVERED, HandIn.State.LEFT_IN_MAILBOX)

# What two editions are held up to each other by.
COMPARED = {
    "signatures": _("Signatures"),
    "countries": _("Countries of signers"),
    "accepted": _("Letters accepted by e-mail"),
    "handed": _("Letters handed in on paper"),
    "posted": _("Letters posted"),
    "cities": _("Cities reached by hand"),
    "answers": _("Answers that somebody wrote"),
}


def happened(letters: Iterable[LetterCount]) -> dict[str, int]:
    counted = list(letters)
    return {
        name: sum(
            each.letters
            for each in counted
            if any(each.channel in channels and each.state in states for channels, states in ways)
        )
        for name, ways in HAPPENED.items()
    }


@dataclasses.dataclass(frozen=True)
class Ledger:
    """What came back, and for how long nothing has."""

    delivered: int
    automatic: int
    form: int
    substantive: int
    unread: int
    first_delivered_on: dt.date | None
    first_answer_on: dt.date | None
    today: dt.date

    @property
    def answers(self) -> int:
        return self.form + self.substantive

    @property
    def days(self) -> int | None:
        """From the first delivery to the first answer, or to today; None before there is one."""
        if self.first_delivered_on is None:
            return None
        return max(0, ((self.first_answer_on or self.today) - self.first_delivered_on).days)


@dataclasses.dataclass(frozen=True)
class City:
    """One delivery point, and what happened there."""

    point: DeliveryPoint
    hand_in: HandIn | None
    happened: dict[str, int]
    replies: dict[str, int]
    self_reported: int

    @property
    def mark(self) -> str:
        return mark_of(self.point, self.hand_in, accepted=bool(self.happened["accepted"]))

    @property
    def was_reached(self) -> bool:
        return self.hand_in is not None and self.hand_in.outcome in REACHED

    @property
    def photos(self) -> list[Any]:
        reports = self.hand_in.reports.all() if self.hand_in else []
        return [photo for report in reports for photo in report.photos.all()]


@dataclasses.dataclass(frozen=True)
class Change:
    """One number of two editions, side by side."""

    label: Any
    now: int
    before: int

    @property
    def difference(self) -> str:
        """With its sign, as everywhere in the world."""
        return f"{self.now - self.before:+,}".replace("-", "−") if self.now != self.before else "0"

    @property
    def percent(self) -> str:
        if not self.before or self.now == self.before:
            return ""
        return f"{round(100 * (self.now - self.before) / self.before):+d} %".replace("-", "−")


@dataclasses.dataclass(frozen=True)
class Report:
    campaign_id: int
    slug: str
    edition: int | None
    as_of: dt.datetime
    # Until everything is over, all of it is "so far".
    so_far: bool
    opened_on: dt.date
    closes_on: dt.date
    signatures: int
    goal: int
    days: dict[dt.date, int]
    # As rules.countries_told: by code, and those that are told together.
    countries: list[tuple[str, int]]
    other_countries: list[tuple[str, int]]
    letters: list[LetterCount]
    cities: list[City]
    ledger: Ledger
    previous: "Report | None" = None

    @cached_property
    def happened(self) -> dict[str, int]:
        return happened(self.letters)

    @property
    def self_reported(self) -> int:
        return sum(city.self_reported for city in self.cities)

    @property
    def marks(self) -> Counter[str]:
        return Counter(city.mark for city in self.cities)

    @property
    def totals(self) -> dict[str, int]:
        return {
            "signatures": self.signatures,
            "countries": len(self.countries) + len(self.other_countries),
            **{name: self.happened[name] for name in ("accepted", "handed", "posted")},
            "cities": sum(city.was_reached for city in self.cities),
            "answers": self.ledger.answers,
        }

    @property
    def changes(self) -> list[Change]:
        if self.previous is None:
            return []
        before = self.previous.totals
        rows = [Change(COMPARED[name], now, before[name]) for name, now in self.totals.items()]
        return [row for row in rows if row.now or row.before]


def report_of(campaign: Campaign, *, now: dt.datetime) -> Report:
    """As it was counted within the last minute."""
    kept: Report = caches["pages"].get_or_set(  # type: ignore[assignment]
        f"report:{campaign.pk}", lambda: _counted(campaign, now=now), KEEP
    )
    return kept


def behind(campaign: Campaign) -> list[Any]:
    """Who stands behind it, its own organisation first: what they are called in the reader's language."""
    everyone = [campaign.organisation, *Partnership.objects.partners_of(campaign)]
    return [in_language(organisation, languages.active()) for organisation in everyone]


def beside_last_edition(report: Report, campaign: Campaign, *, now: dt.datetime) -> Report:
    before = _edition_before(campaign)
    return dataclasses.replace(report, previous=report_of(before, now=now)) if before else report


def _edition_before(campaign: Campaign) -> Campaign | None:
    """The same organisation's for the same observance: last year's, or the one before where there was none."""
    if campaign.observance_id is None:
        return None
    editions = Campaign.objects.public().filter(
        observance=campaign.observance_id, organisation=campaign.organisation_id, edition__lt=campaign.edition
    )
    return editions.order_by("-edition").first()


def _counted(campaign: Campaign, *, now: dt.datetime) -> Report:
    letters = Dispatch.objects.counted(campaign.pk)
    cities = _cities(campaign, letters)
    named, together = rules.countries_told(Tally.objects.countries_of(campaign).values_list("key", "count"))
    return Report(
        campaign_id=campaign.pk,
        slug=campaign.slug,
        edition=campaign.edition,
        as_of=now,
        so_far=campaign.state != Campaign.State.DELIVERED and now < rules.all_is_over_at(campaign),
        opened_on=campaign.opens_at.date(),
        closes_on=campaign.closes_at.date(),
        signatures=Tally.objects.total_of(campaign),
        goal=campaign.goal,
        days=Tally.objects.days_of(campaign),
        countries=named,
        other_countries=together,
        letters=letters,
        cities=cities,
        ledger=_ledger(campaign, letters, cities, today=now.date()),
    )


def _cities(campaign: Campaign, letters: list[LetterCount]) -> list[City]:
    """Where letters go, and where they went."""
    hand_ins = {hand_in.point_id: hand_in for hand_in in HandIn.objects.public_of(campaign).with_what_is_shown()}
    by_point: dict[int, list[LetterCount]] = {}
    for each in letters:
        by_point.setdefault(each.point, []).append(each)
    replies = Reply.objects.counts_by_point(campaign)
    self_reported = SelfReport.objects.counts_of(campaign)
    named = {*hand_ins, *by_point, *replies, *self_reported}
    still = DeliveryPoint.objects.of_campaign(campaign).values("pk")
    points = DeliveryPoint.objects.filter(Q(pk__in=named) | Q(pk__in=still)).prefetch_related("texts")
    return [
        City(
            point=point,
            hand_in=hand_ins.get(point.pk),
            happened=happened(by_point.get(point.pk, [])),
            replies=replies.get(point.pk, {}),
            self_reported=self_reported.get(point.pk, 0),
        )
        for point in points
    ]


def _ledger(campaign: Campaign, letters: list[LetterCount], cities: list[City], *, today: dt.date) -> Ledger:
    kinds: Counter[str] = Counter()
    for city in cities:
        kinds.update(city.replies)
    reached = (*REACHED, HandIn.State.POSTED)
    moments = [each.first_accepted_at for each in letters if each.first_accepted_at]
    moments += [
        city.hand_in.happened_at
        for city in cities
        if city.hand_in and city.hand_in.happened_at and city.hand_in.outcome in reached
    ]
    posted = DispatchChange.objects.filter(
        row__pack__campaign=campaign, row__pack__channel=_POST, new=DispatchState.POSTED
    )
    moments += posted.order_by("at").values_list("at", flat=True)[:1]
    answer = Reply.objects.answers().filter(campaign=campaign).order_by("received_at").first()
    total = happened(letters)
    return Ledger(
        delivered=total["accepted"] + total["handed"] + total["posted"],
        automatic=kinds[Reply.Kind.AUTOMATIC],
        form=kinds[Reply.Kind.FORM],
        substantive=kinds[Reply.Kind.SUBSTANTIVE],
        unread=kinds[Reply.Kind.UNREAD],
        first_delivered_on=min(moments).date() if moments else None,
        first_answer_on=answer.received_at.date() if answer else None,
        today=today,
    )
