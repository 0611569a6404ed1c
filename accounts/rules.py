"""Who may do what with organisations. A superuser may do everything; an inactive person nothing."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import Organisation, User
from accounts.roles import Role

Anyone = User | AnonymousUser


def is_staff_member(user: Anyone) -> bool:
    """May enter the desk."""
    return user.is_active and user.is_staff


def may_organise(user: Anyone, organisation: Organisation) -> bool:
    """May prepare and run this organisation's campaigns."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or Organisation.objects.run_by(user).filter(pk=organisation.pk).exists()


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
