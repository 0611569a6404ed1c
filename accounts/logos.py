"""Organisations' logos: from the file that somebody hands in to squares on white, written anew from their pixels."""

import io
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from face.pictures import BadPicture, bare, in_srgb, upright
from privacy.sealed_files import forget_file, seal_file, unseal_file

# Pixels of the squares: beside a name, and the same on a dense screen.
SIDES = (128, 256)
# A logo that is long and narrow is a stripe in a square.
LONGEST = 4

_TOO_SMALL = _("The picture is too small: at least 64 pixels on its longer side.")
_TOO_NARROW = _("The picture is too long and narrow to stand beside a name: at most four times as long as wide.")


@dataclass(frozen=True)
class Logo:
    digest: str
    files: dict[int, bytes]


def drawn(content: bytes) -> Logo:
    """The same for the same file. Raises BadPicture."""
    image = in_srgb(upright(content))
    longer, shorter = max(image.size), min(image.size)
    if longer < 64:
        raise BadPicture(_TOO_SMALL)
    if longer > LONGEST * shorter:
        raise BadPicture(_TOO_NARROW)
    files = {side: _square(image, side) for side in SIDES}
    return Logo(digest=sha256(files[max(SIDES)]).hexdigest(), files=files)


def _square(image: Image.Image, side: int) -> bytes:
    square = bare(ImageOps.pad(image, (side, side), Image.Resampling.LANCZOS, color="white"))
    written = io.BytesIO()
    square.save(written, "PNG", optimize=True)
    return written.getvalue()


def keep(logo: Logo) -> None:
    for side, content in logo.files.items():
        seal_file(_place(logo.digest, side), content)


def open_logo(digest: str, side: int) -> bytes:
    """Raises FileNotFoundError."""
    return unseal_file(_place(digest, side))


def forget(digest: str) -> None:
    for side in SIDES:
        forget_file(_place(digest, side))


def _place(digest: str, side: int) -> str:
    return f"logos/{digest}-{side}"
