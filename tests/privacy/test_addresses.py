import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.addresses import BadAddress, Reason, canonical, deliverable, services


@pytest.mark.parametrize(
    ("given_", "sent_to"),
    [
        ("ara@example.com", "ara@example.com"),
        ("  ara@example.com  ", "ara@example.com"),
        ("\u00a0ara@example.com\u3000", "ara@example.com"),
        ("Ara.Kim+signs@EXAMPLE.com", "Ara.Kim+signs@example.com"),
        ("ara@Bücher.example", "ara@xn--bcher-kva.example"),
        ("ara@xn--bcher-kva.example", "ara@xn--bcher-kva.example"),
        ("ara@한국.example", "ara@xn--3e0b707e.example"),
        ("ara@example。com", "ara@example.com"),
        ("ａｒａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ara@example.com"),
        ("아라@example.com", "아라@example.com"),
        ("jose\u0301@example.com", "jos\u00e9@example.com"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("embassy-1@sub.mission.example", "embassy-1@sub.mission.example"),
    ],
)
def test_mail_goes_where_the_person_said(given_, sent_to):
    assert deliverable(given_) == sent_to


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        ("", Reason.MISSING),
        ("   ", Reason.MISSING),
        ("ara@example.com\n", Reason.CHARACTERS),
        ("ara@example.com\r\nBcc: bora@example.com", Reason.CHARACTERS),
        ("\nara@example.com", Reason.CHARACTERS),
        ("ara\0@example.com", Reason.CHARACTERS),
        ("ara@example.com\0", Reason.CHARACTERS),
        (" " * 300 + "ara@exa\nmple.com", Reason.CHARACTERS),
        ("ara\t@example.com", Reason.CHARACTERS),
        ("ara\u202e@example.com", Reason.CHARACTERS),
        ("ar\u200ba@example.com", Reason.CHARACTERS),
        ("ara\u2028@example.com", Reason.CHARACTERS),
        ("ara\ud800@example.com", Reason.CHARACTERS),
        ("ara﹫bora@example.com", Reason.CHARACTERS),
        ("ara@example.com, bora@example.com", Reason.SEVERAL),
        ("ara@example.com;bora@example.com", Reason.SEVERAL),
        ("ara@example.com bora@example.com", Reason.SEVERAL),
        ("ara@bora@example.com", Reason.SEVERAL),
        ("ara,bora@example.com", Reason.SEVERAL),
        ("Ara Kim <ara@example.com>", Reason.DECORATED),
        ("<ara@example.com>", Reason.DECORATED),
        ('"ara kim"@example.com', Reason.DECORATED),
        ('"ara"@example.com', Reason.DECORATED),
        ("ara(comment)@example.com", Reason.DECORATED),
        ("ara@[192.0.2.1]", Reason.DECORATED),
        ("ara@[IPv6:2001:db8::1]", Reason.DECORATED),
        ("ara\\@example.com", Reason.DECORATED),
        ("ara", Reason.SYNTAX),
        ("@example.com", Reason.SYNTAX),
        ("ara@", Reason.SYNTAX),
        ("ara@localhost", Reason.SYNTAX),
        ("ara@example", Reason.SYNTAX),
        ("ara@192.0.2.1", Reason.SYNTAX),
        ("ara@exa mple.com", Reason.SYNTAX),
        ("ara..kim@example.com", Reason.SYNTAX),
        (".ara@example.com", Reason.SYNTAX),
        ("ara@-example.com", Reason.SYNTAX),
        ("ara@example.com.", Reason.SYNTAX),
        ("ara@exam_ple.com", Reason.SYNTAX),
        ("ara@printer.local", Reason.SYNTAX),
        ("a" * 65 + "@example.com", Reason.SYNTAX),
        ("ara@" + "a" * 250 + ".com", Reason.TOO_LONG),
        ("ara@" + "ü" * 40 + "." + "ü" * 40 + "." + "ü" * 40 + "." + "ü" * 40 + ".example", Reason.SYNTAX),
        pytest.param("x" * 10_000_000, Reason.TOO_LONG, id="10 MB"),
    ],
)
def test_what_is_no_single_plain_address_is_refused_with_a_reason(refused, reason):
    with pytest.raises(BadAddress) as refusal:
        deliverable(refused)
    assert refusal.value.reason == reason
    assert str(refusal.value) == reason.value


@given(st.text(max_size=40) | st.from_regex(r"[^@]{0,20}@[^@]{0,20}", fullmatch=True))
def test_hostile_text_is_refused_or_becomes_one_line(text):
    for read in (deliverable, canonical):
        try:
            address = read(text)
        except BadAddress:
            continue
        assert "\n" not in address
        assert "\r" not in address
        assert "\0" not in address
        assert address.count("@") == 1
        assert len(deliverable(text).encode()) <= 254


@given(st.emails())
def test_an_accepted_address_is_accepted_again_as_it_is(address):
    try:
        once = deliverable(address)
    except BadAddress:
        return
    assert deliverable(once) == once
    assert canonical(once) == canonical(address)


@pytest.mark.parametrize(
    "spellings",
    [
        ("ara@example.com", "ARA@Example.COM", " ara@example.com ", "ａｒａ@example.com"),
        ("ara@bücher.example", "ara@xn--bcher-kva.example", "ara@BÜCHER.example"),
        ("straße@example.com", "STRASSE@example.com"),
        ("jose\u0301@example.com", "jos\u00e9@example.com", "JOSÉ@example.com"),
        ("ｱﾗ@example.com", "アラ@example.com"),
        ("arakim@gmail.com", "a.r.a.kim@gmail.com", "AraKim+petition@googlemail.com", "ara.kim+@gmail.com"),
        ("ara.kim@outlook.com", "ara.kim+signs@outlook.com"),
        ("ara@hotmail.com", "ara+1@HOTMAIL.com"),
        ("ara@icloud.com", "ara@me.com", "ara+x@mac.com"),
        ("arakim@proton.me", "ara.kim@protonmail.com", "ara-kim@pm.me", "ara_kim+x@protonmail.ch"),
        ("ara@fastmail.com", "ara+x@fastmail.com", "signs@ara.fastmail.com", "ara@ara.fastmail.com"),
        ("ara@yahoo.com", "ara-petition@yahoo.com"),
        ("ara@yandex.ru", "ara@yandex.com", "ara@ya.ru"),
        ("ara@daum.net", "ara@hanmail.net"),
    ],
)
def test_spellings_of_one_mailbox_are_one_person(spellings):
    assert len({canonical(address) for address in spellings}) == 1


@pytest.mark.parametrize(
    "people",
    [
        # An unknown domain may give these to two people.
        ("ara@example.com", "ara+kim@example.com", "a.ra@example.com", "ara-kim@example.com"),
        ("ara@example.com", "ara@mail.example.com", "ara@example.org"),
        # Dots count, and the services' domains are mailboxes of their own.
        ("ara.kim@outlook.com", "arakim@outlook.com", "ara.kim@hotmail.com", "ara.kim@live.com"),
        ("ara.kim@icloud.com", "arakim@icloud.com"),
        ("ara.kim@yahoo.com", "arakim@yahoo.com", "ara.kim@ymail.com", "ara.kim+x@yahoo.com"),
        ("ara@fastmail.com", "ara@fastmail.fm", "ara@kim.fastmail.com", "ara@a.kim.fastmail.com"),
        # Subdomains mean nothing elsewhere; Yahoo! JAPAN is another company; so is a guest of Google's.
        ("ara@gmail.com", "ara@ara.gmail.com"),
        ("ara@yahoo.co.jp", "ara-x@yahoo.co.jp"),
        ("arakim@google.com", "ara.kim@google.com"),
        ("ara@naver.com", "ara+x@naver.com"),
        # Nothing would be left.
        ("+a@gmail.com", "+b@gmail.com"),
    ],
)
def test_people_who_may_be_two_stay_two(people):
    assert len({canonical(address) for address in people}) == len(people)


def test_every_rule_is_for_a_real_domain_in_the_form_that_addresses_have():
    for domain, service in services().items():
        assert deliverable(f"ara@{domain}") == f"ara@{domain}"
        assert service.domain in services()
        assert canonical(f"ara@{domain}") == f"ara@{service.domain}"
