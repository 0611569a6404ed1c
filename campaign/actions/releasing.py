"""The drip: which letters go now, point by point, worked out each time from what the database says at this moment."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from campaign.hours import Hours
from campaign.models import Campaign, DeliveryPoint, Digest, Dispatch
from campaign.models.delivery import DispatchQuerySet
from outbox import actions as outbox

HOUR = dt.timedelta(hours=1)
# A release task that was late catches up no more than this: a burst is what the hourly cap is there to prevent. The
# even drip ends as long before its window does.
CATCH_UP = dt.timedelta(seconds=30)


@dataclass(frozen=True)
class Drip:
    """A point's slots: `spacing` of open time apart, from the latest on; None before the first of a window."""

    hours: Hours
    spacing: dt.timedelta
    last: dt.datetime | None

    def due(self, now: dt.datetime) -> int:
        return 1 if self.last is None else self._passed(self.last, now) // self.spacing

    def slot(self, mails: int, now: dt.datetime) -> dt.datetime:
        """Of the last of so many that go now: the next is due from there, not from when somebody looked."""
        if self.last is None:
            return now
        early = self._passed(self.last, now) - mails * self.spacing
        return self.hours.after(self.last, self.hours.open_time(self.last, now) - early, until=now)

    def _passed(self, last: dt.datetime, now: dt.datetime) -> dt.timedelta:
        return min(self.hours.open_time(last, now), self.spacing + CATCH_UP)


def release_dispatches(*, now: dt.datetime | None = None) -> int:
    """Queue the letters whose turn has come, as hours, shape and hourly cap of their points allow. Returns how many.

    Safe to run twice at once: each point's row is locked while its letters are released.
    """
    now = now or timezone.now()
    campaigns = list(Campaign.objects.delivering(now).order_by("deliver_until", "pk"))
    if not campaigns:
        return 0
    points = DeliveryPoint.objects.with_letters_waiting([campaign.pk for campaign in campaigns])
    return sum(_release_at(point.pk, campaigns, now=now) for point in points if point.hours.is_open(now))


def turns(campaign: Campaign, point: DeliveryPoint, *, now: dt.datetime) -> Iterator[dt.datetime]:
    """When the campaign's letters that wait at this point go at the earliest, the next first; ends with its window.

    As if nothing were paused or held, no other campaign's letters went there, and nobody signed any more.
    """
    begin, until = max(now, campaign.deliver_from), campaign.deliver_until
    spacing = _spacing(point, [campaign], now=begin)
    last = point.last_slot_at
    if last is not None and campaign.deliver_from <= last <= now + CATCH_UP:
        begin = max(begin, point.hours.after(last, spacing, until=until))
    turn = point.hours.next_opening(begin, until=until)
    while turn is not None and turn < until:
        if point.digest_times:
            set_time = point.hours.next_of(point.digest_times, turn, until=until)
            # What is left goes in the last open hour.
            turn = set_time or turn
        for _letter in range(point.letters_per_mail):
            yield turn
        turn = point.hours.next_opening(point.hours.after(turn, spacing, until=until), until=until)


@transaction.atomic
def _release_at(point_id: int, campaigns: Sequence[Campaign], *, now: dt.datetime) -> int:
    """`campaigns` in the order in which their windows end: so do their letters go."""
    point = DeliveryPoint.objects.takes_email().select_for_update(skip_locked=True).filter(pk=point_id).first()
    if point is None or not point.hours.is_open(now):
        return 0
    last = _last_slot(point, min(campaign.deliver_from for campaign in campaigns), now=now)
    if not Drip(point.hours, point.spacing, last).due(now):
        return 0
    drip = Drip(point.hours, _spacing(point, campaigns, now=now), last)
    turns = min(drip.due(now), point.hourly_cap - _mails_this_hour(point, now=now))
    if turns <= 0:
        return 0
    # Whoever pauses or holds a campaign locks its row: after that nothing of it is released. Signing goes on meanwhile.
    still = Campaign.objects.delivering(now).filter(pk__in=[campaign.pk for campaign in campaigns])
    queue = _queue_digests if point.has_digests else _queue_letters
    mails = letters = 0
    for campaign in still.select_for_update(of=("self",), no_key=True).order_by("deliver_until", "pk"):
        queued = queue(point, campaign, turns - mails, now=now)
        mails, letters = mails + len(queued), letters + sum(queued)
    if mails:
        point.last_slot_at = drip.slot(mails, now)
        point.save(update_fields=["last_slot_at"])
    return letters


def _last_slot(point: DeliveryPoint, begun: dt.datetime, *, now: dt.datetime) -> dt.datetime | None:
    """Where the drip goes on from; None where nothing has gone in these windows yet.

    A slot that lies ahead was taken before the clock was set back: the next is one spacing from now. One that is just
    ahead is another machine's, whose clock is a little faster: that is waited for.
    """
    last = point.last_slot_at
    if last is None or last < begun:
        return None
    if last > now + CATCH_UP:
        point.last_slot_at = last = now
        point.save(update_fields=["last_slot_at"])
    return last


def _spacing(point: DeliveryPoint, campaigns: Sequence[Campaign], *, now: dt.datetime) -> dt.timedelta:
    """Open time from one mail to the next: the cap's, or longer where what waits is spread over what is left.

    By the window that presses most: its own letters and those that go before them must be gone when it ends.
    """
    if point.shape != DeliveryPoint.Shape.EVEN or point.digest_times:
        return point.spacing
    letters, even = 0, []
    for campaign in campaigns:
        left = max(point.hours.open_time(now, campaign.deliver_until) - CATCH_UP, dt.timedelta())
        # Of more than the cap lets go it makes no difference how many there are.
        most = (left // point.spacing + 1) * point.letters_per_mail
        letters += _waiting(point, campaign)[:most].count()
        if letters:
            even.append(left / -(-letters // point.letters_per_mail))
    return max(point.spacing, min(even, default=point.spacing))


def _mails_this_hour(point: DeliveryPoint, *, now: dt.datetime) -> int:
    """A digest is one mail. What is dated ahead, from before the clock was set back, is held apart by the slots."""
    hour = {"point": point, "queued_at__gt": now - HOUR, "queued_at__lte": now}
    return Dispatch.objects.filter(digest=None, **hour).count() + Digest.objects.filter(**hour).count()


def _waiting(point: DeliveryPoint, campaign: Campaign) -> DispatchQuerySet:
    return Dispatch.objects.waiting().filter(point=point, campaign=campaign)


def _queue_letters(point: DeliveryPoint, campaign: Campaign, turns: int, *, now: dt.datetime) -> list[int]:
    """How many letters each mail has: here always one."""
    waiting = list(_waiting(point, campaign).locked().order_by("pk")[:turns])
    for dispatch in waiting:
        dispatch.move(Dispatch.State.QUEUED, queued_at=now)
        outbox.enqueue(kind="letter", subject_id=dispatch.pk, language=campaign.addressee_language, now=now)
    return [1] * len(waiting)


def _queue_digests(point: DeliveryPoint, campaign: Campaign, turns: int, *, now: dt.datetime) -> list[int]:
    """How many letters each mail has: the point's number, or fewer where the version of the letter changes."""
    mails: list[int] = []
    while len(mails) < turns and (letters := _next_in_digest(point, campaign, now=now)):
        version = letters[0].signature.letter_id
        together = [letter.pk for letter in letters if letter.signature.letter_id == version]
        mine = Digest.objects.filter(campaign=campaign, point=point)
        digest = Digest.objects.create(
            campaign=campaign,
            point=point,
            letter_id=version,
            number=(mine.aggregate(latest=Max("number"))["latest"] or 0) + 1,
            count=len(together),
            queued_at=now,
        )
        Dispatch.objects.filter(pk__in=together).update(state=Dispatch.State.QUEUED, queued_at=now, digest=digest)
        outbox.enqueue(kind="digest", subject_id=digest.pk, language=campaign.addressee_language, now=now)
        mails.append(len(together))
    return mails


def _next_in_digest(point: DeliveryPoint, campaign: Campaign, *, now: dt.datetime) -> list[Dispatch]:
    """Those that go together now; none while they wait to be more, or for a set time.

    What is left goes in the window's last open hour; where a number is waited for, as soon as nobody can sign any more.
    """
    waiting = _waiting(point, campaign)
    left = point.hours.open_time(now, campaign.deliver_until)
    is_last = left <= HOUR or (point.digest_every is not None and campaign.closes_at <= now)
    if point.digest_times and not is_last:
        latest = point.hours.latest(point.digest_times, now)
        waiting = waiting.filter(planned_at__lte=latest) if latest else waiting.none()
    locked = waiting.locked().select_related("signature").only("signature", "signature__letter")
    letters = list(locked.order_by("pk")[: point.letters_per_mail])
    if point.digest_every and len(letters) < point.digest_every and not is_last:
        return []
    return letters
