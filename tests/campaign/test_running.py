"""Pause, resume, close early, extend, change the goal: each with its reason, by those who may."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django_fsm import TransitionNotAllowed

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions
from campaign.models import Campaign, ClosingChange, NewsMark
from tests.factories import DAY, HOUR, NOW, fresh, make_campaign, make_organisation, make_person
from tests.logging_in import log_in

CONTROLS = ["pause", "resumption", "closure", "extension", "goal", "case_out"]
NOTE = "More people asked to sign. Thank you."


def url(campaign, control):
    return reverse(f"campaign_desk:{control}", args=[campaign.slug])


def dates(closes_at, deliver_until):
    return {"closes_at": f"{closes_at:%Y-%m-%dT%H:%M}", "deliver_until": f"{deliver_until:%Y-%m-%dT%H:%M}"}


def extended(campaign, by, **fields):
    values = {"closes_at": campaign.closes_at + DAY, "deliver_until": campaign.deliver_until + DAY} | fields
    actions.extend_campaign(campaign=campaign, by=by, reason="Asked for.", note=NOTE, **values)
    return fresh(campaign)


def last_entry():
    return Entry.objects.order_by("-pk").first()


def reason_in_history(campaign):
    event = apps.get_model("campaign", "CampaignEvent").objects.filter(pgh_obj=campaign.pk).order_by("-pgh_id").first()
    return event.pgh_context.metadata


# --- Verbs -----------------------------------------------------------------------------------------------------------


def test_pausing_and_resuming_say_who_and_why(campaign, bora):
    actions.pause_campaign(campaign=campaign, by=bora, reason="A typo.")
    entry = last_entry()
    assert (entry.action, entry.by_id, entry.key, entry.reason) == (
        "campaigns.paused",
        bora.pk,
        str(campaign.pk),
        "A typo.",
    )
    assert reason_in_history(campaign) == {"user": bora.pk, "reason": "A typo."}
    actions.resume_campaign(campaign=campaign, by=bora, reason="Mended.")
    assert (last_entry().action, last_entry().reason) == ("campaigns.resumed", "Mended.")


def test_pausing_twice_is_noted_once(campaign, bora):
    for _ in range(2):
        actions.pause_campaign(campaign=campaign, by=bora, reason="A typo.")
    assert Entry.objects.filter(action="campaigns.paused").count() == 1


def test_closing_early_says_why_and_tells_everyone(campaign, bora):
    actions.close_campaign(campaign=campaign, by=bora, reason="They are free.", note="They are free!", now=NOW)
    assert fresh(campaign).state == "closed"
    assert campaign.changes.get().reason == "They are free."
    change = campaign.closing_changes.get()
    assert (change.announced, change.closes_at, change.note) == (campaign.closes_at, NOW, "They are free!")
    assert last_entry().action == "campaigns.closed"


def test_an_extension_moves_both_dates_and_tells_everyone(campaign, bora):
    after = extended(campaign, bora)
    assert (after.closes_at, after.deliver_until) == (campaign.closes_at + DAY, campaign.deliver_until + DAY)
    change = campaign.closing_changes.get()
    assert (change.announced, change.closes_at, change.note) == (campaign.closes_at, after.closes_at, NOTE)
    assert last_entry().details["closes_at"] == after.closes_at.isoformat()
    assert reason_in_history(campaign)["reason"] == "Asked for."


def test_letters_alone_may_go_for_longer_and_nobody_need_be_told(campaign, bora):
    after = extended(campaign, bora, closes_at=campaign.closes_at)
    assert after.deliver_until == campaign.deliver_until + DAY
    assert not ClosingChange.objects.exists()


def test_closing_early_is_undone_by_an_extension(campaign, bora):
    actions.close_campaign(campaign=campaign, by=bora, reason="By mistake.", note="Closed.", now=NOW)
    after = extended(campaign, bora, closes_at=campaign.closes_at, deliver_until=campaign.deliver_until)
    assert after.state == "open"
    change = campaign.closing_changes.first()
    assert (change.announced, change.closes_at) == (NOW, campaign.closes_at)


def test_a_campaign_that_has_run_its_time_opens_again_for_longer(point, bora):
    campaign = make_campaign(state="closed", closes_at=NOW - HOUR)
    assert extended(campaign, bora, closes_at=NOW + DAY).state == "open"


def test_a_campaign_that_has_run_its_time_may_deliver_for_longer_and_stays_closed(point, bora):
    campaign = make_campaign(state="closed", closes_at=NOW - HOUR)
    assert extended(campaign, bora, closes_at=campaign.closes_at).state == "closed"


def test_a_campaign_that_is_not_ready_does_not_open_again(bora):
    """Its target has no delivery point any more."""
    campaign = make_campaign(state="closed", closes_at=NOW - HOUR)
    with pytest.raises(actions.NotReady, match="delivery point"):
        extended(campaign, bora, closes_at=NOW + DAY)
    assert fresh(campaign).closes_at == campaign.closes_at
    assert not ClosingChange.objects.exists()


@pytest.mark.parametrize("state", ["draft", "in_review", "delivered", "archived"])
def test_what_was_never_announced_or_is_over_is_not_extended(point, bora, state):
    with pytest.raises(actions.NotReady, match="is not extended"):
        extended(make_campaign(state=state), bora)


def test_after_supporters_were_told_the_end_nothing_is_extended(campaign, bora):
    NewsMark.objects.create(campaign=campaign, began_at=NOW, ended_at=NOW)
    with pytest.raises(actions.NotReady, match="is not extended"):
        extended(campaign, bora)


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ({"closes_at": -DAY}, "earlier than announced"),
        ({"closes_at": 20 * DAY}, "must have time to go out"),
        ({"deliver_until": -DAY}, "To send nothing more"),
        ({}, "These are the dates that it has"),
    ],
)
def test_dates_that_break_a_promise_are_refused(campaign, bora, moves, said):
    wanted = {name: getattr(campaign, name) + moves.get(name, 0 * DAY) for name in ("closes_at", "deliver_until")}
    with pytest.raises(actions.NotReady, match=said):
        extended(campaign, bora, **wanted)


def test_the_goal_is_changed_with_a_reason(campaign, bora):
    actions.change_goal(campaign=campaign, by=bora, goal=5000, reason="It was reached.")
    assert fresh(campaign).goal == 5000
    entry = last_entry()
    assert (entry.action, entry.reason, entry.details) == (
        "campaigns.goal_changed",
        "It was reached.",
        {"before": 1000, "after": 5000},
    )


def test_the_same_goal_is_no_change(campaign, bora):
    actions.change_goal(campaign=campaign, by=bora, goal=campaign.goal, reason="Nothing.")
    assert not Entry.objects.filter(kind="campaign.campaign").exists()


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_a_campaign_is_paused_and_resumed_at_the_desk(campaign, bora, client):
    client.force_login(bora)
    assert "People can still sign" in client.get(url(campaign, "pause")).content.decode()
    answer = client.post(url(campaign, "pause"), {"reason": "A typo."}, follow=True)
    assert "Sending is paused" in answer.content.decode()
    assert fresh(campaign).paused
    client.post(url(campaign, "resumption"), {"reason": "Mended."})
    assert not fresh(campaign).paused


def test_a_campaign_is_closed_at_the_desk_and_its_page_says_so(campaign, bora, client):
    client.force_login(bora)
    client.post(url(campaign, "closure"), {"reason": "They are free.", "note": "They are <free>!"})
    page = client.get(reverse("campaign", args=[campaign.slug])).content.decode()
    assert "Announced was" in page
    assert "They are &lt;free&gt;!" in page
    assert "They are free." not in page


def test_its_preparation_says_what_happened_and_who_did_it(campaign, bora, client):
    client.force_login(bora)
    client.post(url(campaign, "closure"), {"reason": "They are free.", "note": "They are free!"})
    steps = reverse("campaign_desk:steps", args=[campaign.slug])
    happened = client.get(steps).content.decode().partition("What happened</h2>")[2]
    assert "Bora" in happened
    assert "They are free." in happened


def test_a_form_from_elsewhere_closes_nothing(campaign, bora):
    client = log_in(Client(enforce_csrf_checks=True), bora)
    typed = {"reason": "They are free.", "note": "They are free!"}
    assert client.post(url(campaign, "closure"), typed).status_code == 403
    assert fresh(campaign).state == "open"
    token = client.get(url(campaign, "closure")).context["csrf_token"]
    assert client.post(url(campaign, "closure"), typed | {"csrfmiddlewaretoken": token}).status_code == 302
    assert fresh(campaign).state == "closed"


def test_a_campaign_is_extended_at_the_desk_and_its_page_says_so(campaign, bora, client):
    client.force_login(bora)
    closes, ends = campaign.closes_at + DAY, campaign.deliver_until
    answer = client.post(url(campaign, "extension"), {"reason": "x", "note": NOTE, **dates(closes, ends)})
    assert answer.status_code == 302
    after = fresh(campaign)
    assert after.closes_at == closes.replace(second=0, microsecond=0)
    # Nobody touched it, so it keeps its seconds.
    assert after.deliver_until == ends
    page = client.get(reverse("campaign", args=[campaign.slug])).content.decode()
    assert "You can sign until" in page
    assert NOTE in page


def test_the_goal_is_changed_at_the_desk(campaign, bora, client):
    client.force_login(bora)
    client.post(url(campaign, "goal"), {"goal": "5000", "reason": "It was reached."})
    assert fresh(campaign).goal == 5000


@pytest.mark.parametrize("control", ["pause", "closure", "extension", "goal"])
def test_without_a_reason_nothing_happens_and_what_was_typed_stays(campaign, bora, client, control):
    client.force_login(bora)
    typed = {"note": "My note.", "goal": "77", **dates(campaign.closes_at + DAY, campaign.deliver_until + DAY)}
    answer = client.post(url(campaign, control), {**typed, "reason": " "})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Please say why." in page
    assert {"closure": "My note.", "extension": "My note.", "goal": 'value="77"'}.get(control, "") in page
    assert not Entry.objects.filter(kind="campaign.campaign").exists()


@pytest.mark.parametrize("goal", ["0", "-1", "many", "1000000000000"])
def test_a_goal_that_is_none_is_said_at_its_field(campaign, bora, client, goal):
    client.force_login(bora)
    assert client.post(url(campaign, "goal"), {"goal": goal, "reason": "x"}).status_code == 422
    assert fresh(campaign).goal == 1000


def test_wrong_dates_are_said_at_their_field(campaign, bora, client):
    client.force_login(bora)
    wrong = dates(campaign.closes_at - DAY, campaign.deliver_until)
    answer = client.post(url(campaign, "extension"), {"reason": "x", "note": NOTE, **wrong})
    assert answer.status_code == 422
    assert "This is earlier than announced" in str(answer.context["form"].errors["closes_at"])


@pytest.mark.parametrize(
    ("control", "fields"),
    [
        ("pause", {"paused": True}),
        ("resumption", {}),
        ("closure", {"state": "closed"}),
        ("extension", {"state": "delivered"}),
        ("goal", {"state": "archived"}),
        ("case_out", {}),
    ],
)
def test_what_is_not_needed_any_more_leads_back(point, bora, client, control, fields):
    campaign = make_campaign(**fields)
    client.force_login(bora)
    answer = client.post(url(campaign, control), {"reason": "x", "note": "x", "goal": "5"}, follow=True)
    assert "That is not needed, or not possible" in answer.content.decode()
    assert not Entry.objects.filter(kind="campaign.campaign").exists()


@pytest.mark.parametrize("control", CONTROLS)
def test_only_those_who_run_it_may(campaign, lantern, client, eun, dana, control):
    assert client.post(url(campaign, control)).status_code == 302
    client.force_login(eun)
    assert client.post(url(campaign, control)).status_code == 403
    viewer = make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True)
    elsewhere = make_organisation("harbour")
    other = make_person("Otto", role=Role.ORGANIZER, organisation=elsewhere, is_staff=True)
    for person in (viewer, other, dana):
        client.force_login(person)
        assert client.post(url(campaign, control), {"reason": "x"}).status_code == 404
    assert not Entry.objects.filter(kind="campaign.campaign").exists()


def test_a_closed_campaign_is_not_closed_again(point, bora):
    with pytest.raises(TransitionNotAllowed):
        actions.close_campaign(campaign=make_campaign(state=Campaign.State.CLOSED), by=bora)
