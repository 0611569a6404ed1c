import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from maninso.services import processes, supervisor
from maninso.services.processes import Program
from maninso.services.supervisor import AskedToEnd, Supervisor
from tests.services.conftest import wait_for_end


@pytest.fixture
def supervising() -> Iterator[Supervisor]:
    with Supervisor() as one:
        yield one


def program(tmp_path: Path, script: str, name: str = "one", **how: object) -> Program:
    return Program(name, [sys.executable, "-c", script], dict(os.environ), tmp_path / f"{name}.log", **how)


def test_a_program_that_dies_is_started_again_after_growing_delays(tmp_path: Path, supervising: Supervisor) -> None:
    said: list[str] = []

    def report(line: str) -> None:
        said.append(line)
        if len(said) == 5:
            raise AskedToEnd(signal.SIGTERM)

    supervising.start(program(tmp_path, "raise SystemExit(3)"))
    with pytest.raises(AskedToEnd):
        supervising.watch(report=report, changed=lambda: None)
    ends = [line for line in said if "ended" in line]
    assert [line.split("(")[1].split(";")[0] for line in ends] == [
        "code 3) and starts again in 0.5 s",
        "code 3) and starts again in 1 s",
        "code 3) and starts again in 2 s",
    ]


def test_a_program_that_ignores_the_request_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE_WITH_PROGRAMS", 0.2)
    stubborn = """
import os, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    print(child, flush=True)
signal.pause()
"""
    log = tmp_path / "one.log"
    with Supervisor() as one:
        process = one.start(program(tmp_path, stubborn))
        assert one.wait_until(lambda: log.read_text().endswith("\n"), seconds=30)
        child = int(log.read_text())
    assert process.returncode == -signal.SIGKILL
    wait_for_end({child})


def test_servers_outlast_the_programs_that_need_them(tmp_path: Path) -> None:
    order = tmp_path / "order"
    says_when = f"""
import signal, sys
def end(*_):
    open({str(order)!r}, "a").write(sys.argv[0] + NAME)
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("up", flush=True)
signal.pause()
"""
    with Supervisor() as one:
        for name, is_server in (("server", True), ("program", False)):
            one.start(program(tmp_path, f"NAME = {name!r} + ' '\n{says_when}", name, is_server=is_server))
        assert one.wait_until(
            lambda: all((tmp_path / f"{name}.log").read_text() for name in ("server", "program")), seconds=30
        )
    assert order.read_text().replace("-c", "") == "program server "


def test_a_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, signal, sys\nfrom pathlib import Path\nfrom maninso.services.processes import Program\n"
            "sleeper = [sys.executable, '-c', 'import signal; signal.pause()']\n"
            f"log = Path({str(tmp_path / 'log')!r})\n"
            "child = Program('one', sleeper, dict(os.environ), log).spawn()\n"
            "print(child.pid, flush=True); signal.pause()",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        child = int(parent.stdout.readline())
        parent.kill()
    wait_for_end({child})


def test_a_log_begins_anew_with_each_start_and_keeps_one_predecessor(tmp_path: Path, supervising: Supervisor) -> None:
    for word in ("first", "second"):
        assert supervising.finish(program(tmp_path, f"print({word!r})")) == 0
    assert (tmp_path / "one.log").read_text() == "second\n"
    assert (tmp_path / "one.log.1").read_text() == "first\n"


def test_the_supervisor_stays_small() -> None:
    script = "import maninso.services.stack, sys; print(sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "'django'" not in loaded
    assert "'celery'" not in loaded


def test_root_can_give_a_child_no_more_than_it_needs(tmp_path: Path) -> None:
    done = processes.run([sys.executable, "-c", "import os; print(os.geteuid())"], identity=processes.unprivileged())
    assert int(done.stdout) != 0
