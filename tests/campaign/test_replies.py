"""What came back from whom the letters address."""

import pytest

from campaign import actions
from campaign.models import Dispatch, Reply, Signature
from tests.factories import NOW, fresh, make_dispatch, make_person, make_signature

State = Dispatch.State


@pytest.fixture
def letter(campaign, point):
    ara = make_signature(campaign, state=Signature.State.CONFIRMED)
    return make_dispatch(ara, point, state=State.ACCEPTED, accepted_at=NOW)


def record(letter, kind, **given):
    about = {"campaign": letter.signature.campaign, "point": letter.point, "dispatch": letter, "received_at": NOW}
    return actions.record_reply(**about, kind=kind, **given)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("automatic", State.ACCEPTED),
        ("unread", State.ACCEPTED),
        ("form", State.REPLIED),
        ("substantive", State.REPLIED),
    ],
)
def test_a_letter_is_answered_when_somebody_wrote_back(letter, kind, state):
    record(letter, kind, text="Dear Ara Kim,")
    assert fresh(letter).state == state


def test_a_reply_needs_no_letter_that_it_answers(campaign, point):
    reply = actions.record_reply(campaign=campaign, point=point, kind="form", channel="post", received_at=NOW)
    assert (reply.dispatch, reply.channel) == (None, "post")


def test_what_nobody_has_read_is_sorted_and_the_letter_follows(letter):
    bora = make_person("Bora")
    reply = record(letter, "unread", text="Thank you for your letter.")
    actions.sort_reply(reply=reply, kind="form", excerpt="Thank you.", by=bora)
    assert fresh(letter).state == State.REPLIED
    assert letter.changes.latest("pk").by == bora
    actions.sort_reply(reply=reply, kind="automatic", excerpt="", by=bora)
    assert fresh(letter).state == State.ACCEPTED


def test_a_second_answer_keeps_the_letter_answered_when_the_first_was_none(letter):
    bora = make_person("Bora")
    first, _second = record(letter, "form"), record(letter, "substantive")
    actions.sort_reply(reply=first, kind="automatic", excerpt="", by=bora)
    assert fresh(letter).state == State.REPLIED


def test_a_reply_to_a_letter_that_came_back_is_noted_all_the_same(letter):
    letter.move(State.BOUNCED)
    record(letter, "form")
    assert fresh(letter).state == State.BOUNCED
    assert Reply.objects.answers().count() == 1


def test_what_calls_an_erased_person_by_name_is_erased_with_them(letter):
    before = record(letter, "form", text="Dear Ara Kim,")
    actions.erase_signature(signature=letter.signature)
    after = record(letter, "form", text="Dear Ara Kim,")
    assert [fresh(reply).text for reply in (before, after)] == [None, None]
