"""Draws the icons that browsers and phones want as pixels, and the card of pages that have none of their own."""

import struct
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from campaign import cards
from face import typesetting

IMAGES = Path(settings.BASE_DIR) / "static" / "img"

# Pixels of the side, and how much of it the seal takes: a phone cuts the corners of its icons off.
ICONS = {
    "favicon-32.png": (32, 100),
    "apple-touch-icon.png": (180, 76),
    "icon-192.png": (192, 76),
    "icon-512.png": (512, 76),
}

CARD = cards.Card(
    slug="",
    language="en",
    title="One letter, signed by many",
    ask="Read who is at risk, sign the letter, and see what became of it.",
    occasion="",
    promise="Letters of appeal for people at risk",
)

ICON = Path(cards.TEMPLATE).with_name("icon.typ")


class Command(BaseCommand):
    help = "Draw static/img/*.png and favicon.ico from favicon.svg. Their files are part of the repository."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, (side, share) in ICONS.items():
            (IMAGES / name).write_bytes(drawn(side, share))
        (IMAGES / "favicon.ico").write_bytes(as_ico((IMAGES / "favicon-32.png").read_bytes(), side=32))
        (IMAGES / "card.png").write_bytes(cards.typeset(CARD))


def drawn(side: int, share: int) -> bytes:
    return typesetting.typeset(ICON, {"side": str(side), "share": str(share)}, format="png", ppi=72)


def as_ico(png: bytes, *, side: int) -> bytes:
    """One PNG in an ICO file: the directory of one entry, its 16 bytes, and the picture as it is."""
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png), len(header) + 16)
    return header + entry + png
