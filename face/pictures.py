"""Pictures that people hand in: which are taken, and their pixels.

A file is read by its structure first, without decoding: only a plain JPEG, PNG or WebP of one still picture, complete,
with nothing behind its end, and of a size that this machine can bear. Then it is decoded and turned upright; whoever
shows it writes it anew from nothing but its pixels.

HEIC is not taken: the libraries that read it (libheif, libde265) are LGPL. Phones hand out JPEG when asked.
"""

import io
import re
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 20 * 1024 * 1024
# 8160 × 6120, what telephones make at most without being asked; decoded 200 MB, as Pillow keeps four bytes a pixel.
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
# Scans of a progressive JPEG: each costs a pass over the picture; encoders write about ten.
MAX_SCANS = 100


class BadPicture(Exception):
    """Not taken; the message says why, to the person who brought it."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = reason


class Header(NamedTuple):
    """What a file says of itself, in pixels as they are stored."""

    format: str
    width: int
    height: int


_EMPTY = _("The file is empty.")
_TOO_BIG = _("The file is too big: at most 20 MB.")
_TOO_LARGE = _("The picture is too large: at most 50 megapixels, and 20,000 pixels on a side.")
_UNKNOWN = _("This is not a JPEG, PNG or WebP picture. Save it as one of these and try again.")
_BROKEN = _("The picture is damaged or was cut off. Save it anew and try again.")
_MORE = _(
    "Behind the picture this file holds something else: some phones put a film or a second picture there. "
    "Save it as a plain picture and try again."
)
_MOVING = _("The picture moves. Save one still picture of it and try again.")


def read_header(content: bytes) -> Header:
    """Raises BadPicture for whatever is not to be decoded; looks at the structure only, and needs no memory for it."""
    if not content:
        raise BadPicture(_EMPTY)
    if len(content) > MAX_BYTES:
        raise BadPicture(_TOO_BIG)
    for magic, read in _READERS.items():
        if magic.match(content):
            header = read(content)
            if header.width * header.height > MAX_PIXELS or max(header.width, header.height) > MAX_SIDE:
                raise BadPicture(_TOO_LARGE)
            if not header.width or not header.height:
                raise BadPicture(_BROKEN)
            return header
    raise BadPicture(_UNKNOWN)


def upright(content: bytes) -> Image.Image:
    """Decoded, turned as its camera was held, on white where it was transparent, in a mode that has a black.

    Raises BadPicture.
    """
    header = read_header(content)
    try:
        image = Image.open(io.BytesIO(content), formats=[header.format])
        # What another reader takes the size to be is what it would make room for.
        if image.size != (header.width, header.height) or getattr(image, "n_frames", 1) != 1:
            raise BadPicture(_BROKEN)
        image.load()
        return ImageOps.exif_transpose(_plain(image))
    # Decoders raise what they like: OSError, SyntaxError, ValueError, struct.error, zlib.error and more.
    except (BadPicture, MemoryError):
        raise
    except Exception as error:
        raise BadPicture(_BROKEN) from error


def in_srgb(image: Image.Image) -> Image.Image:
    """The colours that its profile means; without a profile, or with one that cannot be read, they are sRGB already."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None
        if converted:
            return converted
    return image.convert("RGB")


def bare(image: Image.Image) -> Image.Image:
    """The pixels alone: what Pillow remembers of the file (comment, profile, EXIF) stays behind."""
    pixels = Image.new("RGB", image.size)
    pixels.paste(image)
    return pixels


# --- What a file is, by its structure ---------------------------------------------------------------------------


def _read_jpeg(content: bytes) -> Header:
    """ITU T.81, annex B: markers with lengths; after a scan's header its data, where FF is followed by 00 or RSTn."""
    header, scans, position = None, 0, 2
    while True:
        marker = _MARKER.match(content, position)
        if not marker:
            raise BadPicture(_BROKEN)
        kind, position = marker[1][0], marker.end()
        if kind == 0xD9:
            break
        if kind == 0x01 or 0xD0 <= kind <= 0xD8:  # these have no length, and no business here
            raise BadPicture(_BROKEN)
        length = int.from_bytes(content[position : position + 2])
        segment = content[position + 2 : position + length]
        if length < 2 or len(segment) != length - 2:
            raise BadPicture(_BROKEN)
        position += length
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            # Baseline, extended or progressive; one picture only.
            if kind > 0xC2 or header or len(segment) < 6:
                raise BadPicture(_BROKEN)
            header = Header("JPEG", int.from_bytes(segment[3:5]), int.from_bytes(segment[1:3]))
        elif kind == 0xDA:
            scans += 1
            end = _END_OF_SCAN.search(content, position)
            if not end or scans > MAX_SCANS:
                raise BadPicture(_BROKEN)
            position = end.start()
    return _complete(header if scans else None, content, position)


def _read_png(content: bytes) -> Header:
    """PNG, section 5: chunks of length, type, data and checksum, from IHDR to IEND."""
    header, has_data, position, kind = None, False, 8, b""
    while kind != b"IEND":
        length = int.from_bytes(content[position : position + 4])
        kind = content[position + 4 : position + 8]
        if (header is None) != (kind == b"IHDR") or position + 12 + length > len(content):
            raise BadPicture(_BROKEN)
        if kind == b"IHDR":
            header = Header(
                "PNG",
                int.from_bytes(content[position + 8 : position + 12]),
                int.from_bytes(content[position + 12 : position + 16]),
            )
        elif kind == b"acTL":
            raise BadPicture(_MOVING)
        has_data = has_data or kind == b"IDAT"
        position += 12 + length
    return _complete(header if has_data else None, content, position)


def _read_webp(content: bytes) -> Header:
    """RFC 9649, section 2: RIFF chunks, padded to even lengths; the picture's own header tells its size."""
    end = 8 + int.from_bytes(content[4:8], "little")
    header, position = None, 12
    while position < end:
        kind = content[position : position + 4]
        length = int.from_bytes(content[position + 4 : position + 8], "little")
        data = content[position + 8 : position + 18]
        if position + 8 + length > len(content) or position + 8 + length > end:
            raise BadPicture(_BROKEN)
        if kind in (b"ANIM", b"ANMF"):
            raise BadPicture(_MOVING)
        if kind == b"VP8X" and len(data) == 10:
            if data[0] & 0x02:
                raise BadPicture(_MOVING)
            header = Header("WEBP", 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little"))
        elif kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
            width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
            header = header or Header("WEBP", width & 0x3FFF, height & 0x3FFF)
        elif kind == b"VP8L" and data[:1] == b"\x2f":
            bits = int.from_bytes(data[1:5], "little")
            header = header or Header("WEBP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
        position += 8 + length + length % 2
    return _complete(header, content, position)


def _complete(header: Header | None, content: bytes, end: int) -> Header:
    if header is None or end > len(content):
        raise BadPicture(_BROKEN)
    if end < len(content):
        raise BadPicture(_MORE)
    return header


# Fill bytes (FF) may stand before a marker.
_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
_END_OF_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
_READERS = {
    re.compile(rb"\xff\xd8\xff"): _read_jpeg,
    re.compile(rb"\x89PNG\r\n\x1a\n"): _read_png,
    re.compile(rb"RIFF....WEBP", re.DOTALL): _read_webp,
}


# --- What becomes of its pixels -----------------------------------------------------------------------------------


# Those that have a black, and no transparency.
MODES = ("RGB", "L", "CMYK")


def _plain(image: Image.Image) -> Image.Image:
    """Without transparency (on white) and palettes, in a mode that has a black."""
    if image.mode in MODES:
        return image
    info = image.info
    if image.mode == "I;16":
        image = image.point(lambda value: value / 256).convert("L")
    elif image.has_transparency_data:
        seen_through = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(seen_through, mask=seen_through)
    else:
        image = image.convert("RGB")
    image.info = info
    return image
