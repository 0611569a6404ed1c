"""Typesetting with typst: the fonts that every machine has, one run at a time, files kept by what they say.

What people write goes in as JSON data, never as markup.
"""

import datetime as dt
import fcntl
import hashlib
import importlib.resources
import io
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.ttLib import TTCollection, TTFont

# Wheels with fonts (OFL), by the folder in each. Libertinus Serif, for Latin, Greek and Cyrillic, is typst's own.
_FONTS = {
    "noto_cjk_sans_otc": "",
    "fontpkg_noto_sans": "files",
    "fontpkg_noto_sans_arabic": "files",
    "fontpkg_noto_sans_thai": "files",
}
_WORDS = Path(__file__).parent / "typst" / "words.typ"
_CHILD = Path(__file__).parent / "typeset_child.py"
# An archive may keep it (PDF/A-2a) and a screen reader can read it (PDF/UA-1).
ACCESSIBLE = ["a-2a", "ua-1"]
# Seconds. A thousand events with their law take 10 on a busy machine.
LONGEST = 120
_RUN = """
import json, sys, typst
try:
    made = typst.compile(**json.load(sys.stdin))
except RuntimeError as error:
    sys.exit(str(error))
# As pictures, of several pages a list.
pages = made if isinstance(made, list) else [made]
sys.stdout.buffer.write(json.dumps([len(page) for page in pages]).encode() + b"\\n" + b"".join(pages))
"""
# What stands for a character that no font of ours has.
MISSING = "□"

_JOINERS = "\u200c\u200d"


class NotTypeset(Exception):
    """The typesetter refused, or the disk did."""


def typeset(template: Path, inputs: Mapping[str, str], **how: Any) -> bytes:
    """One document; `how` goes to typst: format, ppi, pdf_standards. Raises NotTypeset.

    In a process of its own: a thousand events took 1 GB, which typst keeps for the next run for as long as it lives.
    """
    return b"".join(_run(template, inputs, **how))


def typeset_pages(template: Path, inputs: Mapping[str, str], *, ppi: float) -> list[bytes]:
    """A picture of each page. Raises NotTypeset."""
    return _run(template, inputs, format="png", ppi=ppi)


def _run(template: Path, inputs: Mapping[str, str], **how: Any) -> list[bytes]:
    asked = {
        "input": str(template),
        "root": str(settings.BASE_DIR),
        "font_paths": [str(folder) for folder in _folders()],
        "ignore_system_fonts": True,
        "sys_inputs": dict(inputs),
        **how,
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own lines, and the data on its standard input
            [sys.executable, "-I", "-c", _RUN],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotTypeset(f"{template.name}: not done in {LONGEST} s") from error
    if done.returncode:
        raise NotTypeset(f"{template.name}: {done.stderr.decode(errors='replace').strip()[-2000:]}")
    told, _, made = done.stdout.partition(b"\n")
    stream = io.BytesIO(made)
    return [stream.read(size) for size in json.loads(told)]


def typeset_apart(
    template: Path, inputs: Mapping[str, str], *, query: str, at: dt.datetime, seconds: int, megabytes: int
) -> tuple[bytes, Any]:
    """A large accessible PDF, made in a child process that cannot take more than this, and the values of its metadata
    with the label `query`. The same inputs at the same time make the same bytes. Raises NotTypeset.
    """
    order = {
        "template": str(template),
        "root": str(settings.BASE_DIR),
        "fonts": [str(folder) for folder in _folders()],
        "inputs": dict(inputs),
        "standards": ACCESSIBLE,
        "timestamp": int(at.timestamp()),
        "query": query,
        "seconds": seconds,
        "bytes": megabytes * 2**20,
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, str(_CHILD)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=2 * seconds,
            # One core for each, and no arena of 64 MB for each thread.
            env={**os.environ, "RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "RUST_BACKTRACE": "0"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotTypeset(f"{template.name}: not done after {2 * seconds} seconds") from error
    if done.returncode:
        raise NotTypeset(f"{template.name}: {done.stderr.decode(errors='replace')[:500]} ({done.returncode})")
    told, _, made = done.stdout.partition(b"\n")
    return made, json.loads(told)


def source(*templates: Path) -> str:
    """The text of the templates, and of the one that all of them import."""
    return "\n".join(path.read_text(encoding="utf-8") for path in (_WORDS, *templates))


def digest(*parts: str) -> str:
    """Of all that decides how a document looks: its templates and its data."""
    return hashlib.sha256("\n".join([version("typst"), *parts]).encode()).hexdigest()[:16]


def kept(path: Path, make: Callable[[], bytes], *, instead_of: str) -> Path:
    """The file, made where there is none yet. It takes the place of those beside it whose names `instead_of` matches.
    Raises NotTypeset.
    """
    if path.exists():
        return path
    try:
        with _alone(path.parent):
            if not path.exists():
                _write(path, make())
                _tidy(path, instead_of)
    except OSError as error:
        raise NotTypeset from error
    return path


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time on this machine: a link that spreads is fetched by many at once, and each run takes a core."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    half = path.with_suffix(".half")
    half.write_bytes(content)
    os.replace(half, path)


def _tidy(path: Path, pattern: str) -> None:
    """What was said before."""
    for older in path.parent.glob(pattern):
        if older != path:
            older.unlink(missing_ok=True)


@cache
def _folders() -> list[Path]:
    return [Path(str(importlib.resources.files(package))) / folder for package, folder in _FONTS.items()]


# --- Characters that no font has. In PDF/A and PDF/UA one of them would fail the whole file.


def legible(data: Any) -> tuple[Any, list[str]]:
    """The data with `MISSING` for what cannot be drawn, and those characters, each once."""
    missing: dict[str, None] = {}
    return _legible(data, missing), list(missing)


def _legible(data: Any, missing: dict[str, None]) -> Any:
    if isinstance(data, str):
        plain = (data.isascii() and data.isprintable()) or _steady().issuperset(data)
        return data if plain else "".join(_drawn(data, missing))
    if isinstance(data, dict):
        return {name: _legible(value, missing) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_legible(value, missing) for value in data]
    return data


def _drawn(text: str, missing: dict[str, None]) -> Iterator[str]:
    for cluster in _clusters(text):
        if any(all(ord(sign) in font or sign in _JOINERS for sign in cluster) for font in _characters()):
            yield cluster
        else:
            missing[cluster] = None
            yield MISSING


def _clusters(text: str) -> Iterator[str]:
    """What one font must draw: a character with its marks. Controls, which draw nothing, are left out."""
    cluster = ""
    for sign in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(sign)
        if sign in "\n\t\u2028\u2029":
            yield from filter(None, (cluster, "\n" if sign == "\n" else " "))
            cluster = ""
        elif (kind in ("Cc", "Cf") and sign not in _JOINERS) or _is_variation(sign):
            continue
        elif cluster and (kind.startswith("M") or sign in _JOINERS):
            cluster += sign
        elif sign not in _JOINERS:
            yield from filter(None, (cluster,))
            cluster = sign
    yield from filter(None, (cluster,))


def _is_variation(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


@cache
def _steady() -> frozenset[str]:
    """What can be drawn and stays as it is, whatever stands beside it: most names are made of these alone."""
    drawn = (chr(code) for code in frozenset().union(*_characters()))
    return frozenset(
        sign
        for sign in drawn
        if sign not in _JOINERS
        and unicodedata.category(sign)[0] not in "MC"
        and unicodedata.category(sign) not in ("Zl", "Zp")
        and unicodedata.normalize("NFC", sign) == sign
        # Jamo become syllables beside each other.
        and not unicodedata.name(sign, "").startswith("HANGUL CHO")
        and "JUNGSEONG" not in unicodedata.name(sign, "")
        and "JONGSEONG" not in unicodedata.name(sign, "")
    )


@cache
def _characters() -> list[frozenset[int]]:
    """What each font can draw. Libertinus Serif, inside typst, cannot be asked: what it has as well does not count."""
    files = sorted(path for folder in _folders() for path in folder.iterdir())
    found = [frozenset(_first_font(path).getBestCmap()) for path in files if path.suffix in (".ttf", ".otf", ".ttc")]
    # A line break is no glyph.
    return [characters | {0x0A} for characters in found]


def _first_font(path: Path) -> TTFont:
    """The fonts of one collection have the same characters, in other shapes."""
    return TTCollection(path, lazy=True).fonts[0] if path.suffix == ".ttc" else TTFont(path, lazy=True)
