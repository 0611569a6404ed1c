import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, Organisation
from accounts.roles import MemberRole
from accounts.rules import is_staff_member, may_organise


@pytest.mark.parametrize(
    ("role", "may"), [(MemberRole.OWNER, True), (MemberRole.ORGANIZER, True), (MemberRole.VIEWER, False)]
)
def test_owners_and_organizers_organise_and_viewers_do_not(eun, organisation, role, may):
    Membership.objects.create(user=eun, organisation=organisation, role=role)
    assert may_organise(eun, organisation) is may


def test_nobody_organises_for_another_organisation(bora, eun, organisation):
    other = Organisation.objects.create(name="Other", slug="other")
    assert may_organise(bora, organisation)
    assert not may_organise(bora, other)
    assert not may_organise(eun, organisation)
    assert not may_organise(AnonymousUser(), organisation)


def test_being_viewer_here_and_owner_there_gives_nothing_here(eun, organisation):
    other = Organisation.objects.create(name="Other", slug="other")
    Membership.objects.create(user=eun, organisation=organisation, role=MemberRole.VIEWER)
    Membership.objects.create(user=eun, organisation=other, role=MemberRole.OWNER)
    assert not may_organise(eun, organisation)


def test_a_superuser_organises_everywhere_until_switched_off(dana, organisation):
    assert may_organise(dana, organisation)
    dana.is_active = False
    assert not may_organise(dana, organisation)


def test_staff_are_those_who_are_active_and_marked_so(bora, eun):
    assert is_staff_member(bora)
    assert not is_staff_member(eun)
    assert not is_staff_member(AnonymousUser())
    bora.is_active = False
    assert not is_staff_member(bora)
