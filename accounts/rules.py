"""Who may do what with organisations. A superuser may do everything; an inactive person nothing."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import Invitation, Organisation, User
from accounts.roles import SITE_ROLES, MemberRole, Role

Anyone = User | AnonymousUser


def is_staff_member(user: Anyone) -> bool:
    """May enter the desk."""
    return user.is_active and user.is_staff


def organises(user: Anyone) -> bool:
    """Is owner or organizer of some organisation. Looked up once for each loaded user: the navigation asks it again."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if not hasattr(user, "_organises"):
        user._organises = Organisation.objects.run_by(user).exists()  # type: ignore[attr-defined]
    return user._organises  # type: ignore[attr-defined]


def may_organise(user: Anyone, organisation: Organisation) -> bool:
    """May prepare and run this organisation's campaigns."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or Organisation.objects.run_by(user).filter(pk=organisation.pk).exists()


def may_see_all_organisations(user: Anyone) -> bool:
    return has_role(user, Role.PUBLISHER, Role.AUDITOR)


def may_see_all_campaigns(user: Anyone) -> bool:
    """Reviews, publishes or audits them."""
    return has_role(user, Role.REVIEWER, Role.PUBLISHER, Role.AUDITOR)


def may_add_organisations(user: Anyone) -> bool:
    return has_role(user, Role.PUBLISHER)


def may_see(user: Anyone, organisation: Organisation) -> bool:
    """Its page at the desk: its members, and staff who look after all of them."""
    if not isinstance(user, User) or not is_staff_member(user):
        return False
    return may_see_all_organisations(user) or organisation.memberships.filter(user=user).exists()


def may_manage(user: Anyone, organisation: Organisation) -> bool:
    """May say who belongs to it, and as what: its owners."""
    if not isinstance(user, User) or not is_staff_member(user):
        return False
    return user.is_superuser or organisation.memberships.filter(user=user, role=MemberRole.OWNER).exists()


def may_see_people(user: Anyone) -> bool:
    """Everybody who has an account, with what they may do here."""
    return has_role(user, Role.AUDITOR)


def may_change_people(user: Anyone) -> bool:
    """May give and take roles, suspend people, restore and end accounts, and take away a lost second factor."""
    return is_staff_member(user) and user.is_superuser


def may_enter_admin(user: Anyone) -> bool:
    """May look up rows of all rooms in Django's admin."""
    return is_staff_member(user) and user.is_superuser


def may_open_mail_that_came_back(user: Anyone) -> bool:
    """Where no machine understood it. It may quote anybody's letter."""
    return is_staff_member(user) and user.is_superuser


def has_role(user: Anyone, *roles: Role) -> bool:
    """Holds one of these roles of the whole site, and may enter the desk where they are exercised."""
    return is_staff_member(user) and (user.is_superuser or not set(roles).isdisjoint(_roles_of(user)))


def may_read_audit_log(user: Anyone) -> bool:
    """All of it: it says nothing of supporters, and of sealed fields only that they were read."""
    return has_role(user, Role.AUDITOR, Role.PUBLISHER)


def who_have(*roles: Role) -> QuerySet[User]:
    """All people of whom `has_role` is true."""
    trusted = Q(is_superuser=True) | Q(groups__name__in=roles)
    return User.objects.filter(trusted, is_active=True, is_staff=True).distinct().order_by("email")


def superusers() -> QuerySet[User]:
    return User.objects.filter(is_superuser=True, is_active=True).order_by("email")


def _roles_of(user: Anyone) -> frozenset[str]:
    """Looked up once for each loaded user, as Django does with permissions."""
    if not hasattr(user, "_roles"):
        user._roles = frozenset(user.groups.values_list("name", flat=True))  # type: ignore[union-attr]
    return user._roles  # type: ignore[union-attr]


def roles_to_give(user: Anyone) -> list[Role]:
    """The roles of the site that this person may hand on. Publishers keep the site running, but what limits a
    publisher is for superusers to give.
    """
    if user.is_active and user.is_superuser:
        return SITE_ROLES
    if has_role(user, Role.PUBLISHER):
        return [role for role in SITE_ROLES if role not in (Role.PUBLISHER, Role.PROTECTION, Role.AUDITOR)]
    return []


def may_see_organisations(user: Anyone) -> bool:
    """The list of them: one's own at least, where there is any."""
    if not isinstance(user, User) or not is_staff_member(user):
        return False
    return may_see_people(user) or may_add_organisations(user) or user.memberships.exists()


def may_invite_to_site(user: Anyone) -> bool:
    return bool(roles_to_give(user))


def may_invite_members(user: Anyone, organisation: Organisation) -> bool:
    """Its owners, and who may invite to the site: a new organisation has nobody yet."""
    if not isinstance(user, User) or not is_staff_member(user):
        return False
    owners = organisation.memberships.filter(user=user, role=MemberRole.OWNER)
    return may_invite_to_site(user) or owners.exists()


def may_invite(user: Anyone, roles: Iterable[str], organisation: Organisation | None) -> bool:
    """To these roles of the site, and to that organisation."""
    if organisation is None:
        return may_invite_to_site(user) and may_give(user, roles)
    return may_invite_members(user, organisation) and may_give(user, roles)


def may_keep_invitation(user: Anyone, invitation: Invitation) -> bool:
    """May send it once more or withdraw it: whoever might send it now."""
    return may_invite(user, invitation.roles, invitation.organisation)


def may_give(user: Anyone, roles: Iterable[str]) -> bool:
    return {role.value for role in roles_to_give(user)}.issuperset(roles)
