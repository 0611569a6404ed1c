"""The inbound door: by LMTP and SMTP, by IMAP, from the local mailbox and from a mail service, once each."""

import asyncio
import signal
import smtplib
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from outbox import actions, return_addresses
from outbox.inbound import fetching, serving
from outbox.inbound.receiving import TooEarly, receive
from outbox.models import InboundMail, Message, State
from outbox.return_addresses import ForgedAddress, return_address
from tests import factories
from tests.outbox import came_back
from tests.outbox.conftest import sending_to
from tests.outbox.imap_server import ImapServer
from tests.outbox.mail_server import MailServer

pytestmark = pytest.mark.django_db

Sort = InboundMail.Sort
BOUNCE = came_back.POSTFIX

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    yield from sending_to(MailServer(), settings)


@pytest.fixture
def told():
    return []


@pytest.fixture
def letter(register, told):
    """A kind that asks for answers."""
    return register(
        "some_letter",
        may_repeat=False,
        moved=lambda message, old: told.append((old, message.state)),
        answered=lambda message, back: told.append(back),
        complained=lambda message: told.append("complaint"),
    )


@pytest.fixture
def sent(letter, enqueue, send, mail_server, told) -> Message:
    """A letter that the server has accepted."""
    message = enqueue(letter)
    send()
    told.clear()
    return Message.objects.get(pk=message.pk)


def in_state(message: Message, state: str) -> Message:
    lease, settled = (message.created_at, None) if state == State.SENDING else (None, message.created_at)
    Message.objects.filter(pk=message.pk).update(state=state, settled_at=settled, lease_until=lease)
    return message


def bounces(message: Message) -> str:
    return return_address("bounces", message)


def replies(message: Message) -> str:
    return return_address("replies", message)


def state(message: Message) -> str:
    return Message.objects.values_list("state", flat=True).get(pk=message.pk)


# --- Return addresses ------------------------------------------------------------------------------------------------


def test_every_mail_has_an_envelope_sender_of_its_own_and_keeps_its_from(note, enqueue, send, mail_server):
    enqueue(note, 1)
    enqueue(note, 2)
    send()
    senders = mail_server.senders
    assert [return_addresses.read_address(sender) for sender in senders] == list(
        Message.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert all(sender.startswith("bounces+") and sender.endswith("@maninso.example") for sender in senders)
    assert all(mail["From"] == "Maninso <signatures@maninso.example>" for mail in mail_server.mails)
    assert all(mail["Reply-To"] is None for mail in mail_server.mails)


def test_a_mail_that_asks_for_an_answer_says_where_to(sent, mail_server):
    assert mail_server.mails[0]["Reply-To"] == replies(sent)


@pytest.mark.parametrize("number", [1, 255, 256, 10_000_000, 2**63 - 1])
def test_a_return_address_says_which_mail_whatever_servers_make_of_its_letters(number):
    message = Message(pk=number)
    for address in (bounces(message), replies(message)):
        assert return_addresses.read_address(address.upper()) == number
        assert return_addresses.read_address(f" {address}\n") == number
        assert address == address.lower()
        assert len(address.partition("@")[0]) <= 64


def test_an_address_for_answers_opens_nothing_for_bounces():
    message = Message(pk=7)
    with pytest.raises(ForgedAddress):
        return_addresses.read_address(replies(message).replace("replies", "bounces"))


@given(st.text(max_size=80) | st.from_regex(r"bounces\+[a-z2-7]{1,40}@maninso\.example", fullmatch=True))
def test_whatever_is_made_up_is_forged_and_nothing_worse(address):
    with pytest.raises(ForgedAddress):
        return_addresses.read_address(address)


def test_one_changed_character_is_forged():
    address = bounces(Message(pk=7))
    for position in range(len("bounces+"), address.index("@")):
        changed = address[:position] + ("b" if address[position] != "b" else "c") + address[position + 1 :]
        with pytest.raises(ForgedAddress):
            return_addresses.read_address(changed)


# --- The door --------------------------------------------------------------------------------------------------------


def test_a_letter_that_came_back_has_bounced_and_says_why(sent, told, now):
    mail = receive(BOUNCE, recipient=bounces(sent), sender="", now=now)
    assert (mail.sort, mail.status_code, mail.message, mail.raw) == (Sort.BOUNCED, "5.1.1", sent, None)
    assert (state(sent), sent.refusal) == (State.BOUNCED, "5.1.1")
    assert told == [(State.ACCEPTED, State.BOUNCED)]


def test_a_copy_of_it_changes_nothing(sent, told):
    first = receive(BOUNCE, recipient=bounces(sent), sender="")
    assert receive(BOUNCE, recipient=bounces(sent).upper(), sender="") == first
    assert InboundMail.objects.count() == 1
    assert len(told) == 1


def test_another_report_on_it_changes_nothing_either(sent, told):
    receive(BOUNCE, recipient=bounces(sent), sender="")
    receive(came_back.GMAIL, recipient=bounces(sent), sender="")
    assert InboundMail.objects.count() == 2
    assert len(told) == 1


@pytest.mark.parametrize("server", came_back.NOTICES)
def test_a_delay_is_no_bounce(server, sent, told):
    assert receive(came_back.NOTICES[server], recipient=bounces(sent), sender="").sort == Sort.NOTICE
    assert (state(sent), told) == (State.ACCEPTED, [])


def test_an_answer_is_told_and_not_kept_twice(sent, told, now):
    mail = receive(came_back.REPLY, recipient=replies(sent), sender="embassy@mofa.example", now=now)
    (back,) = told
    assert (mail.sort, mail.raw) == (Sort.REPLY, None)
    assert (back.automatic, back.received_at) == (False, now)
    assert "我们已经收到" in back.text


def test_an_automatic_answer_says_that_it_is_one(sent, told):
    receive(came_back.AUTOMATIC["ja"], recipient=bounces(sent), sender="")
    assert told[0].automatic is True


def test_a_complaint_is_told(sent, told):
    receive(came_back.COMPLAINT, recipient=bounces(sent), sender="feedback@mofa.example")
    assert told == ["complaint"]
    assert state(sent) == State.ACCEPTED


@pytest.mark.parametrize(("raw", "then"), [(BOUNCE, State.BOUNCED), (came_back.REPLY, State.ACCEPTED)])
def test_what_comes_back_settles_a_letter_of_unknown_outcome(raw, then, sent):
    receive(raw, recipient=replies(in_state(sent, State.UNKNOWN)))
    assert state(sent) == then


def test_what_comes_while_it_is_being_sent_comes_again(sent, told):
    with pytest.raises(TooEarly):
        receive(BOUNCE, recipient=bounces(in_state(sent, State.SENDING)), sender="")
    assert not InboundMail.objects.exists()
    receive(BOUNCE, recipient=bounces(in_state(sent, State.ACCEPTED)), sender="")
    assert state(sent) == State.BOUNCED


@pytest.mark.parametrize("address", ["", "letters@maninso.example", "bounces+aaaaaaaaaaaaaaaaaaaa@maninso.example"])
def test_what_names_no_mail_waits_for_a_person(address):
    mail = receive(BOUNCE, recipient=address, sender="")
    assert (mail.sort, mail.message) == (Sort.UNREADABLE, None)
    assert mail.raw.encode("latin-1") == BOUNCE
    assert list(InboundMail.objects.to_look_at()) == [mail]


def test_an_answer_that_nobody_asked_for_waits_for_a_person(note, enqueue, send, mail_server):
    message = enqueue(note)
    send()
    assert receive(came_back.REPLY, recipient=bounces(message)).sort == Sort.UNREADABLE
    assert receive(came_back.AUTOMATIC["ko"], recipient=bounces(message)).raw is None


def test_an_answer_that_its_owner_stumbles_over_waits_for_a_person(register, enqueue, send, mail_server):
    def stumble(message, back):
        raise RuntimeError

    message = enqueue(register("test_stumbling", may_repeat=False, answered=stumble))
    send()
    mail = receive(came_back.REPLY, recipient=replies(message))
    assert (mail.sort, bool(mail.raw)) == (Sort.UNREADABLE, True)


def test_what_waits_for_a_person_is_sealed(sent):
    receive(b"Subject: strange words\r\n\r\n", recipient=replies(sent), sender="")
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw FROM outbox_inboundmail")
        assert b"strange" not in bytes(cursor.fetchone()[0])


def test_a_large_mail_is_cut_and_says_so(sent):
    mail = receive(came_back.REPLY + b"x" * 2_000_000, recipient="nobody@maninso.example")
    assert (len(mail.raw), mail.is_cut, mail.size) == (InboundMail.KEPT, True, len(came_back.REPLY) + 2_000_000)


def test_whoever_has_looked_stands_there(sent):
    mail = receive(b"?", recipient=replies(sent), sender="")
    eun = factories.make_person("Eun")
    assert actions.handle_inbound(mails=InboundMail.objects.all(), by=eun) == [mail]
    assert actions.handle_inbound(mails=InboundMail.objects.all(), by=eun) == []
    assert not InboundMail.objects.to_look_at().exists()


def test_erasing_a_person_erases_what_came_back_from_them(note, enqueue, send, mail_server):
    message = enqueue(note, 5, address_index=b"x" * 32)
    send()
    mail = receive(came_back.REPLY, recipient=bounces(message))
    actions.forget(kind=note.name, subject_id=5)
    assert InboundMail.objects.get(pk=mail.pk).raw is None
    other = receive(came_back.REPLY + b"again", recipient=bounces(enqueue(note, 6, address_index=b"y" * 32)))
    actions.forget_address(b"y" * 32)
    assert InboundMail.objects.get(pk=other.pk).raw is None


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    raw=st.binary(max_size=600) | st.sampled_from([came_back.REPLY, BOUNCE, came_back.COMPLAINT]),
    junk=st.binary(max_size=60),
    at=st.integers(0, 400),
    recipient=st.text(max_size=40) | st.just("ours"),
    sender=st.none() | st.text(max_size=20),
)
def test_nothing_that_is_brought_is_lost_or_breaks_the_door(sent, raw, junk, at, recipient, sender):
    before = InboundMail.objects.count()
    broken = raw[:at] + junk + raw[at:] + str(before).encode()
    mail = receive(broken, recipient=replies(sent) if recipient == "ours" else recipient, sender=sender)
    assert InboundMail.objects.count() == before + 1
    assert mail.sort != Sort.UNREADABLE or mail.raw == broken.decode("latin-1")


@pytest.mark.parametrize(
    ("constraint", "bad"),
    [
        ("inbound_sort_known", {"sort": "parcel"}),
        ("inbound_digest_is_32_bytes", {"digest": b"short"}),
        ("inbound_handled_says_by_whom", {"handled_at": factories.NOW}),
    ],
)
def test_the_database_knows_what_may_stand_there(constraint, bad):
    row = {"digest": b"d" * 32, "sort": "reply", "received_at": factories.NOW, "size": 1}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        InboundMail.objects.create(**{**row, **bad})
    InboundMail.objects.create(**row)
    with pytest.raises(IntegrityError, match="digest"), transaction.atomic():
        InboundMail.objects.create(**row)


@pytest.mark.django_db(transaction=True)
def test_copies_brought_at_once_are_one(sent, told):
    def bring(number):
        try:
            return receive(BOUNCE, recipient=bounces(sent), sender="").pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as crowd:
        assert len(set(crowd.map(bring, range(12)))) == 1
    assert told == [(State.ACCEPTED, State.BOUNCED)]


# --- LMTP and SMTP ---------------------------------------------------------------------------------------------------


@pytest.fixture(params=["lmtp", "smtp"])
def server(request, tmp_path) -> Iterator[smtplib.SMTP]:
    """A real one: LMTP on a Unix socket, SMTP on a port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    socket = tmp_path / "lmtp.sock" if request.param == "lmtp" else None
    listening = serving.listen(loop, socket=socket, host="127.0.0.1", port=0, smtp=socket is None)
    listener = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
    if socket:
        client: smtplib.SMTP = smtplib.LMTP(str(socket))
    else:
        client = smtplib.SMTP("127.0.0.1", listener.sockets[0].getsockname()[1], timeout=10)
    yield client
    client.close()
    loop.call_soon_threadsafe(listener.close)
    asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_hands_in_what_came_back(server, sent):
    server.sendmail("", [bounces(sent)], BOUNCE)
    server.sendmail("embassy@mofa.example", [replies(sent).upper()], came_back.REPLY)
    assert state(sent) == State.BOUNCED
    assert set(InboundMail.objects.values_list("sort", flat=True)) == {Sort.BOUNCED, Sort.REPLY}


@pytest.mark.django_db(transaction=True)
def test_what_is_too_early_stays_with_the_mail_server(server, sent):
    in_state(sent, State.SENDING)
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        server.sendmail("", [bounces(sent)], BOUNCE)
    assert refusal.value.smtp_code == 451
    in_state(sent, State.UNKNOWN)
    server.sendmail("", [bounces(sent)], BOUNCE)
    assert state(sent) == State.BOUNCED


def test_mail_for_others_is_not_taken(server):
    for address in ("letters@maninso.example", "bounces+aaaaaaaaaaaaaaaaaaaa@elsewhere.example"):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.sendmail("", [address], BOUNCE)


@pytest.mark.django_db(transaction=True)
def test_a_second_recipient_comes_by_itself(server, sent):
    refused = server.sendmail("", [bounces(sent), replies(sent)], BOUNCE)
    assert refused[replies(sent)][0] == 452
    assert InboundMail.objects.count() == 1


def test_the_command_listens_where_it_is_told_and_ends_when_asked(tmp_path):
    socket = tmp_path / "lmtp.sock"
    process = subprocess.Popen([sys.executable, str(MANAGE), "receive_mail", "--socket", str(socket)])
    try:
        while not socket.exists() and process.poll() is None:
            Event().wait(0.05)
        with smtplib.LMTP(str(socket)) as client:
            assert client.docmd("LHLO", "here")[0] == 250
            assert client.docmd("MAIL", "FROM:<>")[0] == 250
            assert client.docmd("RCPT", "TO:<letters@maninso.example>")[0] == 550
        assert stat.S_IMODE(socket.stat().st_mode) == 0o660
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert not socket.exists()
    finally:
        process.kill()


def test_a_place_where_it_cannot_listen_is_one_clear_sentence(tmp_path):
    command = [sys.executable, str(MANAGE), "receive_mail", "--socket", str(tmp_path / "no" / "such" / "folder")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: It cannot listen there: ")


# --- IMAP ------------------------------------------------------------------------------------------------------------


def delivered_to(address: str, raw: bytes) -> bytes:
    return f"Return-Path: <>\r\nDelivered-To: {address}\r\n".encode() + raw


def test_what_is_unread_in_the_mailbox_is_taken_in_once(sent, settings):
    large = came_back.REPLY + b"x" * 1_500_000
    mails = [delivered_to(bounces(sent), BOUNCE), b"Subject: spam\r\n\r\nbuy\r\n", large]
    with ImapServer(mails) as server:
        settings.INBOUND_IMAP_URL = server.url
        assert fetching.fetch() == 3
        assert server.seen == {1, 2, 3}
        assert fetching.fetch() == 0
    assert state(sent) == State.BOUNCED
    kept = InboundMail.objects.to_look_at().order_by("pk")
    assert [(mail.is_cut, mail.size) for mail in kept] == [(False, len(mails[1])), (True, len(large))]


def test_what_is_too_early_stays_unread(sent, settings):
    in_state(sent, State.SENDING)
    with ImapServer([delivered_to(bounces(sent), BOUNCE)]) as server:
        settings.INBOUND_IMAP_URL = server.url
        assert fetching.fetch() == 0
        assert server.seen == set()


def test_a_mailbox_that_does_not_open_is_tried_again_later(settings):
    with ImapServer([b"x"]) as server:
        settings.INBOUND_IMAP_URL = server.url.replace("secret", "another")
        assert fetching.fetch() == 0
    assert fetching.fetch() == 0
    assert not InboundMail.objects.exists()


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc"])
def test_the_envelope_is_found_where_servers_write_it(name, sent):
    raw = f"To: letters@maninso.example\r\n{name}: Maninso <{replies(sent)}>\r\n\r\nx".encode()
    assert fetching.recipient_of(raw) == replies(sent)


# --- The local mailbox -----------------------------------------------------------------------------------------------


def test_the_beat_looks_only_where_mail_may_be(settings):
    from maninso.celery import app

    assert ("take-in-local-mail" in app.conf.beat_schedule) == bool(settings.MAILBOX_DIR)
    assert ("fetch-inbound-mail" in app.conf.beat_schedule) == bool(settings.INBOUND_IMAP_URL)
