"""Targets and delivery points at the desk: who sees them, who keeps them, and what is noted when one is checked."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from audit.models import Entry
from campaign import actions, marks
from campaign.forms.points import PointForm
from campaign.models import AddressHealth, DeliveryPoint, PointImport, Target
from tests.factories import (
    NOW,
    fresh,
    make_campaign,
    make_organisation,
    make_person,
    make_point,
    make_target,
    while_another_saves,
)
from tests.logging_in import log_in

TODAY = NOW.date()


def at(name, *args):
    return reverse(f"target_desk:{name}", args=args)


def of(point, name):
    return at(name, point.target.slug, point.pk)


@pytest.fixture
def desk(client, chan):
    return log_in(client, chan)


FIELDS = {
    "kind": "embassy",
    "name": "Embassy in Vilnius",
    "country": "LT",
    "city": "Vilnius",
    "language": "en",
    "time_zone": "Europe/Vilnius",
    "email": "vilnius@point.example",
    "hourly_cap": "30",
    "delivery_days": ["1", "2"],
    "delivery_from": "09:00",
    "delivery_until": "17:00",
    "shape": "as_they_come",
    "active": "on",
    "answers_for": "Lithuania\n라트비아",
    "name_ko": "대사관",
    "city_ko": "빌뉴스",
}


def test_an_editor_adds_a_target_with_its_names(desk, chan):
    fields = {"slug": "king", "name_en": "The King", "holder_en": "Karl", "name_ko": "국왕"}
    assert desk.post(at("new"), fields).status_code == 302
    target = Target.objects.get(slug="king")
    assert {text.language: text.holder for text in target.texts.all()} == {"en": "Karl", "ko": ""}
    assert Entry.objects.get(action="targets.added").by_id == chan.pk
    desk.post(at("texts", "king"), {"name_en": "The King", "holder_en": "Johan", "seen": marks.of_target(target)})
    assert [(text.language, text.holder) for text in target.texts.all()] == [("en", "Johan")]


@pytest.mark.parametrize(
    "fields", [{"slug": "new", "name_en": "x"}, {"slug": "king"}, {"slug": "king", "holder_en": "Karl"}]
)
def test_a_target_that_is_not_right_is_told_so(desk, fields):
    assert desk.post(at("new"), fields).status_code == 422
    assert not Target.objects.exists()


def test_an_editor_adds_a_point_and_changes_it(desk, point):
    assert desk.post(at("new_point", "president"), FIELDS).status_code == 302
    vilnius = DeliveryPoint.objects.get(city="Vilnius")
    assert set(vilnius.answers_for.values_list("country", flat=True)) == {"LT", "LV"}
    assert vilnius.texts.get().name == "대사관"
    page = desk.get(of(vilnius, "edit_point")).content.decode()
    assert "Lithuania" in page
    other = {"hourly_cap": "7", "answers_for": "LV", "name_ko": "", "city_ko": "", "seen": marks.of_point(vilnius)}
    desk.post(of(vilnius, "edit_point"), FIELDS | other)
    changed = fresh(vilnius)
    assert (changed.hourly_cap, changed.answers_for.get().country, changed.texts.count()) == (7, "LV", 0)
    assert Entry.objects.get(action="points.changed").details == {"fields": ["hourly_cap"]}


@pytest.mark.parametrize(("change", "stands"), [({"email": "new@point.example"}, False), ({"hourly_cap": "9"}, True)])
def test_a_new_address_is_verified_by_nobody_yet(desk, chan, point, change, stands):
    desk.post(at("new_point", "president"), FIELDS)
    vilnius = DeliveryPoint.objects.get(city="Vilnius")
    actions.trust_address(point=vilnius, by=chan, source="https://office.example/")
    desk.post(of(vilnius, "edit_point"), FIELDS | change | {"seen": marks.of_point(vilnius)})
    assert bool(fresh(vilnius).verified_on and fresh(vilnius).verified_by) is stands


def test_whoever_saves_a_point_second_sees_what_the_first_saved(desk, chan, point):
    desk.post(at("new_point", "president"), FIELDS)
    vilnius = DeliveryPoint.objects.get(city="Vilnius")
    url, seen = of(vilnius, "edit_point"), marks.of_point(vilnius)
    assert f'value="{seen}"' in desk.get(url).content.decode()
    desk.post(url, FIELDS | {"hourly_cap": "7", "delivery_days": ["1"], "seen": seen})
    # As a browser sends lines.
    answer = desk.post(url, FIELDS | {"city": "Kaunas", "answers_for": "Lithuania\r\nLatvia", "seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody saved this while you were writing." in page
    assert "<dt>E-mails an hour, as saved now</dt><dd>7</dd>" in page
    assert "<dt>City, as saved now</dt><dd>Vilnius</dd>" in page
    assert "Time zone, as saved now" not in page
    assert "answers for, as saved now" not in page
    assert 'value="Kaunas"' in page
    assert (fresh(vilnius).hourly_cap, fresh(vilnius).city) == (7, "Vilnius")
    # Sent once more, it takes the place of what was saved.
    desk.post(url, FIELDS | {"city": "Kaunas", "seen": marks.of_point(vilnius)})
    assert (fresh(vilnius).hourly_cap, fresh(vilnius).city) == (30, "Kaunas")


def test_a_point_that_is_verified_while_its_form_is_open_stays_verified(desk, chan, point):
    form = PointForm(instance=DeliveryPoint.objects.get())
    changed = form.instance
    seen = marks.of_point(point)
    actions.trust_address(point=point, by=chan, source="https://office.example/")
    changed.hourly_cap = 7
    actions.save_point(point=changed, texts={}, answers_for=["PL"], seen=seen, by=chan)
    assert (fresh(point).hourly_cap, fresh(point).verified_by) == (7, chan)


def test_whoever_saves_a_target_second_sees_what_the_first_saved(desk, point):
    url, seen = at("texts", "president"), marks.of_target(point.target)
    desk.post(url, {"name_en": "The President", "holder_en": "Ada", "seen": seen})
    answer = desk.post(url, {"name_en": "The President", "holder_en": "Eva", "seen": seen})
    assert answer.status_code == 409
    assert "<dd>Ada</dd>" in answer.content.decode()
    assert 'value="Eva"' in answer.content.decode()
    assert point.target.texts.get().holder == "Ada"


@pytest.mark.django_db(transaction=True)
def test_of_two_targets_with_one_name_the_second_is_told_at_the_field(client, chan):
    log_in(client, chan)
    answer = while_another_saves(
        lambda: Target.objects.create(slug="king"), lambda: client.post(at("new"), {"slug": "king", "name_en": "x"})
    )
    assert answer.status_code == 422
    assert "already exists" in answer.content.decode()
    assert "id_slug_error" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_points_with_one_name_the_second_is_told(client, chan):
    log_in(client, chan)
    target = make_target()

    def first():
        Target.objects.select_for_update().get(pk=target.pk)
        make_point(FIELDS["name"], target=target)

    answer = while_another_saves(first, lambda: client.post(at("new_point", target.slug), FIELDS))
    assert answer.status_code == 422
    assert "already exists" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"answers_for": "Atlantis"}, "No country is called Atlantis"),
        ({"answers_for": "PL"}, "Embassy in Warsaw answers for Poland already."),
        ({"takes_rest": "on"}, "already takes the rest"),
        ({"name": "Embassy in Warsaw"}, "already exists"),
        ({"delivery_until": "08:00"}, "the earlier one first"),
        ({"delivery_days": []}, "at least one day"),
        ({"city_ko": ""}, "or neither"),
        ({"time_zone": "Atlantis"}, "No time zone"),
        ({"email": "vilnius@"}, "e"),
    ],
)
def test_a_point_that_is_not_right_keeps_what_was_typed(desk, point, change, told):
    response = desk.post(at("new_point", "president"), FIELDS | change)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert "Europe/Vilnius" in response.content.decode() or "time_zone" in change
    assert DeliveryPoint.objects.count() == 1


def test_whoever_verifies_an_address_says_where_they_have_looked(desk, chan, point):
    assert desk.post(of(point, "verify"), {"source": "https://office.example/"}).status_code == 422
    assert desk.post(of(point, "verify"), {"checked": "on"}).status_code == 422
    assert fresh(point).verified_on is None
    desk.post(of(point, "verify"), {"source": "https://office.example/contact", "checked": "on"})
    checked = fresh(point)
    assert (checked.verified_on, checked.verified_by) == (dt.datetime.now(dt.UTC).date(), chan)
    assert checked.verified_source == "https://office.example/contact"
    assert Entry.objects.get(action="points.verified").about == "Embassy in Warsaw"


def test_an_address_that_refused_letters_takes_them_again_once_verified(desk, point):
    health = AddressHealth.objects.create(point=point, refused_at=NOW)
    health.move("bounced")
    assert "does not take letters" in desk.get(of(point, "point")).content.decode()
    desk.post(of(point, "verify"), {"source": "https://office.example/", "checked": "on"})
    assert fresh(health).state == "active"


def test_points_that_nobody_has_checked_for_half_a_year_are_listed(desk, point):
    point.verified_on = TODAY - dt.timedelta(days=181)
    point.save()
    make_point("Embassy in Riga", city="Riga", verified_on=TODAY)
    make_point("Embassy in Bern", city="Bern", active=False)
    page = desk.get(at("points") + "?overdue=on").content.decode()
    assert "Embassy in Warsaw" in page
    assert "Embassy in Riga" not in page
    assert "Embassy in Bern" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("words=riga", {"Riga"}), ("country=LV", {"Riga"}), ("health=bounced", {"Warsaw"}), ("health=none", {"Riga"})],
)
def test_points_are_found(desk, point, query, found):
    make_point("Embassy in Riga", city="Riga", country="LV", email="")
    AddressHealth.objects.create(point=point, refused_at=NOW).move("bounced")
    page = desk.get(f"{at('target', 'president')}?{query}").content.decode()
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert {city for city in ("Riga", "Warsaw") if f"Embassy in {city}" in table} == found


def test_a_point_that_letters_have_been_for_stays(desk, campaign, point):
    from tests.factories import make_dispatch, make_signature

    empty = make_point()
    make_dispatch(make_signature(campaign, state="confirmed"), point)
    assert desk.get(of(empty, "removal")).status_code == 200
    desk.post(of(empty, "removal"))
    desk.post(of(point, "removal"))
    assert list(DeliveryPoint.objects.all()) == [point]


# --- From a table


def send(desk, content, **fields):
    file = SimpleUploadedFile("points.csv", content)
    return desk.post(at("import", "president"), {"file": file, **fields}, follow=True)


def test_a_table_is_looked_at_before_it_is_applied(desk, point):
    page = send(desk, b"name,hourly_cap,colour\nEmbassy in Warsaw,7,red\n")
    html = page.content.decode()
    assert "colour" in html
    assert fresh(point).hourly_cap == 60
    kept = PointImport.objects.get()
    desk.post(at("preview", "president", kept.pk), {"seen": page.context["compared"].digest})
    assert fresh(point).hourly_cap == 7
    assert desk.get(at("preview", "president", kept.pk)).status_code == 404


def test_a_table_with_a_wrong_row_cannot_be_applied_and_can_be_fetched_to_mend(desk, point):
    page = send(desk, b"name,hourly_cap\nEmbassy in Warsaw,many\n")
    kept = PointImport.objects.get()
    url = at("preview", "president", kept.pk)
    assert desk.post(url, {"seen": page.context["compared"].digest}).status_code == 422
    csv = desk.get(at("to_mend", "president", kept.pk))
    assert csv.content.startswith(b"\xef\xbb\xbfname,hourly_cap,error\r\n")
    desk.post(at("drop", "president", kept.pk))
    assert not PointImport.objects.exists()
    assert Entry.objects.get(action="point_imports.dropped").details == {"sha256": kept.sha256}


def test_a_file_that_is_no_table_says_so_at_its_field(desk, point):
    page = send(desk, "이름".encode("cp949"))
    assert page.status_code == 422
    assert "not in Unicode" in page.content.decode()


def test_the_template_and_the_points_are_downloaded(desk, point):
    for asks_only in (desk.get, desk.head):
        assert asks_only(at("export", "president")).status_code == 405
    assert not Entry.objects.filter(action="points.exported").exists()
    assert b"Embassy in Warsaw" in desk.post(at("export", "president")).content
    assert Entry.objects.get(action="points.exported").details == {"rows": 1}
    assert desk.get(at("template", "president")).content.startswith(b"\xef\xbb\xbfname,")


# --- Who may


def pages(point):
    seen = [at("targets"), at("points"), at("target", "president"), of(point, "point")]
    kept = [at("new"), at("texts", "president"), at("new_point", "president"), at("import", "president")]
    kept += [of(point, "edit_point"), of(point, "removal")]
    return seen, kept


@pytest.mark.parametrize(
    ("role", "sees", "keeps"),
    [
        (Role.EDITOR, 200, 200),
        (Role.PUBLISHER, 200, 200),
        (Role.ORGANIZER, 200, 403),
        (Role.REVIEWER, 200, 403),
        (Role.AUDITOR, 200, 403),
        (Role.TRANSLATOR, 403, 403),
        (Role.ABUSE, 403, 403),
        (None, 403, 403),
    ],
)
def test_who_sees_targets_and_who_keeps_them(client, point, role, sees, keeps):
    log_in(client, make_person("Haru", role=role, is_staff=True))
    seen, kept = pages(point)
    assert {client.get(url).status_code for url in seen} == {sees}
    assert {client.get(url).status_code for url in kept} == {keeps}
    assert client.post(at("new_point", "president"), FIELDS).status_code == (302 if keeps == 200 else 403)


def test_a_target_leads_to_its_forms_of_address_those_who_write_them(client, chan, bora, point):
    forms = reverse("campaign_desk:form_of_address", args=["president", "en"])
    for person, leads in ((chan, True), (bora, False)):
        log_in(client, person)
        assert (forms in client.get(at("target", "president")).content.decode()) is leads


def test_strangers_are_asked_to_log_in(client, point, eun):
    for url in [*pages(point)[0], *pages(point)[1]]:
        assert client.get(url).status_code == 302
    log_in(client, eun)
    for url in [*pages(point)[0], *pages(point)[1]]:
        assert client.get(url).status_code == 403


def test_an_organizer_verifies_where_letters_of_theirs_go_and_nowhere_else(client, campaign, bora, point):
    elsewhere = make_point(target=make_target("king"))
    make_campaign(organisation=make_organisation("harbour"), target=elsewhere.target)
    log_in(client, bora)
    assert client.get(of(point, "verify")).status_code == 200
    assert client.get(of(elsewhere, "verify")).status_code == 403


# --- Long lists


@pytest.mark.parametrize("page", [("targets",), ("points",), ("target", "president")])
def test_a_list_costs_the_same_with_one_point_and_with_four(desk, point, page):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(at(*page)).status_code == 200
        return len(queries)

    desk.get(at(*page))
    before = cost()
    for number in range(3):
        made = make_point(answers_for=(("LT", "LV", "EE")[number],), target=make_target())
        AddressHealth.objects.create(point=made, refused_at=NOW).move("bounced")
        make_target(f"king-{number}")
    assert cost() == before


def test_without_a_target_the_list_says_so(desk):
    assert "No target yet" in desk.get(at("targets")).content.decode()


def test_an_applied_import_is_listed_with_its_digest(desk, chan, point):
    page = send(desk, b"name,hourly_cap\nEmbassy in Warsaw,7\n")
    kept = PointImport.objects.get()
    actions.apply_upload(upload=kept, seen=page.context["compared"].digest, by=chan)
    assert kept.sha256 in desk.get(at("import", "president")).content.decode()
