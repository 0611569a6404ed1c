"""Signatures on paper: prepared as a batch, counted when somebody answers for it, and taken back as a whole."""

import datetime as dt
import io
import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from accounts.models import User
from audit.log import record
from campaign import paper_lines, rules
from campaign.actions.deliveries import cancel_unsent
from campaign.actions.signing import erase_signature
from campaign.models import Campaign, HeldSignature, Letter, OptIn, PaperBatch, PaperSheet, Signature
from campaign.paper_lines import Line, Lines
from face.pictures import bare, in_srgb, upright
from privacy.sealed_files import forget_file, seal_file, unseal_file
from states import remember


class NotPrepared(Exception):
    """The batch is not one that is being prepared (any more), or lacks what this needs."""


class Sheets(TypedDict):
    """What is said of the sheets as a whole."""

    letter: Letter
    language: str
    country: str
    display: str
    collected_by: str
    place: str
    collected_on: dt.date


@transaction.atomic
def begin_batch(
    *, campaign: Campaign, sheets: Sheets, by: User, lines: Lines | None = None, sha256: str = ""
) -> PaperBatch:
    """With the lines of a table; else with none, for photographed sheets. Nothing counts yet."""
    given: dict[str, Any] = {"kind": PaperBatch.Kind.SHEETS}
    if lines is not None:
        text = paper_lines.as_text(lines)
        given = {"kind": PaperBatch.Kind.TABLE, "lines": text, "sha256": sha256}
    return PaperBatch.objects.create(campaign=campaign, made_by=by, **sheets, **given)


@transaction.atomic
def discard_batch(*, batch: PaperBatch) -> None:
    """With all that was typed and photographed. Raises NotPrepared."""
    locked = _prepared(batch)
    _forget_sheets(locked)
    locked.delete()


def discard_old_batches(*, now: dt.datetime | None = None) -> int:
    """Those that nobody has settled in time: their sheets name people who do not count yet."""
    now = now or timezone.now()
    old = list(PaperBatch.objects.drafts_before(now - rules.PAPER_KEPT).order_by("pk")[:100])
    for batch in old:
        discard_batch(batch=batch)
    return len(old)


def lines_of(batch: PaperBatch) -> list[Line | None]:
    """All that would count. Raises NotPrepared where sheets are not settled."""
    if batch.kind == PaperBatch.Kind.TABLE:
        return paper_lines.from_text(batch.lines)
    sheets = list(batch.sheets.order_by("number"))
    if any(sheet.agreed_lines is None for sheet in sheets):
        raise NotPrepared
    return [line for sheet in sheets for line in paper_lines.from_text(sheet.agreed_lines)]


@transaction.atomic
def settle_batch(*, batch: PaperBatch, by: User, now: dt.datetime | None = None) -> PaperBatch:
    """From now on its people have signed; what was typed and photographed is forgotten. Raises NotPrepared."""
    now = now or timezone.now()
    # The campaign's row, as whoever closes or archives it locks it.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=batch.campaign_id)
    locked = _prepared(batch)
    people = paper_lines.different_people(lines_of(locked))
    if not people or not rules.takes_paper(campaign):
        raise NotPrepared
    _take_signatures(batch=locked, people=people, now=now)
    _forget_sheets(locked)
    locked.move(
        PaperBatch.State.SETTLED,
        by=by,
        reason="attested",
        settled_by=by,
        settled_at=now,
        lines=None,
        people=len(people),
    )
    record("paper_batches.settled", by=by, about=locked, people=len(people))
    return locked


# In the order of the index, so that two batches at once wait for each other and never in a circle. Who has confirmed,
# is held, or has withdrawn stays as they are; whoever signed here and has not confirmed has signed by hand.
_TAKE = """
    INSERT INTO campaign_signature AS mine (
        campaign_id, letter_id, batch_id, state, display, signed_at,
        email_index, name, email, country, city, language, wants_updates
    )
    SELECT %(campaign)s, %(letter)s, %(batch)s, 'pending', display, %(signed_at)s,
        email_index, name, email, country, city, language, wants_updates
    FROM unnest(
        %(display)s::text[], %(email_index)s::bytea[], %(name)s::bytea[], %(email)s::bytea[], %(country)s::text[],
        %(city)s::bytea[], %(language)s::text[], %(wants_updates)s::boolean[]
    ) AS line (display, email_index, name, email, country, city, language, wants_updates)
    ORDER BY email_index
    ON CONFLICT (campaign_id, email_index) DO UPDATE SET
        state = 'pending', revision = mine.revision + 1, confirmed_at = NULL, own_words = NULL, updates_from = '{}',
        letter_id = EXCLUDED.letter_id, batch_id = EXCLUDED.batch_id, display = EXCLUDED.display,
        signed_at = EXCLUDED.signed_at, name = EXCLUDED.name, email = EXCLUDED.email, country = EXCLUDED.country,
        city = EXCLUDED.city, language = EXCLUDED.language, wants_updates = EXCLUDED.wants_updates
    WHERE mine.state = 'pending' OR mine.state = 'withdrawn' AND EXISTS (
        SELECT FROM campaign_paperbatch WHERE id = mine.batch_id AND state = 'taken_back'
    )
    RETURNING id
"""


@transaction.atomic
def _take_signatures(*, batch: PaperBatch, people: Mapping[bytes, Line], now: dt.datetime) -> int:
    """Each person becomes a confirmed signature, by the same two steps as any other; nobody gets a mail.

    Returns how many count from now on. Who of them signed before is told to nobody.
    """
    rows = [_row(batch, index, line) for index, line in people.items()]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    whole: dict[str, Any] = {
        "campaign": batch.campaign_id,
        "letter": batch.letter_id,
        "batch": batch.pk,
        # The day's beginning: an unsubscription of the same day is the later word.
        "signed_at": dt.datetime.combine(batch.collected_on, dt.time(), dt.UTC),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, whole | columns)
        taken = [pk for (pk,) in cursor.fetchall()]
        remember(by=None, reason="on paper")
        cursor.execute(
            "UPDATE campaign_signature SET state = 'confirmed', confirmed_at = %s WHERE id = ANY(%s)", [now, taken]
        )
        remember(by=None, reason="")
    # Whoever signed here before and said yes to a partner's mails has not said so on paper.
    OptIn.objects.filter(signature__in=taken).withdraw(now=now)
    return len(taken)


def _row(batch: PaperBatch, index: bytes, line: Line) -> dict[str, Any]:
    """As the columns hold it. Where signing is dangerous, no name is shown and no city is kept."""
    risky = rules.signing_is_risky(line.country)
    signature = Signature(
        display=Signature.Display.HIDDEN if risky else batch.display,
        email_index=index,
        name=line.name,
        email=line.email or None,
        country=line.country,
        city=None if risky else line.city or None,
        language=line.language or batch.language,
        wants_updates=line.wants_updates,
    )
    names = ("display", "email_index", "name", "email", "country", "city", "language", "wants_updates")
    return {
        name: Signature._meta.get_field(name).get_db_prep_save(getattr(signature, name), connection)  # type: ignore[union-attr]
        for name in names
    }


@transaction.atomic
def take_back_batch(*, batch: PaperBatch, reason: str, by: User, now: dt.datetime | None = None) -> None:
    """None of it counts any more, and none of it is printed from now on; its people are erased within minutes.

    Who has withdrawn by themselves stays withdrawn. Raises TransitionNotAllowed.
    """
    now = now or timezone.now()
    locked = PaperBatch.objects.locked().get(pk=batch.pk)
    locked.move(PaperBatch.State.TAKEN_BACK, by=by, reason=reason)
    own = Signature.objects.filter(batch=locked)
    list(own.locked().order_by("pk").values_list("pk", flat=True))
    own.filter(state=Signature.State.WITHDRAWN).update(batch=None)
    printed = list(own.filter(state=Signature.State.CONFIRMED, dispatches__isnull=False).distinct())
    remember(by=by, reason="the batch was taken back")
    # Nothing is left to decide of those that are held: they are erased with the others.
    HeldSignature.objects.waiting().filter(signature__batch=locked).update(
        decision=HeldSignature.Decision.ERASED, decided_at=now
    )
    own.filter(state=Signature.State.HELD).update(state=Signature.State.CONFIRMED)
    withdrawn = own.filter(state=Signature.State.CONFIRMED).update(state=Signature.State.WITHDRAWN)
    remember(by=None, reason="")
    for signature in printed:
        cancel_unsent(signature)
    record("paper_batches.taken_back", by=by, about=locked, reason=reason, signatures=withdrawn)


def erase_taken_back(*, now: dt.datetime | None = None) -> int:
    """The people of batches that were taken back: nobody answers for their having signed. Returns how many."""
    erased = 0
    while some := _erase_some_taken_back(now=now):
        erased += some
    return erased


@transaction.atomic
def _erase_some_taken_back(*, now: dt.datetime | None) -> int:
    # Few at a time: each holds its row until all of them are done.
    signatures = list(Signature.objects.taken_back().order_by("pk").select_for_update(skip_locked=True)[:50])
    for signature in signatures:
        erase_signature(signature=signature, now=now)
    return len(signatures)


def _prepared(batch: PaperBatch) -> PaperBatch:
    locked = PaperBatch.objects.locked().filter(pk=batch.pk, state=PaperBatch.State.DRAFT).first()
    if locked is None:
        raise NotPrepared
    return locked


# --- Photographed sheets


# Enough to read handwriting by, whatever the camera.
LONGEST_SIDE = 2400
_SHEETS = "papersheets"


@transaction.atomic
def add_sheet(*, batch: PaperBatch, photo: bytes) -> PaperSheet:
    """Its pixels alone are kept, sealed. Raises BadPicture, NotPrepared."""
    image = in_srgb(upright(photo))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    bare(image).save(written, "JPEG", quality=85)
    locked = _prepared(batch)
    if locked.kind != PaperBatch.Kind.SHEETS:
        raise NotPrepared
    last = locked.sheets.order_by("-number").values_list("number", flat=True).first() or 0
    if last >= rules.SHEETS:
        raise NotPrepared
    file = secrets.token_hex(16)
    sheet = PaperSheet.objects.create(batch=locked, number=last + 1, file=file, width=image.width, height=image.height)
    seal_file(_place(file), written.getvalue())
    return sheet


def open_sheet(sheet: PaperSheet) -> bytes:
    """The photograph. Raises FileNotFoundError."""
    return unseal_file(_place(sheet.file))


@transaction.atomic
def remove_sheet(*, sheet: PaperSheet) -> None:
    """With its photograph and what was typed. Raises NotPrepared."""
    _prepared(sheet.batch)
    _forget(PaperSheet.objects.filter(pk=sheet.pk))


@transaction.atomic
def key_in_sheet(*, sheet: PaperSheet, lines: Lines, by: User) -> PaperSheet:
    """As one of two people reads it. The first may type it anew until the second has; where both read the same, it is
    agreed. Raises NotPrepared.
    """
    _prepared(sheet.batch)
    locked = PaperSheet.objects.select_for_update().get(pk=sheet.pk)
    if locked.second_by_id is not None:
        raise NotPrepared
    if locked.first_by_id in (None, by.pk):
        locked.first_by, locked.first_lines = by, paper_lines.as_text(lines)
    else:
        locked.second_by, locked.second_lines = by, paper_lines.as_text(lines)
        if not paper_lines.differences(paper_lines.from_text(locked.first_lines), lines):
            locked.agreed_lines = locked.first_lines
    locked.save()
    return locked


@transaction.atomic
def agree_sheet(*, sheet: PaperSheet, chosen: Mapping[int, Line | None], by: User) -> PaperSheet:
    """Somebody has looked a third time: `chosen` are the lines that were typed differently, by their numbers; None
    leaves one out. Raises NotPrepared, PermissionDenied.
    """
    _prepared(sheet.batch)
    locked = PaperSheet.objects.select_for_update().get(pk=sheet.pk)
    if locked.second_by_id is None or locked.agreed_lines is not None:
        raise NotPrepared
    if not rules.may_agree_sheet(by, locked):
        raise PermissionDenied
    first, second = paper_lines.from_text(locked.first_lines), paper_lines.from_text(locked.second_lines)
    open_lines = {difference.number for difference in paper_lines.differences(first, second)}
    if open_lines != set(chosen):
        raise NotPrepared
    longer = first if len(first) >= len(second) else second
    agreed = [chosen.get(number, line) for number, line in enumerate(longer, 1)]
    locked.agreed_lines, locked.agreed_by = paper_lines.as_text(agreed), by
    locked.save()
    return locked


def _forget_sheets(batch: PaperBatch) -> None:
    _forget(batch.sheets.all())


def _forget(sheets: Any) -> None:
    files = list(sheets.values_list("file", flat=True))
    sheets.delete()
    for file in files:
        transaction.on_commit(partial(forget_file, _place(file)))


def _place(file: str) -> str:
    return f"{_SHEETS}/{file}"
