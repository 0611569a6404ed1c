"""Letters on paper: which signatures stand in which pack, and its making.

A pack is planned in one transaction and made by a worker: claimed, typeset in a child process, and then put where it
can be fetched. A worker that dies leaves it to the next; whoever leaves meanwhile is not in it.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import User
from audit.log import record
from campaign import kit, post
from campaign.actions.following import letters_follow
from campaign.models import Campaign, DeliveryPoint, Dispatch, Letter, Pack, Signature
from campaign.models.pack import VOLUME, PackQuerySet
from campaign.pack_numbers import make_number
from face.typesetting import NotTypeset
from outbox.wake import wake
from privacy.sealed_files import forget_file, seal_file, unseal_file

log = structlog.get_logger(__name__)

# "mns_" and "pack", "make" as numbers: one planner at a point, one maker of a pack.
_PLANNING = 0x7061636B
_MAKING = 0x6D616B65
# Own words take room: so many sealed bytes count as one signature more. With 57 characters each, 5,000 took 388 MB.
_BYTES_PER_PLACE = 80
# A child that failed for want of memory or time may not fail again.
TRIES = 3
_FAILED = "it could not be typeset"
_SOMEBODY_LEFT = "somebody in it left"


class LettersHeld(Exception):
    """A case that the campaign names has changed: nothing of it leaves until an organizer has looked."""


class NotByThisWay(Exception):
    """The campaign's letters do not go this way."""


class NotReadyYet(Exception):
    """The pack is still being made, or made anew as somebody in it has left."""


# One volume: the next signatures of this version of the letter that are not on paper for this point, as many as it
# takes. Earlier ones are passed by their place in the index, so that the last volume costs what the first did.
_FILL = """
    WITH next AS (
        SELECT signature.id, signature.confirmed_at, signature.own_words
        FROM campaign_signature signature
        LEFT JOIN LATERAL ({sent} LIMIT 1) sent ON true
        WHERE signature.campaign_id = %(campaign)s AND signature.letter_id = %(letter)s
            AND signature.state = 'confirmed' AND signature.erased_at IS NULL
            AND (signature.confirmed_at, signature.id) > (%(after)s, %(after_id)s)
            AND sent.id IS NULL
            AND NOT EXISTS (
                SELECT FROM campaign_ownwords own WHERE own.signature_id = signature.id AND own.state = 'unread'
            )
        ORDER BY signature.confirmed_at, signature.id
        LIMIT %(volume)s
    ), numbered AS (
        SELECT id, confirmed_at, row_number() OVER signed AS number,
            sum(1 + coalesce(octet_length(own_words), 0) / %(bytes)s) OVER signed AS room
        FROM next WINDOW signed AS (ORDER BY confirmed_at, id)
    ), taken AS (
        SELECT * FROM numbered WHERE room <= %(volume)s OR number = 1
    ), printed AS (
        INSERT INTO campaign_dispatch AS mine
            (signature_id, campaign_id, point_id, channel, state, planned_at, pack_id, place)
        SELECT id, %(campaign)s, %(point)s, %(channel)s, 'packed', %(now)s, %(pack)s, %(first)s - 1 + number FROM taken
        ON CONFLICT (signature_id, point_id, channel) DO UPDATE SET
            state = 'packed', planned_at = EXCLUDED.planned_at, pack_id = EXCLUDED.pack_id, place = EXCLUDED.place,
            page = NULL
        WHERE mine.state IN ('cancelled', 'planned')
    )
    SELECT count(*), max(confirmed_at), (array_agg(id ORDER BY number DESC))[1] FROM taken
"""
# By hand, an office gets everyone's name once. "+ 0" keeps PostgreSQL from the index of the point: of one that was
# empty when it last looked it expects nothing, and then reads all that this transaction put there for each signature.
_HANDED = """
    SELECT id FROM campaign_dispatch
    WHERE signature_id = signature.id AND point_id + 0 = %(point)s AND channel = 'hand' AND state <> 'cancelled'
"""
# By post, it gets the letters that nobody has sent it: where each supporter has one letter, none by any other way. What
# its address refused waits for this very pack.
_MAILED = """
    SELECT dispatch.id FROM campaign_dispatch dispatch JOIN campaign_deliverypoint point ON point.id = point_id
    WHERE signature_id = signature.id AND channel <> 'hand' AND state NOT IN ('cancelled', 'bounced', 'rerouted')
        AND (point_id = %(point)s OR (%(nearest)s AND point.target_id = %(target)s))
        AND NOT (point_id = %(point)s AND channel = 'post' AND state = 'planned')
"""
# Letters by post are pages of their own: 500 of them took 440 MB.
VOLUMES = {Dispatch.Channel.HAND: VOLUME, Dispatch.Channel.POST: 200}
_TYPESET = {Dispatch.Channel.HAND: kit.typeset, Dispatch.Channel.POST: post.typeset}
_SENT = {Dispatch.Channel.HAND: _HANDED, Dispatch.Channel.POST: _MAILED}


@transaction.atomic
def ask_for_packs(
    *,
    campaign: Campaign,
    point: DeliveryPoint,
    channel: str,
    paper: str,
    language: str,
    by: User | None,
    now: dt.datetime | None = None,
) -> list[Pack]:
    """Plan the volumes for all who have signed and are on no paper for this point yet; workers make them at once.

    A point without a pack gets one with the letter alone where nobody has signed; one that has packs gets supplements,
    or nothing new. Whoever has no account asks through a signed link: then `by` is None. Raises LettersHeld,
    NotByThisWay.
    """
    now = now or timezone.now()
    if channel not in campaign.channels:
        raise NotByThisWay
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_PLANNING, point.pk])
    if _is_held(campaign):
        raise LettersHeld
    earlier = Pack.objects.filter(campaign=campaign, point=point, channel=channel)
    volume, last = earlier.aggregate(volume=Max("volume"), last=Max(F("first") + F("count") - 1)).values()
    common = {
        "campaign": campaign,
        "point": point,
        "channel": channel,
        "paper": paper,
        "language": language,
        "volume": (volume or 0) + 1,
        "first": (last or 0) + 1,
        "asked_at": now,
        "asked_by": by,
    }
    letters = list(Letter.objects.published().filter(campaign=campaign).order_by("version"))
    packs = [pack for letter in letters for pack in _volumes(letter, common)]
    if not packs and volume is None and channel == Dispatch.Channel.HAND and letters:
        packs = [_opened(letters[-1], common)]
    if packs:
        signatures = sum(pack.count for pack in packs)
        record(
            "packs.asked", by=by, about=campaign, point=point.pk, channel=channel, volumes=len(packs), rows=signatures
        )
        transaction.on_commit(lambda: wake("packs"))
    return packs


def _volumes(letter: Letter, common: dict[str, Any]) -> Iterator[Pack]:
    """As many as it takes. What was signed stays what it was: each version of the letter has volumes of its own."""
    after, after_id = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), 0
    while True:
        pack = _opened(letter, common)
        pack.count, after, after_id = _filled(pack, after, after_id)
        if not pack.count:
            pack.delete()
            return
        pack.save(update_fields=["count"])
        common["volume"], common["first"] = pack.volume + 1, pack.last + 1
        yield pack


def _opened(letter: Letter, common: dict[str, Any]) -> Pack:
    return Pack.objects.create(number=make_number(), letter=letter, count=0, **common)


def _filled(pack: Pack, after: dt.datetime, after_id: int) -> tuple[int, dt.datetime, int]:
    """How many it took, and the last of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL.format(sent=_SENT[Dispatch.Channel(pack.channel)]),
            {
                "campaign": pack.campaign_id,
                "letter": pack.letter_id,
                "after": after,
                "after_id": after_id,
                "bytes": _BYTES_PER_PLACE,
                "volume": VOLUMES[Dispatch.Channel(pack.channel)],
                "point": pack.point_id,
                "target": pack.point.target_id,
                "nearest": pack.campaign.addressing == Campaign.Addressing.NEAREST,
                "channel": pack.channel,
                "now": pack.asked_at,
                "pack": pack.pk,
                "first": pack.first,
            },
        )
        return cursor.fetchone()


def _is_held(campaign: Campaign) -> bool:
    return Campaign.objects.held().filter(pk=campaign.pk).exists()


# --- Making


def make_next_pack(*, now: dt.datetime | None = None) -> bool:
    """Make the pack that has waited longest, or that a worker began and left behind. False if there was none."""
    for pack_id in Pack.objects.to_make().values_list("pk", flat=True):
        with _only_maker(pack_id) as alone:
            if alone and (pack := _begun(pack_id)):
                wake("packs")
                _make(pack, now=now or timezone.now())
                return True
    return False


@contextmanager
def _only_maker(pack_id: int) -> Iterator[bool]:
    """As long as this process lives: PostgreSQL releases the lock of a connection that is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_MAKING, pack_id])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_MAKING, pack_id])


@transaction.atomic
def _begun(pack_id: int) -> Pack | None:
    """The pack without those who have left since it was planned, the others numbered anew; None if it is made."""
    pack = Pack.objects.locked().get(pk=pack_id)
    if pack.state == Pack.State.ASKED:
        pack.move(Pack.State.BUILDING)
    if pack.state != Pack.State.BUILDING:
        return None
    for dispatch in Dispatch.objects.in_pack(pack).exclude(signature__state=Signature.State.CONFIRMED).locked():
        _take_out(dispatch, reason="not confirmed when the pack was made")
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, {"pack": pack.pk, "first": pack.first})
    pack.count = Dispatch.objects.in_pack(pack).count()
    pack.save(update_fields=["count"])
    return pack


# From the pack's first number on, without gaps; as a rule nothing changes.
_NUMBER = """
    WITH numbered AS (
        SELECT id, %(first)s - 1 + row_number() OVER (ORDER BY place) AS place
        FROM campaign_dispatch WHERE pack_id = %(pack)s AND state = 'packed'
    )
    UPDATE campaign_dispatch dispatch SET place = numbered.place FROM numbered
    WHERE dispatch.id = numbered.id AND dispatch.place <> numbered.place
"""


def _make(pack: Pack, *, now: dt.datetime) -> None:
    entries = [
        kit.entry_of(dispatch.signature, dispatch.place or 0) for dispatch in Dispatch.objects.in_pack(pack).for_paper()
    ]
    try:
        made = _TYPESET[Dispatch.Channel(pack.channel)](pack, entries, at=now)
    except NotTypeset as error:
        log.error("pack.not_typeset", pack=pack.number, error=str(error))
        _put_back(pack)
    else:
        _finish(pack, made, now=now)


@transaction.atomic
def _put_back(pack: Pack) -> None:
    locked = Pack.objects.locked().get(pk=pack.pk)
    if locked.state == Pack.State.BUILDING:
        tried = locked.changes.filter(reason=_FAILED).count() + 1
        locked.move(Pack.State.ASKED if tried < TRIES else Pack.State.FAILED, reason=_FAILED)


@transaction.atomic
def _finish(pack: Pack, made: kit.Typeset, *, now: dt.datetime) -> None:
    """Put it where it is fetched, unless somebody in it has left meanwhile: they take the same lock."""
    locked = Pack.objects.locked().get(pk=pack.pk)
    if locked.state != Pack.State.BUILDING:
        return
    if Dispatch.objects.in_pack(pack).filter(signature__state=Signature.State.CONFIRMED).count() != pack.count:
        locked.move(Pack.State.ASKED, reason=_SOMEBODY_LEFT)
        return
    with connection.cursor() as cursor:
        places, pages = list(made.page_of), list(made.page_of.values())
        cursor.execute(_PAGES, {"pack": pack.pk, "places": places, "pages": pages})
    locked.move(
        Pack.State.READY,
        built_at=now,
        sha256=hashlib.sha256(made.pdf).hexdigest(),
        pages=made.pages,
        substituted=made.substituted,
    )
    seal_file(locked.file, made.pdf)


_PAGES = """
    UPDATE campaign_dispatch dispatch SET page = found.page
    FROM unnest(%(places)s::int[], %(pages)s::int[]) AS found (place, page)
    WHERE dispatch.pack_id = %(pack)s AND dispatch.state = 'packed' AND dispatch.place = found.place
"""


@transaction.atomic
def make_again(*, pack: Pack, by: User) -> None:
    """One that could not be made, once what hindered it is mended."""
    Pack.objects.locked().get(pk=pack.pk).move(Pack.State.ASKED, by=by, reason="asked again")
    transaction.on_commit(lambda: wake("packs"))


# --- Going out


@transaction.atomic
def hand_out_pack(*, pack: Pack, by: User | None) -> bytes:
    """The PDF, from now on in somebody's hands: nobody is taken out of it any more. Fetching it again is harmless.

    Raises LettersHeld, NotReadyYet, FileNotFoundError.
    """
    locked = Pack.objects.locked().get(pk=pack.pk)
    if _is_held(locked.campaign):
        raise LettersHeld
    if locked.state == Pack.State.READY:
        locked.move(Pack.State.HANDED_OUT, by=by)
    if locked.state != Pack.State.HANDED_OUT:
        raise NotReadyYet
    record("packs.handed_out", by=by, about=locked, rows=locked.count)
    locked.fetched += 1
    locked.save(update_fields=["fetched"])
    return unseal_file(locked.file)


def void_packs(packs: PackQuerySet, *, by: User, reason: str) -> None:
    """Nothing in them counts any more, printed or not: their letters are free for other packs, their numbers say so."""
    found = list(packs.locked())
    for pack in found:
        pack.move(Pack.State.CANCELLED, by=by, reason=reason)
        record("packs.voided", by=by, about=pack, reason=reason, rows=pack.count)
        transaction.on_commit(partial(forget_file, pack.file))
    letters_follow(Pack.objects.filter(pk__in=[pack.pk for pack in found]), to=Dispatch.State.CANCELLED)


def leave_packs(signature: Signature, *, reason: str) -> None:
    """Out of all packs that nobody has fetched; those that are made already are made anew."""
    packs = Pack.objects.filter(dispatches__signature=signature).values("pk")
    for pack in Pack.objects.locked().filter(pk__in=packs).exclude(state=Pack.State.HANDED_OUT):
        for dispatch in Dispatch.objects.in_pack(pack).locked().filter(signature=signature):
            _take_out(dispatch, reason=reason)
        if pack.state == Pack.State.READY:
            pack.move(Pack.State.ASKED, reason=_SOMEBODY_LEFT, built_at=None, sha256="", pages=None)
            transaction.on_commit(partial(forget_file, pack.file))
            transaction.on_commit(lambda: wake("packs"))


def _take_out(dispatch: Dispatch, *, reason: str) -> None:
    dispatch.move(Dispatch.State.CANCELLED, reason=reason, pack=None, place=None, page=None)
