"""Who may import whom, as docs/architecture.md says: rooms never climb, and neither do the floors inside a room."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# From the top down; a room imports from lower floors only, and rooms of one floor know nothing of each other.
ROOMS = [
    ["maninso"],
    ["campaign"],
    ["cases"],
    ["accounts"],
    ["audit", "outbox", "states", "face", "ledger"],
    ["privacy"],
]
FLOORS = [["admin", "views", "desk", "tasks", "management"], ["forms"], ["actions"], ["emails", "rules"], ["models"]]

ROOM_FLOOR = {room: number for number, rooms in enumerate(ROOMS) for room in rooms}
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}

FILES = sorted(path for room in ROOM_FLOOR for path in (ROOT / room).rglob("*.py"))
IDS = [str(path.relative_to(ROOT)) for path in FILES]


def module_of(path: Path) -> list[str]:
    return list(path.relative_to(ROOT).with_suffix("").parts)


def imports_of(path: Path) -> Iterator[list[str]]:
    """Each module that the file imports, however deep inside a function, as its parts."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import hides where it leads"
            # "from campaign import rules" imports a module; "from campaign.models import Letter" a name in one.
            yield from ([*(node.module or "").split("."), alias.name] for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_a_room_imports_from_lower_rooms_only(path: Path) -> None:
    room = module_of(path)[0]
    for imported in imports_of(path):
        other = imported[0]
        if other in ROOM_FLOOR and other != room:
            assert ROOM_FLOOR[other] > ROOM_FLOOR[room], f"{path.relative_to(ROOT)} imports {'.'.join(imported)}"


def neighbours(room: str) -> dict[str, set[str]]:
    """The modules of a room by their first name, and which of them each imports."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / room).rglob("*.py"):
        name = module_of(path)[1]
        imported = {parts[1] for parts in imports_of(path) if parts[0] == room and len(parts) > 1}
        found.setdefault(name, set()).update(imported)
    return found


@pytest.mark.parametrize("room", ["campaign", "cases", "accounts", "outbox", "privacy"])
def test_inside_a_room_nothing_climbs(room: str) -> None:
    """Modules without a floor of their own (countries, links) are looked through."""
    graph = neighbours(room)
    for name in graph.keys() & FLOOR.keys():
        seen, waiting = set(), set(graph[name])
        while waiting:
            other = waiting.pop()
            seen.add(other)
            if other not in FLOOR:
                waiting |= graph.get(other, set()) - seen
        climbed = {other for other in seen & FLOOR.keys() if FLOOR[other] < FLOOR[name]}
        assert not climbed, f"{room}.{name} reaches {climbed}"


def test_only_the_app_that_it_is_registers_with_a_leaf() -> None:
    """A leaf knows no app, not even by the name of a model."""
    for leaf in (*ROOMS[-2], *ROOMS[-1]):
        for path in (ROOT / leaf).rglob("*.py"):
            if "migrations" not in path.parts:
                said = re.findall(r"get_(?:model|app_config)\(\s*[\"'](\w+)", path.read_text(encoding="utf-8"))
                assert set(said) <= {leaf}, path


def test_nothing_collects_what_has_no_home() -> None:
    folders = [ROOT / name for name in (*ROOM_FLOOR, "templates", "static", "tests")]
    names = {path.stem for folder in folders for path in folder.rglob("*")}
    assert not names & {"common", "utils", "util", "helpers", "misc", "lib"}


def test_the_check_sees_the_rooms() -> None:
    """Without files or edges everything above would be green."""
    assert {module_of(path)[0] for path in FILES} >= {"maninso", "campaign", "cases", "accounts", "privacy", "outbox"}
    assert {"actions", "links", "models"} <= neighbours("campaign")["views"]
    assert "actions" in neighbours("campaign")["steps"]
    assert any(parts[0] == "outbox" for parts in imports_of(ROOT / "campaign" / "actions" / "signing.py"))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_dependency_is_pinned_and_says_why_it_is_there(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r "))]
    assert wanted
    for line in wanted:
        assert re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+ +# \S.{4,}", line), line


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_closure_is_pinned_by_hash_and_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==\S+", text, re.MULTILINE)
    blocks = re.split(r"(?m)^(?=[\w.-]+(?:\[[\w,-]+\])?==)", text)[1:]
    assert len(pins) == len(blocks) > 20
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index-url" not in text
