"""What the demonstration's cases must keep: each fact has its source, both languages say the same, nobody is named."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction

from accounts.roles import Role
from cases import actions, demo, law, rules
from cases.models import (
    Adherence,
    Article,
    BestInterests,
    Case,
    Claim,
    Event,
    Instrument,
    Intervention,
    Involvement,
    Member,
    Source,
    Status,
    Update,
)
from face.countries import is_country
from face.words import said as in_words
from tests.factories import make_person

TODAY = dt.date(2026, 9, 1)
CASES = sorted(path.stem for path in demo.FOLDER.glob("MNS-*.toml"))
FILES = sorted(demo.FOLDER.glob("*.toml")) + sorted(law.FOLDER.glob("*.toml"))
LINK = re.compile(r"https?:|www\.|@|\b[\w-]+\.(?:com|org|net|info|int|gov|example)\b", re.IGNORECASE)

# Beside the columns of its row, what an entry of a file may say.
BESIDES = {
    "members": (Member, {"id", "claims"}),
    "statuses": (Status, {"claims", "members"}),
    "events": (Event, {"id", "claims", "members", "citations"}),
    "involvements": (Involvement, {"claims", "authority", "event"}),
    "interventions": (Intervention, {"claims", "by", "asked"}),
    "updates": (Update, {"claims"}),
    "claims": (Claim, {"source"}),
}


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def values(value: Any) -> Iterator[Any]:
    """Each value inside, however deep, with itself."""
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from values(inner)


def words(value: Any) -> list[dict[str, str]]:
    return [inner for inner in values(value) if isinstance(inner, dict) and "en" in inner]


def years(text: str) -> set[str]:
    return set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text))


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[demo.Team]:
    """The cases, loaded once for all tests of this file; each of them works in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        team = demo.Team(
            editor=make_person("Chan", role=Role.EDITOR, is_staff=True),
            reviewer=make_person("Dana", role=Role.REVIEWER, is_staff=True),
            protection=make_person("Fumi", role=Role.PROTECTION, is_staff=True),
        )
        demo.load(team, today=TODAY)
        yield team
        transaction.set_rollback(True)


@pytest.fixture
def team(loaded: demo.Team, db: None) -> demo.Team:
    return loaded


@pytest.fixture
def cases(team: demo.Team) -> list[Case]:
    return list(Case.objects.select_related("live").order_by("reference"))


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the room, as the database has it."""
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in models_of_the_room()}


def models_of_the_room() -> list[Any]:
    return list(apps.get_app_config("cases").get_models())


# --- the files


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_everything_is_said_in_english_and_korean_alike(path: Path) -> None:
    for said in words(read(path)):
        assert set(said) == {"en", "ko"}
        english, korean = said["en"].strip(), said["ko"].strip()
        assert re.search("[a-zA-Z]", english)
        assert re.search("[가-힣]", korean)
        assert len(english.split("\n\n")) == len(korean.split("\n\n"))
        assert years(english) == years(korean), english


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_text_holds_no_link_and_no_control_character(path: Path) -> None:
    for value in values(read(path)):
        if isinstance(value, dict):
            # The depositary's pages are the authority for the law, and have an address.
            assert all(not LINK.search(text) for key, text in value.items() if isinstance(text, str) and key != "url")
        if isinstance(value, str):
            assert value.replace("\n", "").isprintable()
            assert "\n\n\n" not in value


@pytest.mark.parametrize("reference", CASES)
def test_a_file_says_nothing_that_is_not_loaded(reference: str) -> None:
    """A column that is written wrong would be passed over in silence."""
    row = read(demo.FOLDER / f"{reference}.toml")
    assert row["reference"] == reference
    for name, (model, besides) in BESIDES.items():
        columns = {field.name for field in model._meta.concrete_fields if not field.is_relation}
        for inner in values(row):
            for entry in inner.get(name, []) if isinstance(inner, dict) else []:
                # Elsewhere "members" and "claims" are names of such entries.
                assert isinstance(entry, str) or set(entry) <= (columns - {"id"}) | besides


def test_sources_are_those_of_the_list_and_say_what_they_are() -> None:
    sources = read(demo.FOLDER / "sources.toml")["sources"]
    assert {source["id"] for source in sources} >= {f"S{number}" for number in range(1, 17)}
    for source in sources:
        assert source["type"] in Source.Type.values
        assert source["reliability"] in Source.Reliability.values
        assert source["publisher"]
        assert source["title"]
        assert source["date"]
        assert source["language"] == "en"


# --- what is published


def test_the_four_cases_are_published_in_english_and_korean(cases: list[Case]) -> None:
    assert [case.reference for case in cases] == ["MNS-2012-001", "MNS-2013-001", "MNS-2015-001", "MNS-2017-001"]
    for case in cases:
        assert case.live is not None
        assert case.state == Case.State.PUBLISHED
        assert case.live.languages == ["en", "ko"]
        assert case.live.has_minors
        assert case.monitoring


def test_every_published_fact_cites_a_source(cases: list[Case]) -> None:
    for case in cases:
        content = case.live.content
        assert content["cites"]
        assert content["people"]["cites"]
        facts = [*content["members"], *content["events"], *content["involvements"], *content["interventions"]]
        facts += [status for member in content["members"] for status in member["statuses"]]
        facts += [*content["updates"], *content["law"]]
        facts += [article for event in content["events"] for article in event["law"]]
        assert all(fact["cites"] for fact in facts)


def test_nothing_stands_in_the_way_of_publishing_them_again(cases: list[Case]) -> None:
    for case in cases:
        assert [finding for finding in rules.gate(case, TODAY) if finding.blocking] == []


def disputes(case: Case) -> dict[str, set[str]]:
    """What the sources of a case differ about, and all that they say of it."""
    found: dict[str, set[str]] = {}
    for value in values(case.live.content):
        for entry in value.get("disputed", []) if isinstance(value, dict) else []:
            found.setdefault(entry["field"], set()).update(
                str(in_words(claim["said"])) or claim["value"] for claim in entry["claims"]
            )
    return found


def test_where_accounts_differ_all_of_them_stand_side_by_side(cases: list[Case]) -> None:
    china, laos, vietnam, thin = (disputes(case) for case in cases)
    assert china["people"] >= {"41+", "more than 30", "about 24 to 31"}
    assert laos["age"] == {"15-23", "14-18"}
    assert laos["to_state"] >= {"CN", "North Korea, through its embassy"}
    assert vietnam["date"] >= {"2015-10-22", "2015-10-23", "2015-10-26", "2015-11"}
    assert vietnam["people"] >= {"9", "10"}
    assert vietnam["age"] == {"11 months", "12 months"}
    assert thin == {}


def test_of_accounts_that_differ_one_is_chosen_and_it_is_said_why(cases: list[Case]) -> None:
    for case in cases:
        for value in values(case.live.content):
            for entry in value.get("disputed", []) if isinstance(value, dict) else []:
                chosen = [claim for claim in entry["claims"] if claim["chosen"]]
                assert len(chosen) == 1
                assert chosen[0]["why"]


def test_nobody_is_named(cases: list[Case]) -> None:
    for case in cases:
        assert {member["tier"] for member in case.live.content["members"]} <= {"counted", "anonymous"}
        assert not any(each["official"] for each in case.live.content["involvements"])
        assert all(member.real_name is None and member.kin is None for member in case.members.all())


def test_the_people_of_a_case_are_as_many_as_it_says(cases: list[Case]) -> None:
    for case in cases:
        people = case.live.content["people"]
        counted = sum(member["people"] for member in case.live.content["members"])
        assert people["min"] <= counted <= (people["max"] or counted)


def test_what_was_refused_and_what_met_silence_is_told(cases: list[Case]) -> None:
    outcomes = [each["outcome"] for case in cases for each in case.live.content["interventions"]]
    assert outcomes.count("refused") == 2
    assert outcomes.count("silence") == 2


def test_the_case_of_2017_is_honestly_thin(cases: list[Case]) -> None:
    content = cases[-1].live.content
    assert [source["csl"]["publisher"] for source in content["sources"] if "issued" in source["csl"]] == ["CSW"]
    assert len(content["events"]) == 1
    assert content["interventions"] == content["updates"] == []


def test_related_cases_name_each_other(cases: list[Case]) -> None:
    named = {case.reference: {other["reference"] for other in case.live.content["related"]} for case in cases}
    for reference, others in named.items():
        assert others
        assert all(reference in named[other] for other in others)


def test_a_review_lies_ahead_of_whoever_loads_it(cases: list[Case]) -> None:
    for case in cases:
        assert case.as_of < case.last_verified == TODAY < case.next_review


def test_two_people_answer_for_what_is_told_of_people_who_cannot_be_asked(cases: list[Case], team: demo.Team) -> None:
    assert BestInterests.objects.count() == len(cases)
    for note in BestInterests.objects.all():
        assert set(note.scopes) >= {"age", "place", "story"}
        assert (note.signed_by, note.countersigned_by) == (team.editor, team.protection)
    for case in cases:
        decisions = case.live.submission.decisions.values_list("role", "by")
        assert set(decisions) == {("reviewer", team.reviewer.pk), ("protection", team.protection.pk)}
        assert case.edited_by == team.editor


def test_loading_again_changes_nothing(cases: list[Case], team: demo.Team) -> None:
    before = everything()
    assert demo.load(team, today=TODAY + dt.timedelta(days=30)) == []
    assert everything() == before
    assert len(before["cases.Publication"]) == 2 * len(cases)


def test_a_case_that_somebody_works_on_stays_as_it_is(cases: list[Case], team: demo.Team) -> None:
    case = cases[0]
    case.summary = {"en": {"text": "Written anew."}}
    actions.save_entry(entry=case, by=team.editor, seen=case.version)
    demo.load(team, today=TODAY)
    case = Case.objects.get(pk=case.pk)
    assert case.summary == {"en": {"text": "Written anew."}}
    assert case.state == Case.State.DRAFT


# --- the law


@pytest.mark.parametrize("state", ["LA", "VN", "KP"])
@pytest.mark.parametrize("article", ["CSR51/33", "P67/I"])
def test_refugee_law_cannot_be_held_against_who_is_no_party_to_it(
    cases: list[Case], team: demo.Team, state: str, article: str
) -> None:
    code, number = article.split("/")
    for event in Event.objects.exclude(date=""):
        with pytest.raises(actions.NotBinding):
            actions.cite_law(
                event=event,
                article=Article.objects.get(instrument__code=code, number=number),
                state=state,
                by=team.editor,
            )


def test_every_citation_was_binding_that_day_and_minors_law_is_cited_for_minors(cases: list[Case]) -> None:
    for case in cases:
        cited = [(event, article) for event in case.live.content["events"] for article in event["law"]]
        assert {article["code"] for _event, article in cited} >= {"CSR51", "CAT", "CRC"}
        for event, article in cited:
            assert article["since"] <= event["earliest"]
            assert set(article["why"]) == {"en", "ko"}
            assert article["state"] in {event["country"], event["from_state"], event["to_state"]}
            assert (article["code"], article["state"]) not in {("CSR51", "LA"), ("CSR51", "VN")}


def test_the_page_says_that_laos_and_vietnam_are_no_parties(cases: list[Case]) -> None:
    for case, state in ((cases[1], "LA"), (cases[2], "VN")):
        how = {row["code"]: row["how"] for row in case.live.content["law"] if row["state"] == state}
        assert how["CSR51"] == how["P67"] == "none"
        assert how["CAT"] == "ratification"


def test_a_treaty_binds_from_the_day_that_it_says_itself(cases: list[Case]) -> None:
    """Article 43(2) of the Refugee Convention, VIII(2) of the Protocol, 27(2) of CAT, 49 of the CRC."""
    after = {"CSR51": 90, "P67": 0, "CAT": 30, "CRC": 30}
    in_force = dt.date(1990, 9, 2)  # the Convention on the Rights of the Child, for all who had ratified before
    for adherence in Adherence.objects.filter(done_on__isnull=False).select_related("instrument"):
        code = adherence.instrument.code
        since = adherence.done_on + dt.timedelta(days=after[code])
        assert adherence.in_force_from == (max(since, in_force) if code == "CRC" else since)
        assert is_country(adherence.state)
    assert Adherence.objects.filter(kind="none", done_on=None, in_force_from=None).count() == 4
    assert set(Article.objects.filter(for_minors=True).values_list("instrument__code", flat=True)) == {"CRC"}


def test_loading_the_law_adds_what_is_missing_and_changes_nothing(
    cases: list[Case], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("load_law")
    assert capsys.readouterr().out == "0 rows added\n"
    Instrument.objects.filter(code="CAT").update(adopted_on=dt.date(1984, 12, 11))
    Adherence.objects.filter(state="VN", instrument__code="P67").delete()
    call_command("load_law")
    said = capsys.readouterr()
    assert said.out == "1 rows added\n"
    assert "adopted_on" in said.err
    assert Instrument.objects.get(code="CAT").adopted_on == dt.date(1984, 12, 11)
