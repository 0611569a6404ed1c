"""Words per language and dates as known, as the desk's forms take them."""

import pytest
from django.core.exceptions import ValidationError

from cases.comparing import differences, pieces
from cases.forms.entries import MemberForm
from cases.forms.fields import Typed, WordsFormField
from face.words import is_old, made
from tests.cases.desk import client_of, make_full_case, typed, url
from tests.cases.making import make_case, make_member


def field(words, *, source="en", **options):
    made_field = WordsFormField(label="Title", **options)
    made_field.speak(source, words)
    return made_field


WORDS = made(en="Nine people", ko="아홉 사람")


def test_a_new_source_makes_its_translations_old():
    words = field(WORDS).clean(Typed({"en": "Ten people", "ko": "아홉 사람"}))
    assert words["en"]["text"] == "Ten people"
    assert is_old(words, "ko")


def test_a_translation_written_with_its_source_is_not_old():
    words = field(WORDS).clean(Typed({"en": "Ten people", "ko": "열 사람"}))
    assert not is_old(words, "ko")


def test_an_old_translation_is_right_again_only_when_somebody_says_so():
    old = field(WORDS).clean(Typed({"en": "Ten people", "ko": "아홉 사람"}))
    assert is_old(field(old).clean(Typed({"en": "Ten people", "ko": "아홉 사람"})), "ko")
    looked = Typed({"en": "Ten people", "ko": "아홉 사람"}, frozenset({"ko"}))
    assert not is_old(field(old).clean(looked), "ko")


def test_an_emptied_language_is_gone():
    assert set(field(WORDS).clean(Typed({"en": "Nine people", "ko": " "}))) == {"en"}


@pytest.mark.parametrize("texts", [{"ko": "아홉 사람"}, {}])
def test_words_that_must_be_said_are_said_in_the_language_of_the_case_first(texts):
    with pytest.raises(ValidationError, match="English"):
        field({}).clean(Typed(texts))


def test_a_korean_case_is_written_in_korean():
    assert field({}, source="ko").clean(Typed({"ko": "아홉 사람"})) == made("ko", ko="아홉 사람")


def test_words_that_are_too_long_are_refused_by_name():
    with pytest.raises(ValidationError, match="한국어: at most 3"):
        field({}, max_length=3).clean(Typed({"en": "abc", "ko": "가나다라"}))


@pytest.mark.django_db
def test_each_language_has_a_control_with_its_label_and_lang_and_the_source_is_first(chan):
    case = make_case(written_in="ko", title=made("ko", ko="아홉 사람"))
    page = client_of(chan).get(url("facts", case.reference)).content.decode()
    for code in ("ko", "en", "zh-hans", "ja"):
        assert f'name="title_{code}" lang="{code}"' in page
    assert page.index('name="title_ko"') < page.index('name="title_en"')
    assert '<label for="id_title_0"><span lang="ko">한국어</span>' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("date", "says"),
    [
        ("2012-02", "Earliest Feb. 1, 2012 · latest Feb. 29, 2012"),
        ("2013-05-10", "That day alone: May 10, 2013"),
        ("2013-02-30", "There is no such day"),
        ("soon", "not a date that we can read"),
        ("2013-05-28/..", "latest not known"),
        ("", ""),
    ],
)
def test_a_date_says_while_one_types_which_days_it_may_mean(chan, date, says):
    assert says in client_of(chan).get(url("date_reading"), {"date": date}).content.decode()


@pytest.mark.django_db
def test_what_is_sealed_is_asked_of_a_new_row_and_never_shown_again(chan):
    case = make_case()
    assert {"real_name", "kin"} <= set(MemberForm(case=case).fields)
    assert not {"real_name", "kin"} & set(MemberForm(case=case, instance=make_member(case)).fields)


@pytest.mark.django_db
def test_only_people_events_and_rows_of_the_case_can_be_chosen(chan):
    case, other = make_full_case(chan), make_full_case(chan)
    client = client_of(chan)
    stranger = other.members.get()
    form = client.get(url("add", case.reference, "consents")).context["form"]
    assert stranger not in form.fields["member"].queryset
    sent = typed(client, url("add", case.reference, "claims"), about=f"member:{stranger.pk}", source=1)
    assert client.post(url("add", case.reference, "claims"), sent).status_code == 422


def test_a_difference_is_shown_word_by_word_and_character_by_character():
    assert [(piece.text, piece.kind) for piece in pieces("nine people", "ten people")] == [
        ("nine", "removed"),
        ("ten", "added"),
        (" people", "same"),
    ]
    assert [piece.text for piece in pieces("五月十日", "五月九日")] == ["五月", "十", "九", "日"]


def test_contents_that_say_the_same_do_not_differ():
    content = {"title": made(en="Nine"), "members": [{"id": 1, "sex": "male", "minor": False}], "note": made(en="x")}
    assert differences(content, {**content, "note": {}}) == []
    (difference,) = differences({**content, "members": [{"id": 1, "sex": "female", "minor": False}]}, content)
    assert difference.where == ["Member 1", "Sex"]
    assert difference.kind == "changed"
    assert [each.kind for each in differences(content, None)] == ["added", "added"]
