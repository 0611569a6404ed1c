"""What waits for a person: who is told of it, since when, and where it is done."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions
from campaign.models import AddressHealth, CampaignText, Hold, Letter, Pack, Pause, Reply, Tally
from campaign.needs import needs, needs_of
from campaign.rules import VERIFIED_FOR
from cases.models import Case
from cases.needs import needs as case_needs
from outbox.models import Message
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    make_campaign,
    make_dispatch,
    make_hand_in,
    make_organisation,
    make_person,
    make_point,
    make_signature,
    make_unclear,
    make_volunteer,
)

TODAY = timezone.now().date()


@pytest.fixture
def point(db):
    """Checked today, and it works."""
    return make_point("Embassy in Warsaw", takes_rest=True, verified_on=TODAY)


def found(campaign):
    return {str(need.name): (need.count, need.since) for need in needs_of([campaign])}


def test_nothing_needs_anybody_where_all_is_well(campaign):
    assert needs_of([campaign]) == []
    assert needs_of([]) == []


def test_volunteers_wait_for_an_answer_once_they_have_confirmed(campaign, point):
    hand_in = make_hand_in(campaign, point)
    make_volunteer(hand_in)
    make_volunteer(hand_in, state="confirmed", offered_at=NOW - 2 * DAY)
    make_volunteer(hand_in, state="confirmed", offered_at=NOW - DAY)
    assert found(campaign) == {"Volunteers to answer": (2, NOW - 2 * DAY)}


def test_a_hand_in_whose_day_is_over_needs_a_report(campaign, point):
    make_volunteer(make_hand_in(campaign, point, day=TODAY - 3 * DAY), state="accepted")
    other = make_hand_in(campaign, make_point(verified_on=TODAY), day=TODAY)
    make_volunteer(other, state="accepted")
    ((name, (count, since)),) = found(campaign).items()
    assert (name, count, since.date()) == ("Hand-ins without a report", 1, TODAY - 3 * DAY)


def test_a_report_waits_to_be_read(campaign, point):
    hand_in = make_hand_in(campaign, point)
    make_volunteer(hand_in, state="accepted")
    hand_in.move("delivered")
    for hours in (5, 2):
        key = f"00000000-0000-0000-0000-00000000000{hours}"
        hand_in.reports.create(key=key, outcome="delivered", at=NOW, sent_at=NOW - hours * HOUR)
    assert found(campaign) == {"Reports of hand-ins to read": (1, NOW - 5 * HOUR)}


def test_replies_wait_to_be_read(campaign, point):
    for kind in ("unread", "form"):
        Reply.objects.create(campaign=campaign, point=point, kind=kind, received_at=NOW - DAY)
    assert found(campaign) == {"Replies to read": (1, NOW - DAY)}


def test_a_hold_waits_for_somebody_who_looks(campaign):
    Hold.objects.create(campaign=campaign, case=Case.objects.create(reference="MNS-2013-001"), cause="status", at=NOW)
    assert found(campaign) == {"Cases to look at before letters go again": (1, NOW)}


def test_signatures_that_are_held_need_somebody(campaign):
    Tally.objects.create(campaign=campaign, dimension="state", key="held", count=4)
    assert found(campaign) == {"Signatures held for a check": (4, None)}


def test_a_mail_that_is_unclear_needs_its_own_campaign_s_people_and_publishers(campaign, point, bora):
    make_unclear(make_dispatch(make_signature(campaign), point, state="unknown"), at=NOW - 2 * DAY)
    make_unclear(make_dispatch(make_signature(campaign), point, state="unknown"), at=NOW)
    name = "Mails of which it is unclear whether they went"
    assert found(campaign) == {name: (2, NOW - 2 * DAY)}
    assert found(make_campaign()) == {}
    (need,) = needs(bora)
    assert (need.url, need.is_late) == (reverse("site_desk:mails"), True)
    (need,) = needs(make_person("Pia", role=Role.PUBLISHER, is_staff=True))
    assert (str(need.name), need.count) == (name, 2)


def test_mails_that_failed_and_may_go_again_need_a_publisher(bora):
    fields = {"kind": "invitation", "language": "en", "state": "failed", "settled_at": NOW}
    Message.objects.create(subject_id=1, may_repeat=True, **fields)
    Message.objects.create(subject_id=2, may_repeat=False, **fields)
    (need,) = needs(make_person("Pia", role=Role.PUBLISHER, is_staff=True))
    assert (str(need.name), need.count, need.since) == ("Mails that failed", 1, NOW)
    assert needs(bora) == []


def test_counts_that_are_not_true_need_somebody_until_they_are_mended(campaign, point):
    publisher = make_person("Pia", role=Role.PUBLISHER, is_staff=True)
    actions.recount(mend=False)
    assert needs(publisher) == []
    Tally.objects.create(campaign=campaign, dimension="all", count=3)
    actions.recount(mend=False)
    (need,) = needs(publisher)
    assert (str(need.name), need.count) == ("Counts that do not say what the signatures say", 1)
    actions.recount(mend=True)
    assert needs(publisher) == []
    assert Entry.objects.filter(action__startswith="tallies.").count() == 2


def test_a_drift_that_is_gone_by_itself_needs_nobody(campaign):
    tally = Tally.objects.create(campaign=campaign, dimension="all", count=3)
    actions.recount(mend=False)
    tally.delete()
    actions.recount(mend=False)
    actions.recount(mend=False)
    assert needs(make_person("Pia", role=Role.PUBLISHER, is_staff=True)) == []
    told = Entry.objects.filter(action__startswith="tallies.").order_by("pk")
    assert list(told.values_list("action", flat=True)) == ["tallies.drifted", "tallies.true_again"]


def test_translations_wait_for_a_translator_who_did_not_write_them(campaign):
    own = make_person("Tae", role=Role.TRANSLATOR, is_staff=True)
    other = make_person("Uma", role=Role.TRANSLATOR, is_staff=True)
    assert needs(own) == []
    words = {"language": "ko", "title": "x", "ask": "x", "background": "x", "translated_by": own}
    CampaignText.objects.create(campaign=make_campaign("over", state="archived"), **words)
    CampaignText.objects.create(campaign=campaign, **words)
    assert needs(own) == []
    (need,) = needs(other)
    assert (str(need.name), need.count) == ("Translations to approve", 1)


def test_addresses_of_all_targets_need_those_who_edit_them(point, chan):
    AddressHealth.objects.create(point=point, state="bounced", refused_at=NOW)
    make_point(verified_on=None)
    assert {str(need.name): need.count for need in needs(chan)} == {
        "Addresses that refuse letters": 1,
        "Addresses that nobody has checked for half a year": 1,
    }


def test_a_pack_that_could_not_be_made_needs_somebody(campaign, point):
    letter = Letter.objects.create(campaign=campaign, version=2)
    told = {"number": "MNS-1", "letter": letter, "volume": 1, "language": "en", "first": 1, "count": 0}
    Pack.objects.create(campaign=campaign, point=point, state="failed", asked_at=NOW - DAY, **told)
    assert found(campaign) == {"Packs that could not be made": (1, NOW - DAY)}


def test_addresses_that_refuse_or_that_nobody_has_checked(campaign, point):
    AddressHealth.objects.create(point=point, state="bounced", refused_at=NOW)
    make_point(verified_on=TODAY - VERIFIED_FOR)
    make_point(verified_on=TODAY - VERIFIED_FOR - DAY)
    make_point(verified_on=None)
    make_point(verified_on=None, active=False)
    make_point(verified_on=None, target=make_campaign().target)
    needed = found(campaign)
    assert needed["Addresses that refuse letters"] == (1, NOW)
    count, since = needed["Addresses that nobody has checked for half a year"]
    assert (count, since.date()) == (3, TODAY - VERIFIED_FOR - DAY)


def test_of_chosen_points_alone_where_they_are_chosen(point):
    campaign = make_campaign(addressing="chosen")
    campaign.chosen_points.add(point)
    make_point(verified_on=None)
    assert found(campaign) == {}


def test_nobody_checks_addresses_for_a_campaign_that_is_over(point):
    make_point(verified_on=None)
    assert found(make_campaign(state="delivered")) == {}


def test_needs_are_told_to_those_who_run_the_campaign(campaign, point, bora, lantern, chan):
    Reply.objects.create(campaign=campaign, point=point, kind="unread", received_at=NOW)
    (need,) = needs(bora)
    assert need.about == "Light the way"
    viewer = make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True)
    other = make_person("Otto", organisation=make_organisation("harbour"), is_staff=True)
    assert needs(viewer) == needs(other) == needs(chan) == []


def test_reviewers_are_told_of_campaigns_and_publishers_of_pauses(dana, point):
    campaign = make_campaign(state="draft")
    campaign.move("in_review")
    publisher = make_person("Pia", role=Role.PUBLISHER, is_staff=True)
    Pause.objects.create(scope="domain", domain="mfa.example", refused=20, answered=50)
    (need,) = needs(dana)
    assert (str(need.name), need.url) == ("Campaigns to review", reverse("campaign_desk:review_queue"))
    assert [str(need.name) for need in needs(publisher)] == [
        "Campaigns to review",
        "Recipient domains that paused by themselves",
    ]


def test_what_of_cases_waits(dana, chan):
    case = Case.objects.create(reference="MNS-2013-001", next_review=TODAY - DAY)
    assert case_needs(dana) == []
    (due,) = case_needs(chan)
    assert (str(due.name), due.count, due.since.date()) == ("Cases to look at again", 1, TODAY - DAY)
    case.move("in_review")
    (waiting,) = case_needs(dana)
    assert (str(waiting.name), waiting.count, waiting.url) == ("Cases to review", 1, reverse("case_desk:queue"))


def test_three_campaigns_cost_as_many_queries_as_one(campaign, point, bora, client):
    client.force_login(bora)
    client.get(reverse("desk"))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("desk")).status_code == 200
        return len(captured)

    Reply.objects.create(campaign=campaign, point=point, kind="unread", received_at=NOW)
    one = queries()
    for _ in range(2):
        Reply.objects.create(campaign=make_campaign(), point=point, kind="unread", received_at=NOW)
    assert queries() == one


# --- The overview ----------------------------------------------------------------------------------------------------


def test_the_overview_shows_one_s_campaigns_and_what_they_need(campaign, point, bora, client):
    Reply.objects.create(campaign=campaign, point=point, kind="unread", received_at=NOW)
    Tally.objects.create(campaign=campaign, dimension="all", count=412)
    today = timezone.now().astimezone(dt.UTC).date().isoformat()
    Tally.objects.create(campaign=campaign, dimension="day", key=today, count=7)
    make_campaign("not-mine", organisation=make_organisation("harbour"))
    client.force_login(bora)
    page = client.get(reverse("desk")).content.decode()
    assert "Replies to read" in page
    assert "412 of 1,000 (41%)" in page
    assert "today 7" in page
    assert "not-mine" not in page


def test_who_has_nothing_yet_is_told_so(db, client):
    client.force_login(make_person("Nia", is_staff=True))
    page = client.get(reverse("desk")).content.decode()
    assert "Nothing is in your hands yet" in page
    assert "What needs a person now" not in page
