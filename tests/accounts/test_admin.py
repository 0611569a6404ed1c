import pytest
from django.contrib.auth.models import Group, Permission
from django.db import ProgrammingError, transaction
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from accounts.roles import MemberRole, Role
from audit.models import Entry
from tests.accounts.conftest import PASSWORD

NO_ROWS = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}


@pytest.fixture
def as_dana(client, dana):
    client.force_login(dana)
    return client


@pytest.fixture
def as_bora(client, bora):
    """An organizer to whom somebody gave every permission on people by mistake."""
    bora.groups.add(Group.objects.get(name=Role.ORGANIZER))
    bora.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client.force_login(bora)
    return client


def pages(person: User, organisation: Organisation) -> list[str]:
    return [
        reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_user_add"),
        reverse("admin:accounts_user_change", args=[person.pk]),
        reverse("admin:accounts_user_delete", args=[person.pk]),
        reverse("admin:accounts_organisation_changelist"),
        reverse("admin:accounts_organisation_add"),
        reverse("admin:accounts_organisation_change", args=[organisation.pk]),
        reverse("admin:accounts_organisation_delete", args=[organisation.pk]),
    ]


def test_a_superuser_opens_every_page_and_writes_no_organisation(as_dana, eun, organisation):
    shut = {
        reverse("admin:accounts_user_add"),
        reverse("admin:accounts_user_delete", args=[eun.pk]),
        reverse("admin:accounts_organisation_add"),
        reverse("admin:accounts_organisation_delete", args=[organisation.pk]),
    }
    for page in pages(eun, organisation):
        assert as_dana.get(page).status_code == (403 if page in shut else 200), page
    page = reverse("admin:accounts_organisation_change", args=[organisation.pk])
    assert as_dana.post(page, {"name": "Other", "slug": "other"}).status_code == 403


def test_nobody_deletes_a_person_not_even_the_database(as_dana, eun):
    assert as_dana.post(reverse("admin:accounts_user_delete", args=[eun.pk]), {"post": "yes"}).status_code == 403
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        User.objects.filter(pk=eun.pk).delete()


def test_what_somebody_may_do_is_not_said_here(as_dana, bora):
    """The desk does: with a reason, and keeping an owner to each organisation."""
    membership, group = bora.memberships.get(), Group.objects.get(name=Role.EDITOR)
    typed = {"email": bora.email, "name": "Bora", "is_superuser": "on", "groups": [group.pk], "password": "x"}
    typed |= {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1}
    row = {"id": membership.pk, "user": bora.pk, "organisation": membership.organisation_id, "DELETE": "on"}
    typed |= {f"memberships-0-{name}": value for name, value in row.items()}
    assert as_dana.post(reverse("admin:accounts_user_change", args=[bora.pk]), typed).status_code == 302
    bora.refresh_from_db()
    assert (bora.is_staff, bora.is_superuser, bora.check_password(PASSWORD)) == (True, False, True)
    assert not bora.groups.exists()
    assert bora.memberships.get().role == MemberRole.ORGANIZER
    assert not Entry.objects.filter(action="people.readdressed").exists()


def test_an_organizer_opens_none_of_them_whatever_the_permissions(as_bora, eun, organisation):
    for page in pages(eun, organisation):
        typed = {"email": "x@example.com", "is_superuser": "on"}
        for answer in (as_bora.get(page), as_bora.post(page, typed), as_bora.get(page, follow=True)):
            assert answer.status_code == 403 or reverse("admin:login") in answer["Location"], page
    eun.refresh_from_db()
    assert (eun.email, eun.is_superuser) == ("eun@example.com", False)


def test_an_organizer_cannot_find_people_by_completing_their_names(as_bora, eun):
    asked = {"term": "e", "app_label": "accounts", "model_name": "membership", "field_name": "user"}
    assert as_bora.get(reverse("admin:autocomplete"), asked, follow=True).status_code == 403


def test_the_desk_shows_an_organizer_no_way_into_the_admin(as_bora):
    assert reverse("admin:index") not in as_bora.get(reverse("desk")).content.decode()
    assert as_bora.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_person_without_staff_mark_and_a_stranger_stay_outside(client, eun, organisation):
    for page in pages(eun, organisation):
        assert client.get(page).status_code == 302
    client.force_login(eun)
    for page in pages(eun, organisation):
        assert client.get(page).status_code in (302, 403)


def test_an_address_that_somebody_has_is_refused_in_the_form(as_dana, bora, eun):
    typed = {"email": "BORA@example.com", "name": "Eun", **NO_ROWS}
    answer = as_dana.post(reverse("admin:accounts_user_change", args=[eun.pk]), typed)
    assert "already an account" in answer.content.decode()


def test_a_changed_address_shuts_the_old_mailbox_out_and_is_written_down(as_dana, bora, dana):
    typed = {"email": "Bora@New.example", "name": "Bora Kim", **NO_ROWS}
    answer = as_dana.post(reverse("admin:accounts_user_change", args=[bora.pk]), typed)
    assert answer.status_code == 302
    assert [address.email for address in bora.emailaddress_set.all()] == ["bora@new.example"]
    entry = Entry.objects.get(action="people.readdressed")
    assert (entry.by_id, entry.key, entry.details) == (dana.pk, str(bora.pk), {})
    assert Entry.objects.get(action="people.renamed").by_id == dana.pk


def test_a_list_costs_the_same_for_one_person_and_for_many(
    as_dana, organisation, django_assert_num_queries, django_assert_max_num_queries
):
    for page in (
        reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_organisation_changelist"),
    ):
        with django_assert_max_num_queries(20) as first:
            as_dana.get(page)
        for number in range(3):
            person = User.objects.create_user(f"{page}{number}@example.com".replace("/", ""), name="Somebody")
            person.groups.set(Group.objects.all())
            more = Organisation.objects.create(name=f"More {page}{number}", slug=f"more-{person.pk}")
            Membership.objects.create(user=person, organisation=more)
        with django_assert_num_queries(len(first)):
            as_dana.get(page)


def test_the_list_is_searched_by_address_and_name(as_dana, bora, eun):
    page = as_dana.get(reverse("admin:accounts_user_changelist"), {"q": "bora"}).content.decode()
    assert "bora@example.com" in page
    assert "eun@example.com" not in page
