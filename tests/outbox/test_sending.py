import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.mail import EmailMessage

from outbox import actions, sending
from outbox.models import Attempt, Message, State
from outbox.transports import Line
from tests.outbox.conftest import plain_mail
from tests.outbox.mail_server import free_port

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def states() -> dict[int, str]:
    return dict(Message.objects.order_by("subject_id").values_list("subject_id", "state"))


def test_what_is_due_is_sent_over_one_connection(note, enqueue, send, mail_server):
    for subject in range(3):
        enqueue(note, subject)
    counts = send()
    assert counts.accepted == 3
    assert mail_server.recipients == [f"test_note-{subject}@people.example" for subject in range(3)]
    assert mail_server.connections == 1
    assert set(states().values()) == {State.ACCEPTED}


def test_what_is_not_yet_due_waits(note, enqueue, send, mail_server, now):
    enqueue(note, not_before=now + MINUTE)
    assert send().accepted == 0
    assert send(now + MINUTE).accepted == 1


def test_one_queue_does_not_send_the_other_s_mail(register, enqueue, send, mail_server):
    enqueue(register("test_elsewhere", queue="deliveries"))
    assert send(queue="confirmations").accepted == 0
    assert send(queue="deliveries").accepted == 1


def test_those_due_longest_go_first_whatever_their_kind(note, letter, enqueue, send, mail_server, now):
    enqueue(note, 1, not_before=now - MINUTE)
    enqueue(letter, 2, not_before=now - 2 * MINUTE)
    enqueue(note, 3, not_before=now - 3 * MINUTE)
    send(limit=2)
    assert [address.partition("@")[0][-1] for address in mail_server.recipients] == ["3", "2", "1"]


@pytest.mark.parametrize("kind_name", ["note", "letter"])
def test_an_accepted_mail_has_one_closed_attempt(kind_name, request, enqueue, send, mail_server):
    message = enqueue(request.getfixturevalue(kind_name))
    send()
    attempt = message.attempts.get()
    assert (attempt.number, attempt.outcome, attempt.smtp_code, attempt.enhanced_code) == (
        1,
        "accepted",
        250,
        "2.0.0",
    )
    assert attempt.started_at <= attempt.ended_at
    message.refresh_from_db()
    assert (message.state, message.tries, message.lease_until) == (State.ACCEPTED, 1, None)
    assert message.settled_at is not None


@pytest.mark.parametrize("kind_name", ["note", "letter"])
@pytest.mark.parametrize("at", ["rcpt", "data"])
def test_a_refusal_is_final(kind_name, at, request, enqueue, send, mail_server):
    kind = request.getfixturevalue(kind_name)
    mail_server.behave(f"{kind.name}-1@people.example", **{at: "550 5.1.1 no such person@people.example"})
    message = enqueue(kind, 1)
    enqueue(kind, 2)
    counts = send()
    assert (counts.failed, counts.accepted) == (1, 1)
    assert states() == {1: State.FAILED, 2: State.ACCEPTED}
    attempt = message.attempts.get()
    assert (attempt.outcome, attempt.smtp_code, attempt.enhanced_code) == ("refused", 550, "5.1.1")


@pytest.mark.parametrize("kind_name", ["note", "letter"])
@pytest.mark.parametrize("at", ["rcpt", "data"])
def test_a_deferral_is_tried_again_a_minute_later_with_the_same_message_id(
    kind_name, at, request, enqueue, send, mail_server, now
):
    kind = request.getfixturevalue(kind_name)
    mail_server.behave(f"{kind.name}-1@people.example", **{at: "450 4.2.1 later"})
    message = enqueue(kind, 1)
    assert send().put_off == 1
    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert now + MINUTE <= message.not_before <= now + 1.5 * MINUTE
    mail_server.behaviours.clear()
    assert send(message.not_before).accepted == 1
    assert [attempt.outcome for attempt in message.attempts.order_by("number")] == ["deferred", "accepted"]
    assert len({attempt.internet_message_id for attempt in message.attempts.all()}) == 1
    assert mail_server.mails[0]["Message-ID"] == message.attempts.first().internet_message_id


def test_after_five_days_of_deferrals_a_message_fails(note, enqueue, send, mail_server, now):
    mail_server.behave("test_note-1@people.example", rcpt="451 4.3.0 later")
    enqueue(note, 1)
    send(now + dt.timedelta(days=4, hours=23))
    assert states() == {1: State.QUEUED}
    send(now + dt.timedelta(days=6))
    assert states() == {1: State.FAILED}


def test_while_no_server_answers_nothing_is_taken_and_no_try_is_lost(note, letter, enqueue, send, settings):
    settings.EMAIL_PORT = free_port()
    enqueue(note)
    enqueue(letter)
    counts = send()
    assert counts.unreachable
    assert list(Message.objects.values_list("state", "tries")) == [(State.QUEUED, 0)] * 2
    assert not Attempt.objects.exists()


def test_mail_goes_out_once_as_soon_as_the_server_is_back(note, letter, enqueue, send, mail_server, settings):
    settings.EMAIL_PORT = free_port()
    enqueue(note, 1)
    enqueue(letter, 2)
    send()
    settings.EMAIL_PORT = mail_server.port
    assert send().accepted == 2
    assert len(mail_server.recipients) == 2


def test_a_letter_lost_after_its_content_was_handed_over_is_unknown_and_never_sent_again(
    letter, enqueue, send, mail_server, now
):
    mail_server.behave("some_letter-1@people.example", data="drop")
    message = enqueue(letter, 1)
    enqueue(letter, 2)
    assert send().unknown == 1
    assert states() == {1: State.UNKNOWN, 2: State.ACCEPTED}
    assert message.attempts.get().outcome == "unknown"
    mail_server.behaviours.clear()
    actions.sweep(now=now + dt.timedelta(days=1))
    send(now + dt.timedelta(days=1))
    assert mail_server.handed_over["some_letter-1@people.example"] == 1


def test_a_letter_whose_answer_never_comes_is_unknown(letter, enqueue, send, mail_server, settings):
    settings.EMAIL_TIMEOUT = 0.3
    mail_server.behave("some_letter-1@people.example", data="hang")
    enqueue(letter, 1)
    assert send().unknown == 1


def test_a_letter_lost_before_its_content_was_handed_over_is_sent_later(letter, enqueue, send, mail_server, now):
    mail_server.behave("some_letter-1@people.example", rcpt="drop")
    message = enqueue(letter, 1)
    send()
    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert now < message.not_before < now + dt.timedelta(seconds=10)
    assert message.attempts.get().outcome == "unreachable"
    mail_server.behaviours.clear()
    assert send(message.not_before).accepted == 1
    assert mail_server.handed_over["some_letter-1@people.example"] == 1


def test_a_repeatable_mail_lost_after_its_content_was_handed_over_is_sent_again(note, enqueue, send, mail_server, now):
    mail_server.behave("test_note-1@people.example", data="drop")
    message = enqueue(note, 1)
    send()
    assert states() == {1: State.QUEUED}
    assert message.attempts.get().outcome == "unknown"
    mail_server.behaviours.clear()
    assert send(now + 2 * MINUTE).accepted == 1


def test_a_lost_connection_is_opened_again_for_the_rest(note, enqueue, send, mail_server):
    mail_server.behave("test_note-2@people.example", rcpt="drop")
    for subject in range(1, 5):
        enqueue(note, subject)
    assert send().accepted == 3
    assert states() == {1: State.ACCEPTED, 2: State.QUEUED, 3: State.ACCEPTED, 4: State.ACCEPTED}


@pytest.mark.parametrize("kind_name", ["note", "letter"])
def test_a_server_that_answers_nothing_costs_two_tries_and_the_rest_goes_back_untouched(
    kind_name, request, enqueue, send, mail_server
):
    kind = request.getfixturevalue(kind_name)
    for subject in range(1, 6):
        mail_server.behave(f"{kind.name}-{subject}@people.example", data="drop")
        enqueue(kind, subject)
    counts = send()
    assert counts.unreachable
    assert counts.put_back == 3
    assert sum(mail_server.handed_over.values()) == 2
    assert Attempt.objects.count() == 2
    assert list(Message.objects.filter(subject_id__gt=2).values_list("state", "tries")) == [(State.QUEUED, 0)] * 3


def test_a_server_that_closes_after_some_mails_loses_none(note, letter, enqueue, send, mail_server):
    mail_server.mails_per_connection = 2
    for subject in range(5):
        enqueue(note, subject)
        enqueue(letter, subject)
    assert send().accepted == 10
    assert max(mail_server.handed_over.values()) == 1
    assert mail_server.connections == 5
    assert Attempt.objects.count() == 10


def test_a_server_that_is_too_busy_for_any_mail_is_left_alone(note, enqueue, send, mail_server):
    mail_server.mails_per_connection = 0
    for subject in range(4):
        enqueue(note, subject)
    counts = send()
    assert (counts.unreachable, counts.put_off, counts.put_back) == (True, 2, 2)
    assert set(Attempt.objects.values_list("outcome", "smtp_code")) == {("unreachable", 421)}


def test_a_mail_that_is_no_longer_wanted_is_cancelled_and_was_no_attempt(register, enqueue, send, mail_server):
    message = enqueue(register("test_gone", compose=lambda message: None))
    assert send().cancelled == 1
    message.refresh_from_db()
    assert (message.state, message.cancel_reason) == (State.CANCELLED, "unwanted")
    assert not message.attempts.exists()
    assert not mail_server.recipients


def test_a_mail_that_cannot_be_composed_waits_while_the_others_go(
    register, note, enqueue, send, mail_server, now, caplog
):
    def broken(message):
        raise RuntimeError("Ara Kim <ara@people.example>")

    poison = enqueue(register("test_poison", compose=broken))
    enqueue(note, 2)
    assert send().accepted == 1
    poison.refresh_from_db()
    assert poison.state == State.QUEUED
    assert poison.not_before >= now + MINUTE
    assert "cannot_compose" in caplog.text
    assert "ara@people.example" not in caplog.text


def test_a_mail_that_can_never_be_composed_fails_after_ten_tries(register, enqueue, send, mail_server, now):
    poison = enqueue(register("test_poison", compose=lambda message: 1 / 0))
    for hour in range(10):
        poison.refresh_from_db()
        assert poison.state == State.QUEUED
        send(now + dt.timedelta(hours=12) * hour)
    poison.refresh_from_db()
    assert poison.state == State.FAILED


@pytest.mark.parametrize(
    "mail",
    [
        EmailMessage("One\nBcc: spy@bad.example", "x", "a@b.example", ["c@d.example"]),
        EmailMessage("x", "x", "a@b.example", ["c@d.example\r\nRCPT TO:<spy@bad.example>"]),
        EmailMessage("x", "x", "a@b.example", ["c@d.example, spy@bad.example"]),
        EmailMessage("x", "x", "Ara\r\nBcc: spy@bad.example <a@b.example>", ["c@d.example"]),
        EmailMessage("x", "x", "a@b.example", ["c@d.example"], headers={"X-Note": "1\nBcc: spy@bad.example"}),
        EmailMessage("x", "x", "a@b.example", []),
    ],
)
def test_a_mail_with_a_smuggled_header_or_address_is_not_sent(mail, register, enqueue, send, mail_server):
    enqueue(register("test_hostile", compose=lambda message: mail))
    assert send().put_off == 1
    assert not mail_server.handed_over


def test_the_content_arrives_as_composed(register, enqueue, send, mail_server):
    body = "Dear Sir,\n.\n..\n.Dots, and 만인소 萬人疏.\nFrom here\r\nbare\rreturns\n"
    mail = EmailMessage("제목", body, "만인소 <a@b.example>", ["Ara Kim <ara@people.example>"])
    enqueue(register("test_text", compose=lambda message: mail))
    send()
    arrived = mail_server.mails[0]
    assert arrived.get_content().splitlines() == body.splitlines()
    assert arrived["Subject"] == "제목"
    assert arrived["Date"]
    assert mail_server.recipients == ["ara@people.example"]


def test_only_mail_that_may_repeat_says_that_it_is_automatic(note, letter, enqueue, send, mail_server):
    enqueue(note, 1)
    enqueue(letter, 2)
    send()
    assert [mail["Auto-Submitted"] for mail in mail_server.mails] == ["auto-generated", None]


def test_an_address_beyond_ascii_is_reached(register, enqueue, send, mail_server):
    mail = EmailMessage("x", "x", "a@b.example", ["아라@사람.example"])
    enqueue(register("test_utf8", compose=lambda message: mail))
    send()
    assert mail_server.recipients == ["아라@" + "사람.example".encode("idna").decode()]
    assert mail_server.mails[0]["To"] == "아라@사람.example"


def test_an_address_beyond_ascii_fails_at_a_server_that_cannot_take_it(register, note, enqueue, send, mail_server):
    mail_server.smtputf8 = False
    mail = EmailMessage("x", "x", "a@b.example", ["아라@people.example"])
    message = enqueue(register("test_utf8", compose=lambda message: mail))
    enqueue(note, 2)
    counts = send()
    assert (counts.failed, counts.accepted) == (1, 1)
    assert message.attempts.get().enhanced_code == "5.6.7"


def test_mail_is_composed_in_its_language(register, enqueue, send, mail_server):
    from django.utils import translation

    seen = []
    kind = register("test_tongue", compose=lambda message: seen.append(translation.get_language()))
    enqueue(kind, language="ko")
    send()
    assert seen == ["ko"]


def test_subjects_are_loaded_together(register, enqueue, send, mail_server):
    asked = []

    def load(messages):
        asked.append(len(messages))
        return {message.subject_id: f"subject {message.subject_id}" for message in messages}

    def compose(message):
        mail = plain_mail(message)
        mail.subject = message.subject
        return mail

    kind = register("test_loaded", load=load, compose=compose)
    for subject in range(60):
        enqueue(kind, subject)
    send()
    assert asked == [50, 10]
    assert {mail["Subject"] for mail in mail_server.mails} == {f"subject {subject}" for subject in range(60)}


def test_subjects_that_cannot_be_loaded_put_their_mails_off(register, note, enqueue, send, mail_server):
    enqueue(register("test_unloaded", load=lambda messages: 1 / 0))
    enqueue(note, 2)
    counts = send()
    assert (counts.put_off, counts.accepted, counts.cancelled) == (1, 1, 0)


def test_screened_mails_are_cancelled_and_not_composed(register, enqueue, send, mail_server):
    kind = register("test_screened", screen=lambda messages: {messages[0].pk: "too_many"})
    for subject in range(3):
        enqueue(kind, subject)
    counts = send()
    assert (counts.cancelled, counts.accepted) == (1, 2)
    assert Message.objects.get(state=State.CANCELLED).cancel_reason == "too_many"


def test_a_batch_that_is_screened_out_whole_does_not_end_the_pass(register, enqueue, send, mail_server):
    kind = register("test_screened", screen=lambda messages: {m.pk: "no" for m in messages if m.subject_id < 3})
    for subject in range(5):
        enqueue(kind, subject)
    assert send(limit=2).accepted == 2


def test_the_owner_is_told_of_each_move(register, enqueue, send, mail_server):
    moves = []
    kind = register("test_owned", may_repeat=False, moved=lambda message, old: moves.append((old, message.state)))
    enqueue(kind)
    send()
    assert moves == [("queued", "sending"), ("sending", "accepted")]


def test_an_owner_s_error_does_not_undo_what_happened_to_the_mail(register, enqueue, send, mail_server):
    kind = register("test_owned", may_repeat=False, moved=lambda message, old: 1 / 0)
    message = enqueue(kind)
    assert send().accepted == 1
    message.refresh_from_db()
    assert message.state == State.ACCEPTED


@pytest.mark.parametrize(("few", "many"), [(2, 40)])
def test_a_batch_costs_the_same_number_of_queries_however_many_it_has(
    few, many, note, enqueue, send, mail_server, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for size in (few, many):
        for subject in range(size):
            enqueue(note, subject)
        with CaptureQueriesContext(connection) as queries:
            assert send().accepted == size
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_message_put_back_for_a_subject_with_a_newer_one_is_superseded(register, enqueue, send, mail_server, now):
    mail_server.behave("test_twice-1@people.example", rcpt="450 4.2.1 later")
    older = []

    def compose(message):
        if not older:
            older.append(message.pk)
            enqueue(kind, 1)
        return plain_mail(message)

    kind = register("test_twice", compose=compose)
    enqueue(kind, 1)
    send(limit=1)
    first = Message.objects.get(pk=older[0])
    assert (first.state, first.cancel_reason) == (State.CANCELLED, "superseded")
    assert Message.objects.filter(state=State.QUEUED).count() == 1


def test_when_its_time_is_over_a_worker_puts_the_rest_back_untouched(register, enqueue, mail_server, now):
    clock, counts = SimpleNamespace(time=now), sending.Counts()
    clock.now = lambda: clock.time

    def compose(message):
        clock.time += dt.timedelta(seconds=1)
        return plain_mail(message)

    kind = register("test_slow", compose=compose)
    for subject in range(5):
        enqueue(kind, subject)
    line = Line()
    sending.Batch(line, clock, counts).run("confirmations", 100, until=now + dt.timedelta(seconds=2))
    line.close()
    assert (counts.accepted, counts.put_back) == (2, 3)
    assert set(Message.objects.values_list("state", "tries")) == {(State.ACCEPTED, 1), (State.QUEUED, 0)}
    assert Attempt.objects.count() == 2


def test_a_pass_that_ran_out_of_time_says_that_there_is_more(note, enqueue, send, mail_server, monkeypatch):
    monkeypatch.setattr(sending, "PASS_TIME", dt.timedelta(0))
    enqueue(note)
    assert send().more
    assert not mail_server.recipients
