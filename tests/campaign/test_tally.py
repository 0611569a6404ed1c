"""Counted once each, whatever the order of commits, and no request touches a count."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from campaign import actions, tasks
from campaign.actions.tallying import Drift
from campaign.models import Dispatch, Signature, Tally, TallyMove
from campaign.models.tally import DELAYS
from tests.campaign.conftest import tally
from tests.factories import NOW, make_campaign, make_dispatch, make_signature

# A change is counted once its transaction is older than every open one: these tests commit for real.
pytestmark = pytest.mark.django_db(transaction=True)


CONFIRMED = ("all", "country", "day")


def counts(campaign, *dimensions):
    rows = Tally.objects.filter(campaign=campaign, dimension__in=dimensions or CONFIRMED)
    return {(t.dimension, t.key): t.count for t in rows if t.count}


def confirm(signature, *, at=NOW):
    signature.move("confirmed", confirmed_at=at)


def test_confirmed_signatures_are_counted_by_country_and_utc_day(campaign):
    late = dt.datetime(2027, 9, 24, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    early = dt.datetime(2027, 9, 25, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    for country, at in (("PL", late), ("PL", early), ("KR", early + dt.timedelta(hours=6))):
        make_signature(campaign, country=country, state="confirmed", at=at)
    make_signature(campaign, country="DE")
    assert tally() == 3
    assert counts(campaign) == {
        ("all", ""): 3,
        ("country", "PL"): 2,
        ("country", "KR"): 1,
        ("day", "2027-09-24"): 2,
        ("day", "2027-09-25"): 1,
    }


def test_each_campaign_is_counted_by_itself(campaign):
    other = make_campaign()
    make_signature(campaign, state="confirmed")
    make_signature(other, state="confirmed")
    make_signature(other, state="confirmed")
    tally()
    assert Tally.objects.totals() == {campaign.pk: 1, other.pk: 2}


def test_a_change_is_counted_once(campaign):
    make_signature(campaign, state="confirmed")
    assert [tally() for _ in range(3)] == [1, 0, 0]
    assert Tally.objects.total_of(campaign) == 1


def test_a_withdrawal_is_taken_off_where_it_was_counted(campaign):
    signature = make_signature(campaign, country="KR", state="confirmed")
    tally()
    actions.withdraw_signature(signature=signature)
    assert tally() == 1
    assert counts(campaign) == {}


def test_confirmed_and_withdrawn_between_two_ticks_counts_nothing(campaign):
    make_signature(campaign, state="withdrawn")
    tally()
    assert counts(campaign) == {}


def test_held_signatures_count_while_they_stand(campaign):
    signature = make_signature(campaign, state="confirmed")
    signature.move("held")
    tally()
    assert counts(campaign) == {}
    signature.move("confirmed")
    tally()
    assert Tally.objects.total_of(campaign) == 1


def test_who_withdraws_and_signs_again_from_elsewhere_counts_once_there(campaign, submit):
    signature = make_signature(campaign, email="ara@people.example", country="DE", state="confirmed")
    tally()
    actions.withdraw_signature(signature=signature)
    submit(country="KR")
    again = Signature.objects.get()
    actions.confirm_signature(signature_id=again.pk, revision=again.revision, shown=actions.digest_of(again))
    tally()
    assert Tally.objects.total_of(campaign) == 1
    assert [(row.key, row.count) for row in Tally.objects.countries_of(campaign)] == [("KR", 1)]


def test_a_transaction_that_stays_open_while_later_ones_commit_is_counted_when_it_ends(campaign):
    """The classic loss: its ids are older than the watermark would be if only ids were looked at."""
    slow, quick = make_signature(campaign), make_signature(campaign)
    opened, finish = threading.Event(), threading.Event()

    def confirm_slowly():
        try:
            with transaction.atomic():
                confirm(slow)
                opened.set()
                finish.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        ended = other.submit(confirm_slowly)
        opened.wait(30)
        confirm(quick)
        first = actions.tally_new()
        finish.set()
        ended.result(30)
    second = tally()
    assert first + second == 2
    assert tally() == 0
    assert Tally.objects.total_of(campaign) == 2
    assert actions.recount(mend=False) == []


def test_what_is_rolled_back_is_not_counted(campaign):
    signature = make_signature(campaign)
    with transaction.atomic():
        confirm(signature)
        transaction.set_rollback(True)
    assert tally() == 0
    assert counts(campaign) == {}


def test_ticks_at_once_count_each_change_once(campaign):
    signatures = [make_signature(campaign) for _ in range(40)]

    def confirm_and_tick(signature):
        try:
            confirm(signature)
            return actions.tally_new()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as crowd:
        counted = sum(crowd.map(confirm_and_tick, signatures))
    assert counted + tally() == 40
    assert Tally.objects.total_of(campaign) == 40
    assert actions.recount(mend=False) == []


def test_a_tick_beside_another_does_nothing(campaign):
    from campaign.actions import tallying

    make_signature(campaign, state="confirmed")

    def hold(held, release):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [tallying._LOCK])
                held.set()
                release.wait(30)
        finally:
            connection.close()

    held, release = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as other:
        other.submit(hold, held, release)
        held.wait(30)
        assert actions.tally_new() == 0
        release.set()
    assert tally() == 1


# --- By hour, language, delay and state ----------------------------------------------------------------------------


def test_the_confirmed_are_counted_by_utc_hour_language_and_how_long_they_took(campaign):
    at = dt.datetime(2027, 9, 24, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    quick = make_signature(campaign, language="ko", at=at)
    quick.move("confirmed", confirmed_at=at + dt.timedelta(minutes=4))
    slow = make_signature(campaign, language="en", at=at)
    slow.move("confirmed", confirmed_at=at + dt.timedelta(days=30))
    tally()
    assert counts(campaign, "hour", "language", "delay") == {
        ("hour", "2027-09-23T16"): 1,
        ("hour", "2027-10-23T16"): 1,
        ("language", "ko"): 1,
        ("language", "en"): 1,
        ("delay", "2"): 1,
        ("delay", str(len(DELAYS))): 1,
    }
    actions.withdraw_signature(signature=quick)
    tally()
    assert counts(campaign, "hour", "language", "delay") == {
        ("hour", "2027-10-23T16"): 1,
        ("language", "en"): 1,
        ("delay", str(len(DELAYS))): 1,
    }


def test_all_signatures_are_counted_by_state_from_the_moment_they_begin(campaign):
    waiting, confirmed = make_signature(campaign), make_signature(campaign, state="confirmed")
    make_signature(campaign, state="withdrawn")
    tally()
    assert counts(campaign, "state") == {("state", name): 1 for name in ("pending", "confirmed", "withdrawn")}
    actions.erase_signature(signature=waiting)
    confirmed.move("held")
    tally()
    assert counts(campaign, "state") == {("state", name): 1 for name in ("expired", "held", "withdrawn")}
    assert actions.recount(mend=False) == []


def test_many_at_once_leave_one_move(campaign):
    first = make_signature(campaign)
    TallyMove.objects.all().delete()
    copies = [
        Signature(**{field.attname: getattr(first, field.attname) for field in Signature._meta.concrete_fields[1:]})
        for _ in range(3)
    ]
    for number, copy in enumerate(copies):
        copy.email_index = bytes([number]) * 32
    Signature.objects.bulk_create(copies)
    assert set(TallyMove.objects.values_list("dimension", "delta")) == {("state", 3), ("source", 3)}


def test_letters_are_counted_by_way_and_state_however_many_move_at_once(campaign, point):
    letters = [make_dispatch(make_signature(campaign, state="confirmed"), point) for _ in range(3)]
    tally()
    assert counts(campaign, "letters") == {("letters", "email planned"): 3}
    Dispatch.objects.filter(pk__in=[letters[0].pk, letters[1].pk]).update(state="queued")
    tally()
    assert counts(campaign, "letters") == {("letters", "email planned"): 1, ("letters", "email queued"): 2}
    assert actions.recount(mend=False) == []


def test_what_does_not_move_a_letter_counts_nothing(campaign, point):
    make_dispatch(make_signature(campaign, state="confirmed"), point)
    tally()
    Dispatch.objects.update(page=3)
    assert not TallyMove.objects.exists()


def test_moves_are_gone_once_they_are_counted(campaign):
    make_signature(campaign)
    assert TallyMove.objects.exists()
    actions.tally_new()
    assert not TallyMove.objects.exists()


def test_a_recount_fills_counts_that_were_never_made(campaign, point):
    """As after an update from before there were these."""
    make_dispatch(make_signature(campaign, state="confirmed"), point)
    tally()
    Tally.objects.exclude(dimension__in=CONFIRMED).delete()
    actions.recount(mend=True)
    assert counts(campaign, "letters", "state") == {("letters", "email planned"): 1, ("state", "confirmed"): 1}
    assert actions.recount(mend=False) == []


# --- Where people came from --------------------------------------------------------------------------------------


def test_where_somebody_came_from_is_counted_for_the_day_and_kept_nowhere(campaign, submit):
    submit(source="kakao")
    submit(email="chan@people.example")
    submit(email="dana@people.example", source="https://evil.example/?who=dana")
    tally()
    day = NOW.astimezone(dt.UTC).date().isoformat()
    assert counts(campaign, "source") == {("source", f"{day} kakao"): 1, ("source", f"{day} untold"): 2}
    assert not TallyMove.objects.exists()


def test_who_signs_again_comes_from_nowhere_new(campaign, submit):
    submit(source="kakao")
    submit(source="naver")
    tally()
    day = NOW.astimezone(dt.UTC).date().isoformat()
    assert counts(campaign, "source", "state") == {("source", f"{day} kakao"): 1, ("state", "pending"): 1}


def test_the_word_of_one_form_is_not_the_next_one_s(campaign, submit):
    submit(source="line")
    make_signature(campaign)
    tally()
    assert {key.partition(" ")[2] for _dimension, key in counts(campaign, "source")} == {"line", "untold"}


# --- Recounted -------------------------------------------------------------------------------------------------


def test_true_counts_show_no_drift_counted_or_not_yet(campaign):
    make_signature(campaign, state="confirmed")
    tally()
    make_signature(campaign, state="confirmed")
    make_signature(campaign, state="withdrawn")
    assert actions.recount(mend=False) == []


def plant_drift(campaign):
    for country in ("PL", "PL", "KR"):
        make_signature(campaign, country=country, state="confirmed", at=NOW)
    tally()
    Tally.objects.filter(campaign=campaign, dimension="all").update(count=7)
    Tally.objects.filter(campaign=campaign, key="KR").delete()
    Tally.objects.create(campaign=campaign, dimension="country", key="XX", count=2)


def test_a_recount_finds_drift_and_leaves_it(campaign):
    plant_drift(campaign)
    found = [
        Drift(campaign.pk, "all", "", counted=7, true=3),
        Drift(campaign.pk, "country", "KR", counted=0, true=1),
        Drift(campaign.pk, "country", "XX", counted=2, true=0),
    ]
    assert actions.recount(mend=False) == found
    assert actions.recount(mend=False) == found


def test_a_recount_mends_drift_even_while_changes_wait_to_be_counted(campaign):
    plant_drift(campaign)
    make_signature(campaign, country="KR", state="confirmed", at=NOW)
    assert len(actions.recount(mend=True)) == 3
    assert actions.recount(mend=False) == []
    tally()
    assert actions.recount(mend=False) == []
    assert counts(campaign) == {
        ("all", ""): 4,
        ("country", "PL"): 2,
        ("country", "KR"): 2,
        ("day", NOW.date().isoformat()): 4,
    }


def test_a_signature_that_slipped_past_the_log_is_found(campaign):
    signature = make_signature(campaign)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE campaign_signature DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE campaign_signature SET state = 'confirmed', confirmed_at = now() WHERE id = %s", [signature.pk]
        )
        cursor.execute("ALTER TABLE campaign_signature ENABLE TRIGGER USER")
    tally()
    drifts = {(drift.dimension, drift.key): drift.true - drift.counted for drift in actions.recount(mend=False)}
    assert drifts.pop(("state", "pending")) == -1
    assert set(drifts.values()) == {1}
    assert {dimension for dimension, _key in drifts} == {*CONFIRMED, "hour", "language", "delay", "state"}


def test_the_nightly_task_reports_drift_and_the_command_mends_it(campaign, capsys, caplog):
    plant_drift(campaign)
    assert tasks.recount() == 3
    assert caplog.text.count("tally has drifted") == 3
    call_command("recount")
    assert "3 counts differ" in capsys.readouterr().out
    call_command("recount", mend=True)
    assert "3 counts mended" in capsys.readouterr().out
    call_command("recount")
    assert "The counts are true." in capsys.readouterr().out
    assert tasks.recount() == 0


def test_a_tick_reads_what_is_new_and_not_all_that_ever_was(campaign):
    """However many changes were counted before, the plan goes through the index of the new ones."""
    from campaign.actions import tallying

    Signature.objects.bulk_create(
        Signature(
            campaign=campaign,
            letter=campaign.letters.get(),
            language="en",
            email_index=number.to_bytes(32),
            name="x",
            email="x",
            country="PL",
            display="full",
        )
        for number in range(2000)
    )
    Signature.objects.update(state="confirmed", confirmed_at=NOW)
    tally()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaign_signaturechange")
        cursor.execute(f"EXPLAIN {tallying._TICK}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "signature_change_transaction" in plan
    assert "Seq Scan on campaign_signaturechange" not in plan


# --- Shown -----------------------------------------------------------------------------------------------------


def test_the_page_shows_the_count_the_goal_and_the_countries(client, campaign):
    for country in ("PL", "PL", "KR"):
        make_signature(campaign, country=country, state="confirmed")
    make_signature(campaign, country="DE")
    tally()
    page = " ".join(client.get("/en/campaigns/light-the-way/").content.decode().split())
    assert "<strong>3</strong> people have signed. The goal is 1,000." in page
    assert "From 2 countries" in page
    assert page.index("<span>Poland</span> <span>2</span>") < page.index("<span>South Korea</span> <span>1</span>")
    assert "Germany</span> <span>" not in page
