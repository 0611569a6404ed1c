"""Mails from organizers to coordinators: tried first, sent once, so many a day, and forgotten with the person."""

import pytest

from audit.models import Entry
from campaign import actions
from campaign.models import CoordinatorMail
from outbox.models import Message
from tests.campaign.handed_in import hand_in_as
from tests.factories import DAY, NOW, fresh, make_hand_in, make_point, make_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def going(campaign, point):
    """Two coordinators, of whom one goes to Warsaw."""
    hand_in_as(campaign, make_point(), state="ready")
    return hand_in_as(campaign, point, state="claimed")


def written(campaign, bora, hand_in=None):
    return actions.write_coordinator_mail(
        campaign=campaign, hand_in=hand_in, subject="The day", words="Please come at nine.", by=bora
    )


def sent(mail, bora, now=NOW):
    actions.try_coordinator_mail(mail=mail, by=bora, now=now)
    return actions.send_coordinator_mail(mail=mail, by=bora, now=now)


def test_all_coordinators_get_a_mail_and_answer_its_writer(campaign, bora, going, post_office):
    mail = written(campaign, bora)
    assert sent(mail, bora) == 2
    post_office.send()
    (copy,) = post_office.mails_to(going.coordinator.email)
    assert copy["Subject"] == "The day"
    assert copy["Reply-To"] == f"{campaign.organisation.name} <{bora.email}>"
    text = post_office.text_to(going.coordinator.email)
    assert "Dear Mina Park," in text
    assert "Please come at nine." in text
    (test,) = post_office.mails_to(bora.email)
    assert test["Subject"] == "[TEST] The day"
    assert Entry.objects.get(action="coordinator_mails.written").details == {"mail": mail.pk}
    assert Entry.objects.get(action="coordinators.mailed").details == {"mail": mail.pk, "recipients": 2}


def test_one_coordinator_can_be_written_to(campaign, bora, going):
    assert sent(written(campaign, bora, hand_in=going), bora) == 1


def test_those_who_only_offer_or_have_left_get_none(campaign, bora, going):
    make_volunteer(make_hand_in(campaign, make_point()), state="confirmed")
    hand_in_as(campaign, make_point(), state="claimed")
    gone = hand_in_as(campaign, make_point(), state="ready")
    actions.withdraw_volunteer(volunteer=gone.coordinator)
    cancelled = hand_in_as(campaign, make_point(), state="claimed")
    actions.cancel_hand_in(hand_in=cancelled, by=bora)
    assert sent(written(campaign, bora), bora) == 3


def test_it_is_not_sent_before_its_writer_has_seen_it_as_it_is(campaign, bora, going):
    mail = written(campaign, bora)
    with pytest.raises(actions.NotTested):
        actions.send_coordinator_mail(mail=mail, by=bora)
    actions.try_coordinator_mail(mail=mail, by=bora)
    actions.write_coordinator_mail(campaign=campaign, hand_in=None, subject="x", words="y", by=bora, mail=mail)
    with pytest.raises(actions.NotTested):
        actions.send_coordinator_mail(mail=mail, by=bora)
    assert not Message.objects.filter(kind="coordinator_mail").exists()


def test_it_is_sent_once_and_stays_as_it_was(campaign, bora, going):
    mail = written(campaign, bora)
    sent(mail, bora)
    for again in (
        lambda: actions.send_coordinator_mail(mail=mail, by=bora),
        lambda: actions.try_coordinator_mail(mail=mail, by=bora),
        lambda: actions.write_coordinator_mail(
            campaign=campaign, hand_in=None, subject="x", words="y", by=bora, mail=mail
        ),
    ):
        with pytest.raises(actions.NotTested):
            again()
    assert fresh(mail).words == "Please come at nine."


def test_three_a_day_are_enough(campaign, bora, going):
    for _number in range(3):
        sent(written(campaign, bora), bora)
    with pytest.raises(actions.TooManyMails):
        sent(written(campaign, bora), bora)
    later = NOW + DAY + DAY
    assert sent(CoordinatorMail.objects.get(sent_at=None), bora, now=later) == 2


def test_who_leaves_before_it_goes_gets_none(campaign, bora, going, post_office):
    address = going.coordinator.email
    sent(written(campaign, bora), bora)
    actions.withdraw_volunteer(volunteer=going.coordinator)
    post_office.send()
    assert post_office.mails_to(address) == []
