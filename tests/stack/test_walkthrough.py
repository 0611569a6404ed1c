import json
import socket

import pytest

from tests.services.conftest import command
from tests.stack.running import Running

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


def test_the_whole_way_can_be_walked_and_says_what_it_saw(running: Running) -> None:
    done = command("manage", "walkthrough", "--json", var=running.var)

    assert done.returncode == 0, done.stdout
    told = json.loads(done.stdout)
    assert set(told) == {"ok", "steps"}
    assert told["ok"] is True
    assert len(told["steps"]) == 16
    assert all(set(step) == {"step", "ok", "saw"} and step["ok"] and step["saw"] for step in told["steps"])


def test_a_site_under_another_name_is_walked_there(running: Running) -> None:
    done = command(
        "manage", "walkthrough", "--base-url", running.url.replace("127.0.0.1", "localhost"), var=running.var
    )

    assert done.returncode == 0, done.stdout
    assert f"http://localhost:{running.stack.port}/en/" in done.stdout


def test_where_nothing_answers_the_walk_fails_and_says_so(running: Running) -> None:
    with socket.socket() as taken:
        # Bound and not listening: connections are refused.
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        asked = ["walkthrough", "--base-url", nowhere]
        as_json = command("manage", *asked, "--json", var=running.var)
        as_lines = command("manage", *asked, var=running.var)

    assert (as_json.returncode, as_lines.returncode) == (1, 1)
    told = json.loads(as_json.stdout)
    assert told["ok"] is False
    [step] = told["steps"]
    assert step["ok"] is False
    assert step["saw"] == f"nothing answers at {nowhere} (Connection refused)"
    assert step["saw"] in as_lines.stdout
    assert "Traceback" not in as_lines.stderr


def test_the_walk_fails_where_no_mail_is_taken(running: Running) -> None:
    """With a step that went well before it: the walk ends there, and its JSON stays whole."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        deaf = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        done = command("manage", "walkthrough", "--json", var=running.var, EMAIL_URL=deaf)

    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert [step["ok"] for step in told["steps"]] == [True, True, True, False]
    assert "no mail server" in told["steps"][-1]["saw"]
