"""What of campaigns waits for a person. The same number of queries, however many campaigns there are."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from accounts.rules import has_role
from campaign import rules
from campaign.dashboard import named
from campaign.models import (
    AddressHealth,
    Campaign,
    DeliveryPoint,
    Dispatch,
    HandIn,
    HeldSignature,
    Hold,
    OwnWords,
    Pause,
    Reply,
    Signature,
    Tally,
    Volunteer,
)
from campaign.models.hand_in import OUTCOMES
from face.needs import Need

SENDING = (Campaign.State.SCHEDULED, Campaign.State.OPEN, Campaign.State.CLOSED)

Found = dict[int, tuple[int, dt.datetime | None]]


def needs(user: User) -> list[Need]:
    """Of the campaigns that this person runs, and of the whole site as far as they have a hand in it."""
    run = Campaign.objects.run_by(user).filter(state__in=Campaign.PUBLIC_STATES).for_pages().distinct()
    return needs_of_site(user) + needs_of(list(run))


def needs_of_site(user: User) -> list[Need]:
    found = []
    if has_role(user, Role.REVIEWER, Role.PUBLISHER):
        sent = Max("changes__at", filter=Q(changes__new=Campaign.State.IN_REVIEW))
        in_review = Campaign.objects.filter(state=Campaign.State.IN_REVIEW).annotate(sent_at=sent)
        waiting = in_review.aggregate(count=Count("pk"), since=Min("sent_at"))
        found.append(
            Need(_("Campaigns to review"), waiting["count"], reverse("campaign_desk:review_queue"), waiting["since"])
        )
    if rules.may_check_signatures(user):
        held = HeldSignature.objects.waiting().aggregate(count=Count("pk"), since=Min("held_at"))
        found.append(Need(_("Held signatures to check"), held["count"], reverse("site_desk:held"), held["since"]))
    if rules.may_read_all_own_words(user):
        unread = OwnWords.objects.unread().aggregate(count=Count("pk"), since=Min("since"))
        found.append(Need(_("Own words to read"), unread["count"], reverse("site_desk:own_words"), unread["since"]))
    if rules.may_pause_everything(user):
        spikes = Pause.objects.standing().by_themselves().aggregate(count=Count("pk"), since=Min("paused_at"))
        found.append(
            Need(
                _("Recipient domains that paused by themselves"),
                spikes["count"],
                reverse("campaign_desk:pauses"),
                spikes["since"],
            )
        )
    return [need for need in found if need.count]


def needs_of(campaigns: Sequence[Campaign]) -> list[Need]:
    """Campaign by campaign, what is urgent first."""
    if not campaigns:
        return []
    ids, now = [campaign.pk for campaign in campaigns], timezone.now()
    points = _points_of([campaign for campaign in campaigns if campaign.state in SENDING], today=now.date())
    kinds: list[tuple[Any, str, Found]] = [
        (_("Cases to look at before letters go again"), "waiting", _held(ids)),
        (_("Letters of which it is unclear whether they went"), "waiting", _counted(ids, _UNKNOWN)),
        (_("Own words to read"), "own_words", _unread(ids)),
        (_("Volunteers to answer"), "hand_ins", _volunteers(ids)),
        (_("Hand-ins without a report"), "hand_ins", _unreported(ids, today=now.date())),
        (_("Reports of hand-ins to read"), "hand_ins", _reported(ids)),
        (_("Replies to read"), "replies", _replies(ids)),
        (_("Signatures held for a check"), "dashboard", _counted(ids, _HELD)),
        (_("Addresses that refuse letters"), "points", points["refusing"]),
        (_("Addresses that nobody has checked for half a year"), "points", points["unverified"]),
    ]
    found = []
    for campaign in campaigns:
        for name, page, counts in kinds:
            count, since = counts.get(campaign.pk, (0, None))
            if count:
                url = reverse(f"campaign_desk:{page}", args=[campaign.slug])
                found.append(Need(name, count, url, since, about=named(campaign)))
    return found


_UNKNOWN = (Tally.Dimension.LETTERS, f"{Dispatch.Channel.EMAIL} {Dispatch.State.UNKNOWN}")
_HELD = (Tally.Dimension.STATE, str(Signature.State.HELD))


def _by_campaign(rows: QuerySet[Any], campaign: str, at: str) -> Found:
    counted = rows.order_by().values_list(campaign).annotate(number=Count("pk"), since=Min(at))
    return {pk: (number, since) for pk, number, since in counted}


def _counted(ids: Iterable[int], what: tuple[str, str]) -> Found:
    dimension, key = what
    rows = Tally.objects.filter(campaign__in=ids, dimension=dimension, key=key, count__gt=0)
    return {pk: (count, None) for pk, count in rows.values_list("campaign", "count")}


def _held(ids: Iterable[int]) -> Found:
    return _by_campaign(Hold.objects.standing().filter(campaign__in=ids), "campaign", "at")


def _unread(ids: Iterable[int]) -> Found:
    return _by_campaign(OwnWords.objects.unread().filter(campaign__in=ids), "campaign", "since")


def _volunteers(ids: Iterable[int]) -> Found:
    waiting = Volunteer.objects.filter(
        hand_in__campaign__in=ids, state=Volunteer.State.CONFIRMED, erased_at__isnull=True
    )
    return _by_campaign(waiting, "hand_in__campaign", "offered_at")


def _unreported(ids: Iterable[int], *, today: dt.date) -> Found:
    """Somebody was to go, the day is over, and nothing was heard."""
    late = HandIn.objects.filter(campaign__in=ids, state__in=[HandIn.State.CLAIMED, HandIn.State.READY], day__lt=today)
    found: dict[int, list[dt.date]] = defaultdict(list)
    for pk, day in late.order_by().values_list("campaign", "day"):
        found[pk].append(day)
    return {pk: (len(days), _midnight(min(days))) for pk, days in found.items()}


def _reported(ids: Iterable[int]) -> Found:
    reported = HandIn.objects.filter(campaign__in=ids, state__in=OUTCOMES)
    counted = reported.order_by().values_list("campaign")
    rows = counted.annotate(number=Count("pk", distinct=True), since=Min("reports__sent_at"))
    return {pk: (number, since) for pk, number, since in rows}


def _replies(ids: Iterable[int]) -> Found:
    return _by_campaign(Reply.objects.to_read().filter(campaign__in=ids), "campaign", "received_at")


def _points_of(campaigns: Sequence[Campaign], *, today: dt.date) -> dict[str, Found]:
    """Their delivery points that refuse letters, and those that nobody has verified of late."""
    chosen: dict[int, set[int]] = defaultdict(set)
    through = Campaign.chosen_points.through.objects.filter(campaign__in=[campaign.pk for campaign in campaigns])
    for campaign_id, point_id in through.values_list("campaign", "deliverypoint"):
        chosen[campaign_id].add(point_id)
    named = {point_id for points in chosen.values() for point_id in points}
    due = today - rules.VERIFIED_FOR
    points = list(
        DeliveryPoint.objects.filter(Q(target__in={campaign.target_id for campaign in campaigns}) | Q(pk__in=named))
        .filter(active=True)
        .filter(Q(health__state__in=AddressHealth.REFUSING) | Q(verified_on__isnull=True) | Q(verified_on__lt=due))
        .order_by()
        .values_list("pk", "target", "verified_on", "health__state", "health__refused_at")
    )
    refusing: Found = {}
    unverified: Found = {}
    for campaign in campaigns:
        picks = campaign.addressing == Campaign.Addressing.CHOSEN
        own = [p for p in points if (p[0] in chosen[campaign.pk] if picks else p[1] == campaign.target_id)]
        refused = [refused_at for _pk, _target, _on, state, refused_at in own if state in AddressHealth.REFUSING]
        stale = [on for _pk, _target, on, _state, _at in own if on is None or on < due]
        if refused:
            refusing[campaign.pk] = len(refused), min(filter(None, refused), default=None)
        if stale:
            oldest = min((on for on in stale if on), default=None)
            unverified[campaign.pk] = len(stale), _midnight(oldest) if oldest else None
    return {"refusing": refusing, "unverified": unverified}


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=dt.UTC)
