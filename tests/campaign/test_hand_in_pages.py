"""The pages of hand-ins: for whoever offers to go, for the coordinator, for supporters, and for organizers."""

import uuid
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from campaign import actions, links
from campaign.models import Dispatch, HandIn, HandInPhoto, Pack, Volunteer
from tests.campaign.papers import make_all, sign_and_confirm
from tests.campaign.test_hand_ins import a_photo
from tests.factories import (
    DAY,
    NOW,
    fresh,
    make_hand_in,
    make_organisation,
    make_person,
    make_point,
    make_target,
    make_volunteer,
)
from tests.logging_in import log_in

TYPED = {"name": "Mina Park", "email": "mina@people.example", "about": "", "safety": "on"}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def hand_in(campaign, point):
    return make_hand_in(campaign, point, opening_hours="9 to 12")


@pytest.fixture
def mina(hand_in):
    return make_volunteer(hand_in, email="mina@people.example", state="accepted")


def own(volunteer, page="", language="en"):
    return f"/{language}/volunteers/{links.coordinator_token(volunteer)}/{page}"


def offer_path(hand_in):
    return f"/en/campaigns/light-the-way/hand-ins/{hand_in.pk}/"


def campaign_page(client):
    return client.get("/en/campaigns/light-the-way/").content.decode()


def report_form(**changes):
    typed = {"key": str(uuid.uuid4()), "outcome": "delivered", "at": f"{NOW:%Y-%m-%dT%H:%M}", "note": ""}
    return {**typed, **changes}


# --- Offering


def test_the_campaign_page_leads_to_the_places_that_want_somebody(client, campaign, hand_in):
    page = campaign_page(client)
    assert "Hand it in yourself" in page
    assert offer_path(hand_in) in page
    assert "9 to 12" in client.get(offer_path(hand_in)).content.decode()


def test_a_taken_place_is_listed_and_not_offered(client, mina, hand_in):
    assert "a coordinator is found" in campaign_page(client)
    assert offer_path(hand_in) not in campaign_page(client)
    assert "Offer to hand it in" not in client.get(offer_path(hand_in)).content.decode()
    assert client.post(offer_path(hand_in), TYPED).status_code == 422


def test_a_campaign_without_hand_ins_says_nothing_of_them(client, campaign):
    assert "Handed in by people" not in campaign_page(client)


def test_the_way_from_the_offer_to_the_coordinators_page(client, campaign, hand_in, bora, post_office):
    response = client.post(offer_path(hand_in), TYPED)
    assert response.url == f"{offer_path(hand_in)}sent/"
    assert client.get(response.url).status_code == 200

    post_office.send()
    confirm = post_office.link_to("mina@people.example", "/volunteers/confirm/")
    for _scanner in range(2):
        assert "Mina Park" in client.get(confirm).content.decode()
    assert Volunteer.objects.get().state == "pending"
    page = client.get(client.post(confirm).url).content.decode()
    assert "Your offer is with the organizers." in page
    assert "/report/" not in page
    assert client.get(confirm).status_code == client.post(confirm).status_code == 302

    post_office.send()
    offered = Volunteer.objects.get().hand_in
    there = reverse("campaign_desk:hand_in", args=[offered.campaign.slug, offered.pk])
    assert urlsplit(post_office.link_to("bora@example.com", "/desk/")).path == there
    assert "Mina" not in post_office.text_to("bora@example.com")
    actions.accept_volunteer(volunteer=Volunteer.objects.get(), by=bora)
    post_office.send()
    page = client.get(post_office.link_to("mina@people.example", "/volunteers/")).content.decode()
    assert "1. Print the pack" in page
    assert not client.cookies


def test_whoever_offers_again_gets_the_same_page_and_is_told_by_mail(client, campaign, hand_in, post_office):
    make_volunteer(hand_in, email="mina@people.example", state="confirmed")
    assert client.post(offer_path(hand_in), TYPED).url == f"{offer_path(hand_in)}sent/"
    post_office.send()
    assert "We have your offer already." in post_office.text_to("mina@people.example")


@pytest.mark.parametrize("missing", ["name", "email", "safety"])
def test_an_offer_needs_a_name_an_address_and_the_safety_page(client, campaign, hand_in, missing):
    response = client.post(offer_path(hand_in), {**TYPED, missing: ""})
    assert response.status_code == 422
    assert not Volunteer.objects.exists()


def test_a_form_from_another_site_is_refused(client, hand_in, mina):
    for path in (offer_path(hand_in), own(mina, "departure/"), own(mina, "report/")):
        assert client.post(path, {}, headers={"Origin": "https://evil.example"}).status_code == 403
    assert fresh(mina).email


def test_an_address_that_never_asked_is_erased_by_the_link_in_its_mail(client, campaign, hand_in):
    volunteer = make_volunteer(hand_in)
    page = client.get(f"/en/volunteers/confirm/{links.volunteer_confirm_url(volunteer).split('/')[-2]}/")
    assert own(volunteer, "departure/") in page.content.decode()
    client.post(own(volunteer, "departure/"))
    assert fresh(volunteer).email is None
    assert client.get(own(volunteer)).status_code == 410


def test_a_lost_link_comes_again_by_mail(client, mina, post_office):
    actions.request_links(email="mina@people.example", language="en")
    post_office.send()
    assert client.get(post_office.link_to("mina@people.example", "/volunteers/")).status_code == 200


# --- The kit


def test_the_page_says_how_the_making_goes_and_asks_for_itself_until_it_is_made(client, campaign, mina):
    sign_and_confirm(campaign, "Ara Kim")
    assert "Ask for the pack" in client.get(own(mina)).content.decode()
    assert client.post(own(mina, "kit/")).url == own(mina)
    part = client.get(own(mina, "kit/")).content.decode()
    assert "0 of 1 volume is made." in part
    assert "hx-get" in part
    make_all()
    part = client.get(own(mina, "kit/")).content.decode()
    assert "hx-get" not in part
    assert "Download volume 1" in part
    assert client.post(own(mina, "kit/")).status_code == 409


def test_a_volume_is_downloaded_by_a_button_and_not_by_looking(client, campaign, hand_in, mina):
    sign_and_confirm(campaign, "Ara Kim")
    (pack,) = actions.ask_for_kit(volunteer=mina)
    path = own(mina, f"kit/{pack.number}.pdf")
    assert client.post(path).status_code == 409
    make_all()
    assert client.get(path).status_code == 405
    response = client.post(path)
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert response.headers["Cache-Control"] == "no-store"
    assert "attachment" in response.headers["Content-Disposition"]
    assert fresh(hand_in).state == "ready"


def test_no_other_pack_and_nobody_else(client, campaign, hand_in, mina):
    elsewhere = make_point(country="DE", city="Berlin")
    (pack,) = actions.ask_for_packs(
        campaign=campaign, point=elsewhere, channel="hand", paper="a4", language="en", by=None
    )
    assert client.post(own(mina, f"kit/{pack.number}.pdf")).status_code == 404
    waiting = make_volunteer(hand_in, state="confirmed")
    for page in ("kit/", "report/", "reported/"):
        assert client.get(own(waiting, page)).status_code == 410
        assert client.post(own(waiting, page)).status_code in (405, 410)
    assert client.get(f"/en/volunteers/{'x' * 60}/").status_code == 410


# --- The report


def test_a_report_with_a_photograph_arrives_and_waits_for_the_organizers(client, hand_in, mina):
    photo = SimpleUploadedFile("gate.jpg", a_photo(), "image/jpeg")
    response = client.post(own(mina, "report/"), report_form(note="The guard took it.", photos=photo))
    assert response.url == own(mina, "reported/")
    assert client.get(response.url).status_code == 200
    assert fresh(hand_in).state == "delivered"
    shown = HandInPhoto.objects.get()
    assert client.get(f"/en/hand-ins/photos/{shown.file}.jpg").status_code == 404
    page = client.get(own(mina)).content.decode()
    assert "Report again" in page
    assert "Handed in at Warsaw on" in page


def test_the_time_is_that_of_the_place(client, campaign):
    point = make_point(country="JP", city="Tokyo", time_zone="Asia/Tokyo")
    mina = make_volunteer(make_hand_in(campaign, point), state="accepted")
    client.post(own(mina, "report/"), report_form(at="2026-01-05T09:30"))
    assert mina.hand_in.reports.get().at.isoformat() == "2026-01-05T00:30:00+00:00"


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": ""},
        {"outcome": "reported"},
        {"at": ""},
        {"at": f"{NOW + 3 * DAY:%Y-%m-%dT%H:%M}"},
        {"key": "1"},
        {"note": "x" * 2001},
        {"photos": SimpleUploadedFile("a.jpg", b"<script>", "image/jpeg")},
        {"photos": [SimpleUploadedFile(f"{n}.jpg", a_photo(), "image/jpeg") for n in range(6)]},
    ],
)
def test_a_report_that_cannot_be_is_sent_back(client, hand_in, mina, wrong):
    response = client.post(own(mina, "report/"), report_form(**wrong))
    assert response.status_code == 422
    assert not hand_in.reports.exists()


def test_a_report_of_more_than_60_mb_is_not_even_read(client, mina):
    response = client.post(own(mina, "report/"), report_form(), headers={"Content-Length": "99999999"})
    assert response.status_code == 413
    assert "too big together" in response.content.decode()


def test_a_closed_hand_in_takes_no_report(client, hand_in, mina, bora):
    client.post(own(mina, "report/"), report_form())
    actions.release_report(hand_in=hand_in, photos=[], by=bora)
    assert "Send the report" not in client.get(own(mina, "report/")).content.decode()


def test_leaving_says_what_it_means_and_ends_the_link(client, hand_in, mina):
    assert "Somebody else is looked for" in client.get(own(mina, "departure/")).content.decode()
    response = client.post(own(mina, "departure/"), follow=True)
    assert "Nothing about you is kept" in response.content.decode()
    assert client.get(own(mina)).status_code == 410


@pytest.mark.parametrize("page", ["", "kit/", "report/", "departure/"])
def test_the_coordinators_pages_are_never_stored(client, mina, page):
    response = client.get(own(mina, page))
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "same-origin"


# --- What others see


@pytest.fixture
def handed_in(client, campaign, mina):
    (signature,) = sign_and_confirm(campaign, "Ara Kim")
    (pack,) = actions.ask_for_kit(volunteer=mina)
    make_all()
    actions.hand_out_kit(volunteer=mina, pack=pack)
    return signature


def test_a_supporter_reads_in_which_pack_and_on_which_page(client, handed_in):
    page = client.get(f"/en/signatures/{links.own_page_token(handed_in)}/").content.decode()
    number = Dispatch.objects.get(signature=handed_in).page
    assert f"Printed in the pack for Warsaw, page {number}." in page


def test_coordinator_and_organizers_read_who_is_to_be_struck_out(client, desk, handed_in, mina):
    page = own(mina)
    assert "strike out" not in client.get(page).content.decode()
    actions.withdraw_signature(signature=handed_in)
    assert "before you hand it in: 1<" in client.get(page).content.decode()
    told = desk.get(at("hand_in", mina.hand_in_id)).content.decode()
    assert "strike these numbers out before it goes: 1" in told
    assert "Ara" not in told


def test_a_supporter_reads_that_it_was_handed_in(client, handed_in, mina):
    client.post(own(mina, "report/"), report_form())
    page = client.get(f"/en/signatures/{links.own_page_token(handed_in)}/").content.decode()
    assert "Handed in at Warsaw on" in page
    assert "page" in page


@pytest.mark.parametrize(("named", "shown"), [(True, True), (False, False)])
def test_a_coordinator_is_named_if_they_wish_and_only_afterwards(client, campaign, hand_in, named, shown):
    mina = make_volunteer(hand_in, state="accepted", named_in_public=named)
    assert "Mina Park" not in campaign_page(client)
    actions.report_hand_in(volunteer=mina, key=uuid.uuid4(), outcome="delivered", at=NOW)
    caches["pages"].clear()
    page = campaign_page(client)
    assert ("Mina Park" in page) == shown


def test_a_released_photograph_is_public_and_the_note_never_is(client, hand_in, mina, bora):
    photo = SimpleUploadedFile("gate.jpg", a_photo(), "image/jpeg")
    client.post(own(mina, "report/"), report_form(note="Jin was there.", photos=photo))
    actions.release_report(hand_in=hand_in, photos=HandInPhoto.objects.all(), by=bora)
    page = campaign_page(client)
    path = reverse("photo", args=[HandInPhoto.objects.get().file, 480])
    assert path.split("/", 2)[2] in page
    assert "Jin" not in page
    response = client.get(path)
    assert response.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_the_campaign_page_costs_the_same_with_one_and_with_three(client, campaign, point, django_assert_num_queries):
    def ready(city):
        mina = make_volunteer(make_hand_in(campaign, make_point(city=city)), state="accepted", named_in_public=True)
        actions.report_hand_in(volunteer=mina, key=uuid.uuid4(), outcome="delivered", at=NOW, photos=[a_photo(64, 48)])

    ready("Berlin")
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as queries:
        campaign_page(client)
    for city in ("Oslo", "Rome"):
        ready(city)
    caches["pages"].clear()
    with django_assert_num_queries(len(queries)):
        campaign_page(client)


# --- The organizers


@pytest.fixture
def desk(bora):
    return log_in(Client(), bora)


def at(name, *args):
    return reverse(f"campaign_desk:{name}", args=["light-the-way", *args])


def test_an_organizer_offers_a_place_accepts_and_releases(desk, campaign, point):
    desk.post(at("offer_hand_ins"), {"points": [point.pk], "day": f"{NOW + DAY:%Y-%m-%d}", "opening_hours": ""})
    hand_in = HandIn.objects.get()
    volunteer = make_volunteer(hand_in, state="confirmed", about="I go with my sister.")
    assert "I go with my sister." in desk.get(at("hand_in", hand_in.pk)).content.decode()
    desk.post(at("volunteer_step", hand_in.pk, volunteer.pk, "acceptance"))
    assert fresh(hand_in).coordinator == volunteer
    assert Pack.objects.exists()

    for outcome in ("refused", "delivered"):
        actions.report_hand_in(volunteer=volunteer, key=uuid.uuid4(), outcome=outcome, at=NOW, photos=[a_photo()])
    assert desk.get(at("hand_in", hand_in.pk)).context["reports"].count() == 2
    shown = HandInPhoto.objects.first()
    assert desk.get(at("hand_in_photo", shown.pk)).headers["Content-Type"] == "image/jpeg"
    desk.post(at("release", hand_in.pk), {"public_note": "", f"photo-{shown.pk}": "on"})
    assert fresh(hand_in).state == "reported"
    assert [photo.pk for photo in HandInPhoto.objects.public()] == [shown.pk]


def test_a_place_where_the_letters_do_not_go_cannot_be_offered(desk, campaign):
    other = make_point(target=make_target("mayor"))
    typed = {"points": [other.pk], "day": f"{NOW + DAY:%Y-%m-%d}"}
    assert desk.post(at("offer_hand_ins"), typed).status_code == 422
    assert not HandIn.objects.exists()


def test_another_organisation_sees_and_does_nothing(hand_in, mina, db):
    person = make_person("Gia", role=Role.ORGANIZER, organisation=make_organisation("other"), is_staff=True)
    stranger = log_in(Client(), person)
    actions.report_hand_in(volunteer=mina, key=uuid.uuid4(), outcome="delivered", at=NOW, photos=[a_photo()])
    waiting = make_volunteer(hand_in, state="confirmed")
    photo = HandInPhoto.objects.get()
    for path in (at("hand_in", hand_in.pk), at("hand_in_photo", photo.pk), at("hand_in_covers", photo.pk)):
        assert stranger.get(path).status_code == 404
    for path in (at("volunteer_step", hand_in.pk, waiting.pk, "acceptance"), at("release", hand_in.pk)):
        assert stranger.post(path).status_code == 404
    assert (fresh(hand_in).state, fresh(waiting).state) == ("delivered", "confirmed")
