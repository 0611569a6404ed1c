from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from privacy.sealing import sealing_key
from tests.privacy.conftest import NEW, OLD, key
from tests.privacy.test_fields import put, raw

ADDRESS = {"dbname", "user", "password", "host", "port"}


def rotate(**options) -> dict[str, list[str]]:
    """The printed table: column → values, re-sealed, unreadable."""
    out = StringIO()
    try:
        call_command("rotate_keys", stdout=out, **options)
    finally:
        rows = [line.split() for line in out.getvalue().splitlines()]
    return {row[0].removeprefix("privacy.SealedLetter."): [int(n) for n in row[1:4]] for row in rows[1:]}


def keys_in_use(letters) -> set[str]:
    pks = letters.objects.values_list("pk", flat=True)
    values = [raw(letters, pk, column) for pk in pks for column in ("name", "words", "city")]
    return {sealing_key(value) for value in values if value is not None}


@pytest.fixture
def old_letters(letters):
    letters.objects.bulk_create(
        letters(name=f"name {n}", words=f"words {n}" if n % 2 else None, city=f"city {n}") for n in range(25)
    )
    return letters


def test_rotation_moves_every_value_to_the_first_key(old_letters, settings):
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    found = rotate(batch=10)
    assert (found["name"], found["words"], found["city"]) == ([25, 25, 0], [12, 12, 0], [25, 25, 0])
    settings.SEAL_KEYS = NEW
    texts = old_letters.objects.order_by("pk").values_list("name", "words", "city")
    assert list(texts) == [(f"name {n}", f"words {n}" if n % 2 else None, f"city {n}") for n in range(25)]


@pytest.mark.parametrize("batch", [1, 5, 24, 25, 26])
def test_no_row_is_left_out_whatever_the_batch(old_letters, settings, batch):
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    assert rotate(batch=batch)["name"] == [25, 25, 0]
    assert keys_in_use(old_letters) == {"new"}


def test_a_second_run_rewrites_nothing(old_letters, settings):
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    rotate()
    before = [raw(old_letters, pk, "name") for pk in old_letters.objects.values_list("pk", flat=True)]
    assert rotate()["name"] == [25, 0, 0]
    assert [raw(old_letters, pk, "name") for pk in old_letters.objects.values_list("pk", flat=True)] == before


def test_rotation_goes_on_where_it_was_interrupted(old_letters, settings):
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    done = old_letters.objects.order_by("pk")[:10]
    for letter in done:
        letter.save()
    assert rotate()["name"] == [25, 15, 0]
    assert keys_in_use(old_letters) == {"new"}


def test_a_dry_run_counts_and_writes_nothing(old_letters, settings):
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    assert rotate(dry_run=True)["name"] == [25, 25, 0]
    assert keys_in_use(old_letters) == {"old"}


def test_what_cannot_be_opened_is_counted_named_and_left_alone(old_letters, settings):
    pks = list(old_letters.objects.order_by("pk").values_list("pk", flat=True))
    settings.SEAL_KEYS = f"lost:{key(9)}"
    old_letters.objects.filter(pk=pks[3]).update(name="lost")
    settings.SEAL_KEYS = OLD
    put(old_letters, pks[4], "name", b"rubbish")
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    kept = raw(old_letters, pks[3], "name")
    with pytest.raises(CommandError, match=r"the keys: \(none\), lost\."):
        rotate(batch=2)
    assert raw(old_letters, pks[3], "name") == kept
    assert raw(old_letters, pks[4], "name") == b"rubbish"
    assert sum(sealing_key(raw(old_letters, pk, "city")) == "new" for pk in pks) == 25
    assert sum(sealing_key(raw(old_letters, pk, "name")) == "new" for pk in pks if pk not in pks[3:5]) == 23


def test_a_damaged_value_under_the_first_key_is_found_too(old_letters):
    pk = old_letters.objects.first().pk
    put(old_letters, pk, "name", raw(old_letters, pk, "name")[:-1] + b"\0")
    with pytest.raises(CommandError, match="the keys: old"):
        rotate()


def test_a_batch_of_nothing_is_refused(db):
    with pytest.raises(CommandError, match="--batch"):
        call_command("rotate_keys", batch=0)


@pytest.mark.django_db(transaction=True)
def test_a_row_in_use_is_waited_for_and_not_skipped(old_letters, settings):
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    parameters = connection.get_connection_params()
    address = {name: parameters[name] for name in ADDRESS & parameters.keys()}
    with psycopg.connect(**address) as other, connection.cursor() as cursor:
        other.execute("SELECT id FROM privacy_sealedletter ORDER BY id LIMIT 1 FOR UPDATE")
        cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            rotate()
        cursor.execute("SET lock_timeout = 0")
        assert rotate(dry_run=True)["name"] == [25, 25, 0]
        other.rollback()
        assert rotate()["name"] == [25, 25, 0]
