"""Supporters hear once, in one mail, what became of their letters."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from campaign import actions, links, rules
from campaign.actions import news
from campaign.models import Dispatch, HandIn, NewsMark, Signature
from outbox.models import Message
from tests.campaign.papers import make_all, many_sign
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    make_campaign,
    make_dispatch,
    make_hand_in,
    make_person,
    make_point,
    make_signature,
    make_volunteer,
)

State = Dispatch.State


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def ara(campaign):
    return make_signature(campaign, email="ara@people.example", state=Signature.State.CONFIRMED)


def letter(signature, point, state=State.ACCEPTED, **fields):
    return make_dispatch(signature, point, state=state, accepted_at=NOW, **fields)


def told():
    return set(Message.objects.filter(kind="news").values_list("subject_id", flat=True))


@pytest.mark.parametrize("state", news.ENDED)
def test_who_s_letter_has_ended_is_told(ara, point, state):
    letter(ara, point, state)
    assert actions.tell_supporters(now=NOW) == 1
    assert told() == {ara.pk}


@pytest.mark.parametrize("state", [State.PLANNED, State.HELD, State.QUEUED, State.SENDING, State.PACKED])
def test_as_long_as_one_letter_is_on_its_way_nobody_is_told_of_the_others(ara, point, state):
    letter(ara, point)
    letter(ara, make_point(), state)
    assert actions.tell_supporters(now=NOW) == 0


def test_29_letters_are_one_mail(ara, point, post_office):
    for _number in range(29):
        letter(ara, make_point())
    actions.tell_supporters(now=NOW)
    post_office.send()
    (mail,) = post_office.mails_to("ara@people.example")
    assert mail.get_body(("plain",)).get_content().count("the mail server there took it") == 29


def test_it_is_told_once_ever(ara, point, post_office):
    letter(ara, point)
    for later in range(5):
        actions.tell_supporters(now=NOW + later * DAY)
        post_office.send(now=NOW + later * DAY + SECOND)
    letter(ara, make_point())
    actions.tell_supporters(now=NOW + 6 * DAY)
    post_office.send(now=NOW + 7 * DAY)
    assert len(post_office.mails_to("ara@people.example")) == 1


def test_it_tells_of_every_letter_where_and_how(ara, point, post_office):
    letter(ara, point, State.PRESUMED_DELIVERED)
    letter(ara, make_point("Consulate in Lyon", city="Lyon"), State.BOUNCED)
    letter(ara, make_point("Mission in Geneva", city="Geneva"), State.UNKNOWN)
    letter(ara, make_point("Embassy in Rome", city="Rome"), State.POSTED, channel="post")
    letter(ara, make_point("Embassy in Oslo", city="Oslo"), State.CANCELLED)
    actions.tell_supporters(now=NOW)
    post_office.send()
    text = " ".join(post_office.text_to("ara@people.example").split())
    assert "Embassy in Warsaw, Warsaw Sent by e-mail; the mail server there took it on" in text
    assert "Consulate in Lyon, Lyon Sent by e-mail; the mail server there refused it." in text
    assert "Mission in Geneva, Geneva Sent by e-mail; the connection broke" in text
    assert "Embassy in Rome, Rome Sent by post." in text
    assert "Oslo" not in text
    assert post_office.link_to("ara@people.example", "/signatures/").startswith("/en/signatures/")


# --- Handed in ------------------------------------------------------------------------------------------------


@pytest.fixture
def mina(campaign, point):
    """Goes to Warsaw."""
    hand_in = make_hand_in(campaign, point, day=NOW.date())
    return make_volunteer(hand_in, email="mina@people.example", state="accepted")


@pytest.fixture
def printed(ara, campaign, point, mina):
    actions.ask_for_packs(campaign=campaign, point=point, channel="hand", paper="a4", language="en", by=None)
    make_all()
    for pack in campaign.packs.all():
        actions.hand_out_kit(volunteer=mina, pack=pack)
    return ara.dispatches.get()


def report(volunteer, outcome="delivered", **how):
    how = {"key": uuid.uuid4(), "at": NOW, "now": NOW} | how
    return actions.report_hand_in(volunteer=volunteer, outcome=outcome, **how)


def test_handed_in_at_warsaw_on_a_day_and_on_which_page(ara, printed, mina, post_office):
    report(mina)
    assert actions.tell_supporters(now=NOW + rules.REPORT_STANDS_AFTER + SECOND) == 1
    post_office.send(now=NOW + DAY)
    text = " ".join(post_office.text_to("ara@people.example").split())
    assert "Handed in at Warsaw on " in text
    assert f"Printed in the pack for Warsaw, page {printed.page}." in text


def test_a_wrong_report_can_be_put_right_before_anybody_is_told(ara, printed, mina, post_office):
    report(mina)
    assert actions.tell_supporters(now=NOW + HOUR) == 0
    report(mina, "refused", now=NOW + 2 * HOUR)
    assert actions.tell_supporters(now=NOW + HOUR + rules.REPORT_STANDS_AFTER) == 0
    assert actions.tell_supporters(now=NOW + 2 * HOUR + rules.REPORT_STANDS_AFTER) == 1
    post_office.send(now=NOW + DAY)
    assert "Refused at the door in Warsaw" in post_office.text_to("ara@people.example")


def test_a_report_that_the_organizers_have_released_need_not_wait(ara, printed, mina):
    report(mina)
    actions.release_report(hand_in=mina.hand_in, photos=[], by=make_person("Bora"))
    assert actions.tell_supporters(now=NOW + SECOND) == 1


def test_a_letter_by_e_mail_waits_for_the_hand_in_that_comes(ara, campaign, point):
    letter(ara, point)
    make_hand_in(campaign, make_point(), day=(NOW + 60 * DAY).date())
    assert actions.tell_supporters(now=NOW) == 0
    assert actions.tell_supporters(now=NOW + 60 * DAY + rules.REPORT_WITHIN) == 0
    assert actions.tell_supporters(now=NOW + 61 * DAY + rules.REPORT_WITHIN) == 1


def test_a_hand_in_that_was_cancelled_keeps_nobody_waiting(ara, campaign, point):
    letter(ara, point)
    make_hand_in(campaign, make_point()).move(HandIn.State.CANCELLED)
    assert actions.tell_supporters(now=NOW) == 1


def test_when_all_is_over_what_never_ended_is_told_as_it_is(ara, printed, campaign, post_office):
    make_dispatch(ara, make_point("Consulate in Lyon", city="Lyon"), state=State.HELD)
    over = campaign.deliver_until + rules.REPORT_WITHIN
    assert actions.tell_supporters(now=over - SECOND) == 0
    assert actions.tell_supporters(now=over) == 1
    post_office.send(now=over + DAY)
    text = " ".join(post_office.text_to("ara@people.example").split())
    assert "Nobody has told us what became of it." in text
    assert "It did not go out by e-mail" in text


# --- Who is not told ------------------------------------------------------------------------------------------


def test_who_has_withdrawn_or_is_erased_is_not_told(campaign, point):
    gone, erased = (make_signature(campaign, state=Signature.State.CONFIRMED) for _number in range(2))
    for signature in (gone, erased):
        letter(signature, point)
    actions.withdraw_signature(signature=gone)
    actions.erase_signature(signature=erased)
    assert actions.tell_supporters(now=NOW) == 0


def test_who_leaves_while_the_mail_waits_is_not_told(ara, point, post_office):
    letter(ara, point)
    actions.tell_supporters(now=NOW)
    actions.withdraw_signature(signature=ara)
    post_office.send()
    assert post_office.mails_to("ara@people.example") == []
    assert Message.objects.get(kind="news").state == "cancelled"


def test_who_has_signed_again_after_that_is_told_after_all(ara, point):
    letter(ara, point)
    actions.tell_supporters(now=NOW)
    Message.objects.filter(kind="news").update(state="cancelled", cancel_reason="unwanted", settled_at=NOW)
    assert actions.tell_supporters(now=NOW + SECOND) == 1


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_at_this_moment_is_left_out(ara, point):
    """Their row is locked; a mail that was queued now would keep the index of their address."""
    letter(ara, point)
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        Signature.objects.locked().get(pk=ara.pk)
        assert other.submit(tell_in_a_thread).result() == 0


def tell_in_a_thread():
    try:
        return actions.tell_supporters(now=NOW)
    finally:
        connection.close()


# --- Many -----------------------------------------------------------------------------------------------------


def everyone_has_a_letter(point):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaign_dispatch (signature_id, point_id, channel, state, planned_at, accepted_at)"
            " SELECT id, %s, 'email', 'accepted', now(), now() FROM campaign_signature",
            [point.pk],
        )


def test_thousands_are_told_as_the_queue_empties_each_once(campaign, point, monkeypatch):
    monkeypatch.setattr(news, "IN_THE_QUEUE", 40)
    monkeypatch.setattr(news, "LOOKED_AT", 30)
    many_sign(campaign, 100)
    everyone_has_a_letter(point)
    queued = []
    for _tick in range(20):
        queued.append(actions.tell_supporters(now=NOW + DAY))
        # The worker has sent them.
        Message.objects.filter(kind="news", state="queued").update(state="accepted", settled_at=NOW)
    assert sum(queued) == Message.objects.filter(kind="news").count() == 100
    assert max(queued) <= 40
    assert len(told()) == 100


def test_nothing_more_is_queued_while_the_queue_is_full(campaign, point, monkeypatch):
    monkeypatch.setattr(news, "IN_THE_QUEUE", 40)
    many_sign(campaign, 100)
    everyone_has_a_letter(point)
    assert [actions.tell_supporters(now=NOW + DAY) for _tick in range(3)] == [40, 0, 0]


def test_whose_letter_ends_later_is_found_in_a_later_round(ara, campaign, point):
    letter(ara, point)
    late = make_signature(campaign, state=Signature.State.CONFIRMED)
    waiting = make_dispatch(late, point, state=State.SENDING)
    actions.tell_supporters(now=NOW)
    waiting.move(State.ACCEPTED, accepted_at=NOW)
    actions.tell_supporters(now=NOW + SECOND)
    assert told() == {ara.pk, late.pk}


def test_when_all_are_told_nobody_looks_any_more(ara, campaign, point):
    letter(ara, point)
    over = rules.all_is_over_at(campaign)
    for tick in range(3):
        actions.tell_supporters(now=over + tick * SECOND)
    assert NewsMark.objects.get(campaign=campaign).ended_at is not None
    assert not rules.campaigns_with_news(now=over + DAY).exists()


def test_a_mail_costs_no_query_of_its_own(campaign, point, post_office, django_assert_max_num_queries):
    from campaign import emails

    other = make_campaign()
    for each in (campaign, campaign, other):
        letter(make_signature(each, state=Signature.State.CONFIRMED), point)
    actions.tell_supporters(now=NOW)
    messages = list(Message.objects.filter(kind="news"))
    assert len(messages) == 3
    with django_assert_max_num_queries(9):
        found = emails.news_by_id(messages)
    with django_assert_max_num_queries(0):
        for message in messages:
            message.subject = found[message.subject_id]
            assert emails.news(message)


# --- The own page ---------------------------------------------------------------------------------------------


def own_page(client, signature):
    return client.get(f"/en/signatures/{links.own_page_token(signature)}/").text


def test_the_own_page_says_that_the_mail_comes_after_the_hand_ins(client, ara, campaign, point):
    letter(ara, point)
    assert "one mail tells you" not in own_page(client, ara)
    make_hand_in(campaign, point)
    assert "one mail tells you" in own_page(client, ara)
