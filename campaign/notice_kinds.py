"""The notices of campaigns, group by group; who gets them stands in `notices`, what their mails say in `emails`."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import notices
from accounts.notice_kinds import Group, NoticeKind, add_group
from accounts.roles import Role
from accounts.rules import has_role, organises
from campaign import emails

GROUPS = [
    Group(
        code="campaigns",
        name=_("Reviews of campaigns"),
        may=lambda person: has_role(person, Role.REVIEWER, Role.PUBLISHER) or organises(person),
    ),
    Group(
        code="letters",
        name=_("Letters that wait or do not arrive"),
        may=lambda person: has_role(person, Role.PUBLISHER) or organises(person),
    ),
    Group(code="hand_ins", name=_("Volunteers and hand-ins"), may=organises),
    Group(
        code="second_person",
        name=_("News and exports that need a second person"),
        may=lambda person: has_role(person, Role.PUBLISHER) or organises(person),
    ),
    Group(code="partners", name=_("Partner organisations"), may=organises),
]

_PAUSED = _("Letters to a mail server are paused")


def register() -> None:
    for group in GROUPS:
        add_group(group)
    campaigns = partial(_add, "campaigns")
    letters = partial(_add, "letters")
    hand_ins = partial(_add, "hand_ins")
    second_person = partial(_add, "second_person")
    partners = partial(_add, "partners")
    campaigns("campaign_submitted", _("A campaign waits for a review"), emails.reviews_by_id, emails.campaign_submitted)
    campaigns(
        "campaign_returned", _("Your campaign came back with remarks"), emails.reviews_by_id, emails.campaign_returned
    )
    campaigns("campaign_opened", _("Your campaign is open"), emails.reviews_by_id, emails.campaign_approved)
    campaigns("campaign_scheduled", _("Your campaign will open"), emails.reviews_by_id, emails.campaign_approved)
    letters("hold", _("Letters wait for you"), emails.holds_by_id, emails.hold)
    letters("point_refused", _("An address takes no letters"), emails.addresses_by_id, emails.point_refused)
    letters("domain_paused", _PAUSED, emails.campaigns_by_id, emails.domain_paused)
    letters("domain_paused_staff", _PAUSED, emails.pauses_by_id, emails.domain_paused_staff)
    hand_ins(
        "volunteer_offered", _("Somebody offers to hand letters in"), emails.volunteers_by_id, emails.volunteer_offered
    )
    hand_ins("hand_in_reported", _("A coordinator has reported"), emails.reports_by_id, emails.hand_in_reported)
    hand_ins(
        "coordinator_left", _("A place has no coordinator any more"), emails.hand_ins_by_id, emails.coordinator_left
    )
    second_person(
        "update_waits", _("News to supporters waits for you"), emails.waiting_updates_by_id, emails.update_waits
    )
    second_person("export_asked", _("An export of signatures waits for you"), emails.exports_by_id, emails.export_asked)
    second_person("export_released", _("Your export is released"), emails.exports_by_id, emails.export_decided)
    second_person("export_refused", _("Your export was refused"), emails.exports_by_id, emails.export_decided)
    partners("partner_asked", _("Would you stand behind a campaign?"), emails.partnerships_by_id, emails.partner_asked)
    partners("partner_answered", _("A partner has answered"), emails.partnerships_by_id, emails.partner_answered)


def _add(group: str, name: str, words: Any, load: Any, compose: Any) -> None:
    """One notice of the group."""
    notices.register(NoticeKind(name=name, words=words, group=group, load=load, compose=compose))
