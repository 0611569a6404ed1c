"""Pictures of cases, and what becomes of them before anybody outside sees one: covered where somebody drew boxes, made
smaller and written anew from nothing but its pixels. Which files are taken at all, face.pictures says.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw

from face.pictures import bare, in_srgb, upright

MAX_BOXES = 40
# Pixels: what a wide screen shows beside text, and no more detail than it needs to.
WIDTH, HEIGHT = 1600, 2400
THUMBNAIL_WIDTHS = (480, 960)
QUALITY = 82


class Box(NamedTuple):
    """A part to cover, in pixels of the upright original; right and bottom are the first that stay."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Derivative:
    """What may be shown: the picture itself (under None), and the same in lesser widths."""

    digest: str
    width: int
    height: int
    files: dict[int | None, bytes]


def upright_size(content: bytes) -> tuple[int, int]:
    """Width and height as people see it. Raises BadPicture; whatever gets through can be decoded."""
    return upright(content).size


def check_boxes(boxes: Sequence[Box], *, width: int, height: int) -> None:
    """Raises ValidationError for what does not lie on the picture."""
    if len(boxes) > MAX_BOXES:
        raise ValidationError(_("At most %(limit)d parts can be covered."), params={"limit": MAX_BOXES})
    for box in boxes:
        if not (0 <= box.left < box.right <= width and 0 <= box.top < box.bottom <= height):
            raise ValidationError(
                _("A part to cover reaches from left to right and from top to bottom, inside %(width)d × %(height)d."),
                params={"width": width, "height": height},
            )


def derive(content: bytes, boxes: Iterable[Box] = ()) -> Derivative:
    """What may be shown of an original: the same for the same original and boxes. Raises BadPicture."""
    image = upright(content)
    _cover(image, boxes)
    image.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS, reducing_gap=None)
    image = in_srgb(image)
    shown = _written(image)
    return Derivative(
        digest=sha256(shown).hexdigest(),
        width=image.width,
        height=image.height,
        files={None: shown} | {width: _written(_narrowed(image, width)) for width in thumbnails_of(image.width)},
    )


def thumbnails_of(width: int) -> list[int]:
    """The widths that a picture of this width also comes in."""
    return [narrow for narrow in THUMBNAIL_WIDTHS if narrow < width]


def srcset(digest: str, width: int) -> str:
    """For the public page that shows it: every width that there is, and a browser takes what it needs."""
    narrow = [f"{reverse('case_picture', args=[digest, each])} {each}w" for each in thumbnails_of(width)]
    return ", ".join([*narrow, f"{reverse('case_picture', args=[digest])} {width}w"])


_BLACK: dict[str, tuple[int, ...] | int] = {"RGB": (0, 0, 0), "L": 0, "CMYK": (0, 0, 0, 255)}


def _cover(image: Image.Image, boxes: Iterable[Box]) -> None:
    """On the full resolution, before anything is mixed with its neighbours: no later step can tell what was there."""
    draw = ImageDraw.Draw(image)
    for box in boxes:
        draw.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=_BLACK[image.mode])


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _written(image: Image.Image) -> bytes:
    written = io.BytesIO()
    bare(image).save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return written.getvalue()
