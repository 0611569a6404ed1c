"""What is paused: who may, what stops and what goes on, what a domain does by itself, and how it ends."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from campaign import actions, rules
from campaign.actions import pauses
from campaign.models import Campaign, DeliveryPoint, Dispatch, DispatchChange, Hold, Pause, Signature
from cases.models import Case
from outbox import sending
from outbox.models import Message
from tests import factories
from tests.factories import DAY, HOUR, NOW, fresh, make_campaign, make_dispatch, make_point, make_signature, make_target

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def mira(db):
    return factories.make_person("Mira", role=Role.PUBLISHER, is_staff=True)


def letter_to(point, campaign, **fields):
    return make_dispatch(make_signature(campaign, state="confirmed"), point, **fields)


def pause(scope, point, by, reason="They asked us to wait."):
    things = {"target": {"target": point.target}, "point": {"point": point}, "domain": {"domain": point.domain}}
    return actions.pause(scope=scope, by=by, reason=reason, **things.get(scope, {}))


def elsewhere(scope):
    """A point that a pause of this scope at the point in Warsaw leaves alone."""
    target = make_target("minister") if scope == "target" else None
    return make_point(target=target, email="berlin@elsewhere.example")


SCOPES = Pause.Scope.values


# --- They stop letters -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", SCOPES)
def test_a_pause_stops_what_waits_and_calls_back_what_is_queued_until_it_is_lifted(
    campaign, point, bora, post_office, scope
):
    queued, waiting = letter_to(point, campaign), letter_to(point, campaign)
    assert actions.release_dispatches(now=NOW) == 1
    made = pause(scope, point, bora)
    assert (fresh(queued).state, fresh(queued).queued_at) == ("planned", None)
    assert actions.release_dispatches(now=NOW + HOUR) == 0
    post_office.send("deliveries")
    assert post_office.server.mails == []
    actions.lift(pause=made, by=bora)
    for minute in (61, 62):
        actions.release_dispatches(now=NOW + minute * MINUTE)
    post_office.send("deliveries", now=NOW + 2 * HOUR)
    assert {fresh(queued).state, fresh(waiting).state} == {"accepted"}
    assert post_office.server.recipients.count(point.email) == 2


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope != "site"])
def test_a_pause_leaves_other_places_alone(campaign, point, bora, scope):
    other = letter_to(elsewhere(scope), campaign)
    letter_to(point, campaign)
    pause(scope, point, bora)
    assert actions.release_dispatches(now=NOW) == 1
    assert fresh(other).state == "queued"


def test_a_pause_of_the_site_stops_every_letter(campaign, point, mira):
    for place in (point, make_point(target=make_target("minister"))):
        letter_to(place, campaign)
    pause("site", point, mira)
    assert actions.release_dispatches(now=NOW) == 0


def test_a_domain_is_the_same_whatever_its_case_and_its_mailbox(campaign, point, bora):
    point.email = "Consular.Section@POINT.example"
    point.save()
    pause("domain", point, bora)
    letter_to(point, campaign)
    assert actions.release_dispatches(now=NOW) == 0
    assert Pause.objects.get().domain == point.domain == "point.example"


def test_no_pause_stops_signing_or_confirming(campaign, point, submit, client, mira, post_office):
    for scope in SCOPES:
        pause(scope, point, mira)
    submit()
    post_office.send()
    link = post_office.link_to("ara@people.example", "/confirm/")
    page = client.get(link)
    response = client.post(link, {"shown": page.context["shown"]})
    assert response.status_code == 302
    assert Signature.objects.get().state == "confirmed"
    assert Dispatch.objects.get().state == "planned"
    assert actions.release_dispatches() == 0


# --- What a worker has, and what it looks at last ----------------------------------------------------------------


def flag(campaign, point, case):
    Campaign.objects.filter(pk=campaign.pk).update(paused=True)


def hold(campaign, point, case):
    Hold.objects.create(campaign=campaign, case=case, cause="status")


def row(**fields):
    def stop(campaign, point, case):
        things = {"target": point.target, "point": point}
        chosen = {name: things[name] for name in fields if name in things}
        Pause.objects.create(**fields | chosen, reason="x", paused_by=User.objects.get(name="Bora"))

    return stop


@pytest.mark.parametrize(
    "stop",
    [
        flag,
        hold,
        row(scope="site"),
        row(scope="target", target=None),
        row(scope="point", point=None),
        row(scope="domain", domain="point.example"),
    ],
)
def test_the_worker_looks_once_more_when_it_takes_a_batch(campaign, point, bora, post_office, stop):
    """Whatever was queued in the moment in which somebody stopped it, all six in the same way."""
    dispatch = letter_to(point, campaign)
    actions.release_dispatches(now=NOW)
    stop(campaign, point, Case.objects.create(reference="MNS-2013-001"))
    post_office.send("deliveries")
    assert post_office.server.mails == []
    assert (fresh(dispatch).state, fresh(dispatch).queued_at) == ("planned", None)


def test_what_a_worker_has_taken_goes_and_nothing_after_that_batch(campaign, point, bora, post_office, monkeypatch):
    first = [letter_to(point, campaign) for _ in range(2)]
    for minute in range(2):
        actions.release_dispatches(now=NOW + minute * MINUTE)
    begin = sending.Batch.begin

    def pause_meanwhile(batch, message, envelope):
        if not Pause.objects.exists():
            pause("point", point, bora)
            # Released at the same moment, by a task that had not seen the pause.
            late.move("queued", queued_at=NOW)
            Message.objects.create(kind="letter", subject_id=late.pk, language="en", may_repeat=False, not_before=NOW)
        return begin(batch, message, envelope)

    late = letter_to(point, campaign)
    monkeypatch.setattr(sending.Batch, "begin", pause_meanwhile)
    post_office.send("deliveries", now=NOW + HOUR)
    assert [fresh(dispatch).state for dispatch in first] == ["accepted", "accepted"]
    assert fresh(late).state == "planned"
    assert len(post_office.server.mails) == 2


def test_a_letter_that_was_put_off_is_called_back_too(campaign, point, bora, post_office):
    dispatch = letter_to(point, campaign)
    actions.release_dispatches(now=NOW)
    post_office.server.behave(point.email, rcpt="451 4.7.1 come back later")
    post_office.send("deliveries", now=NOW)
    assert fresh(dispatch).state == "queued"
    pause("point", point, bora)
    assert fresh(dispatch).state == "planned"


@pytest.mark.parametrize("by_the_worker", [False, True])
def test_a_digest_is_called_back_with_all_its_letters(campaign, point, bora, post_office, by_the_worker):
    point.digest_every = 2
    point.save()
    letters = [letter_to(point, campaign) for _ in range(2)]
    assert actions.release_dispatches(now=NOW) == 2
    if by_the_worker:
        Pause.objects.create(scope="site", reason="x", paused_by=bora)
    else:
        made = pause("point", point, bora)
    post_office.send("deliveries")
    assert post_office.server.mails == []
    assert {(fresh(letter).state, fresh(letter).digest_id) for letter in letters} == {("planned", None)}
    if not by_the_worker:
        actions.lift(pause=made, by=bora)
        assert actions.release_dispatches(now=NOW + HOUR) == 2


def test_letters_that_may_go_stay_in_the_queue(campaign, point, bora):
    goes, other = letter_to(point, campaign), letter_to(elsewhere("point"), campaign)
    actions.release_dispatches(now=NOW)
    pause("point", fresh(other).point, bora)
    assert (fresh(goes).state, fresh(other).state) == ("queued", "planned")


# --- One for a thing, kept for good ------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", SCOPES)
def test_a_thing_is_paused_once_and_again_after_it_was_lifted(point, bora, scope):
    made = pause(scope, point, bora)
    assert pause(scope, point, bora, reason="Another.") == made
    actions.lift(pause=made, by=bora, now=NOW)
    actions.lift(pause=made, by=factories.make_person("Other"), now=NOW + DAY)
    assert (fresh(made).lifted_by, fresh(made).lifted_at) == (bora, NOW)
    assert pause(scope, point, bora) != made


# --- Who may -----------------------------------------------------------------------------------------------------


@pytest.fixture
def haru(db):
    """Haru organises elsewhere, for a letter to somebody else."""
    harbour = factories.make_organisation("harbour")
    make_campaign(organisation=harbour, target=make_target("minister"))
    return factories.make_person("Haru", role=Role.ORGANIZER, organisation=harbour, is_staff=True)


def keys(things):
    return {thing.key for thing in things}


def test_an_organizer_pauses_where_letters_of_their_campaigns_go_and_nothing_else(campaign, point, bora, haru):
    own = {f"target:{point.target_id}", f"point:{point.pk}", "domain:point.example"}
    assert keys(rules.may_be_paused_by(bora)) == own
    assert not keys(rules.may_be_paused_by(haru)) & own


def test_the_points_chosen_for_a_campaign_are_those_its_organizer_may_pause(point, bora):
    chosen = make_point()
    make_campaign(addressing="chosen").chosen_points.add(chosen)
    assert f"point:{chosen.pk}" in keys(rules.may_be_paused_by(bora))
    assert f"point:{point.pk}" not in keys(rules.may_be_paused_by(bora))


def test_a_publisher_pauses_the_site_and_everything(campaign, point, mira, bora, chan, dana, eun):
    assert {"site", f"point:{point.pk}"} <= keys(rules.may_be_paused_by(mira))
    for person in (chan, dana, eun):
        assert not rules.may_be_paused_by(person)
    assert "site" not in keys(rules.may_be_paused_by(bora))


def test_who_pauses_may_lift_and_so_may_their_fellows_and_a_publisher(campaign, point, lantern, bora, haru, mira):
    fellow = factories.make_person("Fellow", role=Role.ORGANIZER, organisation=lantern, is_staff=True)
    own = pause("point", point, bora)
    assert [rules.may_lift(person, own) for person in (bora, fellow, mira, haru)] == [True, True, True, False]
    by_publisher = pause("target", point, mira)
    assert [rules.may_lift(person, by_publisher) for person in (bora, mira)] == [False, True]
    by_itself = Pause.objects.create(scope="domain", domain=point.domain, refused=5, answered=9)
    assert [rules.may_lift(person, by_itself) for person in (bora, mira, haru)] == [True, True, False]


def test_the_desk_pauses_and_lifts(campaign, point, bora, client):
    letter_to(point, campaign)
    client.force_login(bora)
    new = reverse("campaign_desk:new_pause")
    assert client.post(new, {"what": f"point:{point.pk}", "reason": ""}).status_code == 422
    page = client.post(new, {"what": f"point:{point.pk}", "reason": "They move house."}, follow=True).content.decode()
    assert "Paused. 1 letter waits for it." in page
    made = Pause.objects.get()
    assert (made.scope, made.point, made.paused_by, made.reason) == ("point", point, bora, "They move house.")
    assert "They move house." in client.get(reverse("campaign_desk:pauses")).content.decode()
    lifting = reverse("campaign_desk:lifting", args=[made.pk])
    assert "1 letter waits for it." in client.get(lifting).content.decode()
    assert fresh(made).lifted_at is None
    assert client.post(lifting).status_code == 302
    assert fresh(made).lifted_by == bora
    assert "Lifted" in client.get(lifting, follow=True).content.decode()


def test_the_button_for_the_site_says_that_confirmations_go_on(mira, client):
    client.force_login(mira)
    assert "confirmations still go" in client.get(reverse("campaign_desk:new_pause")).content.decode()


def test_nobody_pauses_or_lifts_what_is_not_theirs(campaign, point, bora, haru, chan, eun, mira, client):
    theirs, itself = pause("target", point, mira), pause("point", point, bora)
    new, lists = reverse("campaign_desk:new_pause"), reverse("campaign_desk:pauses")
    for person in (chan, eun, haru, None):
        client.logout()
        if person:
            client.force_login(person)
        for what in ("site", "domain:point.example"):
            assert client.post(new, {"what": what, "reason": "x"}).status_code in (302, 403, 422)
        for made in (theirs, itself):
            assert client.post(reverse("campaign_desk:lifting", args=[made.pk])).status_code in (302, 403)
        if person != haru:
            assert client.get(lists).status_code in (302, 403)
    client.force_login(bora)
    assert client.post(reverse("campaign_desk:lifting", args=[theirs.pk])).status_code == 403
    assert client.post(new, {"what": "site", "reason": "x"}).status_code == 422
    assert Pause.objects.standing().count() == Pause.objects.count() == 2


@pytest.mark.parametrize("who", ["bora", "mira"])
def test_the_list_of_pauses_takes_as_many_queries_for_three_as_for_one(campaign, point, mira, who, client, request):
    client.force_login(request.getfixturevalue(who))
    pause("target", point, mira)
    client.get(reverse("campaign_desk:pauses"))
    counts = []
    for scope in ("point", "domain"):
        pause(scope, point, mira)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("campaign_desk:pauses"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- By itself -----------------------------------------------------------------------------------------------------


def answered(point, campaign, *, refused=0, accepted=0, ago=MINUTE):
    """Letters that were answered so long ago; the last refusal is looked at."""
    for state in ["accepted"] * accepted + ["bounced"] * refused:
        dispatch = letter_to(point, campaign)
        for step in ("queued", "sending"):
            dispatch.move(step)
        dispatch.move(state, **({"accepted_at": NOW - ago} if state == "accepted" else {}))
        DispatchChange.objects.filter(row=dispatch).update(at=NOW - ago)


@pytest.mark.parametrize(
    ("refused", "accepted", "paused"),
    [(4, 0, False), (5, 0, True), (5, 20, True), (5, 21, False), (10, 40, True), (9, 41, False)],
)
def test_a_domain_that_refuses_too_many_pauses_by_itself(campaign, point, refused, accepted, paused):
    answered(point, campaign, refused=refused, accepted=accepted)
    made = pauses.watch(point, now=NOW)
    assert bool(made) is paused
    if made:
        assert (made.domain, made.refused, made.answered) == ("point.example", refused, refused + accepted)
        assert (made.paused_by, made.paused_at) == (None, NOW)


def test_the_numbers_are_settings(campaign, point, settings):
    settings.SPIKE_REFUSALS, settings.SPIKE_PERCENT = 2, 50
    answered(point, campaign, refused=2, accepted=2)
    assert pauses.watch(point, now=NOW)


def test_only_the_last_fifty_and_the_last_hour_count(campaign, point):
    answered(point, campaign, refused=5, ago=61 * MINUTE)
    assert not pauses.watch(point, now=NOW)
    answered(point, campaign, refused=9, ago=2 * MINUTE)
    answered(point, campaign, accepted=45, ago=MINUTE)
    assert not pauses.watch(point, now=NOW)


def test_all_points_of_a_domain_count_together_and_others_do_not(campaign, point):
    neighbour = make_point(email="krakow@point.example")
    answered(point, campaign, refused=3)
    answered(make_point(email="x@elsewhere.example"), campaign, refused=4)
    assert not pauses.watch(point, now=NOW)
    answered(neighbour, campaign, refused=2)
    assert pauses.watch(neighbour, now=NOW)


def test_letters_that_were_sent_back_after_they_were_accepted_count_as_refused(campaign, point):
    answered(point, campaign, accepted=5, ago=20 * MINUTE)
    for dispatch in Dispatch.objects.all():
        dispatch.move("bounced")
    assert pauses.watch(point, now=NOW + HOUR / 2).refused == 5


def test_lifting_starts_the_count_anew(campaign, point, bora):
    answered(point, campaign, refused=5, ago=20 * MINUTE)
    actions.lift(pause=pauses.watch(point, now=NOW - 15 * MINUTE), by=bora, now=NOW - 10 * MINUTE)
    answered(point, campaign, refused=4)
    assert not pauses.watch(point, now=NOW)
    answered(point, campaign, refused=1)
    assert pauses.watch(point, now=NOW).refused == 5


def test_refusals_on_the_way_pause_the_domain_and_call_back_the_rest(campaign, point, bora, post_office):
    point.hourly_cap = 3600
    point.save()
    letters = [letter_to(point, campaign) for _ in range(9)]
    for second in range(8):
        actions.release_dispatches(now=NOW + second * factories.SECOND)
    post_office.server.behave(point.email, rcpt="550 5.7.1 blocked")
    outbox_batch = sending.send_due(queue="deliveries", now=NOW + MINUTE, limit=6)
    made = Pause.objects.get()
    assert (made.scope, made.domain, made.refused) == ("domain", "point.example", 5)
    states = [fresh(letter).state for letter in letters]
    # The sixth was with the worker already.
    assert states == ["bounced"] * 6 + ["planned"] * 3
    assert outbox_batch.failed == 6
    assert actions.release_dispatches(now=NOW + HOUR) == 0


def test_organizers_and_publishers_are_told_once(campaign, point, bora, mira, post_office):
    other = make_campaign(organisation=factories.make_organisation("harbour"), target=make_target("minister"))
    stranger = factories.make_person("Haru", organisation=other.organisation)
    answered(point, campaign, refused=6)
    for _ in range(2):
        pauses.watch(point, now=NOW)
    post_office.send()
    (mail,), (to_staff,) = post_office.mails_to(bora.email), post_office.mails_to(mira.email)
    text = mail.get_body(("plain",)).get_content()
    assert "point.example: 6 of its last 6 letters were refused within an hour." in text
    assert "Light the way" in text
    assert reverse("campaign_desk:pauses") in text
    assert "Light the way" not in to_staff.get_body(("plain",)).get_content()
    assert not post_office.mails_to(stranger.email)


def test_nobody_is_told_of_what_is_lifted_already(campaign, point, bora, mira, post_office):
    answered(point, campaign, refused=6)
    actions.lift(pause=pauses.watch(point, now=NOW), by=bora)
    post_office.send()
    assert post_office.server.mails == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_pause_and_one_mail(campaign, point, bora, mira):
    answered(point, campaign, refused=6)

    def look(_):
        try:
            return pauses.watch(DeliveryPoint.objects.get(pk=point.pk), now=NOW).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as crowd:
        assert len(set(crowd.map(look, range(16)))) == 1
    assert Pause.objects.count() == 1
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["domain_paused", "domain_paused_staff"]


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_one_pause(campaign, point, bora, mira):
    def stop(who):
        try:
            return pause("point", point, who).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as crowd:
        assert len(set(crowd.map(stop, [bora, mira] * 4))) == 1
