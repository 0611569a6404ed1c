"""People at the desk: read by auditors and superusers, changed by superusers, and never by themselves."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions
from accounts.models import User
from accounts.people import change_roles
from accounts.roles import MemberRole, Role
from audit.models import Entry
from tests.factories import fresh, make_organisation, make_person
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db

STEPS = ["roles", "suspension", "restoration", "second_factor", "ending"]


@pytest.fixture
def as_dana(client, dana):
    return log_in(client, dana, proven_again=True)


def url(name, *args):
    return reverse(f"people_desk:{name}", args=args)


@pytest.mark.parametrize("role", [None, *Role])
def test_who_reads_and_nobody_but_superusers_changes(client, bora, role):
    person = make_person("Asta", role=role, is_staff=True)
    log_in(client, person, proven_again=True)
    expected = 200 if role == Role.AUDITOR else 403
    assert client.get(url("list")).status_code == expected
    shown = client.get(url("person", bora.pk))
    assert shown.status_code == expected
    assert url("roles", bora.pk) not in shown.content.decode()
    for name in STEPS:
        assert client.post(url(name, bora.pk), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("name", STEPS)
def test_changes_ask_once_more_who_asks(client, dana, bora, name):
    log_in(client, dana)
    assert client.get(url(name, bora.pk)).status_code == 302


def test_the_list_is_searched_and_filtered(as_dana, bora, eun):
    editor = make_person("Edda", role=Role.EDITOR, is_staff=True)
    named = {"Bora": bora, "Edda": editor, "Dana": User.objects.get(name="Dana")}

    def found(**asked):
        page = as_dana.get(url("list"), asked).content.decode()
        return {name for name, person in named.items() if url("person", person.pk) in page}

    assert found() == {"Bora", "Edda", "Dana"}
    assert found(q="BOR") == {"Bora"}
    assert found(q="edda@") == {"Edda"}
    assert found(role="editor") == {"Edda"}
    assert found(role="superuser") == {"Dana"}
    assert found(state="suspended") == set()
    assert "Nobody matches" in as_dana.get(url("list"), {"q": "zzz"}).content.decode()


def test_a_person_s_page_says_who_they_are_here(as_dana, bora):
    page = as_dana.get(url("person", bora.pk)).content.decode()
    for said in ("bora@example.com", "Lantern", "Organizer", "not set up", "never", f"?thing=accounts.user:{bora.pk}"):
        assert said in page


def test_roles_are_changed_with_a_reason_and_written_down(as_dana, dana, eun):
    assert as_dana.post(url("roles", eun.pk), {"roles": ["editor"]}).status_code == 422
    as_dana.post(url("roles", eun.pk), {"roles": ["editor", "auditor"], "reason": "Joins the team."})
    eun = User.objects.get(pk=eun.pk)
    assert set(eun.groups.values_list("name", flat=True)) == {"editor", "auditor"}
    assert (eun.is_staff, eun.is_superuser) == (True, False)
    for granted in Entry.objects.filter(action__in=["roles.granted", "people.changed"], key=str(eun.pk)):
        assert (granted.by_id, granted.reason) == (dana.pk, "Joins the team."), granted.action
    told = Entry.objects.filter(by_id=dana.pk, about="Eun").exclude(action="log_ins.made")
    assert sorted(told.values_list("action", flat=True)) == ["people.changed", "roles.granted", "roles.granted"]
    as_dana.post(url("roles", eun.pk), {"roles": [], "reason": "Has left the team."})
    assert not User.objects.get(pk=eun.pk).is_staff


def test_who_belongs_to_an_organisation_keeps_the_desk_without_roles(as_dana):
    hana = make_person("Hana", organisation=make_organisation("harbour"), member=MemberRole.VIEWER, is_staff=True)
    as_dana.post(url("roles", hana.pk), {"roles": [], "reason": "x"})
    assert User.objects.get(pk=hana.pk).is_staff


def test_the_role_of_an_organizer_is_not_given_by_hand(as_dana, dana, bora, eun):
    change_roles(person=bora, roles=[Role.EDITOR], superuser=False, by=dana, reason="x")
    change_roles(person=eun, roles=[Role.ORGANIZER], superuser=False, by=dana, reason="x")
    assert set(bora.groups.values_list("name", flat=True)) == {"editor", "organizer"}
    assert not eun.groups.exists()
    assert 'value="organizer"' not in as_dana.get(url("roles", bora.pk)).content.decode()


def test_a_superuser_is_made_and_unmade_with_one_entry_each(dana, eun):
    begun = Entry.objects.latest("pk").pk
    for superuser in (True, False):
        change_roles(person=eun, roles=[], superuser=superuser, by=dana, reason="x")
        assert (fresh(eun).is_superuser, fresh(eun).is_staff) == (superuser, superuser)
    assert Entry.objects.filter(pk__gt=begun).count() == 2


def test_the_last_owner_of_an_organisation_is_named_before_another_takes_over(as_dana):
    hana = make_person("Hana", organisation=make_organisation("harbour"), member=MemberRole.OWNER, is_staff=True)
    for name in ("suspension", "ending"):
        page = as_dana.post(url(name, hana.pk), {"reason": "x"})
        assert page.status_code == 422
        assert "Nobody else owns Harbour." in page.content.decode()
    assert fresh(hana).is_active


def test_who_has_left_gets_no_role_back(as_dana, dana, eun):
    actions.end_account(person=eun, by=dana, reason="Left the team.")
    assert as_dana.post(url("roles", eun.pk), {"roles": ["editor"], "reason": "x"}).status_code == 403
    eun = User.objects.get(pk=eun.pk)
    assert (eun.is_staff, eun.groups.count()) == (False, 0)


def test_nobody_changes_their_own_roles_or_account(as_dana, dana):
    for name in ("roles", "suspension", "second_factor", "ending"):
        page = as_dana.post(url(name, dana.pk), {"roles": ["editor"], "reason": "x"})
        assert page.status_code == 422
        assert "somebody else has to do this" in page.content.decode()
    dana = fresh(dana)
    assert (dana.is_superuser, dana.state) == (True, User.State.ACTIVE)
    shown = as_dana.get(url("person", dana.pk)).content.decode()
    assert url("ending", dana.pk) not in shown


def test_an_account_is_suspended_restored_and_ended(as_dana, bora):
    def state():
        return User.objects.get(pk=bora.pk).state

    assert as_dana.post(url("suspension", bora.pk), {"reason": ""}).status_code == 422
    as_dana.post(url("suspension", bora.pk), {"reason": "A lost laptop."})
    assert state() == "suspended"
    page = as_dana.get(url("person", bora.pk)).content.decode()
    assert "A lost laptop." in page
    assert url("restoration", bora.pk) in page
    assert url("suspension", bora.pk) not in page
    as_dana.post(url("restoration", bora.pk), {"reason": "Found."})
    assert state() == "active"
    as_dana.post(url("ending", bora.pk), {"reason": "Has left."})
    assert state() == "left"
    answer = as_dana.post(url("restoration", bora.pk), {"reason": "x"}, follow=True)
    assert "The account was changed meanwhile" in answer.content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(as_dana):
    def one_more(number):
        make_person(f"P{number}", role=Role.EDITOR, organisation=make_organisation(f"o{number}"), is_staff=True)

    one_more(1)
    as_dana.get(url("list"))
    with CaptureQueriesContext(connection) as first:
        as_dana.get(url("list"))
    for number in (2, 3):
        one_more(number)
    with CaptureQueriesContext(connection) as second:
        as_dana.get(url("list"))
    assert len(first) == len(second)


@pytest.mark.django_db(transaction=True)
def test_of_two_superusers_who_take_it_from_each_other_at_once_one_stays():
    both = [make_person(name, is_staff=True, is_superuser=True) for name in ("A", "B")]

    def take(by, whom):
        try:
            change_roles(person=whom, roles=[], superuser=False, by=by, reason="x")
        except PermissionDenied:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: take(*pair), [both, both[::-1]]))
    assert User.objects.filter(is_superuser=True).count() == 1
