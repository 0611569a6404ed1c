"""Packs by post: asked for, posted, delivered or back; and hand-ins that are called off."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django_fsm import TransitionNotAllowed
from PIL import Image

from campaign import actions, links, rules, tasks
from campaign.actions import following
from campaign.models import Dispatch, HandIn, HandInPhoto, Pack, Posting, Volunteer
from cases.pictures import Box
from outbox.models import Message
from privacy.sealed_files import sealed_places
from tests.campaign.papers import ask, made, make_all, printed_states, sign_and_confirm
from tests.factories import DAY, NOW, fresh, make_hand_in, make_point, make_volunteer
from tests.logging_in import log_in

TODAY = NOW.date()
State = Posting.State


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def pack(campaign, point, bora):
    """Two letters for the post, fetched."""
    sign_and_confirm(campaign, "Ara Kim", "Jan Nowak")
    ready = made(campaign, point, channel="post")
    actions.hand_out_pack(pack=ready, by=bora)
    return fresh(ready)


def own_page_of(pack, client):
    signature = pack.dispatches.first().signature
    return client.get(reverse("own_page", args=[links.own_page_token(signature)])).content.decode()


def check_page_of(pack, client):
    return client.get(reverse("pack_check", args=[pack.number])).content.decode()


# --- In the post


def test_what_is_posted_its_letters_say_and_what_the_post_says_too(pack, bora):
    posting = actions.post_pack(pack=pack, day=TODAY - DAY, tracking="RR 123 456 789 PL", by=bora)
    assert printed_states(pack) == ["posted", "posted"]
    actions.settle_posting(posting=posting, outcome="delivered", day=TODAY, by=bora)
    assert printed_states(pack) == ["delivered", "delivered"]
    assert [(change.old, change.new, change.by) for change in posting.changes.all()] == [("posted", "delivered", bora)]
    assert posting.posted_by == bora
    reasons = set(pack.dispatches.first().changes.values_list("reason", flat=True))
    assert reasons == {f"pack {pack.number}"}


def test_day_and_number_can_be_corrected_while_it_is_on_its_way(pack, bora):
    first = actions.post_pack(pack=pack, day=TODAY, tracking="RR 1", by=bora)
    again = actions.post_pack(pack=pack, day=TODAY - DAY, tracking="RR 2", by=bora)
    assert first == again
    assert (again.posted_on, again.tracking) == (TODAY - DAY, "RR 2")
    assert pack.dispatches.first().changes.count() == 1


def test_what_came_back_says_why_and_may_be_posted_once_more(pack, bora):
    posting = actions.post_pack(pack=pack, day=TODAY - DAY, by=bora)
    with pytest.raises(ValidationError):
        actions.settle_posting(posting=posting, outcome="returned", day=TODAY, by=bora)
    with pytest.raises(ValidationError):
        actions.settle_posting(posting=posting, outcome="delivered", day=TODAY - 2 * DAY, by=bora)
    actions.settle_posting(posting=posting, outcome="returned", day=TODAY, reason="moved", by=bora)
    assert printed_states(pack) == ["returned", "returned"]
    again = actions.post_pack(pack=pack, day=TODAY, tracking="RR 3", by=bora)
    assert (again, again.state, again.settled_on) == (posting, State.POSTED, None)
    assert printed_states(pack) == ["posted", "posted"]


def test_what_was_delivered_is_not_posted_again_and_may_still_come_back(pack, bora):
    posting = actions.post_pack(pack=pack, day=TODAY, by=bora)
    actions.settle_posting(posting=posting, outcome="delivered", day=TODAY, by=bora)
    with pytest.raises(actions.AlreadyThere):
        actions.post_pack(pack=pack, day=TODAY, by=bora)
    with pytest.raises(TransitionNotAllowed):
        actions.settle_posting(posting=posting, outcome="delivered", day=TODAY, by=bora)
    actions.settle_posting(posting=posting, outcome="returned", day=TODAY, reason="sent back", by=bora)
    assert printed_states(pack) == ["returned", "returned"]


def test_only_a_pack_for_the_post_that_somebody_has_is_posted(campaign, point, bora):
    sign_and_confirm(campaign, "Ara Kim")
    by_post, by_hand = made(campaign, point, channel="post"), made(campaign, point)
    actions.hand_out_pack(pack=by_hand, by=bora)
    for each in (by_post, by_hand):
        with pytest.raises(actions.NotReadyYet):
            actions.post_pack(pack=fresh(each), day=TODAY, by=bora)


def test_supporters_and_the_check_page_tell_the_day_and_never_the_tracking_number(pack, bora, client):
    assert "on its way to the office" in check_page_of(pack, client)
    posting = actions.post_pack(pack=pack, day=TODAY - DAY, tracking="RR123456789PL", by=bora)
    for page in (own_page_of(pack, client), check_page_of(pack, client)):
        assert "Posted on" in page
        assert "RR123456789PL" not in page
    actions.settle_posting(posting=posting, outcome="returned", day=TODAY, reason="Refused by Mr Li", by=bora)
    for page in (own_page_of(pack, client), check_page_of(pack, client)):
        assert "It was posted, and came back on" in page
        assert "Mr Li" not in page


# --- Many letters


def test_letters_of_more_than_a_volume_follow_one_volume_after_the_other(campaign, point, bora, monkeypatch):
    monkeypatch.setattr(following, "VOLUME", 2)
    hand_in = make_hand_in(campaign, point)
    mina = make_volunteer(hand_in, state="accepted")
    for number in range(3):
        sign_and_confirm(campaign, f"Ara {number}", f"Jan {number}")
        actions.hand_out_pack(pack=made(campaign, point), by=bora)
    packs = list(rules.kit_of(hand_in))
    actions.report_hand_in(volunteer=mina, key="0c9e8cbe-7d5c-4b0d-9d8b-111111111111", outcome="refused", at=NOW)
    assert [set(printed_states(each)) for each in packs] == [{"returned"}, {"packed"}, {"packed"}]
    # A report that corrects it meanwhile is what the rest follows.
    actions.report_hand_in(volunteer=mina, key="0c9e8cbe-7d5c-4b0d-9d8b-222222222222", outcome="delivered", at=NOW)
    for _each in packs:
        tasks.move_letters()
    assert [set(printed_states(each)) for each in packs] == [{"delivered"}] * 3
    assert not actions.move_next_letters()


# --- Called off


def test_who_was_to_go_hears_that_nobody_goes_and_the_packs_are_void(
    campaign, point, bora, client, django_capture_on_commit_callbacks
):
    hand_in = make_hand_in(campaign, point)
    waiting = make_volunteer(hand_in, state="confirmed")
    mina = make_volunteer(hand_in, state="accepted")
    sign_and_confirm(campaign, "Ara Kim", "Jan Nowak")
    (printed,) = actions.ask_for_kit(volunteer=mina)
    make_all()
    actions.hand_out_kit(volunteer=mina, pack=printed)
    sign_and_confirm(campaign, "이하나")
    (unfetched,) = ask(campaign, point)
    make_all()
    with django_capture_on_commit_callbacks(execute=True):
        actions.cancel_hand_in(hand_in=fresh(hand_in), by=bora)
    assert fresh(hand_in).state == HandIn.State.CANCELLED
    assert {fresh(pack).state for pack in (printed, unfetched)} == {Pack.State.CANCELLED}
    assert sealed_places() == []
    assert set(Dispatch.objects.values_list("state", "pack", "place")) == {("cancelled", None, None)}
    assert fresh(waiting).state == Volunteer.State.DECLINED
    assert set(Message.objects.values_list("kind", flat=True)) == {"volunteer_declined", "hand_in_cancelled"}
    assert "destroy" in check_page_of(printed, client)
    page = client.get(reverse("coordinator", args=[links.coordinator_token(fresh(mina))])).content.decode()
    assert "destroy what you printed" in page
    assert "Open the report" not in page
    with pytest.raises(actions.NotWanted):
        actions.cancel_hand_in(hand_in=hand_in, by=bora)
    assert rules.to_strike_out(Pack.objects.all()) == {}


def test_a_place_that_was_called_off_is_offered_again_with_packs_of_its_own(campaign, point, bora):
    hand_in = make_hand_in(campaign, point)
    mina = make_volunteer(hand_in, state="accepted")
    sign_and_confirm(campaign, "Ara Kim")
    (void,) = actions.ask_for_kit(volunteer=mina)
    with pytest.raises(actions.NotWanted):
        actions.offer_again(hand_in=hand_in, by=bora)
    actions.cancel_hand_in(hand_in=hand_in, by=bora)
    actions.offer_again(hand_in=hand_in, by=bora)
    assert (fresh(hand_in).state, fresh(hand_in).coordinator) == (HandIn.State.OFFERED, None)
    assert fresh(mina).state == Volunteer.State.DECLINED
    with pytest.raises(actions.LinkUsed):
        actions.ask_for_kit(volunteer=mina)
    actions.accept_volunteer(volunteer=make_volunteer(hand_in, state="confirmed"), by=bora)
    (pack,) = rules.kit_of(hand_in)
    assert (pack.volume, pack.count) == (2, 1)
    assert pack.number != void.number


def test_a_report_that_comes_after_all_is_kept(campaign, point, bora):
    hand_in = make_hand_in(campaign, point)
    mina = make_volunteer(hand_in, state="accepted")
    actions.cancel_hand_in(hand_in=fresh(hand_in), by=bora)
    actions.report_hand_in(volunteer=mina, key="0c9e8cbe-7d5c-4b0d-9d8b-333333333333", outcome="delivered", at=NOW)
    assert fresh(hand_in).state == HandIn.State.CANCELLED
    assert hand_in.reports.count() == 1


def test_something_else_leaves_the_letters_where_they_are_and_needs_a_note(campaign, point, client, bora):
    hand_in = make_hand_in(campaign, point)
    mina = make_volunteer(hand_in, state="accepted")
    sign_and_confirm(campaign, "Ara Kim")
    (pack,) = actions.ask_for_kit(volunteer=mina)
    make_all()
    actions.hand_out_kit(volunteer=mina, pack=pack)
    address = reverse("report", args=[links.coordinator_token(mina)])
    told = {"key": "0c9e8cbe-7d5c-4b0d-9d8b-444444444444", "outcome": "other", "at": "2026-01-01T10:00", "note": ""}
    headers = {"Origin": "http://testserver"}
    refused = client.post(address, told, headers=headers)
    assert refused.status_code == 422
    assert "Please say in the note what happened." in refused.content.decode()
    assert client.post(address, told | {"note": "The street was closed."}, headers=headers).status_code == 302
    assert fresh(hand_in).state == HandIn.State.OTHER
    assert printed_states(pack) == ["packed"]
    page = own_page_of(pack, client)
    assert "Printed in the pack for Warsaw" in page
    assert "Neither taken nor refused at Warsaw on" in check_page_of(pack, client)


# --- Photographs


def a_photo():
    picture = Image.new("RGB", (640, 480), "orange")
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def photo(campaign, point):
    mina = make_volunteer(make_hand_in(campaign, point), state="accepted")
    actions.report_hand_in(
        volunteer=mina,
        key="0c9e8cbe-7d5c-4b0d-9d8b-555555555555",
        outcome="delivered",
        at=NOW,
        photos=[a_photo()],
    )
    return HandInPhoto.objects.get()


@pytest.mark.django_db(transaction=True)
def test_of_a_covered_part_nothing_is_kept(photo, bora):
    before = photo.file
    covered = actions.cover_photo(photo=photo, boxes=[Box(0, 0, 320, 480)], by=bora)
    shown = Image.open(io.BytesIO(actions.open_photo(covered.file)))
    assert shown.getpixel((100, 200)) == (0, 0, 0)
    assert shown.getpixel((600, 200))[0] > 200
    assert covered.file != before
    with pytest.raises(FileNotFoundError):
        actions.open_photo(before)
    assert len(sealed_places()) == 2


def test_a_part_lies_inside_the_picture(photo, bora):
    with pytest.raises(ValidationError):
        actions.cover_photo(photo=photo, boxes=[Box(0, 0, 641, 10)], by=bora)


# --- At the desk


@pytest.fixture
def desk(campaign, bora, lantern):
    return log_in(Client(), bora, proven_again=True)


def at(name, campaign, *args):
    return reverse(f"campaign_desk:{name}", args=[campaign.slug, *args])


def test_an_organizer_asks_fetches_posts_and_notes_what_came_back(campaign, point, desk, lantern):
    point.postal_address = "Märkisches Ufer 54\n10179 Berlin, Mitte"
    point.save()
    sign_and_confirm(campaign, "Ara Kim", "=Jan Nowak")
    asked = {"point": point.pk, "paper": "a4"}
    page = desk.post(at("ask_for_packs", campaign), asked, follow=True).content.decode()
    assert "2 letters in 1 volumes" in page
    make_all()
    pack = Pack.objects.get(channel="post")
    assert desk.post(at("pack_post", pack.campaign, pack.number, "posted"), {"day": TODAY}).status_code == 302
    assert not Posting.objects.exists()
    fetched = desk.post(at("pack_file", pack.campaign, pack.number))
    assert b"".join(fetched.streaming_content).startswith(b"%PDF")
    here = at("pack", pack.campaign, pack.number)
    assert at("pack_post", pack.campaign, pack.number, "posted") in desk.get(here).content.decode()
    said = at("pack_post", pack.campaign, pack.number, "posted")
    desk.post(said, {"day": TODAY - DAY, "tracking": "RR 1"})
    assert "RR 1" in desk.get(here).content.decode()
    back = at("pack_post", pack.campaign, pack.number, "returned")
    assert "This field is required" in desk.post(back, {"day": TODAY, "reason": ""}).content.decode()
    assert "before the day on which" in desk.post(back, {"day": TODAY - 3 * DAY, "reason": "moved"}).content.decode()
    desk.post(back, {"day": TODAY, "reason": "moved"})
    assert Posting.objects.get().state == State.RETURNED
    assert desk.get(at("pack_post", pack.campaign, pack.number, "eaten")).status_code == 404


def test_a_point_without_address_gets_nothing_by_post(campaign, point, desk):
    asked = {"point": point.pk, "paper": "a4"}
    assert desk.post(at("ask_for_packs", campaign), asked).status_code == 422
    elsewhere = make_point(target=None, postal_address="Street 1")
    assert not Pack.objects.exists()
    page = desk.post(at("ask_for_packs", campaign), asked | {"point": elsewhere.pk}, follow=True).content.decode()
    assert "No letter waits for the post to this point." in page


def test_the_list_for_the_print_house_opens_in_a_spreadsheet_as_it_is(pack, desk):
    pack.point.postal_address = '"Haus Ä", Straße 1\n=1+1\n北京'
    pack.point.save()
    response = desk.get(at("pack_list", pack.campaign, pack.number))
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    assert {len(row) for row in rows} == {10}
    assert rows[0][:4] == ["pack", "number", "first_page", "pages"]
    assert rows[1][5:8] == ['"Haus Ä", Straße 1', "'=1+1", "北京"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_others_see_no_pack_and_no_file_of_it(pack, eun, chan):
    for person in (eun, chan):
        client = log_in(Client(), person, proven_again=True)
        for name, *more in (["packs"], ["pack", pack.number], ["pack_list", pack.number]):
            assert client.get(at(name, pack.campaign, *more)).status_code in (403, 404)
        for name, *more in (["pack_post", pack.number, "posted"], ["pack_file", pack.number]):
            assert client.post(at(name, pack.campaign, *more)).status_code in (403, 404)
