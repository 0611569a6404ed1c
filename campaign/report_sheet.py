"""The report on paper: the same numbers, typeset as a few pages that an archive may keep and a screen reader can read.

Numbers change by the minute while a campaign runs: a sheet stands for ten of them, and says when it was counted.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaign import charts, links, world
from campaign.actions import open_photo
from campaign.day import MARKS, day_of
from campaign.models import Campaign
from campaign.outcomes import told
from campaign.report import Change, City, Report, behind
from face import countries, languages, typesetting
from face.texts import best_text, in_language

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
# Seconds that a sheet stands.
KEEP = 600
# A picture in six columns of type; more than these make a picture book.
PHOTOS, WIDTH = 4, 480


def sheet_of(report: Report, campaign: Campaign) -> Path:
    """The file in the active language, typeset where there is none of these ten minutes. Raises NotTypeset."""
    name = f"{report.slug}.{languages.active()}"
    since = int(report.as_of.timestamp()) // KEEP * KEEP
    folder = Path(settings.VAR_DIR) / "reports"
    path = folder / f"{name}.{since}.{typesetting.digest(_template())}.pdf"
    return typesetting.kept(path, lambda: typeset(report, campaign), instead_of=f"{name}.*.pdf")


def typeset(report: Report, campaign: Campaign) -> bytes:
    """Raises NotTypeset."""
    data, _nobody_reads_numbers_for_their_rarest_character = typesetting.legible(data_of(report, campaign))
    data["photos"] = _photos(report)
    content = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return typesetting.typeset(TEMPLATE, {"data": content}, format="pdf", pdf_standards=typesetting.ACCESSIBLE)


@cache
def _template() -> str:
    return typesetting.source(TEMPLATE)


def data_of(report: Report, campaign: Campaign) -> dict[str, Any]:
    language = languages.active()
    text = campaign.text_in(language)
    as_of = timezone.localtime(report.as_of, timezone.get_default_timezone())
    counted = _("As of %(day)s, %(time)s UTC.") % {"day": date_format(as_of), "time": as_of.strftime("%H:%M")}
    title = _("What became of the letters")
    return {
        "language": language,
        "name": f"{title}: {text.title if text else report.slug}",
        "title": title,
        "campaign": {"text": text.title if text else report.slug, "lang": text.language if text else language},
        "occasion": _occasion(report, campaign),
        "people": _people(report),
        "behind": [{"text": each.name, "lang": each.language} for each in behind(campaign)],
        "as_of": counted,
        "so_far": _("So far: letters are still on their way.") if report.so_far else "",
        "date": [as_of.year, as_of.month, as_of.day],
        "url": links.absolute("edition_report", report.slug, language=language),
        "figures": [{"label": label, "number": _number(number)} for label, number in _figures(report)],
        "replies": _replies(report),
        "editions": _editions(report),
        "map": _map(report, campaign),
        "cities": _cities(report),
        "charts": _charts(report),
        "self_reported": _self_reported(report),
        "note": _("The page of this report holds the same numbers as of now, and as files to count on."),
    }


def _occasion(report: Report, campaign: Campaign) -> str:
    observance = best_text(campaign.observance.texts, languages.active()) if campaign.observance else None
    return f"{observance.name} {report.edition}" if observance else ""


def _people(report: Report) -> str:
    return ngettext(
        "%(people)s person signed.",
        "%(people)s people signed, from %(countries)s countries and territories.",
        report.signatures,
    ) % {"people": _number(report.signatures), "countries": _number(report.totals["countries"])}


def _figures(report: Report) -> list[tuple[str, int]]:
    happened = report.happened
    figures = [
        (_("Signatures"), report.signatures),
        (_("Letters accepted by e-mail"), happened["accepted"]),
        (_("Letters handed in on paper"), happened["handed"]),
        (_("Letters posted"), happened["posted"]),
        (_("Letters refused, or come back"), happened["refused"] + happened["came_back"]),
        (_("Cities reached by hand"), report.totals["cities"]),
        (_("Answers that somebody wrote"), report.ledger.answers),
    ]
    always = {figures[0][0], figures[-1][0]}
    return [(label, number) for label, number in figures if number or label in always]


def _replies(report: Report) -> dict[str, Any]:
    ledger = report.ledger
    if ledger.days is None or ledger.first_delivered_on is None:
        return {"heading": _("Replies, and silence"), "lead": _("No letter has been delivered yet."), "rows": []}
    lead = (
        ngettext("Answered after %(days)s day.", "Answered after %(days)s days.", ledger.days)
        if ledger.answers
        else ngettext("No answer for %(days)s day.", "No answer for %(days)s days.", ledger.days)
    )
    since = _("Counted from %(first)s, when the first letter was delivered. Letters delivered: %(letters)s.")
    return {
        "heading": _("Replies, and silence"),
        "lead": lead % {"days": _number(ledger.days)},
        "since": since % {"first": date_format(ledger.first_delivered_on), "letters": _number(ledger.delivered)},
        "rows": [
            [_("Answers to what was asked"), _number(ledger.substantive)],
            [_("Form letters, the same for everyone"), _number(ledger.form)],
            [_("Automatic replies"), _number(ledger.automatic)],
            *([[_("Not read yet"), _number(ledger.unread)]] if ledger.unread else []),
        ],
    }


def _editions(report: Report) -> dict[str, Any] | None:
    if report.previous is None or not report.changes:
        return None
    heading = _("%(edition)s beside %(before)s") % {"edition": report.edition, "before": report.previous.edition}
    return {
        "heading": heading,
        "head": [_("What is counted"), str(report.edition), str(report.previous.edition), _("Change")],
        "rows": [_change(row) for row in report.changes],
    }


def _change(row: Change) -> list[str]:
    change = f"{row.difference} ({row.percent})" if row.percent else row.difference
    return [str(row.label), _number(row.now), _number(row.before), change]


def _map(report: Report, campaign: Campaign) -> dict[str, Any]:
    items = [
        {"point": city.point, "text": in_language(city.point, languages.active()), **city.happened}
        for city in report.cities
    ]
    day = day_of(campaign, [{"country_name": "", "points": items}], now=report.as_of)
    return {
        "alt": _("Map of the world with a mark for each city. The same stands in words in the list."),
        "width": world.WIDTH,
        "height": world.HEIGHT,
        "marks": [{"mark": place.mark, "x": float(place.x), "y": float(place.y)} for place in day.on_map],
        "legend": [{"mark": mark, "label": f"{label}: {count}"} for mark, label, count in day.legend],
    }


def _cities(report: Report) -> dict[str, Any]:
    order = list(countries.names(languages.active()))

    def place(city: City) -> tuple[int, str]:
        code = city.point.country
        text: Any = in_language(city.point, languages.active())
        return (order.index(code) if code in order else len(order), text.city)

    return {
        "heading": _("City by city"),
        "head": [_("City"), _("What happened"), _("Letters")],
        "rows": [_city(city) for city in sorted(report.cities, key=place)],
    }


def _city(city: City) -> dict[str, Any]:
    text: Any = in_language(city.point, languages.active())
    reached = city.happened["accepted"] + city.happened["handed"] + city.happened["posted"]
    return {
        "mark": city.mark,
        "city": {"text": text.city, "lang": text.language},
        "country": countries.name_of(city.point.country),
        "what": (told(city.hand_in, text.city) if city.hand_in else "") or capfirst(str(MARKS[city.mark])),
        "letters": _number(reached),
        "note": city.hand_in.public_note if city.hand_in else "",
    }


def _charts(report: Report) -> dict[str, Any]:
    first, last = charts.period(
        report.days, opened=report.opened_on, closes=report.closes_on, today=report.as_of.date()
    )
    days = charts.days(report.days, last=last, length=max(charts.DAYS_SHOWN, (last - first).days + 1))
    named = [[countries.name_of(code), _number(count)] for code, count in report.countries]
    if report.other_countries:
        named.append([_("Other countries"), _number(sum(count for _code, count in report.other_countries))])
    busiest = days.busiest
    spoken = _("From %(first)s to %(last)s: %(total)s. The most on one day: %(most)s, on %(busiest)s.") % {
        "first": date_format(days.first),
        "last": date_format(days.last),
        "total": _number(days.total),
        "most": _number(busiest.count if busiest else 0),
        "busiest": date_format(busiest.day) if busiest else "",
    }
    return {
        "days": {
            "heading": _("Signatures per day"),
            "alt": spoken,
            "top": _number(days.top),
            "first": date_format(days.first),
            "last": date_format(days.last),
            "bars": [[float(bar.x), float(bar.y), float(bar.width), float(bar.height)] for bar in days.bars],
        },
        "countries": {
            "heading": _("Countries of signers"),
            "head": [_("Country"), _("Signatures")],
            "rows": named,
        },
    }


def _self_reported(report: Report) -> str:
    count = report.self_reported
    if not count:
        return ""
    words = ngettext(
        "%(letters)s person says to have sent a letter of their own. Nobody can confirm it, so it stands apart.",
        "%(letters)s people say that they have sent a letter of their own. Nobody can confirm it, so they stand apart.",
        count,
    )
    return words % {"letters": _number(count)}


def _photos(report: Report) -> list[dict[str, Any]]:
    """The first of each city."""
    shown: list[dict[str, Any]] = []
    for city in report.cities:
        if city.photos and len(shown) < PHOTOS:
            photo, text = city.photos[0], in_language(city.point, languages.active())
            try:
                content = open_photo(photo.file, width=WIDTH if photo.width > WIDTH else None)
            except FileNotFoundError:
                continue
            words = {"city": text.city}  # type: ignore[union-attr]
            alt = _("Photograph from the hand-in in %(city)s") % words
            shown.append({"alt": alt, "city": words["city"], "bytes": list(content)})
    return shown


def _number(number: int) -> str:
    return re.sub(r"\s", "\u00a0", number_format(number, force_grouping=True))
