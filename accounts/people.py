"""What is done with people who log in, beside what `actions` does with their accounts."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.actions import NotOneself, lock_superusers
from accounts.models import User
from accounts.roles import Role
from accounts.rules import may_change_people
from audit.log import record
from states import remember


@transaction.atomic
def change_roles(*, person: User, roles: Collection[str], superuser: bool, by: User, reason: str) -> None:
    """Exactly these roles of the whole site from now on. Whoever has none and belongs nowhere does not enter the desk.

    Raises NotOneself: so whoever does this stays a superuser, and there is always one; also where two take it from each
    other at the same moment, as the second is one no more.
    """
    if not may_change_people(by) or by not in lock_superusers():
        raise PermissionDenied
    if person == by:
        raise NotOneself
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.state == User.State.LEFT:
        raise PermissionDenied
    before = {"roles": _held(person), "superuser": person.is_superuser}
    remember(by=by, reason=reason)
    person.groups.set(Group.objects.filter(name__in=[role for role in Role if role in roles]))
    person.is_superuser = superuser
    person.is_staff = superuser or bool(roles) or person.memberships.exists()
    person.save(update_fields=["is_superuser", "is_staff"])
    after = {"roles": _held(person), "superuser": superuser}
    record("people.roles_changed", by=by, about=person, reason=reason, before=before, after=after)


def _held(person: User) -> list[str]:
    return sorted(person.groups.values_list("name", flat=True))
