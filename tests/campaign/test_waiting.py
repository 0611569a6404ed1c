"""What waits, and why: the letters in their order, as they will go, for those who run the campaign."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from campaign import actions, waiting
from campaign.models import Campaign, DeliveryPoint, Hold
from cases.models import Case
from tests import factories
from tests.factories import DAY, HOUR, NOW, fresh, make_campaign, make_dispatch, make_point, make_signature

MINUTE = dt.timedelta(minutes=1)


def letter_to(point, campaign, **who):
    return make_dispatch(make_signature(campaign, state="confirmed", **who), point)


def look(campaign, now=NOW):
    return waiting.waiting(fresh(campaign), language="en", now=now)


def reasons_of(campaign, now=NOW):
    (letter,) = look(campaign, now).letters
    return [reason.what for reason in letter.reasons]


def page(client, campaign, number=1):
    return client.get(reverse("campaign_desk:waiting", args=[campaign.slug]), {"page": number})


# --- In their order ----------------------------------------------------------------------------------------------


def test_letters_stand_in_the_order_in_which_they_are_then_released(campaign, point):
    slow = make_point(hourly_cap=10)
    expected = [letter_to(point, campaign).pk for _ in range(3)] + [letter_to(slow, campaign).pk for _ in range(2)]
    letters = look(campaign).letters
    assert {letter.dispatch_id for letter in letters} == set(expected)
    told = {letter.dispatch_id: letter.at for letter in letters}
    assert [letter.at for letter in letters] == sorted(told.values())
    queued = {}
    for minute in range(8):
        actions.release_dispatches(now=NOW + minute * MINUTE)
        for dispatch in campaign.signatures.values_list("dispatches", "dispatches__queued_at"):
            queued[dispatch[0]] = dispatch[1]
    assert queued == told


def test_letters_that_have_gone_or_are_on_their_way_are_not_among_them(campaign, point):
    for _ in range(2):
        letter_to(point, campaign)
    actions.release_dispatches(now=NOW)
    found = look(campaign)
    assert (len(found.letters), found.places[0].waiting, found.places[0].going) == (1, 1, 1)
    assert found.letters[0].at == NOW + MINUTE


def test_another_campaign_s_letters_are_not_shown(campaign, point):
    letter_to(point, make_campaign())
    assert look(campaign).letters == []


def test_fifty_stand_on_a_page_and_the_rest_on_the_next(campaign, point, bora, client):
    for _ in range(52):
        letter_to(point, campaign)
    client.force_login(bora)
    assert len(page(client, campaign).context["letters"]) == 50
    assert "The next 50 letters" in page(client, campaign).content.decode()
    assert len(page(client, campaign, 2).context["letters"]) == 2


def test_a_page_takes_as_many_queries_for_thirty_letters_as_for_one(campaign, point, bora, client):
    client.force_login(bora)
    counts = []
    for many in (1, 29):
        for _ in range(many):
            letter_to(make_point(), campaign)
        page(client, campaign)
        with CaptureQueriesContext(connection) as queries:
            page(client, campaign)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 35


# --- As they will go ---------------------------------------------------------------------------------------------


def test_a_letter_stands_there_as_it_goes_out_then(campaign, point, bora, client, post_office):
    letter_to(point, campaign, name="Ara Kim", display="initials", own_words="Let them <b>stay</b>.", language="en")
    client.force_login(bora)
    (letter,) = page(client, campaign).context["letters"]
    html = page(client, campaign).content.decode()
    assert "A. K." in html
    assert "Ara Kim" not in html
    assert "Let them &lt;b&gt;stay&lt;/b&gt;." in html
    assert 'lang="zh-hans"' in html
    actions.release_dispatches()
    post_office.send("deliveries")
    (mail,) = post_office.mails_to(point.email)
    assert mail["Subject"] == letter.mail.subject
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == letter.mail.body


def test_looking_changes_nothing(campaign, point, bora, client):
    dispatch = letter_to(point, campaign)
    client.force_login(bora)
    page(client, campaign)
    assert (fresh(dispatch).state, fresh(dispatch).as_sent) == ("planned", None)


# --- And why -----------------------------------------------------------------------------------------------------


def test_a_paused_campaign_says_since_when_and_by_whom(campaign, point, bora, client):
    letter_to(point, campaign)
    actions.pause_campaign(campaign=campaign, by=bora)
    assert reasons_of(campaign) == ["The sending of this campaign is paused."]
    (reason,) = look(campaign).reasons
    assert reason.by == "Bora"
    assert abs(reason.since - timezone.now()) < MINUTE
    actions.resume_campaign(campaign=campaign, by=bora)
    assert reasons_of(campaign) == []


def test_a_hold_says_for_which_case(campaign, point):
    letter_to(point, campaign)
    Hold.objects.create(campaign=campaign, case=Case.objects.create(reference="MNS-2013-001"), cause="status")
    (letter,) = look(campaign).letters
    assert (letter.goes, letter.reasons[0].why) == (False, "MNS-2013-001")


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("site", "All letters of this site are paused."),
        ("target", "All letters to this target are paused."),
        ("point", "Letters to this delivery point are paused."),
        ("domain", "Letters to point.example are paused."),
    ],
)
def test_a_pause_says_by_whom_since_when_and_why(campaign, point, bora, client, scope, words):
    letter_to(point, campaign)
    goes = letter_to(make_point(email="x@elsewhere.example"), campaign)
    thing = {"target": point.target, "point": point, "domain": "point.example"}.get(scope)
    named = {} if scope == "site" else {scope: thing}
    made = actions.pause(scope=scope, **named, by=bora, reason="They move house.", now=NOW - DAY)
    letters = look(campaign).letters
    reason = letters[0].reasons[0]
    assert (reason.what, reason.by, reason.since, reason.why) == (words, "Bora", NOW - DAY, "They move house.")
    assert {letter.dispatch_id for letter in letters if letter.goes} == (
        {goes.pk} if scope in ("point", "domain") else set()
    )
    client.force_login(bora)
    html = page(client, campaign).content.decode()
    assert words in html
    assert "They move house." in html
    assert (reverse("campaign_desk:lifting", args=[made.pk]) in html) is (scope != "site")


def test_what_paused_by_itself_says_so(campaign, point):
    from campaign.models import Pause

    letter_to(point, campaign)
    Pause.objects.create(scope="domain", domain="point.example", refused=5, answered=9)
    (letter,) = look(campaign).letters
    assert letter.reasons[0].by == "by itself"
    assert letter.reasons[0].why == "5 of its last 9 letters were refused within an hour."


def test_before_the_window_a_letter_says_when_it_opens(campaign, point):
    letter_to(point, campaign)
    Campaign.objects.update(deliver_from=NOW + DAY)
    (letter,) = look(campaign).letters
    assert (letter.goes, letter.at) == (True, NOW + DAY)
    assert reasons_of(campaign) == ["The delivery window has not begun."]


def test_a_letter_whose_turn_comes_after_the_window_says_so(campaign, point):
    for _ in range(2):
        letter_to(point, campaign)
    DeliveryPoint.objects.update(hourly_cap=1)
    Campaign.objects.update(deliver_until=NOW + HOUR, closes_at=NOW)
    first, second = look(campaign).letters
    assert (first.at, first.goes) == (NOW, True)
    assert (second.at, second.goes) == (None, False)
    assert [reason.what for reason in second.reasons] == ["The delivery window ends before its turn."]


def test_after_the_window_nothing_goes(campaign, point):
    letter_to(point, campaign)
    assert reasons_of(campaign, now=NOW + 41 * DAY) == ["The delivery window has ended."]


def test_a_reached_cap_is_told_and_stops_nothing(campaign, point):
    DeliveryPoint.objects.update(hourly_cap=1)
    for _ in range(2):
        letter_to(point, campaign)
    actions.release_dispatches(now=NOW)
    (letter,) = look(campaign, now=NOW + MINUTE).letters
    assert [reason.what for reason in letter.reasons] == ["As many have gone in this hour as may."]
    assert (letter.goes, letter.at) == (True, NOW + HOUR)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "", "takes_rest": False}, "It has no e-mail address."),
        ({"active": False}, "This delivery point is not in use."),
    ],
)
def test_a_point_that_takes_no_mail_says_so(campaign, point, change, words):
    letter_to(point, campaign)
    DeliveryPoint.objects.update(**change)
    assert words in reasons_of(campaign)


def test_outside_the_hours_of_its_place_a_letter_says_so_and_goes_when_they_begin(campaign, point):
    letter_to(point, campaign)
    midnight = (NOW + DAY).astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    DeliveryPoint.objects.update(delivery_from="09:00", delivery_until="17:00")
    (letter,) = look(campaign, now=midnight).letters
    assert [reason.what for reason in letter.reasons] == ["E-mails do not go there at this hour."]
    assert (letter.goes, letter.at) == (True, midnight + 9 * HOUR)


def test_letters_of_a_digest_go_at_one_time(campaign, point):
    DeliveryPoint.objects.update(digest_every=2)
    for _ in range(3):
        letter_to(point, campaign)
    assert [letter.at for letter in look(campaign).letters] == [NOW, NOW, NOW + MINUTE]


def test_a_campaign_whose_letters_do_not_go_says_so(point):
    campaign = make_campaign(state="delivered")
    letter_to(point, campaign)
    assert reasons_of(campaign) == ["Letters go while a campaign is open or closed. This one is neither."]


def test_without_letters_the_page_says_so(campaign, bora, client):
    client.force_login(bora)
    assert "No letter waits" in page(client, campaign).content.decode()


# --- Who may look ------------------------------------------------------------------------------------------------


def test_only_those_who_run_the_campaign_see_its_letters(campaign, point, lantern, bora, chan, dana, eun, client):
    letter_to(point, campaign)
    harbour = factories.make_organisation("harbour")
    haru = factories.make_person("Haru", role=Role.ORGANIZER, organisation=harbour, is_staff=True)
    vera = factories.make_person("Vera", role=Role.ORGANIZER, organisation=lantern, member="viewer", is_staff=True)
    mira = factories.make_person("Mira", role=Role.PUBLISHER, is_staff=True)
    for person in (haru, vera, mira, chan, dana, eun, None):
        client.logout()
        if person:
            client.force_login(person)
        for name in ("waiting", "test_letters"):
            response = client.get(reverse(f"campaign_desk:{name}", args=[campaign.slug]))
            assert response.status_code in (302, 403, 404), (person, name)
            assert "Ara Kim" not in response.content.decode()


def test_the_campaign_s_own_page_leads_there_and_on(campaign, point, bora, client):
    letter_to(point, campaign)
    client.force_login(bora)
    here = reverse("campaign_desk:waiting", args=[campaign.slug])
    assert here in client.get(reverse("campaign_desk:dashboard", args=[campaign.slug])).content.decode()
    html = client.get(here).content.decode()
    assert reverse("campaign_desk:test_letters", args=[campaign.slug]) in html
    assert reverse("campaign_desk:pauses") in html


def test_the_page_says_when_the_cap_cannot_empty_the_window(campaign, point, bora, client):
    client.force_login(bora)
    assert "letters need" not in page(client, campaign).content.decode()
    DeliveryPoint.objects.update(hourly_cap=1)
    Campaign.objects.update(deliver_until=NOW + 30 * MINUTE, closes_at=NOW)
    letter_to(point, campaign)
    told = "Embassy in Warsaw: at 1 an hour 1 letters need 1 hours; the window has 0 left."
    assert told in page(client, campaign).content.decode()
