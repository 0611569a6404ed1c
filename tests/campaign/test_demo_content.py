"""What the demonstration's data must keep: it loads, it reaches nobody, every language says the same."""

import datetime as dt
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from accounts.roles import MemberRole, Role
from campaign import demo
from face.countries import is_country

FOLDER = Path(demo.__file__).parent
FILES = sorted(FOLDER.rglob("*.toml"))
LANGUAGES = [code for code, _ in settings.LANGUAGES]

ARTICLE_33 = re.compile("Article 33|제33조|第三十三条|第33条")
ARTICLE_3 = re.compile("Article 3\\b|제3조|第三条|第3条")
CHINA = re.compile("China|중국|中国")
NOT_PARTIES = re.compile("Laos|Vietnam|라오스|베트남|老挝|越南|ラオス|ベトナム")
LINK = re.compile(r"https?:|www\.|@|\b[\w-]+\.(?:com|org|net|info|int|gov|example)\b", re.IGNORECASE)


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


OBSERVANCE = read("observance.toml")
ORGANISATIONS = read("organisations.toml")["organisations"]
CAMPAIGNS = read("campaigns.toml")["campaigns"]
TARGETS = read("points.toml")["targets"]
POINTS = read("points.toml")["points"]
STAFF = read("people.toml")["staff"]
SIGNATURES = read("people.toml")["signatures"]


def letter(campaign: dict[str, Any], language: str) -> dict[str, str]:
    return read(f"letters/{campaign['slug']}.{language}.toml")


def letters() -> list[dict[str, str]]:
    return [letter(campaign, language) for campaign in CAMPAIGNS for language in LANGUAGES]


def translated() -> list[dict[str, dict[str, str]]]:
    """Every text that exists in several languages, as {language: {field: text}}."""
    things = [OBSERVANCE, *ORGANISATIONS, *CAMPAIGNS, *TARGETS]
    points = [{"en": {"name": point["name"], "city": point["city"]}, **point["texts"]} for point in POINTS]
    return (
        [thing["texts"] for thing in things]
        + points
        + [{language: letter(campaign, language) for language in LANGUAGES} for campaign in CAMPAIGNS]
    )


def strings(value: Any) -> Iterator[str]:
    """All strings inside, but for the addresses, which hold an @ by right."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "email":
                yield from strings(item)


def years(text: str) -> set[str]:
    return set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text))


def paragraphs(text: str) -> list[str]:
    return text.strip().split("\n\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_text_holds_no_link_and_no_control_character(path: Path) -> None:
    for text in strings(tomllib.loads(path.read_text(encoding="utf-8"))):
        assert not LINK.search(text)
        assert text.replace("\n", "").isprintable()
        assert "\n\n\n" not in text


def test_every_text_is_there_in_every_language_with_the_same_fields() -> None:
    for texts in translated():
        assert list(texts) == LANGUAGES
        assert len({tuple(sorted(fields)) for fields in texts.values()}) == 1
        for fields in texts.values():
            assert all(text.strip() for name, text in fields.items() if name != "name_suffix")


def test_every_language_says_the_same_in_as_many_paragraphs_with_the_same_years() -> None:
    for texts in translated():
        for field in texts["en"].keys() & {"about", "background", "body"}:
            versions = [fields[field] for fields in texts.values()]
            assert len({len(paragraphs(text)) for text in versions}) == 1
            assert len({frozenset(years(text)) for text in versions}) == 1


def test_a_file_of_a_letter_says_its_language_in_its_name() -> None:
    names = {f"{campaign['slug']}.{language}.toml" for campaign in CAMPAIGNS for language in LANGUAGES}
    assert {path.name for path in (FOLDER / "letters").iterdir()} == names
    for campaign in CAMPAIGNS:
        for language in LANGUAGES:
            assert letter(campaign, language)["language"] == language


def test_a_line_stays_one_line() -> None:
    for text in letters():
        assert all("\n" not in text[field] for field in ("subject", "salutation", "name_suffix"))
    for campaign in CAMPAIGNS:
        assert all("\n" not in text["title"] + text["ask"] for text in campaign["texts"].values())


def test_the_english_letter_has_300_to_450_words() -> None:
    for campaign in CAMPAIGNS:
        assert 300 <= len(letter(campaign, "en")["body"].split()) <= 450


def test_every_letter_cites_article_33_and_article_3() -> None:
    for text in letters():
        assert ARTICLE_33.search(text["body"])
        assert ARTICLE_3.search(text["body"])


def test_articles_33_and_3_are_cited_to_china_only() -> None:
    assert [target["country"] for target in TARGETS] == ["CN"]
    for texts in translated():
        for text in strings(texts):
            for paragraph in paragraphs(text):
                if ARTICLE_33.search(paragraph) or ARTICLE_3.search(paragraph):
                    assert CHINA.search(paragraph)
                    assert not NOT_PARTIES.search(paragraph)


def test_the_day_moves_only_within_the_year_that_it_is_moved_in() -> None:
    assert (OBSERVANCE["month"], OBSERVANCE["day"]) == (9, 24)
    assert {year: day.isoformat() for year, day in OBSERVANCE["overrides"].items()} == {
        "2016": "2016-09-23",
        "2022": "2022-09-30",
    }


def test_what_a_campaign_refers_to_exists() -> None:
    for campaign in CAMPAIGNS:
        assert campaign["observance"] == OBSERVANCE["slug"]
        assert campaign["organisation"] in {organisation["slug"] for organisation in ORGANISATIONS}
        assert campaign["target"] in {target["slug"] for target in TARGETS}
        assert {campaign["source_language"], campaign["addressee_language"]} <= set(LANGUAGES)
        assert campaign["goal"] > 0


def test_a_source_has_a_publisher_a_title_a_date_and_a_language() -> None:
    for campaign in CAMPAIGNS:
        assert len({source["id"] for source in campaign["sources"]}) == len(campaign["sources"]) > 0
        for source in campaign["sources"]:
            assert set(source) == {"id", "publisher", "title", "date", "language"}
            assert all(source.values())
            assert re.fullmatch(r"\d{4}(-\d\d){0,2}(/\d{4})?", source["date"])


def test_an_invented_organisation_says_so_in_every_language() -> None:
    marks = {"en": "invented", "ko": "가상", "zh-hans": "虚构", "ja": "架空"}
    for organisation in ORGANISATIONS:
        for language, text in organisation["texts"].items():
            assert marks[language] in text["name"]


def test_every_address_is_its_own_and_reaches_nobody() -> None:
    for group in (POINTS, [*STAFF, *SIGNATURES]):
        addresses = [entry["email"] for entry in group]
        assert len(set(addresses)) == len(addresses)
        assert all(re.fullmatch(r"[a-z0-9.-]+@[a-z0-9.-]+\.example", address) for address in addresses)


def test_a_postal_address_asks_to_be_checked_and_nobody_has_verified_it() -> None:
    for point in POINTS:
        assert point["postal_address"] == f"{point['city']} (check the address before use)"
        assert "verified_on" not in point


def test_points_stand_in_many_countries_on_six_continents() -> None:
    assert len(POINTS) >= 24
    assert len({point["country"] for point in POINTS}) >= 14
    countries = {point["country"] for point in POINTS}
    north_america, south_america = {"US", "CA", "MX"}, {"AR", "BR", "CL"}
    for continent in (north_america, south_america, {"DE", "PL"}, {"KR", "JP"}, {"ZA"}, {"AU"}):
        assert countries >= continent


def test_a_point_is_whole() -> None:
    slugs = {target["slug"] for target in TARGETS}
    for point in POINTS:
        assert point["target"] in slugs
        assert point["kind"] in {"embassy", "consulate", "mission"}
        assert is_country(point["country"])
        assert ZoneInfo(point["time_zone"])
        assert point["hourly_cap"] == 600
        hours = [point.get(name) for name in ("delivery_days", "delivery_from", "delivery_until")]
        in_the_office = [[1, 2, 3, 4, 5], dt.time(9), dt.time(17)]
        assert hours == ([None] * 3 if point["takes_rest"] else in_the_office)
    for language in LANGUAGES[1:]:
        assert len({point["texts"][language]["name"] for point in POINTS}) == len(POINTS)
    assert len({point["name"] for point in POINTS}) == len(POINTS)


def test_a_city_is_named_the_same_wherever_it_stands() -> None:
    for language in LANGUAGES[1:]:
        named = {(point["city"], point["texts"][language]["city"]) for point in POINTS}
        assert len(named) == len({city for city, _name in named}) == len({name for _city, name in named})


def test_exactly_one_point_answers_for_a_country() -> None:
    answered = Counter(code for point in POINTS for code in point["answers_for"])
    assert all(is_country(code) for code in answered)
    assert set(answered.values()) == {1}
    assert set(answered) >= {point["country"] for point in POINTS}


def test_exactly_one_point_takes_the_rest() -> None:
    rest = [point for point in POINTS if point["takes_rest"]]
    assert len(rest) == 1
    assert rest[0]["answers_for"] == []


def test_an_embassy_answers_for_its_own_country_and_a_consulate_only_where_no_embassy_is_listed() -> None:
    with_embassy = {point["country"] for point in POINTS if point["kind"] == "embassy"}
    for point in POINTS:
        if point["kind"] == "embassy":
            assert point["country"] in point["answers_for"]
        elif point["answers_for"]:
            assert point["answers_for"] == [point["country"]]
            assert point["country"] not in with_embassy


def test_staff_hold_roles_that_exist() -> None:
    assert [person["superuser"] for person in STAFF].count(True) == 1
    assert {role for person in STAFF for role in person["roles"]} >= {"organizer", "reviewer", "translator"}
    for person in STAFF:
        assert set(person["roles"]) <= set(Role.values)
        for membership in person["memberships"]:
            assert membership["organisation"] in {organisation["slug"] for organisation in ORGANISATIONS}
            assert membership["role"] in MemberRole.values


def test_signatures_are_sixty_people_who_chose_differently() -> None:
    assert len(SIGNATURES) == 60
    assert {signature["display"] for signature in SIGNATURES} == {"full", "initials", "hidden"}
    assert len([signature for signature in SIGNATURES if signature["own_words"]]) >= 12
    for signature in SIGNATURES:
        assert signature["campaign"] in {campaign["slug"] for campaign in CAMPAIGNS}
        assert is_country(signature["country"])
        assert signature["language"] in LANGUAGES
        assert 0 <= signature["days_ago"] < 60
        assert len(signature["own_words"]) <= 2000
        assert 2 <= len(signature["name"]) <= 100


def test_nobody_signs_from_where_signing_is_dangerous() -> None:
    assert not {signature["country"] for signature in SIGNATURES} & {"CN", "KP"}
