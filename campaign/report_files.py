"""The report as files for those who work with its numbers: docs/report.md says what stands where."""

import csv
import io
import json
from typing import Any

from django.utils import timezone

from campaign import links
from campaign.models import Campaign, HandIn
from campaign.report import HAPPENED, City, Report, behind
from face import countries, languages
from face.spreadsheets import MARK
from face.texts import in_language

COLUMNS = [
    "country",
    "country_name",
    "city",
    "office",
    "kind",
    "hand_in",
    "hand_in_on",
    *HAPPENED,
    "replies_automatic",
    "replies_form",
    "replies_substantive",
    "replies_unread",
    "self_reported",
    "as_of",
]


def as_csv(report: Report) -> str:
    """The cities."""
    written = io.StringIO()
    rows = csv.DictWriter(written, COLUMNS)
    rows.writeheader()
    as_of = report.as_of.isoformat(timespec="seconds")
    rows.writerows({**row_of(city), "as_of": as_of} for city in report.cities)
    return MARK + written.getvalue()


def as_json(report: Report, campaign: Campaign) -> str:
    """All numbers."""
    language = languages.active()
    text = campaign.text_in(language)
    ledger = report.ledger
    content: dict[str, Any] = {
        "format": 1,
        "campaign": report.slug,
        "title": text.title if text else "",
        "language": language,
        "organisations": [organisation.name for organisation in behind(campaign)],
        "observance": campaign.observance.slug if campaign.observance else None,
        "edition": report.edition,
        "url": links.absolute("edition_report", report.slug, language=language),
        "as_of": report.as_of.isoformat(timespec="seconds"),
        "so_far": report.so_far,
        "totals": report.totals,
        "signatures": {
            "goal": report.goal,
            "per_day": {day.isoformat(): count for day, count in report.days.items()},
            "per_country": dict(report.countries),
            "other_countries": {
                "countries": len(report.other_countries),
                "signatures": sum(count for _code, count in report.other_countries),
            },
        },
        "letters": report.happened,
        "hand_ins": {mark: report.marks[mark] for mark in _HAND_INS},
        "replies": {
            "automatic": ledger.automatic,
            "form": ledger.form,
            "substantive": ledger.substantive,
            "unread": ledger.unread,
            "first_delivered_on": ledger.first_delivered_on,
            "first_answer_on": ledger.first_answer_on,
            "days_until_answer": ledger.days if ledger.answers else None,
            "days_without_answer": None if ledger.answers else ledger.days,
        },
        "self_reported": report.self_reported,
        "cities": [row_of(city) for city in report.cities],
        "previous": {
            "campaign": report.previous.slug,
            "edition": report.previous.edition,
            "so_far": report.previous.so_far,
            "totals": report.previous.totals,
        }
        if report.previous
        else None,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=str)


_HAND_INS = [
    HandIn.State.DELIVERED,
    HandIn.State.LEFT_IN_MAILBOX,
    HandIn.State.POSTED,
    HandIn.State.REFUSED,
    "planned",
    HandIn.State.OFFERED,
]


def row_of(city: City) -> dict[str, Any]:
    """One city, in the columns of the CSV and the keys of the JSON alike."""
    text: Any = in_language(city.point, languages.active())
    hand_in = city.hand_in
    return {
        "country": city.point.country,
        "country_name": countries.name_of(city.point.country),
        "city": text.city,
        "office": text.name,
        "kind": city.point.kind,
        "hand_in": city.mark if hand_in else "",
        "hand_in_on": _day(hand_in),
        **city.happened,
        "replies_automatic": city.replies.get("automatic", 0),
        "replies_form": city.replies.get("form", 0),
        "replies_substantive": city.replies.get("substantive", 0),
        "replies_unread": city.replies.get("unread", 0),
        "self_reported": city.self_reported,
    }


def _day(hand_in: HandIn | None) -> str:
    """By the calendar of the place."""
    if hand_in is None or hand_in.happened_at is None:
        return ""
    return timezone.localtime(hand_in.happened_at, hand_in.point.zone).date().isoformat()
