"""Accounts are suspended, come back, and end; and where a person is logged in."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django_fsm import TransitionNotAllowed

from accounts import actions
from accounts.devices import device_of
from accounts.models import Invitation, PersonChange, User
from accounts.roles import Role
from accounts.second_factor import current_code, give_app
from audit.models import Entry
from tests.accounts.conftest import PASSWORD
from tests.factories import make_person
from tests.logging_in import log_in as logged_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"


def log_in(person: User, **extra: str) -> Client:
    client = Client(**extra)
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def test_a_suspended_person_is_out_at_once_and_comes_back(bora, dana):
    inside = log_in(bora)
    assert inside.get(reverse("account")).status_code == 200
    actions.suspend_person(person=bora, by=dana, reason="Reported for sharing a list.")
    assert inside.get(reverse("account")).status_code == 302
    assert "_auth_user_id" not in log_in(bora).session
    actions.restore_person(person=bora, by=dana, reason="Cleared up.")
    assert inside.get(reverse("account")).status_code == 302
    assert "_auth_user_id" in log_in(bora).session
    changes = PersonChange.objects.filter(row=bora).values_list("new", "by", "reason")
    assert list(changes) == [
        ("suspended", dana.pk, "Reported for sharing a list."),
        ("active", dana.pk, "Cleared up."),
    ]
    assert Entry.objects.get(action="people.suspended").reason == "Reported for sharing a list."


def test_who_left_has_nothing_left_and_never_comes_back(bora, dana):
    give_app(bora)
    actions.end_account(person=bora, by=dana, reason="Left the organisation.")
    bora = User.objects.get(pk=bora.pk)
    assert (bora.state, bora.is_active, bora.is_staff) == ("left", False, False)
    assert not bora.memberships.exists()
    assert not bora.authenticator_set.exists()
    assert not bora.has_usable_password()
    about = Entry.objects.filter(kind="accounts.user", key=str(bora.pk))
    for entry in about.filter(action__in=["people.left", "memberships.taken"]):
        assert (entry.by_id, entry.reason) == (dana.pk, "Left the organisation."), entry.action
    for verb in (actions.restore_person, actions.suspend_person):
        with pytest.raises(TransitionNotAllowed):
            verb(person=bora, by=dana, reason="")
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        User.objects.filter(pk=bora.pk).update(state="active", is_active=True)


def test_whoever_was_invited_by_them_is_not_any_more(bora, dana):
    boss = User.objects.create_superuser("boss@example.com", PASSWORD, name="Boss")
    actions.invite(email="gil@example.com", by=boss, roles=[Role.EDITOR])
    actions.suspend_person(person=boss, by=dana, reason="")
    assert Invitation.objects.get().state == Invitation.State.WITHDRAWN


def test_nobody_shuts_themselves_out_and_one_superuser_stays(dana, bora):
    with pytest.raises(actions.NotOneself):
        actions.suspend_person(person=dana, by=dana, reason="")
    for verb in (
        actions.suspend_person,
        actions.restore_person,
        actions.end_account,
        actions.reset_second_factor,
    ):
        with pytest.raises(PermissionDenied):
            verb(person=dana, by=bora, reason="")
    assert User.objects.get(pk=dana.pk).is_active


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", [actions.suspend_person, actions.end_account])
def test_of_two_superusers_who_shut_each_other_out_at_once_one_stays(verb):
    both = [make_person(name, is_staff=True, is_superuser=True) for name in ("A", "B")]

    def shut_out(by: User, whom: User) -> None:
        try:
            verb(person=whom, by=by, reason="x")
        except PermissionDenied:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: shut_out(*pair), [both, both[::-1]]))
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


def test_each_thing_done_to_an_account_is_written_down_once(client, bora, dana):
    as_dana = logged_in(client, dana, proven_again=True)
    give_app(bora)
    begun = Entry.objects.latest("pk").pk
    for step, reason in (
        ("second_factor", "Lost."),
        ("suspension", "A while."),
        ("restoration", "Over."),
        ("ending", "Gone."),
    ):
        as_dana.post(reverse(f"people_desk:{step}", args=[bora.pk]), {"reason": reason})
        if step == "second_factor":
            give_app(bora)
    written = Entry.objects.filter(pk__gt=begun, by_id=dana.pk).order_by("pk")
    assert list(written.values_list("action", "reason")) == [
        ("second_factors.reset", "Lost."),
        ("people.suspended", "A while."),
        ("people.restored", "Over."),
        ("people.left", "Gone."),
        ("memberships.taken", "Gone."),
    ]
    assert not Entry.objects.filter(action="second_factors.removed").exists()
    assert written.get(action="people.left").details == {"staff": False, "superuser": False, "active": False}


def test_the_database_holds_state_and_activity_together(bora):
    for fields in ({"is_active": False}, {"state": "suspended"}):
        with pytest.raises(IntegrityError, match="user_is_active_in_one_state"), transaction.atomic():
            User.objects.filter(pk=bora.pk).update(**fields)


def test_sessions_name_the_device_and_no_address(bora):
    here = log_in(bora, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.9")
    session = bora.usersession_set.get()
    assert (session.user_agent, session.ip) == ("Firefox, Windows", "::")
    page = here.get(reverse("account_sessions")).content.decode()
    assert "Firefox, Windows" in page
    assert "203.0.113" not in page


def test_one_session_is_ended_and_only_one_s_own(bora, dana):
    here, there = log_in(bora), log_in(bora)
    mine, other = bora.usersession_set.order_by("pk")
    log_in(dana)
    here.post(reverse("end_session", args=[dana.usersession_set.get().pk]))
    assert dana.usersession_set.exists()
    here.post(reverse("end_session", args=[other.pk]))
    assert there.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200
    here.post(reverse("end_session", args=[mine.pk]))
    assert here.get(reverse("account")).status_code == 302


def test_logging_out_everywhere_leaves_this_one(bora):
    here, there = log_in(bora), log_in(bora)
    here.post(reverse("log_out_everywhere"))
    assert here.get(reverse("account")).status_code == 200
    assert there.get(reverse("account")).status_code == 302
    assert Entry.objects.get(action="sessions.ended_everywhere").details == {"number": 1}


def test_a_new_password_ends_the_other_sessions(bora):
    here, there = log_in(bora), log_in(bora)
    new = "harbour-lantern-93-tin"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.get(reverse("account")).status_code == 200
    assert there.get(reverse("account")).status_code == 302
    assert Entry.objects.filter(action="passwords.changed").exists()


def test_a_name_is_changed_on_one_s_own_page(bora):
    here = log_in(bora)
    assert here.post(reverse("account"), {"name": ""}).status_code == 422
    here.post(reverse("account"), {"name": "Bora Kim", "is_superuser": "on"})
    bora = User.objects.get(pk=bora.pk)
    assert (bora.name, bora.is_superuser) == ("Bora Kim", False)
    entry = Entry.objects.get(action="people.renamed")
    assert (entry.by_id, entry.about, entry.details) == (bora.pk, "Bora Kim", {"before": "Bora"})


def test_the_account_page_is_for_people_who_are_logged_in(client):
    for name in ("account", "account_sessions", "second_factor"):
        assert client.get(reverse(name)).url.startswith(reverse("account_login"))


def test_what_asks_once_more_asks_after_fifteen_minutes_and_goes_on(client, bora, settings):
    app = give_app(bora)
    client.force_login(bora)  # its proofs are from long ago
    asked = client.get(reverse("mfa_generate_recovery_codes"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert client.post(asked.url, {"password": "wrong"}).status_code == 200
    done = client.post(asked.url, {"password": PASSWORD})
    assert done.url == reverse("mfa_generate_recovery_codes")
    assert client.get(done.url).status_code == 200
    client.force_login(bora)
    by_code = asked.url.replace(reverse("account_reauthenticate"), reverse("mfa_reauthenticate"))
    assert client.post(by_code, {"code": current_code(app)}).url == reverse("mfa_generate_recovery_codes")


def test_what_was_posted_meanwhile_is_not_lost(client, bora):
    give_app(bora)
    client.force_login(bora)
    asked = client.post(reverse("mfa_add_webauthn"), {"name": "my phone", "credential": ""})
    # What lies in the database meanwhile, nobody reads.
    lying = Session.objects.get(session_key=client.session.session_key).session_data
    assert "name=my+phone" in str(dict(client.session))
    assert DatabaseStore().decode(lying) == {}
    assert b"phone" not in base64.b64decode(lying)
    went_on = client.post(asked.url, {"password": PASSWORD})
    assert 'value="my phone"' in went_on.content.decode()


def test_a_session_that_cannot_be_opened_is_over(client, bora):
    client.force_login(bora)
    for unreadable in ("", "AQE=", DatabaseStore().encode({"_auth_user_id": str(bora.pk)})):
        Session.objects.update(session_data=unreadable)
        assert client.get(reverse("account")).status_code == 302


def test_logging_out_everywhere_is_done_and_written_down_or_neither(bora):
    here, there = log_in(bora), log_in(bora)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'full'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION pg_temp.refuse()"
        )
    with pytest.raises(ProgrammingError, match="full"):
        here.post(reverse("log_out_everywhere"))
    assert there.get(reverse("account")).status_code == 200


@pytest.mark.parametrize(
    ("said", "device"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit/605 Version/17.5 Mobile Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/128.0 Safari/537.36 Edg/128.0", "Edge, Linux"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/128.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.0", ""),
        ("Firefox, Windows", "Firefox, Windows"),
    ],
)
def test_a_browser_is_called_as_people_know_it(said, device):
    assert device_of(said) == device
