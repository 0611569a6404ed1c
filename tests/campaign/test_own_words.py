"""Own words are read before they go: what waits, what somebody decides, and what nobody may do."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections, transaction

from audit.models import Entry
from campaign import actions, emails, links
from campaign.actions.own_words import TELL_AFTER
from campaign.models import AddressHealth, Campaign, Dispatch, OwnWords, OwnWordsChange, Signature
from campaign.needs import needs
from campaign.screening import hints
from campaign.waiting import waiting
from outbox.models import Message
from privacy.sealed_files import path_of
from tests.campaign.papers import ask, made, text_of
from tests.factories import (
    HOUR,
    NOW,
    SECOND,
    fresh,
    make_campaign,
    make_dispatch,
    make_point,
    make_signature,
    wait_until_blocked,
)

pytestmark = pytest.mark.django_db
WORDS = "Let my aunt go home."


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def confirm(campaign, words=WORDS, *, at=NOW, **fields):
    signature = make_signature(campaign, own_words=words or None, at=at - HOUR, **fields)
    shown = actions.digest_of(fresh(signature))
    return actions.confirm_signature(signature_id=signature.pk, revision=signature.revision, shown=shown, now=at)


def words_of(signature):
    return OwnWords.objects.get(signature=signature)


def states(signature):
    return list(signature.dispatches.order_by("pk").values_list("state", flat=True))


def release(now=NOW):
    return actions.release_dispatches(now=now)


def accept(signature, by):
    actions.accept_words(words=words_of(signature), by=by)


def leave_out(signature, by, why="insults"):
    actions.leave_words_out(words=words_of(signature), why=why, by=by, now=NOW)


def undo(signature, by):
    actions.undo_decision(words=words_of(signature), by=by)


# --- What waits --------------------------------------------------------------------------------------------------


def test_a_letter_with_own_words_waits_and_one_without_goes(campaign, point):
    with_words, without = confirm(campaign), confirm(campaign, words="")
    assert release() == 1
    assert (states(with_words), states(without)) == (["unread"], ["queued"])
    assert (words_of(with_words).state, words_of(with_words).since) == ("unread", NOW)
    assert OwnWords.objects.count() == 1


def test_a_campaign_that_does_not_read_them_lets_them_go(point):
    signature = confirm(make_campaign(reads_own_words=False))
    assert release() == 1
    assert states(signature) == ["queued"]
    assert not OwnWords.objects.exists()


def test_who_has_not_confirmed_is_not_read(campaign, point):
    make_signature(campaign, own_words=WORDS)
    assert not OwnWords.objects.exists()


@pytest.mark.parametrize("state", ["queued", "packed"])
def test_the_database_lets_no_letter_out_whose_words_are_unread(campaign, point, state):
    signature = confirm(campaign)
    elsewhere = make_point()
    with pytest.raises(IntegrityError, match="unread_words_stay"), transaction.atomic():
        make_dispatch(signature, elsewhere, state=state)
    letter = make_dispatch(signature, elsewhere)
    with pytest.raises(IntegrityError, match="unread_words_stay"), transaction.atomic():
        Dispatch.objects.filter(pk=letter.pk).update(state=state)


def test_what_waits_is_told_with_since_when(campaign, point):
    assert waiting(campaign, language="en", now=NOW).unread is None
    confirm(campaign, at=NOW - HOUR)
    confirm(campaign)
    confirm(campaign, words="")
    found = waiting(campaign, language="en", now=NOW)
    assert found.unread.what == "2 letters wait until somebody has read the own words in them."
    assert found.unread.since == NOW - HOUR
    assert [(place.unread, place.waiting) for place in found.places] == [(2, 1)]
    assert len(found.letters) == 1


def test_at_an_address_that_refuses_it_is_read_before_it_goes_another_way(campaign, point, bora):
    signature = confirm(campaign)
    other = make_point("Consulate", target=point.target)
    AddressHealth.objects.create(point=point, state="bounced", refused_at=NOW)
    actions.reroute_waiting(now=NOW)
    assert states(signature) == ["unread"]
    accept(signature, bora)
    actions.reroute_waiting(now=NOW)
    assert states(signature) == ["rerouted", "planned"]
    assert other.dispatches.get().signature == signature


# --- Decisions ---------------------------------------------------------------------------------------------------


def test_accepted_words_go_in_the_letter(campaign, point, post_office, bora):
    signature = confirm(campaign)
    accept(signature, bora)
    assert release() == 1
    post_office.send("deliveries")
    assert WORDS in post_office.text_to("warsaw@point.example")
    assert states(signature) == ["accepted"]


def test_words_left_out_are_in_no_letter_and_their_writer_is_told_why(campaign, point, post_office, bora):
    signature = confirm(campaign, email="ara@people.example")
    leave_out(signature, bora)
    assert release() == 1
    post_office.send("deliveries")
    assert WORDS not in post_office.text_to("warsaw@point.example")
    assert fresh(signature).own_words is None
    post_office.send(now=NOW + TELL_AFTER - SECOND)
    assert post_office.mails_to("ara@people.example") == []
    post_office.send(now=NOW + TELL_AFTER + SECOND)
    told = post_office.text_to("ara@people.example")
    assert "They insult or threaten somebody." in " ".join(told.split())
    assert WORDS not in told
    assert post_office.link_to("ara@people.example", "/signatures/") == f"/en/signatures/{_token(signature)}/"


def _token(signature):
    return links.own_page_token(fresh(signature))


def test_each_decision_is_kept_with_who_took_it(campaign, point, bora, dana):
    signature = confirm(campaign)
    accept(signature, bora)
    undo(signature, dana)
    leave_out(signature, dana, why="unfit")
    changes = OwnWordsChange.objects.order_by("pk").values_list("old", "new", "by__name", "reason")
    assert list(changes) == [
        ("unread", "accepted", "Bora", ""),
        ("accepted", "unread", "Dana", ""),
        ("unread", "rejected", "Dana", "unfit"),
    ]
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        OwnWordsChange.objects.update(reason="")


def test_the_audit_log_says_who_decided_and_nothing_of_the_words(campaign, point, bora):
    signature = confirm(campaign)
    leave_out(signature, bora)
    undo(signature, bora)
    accept(signature, bora)
    entries = list(Entry.objects.filter(action__startswith="own_words.").order_by("pk"))
    assert [(entry.action, entry.by) for entry in entries] == [
        ("own_words.left_out", "Bora"),
        ("own_words.undone", "Bora"),
        ("own_words.accepted", "Bora"),
    ]
    assert entries[0].details == {"why": "insults"}
    assert not any(WORDS in str(vars(entry)) for entry in entries)


def test_who_comes_second_is_told_who_was_faster(campaign, point, bora, dana):
    signature = confirm(campaign)
    words = words_of(signature)
    accept(signature, bora)
    with pytest.raises(actions.AlreadyRead) as faster:
        actions.leave_words_out(words=words, why="unfit", by=dana)
    assert faster.value.words.state == "accepted"
    assert fresh(signature).own_words == WORDS


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(campaign, point, bora, dana):
    signature = confirm(campaign)
    words = words_of(signature)

    def leave_out_too():
        try:
            actions.leave_words_out(words=words, why="unfit", by=dana)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            accept(signature, bora)
            second = other.submit(leave_out_too)
            wait_until_blocked(second)
        with pytest.raises(actions.AlreadyRead):
            second.result()
    assert (words_of(signature).state, states(signature)) == ("accepted", ["planned"])


# --- Undone ------------------------------------------------------------------------------------------------------


def test_undone_while_it_waits_for_its_turn_it_waits_to_be_read_again(campaign, point, bora):
    signature = confirm(campaign)
    accept(signature, bora)
    undo(signature, bora)
    assert (states(signature), release()) == (["unread"], 0)
    undo(signature, bora)


def test_words_that_were_left_out_come_back_and_no_mail_goes(campaign, point, post_office, bora):
    signature = confirm(campaign, email="ara@people.example")
    leave_out(signature, bora)
    undo(signature, bora)
    assert fresh(signature).own_words == WORDS
    assert words_of(signature).words is None
    post_office.send(now=NOW + HOUR)
    assert post_office.mails_to("ara@people.example") == []


def test_a_letter_in_the_queue_is_called_back(campaign, point, bora):
    signature = confirm(campaign)
    accept(signature, bora)
    release()
    assert states(signature) == ["queued"]
    undo(signature, bora)
    assert states(signature) == ["unread"]
    assert not Message.objects.filter(kind="letter", state="queued").exists()
    accept(signature, bora)
    assert release(NOW + HOUR) == 1


def test_a_letter_in_a_digest_leaves_it_and_the_others_go(campaign, point, post_office, bora):
    point.digest_every = 2
    point.save()
    with_words, without = confirm(campaign), confirm(campaign, words="", name="Jan Nowak")
    accept(with_words, bora)
    assert release() == 2
    undo(with_words, bora)
    post_office.send("deliveries")
    assert (states(with_words), states(without)) == (["unread"], ["accepted"])
    assert WORDS not in post_office.text_to("warsaw@point.example")


def test_what_has_gone_is_not_undone(campaign, point, post_office, bora):
    signature = confirm(campaign)
    accept(signature, bora)
    release()
    post_office.send("deliveries")
    with pytest.raises(actions.LetterGone):
        undo(signature, bora)
    assert (words_of(signature).state, states(signature)) == ("accepted", ["accepted"])


# --- On paper ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["hand", "post"])
def test_unread_words_stand_in_no_pack_and_accepted_ones_in_the_next(point, bora, channel):
    campaign = make_campaign(channels=["hand", "post"])
    signature = confirm(campaign)
    other = confirm(campaign, words="", name="Jan Nowak")
    (pack,) = ask(campaign, point, channel=channel)
    assert (pack.count, pack.dispatches.get().signature) == (1, other)
    accept(signature, bora)
    (supplement,) = ask(campaign, point, channel=channel)
    assert supplement.dispatches.get().signature == signature


def test_words_left_out_are_not_printed(campaign, point, bora):
    signature = confirm(campaign, words="Nobodys business")
    leave_out(signature, bora)
    text = text_of(made(campaign, point))
    assert "Ara Kim" in text
    assert "Nobodys" not in text


def test_undone_they_leave_a_pack_that_nobody_has_fetched(campaign, point, bora):
    signature = confirm(campaign)
    accept(signature, bora)
    pack = made(campaign, point)
    undo(signature, bora)
    assert fresh(pack).state == "asked"
    assert sorted(states(signature)) == ["cancelled", "unread"]


def test_a_pack_that_somebody_has_fetched_is_gone(campaign, point, bora):
    signature = confirm(campaign)
    accept(signature, bora)
    pack = made(campaign, point)
    actions.hand_out_pack(pack=pack, by=bora)
    with pytest.raises(actions.LetterGone):
        undo(signature, bora)
    assert path_of(fresh(pack).file).exists()


# --- Who leaves, and who comes back ------------------------------------------------------------------------------


def test_who_withdraws_is_not_read_any_more_and_is_again_after_signing_again(campaign, point, submit, bora):
    signature = confirm(campaign, email="ara@people.example")
    actions.withdraw_signature(signature=signature)
    assert (words_of(signature).state, states(signature)) == ("left", ["cancelled"])
    assert not OwnWords.objects.unread().exists()
    with pytest.raises(actions.NothingToRead):
        accept(signature, bora)
    submit(own_words="Other words.")
    signature = fresh(signature)
    shown = actions.digest_of(signature)
    actions.confirm_signature(signature_id=signature.pk, revision=signature.revision, shown=shown, now=NOW)
    assert (words_of(signature).state, states(signature)) == ("unread", ["unread"])


def test_other_words_after_signing_again_are_unread_though_the_first_were_accepted(campaign, point, submit, bora):
    signature = confirm(campaign, email="ara@people.example")
    accept(signature, bora)
    actions.withdraw_signature(signature=signature)
    submit(own_words="Worse words.")
    signature = fresh(signature)
    shown = actions.digest_of(signature)
    actions.confirm_signature(signature_id=signature.pk, revision=signature.revision, shown=shown, now=NOW)
    assert release() == 0


def test_words_signed_anew_while_a_worker_had_the_letter_are_read_first(
    campaign, point, submit, bora, post_office, monkeypatch
):
    signature = confirm(campaign, email="ara@people.example")
    accept(signature, bora)
    release()
    keep = emails._keep_as_sent

    def signed_anew_just_then(dispatch, text):
        actions.withdraw_signature(signature=signature)
        kept = keep(dispatch, text)
        submit(own_words="Worse words.")
        again = fresh(signature)
        shown = actions.digest_of(again)
        actions.confirm_signature(signature_id=again.pk, revision=again.revision, shown=shown, now=NOW)
        return kept

    monkeypatch.setattr(emails, "_keep_as_sent", signed_anew_just_then)
    post_office.send("deliveries", now=NOW)
    assert (words_of(signature).state, states(signature)) == ("unread", ["unread"])
    assert post_office.server.mails == []


def test_erasure_takes_words_that_were_left_out_too(campaign, point, bora):
    signature = confirm(campaign)
    leave_out(signature, bora)
    actions.erase_signature(signature=signature)
    assert (words_of(signature).words, words_of(signature).state) == (None, "left")
    message = Message.objects.get(kind="words_left_out")
    assert (message.state, message.address_index) == ("cancelled", None)


# --- Whether they are read ---------------------------------------------------------------------------------------


def test_reading_begun_stops_the_letters_that_wait_for_their_turn(point, bora):
    campaign = make_campaign(reads_own_words=False)
    going = confirm(campaign)
    assert release() == 1
    signature, without = confirm(campaign), confirm(campaign, words="")
    actions.set_reading(campaign=campaign, reads=True, by=bora, reason="Insults", now=NOW)
    assert (states(signature), states(without), states(going)) == (["unread"], ["planned"], ["queued"])
    assert [words.signature for words in OwnWords.objects.all()] == [signature]
    assert Entry.objects.get(action="own_words.reading_begun").reason == "Insults"


def test_reading_ended_lets_later_ones_go_and_what_waits_goes_on_waiting(campaign, point, bora):
    before = confirm(campaign)
    for _time in range(2):
        actions.set_reading(campaign=campaign, reads=False, by=bora, reason="Too many", now=NOW)
    after = confirm(campaign)
    assert (states(before), states(after)) == (["unread"], ["planned"])
    assert Entry.objects.filter(action="own_words.reading_ended").count() == 1
    assert not fresh(campaign).reads_own_words


# --- Told --------------------------------------------------------------------------------------------------------


def test_organizers_and_staff_are_told_how_many_wait_and_since_when(campaign, point, bora, eun):
    for hours in (3, 1):
        confirm(campaign, at=NOW - hours * HOUR)
    need = next(need for need in needs(bora) if "own-words" in need.url)
    assert (str(need.name), need.count, need.since) == ("Own words to read", 2, NOW - 3 * HOUR)
    assert need.url == f"/desk/campaigns/{campaign.slug}/own-words/"
    assert needs(eun) == []


def test_over_is_over(campaign, point, bora):
    confirm(campaign)
    Campaign.objects.locked().get().move("closed")
    assert OwnWords.objects.unread().count() == 1
    Campaign.objects.locked().get().move("delivered")
    assert OwnWords.objects.unread().count() == 0


def test_the_own_page_says_that_it_waits_and_what_came_of_it(campaign, point, client, bora):
    signature = confirm(campaign)

    def own_page():
        return client.get(f"/en/signatures/{_token(signature)}/").content.decode()

    assert "Somebody reads your own words before they go: your letter waits for that." in own_page()
    leave_out(signature, bora, why="advertises")
    page = own_page()
    assert "Your letter goes without your own words. They hold links, numbers or advertising." in page
    assert WORDS in page
    undo(signature, bora)
    accept(signature, bora)
    assert 'id="own-words"' not in own_page()


# --- Hints -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (WORDS, []),
        ("Look at https://spam.example/now", ["a link"]),
        ("cheap-pills.shop has them", ["a link"]),
        ("Ask ara@people.example", ["an e-mail address"]),
        ("Call +48 (22) 555-01-23", ["a phone number"]),
        ("On 2013-05-28, and again on 2018.09.24, they were sent back.", []),
        ("In 1997 there were 200 000 of them.", []),
        ("YOU ARE ALL CRIMINALS", ["capitals"]),
        ("The UNHCR and the PRC", []),
        ("제발 돌려보내지 마세요. 이모가 그곳에 있습니다.", []),
        ("Pleaseeeeeeeeee", ["repeated characters"]),
        ("", []),
    ],
)
def test_hints_say_what_stands_out(text, found):
    assert hints(text) == found


def test_the_words_are_sealed_where_they_wait(campaign, point, bora):
    signature = confirm(campaign)
    leave_out(signature, bora)
    row = OwnWords.objects.filter(signature=signature).extra(select={"raw": "words"}).values("raw").get()
    assert WORDS.encode() not in bytes(row["raw"])
    assert Signature.objects.get(pk=signature.pk).own_words is None
