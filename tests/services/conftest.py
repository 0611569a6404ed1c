import os
import re
import select
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from maninso.services.places import PROJECT
from maninso.services.rehearsal import PRODUCT_VARIABLES


def command(name: str, *arguments: str, var: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROJECT / "bin" / name, *arguments],
        env=environment(var, **variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def environment(var: Path, **variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in PRODUCT_VARIABLES}
    return kept | {"VAR_DIR": str(var)} | variables


class Stack:
    """bin/start on a folder, up to the moment when it says that it is ready."""

    def __init__(self, var: Path) -> None:
        self.var = var
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [PROJECT / "bin" / "start", "--without-past", "--port", str(self.port)],
            env=environment(self.var),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.greeting = self.read_until("Ctrl-C ends")
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGTERM)
        self.process.stdout.close()

    def read_until(self, pattern: str) -> str:
        said = ""
        for line in self.process.stdout:
            said += line
            if re.search(pattern, line):
                return said
        raise AssertionError(f"bin/start ended without saying {pattern!r}:\n{said}")

    def end(self, number: signal.Signals) -> int:
        """Gives the exit code, once every process of the stack has gone."""
        processes = processes_of(self.var)
        self.process.send_signal(number)
        code = self.process.wait(timeout=15)
        wait_for_end(processes)
        return code


def processes_of(var: Path) -> set[int]:
    """Every process that was started with this VAR_DIR, however far from bin/start."""
    mark = f"VAR_DIR={var}\0".encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes():
                found.add(int(folder.name))
        except OSError:
            continue
    return found


def wait_for_end(processes: set[int], *, seconds: float = 15) -> None:
    for number in processes:
        try:
            handle = os.pidfd_open(number)
        except ProcessLookupError:
            continue
        ended = select.select([handle], [], [], seconds)[0]
        os.close(handle)
        assert ended, Path("/proc", str(number), "cmdline").read_bytes()


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One installation for the tests of a module, which makes its database once."""
    folder = tmp_path_factory.mktemp("installation") / "var"
    yield folder
    assert processes_of(folder) == set()
