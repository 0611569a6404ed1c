"""Who may open which address. An address without a line fails tests/maninso/test_access.py, which then names it.

A line says who gets in, by reading (GET) and by sending a form with nothing in it (POST); for everybody else there is
the log-in, 403 or 404. Where an address names a row that has to be there, `World` makes it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from accounts.roles import MemberRole, Role
from campaign.models import Campaign, DeliveryPoint, Partnership, Pause
from cases.models import Case
from outbox.models import Message
from tests import factories
from tests.audit.committing import as_if_committed
from tests.cases.desk import make_full_case

Who = frozenset[str]

STRANGER, ACCOUNT, NEWCOMER = frozenset({"stranger"}), frozenset({"account"}), frozenset({"newcomer"})
VIEWER, ORGANIZER, OWNER = frozenset({"viewer"}), frozenset({"organizer"}), frozenset({"owner"})
ELSEWHERE = frozenset({"other_owner"})
SITE: dict[Role, Who] = {role: frozenset({role.value}) for role in Role if role != Role.ORGANIZER}
EDITOR, REVIEWER, PROTECTION = SITE[Role.EDITOR], SITE[Role.REVIEWER], SITE[Role.PROTECTION]
TRANSLATOR, ABUSE = SITE[Role.TRANSLATOR], SITE[Role.ABUSE]
PUBLISHER, AUDITOR, SUPERUSER = SITE[Role.PUBLISHER], SITE[Role.AUDITOR], frozenset({"superuser"})

MEMBERS = VIEWER | ORGANIZER | OWNER
OF_THE_SITE = frozenset().union(*SITE.values()) | SUPERUSER
DESK = NEWCOMER | MEMBERS | ELSEWHERE | OF_THE_SITE
LOGGED_IN = ACCOUNT | DESK
EVERYONE = STRANGER | LOGGED_IN

RUN = ORGANIZER | OWNER | SUPERUSER
SEE = RUN | VIEWER | REVIEWER | PUBLISHER | AUDITOR
SEE_ORGANISATION = RUN | VIEWER | PUBLISHER | AUDITOR
READ_CASES = EDITOR | REVIEWER | PROTECTION | PUBLISHER | AUDITOR | SUPERUSER
OPEN_CASES = READ_CASES | TRANSLATOR
EDIT_CASES = EDITOR | SUPERUSER
TEAM = EDITOR | REVIEWER | PROTECTION | SUPERUSER
REFEREES = REVIEWER | PROTECTION | SUPERUSER
PUBLISH = REVIEWER | PUBLISHER | SUPERUSER
TRANSLATE = EDITOR | TRANSLATOR | SUPERUSER
TRANSLATE_OWN = RUN | TRANSLATOR
REVIEW = REVIEWER | PUBLISHER | SUPERUSER
ORGANIZERS = ORGANIZER | OWNER | ELSEWHERE
SEE_TARGETS = ORGANIZERS | EDITOR | REVIEWER | PUBLISHER | AUDITOR | SUPERUSER
EDIT_TARGETS = EDITOR | PUBLISHER | SUPERUSER
SET_SITE = PUBLISHER | SUPERUSER


@dataclass(frozen=True)
class World:
    """What stands at the other end of the addresses: Lantern's campaign, and a case with a row of every kind."""

    people: dict[str, User | None]
    campaign: Campaign
    case: Case
    pause: Pause
    partnership: Partnership
    unclear: Message

    @classmethod
    def make(cls) -> "World":
        lantern, elsewhere = factories.make_organisation("lantern"), factories.make_organisation("elsewhere")
        people: dict[str, User | None] = {"stranger": None, "account": factories.make_person("Eun")}
        people["newcomer"] = factories.make_person("Newcomer", is_staff=True)
        for name, organisation, member in (
            ("viewer", lantern, MemberRole.VIEWER),
            ("organizer", lantern, MemberRole.ORGANIZER),
            ("owner", lantern, MemberRole.OWNER),
            ("other_owner", elsewhere, MemberRole.OWNER),
        ):
            role = None if member == MemberRole.VIEWER else Role.ORGANIZER
            given = {"role": role, "organisation": organisation, "member": member}
            people[name] = factories.make_person(name, is_staff=True, **given)
        for role in SITE:
            people[role.value] = factories.make_person(role.value, role=role, is_staff=True)
        people["superuser"] = factories.make_person("Root", is_staff=True, is_superuser=True)
        campaign = factories.make_campaign("light-the-way", organisation=lantern)
        factories.make_point()
        pause = Pause.objects.create(
            scope=Pause.Scope.TARGET,
            target=campaign.target,
            reason="x",
            paused_by=people["owner"],
            paused_at=factories.NOW,
        )
        owner = people["owner"]
        assert owner
        partnership = factories.make_partnership(campaign, elsewhere, by=owner)
        letter = factories.make_dispatch(
            factories.make_signature(campaign), DeliveryPoint.objects.get(), state="unknown"
        )
        unclear = factories.make_unclear(letter)
        as_if_committed()
        return cls(people, campaign, make_full_case(people["editor"]), pause, partnership, unclear)


Arguments = dict[str, Any]


@dataclass(frozen=True)
class Line:
    may: Who
    # There is no such row here: whoever may gets a 404, which tells nothing; nobody else gets more.
    finds_nothing: bool = False
    # What the address names, where `arguments` does not know it by its keyword.
    with_: Callable[[World], Arguments] = field(default=lambda world: {})


def arguments(world: World) -> Arguments:
    """What keywords stand for, wherever a line does not say otherwise."""
    return {
        "slug": world.campaign.slug,
        "reference": world.case.reference,
        "section": "members",
        "shared": "sources",
        "digest": "0" * 64,
        "token": "no-token",
        "key": "no-key",
        "uidb36": "1",
        "number": 1,
        "country": "PL",
        "style": "bib",
        "service": "mailgun",
        "scheme": "dark",
        "language": "ko",
        "kind": "case",
        "field": "team_note",
        "point_id": 1,
        "hand_in_id": 1,
        "pk": 1,
        # In the admin; a row of the model is looked up, where there is one.
        "id": 1,
        "object_id": 1,
        "content_type_id": 1,
        "app_label": "campaign",
        "url": "no-page",
        "step": "no-step",
        "says": "posted",
        "side": "128",
        "version": 1,
        "part": "campaign",
        "table": "days",
        "width": "480",
        "volunteer_pk": 1,
        "target": world.campaign.target.slug,
    }


def _row_of(section: str) -> Callable[[World], Arguments]:
    return lambda world: {"pk": _first(world.case, section)}


def _first(case: Case, section: str) -> int:
    return getattr(case, section).values_list("pk", flat=True).first()


def _source(world: World) -> Arguments:
    return {"pk": world.case.claims.values_list("source_id", flat=True).first()}


def _lantern(world: World) -> Arguments:
    return {"slug": "lantern"}


def _target(world: World) -> Arguments:
    return {"slug": world.campaign.target.slug, "pk": DeliveryPoint.objects.earliest("pk").pk}


def _viewer(world: World) -> Arguments:
    viewer = world.people["viewer"]
    assert viewer
    return {"slug": "lantern", "pk": viewer.memberships.get().pk}


def _somebody(world: World) -> Arguments:
    person = world.people["account"]
    assert person
    return {"pk": person.pk}


def _unclear_mail(world: World) -> Arguments:
    return {"pk": world.unclear.pk}


# Addresses of the public, by name; whoever is logged in sees them as everyone does.
PUBLIC = """
    home observance campaign count signatures card sign sent volunteer volunteer_sent volunteer_left volunteer_confirm
    coordinator kit kit_pack report reported departure photo check pack_check embassies find_embassy embassies_of
    own_letter_thanks own_letter own_letter_told day day_now edition_report edition_report_pdf edition_report_csv
    edition_report_json campaign_calendar hand_in_calendar observance_calendar link_request link_sent erased confirm
    own_page confirmed withdrawal erasure resend updates organisation_logo unsubscribe resubscribe cover invitation
    end_digests
    cases cases_list list_pdf cases_feed case_sheet case_card case_feed case_jsonld case_citation case case_publication
    case_picture
    about how_it_works privacy accessibility security front_door health favicon robots sitemap security_txt mail_hook
"""

# allauth's: log-in and what leads to it. What they show to whom is tested in tests/accounts.
OF_ONES_OWN = """
    account_login account_logout account_inactive account_signup account_email_verification_sent account_confirm_email
    account_reset_password account_reset_password_done account_reset_password_from_key
    account_reset_password_from_key_done account_confirm_login_code account_email account_set_password
    account_change_password account_reauthenticate account account_sessions end_session log_out_everywhere second_factor
    usersessions_list mfa_index mfa_authenticate mfa_reauthenticate mfa_reauthenticate_webauthn mfa_login_webauthn
    mfa_activate_totp mfa_deactivate_totp mfa_generate_recovery_codes mfa_view_recovery_codes
    mfa_download_recovery_codes mfa_list_webauthn mfa_add_webauthn mfa_edit_webauthn mfa_remove_webauthn
"""

LINES: dict[str, Line] = {
    **{name: Line(EVERYONE) for name in (PUBLIC + OF_ONES_OWN).split()},
    # --- the desk
    "desk": Line(DESK),
    "components": Line(DESK),
    "component_confirmation": Line(DESK),
    "component_scheme": Line(EVERYONE),
    "attention": Line(DESK),
    "site_desk:mails": Line(RUN | ELSEWHERE | PUBLISHER),
    "site_desk:mail": Line(RUN | PUBLISHER, with_=_unclear_mail),
    "site_desk:mail_decision": Line(RUN | PUBLISHER, with_=lambda world: _unclear_mail(world) | {"decision": "sent"}),
    "notice_choices": Line(DESK),
    "notice_desk:list": Line(DESK),
    "notice_desk:read_all": Line(DESK),
    "notice_desk:notice": Line(DESK, finds_nothing=True),
    "notice_desk:read": Line(DESK, finds_nothing=True),
    # --- the audit log
    "audit:entries": Line(AUDITOR | PUBLISHER | SUPERUSER),
    "audit:entry": Line(AUDITOR | PUBLISHER | SUPERUSER),
    "audit:export": Line(AUDITOR | PUBLISHER | SUPERUSER),
    # --- mail that came back
    "came_back:mails": Line(SUPERUSER),
    "came_back:mail": Line(SUPERUSER, finds_nothing=True),
    "came_back:looked_at": Line(SUPERUSER),
    # --- campaigns
    "campaign_desk:pauses": Line(RUN | ELSEWHERE | PUBLISHER),
    "campaign_desk:new_pause": Line(RUN | ELSEWHERE | PUBLISHER),
    "campaign_desk:lifting": Line(RUN | PUBLISHER, with_=lambda world: {"pk": world.pause.pk}),
    "campaign_desk:waiting": Line(RUN),
    "campaign_desk:holds_release": Line(RUN),
    "campaign_desk:own_words": Line(RUN | ABUSE),
    "campaign_desk:own_words_reading": Line(RUN),
    "campaign_desk:test_letters": Line(RUN),
    "campaign_desk:specimen": Line(RUN, finds_nothing=True),
    "campaign_desk:campaigns": Line(MEMBERS | ELSEWHERE | REVIEWER | PUBLISHER | AUDITOR | SUPERUSER),
    "campaign_desk:new": Line(ORGANIZERS | SUPERUSER),
    **{
        f"campaign_desk:{name}": Line(SEE)
        for name in [
            "dashboard",
            "now",
            "numbers_csv",
            "steps",
            "points",
            "on_paper",
            "updates",
            "exports",
            "letter",
            "review",
            "trial",
            "trial_page",
            "trial_sent",
            "trial_sign",
            "trial_card",
        ]
    },
    **{
        f"campaign_desk:{name}": Line(SEE, finds_nothing=True)
        for name in ["cover", "trial_confirm", "letter_changes", "update", "update_progress"]
    },
    **{
        f"campaign_desk:{name}": Line(RUN)
        for name in [
            "addressing",
            "cases",
            "check",
            "hand_ins",
            "offer_hand_ins",
            "packs",
            "ask_for_packs",
            "replies",
            "record_reply",
            "coordinator_mails",
            "new_coordinator_mail",
            "new_export",
            "paper_template",
            "paper_table",
            "paper_sheets",
            "new_update",
            "letter_versions",
        ]
    },
    # Of another state than this campaign's, or a row that is not there.
    **{
        f"campaign_desk:{name}": Line(RUN, finds_nothing=True)
        for name in [
            "answer",
            "coordinator_mail",
            "edit_coordinator_mail",
            "test_coordinator_mail",
            "send_coordinator_mail",
            "discarding",
            "hand_in",
            "hand_in_covers",
            "hand_in_day",
            "hand_in_photo",
            "hand_in_step",
            "volunteer_step",
            "release",
            "pack",
            "pack_file",
            "pack_list",
            "pack_post",
            "reply",
            "export_file",
            "export_withdrawal",
            "case_out",
            "paper_batch",
            "paper_settling",
            "paper_taking_back",
            "paper_discarding",
            "paper_new_sheet",
            "paper_keying",
            "paper_photo",
            "paper_agreeing",
            "paper_sheet_removal",
            "closure",
            "extension",
            "goal",
            "pause",
            "resumption",
            "naming",
            "step",
            "submission",
            "taking_back",
            "text_removal",
            "update_deletion",
            "update_ending",
            "update_resuming",
            "update_sending",
            "update_stopping",
            "update_test",
            "update_words",
        ]
    },
    "campaign_desk:partner_updates": Line(
        ELSEWHERE | REVIEWER | PUBLISHER | AUDITOR | SUPERUSER, with_=lambda world: {"pk": world.partnership.pk}
    ),
    "campaign_desk:new_partner_update": Line(
        ELSEWHERE, finds_nothing=True, with_=lambda world: {"pk": world.partnership.pk}
    ),
    **{
        f"campaign_desk:{name}": Line(SEE, finds_nothing=True)
        for name in [
            "export_release",
            "export_refusal",
            "update_release",
            "update_taking_back",
            "update_page_removal",
            "update_page_return",
        ]
    },
    **{f"campaign_desk:{name}": Line(TRANSLATE_OWN) for name in ["languages", "translation", "letter_preview"]},
    **{f"campaign_desk:{name}": Line(TRANSLATE_OWN, finds_nothing=True) for name in ["approval", "letter_printed"]},
    # Drafts are for those who write them; the campaign has no observance.
    "campaign_desk:letter_text": Line(RUN, finds_nothing=True),
    "campaign_desk:letter_publication": Line(RUN | PUBLISHER, finds_nothing=True),
    "campaign_desk:next_edition": Line(RUN, finds_nothing=True),
    "campaign_desk:letter_page": Line(SEE | TRANSLATOR, finds_nothing=True),
    "campaign_desk:form_of_address": Line(TRANSLATE),
    "campaign_desk:review_queue": Line(REVIEW),
    "campaign_desk:opening": Line(REVIEW, finds_nothing=True),
    "campaign_desk:remarks": Line(REVIEW, finds_nothing=True),
    "campaign_desk:template": Line(SET_SITE, finds_nothing=True),
    "translations": Line(ORGANIZERS | TRANSLATOR | SUPERUSER),
    # --- targets and delivery points
    "target_desk:targets": Line(SEE_TARGETS),
    "target_desk:points": Line(SEE_TARGETS),
    **{f"target_desk:{name}": Line(SEE_TARGETS, with_=_target) for name in ["target", "point", "export", "template"]},
    "target_desk:verify": Line(RUN | EDITOR | PUBLISHER, with_=_target),
    "target_desk:new": Line(EDIT_TARGETS),
    **{
        f"target_desk:{name}": Line(EDIT_TARGETS, with_=_target)
        for name in ["edit_point", "new_point", "removal", "texts", "import"]
    },
    **{
        f"target_desk:{name}": Line(EDIT_TARGETS, finds_nothing=True, with_=_target)
        for name in ["drop", "preview", "to_mend"]
    },
    # --- the whole site
    **{f"site_desk:{name}": Line(SET_SITE) for name in ["settings", "limits", "new_banner"]},
    "site_desk:banner_down": Line(SET_SITE, finds_nothing=True),
    "site_desk:own_words": Line(ABUSE | SUPERUSER),
    "site_desk:own_words_step": Line(RUN | ABUSE, finds_nothing=True, with_=lambda world: {"step": "acceptance"}),
    "site_desk:own_words_chosen": Line(RUN | ABUSE, finds_nothing=True, with_=lambda world: {"step": "acceptance"}),
    "site_desk:supporters": Line(ABUSE | PROTECTION | SUPERUSER),
    "site_desk:supporter_step": Line(
        ABUSE | PROTECTION | SUPERUSER, finds_nothing=True, with_=lambda world: {"step": "erasure"}
    ),
    "site_desk:held": Line(ABUSE | SUPERUSER),
    "site_desk:held_decision": Line(ABUSE | SUPERUSER, with_=lambda world: {"verb": "release"}),
    **{
        f"site_desk:{name}": Line(ABUSE | SUPERUSER, finds_nothing=True)
        for name in ["held_one", "held_reading", "held_again"]
    },
    "invitations": Line(PUBLISHER | SUPERUSER),
    "resend_invitation": Line(PUBLISHER | SUPERUSER, finds_nothing=True),
    "withdraw_invitation": Line(PUBLISHER | SUPERUSER, finds_nothing=True),
    # --- partners: Elsewhere is asked to be one of Lantern's campaign
    "campaign_desk:partners": Line(SEE),
    "campaign_desk:ask_partner": Line(RUN),
    "campaign_desk:partnerships": Line(RUN - SUPERUSER | ELSEWHERE),
    "campaign_desk:partnership": Line(ELSEWHERE, with_=lambda world: {"pk": world.partnership.pk}),
    "campaign_desk:acceptance": Line(ELSEWHERE, with_=lambda world: {"pk": world.partnership.pk}),
    "campaign_desk:ending": Line(RUN | ELSEWHERE, with_=lambda world: {"pk": world.partnership.pk}),
    # --- organisations and people
    "organisation_desk:list": Line(DESK),
    "organisation_desk:new": Line(PUBLISHER | SUPERUSER),
    "organisation_desk:profile": Line(SEE_ORGANISATION, with_=_lantern),
    "organisation_desk:description": Line(RUN, with_=_lantern),
    "organisation_desk:text": Line(RUN, with_=_lantern),
    "organisation_desk:logo": Line(RUN, with_=_lantern),
    "organisation_desk:logo_removal": Line(RUN, with_=_lantern),
    "organisation_desk:members": Line(SEE_ORGANISATION, with_=_lantern),
    "organisation_desk:invite_member": Line(OWNER | PUBLISHER | SUPERUSER, with_=_lantern),
    "organisation_desk:resend": Line(OWNER | PUBLISHER | SUPERUSER, finds_nothing=True, with_=_lantern),
    "organisation_desk:withdraw": Line(OWNER | PUBLISHER | SUPERUSER, finds_nothing=True, with_=_lantern),
    "organisation_desk:member": Line(OWNER | SUPERUSER, with_=_viewer),
    # The viewer may leave.
    "organisation_desk:member_removal": Line(VIEWER | OWNER | SUPERUSER, with_=_viewer),
    "people_desk:list": Line(AUDITOR | SUPERUSER),
    "people_desk:person": Line(AUDITOR | SUPERUSER, with_=_somebody),
    **{
        f"people_desk:{name}": Line(SUPERUSER, with_=_somebody)
        for name in ("roles", "suspension", "restoration", "second_factor", "ending")
    },
    # --- cases
    "case_desk:cases": Line(OPEN_CASES),
    "case_desk:new": Line(EDIT_CASES),
    "case_desk:save_filter": Line(OPEN_CASES),
    "case_desk:remove_filter": Line(OPEN_CASES, finds_nothing=True),
    "case_desk:keep_draft": Line(OPEN_CASES, finds_nothing=True),
    "case_desk:discard_draft": Line(OPEN_CASES, finds_nothing=True),
    "case_desk:date_reading": Line(OPEN_CASES),
    "case_desk:queue": Line(READ_CASES),
    "case_desk:publications": Line(READ_CASES),
    "case_desk:case": Line(READ_CASES),
    "case_desk:facts": Line(EDIT_CASES),
    "case_desk:related": Line(EDIT_CASES),
    "case_desk:unrelate": Line(EDIT_CASES, with_=lambda world: {"pk": world.case.pk}),
    "case_desk:history": Line(READ_CASES),
    "case_desk:sealed": Line(TEAM, with_=lambda world: {"pk": world.case.pk}),
    "case_desk:texts": Line(OPEN_CASES),
    "case_desk:translation": Line(TRANSLATE, with_=lambda world: {"pk": world.case.pk}),
    "case_desk:submission": Line(EDIT_CASES),
    "case_desk:review": Line(READ_CASES),
    "case_desk:approval": Line(REFEREES, finds_nothing=True),
    "case_desk:remarks": Line(REFEREES),
    "case_desk:publication": Line(PUBLISH),
    "case_desk:takedown": Line(DESK, finds_nothing=True),
    "case_desk:restoration_request": Line(TEAM, finds_nothing=True),
    "case_desk:restoration": Line(TEAM, finds_nothing=True),
    "case_desk:statuses": Line(EDIT_CASES, with_=_row_of("members")),
    "case_desk:law": Line(EDIT_CASES, with_=_row_of("events")),
    "case_desk:uncite": Line(EDIT_CASES, with_=_row_of("citations")),
    "case_desk:choice": Line(EDIT_CASES, with_=_row_of("claims")),
    # The editor has signed it: somebody else countersigns.
    "case_desk:countersignature": Line(TEAM - EDITOR, with_=_row_of("best_interests")),
    "case_desk:section": Line(READ_CASES),
    "case_desk:add": Line(EDIT_CASES),
    "case_desk:edit": Line(EDIT_CASES, with_=_row_of("members")),
    "case_desk:row": Line(READ_CASES, with_=_row_of("members")),
    "case_desk:remove": Line(EDIT_CASES, with_=_row_of("members")),
    "case_desk:shared": Line(READ_CASES),
    "case_desk:shared_add": Line(EDIT_CASES),
    "case_desk:shared_edit": Line(EDIT_CASES, with_=_source),
    "case_desk:shared_remove": Line(EDIT_CASES, with_=_source),
    "case_pictures:list": Line(TEAM),
    "case_pictures:add": Line(EDIT_CASES),
    "case_pictures:file": Line(TEAM, finds_nothing=True),
    "case_pictures:words": Line(EDIT_CASES, finds_nothing=True),
    "case_pictures:covers": Line(EDIT_CASES, finds_nothing=True),
    "case_pictures:preview": Line(EDIT_CASES, finds_nothing=True),
    "case_pictures:removal": Line(EDIT_CASES, finds_nothing=True),
    "case_pictures:original": Line(TEAM, finds_nothing=True),
}

# Django's admin: superusers alone, but for what says nothing. An address that stands here is not looked at otherwise.
ADMIN: dict[str, Line] = {f"admin:{name}": Line(EVERYONE) for name in ["login", "logout", "password_change"]}
