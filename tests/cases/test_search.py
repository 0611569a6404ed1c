import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from cases import search
from cases.actions import publishing
from cases.models import Case
from face.words import made
from tests.cases import making, telling
from tests.factories import fresh


def found(question: str) -> list[str]:
    return list(
        search.matching(Case.objects.live(), question).order_by("reference").values_list("reference", flat=True)
    )


def a_case(reference: str, **fields: object) -> Case:
    """In every language that its title has."""
    if isinstance(title := fields.get("title"), dict):
        fields["summary"] = {code: {"text": "…"} for code in title}
    case = making.make_case(reference=reference, **fields)
    telling.publish(case)
    return fresh(case)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Nine REFUGEES, nine", ["nine", "refugees"]),
        ("Łódź café CAFE\u0301", ["łodz", "cafe"]),
        ("Ｌａｏｓ ２０１３", ["laos", "2013"]),
        ("난민을", ["난민", "민을", "을"]),
        ("强制遣返", ["强制", "制遣", "遣返", "返"]),
        ("2013년 UNHCR에", ["2013", "년", "unhcr", "에"]),
        ("ｶﾞｲﾄﾞ", ["ガイ", "イド", "ド"]),
        ("'; DROP--\\ & | ! ( ) :* <->", ["drop"]),
        ("", []),
    ],
)
def test_text_is_cut_into_words_or_where_there_are_no_spaces_into_pairs(text, tokens):
    assert search.tokens(text) == tokens


@given(st.text(max_size=60))
def test_no_token_holds_anything_that_means_something_to_a_question(text):
    assert not set("".join(search.tokens(text))) & set("'\"\\:&|!()<>* \t\n\0")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "question",
    [
        "refugees",
        "REFUGEES",
        "refug",
        "refugees laos",
        "laos ref",
        "ｒｅｆｕｇｅｅｓ",
        "MNS-2013-100",
        "oudomxay",
        "cafe",
    ],
)
def test_english_is_found_by_its_words_and_the_last_by_its_beginning(question):
    case = making.make_case(reference="MNS-2013-100", title=made(en="Refugees returned from Laos; Café"))
    making.make_event(case, place=made(en="Oudomxay"), precision="province")
    telling.publish(case)
    a_case("MNS-2013-101", title=made(en="Other people"))
    assert found(question) == ["MNS-2013-100"]


@pytest.mark.django_db
@pytest.mark.parametrize("question", ["ref laos", "efugees", "refugees vietnam", "refugeeslaos"])
def test_all_words_must_be_there_and_only_the_last_may_be_cut_short(question):
    a_case("MNS-2013-100", title=made(en="Refugees returned from Laos"))
    assert found(question) == []


@pytest.mark.django_db
@pytest.mark.parametrize("question", ["난민", "탈북난민", "송환", "강제송환", "탈", "민", "난민 송환", "탈북난민을"])
def test_korean_is_found_inside_longer_words(question):
    a_case("MNS-2013-100", title=made(en="Nine", ko="탈북난민을 강제송환했다"))
    a_case("MNS-2013-101", title=made(en="Other", ko="다른 사람들"))
    assert found(question) == ["MNS-2013-100"]


@pytest.mark.django_db
@pytest.mark.parametrize("question", ["遣返", "强制遣返", "强制 遣返", "返", "脱北者"])
def test_chinese_is_found_inside_longer_text(question):
    a_case("MNS-2013-100", title={"en": {"text": "Nine"}, "zh-hans": {"text": "九名脱北者被强制遣返回国"}})
    a_case("MNS-2013-101", title={"en": {"text": "Other"}, "zh-hans": {"text": "其他人"}})
    assert found(question) == ["MNS-2013-100"]


@pytest.mark.django_db
def test_pairs_that_are_not_there_are_not_found():
    a_case("MNS-2013-100", title=made(en="Nine", ko="난민"))
    assert found("민난") == []
    assert found("난민촌") == []


@pytest.mark.django_db
def test_everything_that_the_page_says_is_searched_and_nothing_else():
    case = making.make_case(reference="MNS-2013-100", team_note="canary")
    member = making.make_member(case, "the boy with the cap", real_name="canary")
    making.make_claim(case, making.make_source(publisher="Radio of Peace"), member=member)
    making.make_claim(case, making.make_source(publisher="canary", confidential=True), member=member)
    making.make_update(case, body=made(en="A bishop asked."))
    making.make_event(case, country="VN")
    telling.publish(case)
    for question in ("cap", "radio of peace", "bishop", "Vietnam"):
        assert found(question) == ["MNS-2013-100"], question
    assert found("canary") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "question", ["'", "a' | 'b", "\\", "a:*b", "!laos", "laos & ", "<->", "\x00", "%", "((", "' OR 1=1 --", "난'민:*"]
)
def test_nothing_that_is_typed_breaks_the_search(question):
    a_case("MNS-2013-100")
    found(question)


@pytest.mark.django_db
@given(question=st.text(max_size=40))
def test_no_text_at_all_breaks_the_search(question):
    found(question)


@pytest.mark.django_db
@pytest.mark.parametrize("question", ["", "   ", "…", "&&"])
def test_a_question_without_a_letter_finds_nothing(question):
    a_case("MNS-2013-100")
    assert found(question) == []


@pytest.mark.django_db
def test_what_was_taken_down_is_found_no_more(chan):
    case = a_case("MNS-2013-100", title=made(en="Refugees"))
    assert found("refugees") == ["MNS-2013-100"]
    publishing.take_down_case(case=case, by=chan, reason="Somebody asked us to.")
    assert found("refugees") == []


@pytest.mark.django_db
def test_what_an_earlier_publication_said_is_found_no_more():
    case = a_case("MNS-2013-100", title=made(en="Refugees"))
    case.title = made(en="People")
    case.save()
    telling.publish(case, note=made(en="Another word."))
    assert found("refugees") == []
    assert found("people") == ["MNS-2013-100"]


@pytest.mark.django_db
def test_a_related_case_is_found_by_its_own_words_alone():
    case, other = a_case("MNS-2013-100", title=made(en="Lanterns")), a_case("MNS-2013-101", title=made(en="Harbour"))
    telling.relate(case, other)
    telling.publish(case, note=made(en="Related."))
    assert found("harbour") == ["MNS-2013-101"]


@pytest.mark.django_db
def test_a_very_long_page_is_indexed():
    telling.publish(making.make_case(reference="MNS-2013-100", story=made(en=" ".join(f"w{n}" for n in range(90_000)))))
    assert found("w100") == ["MNS-2013-100"]


@pytest.mark.django_db
def test_the_search_uses_its_index():
    a_case("MNS-2013-100")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT FROM cases_publicationtext WHERE words @@ '''laos'':*'::tsquery")
        assert "publication_words" in str(cursor.fetchall())
