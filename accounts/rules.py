"""Who may do what with organisations. A superuser may do everything; an inactive person nothing."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Organisation, User
from accounts.roles import MemberRole, Role

Anyone = User | AnonymousUser


def is_staff_member(user: Anyone) -> bool:
    return user.is_active and user.is_staff


def has_role(user: Anyone, role: Role) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or role.value in user.role_names


def may_view(user: Anyone, organisation: Organisation) -> bool:
    return _is_member(user, organisation, *MemberRole)


def may_organise(user: Anyone, organisation: Organisation) -> bool:
    """May prepare and run this organisation's campaigns."""
    return _is_member(user, organisation, MemberRole.OWNER, MemberRole.ORGANIZER)


def may_manage_members(user: Anyone, organisation: Organisation) -> bool:
    return _is_member(user, organisation, MemberRole.OWNER)


def _is_member(user: Anyone, organisation: Organisation, *roles: MemberRole) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or organisation.memberships.filter(user=user, role__in=roles).exists()
