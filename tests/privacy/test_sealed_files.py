import os
import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from privacy import sealed_files
from privacy.sealed_files import forget_file, path_of, renew_file, seal_file, sealed_places, unseal_file
from privacy.sealing import CannotUnseal, sealing_key
from tests.privacy.conftest import NEW, OLD, key

CONTENT = b"a face that nobody may see" * 1000
PLACE = "originals/3f2a"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "sealed"


def rotate(**options) -> list[int]:
    out = StringIO()
    try:
        call_command("rotate_keys", stdout=out, **options)
    finally:
        row = next(line for line in out.getvalue().splitlines() if line.startswith("VAR_DIR/sealed"))
    return [int(number) for number in row.split()[1:4]]


def test_a_sealed_file_comes_back_and_shows_nothing_on_the_disk(folder):
    seal_file(PLACE, CONTENT)
    assert unseal_file(PLACE) == CONTENT
    assert b"face" not in (folder / PLACE).read_bytes()


def test_only_the_program_s_own_user_may_open_it(folder):
    seal_file(PLACE, CONTENT)
    assert stat.S_IMODE((folder / PLACE).stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "originals").stat().st_mode) == 0o700


def test_a_file_moved_to_another_place_does_not_open(folder):
    seal_file(PLACE, CONTENT)
    seal_file("pictures/3f2a", b"public")
    (folder / PLACE).replace(folder / "pictures/3f2a")
    with pytest.raises(CannotUnseal):
        unseal_file("pictures/3f2a")


@pytest.mark.parametrize(
    "place",
    [
        "",
        "originals",
        "originals/",
        "originals/../x",
        "../originals/x",
        "/etc/passwd",
        "originals/.x",
        "a/b/c",
        "a/b.c",
    ],
)
def test_no_place_leads_out_of_the_folder(place):
    with pytest.raises(ValueError, match="no place"):
        path_of(place)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_file_that_could_not_be_written_whole_is_not_there_and_the_old_one_is(folder, monkeypatch, step):
    def full(*args):
        raise OSError("disk full")

    seal_file("originals/old", b"old")
    with monkeypatch.context() as broken:
        broken.setattr(sealed_files.os, step, full)
        for name in ("old", "new"):
            with pytest.raises(OSError, match="disk full"):
                seal_file(f"originals/{name}", CONTENT)
    assert sealed_places() == ["originals/old"]
    assert unseal_file("originals/old") == b"old"
    assert os.listdir(folder / "originals") == ["old"]


def test_what_a_crash_left_unfinished_is_no_sealed_file(folder):
    seal_file(PLACE, CONTENT)
    (folder / "originals" / f"{sealed_files.UNFINISHED}x").write_bytes(b"half")
    assert sealed_places() == [PLACE]


def test_a_forgotten_file_is_gone_and_forgetting_twice_is_harmless(folder):
    seal_file(PLACE, CONTENT)
    forget_file(PLACE)
    forget_file(PLACE)
    assert not (folder / PLACE).exists()
    with pytest.raises(FileNotFoundError):
        renew_file(PLACE)


@pytest.mark.django_db
def test_rotation_renews_every_file(folder, settings):
    places = [f"originals/{n}" for n in range(3)] + ["pictures/a-480"]
    for place in places:
        seal_file(place, CONTENT)
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    assert rotate(dry_run=True) == [4, 4, 0]
    assert {sealing_key((folder / place).read_bytes()) for place in places} == {"old"}
    assert rotate() == [4, 4, 0]
    assert rotate() == [4, 0, 0]
    settings.SEAL_KEYS = NEW
    assert {unseal_file(place) for place in places} == {CONTENT}


@pytest.mark.django_db
def test_a_file_that_does_not_open_is_counted_named_and_left_alone(folder, settings):
    settings.SEAL_KEYS = f"lost:{key(9)}"
    seal_file(PLACE, CONTENT)
    settings.SEAL_KEYS = OLD
    seal_file("originals/good", CONTENT)
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    before = (folder / PLACE).read_bytes()
    with pytest.raises(CommandError, match="the keys: lost"):
        rotate()
    assert (folder / PLACE).read_bytes() == before
    assert sealing_key((folder / "originals/good").read_bytes()) == "new"
