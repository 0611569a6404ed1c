"""What a hostile State would newly learn, and whom a publication would single out."""

import pytest

from cases import snapshot
from cases.models import Member
from cases.rules import adversary, protection_reasons
from face.words import made, write
from tests.cases.making import (
    make_case,
    make_claim,
    make_event,
    make_intervention,
    make_involvement,
    make_member,
    make_picture,
    make_ready_case,
    make_source,
    make_status,
    make_update,
)
from tests.factories import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_ready_case()


def content_of(case):
    return snapshot.build(fresh(case))


def news(case, before):
    """What is new, as (about, field, before, now)."""
    return [(each.about, each.field, each.before, each.now) for each in adversary(content_of(case), before).news]


# --- the diff


def test_where_nothing_changed_nothing_is_learnt(case):
    before = content_of(case)
    assert adversary(content_of(case), before).learns_nothing


def test_of_a_first_publication_everything_is_new(case):
    told = adversary(content_of(case), None)
    assert all(each.before == "" for each in told.news)
    assert ("member: a man of about thirty", "age", "28–32") in {
        (each.about, each.field, each.now) for each in told.news
    }


def test_a_field_that_says_more_is_shown_before_and_after(case):
    before = content_of(case)
    Member.objects.update(age_min=30, age_max=30, sex="", citizenship="CN")
    assert news(case, before) == [
        ("member: a man of about thirty", "age", "28–32", "30"),
        ("member: a man of about thirty", "sex", "male", ""),
        ("member: a man of about thirty", "citizenship", "North Korea", "China"),
    ]


def test_a_rise_of_the_identity_is_shown(case):
    before = content_of(case)
    Member.objects.update(tier="pseudonym")
    assert news(case, before) == [("member: a man of about thirty", "identity", "anonymous", "under a pseudonym")]


def test_words_are_compared_in_every_language(case):
    before = content_of(case)
    case.story = write({}, "ko", "그는 창밖을 보고 있었다.", source="en")
    case.save(update_fields=["story"])
    assert news(case, before) == [("The case", "what happened", "", "ko: 그는 창밖을 보고 있었다.")]


def test_an_event_in_between_makes_the_others_no_news(case):
    before = content_of(case)
    make_event(case, "transfer", "2013-05-20", what=made(en="They were moved to a hotel."))
    assert {about for about, *_rest in news(case, before)} == {"event: transfer, 20 May 2013"}


def test_an_event_whose_date_is_known_better_is_the_same_event():
    case = make_case()
    event = make_event(case, date="2013-05")
    before = content_of(case)
    event.date = "2013-05-10"
    event.save()
    assert news(case, before) == [("event: arrest, 10 May 2013", "date", "May 2013", "10 May 2013")]


def test_a_place_that_is_told_more_exactly_is_news():
    case = make_case()
    event = make_event(case)
    before = content_of(case)
    event.precision, event.place = "city", made(en="Vientiane")
    event.save()
    assert {(field, now) for _about, field, _before, now in news(case, before)} == {
        ("province or city", "en: Vientiane"),
        ("known to the", "city"),
    }


def test_whom_an_event_is_about_is_told_by_what_the_page_calls_them(case):
    before = content_of(case)
    case.events.get(kind="arrest").members.set([case.members.get()])
    assert news(case, before) == [("event: arrest, 10 May 2013", "whom it is about", "", "a man of about thirty")]


def test_a_new_status_is_news_of_its_member(case):
    before = content_of(case)
    make_status(case.members.get(), "detained_after_return", "2014")
    assert (
        "member: a man of about thirty · status: detained after return, 2014",
        "status",
        "",
        "detained after return",
    ) in news(case, before)


def test_what_is_gone_is_shown_as_well(case):
    before = content_of(case)
    case.events.filter(kind="arrest").delete()
    assert ("event: arrest, 10 May 2013", "type", "arrest", "") in news(case, before)


def test_every_part_of_a_publication_is_compared(case):
    before = content_of(case)
    make_picture(case)
    make_update(case)
    make_intervention(case)
    make_involvement(case, official="Minister of Police", position=made(en="We follow the law."))
    about = {each[0].partition(":")[0] for each in news(case, before)}
    assert about == {"picture", "update", "intervention", "involvement"}


def test_sources_that_come_to_differ_are_news(case):
    before = content_of(case)
    member = case.members.get()
    for age in ("14", "18"):
        make_claim(case, make_source(), member=member, field="age", value=age)
    assert (
        "member: a man of about thirty",
        "what sources differ about",
        "",
        "age: 14 years old / 18 years old",
    ) in news(case, before)


# --- who is singled out


def crowd(case, *members):
    return [make_member(case, f"person {number}", **fields) for number, fields in enumerate(members, 1)]


def singled_out(case, before=None):
    return {each.member: (each.facts, each.is_new) for each in adversary(content_of(case), before).singled_out}


ALIKE = {"age_min": 17, "age_max": 17, "sex": "male", "citizenship": "KP"}


def test_people_who_are_told_alike_are_not_singled_out():
    case = make_case()
    crowd(case, ALIKE, ALIKE, ALIKE)
    assert singled_out(case) == {}


def test_the_only_girl_is_singled_out():
    case = make_case()
    crowd(case, ALIKE, ALIKE, ALIKE | {"sex": "female"})
    assert singled_out(case) == {3: ({"sex": "female"}, True)}


def test_what_is_common_alone_singles_out_together():
    case = make_case()
    girl = {**ALIKE, "sex": "female", "age_min": 15, "age_max": 15}
    crowd(case, ALIKE, girl | {"sex": "male"}, girl | {"age_min": 17, "age_max": 17}, girl, ALIKE, ALIKE)
    assert singled_out(case)[4] == ({"age": "15", "sex": "female"}, True)
    assert 1 not in singled_out(case)


def test_a_day_or_a_place_of_ones_own_singles_out():
    case = make_case()
    members = crowd(case, ALIKE, ALIKE, ALIKE)
    make_event(case, "release", "2013-06-01", members=[members[0]])
    make_event(case, "transfer", "2013-06", members=[members[1]], precision="city", place=made(en="Pyongyang"))
    assert singled_out(case) == {
        1: ({"day": "1 June 2013"}, True),
        2: ({"place": "Pyongyang"}, True),
    }


def test_an_event_of_everybody_singles_out_nobody():
    case = make_case()
    crowd(case, ALIKE, ALIKE)
    make_event(case, "return", "2013-05-28", precision="city", place=made(en="Beijing"))
    assert singled_out(case) == {}


@pytest.mark.parametrize("tier", ["named", "counted"])
def test_who_is_named_or_only_counted_is_no_matter_of_singling_out(tier):
    case = make_case()
    crowd(case, ALIKE, ALIKE, ALIKE | {"sex": "female", "tier": tier})
    assert singled_out(case) == {}


def test_one_person_alone_is_singled_out_by_everything_together(case):
    assert set(singled_out(case)) == {1}
    Member.objects.update(age_min=None, age_max=None)
    assert singled_out(case) == {}


def test_what_the_last_publication_singled_out_already_is_not_new():
    case = make_case()
    crowd(case, ALIKE, ALIKE, ALIKE | {"sex": "female"})
    before = content_of(case)
    assert singled_out(case, before)[3] == ({"sex": "female"}, False)


def test_the_warning_can_be_read():
    case = make_case()
    crowd(case, ALIKE, ALIKE, ALIKE | {"sex": "female"})
    (warning,) = adversary(content_of(case), None).singled_out
    assert str(warning) == "“person 3” is the only one in the case with sex: female."


def test_a_group_of_200_is_looked_through():
    case = make_case()
    Member.objects.bulk_create(
        Member(case=case, label=made(en=f"p{n}"), age_min=n % 50, age_max=n % 50, sex="male") for n in range(199)
    )
    make_member(case, "the one", sex="female")
    assert set(singled_out(case)) == {200}


# --- who needs the protection officer


def test_of_a_case_without_dangers_nobody_needs_protection(case):
    assert protection_reasons(case, content_of(case), None) == []


@pytest.mark.parametrize(
    ("tier", "before", "needed"),
    [
        ("named", None, True),
        ("pseudonym", None, False),
        ("anonymous", "counted", True),
        ("pseudonym", "anonymous", True),
        ("named", "pseudonym", True),
        ("named", "named", False),
        ("anonymous", "named", False),
    ],
)
def test_a_rise_of_identity_needs_it(case, tier, before, needed):
    previous = None
    if before:
        Member.objects.update(tier=before)
        previous = content_of(case)
    Member.objects.update(tier=tier)
    assert (protection_reasons(case, content_of(case), previous) == ["identity"]) is needed


def test_who_comes_new_into_a_published_case_by_name_needs_it(case):
    previous = content_of(case)
    make_member(case, "A Name", tier="named")
    assert protection_reasons(case, content_of(case), previous) == ["identity"]


def test_minors_faces_and_officials_need_it_each_time(case):
    make_member(case, "the youngest", age_min=15, age_max=15)
    make_picture(case, shows=[case.members.first()])
    make_involvement(case, official="Minister of Police")
    content = content_of(case)
    assert protection_reasons(case, content, content) == ["minors", "faces", "officials"]


def test_a_picture_without_a_public_version_shows_no_face(case):
    make_picture(case, shows=[case.members.first()], derivative="")
    assert protection_reasons(case, content_of(case), None) == []
