"""Who may do what with organisations. A superuser may do everything; an inactive person nothing."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Organisation, User

Anyone = User | AnonymousUser


def is_staff_member(user: Anyone) -> bool:
    """May enter the desk."""
    return user.is_active and user.is_staff


def may_organise(user: Anyone, organisation: Organisation) -> bool:
    """May prepare and run this organisation's campaigns."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or Organisation.objects.run_by(user).filter(pk=organisation.pk).exists()
