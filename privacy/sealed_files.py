"""Files that only the running program can read: sealed like columns, in VAR_DIR/sealed, one folder per kind.

A file's place below that folder ("originals/3f2a…") is its context: moved or renamed, it does not open. It is written
beside its place and moved there once it is whole and on the disk, so it is there as a whole or not at all.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from privacy.sealing import is_current, seal_bytes, unseal_bytes

# What is being written. After a crash one may stay behind: sealed as well, and no place leads to it.
UNFINISHED = ".unfinished-"


def seal_file(place: str, content: bytes) -> None:
    """For this program's user only (0600); replaces what was there."""
    path = path_of(place)
    with _alone_in(path.parent):
        _write(path, seal_bytes(content, context=place))


def unseal_file(place: str) -> bytes:
    """Raises FileNotFoundError, or CannotUnseal."""
    return unseal_bytes(path_of(place).read_bytes(), context=place)


def forget_file(place: str) -> None:
    """Harmless where there is none."""
    path = path_of(place)
    with _alone_in(path.parent):
        path.unlink(missing_ok=True)


def renew_file(place: str, *, dry_run: bool = False) -> bool:
    """Seals it under the first key; False if it is already. Raises FileNotFoundError, or CannotUnseal."""
    path = path_of(place)
    # Locked, so that a file which is forgotten meanwhile does not come back.
    with _alone_in(path.parent):
        sealed = path.read_bytes()
        content = unseal_bytes(sealed, context=place)
        if is_current(sealed):
            return False
        if not dry_run:
            _write(path, seal_bytes(content, context=place))
        return True


def sealed_places() -> list[str]:
    folder = _folder()
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.glob("*/*"))
        if not path.name.startswith(UNFINISHED)
    ]


def path_of(place: str) -> Path:
    """Raises ValueError for anything but a kind and a name: nothing leads out of the folder."""
    kind, _, name = place.partition("/")
    if not (place.isascii() and kind.isalnum() and name.replace("-", "").isalnum()):
        raise ValueError(f"This is no place of a sealed file: {place!r}.")
    return _folder() / kind / name


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "sealed"


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Among those who change files there; readers never wait."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, sealed: bytes) -> None:
    # mkstemp: mode 0600 from the first moment.
    descriptor, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        os.unlink(unfinished)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
