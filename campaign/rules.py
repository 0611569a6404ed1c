"""Who may do what, and what must be there first: predicates named as sentences."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Organisation, User
from accounts.roles import MemberRole, Role
from accounts.rules import Anyone, has_role, is_staff_member, may_organise, organises
from campaign.models import (
    AnswersFor,
    Campaign,
    CoordinatorMail,
    DeliveryPoint,
    Dispatch,
    Export,
    HandIn,
    Letter,
    Pack,
    PaperSheet,
    Partnership,
    Pause,
    Review,
    ReviewRemark,
    Signature,
    SiteLimits,
    Volunteer,
)
from campaign.models.delivery import DeliveryPointQuerySet
from campaign.models.hand_in import OUTCOMES
from campaign.models.pack import PackQuerySet
from campaign.models.signature import SignatureQuerySet
from outbox.models import Message

# 7 days: mail scanners, holidays, a mailbox that is read on Sundays.
CONFIRM_WITHIN = dt.timedelta(days=7)
# Until the next edition and a little longer.
OWN_PAGE_FOR = dt.timedelta(days=400)
# A second press of the button, or a reload, right after confirming.
REPEAT_WITHIN = dt.timedelta(minutes=15)
# An embassy's server that refuses a letter late does so within two days.
SILENCE_MEANS_DELIVERED = dt.timedelta(hours=48)

# Refused so often in a row for a reason that may pass, an address is taken for dead; blocked, by whoever it belongs to.
SOFT_IN_A_ROW = 5
BLOCKED_IN_A_ROW = 3
# A coordinator who has not said by then what happened may never do so.
REPORT_WITHIN = dt.timedelta(days=7)
# A report with the wrong button pressed is put right within the same day, before thousands are told.
REPORT_STANDS_AFTER = dt.timedelta(hours=6)
# What of a supporter's letters was never one, or is told where it went instead.
NO_LETTER = (Dispatch.State.CANCELLED, Dispatch.State.REROUTED)

# From a country where signing is dangerous, fewer than this are not told by themselves (docs/adr/0009).
FEW = 10

# A volume cannot be asked for anew while one waits to be fetched; nor more often than this.
SUPPLEMENT_AFTER = dt.timedelta(hours=1)
PHOTOS = 5
_LETTER_PAPER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])

# So many signatures leave with nobody else's consent; within a day, not for each file.
RELEASE_ABOVE = 1000
EXPORT_WITHIN = dt.timedelta(days=1)

# Letters that one person may have sent to themselves, to see how they look.
TEST_LETTERS_AN_HOUR = 20

# Embassies move; twice a year is often enough to look.
VERIFIED_FOR = dt.timedelta(days=180)
# An upload that nobody has applied.
UPLOADS_KEPT = dt.timedelta(days=1)
# A batch of paper that nobody has settled: its sheets name people who do not count yet.
PAPER_KEPT = dt.timedelta(days=30)
# Of one batch.
SHEETS = 100
# Mails from one campaign's organizers to its coordinators.
COORDINATOR_MAILS_A_DAY = 3

# A spike: of the last so many letters to one domain that were answered within so long.
SPIKE_OF = 50
SPIKE_WITHIN = dt.timedelta(hours=1)

# A double click, a reload, five hundred copies of one form: one mail.
ONE_MAIL_PER = dt.timedelta(minutes=2)
# Addresses that one person may look up, or have links sent to, in an hour: a request is one, a list is many.
SEARCHES_AN_HOUR = 30
ASKED_FOR_BY_ANYONE = ("confirmation", "links", "volunteer_confirm")


def mailed_enough(messages: Sequence[Message]) -> dict[int, str]:
    """The mails that would be one too many for their address today, over the whole site.

    Anyone can type anyone's address: three a day unanswered, more for an address that has confirmed before. Answering
    (confirming anything) starts the count afresh.
    """
    addresses = {bytes(message.address_index) for message in messages if message.address_index is not None}
    answered: dict[Any, dt.datetime] = {
        row["email_index"]: row["latest"]
        for row in Signature.objects.filter(email_index__in=addresses, confirmed_at__isnull=False, batch=None)
        .values("email_index")
        .annotate(latest=Max("confirmed_at"))
    }
    since = timezone.now() - dt.timedelta(days=1)
    unanswered: Counter[bytes] = Counter()
    earlier = (
        Message.objects.taken()
        .filter(address_index__in=addresses, kind__in=ASKED_FOR_BY_ANYONE, created_at__gt=since)
        .exclude(pk__in=[message.pk for message in messages])
    )
    for mail in earlier.only("address_index", "created_at"):
        address = bytes(mail.address_index or b"")
        if mail.created_at > answered.get(address, since):
            unanswered[address] += 1
    limits, too_many = SiteLimits.current(), {}
    for message in messages:
        address = bytes(message.address_index or b"")
        unanswered[address] += 1
        most = limits.mails_a_day_for_supporters if address in answered else limits.mails_a_day
        if unanswered[address] > most:
            too_many[message.pk] = "mailed_enough"
    return too_many


class Weight(StrEnum):
    """What a refusal says about the address."""

    NONE = "none"  # it was our fault, or the letter's
    SOFT = "soft"  # it may pass: a full mailbox, a server that was away too long
    BLOCKED = "blocked"  # somebody there does not want our mail, or takes it for spam
    HARD = "hard"  # there is no such mailbox


# RFC 3463, and what large servers make of it; the longest that fits decides.
_WEIGHTS = {
    "4": Weight.SOFT,
    "5": Weight.SOFT,
    "5.1": Weight.HARD,
    "5.1.7": Weight.NONE,  # the sender's address
    "5.1.8": Weight.NONE,
    "5.2.1": Weight.HARD,  # disabled
    "5.2.3": Weight.NONE,  # too long
    "5.3.4": Weight.NONE,
    "5.4.1": Weight.HARD,  # how Exchange Online says that there is no such recipient
    "5.4.4": Weight.HARD,  # there is no such domain
    "5.5": Weight.NONE,
    "5.6": Weight.NONE,
    "5.7": Weight.BLOCKED,
    # Where there is only the SMTP code (RFC 5321, 4.2.3).
    "55": Weight.HARD,
    "552": Weight.SOFT,
    "554": Weight.BLOCKED,
}


def weight_of(code: str) -> Weight:
    """Of a refusal with this code: RFC 3463 ("5.1.1"), or SMTP ("550")."""
    if "." in code:
        parts = code.split(".")
        candidates = [".".join(parts[:length]) for length in (3, 2, 1)]
    else:
        candidates = [code[:length] for length in (3, 2, 1)]
    return next((_WEIGHTS[part] for part in candidates if part in _WEIGHTS), Weight.NONE)


def signing_is_risky(country: str) -> bool:
    """Whether people who live there may be punished for such a letter (docs/adr/0009)."""
    return country in settings.RISKY_COUNTRIES


def countries_told(counts: Iterable[tuple[str, int]]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Of countries and their counts, the most first: those named with theirs, and those told together as one number.

    A few from where signing is dangerous are not named: a lone "1" there is a person to look for. The smallest of the
    other countries stand in with them until there are FEW.
    """
    named: list[tuple[str, int]] = []
    together: list[tuple[str, int]] = []
    for code, count in counts:
        (together if signing_is_risky(code) and count < FEW else named).append((code, count))
    while together and named and named[-1][1] < FEW and sum(count for _code, count in together) < FEW:
        together.append(named.pop())
    return named, together


def may_choose_updates(signature: Signature) -> bool:
    """While the signature stands; before that the form asks, and afterwards nobody writes."""
    return signature.state == Signature.State.CONFIRMED and signature.erased_at is None


def partners_who_may_write(signature: Signature) -> list[Organisation]:
    """Those whose updates this supporter has asked for: not confirmed yet, or standing."""
    if signature.state == Signature.State.PENDING:
        return signature.partners_asked
    chosen = signature.opt_ins.standing().select_related("organisation").prefetch_related("organisation__texts")
    return [opt_in.organisation for opt_in in chosen.order_by("at", "pk")]


def may_run(user: User, campaign: Campaign) -> bool:
    return user.is_superuser or may_organise(user, campaign.organisation)


def require_another(user: User, *, than: User) -> None:
    """Nobody is their own second person, superusers included. Raises PermissionDenied."""
    if user.pk == than.pk:
        raise PermissionDenied(_("Somebody else has to do this."))


def may_decide_export(user: User, export: Export) -> bool:
    """Be its second person."""
    return user.pk != export.asked_by_id and (may_run(user, export.campaign) or has_role(user, Role.PUBLISHER))


def signatures_to_export(campaign: Campaign, countries: Sequence[str] = ()) -> SignatureQuerySet:
    """All that stand at this moment, of people who live in these countries; of all where none is named."""
    standing = Signature.objects.filter(campaign=campaign, state=Signature.State.CONFIRMED, erased_at__isnull=True)
    return standing.filter(country__in=countries) if countries else standing


def export_needs_release(campaign: Campaign, *, rows: int, by: User, now: dt.datetime) -> bool:
    """Many small ones are a large one: all that this person had of the organisation's campaigns within a day is
    counted together.

    What was released counts though it is withdrawn since: it may have been fetched before.
    """
    lately = Export.objects.filter(
        campaign__organisation=campaign.organisation_id, asked_by=by, asked_at__gt=now - EXPORT_WITHIN
    )
    never_had = Q(state__in=[Export.State.REFUSED, Export.State.WITHDRAWN], released_at__isnull=True)
    had = lately.exclude(never_had).aggregate(rows=Sum("rows"))["rows"]
    return rows + (had or 0) > RELEASE_ABOVE


def speaks_for(user: User, organisation: Organisation) -> bool:
    """Is its owner or organizer; a superuser who is neither can't say yes in its name."""
    return user.is_active and Organisation.objects.run_by(user).filter(pk=organisation.pk).exists()


def may_accept(user: User, partnership: Partnership) -> bool:
    """Nobody makes a partner alone: whoever asked does not answer too."""
    return user.pk != partnership.asked_by_id and speaks_for(user, partnership.organisation)


def may_end(user: User, partnership: Partnership) -> bool:
    return may_run(user, partnership.campaign) or speaks_for(user, partnership.organisation)


def may_answer_partnerships(user: Anyone) -> bool:
    """Speaks for some organisation, which others may ask."""
    return is_staff_member(user) and organises(user)


def who_can_be_asked(campaign: Campaign) -> QuerySet[Organisation]:
    """As a partner: others with somebody who could answer, and not asked already."""
    standing = campaign.partnerships.standing().values("organisation")
    return (
        Organisation.objects.exclude(pk=campaign.organisation_id)
        .exclude(pk__in=standing)
        .filter(memberships__role__in=[MemberRole.OWNER, MemberRole.ORGANIZER], memberships__user__is_active=True)
        .distinct()
    )


def may_pause_everything(user: User) -> bool:
    """The whole site too, and lift what anybody has paused."""
    return has_role(user, Role.PUBLISHER)


def may_set_site(user: Anyone) -> bool:
    """What everybody sees or is held to."""
    return has_role(user, Role.PUBLISHER)


def may_look_up_supporters(user: Anyone) -> bool:
    """By the exact address, to help whoever has written to us."""
    return has_role(user, Role.ABUSE, Role.PROTECTION)


def may_check_signatures(user: Anyone) -> bool:
    """Hold signatures, and decide about those that are held."""
    return has_role(user, Role.ABUSE)


def may_read_all_own_words(user: Anyone) -> bool:
    """Of every campaign, to keep letters free of abuse; who runs a campaign reads its own."""
    return has_role(user, Role.ABUSE)


def letters_by_state(signature: Signature) -> list[tuple[Any, int]]:
    """How many of its letters stand where, in words."""
    counts = Counter(signature.dispatches.values_list("state", flat=True))
    return [(Dispatch.State(state).label, count) for state, count in sorted(counts.items())]


def may_see_pauses(user: Anyone) -> bool:
    return has_role(user, Role.ORGANIZER, Role.PUBLISHER)


def may_see_targets(user: Anyone) -> bool:
    return has_role(user, Role.ORGANIZER, Role.EDITOR, Role.REVIEWER, Role.PUBLISHER, Role.AUDITOR)


def may_edit_targets(user: Anyone) -> bool:
    """Targets and delivery points are everybody's, so the staff keeps them."""
    return has_role(user, Role.EDITOR, Role.PUBLISHER)


def may_verify(user: User, point: DeliveryPoint) -> bool:
    """Say that its addresses are right: the staff, and organizers whose letters go there, or will."""
    own = DeliveryPoint.objects.of_campaigns(Campaign.objects.run_by(user))
    return may_edit_targets(user) or own.filter(pk=point.pk).exists()


def is_unverified(point: DeliveryPoint, *, today: dt.date) -> bool:
    return point.verified_on is None or point.verified_on < today - VERIFIED_FOR


def points_reached(campaign: Campaign, country: str) -> list[DeliveryPoint]:
    """Where a letter by e-mail from that country goes, as campaign/actions/deliveries.py plans it; a test compares."""
    if Dispatch.Channel.EMAIL not in campaign.channels:
        return []
    points = DeliveryPoint.objects.for_desk().filter(active=True).exclude(email="").order_by("pk")
    if campaign.addressing == Campaign.Addressing.CHOSEN:
        return list(points.filter(pk__in=campaign.chosen_points.values("pk")))
    points = points.filter(target=campaign.target_id)
    if campaign.addressing == Campaign.Addressing.ALL:
        return list(points)
    answers = points.filter(pk__in=AnswersFor.objects.filter(country=country).values("point"))
    return list(answers[:1]) or list(points.filter(takes_rest=True)[:1])


def may_change_target(campaign: Campaign) -> bool:
    """Whom people have signed to address stays whom their letters go to."""
    return campaign.state == Campaign.State.DRAFT


def stands_still(campaign: Campaign) -> bool:
    """Between being handed over and opening: reviewers have read it as it is, or read it now (docs/adr/0018)."""
    return campaign.state in (Campaign.State.IN_REVIEW, Campaign.State.SCHEDULED)


def coordinators_of(campaign: Campaign, hand_in: HandIn | None = None) -> QuerySet[Volunteer]:
    """Those who go, or went, and can still be written to."""
    found = Volunteer.objects.filter(
        coordinates__campaign=campaign, state=Volunteer.State.ACCEPTED, erased_at__isnull=True
    ).exclude(coordinates__state=HandIn.State.CANCELLED)
    return found.filter(coordinates=hand_in) if hand_in else found


def may_write_to_coordinators(campaign: Campaign, *, now: dt.datetime) -> bool:
    sent = CoordinatorMail.objects.sent_since(campaign, now - dt.timedelta(days=1)).count()
    return sent < COORDINATOR_MAILS_A_DAY


def points_of(user: User) -> DeliveryPointQuerySet:
    """To which letters of this person's campaigns go; to a publisher all."""
    if may_pause_everything(user):
        return DeliveryPoint.objects.all()
    return DeliveryPoint.objects.of_campaigns(Campaign.objects.run_by(user).sending())


def may_be_paused_by(user: User) -> list[Pause]:
    """What this person may pause, as pauses that nobody has made: for an organizer wherever letters of theirs go."""
    points = list(points_of(user).select_related("target").prefetch_related("texts", "target__texts"))
    things = [Pause(scope=Pause.Scope.SITE)] if may_pause_everything(user) else []
    targets = {point.target_id: point.target for point in points}
    things += [Pause(scope=Pause.Scope.TARGET, target=target) for target in targets.values()]
    things += [Pause(scope=Pause.Scope.POINT, point=point) for point in points]
    domains = sorted({point.domain for point in points if point.domain})
    return things + [Pause(scope=Pause.Scope.DOMAIN, domain=domain) for domain in domains]


def may_be_lifted_by(user: User, pauses: Iterable[Pause]) -> list[Pause]:
    """Of these, what paused by itself or was paused by somebody of one's own organisation; a publisher lifts all."""
    if may_pause_everything(user):
        return list(pauses)
    things = {thing.key for thing in may_be_paused_by(user)}
    own = Organisation.objects.run_by(user)
    fellows = set(Membership.objects.filter(organisation__in=own).values_list("user", flat=True))
    return [pause for pause in pauses if pause.key in things and pause.paused_by_id in {None, *fellows}]


def may_decide_on_all_mails(user: Anyone) -> bool:
    """On every mail of the site of which it is unclear whether it went, and on those that failed."""
    return has_role(user, Role.PUBLISHER)


def may_decide_on_mail(user: User, campaign: Campaign | None) -> bool:
    """Of a campaign: whoever runs it; of none: of the whole site."""
    return may_decide_on_all_mails(user) or bool(campaign and is_staff_member(user) and may_run(user, campaign))


def may_see_unclear_mails(user: Anyone) -> bool:
    """Organizers their own campaigns'."""
    return may_decide_on_all_mails(user) or (is_staff_member(user) and organises(user))


def may_lift(user: User, pause: Pause) -> bool:
    return bool(may_be_lifted_by(user, [pause]))


def is_a_spike(refused: int, answered: int) -> bool:
    """Of the last letters to one recipient domain: too many refused to go on unasked."""
    return refused >= settings.SPIKE_REFUSALS and refused * 100 >= answered * settings.SPIKE_PERCENT


def letter_to_test(campaign: Campaign) -> Letter | None:
    """The latest version, published or not: what an organizer may have sent to themselves until the archive closes."""
    if campaign.state == Campaign.State.ARCHIVED:
        return None
    written = campaign.letters.filter(texts__language=campaign.source_language)
    return written.prefetch_related("texts").newest()


@dataclass(frozen=True)
class Finding:
    """What is missing before a campaign can open, or what its organizer should look at; and the field that mends it."""

    what: str
    step: str
    field: str = ""
    blocking: bool = True


def unready(campaign: Campaign, *, now: dt.datetime) -> list[str]:
    """What is missing before this campaign can open, in words for its organizer; empty when it is ready."""
    return [finding.what for finding in missing_from(campaign, now=now)]


def missing_from(campaign: Campaign, *, now: dt.datetime) -> list[Finding]:
    """The same, each with the step and the field that mends it."""
    found = []
    text = campaign.texts.filter(language=campaign.source_language).first()
    if text is None:
        what = _("The campaign has no text in its own language (%(language)s).") % _language(campaign)
        found.append(Finding(what, "ask", "title"))
    else:
        empty = {
            "title": _("The campaign has no title."),
            "ask": _("It does not say yet what is asked."),
            "background": _("It does not say yet who is at risk."),
        }
        found += [Finding(what, "ask", name) for name, what in empty.items() if not getattr(text, name).strip()]
    letter = current_letter(campaign)
    if letter is None:
        found.append(Finding(_("The letter is not published yet."), "letter"))
    else:
        written = set(letter.texts.values_list("language", flat=True))
        found += [
            Finding(_("The published letter has no text in %(language)s.") % {"language": name}, "letter")
            for code, name in settings.LANGUAGES
            if code in {campaign.source_language, campaign.addressee_language} - written
        ]
    if Dispatch.Channel.EMAIL in campaign.channels:
        if campaign.addressing == Campaign.Addressing.CHOSEN:
            if not campaign.chosen_points.takes_email().exists():
                found.append(Finding(_("No delivery point is chosen that takes letters by e-mail."), "points"))
        elif not DeliveryPoint.objects.takes_email().filter(target=campaign.target).exists():
            found.append(Finding(_("The target has no delivery point with an e-mail address."), "points"))
    elif not DeliveryPoint.objects.of_campaign(campaign).exists():
        found.append(Finding(_("The target has no delivery point."), "points"))
    found += [
        Finding(_("The case %(reference)s has no public page.") % {"reference": reference}, "cases")
        for reference in taken_down_cases(campaign)
    ]
    if campaign.closes_at <= now:
        found.append(Finding(_("The closing date is in the past."), "goal", "closes_at"))
    if campaign.cover and not (text and text.cover_alt.strip()):
        what = _("The cover picture has no words for people who do not see it.")
        found.append(Finding(what, "look", "cover_alt"))
    return found


def worth_a_look(campaign: Campaign, *, now: dt.datetime) -> list[Finding]:
    """What does not stop a campaign from opening, and may be a slip."""
    found = []
    if not campaign.cases.exists():
        found.append(Finding(_("No case is named: the page shows nobody at risk by their own page."), "cases"))
    if not campaign.sources.exists():
        found.append(Finding(_("No source is named for the background."), "ask", "sources"))
    if campaign.opens_at <= now < campaign.closes_at:
        what = _("The opening time has passed: it opens as soon as a reviewer agrees.")
        found.append(Finding(what, "goal", "opens_at"))
    if campaign.deliver_until <= now:
        found.append(Finding(_("The delivery window has passed: no letter would go out."), "delivery", "deliver_until"))
    unverified = DeliveryPoint.objects.of_campaign(campaign).filter(verified_on__isnull=True).count()
    if unverified:
        what = ngettext(
            "Nobody has checked the addresses of %(count)s delivery point.",
            "Nobody has checked the addresses of %(count)s delivery points.",
            unverified,
        )
        found.append(Finding(what % {"count": number_format(unverified, force_grouping=True)}, "points"))
    capacity = letters_the_window_takes(campaign, now=now)
    if Dispatch.Channel.EMAIL in campaign.channels and capacity < campaign.goal:
        what = _(
            "The caps are too low for the goal: by e-mail the window takes letters of %(capacity)s supporters, and the"
            " goal is %(goal)s."
        ) % {
            "capacity": number_format(capacity, force_grouping=True),
            "goal": number_format(campaign.goal, force_grouping=True),
        }
        found.append(Finding(what, "delivery", "deliver_until"))
    return [dataclasses.replace(finding, blocking=False) for finding in found]


def letters_at(point: DeliveryPoint, campaign: Campaign, *, now: dt.datetime) -> int:
    """How many letters its hours and its cap let through while the campaign's window is open."""
    left = point.hours.open_time(max(now, campaign.deliver_from), campaign.deliver_until)
    return max(0, left // point.spacing) * point.letters_per_mail


def letters_the_window_takes(campaign: Campaign, *, now: dt.datetime) -> int:
    """Of how many supporters, if no other campaign writes to these places: where each gets one letter to the nearest
    point, all points together; where each writes to all, the slowest of them.
    """
    points = DeliveryPoint.objects.of_campaign(campaign).takes_email()
    each = [letters_at(point, campaign, now=now) for point in points]
    if not each:
        return 0
    return sum(each) if campaign.addressing == Campaign.Addressing.NEAREST else min(each)


def may_review_campaigns(user: Anyone) -> bool:
    return has_role(user, Role.REVIEWER, Role.PUBLISHER)


def may_see_campaigns(user: Anyone) -> bool:
    """The list of campaigns: at least their own organisations'."""
    return has_role(user, Role.ORGANIZER, Role.REVIEWER, Role.PUBLISHER, Role.AUDITOR) or bool(
        is_staff_member(user) and isinstance(user, User) and user.memberships.exists()
    )


def may_make_campaigns(user: Anyone) -> bool:
    return is_staff_member(user) and (user.is_superuser or organises(user))


def may_decide(user: User, review: Review) -> bool:
    """A reviewer who has neither sent it nor edited it last: superusers need a second person, too."""
    return may_review_campaigns(user) and user.pk not in (review.submitted_by_id, review.edited_by_id)


def may_be_discarded(campaign: Campaign) -> bool:
    """A published letter stays for good, and its campaign with it; what reviewers have said stays too."""
    nobody_has_read_it = not (campaign.letters.published().exists() or campaign.reviews.exists())
    return campaign.state == Campaign.State.DRAFT and nobody_has_read_it


def remarks_unsettled(campaign: Campaign) -> QuerySet[ReviewRemark]:
    return ReviewRemark.objects.filter(review__campaign=campaign, settled_at=None)


def told_of_remarks(count: int) -> str:
    return ngettext(
        "%(count)s remark of the reviewer waits for an answer.",
        "%(count)s remarks of the reviewer wait for an answer.",
        count,
    ) % {"count": count}


def may_mark_templates(user: Anyone) -> bool:
    return has_role(user, Role.PUBLISHER)


def may_be_extended(campaign: Campaign) -> bool:
    """Announced, and its supporters have not been told yet what became of it."""
    announced = (Campaign.State.SCHEDULED, Campaign.State.OPEN, Campaign.State.CLOSED)
    return (
        campaign.state in announced
        and not Campaign.objects.filter(pk=campaign.pk, news_mark__ended_at__isnull=False).exists()
    )


def why_not_extended(
    campaign: Campaign, *, closes_at: dt.datetime, deliver_until: dt.datetime, now: dt.datetime
) -> list[tuple[str | None, str]]:
    """What is wrong with these dates, by field, in words for its organizer; empty when it may be extended so."""
    wrong: list[tuple[str | None, str]] = []
    if not may_be_extended(campaign):
        wrong.append((None, _("A campaign that is over, or was never announced, is not extended.")))
    opens_again = campaign.state == Campaign.State.CLOSED and closes_at > now
    if closes_at == campaign.closes_at and deliver_until == campaign.deliver_until and not opens_again:
        wrong.append((None, _("These are the dates that it has.")))
    if closes_at < campaign.closes_at:
        wrong.append(("closes_at", _("This is earlier than announced. To end sooner, close the campaign early.")))
    elif closes_at != campaign.closes_at and closes_at <= now:
        wrong.append(("closes_at", _("This lies in the past.")))
    if deliver_until < closes_at:
        wrong.append(("deliver_until", _("Letters signed on the last day must have time to go out.")))
    elif deliver_until < campaign.deliver_until:
        wrong.append(("deliver_until", _("This is earlier than now. To send nothing more, pause the sending.")))
    return wrong


def may_lose_a_case(campaign: Campaign) -> bool:
    """While it runs; a draft is written step by step, and what is over stays as it was."""
    return campaign.state in (Campaign.State.SCHEDULED, Campaign.State.OPEN, Campaign.State.CLOSED)


def taken_down_cases(campaign: Campaign) -> list[str]:
    """References of the cases that it names and nobody can read: its letters can't go out."""
    return list(campaign.cases.filter(live__isnull=True).values_list("reference", flat=True))


def _language(campaign: Campaign) -> dict[str, Any]:
    return {"language": campaign.get_source_language_display()}


def current_letter(campaign: Campaign) -> Letter | None:
    """The version that a supporter signs now: the latest published."""
    return campaign.letters.published().newest()


@dataclass(frozen=True)
class TooMany:
    """Letters that cannot all go to a point before the window ends, and the open time that they need and have."""

    point: DeliveryPoint
    letters: int
    needed: dt.timedelta
    left: dt.timedelta

    def told(self) -> str:
        hour = dt.timedelta(hours=1)
        return _(
            "%(point)s: at %(cap)s an hour %(letters)s letters need %(needed)s hours; the window has %(left)s left."
        ) % {
            "point": self.point,
            "cap": number_format(self.point.hourly_cap, force_grouping=True),
            "letters": number_format(self.letters, force_grouping=True),
            "needed": number_format(-(-self.needed // hour), force_grouping=True),
            "left": number_format(self.left // hour, force_grouping=True),
        }


def too_many_for_the_window(campaign: Campaign, *, now: dt.datetime) -> list[TooMany]:
    """Points whose hourly cap cannot empty the campaign's window: its letters, and those that go before them."""
    sooner = Campaign.objects.sending().filter(deliver_until__lte=campaign.deliver_until, deliver_until__gt=now)
    waiting = dict(
        Dispatch.objects.filter(state=Dispatch.State.PLANNED, channel=Dispatch.Channel.EMAIL, campaign__in=sooner)
        .order_by()
        .values_list("point")
        .annotate(letters=Count("pk"))
    )
    own = Dispatch.objects.filter(
        state=Dispatch.State.PLANNED, channel=Dispatch.Channel.EMAIL, campaign=campaign, point=OuterRef("pk")
    )
    found = []
    for point in DeliveryPoint.objects.filter(Exists(own), pk__in=waiting):
        letters = waiting[point.pk]
        needed = -(-letters // point.letters_per_mail) * point.spacing
        left = point.hours.open_time(max(now, campaign.deliver_from), campaign.deliver_until)
        if needed > left:
            found.append(TooMany(point, letters, needed, left))
    return found


def what_keeps(point: DeliveryPoint) -> str:
    """Why this point can't be deleted, for whoever wants to; empty when it can."""
    letters = point.dispatches.all()
    waiting, all_of_them = letters.unsent().count(), letters.count()
    hand_ins = HandIn.objects.filter(point=point).count()
    packs = Pack.objects.filter(point=point).count()
    if not (all_of_them or hand_ins or packs):
        return ""
    return _(
        "%(point)s stays: letters that wait for it: %(waiting)s; other letters of it: %(others)s; packs: %(packs)s;"
        " hand-ins: %(hand_ins)s. To send nothing more there, make it inactive: what waits then stays here."
    ) % {
        "point": point,
        "waiting": number_format(waiting, force_grouping=True),
        "others": number_format(all_of_them - waiting, force_grouping=True),
        "packs": packs,
        "hand_ins": hand_ins,
    }


def may_be_written_by_hand(campaign: Campaign) -> bool:
    """Whether people may send its letter themselves: while the site itself would send it, were the hour right."""
    return (
        campaign.state in (Campaign.State.OPEN, Campaign.State.CLOSED)
        and not campaign.paused
        and not campaign.holds.standing().exists()
    )


def undecided_hand_ins(*, now: dt.datetime) -> QuerySet[HandIn]:
    return HandIn.objects.undecided(day=(now - REPORT_WITHIN).date(), since=now - REPORT_STANDS_AFTER)


def campaigns_with_news(*, now: dt.datetime) -> QuerySet[Campaign]:
    """Those whose supporters may be told what became of their letters: by hand, everything is said and done there."""
    begun = Campaign.objects.filter(state__in=[Campaign.State.OPEN, Campaign.State.CLOSED, Campaign.State.DELIVERED])
    return (
        begun.exclude(news_mark__ended_at__isnull=False)
        .exclude(pk__in=undecided_hand_ins(now=now).values("campaign"))
        .order_by("deliver_until", "pk")
    )


def all_is_over_at(campaign: Campaign) -> dt.datetime:
    """From then on supporters are told whatever is known: what has not ended by then may never do so."""
    return campaign.deliver_until + REPORT_WITHIN


def waits_for_hand_ins(campaign: Campaign, *, now: dt.datetime) -> bool:
    return undecided_hand_ins(now=now).filter(campaign=campaign).exists()


def to_strike_out(packs: Iterable[Pack]) -> dict[int, list[int]]:
    """By pack: the numbers of people in it who have withdrawn or are erased, and whose letters are printed, as far as
    anybody knows, and not handed in yet.
    """
    printed = Dispatch.objects.filter(pack__in=packs, pack__state=Pack.State.HANDED_OUT, state=Dispatch.State.PACKED)
    stays = {"signature__state": Signature.State.CONFIRMED, "signature__erased_at": None}
    left = printed.exclude(**stays).order_by("place")
    numbers: dict[int, list[int]] = {}
    for pack_id, place in left.values_list("pack", "place"):
        numbers.setdefault(pack_id, []).append(place)
    return numbers


def is_posted_by_organizers(pack: Pack) -> bool:
    """A pack for the post that somebody has fetched, and may have printed."""
    return pack.channel == Dispatch.Channel.POST and pack.state == Pack.State.HANDED_OUT


def paper_of(country: str) -> str:
    """What printers there are filled with (CLDR, paperSize)."""
    return Pack.Paper.LETTER if country in _LETTER_PAPER else Pack.Paper.A4


def kit_of(hand_in: HandIn) -> PackQuerySet:
    """The volumes for this place that count, in their order."""
    by_hand = Pack.objects.filter(campaign=hand_in.campaign_id, point=hand_in.point_id, channel=Dispatch.Channel.HAND)
    return by_hand.exclude(state=Pack.State.CANCELLED).order_by("volume")


def hand_in_of(pack: Pack) -> HandIn | None:
    """The hand-in for which it was made, with what became of it."""
    if pack.channel != Dispatch.Channel.HAND:
        return None
    return HandIn.objects.for_pages().filter(campaign=pack.campaign_id, point=pack.point_id).first()


def may_ask_for_kit(hand_in: HandIn, *, now: dt.datetime) -> bool:
    """A supplement: before the hand-in is reported, when all that was made is fetched, and not every minute."""
    if hand_in.state not in (HandIn.State.CLAIMED, HandIn.State.READY):
        return False
    waits = Q(asked_at__gt=now - SUPPLEMENT_AFTER) | ~Q(state=Pack.State.HANDED_OUT)
    return not kit_of(hand_in).filter(waits).exists()


def delivers_to(campaign: Campaign, point: DeliveryPoint) -> bool:
    return point.target_id == campaign.target_id or campaign.chosen_points.filter(pk=point.pk).exists()


def may_release(hand_in: HandIn) -> bool:
    """There is a report; which of its photographs are public can be changed afterwards."""
    return hand_in.state in (*OUTCOMES, HandIn.State.REPORTED)


def may_report(hand_in: HandIn) -> bool:
    """Whether the coordinator may still say what happened: until the organizers have closed it."""
    return hand_in.state in (HandIn.State.CLAIMED, HandIn.State.READY, *OUTCOMES)


def takes_paper(campaign: Campaign) -> bool:
    """Sheets that were signed in time may come in after the closing date, until all is delivered."""
    return campaign.state in (Campaign.State.OPEN, Campaign.State.CLOSED)


def may_agree_sheet(user: User, sheet: PaperSheet) -> bool:
    """A third person; or an owner of the organisation, who answers for both."""
    if user.pk not in (sheet.first_by_id, sheet.second_by_id):
        return True
    owner = Membership.objects.filter(organisation=sheet.batch.campaign.organisation_id, role=MemberRole.OWNER)
    return owner.filter(user=user).exists()


def next_version(campaign: Campaign) -> int:
    return (campaign.letters.aggregate(latest=Max("version"))["latest"] or 0) + 1
