"""The desk lets in whom it should, and its catalogue shows every component there is."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from maninso import catalogue
from tests.face.conftest import ROOT
from tests.face.test_form_pack import Elements

pytestmark = pytest.mark.django_db

PAGES = ["desk", "components", "component_confirmation"]
PARTS = {
    f"components/{path.relative_to(ROOT / 'templates/components')}"
    for path in (ROOT / "templates/components").rglob("*.html")
    if path.parent.name != "scripts"
}


def person(name, *, role=None, **fields):
    made = User.objects.create_user(f"{name.lower()}@example.com", name=name, **fields)
    if role:
        made.groups.add(Group.objects.get(name=role))
    return made


@pytest.fixture
def dana(client):
    """Dana runs the site."""
    dana = person("Dana", is_staff=True, is_superuser=True)
    client.force_login(dana)
    return dana


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_asked_to_log_in(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", PAGES)
def test_a_person_without_the_right_is_told_so(client, name):
    client.force_login(person("Eun"))
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_the_desk_is_stored_on_the_way(client, dana, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_the_desk_shows_what_a_person_may_do_and_nothing_else(client):
    client.force_login(person("Bora", is_staff=True, role=Role.ORGANIZER))
    page = client.get(reverse("desk")).content.decode()
    assert reverse("campaign_desk:campaigns") in page
    assert reverse("people_desk:list") not in page
    assert reverse("admin:index") not in page


def test_a_person_with_nothing_to_do_is_told_whom_to_ask(client):
    client.force_login(person("Chan", is_staff=True))
    assert "Nothing is in your hands yet" in client.get(reverse("desk")).content.decode()


def test_the_navigation_says_where_one_is(client, dana):
    page = Elements(client.get(reverse("desk")).content.decode())
    assert page.one("a", **{"aria-current": "page"})["href"] == reverse("desk")


def shown(rf):
    request = rf.get("/")
    return {component.template for chapter in catalogue.chapters(request) for component in chapter.components}


def test_every_component_is_in_the_catalogue(rf):
    assert PARTS - shown(rf) - set(catalogue.NOT_SHOWN) == set()


def test_the_catalogue_leaves_out_only_what_exists():
    assert set(catalogue.NOT_SHOWN) <= PARTS


def test_ids_in_the_catalogue_are_unique(client, dana):
    ids = Elements(client.get(reverse("components")).content.decode()).ids()
    assert sorted(ids) == sorted(set(ids))


def test_the_form_pack_is_shown_in_all_its_states(client, dana):
    page = client.get(reverse("components")).content.decode()
    for wanted in ('id="id_fresh-line"', 'id="id_refused-line_error"', 'value="maria@example.org"'):
        assert wanted in page
    assert Elements(page).one("input", id="id_disabled-line")["disabled"] is None


@pytest.mark.parametrize("scheme", catalogue.SCHEMES)
def test_a_scheme_has_the_colours_of_the_tokens(client, dana, scheme):
    css = client.get(reverse("component_scheme", args=[scheme])).content.decode()
    tokens = (ROOT / "static/css/tokens.css").read_text()
    light, _, dark = tokens.partition("prefers-color-scheme: dark")
    assert f"color-scheme: {scheme};" in css
    assert set(re.findall(r"--[\w-]+: #\w+;", css)) == set(
        re.findall(r"--[\w-]+: #\w+;", light if scheme == "light" else dark)
    )


def test_there_is_no_third_scheme(client, dana):
    assert client.get(reverse("component_scheme", args=["purple"])).status_code == 404
    assert "purple.css" not in client.get(reverse("components"), {"scheme": "purple"}).content.decode()


def test_a_confirmation_says_what_happens_to_how_many_and_then_that_it_happened(client, dana):
    asked = client.get(reverse("component_confirmation")).content.decode()
    assert "1,204 letters go to 29 delivery points" in asked
    done = client.post(reverse("component_confirmation"), follow=True).content.decode()
    assert "message-success" in done
    assert "1,204 letters are on their way" in done
