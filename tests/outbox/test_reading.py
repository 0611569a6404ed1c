"""What a mail that came back says, server by server."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbox.inbound.reading import LONGEST_TEXT, code_in, read
from outbox.models import InboundMail
from tests.outbox import came_back

Sort = InboundMail.Sort


@pytest.mark.parametrize("server", came_back.BOUNCES)
def test_a_bounce_is_read_with_its_reason(server):
    raw, code = came_back.BOUNCES[server]
    reading = read(raw, no_sender=True)
    assert (reading.sort, reading.status_code) == (Sort.BOUNCED, code)


@pytest.mark.parametrize("server", came_back.BOUNCES)
def test_a_bounce_is_known_without_its_envelope(server):
    """A mailbox fetched by IMAP has none."""
    assert read(came_back.BOUNCES[server][0]).sort == Sort.BOUNCED


@pytest.mark.parametrize("server", came_back.NOTICES)
def test_what_is_delayed_or_has_arrived_did_not_come_back(server):
    assert read(came_back.NOTICES[server], no_sender=True).sort == Sort.NOTICE


@pytest.mark.parametrize("sign", came_back.AUTOMATIC)
def test_an_automatic_answer_is_told_by_any_of_its_signs(sign):
    assert read(came_back.AUTOMATIC[sign]).sort == Sort.AUTOMATIC


def test_a_complaint_is_a_complaint():
    assert read(came_back.COMPLAINT).sort == Sort.COMPLAINT


def test_what_a_person_writes_is_an_answer_even_where_it_speaks_of_failure():
    reading = read(came_back.REPLY, no_sender=False)
    assert reading.sort == Sort.REPLY
    assert reading.text.startswith("Your letter about the delivery failed to convince us")
    assert reading.text.endswith("我们已经收到。")


def test_auto_submitted_no_is_a_person():
    assert read(came_back.written("Auto-Submitted: no\nSubject: Re: About ten people")).sort == Sort.REPLY


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"\0\xff\xfe",
        came_back.written("Subject: nothing", ""),
        came_back.written("Subject: a word from no server that we know"),
    ],
)
def test_what_no_machine_understands_is_for_a_person(raw):
    assert read(raw, no_sender=True).sort == Sort.UNREADABLE


def test_a_report_in_base64_is_read_all_the_same():
    fields = base64.b64encode(
        b"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1"
    )
    raw = came_back.report(words=".", kind="message/global-delivery-status", encoding="base64", status=fields.decode())
    assert read(raw).status_code == "5.1.1"


def test_html_is_read_as_its_words():
    raw = came_back.written(
        "Subject: Re: ten\nContent-Type: text/html; charset=utf-8",
        "<head><style>p{}</style></head><p>Dear  Ara,<br>no.</p><script>alert(1)</script>&lt;3",
    )
    assert read(raw).text.splitlines() == ["Dear Ara,", "no.", "<3"]


@pytest.mark.parametrize("charset", ["euc-kr", "gb2312", "iso-2022-jp", "shift_jis", "big5", "no-such-charset"])
def test_words_in_the_charsets_of_the_field_are_read(charset):
    known = charset if charset != "no-such-charset" else "utf-8"
    words = {"euc-kr": "감사합니다", "iso-2022-jp": "ありがとう", "shift_jis": "ありがとう", "big5": "謝謝"}.get(
        charset, "谢谢"
    )
    head = f"From: a@b.example\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()
    assert read(head + words.encode(known)).text == words


def test_a_long_answer_is_cut():
    assert len(read(came_back.written("Subject: Re: ten", "x" * 200_000)).text) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("550 5.1.1 unknown", "5.1.1"),
        ("host 192.0.2.5.1.1 said no", ""),
        ("from [5.1.1.7]: refused", ""),
        ("said: 550 No such user", "550"),
        ("version 15.1.2 of 2027", ""),
        ("smtp;550-5.7.26 not signed", "5.7.26"),
        ("", ""),
    ],
)
def test_a_code_is_no_address_and_no_version(words, code):
    assert code_in(words) == code


def test_a_thousand_parts_in_each_other_are_for_a_person():
    raw = b"From: a@b.example\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(3000)
    )
    assert read(raw).sort == Sort.UNREADABLE


WHOLE = [*(raw for raw, _code in came_back.BOUNCES.values()), *came_back.AUTOMATIC.values(), came_back.REPLY]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_broken_mail_breaks_the_door(data):
    raw = bytearray(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 200)))
        raw[start:end] = data.draw(
            st.binary(max_size=40)
            | st.sampled_from(
                [b"=?utf-8?b?", b"\r\n\r\n", b"--=_b", b"Content-Type: ", b"charset=utf-7", b"\0", b"\xed\xa0\x80"]
            )
        )
    reading = read(bytes(raw), no_sender=data.draw(st.booleans()))
    assert reading.sort in Sort
    reading.text.encode()
    assert "\0" not in reading.text


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000), st.booleans())
def test_no_noise_breaks_the_door(raw, no_sender):
    assert read(raw, no_sender=no_sender).sort in Sort
