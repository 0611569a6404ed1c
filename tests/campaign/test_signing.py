"""From the form to one row and one mail, and nobody learns who signed."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from campaign import actions
from campaign.models import Signature
from outbox.models import Message
from tests.campaign.conftest import ARA
from tests.factories import NOW, fresh, make_campaign, make_letter, make_signature

MINUTE = dt.timedelta(minutes=1)


def sign(campaign, *, now=NOW, **changes):
    person = {**ARA, "wants_updates": False, **changes}
    actions.sign(
        slug=campaign.slug, letter_id=campaign.letters.latest("version").pk, language="en", person=person, now=now
    )


def test_signing_makes_one_pending_row_and_queues_one_mail(submit, campaign):
    response = submit(city="Kraków", own_words="I was there.\r\nI saw it.", wants_updates="on")
    assert response.status_code == 302
    assert response["Location"] == "/en/campaigns/light-the-way/sign/sent/"
    signature = Signature.objects.get()
    assert signature.state == Signature.State.PENDING
    assert (signature.name, signature.email, signature.country) == ("Ara Kim", "ara@people.example", "PL")
    assert (signature.city, signature.own_words) == ("Kraków", "I was there.\nI saw it.")
    assert (signature.letter, signature.language, signature.wants_updates) == (campaign.letters.get(), "en", True)
    message = Message.objects.get()
    assert (message.kind, message.subject_id, message.state) == ("confirmation", signature.pk, "queued")


def test_what_may_stay_empty_is_stored_as_nothing(submit):
    submit()
    signature = Signature.objects.get()
    assert (signature.city, signature.own_words, signature.wants_updates) == (None, None, False)


def test_a_signature_keeps_the_language_of_the_page_it_was_made_on(submit):
    assert submit(language="ko")["Location"] == "/ko/campaigns/light-the-way/sign/sent/"
    assert Signature.objects.get().language == Message.objects.get().language == "ko"


def test_the_next_page_is_the_same_for_everyone(client, submit):
    submit()
    page = client.get("/en/campaigns/light-the-way/sign/sent/")
    assert page.status_code == 200
    assert "ara@people.example" not in page.content.decode()


def test_a_double_click_makes_one_row_and_one_mail(submit):
    first, second = submit(), submit()
    assert first.status_code == second.status_code == 302
    assert Signature.objects.count() == Message.objects.count() == 1


def test_the_latest_name_counts_while_the_signature_is_pending(submit):
    submit(name="Ara Kimm")
    submit(name="Ara Kim")
    signature = Signature.objects.get()
    assert (signature.name, signature.revision) == ("Ara Kim", 0)
    assert Message.objects.count() == 1


def test_signing_again_later_asks_once_more(campaign):
    sign(campaign)
    Message.objects.update(state="accepted", settled_at=NOW, created_at=NOW)
    sign(campaign, now=NOW + 3 * MINUTE)
    assert Message.objects.count() == 2
    assert Signature.objects.get().signed_at == NOW + 3 * MINUTE


def test_a_second_click_just_after_the_mail_has_gone_asks_for_no_other(campaign):
    sign(campaign)
    Message.objects.update(state="accepted", settled_at=NOW, created_at=NOW)
    sign(campaign, now=NOW + MINUTE)
    assert Message.objects.count() == 1


def test_signing_again_later_queues_no_second_mail_while_the_first_waits(campaign):
    sign(campaign)
    sign(campaign, now=NOW + 3 * MINUTE)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "spelling", ["ARA@People.Example", " ara@people.example ", "ａｒａ＠ｐｅｏｐｌｅ．ｅｘａｍｐｌｅ"]
)
def test_the_same_address_spelled_differently_is_the_same_person(submit, spelling):
    submit()
    assert submit(email=spelling).status_code == 302
    assert Signature.objects.count() == Message.objects.count() == 1


def test_dots_and_tags_that_a_service_ignores_make_no_second_person(submit):
    submit(email="ara.kim@gmail.com")
    submit(email="arakim+lantern@googlemail.com")
    assert Signature.objects.count() == 1


def test_one_person_may_sign_two_campaigns(campaign, submit):
    other = make_campaign("another", target=campaign.target)
    submit()
    assert submit("another", letter=other.letters.get().pk).status_code == 302
    assert Signature.objects.count() == 2


@pytest.mark.parametrize("state", ["confirmed", "withdrawn", "held"])
def test_nobody_learns_who_signed(campaign, submit, state):
    """Status, headers and body are the same to the byte, whatever the address has done before."""
    make_signature(campaign, email="ara@people.example", state=state)
    known, unknown = submit(), submit(email="new@people.example")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert list(known.headers.items()) == list(unknown.headers.items())


def test_nobody_learns_who_signed_from_the_number_of_queries(campaign, submit, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_signature(campaign, email="ara@people.example", state="confirmed")
    with CaptureQueriesContext(connection) as queries:
        submit(email="new@people.example")
    with django_assert_num_queries(len(queries)):
        submit()


def test_signing_again_leaves_a_confirmed_signature_as_it_is_and_only_the_mailbox_is_told(
    campaign, submit, post_office
):
    confirmed = make_signature(campaign, email="ara@people.example", state="confirmed")
    submit(name="Somebody Else", own_words="Not mine.")
    confirmed = fresh(confirmed)
    assert (confirmed.state, confirmed.name, confirmed.own_words) == ("confirmed", "Ara Kim", None)
    post_office.send()
    text = post_office.text_to("ara@people.example")
    assert "a letter that you have signed already" in " ".join(text.split())
    assert "/confirm/" not in text
    assert "Somebody Else" not in text


def test_a_withdrawn_signature_begins_anew(campaign, submit):
    before = make_signature(campaign, email="ara@people.example", state="withdrawn")
    submit(name="Ara K.")
    signature = Signature.objects.get()
    assert (signature.pk, signature.state, signature.name) == (before.pk, "pending", "Ara K.")
    assert (signature.revision, signature.confirmed_at) == (before.revision + 1, None)
    assert signature.changes.filter(old="withdrawn", new="pending").count() == 1


def test_a_paused_campaign_takes_signatures(campaign, submit):
    actions.pause_campaign(campaign=campaign, by=None)
    assert submit().status_code == 302
    assert Signature.objects.count() == Message.objects.count() == 1


@pytest.mark.parametrize("state", ["scheduled", "closed", "delivered"])
def test_a_campaign_that_is_not_open_takes_no_signature(submit, state):
    other = make_campaign("shut", state=state)
    response = submit("shut", letter=other.letters.get().pk)
    assert response.status_code == 409
    assert "This letter cannot be signed now" in response.content.decode()
    assert not Signature.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_a_campaign_that_is_not_public_is_not_there(submit, client, state):
    other = make_campaign("hidden", state=state)
    assert submit("hidden", letter=other.letters.get().pk).status_code == 404
    for page in ("", "sign/", "sign/sent/"):
        assert client.get(f"/en/campaigns/hidden/{page}").status_code == 404
    assert not Signature.objects.exists()


def test_an_unknown_campaign_is_not_there(submit):
    assert submit("nowhere").status_code == 404
    assert not Signature.objects.exists()


def test_the_closing_time_counts_before_the_clock_task_has_closed_the_campaign(campaign):
    with pytest.raises(actions.NotAccepting):
        sign(campaign, now=campaign.closes_at)
    sign(campaign, now=campaign.closes_at - MINUTE)


def test_the_opening_time_counts_even_where_the_state_is_ahead_of_it(campaign):
    with pytest.raises(actions.NotAccepting):
        sign(campaign, now=campaign.opens_at - MINUTE)
    sign(campaign, now=campaign.opens_at)


def test_a_letter_that_was_replaced_meanwhile_is_shown_again_with_what_was_typed(campaign, submit, typed):
    newer = make_letter(campaign, version=2)
    response = submit(own_words="I was there.")
    page = response.content.decode()
    assert response.status_code == 422
    assert "The letter has changed since you opened this page." in page
    assert "Please let them go. (version 2)" in page
    assert 'value="Ara Kim"' in page
    assert "I was there." in page
    assert f'name="letter" value="{newer.pk}"' in page
    assert not Signature.objects.exists()
    assert submit(letter=newer.pk).status_code == 302
    assert Signature.objects.get().letter == newer


@pytest.mark.parametrize("letter", ["", "x", "0", "-1", str(10**30), str(2**63), "1.5", "1e3", None])
def test_a_form_without_a_letter_of_this_campaign_is_not_signed(submit, letter):
    response = submit(letter=letter)
    assert response.status_code == 422
    assert "The letter has changed" in response.content.decode()
    assert not Signature.objects.exists()


def test_the_letter_of_another_campaign_cannot_be_signed_here(submit, campaign):
    other = make_campaign("another", target=campaign.target)
    assert submit(letter=other.letters.get().pk).status_code == 422
    assert not Signature.objects.exists()


def test_a_draft_of_the_letter_cannot_be_signed(submit, campaign):
    draft = make_letter(campaign, version=2, published=False)
    assert submit(letter=draft.pk).status_code == 422
    assert not Signature.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_five_hundred_parallel_submits_make_one_row_and_one_mail(campaign, typed, settings):
    settings.SIGN_LIMIT = "1000/minute"

    def submit_once(_number):
        try:
            return Client().post("/en/campaigns/light-the-way/sign/", typed).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(32) as crowd:
        statuses = list(crowd.map(submit_once, range(500)))
    assert statuses == [302] * 500
    assert Signature.objects.count() == Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_people_make_a_row_and_a_mail_each(campaign):
    def sign_as(number):
        try:
            sign(campaign, email=f"supporter{number}@people.example")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(sign_as, range(40)))
    assert Signature.objects.count() == Message.objects.count() == 40


def test_a_mail_that_cannot_be_queued_leaves_no_signature(campaign, monkeypatch):
    """Row and mail are one transaction: the table of messages is locked away from this one for real."""
    from django.db import DatabaseError, connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE outbox_message ADD CONSTRAINT nothing_today CHECK (kind <> 'confirmation')")
    with pytest.raises(DatabaseError):
        sign(campaign)
    assert not Signature.objects.exists()
