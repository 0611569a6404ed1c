"""What a claim says: kept so that it can be compared, told in each reader's words."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from cases.models import Claim, values
from face.words import made
from tests.cases.making import make_case, make_claim, make_event


@pytest.mark.parametrize(
    ("field", "typed", "kept", "english", "korean"),
    [
        ("people", "9", "9", "9 people", "9명"),
        ("people", " 41+ ", "41+", "at least 41 people", "41명 이상"),
        ("people", "24 to 31", "24-31", "24 to 31 people", "24~31명"),
        ("age", "14–18", "14-18", "14 to 18 years old", "14~18세"),
        ("age", "0", "0", "under one year old", "한 살 미만"),
        ("minor", "Yes", "yes", "yes", "예"),
        ("sex", "male", "male", "male", "남성"),
        ("citizenship", "North Korea", "KP", "North Korea", "북한"),
        ("to_state", "cn", "CN", "China", "중국"),
        ("from_state", "라오스", "LA", "Laos", "라오스"),
        ("date", "2013-05-27", "2013-05-27", "27 May 2013", "2013년 5월 27일"),
        ("date", "2012-02~", "2012-02~", "about February 2012", "2012년 2월경"),
        ("role", "returned by force", "returned", "returned by force", "강제 송환"),
        ("outcome", "silence", "silence", "no answer", "답 없음"),
        ("place", "", "", "", ""),
    ],
)
def test_a_value_is_kept_once_and_told_in_each_language(field, typed, kept, english, korean):
    assert values.read(field, typed) == kept
    assert values.read(field, kept) == kept
    with override("en"):
        assert values.shown(field, kept) == english
    with override("ko"):
        assert values.shown(field, kept) == korean


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("people", "about 30"),
        ("people", "31-24"),
        ("people", "-3"),
        ("age", "14 months"),
        ("minor", "perhaps"),
        ("citizenship", "China, by naturalisation"),
        ("date", "in May"),
        ("date", "2013-02-30"),
        ("role", "had no part in it"),
        ("place", "Vientiane"),
        ("position", "illegal migrants"),
        ("", "9"),
    ],
)
def test_what_only_words_can_say_is_refused_as_a_value(field, typed):
    with pytest.raises(ValidationError):
        values.read(field, typed)


def test_every_field_has_a_value_or_words_alone():
    in_words = {"", "place", "position"}
    for field in Claim.Field.values:
        assert (field in values._FORMS) is (field not in in_words), field


@pytest.mark.django_db
def test_no_claim_is_stored_that_could_not_be_told():
    case = make_case()
    assert make_claim(case, field="to_state", value="China").value == "CN"
    with pytest.raises(ValidationError) as refused:
        make_claim(case, field="to_state", value="Chjna")
    assert list(refused.value.message_dict) == ["value"]


@pytest.mark.django_db
def test_claims_agree_where_the_source_text_is_the_same_whoever_reads_them():
    event = make_event(make_case())
    one = make_claim(event.case, event=event, field="to_state", said=made(en="its embassy", ko="대사관"))
    other = make_claim(event.case, event=event, field="to_state", said=made(en="its embassy"))
    with override("ko"):
        assert str(one.told) != str(other.told)
        assert one.fact == other.fact
    other.said = made(en="its ministry", ko="대사관")
    assert one.fact != other.fact
