import json
import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.services.conftest import Stack, command, processes_of

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


def test_start_answers_at_the_addresses_that_it_prints_and_takes_everything_down_again(var: Path) -> None:
    with Stack(var) as stack:
        for name in ("Site", "Mailbox", "Desk"):
            [address] = [line.split()[1] for line in stack.greeting.splitlines() if line.split()[:1] == [name]]
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200, name
        with socket.create_connection(("127.0.0.1", smtp_port(var))) as connection:
            assert connection.recv(3) == b"220"

        assert stack.end(signal.SIGTERM) == 0
    assert processes_of(var) == set()
    assert not (var / "run" / "stack.json").exists()


def test_a_folder_holds_one_stack_at_a_time(var: Path) -> None:
    with Stack(var) as stack:
        second = command("start", "--port", "1", var=var)

        assert second.returncode == 1
        assert one_sentence(second.stderr)
        assert f"http://127.0.0.1:{stack.port}" in second.stderr


@pytest.mark.parametrize("name", ["deliveries", "web", "postgresql"])
def test_what_is_killed_is_started_again(var: Path, name: str) -> None:
    with Stack(var) as stack:
        killed = state_of(var)["processes"][name]

        os.kill(killed, signal.SIGKILL)

        stack.read_until(f"{name} ended \\(SIGKILL\\)")
        stack.read_until(f"{name} runs again")
        assert state_of(var)["processes"][name] != killed


def test_a_killed_supervisor_leaves_no_process_and_loses_no_data(var: Path) -> None:
    script = "from accounts.models import Organisation as O; print(O.objects.{})"
    with Stack(var) as stack:
        made = command("manage", "shell", "-v0", "-c", script.format("create(name='Kept', slug='kept').pk"), var=var)
        assert made.returncode == 0, made.stderr

        assert stack.end(signal.SIGKILL) == -signal.SIGKILL
    assert processes_of(var) == set()

    with Stack(var):
        found = command("manage", "shell", "-v0", "-c", script.format("filter(slug='kept').count()"), var=var)
        assert found.stdout.strip() == "1", found.stderr


def state_of(var: Path) -> dict:
    return json.loads((var / "run" / "stack.json").read_text())


def smtp_port(var: Path) -> int:
    return int(state_of(var)["environment"]["EMAIL_URL"].rsplit(":", 1)[1])


def one_sentence(said: str) -> bool:
    return said.startswith("maninso: ") and said.count("\n") == 1 and "Traceback" not in said
