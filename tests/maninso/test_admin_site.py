"""The admin is for superusers, and hardly for writing."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.roles import Role
from campaign.models import HandIn, Signature, Volunteer
from maninso.admin_site import EDITED_HERE, Site, sealed
from tests import factories
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


@pytest.fixture
def root(client):
    return log_in(client, factories.make_person("Root", is_staff=True, is_superuser=True))


@pytest.mark.parametrize("role", Role)
def test_no_role_opens_it(client, role):
    log_in(client, factories.make_person("Eun", role=role, is_staff=True))
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 302
    assert reverse("admin:login") in answer["Location"]
    assert client.get(answer["Location"]).status_code == 403


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label_lower)
def test_rows_are_read_only_but_for_those_that_only_the_admin_edits(rf, root, model):
    request = rf.get("/")
    request.user = factories.make_person("Rui", is_staff=True, is_superuser=True)
    shown = admin.site._registry[model]
    writes = [shown.has_add_permission(request), shown.has_change_permission(request)]
    writes.append(shown.has_delete_permission(request))
    assert any(writes) == (model._meta.label_lower in EDITED_HERE)
    assert shown.has_view_permission(request)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label_lower)
def test_no_page_names_what_is_sealed(rf, model):
    request = rf.get("/")
    request.user = factories.make_person("Rui", is_staff=True, is_superuser=True)
    shown = admin.site._registry[model]
    named = {field for _name, options in shown.get_fieldsets(request, None) for field in options["fields"]}
    assert not (named | set(shown.get_list_display(request))) & sealed(model)
    for inline in shown.get_inline_instances(request, None):
        assert not set(inline.fields or ()) & sealed(inline.model)


def test_a_room_that_names_what_is_sealed_does_not_show_it(rf):
    class Offers(admin.TabularInline):
        model = Volunteer
        fields = ("state", "name", "email")

    class Careless(admin.ModelAdmin):
        list_display = ["pk", "name"]
        fields = ["country", "own_words"]

    site, request = Site(), rf.get("/")
    request.user = factories.make_person("Rui", is_staff=True, is_superuser=True)
    site.register(Signature, Careless)
    site.register(HandIn, type("WithOffers", (admin.ModelAdmin,), {"inlines": [Offers]}))
    shown = site._registry[Signature]
    assert shown.get_list_display(request) == ["pk"]
    assert [options["fields"] for _name, options in shown.get_fieldsets(request)] == [["country"]]
    (inline,) = site._registry[HandIn].get_inline_instances(request)
    assert inline.fields == ["state"]
    assert {"name", "email"} <= set(inline.exclude)


def test_the_check_knows_what_is_sealed():
    assert sealed(Signature) >= {"name", "email", "own_words"}
    assert sealed(Volunteer) >= {"name", "email"}


def test_a_volunteers_page_says_nothing_of_who_they_are(root):
    campaign, point = factories.make_campaign(), factories.make_point()
    volunteer = factories.make_volunteer(factories.make_hand_in(campaign, point), state="confirmed")
    for name, arguments in (("change", [volunteer.pk]), ("changelist", [])):
        page = root.get(reverse(f"admin:campaign_volunteer_{name}", args=arguments))
        assert page.status_code == 200
        assert "Mina" not in page.content.decode()
        assert "people.example" not in page.content.decode()


@pytest.mark.parametrize("role", Role)
def test_the_desk_leads_no_role_to_it(client, role):
    log_in(client, factories.make_person("Eun", role=role, is_staff=True))
    assert 'href="/admin/' not in client.get(reverse("desk")).content.decode()


def test_the_desk_leads_a_superuser_to_it(root):
    page = root.get(reverse("desk")).content.decode()
    for name in ("index", "campaign_observance_changelist", "campaign_observance_add", "outbox_message_changelist"):
        assert f'href="{reverse(f"admin:{name}")}"' in page
