"""Pictures as rows and files: what is kept, where, for how long, and who is told no."""

from hashlib import sha256
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from accounts.roles import Role
from cases import tasks
from cases.actions import Changed, Refused
from cases.actions.media import (
    add_picture,
    forget_strays,
    open_original,
    open_picture,
    preview_redactions,
    redact_picture,
    remove_picture,
)
from cases.models import Media, SealedReading
from cases.pictures import Box
from face.pictures import BadPicture
from face.words import made
from privacy.sealed_files import path_of, sealed_places, unseal_file
from privacy.sealing import sealing_key
from tests.cases.making import make_case, make_member
from tests.cases.photographs import CANARY, archive, decoded, photograph, telling
from tests.cases.publishing import published_with
from tests.factories import fresh, make_person

BOX = Box(0, 0, 100, 100)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "sealed"


@pytest.fixture
def case(db):
    return make_case()


@pytest.fixture
def picture(case, chan):
    return add_picture(case=case, content=telling(), by=chan, alt=made(en="A bus."), credit="A. Photographer")


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def on_the_disk(folder) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# --- taken in


def test_a_picture_is_kept_sealed_under_its_digest_and_nothing_of_it_can_be_shown_yet(picture, folder):
    assert picture.original == sha256(telling()).hexdigest()
    assert (picture.width, picture.height, picture.derivative) == (600, 400, "")
    assert sealed_places() == [f"originals/{picture.original}"]
    assert unseal_file(f"originals/{picture.original}") == telling()


def test_a_sealed_original_cannot_be_read_on_the_disk(picture, folder, case, chan):
    redact_picture(media=picture, boxes=[], by=chan, seen=1)
    kept = on_the_disk(folder)
    assert len(kept) > len(telling())
    for readable in (CANARY.encode(), b"JFIF", b"Exif", telling()[100:140]):
        assert readable not in kept


def test_where_a_picture_comes_from_is_sealed(case, chan):
    picture = add_picture(case=case, content=photograph(), by=chan, provenance="from her brother")
    assert fresh(picture).provenance == "from her brother"
    assert not hasattr(picture.history.model, "provenance")


def test_whose_face_it_shows_are_people_of_the_case(case, chan):
    member, stranger = make_member(case), make_member(make_case())
    picture = add_picture(case=case, content=photograph(), by=chan, shows=[member])
    assert list(picture.shows.all()) == [member]
    with pytest.raises(ValidationError, match="another case"):
        add_picture(case=case, content=photograph("PNG"), by=chan, shows=[stranger])


def test_a_refused_picture_leaves_neither_row_nor_file(case, chan):
    with pytest.raises(BadPicture):
        add_picture(case=case, content=photograph() + archive(), by=chan)
    assert not Media.objects.exists()
    assert sealed_places() == []


def test_a_case_has_a_picture_once(picture, case, chan):
    with pytest.raises(Refused, match="already"):
        add_picture(case=case, content=telling(), by=chan)
    assert add_picture(case=make_case(), content=telling(), by=chan).original == picture.original


def test_adding_and_covering_are_put_down_to_whoever_did_it(picture, case, chan):
    redact_picture(media=picture, boxes=[BOX], by=chan, seen=1)
    assert fresh(case).edited_by == chan
    entries = picture.history.order_by("pgh_id")
    assert {entry.pgh_context.metadata["user"] for entry in entries} == {chan.pk}
    assert entries.last().redactions == [list(BOX)]


# --- covered


def test_covering_makes_what_may_be_shown_and_leaves_the_original_as_it_was(picture, chan):
    redact_picture(media=picture, boxes=[BOX], by=chan, seen=1)
    picture = fresh(picture)
    shown = open_picture(picture.derivative)
    assert sha256(shown).hexdigest() == picture.derivative
    assert decoded(shown).size == (picture.derivative_width, picture.derivative_height) == (600, 400)
    assert max(decoded(shown).getpixel((50, 50))) <= 3
    assert decoded(open_picture(picture.derivative, width=480)).size == (480, 320)
    assert unseal_file(f"originals/{picture.original}") == telling()


def test_a_cover_that_is_taken_away_is_away(picture, chan, commit):
    redact_picture(media=picture, boxes=[BOX], by=chan, seen=1)
    with commit():
        redact_picture(media=picture, boxes=[], by=chan, seen=2)
    assert max(decoded(open_picture(picture.derivative)).getpixel((50, 50))) > 100
    assert fresh(picture).redactions == []


def test_what_was_shown_before_it_was_covered_is_forgotten(picture, chan, commit):
    with commit():
        redact_picture(media=picture, boxes=[], by=chan, seen=1)
    uncovered = picture.derivative
    with commit():
        redact_picture(media=picture, boxes=[BOX], by=chan, seen=2)
    assert uncovered != picture.derivative
    with pytest.raises(FileNotFoundError):
        open_picture(uncovered)
    with pytest.raises(FileNotFoundError):
        open_picture(uncovered, width=480)
    open_picture(picture.derivative)


def test_a_preview_keeps_nothing(picture):
    preview_redactions(media=picture, boxes=[BOX])
    assert sealed_places() == [f"originals/{picture.original}"]


@pytest.mark.parametrize(
    "box",
    [
        Box(10, 10, 10, 20),
        Box(20, 10, 10, 20),
        Box(-1, 0, 10, 10),
        Box(0, -1, 10, 10),
        Box(0, 0, 601, 10),
        Box(0, 0, 10, 401),
        Box(0, 0, 10**30, 10),
    ],
)
def test_a_box_lies_on_the_picture(picture, chan, box):
    with pytest.raises(ValidationError, match="600 × 400"):
        redact_picture(media=picture, boxes=[box], by=chan, seen=1)
    assert fresh(picture).version == 1


def test_there_are_at_most_forty_boxes(picture, chan):
    redact_picture(media=picture, boxes=[BOX] * 40, by=chan, seen=1)
    with pytest.raises(ValidationError, match="40"):
        redact_picture(media=picture, boxes=[BOX] * 41, by=chan, seen=2)


def test_whoever_has_not_seen_the_last_covers_changes_nothing(picture, chan):
    other = fresh(picture)
    redact_picture(media=picture, boxes=[BOX], by=chan, seen=1)
    with pytest.raises(Changed):
        redact_picture(media=other, boxes=[], by=chan, seen=1)
    assert fresh(picture).redactions == [list(BOX)]


# --- forgotten


def test_a_removed_picture_takes_its_original_along(picture, chan, commit):
    redact_picture(media=picture, boxes=[BOX], by=chan, seen=1)
    with commit():
        remove_picture(media=picture, by=chan, seen=2)
    assert sealed_places() == []


def test_an_original_that_another_case_has_stays(picture, chan, commit):
    add_picture(case=make_case(), content=telling(), by=chan)
    with commit():
        remove_picture(media=picture, by=chan, seen=1)
    assert sealed_places() == [f"originals/{picture.original}"]


def test_what_a_publication_shows_stays_when_the_record_forgets_it(picture, case, chan, commit):
    redact_picture(media=picture, boxes=[BOX], by=chan, seen=1)
    shown = picture.derivative
    published_with(case, [shown], by=chan)
    with commit():
        remove_picture(media=picture, by=chan, seen=2)
    assert sealed_places() == [f"pictures/{shown}", f"pictures/{shown}-480"]


def test_what_a_failed_save_left_is_cleared_up_and_nothing_else(picture, case, chan):
    redact_picture(media=picture, boxes=[], by=chan, seen=1)
    with pytest.raises(ValidationError):
        add_picture(case=case, content=photograph("PNG"), by=chan, shows=[make_member(make_case())])
    kept = set(sealed_places())
    assert len(kept) == 4
    assert tasks.forget_stray_pictures() == 1
    assert kept - set(sealed_places()) == {f"originals/{sha256(photograph('PNG')).hexdigest()}"}
    assert forget_strays() == 0


# --- opened


def test_opening_an_original_is_put_down_with_its_reason(picture, dana):
    assert open_original(media=picture, by=dana, reason=" to find the scar ") == telling()
    reading = SealedReading.objects.get()
    assert (reading.by, reading.case, reading.row, reading.field, reading.reason) == (
        dana,
        picture.case.reference,
        f"media {picture.pk}",
        "original",
        "to find the scar",
    )


def test_without_a_reason_no_original_is_opened(picture, dana):
    with pytest.raises(ValidationError, match="Say why"):
        open_original(media=picture, by=dana, reason="  ")
    assert not SealedReading.objects.exists()


def test_who_may_not_touch_pictures(picture, case, dana, eun, bora):
    for person in (dana, eun, bora, make_person("Gil", role=Role.PUBLISHER, is_staff=True)):
        with pytest.raises(PermissionDenied):
            add_picture(case=case, content=photograph("PNG"), by=person)
        with pytest.raises(PermissionDenied):
            redact_picture(media=picture, boxes=[BOX], by=person, seen=1)
        with pytest.raises(PermissionDenied):
            remove_picture(media=picture, by=person, seen=1)
        if person != dana:
            with pytest.raises(PermissionDenied):
                open_original(media=picture, by=person, reason="curious")
    assert not SealedReading.objects.exists()
    assert fresh(picture).version == 1


# --- keys


def test_rotating_the_keys_renews_pictures_too(picture, chan, settings):
    redact_picture(media=picture, boxes=[], by=chan, seen=1)
    old = settings.SEAL_KEYS
    settings.SEAL_KEYS = f"new:{'B' * 43}=,{old}"
    call_command("rotate_keys", stdout=StringIO())
    assert {sealing_key(path_of(place).read_bytes()) for place in sealed_places()} == {"new"}
    settings.SEAL_KEYS = settings.SEAL_KEYS.partition(",")[0]
    assert unseal_file(f"originals/{picture.original}") == telling()
    assert sha256(open_picture(picture.derivative)).hexdigest() == picture.derivative
