"""Workers killed in the middle of their work, a broker that forgets everything: nothing is lost, no letter doubled."""

from collections import Counter
from dataclasses import dataclass

import pytest

from tests.stack.crowd import name_of
from tests.stack.running import Running, until

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

CONFIRMATIONS, LETTERS = 1000, 300


@dataclass
class Crash:
    # The signatures of before have ids up to this.
    last_before: int
    mails_before: int
    letters_before: int
    # By recipient.
    mails: Counter[str]
    # By sender's name, which each supporter has for themselves, and by Message-ID.
    letters: Counter[str]
    message_ids: Counter[str]


@pytest.fixture(scope="module")
def crash(running: Running) -> Crash:
    """1,000 confirmations and 300 letters wait; both workers are killed in mid-stream and the broker is emptied."""
    [[last_before]] = running.sql("SELECT coalesce(max(id), 0) FROM campaign_signature")
    running.sql(
        "UPDATE campaign_deliverypoint SET hourly_cap = 1000000, last_slot_at = now() - interval '30 s',"
        " delivery_days = '{1,2,3,4,5,6,7}', delivery_from = NULL, delivery_until = NULL"
    )
    running.crowd(f"sign('letters', {LETTERS})")
    until(lambda: len(running.mails.to("@letters.example")) == LETTERS, within=60)

    go_on = running.hold("confirmations", "deliveries")
    running.crowd(f"sign('confirmations', {CONFIRMATIONS})")
    running.crowd(f"confirm('letters', {LETTERS})")
    go_on()
    until(lambda: len(running.mails.to("@confirmations.example")) >= 200, within=60)
    running.kill("confirmations")
    until(lambda: len(letters(running)) >= 50, within=60)
    running.kill("deliveries")
    running.empty_broker()
    [[killed_at]] = running.sql("SELECT now()")
    before = len(running.mails.to("@confirmations.example")), len(letters(running))

    # A lease of 45 s and a tick of the sweeper; twice that, for machines with much else to do.
    until(
        lambda: len(running.mails.to("@confirmations.example")) == CONFIRMATIONS, within=120, otherwise=running.unsent
    )
    until(lambda: not unsettled(running, killed_at), within=120, otherwise=running.unsent)
    running.crowd("settle_what_was_lost()")

    return Crash(
        last_before,
        *before,
        running.mails.to("@confirmations.example"),
        letters(running),
        Counter(message_id for to, _sender, message_id in running.mails if to.startswith("letters@")),
    )


def letters(running: Running) -> Counter[str]:
    names = [sender.partition(" (")[0].strip('"') for to, sender, _id in running.mails if to.startswith("letters@")]
    return Counter(name for name in names if name.startswith("Ara Letters"))


def unsettled(running: Running, killed_at: object) -> list[tuple[object, ...]]:
    """Letters on their way, save one that was under way when its worker died: nobody knows of that one."""
    return running.sql(f"""
        SELECT dispatch.id FROM campaign_dispatch dispatch
        LEFT JOIN outbox_message message ON message.kind = 'letter' AND message.subject_id = dispatch.id
        LEFT JOIN outbox_attempt attempt ON attempt.message_id = message.id AND attempt.ended_at IS NULL
        WHERE dispatch.state IN ('planned', 'queued', 'sending')
        AND NOT COALESCE(attempt.started_at < '{killed_at}', FALSE)
    """)


def test_every_confirmation_arrives(crash: Crash) -> None:
    assert crash.mails_before < CONFIRMATIONS, "the worker was done before it was killed"
    assert set(crash.mails) == {f"{number}@confirmations.example" for number in range(CONFIRMATIONS)}


def test_no_letter_arrives_twice(crash: Crash) -> None:
    assert crash.letters_before < LETTERS, "the worker was done before it was killed"
    assert max(crash.letters.values()) == 1
    assert max(crash.message_ids.values()) == 1


def test_each_letter_is_accounted_for(running: Running, crash: Crash) -> None:
    states = dict(
        running.sql(f"""
            SELECT dispatch.state, count(*) FROM campaign_dispatch dispatch
            JOIN outbox_message message ON message.kind = 'letter' AND message.subject_id = dispatch.id
            WHERE message.state = dispatch.state AND dispatch.signature_id > {crash.last_before}
            GROUP BY dispatch.state
        """)
    )
    unknown = states.pop("unknown", 0)
    # Only the one that the worker died over.
    assert unknown <= 1
    assert states == {"accepted": LETTERS - unknown}
    assert LETTERS - unknown <= len(crash.letters) <= LETTERS
    assert set(crash.letters) <= {name_of("letters", number) for number in range(LETTERS)}


def test_the_count_holds_after_the_crash(running: Running, crash: Crash) -> None:
    counted, true = "SELECT sum(count) FROM campaign_tally WHERE dimension = 'all'", "state = 'confirmed'"
    until(
        lambda: running.sql(counted) == running.sql(f"SELECT count(*) FROM campaign_signature WHERE {true}"), within=30
    )
    running.manage("recount")
