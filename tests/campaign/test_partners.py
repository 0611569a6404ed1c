"""Partners of a campaign: asked by whoever runs it, and partners once the other organisation has said yes itself."""

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import OrganisationText
from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions
from campaign.models import Partnership
from outbox.models import Message
from tests.factories import fresh, make_campaign, make_organisation, make_partnership, make_person, while_another_saves
from tests.logging_in import log_in


@pytest.fixture
def harbour(db):
    return make_organisation("harbour")


@pytest.fixture
def hana(harbour):
    """Hana owns Harbour."""
    return make_person("Hana", role=Role.ORGANIZER, organisation=harbour, member=MemberRole.OWNER, is_staff=True)


@pytest.fixture
def asked(campaign, bora, harbour, hana):
    return actions.ask_partner(campaign=campaign, organisation=harbour, by=bora)


def url(name, *args):
    return reverse(f"campaign_desk:{name}", args=args)


def page(client, path):
    return client.get(path).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_the_second_is_told(client, campaign, bora, harbour, hana):
    log_in(client, bora)
    answer = while_another_saves(
        lambda: actions.ask_partner(campaign=campaign, organisation=harbour, by=bora),
        lambda: client.post(url("ask_partner", campaign.slug) + "?organisation=harbour", follow=True),
    )
    assert "it was asked meanwhile" in answer.content.decode()
    assert Partnership.objects.count() == 1
    assert Message.objects.count() == 1


# --- Asking and answering ----------------------------------------------------------------------------------------


def test_asking_mails_the_other_side_and_shows_nothing_yet(client, asked, post_office):
    assert asked.state == Partnership.State.ASKED
    assert Message.objects.get().kind == "partner_asked"
    post_office.send()
    assert url("partnership", asked.pk) in post_office.text_to("hana@example.com")
    assert "Harbour" not in page(client, "/en/campaigns/light-the-way/")


def test_nobody_is_made_a_partner_without_their_own_yes(asked, bora, dana):
    dana.is_superuser = True
    dana.save()
    for person in (bora, dana):
        with pytest.raises(PermissionDenied):
            actions.accept_partnership(partnership=asked, by=person)
    assert fresh(asked).state == Partnership.State.ASKED


def test_whoever_asked_does_not_answer_for_the_other_side_too(campaign, harbour, hana, lantern):
    lantern.memberships.create(user=hana, role=MemberRole.ORGANIZER)
    asked = actions.ask_partner(campaign=campaign, organisation=harbour, by=hana)
    with pytest.raises(PermissionDenied):
        actions.accept_partnership(partnership=asked, by=hana)


def test_a_viewer_of_the_other_side_does_not_answer(asked, harbour):
    viewer = make_person("Vera", organisation=harbour, member=MemberRole.VIEWER, is_staff=True)
    for verb in (actions.accept_partnership, actions.end_partnership):
        with pytest.raises(PermissionDenied):
            verb(partnership=asked, by=viewer)


def test_an_accepted_partner_stands_on_the_page_in_the_report_and_in_the_numbers(client, asked, hana):
    OrganisationText.objects.create(organisation=asked.organisation, language="ko", name="항구", about="편지")
    actions.accept_partnership(partnership=asked, by=hana)
    caches["pages"].clear()
    campaign_page = page(client, "/en/campaigns/light-the-way/")
    assert "Together with" in campaign_page
    assert "Harbour" in campaign_page
    assert "Harbour" in page(client, reverse("edition_report", args=["light-the-way"]))
    numbers = client.get(reverse("edition_report_json", args=["light-the-way"])).json()
    assert numbers["organisations"] == ["Lantern", "Harbour"]
    assert "항구" in page(client, "/ko/campaigns/light-the-way/")


@pytest.mark.parametrize("side", ["bora", "hana"])
def test_either_side_ends_it_and_it_leaves_the_page(client, request, asked, hana, side):
    actions.accept_partnership(partnership=asked, by=hana)
    actions.end_partnership(partnership=asked, by=request.getfixturevalue(side))
    caches["pages"].clear()
    assert fresh(asked).state == Partnership.State.ENDED
    assert "Harbour" not in page(client, "/en/campaigns/light-the-way/")


def test_the_campaign_s_organizers_learn_the_answer(asked, hana, post_office):
    actions.accept_partnership(partnership=asked, by=hana)
    post_office.send()
    assert "now stands behind your campaign" in post_office.text_to("bora@example.com")


def test_an_invitation_that_was_taken_back_is_not_mailed(asked, bora, post_office):
    actions.end_partnership(partnership=asked, by=bora)
    post_office.send()
    assert post_office.server.mails == []


def test_who_declined_can_be_asked_again_and_says_yes_again(campaign, asked, bora, harbour, hana):
    actions.end_partnership(partnership=asked, by=hana)
    again = actions.ask_partner(campaign=campaign, organisation=harbour, by=bora)
    assert (again.pk, again.state) == (asked.pk, Partnership.State.ASKED)


def test_an_answer_that_comes_too_late_changes_nothing(asked, bora, hana):
    actions.end_partnership(partnership=asked, by=bora)
    with pytest.raises(actions.AlreadyAnswered):
        actions.accept_partnership(partnership=asked, by=hana)
    with pytest.raises(actions.AlreadyAnswered):
        actions.end_partnership(partnership=asked, by=bora)


def test_who_cannot_be_asked(campaign, asked, bora, lantern):
    for organisation in (lantern, asked.organisation, make_organisation("empty")):
        with pytest.raises(actions.CannotBeAsked):
            actions.ask_partner(campaign=campaign, organisation=organisation, by=bora)


def test_only_who_runs_the_campaign_asks(campaign, harbour, hana, chan):
    for person in (hana, chan):
        with pytest.raises(PermissionDenied):
            actions.ask_partner(campaign=campaign, organisation=harbour, by=person)


def test_every_step_is_written_down(asked, bora, hana):
    actions.accept_partnership(partnership=asked, by=hana)
    actions.end_partnership(partnership=asked, by=bora)
    entries = Entry.objects.filter(action__startswith="partnerships.").order_by("pk")
    assert [(entry.action, entry.by_id) for entry in entries] == [
        ("partnerships.asked", bora.pk),
        ("partnerships.accepted", hana.pk),
        ("partnerships.ended", bora.pk),
    ]
    assert {entry.details["organisation"] for entry in entries} == {"harbour"}
    assert [change.by for change in asked.changes.order_by("pk")] == [hana, bora]


# --- At the desk -------------------------------------------------------------------------------------------------


def test_the_desk_says_who_gets_the_mail_before_it_asks(client, campaign, bora, hana):
    client.force_login(bora)
    assert "No partner yet" in page(client, url("partners", campaign.slug))
    path = url("ask_partner", campaign.slug) + "?organisation=harbour"
    assert "One mail to 1 person" in page(client, path)
    assert not Partnership.objects.exists()
    assert client.post(path).status_code == 302
    assert Partnership.objects.get().asked_by == bora
    assert client.post(path).status_code == 422


def test_the_other_side_reads_the_letter_and_accepts(client, asked, hana):
    client.force_login(hana)
    assert "Light the way" in page(client, url("partnerships"))
    shown = page(client, url("partnership", asked.pk))
    assert "Please let them go." in shown
    client.post(url("acceptance", asked.pk))
    assert fresh(asked).state == Partnership.State.ACCEPTED
    assert "End the partnership" in page(client, url("partnership", asked.pk))


def test_the_other_side_declines_on_a_page_that_asks_once_more(client, asked, hana):
    client.force_login(hana)
    assert "Decline for Harbour?" in page(client, url("ending", asked.pk))
    assert fresh(asked).state == Partnership.State.ASKED
    client.post(url("ending", asked.pk))
    assert fresh(asked).state == Partnership.State.ENDED


def test_strangers_to_both_sides_do_not_learn_of_it(client, asked):
    stranger = make_person(
        "Sol", role=Role.ORGANIZER, organisation=make_organisation("tower"), member=MemberRole.OWNER, is_staff=True
    )
    client.force_login(stranger)
    assert client.get(url("partners", asked.campaign.slug)).status_code == 404
    for name in ("partnership", "ending"):
        assert client.get(url(name, asked.pk)).status_code == 404
    assert client.post(url("acceptance", asked.pk)).status_code == 404
    assert "Nobody has asked yet" in page(client, url("partnerships"))


def test_a_viewer_looks_and_is_offered_nothing(client, asked, lantern):
    client.force_login(make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True))
    shown = page(client, url("partners", asked.campaign.slug))
    assert "Harbour" in shown
    assert "Ask an organisation" not in shown
    assert url("ending", asked.pk) not in shown
    assert client.get(url("ask_partner", asked.campaign.slug)).status_code == 404


def test_a_person_without_an_organisation_has_no_partnerships(client, chan):
    client.force_login(chan)
    assert client.get(url("partnerships")).status_code == 403


@pytest.mark.parametrize("name", ["partners", "partnerships"])
def test_the_lists_cost_the_same_for_one_and_for_three(client, campaign, bora, lantern, name):
    client.force_login(bora)

    def one_more(slug):
        """One of theirs with this campaign, and one of this campaign's organisation with theirs."""
        other = make_organisation(slug)
        make_partnership(campaign, other, by=bora)
        make_partnership(make_campaign(organisation=other), lantern, by=make_person(slug, organisation=other))

    one_more("one")
    path = url("partners", campaign.slug) if name == "partners" else url("partnerships")
    client.get(path)
    with CaptureQueriesContext(connection) as first:
        client.get(path)
    for slug in ("two", "three"):
        one_more(slug)
    with CaptureQueriesContext(connection) as second:
        assert client.get(path).status_code == 200
    assert len(first) == len(second)


def test_a_campaign_page_costs_the_same_for_one_partner_and_for_three(client, campaign, bora):
    def cost():
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/campaigns/light-the-way/")
        return len(queries)

    make_partnership(campaign, make_organisation("one"), by=bora, accepted=True)
    first = cost()
    for slug in ("two", "three"):
        make_partnership(campaign, make_organisation(slug), by=bora, accepted=True)
    assert cost() == first
