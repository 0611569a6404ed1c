import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Membership, Organisation, User
from accounts.roles import MemberRole, Role
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case_however_it_came():
    assert User.objects.create_user("  Bora@Example.COM ", name="Bora").email == "bora@example.com"
    typed = User(email="Chan@Example.com", name="Chan", password="x")
    typed.full_clean()
    assert typed.email == "chan@example.com"


def test_the_database_refuses_a_second_account_in_another_case(bora):
    for email in ("bora@example.com", "BORA@example.com"):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.bulk_create([User(email=email, name="Other")])
    with pytest.raises(ValidationError, match="already an account"):
        User(email="BORA@example.com", name="Other", password="x").full_clean()


def test_the_database_refuses_capitals():
    with pytest.raises(IntegrityError, match="user_email_is_lower_case"), transaction.atomic():
        User.objects.bulk_create([User(email="Chan@example.com", name="Chan")])


def test_an_account_needs_an_address():
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("", name="Nobody")


def test_an_account_without_a_password_cannot_be_entered():
    person = User.objects.create_user("chan@example.com", name="Chan")
    assert not person.has_usable_password()
    assert not person.is_staff
    assert not person.is_superuser


def test_people_log_in_whatever_the_case_they_type(rf, bora):
    assert authenticate(rf.post("/"), email="BORA@Example.com", password=PASSWORD) == bora
    assert authenticate(rf.post("/"), username="Bora@example.com", password=PASSWORD) == bora


def test_an_inactive_person_does_not_log_in(rf, bora):
    bora.move(User.State.SUSPENDED, is_active=False)
    assert authenticate(rf.post("/"), email="bora@example.com", password=PASSWORD) is None


def test_vouching_for_a_new_address_shuts_out_the_old_one(bora):
    bora.email = "bora@new.example"
    bora.save()
    bora.vouch_for_email()
    bora.vouch_for_email()
    addresses = bora.emailaddress_set.values_list("email", "verified", "primary")
    assert list(addresses) == [("bora@new.example", True, True)]


def test_a_person_is_one_member_of_an_organisation(bora, organisation):
    with pytest.raises(IntegrityError, match="one_membership"), transaction.atomic():
        Membership.objects.create(user=bora, organisation=organisation, role=MemberRole.OWNER)


def test_the_database_refuses_an_unknown_role(eun, organisation):
    with pytest.raises(IntegrityError, match="membership_role_is_known"), transaction.atomic():
        Membership.objects.create(user=eun, organisation=organisation, role="emperor")


def test_organisations_are_found_by_their_people(bora, eun, organisation):
    other = Organisation.objects.create(name="Other", slug="other")
    Membership.objects.create(user=bora, organisation=other, role=MemberRole.VIEWER)
    assert set(Organisation.objects.of(bora)) == {organisation, other}
    assert set(Organisation.objects.run_by(bora)) == {organisation}
    assert not Organisation.objects.of(eun).exists()


def test_every_role_is_a_group():
    assert set(Group.objects.values_list("name", flat=True)) >= set(Role.values)
