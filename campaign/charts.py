"""Charts as plain data: where each bar and line goes. Templates draw them as SVG, stretched to the place that they
have; all words stand around the drawing as text, at their own size.

Coordinates are strings: a template would write 1.5 as "1,5" in languages that do.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import accumulate

WIDTH, HEIGHT = 320, 100
DAYS_SHOWN = 30
HOURS_SHOWN = 48
# A phone has no more pixels to tell points apart than this, and 400 days would weigh 5 kB.
POINTS = 80
COUNTRIES_SHOWN = 8
# Per cent of a track, and units of height: the least that is still seen.
THINNEST = 0.8
LOWEST = 1.5
ONE_DAY = dt.timedelta(days=1)
ONE_HOUR = dt.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    day: dt.date
    count: int


@dataclasses.dataclass(frozen=True)
class Progress:
    """The track is the goal; beyond it, the track is the total and a mark shows where the goal was."""

    total: int
    goal: int
    percent: int
    fill: str
    mark: str


@dataclasses.dataclass(frozen=True)
class Days:
    """Signatures per day: a bar for each day that has any."""

    first: dt.date
    last: dt.date
    bars: list[Bar]
    top: int
    total: int
    busiest: Bar | None


@dataclasses.dataclass(frozen=True)
class HourBar:
    x: str
    y: str
    width: str
    height: str
    hour: dt.datetime
    count: int


@dataclasses.dataclass(frozen=True)
class Hours:
    """Signatures per hour: a bar for each hour that has any. `last` is the hour that runs."""

    first: dt.datetime
    last: dt.datetime
    bars: list[HourBar]
    top: int
    total: int
    busiest: HourBar | None


@dataclasses.dataclass(frozen=True)
class Month:
    first: dt.date
    count: int
    total: int


@dataclasses.dataclass(frozen=True)
class Growth:
    """All signatures since the opening: a line that only climbs, and its months for the table."""

    first: dt.date
    last: dt.date
    line: str
    area: str
    top: int
    total: int
    months: list[Month]


@dataclasses.dataclass(frozen=True)
class Country:
    name: str
    count: int
    fill: str


@dataclasses.dataclass(frozen=True)
class Countries:
    """Countries for the table, the most first; those with the most as bars. Some may be told as one number only."""

    named: Sequence[Country]
    unnamed: int
    elsewhere: int

    @property
    def number(self) -> int:
        return len(self.named) + self.unnamed

    @property
    def most(self) -> Sequence[Country]:
        return self.named[:COUNTRIES_SHOWN]

    @property
    def others(self) -> int:
        return self.number - len(self.most)


def progress(total: int, goal: int) -> Progress:
    reach = max(total, goal, 1)
    return Progress(
        total=total,
        goal=goal,
        percent=total * 100 // max(goal, 1),
        fill=_share(total, reach),
        mark=_n(100 * goal / reach) if total > goal else "",
    )


def period(
    counts: Mapping[dt.date, int], *, opened: dt.date, closes: dt.date, today: dt.date
) -> tuple[dt.date, dt.date]:
    """From the opening to today or to the end: a campaign of last year still shows its own days."""
    first = min([opened, *counts])
    last = max([min(today, closes), *counts])
    return first, max(first, last)


def days(counts: Mapping[dt.date, int], *, last: dt.date, length: int = DAYS_SHOWN) -> Days:
    first = last - (length - 1) * ONE_DAY
    shown = {day: count for day, count in counts.items() if first <= day <= last and count > 0}
    top = nice_top(max(shown.values(), default=0))
    slot = WIDTH / length
    bars = [
        Bar(**_upright(count, x=(day - first).days * slot, slot=slot, top=top), day=day, count=count)
        for day, count in sorted(shown.items())
    ]
    busiest = max(bars, key=lambda bar: bar.count, default=None)
    return Days(first=first, last=last, bars=bars, top=top, total=sum(shown.values()), busiest=busiest)


def hours(counts: Mapping[dt.datetime, int], *, last: dt.datetime, length: int = HOURS_SHOWN) -> Hours:
    first = last - (length - 1) * ONE_HOUR
    shown = {hour: count for hour, count in counts.items() if first <= hour <= last and count > 0}
    top = nice_top(max(shown.values(), default=0))
    slot = WIDTH / length
    bars = [
        HourBar(**_upright(count, x=(hour - first) / ONE_HOUR * slot, slot=slot, top=top), hour=hour, count=count)
        for hour, count in sorted(shown.items())
    ]
    busiest = max(bars, key=lambda bar: bar.count, default=None)
    return Hours(first=first, last=last, bars=bars, top=top, total=sum(shown.values()), busiest=busiest)


def _upright(count: int, *, x: float, slot: float, top: int) -> dict[str, str]:
    """A bar in its slot, with a little air on either side."""
    height = max(HEIGHT * count / top, LOWEST)
    return {"x": _n(x + slot * 0.14), "y": _n(HEIGHT - height), "width": _n(slot * 0.72), "height": _n(height)}


def growth(counts: Mapping[dt.date, int], *, first: dt.date, last: dt.date) -> Growth:
    length = (last - first).days + 1
    each_day = [counts.get(first + number * ONE_DAY, 0) for number in range(length)]
    totals = list(accumulate(each_day))
    top = nice_top(totals[-1])
    # The line stands at the day's total where the day ends; the opening itself is nought.
    ends = sorted({0, length, *(round(length * step / POINTS) for step in range(1, POINTS))})
    points = [(WIDTH * end / length, totals[end - 1] if end else 0) for end in ends]
    line = " ".join(f"{_n(x)},{_n(HEIGHT - HEIGHT * total / top)}" for x, total in points)
    return Growth(
        first=first,
        last=last,
        line=line,
        area=f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}",
        top=top,
        total=totals[-1],
        months=_months(counts),
    )


def _months(counts: Mapping[dt.date, int]) -> list[Month]:
    """Months in which somebody signed, the earliest first."""
    by_month: dict[dt.date, int] = {}
    for day in sorted(counts):
        month = day.replace(day=1)
        by_month[month] = by_month.get(month, 0) + counts[day]
    totals = accumulate(by_month.values())
    return [Month(month, count, total) for (month, count), total in zip(by_month.items(), totals, strict=True)]


def by_country(rows: Sequence[tuple[str, int]], *, together: Sequence[int] = ()) -> Countries:
    """Rows of name and count, the most first; and the counts of countries that are told as one number."""
    most = max((count for _, count in rows), default=1)
    named = [Country(name, count, _share(count, most)) for name, count in rows]
    return Countries(named, unnamed=len(together), elsewhere=sum(together))


@dataclasses.dataclass(frozen=True)
class Share:
    name: str
    count: int
    percent: int
    fill: str


def shares(rows: Sequence[tuple[str, int]]) -> list[Share]:
    """Rows of name and count, each beside the largest of them."""
    most, total = max((count for _, count in rows), default=1), sum(count for _, count in rows)
    return [Share(name, count, round(100 * count / max(total, 1)), _share(count, most)) for name, count in rows]


def nice_top(most: int) -> int:
    """The least of 1, 2, 4, 5, 6, 8 and 10 times a power of ten that is not below: what an axis ends with."""
    power = 1
    while power * 10 < most:
        power *= 10
    return next(step * power for step in (1, 2, 4, 5, 6, 8, 10) if step * power >= most)


def _share(part: int, whole: int) -> str:
    """Per cent of the track. One among millions is seen still."""
    return _n(max(100 * part / whole, THINNEST) if part else 0)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
