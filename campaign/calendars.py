"""Calendars to take over or to subscribe to: hand-ins in the time of their city, and the days of an observance."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from campaign import day, links
from campaign.models import Campaign, HandIn, Observance
from face import countries
from face.texts import best_text, in_language

# How many of its coming days an observance has in its calendar.
YEARS = 5
# How often a calendar that somebody subscribed to asks again.
REFRESH = dt.timedelta(hours=6)


def of_campaign(campaign: Campaign, hand_ins: Iterable[HandIn], language: str) -> bytes:
    events = [_hand_in(hand_in, campaign, language) for hand_in in hand_ins]
    date = campaign.observance_date()
    if campaign.observance and date:
        events.insert(0, _observance(campaign.observance, date, language))
    return _calendar(campaign.title_in(language), events)


def of_hand_in(hand_in: HandIn, campaign: Campaign, language: str) -> bytes:
    return _calendar(campaign.title_in(language), [_hand_in(hand_in, campaign, language)])


def of_observance(observance: Observance, language: str, *, today: dt.date) -> bytes:
    """One event a year, not a rule: a year may move its day."""
    text = best_text(observance.texts, language)
    first = observance.next_date(today)
    dates = [first, *(observance.date_in(first.year + number) for number in range(1, YEARS))]
    return _calendar(text.name if text else "", [_observance(observance, date, language) for date in dates])


def subscription(url: str) -> str:
    """The address by which a calendar program keeps itself up to date."""
    return f"webcal://{url.partition('://')[2]}"


def _calendar(name: str, events: Sequence[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Maninso//maninso//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    # A time zone in a calendar tells its own changes of the clock: two years of them will do.
    if days := [event.start for event in events if isinstance(event.start, dt.datetime)]:
        calendar.add_missing_timezones(
            first_date=dt.date(min(days).year - 1, 1, 1), last_date=dt.date(max(days).year + 1, 1, 1)
        )
    return bytes(calendar.to_ical())


def _hand_in(hand_in: HandIn, campaign: Campaign, language: str) -> Event:
    point = hand_in.point
    words: Any = in_language(point, language)
    event = _event(f"hand-in-{hand_in.pk}", at=hand_in.day)
    event.add("summary", _("%(city)s: letters are handed in") % {"city": words.city})
    event.add("location", "\n".join(filter(None, [words.name, point.postal_address.strip() or words.city])))
    told = [campaign.title_in(language), str(day.MARKS[day.mark_of(point, hand_in)]), hand_in.opening_hours]
    event.add("description", "\n".join(filter(None, [*told, countries.name_of(point.country, language)])))
    event.add("url", links.absolute("day", campaign.slug, language=language))
    hours = day.opening(hand_in.opening_hours)
    if hours:
        zone = point.zone
        for name, time in zip(("dtstart", "dtend"), hours, strict=True):
            event.add(name, dt.datetime.combine(hand_in.day, time, zone))
    else:
        _whole_day(event, hand_in.day)
    return event


def _observance(observance: Observance, date: dt.date, language: str) -> Event:
    text = best_text(observance.texts, language)
    event = _event(f"observance-{observance.slug}-{date.year}", at=date)
    event.add("summary", text.name if text else observance.slug)
    if text:
        event.add("description", text.summary)
    event.add("url", links.absolute("observance", observance.slug, language=language))
    _whole_day(event, date)
    return event


def _event(name: str, *, at: dt.date) -> Event:
    """The same name each time: a calendar that knows the event changes it and makes no second one."""
    event = Event()
    event.add("uid", f"{name}@{urlsplit(settings.SITE_URL).hostname}")
    # RFC 5545 asks for it and no program shows it; from the row, so that the same rows make the same bytes.
    event.add("dtstamp", dt.datetime.combine(at, dt.time.min, dt.UTC))
    event.add("transp", "TRANSPARENT")
    return event


def _whole_day(event: Event, date: dt.date) -> None:
    event.add("dtstart", date)
    event.add("dtend", date + dt.timedelta(days=1))
