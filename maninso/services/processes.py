"""Child processes that never outlive the process that started them."""

import contextlib
import ctypes
import functools
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from maninso.services.trouble import Trouble

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)


class Identity(Enum):
    """As whom a server runs. PostgreSQL refuses root, and users without a name, as containers have them."""

    SELF = "the user who typed the command"
    # The files stay the user's, but to PostgreSQL the user is nobody in particular.
    NAMESPACE = "that user in a user namespace without mapping"
    NOBODY = "nobody"


@functools.cache
def unprivileged() -> Identity:
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Identity.SELF
    child = os.fork()
    if child == 0:
        os._exit(_libc.unshare(CLONE_NEWUSER) != 0)
    if os.waitpid(child, 0)[1] == 0:
        return Identity.NAMESPACE
    if os.geteuid() == 0:
        return Identity.NOBODY
    raise Trouble(
        f"PostgreSQL does not run for user number {os.geteuid()}, who has no name on this machine: start as another "
        "user, or add this one to /etc/passwd."
    )


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def give(folder: Path, *, to: Identity) -> None:
    """Makes `folder` the server's own, and reachable for it; root can still enter.

    Raises Trouble if a folder above it, which is not ours to change, keeps the server out.
    """
    if to is not Identity.NOBODY:
        return
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    for parent in folder.parents:
        if not parent.stat().st_mode & 0o001:
            raise Trouble(
                f"PostgreSQL does not run as root, and the user nobody may not enter {parent}: allow it "
                f"(chmod o+x {parent}), name another folder with VAR_DIR, or start as an ordinary user."
            )


@dataclass(frozen=True)
class Program:
    """What is to run. Its output goes to `log`; `variables` are the whole of its environment."""

    name: str
    command: Sequence[str | os.PathLike[str]]
    variables: Mapping[str, str]
    log: Path
    identity: Identity = Identity.SELF
    # How it is asked to end, and what the kernel sends it when the supervisor is killed.
    ends_on: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals = signal.SIGTERM
    # Ended after the others, who need it until then.
    is_server: bool = field(default=False)

    def spawn(self) -> subprocess.Popen[bytes]:
        """In a session of its own: Ctrl-C reaches the supervisor only, and the group can be ended as one."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [os.fspath(part) for part in self.command],
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=before_exec(self.identity, self.orphaned),
            )


def run(
    command: Sequence[str | os.PathLike[str]],
    *,
    identity: Identity,
    text: str = "",
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs a short program to its end and keeps what it prints. Raises nothing for its exit code."""
    return subprocess.run(
        [os.fspath(part) for part in command],
        input=text,
        env=variables,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        start_new_session=True,
        preexec_fn=before_exec(identity, signal.SIGKILL),
    )


def before_exec(identity: Identity, orphaned: signal.Signals) -> Callable[[], None]:
    """What a child does between fork and exec. The main thread must fork it: the kernel watches threads."""
    parent = os.getpid()

    def steps() -> None:
        if identity is Identity.NAMESPACE and _libc.unshare(CLONE_NEWUSER):
            raise OSError(ctypes.get_errno(), "unshare")
        if identity is Identity.NOBODY:
            nobody = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
        if sys.platform == "linux":
            # After the change of identity, which clears it.
            _libc.prctl(PR_SET_PDEATHSIG, int(orphaned))
            if os.getppid() != parent:
                os._exit(1)

    return steps


def end_group(leader: int) -> None:
    """Kills what is left of a session that we started, its leader included."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
