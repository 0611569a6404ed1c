"""From the mail to the desk."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, links, members, people, rules
from accounts.emails import invitation as compose
from accounts.models import Invitation, Membership, Organisation, User
from accounts.roles import MemberRole, Role
from audit.models import Entry
from outbox.models import Message
from tests.accounts.conftest import PASSWORD
from tests.factories import make_person

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NEW = {"name": "Gil", "password1": PASSWORD, "password2": PASSWORD}


def path_of(invitation: Invitation) -> str:
    return urlsplit(links.invitation_url(Invitation.objects.get(pk=invitation.pk))).path


@pytest.fixture
def invitation(dana, organisation) -> Invitation:
    return actions.invite(
        email="Gil@Example.com",
        by=dana,
        roles=[Role.EDITOR],
        organisation=organisation,
        member_role=MemberRole.ORGANIZER,
    )


def test_the_mail_says_who_invites_as_what_and_until_when(invitation):
    message = Message.objects.get(kind="invitation", subject_id=invitation.pk)
    message.subject = invitation
    mail = compose(message)
    assert mail.to == ["gil@example.com"]
    assert mail.subject == "You are invited to work with us"
    for said in ("Dana", "Lantern", "Case editor", "Organizer", path_of(invitation)):
        assert said in mail.body
    actions.withdraw_invitation(invitation=invitation, by=invitation.invited_by)
    message.subject = Invitation.objects.get()
    assert compose(message) is None


def test_looking_accepts_nothing_and_posting_makes_the_account(client, invitation, organisation):
    page = client.get(path_of(invitation))
    assert page.status_code == 200
    # The address is a key, for this site alone. With "no-referrer" browsers send no Origin, and the form would fail.
    assert page["Referrer-Policy"] == "same-origin"
    assert not User.objects.filter(email="gil@example.com").exists()
    answer = client.post(path_of(invitation), NEW)
    gil = User.objects.get(email="gil@example.com")
    assert answer.url == reverse("desk")
    assert client.session["_auth_user_id"] == str(gil.pk)
    assert client.get(answer.url).url == reverse("second_factor")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert gil.is_staff
    assert {group.name for group in gil.groups.all()} == {"editor", "organizer"}
    assert gil.memberships.get().role == MemberRole.ORGANIZER
    assert gil.emailaddress_set.get().verified
    assert Invitation.objects.get().accepted_by == gil
    sent, accepted = Entry.objects.filter(action__startswith="invitations.").order_by("pk")
    assert (sent.action, accepted.action, accepted.by) == ("invitations.sent", "invitations.accepted", "Gil")
    given = Entry.objects.filter(kind="accounts.user", key=str(gil.pk), action__regex="granted$|^people")
    assert sorted(entry.action for entry in given) == [
        "memberships.granted",
        "people.added",
        "roles.granted",
        "roles.granted",
    ]
    assert {entry.by for entry in given} == {"Dana"}


def test_a_link_serves_once(client, invitation):
    client.post(path_of(invitation), NEW)
    assert Client().get(path_of(invitation)).status_code == 410
    assert Client().post(path_of(invitation), NEW).status_code == 410


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "field-error"),
        ({"password2": "something else entirely"}, "not the same"),
        ({"password1": "short", "password2": "short"}, "12 characters"),
        ({"password1": "gil@example.com", "password2": "gil@example.com"}, "too similar"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_name_is_kept(client, invitation, typed, said):
    page = client.post(path_of(invitation), NEW | typed)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert "name" in typed or 'value="Gil"' in page.content.decode()
    assert not User.objects.filter(email="gil@example.com").exists()


def test_a_resent_invitation_ends_the_link_of_the_first_mail(client, invitation, dana):
    first = path_of(invitation)
    actions.resend_invitation(invitation=invitation, by=dana)
    assert client.get(first).status_code == 410
    assert client.get(path_of(invitation)).status_code == 200


def test_an_invitation_ends_after_seven_days_and_can_be_sent_again(client, dana, organisation):
    late = actions.invite(email="gil@example.com", by=dana, roles=[Role.EDITOR], now=timezone.now() - 8 * DAY)
    assert client.get(path_of(late)).status_code == 410
    assert actions.expire_invitations() == 1
    assert actions.expire_invitations() == 0
    late = actions.resend_invitation(invitation=late, by=dana)
    assert late.state == Invitation.State.OPEN
    assert client.get(path_of(late)).status_code == 200


def test_one_that_is_open_is_not_doubled_and_an_old_one_gives_way(invitation, dana, organisation):
    with pytest.raises(actions.AlreadyInvited):
        actions.invite(email="gil@example.com", by=dana, organisation=organisation, member_role=MemberRole.VIEWER)
    in_a_week = timezone.now() + 8 * DAY
    actions.invite(
        email="gil@example.com", by=dana, organisation=organisation, member_role=MemberRole.VIEWER, now=in_a_week
    )
    assert sorted(Invitation.objects.values_list("state", flat=True)) == ["expired", "open"]
    actions.invite(email="gil@example.com", by=dana, roles=[Role.EDITOR])
    with pytest.raises(actions.AlreadyInvited):
        actions.invite(email="gil@example.com", by=dana, roles=[Role.REVIEWER])


def test_a_member_is_not_invited_again(bora, dana, organisation):
    with pytest.raises(actions.AlreadyMember):
        actions.invite(email=bora.email, by=dana, organisation=organisation, member_role=MemberRole.OWNER)


def test_a_withdrawn_one_ends(client, invitation, dana):
    actions.withdraw_invitation(invitation=invitation, by=dana)
    assert client.post(path_of(invitation), NEW).status_code == 410
    with pytest.raises(actions.InvitationOver):
        actions.resend_invitation(invitation=invitation, by=dana)


def test_who_has_an_account_logs_in_and_joins_with_it(client, eun, dana, organisation):
    invitation = actions.invite(email=eun.email, by=dana, organisation=organisation, member_role=MemberRole.OWNER)
    asked = client.get(path_of(invitation))
    assert "Log in with it" in asked.content.decode()
    assert client.post(path_of(invitation), NEW).status_code == 200
    assert not eun.memberships.exists()
    client.force_login(eun)
    assert client.post(path_of(invitation)).url == reverse("desk")
    assert eun.memberships.get().role == MemberRole.OWNER


def test_nobody_accepts_for_somebody_else(client, bora, invitation):
    client.force_login(bora)
    assert client.get(path_of(invitation)).status_code == 403
    assert client.post(path_of(invitation), NEW).status_code == 403
    assert Invitation.objects.get().state == Invitation.State.OPEN


@pytest.mark.parametrize("token", ["x", "A" * 60])
def test_an_invented_link_opens_nothing(client, token):
    assert client.get(reverse("invitation", args=[token])).status_code == 410


def test_who_may_invite_and_with_which_roles(dana, bora, eun, organisation):
    publisher = make_person("Pia", role=Role.PUBLISHER, is_staff=True)
    owner = make_person("Olga", organisation=organisation, member=MemberRole.OWNER, is_staff=True)
    assert set(Role) - set(rules.roles_to_give(dana)) == {Role.ORGANIZER}
    assert Role.PUBLISHER not in rules.roles_to_give(publisher)
    assert Role.EDITOR in rules.roles_to_give(publisher)
    assert rules.roles_to_give(owner) == []
    assert [rules.may_invite_members(each, organisation) for each in (dana, publisher, owner, bora, eun)] == [
        *(True, True, True),
        *(False, False),
    ]


def test_nobody_invites_to_more_than_they_may_whoever_calls(invitation, dana, bora, organisation):
    harbour = Organisation.objects.create(name="Harbour", slug="harbour")
    publisher = make_person("Pia", role=Role.PUBLISHER, is_staff=True)
    owner = make_person("Olga", organisation=organisation, member=MemberRole.OWNER, is_staff=True)
    member = {"member_role": MemberRole.VIEWER}
    for by, asked in (
        (publisher, {"roles": [Role.AUDITOR]}),
        (owner, {"roles": [Role.EDITOR]}),
        (owner, {"roles": [Role.EDITOR], "organisation": organisation, **member}),
        (owner, {"organisation": harbour, **member}),
        (bora, {"organisation": organisation, **member}),
        (dana, {"roles": [Role.ORGANIZER]}),
    ):
        with pytest.raises(PermissionDenied):
            actions.invite(email="x@example.com", by=by, **asked)
    for verb in (actions.resend_invitation, actions.withdraw_invitation):
        for by in (owner, bora):
            with pytest.raises(PermissionDenied):
                verb(invitation=invitation, by=by)
    assert Invitation.objects.get().revision == 0


def test_an_invitation_ends_with_the_right_to_send_it(dana, organisation):
    def states() -> dict[str, str]:
        return dict(Invitation.objects.values_list("email", "state"))

    harbour = Organisation.objects.create(name="Harbour", slug="harbour")
    owner = make_person("Olga", organisation=organisation, member=MemberRole.OWNER, is_staff=True)
    make_person("Otto", organisation=organisation, member=MemberRole.OWNER, is_staff=True)
    Membership.objects.create(user=owner, organisation=harbour, role=MemberRole.OWNER)
    publisher = make_person("Pia", role=Role.PUBLISHER, is_staff=True)
    for email, by, asked in (
        ("a@example.com", owner, {"organisation": organisation, "member_role": MemberRole.VIEWER}),
        ("b@example.com", owner, {"organisation": harbour, "member_role": MemberRole.VIEWER}),
        ("c@example.com", publisher, {"roles": [Role.EDITOR]}),
        ("d@example.com", dana, {"roles": [Role.EDITOR]}),
    ):
        actions.invite(email=email, by=by, **asked)
    own = owner.memberships.get(organisation=organisation)
    members.change_member(membership=own, role=MemberRole.ORGANIZER, by=dana)
    assert states() == {"a@example.com": "withdrawn", **dict.fromkeys([f"{x}@example.com" for x in "bcd"], "open")}
    people.change_roles(person=publisher, roles=[Role.EDITOR], superuser=False, by=dana, reason="x")
    assert states()["c@example.com"] == "withdrawn"
    for withdrawn in Entry.objects.filter(action="invitations.withdrawn"):
        assert withdrawn.by_id == dana.pk
    assert (states()["b@example.com"], states()["d@example.com"]) == ("open", "open")


def test_the_list_has_a_button_only_for_what_one_may_do(client, dana):
    publisher = make_person("Pia", role=Role.PUBLISHER, is_staff=True)
    theirs = actions.invite(email="a@example.com", by=publisher, roles=[Role.EDITOR])
    above = actions.invite(email="b@example.com", by=dana, roles=[Role.AUDITOR])
    client.force_login(publisher)
    page = client.get(reverse("invitations")).content.decode()
    for name in ("resend_invitation", "withdraw_invitation"):
        assert reverse(name, args=[theirs.pk]) in page
        assert reverse(name, args=[above.pk]) not in page


@pytest.mark.parametrize("who", ["bora", "eun", "anonymous"])
def test_others_see_no_invitations(client, request, invitation, who):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    for page in (
        reverse("invitations"),
        reverse("resend_invitation", args=[invitation.pk]),
        reverse("withdraw_invitation", args=[invitation.pk]),
    ):
        assert client.post(page, {"email": "x@example.com", "roles": ["editor"]}).status_code in (302, 403)
    assert Invitation.objects.get().revision == 0


def test_a_publisher_cannot_give_or_send_what_is_not_theirs(client, dana):
    client.force_login(make_person("Pia", role=Role.PUBLISHER, is_staff=True))
    typed = {"email": "x@example.com", "roles": ["publisher"], "language": "en"}
    assert client.post(reverse("invitations"), typed).status_code == 422
    other = actions.invite(email="y@example.com", by=dana, roles=[Role.PUBLISHER])
    assert client.post(reverse("resend_invitation", args=[other.pk])).status_code == 403


def test_inviting_at_the_desk(client, dana, organisation):
    client.force_login(dana)
    assert "Nobody is invited yet" in client.get(reverse("invitations")).content.decode()
    typed = {"email": "gil@example.com", "roles": ["editor"], "language": "ko"}
    assert client.post(reverse("invitations"), typed).status_code == 302
    assert Message.objects.get(kind="invitation").language == "ko"
    again = client.post(reverse("invitations"), typed)
    assert again.status_code == 422
    assert "is open" in again.content.decode()
    assert 'value="gil@example.com"' in again.content.decode()
    invitation = Invitation.objects.get()
    client.post(reverse("resend_invitation", args=[invitation.pk]))
    client.post(reverse("withdraw_invitation", args=[invitation.pk]))
    assert Invitation.objects.get().state == Invitation.State.WITHDRAWN


def test_the_list_costs_the_same_for_one_and_for_many(
    client, dana, organisation, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(dana)
    actions.invite(email="a@example.com", by=dana, organisation=organisation, member_role=MemberRole.VIEWER)
    with django_assert_max_num_queries(8) as first:
        client.get(reverse("invitations"))
    for name in "bcd":
        by = make_person(name * 5, is_staff=True, is_superuser=True)
        actions.invite(email=f"{name}@example.com", by=by, organisation=organisation, member_role=MemberRole.VIEWER)
    with django_assert_num_queries(len(first)):
        client.get(reverse("invitations"))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"email": "Gil@example.com"}, "invitation_email_is_lower_case"),
        ({"roles": []}, "invitation_is_to_something"),
        ({"member_role": "viewer"}, "invitation_to_organisation_has_role"),
        ({"state": "accepted"}, "accepted_invitation_says_by_whom"),
        ({"state": "lost"}, "invitation_state_is_known"),
    ],
)
def test_the_database_refuses_what_cannot_be(dana, fields, constraint):
    right = {"email": "gil@example.com", "roles": ["editor"], "invited_by": dana, "expires_at": timezone.now()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Invitation.objects.create(**right | fields)
    Invitation.objects.create(**right)
