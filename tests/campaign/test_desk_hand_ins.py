"""The organizers' pages of hand-ins, packs by post, replies and addressing: what they do, and who may not."""

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions, rules
from campaign.actions.deliveries import plan_dispatches
from campaign.models import Campaign, CoordinatorMail, Dispatch, HandIn, HandInPhoto, Pack, Reply, SelfReport
from outbox.models import Message
from tests.campaign.handed_in import hand_in_as
from tests.campaign.papers import made, make_all, sign_and_confirm
from tests.factories import (
    DAY,
    NOW,
    fresh,
    make_campaign,
    make_dispatch,
    make_hand_in,
    make_organisation,
    make_person,
    make_point,
    make_signature,
    make_target,
    make_volunteer,
)
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db
SOON = (NOW + 7 * DAY).date()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def desk(client, bora):
    return log_in(client, bora)


def has_a_password(person):
    """Without one, nothing could be asked of them."""
    person.set_password("a lantern in the window")
    person.save()


def at(name, *args, campaign="light-the-way"):
    return reverse(f"campaign_desk:{name}", args=[campaign, *args])


def text(response):
    assert response.status_code == 200, response
    return response.content.decode()


# --- Where letters go


def test_the_campaign_s_points_say_what_they_take_and_what_nobody_has_checked(desk, campaign, point):
    make_point("Embassy in Riga", digest_every=10, hourly_cap=5, verified_on=NOW.date())
    html = text(desk.get(at("points")))
    assert "at most 110 letters an hour" in html
    assert "Nobody has checked the addresses of one point" in html
    assert "Poland" in html


@pytest.mark.parametrize("addressing", ["nearest", "all", "chosen"])
@pytest.mark.parametrize("country", ["PL", "LT", "BR"])
def test_what_a_country_reaches_is_what_is_planned_for_it(campaign, point, addressing, country):
    riga = make_point("Embassy in Riga", answers_for=("LT",))
    make_point("Embassy in Bern", email="", answers_for=("CH",))
    make_point("Embassy in Oslo", active=False, answers_for=("BR",))
    campaign.addressing = addressing
    campaign.save()
    campaign.chosen_points.set([riga])
    signature = make_signature(campaign, country=country, state="confirmed")
    plan_dispatches(signature, now=NOW)
    planned = {letter.point for letter in signature.dispatches.all()}
    assert planned == set(rules.points_reached(campaign, country))
    assert planned


def test_a_country_can_be_tried(desk, campaign, point):
    assert "goes to:" in text(desk.get(at("points") + "?country=BR"))
    point.takes_rest = False
    point.save()
    assert "goes nowhere" in text(desk.get(at("points") + "?country=BR"))
    assert desk.get(at("points") + "?country=XX").status_code == 422


def test_points_are_chosen_for_a_campaign(desk, bora, campaign, point):
    fields = {"target": campaign.target_id, "addressing": "chosen"}
    assert desk.post(at("addressing"), fields).status_code == 422
    desk.post(at("addressing"), {**fields, "points": [point.pk]})
    changed = fresh(campaign)
    assert (changed.addressing, list(changed.chosen_points.all())) == ("chosen", [point])
    assert Entry.objects.get(action="campaigns.addressed").by_id == bora.pk


def test_the_target_is_another_one_only_before_people_sign(desk, campaign):
    king = make_point(target=make_target("king"))
    fields = {"target": king.target_id, "addressing": "all"}
    assert desk.post(at("addressing"), fields).status_code == 422
    draft = make_campaign("draft", state=Campaign.State.DRAFT)
    assert desk.post(at("addressing", campaign="draft"), fields).status_code == 302
    assert fresh(draft).target_id == king.target_id


# --- Hand-ins


def test_several_places_are_offered_for_one_day(desk, campaign, point):
    riga = make_point("Embassy in Riga")
    fields = {"points": [point.pk, riga.pk], "day": SOON.isoformat(), "opening_hours": "9:00–12:00"}
    desk.post(at("offer_hand_ins"), fields)
    assert {(one.point_id, one.day) for one in HandIn.objects.all()} == {(point.pk, SOON), (riga.pk, SOON)}
    assert desk.post(at("offer_hand_ins"), fields).status_code == 422, "they are there already"
    assert Entry.objects.filter(action="hand_ins.offered").count() == 2


@pytest.mark.parametrize("change", [{"points": []}, {"day": ""}, {"day": "2020-01-01"}])
def test_an_offer_that_is_not_right_makes_no_hand_in(desk, campaign, point, change):
    fields = {"points": [point.pk], "day": SOON.isoformat()} | change
    assert desk.post(at("offer_hand_ins"), fields).status_code == 422
    assert not HandIn.objects.exists()


def test_hand_ins_are_listed_by_day_or_city_and_by_state(desk, campaign, point):
    late = make_hand_in(campaign, make_point(city="Aachen"), day=SOON + DAY)
    early = hand_in_as(campaign, point, state="claimed", day=SOON)
    assert [row[0]["text"] for row in desk.get(at("hand_ins")).context["rows"]] == ["Warsaw, Poland", "Aachen, Poland"]
    by_city = desk.get(at("hand_ins") + "?order=city").context["rows"]
    assert [row[0]["text"] for row in by_city] == ["Aachen, Poland", "Warsaw, Poland"]
    claimed = desk.get(at("hand_ins") + "?state=claimed").context["rows"]
    assert [row[0]["url"] for row in claimed] == [at("hand_in", early.pk)]
    assert at("hand_in", late.pk) in text(desk.get(at("hand_ins")))


def test_a_volunteer_is_accepted_and_the_others_declined(desk, bora, campaign, point):
    hand_in = make_hand_in(campaign, point)
    mina, joon = (make_volunteer(hand_in, state="confirmed", name=name) for name in ("Mina Park", "Joon Choi"))
    hidden = make_volunteer(hand_in, name="Nobody Yet")
    html = text(desk.get(at("hand_in", hand_in.pk)))
    assert "Mina Park" in html
    assert "Nobody Yet" not in html
    accept = at("volunteer_step", hand_in.pk, mina.pk, "acceptance")
    assert "Mina Park" in text(desk.get(accept))
    desk.post(accept)
    desk.post(at("volunteer_step", hand_in.pk, joon.pk, "refusal"))
    assert (fresh(hand_in).coordinator, fresh(joon).state) == (mina, "declined")
    assert desk.get(at("volunteer_step", hand_in.pk, hidden.pk, "acceptance")).status_code == 404
    assert desk.post(at("volunteer_step", hand_in.pk, mina.pk, "refusal")).status_code == 302
    assert fresh(mina).state == "accepted", "a coordinator is not declined: the hand-in is cancelled"
    assert Entry.objects.filter(by_id=bora.pk).values_list("action", flat=True)[:2].count() == 2


def test_a_hand_in_is_cancelled_offered_again_and_moved(desk, campaign, point):
    hand_in = make_hand_in(campaign, point)
    desk.post(at("hand_in_step", hand_in.pk, "cancellation"))
    assert fresh(hand_in).state == "cancelled"
    happened = text(desk.get(at("hand_in", hand_in.pk))).partition("What happened")[2]
    assert "cancelled" in happened.lower()
    assert "Bora" in happened
    assert desk.get(at("hand_in_step", hand_in.pk, "cancellation")).status_code == 302
    desk.post(at("hand_in_step", hand_in.pk, "renewal"))
    desk.post(at("hand_in_day", hand_in.pk), {"day": (SOON + DAY).isoformat(), "opening_hours": "9–10"})
    moved = fresh(hand_in)
    assert (moved.state, moved.day, moved.opening_hours) == ("offered", SOON + DAY, "9–10")
    assert desk.post(at("hand_in_day", hand_in.pk), {"day": "2020-01-01"}).status_code == 422
    assert desk.get(at("hand_in_step", hand_in.pk, "nonsense")).status_code == 404


def test_the_day_of_a_hand_in_that_is_over_stays(desk, reported):
    day = fresh(reported).day
    desk.post(at("hand_in_day", reported.pk), {"day": (SOON + DAY).isoformat(), "opening_hours": ""})
    assert fresh(reported).day == day


def test_a_kit_says_how_often_it_was_fetched_and_who_has_left(desk, campaign, point):
    ara, _jan = sign_and_confirm(campaign, "Ara Kim", "Jan Nowak")
    hand_in = make_hand_in(campaign, point)
    mina = make_volunteer(hand_in, state="confirmed")
    actions.accept_volunteer(volunteer=mina, by=desk_person())
    make_all()
    actions.hand_out_kit(volunteer=mina, pack=Pack.objects.get())
    actions.hand_out_kit(volunteer=mina, pack=Pack.objects.get())
    actions.withdraw_signature(signature=ara)
    html = text(desk.get(at("hand_in", hand_in.pk)))
    assert "downloaded 2 times" in html
    assert "strike these numbers out before it goes: 1" in html
    assert "Ara Kim" not in html


def desk_person():
    from accounts.models import User

    return User.objects.get(name="Bora")


@pytest.fixture
def reported(campaign, point):
    hand_in = hand_in_as(campaign, point, state="delivered")
    report = hand_in.reports.create(
        key="00000000-0000-4000-8000-000000000001", outcome="delivered", at=NOW, note="The guard was friendly."
    )
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), "white").save(picture, "JPEG")
    from cases import pictures

    shown = pictures.derive(picture.getvalue())
    from campaign.actions.hand_ins import _keep

    _keep(shown)
    HandInPhoto.objects.create(report=report, file=shown.digest, width=shown.width, height=shown.height)
    return hand_in


def test_a_report_is_released_with_its_photographs_and_what_everyone_reads(desk, bora, reported):
    photo = HandInPhoto.objects.get()
    assert "The guard was friendly." in text(desk.get(at("hand_in", reported.pk)))
    asked = text(desk.get(at("release", reported.pk)))
    assert "look for faces, names and guards in each" in asked
    assert "Those that you do not choose stay unseen." in asked
    answer = desk.get(at("hand_in_photo", photo.pk))
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert desk.post(at("release", reported.pk), {"public_note": "x" * 2001}).status_code == 422
    desk.post(at("release", reported.pk), {"public_note": "It was taken.", f"photo-{photo.pk}": "on"})
    assert (fresh(reported).state, fresh(reported).public_note) == ("reported", "It was taken.")
    assert fresh(photo).released_by == bora
    assert Entry.objects.get(action="reports.released").details == {"photos": 1, "note": True}
    assert "checked" in text(desk.get(at("release", reported.pk)))


def test_parts_of_a_photograph_are_covered_for_good(desk, reported):
    photo = HandInPhoto.objects.get()
    boxes = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0}
    corner = {"form-0-left": 0, "form-0-top": 0, "form-0-right": 50, "form-0-bottom": 50}
    assert desk.post(at("hand_in_covers", photo.pk), boxes).status_code == 422
    assert desk.post(at("hand_in_covers", photo.pk), boxes | corner | {"form-0-right": ""}).status_code == 422
    desk.post(at("hand_in_covers", photo.pk), boxes | corner)
    assert fresh(photo).file != photo.file


def test_nothing_is_released_before_there_is_a_report(desk, campaign, point):
    hand_in = make_hand_in(campaign, point)
    assert desk.get(at("release", hand_in.pk)).status_code == 404


# --- Mails to coordinators


def test_a_mail_to_coordinators_is_written_tried_and_sent_by_who_has_proven_who_they_are(desk, bora, campaign, point):
    hand_in_as(campaign, point, state="claimed")
    fields = {"subject": "The day", "words": "Please come at nine."}
    assert desk.post(at("new_coordinator_mail"), {**fields, "words": ""}).status_code == 422
    desk.post(at("new_coordinator_mail"), fields)
    mail = CoordinatorMail.objects.get()
    assert "Please come at nine." in text(desk.get(at("coordinator_mail", mail.pk)))
    log_in(desk, bora, proven_again=True)
    desk.post(at("send_coordinator_mail", mail.pk))
    assert fresh(mail).sent_at is None, "nobody has seen it in a mailbox"
    desk.post(at("edit_coordinator_mail", mail.pk), {**fields, "subject": "The great day"})
    desk.post(at("test_coordinator_mail", mail.pk))
    assert Message.objects.filter(kind="coordinator_mail_test").count() == 1
    assert "It goes to 1 coordinator." in text(desk.get(at("send_coordinator_mail", mail.pk)))
    desk.post(at("send_coordinator_mail", mail.pk))
    assert fresh(mail).sent_at
    assert Message.objects.filter(kind="coordinator_mail").count() == 1
    assert desk.get(at("edit_coordinator_mail", mail.pk)).status_code == 404
    assert "The great day" in text(desk.get(at("coordinator_mails")))


def test_whoever_has_not_proven_who_they_are_is_asked_to_before_a_mail_goes(desk, bora, campaign, point):
    hand_in_as(campaign, point, state="claimed")
    has_a_password(bora)
    log_in(desk, bora)
    mail = actions.write_coordinator_mail(campaign=campaign, hand_in=None, subject="x", words="y", by=bora)
    actions.try_coordinator_mail(mail=mail, by=bora)
    answer = desk.post(at("send_coordinator_mail", mail.pk))
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert fresh(mail).sent_at is None


# --- Packs by post


@pytest.fixture
def pack(campaign, point, bora):
    sign_and_confirm(campaign, "Ara Kim", "Jan Nowak")
    return made(campaign, point, channel="post")


def test_packs_for_the_post_are_asked_for(desk, campaign, point):
    assert desk.post(at("ask_for_packs"), {"point": point.pk, "paper": "a4"}).status_code == 422
    point.postal_address = "1 Main Street"
    point.save()
    sign_and_confirm(campaign, "Ara Kim")
    desk.post(at("ask_for_packs"), {"point": point.pk, "paper": "us-letter"})
    asked = Pack.objects.get()
    assert (asked.channel, asked.paper, asked.asked_by.name) == ("post", "us-letter", "Bora")
    assert asked.number in text(desk.get(at("packs")))


def test_a_campaign_whose_letters_go_by_no_post_gets_no_pack_for_it(desk, campaign, point):
    point.postal_address = "1 Main Street"
    point.save()
    sign_and_confirm(campaign, "Ara Kim")
    campaign.channels = ["email", "hand"]
    campaign.save()
    assert at("ask_for_packs") not in text(desk.get(at("packs")))
    answer = desk.post(at("ask_for_packs"), {"point": point.pk, "paper": "a4"})
    assert answer.status_code == 422
    assert "do not go by post" in answer.content.decode()
    assert not Pack.objects.exists()


def test_a_pack_is_fetched_by_who_has_proven_who_they_are_and_counted(desk, bora, pack):
    has_a_password(bora)
    log_in(desk, bora)
    assert "reauthenticate" in desk.post(at("pack_file", pack.number))["Location"]
    assert fresh(pack).fetched == 0
    log_in(desk, bora, proven_again=True)
    pdf = desk.post(at("pack_file", pack.number))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert fresh(pack).fetched == 1
    assert Entry.objects.get(action="packs.handed_out").details == {"rows": 2}
    assert desk.get(at("pack_file", pack.number)).status_code == 302
    assert "Ara Kim" not in desk.get(at("pack_list", pack.number)).content.decode()


def test_what_the_post_says_is_noted_for_the_whole_volume(desk, bora, pack):
    actions.hand_out_pack(pack=pack, by=bora)
    assert desk.post(at("pack_post", pack.number, "posted"), {"day": "2999-01-01"}).status_code == 422
    desk.post(at("pack_post", pack.number, "posted"), {"day": NOW.date().isoformat(), "tracking": "RR 1"})
    assert "RR 1" in text(desk.get(at("pack", pack.number)))
    returned = at("pack_post", pack.number, "returned")
    assert desk.post(returned, {"day": NOW.date().isoformat()}).status_code == 422
    desk.post(returned, {"day": NOW.date().isoformat(), "reason": "moved"})
    assert set(pack.dispatches.values_list("state", flat=True)) == {"returned"}
    assert desk.get(at("pack_post", pack.number, "nonsense")).status_code == 404
    assert desk.get(at("pack_post", pack.number, "delivered")).status_code == 302


def test_a_pack_by_hand_is_not_one_for_the_post(desk, campaign, point):
    by_hand = made(campaign, point)
    assert desk.get(at("pack", by_hand.number)).status_code == 404


def test_letters_that_people_say_to_have_sent_are_counted_apart(desk, campaign, point):
    for channel in ("post", "post", "email"):
        SelfReport.objects.tell(campaign=campaign, point=point, channel=channel, now=NOW)
    html = text(desk.get(at("packs")))
    assert "by post: <strong>2</strong>" in html
    assert "by e-mail: <strong>1</strong>" in html


# --- Replies


@pytest.fixture
def unread(campaign, point):
    ara = make_signature(campaign, state="confirmed")
    letter = make_dispatch(ara, point, state=Dispatch.State.ACCEPTED, accepted_at=NOW)
    return actions.record_reply(
        campaign=campaign, point=point, kind="unread", received_at=NOW, text="Dear Ara Kim,", dispatch=letter
    )


def test_a_reply_is_read_sorted_and_quoted(desk, unread):
    assert "Dear Ara Kim," not in text(desk.get(at("replies")))
    assert "Dear Ara Kim," in text(desk.get(at("reply", unread.pk)))
    quoted = {"kind": "automatic", "excerpt": "Out of office."}
    assert desk.post(at("reply", unread.pk), quoted).status_code == 422
    desk.post(at("reply", unread.pk), {"kind": "substantive", "excerpt": "They will look into it."})
    assert (fresh(unread).kind, fresh(unread.dispatch).state) == ("substantive", "replied")
    assert [entry.action for entry in Entry.objects.filter(action__startswith="replies.")] == ["replies.sorted"]


def test_what_came_by_post_is_noted(desk, bora, campaign, point):
    fields = {"point": point.pk, "channel": "post", "kind": "form", "text": "Thank you.", "excerpt": "They thank."}
    assert desk.post(at("record_reply"), fields).status_code == 422
    assert desk.post(at("record_reply"), {**fields, "received_at": "2999-01-01T12:00"}).status_code == 422
    desk.post(at("record_reply"), {**fields, "received_at": f"{NOW:%Y-%m-%dT%H:%M}"})
    noted = Reply.objects.get()
    assert (noted.channel, noted.text, noted.recorded_by) == ("post", "Thank you.", bora)


def test_the_help_says_that_no_private_person_is_named(desk, unread):
    assert "No names of private persons" in text(desk.get(at("reply", unread.pk)))


def test_replies_are_found_by_kind(desk, unread):
    assert len(desk.get(at("replies") + "?kind=unread").context["rows"]) == 1
    assert "No reply matches" in text(desk.get(at("replies") + "?kind=form"))


# --- Who may, and long lists

LISTS = ["points", "hand_ins", "coordinator_mails", "packs", "replies"]


def pages(campaign, point):
    """One of each, of another organisation's campaign."""
    hand_in = HandIn.objects.filter(campaign=campaign).first() or hand_in_as(campaign, point, state="claimed")
    bora = desk_person()
    mail = actions.write_coordinator_mail(campaign=campaign, hand_in=None, subject="x", words="y", by=bora)
    reply = actions.record_reply(campaign=campaign, point=point, kind="form", received_at=NOW, text="Secret words")
    volunteer = hand_in.coordinator_id
    names = [(name,) for name in LISTS]
    names += [("addressing",), ("offer_hand_ins",), ("hand_in", hand_in.pk), ("hand_in_day", hand_in.pk)]
    names += [("hand_in_step", hand_in.pk, "cancellation"), ("release", hand_in.pk), ("new_coordinator_mail",)]
    names += [("volunteer_step", hand_in.pk, volunteer, "refusal"), ("coordinator_mail", mail.pk)]
    names += [("edit_coordinator_mail", mail.pk), ("send_coordinator_mail", mail.pk), ("ask_for_packs",)]
    names += [("record_reply",), ("reply", reply.pk)]
    return [at(*name) for name in names]


def test_only_those_who_run_the_campaign_open_its_pages(campaign, point, bora, lantern, chan, eun):
    urls = pages(campaign, point)
    harbour = make_organisation("harbour")
    people = [
        make_person("Haru", role=Role.ORGANIZER, organisation=harbour, is_staff=True),
        make_person("Vera", role=Role.ORGANIZER, organisation=lantern, member=MemberRole.VIEWER, is_staff=True),
        make_person("Nobody", is_staff=True),
        chan,
        eun,
        None,
    ]
    for person in people:
        client = Client()
        if person:
            log_in(client, person, proven_again=True)
        for url in urls:
            if person and person.name == "Vera" and url == at("points"):
                assert client.get(url).status_code == 200, "a viewer looks on"
                continue
            for answer in (client.get(url), client.post(url)):
                assert answer.status_code in (302, 403, 404, 405), (person, url)
                assert "Mina Park" not in answer.content.decode()
                assert person is None or answer.status_code != 302, (person, url)


def test_rows_of_another_campaign_are_not_found_under_this_one(desk, campaign, point, unread):
    make_campaign("other")
    hand_in = make_hand_in(campaign, point)
    for name, key in (("hand_in", hand_in.pk), ("reply", unread.pk)):
        assert desk.get(at(name, key, campaign="other")).status_code == 404


def test_every_list_says_when_it_is_empty(desk, campaign, point):
    for name in LISTS[1:]:
        assert 'class="empty"' in text(desk.get(at(name)))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_with_one_row_and_with_four(desk, campaign, point, bora, name):
    def add():
        there = make_point()
        hand_in = hand_in_as(campaign, there, state="claimed")
        actions.write_coordinator_mail(campaign=campaign, hand_in=hand_in, subject="x", words="y", by=bora)
        actions.record_reply(campaign=campaign, point=there, kind="form", received_at=NOW, text="x")
        actions.ask_for_packs(
            campaign=campaign, point=there, channel="post", paper="a4", language="en", by=bora, now=NOW
        )

    def cost():
        with CaptureQueriesContext(connection) as queries:
            text(desk.get(at(name)))
        return len(queries)

    add()
    cost()
    before = cost()
    for _number in range(3):
        add()
    assert cost() == before
