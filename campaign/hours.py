"""When letters may go somewhere: on some days of the week, between two times, by the clock on the wall there.

Days are the calendar's there; everything else is compared in UTC, so that changes of summer time, and of a point's time
zone, are right by themselves.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

EVERY_DAY = frozenset(range(1, 8))
_DAY = dt.timedelta(days=1)
_NONE = dt.timedelta()


@dataclass(frozen=True)
class Hours:
    """Days as ISO numbers them: Monday is 1. Without times: the whole day."""

    zone: dt.tzinfo
    days: frozenset[int] = EVERY_DAY
    opens: dt.time | None = None
    closes: dt.time | None = None

    def spans(self, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """The open ones between two moments, in their order and in UTC."""
        start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
        if self.opens is None and self.days == EVERY_DAY:
            if start < end:
                yield start, end
            return
        date, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while date <= last:
            if date.isoweekday() in self.days:
                opened, closed = self._day(date)
                begin, over = max(start, opened), min(end, closed)
                if begin < over:
                    yield begin, over
            date += _DAY

    def is_open(self, now: dt.datetime) -> bool:
        return any(True for _span in self.spans(now, now + dt.timedelta.resolution))

    def open_time(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """How much of the time between them is open."""
        return sum((over - begin for begin, over in self.spans(start, end)), _NONE)

    def after(self, start: dt.datetime, time: dt.timedelta, *, until: dt.datetime) -> dt.datetime:
        """The moment at which so much open time has passed since the start; `until` where there is not so much."""
        for begin, over in self.spans(start, until):
            if time <= over - begin:
                return begin + time
            time -= over - begin
        return until

    def next_opening(self, now: dt.datetime, *, until: dt.datetime) -> dt.datetime | None:
        return next((begin for begin, _over in self.spans(now, until)), None)

    def latest(self, times: Iterable[dt.time], now: dt.datetime) -> dt.datetime | None:
        """The last moment, within a week, at which it was open and its clock showed one of these times."""
        today = now.astimezone(self.zone).date()
        for days in range(8):
            moments = [max(self._readings(today - days * _DAY, time)) for time in times]
            if past := [moment for moment in moments if moment <= now and self.is_open(moment)]:
                return max(past)
        return None

    def next_of(self, times: Iterable[dt.time], now: dt.datetime, *, until: dt.datetime) -> dt.datetime | None:
        """The next moment at which it is open and its clock shows one of these times."""
        today, last = now.astimezone(self.zone).date(), until.astimezone(self.zone).date()
        for days in range((last - today).days + 1):
            moments = [max(self._readings(today + days * _DAY, time)) for time in times]
            if ahead := [moment for moment in moments if now <= moment < until and self.is_open(moment)]:
                return min(ahead)
        return None

    def _day(self, date: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """From when to when. An hour that the clock shows twice or never may be missing, and none is too much."""
        opened = self._readings(date, self.opens or dt.time.min)
        closed = self._readings(date, self.closes) if self.closes else self._readings(date + _DAY, dt.time.min)
        return max(opened), min(closed)

    def _readings(self, date: dt.date, time: dt.time) -> tuple[dt.datetime, dt.datetime]:
        """The moments that this time of that day may mean: two where the clock is set back, or jumps over it."""
        wall = dt.datetime.combine(date, time, self.zone)
        return wall.astimezone(dt.UTC), wall.replace(fold=1).astimezone(dt.UTC)
