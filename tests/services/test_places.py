import stat
from pathlib import Path

import pytest

from maninso.services import variables
from maninso.services.places import LONGEST_FOLDER, Places
from maninso.services.trouble import Trouble


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_sockets_lie_in_the_folder_itself_where_its_name_allows(tmp_path: Path) -> None:
    # pytest's own folders are short enough on any machine.
    places = Places(tmp_path)
    assert places.sockets() == tmp_path / "run" / "sockets"
    assert mode(places.sockets()) == 0o700


@pytest.mark.parametrize("name", ["deep/" * 30, "with a space", "with%percent", "만인소"])
def test_sockets_lie_in_a_short_private_folder_where_the_name_does_not_do(tmp_path: Path, name: str) -> None:
    places = Places(tmp_path / name)
    folder = places.sockets()
    assert len(str(folder)) <= LONGEST_FOLDER
    assert mode(folder) == 0o700
    assert Places(tmp_path / name).sockets() == folder
    folder.rmdir()


def test_a_private_folder_that_others_may_enter_is_not_used_again(tmp_path: Path) -> None:
    places = Places(tmp_path / "with a space")
    first = places.sockets()
    first.chmod(0o755)
    second = places.sockets()
    assert second != first
    first.rmdir()
    second.rmdir()


def test_the_state_of_a_stack_that_is_gone_is_not_believed(tmp_path: Path) -> None:
    places = Places(tmp_path)
    with places.held_by("bin/start"):
        places.write_state({"site": "http://127.0.0.1:8000"})
        assert places.read_state()["site"] == "http://127.0.0.1:8000"
        left_behind = places.state.read_text()
    places.state.write_text(left_behind)
    assert places.read_state() == {}
    with places.held_by("bin/manage"):
        assert places.predecessor_was_killed
        assert places.read_state() == {}


def test_a_folder_is_held_by_one_command(tmp_path: Path) -> None:
    with (
        Places(tmp_path).held_by("bin/start"),
        pytest.raises(Trouble, match="bin/start"),
        Places(tmp_path).held_by("bin/manage"),
    ):
        pass


def test_keys_are_made_once_and_completed_when_a_new_one_is_asked_for(tmp_path: Path) -> None:
    places = Places(tmp_path)
    keys = variables.keys_of(places)
    assert variables.keys_of(places) == keys
    assert mode(places.environment) == 0o600

    lines = places.environment.read_text().splitlines()
    places.environment.write_text("\n".join(line for line in lines if not line.startswith("LINK_KEY")))
    completed = variables.keys_of(places)
    assert completed.keys() == keys.keys()
    assert {name for name in keys if completed[name] != keys[name]} == {"LINK_KEY"}


def test_the_callers_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "mine")
    monkeypatch.setenv("DEMO", "0")
    monkeypatch.setenv("LINK_KEY", "")
    product = variables.product(Places(tmp_path), DEMO="1")
    assert product["SECRET_KEY"] == "mine"
    assert product["DEMO"] == "0"
    assert product["LINK_KEY"]
