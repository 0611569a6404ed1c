"""Letters about people whose situation has changed wait until an organizer has looked."""

import pytest
from django.urls import reverse
from django_fsm import TransitionNotAllowed

from accounts.roles import Role
from audit.models import Entry
from campaign import actions
from campaign.models import Dispatch, Hold
from cases import snapshot
from cases.actions import record_status, take_down_case
from cases.models import Case, Member, Publication, Submission
from cases.signals import case_status_changed, case_taken_down
from face.words import made
from outbox.models import Message
from tests import factories
from tests.factories import HOUR, NOW, fresh, make_campaign, make_dispatch, make_review, make_signature
from tests.logging_in import log_in


@pytest.fixture
def case(bora):
    """With a page that the public can read."""
    case = Case.objects.create(reference="MNS-2013-001")
    submission = Submission.objects.create(case=case, digest="0" * 64, by=bora)
    live = Publication.objects.create(
        case=case,
        number=1,
        content=snapshot.build(case),
        digest="0" * 64,
        submission=submission,
        languages=[],
        published_by=bora,
    )
    Case.objects.filter(pk=case.pk).update(live=live)
    return fresh(case)


@pytest.fixture
def named(campaign, case):
    """The campaign speaks of the case."""
    campaign.cases.add(case)
    return campaign


def change_status(case):
    case_status_changed.send(Case, case=case, status=None)


def take_down(case):
    publication = case.live
    Case.objects.filter(pk=case.pk).update(live=None)
    case_taken_down.send(Case, case=fresh(case), publication=publication)


def test_a_case_that_is_taken_down_is_taken_out_of_a_running_campaign_at_the_desk(named, case, point, bora, client):
    letter = make_dispatch(make_signature(named, state="confirmed"), point)
    take_down(case)
    with pytest.raises(actions.StillDown):
        actions.lift_holds(campaign=named, by=bora)
    log_in(client, bora)
    page = reverse("campaign_desk:case_out", args=[named.slug])
    assert page in client.get(reverse("campaign_desk:dashboard", args=[named.slug])).content.decode()
    assert "The campaign names 1 case." in client.get(page).content.decode()
    answer = client.post(page, {"case": case.reference, "reason": " "})
    assert answer.status_code == 422
    assert f'value="{case.reference}" selected' in answer.content.decode()
    assert "does not name" in client.post(page, {"case": "MNS-1999-009", "reason": "x"}).content.decode()
    client.post(page, {"case": case.reference, "reason": "Their family asked for it."})
    assert not named.cases.exists()
    entry = Entry.objects.get(action="campaigns.case_taken_out")
    assert (entry.by_id, entry.reason, entry.details) == (
        bora.pk,
        "Their family asked for it.",
        {"case": case.reference},
    )
    # Somebody still has to look at the letter.
    assert actions.release_dispatches(now=NOW + HOUR) == 0
    actions.lift_holds(campaign=named, by=bora)
    assert actions.release_dispatches(now=NOW + HOUR) == 1
    assert fresh(letter).state == Dispatch.State.QUEUED


@pytest.mark.parametrize("state", ["draft", "in_review", "delivered", "archived"])
def test_a_case_is_taken_out_of_no_campaign_that_does_not_run(case, bora, point, state):
    campaign = make_campaign(state=state)
    campaign.cases.add(case)
    with pytest.raises(TransitionNotAllowed):
        actions.take_case_out(campaign=campaign, case=case, by=bora, reason="x")
    assert campaign.cases.exists()


@pytest.mark.parametrize("happens", [change_status, take_down])
def test_a_change_of_the_case_holds_the_letters_that_wait_and_those_that_are_queued(named, case, point, happens):
    waiting, queued = [make_dispatch(make_signature(named, state="confirmed"), point) for _ in range(2)]
    assert actions.release_dispatches(now=NOW) == 1
    happens(case)
    assert actions.release_dispatches(now=NOW + HOUR) == 0
    assert {fresh(waiting).state, fresh(queued).state} == {Dispatch.State.PLANNED}


def test_what_people_do_at_the_desk_of_cases_holds_letters(named, case, chan, bora):
    """By the verbs, whose context the history hears of: mails are queued inside of it."""
    member = Member.objects.create(case=case, label=made(en="a man"))
    record_status(member=member, kind="released", date="2013-06-01", by=chan)
    take_down_case(case=case, by=chan, reason="Somebody is in danger.")
    assert set(Hold.objects.values_list("cause", flat=True)) == {Hold.Cause.STATUS, Hold.Cause.TAKEDOWN}
    assert Message.objects.filter(kind="hold").count() == 2


def test_another_campaign_is_not_held(named, case, point):
    other = make_campaign("another")
    make_dispatch(make_signature(other, state="confirmed"), point)
    change_status(case)
    assert actions.release_dispatches(now=NOW) == 1


def test_people_can_sign_while_letters_are_held(named, case, submit):
    change_status(case)
    assert submit().status_code == 302


def test_the_campaign_page_says_that_letters_wait_and_not_what_has_changed(named, case, client):
    change_status(case)
    page = client.get("/en/campaigns/light-the-way/").content.decode()
    assert "Letters wait until the organizers have made sure" in page


def test_two_changes_make_one_hold_and_one_mail(named, case, bora):
    change_status(case)
    change_status(case)
    assert Hold.objects.count() == 1
    assert Message.objects.filter(kind="hold").count() == 1


def test_the_organizers_are_told_by_mail(named, case, bora, post_office):
    viewer = factories.make_person("Viewer", organisation=named.organisation, member="viewer")
    change_status(case)
    post_office.send()
    mail = post_office.text_to(bora.email)
    assert "MNS-2013-001" in mail
    assert reverse("campaign_desk:waiting", args=[named.slug]) in mail
    assert not post_office.mails_to(viewer.email)


def test_no_mail_goes_once_somebody_has_looked(named, case, bora, post_office):
    change_status(case)
    actions.lift_holds(campaign=named, by=bora)
    post_office.send()
    assert not post_office.mails_to(bora.email)


def test_letters_go_again_when_an_organizer_has_looked(named, case, bora, point):
    dispatch = make_dispatch(make_signature(named, state="confirmed"), point)
    change_status(case)
    actions.lift_holds(campaign=named, by=bora, now=NOW)
    hold = Hold.objects.get()
    assert (hold.lifted_by, hold.lifted_at) == (bora, NOW)
    assert actions.release_dispatches(now=NOW) == 1
    assert fresh(dispatch).state == Dispatch.State.QUEUED


def test_a_hold_after_a_takedown_stays_while_the_case_is_down(named, case, bora):
    take_down(case)
    with pytest.raises(actions.StillDown) as refusal:
        actions.lift_holds(campaign=named, by=bora)
    assert refusal.value.cases == ["MNS-2013-001"]
    named.cases.clear()
    actions.lift_holds(campaign=named, by=bora)
    assert not Hold.objects.standing().exists()


def test_a_campaign_does_not_open_about_a_case_without_a_page(case, point, dana):
    campaign = make_campaign("in-review", state="in_review")
    campaign.cases.add(case)
    Case.objects.filter(pk=case.pk).update(live=None)
    make_review(campaign)
    with pytest.raises(actions.NotReady, match="MNS-2013-001"):
        actions.approve_campaign(campaign=campaign, by=dana)


def test_the_organizer_finds_the_hold_reads_what_it_means_and_lifts_it(named, case, bora, client):
    change_status(case)
    client.force_login(bora)
    release = reverse("campaign_desk:holds_release", args=[named.slug])
    assert release in client.get(reverse("campaign_desk:waiting", args=[named.slug])).content.decode()
    asked = client.get(release).content.decode()
    assert "MNS-2013-001" in asked
    assert "is everything in it still true?" in asked
    assert Hold.objects.standing().exists()
    assert "Letters go out again" in client.post(release, follow=True).content.decode()
    assert Hold.objects.get().lifted_by == bora
    assert "no longer possible" in client.post(release, follow=True).content.decode()


def test_the_desk_says_why_a_hold_cannot_be_lifted(named, case, bora, client):
    take_down(case)
    client.force_login(bora)
    release = reverse("campaign_desk:holds_release", args=[named.slug])
    assert "Taken down: MNS-2013-001" in client.post(release, follow=True).content.decode()
    assert Hold.objects.standing().exists()


def test_whoever_does_not_run_the_campaign_does_not_lift_its_hold(named, case, eun, chan, dana, client):
    change_status(case)
    organisation = factories.make_organisation("harbour")
    people = [
        factories.make_person("Vera", organisation=named.organisation, member="viewer", is_staff=True),
        factories.make_person("Haru", role=Role.ORGANIZER, organisation=organisation, is_staff=True),
    ]
    release = reverse("campaign_desk:holds_release", args=[named.slug])
    assert client.post(release).status_code == 302
    for person in (*people, eun, chan, dana):
        client.force_login(person)
        assert client.post(release).status_code in (403, 404), person
    assert Hold.objects.standing().exists()
