"""Own words are read before they go: what waits for it, and what somebody decides (docs/adr/0023).

Locks are taken in one order everywhere: the signature, its own words, its letters.
"""

import datetime as dt

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from campaign.actions.packs import leave_packs
from campaign.actions.pauses import CALLED_BACK
from campaign.models import Campaign, Dispatch, OwnWords, Signature
from outbox import actions as outbox
from privacy.indexes import address_index
from states import remember

# Until then a decision can be undone without a mail that was wrong.
TELL_AFTER = dt.timedelta(minutes=10)
_READ, _UNDONE = "own words were read", "own words are read again"


class AlreadyRead(Exception):
    """Somebody else was faster: `words` is the row as it stands."""

    def __init__(self, words: OwnWords) -> None:
        super().__init__(words.pk)
        self.words = words


class OtherWords(Exception):
    """They were withdrawn since, and others written: those nobody has seen."""


class NothingToRead(Exception):
    """Their writer has withdrawn, or erased them."""


class LetterGone(Exception):
    """A letter is on its way, or printed: what was decided stands."""


def wait_to_be_read(signature: Signature, *, now: dt.datetime) -> bool:
    """Whether the letters of this signature wait for it, just confirmed or confirmed again, and locked."""
    if not signature.own_words:
        return False
    words = OwnWords.objects.locked().filter(signature=signature).first()
    if words is None or words.state == OwnWords.State.LEFT:
        if not Campaign.objects.filter(pk=signature.campaign_id, reads_own_words=True).exists():
            return False
        if words is None:
            OwnWords.objects.create(signature=signature, campaign_id=signature.campaign_id, since=now)
        else:
            words.move(OwnWords.State.UNREAD, since=now)
        return True
    return bool(words.state == OwnWords.State.UNREAD)


def leave_words(signature: Signature) -> None:
    """Nobody stands behind them any more; those that were left out are forgotten."""
    words = OwnWords.objects.locked().filter(signature=signature).exclude(state=OwnWords.State.LEFT).first()
    if words:
        outbox.cancel(kind="words_left_out", subject_id=words.pk, reason="withdrawn")
        words.move(OwnWords.State.LEFT, words=None, why="")


def note_reading(*, by: User, rows: int, campaign: Campaign | None = None) -> None:
    """Somebody has read so many people's sealed words on one page."""
    if rows:
        record("own_words.read", by=by, about=campaign, rows=rows)


@transaction.atomic
def accept_words(*, words: OwnWords, by: User) -> None:
    """The letters go with them; `words` is the row as it was shown. Raises AlreadyRead, NothingToRead, OtherWords."""
    signature, locked = _to_decide(words)
    locked.move(OwnWords.State.ACCEPTED, by=by)
    record("own_words.accepted", by=by, about=locked)
    _let_go(signature, by=by)


@transaction.atomic
def leave_words_out(*, words: OwnWords, why: str, by: User, now: dt.datetime | None = None) -> None:
    """The letters go without them, and a mail tells their writer why. `words` and what it raises as above."""
    now = now or timezone.now()
    signature, locked = _to_decide(words)
    locked.move(OwnWords.State.REJECTED, by=by, reason=why, why=why, words=signature.own_words)
    record("own_words.left_out", by=by, about=locked, why=why)
    signature.own_words = None
    signature.save(update_fields=["own_words"])
    _let_go(signature, by=by)
    outbox.enqueue(
        kind="words_left_out",
        subject_id=locked.pk,
        address_index=address_index(signature.email or ""),
        language=signature.language,
        not_before=now + TELL_AFTER,
        now=now,
    )


@transaction.atomic
def undo_decision(*, words: OwnWords, by: User) -> None:
    """They wait to be read again, as if nobody had. Raises LetterGone, NothingToRead."""
    signature, locked = _locked(words)
    if locked.state == OwnWords.State.UNREAD:
        return
    leave_packs(signature, reason=_UNDONE)
    letters = list(Dispatch.objects.locked().filter(signature=signature).order_by("pk"))
    for letter in letters:
        _call_back(letter)
    if Dispatch.objects.gone().filter(signature=signature).exists():
        raise LetterGone
    if locked.state == OwnWords.State.REJECTED:
        signature.own_words = locked.words
        signature.save(update_fields=["own_words"])
        outbox.cancel(kind="words_left_out", subject_id=locked.pk, reason="undone")
    locked.move(OwnWords.State.UNREAD, by=by, words=None, why="")
    record("own_words.undone", by=by, about=locked)


def _locked(words: OwnWords) -> tuple[Signature, OwnWords]:
    """The signature that stands, and the row. Raises NothingToRead."""
    signature = Signature.objects.locked().get(pk=words.signature_id)
    locked = OwnWords.objects.locked().get(pk=words.pk)
    if signature.state != Signature.State.CONFIRMED or locked.state == OwnWords.State.LEFT:
        raise NothingToRead
    return signature, locked


def _to_decide(words: OwnWords) -> tuple[Signature, OwnWords]:
    signature, locked = _locked(words)
    if locked.state != OwnWords.State.UNREAD:
        raise AlreadyRead(locked)
    if locked.since != words.since:
        raise OtherWords
    return signature, locked


def _let_go(signature: Signature, *, by: User) -> None:
    for letter in Dispatch.objects.locked().filter(signature=signature, state=Dispatch.State.UNREAD):
        letter.move(Dispatch.State.PLANNED, by=by, reason=_READ)


def _call_back(letter: Dispatch) -> None:
    """It waits to be read again, unless a worker has it: then it stays as it is."""
    if letter.state == Dispatch.State.QUEUED and letter.digest_id is not None:
        # The others' mail goes without it.
        letter.move(Dispatch.State.PLANNED, reason=_UNDONE, digest=None, queued_at=None)
    elif letter.state == Dispatch.State.QUEUED:
        if not outbox.cancel(kind="letter", subject_id=letter.pk, reason=CALLED_BACK):
            raise LetterGone
        letter = Dispatch.objects.locked().get(pk=letter.pk)
    taken_out_of_pack = letter.state == Dispatch.State.CANCELLED and letter.instead_of_id is not None
    if letter.state in (Dispatch.State.PLANNED, Dispatch.State.HELD) or taken_out_of_pack:
        letter.move(Dispatch.State.UNREAD, reason=_UNDONE)


# --- Whether a campaign reads them at all


# Whoever has signed already, and has no letter on its way or in a pack.
_WAIT = """
    INSERT INTO campaign_ownwords AS mine (signature_id, campaign_id, state, since, why)
    SELECT signature.id, signature.campaign_id, 'unread', %(now)s, ''
    FROM campaign_signature signature
    WHERE signature.campaign_id = %(campaign)s AND signature.state = 'confirmed' AND signature.erased_at IS NULL
        AND signature.own_words IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM campaign_dispatch letter
            WHERE letter.signature_id = signature.id AND letter.state NOT IN ('planned', 'held', 'cancelled')
        )
    ON CONFLICT (signature_id) DO UPDATE SET state = 'unread', since = EXCLUDED.since WHERE mine.state = 'left'
"""


@transaction.atomic
def set_reading(*, campaign: Campaign, reads: bool, by: User, reason: str, now: dt.datetime | None = None) -> None:
    """Whether own words are read before they go. Begun, letters that wait for their turn wait to be read first; ended,
    what waits to be read already goes on waiting for somebody. May be repeated.
    """
    locked = Campaign.objects.locked().get(pk=campaign.pk)
    if locked.reads_own_words == reads:
        return
    locked.reads_own_words = reads
    with pghistory.context(user=by.pk, reason=reason):
        locked.save(update_fields=["reads_own_words"])
    record("own_words.reading_begun" if reads else "own_words.reading_ended", by=by, about=locked, reason=reason)
    if reads:
        remember(by=by, reason=reason)
        with connection.cursor() as cursor:
            cursor.execute(_WAIT, {"campaign": locked.pk, "now": now or timezone.now()})
        unread = OwnWords.objects.filter(campaign=locked, state=OwnWords.State.UNREAD)
        waiting = Dispatch.objects.filter(campaign=locked, state__in=[Dispatch.State.PLANNED, Dispatch.State.HELD])
        waiting.filter(signature__in=unread.values("signature")).update(state=Dispatch.State.UNREAD)
        remember(by=None, reason="")
