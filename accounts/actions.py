"""What happens to accounts: people are invited and join, are suspended and come back, and leave."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.following import end_invitations, follow_rights
from accounts.members import keep_owners
from accounts.models import Invitation, Membership, Organisation, User
from accounts.roles import MemberRole, Role
from accounts.rules import may_change_people, may_invite, may_keep_invitation
from audit.log import record
from outbox import actions as outbox
from states import remember


class AlreadyInvited(Exception):
    """An invitation of this address to the same organisation, or to the site, is open still: send that one again."""


class AlreadyMember(Exception):
    """Whoever has this address belongs to the organisation already."""


class InvitationOver(Exception):
    """Accepted, withdrawn, too old, or followed by a newer mail."""


class HasAccount(Exception):
    """There is an account with the invited address: its person logs in and joins with it."""


class NotInvited(Exception):
    """The person who is logged in has another address than the one that was invited."""


class NotOneself(Exception):
    """For one's own account somebody else has to do this."""


def invite(
    *,
    email: str,
    by: User,
    roles: Sequence[Role] = (),
    organisation: Organisation | None = None,
    member_role: MemberRole | str = "",
    language: str = "en",
    now: dt.datetime | None = None,
) -> Invitation:
    """Sends the mail; the invitation stands for 7 days. Raises AlreadyInvited or AlreadyMember."""
    _require(may_invite(by, roles, organisation))
    now = now or timezone.now()
    email = User.objects.normalize_email(email)
    if organisation and organisation.memberships.filter(user__email=email).exists():
        raise AlreadyMember
    try:
        with transaction.atomic():
            for overdue in Invitation.objects.locked().overdue(now).filter(email=email, organisation=organisation):
                overdue.move(Invitation.State.EXPIRED)
            invitation = Invitation.objects.create(
                email=email,
                roles=[role.value for role in Role if role in roles],
                organisation=organisation,
                member_role=member_role,
                language=language,
                invited_by=by,
                invited_at=now,
                expires_at=now + Invitation.LASTS,
            )
            _send(invitation, "invitations.sent", by=by)
    except IntegrityError as error:
        if "one_open_invitation_per_address" not in str(error):
            raise
        raise AlreadyInvited from error
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: User, now: dt.datetime | None = None) -> Invitation:
    """Another mail with another link, for another 7 days; the links of earlier mails end.

    Raises InvitationOver if it was accepted or withdrawn, AlreadyInvited if a newer one is open.
    """
    now = now or timezone.now()
    invitation = Invitation.objects.locked().get(pk=invitation.pk)
    _require(may_keep_invitation(by, invitation))
    news: dict[str, Any] = {"revision": invitation.revision + 1, "expires_at": now + Invitation.LASTS}
    if invitation.state == Invitation.State.OPEN:
        for name, value in news.items():
            setattr(invitation, name, value)
        invitation.save(update_fields=news)
    elif invitation.may_move(Invitation.State.OPEN):
        others = Invitation.objects.open().filter(email=invitation.email, organisation=invitation.organisation_id)
        if others.exists():
            raise AlreadyInvited
        invitation.move(Invitation.State.OPEN, **news)
    else:
        raise InvitationOver
    _send(invitation, "invitations.sent_again", by=by)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Its link ends. Raises InvitationOver if there is nothing to withdraw."""
    invitation = Invitation.objects.locked().get(pk=invitation.pk)
    _require(may_keep_invitation(by, invitation))
    if not invitation.may_move(Invitation.State.WITHDRAWN):
        raise InvitationOver
    invitation.move(Invitation.State.WITHDRAWN)
    record("invitations.withdrawn", by=by, about=invitation)


@transaction.atomic
def accept_invitation(
    *,
    invitation: Invitation,
    revision: int,
    by: User | None = None,
    name: str = "",
    password: str = "",
    now: dt.datetime | None = None,
) -> User:
    """The person of that address, with what they were invited to. `by`: who is logged in; without, the account is
    made: the link has proven the address. `revision` is the link's.

    Raises InvitationOver, HasAccount or NotInvited.
    """
    invitation = Invitation.objects.locked().get(pk=invitation.pk)
    if not invitation.is_open(revision=revision, now=now or timezone.now()):
        raise InvitationOver
    person = User.objects.filter(email=invitation.email).first()
    if by is None and person is not None:
        raise HasAccount
    if by is not None and by != person:
        raise NotInvited
    # Whoever invited has given these rights; the database writes them down (accounts/rights.py).
    remember(by=invitation.invited_by, reason="by invitation")
    if person is None:
        person = User.objects.create_user(invitation.email, password, name=name, is_staff=True)
        person.vouch_for_email()
    person.groups.add(*Group.objects.filter(name__in=invitation.roles))
    if invitation.organisation:
        Membership.objects.get_or_create(
            user=person, organisation=invitation.organisation, defaults={"role": invitation.member_role}
        )
    follow_rights(person, by=person)
    invitation.move(Invitation.State.ACCEPTED, accepted_by=person)
    record(
        "invitations.accepted",
        by=person,
        about=invitation,
        roles=invitation.roles,
        organisation=invitation.organisation_id,
        member_role=invitation.member_role,
    )
    return person


@transaction.atomic
def expire_invitations(*, now: dt.datetime | None = None) -> int:
    """Those that nobody has accepted within their 7 days."""
    overdue = list(Invitation.objects.locked().overdue(now or timezone.now()))
    for invitation in overdue:
        invitation.move(Invitation.State.EXPIRED)
    return len(overdue)


@transaction.atomic
def suspend_person(*, person: User, by: User, reason: str) -> None:
    """They are out at once and can't log in until `restore_person`; what they were stays.

    Raises NotOneself, LastOwner or TransitionNotAllowed.
    """
    _shut_out(person, User.State.SUSPENDED, by=by, reason=reason)


@transaction.atomic
def restore_person(*, person: User, by: User, reason: str) -> None:
    """Raises TransitionNotAllowed for somebody who is not suspended."""
    _require(may_change_people(by))
    person = User.objects.select_for_update().get(pk=person.pk)
    person.move(User.State.ACTIVE, by=by, reason=reason, is_active=True)


@transaction.atomic
def end_account(*, person: User, by: User, reason: str) -> None:
    """For good: nobody ever logs in with it again. Roles, memberships and whatever opened it are gone; the name stays
    at what they did. Raises NotOneself, LastOwner or TransitionNotAllowed.
    """
    unusable = make_password(None)
    person = _shut_out(
        person, User.State.LEFT, by=by, reason=reason, password=unusable, is_staff=False, is_superuser=False
    )
    remember(by=by, reason=reason)
    person.groups.clear()
    person.memberships.all().delete()
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()


@transaction.atomic
def reset_second_factor(*, person: User, by: User, reason: str) -> None:
    """For somebody who has lost phone, passkeys and recovery codes: they log in with the password once and set up
    a new second factor before they see anything. Whoever calls this has made sure who asks. Raises NotOneself.
    """
    _require(may_change_people(by))
    if person == by:
        raise NotOneself
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    entry = record("second_factors.reset", by=by, about=person, reason=reason)
    outbox.enqueue(kind="account_notice", subject_id=entry.pk, language=translation.get_language() or "en")


def lock_superusers() -> set[User]:
    """All that there are, until the transaction ends: two who shut each other out must not both succeed."""
    return set(User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk"))


def end_sessions(person: User) -> int:
    """Logs them out everywhere; how many sessions that were."""
    sessions = list(UserSession.objects.filter(user=person))
    for session in sessions:
        session.end()
    return len(sessions)


def _shut_out(person: User, state: str, *, by: User, reason: str, **fields: Any) -> User:
    """Organisations are locked before people, as where members change. Of two superusers who shut each other out at the
    same moment the second is one no more: so one always stays.
    """
    _require(may_change_people(by))
    if person == by:
        raise NotOneself
    keep_owners(person)
    _require(by in lock_superusers())
    person = User.objects.select_for_update().get(pk=person.pk)
    person.move(state, by=by, reason=reason, is_active=False, **fields)
    end_sessions(person)
    end_invitations(person, by=by)
    return person


def _require(may: bool) -> None:
    if not may:
        raise PermissionDenied


def _send(invitation: Invitation, action: str, *, by: User) -> None:
    outbox.enqueue(kind="invitation", subject_id=invitation.pk, language=invitation.language)
    record(
        action,
        by=by,
        about=invitation,
        roles=invitation.roles,
        organisation=invitation.organisation_id,
        member_role=invitation.member_role,
    )
