"""With real commits: the chain is made by the database at commit, and checked by Python from its own reading."""

import io
import json
import random
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from accounts.models import Organisation
from audit import chain
from audit.log import record
from audit.models import Entry
from tests import factories
from tests.factories import wait_until_blocked

committed = pytest.mark.django_db(transaction=True)


def numbers() -> list[int | None]:
    return list(Entry.objects.order_by("number").values_list("number", flat=True))


def in_another_connection(pool: ThreadPoolExecutor, function, *arguments):
    def run():
        try:
            return function(*arguments)
        finally:
            connections.close_all()

    return pool.submit(run)


def by_a_superuser_of_the_database(statement: str, *values) -> None:
    """Who may switch triggers off can change everything: the chain says so afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND tgname ~ 'truncate'")
        cursor.execute(f"ALTER TABLE audit_entry DISABLE TRIGGER {cursor.fetchone()[0]}")  # as tests/conftest.py


@committed
def test_entries_are_numbered_and_chained_when_they_are_committed():
    with transaction.atomic():
        for number in range(3):
            record("things.done", number=number)
        assert numbers() == [None, None, None]
    record("things.done", number=3)
    assert numbers() == [1, 2, 3, 4]
    verdict = chain.verify()
    assert verdict.holds
    assert verdict.head == chain.head()
    assert verdict.head.number == 4


@committed
def test_the_hash_is_what_the_documentation_says():
    """Written out by hand once, so that neither side can change without the other."""
    record("things.done", reason="왜냐하면, 5:", n=[1.50, 1e-7, "é"], a={"b": None})
    entry = Entry.objects.with_details_as_hashed().get()
    at = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"
    details = json.dumps({"a": {"b": None}, "n": [1.5, 0.0000001, "é"]}, ensure_ascii=False).replace(
        "1e-07", "0.0000001"
    )
    fields = ["1", at, "things.done", "", "", "", "", "", "왜냐하면, 5:", details]
    content = b"".join(b"%d:%s," % (len(field.encode()), field.encode()) for field in fields)
    assert entry.hash_hex == sha256(content).hexdigest()


@committed
def test_what_is_rolled_back_leaves_no_gap():
    record("things.done")
    with transaction.atomic():
        record("things.undone")
        transaction.set_rollback(True)
    with transaction.atomic():
        savepoint = transaction.savepoint()
        record("things.undone")
        transaction.savepoint_rollback(savepoint)
        record("things.done")
    assert numbers() == [1, 2]
    assert chain.verify().holds


@committed
def test_transactions_at_once_make_one_chain():
    """160 transactions of one to four entries on eight connections; a third of them changes its mind."""

    def work(seed: int) -> int:
        written, dice = 0, random.Random(seed)
        for _ in range(20):
            size, gives_up = dice.randint(1, 4), dice.random() < 0.33
            with transaction.atomic():
                for number in range(size):
                    record("things.done", seed=seed, number=number)
                transaction.set_rollback(gives_up)
            written += 0 if gives_up else size
        return written

    with ThreadPoolExecutor(8) as crowd:
        written = sum(future.result() for future in [in_another_connection(crowd, work, seed) for seed in range(8)])
    assert numbers() == list(range(1, written + 1))
    assert chain.verify().holds


@committed
def test_the_lock_is_held_by_nobody_who_has_not_come_to_commit():
    """A transaction that wrote its entry and goes on working keeps nobody waiting; the number is that of the commit."""

    def another() -> None:
        record("things.done", order="second to begin, first to commit")

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        record("things.done", order="first to begin")
        in_another_connection(pool, another).result(timeout=20)
    assert [entry.details["order"] for entry in Entry.objects.chained()] == [
        "second to begin, first to commit",
        "first to begin",
    ]


@committed
def test_a_row_that_somebody_holds_who_also_writes_an_entry_is_no_deadlock(bora):
    """Foreign keys are checked at commit and wait for whoever holds the row: the chain's lock comes after them.

    One holds Bora's organisation and is to write its entry; the other wrote its entry before the row whose foreign
    key leads there. With the chain's lock taken in the order of statements, each would wait for the other.
    """
    organisation = Organisation.objects.get()
    eun = factories.make_person("Eun")

    def joins() -> None:
        with transaction.atomic():
            record("things.done", who="joins")
            eun.memberships.create(organisation=organisation)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Organisation.objects.select_for_update().get()
            joining = in_another_connection(pool, joins)
            wait_until_blocked(joining)
            record("things.done", who="holds")
        joining.result(timeout=20)
    assert [entry.details["who"] for entry in Entry.objects.chained().filter(action="things.done")] == [
        "holds",
        "joins",
    ]
    assert chain.verify().holds


@committed
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'another'",
        "UPDATE audit_entry SET number = 7",
        "UPDATE audit_entry SET hash = sha256('x'::bytea)",
        "UPDATE audit_entry SET number = NULL, hash = NULL",
        "DELETE FROM audit_entry",
    ],
)
def test_nobody_changes_an_entry(statement):
    record("things.done")
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)
    assert chain.verify().head.number == 1


@pytest.mark.django_db
def test_nobody_changes_what_an_entry_says_before_it_is_committed():
    record("things.done", reason="this")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.update(reason="that")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.update(number=1, reason="that")


@pytest.mark.django_db
def test_nobody_empties_the_log():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")  # what tests/conftest.py switches off
        with pytest.raises(DatabaseError, match="not emptied"):
            cursor.execute("TRUNCATE audit_entry")


@committed
def test_a_number_a_hash_and_a_time_of_ones_own_are_not_taken():
    Entry.objects.create(action="things.done", number=77, hash=b"x" * 32, at=factories.NOW - 90 * factories.DAY)
    entry = Entry.objects.get()
    assert entry.number == 1
    assert entry.at > factories.NOW - factories.DAY
    assert chain.verify().holds


_SLIPPED_IN = """
    INSERT INTO audit_entry (at, action, "by", kind, key, about, reason, details)
    VALUES (now(), 'things.done', '', '', '', '', '', '{}')
"""


@committed
@pytest.mark.parametrize(
    ("statement", "flaw", "at"),
    [
        ("UPDATE audit_entry SET reason = 'another' WHERE number = 3", "changed", 3),
        ("UPDATE audit_entry SET by_id = 1 WHERE number = 1", "changed", 1),
        ("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE number = 5", "changed", 5),
        ("UPDATE audit_entry SET details = details || '{\"x\": 1}' WHERE number = 2", "changed", 2),
        ("UPDATE audit_entry SET about = reason, reason = about WHERE number = 4", "changed", 4),
        ("UPDATE audit_entry SET hash = sha256('x'::bytea) WHERE number = 4", "changed", 4),
        ("DELETE FROM audit_entry WHERE number = 4", "gap", 4),
        ("UPDATE audit_entry SET number = number + 1 WHERE number = 5", "gap", 5),
        (_SLIPPED_IN, "unchained", None),
    ],
)
def test_what_a_superuser_of_the_database_changes_is_found(statement, flaw, at):
    for number in range(5):
        record("things.done", reason=f"because of {number}")
    by_a_superuser_of_the_database("UPDATE audit_entry SET number = number")
    assert chain.verify().holds

    by_a_superuser_of_the_database(statement)
    verdict = chain.verify()
    assert verdict.flaw == flaw
    assert at is None or verdict.at == at
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=io.StringIO())


@committed
def test_only_a_head_kept_elsewhere_tells_of_an_end_cut_off_or_a_chain_made_anew():
    for number in range(4):
        record("things.done", number=number)
    out = io.StringIO()
    call_command("verify_audit", stdout=out)
    kept = out.getvalue().splitlines()[-1]
    assert kept == str(chain.head())

    by_a_superuser_of_the_database("DELETE FROM audit_entry WHERE number = 4")
    assert chain.verify().holds
    with pytest.raises(CommandError, match="Entry 4 is missing"):
        call_command("verify_audit", kept=chain.Head.read(kept))

    record("things.done", number="another fourth")
    assert chain.verify().holds
    with pytest.raises(CommandError, match="Entry 4 is not the one"):
        call_command("verify_audit", kept=chain.Head.read(kept))


@pytest.mark.django_db
def test_an_empty_log_holds():
    assert chain.verify() == chain.Verdict(chain.Head(0, ""))


@pytest.mark.parametrize("text", ["", "5", "5:abc", "x:" + "0" * 64])
def test_a_head_that_is_none_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        chain.Head.read(text)
