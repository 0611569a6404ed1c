"""What is done with the members of organisations. At least one of them is an owner who can log in."""

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Membership, Organisation, User
from accounts.roles import MemberRole, Role
from accounts.rules import may_manage
from audit.log import record
from states import remember

# From the least that a member may do to the most.
_RANKS = [MemberRole.VIEWER, MemberRole.ORGANIZER, MemberRole.OWNER]


class LastOwner(Exception):
    """Without them nobody could say who belongs to the organisation."""


class MoreThanOneHas(Exception):
    """Nobody gives themselves more than they have."""


@transaction.atomic
def change_member(*, membership: Membership, role: str, by: User) -> None:
    """Nothing happens to one who has left meanwhile. Raises LastOwner, MoreThanOneHas."""
    locked = _locked(membership)
    if locked is None:
        return
    if not may_manage(by, locked.organisation):
        raise PermissionDenied
    before = locked.role
    if role == before:
        return
    if by == locked.user and _RANKS.index(MemberRole(role)) > _RANKS.index(MemberRole(before)):
        raise MoreThanOneHas
    _keep_an_owner(locked)
    remember(by=by, reason="")
    locked.role = role
    locked.save(update_fields=["role"])
    follow_memberships(locked.user)
    record("members.changed", by=by, about=locked.organisation, person=locked.user_id, before=before, role=role)


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    """By an owner, or by the member: everybody may leave. Who belongs nowhere and has no role of the site does not
    enter the desk any more. Raises LastOwner.
    """
    locked = _locked(membership)
    if locked is None:
        return
    if not (by == locked.user or may_manage(by, locked.organisation)):
        raise PermissionDenied
    _keep_an_owner(locked)
    record("members.removed", by=by, about=locked.organisation, person=locked.user_id, role=locked.role)
    remember(by=by, reason="")
    locked.delete()
    follow_memberships(locked.user)


def _locked(membership: Membership) -> Membership | None:
    """With its organisation's row locked: two owners can't both be the other's last but one."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    return Membership.objects.select_related("organisation", "user").filter(pk=membership.pk).first()


def _keep_an_owner(membership: Membership) -> None:
    """For one who stops being an owner."""
    if membership.role != MemberRole.OWNER:
        return
    owners = Membership.objects.filter(
        organisation=membership.organisation_id, role=MemberRole.OWNER, user__is_active=True
    )
    if not owners.exclude(pk=membership.pk).exists():
        raise LastOwner


def follow_memberships(person: User) -> None:
    """The site's role of an organizer goes with running some organisation's campaigns, and the desk with any role."""
    organizers = Group.objects.get(name=Role.ORGANIZER)
    if Organisation.objects.run_by(person).exists():
        person.groups.add(organizers)
    else:
        person.groups.remove(organizers)
    if person.is_staff and not (person.is_superuser or person.memberships.exists() or person.groups.exists()):
        person.is_staff = False
        person.save(update_fields=["is_staff"])
