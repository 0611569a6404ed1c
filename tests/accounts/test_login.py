"""Log-in as a person meets it: over HTTP, through allauth, with its limits."""

import re

import pytest
from allauth.core.internal import ratelimit
from django.core import mail
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def log_in(client, email: str, password: str = PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def is_inside(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("name", ["desk", "admin:index"])
def test_the_desk_sends_strangers_to_the_log_in_page(client, name):
    answer = client.get(reverse(name))
    while answer.status_code == 302:
        assert not answer.url.startswith("http")
        address, answer = answer.url, client.get(answer.url)
    assert address.startswith(reverse("account_login"))
    assert answer.status_code == 200


def test_staff_log_in_and_reach_the_desk(client, bora):
    answer = log_in(client, "Bora@Example.com")
    assert (answer.status_code, answer.url) == (302, reverse("desk"))
    assert is_inside(client)
    assert client.get(answer.url).url == reverse("second_factor")


def test_an_account_that_is_not_staff_does_not_reach_the_desk(client, eun):
    eun.vouch_for_email()
    answer = log_in(client, "eun@example.com")
    assert is_inside(client)
    assert client.get(answer.url).status_code == 403
    assert client.get(reverse("admin:login")).status_code == 403


def test_nobody_signs_up(client):
    typed = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post(reverse("account_signup"), typed)
    assert page.status_code == 200
    assert not User.objects.filter(email="new@example.com").exists()
    assert not mail.outbox


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, bora):
    pages = [log_in(client, email, "wrong") for email in ("bora@example.com", "nobody@example.com")]
    said = [
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|(bora|nobody)@example\.com', "", page.content.decode())
        for page in pages
    ]
    assert [page.status_code for page in pages] == [200, 200]
    assert said[0] == said[1]


def test_the_sixth_guess_at_one_account_is_not_even_tried(client, bora):
    for _ in range(5):
        log_in(client, "bora@example.com", "wrong")
    log_in(client, "bora@example.com", PASSWORD)
    assert not is_inside(client)


def test_guesses_from_one_network_are_counted_over_all_accounts(client, bora):
    for number in range(10):
        log_in(client, f"guess{number}@example.com", "wrong", REMOTE_ADDR="203.0.113.1")
    log_in(client, "bora@example.com", REMOTE_ADDR="203.0.113.200")
    assert not is_inside(client)
    log_in(client, "bora@example.com", REMOTE_ADDR="203.0.114.1")
    assert is_inside(client)


def test_an_invented_forwarded_address_does_not_evade_the_limit(client, bora):
    for number in range(10):
        log_in(client, f"guess{number}@example.com", "wrong", HTTP_X_FORWARDED_FOR=f"198.51.{number}.1")
    log_in(client, "bora@example.com", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert not is_inside(client)


def test_behind_a_trusted_proxy_each_client_has_a_limit_of_its_own(client, bora, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    for number in range(10):
        log_in(client, f"guess{number}@example.com", "wrong", HTTP_X_FORWARDED_FOR="203.0.113.1")
    log_in(client, "bora@example.com", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert is_inside(client)


def test_the_limits_keep_no_address(rf):
    request = rf.post("/", REMOTE_ADDR="203.0.113.1")
    login = ratelimit.get_cache_key(request, app="a", action="b", rate=ratelimit.parse_rate("5/m/ip"))
    guess = ratelimit.get_cache_key(
        request, app="a", action="b", rate=ratelimit.parse_rate("5/m/key"), key="bora@example.com"
    )
    assert "203.0.113" not in login
    assert "bora" not in guess


def test_an_invited_person_sets_a_password_by_mail_and_is_inside(client):
    chan = User.objects.create_user("chan@example.com", name="Chan", is_staff=True)
    chan.vouch_for_email()
    client.post(reverse("account_reset_password"), {"email": "CHAN@example.com"})
    (message,) = mail.outbox
    assert message.to == ["chan@example.com"]
    link = re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0] if page.redirect_chain else link
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert log_in(client, "chan@example.com").status_code == 302
    assert is_inside(client)


def test_a_reset_for_an_unknown_address_sends_nothing_and_looks_the_same(client, bora):
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in ("nobody@example.com", "bora@example.com")
    ]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0].url == answers[1].url
    assert [message.to for message in mail.outbox] == [["bora@example.com"]]


def test_a_person_who_was_not_vouched_for_confirms_the_address_first(client, eun):
    log_in(client, "eun@example.com")
    assert not is_inside(client)
    assert [message.to for message in mail.outbox] == [["eun@example.com"]]
