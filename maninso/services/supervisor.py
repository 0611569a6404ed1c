"""Keeps programs running: restarts what dies, and ends everything when it is asked to end."""

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn, Self

from maninso.services import processes
from maninso.services.processes import Program

TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FIRST_DELAY, LONGEST_DELAY = 0.5, 10.0
# A program that ran this long starts afresh in the supervisor's patience.
HEALTHY_AFTER = 60.0
# All of it takes less than 10 s: systemd, docker and people give up then.
PATIENCE_WITH_PROGRAMS, PATIENCE_WITH_SERVERS = 5.0, 3.0
LARGEST_LOG = 5_000_000


class AskedToEnd(BaseException):
    """SIGINT, SIGTERM or SIGHUP has come."""

    def __init__(self, signum: int) -> None:
        self.signum = signum


@dataclass
class Running:
    program: Program
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    delay: float = FIRST_DELAY
    restart_at: float | None = None


class Supervisor:
    """A context: what was started in it has ended when it is left, whichever way. Single-threaded."""

    def __init__(self) -> None:
        self.running: dict[str, Running] = {}

    def __enter__(self) -> Self:
        # A child's end writes a byte here and wakes `watch`.
        self._woken, waker = socket.socketpair()
        self._waker = waker
        waker.setblocking(False)
        self._woken.setblocking(False)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        handlers = {signal.SIGCHLD: lambda *_: None, **dict.fromkeys(TO_END, _asked)}
        self._before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        return self

    def __exit__(self, *_: object) -> None:
        # Ending has begun and is bounded in time: asking again changes nothing.
        for number in TO_END:
            signal.signal(number, signal.SIG_IGN)
        programs = [one for one in self.running.values() if not one.program.is_server]
        servers = [one for one in self.running.values() if one.program.is_server]
        _end(programs, PATIENCE_WITH_PROGRAMS)
        _end(servers, PATIENCE_WITH_SERVERS)
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._woken.close()
        self._waker.close()

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        program.log.touch(mode=0o600)
        if program.log.stat().st_size:
            program.log.replace(program.log.with_suffix(".log.1"))
            program.log.touch(mode=0o600)
        process = program.spawn()
        self.running[program.name] = Running(program, process)
        return process

    def finish(self, program: Program) -> int:
        """Runs a program to its end, once. Gives its exit code."""
        process = self.start(program)
        try:
            while process.poll() is None:
                self.pause(30)
        finally:
            processes.end_group(process.pid)
            del self.running[program.name]
        return process.wait()

    def wait_until(self, ready: Callable[[], bool], *, seconds: float, name: str = "") -> bool:
        """Whether it came true in time; False too as soon as a program, or the one of that name, has ended."""
        deadline = time.monotonic() + seconds
        while not ready():
            ended = [one for one in self.ended() if name in ("", one.program.name)]
            if ended or time.monotonic() > deadline:
                return False
            self.pause(0.05)
        return True

    def ended(self) -> list[Running]:
        return [one for one in self.running.values() if one.process.poll() is not None]

    def watch(self, *, report: Callable[[str], None], changed: Callable[[], None]) -> NoReturn:
        """Until AskedToEnd. `changed` is called after each restart: the process numbers are new then."""
        while True:
            now = time.monotonic()
            for one in self.ended():
                if one.restart_at is None:
                    report(self._plan_restart(one, now))
                elif one.restart_at <= now:
                    one.process, one.started, one.restart_at = one.program.spawn(), now, None
                    changed()
                    report(f"{one.program.name} runs again (process {one.process.pid}).")
            for one in self.running.values():
                _keep_short(one.program.log)
            due = [one.restart_at for one in self.running.values() if one.restart_at is not None]
            self.pause(max(0.0, min(due) - now) if due else 30)

    def _plan_restart(self, one: Running, now: float) -> str:
        processes.end_group(one.process.pid)
        if now - one.started >= HEALTHY_AFTER:
            one.delay = FIRST_DELAY
        one.restart_at = now + one.delay
        sentence = (
            f"{one.program.name} ended ({_how(one.process.returncode)}) and starts again in {one.delay:g} s; "
            f"its log: {one.program.log}"
        )
        one.delay = min(one.delay * 2, LONGEST_DELAY)
        return sentence

    def pause(self, seconds: float) -> None:
        """Until a child ends, but no longer than this."""
        if select.select([self._woken], [], [], seconds)[0]:
            self._woken.recv(4096)


def _asked(signum: int, _frame: FrameType | None) -> NoReturn:
    raise AskedToEnd(signum)


def _end(group: list[Running], patience: float) -> None:
    """Asks all of them, waits for all of them together, then kills what is left, their children included."""
    for one in group:
        if one.process.poll() is None:
            one.process.send_signal(one.program.ends_on)
    deadline = time.monotonic() + patience
    for one in group:
        with contextlib.suppress(subprocess.TimeoutExpired):
            one.process.wait(timeout=max(0.0, deadline - time.monotonic()))
        processes.end_group(one.process.pid)
        one.process.wait()


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


def _keep_short(log: Path) -> None:
    """The program has the file open for appending, so it is copied and emptied, not moved."""
    if log.stat().st_size > LARGEST_LOG:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)
