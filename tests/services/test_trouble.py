"""What goes wrong on somebody's machine is one sentence with its mend, on stderr, and an exit code."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from maninso.services.places import PROJECT
from tests.services.conftest import command, environment


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("maninso: ")
    return line


def test_a_taken_port_is_named_with_another_to_choose(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = complaint(command("start", "--port", str(port), var=tmp_path))
    assert f"Port {port} is taken" in said
    assert f"--port {port + 1}" in said


def test_a_port_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "no port 70000" in complaint(command("start", "--port", "70000", var=tmp_path))


def test_a_folder_that_cannot_be_written_to_is_named() -> None:
    said = complaint(command("manage", "version", var=Path("/proc/maninso")))
    assert "/proc/maninso" in said
    assert "VAR_DIR" in said


def test_a_folder_that_is_no_cluster_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "postgresql").mkdir()
    (tmp_path / "postgresql" / "diary.txt").write_text("mine")
    assert "move it away" in complaint(command("manage", "version", var=tmp_path))
    assert (tmp_path / "postgresql" / "diary.txt").read_text() == "mine"


def test_a_cluster_of_a_postgresql_that_is_not_here_says_which_it_needs(tmp_path: Path) -> None:
    (tmp_path / "postgresql").mkdir()
    (tmp_path / "postgresql" / "PG_VERSION").write_text("9\n")
    assert "made by PostgreSQL 9" in complaint(command("manage", "version", var=tmp_path))


def test_a_damaged_cluster_says_what_postgresql_said(tmp_path: Path) -> None:
    assert command("manage", "version", var=tmp_path).returncode == 0
    (tmp_path / "postgresql" / "global" / "pg_control").unlink()
    assert "pg_control" in complaint(command("manage", "version", var=tmp_path))


def test_the_exit_code_of_a_command_is_handed_on(tmp_path: Path) -> None:
    done = command("manage", "shell", "-v0", "-c", "raise SystemExit(7)", var=tmp_path)
    assert done.returncode == 7


@pytest.fixture
def fresh_project(tmp_path: Path) -> Path:
    """bin/ with a lock file that asks for nothing: an environment of its own takes seconds."""
    project = tmp_path / "a fresh project"
    shutil.copytree(PROJECT / "bin", project / "bin")
    (project / "requirements-dev.lock").touch()
    services = project / "maninso" / "services"
    services.mkdir(parents=True)
    (services / "__main__.py").write_text("import sys; print('arrived', *sys.argv[1:])")
    return project


def start(project: Path, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [project / "bin" / "start", "an argument"],
        env=environment(project / "var", **variables),
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.mark.parametrize("python", ["/bin/false", "/no/such/python"])
def test_a_python_that_does_not_do_is_named(fresh_project: Path, python: str) -> None:
    assert python in complaint(finish(start(fresh_project, PYTHON=python)))


def test_the_environment_is_made_once_even_by_two_commands_at_once_and_again_after_an_interruption(
    fresh_project: Path,
) -> None:
    both = [start(fresh_project), start(fresh_project, HOME="")]
    said = [finish(one) for one in both]
    assert [one.stdout for one in said] == ["arrived start an argument\n"] * 2
    assert sum(one.stderr.count("Making the environment") for one in said) == 1
    assert "Making" not in finish(start(fresh_project)).stderr

    (fresh_project / ".venv" / "unfinished").touch()
    (fresh_project / ".venv" / "installed.lock").unlink()
    (fresh_project / ".venv" / "half").touch()
    assert "Making" in finish(start(fresh_project)).stderr
    assert not (fresh_project / ".venv" / "half").exists()


def test_without_the_package_index_the_reason_is_one_sentence(fresh_project: Path) -> None:
    (fresh_project / "requirements-dev.lock").write_text(f"Django==5.2 --hash=sha256:{'0' * 64}\n")
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    done = finish(start(fresh_project, PIP_FIND_LINKS="", **nowhere))
    assert done.returncode == 1
    progress, said = done.stderr.splitlines()
    assert progress.startswith("Making")
    assert "check the network" in said
