"""Letters handed in by people: somebody is wanted for a city, offers, is accepted, fetches the kit, goes, and reports.

Whoever changes a hand-in or its volunteers locks the hand-in first.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record
from campaign import notices, rules
from campaign.actions.following import letters_follow
from campaign.actions.packs import LettersHeld, ask_for_packs, hand_out_pack, void_packs
from campaign.actions.signing import LinkUsed
from campaign.models import (
    Campaign,
    CoordinatorMailCopy,
    DeliveryPoint,
    Dispatch,
    HandIn,
    HandInPhoto,
    HandInReport,
    Pack,
    Signature,
    Volunteer,
)
from campaign.models.hand_in import OUTCOMES
from cases import pictures
from outbox import actions as outbox
from outbox.prepared import prepared_cursor
from privacy.indexes import address_index
from privacy.sealed_files import forget_file, seal_file, unseal_file

PHOTOS = "handins"


class NotWanted(Exception):
    """Nobody is looked for at this place any more, or not yet."""


class NothingToAskFor(Exception):
    """A pack is being made or waits to be fetched, or one was asked for just now."""


class Offer(TypedDict):
    """What the volunteer form asks, cleaned."""

    name: str
    email: str
    about: str
    named_in_public: bool


# --- Wanted, offered, accepted


@transaction.atomic
def offer_hand_in(
    *, campaign: Campaign, point: DeliveryPoint, day: dt.date, by: User, opening_hours: str = ""
) -> HandIn:
    """From now on the campaign's page asks for somebody who goes there. Raises ValidationError."""
    if not rules.delivers_to(campaign, point):
        raise ValidationError({"point": _("The letters of this campaign do not go there.")})
    if Dispatch.Channel.HAND not in campaign.channels:
        raise ValidationError(_("The letters of this campaign are not handed in."))
    hand_in = HandIn(campaign=campaign, point=point, day=day, opening_hours=opening_hours)
    hand_in.full_clean(exclude=["state"])  # which has a door of its own
    hand_in.save()
    record("hand_ins.offered", by=by, about=hand_in, day=day.isoformat())
    return hand_in


@transaction.atomic
def offer_hand_ins(
    *, campaign: Campaign, points: Iterable[DeliveryPoint], day: dt.date, by: User, opening_hours: str = ""
) -> list[HandIn]:
    """Several places for one day: all of them, or none. Raises ValidationError."""
    return [
        offer_hand_in(campaign=campaign, point=point, day=day, by=by, opening_hours=opening_hours) for point in points
    ]


@transaction.atomic
def reschedule_hand_in(*, hand_in: HandIn, day: dt.date, opening_hours: str, by: User) -> None:
    """Another day or other hours. The campaign's page and its calendar say so at once; nobody is written to."""
    moved = HandIn.objects.locked().get(pk=hand_in.pk)
    record("hand_ins.rescheduled", by=by, about=moved, old=moved.day.isoformat(), new=day.isoformat())
    moved.day, moved.opening_hours = day, opening_hours
    moved.save(update_fields=["day", "opening_hours"])


@transaction.atomic
def cancel_hand_in(*, hand_in: HandIn, by: User, reason: str = "") -> None:
    """Nobody goes: whoever would have hears of it, and the packs for it are void (docs/adr/0016). Raises NotWanted."""
    cancelled = HandIn.objects.locked().get(pk=hand_in.pk)
    if not cancelled.may_move(HandIn.State.CANCELLED):
        raise NotWanted
    void_packs(rules.kit_of(cancelled), by=by, reason=f"hand-in {cancelled.pk} is cancelled")
    for waiting in Volunteer.objects.locked().filter(hand_in=cancelled, state=Volunteer.State.CONFIRMED):
        waiting.move(Volunteer.State.DECLINED, by=by)
        _tell(waiting, "volunteer_declined")
    cancelled.move(HandIn.State.CANCELLED, by=by, reason=reason)
    record("hand_ins.cancelled", by=by, about=cancelled, reason=reason)
    if cancelled.coordinator and not cancelled.coordinator.erased_at:
        _tell(cancelled.coordinator, "hand_in_cancelled")


@transaction.atomic
def offer_again(*, hand_in: HandIn, by: User) -> None:
    """A hand-in that was cancelled is offered on the campaign's page once more. Raises NotWanted."""
    offered = HandIn.objects.locked().get(pk=hand_in.pk)
    if offered.state != HandIn.State.CANCELLED:
        raise NotWanted
    earlier = Volunteer.objects.locked().filter(hand_in=offered, state=Volunteer.State.ACCEPTED).first()
    if earlier:
        earlier.move(Volunteer.State.DECLINED, by=by, reason="the hand-in was cancelled")
    offered.move(HandIn.State.OFFERED, by=by, coordinator=None)
    record("hand_ins.offered", by=by, about=offered, again=True)


_CONTENT = ("name", "email", "about", "named_in_public", "language")

# One statement, as for a signature: an address that has offered before costs the same as one that has not.
_OFFER = f"""
    WITH wanted AS (
        SELECT hand_in.id FROM campaign_handin hand_in
        JOIN campaign_campaign campaign ON campaign.id = hand_in.campaign_id
        WHERE hand_in.id = %(hand_in)s AND hand_in.state = 'offered' AND campaign.state = ANY(%(public)s)
    ), offered AS (
        INSERT INTO campaign_volunteer AS mine
            (hand_in_id, email_index, state, safety_read_at, offered_at, {", ".join(_CONTENT)})
        SELECT id, %(email_index)s, 'pending', %(now)s, %(now)s, {", ".join(f"%({name})s" for name in _CONTENT)}
        FROM wanted
        ON CONFLICT (hand_in_id, email_index) DO UPDATE SET
            safety_read_at = EXCLUDED.safety_read_at,
            offered_at = EXCLUDED.offered_at,
            {", ".join(f"{name} = EXCLUDED.{name}" for name in _CONTENT)}
        WHERE mine.state = 'pending'
        RETURNING id
    )
    SELECT id FROM offered
    UNION ALL
    SELECT mine.id FROM campaign_volunteer mine JOIN wanted ON wanted.id = mine.hand_in_id
    WHERE mine.email_index = %(email_index)s
    LIMIT 1
"""


def volunteer(*, hand_in: HandIn, language: str, offer: Offer, now: dt.datetime | None = None) -> None:
    """Note an offer, made by somebody who has read the safety page, and queue the mail that asks to confirm it.

    Says nothing of who offered before: their mailbox is told. Raises NotWanted.
    """
    now = now or timezone.now()
    index = address_index(offer["email"])
    values = Volunteer(language=language, **{**offer, "about": offer["about"] or None})
    row: dict[str, Any] = {
        "hand_in": hand_in.pk,
        "public": list(Campaign.PUBLIC_STATES),
        "email_index": index,
        "now": now,
    }
    for name in _CONTENT:
        field = Volunteer._meta.get_field(name)
        row[name] = field.get_db_prep_save(getattr(values, name), connection)  # type: ignore[union-attr]
    with transaction.atomic(), prepared_cursor() as cursor:
        cursor.execute(_OFFER, row)
        found = cursor.fetchone()
        if found is None:
            raise NotWanted
        outbox.enqueue(
            kind="volunteer_confirm",
            subject_id=found[0],
            address_index=index,
            language=language,
            quiet_since=now - rules.ONE_MAIL_PER,
        )


@transaction.atomic
def confirm_volunteer(*, volunteer_id: int) -> Volunteer:
    """The mailbox is theirs: the organizers hear of it. Repeating it is harmless. Raises LinkUsed."""
    offered = _locked_volunteer(volunteer_id)
    if offered.state == Volunteer.State.PENDING:
        offered.move(Volunteer.State.CONFIRMED)
        notices.volunteer_offered(offered)
    return offered


@transaction.atomic
def accept_volunteer(*, volunteer: Volunteer, by: User, now: dt.datetime | None = None) -> None:
    """They become the coordinator of their place, and the kit is made; it waits where letters are held.

    Raises NotWanted where somebody else is.
    """
    chosen = _locked_volunteer(volunteer.pk)
    hand_in = chosen.hand_in
    if hand_in.state != HandIn.State.OFFERED:
        raise NotWanted
    chosen.move(Volunteer.State.ACCEPTED, by=by)
    hand_in.move(HandIn.State.CLAIMED, by=by, coordinator=chosen)
    record("volunteers.accepted", by=by, about=hand_in, volunteer=chosen.pk)
    _tell(chosen, "volunteer_accepted")
    # Where letters are held, the coordinator asks again from their page.
    with suppress(LettersHeld):
        _ask(hand_in, language=chosen.language, by=by, now=now)


@transaction.atomic
def decline_volunteer(*, volunteer: Volunteer, by: User) -> None:
    declined = _locked_volunteer(volunteer.pk)
    declined.move(Volunteer.State.DECLINED, by=by)
    record("volunteers.declined", by=by, about=declined.hand_in, volunteer=declined.pk)
    _tell(declined, "volunteer_declined")


@transaction.atomic
def withdraw_volunteer(*, volunteer: Volunteer, now: dt.datetime | None = None) -> None:
    """Whoever offered leaves, and is removed for good: name, address, what they wrote, and their photographs.

    A coordinator who has not reported leaves the place open again, and the organizers are told. What they reported
    stays without them.
    """
    try:
        leaving = _locked_volunteer(volunteer.pk)
    except LinkUsed:
        return
    hand_in = leaving.hand_in
    was_coordinator = hand_in.coordinator_id == leaving.pk
    if not was_coordinator:
        _withdraw(leaving)
    elif hand_in.may_move(HandIn.State.OFFERED):
        hand_in.move(HandIn.State.OFFERED, reason="the coordinator withdrew", coordinator=None)
        _withdraw(leaving)
        notices.coordinator_left(hand_in)
    else:
        hand_in.reports.update(note=None)
        _forget_photos(HandInPhoto.objects.filter(report__hand_in=hand_in))
    _erase(leaving, now=now or timezone.now())


def expire_volunteers(*, now: dt.datetime | None = None) -> int:
    """Offers that nobody confirmed in time: their person is removed with them. Returns how many."""
    now = now or timezone.now()
    due = list(Volunteer.objects.unanswered_since(now - rules.CONFIRM_WITHIN).only("pk")[:1000])
    for each in due:
        with transaction.atomic():
            try:
                found = _locked_volunteer(each.pk)
            except LinkUsed:
                continue
            if found.state == Volunteer.State.PENDING:
                found.move(Volunteer.State.WITHDRAWN, reason="not confirmed in time")
                _erase(found, now=now)
    return len(due)


def _withdraw(leaving: Volunteer) -> None:
    if leaving.may_move(Volunteer.State.WITHDRAWN):
        leaving.move(Volunteer.State.WITHDRAWN, reason="withdrawn by the volunteer")


def _erase(leaving: Volunteer, *, now: dt.datetime) -> None:
    address = bytes(leaving.email_index or b"")
    for kind in ("volunteer_confirm", "volunteer_accepted", "volunteer_declined", "hand_in_cancelled"):
        outbox.forget(kind=kind, subject_id=leaving.pk)
    for copy in CoordinatorMailCopy.objects.filter(volunteer=leaving):
        outbox.forget(kind="coordinator_mail", subject_id=copy.pk)
    leaving.name = leaving.email = leaving.email_index = leaving.about = None
    leaving.named_in_public = False
    leaving.erased_at = now
    leaving.save(update_fields=["name", "email", "email_index", "about", "named_in_public", "erased_at"])
    if not (Signature.objects.of_address(address).exists() or Volunteer.objects.of_address(address).exists()):
        outbox.forget_address(address)


def _tell(to: Volunteer, kind: str) -> None:
    outbox.enqueue(kind=kind, subject_id=to.pk, address_index=bytes(to.email_index or b""), language=to.language)


def _locked_volunteer(volunteer_id: int) -> Volunteer:
    """With their hand-in, both locked. Raises LinkUsed for one who has left."""
    found = HandIn.objects.locked().filter(volunteers=volunteer_id).first()
    volunteer = Volunteer.objects.locked().of_link(volunteer_id).first()
    if found is None or volunteer is None:
        raise LinkUsed
    volunteer.hand_in = found
    return volunteer


# --- The kit


@transaction.atomic
def ask_for_kit(*, volunteer: Volunteer, now: dt.datetime | None = None) -> list[Pack]:
    """The coordinator asks for what is not printed for this place yet.

    Raises LettersHeld, NothingToAskFor, LinkUsed.
    """
    now = now or timezone.now()
    hand_in = _coordinated(volunteer)
    if not rules.may_ask_for_kit(hand_in, now=now):
        raise NothingToAskFor
    return _ask(hand_in, language=volunteer.language, by=None, now=now)


@transaction.atomic
def hand_out_kit(*, volunteer: Volunteer, pack: Pack) -> bytes:
    """The PDF of one volume of this place's kit; from now on the hand-in is ready.

    Raises LettersHeld, NotReadyYet, LinkUsed.
    """
    hand_in = _coordinated(volunteer)
    pdf = hand_out_pack(pack=rules.kit_of(hand_in).get(pk=pack.pk), by=None)
    if hand_in.state == HandIn.State.CLAIMED:
        hand_in.move(HandIn.State.READY)
    return pdf


def _ask(hand_in: HandIn, *, language: str, by: User | None, now: dt.datetime | None) -> list[Pack]:
    with transaction.atomic():
        return ask_for_packs(
            campaign=hand_in.campaign,
            point=hand_in.point,
            channel=Dispatch.Channel.HAND,
            paper=rules.paper_of(hand_in.point.country),
            language=language,
            by=by,
            now=now,
        )


def _coordinated(volunteer: Volunteer) -> HandIn:
    """Locked. Raises LinkUsed for whoever is not, or is no longer, its coordinator."""
    hand_in = HandIn.objects.locked().filter(coordinator=volunteer, coordinator__erased_at__isnull=True).first()
    if hand_in is None:
        raise LinkUsed
    return hand_in


# --- What came of it

# What becomes of the letters in the packs that somebody carried there.
_LETTERS = {
    HandIn.State.DELIVERED: Dispatch.State.DELIVERED,
    HandIn.State.LEFT_IN_MAILBOX: Dispatch.State.DELIVERED,
    HandIn.State.REFUSED: Dispatch.State.RETURNED,
    HandIn.State.POSTED: Dispatch.State.POSTED,
    # What it was, the note says; as far as anyone can tell they are still in the pack.
    HandIn.State.OTHER: Dispatch.State.PACKED,
}


def report_hand_in(
    *,
    volunteer: Volunteer,
    key: uuid.UUID,
    outcome: str,
    at: dt.datetime,
    note: str = "",
    photos: Sequence[bytes] = (),
    now: dt.datetime | None = None,
) -> HandInReport:
    """What the coordinator says happened. The same report sent again is the same report; another is kept beside it.

    The hand-in and the letters in its packs follow the latest, until the organizers have closed it. Of the photographs
    nothing is kept but the pixels. Raises BadPicture, LinkUsed.
    """
    shown = [pictures.derive(photo) for photo in photos[: rules.PHOTOS]]
    with transaction.atomic():
        hand_in = _coordinated(volunteer)
        report, is_new = HandInReport.objects.get_or_create(
            hand_in=hand_in,
            key=key,
            defaults={"outcome": outcome, "at": at, "note": note or None, "sent_at": now or timezone.now()},
        )
        if not is_new:
            return report
        for picture in shown:
            _keep(picture)
            HandInPhoto.objects.create(report=report, file=picture.digest, width=picture.width, height=picture.height)
        if hand_in.may_move(outcome):
            is_news = not hand_in.reports.filter(outcome=outcome).exclude(pk=report.pk).exists()
            hand_in.move(outcome, reason=f"report {report.pk}")
            if is_news:
                notices.hand_in_reported(report)
            carried = rules.kit_of(hand_in).filter(state=Pack.State.HANDED_OUT)
            letters_follow(carried, to=_LETTERS[HandIn.State(outcome)])
    return report


@transaction.atomic
def release_report(*, hand_in: HandIn, photos: Iterable[HandInPhoto], by: User, public_note: str | None = None) -> None:
    """Close the hand-in as it was last reported, and show these of its photographs to everyone, no others; and what an
    organizer wrote for everyone to read, where that has changed.
    """
    closing = HandIn.objects.locked().get(pk=hand_in.pk)
    own = HandInPhoto.objects.filter(report__hand_in=closing)
    if closing.state in OUTCOMES:
        closing.move(HandIn.State.REPORTED, by=by)
    if public_note is not None:
        closing.public_note = public_note
        closing.save(update_fields=["public_note"])
    own.update(released_by=None)
    shown = own.filter(pk__in=[photo.pk for photo in photos]).update(released_by=by)
    record("reports.released", by=by, about=closing, photos=shown, note=bool(closing.public_note))


@transaction.atomic
def cover_photo(*, photo: HandInPhoto, boxes: Sequence[pictures.Box], by: User) -> HandInPhoto:
    """Parts of it become black for good: nothing is kept of what was there.

    Raises ValidationError for a box that does not lie inside the picture, FileNotFoundError.
    """
    covered = HandInPhoto.objects.select_for_update().get(pk=photo.pk)
    pictures.check_boxes(boxes, width=covered.width, height=covered.height)
    before, width = covered.file, covered.width
    shown = pictures.derive(open_photo(covered.file), boxes)
    _keep(shown)
    covered.file, covered.width, covered.height = shown.digest, shown.width, shown.height
    covered.save(update_fields=["file", "width", "height"])
    record("photos.covered", by=by, about=covered.report.hand_in, photo=covered.pk, parts=len(boxes))
    _forget_files(before, width)
    return covered


def open_photo(digest: str, *, width: int | None = None) -> bytes:
    """Whoever asks has checked for whom. Raises FileNotFoundError."""
    return unseal_file(_place(digest, width))


def _forget_photos(photos: Any) -> None:
    digests = list(photos.values_list("file", "width"))
    photos.delete()
    for digest, width in digests:
        _forget_files(digest, width)


def _keep(picture: pictures.Derivative) -> None:
    for width, content in picture.files.items():
        seal_file(_place(picture.digest, width), content)


def _forget_files(digest: str, width: int) -> None:
    """Unless the same picture stands elsewhere too."""
    if not HandInPhoto.objects.filter(file=digest).exists():
        for each in (None, *pictures.thumbnails_of(width)):
            transaction.on_commit(partial(forget_file, _place(digest, each)))


def _place(digest: str, width: int | None) -> str:
    return f"{PHOTOS}/{digest}" + (f"-{width}" if width else "")
