"""Nobody gets or loses a right unseen, whichever way it came about."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction

from accounts.models import Membership, User
from accounts.roles import MemberRole, Role
from audit.models import Entry
from states import remember

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(eun):
    """What the log says of Eun since she has been added."""
    begun = Entry.objects.latest("pk").pk

    def since() -> list[tuple[str, dict]]:
        found = Entry.objects.filter(pk__gt=begun, kind="accounts.user", key=str(eun.pk)).order_by("pk")
        return [(entry.action, entry.details) for entry in found]

    return since


def test_an_account_is_recorded_with_what_it_may(eun):
    entry = Entry.objects.get(action="people.added", key=str(eun.pk))
    assert (entry.about, entry.details) == ("Eun", {"staff": False, "superuser": False, "active": True})
    assert (entry.by_id, entry.by) == (None, "")


def test_flags_are_recorded_however_they_are_set(eun, written):
    eun.is_staff = True
    eun.save()
    User.objects.filter(pk=eun.pk).update(is_superuser=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET is_active = false, state = 'suspended' WHERE id = %s", [eun.pk])
    assert [action for action, _details in written()] == ["people.changed", "people.changed", "people.suspended"]
    assert written()[-1][1] == {"staff": True, "superuser": True, "active": False}


def test_what_changes_no_right_is_not_recorded(eun, written):
    eun.last_login = eun.date_joined
    eun.save()
    User.objects.update(is_staff=False)
    assert written() == []


def test_roles_are_recorded_whichever_side_gives_them(eun, written):
    editor, auditor = (Group.objects.get_or_create(name=role)[0] for role in (Role.EDITOR, Role.AUDITOR))
    eun.groups.add(editor)
    auditor.user_set.add(eun)
    eun.groups.set([])
    assert written()[:2] == [("roles.granted", {"role": "editor"}), ("roles.granted", {"role": "auditor"})]
    assert sorted(written()[2:], key=str) == [("roles.taken", {"role": "auditor"}), ("roles.taken", {"role": "editor"})]


def test_permissions_beside_all_roles_are_recorded(eun, written):
    permission = Permission.objects.get(codename="change_campaign")
    eun.user_permissions.add(permission)
    eun.user_permissions.clear()
    told = {"permission": "campaign.change_campaign"}
    assert written() == [("permissions.granted", told), ("permissions.taken", told)]


def test_memberships_are_recorded(eun, written, lantern):
    membership = Membership.objects.create(user=eun, organisation=lantern, role=MemberRole.VIEWER)
    membership.save()
    membership.role = MemberRole.OWNER
    membership.save()
    lantern.delete()
    was, became = ({"role": role, "organisation": "lantern"} for role in ("viewer", "owner"))
    assert written()[:2] == [("memberships.granted", was), ("memberships.changed", became | {"before": "viewer"})]
    assert [action for action, _details in written()[2:]] == ["memberships.taken"]


def test_a_membership_that_moves_is_taken_from_one_and_given_to_the_other(eun, dana, written, lantern):
    membership = Membership.objects.create(user=eun, organisation=lantern, role=MemberRole.VIEWER)
    membership.user, membership.role = dana, MemberRole.ORGANIZER
    membership.save()
    assert [action for action, _details in written()] == ["memberships.granted", "memberships.taken"]
    given = Entry.objects.get(action="memberships.granted", key=str(dana.pk))
    assert given.details == {"role": "organizer", "organisation": "lantern"}


def test_who_acted_and_why_is_said_before(eun, dana, lantern):
    with transaction.atomic():
        remember(by=dana, reason="she was elected")
        Membership.objects.create(user=eun, organisation=lantern)
    entry = Entry.objects.get(action="memberships.granted", key=str(eun.pk))
    assert (entry.by_id, entry.by, entry.reason) == (dana.pk, "Dana", "she was elected")
