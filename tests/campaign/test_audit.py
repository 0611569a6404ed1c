"""What reaches the public or takes letters out of the house is written into the audit log, by the verb itself."""

import datetime as dt

import pytest

from audit.models import Entry
from campaign import actions
from campaign.models import Campaign, Dispatch, Pause, ReviewRemark
from tests import factories
from tests.cases.making import make_case
from tests.cases.publishing import published_with

pytestmark = pytest.mark.django_db


def told(action: str) -> Entry:
    return Entry.objects.get(action=action)


def test_the_doors_of_a_campaign(bora, dana):
    campaign = factories.make_campaign(state=Campaign.State.DRAFT)
    factories.make_point(target=campaign.target)
    actions.submit_campaign(campaign=campaign, by=bora)
    actions.return_campaign(campaign=campaign, by=dana, remarks=[("letter_body", "The letter names a child")])
    actions.settle_remark(remark=ReviewRemark.objects.get(), by=bora, answer="Not any more.")
    actions.submit_campaign(campaign=campaign, by=bora)
    actions.approve_campaign(campaign=campaign, by=dana)
    actions.pause_campaign(campaign=campaign, by=bora)
    actions.resume_campaign(campaign=campaign, by=bora)
    actions.close_campaign(campaign=campaign, by=bora, reason="They are free")
    about = Entry.objects.filter(kind="campaign.campaign", key=str(campaign.pk)).order_by("pk")
    assert [(entry.action.partition(".")[2], entry.by, entry.reason) for entry in about] == [
        ("submitted", "Bora", ""),
        ("returned", "Dana", ""),
        ("settled", "Bora", ""),
        ("submitted", "Bora", ""),
        ("approved", "Dana", ""),
        ("paused", "Bora", ""),
        ("resumed", "Bora", ""),
        ("closed", "Bora", "They are free"),
    ]
    assert about[4].details == {"state": "open"}


def test_what_the_clock_opens_and_closes_has_nobody_beside_it():
    soon = factories.make_campaign(state=Campaign.State.SCHEDULED, opens_at=factories.NOW - factories.HOUR)
    factories.make_point(target=soon.target)
    factories.make_campaign(closes_at=factories.NOW - factories.HOUR, deliver_until=factories.NOW + factories.DAY)
    actions.follow_the_clock()
    assert (told("campaigns.opened").by_id, told("campaigns.closed").by_id) == (None, None)


def test_holds_and_pauses(bora):
    campaign, case = factories.make_campaign(), make_case()
    campaign.cases.add(case)
    published_with(case, [], by=bora)
    actions.hold_after_status(case=case)
    actions.hold_after_status(case=case)
    actions.lift_holds(campaign=campaign, by=bora)
    assert told("holds.placed").details == {"case": case.reference, "cause": "status"}
    assert told("holds.lifted").details == {"count": 1}
    pause = actions.pause(scope=Pause.Scope.SITE, reason="A mistake", by=bora)
    actions.pause(scope=Pause.Scope.SITE, reason="Again", by=bora)
    actions.lift(pause=pause, by=bora)
    actions.lift(pause=pause, by=bora)
    assert told("pauses.begun").reason == "A mistake"
    assert told("pauses.lifted").by_id == bora.pk


def test_a_pack_is_recorded_when_it_is_asked_for_with_how_many_names(bora):
    campaign, point = factories.make_campaign(), factories.make_point()
    for _ in range(3):
        factories.make_signature(campaign, state="confirmed")
    given = {"channel": Dispatch.Channel.HAND, "paper": "a4", "language": "en", "by": bora}
    assert actions.ask_for_packs(campaign=campaign, point=point, **given)
    assert not actions.ask_for_packs(campaign=campaign, point=point, **given)
    assert told("packs.asked").details == {"point": point.pk, "channel": "hand", "volumes": 1, "rows": 3}


def test_a_hand_in_says_nothing_of_who_goes(bora):
    campaign, point = factories.make_campaign(), factories.make_point()
    day = (factories.NOW + 7 * factories.DAY).date()
    hand_in = actions.offer_hand_in(campaign=campaign, point=point, day=day, by=bora)
    volunteer = factories.make_volunteer(hand_in, state="confirmed")
    actions.accept_volunteer(volunteer=volunteer, by=bora)
    actions.cancel_hand_in(hand_in=hand_in, by=bora, reason="The office is closed")
    assert told("volunteers.accepted").details == {"volunteer": volunteer.pk}
    assert told("hand_ins.cancelled").reason == "The office is closed"
    assert told("hand_ins.offered").details == {"day": day.isoformat()}
    everything = " ".join(str(list(row)) for row in Entry.objects.values_list("about", "reason", "details"))
    assert "Mina" not in everything
    assert "people.example" not in everything


def test_what_fails_leaves_no_entry(bora):
    campaign = factories.make_campaign(state=Campaign.State.DRAFT, opens_at=factories.NOW + dt.timedelta(days=1))
    with pytest.raises(actions.NotReady):
        actions.approve_campaign(campaign=campaign, by=bora)
    assert not Entry.objects.filter(action="campaigns.approved").exists()
