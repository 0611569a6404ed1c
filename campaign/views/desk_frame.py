"""What stands around each page about one campaign at the desk, and who may open it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guards import View, staff_page
from accounts.models import User
from campaign.models import Campaign, Partnership
from campaign.models.campaign import CampaignQuerySet
from face import languages

# The sections of a campaign's workbench, each with the name of its first page's address.
SECTIONS: list[tuple[str, Any]] = [
    ("dashboard", gettext_lazy("Numbers")),
    ("steps", gettext_lazy("Preparation")),
    ("letter", gettext_lazy("Letter")),
    ("languages", gettext_lazy("Languages")),
    ("points", gettext_lazy("Targets and points")),
    ("partners", gettext_lazy("Partners")),
    ("trial", gettext_lazy("Try it")),
    ("waiting", gettext_lazy("What waits")),
    ("own_words", gettext_lazy("Own words")),
    ("hand_ins", gettext_lazy("Hand-ins")),
    ("packs", gettext_lazy("By post")),
    ("replies", gettext_lazy("Replies")),
    ("updates", gettext_lazy("Updates")),
    ("on_paper", gettext_lazy("On paper")),
    ("exports", gettext_lazy("Exports")),
]


def person(request: HttpRequest) -> User:
    """Whoever has this page open; pages of the desk are behind a log-in."""
    return cast(User, request.user)


def campaign_page(view: View) -> View:
    """A page about one campaign, for those who run it; others do not learn that it is there. The view gets the
    campaign in place of its slug.
    """
    return _about_one(view, Campaign.objects.run_by)


def seen_campaign_page(view: View) -> View:
    """The same, to look at: for viewers of its organisation, too, and for staff who review or audit campaigns."""
    return _about_one(view, Campaign.objects.seen_by)


def moderated_campaign_page(view: View) -> View:
    """For those who decide on its supporters' own words: whoever runs it, and staff who look after abuse."""
    return _about_one(view, Campaign.objects.moderated_by)


def translated_campaign_page(view: View) -> View:
    """For those who translate its texts: whoever runs it, and the translators of the site."""
    return _about_one(view, Campaign.objects.translated_by)


def worked_on_campaign_page(view: View) -> View:
    """To look at: for all of these."""
    return _about_one(view, Campaign.objects.worked_on_by)


def _about_one(view: View, among: Callable[[User], CampaignQuerySet]) -> View:
    @staff_page
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        campaign = get_object_or_404(among(person(request)).for_pages(), slug=slug)
        return view(request, campaign, *args, **kwargs)

    return guarded


# Of one row's changes; more than so many nobody reads here.
CHANGES = 50


def history(changes: Any, states: type[TextChoices]) -> list[dict[str, Any]]:
    """What happened to a row with states, the latest first, in words."""
    return [
        {
            "at": change.at,
            "old": states(change.old).label,
            "new": states(change.new).label,
            "by": change.by,
            "reason": change.reason,
        }
        for change in changes.select_related("by").order_by("-pk")[:CHANGES]
    ]


def title_of(campaign: Campaign) -> str:
    return campaign.title_in(languages.active())


def frame(campaign: Campaign, here: str, *, page: str = "", **more: Any) -> dict[str, Any]:
    """For templates that extend desk/campaign/campaign_base.html.

    `here` is the section's name in SECTIONS; `page` is what a page below it is called.
    """
    title = title_of(campaign)
    tabs = [
        {"slug": slug, "name": name, "url": reverse(f"campaign_desk:{slug}", args=[campaign.slug])}
        for slug, name in SECTIONS
    ]
    section = next((tab for tab in tabs if tab["slug"] == here), None)
    trail: list[dict[str, Any]] = [
        {"label": _("Campaigns"), "url": reverse("campaign_desk:campaigns")},
        {"label": title, "url": tabs[0]["url"]},
    ]
    if section and page:
        trail += [{"label": section["name"], "url": section["url"]}, {"label": page}]
    elif section:
        trail.append({"label": section["name"]})
    elif page:
        trail.append({"label": page})
    return {
        "campaign": campaign,
        "campaign_title": title,
        "tabs": tabs,
        "tabs_label": _("Sections of this campaign"),
        "here": here,
        "trail": trail,
        **more,
    }


def partnership_frame(partnership: Partnership, here: str, *, page: str = "", **more: Any) -> dict[str, Any]:
    """The same for the partner's own people, to whom the rest of the campaign's workbench is closed."""
    sections = [("partnership", _("Partnership")), ("partner_updates", _("Updates"))]
    tabs = [
        {"slug": slug, "name": name, "url": reverse(f"campaign_desk:{slug}", args=[partnership.pk])}
        for slug, name in sections
    ]
    section = next(tab for tab in tabs if tab["slug"] == here)
    title = title_of(partnership.campaign)
    trail: list[dict[str, Any]] = [{"label": _("Partnerships"), "url": reverse("campaign_desk:partnerships")}]
    if section == tabs[0]:
        trail.append({"label": title})
    else:
        trail += [
            {"label": title, "url": tabs[0]["url"]},
            {"label": section["name"]} | ({"url": section["url"]} if page else {}),
        ]
    if page:
        trail.append({"label": page})
    return {
        "campaign": partnership.campaign,
        "campaign_title": title,
        "tabs": tabs,
        "tabs_label": _("Sections of this partnership"),
        "here": here,
        "trail": trail,
        **more,
    }
