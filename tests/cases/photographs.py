"""Picture files made on the spot: what tests bring in place of photographs."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

CANARY = "CANARY 37.5665N 126.9780E"
RED, BLUE = (200, 30, 30), (30, 30, 200)


def encoded(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def decoded(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def photograph(format: str = "JPEG", *, size: tuple[int, int] = (600, 400), **options: Any) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return encoded(image, format, **options)


def telling(format: str = "JPEG", *, orientation: int = 1, size: tuple[int, int] = (600, 400)) -> bytes:
    """A photograph that says where, when and with what it was taken, in every way that its format knows."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = CANARY
    exif[ExifTags.Base.ImageDescription] = CANARY
    place = {1: "N", 2: (37.0, 33.0, 59.4), 3: "E", 4: (126.0, 58.0, 40.8), 29: CANARY}
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    options: dict[str, Any] = {"exif": exif.tobytes()}
    if format == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Comment", CANARY)
        options["pnginfo"].add_itxt("Location", CANARY)
    else:
        options["xmp"] = f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode()
    if format == "JPEG":
        options["comment"] = CANARY.encode()
    return photograph(format, size=size, **options)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG by its header, these chunks and its end."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in (head, *chunks, (b"IEND", b"")))


def jpeg_header(width: int, height: int, scans: int = 1) -> bytes:
    """A JPEG by its structure: a frame header and empty scans."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x00"
    return b"\xff\xd8\xff\xc2" + struct.pack(">H", len(frame) + 2) + frame + scan * scans + b"\xff\xd9"


def webp_header(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    chunk = b"VP8L" + struct.pack("<I", 6) + b"\x2f" + struct.pack("<I", bits) + b"\x00"
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("index.html", "<script>alert(1)</script>")
    return file.getvalue()


def segments(jpeg: bytes) -> list[int]:
    """The markers of a JPEG up to its first scan."""
    found, position = [], 2
    while not found or found[-1] != 0xDA:
        found.append(jpeg[position + 1])
        position += 2 + int.from_bytes(jpeg[position + 2 : position + 4])
    return found
