"""The desk: where staff and organizers work. Its pages extend templates/desk/base.html."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.guards import staff_page
from accounts.rules import Anyone, may_invite_to_site
from campaign import rules as campaign_rules
from cases import rules as case_rules


@dataclass(frozen=True)
class Room:
    """What the desk calls some of Django's apps, and what for, to someone who opens it for the first time.

    A room that has pages of its own names them for a person in `lists`; the others show the admin's.
    """

    name: Any
    about: Any
    apps: tuple[str, ...] = ()
    lists: Callable[[Anyone], list[dict[str, Any]]] = lambda user: []


def _cases(user: Anyone) -> list[dict[str, Any]]:
    if not case_rules.may_open_cases(user):
        return []
    new = reverse("case_desk:new") if case_rules.may_edit(user) else None
    lists = [{"name": _("cases"), "url": reverse("case_desk:cases"), "add_url": new}]
    if case_rules.may_read_record(user):
        lists += [
            {"name": _("review queue"), "url": reverse("case_desk:queue")},
            {"name": _("publications"), "url": reverse("case_desk:publications")},
            {"name": _("sources"), "url": reverse("case_desk:shared", args=["sources"])},
            {"name": _("authorities"), "url": reverse("case_desk:shared", args=["authorities"])},
        ]
    return lists


def _campaigns(user: Anyone) -> list[dict[str, Any]]:
    if not campaign_rules.may_see_pauses(user):
        return []
    return [{"name": _("what is paused"), "url": reverse("campaign_desk:pauses")}]


def _people(user: Anyone) -> list[dict[str, Any]]:
    if not may_invite_to_site(user):
        return []
    return [{"name": _("invitations"), "url": reverse("invitations")}]


ROOMS = [
    Room(_("Cases"), _("Keep the records of people at risk, review them, and publish what may be told."), lists=_cases),
    Room(
        _("Campaigns"),
        _("Prepare letters, open and pause campaigns, follow what is delivered."),
        ("campaign",),
        lists=_campaigns,
    ),
    Room(_("Mail"), _("See what has been mailed, and decide about mail whose fate is unknown."), ("outbox",)),
    # "account" is allauth's: the addresses that people log in with.
    Room(_("People"), _("Invite people, and say what they may do."), ("accounts", "account"), lists=_people),
]


@require_safe
@staff_page
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/index.html", {"rooms": rooms_for(request)})


def rooms_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The rooms that this person may enter, and in each the lists that they may see."""
    apps = {app["app_label"]: app["models"] for app in admin.site.get_app_list(request)}
    rooms = [
        {
            "name": room.name,
            "about": room.about,
            "lists": room.lists(request.user) + [_list(model) for app in room.apps for model in apps.get(app, [])],
        }
        for room in ROOMS
    ]
    return [room for room in rooms if room["lists"]]


def _list(model: dict[str, Any]) -> dict[str, Any]:
    return {"name": model["name"], "url": model["admin_url"], "add_url": model["add_url"]}
