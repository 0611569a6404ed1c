"""The error pages come out when nothing else does: pytest-django refuses these tests the database."""

import psycopg
import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from maninso import errors, urls

TITLES = {
    "bad_request": (400, "We could not read that"),
    "permission_denied": (403, "This page is not open to you"),
    "csrf_failure": (403, "This form has waited too long"),
    "not_found": (404, "There is no page here"),
    "gone": (410, "This page is gone"),
    "too_large": (413, "That is more than we can take"),
    "too_many": (429, "One moment, please"),
    "server_error": (500, "Something broke on our side"),
    "unavailable": (503, "Back in a moment"),
}


def database_that_is_down(request):
    """Really asks a PostgreSQL that is not there."""
    nowhere = connection.copy(alias="nowhere")
    nowhere.settings_dict = {**nowhere.settings_dict, "HOST": "/nowhere", "OPTIONS": {"connect_timeout": 1}}
    nowhere.ensure_connection()
    return HttpResponse("unreachable")


def broken(request):
    raise RuntimeError("broken on purpose")


handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
urlpatterns = [path("ko/down/", database_that_is_down), path("ko/broken/", broken), *urls.urlpatterns]


@pytest.fixture
def ask(rf):
    return lambda name, path="/": getattr(errors, name)(rf.get(path))


@pytest.mark.parametrize("name", TITLES)
def test_each_page_has_its_status_its_words_and_is_never_stored(ask, name):
    status, title = TITLES[name]
    response = ask(name)
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in response.text
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


@pytest.mark.parametrize("name", TITLES)
@pytest.mark.parametrize("language", ["en", "ko", "zh-hans", "ja"])
def test_each_page_is_in_the_language_of_its_address(ask, name, language):
    html = ask(name, f"/{language}/campaigns/x/").text
    assert f'<html lang="{language}" dir="ltr">' in html
    assert f'class="site-logo" href="/{language}/"' in html


@pytest.mark.parametrize("path", ["/", "/admin/", "/xx/", "/koala/"])
def test_an_address_without_a_language_gets_english_and_the_front_door(ask, path):
    html = ask("not_found", path).text
    assert '<html lang="en" dir="ltr">' in html
    assert 'class="site-logo" href="/"' in html


def test_an_address_without_a_language_gets_that_of_the_browser(rf):
    html = errors.csrf_failure(rf.post("/accounts/login/", headers={"accept-language": "ja-JP, en;q=0.5"})).text
    assert '<html lang="ja" dir="ltr">' in html
    assert 'class="site-logo" href="/"' in html


def test_the_pages_need_no_manifest(ask, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    settings.STATIC_ROOT = "/nowhere"
    errors._rendered.cache_clear()
    assert "/static/css/tokens.css" in ask("server_error").text


def test_a_page_that_does_not_exist(client):
    response = client.get("/ja/campaigns/")
    assert response.status_code == 404
    assert '<html lang="ja"' in response.text
    assert not response.cookies


@override_settings(ROOT_URLCONF=__name__)
def test_a_database_that_is_down_is_a_clear_503(client, django_db_blocker):
    with django_db_blocker.unblock():
        response = client.get("/ko/down/")
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert '<html lang="ko"' in response.text
    assert not response.cookies


@override_settings(ROOT_URLCONF=__name__)
def test_a_bug_is_a_500_that_shows_nothing_of_the_inside(client):
    client.raise_request_exception = False
    response = client.get("/ko/broken/")
    assert response.status_code == 500
    assert "broken on purpose" not in response.text
    assert "Traceback" not in response.text


def test_a_database_that_goes_away_outside_a_view_is_a_503_as_well(rf):
    try:
        with connection.wrap_database_errors:
            raise psycopg.OperationalError("gone while the session was saved")
    except Exception:
        response = errors.server_error(rf.get("/"))
    assert response.status_code == 503


def test_a_body_that_is_too_large_is_413_and_other_bad_requests_are_400(rf):
    assert errors.bad_request(rf.post("/"), RequestDataTooBig()).status_code == 413
    assert errors.bad_request(rf.post("/"), ValueError()).status_code == 400


@pytest.mark.django_db  # the log-in counts its visitors in the database's cache before it reads the form
def test_a_form_of_one_megabyte_is_refused_with_413(client):
    body = "login=" + "x" * 1_000_000
    response = client.post("/accounts/login/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "That is more than we can take" in response.text


def test_a_form_that_was_kept_too_long_gets_our_page(client):
    client.handler.enforce_csrf_checks = True
    response = client.post("/accounts/login/", {"login": "chan@maninso.example", "password": "x"})
    assert response.status_code == 403
    assert "This form has waited too long" in response.text
