"""Each page of the cases' desk, tried by those who may not enter it."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from cases.models import Case, SavedFilter
from tests.cases.desk import CANARY, client_of, make_full_case, make_staff, url
from tests.factories import make_person

pytestmark = pytest.mark.django_db

READERS = {Role.EDITOR, Role.REVIEWER, Role.PROTECTION, Role.PUBLISHER, Role.AUDITOR}
TEAM = {Role.EDITOR, Role.REVIEWER, Role.PROTECTION}
EDITORS = {Role.EDITOR}
TRANSLATORS = {Role.EDITOR, Role.TRANSLATOR}
EVERYONE_OF_CASES = READERS | TRANSLATORS
REFEREES = {Role.REVIEWER, Role.PROTECTION}
PUBLISHERS = {Role.REVIEWER, Role.PUBLISHER}
STAFF = set(Role)
SECTIONS = ("members", "events", "claims", "involvements", "interventions", "consents", "best-interests", "updates")


def first(case: Case, section: str) -> int:
    return getattr(case, section.replace("-", "_")).values_list("pk", flat=True).first()


def pages(case: Case) -> list[tuple[str, str, set[Role]]]:
    """The method, the address, and the roles that may."""
    ref, member, event, claim = case.reference, *(first(case, name) for name in ("members", "events", "claims"))
    of_rows = []
    for section in SECTIONS:
        pk = first(case, section)
        may_add = TEAM if section == "best-interests" else EDITORS
        of_rows += [
            ("get", url("section", ref, section), READERS),
            ("get", url("add", ref, section), may_add),
            ("post", url("add", ref, section), may_add),
            ("get", url("row", ref, section, pk), READERS),
            ("get", url("remove", ref, section, pk), EDITORS),
            ("post", url("remove", ref, section, pk), EDITORS),
        ]
        if section != "best-interests":
            of_rows += [(method, url("edit", ref, section, pk), EDITORS) for method in ("get", "post")]
    source = case.claims.first().source_id
    return [
        ("get", url("cases"), EVERYONE_OF_CASES),
        ("get", url("new"), EDITORS),
        ("post", url("new"), EDITORS),
        ("post", url("save_filter"), EVERYONE_OF_CASES),
        ("post", url("discard_draft"), STAFF),
        ("post", url("keep_draft"), STAFF),
        ("get", url("date_reading"), EVERYONE_OF_CASES),
        ("get", url("queue"), READERS),
        ("get", url("publications"), READERS),
        ("get", url("shared", "sources"), READERS),
        ("get", url("shared", "authorities"), READERS),
        ("get", url("shared_add", "sources"), EDITORS),
        ("post", url("shared_add", "authorities"), EDITORS),
        ("get", url("shared_edit", "sources", source), EDITORS),
        ("post", url("shared_remove", "sources", source), EDITORS),
        ("get", url("case", ref), READERS),
        ("get", url("facts", ref), EDITORS),
        ("post", url("facts", ref), EDITORS),
        ("post", url("related", ref), EDITORS),
        ("post", url("unrelate", ref, case.pk), EDITORS),
        ("get", url("history", ref), READERS),
        ("get", url("texts", ref), EVERYONE_OF_CASES),
        ("post", url("translation", ref, "case", case.pk, "ko"), TRANSLATORS),
        ("get", url("sealed", ref, "member", member, "real_name"), TEAM),
        ("post", url("sealed", ref, "member", member, "real_name"), TEAM),
        ("get", url("submission", ref), EDITORS),
        ("post", url("submission", ref), EDITORS),
        ("get", url("review", ref), READERS),
        ("post", url("approval", ref), REFEREES),
        ("get", url("remarks", ref), REFEREES),
        ("get", url("publication", ref), PUBLISHERS),
        ("post", url("publication", ref), PUBLISHERS),
        ("get", url("takedown", ref), STAFF),
        ("get", url("restoration_request", ref), TEAM),
        ("post", url("restoration", ref), TEAM),
        ("get", url("statuses", ref, member), EDITORS),
        ("post", url("statuses", ref, member), EDITORS),
        ("get", url("law", ref, event), EDITORS),
        ("post", url("law", ref, event), EDITORS),
        ("post", url("uncite", ref, first(case, "citations")), EDITORS),
        ("get", url("choice", ref, claim), EDITORS),
        ("post", url("choice", ref, claim), EDITORS),
        ("post", url("countersignature", ref, first(case, "best-interests")), TEAM),
        *of_rows,
    ]


@pytest.fixture
def case(chan: User) -> Case:
    return make_full_case(chan)


@pytest.fixture
def refused(db: None) -> dict[Role, Client]:
    return {role: client_of(make_staff(role)) for role in Role}


def test_every_page_lets_in_its_roles_and_no_other(case: Case, refused: dict[Role, Client]) -> None:
    """Those who may not are tried first: a page that let them write would be seen by the next."""
    for method, address, may in pages(case):
        for role, client in refused.items():
            if role not in may:
                assert getattr(client, method)(address).status_code == 403, f"{role} {method} {address}"
    for method, address, may in pages(case):
        if method == "get":
            for role in may:
                answer = refused[role].get(address)
                assert answer.status_code in (200, 302, 404), f"{role} {method} {address}"


def test_a_stranger_is_asked_to_log_in_and_one_without_a_role_is_refused(case: Case, eun: User) -> None:
    anonymous, stranger = Client(), client_of(eun)
    nobody_yet = client_of(make_person("Newcomer", is_staff=True))
    for method, address, may in pages(case):
        answer = getattr(anonymous, method)(address)
        assert answer.status_code == 302, address
        assert "/accounts/login/" in answer["Location"]
        assert getattr(stranger, method)(address).status_code == 403, address
        if may != STAFF:
            assert getattr(nobody_yet, method)(address).status_code == 403, address


def test_nothing_of_the_desk_is_stored_on_the_way(case: Case, refused: dict[Role, Client]) -> None:
    assert "no-store" in refused[Role.EDITOR].get(url("case", case.reference))["Cache-Control"]


@pytest.mark.parametrize("role", sorted(READERS | {Role.TRANSLATOR}))
def test_no_page_shows_what_is_sealed(case: Case, role: Role, refused: dict[Role, Client]) -> None:
    for method, address, may in pages(case):
        if method == "get" and role in may:
            for headers in ({}, {"HX-Request": "true"}):
                assert CANARY not in refused[role].get(address, headers=headers).content.decode(), address


def test_a_translator_sees_the_texts_and_nothing_else_of_a_case(case: Case, refused: dict[Role, Client]) -> None:
    page = refused[Role.TRANSLATOR].get(url("cases")).content.decode()
    assert url("texts", case.reference) in page
    assert f'"{url("case", case.reference)}"' not in page
    texts = refused[Role.TRANSLATOR].get(url("texts", case.reference)).content.decode()
    assert url("section", case.reference, "members") not in texts


def test_a_saved_filter_is_its_owners_alone(chan: User, dana: User) -> None:
    mine = SavedFilter.objects.create(by=chan, name="Mine", query="state=draft")
    assert "Mine" not in client_of(dana).get(url("cases")).content.decode()
    assert client_of(dana).post(url("remove_filter", mine.pk)).status_code == 404
    assert SavedFilter.objects.filter(pk=mine.pk).exists()


def test_a_row_is_reached_through_its_own_case_only(case: Case, chan: User) -> None:
    other = make_full_case(chan)
    client = client_of(chan)
    for section in SECTIONS:
        assert client.get(url("row", other.reference, section, first(case, section))).status_code == 404
        assert client.get(url("remove", other.reference, section, first(case, section))).status_code == 404
    assert client.get(url("sealed", other.reference, "member", first(case, "members"), "kin")).status_code == 404
    assert client.get(url("sealed", other.reference, "case", case.pk, "team_note")).status_code == 404


@pytest.mark.parametrize("path", ["sealed/member/1/label/", "sealed/user/1/password/", "nonsense/", "pictures/9/x/"])
def test_what_is_no_page_is_not_found(case: Case, chan: User, path: str) -> None:
    assert client_of(chan).get(url("case", case.reference) + path).status_code == 404
