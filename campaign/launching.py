"""The way from nothing to a campaign that can open: its steps, what each holds, and what a reviewer compares."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from campaign import marks, rules
from campaign.models import Campaign, Dispatch, Letter

# Each step with what it is called; "check" has nothing to save.
STEPS: dict[str, Any] = {
    "ask": _("The ask"),
    "cases": _("Cases"),
    "letter": _("Letter"),
    "languages": _("Languages"),
    "points": _("Targets and points"),
    "delivery": _("Ways and window"),
    "goal": _("Goal and dates"),
    "look": _("Look"),
    "check": _("Check list"),
}

# What a reviewer can remark on: the step that mends it, and what the field is called there.
FIELDS: dict[str, tuple[str, Any]] = {
    "title": ("ask", _("Title")),
    "ask": ("ask", _("What is asked")),
    "background": ("ask", _("Background")),
    "sources": ("ask", _("Sources")),
    "cases": ("cases", _("Cases")),
    "letter": ("letter", _("Letter")),
    "languages": ("languages", _("Languages")),
    "points": ("points", _("Targets and points")),
    "channels": ("delivery", _("Ways")),
    "deliver_from": ("delivery", _("Delivery window")),
    "goal": ("goal", _("Goal")),
    "opens_at": ("goal", _("Opening and closing")),
    "cover": ("look", _("Cover picture")),
    "share_text": ("look", _("Share text")),
    "other": ("check", _("Something else")),
}

TEXTS = ("title", "ask", "background", "share_text", "cover_alt")


def values_of(campaign: Campaign, step: str) -> dict[str, Any]:
    """What the form of this step holds, as it is saved now."""
    text = campaign.texts.filter(language=campaign.source_language).first()
    words = {name: getattr(text, name) if text else "" for name in TEXTS}
    if step == "ask":
        sources = list(campaign.sources.values("publisher", "title", "date"))
        return {name: words[name] for name in ("title", "ask", "background")} | {"sources": sources}
    if step == "delivery":
        return {name: getattr(campaign, name) for name in ("channels", "deliver_from", "deliver_until")}
    if step == "goal":
        return {name: getattr(campaign, name) for name in ("goal", "time_zone", "opens_at", "closes_at")}
    if step == "look":
        return {"cover": campaign.cover, "cover_alt": words["cover_alt"], "share_text": words["share_text"]}
    return {}


def mark_of(campaign: Campaign, step: str) -> str:
    """Tells whether a step still holds what a form showed."""
    return marks.mark_of(values_of(campaign, step))


@dataclass(frozen=True)
class Standing:
    """Where one step is: "missing" something, "done" as somebody saved it, or "open", as nobody has looked at it."""

    step: str
    state: str
    findings: list[rules.Finding]


def standings(campaign: Campaign, findings: list[rules.Finding]) -> list[Standing]:
    stands = []
    for step in STEPS:
        own = [finding for finding in findings if finding.step == step]
        if step in ("letter", "languages", "points"):
            done = not any(finding.blocking for finding in own)
        else:
            done = step in campaign.prepared
        state = "missing" if any(finding.blocking for finding in own) else "done" if done else "open"
        stands.append(Standing(step, state, own))
    return stands


def moved(moment: dt.datetime, by: dt.timedelta, zone: ZoneInfo) -> dt.datetime:
    """The same time on the clock there, so many days later."""
    return (moment.astimezone(zone).replace(tzinfo=None) + by).replace(tzinfo=zone)


def latest_letter(campaign: Campaign) -> Letter | None:
    return rules.current_letter(campaign) or campaign.letters.newest()


def content_of(campaign: Campaign) -> dict[str, str]:
    """All that a reviewer reads, as one text each. What other campaigns share (points, cases) is named, not copied."""
    letter = latest_letter(campaign)
    zone = campaign.zone
    held = {
        "target": campaign.target.slug,
        "languages": f"{campaign.source_language}, {campaign.addressee_language}",
        "cases": ", ".join(campaign.cases.order_by("reference").values_list("reference", flat=True)),
        "sources": "\n".join(f"{each.publisher}: {each.title} ({each.date})" for each in campaign.sources.all()),
        "letter": str(letter.version) if letter else "",
        "addressing": campaign.addressing,
        "points": ", ".join(campaign.chosen_points.order_by("name", "pk").values_list("name", flat=True)),
        "channels": ", ".join(sorted(campaign.channels)),
        "goal": str(campaign.goal),
        "cover": campaign.cover,
        "time_zone": campaign.time_zone,
        **{
            name: f"{getattr(campaign, name).astimezone(zone):%Y-%m-%d %H:%M}"
            for name in ("opens_at", "closes_at", "deliver_from", "deliver_until")
        },
    }
    for text in campaign.texts.order_by("language"):
        held |= {f"{name}.{text.language}": getattr(text, name) for name in TEXTS}
    for letter_text in letter.texts.order_by("language") if letter else []:
        held |= {f"letter_{name}.{letter_text.language}": getattr(letter_text, name) for name in _LETTER_LABELS}
    return held


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str
    language: str


_LABELS: dict[str, Any] = {
    "target": _("Target"),
    "languages": _("Languages"),
    "letter": _("Version of the letter"),
    "addressing": _("Which points get a letter"),
    "points": _("Chosen delivery points"),
    "time_zone": _("Time zone"),
    "opens_at": _("Opens"),
    "closes_at": _("Closes"),
    "deliver_from": _("Letters go from"),
    "deliver_until": _("Letters go until"),
    "cover_alt": _("Words for the cover picture"),
}


_LETTER_LABELS: dict[str, Any] = {
    "addressee": _("Address block"),
    "salutation": _("Salutation"),
    "subject": _("Subject"),
    "body": _("Letter"),
    "closing": _("Closing"),
    "name_suffix": _("After the name"),
}


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """What the later content says otherwise, in the order of the later."""
    names = [*after, *(name for name in before if name not in after)]
    return [
        Difference(_label(name), said(name, before.get(name, "")), said(name, after.get(name, "")), _language(name))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def said(name: str, value: str) -> str:
    """A value of the content in words."""
    if name == "addressing" and value:
        return str(Campaign.Addressing(value).label)
    if name == "channels" and value:
        return ", ".join(str(Dispatch.Channel(each).label) for each in value.split(", "))
    if name == "cover" and value:
        return value[:8]
    return value


def _label(name: str) -> str:
    field, _dot, language = name.partition(".")
    if field.startswith("letter_"):
        label = str(_LETTER_LABELS[field.removeprefix("letter_")])
    elif field in _LABELS:
        label = str(_LABELS[field])
    else:
        label = str(FIELDS[field][1])
    return f"{label} · {dict(settings.LANGUAGES).get(language, language)}" if language else label


def _language(name: str) -> str:
    return name.partition(".")[2]
