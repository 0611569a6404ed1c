"""What is done with the members of organisations. At least one of them is an owner who can log in. The database writes
down who was what and becomes what (accounts/rights.py).
"""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.following import end_notices, follow_rights
from accounts.models import Membership, Organisation, User
from accounts.roles import MemberRole
from accounts.rules import may_manage
from states import remember

# From the least that a member may do to the most.
_RANKS = [MemberRole.VIEWER, MemberRole.ORGANIZER, MemberRole.OWNER]


class LastOwner(Exception):
    """Without them nobody could say who belongs to these organisations."""

    def __init__(self, organisations: Sequence[Organisation]) -> None:
        super().__init__(", ".join(organisation.slug for organisation in organisations))
        self.organisations = organisations


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
    if _RANKS.index(MemberRole(role)) < _RANKS.index(MemberRole(before)):
        end_notices(locked.user)
    locked.role = role
    locked.save(update_fields=["role"])
    follow_rights(locked.user, by=by)


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
    remember(by=by, reason="")
    locked.delete()
    end_notices(locked.user)
    follow_rights(locked.user, by=by)


def _locked(membership: Membership) -> Membership | None:
    """With its organisation's row locked: two owners can't both be the other's last but one."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    return Membership.objects.select_related("organisation", "user").filter(pk=membership.pk).first()


def _keep_an_owner(membership: Membership) -> None:
    """For one who stops being an owner."""
    if membership.role == MemberRole.OWNER and _is_alone(membership.organisation, membership.user):
        raise LastOwner([membership.organisation])


def keep_owners(person: User) -> None:
    """For one who is about to be shut out; their organisations stay locked in this transaction. Raises LastOwner."""
    owns = Membership.objects.filter(user=person, user__is_active=True, role=MemberRole.OWNER)
    locked = Organisation.objects.select_for_update().filter(pk__in=owns.values("organisation")).order_by("pk")
    alone = [organisation for organisation in locked if _is_alone(organisation, person)]
    if alone:
        raise LastOwner(alone)


def _is_alone(organisation: Organisation, owner: User) -> bool:
    owners = organisation.memberships.filter(role=MemberRole.OWNER, user__is_active=True)
    return not owners.exclude(user=owner).exists()
