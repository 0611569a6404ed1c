"""What is done with people who log in, beside what `actions` does with their accounts."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.actions import NotOneself, lock_superusers
from accounts.following import end_notices, follow_rights, has_business_at_the_desk
from accounts.models import User
from accounts.roles import SITE_ROLES
from accounts.rules import may_change_people
from states import remember


@transaction.atomic
def change_roles(*, person: User, roles: Collection[str], superuser: bool, by: User, reason: str) -> None:
    """Exactly these roles of the whole site from now on, and what follows from them (`follow_rights`). The database
    writes down each that was given or taken. For somebody who has left, nothing can be changed.

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
    remember(by=by, reason=reason)
    held = Group.objects.filter(name__in=SITE_ROLES)
    taken = person.groups.filter(pk__in=held.exclude(name__in=roles))
    if taken.exists() or (person.is_superuser and not superuser):
        end_notices(person)
    person.groups.remove(*taken)
    person.groups.add(*held.filter(name__in=roles))
    person.is_superuser = superuser
    # In one statement: one entry.
    person.is_staff = has_business_at_the_desk(person)
    person.save(update_fields=["is_superuser", "is_staff"])
    follow_rights(person, by=by)


@transaction.atomic
def rename(*, person: User, name: str) -> None:
    """By themselves: everybody says what they are called."""
    remember(by=person, reason="")
    person.name = name
    person.save(update_fields=["name"])
