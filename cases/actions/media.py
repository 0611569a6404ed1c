"""Pictures: taken in, covered, taken away. All that is kept of one lies sealed on the disk, what may be shown as well:
before it is covered it shows what nobody outside may see.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record
from cases import pictures, rules
from cases.actions.acting import Refused, require, verb
from cases.actions.editing import remove_entry, save_entry
from cases.models import Case, Media, Member, Publication, SealedReading
from cases.pictures import Box, Derivative
from face.words import Words
from privacy.sealed_files import forget_file, seal_file, sealed_places, unseal_file

ORIGINALS, PICTURES = "originals", "pictures"
# Shared by those who write files for rows not committed yet, not shared by whoever clears up; the CRC-32 of
# "cases.pictures".
_FILES = 0x3D262E93


@verb
def add_picture(
    *,
    case: Case,
    content: bytes,
    by: User,
    alt: Words | None = None,
    credit: str = "",
    licence: str = "",
    provenance: str | None = None,
    shows: Sequence[Member] = (),
) -> Media:
    """Sealed, and nothing of it can be shown before somebody has said what to cover (`redact_picture`).

    Raises BadPicture, in words for whoever brought it; Refused where the case has it already.
    """
    require(rules.may_edit(by))
    width, height = pictures.upright_size(content)
    media = Media(
        case=case,
        alt=dict(alt or {}),
        credit=credit,
        licence=licence,
        provenance=provenance or None,
        original=sha256(content).hexdigest(),
        width=width,
        height=height,
    )
    if case.media.filter(original=media.original).exists():
        raise Refused(_("The case has this picture already."))
    _lock_files(alone=False)
    seal_file(f"{ORIGINALS}/{media.original}", content)
    save_entry(entry=media, by=by, links={"shows": shows})
    return media


@verb
def redact_picture(*, media: Media, boxes: Iterable[Box], by: User, seen: int) -> None:
    """Cover these parts and no others, in what may be shown from now on. Raises ValidationError, Changed."""
    require(rules.may_edit(by))
    boxes = list(boxes)
    pictures.check_boxes(boxes, width=media.width, height=media.height)
    derivative = preview_redactions(media=media, boxes=boxes)
    media.redactions = [list(box) for box in boxes]
    media.derivative = derivative.digest
    media.derivative_width, media.derivative_height = derivative.width, derivative.height
    _lock_files(alone=False)
    for width, content in derivative.files.items():
        seal_file(f"{PICTURES}/{derivative.digest}{_suffix(width)}", content)
    save_entry(entry=media, by=by, seen=seen)
    transaction.on_commit(forget_strays, robust=True)


@verb
def remove_picture(*, media: Media, by: User, seen: int) -> None:
    """Away with the original too, unless another case has it. What is published stays until the next publication.

    Raises Changed.
    """
    remove_entry(entry=media, by=by, seen=seen)
    transaction.on_commit(forget_strays, robust=True)


@verb
def open_original(*, media: Media, by: User, reason: str) -> bytes:
    """As it was brought. Who opened it and why is kept for good, before anything is shown."""
    require(rules.may_read_sealed(by))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why you need to see it.")})
    SealedReading.objects.create(
        by=by, case=media.case.reference, row=f"media {media.pk}", field="original", reason=reason.strip()
    )
    record("originals.opened", by=by, about=media.case, reason=reason.strip(), media=media.pk)
    return unseal_file(f"{ORIGINALS}/{media.original}")


def preview_redactions(*, media: Media, boxes: Iterable[Box]) -> Derivative:
    """What `redact_picture` would make, and nothing is kept of it."""
    return pictures.derive(unseal_file(f"{ORIGINALS}/{media.original}"), boxes)


def open_picture(digest: str, *, width: int | None = None) -> bytes:
    """What may be shown, in its full or a lesser width; whoever asks has checked to whom. Raises FileNotFoundError."""
    return unseal_file(f"{PICTURES}/{digest}{_suffix(width)}")


def forget_strays() -> int:
    """Files that no row names any more, or that were written for a row which never came to be; how many there were."""
    with transaction.atomic():
        _lock_files(alone=True)
        named = {f"{ORIGINALS}/{name}" for name in Media.objects.values_list("original", flat=True)}
        shown = set(Media.objects.values_list("derivative", flat=True))
        for published in Publication.objects.values_list("content__media", flat=True):
            shown |= {picture["file"] for picture in published or ()}
        suffixes = [_suffix(width) for width in (None, *pictures.THUMBNAIL_WIDTHS)]
        named |= {f"{PICTURES}/{digest}{suffix}" for digest in shown for suffix in suffixes}
        ours = [place for place in sealed_places() if place.startswith((f"{ORIGINALS}/", f"{PICTURES}/"))]
        strays = [place for place in ours if place not in named]
        for place in strays:
            forget_file(place)
    return len(strays)


def _suffix(width: int | None) -> str:
    return f"-{width}" if width else ""


def _lock_files(*, alone: bool) -> None:
    """Until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}(%s)", [_FILES])
