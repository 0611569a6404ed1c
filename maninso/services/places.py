"""Where things lie on this machine, and who holds them."""

import fcntl
import json
import os
import pwd
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from maninso.services.trouble import Trouble

PROJECT = Path(__file__).resolve().parent.parent.parent

# A Unix socket's address holds 107 bytes; ".s.PGSQL.5432" is the longest name that we put into the folder.
LONGEST_FOLDER = 107 - len("/.s.PGSQL.5432")
# Other characters would have to be quoted, each time differently, in the URLs of psycopg, redis-py and kombu.
PLAIN = re.compile(r"[A-Za-z0-9._/-]+")


class Places:
    """The folder of one installation (`VAR_DIR`), made if need be."""

    def __init__(self, var: Path) -> None:
        self.var = var.absolute()
        self.run = self.var / "run"
        self.log = self.var / "log"
        self.mailbox = self.var / "mailbox"
        self.cluster = self.var / "postgresql"
        self.environment = self.var / "environment"
        self.state = self.run / "stack.json"
        # Known while `held_by` holds.
        self.predecessor_was_killed = False
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            for folder in (self.log, self.mailbox):
                folder.mkdir(mode=0o700, exist_ok=True)
            # Open to walk through: a PostgreSQL that has to run as nobody finds its sockets in here.
            self.run.mkdir(mode=0o711, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.run):
                pass
        except OSError as problem:
            raise Trouble(
                f"The folder {self.var} cannot be written to ({problem.strerror}): "
                "mend its permissions, or name another with VAR_DIR=/path/to/folder."
            ) from problem

    def sockets(self) -> Path:
        """A folder of mode 0700 for Unix sockets, with a short and plain name.

        It is var/run/sockets itself, or a private folder elsewhere to which that name is a link.
        """
        folder = self.run / "sockets"
        if folder.is_symlink() and _is_private(folder.readlink()):
            return folder.readlink()
        if PLAIN.fullmatch(str(folder)) and len(os.fsencode(folder)) <= LONGEST_FOLDER:
            folder.mkdir(mode=0o700, exist_ok=True)
            return folder
        base = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")  # noqa: S108 - the folder in it is random and 0700
        if not (PLAIN.fullmatch(str(base)) and os.access(base, os.W_OK) and len(str(base)) < LONGEST_FOLDER // 2):
            base = Path("/tmp")  # noqa: S108
        private = Path(tempfile.mkdtemp(prefix="maninso-", dir=base))
        folder.unlink(missing_ok=True)
        folder.symlink_to(private)
        return private

    @contextmanager
    def held_by(self, command: str, *, wait: bool = False) -> Iterator[None]:
        """Nobody else runs servers on these folders meanwhile. However the holder dies, the kernel lets go.

        Raises Trouble at once if somebody does, unless `wait`.
        """
        with (self.run / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                holder = lock.read().strip() or "another command"
                if not wait:
                    site = self.read_state().get("site")
                    where = f" at {site}" if site else ""
                    raise Trouble(
                        f"{holder} already runs in {self.var}{where}: end it first, "
                        "or give this one a folder of its own with VAR_DIR=/path/to/folder."
                    ) from None
                print(f"Waiting for {holder} to end …", flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
            lock.truncate(0)
            lock.write(f"{command} (process {os.getpid()})")
            lock.flush()
            self.predecessor_was_killed = self.state.exists()
            self.state.unlink(missing_ok=True)
            try:
                yield
            finally:
                self.state.unlink(missing_ok=True)

    def write_state(self, state: dict[str, Any]) -> None:
        write_private(self.state, json.dumps(state, indent=1))

    def read_state(self) -> dict[str, Any]:
        """What the running bin/start says about itself; empty if none runs, whatever one left behind."""
        try:
            state: dict[str, Any] = json.loads(self.state.read_text())
            with (self.run / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return state
        except (FileNotFoundError, ValueError):
            return {}
        return {}


def write_private(path: Path, text: str) -> None:
    """Writes a file of mode 0600 that is seen whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    os.replace(name, path)


def _is_private(folder: Path) -> bool:
    """A folder in /tmp is used again only if it is still ours alone, and not somebody's trap."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    ours = {os.geteuid()} if os.geteuid() else {0, pwd.getpwnam("nobody").pw_uid}
    return stat.S_ISDIR(found.st_mode) and found.st_uid in ours and stat.S_IMODE(found.st_mode) == 0o700
