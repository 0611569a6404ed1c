"""Several letters in one mail: when it goes, what stands in it, who is no longer in it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from campaign import actions, emails
from campaign.models import DeliveryPoint, Digest, Dispatch, Reply
from outbox.inbound.receiving import receive
from outbox.models import Message
from outbox.return_addresses import return_address
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    fresh,
    make_campaign,
    make_dispatch,
    make_letter,
    make_point,
    make_signature,
    wait_until_blocked,
)
from tests.outbox import came_back

MINUTE = dt.timedelta(minutes=1)
# A Monday, 09:00 in Warsaw.
MONDAY = dt.datetime(2027, 3, 1, 8, tzinfo=dt.UTC)


@pytest.fixture
def point(db):
    return make_point("Embassy in Warsaw", email="warsaw@point.example", digest_every=3, hourly_cap=60)


def letters_to(point, count, *, campaign, planned_at=NOW, **fields):
    signatures = [make_signature(campaign, state="confirmed", **fields) for _ in range(count)]
    return [make_dispatch(signature, point, planned_at=planned_at) for signature in signatures]


def states(dispatches):
    return [fresh(dispatch).state for dispatch in dispatches]


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(mail):
    return mail.get_body(("html",)).get_content()


# --- When it goes --------------------------------------------------------------------------------------------


def test_a_digest_goes_when_as_many_letters_wait_as_the_point_wants_together(campaign, point):
    first = letters_to(point, 2, campaign=campaign)
    assert actions.release_dispatches(now=NOW) == 0
    assert not Digest.objects.exists()
    letters = first + letters_to(point, 2, campaign=campaign)
    assert actions.release_dispatches(now=NOW) == 3
    digest = Digest.objects.get()
    assert (digest.campaign, digest.point, digest.number, digest.count) == (campaign, point, 1, 3)
    assert states(letters) == ["queued", "queued", "queued", "planned"]
    message = Message.objects.get()
    assert (message.kind, message.subject_id, message.may_repeat) == ("digest", digest.pk, False)


def test_a_digest_counts_as_one_mail(campaign):
    point = make_point(digest_every=2, hourly_cap=3)
    letters_to(point, 12, campaign=campaign)
    released = [actions.release_dispatches(now=NOW + minute * MINUTE) for minute in range(0, 60, 5)]
    assert sum(released) == 6
    assert [digest.number for digest in Digest.objects.order_by("pk")] == [1, 2, 3]


def test_letters_that_went_alone_this_hour_count_with_the_digests(campaign):
    point = make_point(hourly_cap=2)
    letters_to(point, 9, campaign=campaign)
    actions.release_dispatches(now=NOW)
    DeliveryPoint.objects.update(digest_every=2)
    assert actions.release_dispatches(now=NOW + 31 * MINUTE) == 2
    DeliveryPoint.objects.update(hourly_cap=3600)
    DeliveryPoint.objects.update(hourly_cap=2)
    assert actions.release_dispatches(now=NOW + 59 * MINUTE) == 0


def test_an_even_drip_spreads_digests(db):
    campaign = window(2 * HOUR)
    point = make_point(digest_every=2, shape="even")
    letters_to(point, 8, campaign=campaign)
    moments = [minute for minute in range(120) if actions.release_dispatches(now=MONDAY + minute * MINUTE)]
    assert moments == [0, 30, 60, 90]


def window(length, **fields):
    end = MONDAY + length
    return make_campaign(opens_at=MONDAY - 30 * DAY, closes_at=end, deliver_from=MONDAY, deliver_until=end, **fields)


def test_what_is_left_goes_in_the_last_open_hour(db):
    campaign = window(30 * HOUR)
    point = make_point(digest_every=5, time_zone="Europe/Warsaw", delivery_from=dt.time(9), delivery_until=dt.time(17))
    letters_to(point, 2, campaign=campaign)
    last_hour = MONDAY + DAY + 5 * HOUR
    assert actions.release_dispatches(now=last_hour - SECOND) == 0
    assert actions.release_dispatches(now=last_hour) == 2


def test_what_is_left_goes_as_soon_as_nobody_can_sign_any_more(db):
    campaign = make_campaign(closes_at=NOW, opens_at=NOW - 30 * DAY, deliver_until=NOW + 40 * DAY)
    point = make_point(digest_every=5)
    letters_to(point, 2, campaign=campaign)
    assert actions.release_dispatches(now=NOW - SECOND) == 0
    assert actions.release_dispatches(now=NOW) == 2


def test_at_a_set_time_goes_what_has_waited_until_then(db):
    campaign = window(4 * DAY)
    point = make_point(time_zone="Europe/Warsaw", digest_times=[dt.time(9), dt.time(16)])
    four = MONDAY + 7 * HOUR
    early = letters_to(point, 2, campaign=campaign, planned_at=MONDAY + HOUR)
    (late,) = letters_to(point, 1, campaign=campaign, planned_at=four + SECOND)
    assert actions.release_dispatches(now=four - SECOND) == 0
    assert actions.release_dispatches(now=four) == 2
    assert states([*early, late]) == ["queued", "queued", "planned"]
    assert actions.release_dispatches(now=MONDAY + DAY - SECOND) == 0
    # The task may be late: the time has come all the same.
    assert actions.release_dispatches(now=MONDAY + DAY + HOUR) == 1


def test_a_set_time_on_a_closed_day_is_none(db):
    campaign = window(10 * DAY)
    point = make_point(
        time_zone="Europe/Warsaw",
        digest_times=[dt.time(12)],
        delivery_days=[1, 2, 3, 4, 5],
        delivery_from=dt.time(9),
        delivery_until=dt.time(17),
    )
    letters_to(point, 1, campaign=campaign, planned_at=MONDAY + 4 * DAY + 6 * HOUR)
    for hours in (1, 2):
        assert actions.release_dispatches(now=MONDAY + 7 * DAY + hours * HOUR) == 0
    assert actions.release_dispatches(now=MONDAY + 7 * DAY + 3 * HOUR) == 1


def test_more_letters_than_a_mail_holds_go_in_several(db, monkeypatch):
    from campaign.models import delivery

    monkeypatch.setattr(delivery, "DIGEST_MOST", 2)
    campaign = window(4 * DAY)
    point = make_point(digest_times=[dt.time(8)])
    letters_to(point, 5, campaign=campaign, planned_at=MONDAY)
    released = [actions.release_dispatches(now=MONDAY + minute * MINUTE) for minute in range(4)]
    assert released == [2, 2, 1, 0]


def test_versions_of_a_letter_are_never_in_one_digest(campaign, point):
    letters_to(point, 2, campaign=campaign)
    second = make_letter(campaign, version=2)
    letters_to(point, 3, campaign=campaign, letter=second)
    released = [actions.release_dispatches(now=NOW + minute * MINUTE) for minute in range(3)]
    assert released == [2, 3, 0]
    assert [digest.letter.version for digest in Digest.objects.order_by("pk")] == [1, 2]


def test_campaigns_are_never_in_one_digest(point):
    for _ in range(2):
        letters_to(point, 2, campaign=make_campaign())
    assert actions.release_dispatches(now=NOW) == 0


# --- What stands in it ---------------------------------------------------------------------------------------


def send(post_office):
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries")
    (mail,) = post_office.mails_to("warsaw@point.example")
    return mail


def test_the_letter_stands_once_and_then_its_signers_as_each_allows(campaign, point, post_office):
    letters_to(point, 1, campaign=campaign, name="Ara Kim", city="Kraków", own_words="I was there.\n\nI saw it.")
    letters_to(point, 1, campaign=campaign, name="Bora Lee", display="initials", country="DE")
    letters_to(point, 1, campaign=campaign, name="Chan Park", display="hidden", country="KR")
    mail = send(post_office)
    assert mail["Subject"] == "关于十个人（3个签名）"
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Lantern (Maninso)", "letters@maninso.example")
    assert mail["Auto-Submitted"] is None
    for text in (text_of(mail), html_of(mail)):
        assert text.count("请让他们走。") == 1
        assert "Please let them go." not in text
        assert text.index("请让他们走。") < text.index("Ara Kim") < text.index("B. L.") < text.index("韩国")
        assert "波兰" in text
        assert "Kraków" in text
        assert not {"Bora", "Chan"} & set(text.split())
        assert "people.example" not in text
    assert "1. Ara Kim" in text_of(mail)
    assert "   I was there.\n\n   I saw it.\n" in text_of(mail)
    assert "本活动致贵机构的第1封邮件" in text_of(mail)


def test_markup_in_names_and_words_stays_text(campaign, point, post_office):
    words = "<script>alert(1)</script> {% now 'Y' %}"
    letters_to(point, 3, campaign=campaign, name="<b>Ara</b>", city="<i>K</i>", own_words=words)
    mail = send(post_office)
    assert words in text_of(mail)
    assert not any(tag in html_of(mail) for tag in ("<script>", "<b>Ara", "<i>K"))


def test_a_name_with_a_line_break_makes_no_header(campaign, point, post_office):
    letters_to(point, 3, campaign=campaign, name="Ara\r\nBcc: all@people.example")
    assert send(post_office)["Bcc"] is None


def test_each_supporter_reads_the_letter_with_their_own_line_and_nobody_else_s(campaign, point, post_office):
    mine, *_others = letters_to(point, 1, campaign=campaign, name="Ara Kim", own_words="I was there.")
    letters_to(point, 2, campaign=campaign, name="Bora Lee")
    mail = text_of(send(post_office))
    kept = fresh(mine).as_sent
    assert "请让他们走。" in kept
    assert "1. Ara Kim" in kept
    assert "I was there." in kept
    assert "Bora" not in kept
    assert all(line.strip() in mail for line in kept.splitlines())


def test_all_letters_of_a_digest_are_accepted_with_it(campaign, point, post_office):
    letters = letters_to(point, 3, campaign=campaign)
    send(post_office)
    assert states(letters) == ["accepted"] * 3
    assert all(fresh(letter).accepted_at for letter in letters)
    assert [change.new for change in letters[0].changes.order_by("pk")] == ["queued", "sending", "accepted"]


def test_a_letter_that_the_addressee_s_language_lacks_goes_in_the_campaign_s_own(point, post_office):
    letters_to(point, 3, campaign=make_campaign(addressee_language="ja"))
    assert "Please let them go." in text_of(send(post_office))


def test_two_hundred_letters_cost_no_query_each_to_load(campaign, django_assert_max_num_queries):
    point = make_point(digest_every=20)
    letters_to(point, 20, campaign=campaign)
    actions.release_dispatches(now=NOW)
    Dispatch.objects.update(state="sending")
    message = Message.objects.get(kind="digest")
    message.subject = emails.digests_by_id([message])[message.subject_id]
    with django_assert_max_num_queries(8):
        assert emails.digest(message)


# --- How it moves --------------------------------------------------------------------------------------------


def test_a_refused_digest_bounced_with_all_that_is_in_it(campaign, point, post_office):
    letters = letters_to(point, 3, campaign=campaign)
    actions.release_dispatches(now=NOW)
    post_office.server.behave("warsaw@point.example", rcpt="550 5.1.1 no such mailbox")
    post_office.send("deliveries")
    assert states(letters) == ["bounced"] * 3
    assert fresh(point).refuses


def test_the_letters_of_a_refused_digest_go_another_way_once_each(campaign, point, post_office):
    letters = letters_to(point, 3, campaign=campaign)
    consulate = make_point("Consulate in Gdansk", kind="consulate", city="Gdansk", email="gdansk@point.example")
    send(post_office)
    receive(came_back.POSTFIX, recipient=return_address("bounces", Message.objects.get(kind="digest")))
    assert states(letters) == ["rerouted"] * 3
    assert [fresh(letter).rerouted_to.point for letter in letters] == [consulate] * 3


def test_an_answer_to_a_digest_answers_all_its_letters(campaign, point, post_office, bora):
    letters = letters_to(point, 3, campaign=campaign)
    mail = send(post_office)
    receive(came_back.REPLY, recipient=mail["Reply-To"], sender="embassy@mofa.example")
    reply = Reply.objects.get()
    assert (reply.kind, reply.digest) == ("unread", Digest.objects.get())
    actions.sort_reply(reply=reply, kind="form", excerpt="", by=bora)
    assert states(letters) == ["replied"] * 3
    actions.erase_signature(signature=letters[0].signature)
    assert fresh(reply).text is None


def test_a_digest_that_was_put_off_waits_and_goes_once(campaign, point, post_office):
    letters = letters_to(point, 3, campaign=campaign)
    actions.release_dispatches(now=NOW)
    post_office.server.behave("warsaw@point.example", rcpt="450 4.2.1 later")
    post_office.send("deliveries")
    assert states(letters) == ["queued"] * 3
    post_office.server.behave("warsaw@point.example")
    post_office.send("deliveries", now=Message.objects.get(kind="digest").not_before + MINUTE)
    assert states(letters) == ["accepted"] * 3
    assert post_office.server.recipients == ["warsaw@point.example"]


def test_a_digest_lost_after_its_content_was_handed_over_is_unknown(campaign, point, post_office):
    letters = letters_to(point, 3, campaign=campaign)
    actions.release_dispatches(now=NOW)
    post_office.server.behave("warsaw@point.example", data="drop")
    post_office.send("deliveries")
    assert states(letters) == ["unknown"] * 3


def test_pausing_calls_a_digest_back_and_its_letters_go_once_after_resuming(campaign, point, bora, post_office):
    letters = letters_to(point, 3, campaign=campaign)
    actions.release_dispatches(now=NOW)
    actions.pause_campaign(campaign=campaign, by=bora)
    assert states(letters) == ["planned"] * 3
    assert {(fresh(letter).queued_at, fresh(letter).digest_id) for letter in letters} == {(None, None)}
    assert not Digest.objects.exists()
    post_office.send("deliveries")
    assert post_office.server.mails == []
    actions.resume_campaign(campaign=campaign, by=bora)
    assert actions.release_dispatches(now=NOW + MINUTE) == 3
    post_office.send("deliveries", now=NOW + 2 * MINUTE)
    assert states(letters) == ["accepted"] * 3
    assert letters[0].changes.filter(reason="called_back").count() == 1


# --- Who leaves ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leave", [actions.withdraw_signature, actions.erase_signature])
def test_whoever_leaves_while_it_waits_is_not_in_it(campaign, point, post_office, leave):
    (gone,) = letters_to(point, 1, campaign=campaign, name="Bora Lee", own_words="Never again.")
    staying = letters_to(point, 2, campaign=campaign, name="Ara Kim")
    actions.release_dispatches(now=NOW)
    leave(signature=gone.signature)
    assert (fresh(gone).state, fresh(gone).digest_id) == ("cancelled", None)
    post_office.send("deliveries")
    (mail,) = post_office.mails_to("warsaw@point.example")
    assert "Bora" not in text_of(mail) + html_of(mail)
    assert "Never again." not in text_of(mail)
    assert mail["Subject"].endswith("（2个签名）")
    assert (states(staying), Digest.objects.get().count) == (["accepted"] * 2, 2)
    assert fresh(gone).as_sent is None


@pytest.mark.parametrize("state", ["withdrawn", "held"])
def test_the_composer_looks_last(campaign, point, post_office, state):
    """By whatever way a signature came to stand no more."""
    (gone,) = letters_to(point, 1, campaign=campaign, name="Bora Lee")
    letters_to(point, 2, campaign=campaign)
    actions.release_dispatches(now=NOW)
    type(gone.signature).objects.filter(pk=gone.signature_id).update(state=state)
    post_office.send("deliveries")
    (mail,) = post_office.mails_to("warsaw@point.example")
    assert "Bora" not in text_of(mail)
    assert (fresh(gone).state, fresh(gone).digest_id) == ("cancelled", None)
    assert gone.changes.get(new="cancelled").reason == "no longer signed"


def test_a_digest_that_everyone_has_left_does_not_go(campaign, point, post_office):
    letters = letters_to(point, 3, campaign=campaign)
    actions.release_dispatches(now=NOW)
    for letter in letters:
        actions.withdraw_signature(signature=letter.signature)
    post_office.send("deliveries")
    assert post_office.server.mails == []
    assert Message.objects.get(kind="digest").state == "cancelled"
    assert not Digest.objects.exists()


def test_whoever_withdraws_and_signs_again_is_in_a_later_digest(campaign, point, post_office):
    (back,) = letters_to(point, 1, campaign=campaign)
    letters_to(point, 2, campaign=campaign)
    actions.release_dispatches(now=NOW)
    actions.withdraw_signature(signature=back.signature)
    Dispatch.objects.filter(pk=back.pk).update(state="planned")
    type(back.signature).objects.filter(pk=back.signature_id).update(state="pending")
    type(back.signature).objects.filter(pk=back.signature_id).update(state="confirmed")
    letters_to(point, 2, campaign=campaign)
    assert actions.release_dispatches(now=NOW + 2 * MINUTE) == 3
    assert fresh(back).digest.number == 2


@pytest.mark.django_db(transaction=True)
def test_whoever_leaves_while_it_is_composed_leaves_after_it(campaign, point):
    """Erasing waits for the composer, and then takes away what it kept."""
    (letter, *_others) = letters_to(point, 3, campaign=campaign)
    actions.release_dispatches(now=NOW)
    Dispatch.objects.update(state="sending")
    message = Message.objects.get(kind="digest")
    message.subject = emails.digests_by_id([message])[message.subject_id]

    def erase():
        try:
            actions.erase_signature(signature=letter.signature)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            assert emails.digest(message)
            waiting = other.submit(erase)
            wait_until_blocked(waiting)
            assert not waiting.done()
            assert fresh(letter).as_sent
        waiting.result(10)
    assert fresh(letter).as_sent is None
