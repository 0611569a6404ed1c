"""Exports: who may take signatures out, who else lets them, what the file holds, and what is written down."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_fsm import TransitionNotAllowed
from openpyxl import load_workbook

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions, rules
from campaign.models import Export
from tests import factories
from tests.factories import DAY, HOUR, NOW, SECOND, fresh, make_campaign, make_signature
from tests.logging_in import log_in

COLUMNS = list(Export.Field.values)


@pytest.fixture
def hana(lantern):
    """Organises for Lantern beside Bora."""
    return factories.make_person("Hana", role=Role.ORGANIZER, organisation=lantern, is_staff=True)


@pytest.fixture
def many(monkeypatch):
    """Three are many."""
    monkeypatch.setattr(rules, "RELEASE_ABOVE", 2)


def ask(campaign, by, **chosen):
    wanted = {"fields": COLUMNS, "countries": [], "format": "csv", "purpose": "For the hearing", "now": NOW}
    return actions.ask_for_export(campaign=campaign, by=by, **wanted | chosen)


def rows_of(export, by, now=NOW):
    text = b"".join(actions.fetch_export(export=export, by=by, now=now).pieces).decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def told():
    return list(Entry.objects.filter(kind="campaign.export").order_by("pk").values_list("action", flat=True))


def of(name, campaign, *args):
    return reverse(f"campaign_desk:{name}", args=[campaign.slug, *args])


# --- What the file holds ----------------------------------------------------------------------------------------


def test_a_file_shows_people_as_far_as_they_let_themselves_be_seen_and_no_address(campaign, bora):
    known = {"state": "confirmed", "city": "Gdańsk"}
    make_signature(campaign, name="Ara Kim", email="ara@people.example", own_words="=1+1", **known)
    make_signature(campaign, name="Maria de la Cruz", display="initials", at=NOW - HOUR + SECOND, **known)
    make_signature(campaign, name="Hidden Person", display="hidden", at=NOW - HOUR + 2 * SECOND, **known)
    rows = rows_of(ask(campaign, bora), bora)
    assert [row["name"] for row in rows] == ["Ara Kim", "M. d. l. C.", ""]
    assert [row["city"] for row in rows] == ["Gdańsk", "Gdańsk", ""]
    assert rows[0]["own_words"] == "'=1+1"
    assert rows[0]["day"] == (NOW - HOUR).date().isoformat()
    text = str(rows)
    assert "Hidden" not in text
    assert "@" not in text.replace("Bora", "")


def test_a_file_holds_the_confirmed_alone_and_nobody_who_has_left_since_it_was_asked_for(campaign, bora):
    for state in ("pending", "confirmed", "held"):
        make_signature(campaign, name=f"Is {state}", state=state)
    left = make_signature(campaign, name="Has Left", state="confirmed")
    erased = make_signature(campaign, name="Is Erased", state="confirmed")
    export = ask(campaign, bora)
    assert export.rows == 3
    actions.withdraw_signature(signature=left)
    actions.erase_signature(signature=erased)
    make_signature(campaign, name="Came Later", state="confirmed", at=NOW + SECOND)
    assert [row["name"] for row in rows_of(export, bora, now=NOW + HOUR)] == ["Is confirmed"]


def test_columns_and_countries_are_those_that_were_asked_for(campaign, bora):
    make_signature(campaign, state="confirmed", country="PL")
    make_signature(campaign, state="confirmed", country="KR")
    export = ask(campaign, bora, fields=["day", "country"], countries=["KR"])
    (row,) = rows_of(export, bora)
    assert list(row) == ["country", "day", "export"]
    assert row["country"] == "KR"


def test_every_row_says_whose_export_it_is_in_either_format(campaign, bora):
    make_signature(campaign, state="confirmed")
    in_csv, in_xlsx = ask(campaign, bora), ask(campaign, bora, format="xlsx")
    (row,) = rows_of(in_csv, bora)
    assert row["export"] == f"{in_csv.number}, taken by Bora on {NOW:%Y-%m-%d %H:%M} UTC"
    book = load_workbook(io.BytesIO(b"".join(actions.fetch_export(export=in_xlsx, by=bora, now=NOW).pieces)))
    header, cells = book.active.values
    assert header == (*COLUMNS, "export")
    assert cells[-1].startswith(in_xlsx.number)


# --- Who lets it go ---------------------------------------------------------------------------------------------


def test_few_leave_at_once_and_many_when_another_person_has_released_them(campaign, bora, hana, many, post_office):
    for _one in range(3):
        make_signature(campaign, state="confirmed")
    export = ask(campaign, bora)
    assert export.state == "asked"
    with pytest.raises(actions.NotReleased):
        actions.fetch_export(export=export, by=bora, now=NOW)
    post_office.send()
    assert "For the hearing" in post_office.text_to("hana@example.com")
    assert post_office.mails_to("bora@example.com") == []
    actions.release_export(export=export, by=hana, now=NOW)
    post_office.send()
    assert export.number in post_office.text_to("bora@example.com")
    assert len(rows_of(fresh(export), bora)) == 3


def test_nobody_releases_their_own_whatever_they_are(campaign, dana, many, lantern):
    for _one in range(3):
        make_signature(campaign, state="confirmed")
    root = factories.make_person("Root", is_staff=True, is_superuser=True)
    export = ask(campaign, root)
    with pytest.raises(PermissionDenied):
        actions.release_export(export=export, by=root, now=NOW)
    assert fresh(export).state == "asked"


def test_many_small_exports_of_a_day_are_a_large_one(campaign, bora, hana, many):
    first, second = (make_signature(campaign, state="confirmed", country=code) for code in ("PL", "KR"))
    assert [first.country, second.country] == ["PL", "KR"]
    make_signature(campaign, state="confirmed", country="JP")
    states = [ask(campaign, bora, countries=[code]).state for code in ("PL", "KR", "JP")]
    assert states == ["released", "released", "asked"]
    assert ask(campaign, hana, countries=["PL"]).state == "released"
    assert ask(campaign, bora, countries=["PL"], now=NOW + DAY + SECOND).state == "released"


def test_exports_of_an_organisations_other_campaigns_count_too(campaign, bora, many):
    other = make_campaign(organisation=campaign.organisation)
    elsewhere = make_campaign(organisation=factories.make_organisation("harbour"))
    for each in (campaign, campaign, other, elsewhere):
        make_signature(each, state="confirmed")
    assert [ask(each, bora).state for each in (elsewhere, campaign, other)] == ["released", "released", "asked"]


def test_a_withdrawn_export_counts_as_long_as_it_could_have_been_fetched(campaign, bora, many):
    for code in ("PL", "KR", "JP"):
        make_signature(campaign, state="confirmed", country=code)
    first = ask(campaign, bora, countries=["PL", "KR"])
    assert len(rows_of(first, bora)) == 2
    actions.withdraw_export(export=first, by=bora)
    never_released = ask(campaign, bora, countries=["JP"])
    assert never_released.state == "asked"
    actions.withdraw_export(export=never_released, by=bora)
    assert rules.export_needs_release(campaign, rows=1, by=bora, now=NOW)
    assert not rules.export_needs_release(campaign, rows=0, by=bora, now=NOW)


def test_what_is_released_can_be_fetched_for_a_day_and_by_whoever_asked_alone(campaign, bora, hana):
    make_signature(campaign, state="confirmed")
    export = ask(campaign, bora)
    assert len(rows_of(export, bora, now=NOW + DAY - SECOND)) == 1
    for by, now in ((hana, NOW), (bora, NOW + DAY)):
        with pytest.raises(actions.NotReleased):
            actions.fetch_export(export=export, by=by, now=now)


def test_what_is_refused_or_withdrawn_is_never_fetched(campaign, bora, hana, many, post_office):
    for _one in range(3):
        make_signature(campaign, state="confirmed")
    refused, withdrawn = ask(campaign, bora), ask(campaign, bora)
    actions.refuse_export(export=refused, reason="The report has the numbers.", by=hana)
    post_office.send()
    assert "The report has the numbers." in post_office.text_to("bora@example.com")
    actions.withdraw_export(export=withdrawn, by=bora)
    for export in (refused, withdrawn):
        with pytest.raises(actions.NotReleased):
            actions.fetch_export(export=fresh(export), by=bora, now=NOW)
        with pytest.raises(TransitionNotAllowed):
            actions.release_export(export=export, by=hana, now=NOW)


def test_an_export_of_nobody_is_not_made(campaign, bora):
    with pytest.raises(actions.NothingToExport):
        ask(campaign, bora)
    assert not Export.objects.exists()


# --- What is written down ---------------------------------------------------------------------------------------


def test_each_step_is_kept_for_good_with_the_files_digest_and_nobodys_name(campaign, bora):
    make_signature(campaign, name="Ara Kim", state="confirmed")
    rows_of(ask(campaign, bora), bora)
    assert told() == ["exports.asked", "exports.begun", "exports.taken"]
    taken = Entry.objects.get(action="exports.taken")
    assert taken.details["rows"] == 1
    assert len(taken.details["sha256"]) == 64
    assert "Ara" not in str(list(Entry.objects.filter(kind="campaign.export").values()))


def test_a_file_that_broke_off_says_how_far_it_came(campaign, bora):
    for _one in range(3):
        make_signature(campaign, state="confirmed")
    pieces = actions.fetch_export(export=ask(campaign, bora), by=bora, now=NOW).pieces
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert told()[-1] == "exports.broken_off"


# --- The pages --------------------------------------------------------------------------------------------------


def test_an_organizer_asks_for_an_export_and_fetches_it(client, campaign, bora):
    make_signature(campaign, name="Ara Kim", state="confirmed")
    log_in(client, bora, proven_again=True)
    typed = {"fields_": ["name"], "format": "csv", "purpose": "For the hearing"}
    answer = client.post(of("new_export", campaign), typed)
    assert answer.status_code == 302
    export = Export.objects.get()
    assert of("export_file", campaign, export.pk) in client.get(of("exports", campaign)).content.decode()
    assert "1 signature" in client.get(of("export_file", campaign, export.pk)).content.decode()
    file = client.post(of("export_file", campaign, export.pk))
    assert file["Content-Disposition"] == f'attachment; filename="light-the-way-{export.number}.csv"'
    assert b"Ara Kim" in b"".join(file.streaming_content)
    assert "no-store" in file["Cache-Control"]


def test_a_form_with_mistakes_comes_back_with_what_was_typed(client, campaign, bora):
    make_signature(campaign, state="confirmed")
    log_in(client, bora, proven_again=True)
    answer = client.post(of("new_export", campaign), {"fields_": [], "format": "pdf", "purpose": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("Please choose one at least.", "Please say what you need it for."):
        assert sentence in page
    assert not Export.objects.exists()


def test_taking_data_out_asks_for_the_password_once_more(client, campaign, bora):
    make_signature(campaign, state="confirmed")
    export = ask(campaign, bora)
    bora.set_password("lantern-harbour-47")
    bora.save()
    log_in(client, bora)
    for page in (of("new_export", campaign), of("export_file", campaign, export.pk)):
        for answer in (client.get(page), client.post(page)):
            assert answer.status_code == 302
            assert reverse("account_reauthenticate") in answer["Location"]


def test_a_second_person_releases_or_refuses_and_the_one_who_asked_cannot(client, campaign, bora, hana, many):
    for _one in range(3):
        make_signature(campaign, state="confirmed")
    export = ask(campaign, bora)
    log_in(client, bora, proven_again=True)
    for name in ("export_release", "export_refusal"):
        assert client.post(of(name, campaign, export.pk), {"reason": "x"}).status_code == 403
    log_in(client, hana, proven_again=True)
    page = client.get(of("export_release", campaign, export.pk)).content.decode()
    assert "For the hearing" in page
    assert client.post(of("export_release", campaign, export.pk)).status_code == 302
    assert fresh(export).released_by == hana
    # A second press, and the other button after it, say what has happened.
    for name in ("export_release", "export_refusal"):
        page = client.post(of(name, campaign, export.pk), {"reason": "x"}, follow=True).content.decode()
        assert "Somebody else has decided about it already." in page


def test_a_publisher_may_be_the_second_person_where_an_organisation_has_one_organizer(client, campaign, bora, many):
    for _one in range(3):
        make_signature(campaign, state="confirmed")
    export = ask(campaign, bora)
    log_in(client, factories.make_person("Mira", role=Role.PUBLISHER, is_staff=True), proven_again=True)
    assert client.post(of("export_release", campaign, export.pk)).status_code == 302
    assert fresh(export).state == "released"
    assert client.post(of("export_file", campaign, export.pk)).status_code == 404


def test_who_may_not(client, campaign, bora, eun, lantern):
    make_signature(campaign, state="confirmed")
    export = ask(campaign, bora)
    elsewhere = factories.make_organisation("Elsewhere")
    viewer = factories.make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True)
    other = factories.make_person("Omar", role=Role.ORGANIZER, organisation=elsewhere, is_staff=True)
    pages = [of("new_export", campaign)]
    pages += [of(name, campaign, export.pk) for name in ("export_file", "export_release", "export_refusal")]
    for person in (eun, viewer, other):
        log_in(client, person, proven_again=True)
        for page in pages:
            assert client.get(page).status_code in (403, 404), (person, page)
            assert client.post(page).status_code in (403, 404), (person, page)
        assert client.post(of("export_withdrawal", campaign, export.pk)).status_code in (403, 404)
    # A viewer sees that there was one.
    log_in(client, viewer)
    assert export.number in client.get(of("exports", campaign)).content.decode()
    assert fresh(export).state == "released"


def test_the_list_costs_the_same_whatever_its_length(client, campaign, bora):
    make_signature(campaign, state="confirmed")
    log_in(client, bora)
    counts = []
    for _round in range(3):
        ask(campaign, bora)
        with CaptureQueriesContext(connection) as queries:
            client.get(of("exports", campaign))
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_another_campaigns_export_is_not_found_here(client, campaign, bora, lantern):
    make_signature(campaign, state="confirmed")
    export = ask(campaign, bora)
    other = make_campaign("another", organisation=lantern)
    log_in(client, bora, proven_again=True)
    assert client.post(of("export_file", other, export.pk)).status_code == 404
