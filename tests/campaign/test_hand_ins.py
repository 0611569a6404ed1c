"""Hand-ins: wanted, offered, accepted, fetched, reported, released; and whoever leaves is gone."""

import datetime as dt
import io
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone, translation
from django_fsm import TransitionNotAllowed
from PIL import Image

from accounts.models import Notice
from campaign import actions
from campaign.models import Dispatch, HandIn, HandInPhoto, Hold, Pack, Volunteer
from campaign.outcomes import told
from cases.models import Case
from face.pictures import BadPicture
from outbox.models import Message
from privacy.indexes import address_index
from privacy.sealed_files import sealed_places
from tests.campaign.papers import make_all, sign_and_confirm
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    fresh,
    make_campaign,
    make_hand_in,
    make_point,
    make_signature,
    make_target,
    make_volunteer,
)

State = HandIn.State
OFFER = {"name": "Mina Park", "email": "mina@people.example", "about": "", "named_in_public": False}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def hand_in(campaign, point):
    return make_hand_in(campaign, point)


@pytest.fixture
def mina(hand_in):
    """The coordinator."""
    return make_volunteer(hand_in, email="mina@people.example", state="accepted", about="I go with my sister.")


def mails(kind):
    return Message.objects.filter(kind=kind)


def offer(hand_in, **changes):
    actions.volunteer(hand_in=hand_in, language="en", offer=OFFER | changes)


def report(mina, outcome="delivered", **fields):
    defaults = {"key": uuid.uuid4(), "at": NOW, "note": ""}
    return actions.report_hand_in(volunteer=mina, outcome=outcome, **defaults | fields)


def a_photo(width=640, height=480):
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    Image.new("RGB", (width, height), "orange").save(file, "JPEG", exif=exif)
    return file.getvalue()


# --- Wanted and offered


def test_an_organizer_offers_a_place_once_and_only_where_the_letters_go(campaign, point, bora):
    made = actions.offer_hand_in(campaign=campaign, point=point, day=NOW.date(), by=bora)
    assert made.state == State.OFFERED
    with pytest.raises(ValidationError):
        actions.offer_hand_in(campaign=campaign, point=point, day=NOW.date(), by=bora)
    elsewhere = make_point(target=make_target("mayor"))
    with pytest.raises(ValidationError):
        actions.offer_hand_in(campaign=campaign, point=elsewhere, day=NOW.date(), by=bora)


def test_an_offer_waits_for_its_mailbox_and_nobody_hears_of_it(hand_in):
    offer(hand_in)
    volunteer = Volunteer.objects.get()
    assert (volunteer.state, volunteer.name) == (Volunteer.State.PENDING, "Mina Park")
    assert mails("volunteer_confirm").count() == 1
    assert not mails("volunteer_offered").exists()


def test_an_unconfirmed_offer_is_replaced_by_the_next_of_its_address(hand_in):
    offer(hand_in)
    offer(hand_in, name="Mina P.")
    assert Volunteer.objects.get().name == "Mina P."


@pytest.mark.parametrize("state", ["confirmed", "declined"])
def test_a_known_address_costs_the_same_statements_and_changes_nothing(hand_in, state, django_assert_num_queries):
    known = make_volunteer(hand_in, email=OFFER["email"], state=state)
    with django_assert_num_queries(4):
        offer(hand_in, email="new@people.example")
    with django_assert_num_queries(4):
        offer(hand_in, name="Somebody Else")
    assert fresh(known).name == "Mina Park"
    assert mails("volunteer_confirm").filter(subject_id=known.pk).count() == 1


def test_a_place_that_is_taken_or_not_public_takes_no_offer(campaign, point, hand_in, mina):
    with pytest.raises(actions.NotWanted):
        offer(hand_in, email="eun@people.example")
    draft = make_campaign("draft", state="draft")
    with pytest.raises(actions.NotWanted):
        offer(make_hand_in(draft, point))


def test_a_confirmed_offer_is_told_to_the_organizers_once(hand_in, bora):
    volunteer = make_volunteer(hand_in)
    actions.confirm_volunteer(volunteer_id=volunteer.pk)
    actions.confirm_volunteer(volunteer_id=volunteer.pk)
    assert fresh(volunteer).state == Volunteer.State.CONFIRMED
    assert mails("volunteer_offered").count() == 1


def test_an_offer_that_nobody_confirmed_in_time_is_gone_with_its_person(hand_in):
    late = make_volunteer(hand_in, offered_at=NOW - 8 * DAY)
    soon = make_volunteer(hand_in)
    assert actions.expire_volunteers(now=NOW) == 1
    assert (fresh(late).state, fresh(late).email) == (Volunteer.State.WITHDRAWN, None)
    assert fresh(soon).email


# --- Accepted, and the kit


def test_accepting_makes_a_coordinator_and_asks_for_the_kit(campaign, point, hand_in, bora):
    sign_and_confirm(campaign, "Ara Kim", "Hana Cho")
    volunteer = make_volunteer(hand_in, state="confirmed", language="ko")
    actions.accept_volunteer(volunteer=volunteer, by=bora)
    hand_in = fresh(hand_in)
    assert (hand_in.state, hand_in.coordinator) == (State.CLAIMED, volunteer)
    assert hand_in.changes.get().by == bora
    pack = Pack.objects.get()
    assert (pack.count, pack.language, pack.paper, pack.point) == (2, "ko", "a4", point)
    assert mails("volunteer_accepted").get().subject_id == volunteer.pk


def test_only_one_is_accepted_for_a_place(hand_in, mina, bora):
    other = make_volunteer(hand_in, state="confirmed")
    with pytest.raises(actions.NotWanted):
        actions.accept_volunteer(volunteer=other, by=bora)
    assert fresh(other).state == Volunteer.State.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_of_two_accepted_at_once_one_is(hand_in, bora):
    volunteers = [make_volunteer(hand_in, state="confirmed") for _ in range(2)]

    def accept(volunteer):
        try:
            actions.accept_volunteer(volunteer=volunteer, by=bora)
        except actions.NotWanted:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, volunteers)) == [False, True]


def test_an_unconfirmed_offer_cannot_be_accepted(hand_in, bora):
    with pytest.raises(TransitionNotAllowed):
        actions.accept_volunteer(volunteer=make_volunteer(hand_in), by=bora)
    assert fresh(hand_in).state == State.OFFERED


def test_a_declined_volunteer_is_told_and_can_be_accepted_after_all(hand_in, bora):
    volunteer = make_volunteer(hand_in, state="confirmed")
    actions.decline_volunteer(volunteer=volunteer, by=bora)
    assert mails("volunteer_declined").count() == 1
    actions.accept_volunteer(volunteer=volunteer, by=bora)
    assert fresh(hand_in).coordinator == volunteer


def test_where_letters_are_held_a_coordinator_is_accepted_without_a_kit(campaign, hand_in, bora):
    Hold.objects.create(campaign=campaign, case=Case.objects.create(reference="MNS-2013-001"), cause="status")
    volunteer = make_volunteer(hand_in, state="confirmed")
    actions.accept_volunteer(volunteer=volunteer, by=bora)
    assert fresh(hand_in).state == State.CLAIMED
    assert not Pack.objects.exists()
    with pytest.raises(actions.LettersHeld):
        actions.ask_for_kit(volunteer=volunteer)


def test_downloading_hands_the_pack_out_and_makes_the_hand_in_ready(campaign, hand_in, mina):
    sign_and_confirm(campaign, "Ara Kim")
    (pack,) = actions.ask_for_kit(volunteer=mina)
    with pytest.raises(actions.NotReadyYet):
        actions.hand_out_kit(volunteer=mina, pack=pack)
    make_all()
    for _again in range(2):
        assert actions.hand_out_kit(volunteer=mina, pack=pack).startswith(b"%PDF")
    assert fresh(pack).state == Pack.State.HANDED_OUT
    assert fresh(hand_in).state == State.READY


def test_a_supplement_comes_once_the_first_is_fetched_and_not_every_minute(campaign, mina):
    sign_and_confirm(campaign, "Ara Kim")
    (first,) = actions.ask_for_kit(volunteer=mina)
    with pytest.raises(actions.NothingToAskFor):
        actions.ask_for_kit(volunteer=mina)
    make_all()
    actions.hand_out_kit(volunteer=mina, pack=first)
    sign_and_confirm(campaign, "Late Comer")
    with pytest.raises(actions.NothingToAskFor):
        actions.ask_for_kit(volunteer=mina)
    (second,) = actions.ask_for_kit(volunteer=mina, now=timezone.now() + 2 * HOUR)
    assert (second.volume, second.first, second.count) == (2, 2, 1)


def test_nobody_but_the_coordinator_gets_the_kit(campaign, hand_in, mina):
    sign_and_confirm(campaign, "Ara Kim")
    (pack,) = actions.ask_for_kit(volunteer=mina)
    make_all()
    other = make_volunteer(hand_in, state="confirmed")
    for forbidden in (actions.ask_for_kit, lambda **who: actions.hand_out_kit(pack=pack, **who)):
        with pytest.raises(actions.LinkUsed):
            forbidden(volunteer=other)


def test_a_coordinator_gets_no_pack_of_another_place(campaign, mina):
    elsewhere = make_point(country="DE", city="Berlin")
    (pack,) = actions.ask_for_packs(
        campaign=campaign, point=elsewhere, channel="hand", paper="a4", language="en", by=None
    )
    make_all()
    with pytest.raises(Pack.DoesNotExist):
        actions.hand_out_kit(volunteer=mina, pack=pack)


# --- Reported


@pytest.fixture
def carried(campaign, mina):
    """Two letters in a pack that Mina has fetched."""
    signatures = sign_and_confirm(campaign, "Ara Kim", "Hana Cho")
    (pack,) = actions.ask_for_kit(volunteer=mina)
    make_all()
    actions.hand_out_kit(volunteer=mina, pack=pack)
    return signatures


def letters(signatures):
    return {dispatch.state for dispatch in Dispatch.objects.filter(signature__in=signatures, channel="hand")}


@pytest.mark.parametrize(
    ("outcome", "letter"),
    [("delivered", "delivered"), ("left_in_mailbox", "delivered"), ("refused", "returned"), ("posted", "posted")],
)
def test_a_report_moves_the_hand_in_and_its_letters(hand_in, mina, carried, outcome, letter):
    report(mina, outcome, note="The guard took it.")
    assert fresh(hand_in).state == outcome
    assert letters(carried) == {letter}
    assert hand_in.reports.get().note == "The guard took it."


def test_letters_in_a_pack_that_nobody_fetched_stay_where_they_are(campaign, mina, carried):
    (late,) = sign_and_confirm(campaign, "Late Comer")
    actions.ask_for_kit(volunteer=mina, now=timezone.now() + 2 * HOUR)
    report(mina)
    assert letters([late]) == {"packed"}
    assert letters(carried) == {"delivered"}


def test_a_report_sent_twice_is_kept_once(hand_in, mina, carried):
    key = uuid.uuid4()
    first, again = report(mina, key=key), report(mina, "refused", key=key)
    assert first == again
    assert fresh(hand_in).state == State.DELIVERED


@pytest.mark.django_db(transaction=True)
def test_a_report_sent_twice_at_once_is_kept_once(hand_in, mina):
    key = uuid.uuid4()

    def send(_number):
        try:
            report(mina, key=key, photos=[a_photo()])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    assert hand_in.reports.count() == HandInPhoto.objects.count() == 1


def test_two_reports_that_differ_are_both_kept_and_the_later_counts(hand_in, mina, carried):
    report(mina, "refused")
    report(mina, "delivered", at=NOW + HOUR)
    assert hand_in.reports.count() == 2
    assert fresh(hand_in).state == State.DELIVERED
    assert letters(carried) == {"delivered"}
    told = HandIn.objects.with_outcome().get()
    assert (told.outcome, told.happened_at) == ("delivered", NOW + HOUR)


def test_the_organizers_hear_of_each_outcome_once(hand_in, mina, bora, post_office):
    for outcome in ("delivered", "delivered", "refused", "delivered"):
        report(mina, outcome, note="A secret between us.")
        post_office.send()
    heard = post_office.mails_to(bora.email)
    texts = [mail.get_body(("plain",)).get_content() for mail in heard]
    assert len(texts) == 2
    assert "delivered to a person" in texts[0]
    assert "refused at the door" in texts[1]
    assert f"/desk/campaigns/{hand_in.campaign.slug}/hand-ins/{hand_in.pk}/" in texts[0]
    assert not any(secret in text for text in texts for secret in ("A secret", "Mina", "mina@"))


def test_after_the_release_a_report_is_kept_and_moves_nothing(hand_in, mina, carried, bora):
    report(mina, "delivered")
    actions.release_report(hand_in=hand_in, photos=[], by=bora)
    assert fresh(hand_in).state == State.REPORTED
    report(mina, "refused")
    assert hand_in.reports.count() == 2
    assert letters(carried) == {"delivered"}
    told = HandIn.objects.with_outcome().get()
    assert (told.outcome, told.happened_at) == ("delivered", NOW)


def test_a_hand_in_that_was_never_fetched_can_be_reported(hand_in, mina):
    report(mina, "refused")
    assert fresh(hand_in).state == State.REFUSED


def test_nobody_but_the_coordinator_reports(hand_in, mina):
    with pytest.raises(actions.LinkUsed):
        report(make_volunteer(hand_in, state="confirmed"))


# --- Photographs


def test_of_a_photograph_nothing_is_kept_but_the_pixels(mina):
    report(mina, photos=[a_photo()])
    photo = HandInPhoto.objects.get()
    kept = actions.open_photo(photo.file)
    assert b"a camera" not in kept
    assert b"Exif" not in kept
    assert (photo.width, photo.height) == Image.open(io.BytesIO(kept)).size == (640, 480)
    assert Image.open(io.BytesIO(actions.open_photo(photo.file, width=480))).size == (480, 360)


def test_what_is_no_picture_stops_the_whole_report(hand_in, mina):
    with pytest.raises(BadPicture):
        report(mina, photos=[a_photo(), b"%PDF-1.7"])
    assert not hand_in.reports.exists()
    assert sealed_places() == []


def test_only_released_photographs_are_public_and_a_release_can_be_taken_back(hand_in, mina, bora):
    report(mina, photos=[a_photo(), a_photo(320, 240)])
    shown, unseen = HandInPhoto.objects.all()
    assert not HandInPhoto.objects.public().exists()
    actions.release_report(hand_in=hand_in, photos=[shown], by=bora)
    assert list(HandInPhoto.objects.public()) == [shown]
    actions.release_report(hand_in=hand_in, photos=[unseen], by=bora)
    assert list(HandInPhoto.objects.public()) == [unseen]


def test_a_photograph_of_another_hand_in_is_not_released_with_it(campaign, hand_in, mina, bora):
    elsewhere = make_hand_in(campaign, make_point(country="DE", city="Berlin"))
    report(make_volunteer(elsewhere, state="accepted"), photos=[a_photo()])
    report(mina)
    actions.release_report(hand_in=hand_in, photos=HandInPhoto.objects.all(), by=bora)
    assert not HandInPhoto.objects.public().exists()


# --- Leaving


def no_trace_of(volunteer):
    gone = fresh(volunteer)
    assert (gone.name, gone.email, gone.email_index, gone.about) == (None, None, None, None)
    assert gone.erased_at
    assert not Message.objects.filter(address_index=address_index("mina@people.example")).exists()


def test_an_offer_taken_back_is_gone_with_its_person_and_its_mail(hand_in):
    offer(hand_in)
    volunteer = Volunteer.objects.get()
    for _again in range(2):
        actions.withdraw_volunteer(volunteer=volunteer)
    no_trace_of(volunteer)
    assert mails("volunteer_confirm").get().state == "cancelled"
    offer(hand_in)
    assert Volunteer.objects.filter(erased_at=None).count() == 1


def test_a_coordinator_who_leaves_opens_the_place_again_and_the_organizers_hear_of_it(hand_in, mina, bora):
    actions.withdraw_volunteer(volunteer=mina)
    no_trace_of(mina)
    assert (fresh(hand_in).state, fresh(hand_in).coordinator) == (State.OFFERED, None)
    assert Notice.objects.get(kind="coordinator_left", person=bora).subject_id == hand_in.pk
    with pytest.raises(actions.LinkUsed):
        report(mina)
    actions.accept_volunteer(volunteer=make_volunteer(hand_in, state="confirmed"), by=bora)
    assert fresh(hand_in).state == State.CLAIMED


def test_whoever_leaves_after_the_report_leaves_what_happened_and_nothing_of_themselves(hand_in, mina, bora):
    report(mina, note="My sister Jin was there.", photos=[a_photo()])
    actions.release_report(hand_in=hand_in, photos=HandInPhoto.objects.all(), by=bora)
    actions.withdraw_volunteer(volunteer=mina)
    no_trace_of(mina)
    kept = hand_in.reports.get()
    assert (kept.outcome, kept.note, kept.photos.count()) == ("delivered", None, 0)
    assert fresh(hand_in).state == State.REPORTED


@pytest.mark.django_db(transaction=True)
def test_the_files_of_a_photograph_go_with_it(hand_in, mina):
    report(mina, photos=[a_photo()])
    assert len(sealed_places()) == 2
    actions.withdraw_volunteer(volunteer=mina)
    assert sealed_places() == []


def test_an_address_is_forgotten_with_the_last_that_stands_under_it(campaign, hand_in, mina):
    signature = make_signature(campaign, email="mina@people.example", state="confirmed")
    actions.request_links(email="mina@people.example", language="en")
    actions.erase_signature(signature=signature)
    assert mails("links").get().address_index
    actions.withdraw_volunteer(volunteer=mina)
    assert mails("links").get().address_index is None


def test_dates_at_the_door_are_those_of_the_place(campaign):
    point = make_point(country="JP", city="Tokyo", time_zone="Asia/Tokyo")
    mina = make_volunteer(make_hand_in(campaign, point), state="accepted")
    report(mina, at=dt.datetime(2027, 9, 23, 16, tzinfo=dt.UTC))
    with translation.override("ko"):
        assert "2027년 9월 24일" in told(HandIn.objects.for_pages().get(), "Tokyo")
