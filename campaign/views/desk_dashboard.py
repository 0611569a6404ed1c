"""A campaign in numbers: what is live, what waits for somebody, charts, and each table as a file. No names anywhere."""

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign import charts, rules
from campaign.dashboard import TAKEN, WAITING, Numbers, confirmations_waiting, numbers_of, oldest_waiting_letter
from campaign.models import Campaign, Dispatch, Signature
from campaign.needs import needs_of
from campaign.sources import OWN, SOURCES
from campaign.views.desk_frame import frame, person, seen_campaign_page
from campaign.views.desk_running import may_be_paused
from face import countries
from face.spreadsheets import MARK

State = Campaign.State


@require_safe
@seen_campaign_page
def dashboard(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    context = frame(campaign, "dashboard")
    may_run = rules.may_run(person(request), campaign)
    if campaign.state not in (*Campaign.PUBLIC_STATES, State.ARCHIVED):
        return render(request, "desk/campaign/dashboard_before.html", context)
    now = timezone.now()
    numbers = numbers_of(campaign, now=now)
    first, last = charts.period(
        numbers.days, opened=campaign.opens_at.date(), closes=campaign.closes_at.date(), today=now.date()
    )
    context |= {
        "numbers": numbers,
        **_live(campaign, numbers),
        "needs": [dataclasses.replace(need, about="") for need in needs_of([campaign])] if may_run else [],
        "controls": _controls(campaign) if may_run else [],
        "hours": charts.hours(numbers.hours, last=numbers.now.replace(minute=0, second=0, microsecond=0)),
        "days": charts.days(numbers.days, last=last),
        "growth": charts.growth(numbers.days, first=first, last=last),
        "countries": charts.by_country([(countries.name_of(code), count) for code, count in numbers.countries]),
        "languages": charts.shares([(_language(code), count) for code, count in numbers.languages]),
        "sources": charts.shares([(str(SOURCES.get(code, code)), count) for code, count, _lately in numbers.sources]),
        "median": _minutes(numbers.median_minutes),
        "mail": _mail(campaign, numbers, now=now),
        "tables": {name: _table(name, numbers) for name in ("letters", "signatures")},
        "csv": {name: reverse("campaign_desk:numbers_csv", args=[campaign.slug, name]) for name in TABLES},
        "own_links": _own_links(request, campaign) if may_run else [],
    }
    return render(request, "desk/campaign/dashboard.html", context)


@require_safe
@seen_campaign_page
def now(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Only the figures that are not what the page shows; nothing at all (204) where none has changed, so that nothing
    is read out anew.
    """
    context = _live(campaign, numbers_of(campaign, now=timezone.now()))
    seen = request.GET.get("seen", "").split(".")
    shown = dict(zip((figure["key"] for figure in context["figures"]), seen, strict=False))
    changed = [figure for figure in context["figures"] if shown.get(figure["key"]) != str(figure["count"])]
    if not changed:
        return HttpResponse(status=204)
    return render(request, "components/live_figures.html", {**context, "changed": changed})


def _live(campaign: Campaign, numbers: Numbers) -> dict[str, Any]:
    figures = [
        {"key": key, "label": label, "count": count}
        for key, label, count in (
            ("confirmed", _("confirmed"), numbers.confirmed),
            ("today", _("today"), numbers.today),
            ("hour", _("in this hour"), numbers.this_hour),
            ("pending", _("have still to confirm"), numbers.states[Signature.State.PENDING]),
            ("waiting", _("letters wait"), numbers.mailed(*WAITING, Dispatch.State.HELD)),
            ("taken", _("letters accepted by mail servers"), numbers.mailed(*TAKEN)),
            ("refused", _("letters refused"), numbers.mailed(Dispatch.State.BOUNCED)),
            ("unknown", _("letters unclear"), numbers.mailed(Dispatch.State.UNKNOWN)),
        )
    ]
    seen = ".".join(str(figure["count"]) for figure in figures)
    return {
        "figures": figures,
        "progress": charts.progress(numbers.confirmed, numbers.goal),
        "goal": numbers.goal,
        "live_url": f"{reverse('campaign_desk:now', args=[campaign.slug])}?seen={seen}",
    }


def _controls(campaign: Campaign) -> list[dict[str, str]]:
    """What an organizer may do with it as it stands."""
    offered = [
        ("resumption", _("Resume the sending"), campaign.paused),
        ("pause", _("Pause the sending"), may_be_paused(campaign)),
        ("extension", _("Extend"), rules.may_be_extended(campaign)),
        ("closure", _("Close early"), campaign.state == State.OPEN),
        ("goal", _("Change the goal"), campaign.state in Campaign.PUBLIC_STATES),
        ("case_out", _("Take a case out"), rules.may_lose_a_case(campaign) and campaign.cases.exists()),
    ]
    return [
        {"name": name, "url": reverse(f"campaign_desk:{page}", args=[campaign.slug])}
        for page, name, applies in offered
        if applies
    ]


def _own_links(request: HttpRequest, campaign: Campaign) -> list[dict[str, Any]]:
    """Addresses that are counted by themselves; the share button has its own."""
    url = request.build_absolute_uri(campaign.get_absolute_url())
    return [{"name": name, "url": f"{url}?from={code}"} for code, name in OWN.items() if code != "share"]


def _mail(campaign: Campaign, numbers: Numbers, *, now: dt.datetime) -> dict[str, Any]:
    return {
        "queue": confirmations_waiting(now=now),
        "oldest": oldest_waiting_letter(campaign) if numbers.mailed(Dispatch.State.PLANNED) else None,
        "queued": numbers.mailed(Dispatch.State.QUEUED, Dispatch.State.SENDING),
        "planned": numbers.mailed(Dispatch.State.PLANNED),
        "held": numbers.mailed(Dispatch.State.HELD),
    }


# --- Tables, on the page and as files -----------------------------------------------------------------------------


def _hours(numbers: Numbers) -> list[tuple[Any, ...]]:
    return [(f"{hour:%Y-%m-%dT%H:00Z}", count) for hour, count in sorted(numbers.hours.items())]


def _days(numbers: Numbers) -> list[tuple[Any, ...]]:
    return [(day.isoformat(), count) for day, count in sorted(numbers.days.items())]


def _countries(numbers: Numbers) -> list[tuple[Any, ...]]:
    return [(code, countries.name_of(code), count) for code, count in numbers.countries]


def _languages(numbers: Numbers) -> list[tuple[Any, ...]]:
    return [(code, _language(code), count) for code, count in numbers.languages]


def _sources(numbers: Numbers) -> list[tuple[Any, ...]]:
    return [(code, str(SOURCES.get(code, code)), count, lately) for code, count, lately in numbers.sources]


def _letters(numbers: Numbers) -> list[tuple[Any, ...]]:
    return [
        (str(Dispatch.State(state).label), str(Dispatch.Channel(channel).label), count)
        for channel, state, count in numbers.letters
    ]


def _signatures(numbers: Numbers) -> list[tuple[Any, ...]]:
    return [(str(Signature.State(state).label), count) for state, count in numbers.states.items() if count]


# By name: the columns of the file, and its rows; the last columns are numbers.
TABLES: dict[str, tuple[list[str], Callable[[Numbers], list[tuple[Any, ...]]]]] = {
    "hours": (["hour", "signatures"], _hours),
    "days": (["day", "signatures"], _days),
    "countries": (["country", "country_name", "signatures"], _countries),
    "languages": (["language", "language_name", "signatures"], _languages),
    "sources": (["source", "source_name", "signatures", "last_7_days"], _sources),
    "letters": (["state", "channel", "letters"], _letters),
    "signatures": (["state", "signatures"], _signatures),
}


@require_safe
@seen_campaign_page
def table_csv(request: HttpRequest, campaign: Campaign, table: str) -> HttpResponse:
    if table not in TABLES:
        raise Http404
    columns, rows_of = TABLES[table]
    numbers = numbers_of(campaign, now=timezone.now())
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow([*columns, "as_of"])
    as_of = numbers.now.isoformat(timespec="seconds")
    rows.writerows([*row, as_of] for row in rows_of(numbers))
    name = f'attachment; filename="{campaign.slug}-{table}.csv"'
    return HttpResponse(
        MARK + written.getvalue(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


def _table(name: str, numbers: Numbers) -> dict[str, Any]:
    """As components/table.html takes it."""
    labels = {
        "letters": [_("State"), _("Way"), _("Letters")],
        "signatures": [_("State"), _("Signatures")],
    }[name]
    rows = TABLES[name][1](numbers)
    return {
        "columns": [{"label": label, "numeric": label == labels[-1]} for label in labels],
        "rows": [
            [*({"text": cell} for cell in row[:-1]), {"text": intcomma(row[-1]), "numeric": True}] for row in rows
        ],
    }


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _minutes(minutes: int | None) -> str:
    """ "10 minutes", "4 hours", "2 days"; empty for none."""
    if minutes is None:
        return ""
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
