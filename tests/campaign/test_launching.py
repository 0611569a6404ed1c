"""A campaign comes to be at the desk: begun, copied, written step by step, checked, reviewed, opened by another."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from PIL import Image

from accounts.models import User
from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions, launching, rules
from campaign.models import Campaign, Review, ReviewRemark
from cases.models import Case, Publication, Submission
from outbox.models import Message
from tests.factories import (
    DAY,
    NOW,
    fresh,
    make_campaign,
    make_observance,
    make_organisation,
    make_person,
    make_point,
    make_review,
    make_target,
    while_another_saves,
)
from tests.logging_in import log_in


def at(name, campaign=None, *args):
    return reverse(f"campaign_desk:{name}", args=[*([campaign.slug] if campaign else []), *args])


@pytest.fixture
def draft(point, bora):
    return make_campaign("light-the-way", state="draft", time_zone="Asia/Seoul", edited_by=bora)


@pytest.fixture
def organizer(client, bora):
    return log_in(client, bora)


def published_case(reference, by):
    case = Case.objects.create(reference=reference, title={"en": {"text": f"Family of {reference}"}})
    submission = Submission.objects.create(case=case, digest="0" * 64, by=by)
    from cases import snapshot

    live = Publication.objects.create(
        case=case,
        number=1,
        content=snapshot.build(case),
        digest="0" * 64,
        submission=submission,
        published_by=by,
        languages=["en"],
    )
    Case.objects.filter(pk=case.pk).update(live=live)
    return fresh(case)


def picture(size=(900, 600)):
    file = io.BytesIO()
    Image.new("RGB", size, "#336699").save(file, "PNG")
    file.seek(0)
    file.name = "cover.png"
    return file


def step_form(campaign, step, **typed):
    """What a browser sends that opened the form just now."""
    campaign = Campaign.objects.get(pk=campaign.pk)
    return {"seen": launching.mark_of(campaign, step), **typed}


ASK = {"title": "A light", "ask": "Let them go.", "background": "Ten people.\r\n\r\nNine families."}
NO_SOURCES = {"sources-TOTAL_FORMS": "0", "sources-INITIAL_FORMS": "0"}


# --- The list ----------------------------------------------------------------------------------------------------


def test_the_list_shows_ones_own_and_finds_them(organizer, lantern):
    mine = make_campaign(organisation=lantern, state="draft")
    make_campaign("of-the-harbour", organisation=make_organisation("harbour"))
    page = organizer.get(at("campaigns")).content.decode()
    assert at("steps", mine) in page
    assert "of-the-harbour" not in page
    assert (
        at("steps", mine) in organizer.get(at("campaigns"), {"words": "light way", "state": "draft"}).content.decode()
    )
    nothing = organizer.get(at("campaigns"), {"words": "unheard of"}).content.decode()
    assert "No campaign matches" in nothing


def test_an_empty_list_says_how_to_begin(organizer):
    page = organizer.get(at("campaigns")).content.decode()
    assert "No campaign yet" in page
    assert at("new") in page


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PUBLISHER, Role.AUDITOR])
def test_staff_who_review_or_audit_see_all(client, db, role):
    campaign = make_campaign("of-the-harbour", organisation=make_organisation("harbour"), state="draft")
    log_in(client, make_person("Staff", role=role, is_staff=True))
    page = client.get(at("campaigns")).content.decode()
    assert at("steps", campaign) in page
    assert at("new") not in page


def test_a_long_list_costs_as_much_as_a_short_one(organizer, lantern, point):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _round in range(2):
        make_campaign(organisation=lantern, state="draft")
        make_campaign(organisation=lantern)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert organizer.get(at("campaigns")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Begun -------------------------------------------------------------------------------------------------------


def test_a_campaign_is_begun_with_a_title_and_a_target(organizer, lantern, point, bora):
    typed = {
        "title": "A light in the window",
        "organisation": lantern.pk,
        "target": point.target_id,
        "source_language": "en",
        "addressee_language": "ko",
    }
    response = organizer.post(at("new"), typed)
    campaign = Campaign.objects.get()
    assert response.url == at("steps", campaign)
    assert (campaign.slug, campaign.state, campaign.edited_by) == ("a-light-in-the-window", "draft", bora)
    assert campaign.texts.get().title == "A light in the window"
    assert campaign.opens_at > NOW


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["new", "next_edition"])
def test_of_two_campaigns_with_one_address_the_second_is_told_at_the_field(client, bora, lantern, page):
    log_in(client, bora)
    target = make_target()
    last = make_campaign("lanterns-2027", observance=make_observance(), edition=2027, letter=False)
    typed = {"title": "Lights", "slug": "lights", "organisation": lantern.pk, "target": target.pk}
    typed |= {"source_language": "en", "addressee_language": "en", "edition": 2028}
    typed |= {"observance": last.observance_id} if page == "new" else {}
    path = at("new") if page == "new" else at("next_edition", last)
    answer = while_another_saves(
        lambda: make_campaign("lights", organisation=make_organisation("harbour"), letter=False),
        lambda: client.post(path, typed),
    )
    assert answer.status_code == 422
    assert "Another campaign has this address." in answer.content.decode()
    assert "id_slug_error" in answer.content.decode()


def test_a_title_without_latin_letters_needs_an_address(organizer, lantern, point):
    typed = {"title": "등불", "organisation": lantern.pk, "target": point.target_id}
    typed |= {"source_language": "ko", "addressee_language": "ko"}
    response = organizer.post(at("new"), typed)
    assert response.status_code == 422
    assert "the title makes none" in response.content.decode()
    assert "등불" in response.content.decode()
    assert organizer.post(at("new"), typed | {"slug": "review"}).status_code == 422
    assert organizer.post(at("new"), typed | {"slug": "lights"}).status_code == 302


def test_a_campaign_of_an_observance_ends_with_its_day(organizer, lantern, point):
    observance = make_observance()
    observance.moved_dates.create(year=2031, date=dt.date(2031, 9, 26))
    typed = {"title": "Lanterns", "organisation": lantern.pk, "target": point.target_id, "observance": observance.pk}
    typed |= {"source_language": "en", "addressee_language": "en"}
    assert organizer.post(at("new"), typed).status_code == 422
    assert organizer.post(at("new"), typed | {"edition": "2031"}).status_code == 302
    assert Campaign.objects.get().closes_at == dt.datetime(2031, 9, 27, tzinfo=dt.UTC)
    again = organizer.post(at("new"), typed | {"edition": "2031", "slug": "again"})
    assert again.status_code == 422
    assert "has a campaign for that year already" in again.content.decode()


def test_nobody_begins_a_campaign_for_another_organisation(client, lantern, point):
    haru = make_person("Haru", organisation=make_organisation("harbour"), is_staff=True)
    log_in(client, haru)
    typed = {"title": "Theirs", "organisation": lantern.pk, "target": point.target_id}
    assert client.post(at("new"), typed | {"source_language": "en", "addressee_language": "en"}).status_code == 422
    assert not Campaign.objects.exists()


def test_the_next_edition_copies_everything_and_moves_the_dates(point, bora, lantern):
    observance = make_observance()
    observance.moved_dates.create(year=2028, date=dt.date(2028, 9, 26))
    zone = "Europe/Warsaw"
    day = dt.datetime(2027, 9, 24, tzinfo=dt.UTC)
    last = make_campaign(
        "lanterns-2027",
        observance=observance,
        edition=2027,
        time_zone=zone,
        opens_at=day - 200 * DAY,
        closes_at=day + DAY,
        deliver_from=day - 200 * DAY,
        deliver_until=day + 8 * DAY,
        channels=["email", "hand"],
        state="closed",
    )
    last.texts.update(title="Lanterns 2027", share_text="Share it")
    last.sources.create(publisher="UN", title="Report", date="2014")
    case = published_case("MNS-2013-001", bora)
    last.cases.add(case)
    last.chosen_points.add(point)
    from campaign.models import Tally

    Tally.objects.create(campaign=last, dimension="all", key="", count=4321)
    made = actions.copy_campaign(source=last, by=bora, organisation=lantern, slug="lanterns-2028", edition=2028)
    made = Campaign.objects.get(pk=made.pk)
    assert (made.state, made.edition, made.goal, made.channels) == ("draft", 2028, 4321, ["email", "hand"])
    assert made.closes_at - last.closes_at == dt.date(2028, 9, 26) - dt.date(2027, 9, 24)
    # The same time on the clock there, though one of the two days is in winter time and the other is not.
    assert made.opens_at.astimezone(made.zone).time() == last.opens_at.astimezone(last.zone).time()
    text = made.texts.get()
    assert (text.title, text.share_text) == ("Lanterns 2028", "Share it")
    letter = made.letters.get()
    assert (letter.version, letter.is_published, letter.texts.count()) == (1, False, 2)
    assert (list(made.cases.all()), list(made.chosen_points.all())) == ([case], [point])
    assert made.sources.get().publisher == "UN"
    assert made.prepared == []
    with pytest.raises(actions.EditionExists):
        actions.copy_campaign(source=last, by=bora, organisation=lantern, slug="another", edition=2028)


def test_a_template_is_offered_to_every_organisation_once_it_has_been_public(client, point, bora):
    harbour = make_organisation("harbour")
    haru = make_person("Haru", organisation=harbour, is_staff=True)
    theirs = make_campaign("light-the-way")
    hidden = make_campaign("hidden", state="draft", is_template=True)
    page = log_in(client, haru).get(at("new")).content.decode()
    assert "Light the way" not in page
    publisher = make_person("Piet", role=Role.PUBLISHER, is_staff=True)
    assert log_in(client, bora).post(at("template", theirs), {"is_template": "1"}).status_code == 403
    log_in(client, publisher)
    assert client.post(at("template", theirs), {"is_template": "1"}).status_code == 302
    assert client.post(at("template", hidden), {"is_template": "1"}).status_code == 404
    log_in(client, haru)
    page = client.get(at("new")).content.decode()
    assert page.count("Template: Light the way") == 1
    typed = {"title": "Ours", "organisation": harbour.pk, "begin_with": theirs.pk, "source_language": "en"}
    assert client.post(at("new"), typed | {"addressee_language": "en"}).status_code == 302
    made = Campaign.objects.get(slug="ours")
    assert (made.organisation, made.texts.get().title, made.target) == (harbour, "Ours", theirs.target)


def test_a_draft_that_nobody_has_read_is_discarded(organizer, point):
    campaign = make_campaign("scratch", state="draft", letter=False)
    assert "cannot be undone" in organizer.get(at("discarding", campaign)).content.decode()
    assert organizer.post(at("discarding", campaign)).url == at("campaigns")
    assert not Campaign.objects.exists()
    assert Entry.objects.filter(action="campaigns.discarded").exists()


def test_a_campaign_with_a_published_letter_is_not_discarded(organizer, draft):
    assert organizer.post(at("discarding", draft)).status_code == 404


# --- Step by step ------------------------------------------------------------------------------------------------


def test_the_ask_is_saved_in_the_campaign_s_own_language_with_its_sources(organizer, draft, bora):
    sources = {
        "sources-TOTAL_FORMS": "2",
        "sources-INITIAL_FORMS": "0",
        "sources-0-publisher": "United Nations",
        "sources-0-title": "Report",
        "sources-0-date": "2014-02",
    }
    response = organizer.post(at("step", draft, "ask"), step_form(draft, "ask", **ASK, **sources))
    assert response.url == at("cases", draft)
    text = draft.texts.get()
    assert (text.title, text.background) == ("A light", "Ten people.\n\nNine families.")
    assert draft.sources.get().date == "2014-02"
    assert "ask" in fresh(draft).prepared
    assert draft.texts.model.objects.filter(language="en").count() == 1
    assert response.status_code == 302


def test_save_and_leave_comes_back_to_the_steps(organizer, draft):
    response = organizer.post(at("step", draft, "ask"), step_form(draft, "ask", **ASK, **NO_SOURCES, leave="1"))
    assert response.url == at("steps", draft)


def test_what_is_wrong_stands_at_the_field_and_what_was_typed_stays(organizer, draft):
    sources = NO_SOURCES | {
        "sources-TOTAL_FORMS": "1",
        "sources-0-publisher": "Kept",
        "sources-0-title": "x",
        "sources-0-date": "lately",
    }
    response = organizer.post(at("step", draft, "ask"), step_form(draft, "ask", **ASK | {"title": ""}, **sources))
    page = response.content.decode()
    assert response.status_code == 422
    assert "id_title_error" in page
    assert "A date like 2013" in page
    assert "Nine families." in page
    assert 'value="Kept"' in page
    assert draft.texts.get().title == "Light the way"


def test_of_two_people_at_one_step_the_second_is_told_and_nothing_is_lost(organizer, draft, lantern):
    typed = step_form(draft, "ask", **ASK, **NO_SOURCES)
    owen = make_person("Owen", organisation=lantern, member=MemberRole.OWNER, is_staff=True)
    actions.write_ask(
        campaign=draft, by=owen, seen=typed["seen"], title="His", ask="His ask", background="His", sources=[]
    )
    response = organizer.post(at("step", draft, "ask"), typed)
    page = response.content.decode()
    assert response.status_code == 409
    assert "It was Owen." in page
    assert "His ask" in page
    assert "Nine families." in page
    assert draft.texts.get().title == "His"
    again = step_form(draft, "ask", **ASK, **NO_SOURCES)
    assert f'value="{again["seen"]}"' in page
    assert organizer.post(at("step", draft, "ask"), again).status_code == 302
    assert draft.texts.get().title == "A light"


def test_two_people_at_two_steps_do_not_disturb_each_other(organizer, draft, bora):
    typed = step_form(draft, "ask", **ASK, **NO_SOURCES)
    actions.set_goal_and_dates(
        campaign=draft,
        by=bora,
        seen=launching.mark_of(draft, "goal"),
        goal=7,
        time_zone="UTC",
        opens_at=draft.opens_at,
        closes_at=draft.closes_at,
    )
    assert organizer.post(at("step", draft, "ask"), typed).status_code == 302
    assert (fresh(draft).goal, draft.texts.get().title) == (7, "A light")


def test_times_are_those_of_the_zone_that_is_chosen(organizer, draft):
    year = NOW.year + 1
    typed = {
        "goal": "2500",
        "time_zone": "Asia/Seoul",
        "opens_at": f"{year}-01-10T09:00",
        "closes_at": f"{year}-02-10T00:00",
    }
    until = dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)
    Campaign.objects.update(deliver_until=until)
    assert organizer.post(at("step", draft, "goal"), step_form(draft, "goal", **typed)).status_code == 302
    campaign = fresh(draft)
    assert campaign.opens_at == dt.datetime(year, 1, 10, 0, tzinfo=dt.UTC)
    assert campaign.goal == 2500
    page = organizer.get(at("steps", draft)).content.decode()
    assert "9 a.m." in page
    assert "Asia/Seoul" in page
    assert "midnight UTC" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"opens_at": "2040-01-02T00:00", "closes_at": "2040-01-01T00:00"}, "must open before it closes"),
        ({"opens_at": "2001-01-01T00:00", "closes_at": "2001-01-02T00:00"}, "The closing date is in the past."),
        ({"opens_at": "2040-01-01T00:00", "closes_at": "2099-01-02T00:00"}, "must have time to go out"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"goal": "0"}, "greater than or equal to 1"),
        ({"time_zone": "Europe/Warsaw", "opens_at": "2040-03-25T02:30"}, "this time does not exist"),
    ],
)
def test_dates_that_cannot_be_are_said_at_the_field(organizer, draft, typed, said):
    Campaign.objects.update(deliver_until=dt.datetime(2050, 1, 1, tzinfo=dt.UTC))
    good = {"goal": "5", "time_zone": "UTC", "opens_at": "2040-01-01T00:00", "closes_at": "2041-01-01T00:00"}
    response = organizer.post(at("step", draft, "goal"), step_form(draft, "goal", **good | typed))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert fresh(draft).goal == 1000


def test_the_ways_decide_what_a_signature_makes(organizer, draft, point):
    zone = draft.zone
    typed = {
        "channels": ["hand"],
        "deliver_from": f"{draft.deliver_from.astimezone(zone):%Y-%m-%dT%H:%M}",
        "deliver_until": f"{draft.deliver_until.astimezone(zone):%Y-%m-%dT%H:%M}",
    }
    assert organizer.post(at("step", draft, "delivery"), step_form(draft, "delivery", **typed)).status_code == 302
    assert fresh(draft).channels == ["hand"]
    none = organizer.post(at("step", draft, "delivery"), step_form(draft, "delivery", **typed | {"channels": []}))
    assert none.status_code == 422
    assert rules.points_reached(fresh(draft), "PL") == []


def test_no_letter_goes_by_mail_where_that_way_is_not_chosen(point):
    from campaign.actions.deliveries import plan_dispatches
    from tests.factories import make_signature

    by_hand = make_campaign(channels=["hand"])
    signature = make_signature(by_hand, state="confirmed")
    plan_dispatches(signature, now=NOW)
    assert not signature.dispatches.exists()
    by_mail = make_campaign()
    signature = make_signature(by_mail, state="confirmed")
    plan_dispatches(signature, now=NOW)
    assert signature.dispatches.exists()


def test_nobody_is_asked_to_hand_in_where_that_way_is_not_chosen(point, bora):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        actions.offer_hand_in(campaign=make_campaign(channels=["email"]), point=point, day=NOW.date(), by=bora)


def test_a_cover_is_kept_as_its_pixels_alone_and_public_with_the_campaign(organizer, draft, client):
    look = {"cover_alt": "", "share_text": "Sign it today"}
    without_words = organizer.post(at("step", draft, "look"), step_form(draft, "look", **look, cover=picture()))
    assert without_words.status_code == 422
    assert "say what the picture shows" in without_words.content.decode()
    look["cover_alt"] = "A lantern"
    assert (
        organizer.post(at("step", draft, "look"), step_form(draft, "look", **look, cover=picture())).status_code == 302
    )
    campaign = fresh(draft)
    assert (len(campaign.cover), campaign.cover_width, campaign.cover_height) == (64, 900, 600)
    public = reverse("cover", args=[campaign.cover])
    assert client.get(public).status_code == 404
    assert organizer.get(at("cover", draft)).content[:2] == b"\xff\xd8"
    open_one = make_campaign("open-one", cover=campaign.cover, cover_width=900, cover_height=600)
    open_one.texts.update(cover_alt="A lantern")
    assert client.get(public).status_code == 200
    page = client.get("/en/campaigns/open-one/").content.decode()
    assert 'alt="A lantern"' in page
    assert 'width="900" height="600"' in page
    gone = organizer.post(at("step", draft, "look"), step_form(draft, "look", without_cover="on", share_text=""))
    assert gone.status_code == 302
    assert fresh(draft).cover == ""


def test_a_file_that_is_no_picture_is_told_at_the_field(organizer, draft):
    file = io.BytesIO(b"%PDF-1.7")
    file.name = "x.pdf"
    response = organizer.post(
        at("step", draft, "look"), step_form(draft, "look", cover=file, cover_alt="A lantern", share_text="")
    )
    assert response.status_code == 422
    assert "not a JPEG, PNG or WebP picture" in response.content.decode()


def test_the_share_text_stands_where_the_page_is_shared(client, point):
    campaign = make_campaign("light-the-way")
    campaign.texts.update(share_text="Ten people wait")
    assert 'content="Ten people wait"' in client.get("/en/campaigns/light-the-way/").content.decode()


def test_cases_are_searched_named_and_left_out(organizer, draft, bora):
    case, other = published_case("MNS-2013-001", bora), published_case("MNS-2014-002", bora)
    hidden = Case.objects.create(reference="MNS-2015-003")
    page = organizer.get(at("cases", draft), {"words": "2013"}).content.decode()
    assert case.reference in page
    assert other.reference not in page
    assert organizer.post(at("naming", draft, case.reference)).status_code == 302
    assert organizer.post(at("naming", draft, hidden.reference)).status_code == 404
    assert list(draft.cases.all()) == [case]
    assert organizer.post(at("naming", draft, case.reference), {"leave_out": "1"}).status_code == 302
    assert not draft.cases.exists()


def test_what_is_not_a_draft_is_not_changed(organizer, point, bora):
    campaign = make_campaign(state="in_review")
    typed = step_form(campaign, "ask", **ASK, **NO_SOURCES)
    response = organizer.post(at("step", campaign, "ask"), typed, follow=True)
    assert "Only a draft is changed" in response.content.decode()
    assert campaign.texts.get().title == "Light the way"
    case = published_case("MNS-2013-001", bora)
    organizer.post(at("naming", campaign, case.reference))
    assert not campaign.cases.exists()


# --- The check list ----------------------------------------------------------------------------------------------


def test_the_check_list_leads_to_the_field_that_mends(organizer, point, lantern):
    campaign = make_campaign("bare", state="draft", letter=False, closes_at=NOW - DAY, opens_at=NOW - 5 * DAY)
    page = organizer.get(at("check", campaign)).content.decode()
    assert at("step", campaign, "ask") + "#div_id_title" in page
    assert at("step", campaign, "goal") + "#div_id_closes_at" in page
    assert "things are missing" in page
    assert at("submission", campaign) not in page


def test_caps_too_low_for_the_goal_are_worth_a_look(draft):
    Campaign.objects.update(goal=100_000_000)
    told = [finding.what for finding in rules.worth_a_look(fresh(draft), now=NOW)]
    assert any("The caps are too low for the goal" in what for what in told)
    Campaign.objects.update(goal=1)
    told = [finding.what for finding in rules.worth_a_look(fresh(draft), now=NOW)]
    assert not any("The caps are too low" in what for what in told)


def test_the_window_takes_as_many_as_hours_and_caps_let_through(draft):
    campaign = fresh(draft)
    point = rules.points_reached(campaign, "PL")[0]
    hours = (campaign.deliver_until - max(NOW, campaign.deliver_from)) / dt.timedelta(hours=1)
    assert abs(rules.letters_at(point, campaign, now=NOW) - hours * point.hourly_cap) <= point.hourly_cap
    make_point(target=point.target, hourly_cap=1, takes_rest=False)
    assert rules.letters_the_window_takes(campaign, now=NOW) > rules.letters_at(point, campaign, now=NOW)
    campaign.addressing = "all"
    assert rules.letters_the_window_takes(campaign, now=NOW) < rules.letters_at(point, campaign, now=NOW)


# --- Two pairs of eyes -------------------------------------------------------------------------------------------


def test_a_campaign_is_opened_by_somebody_else(client, draft, bora, dana):
    log_in(client, bora)
    assert client.post(at("submission", draft), {"note": "Urgent."}).url == at("steps", draft)
    review = Review.objects.get()
    assert (review.submitted_by, review.note, fresh(draft).state) == (bora, "Urgent.", "in_review")
    assert client.get(at("opening", draft)).status_code == 403
    log_in(client, dana, proven_again=True)
    page = client.get(at("review_queue")).content.decode()
    assert at("review", draft) in page
    page = client.get(at("review", draft)).content.decode()
    assert "Please let them go. (version 1)" in page
    assert "Urgent." in page
    asked = client.get(at("opening", draft)).content.decode()
    assert "Everyone can read its page at once." in asked
    assert fresh(draft).state == "in_review"
    assert client.post(at("opening", draft)).status_code == 302
    assert fresh(draft).state == "open"
    assert [entry.action for entry in Entry.objects.order_by("pk")][-2:] == [
        "campaigns.submitted",
        "campaigns.approved",
    ]


def test_nobody_opens_their_own_not_even_a_superuser(draft, point):
    root = User.objects.create_superuser("root@example.com", name="Root")
    actions.submit_campaign(campaign=draft, by=root)
    with pytest.raises(actions.NotYours):
        actions.approve_campaign(campaign=draft, by=root)
    with pytest.raises(actions.NotYours):
        actions.return_campaign(campaign=draft, by=root, remarks=[("title", "x")])
    assert fresh(draft).state == "in_review"


@pytest.mark.parametrize("state", ["in_review", "scheduled"])
def test_where_letters_go_stands_still_until_the_campaign_opens(organizer, point, state):
    campaign = make_campaign("light-the-way", state=state)
    typed = {"target": campaign.target_id, "addressing": "chosen", "points": [point.pk]}
    assert organizer.post(at("addressing", campaign), typed).status_code == 422
    assert fresh(campaign).addressing == "nearest"


def test_whoever_chose_the_points_last_has_edited_it(draft, chan):
    actions.choose_points(campaign=draft, target=draft.target, addressing="all", points=[], by=chan)
    assert fresh(draft).edited_by == chan


def test_whoever_edited_last_does_not_open_it_either(draft, bora, lantern):
    vera = make_person("Vera", role=Role.REVIEWER, organisation=lantern, is_staff=True)
    actions.name_case(campaign=draft, case=published_case("MNS-2013-001", bora), by=vera)
    actions.submit_campaign(campaign=draft, by=bora)
    with pytest.raises(actions.NotYours):
        actions.approve_campaign(campaign=draft, by=vera)


def test_opening_asks_to_prove_again_who_one_is(client, draft, bora, dana):
    actions.submit_campaign(campaign=draft, by=bora)
    dana.set_password("a lantern in the window")
    dana.save()
    log_in(client, dana)
    response = client.post(at("opening", draft))
    assert response.status_code == 302
    assert "reauthenticate" in response.url
    assert fresh(draft).state == "in_review"


def test_what_has_changed_meanwhile_is_not_opened(draft, bora, dana):
    actions.submit_campaign(campaign=draft, by=bora)
    draft.texts.update(ask="Something quite different.")
    with pytest.raises(actions.NotReady, match="has changed since"):
        actions.approve_campaign(campaign=draft, by=dana)


def test_a_campaign_that_lacks_something_is_not_sent(organizer, draft):
    draft.texts.update(ask="")
    response = organizer.post(at("submission", draft), {}, follow=True)
    assert "It does not say yet what is asked." in response.content.decode()
    assert not Review.objects.exists()


def test_it_comes_back_with_remarks_at_their_fields_and_goes_again(client, draft, bora, dana):
    actions.submit_campaign(campaign=draft, by=bora)
    log_in(client, dana)
    empty = {"remarks-TOTAL_FORMS": "1", "remarks-INITIAL_FORMS": "0", "remarks-0-field": "title"}
    refused = client.post(at("remarks", draft), empty | {"remarks-0-text": ""})
    assert refused.status_code == 422
    assert "Please say what has to be mended." in refused.content.decode()
    assert client.post(at("remarks", draft), empty | {"remarks-0-text": "Who is <b>they</b>?"}).status_code == 302
    assert fresh(draft).state == "draft"
    log_in(client, bora)
    page = client.get(at("steps", draft)).content.decode()
    assert "Who is &lt;b&gt;they" in page
    page = client.get(at("step", draft, "ask")).content.decode()
    assert "Reviewer: Who is &lt;b&gt;they" in page
    with pytest.raises(actions.NotReady, match="1 remark"):
        actions.submit_campaign(campaign=draft, by=bora)
    client.post(at("step", draft, "ask"), step_form(draft, "ask", **ASK | {"title": "Ten people"}, **NO_SOURCES))
    remark = ReviewRemark.objects.get()
    assert client.post(at("answer", draft, remark.pk), {"answer": "Named now."}).status_code == 302
    actions.submit_campaign(campaign=fresh(draft), by=bora)
    log_in(client, dana)
    page = client.get(at("review", draft)).content.decode()
    assert "Named now." in page
    assert '<del class="review-text">Light the way</del>' in page
    assert '<ins class="review-text">Ten people</ins>' in page


def test_its_organizers_take_it_back(organizer, point, bora):
    campaign = make_campaign("light-the-way", state="scheduled", opens_at=NOW + DAY)
    make_review(campaign, by=bora)
    assert "not public any more" in organizer.get(at("taking_back", campaign)).content.decode()
    assert organizer.post(at("taking_back", campaign)).status_code == 302
    assert fresh(campaign).state == "draft"
    assert Review.objects.get().verdict == "taken_back"
    again = organizer.post(at("taking_back", campaign), follow=True)
    assert "the state has changed meanwhile" in again.content.decode()


def test_mails_go_to_the_reviewers_and_then_to_the_organizers(draft, bora, dana, lantern):
    from campaign import emails
    from tests.campaign.test_launching import composed

    vera = make_person("Vera", role=Role.PUBLISHER, organisation=lantern, is_staff=True)
    actions.submit_campaign(campaign=draft, by=vera, note="Please soon.")
    mail = composed("campaign_submitted", emails.reviews_by_id, emails.campaign_submitted)
    assert mail.bcc == [dana.email]
    assert "Please soon." in mail.body
    actions.return_campaign(campaign=draft, by=dana, remarks=[("title", "Too long.")])
    mail = composed("campaign_returned", emails.reviews_by_id, emails.campaign_returned)
    assert mail.to == [bora.email, vera.email]
    assert "Too long." in mail.body
    assert composed("campaign_submitted", emails.reviews_by_id, emails.campaign_submitted) is None
    actions.settle_remark(remark=ReviewRemark.objects.get(), by=bora, answer="")
    actions.submit_campaign(campaign=draft, by=bora)
    actions.approve_campaign(campaign=draft, by=dana)
    mail = composed("campaign_approved", emails.reviews_by_id, emails.campaign_approved)
    assert mail.subject == "Your campaign is open"
    assert mail.to == [bora.email, vera.email]


def composed(kind, load, compose):
    message = Message.objects.filter(kind=kind).latest("pk")
    message.subject = load([message]).get(message.subject_id)
    return compose(message)


# --- Who may not -------------------------------------------------------------------------------------------------

PAGES = ["steps", "cases", "check", "submission", "taking_back", "discarding", "trial", "review"]


@pytest.mark.parametrize("name", PAGES)
def test_an_organizer_of_another_organisation_finds_nothing(client, draft, name):
    log_in(client, make_person("Haru", organisation=make_organisation("harbour"), is_staff=True))
    assert client.get(at(name, draft)).status_code == 404
    assert client.post(at(name, draft)).status_code in (404, 405)


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_asked_to_log_in_and_a_person_without_a_role_is_told(client, draft, eun, name):
    assert "/login/" in client.get(at(name, draft)).url
    log_in(client, eun)
    assert client.get(at(name, draft)).status_code == 403


def test_a_viewer_looks_and_changes_nothing(client, draft, lantern):
    log_in(client, make_person("Vito", organisation=lantern, member=MemberRole.VIEWER, is_staff=True))
    assert client.get(at("steps", draft)).status_code == 200
    assert client.get(at("review", draft)).status_code == 200
    assert client.get(at("step", draft, "ask")).status_code == 404
    assert client.post(at("submission", draft)).status_code == 404
    assert client.get(at("new")).status_code == 403
    assert client.post(at("opening", draft)).status_code == 403


def test_an_organizer_reviews_nothing(organizer, draft):
    assert organizer.get(at("review_queue")).status_code == 403
    assert organizer.post(at("remarks", draft)).status_code == 403


def test_a_long_queue_costs_as_much_as_a_short_one(client, point, dana):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    log_in(client, dana)
    counts = []
    for _round in range(2):
        for _each in range(_round + 1):
            make_review(make_campaign(state="in_review"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at("review_queue")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_empty_queue_says_so(client, dana):
    assert "No campaign waits for a review" in log_in(client, dana).get(at("review_queue")).content.decode()
