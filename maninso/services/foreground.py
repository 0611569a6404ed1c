"""A command in front of the servers that it needs: it keeps the terminal, and its exit code becomes ours."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from types import FrameType

from maninso.services.processes import Identity, before_exec


def run(command: Sequence[str | os.PathLike[str]], variables: Mapping[str, str]) -> int:
    """Runs it to its end. Signals to us are handed on; one from the keyboard has reached it already."""

    child: subprocess.Popen[bytes] | None = None

    def hand_on(signum: int, _frame: FrameType | None) -> None:
        if child is not None and not (signum == signal.SIGINT and _came_from_keyboard()):
            child.send_signal(signum)

    previous = {one: signal.signal(one, hand_on) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        child = subprocess.Popen(
            [os.fspath(part) for part in command],
            env=variables,
            preexec_fn=before_exec(Identity.SELF, signal.SIGTERM),
        )
        code = child.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def _came_from_keyboard() -> bool:
    """Whether Ctrl-C goes to our process group, of which the command is a part."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)
