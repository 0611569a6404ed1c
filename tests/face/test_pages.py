"""The pages about the site: open to all, the same for all, and true to the settings and the code."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from campaign import rules
from maninso import pages

NAMES = ["about", "how_it_works", "privacy", "accessibility", "security"]
LANGUAGES = ["en", "ko", "zh-hans", "ja"]


def address(name, language="en"):
    with translation.override(language):
        return reverse(name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_is_in_the_language_of_its_address_and_leads_to_the_others(client, name, language):
    response = client.get(address(name, language))
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.text
    for other in LANGUAGES:
        assert f'href="{address(name, other)}"' in response.text


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_need_no_database_and_set_no_cookie_and_may_be_kept(client, name):
    response = client.get(address(name))
    assert not response.cookies
    assert "public" in response["Cache-Control"]
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_linked_from_the_foot_of_every_other(client, name):
    assert f'href="{address(name)}"' in client.get(address("about")).text


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_are_read_not_written(client, name):
    assert client.post(address(name)).status_code == 405


def test_the_privacy_page_names_the_days_that_the_code_keeps(client):
    page = client.get(address("privacy")).text
    assert f"after {rules.CONFIRM_WITHIN.days} days" in page
    assert f"for {rules.OWN_PAGE_FOR.days} days" in page


def test_the_pages_say_who_answers(client, settings):
    settings.OPERATOR, settings.CONTACT_EMAIL, settings.DEMO = "Lantern", "hello@lantern.example", False
    for name in ("about", "privacy"):
        page = client.get(address(name)).text
        assert "Lantern" in page
        assert "mailto:hello@lantern.example" in page


def test_the_way_is_told_in_words_beside_each_picture(client):
    page = client.get(address("how_it_works")).text
    assert page.count('role="img" aria-label="') == page.count("<use ") == 6


class TestSecurityTxt:
    def fields(self, client):
        response = client.get("/.well-known/security.txt")
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        return dict(line.split(": ", 1) for line in response.text.splitlines())

    def test_it_has_what_the_standard_asks_for(self, client, settings):
        settings.SITE_URL = "https://maninso.example"
        fields = self.fields(client)
        assert fields["Contact"] == f"mailto:{settings.SECURITY_EMAIL}"
        assert fields["Canonical"] == "https://maninso.example/.well-known/security.txt"
        assert client.get(fields["Policy"].removeprefix("https://maninso.example")).status_code == 200

    def test_it_is_good_for_months_but_less_than_a_year(self, client):
        left = dt.datetime.fromisoformat(self.fields(client)["Expires"]) - timezone.now()
        assert dt.timedelta(days=120) < left < dt.timedelta(days=365)

    def test_an_installation_may_say_until_when(self, client, settings):
        settings.SECURITY_TXT_EXPIRES = "2031-03-04"
        assert self.fields(client)["Expires"] == "2031-03-04T00:00:00Z"

    @pytest.mark.parametrize(
        ("today", "until"),
        [((2026, 1, 31), (2026, 7, 1)), ((2026, 7, 1), (2027, 1, 1)), ((2026, 12, 31), (2027, 6, 1))],
    )
    def test_half_a_year_is_counted_over_the_turn_of_the_year(self, settings, today, until):
        settings.SECURITY_TXT_EXPIRES = ""
        assert pages.security_txt_expires(dt.date(*today)) == dt.date(*until)


@pytest.mark.django_db
class TestAccountPages:
    OPEN = ["login", "signup", "password/reset", "password/reset/done", "password/reset/key/done", "inactive"]

    @pytest.mark.parametrize("name", [*OPEN, "confirm-email", "confirm-email/x", "password/reset/key/1-x"])
    def test_each_page_that_a_stranger_reaches_is_in_our_look_and_not_for_search_engines(self, client, name):
        response = client.get(f"/accounts/{name}/")
        assert response.status_code == 200
        assert 'class="site-logo"' in response.text
        assert 'content="noindex"' in response.text
        assert response.text.count("<h1>") == 1

    @pytest.mark.parametrize("name", ["email", "password/set", "login/code/confirm"])
    def test_what_nobody_needs_is_closed_even_to_those_inside(self, client, django_user_model, name):
        client.force_login(django_user_model.objects.create_user("bora@example.com", "lantern-harbour-47", name="Bora"))
        assert client.get(f"/accounts/{name}/").status_code == 404

    @pytest.mark.parametrize("name", ["logout", "password/change", "reauthenticate"])
    def test_the_pages_of_those_inside_are_in_our_look_too(self, client, django_user_model, name):
        client.force_login(django_user_model.objects.create_user("bora@example.com", "lantern-harbour-47", name="Bora"))
        response = client.get(f"/accounts/{name}/")
        assert response.status_code == 200
        assert 'class="site-logo"' in response.text
        assert "placeholder" not in response.text

    def test_a_mail_about_a_log_in_has_no_site_name_in_its_subject(self, client, django_user_model, mailoutbox):
        person = django_user_model.objects.create_user("bora@example.com", "lantern-harbour-47", name="Bora")
        person.vouch_for_email()
        client.post("/accounts/password/reset/", {"email": "bora@example.com"})
        (mail,) = mailoutbox
        assert mail.subject == "Set your password"
        assert "Hello from" not in mail.body


@pytest.mark.django_db
def test_the_admin_wears_our_colours_under_the_same_content_policy(client, django_user_model):
    client.force_login(
        django_user_model.objects.create_superuser("dana@example.com", "lantern-harbour-47", name="Dana")
    )
    page = client.get("/admin/").text
    assert "css/admin.css" in page
    assert "theme.js" not in page
    assert "style=" not in page
