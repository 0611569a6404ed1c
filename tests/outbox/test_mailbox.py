import os
import signal
import smtplib
import stat
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from threading import Event

import pytest
from django.core.checks import run_checks
from django.urls import include, path

from maninso.urls import urlpatterns as site_urls
from outbox.mailbox import sink
from outbox.mailbox.store import Mailbox, NoSuchMail
from outbox.mailbox.taking_in import take_in
from outbox.models import InboundMail, Message
from tests.outbox.mail_server import free_port

# The mailbox's pages exist only where MAILBOX_DIR was set when the process started.
urlpatterns = [path("mailbox/", include("outbox.mailbox.urls")), *site_urls]


def a_mail(to: str = "ara@people.example", subject: str = "Please confirm", **parts: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "signatures@maninso.example", to, subject
    mail.set_content(parts.get("text", "Open https://maninso.example/confirm/abc today.\n"))
    if "html" in parts:
        mail.add_alternative(parts["html"], subtype="html")
    return mail


@pytest.fixture
def folder(tmp_path) -> sink.Folder:
    return sink.Folder(tmp_path / "mailbox")


@pytest.fixture
def keep(folder):
    def keep(**values: str) -> str:
        mail = a_mail(**values)
        folder.store(mail["From"], [mail["To"]], mail.as_bytes())
        return max(path.stem for path in Path(folder._path).glob("*.eml"))

    return keep


# --- The SMTP side ---


@pytest.fixture
def server(tmp_path) -> Iterator[tuple[int, Path, subprocess.Popen[bytes]]]:
    port, folder = free_port(), tmp_path / "mailbox"
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "outbox.mailbox.sink", "--port", str(port), "--dir", str(folder)],
        stderr=(tmp_path / "imports").open("wb"),
    )
    yield port, folder, process
    process.kill()
    process.wait()


def connect(port: int) -> smtplib.SMTP:
    """As soon as the process listens."""
    for _ in range(400):
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=20)
        except ConnectionRefusedError:
            Event().wait(0.05)
    raise TimeoutError


def test_every_mail_is_kept_as_it_came_for_its_owner_only(server):
    port, folder, _ = server
    with connect(port) as client:
        for number in range(3):
            client.send_message(a_mail(to=f"ara{number}@people.example", text="만인소\n.dot\n"))
        client.sendmail("아라@people.example", ["보라@people.example"], b"Subject: x\r\n\r\ny\r\n", ["SMTPUTF8"])
    mails, _ = Mailbox(folder).page(1, 10)
    assert [mail.recipients for mail in mails] == [
        "보라@people.example",
        "ara2@people.example",
        "ara1@people.example",
        "ara0@people.example",
    ]
    assert mails[-1].text.splitlines() == ["만인소", ".dot"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_sink_is_small_and_ends_when_asked(server, tmp_path):
    port, _, process = server
    with connect(port) as client:
        client.noop()
        status = Path(f"/proc/{process.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    assert resident < 40 * 1024
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert "django" not in (tmp_path / "imports").read_text()


def test_a_taken_port_is_one_clear_sentence(server):
    port, folder, _ = server
    connect(port).close()
    second = subprocess.run(
        [sys.executable, "-m", "outbox.mailbox.sink", "--port", str(port), "--dir", str(folder)],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 1
    assert str(port) in second.stderr
    assert "Traceback" not in second.stderr


def test_the_oldest_go_when_there_are_too_many(folder, monkeypatch):
    monkeypatch.setattr(sink, "KEEP", 3)
    for number in range(5):
        folder.store("a@b.example", [f"ara{number}@people.example"], b"\r\n")
    mails, _ = Mailbox(folder._path).page(1, 10)
    assert [mail.recipients[3] for mail in mails] == ["4", "3", "2"]
    sink.Folder(Path(folder._path)).store("a@b.example", ["ara5@people.example"], b"\r\n")
    assert len(os.listdir(folder._path)) == 3


# --- The pages ---


@pytest.fixture
def pages(settings, folder, client):
    settings.MAILBOX_DIR = folder._path
    settings.ROOT_URLCONF = __name__
    return client


def test_the_list_shows_the_latest_first_and_finds_by_recipient(pages, keep):
    keep(to="ara@people.example", subject="First")
    keep(to="bora@people.example", subject="Second")
    page = pages.get("/mailbox/").content.decode()
    assert page.index("Second") < page.index("First")
    found = pages.get("/mailbox/", {"to": "ARA@people"}).content.decode()
    assert "First" in found
    # "bora@people" ends in the same letters: a part of the address is enough.
    assert pages.get("/mailbox/", {"to": "nobody"}).status_code == 200


def test_fifty_mails_fill_a_page(pages, keep):
    for _ in range(51):
        keep()
    first = pages.get("/mailbox/", {"format": "json"}).json()
    assert len(first["mails"]) == 50
    second = pages.get("/mailbox/", {"format": "json", "page": first["next"]}).json()
    assert (len(second["mails"]), second["next"]) == (1, None)


@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "9" * 500, ""])
def test_a_hostile_page_number_is_a_page(number, pages, keep):
    keep()
    assert pages.get("/mailbox/", {"page": number}).status_code == 200


def test_the_list_and_a_mail_can_be_had_as_json(pages, keep):
    mail_id = keep(html="<p>Hello</p>")
    listed = pages.get("/mailbox/", {"format": "json", "to": "ara@people.example"}).json()["mails"][0]
    assert listed | {"date": None} == {
        "id": mail_id,
        "to": "ara@people.example",
        "from": "signatures@maninso.example",
        "subject": "Please confirm",
        "date": None,
    }
    mail = pages.get(f"/mailbox/{mail_id}/", {"format": "json"}).json()
    assert "https://maninso.example/confirm/abc" in mail["text"]
    assert "<p>Hello</p>" in mail["html"]


def test_links_in_the_text_can_be_followed_and_markup_in_it_is_text(pages, keep):
    mail_id = keep(text="https://maninso.example/confirm/abc\n<script>alert(1)</script>\n", subject="<b>bold</b>")
    page = pages.get(f"/mailbox/{mail_id}/").content.decode()
    assert 'href="https://maninso.example/confirm/abc"' in page
    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_html_mail_is_shown_in_a_cage(pages, keep):
    mail_id = keep(html="<script>alert(1)</script><a href='https://maninso.example/'>x</a>")
    page = pages.get(f"/mailbox/{mail_id}/", {"as": "html"})
    assert f'src="/mailbox/{mail_id}/html/"' in page.content.decode()
    assert "sandbox=" in page.content.decode()
    inner = pages.get(f"/mailbox/{mail_id}/html/")
    policy = dict(part.strip().partition(" ")[::2] for part in inner["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'unsafe-inline'"
    assert "script-src" not in policy
    assert "allow-scripts" not in policy["sandbox"]
    assert "allow-same-origin" not in policy["sandbox"]
    assert policy["frame-ancestors"] == "'self'"
    assert inner["X-Frame-Options"] == "SAMEORIGIN"


def test_a_mail_can_be_downloaded_as_it_came(pages, keep):
    answer = pages.get(f"/mailbox/{keep()}/raw/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.startswith(
        b"X-Envelope-From: signatures@maninso.example\r\nX-Envelope-To: ara@people.example"
    )


def test_nothing_of_it_is_stored_by_browsers(pages, keep):
    mail_id = keep(html="<p>x</p>")
    for address in ("", f"{mail_id}/", f"{mail_id}/html/", f"{mail_id}/raw/"):
        assert "no-store" in pages.get(f"/mailbox/{address}")["Cache-Control"]


def test_the_mailbox_is_emptied_by_post_only(pages, keep, folder):
    keep()
    assert pages.get("/mailbox/emptying/").status_code == 405
    assert pages.post("/mailbox/emptying/").status_code == 302
    assert os.listdir(folder._path) == []
    assert pages.get("/mailbox/").status_code == 200


@pytest.mark.parametrize("mail_id", ["nothing", "..", "%2e%2e%2fsecret", "0" * 20 + "-" + "0" * 6, "x" * 5000])
def test_what_is_not_there_is_not_found(mail_id, pages, keep, folder):
    (Path(folder._path).parent / "secret.eml").write_text("secret")
    assert pages.get(f"/mailbox/{mail_id}/raw/").status_code == 404


def test_a_name_that_leads_out_of_the_folder_is_no_mail(folder):
    (Path(folder._path).parent / "secret.eml").write_text("secret")
    with pytest.raises(NoSuchMail):
        Mailbox(folder._path).get("../secret")


def test_odd_mails_are_shown_all_the_same(pages, folder):
    for content in (b"", b"\r\n", b"Subject: =?x?q?y?=\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xff\xfe"):
        folder.store("", ["a@b.example"], content)
    for mail in pages.get("/mailbox/", {"format": "json"}).json()["mails"]:
        assert pages.get(f"/mailbox/{mail['id']}/").status_code == 200


def test_a_folder_that_is_not_there_yet_is_an_empty_mailbox(pages, settings, tmp_path):
    settings.MAILBOX_DIR = str(tmp_path / "nowhere")
    assert pages.get("/mailbox/").status_code == 200
    assert pages.post("/mailbox/emptying/").status_code == 302


# --- In production ---


@pytest.mark.parametrize(
    ("mailbox", "demo", "debug", "wrong"),
    [("", False, False, False), ("/x", True, False, False), ("/x", False, True, False), ("/x", False, False, True)],
)
def test_a_mailbox_in_production_is_an_error(mailbox, demo, debug, wrong, settings):
    settings.MAILBOX_DIR, settings.DEMO, settings.DEBUG = mailbox, demo, debug
    assert ("outbox.E001" in {message.id for message in run_checks(tags=["security"])}) is wrong


# --- Answered from there ---


@pytest.fixture
def local(server, settings, client) -> Iterator[tuple[int, Path]]:
    """The sink runs, mail goes there, and the pages show what it keeps."""
    port, folder, _ = server
    connect(port).close()
    settings.MAILBOX_DIR = str(folder)
    settings.ROOT_URLCONF = __name__
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    return client


@pytest.fixture
def letter_kept(local, register, enqueue, send):
    """A letter that somebody finds in the local mailbox; gives the message and the page of the mail."""
    kind = register("some_letter", may_repeat=False, answered=lambda message, back: answers.append(back))
    answers: list[object] = []
    message = enqueue(kind)
    send()
    (mail,) = local.get("/mailbox/", {"format": "json"}).json()["mails"]
    return message, f"/mailbox/{mail['id']}/", answers


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("way", "sort", "state", "code"),
    [
        ("reply", "reply", "accepted", ""),
        ("automatic", "automatic", "accepted", ""),
        ("return", "bounced", "bounced", "5.1.1"),
        ("full", "bounced", "bounced", "4.2.2"),
    ],
)
def test_a_letter_is_answered_from_the_mailbox_by_real_mail(way, sort, state, code, letter_kept, local):
    message, page, answers = letter_kept
    assert 'value="reply"' in local.get(page).content.decode()
    answered = local.post(f"{page}answer/", {"way": way, "text": "감사합니다"})
    assert "Sent." in answered.content.decode()
    assert take_in() == 1
    assert take_in() == 0
    came = InboundMail.objects.get()
    assert (came.sort, came.status_code, came.message) == (sort, code, message)
    assert Message.objects.get(pk=message.pk).state == state
    assert [back.text for back in answers] == (["감사합니다"] if state == "accepted" else [])
    assert len(local.get("/mailbox/", {"format": "json"}).json()["mails"]) == 2


@pytest.mark.django_db
def test_what_asks_for_no_answer_takes_none_but_can_come_back(local, note, enqueue, send):
    enqueue(note)
    send()
    (mail,) = local.get("/mailbox/", {"format": "json"}).json()["mails"]
    assert local.post(f"/mailbox/{mail['id']}/answer/", {"way": "reply"}).status_code == 400
    assert local.post(f"/mailbox/{mail['id']}/answer/", {"way": "eat"}).status_code == 400
    assert local.post(f"/mailbox/{mail['id']}/answer/", {"way": "return"}).status_code == 200


def test_a_mail_of_somebody_else_has_no_way_back(pages, keep):
    mail_id = keep()
    assert "answer/" not in pages.get(f"/mailbox/{mail_id}/").content.decode()
    assert pages.post(f"/mailbox/{mail_id}/answer/", {"way": "return"}).status_code == 400
    assert pages.get(f"/mailbox/{mail_id}/answer/").status_code == 405


@pytest.mark.django_db
def test_what_comes_too_early_stays_in_the_folder(letter_kept, local):
    message, page, _answers = letter_kept
    local.post(f"{page}answer/", {"way": "return"})
    row = Message.objects.filter(pk=message.pk)
    row.update(state="sending", settled_at=None, lease_until=message.created_at)
    assert take_in() == 0
    row.update(state="accepted", settled_at=message.created_at, lease_until=None)
    assert take_in() == 1
