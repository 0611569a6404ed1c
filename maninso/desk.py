"""The desk: where staff and organizers work. Its pages extend templates/desk/base.html."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import rules as account_rules
from accounts.guards import staff_page
from accounts.models import User
from accounts.rules import Anyone, may_enter_admin, may_open_mail_that_came_back, may_read_audit_log
from campaign import rules as campaign_rules
from campaign import translations
from campaign.dashboard import overview
from campaign.models import Campaign
from campaign.needs import needs as campaign_needs
from cases import rules as case_rules
from cases.needs import needs as case_needs
from face.needs import Need
from maninso.came_back import needs as mail_needs


@dataclass(frozen=True)
class Room:
    """What the desk calls some of its pages, and what for, to someone who opens it for the first time; `lists` names
    those that this person may open.
    """

    name: Any
    about: Any
    lists: Callable[[Anyone], list[dict[str, Any]]]


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


def _people(user: Anyone) -> list[dict[str, Any]]:
    lists = []
    if account_rules.may_see_organisations(user):
        new = reverse("organisation_desk:new") if account_rules.may_add_organisations(user) else None
        lists.append({"name": _("organisations"), "url": reverse("organisation_desk:list"), "add_url": new})
    if account_rules.may_see_people(user):
        lists.append({"name": _("people"), "url": reverse("people_desk:list")})
    if account_rules.may_invite_to_site(user):
        lists.append({"name": _("invitations"), "url": reverse("invitations")})
    return lists


def _campaigns(user: Anyone) -> list[dict[str, Any]]:
    lists: list[dict[str, Any]] = []
    if campaign_rules.may_see_campaigns(user):
        new = reverse("campaign_desk:new") if campaign_rules.may_make_campaigns(user) else None
        lists.append({"name": _("campaigns"), "url": reverse("campaign_desk:campaigns"), "add_url": new})
    if campaign_rules.may_review_campaigns(user):
        lists.append({"name": _("review queue"), "url": reverse("campaign_desk:review_queue")})
    if translations.may_see_translations(user):
        lists.append({"name": _("translations"), "url": reverse("translations")})
    if campaign_rules.may_answer_partnerships(user):
        lists.append({"name": _("partnerships"), "url": reverse("campaign_desk:partnerships")})
    if campaign_rules.may_see_targets(user):
        new = reverse("target_desk:new") if campaign_rules.may_edit_targets(user) else None
        lists.append({"name": _("targets"), "url": reverse("target_desk:targets"), "add_url": new})
    if campaign_rules.may_look_up_supporters(user):
        lists.append({"name": _("supporters"), "url": reverse("site_desk:supporters")})
    if campaign_rules.may_check_signatures(user):
        lists.append({"name": _("held signatures"), "url": reverse("site_desk:held")})
    if campaign_rules.may_read_all_own_words(user):
        lists.append({"name": _("own words to read"), "url": reverse("site_desk:own_words")})
    if campaign_rules.may_set_site(user):
        lists.append({"name": _("site settings"), "url": reverse("site_desk:settings")})
    if campaign_rules.may_see_pauses(user):
        lists.append({"name": _("what is paused"), "url": reverse("campaign_desk:pauses")})
    if may_enter_admin(user):
        days, new = reverse("admin:campaign_observance_changelist"), reverse("admin:campaign_observance_add")
        lists.append({"name": _("observances"), "url": days, "add_url": new})
    return lists


def _mail(user: Anyone) -> list[dict[str, Any]]:
    lists = []
    if campaign_rules.may_see_unclear_mails(user):
        lists.append({"name": _("unclear mails"), "url": reverse("site_desk:mails")})
    if may_enter_admin(user):
        lists.append({"name": _("mails"), "url": reverse("admin:outbox_message_changelist")})
    if may_open_mail_that_came_back(user):
        lists.append({"name": _("Mails that no machine understood"), "url": reverse("came_back:mails")})
    return lists


def _audit(user: Anyone) -> list[dict[str, Any]]:
    lists = [{"name": _("audit log"), "url": reverse("audit:entries")}] if may_read_audit_log(user) else []
    if may_enter_admin(user):
        lists.append({"name": _("admin (all rows)"), "url": reverse("admin:index")})
    return lists


ROOMS = [
    Room(_("Cases"), _("Keep the records of people at risk, review them, and publish what may be told."), _cases),
    Room(_("Campaigns"), _("Prepare letters, open and pause campaigns, follow what is delivered."), _campaigns),
    Room(_("Mail"), _("See what has been mailed, and decide about mail whose fate is unknown."), _mail),
    Room(_("People"), _("Invite people, and say what they may do."), _people),
    Room(_("Audit"), _("Look up who did what, when and why."), _audit),
]


# What waits for a person, room by room: what the room is called in addresses and on the page.
NEEDS: dict[str, tuple[Any, Callable[[User], list[Need]]]] = {
    "cases": (_("Cases"), case_needs),
    "campaigns": (_("Campaigns"), campaign_needs),
    "mail": (_("Mail"), mail_needs),
}
NEEDS_PER_PAGE = 50
# Of them on the overview, those that wait longest.
NEEDS_SHOWN = 12
# Of one's campaigns, the latest; the list of campaigns has them all.
CAMPAIGNS_SHOWN = 10


@require_safe
@staff_page
def index(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    needs = needs_for(user)
    context = {
        "rooms": rooms_for(user),
        "needs": needs[:NEEDS_SHOWN],
        "needs_left_out": max(0, len(needs) - NEEDS_SHOWN),
        "campaigns": overview(Campaign.objects.of(user), shown=CAMPAIGNS_SHOWN),
    }
    return render(request, "desk/index.html", context)


@require_safe
@staff_page
def attention(request: HttpRequest) -> HttpResponse:
    """All that waits for somebody who may do what this person may, the oldest first."""
    wanted = request.GET.get("room", "")
    needs = needs_for(cast(User, request.user), room=wanted if wanted in NEEDS else "")
    context = {
        "page": Paginator(needs, NEEDS_PER_PAGE).get_page(request.GET.get("page")),
        "rooms": [{"code": code, "name": name, "is_shown": code == wanted} for code, (name, _needs) in NEEDS.items()],
        "room": wanted if wanted in NEEDS else "",
    }
    return render(request, "desk/attention.html", context)


def needs_for(user: User, *, room: str = "") -> list[Need]:
    """What is late first, then what has waited longest; last what nobody has noted the time of."""
    found = [need for code, (_name, needs) in NEEDS.items() if room in ("", code) for need in needs(user)]
    latest = timezone.now()
    return sorted(found, key=lambda need: (not need.is_late, need.since or latest))


def rooms_for(user: Anyone) -> list[dict[str, Any]]:
    """The rooms that this person may enter, and in each the lists that they may see."""
    rooms = [{"name": room.name, "about": room.about, "lists": room.lists(user)} for room in ROOMS]
    return [room for room in rooms if room["lists"]]
