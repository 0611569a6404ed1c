"""Replies in the admin: noted, sorted and quoted by those who run the campaign, unseen by others."""

import pytest

from accounts.roles import MemberRole, Role
from campaign import actions
from campaign.models import Dispatch, Reply, Signature
from tests.campaign.test_admin import Desk, moment, queries_of, url
from tests.factories import NOW, fresh, make_dispatch, make_organisation, make_person, make_point, make_signature


@pytest.fixture
def desk(campaign):
    return Desk(make_person("Bora", role=Role.ORGANIZER, organisation=campaign.organisation, is_staff=True))


@pytest.fixture
def unread(campaign, point):
    ara = make_signature(campaign, state=Signature.State.CONFIRMED)
    letter = make_dispatch(ara, point, state=Dispatch.State.ACCEPTED, accepted_at=NOW)
    return actions.record_reply(
        campaign=campaign, point=point, kind="unread", received_at=NOW, text="Dear Ara Kim,", dispatch=letter
    )


def test_an_organizer_notes_what_came_by_post(desk, campaign, point):
    desk.send(
        url("reply_add"),
        campaign=str(campaign.pk),
        point=str(point.pk),
        channel="post",
        kind="form",
        text="Thank you for your letter.",
        excerpt="They thank.",
        **moment("received_at", NOW),
    )
    noted = Reply.objects.get()
    assert (noted.channel, noted.text, noted.excerpt) == ("post", "Thank you for your letter.", "They thank.")
    assert noted.recorded_by.name == "Bora"


def test_an_organizer_reads_sorts_and_quotes_what_came_by_mail(desk, unread):
    there = url("reply_change", unread.pk)
    assert "Dear Ara Kim," in desk.page(there).text
    desk.send(there, kind="substantive", excerpt="They will look into it.")
    sorted_ = fresh(unread)
    assert (sorted_.kind, sorted_.excerpt, sorted_.text) == ("substantive", "They will look into it.", "Dear Ara Kim,")
    assert fresh(unread.dispatch).state == "replied"


def test_what_nobody_wrote_is_not_quoted(desk, unread):
    assert "Only a form letter or an answer is quoted" in desk.send(
        url("reply_change", unread.pk), kind="automatic", excerpt="Out of office."
    )
    assert fresh(unread).kind == "unread"


def test_the_help_says_that_no_private_person_is_named(desk, unread):
    assert "No names of private persons" in desk.page(url("reply_change", unread.pk)).text


@pytest.mark.parametrize(
    ("role", "member"), [(Role.ORGANIZER, MemberRole.ORGANIZER), (Role.EDITOR, MemberRole.ORGANIZER)]
)
def test_who_runs_another_campaign_sees_no_reply(unread, role, member):
    eun = make_person("Eun", role=role, organisation=make_organisation("other"), member=member, is_staff=True)
    response = Desk(eun).get(url("reply_change", unread.pk))
    assert response.status_code in (302, 403)
    assert b"Ara Kim" not in response.content


def test_an_organizer_of_the_campaign_deletes_no_reply(desk, unread):
    assert desk.push(url("reply_delete", unread.pk)).status_code == 403


def test_the_list_costs_the_same_with_one_reply_and_with_four(desk, campaign, point, unread):
    before = queries_of(desk, url("reply_changelist"))
    for _number in range(3):
        actions.record_reply(campaign=campaign, point=make_point(), kind="form", received_at=NOW)
    assert queries_of(desk, url("reply_changelist")) == before
