"""The letter as the addressee's mailroom reads it: who speaks, in which language, and nothing smuggled in."""

import re

import pytest

from campaign import actions
from campaign.models import LetterText
from face.texts import in_language
from outbox.models import Message
from tests.factories import NOW, fresh, make_campaign, make_dispatch, make_signature


@pytest.fixture
def send(point, post_office):
    """Sends one letter; gives the mail as it arrived."""

    def send(campaign, **fields):
        signature = make_signature(campaign, state="confirmed", **fields)
        send.dispatch = make_dispatch(signature, point)
        actions.release_dispatches(now=NOW)
        post_office.send("deliveries")
        (mail,) = post_office.mails_to("warsaw@point.example")
        return mail

    return send


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(mail):
    return mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("display", "sender", "signed"),
    [
        ("full", "Ara Kim (Maninso)", "Ara Kim 谨启"),
        ("initials", "A. K. (Maninso)", "A. K. 谨启"),
        ("hidden", "Maninso", None),
    ],
)
def test_the_name_goes_as_far_as_its_owner_lets_it(campaign, send, display, sender, signed):
    mail = send(campaign, name="Ara Kim", display=display)
    (address,) = mail["From"].addresses
    assert (address.display_name, address.addr_spec) == (sender, "letters@maninso.example")
    assert signed is None or signed in text_of(mail)
    if display != "full":
        assert "Ara Kim" not in mail.as_string()
        assert "Ara Kim" not in text_of(mail) + html_of(mail)


def test_the_supporter_s_address_is_nowhere_in_the_letter(campaign, send):
    mail = send(campaign, email="ara@people.example")
    assert "ara@people.example" not in mail.as_string() + text_of(mail) + html_of(mail)
    assert re.fullmatch(r"replies\+\w+@maninso\.example", str(mail["Reply-To"]))


def test_the_addressee_s_language_comes_first_and_the_supporter_s_beside_it(campaign, send):
    mail = send(campaign, language="en", country="PL", city="Kraków")
    assert mail["Subject"] == "关于十个人"
    for text in (text_of(mail), html_of(mail)):
        assert text.index("请让他们走。") < text.index("Please let them go.")
        assert text.index("波兰") < text.index("Poland")
        assert "Kraków" in text


def test_a_supporter_who_read_it_in_the_addressee_s_language_sends_it_in_that_alone(campaign, send):
    text = text_of(send(campaign, language="zh-hans"))
    assert "请让他们走。" in text
    assert "Please let them go." not in text


def test_a_supporter_whose_language_the_letter_lacks_sends_the_campaign_s_own(campaign, send):
    text = text_of(send(campaign, language="ja"))
    assert "请让他们走。" in text
    assert "Please let them go." in text


def test_a_letter_without_the_addressee_s_language_goes_in_the_supporter_s(point, send):
    campaign = make_campaign(addressee_language="ja")
    text = text_of(send(campaign, language="en"))
    assert "Please let them go." in text
    assert "请让他们走。" not in text


def test_the_letter_is_the_version_that_was_signed(campaign, send):
    from tests.factories import make_letter

    first = campaign.letters.get()
    make_letter(campaign, version=2)
    assert "(version 1)" in text_of(send(campaign, letter=first))


def test_own_words_stand_once_in_the_letter_as_they_were_typed(campaign, send):
    words = 'I was there.\n\nI saw it: "1 < 2 & 3".'
    mail = send(campaign, own_words=words)
    assert text_of(mail).count(words) == 1
    assert "1 &lt; 2 &amp; 3" in html_of(mail)


def test_markup_in_own_words_stays_text(campaign, send):
    words = "<script>alert(1)</script> <a href='https://bad.example'>x</a> {{ 7|add:7 }} {% now 'Y' %}"
    mail = send(campaign, own_words=words, name="<b>Ara</b>", city="<i>Kraków</i>")
    assert words in text_of(mail)
    html = html_of(mail)
    assert "<script>" not in html
    assert "<a href='https://bad.example'" not in html
    assert "<b>Ara" not in html
    assert "<i>Kraków" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("field", ["name", "city", "own_words"])
def test_no_field_can_make_a_header(campaign, send, field):
    """Past the form, that is: rows written by anything else."""
    mail = send(
        campaign, **{field: "Ara\r\n\r\nBcc: all@people.example\r\nX-Evil: 1" if field != "name" else "Ara Kim"}
    )
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None


def test_a_name_with_a_line_break_is_not_sent_at_all(campaign, point, post_office):
    signature = make_signature(campaign, name="Ara\nBcc: all@people.example", state="confirmed")
    make_dispatch(signature, point)
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries")
    assert post_office.server.handed_over == {}
    assert Message.objects.get(kind="letter").state == "queued"


def test_a_subject_of_several_lines_becomes_one(campaign, point, send):
    from tests.factories import make_letter

    draft = make_letter(campaign, version=2, published=False)
    LetterText.objects.filter(letter=draft).update(subject="About\nBcc: all@people.example")
    draft.publish(now=NOW)
    mail = send(campaign, letter=draft)
    assert mail["Subject"] == "About Bcc: all@people.example"
    assert mail["Bcc"] is None


@pytest.mark.parametrize("name", ["김하늘", "Żółć, “O’Neill”", 'Ara "A" <x@y.example>', "Ara, Bora", "محمد علی"])
def test_any_name_is_a_sender_s_name_and_never_an_address(campaign, send, name):
    mail = send(campaign, name=name)
    (address,) = mail["From"].addresses
    assert (address.display_name, address.addr_spec) == (f"{name} (Maninso)", "letters@maninso.example")


def test_what_is_kept_is_what_went_out(campaign, send):
    mail = send(campaign, own_words="I was there.")
    assert fresh(send.dispatch).as_sent.split() == text_of(mail).split()


def test_a_withdrawn_signature_is_never_dispatched(campaign, point, post_office):
    signature = make_signature(campaign, state="withdrawn")
    make_dispatch(signature, point)
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries")
    assert post_office.server.mails == []
    assert signature.dispatches.get().state == "cancelled"


def test_a_letter_does_not_say_that_it_is_automatic(campaign, send):
    assert send(campaign)["Auto-Submitted"] is None


def test_a_batch_of_letters_costs_no_query_per_letter_to_load(campaign, point, django_assert_max_num_queries):
    from campaign import emails

    messages = []
    for _ in range(4):
        dispatch = make_dispatch(make_signature(campaign, state="confirmed"), point)
        messages.append(Message(kind="letter", subject_id=dispatch.pk, language="en"))
    with django_assert_max_num_queries(6):
        loaded = emails.dispatches_by_id(messages)
        for dispatch in loaded.values():
            emails.letter_texts(dispatch.signature)
            assert in_language(dispatch.point, "ko").name
            assert in_language(dispatch.signature.campaign.organisation, "ko").name
