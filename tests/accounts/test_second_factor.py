"""Before the desk opens: a second factor, as a person meets it over HTTP."""

import datetime as dt
import io
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, tasks
from accounts.models import User
from accounts.second_factor import current_code, give_app, opened_secret, sealed_secret
from accounts.watch import FAILED
from audit.models import Entry
from outbox.models import Message
from privacy.sealing import CannotUnseal
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def by_password(client: Client, person: User) -> Client:
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def type_code(client: Client, code: str, page: str = "mfa_authenticate"):
    return client.post(reverse(page), {"code": code})


def codes_on(page) -> list[str]:
    return re.findall(r"<code>(\d{8})</code>", page.content.decode())


def set_up_app(client: Client) -> list[str]:
    """From the page of the picture to the recovery codes."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    app = Authenticator(user_id=1, data={"secret": sealed_secret(secret, user_id=1)})
    done = client.post(reverse("mfa_activate_totp"), {"code": current_code(app)})
    assert done.url == reverse("mfa_view_recovery_codes")
    return codes_on(client.get(done.url))


@pytest.fixture
def app(bora) -> Authenticator:
    return give_app(bora)


@pytest.mark.parametrize("name", ["desk", "admin:index", "components", "invitations"])
def test_without_a_second_factor_nothing_is_seen(client, dana, name):
    by_password(client, dana)
    answer = client.get(reverse(name), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("second_factor")
    assert client.post(reverse(name)).status_code in (302, 405)


def test_the_admin_s_own_log_in_is_no_way_around(client, dana):
    by_password(client, dana)
    answer = client.post(reverse("admin:login"), {"username": dana.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get(reverse("admin:index")).status_code == 302


def test_setting_up_an_app_opens_the_desk_and_shows_the_codes_once(client, bora):
    by_password(client, bora)
    client.get(reverse("components"), follow=True)
    page = client.get(reverse("mfa_activate_totp"))
    assert b"<svg" in page.content
    assert len(set_up_app(client)) == 10
    assert codes_on(client.get(reverse("mfa_view_recovery_codes"))) == []
    assert client.get(reverse("desk")).status_code == 200


def test_after_setting_up_one_goes_on_to_where_one_was_going(client, bora):
    by_password(client, bora)
    client.get(reverse("components"))
    page = client.get(reverse("mfa_activate_totp"))
    app = Authenticator(user_id=1, data={"secret": sealed_secret(page.context["form"].secret, user_id=1)})
    client.post(reverse("mfa_activate_totp"), {"code": current_code(app)})
    assert f'href="{reverse("components")}"' in client.get(reverse("mfa_view_recovery_codes")).content.decode()


def test_a_password_alone_leads_to_the_code_and_no_further(client, bora, app):
    by_password(client, bora)
    assert "_auth_user_id" not in client.session
    type_code(client, "000000")
    assert "_auth_user_id" not in client.session
    type_code(client, current_code(app))
    assert client.get(reverse("desk")).status_code == 200


def test_a_code_serves_once(bora, app):
    code = current_code(app)
    for expected in (True, False):
        client = by_password(Client(), bora)
        type_code(client, code)
        assert ("_auth_user_id" in client.session) is expected


def test_a_recovery_code_opens_once_and_is_counted(client, bora):
    codes = set_up_app(by_password(client, bora))
    for expected in (True, False):
        other = by_password(Client(), bora)
        type_code(other, codes[0])
        assert ("_auth_user_id" in other.session) is expected
    assert "9 codes are left" in client.get(reverse("account")).content.decode()


def test_new_recovery_codes_end_the_old_ones(client, bora):
    old = set_up_app(by_password(client, bora))
    client.post(reverse("mfa_generate_recovery_codes"))
    new = codes_on(client.get(reverse("mfa_view_recovery_codes")))
    assert len(new) == 10
    assert not set(new) & set(old)
    other = by_password(Client(), bora)
    type_code(other, old[0])
    assert "_auth_user_id" not in other.session


def test_codes_are_guessed_five_times_then_the_right_one_is_not_tried_either(client, bora, app):
    by_password(client, bora)
    for _ in range(5):
        type_code(client, "000000")
    page = type_code(client, current_code(app))
    assert "Wait five minutes" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_guesses_count_for_the_account_whoever_makes_them(bora, app):
    for number in range(5):
        other = Client(REMOTE_ADDR=f"203.0.{number}.1")
        type_code(by_password(other, bora), "000000")
    client = by_password(Client(REMOTE_ADDR="198.51.100.1"), bora)
    type_code(client, current_code(app))
    assert "_auth_user_id" not in client.session


def test_removing_the_last_factor_closes_the_desk(client, bora):
    set_up_app(by_password(client, bora))
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=bora).exists()
    assert client.get(reverse("desk")).url == reverse("second_factor")


def test_a_session_from_before_the_factor_is_over(bora):
    early, here = by_password(Client(), bora), by_password(Client(), bora)
    set_up_app(here)
    assert early.get(reverse("account")).status_code == 302
    assert here.get(reverse("desk")).status_code == 200


def test_a_session_that_has_not_proven_it_is_asked_and_goes_on(client, bora, app):
    client._login(bora, client._get_backend())
    asked = client.get(reverse("components"))
    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    done = client.post(asked.url, {"code": current_code(app)})
    assert done.url == reverse("components")
    assert client.get(done.url).status_code == 200


def test_an_added_factor_does_not_prove_a_session_that_has_not_proven_the_first(client, bora, app):
    client._login(bora, client._get_backend())
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": "{}"})
    assert client.get(reverse("desk")).status_code == 302


def test_secrets_are_sealed_for_their_account(bora, eun, app):
    secret = opened_secret(app.data["secret"])
    assert secret not in str(app.data)
    with pytest.raises(CannotUnseal):
        opened_secret(app.data["secret"].replace(f"{bora.pk}.", f"{eun.pk}."))


def test_a_new_key_seals_the_secrets_anew(settings, bora, app):
    code, old = current_code(app), settings.SEAL_KEYS
    settings.SEAL_KEYS = f"new:{'B' * 43}=,{old}"
    call_command("rotate_keys", stdout=io.StringIO())
    settings.SEAL_KEYS = settings.SEAL_KEYS.partition(",")[0]
    assert current_code(Authenticator.objects.get(pk=app.pk)) == code


def test_a_secret_moved_to_another_account_opens_nothing(bora, dana, app):
    Authenticator.objects.create(user=dana, type="webauthn", data={})
    Authenticator.objects.filter(user=dana).update(type="totp", data=app.data)
    with pytest.raises(CannotUnseal):
        Authenticator.objects.get(user=dana)


def test_what_happens_to_factors_is_written_down_and_the_person_told(client, bora):
    set_up_app(by_password(client, bora))
    client.post(reverse("mfa_deactivate_totp"))
    told = ["log_ins.made", "second_factors.added", "second_factors.removed"]
    of_the_log_in = Entry.objects.filter(action__regex="^(log_ins|second_factors)").order_by("pk")
    assert list(of_the_log_in.values_list("action", flat=True)) == told
    assert Message.objects.filter(kind="account_notice").count() == 2


def test_failed_log_ins_are_counted_and_nobody_named(client, bora, app):
    by_password(client, bora)
    type_code(client, "000000")
    now = timezone.now()
    assert cache.get(FAILED.format(hour=now)) == 1
    Client().post(reverse("account_login"), {"login": "nobody@example.com", "password": "x"})
    assert cache.get(FAILED.format(hour=now)) == 2
    cache.set(FAILED.format(hour=now - dt.timedelta(hours=1)), 7)
    tasks.write_failed_log_ins()
    tasks.write_failed_log_ins()
    entry = Entry.objects.get(action="log_ins.failed")
    assert entry.details["number"] == 7
    assert (entry.by, entry.about) == ("", "")


def test_who_has_lost_everything_sets_up_anew(client, bora, dana):
    set_up_app(by_password(client, bora))
    actions.reset_second_factor(person=bora, by=dana, reason="Lost the phone; we spoke on the telephone.")
    assert client.get(reverse("account")).status_code == 302
    other = by_password(Client(), bora)
    assert other.get(reverse("desk")).url == reverse("second_factor")
    with pytest.raises(actions.NotOneself):
        actions.reset_second_factor(person=dana, by=dana, reason="")


def test_the_demonstration_tells_a_code_and_nothing_else_does(settings, capsys, bora, eun, app):
    settings.DEMO = True
    call_command("second_factor", "BORA@example.com")
    assert capsys.readouterr().out.strip() == current_code(app)
    with pytest.raises(CommandError, match="no authenticator app"):
        call_command("second_factor", eun.email)
    settings.DEMO = False
    with pytest.raises(CommandError, match="no demonstration"):
        call_command("second_factor", bora.email)
