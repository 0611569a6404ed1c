"""Mails of which nobody knows whether they arrived: shown to those who may decide, and decided with a reason."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions, unclear
from outbox import actions as outbox
from outbox.models import Message
from tests.campaign.test_deliveries import letters_to
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    fresh,
    make_campaign,
    make_dispatch,
    make_organisation,
    make_person,
    make_signature,
    make_unclear,
)
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db
MAILS = "site_desk:mails"


@pytest.fixture
def lost(campaign, point, post_office):
    """A letter whose connection broke after its content had been handed over."""
    (letter,) = letters_to(point, 1, campaign=campaign)
    actions.release_dispatches(now=NOW)
    post_office.server.behave(point.email, data="drop")
    post_office.send("deliveries")
    post_office.server.behave(point.email)
    assert fresh(letter).state == "unknown"
    return letter


@pytest.fixture
def pia(db):
    return make_person("Pia", role=Role.PUBLISHER, is_staff=True)


def mail_about(letter):
    return Message.objects.get(kind="letter", subject_id=letter.pk)


def decide(letter, decision, by, reason="The embassy said so."):
    actions.decide_on_mail(message=mail_about(letter), decision=decision, reason=reason, by=by)


# --- What is decided -------------------------------------------------------------------------------------------------


def test_a_letter_that_arrived_counts_as_accepted(lost, bora, post_office):
    decide(lost, "sent", bora)
    assert fresh(lost).state == "accepted"
    assert fresh(lost).accepted_at
    post_office.send("deliveries", now=NOW + DAY)
    assert post_office.server.handed_over == {lost.point.email: 1}


def test_a_letter_that_is_sent_again_goes_once_more_and_no_more_than_that(lost, bora, post_office):
    decide(lost, "again", bora)
    assert fresh(lost).state == "queued"
    post_office.send("deliveries", now=NOW + HOUR)
    assert fresh(lost).state == "accepted"
    outbox.sweep(now=NOW + DAY)
    post_office.send("deliveries", now=NOW + DAY)
    assert post_office.server.handed_over == {lost.point.email: 2}
    first, second = mail_about(lost).attempts.order_by("number")
    assert first.internet_message_id == second.internet_message_id


def test_a_letter_that_is_lost_again_is_unclear_again(lost, bora, post_office):
    decide(lost, "again", bora)
    post_office.server.behave(lost.point.email, data="drop")
    post_office.send("deliveries", now=NOW + HOUR)
    assert fresh(lost).state == "unknown"
    assert mail_about(lost).state == "unknown"


def test_whoever_has_withdrawn_meanwhile_is_sent_no_more(lost, bora, post_office):
    decide(lost, "again", bora)
    actions.withdraw_signature(signature=lost.signature)
    post_office.send("deliveries", now=NOW + HOUR)
    assert post_office.server.handed_over == {lost.point.email: 1}


def test_a_letter_that_is_given_up_counts_as_refused(lost, bora):
    decide(lost, "failed", bora)
    assert fresh(lost).state == "bounced"


@pytest.mark.parametrize(
    ("decision", "action"),
    [("sent", "mails.counted_as_sent"), ("again", "mails.sent_again"), ("failed", "mails.given_up")],
)
def test_a_decision_is_written_down_with_its_reason(lost, bora, decision, action):
    decide(lost, decision, bora)
    entry = Entry.objects.get(action=action)
    assert (entry.by_id, entry.reason, entry.key) == (bora.pk, "The embassy said so.", str(lost.signature.campaign_id))
    assert entry.details == {"mail": mail_about(lost).pk, "kind_of_mail": "letter", "tries": 1}


def test_what_is_decided_is_not_decided_again(lost, bora):
    seen = mail_about(lost)
    decide(lost, "sent", bora)
    for decision in ("sent", "again", "failed"):
        with pytest.raises(actions.AlreadyDecided):
            actions.decide_on_mail(message=seen, decision=decision, reason="x", by=bora)
    assert Entry.objects.filter(action__startswith="mails.").count() == 1


def test_a_mail_that_failed_and_may_repeat_goes_again(pia):
    fields = {"kind": "invitation", "language": "en", "state": "failed", "settled_at": NOW}
    message = Message.objects.create(subject_id=1, may_repeat=True, **fields)
    actions.decide_on_mail(message=message, decision="again", reason="The server works again.", by=pia)
    assert Message.objects.get(pk=message.pk).state == "queued"
    assert Entry.objects.get(action="mails.queued_again").reason == "The server works again."
    letter = Message.objects.create(subject_id=2, may_repeat=False, **fields)
    with pytest.raises(actions.AlreadyDecided):
        actions.decide_on_mail(message=letter, decision="again", reason="x", by=pia)


def test_an_update_is_not_sent_again_as_its_time_is_over(campaign):
    message = make_unclear(make_signature(campaign), kind="update")
    assert [decision.code for decision in unclear.about(message).decisions] == ["sent", "failed"]


# --- The pages -------------------------------------------------------------------------------------------------------


def test_the_page_says_what_is_known_and_no_address(client, lost, bora):
    log_in(client, bora)
    page = client.get(reverse(MAILS)).content.decode()
    assert "A letter" in page
    assert lost.point.name in page
    page = client.get(reverse("site_desk:mail", args=[mail_about(lost).pk])).content.decode()
    assert mail_about(lost).attempts.get().internet_message_id.strip("<>") in page
    assert "lost after the mail was handed over" in page
    assert lost.point.email not in page
    assert lost.signature.email not in page
    for said in ("It was sent", "Send it again", "It did not arrive"):
        assert said in page


def test_deciding_asks_once_more_says_what_may_happen_twice_and_wants_a_reason(client, lost, bora):
    log_in(client, bora)
    path = reverse("site_desk:mail_decision", args=[mail_about(lost).pk, "again"])
    assert "it arrives twice" in client.get(path).content.decode()
    assert mail_about(lost).state == "unknown"
    assert client.post(path, {"reason": ""}).status_code == 422
    answer = client.post(path, {"reason": "Their server was down."}, follow=True)
    assert "Your decision is written down." in answer.content.decode()
    assert "Nothing is to be decided here any more." in answer.content.decode()
    assert mail_about(lost).state == "queued"
    late = client.post(path, {"reason": "Once more."}, follow=True)
    assert "the state has changed meanwhile" in late.content.decode()
    assert client.get(reverse("site_desk:mail_decision", args=[mail_about(lost).pk, "burn"])).status_code == 404


def test_who_may_not_decides_nothing(client, lost, lantern, chan):
    message = mail_about(lost)
    viewer = make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True)
    other = make_person("Otto", organisation=make_organisation("harbour"), is_staff=True)
    path = reverse("site_desk:mail_decision", args=[message.pk, "sent"])
    for person in (viewer, other, chan):
        log_in(client, person)
        assert client.post(path, {"reason": "x"}).status_code == 403
        assert client.get(reverse("site_desk:mail", args=[message.pk])).status_code == 403
    assert "A letter" not in log_in(client, other).get(reverse(MAILS)).content.decode()
    assert mail_about(lost).state == "unknown"


def test_publishers_see_all_and_what_failed(client, lost, pia):
    Message.objects.create(
        kind="invitation", subject_id=1, language="en", may_repeat=True, state="failed", settled_at=NOW
    )
    log_in(client, pia)
    assert "A letter" in client.get(reverse(MAILS)).content.decode()
    page = client.get(reverse(MAILS) + "?show=failed").content.decode()
    assert "An invitation" in page
    assert "A letter" not in page


def test_where_all_is_known_the_page_says_so(client, bora):
    assert "Nothing to decide on" in log_in(client, bora).get(reverse(MAILS)).content.decode()


def test_three_mails_cost_as_many_queries_as_one(client, point, pia):
    log_in(client, pia)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(MAILS)).status_code == 200
        return len(queries)

    make_unclear(make_dispatch(make_signature(make_campaign()), point, state="unknown"))
    cost()
    one = cost()
    for _ in range(60):
        make_unclear(make_dispatch(make_signature(make_campaign()), point, state="unknown"))
    assert cost() == one
    assert "Page 1 of 2" in client.get(reverse(MAILS)).content.decode()
