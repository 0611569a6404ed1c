"""At most three unanswered mails a day to one address, over the whole site: anyone can type anyone's address."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from campaign import actions
from outbox import actions as outbox
from outbox.models import Message
from privacy.indexes import address_index
from tests.factories import DAY, make_campaign, make_signature

ARA = "ara@people.example"


def ask(number, *, kind="confirmation", email=ARA, at=None, campaign=None):
    """One more mail about this address, the way signing queues it, about a campaign of its own."""
    signature = make_signature(campaign or make_campaign(f"campaign-number-{number}"), email=email)
    outbox.enqueue(
        kind=kind,
        subject_id=signature.pk if kind == "confirmation" else None,
        address_index=address_index(email),
        language="en",
        now=at or timezone.now(),
    )
    return signature


def reasons():
    return list(Message.objects.filter(state="cancelled").values_list("cancel_reason", flat=True))


def test_a_fourth_unanswered_mail_is_not_sent(point, post_office):
    for number in range(5):
        ask(number)
        post_office.send()
    assert len(post_office.mails_to(ARA)) == 3
    assert reasons() == ["mailed_enough"] * 2


def test_a_batch_holds_no_more_than_the_day_allows(point, post_office):
    for number in range(5):
        ask(number)
    ask(9, email="bora@people.example")
    post_office.send()
    assert len(post_office.mails_to(ARA)) == 3
    assert len(post_office.mails_to("bora@people.example")) == 1


def test_mails_with_links_count_with_the_confirmations(point, post_office):
    ask(1)
    ask(2, kind="links")
    post_office.send()
    ask(3, kind="links")
    ask(4, kind="links")
    post_office.send()
    assert len(post_office.mails_to(ARA)) == 3


def test_mails_of_both_kinds_in_one_batch_are_counted_together(point, post_office):
    for number in range(3):
        ask(number)
        ask(number + 10, kind="links")
    post_office.send()
    assert len(post_office.mails_to(ARA)) == 3


def test_every_spelling_of_an_address_counts(point, post_office):
    spellings = ["ara.kim@gmail.com", "arakim@gmail.com", "a.r.a.kim+x@googlemail.com", "ARAKIM@gmail.com"]
    for number, email in enumerate(spellings):
        ask(number, email=email)
        post_office.send()
    assert len(post_office.server.mails) == 3


def test_yesterday_s_mails_do_not_count(point, post_office):
    yesterday = timezone.now() - DAY - dt.timedelta(minutes=1)
    for number in range(3):
        ask(number)
    post_office.send()
    Message.objects.update(created_at=yesterday, settled_at=yesterday)
    ask(4)
    post_office.send()
    assert len(post_office.mails_to(ARA)) == 4


def test_answering_begins_the_count_anew(point, post_office):
    for number in range(3):
        signature = ask(number)
    post_office.send()
    actions.confirm_signature(
        signature_id=signature.pk, revision=signature.revision, shown=actions.digest_of(signature)
    )
    for number in range(10, 22):
        ask(number)
    post_office.send()
    # As for anyone who has confirmed: ten unanswered ones.
    assert len(post_office.mails_to(ARA)) == 3 + 10


def test_an_address_that_has_confirmed_before_gets_up_to_ten(point, post_office):
    make_signature(make_campaign(), email=ARA, state="confirmed")
    for number in range(12):
        ask(number)
    post_office.send()
    assert len(post_office.mails_to(ARA)) == 10


def test_a_mail_that_could_not_be_sent_has_cost_the_address_nothing(point, post_office):
    post_office.server.behave(ARA, rcpt="550 5.1.1 no such user")
    for number in range(3):
        ask(number)
    post_office.send()
    post_office.server.behave(ARA)
    for number in range(5, 8):
        ask(number)
    post_office.send()
    assert len(post_office.mails_to(ARA)) == 3


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_workers_that_send_at_once(point, post_office):
    for number in range(20):
        ask(number)

    def work(_number):
        try:
            post_office.send(limit=2)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(8)))
    assert len(post_office.mails_to(ARA)) == 3
    assert reasons() == ["mailed_enough"] * 17
