"""Addresses that refuse letters: what is remembered of them, and which way the letters go instead, once each."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.urls import reverse

from campaign import actions, rules
from campaign.models import AddressHealth, DeliveryPoint, Dispatch, Reply
from outbox import actions as outbox
from outbox.inbound.receiving import receive
from outbox.models import InboundMail, Message
from outbox.return_addresses import return_address
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    fresh,
    make_campaign,
    make_dispatch,
    make_point,
    make_signature,
    make_target,
)
from tests.outbox import came_back

MINUTE = dt.timedelta(minutes=1)
LIVE = ["planned", "queued", "sending", "accepted", "presumed_delivered", "replied", "packed", "posted", "delivered"]


@pytest.fixture
def consulate(point):
    return make_point("Consulate in Gdansk", kind="consulate", city="Gdansk", email="gdansk@point.example")


@pytest.fixture
def mission(point):
    return make_point("Mission in Geneva", kind="mission", country="CH", city="Geneva", email="geneva@point.example")


def letter_to(point, *, campaign, **fields):
    return make_dispatch(make_signature(campaign, state="confirmed"), point, **fields)


def ways(signature):
    """Where the letter has been, and how each of it stands."""
    rows = signature.dispatches.order_by("pk").values_list("point__name", "channel", "state")
    return [(name, channel, state) for name, channel, state in rows]


@pytest.fixture
def refuse(point, post_office, campaign):
    """Sends the letter that waits longest, to a server that refuses it."""

    def refuse(answer="550 5.1.1 no such mailbox", *, address="warsaw@point.example", at=NOW):
        post_office.server.behave(address, rcpt=answer)
        assert actions.release_dispatches(now=at) == 1
        post_office.send("deliveries", now=at)

    return refuse


def health(point):
    found = AddressHealth.objects.filter(point=point).first()
    return (found.state, found.soft_count) if found else ("active", 0)


# --- What a refusal says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "weight"),
    [
        ("5.1.1", "hard"),
        ("5.1.10", "hard"),
        ("5.2.1", "hard"),
        ("5.4.1", "hard"),
        ("550", "hard"),
        ("5.2.2", "soft"),
        ("552", "soft"),
        ("4.4.7", "soft"),
        ("4.2.2", "soft"),
        ("5.0.0", "soft"),
        ("5.3.0", "soft"),
        ("451", "soft"),
        ("5.7.1", "blocked"),
        ("5.7.26", "blocked"),
        ("554", "blocked"),
        ("5.1.8", "none"),
        ("5.6.7", "none"),
        ("5.5.2", "none"),
        ("5.3.4", "none"),
        ("", "none"),
        ("2.0.0", "none"),
    ],
)
def test_a_code_says_whether_it_is_the_address_or_the_hour_or_us(code, weight):
    assert rules.weight_of(code) == weight


def test_no_such_mailbox_is_believed_at_once(campaign, point, refuse):
    letter_to(point, campaign=campaign)
    refuse()
    assert health(point) == ("bounced", 0)
    assert point.health.changes.get().reason == "5.1.1"
    assert point not in DeliveryPoint.objects.takes_email()


def test_what_may_pass_is_believed_the_fifth_time_in_a_row(campaign, point, refuse):
    for number in range(1, 6):
        letter_to(point, campaign=campaign)
        refuse("552 5.2.2 mailbox full", at=NOW + number * HOUR)
        assert health(point) == (("active", number) if number < 5 else ("bounced", 5))


def test_spam_is_believed_the_third_time_in_a_row(campaign, point, refuse):
    for number in range(1, 4):
        letter_to(point, campaign=campaign)
        refuse("550 5.7.1 looks like spam", at=NOW + number * HOUR)
    assert health(point) == ("blocked", 3)


def test_our_own_fault_says_nothing_about_the_address(campaign, point, refuse):
    letter_to(point, campaign=campaign)
    refuse("550 5.6.0 that is no mail")
    assert health(point) == ("active", 0)


def test_a_letter_that_stays_silent_begins_the_count_anew(campaign, point, refuse):
    letter_to(point, campaign=campaign)
    refuse("552 5.2.2 mailbox full", at=NOW - 3 * DAY)
    letter_to(point, campaign=campaign, state="accepted", accepted_at=NOW - 4 * DAY)
    actions.presume_delivered(now=NOW)
    assert health(point) == ("active", 1), "it was accepted before the refusal"
    letter_to(point, campaign=campaign, state="accepted", accepted_at=NOW - 2 * DAY - MINUTE)
    actions.presume_delivered(now=NOW)
    assert health(point) == ("active", 0)


def test_a_new_address_is_healthy_and_the_old_one_s_bounces_are_not_its_own(campaign, point, refuse, post_office):
    letter_to(point, campaign=campaign)
    other = letter_to(point, campaign=campaign)
    refuse()
    DeliveryPoint.objects.filter(pk=point.pk).update(email="new@point.example")
    assert health(point) == ("active", 0)
    assert [change.new for change in point.health.changes.order_by("pk")] == ["bounced", "active"]
    Dispatch.objects.filter(pk=other.pk).update(state="queued", queued_at=NOW - DAY)
    Dispatch.objects.filter(pk=other.pk).update(state="sending")
    outbox.enqueue(kind="letter", subject_id=other.pk, language="en", now=NOW)
    post_office.server.behave("new@point.example", rcpt="550 5.1.1 no such mailbox")
    post_office.send("deliveries", now=NOW)
    assert health(point) == ("active", 0)


def test_an_address_changed_before_anything_was_refused_is_healthy_too(campaign, point):
    point.email = "new@point.example"
    point.save()
    assert health(point) == ("active", 0)
    assert point.health.works_since is not None


def test_saving_a_point_as_it_is_changes_nothing(point):
    point.hourly_cap = 7
    point.save()
    assert not AddressHealth.objects.exists()


def test_whoever_has_checked_the_address_opens_it_again(campaign, point, refuse, bora):
    letter_to(point, campaign=campaign)
    waiting = letter_to(point, campaign=campaign)
    refuse()
    actions.reroute_waiting(now=NOW)
    assert fresh(waiting).state == "held"
    actions.trust_address(point=point, by=bora, now=NOW + HOUR)
    assert health(point) == ("active", 0)
    assert fresh(point).verified_on == (NOW + HOUR).date()
    assert point.health.changes.latest("pk").by == bora
    actions.reroute_waiting(now=NOW + HOUR)
    assert fresh(waiting).state == "planned"


def test_a_complaint_stops_the_letters_to_that_address(campaign, point, post_office):
    dispatch = letter_to(point, campaign=campaign)
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries", now=NOW)
    receive(came_back.COMPLAINT, recipient=post_office.server.senders[0])
    assert health(point) == ("blocked", 0)
    assert fresh(dispatch).state == "accepted"


# --- Another way -----------------------------------------------------------------------------------------------------


def test_a_refused_letter_goes_to_the_next_point_in_the_country(campaign, point, consulate, mission, refuse):
    dispatch = letter_to(point, campaign=campaign)
    refuse()
    assert ways(dispatch.signature) == [
        ("Embassy in Warsaw", "email", "rerouted"),
        ("Consulate in Gdansk", "email", "planned"),
    ]
    assert dispatch.rerouted_to.point == consulate
    assert dispatch.changes.latest("pk").reason == "the address does not take letters"


def test_then_to_the_mission_then_on_paper_and_then_no_further(campaign, point, consulate, mission, refuse):
    DeliveryPoint.objects.filter(pk=consulate.pk).update(postal_address="Street 2\nGdansk")
    dispatch = letter_to(point, campaign=campaign)
    refuse(at=NOW)
    refuse(address="gdansk@point.example", at=NOW + MINUTE)
    refuse(address="geneva@point.example", at=NOW + 2 * MINUTE)
    assert ways(dispatch.signature) == [
        ("Embassy in Warsaw", "email", "rerouted"),
        ("Consulate in Gdansk", "email", "rerouted"),
        ("Mission in Geneva", "email", "rerouted"),
        ("Consulate in Gdansk", "post", "planned"),
    ]
    assert actions.release_dispatches(now=NOW + HOUR) == 0


def test_the_embassy_itself_comes_first_on_paper(campaign, point, refuse):
    DeliveryPoint.objects.filter(pk=point.pk).update(postal_address="Street 1\nWarsaw")
    dispatch = letter_to(point, campaign=campaign)
    refuse()
    assert ways(dispatch.signature)[1:] == [("Embassy in Warsaw", "post", "planned")]


def test_points_elsewhere_or_of_others_or_without_a_working_address_are_no_way(campaign, point, refuse):
    make_point("Elsewhere", country="DE")
    make_point("Of another", target=make_target("king"))
    make_point("Closed", active=False)
    make_point("Without", email="")
    make_point("Refusing")
    AddressHealth.objects.create(point=DeliveryPoint.objects.get(name="Refusing"), state="blocked", refused_at=NOW)
    dispatch = letter_to(point, campaign=campaign)
    refuse()
    assert ways(dispatch.signature) == [("Embassy in Warsaw", "email", "bounced")]


@pytest.mark.parametrize("addressing", ["all", "chosen"])
def test_where_every_point_gets_a_letter_none_gets_two(addressing, point, consulate, post_office):
    """Then there is paper only, at the same point."""
    DeliveryPoint.objects.update(postal_address="Street 1")
    campaign = make_campaign(addressing=addressing)
    campaign.chosen_points.set([point])
    dispatch = letter_to(point, campaign=campaign)
    post_office.server.behave("warsaw@point.example", rcpt="550 5.1.1 no such mailbox")
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries", now=NOW)
    assert ways(dispatch.signature)[1:] == [("Embassy in Warsaw", "post", "planned")]


def test_what_waits_at_a_refused_point_moves_in_batches(campaign, point, consulate, refuse, monkeypatch):
    from campaign.actions import refusals

    monkeypatch.setattr(refusals, "BATCH", 2)
    letters = [letter_to(point, campaign=campaign) for _ in range(6)]
    refuse()
    assert actions.reroute_waiting(now=NOW) == 5
    assert {fresh(letter).state for letter in letters} == {"rerouted"}
    assert consulate.dispatches.filter(state="planned").count() == 6
    assert actions.reroute_waiting(now=NOW) == 0


def test_without_another_way_what_waits_is_held_and_what_bounced_has_bounced(campaign, point, refuse):
    bounced, waiting = letter_to(point, campaign=campaign), letter_to(point, campaign=campaign)
    refuse()
    actions.reroute_waiting(now=NOW)
    assert (fresh(bounced).state, fresh(waiting).state) == ("bounced", "held")
    assert actions.reroute_waiting(now=NOW) == 0
    assert actions.release_dispatches(now=NOW + HOUR) == 0


def test_the_letter_of_a_person_who_left_goes_no_other_way(campaign, point, consulate, refuse, post_office):
    dispatch = letter_to(point, campaign=campaign)
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries", now=NOW)
    actions.erase_signature(signature=dispatch.signature)
    receive(came_back.POSTFIX, recipient=post_office.server.senders[0], sender="")
    assert ways(dispatch.signature) == [("Embassy in Warsaw", "email", "bounced")]


def test_whoever_leaves_takes_the_other_letter_along_and_whoever_comes_back_brings_it(
    campaign, point, consulate, refuse
):
    dispatch = letter_to(point, campaign=campaign)
    refuse()
    signature = fresh(dispatch.signature)
    actions.withdraw_signature(signature=signature)
    assert ways(signature)[1] == ("Consulate in Gdansk", "email", "cancelled")
    from campaign.actions.deliveries import plan_dispatches

    plan_dispatches(signature, now=NOW)
    assert ways(signature) == [
        ("Embassy in Warsaw", "email", "rerouted"),
        ("Consulate in Gdansk", "email", "planned"),
    ]


def test_a_defect_of_ours_is_nobody_s_refusal(campaign, point, consulate, post_office, monkeypatch):
    """A letter that cannot be composed: no other point would get a better one."""
    dispatch = letter_to(point, campaign=campaign)
    actions.release_dispatches(now=NOW)
    Message.objects.filter(kind="letter").update(state="sending", lease_until=NOW)
    Dispatch.objects.filter(pk=dispatch.pk).update(state="sending")
    Message.objects.filter(kind="letter").update(state="unknown", lease_until=None, settled_at=NOW)
    Dispatch.objects.filter(pk=dispatch.pk).update(state="unknown")
    outbox.give_up(messages=Message.objects.filter(kind="letter"))
    assert ways(dispatch.signature)[1:] == [("Consulate in Gdansk", "email", "planned")], "a person found out"
    assert health(point) == ("active", 0)


def test_a_planned_letter_by_post_is_in_the_next_pack_for_its_point_and_in_no_other(campaign, point, refuse, bora):
    DeliveryPoint.objects.filter(pk=point.pk).update(postal_address="Street 1\nWarsaw")
    elsewhere = make_point("Elsewhere", country="DE", postal_address="Street 9\nBerlin")
    dispatch = letter_to(point, campaign=campaign)
    refuse()

    def packed(where):
        packs = actions.ask_for_packs(
            campaign=campaign, point=where, channel="post", paper="a4", language="en", by=bora, now=NOW
        )
        return sum(pack.count for pack in packs)

    assert packed(elsewhere) == 0
    assert packed(point) == 1
    assert ways(dispatch.signature)[1:] == [("Embassy in Warsaw", "post", "packed")]
    assert packed(point) == 0


@pytest.mark.django_db(transaction=True)
def test_movers_at_once_and_people_who_leave_make_no_second_letter(campaign, point, consulate, mission):
    letters = [letter_to(point, campaign=campaign) for _ in range(24)]
    AddressHealth.objects.create(point=point, state="bounced", refused_at=NOW)
    leaving = [letter.signature for letter in letters[::4]]

    def act(number):
        try:
            if number < len(leaving):
                actions.withdraw_signature(signature=leaving[number])
            else:
                actions.reroute_waiting(now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(act, range(len(leaving) + 6)))
    actions.reroute_waiting(now=NOW)
    for letter in letters:
        live = letter.signature.dispatches.filter(state__in=LIVE).count()
        assert live == (0 if letter.signature in leaving else 1)


# --- Told ------------------------------------------------------------------------------------------------------------


def test_the_organizers_hear_once_per_point_and_each_of_them_alone(
    campaign, point, consulate, refuse, post_office, bora
):
    for _ in range(3):
        letter_to(point, campaign=campaign)
    refuse()
    actions.reroute_waiting(now=NOW)
    assert Message.objects.filter(kind="point_refused").count() == 1
    post_office.send(now=NOW + MINUTE)
    assert post_office.mails_to("bora@example.com") == []
    post_office.send(now=NOW + 11 * MINUTE)
    (mail,) = post_office.mails_to("bora@example.com")
    assert "bora" not in str(mail["To"])
    text = mail.get_body(("plain",)).get_content()
    assert "The e-mail address of Embassy in Warsaw does not take letters any more." in text
    assert "5.1.1" in text
    assert "3 letters go another way" in text
    assert f"/desk/targets/president/points/{point.pk}/" in text


def test_nobody_hears_of_an_address_that_is_right_again(campaign, point, refuse, post_office, bora):
    letter_to(point, campaign=campaign)
    refuse()
    actions.trust_address(point=point, by=bora)
    post_office.send(now=NOW + 11 * MINUTE)
    assert post_office.mails_to("bora@example.com") == []


# --- What comes back -------------------------------------------------------------------------------------------------


@pytest.fixture
def went(campaign, point, post_office):
    dispatch = letter_to(point, campaign=campaign)
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries", now=NOW)
    assert fresh(dispatch).state == "accepted"
    return dispatch


def come_back(raw, *, purpose="bounces", sender=None):
    message = Message.objects.get(kind="letter")
    return receive(raw, recipient=return_address(purpose, message), sender=sender)


def test_a_letter_that_comes_back_later_goes_another_way_too(went, consulate):
    come_back(came_back.POSTFIX)
    assert ways(went.signature) == [
        ("Embassy in Warsaw", "email", "rerouted"),
        ("Consulate in Gdansk", "email", "planned"),
    ]
    assert health(went.point) == ("bounced", 0)


def test_a_letter_is_answered_to_an_address_of_its_own_and_the_answer_stands_in_the_ledger(went, post_office):
    to = post_office.mails_to("warsaw@point.example")[0]["Reply-To"]
    receive(came_back.REPLY, recipient=to, sender="embassy@mofa.example")
    reply = Reply.objects.get()
    assert (reply.kind, reply.dispatch, reply.point, reply.channel) == ("unread", went, went.point, "email")
    assert "我们已经收到" in reply.text
    assert InboundMail.objects.get().raw is None


def test_an_automatic_answer_is_in_the_ledger_as_one(went):
    come_back(came_back.AUTOMATIC["zh"])
    assert Reply.objects.get().kind == "automatic"
    assert fresh(went).state == "accepted"


def test_an_answer_says_that_the_address_works(went, campaign, point, post_office):
    AddressHealth.objects.create(point=point, soft_count=3, refused_at=NOW - 10 * DAY)
    come_back(came_back.REPLY, purpose="replies")
    assert health(point) == ("active", 0)


@pytest.fixture
def unknown(campaign, point, post_office):
    dispatch = letter_to(point, campaign=campaign)
    actions.release_dispatches(now=NOW)
    post_office.server.behave("warsaw@point.example", data="drop")
    post_office.send("deliveries", now=NOW)
    assert fresh(dispatch).state == "unknown"
    return dispatch


def test_an_unknown_letter_that_comes_back_has_bounced_and_goes_another_way(unknown, consulate):
    come_back(came_back.POSTFIX)
    assert ways(unknown.signature)[0][2] == "rerouted"
    assert ways(unknown.signature)[1] == ("Consulate in Gdansk", "email", "planned")


def test_an_unknown_letter_that_is_answered_has_arrived(unknown):
    come_back(came_back.REPLY, purpose="replies")
    assert fresh(unknown).state == "accepted"


def test_a_delay_settles_an_unknown_letter_too(unknown):
    come_back(came_back.POSTFIX_DELAYED)
    assert fresh(unknown).state == "accepted"


def test_erasing_takes_what_came_back_about_the_letter(went):
    mail = come_back(b"Subject: strange\r\n\r\nDear Ara Kim\r\n", sender="")
    assert mail.raw
    actions.erase_signature(signature=went.signature)
    assert InboundMail.objects.get().raw is None


def test_the_number_of_statements_does_not_grow_with_what_moves(campaign, point, consulate, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    AddressHealth.objects.create(point=point, state="bounced", refused_at=NOW)
    letter_to(point, campaign=campaign)
    with CaptureQueriesContext(connection) as queries:
        actions.reroute_waiting(now=NOW)
    for _ in range(10):
        letter_to(point, campaign=campaign)
    with django_assert_num_queries(len(queries)):
        assert actions.reroute_waiting(now=NOW) == 10


# --- At the desk -----------------------------------------------------------------------------------------------------


def page_of(point, name="point"):
    return reverse(f"target_desk:{name}", args=[point.target.slug, point.pk])


def test_an_organizer_says_at_the_desk_that_an_address_works_again(campaign, point, refuse, bora, client):
    letter_to(point, campaign=campaign)
    refuse()
    client.force_login(bora)
    assert page_of(point, "verify") in client.get(page_of(point)).content.decode()
    client.get(page_of(point, "verify"))
    assert health(point)[0] == "bounced"
    client.post(page_of(point, "verify"), {"source": "https://office.example/", "checked": "on"})
    assert health(point) == ("active", 0)


def test_the_list_of_points_says_which_addresses_work(campaign, point, consulate, refuse, chan, client):
    letter_to(point, campaign=campaign)
    refuse()
    client.force_login(chan)

    def listed(health):
        found = client.get(reverse("target_desk:points"), {"health": health}).content.decode()
        return {each.name for each in (point, consulate) if each.name in found}

    assert "does not take letters" in client.get(reverse("target_desk:points")).content.decode()
    assert listed("bounced") == {"Embassy in Warsaw"}
    assert listed("active") == {"Consulate in Gdansk"}
    assert listed("blocked") == set()


@pytest.mark.parametrize("who", ["eun", "dana"])
def test_others_say_of_no_address_that_it_works(who, point, client, request):
    AddressHealth.objects.create(point=point, state="bounced", refused_at=NOW)
    client.force_login(request.getfixturevalue(who))
    typed = {"source": "https://office.example/", "checked": "on"}
    assert client.post(page_of(point, "verify"), typed).status_code == 403
    assert health(point) == ("bounced", 0)
