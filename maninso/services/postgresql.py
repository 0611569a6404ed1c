"""A PostgreSQL cluster of our own on a Unix socket: no TCP, no password, a folder that only we may enter."""

import os
import shutil
import signal
import time
from pathlib import Path

from maninso.services import locator, processes
from maninso.services.processes import Identity, Program
from maninso.services.trouble import Trouble

DATABASE = "maninso"

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # Nobody replicates from a laptop: less to write, one process fewer.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "256MB",
    "log_min_messages": "warning",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Cluster:
    """`durable=False` skips fsync, for data that are thrown away anyway; everything else stays the same."""

    def __init__(
        self,
        folder: Path,
        *,
        sockets: Path,
        log: Path,
        durable: bool = True,
        identity: Identity | None = None,
    ) -> None:
        self.folder = folder
        self.sockets = sockets
        self.log = log
        self.durable = durable
        self.identity = identity or processes.unprivileged()
        self.binaries = self._binaries()

    @property
    def url(self) -> str:
        return f"postgresql://{DATABASE}@/{DATABASE}?host={self.sockets}"

    def make(self) -> None:
        """Initialises the cluster if there is none. It appears whole, however often it is interrupted."""
        if self.folder.exists():
            return
        unfinished = self.folder.with_name(f"{self.folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        processes.give(unfinished, to=self.identity)
        if self.binaries.major >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        else:
            locale = ["--locale=C.UTF-8"]
        self._run(
            "initdb",
            "-D",
            unfinished,
            "-U",
            DATABASE,
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
            *locale,
        )
        self._run("postgres", "--single", "-D", unfinished, "postgres", text=f"CREATE DATABASE {DATABASE};\n")
        if self.durable:
            os.sync()
        unfinished.rename(self.folder)

    def program(self) -> Program:
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        if not self.durable:
            settings["fsync"] = "off"
        if self.binaries.major >= 18:
            # Three processes fewer; they read ahead on large disks.
            settings["io_method"] = "sync"
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        return Program(
            name="postgresql",
            command=[self.binaries.folder / "postgres", "-D", self.folder, *options],
            variables=_plain_environment(),
            log=self.log,
            identity=self.identity,
            # "Fast": ends the sessions, writes everything down, goes.
            ends_on=signal.SIGINT,
            orphaned=signal.SIGINT,
            is_server=True,
        )

    def is_ready(self, pid: int) -> bool:
        """The server's own word, as pg_ctl reads it: line 8 of postmaster.pid."""
        lines = self._pid_file()
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def wait_for_predecessor(self, *, seconds: float = 20) -> None:
        """After a kill of the supervisor its PostgreSQL is still writing down what it has.

        Raises Trouble if it does not go.
        """
        deadline = time.monotonic() + seconds
        while (lines := self._pid_file()) and _is_postgres(lines[0]):
            if time.monotonic() > deadline:
                raise Trouble(
                    f"Another PostgreSQL (process {lines[0]}) holds {self.folder}: "
                    f"end it with kill {lines[0]}, then start again."
                )
            time.sleep(0.1)

    def why_it_ended(self) -> Trouble:
        return Trouble(
            f"PostgreSQL does not start on {self.folder} ({last_complaint(self.log)}): restore it from a "
            f"copy, or move it away to begin with an empty database; {self.log} says more."
        )

    def _binaries(self) -> locator.Binaries:
        if not self.folder.exists():
            return locator.newest_postgresql()
        try:
            major = int((self.folder / "PG_VERSION").read_text())
        except (OSError, ValueError):
            raise Trouble(
                f"{self.folder} is not a database of PostgreSQL, or a broken one: restore it from a copy, "
                "or move it away to begin with an empty database."
            ) from None
        return locator.postgresql_of(major, cluster=self.folder)

    def _pid_file(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _run(self, name: str, *arguments: str | Path, text: str = "") -> None:
        done = processes.run(
            [self.binaries.folder / name, *arguments],
            identity=self.identity,
            text=text,
            variables=_plain_environment(),
        )
        if done.returncode or "FATAL" in done.stderr or "ERROR" in done.stderr:
            with self.log.open("a") as log:
                log.write(done.stdout + done.stderr)
            raise Trouble(
                f"The database could not be made in {self.folder} ({last_complaint(self.log)}): "
                f"mend that and start again; {self.log} says more."
            )


def last_complaint(log: Path) -> str:
    """The last line that names a reason, without its timestamp."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    complaints = [line for line in lines if any(word in line for word in ("PANIC:", "FATAL:", "ERROR:", "rror:"))]
    line = (complaints or lines or ["it says nothing"])[-1]
    return line.split("] ", 1)[-1][:300]


def _is_postgres(pid: str) -> bool:
    try:
        return Path("/proc", pid.strip().lstrip("-"), "comm").read_text() == "postgres\n"
    except OSError:
        return False


def _plain_environment() -> dict[str, str]:
    """The caller's PG* variables would change what the server and initdb do; messages are read in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}
