"""The desk's pages about updates: who may open them, what they say, and what their buttons do."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import MemberRole, Role
from campaign import actions, update_rules
from campaign.models import Signature, Update
from tests import factories
from tests.campaign.test_updates import ask, sign, step
from tests.factories import NOW, fresh, make_update
from tests.logging_in import log_in

TYPED = {"where": "page", "title_en": "They are home", "words_en": "All ten of them."}


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(update_rules, "MANY", 1)


@pytest.fixture
def desk(client, bora):
    return log_in(client, bora, proven_again=True)


def url(name, campaign, *args):
    return reverse(f"campaign_desk:{name}", args=[campaign.slug, *args])


def send_form(update, **typed):
    return {"seen": actions.digest_of_update(update), "zone": "Europe/Warsaw", "at": "", **typed}


PAGES = ["updates", "new_update"]
PAGES_OF_ONE = [
    "update",
    "update_words",
    "update_sending",
    "update_release",
    "update_taking_back",
    "update_stopping",
    "update_resuming",
    "update_ending",
    "update_deletion",
    "update_progress",
]


def test_an_update_is_written_read_changed_and_sent(campaign, desk, post_office):
    sign(campaign, "ara@people.example")
    page = desk.post(url("new_update", campaign), TYPED, follow=True)
    assert "1 person" not in page.content.decode()
    assert "One person would get it now." in page.content.decode()
    update = Update.objects.get()
    changed = {**TYPED, "words_en": "All <b>eleven</b>.", "seen": actions.digest_of_update(update)}
    page = desk.post(url("update_words", campaign, update.pk), changed, follow=True)
    assert "All &lt;b&gt;eleven&lt;/b&gt;." in page.content.decode()
    page = desk.get(url("update_sending", campaign, update.pk)).content.decode()
    assert "It goes to 1 person: confirmed, asked for updates, not withdrawn, not unsubscribed." in page
    assert "Send it to 1 person" in page
    page = desk.post(url("update_sending", campaign, update.pk), send_form(fresh(update)), follow=True)
    assert "It is on its way." in page.content.decode()
    step(fresh(update).send_at)
    post_office.send("updates")
    assert "All <b>eleven</b>." in post_office.text_to("ara@people.example")
    page = desk.get(url("update_progress", campaign, update.pk)).content.decode()
    assert "1 of 1 have it." in page


def test_the_preview_shows_the_mail_and_the_page_and_saves_nothing(campaign, desk):
    typed = {**TYPED, "title_ko": "집으로", "words_ko": "열 명 모두.", "preview": "yes"}
    for headers in ({}, {"HX-Request": "true"}):
        page = desk.post(url("new_update", campaign), typed, headers=headers)
        assert page.status_code == 200
        text = page.content.decode()
        assert "Dear Bora," in text
        assert "열 명 모두." in text
        assert "On the page" in text
        assert ("<form" in text) is not headers
    assert not Update.objects.exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"title_en": ""}, "Please give it a title."),
        ({"words_en": ""}, "Please write what happened."),
        ({"title_ko": "집"}, "or neither of them"),
        ({"words_ko": "집"}, "or neither of them"),
        ({"title_en": "x" * 121}, "Please shorten it to 120 characters"),
        ({"words_en": "x" * 5001}, "Please shorten it to 5,000 characters"),
        ({"title_en": "a\u202eb"}, "changes the direction"),
        ({"where": "nowhere"}, "nowhere"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_is_kept(campaign, desk, typed, told):
    page = desk.post(url("new_update", campaign), {**TYPED, **typed})
    assert page.status_code == 422
    assert told in page.content.decode()
    assert not Update.objects.exists()
    if "words_en" not in typed:
        assert "All ten of them." in page.content.decode()


def test_whoever_was_slower_sees_what_stands_there_and_keeps_what_they_typed(campaign, desk, bora):
    update = make_update(campaign, bora)
    seen = actions.digest_of_update(update)
    actions.rewrite_update(update=update, texts={"en": ("Theirs", "Their words")}, is_public=True, seen=seen, by=bora)
    page = desk.post(url("update_words", campaign, update.pk), {**TYPED, "words_en": "My words", "seen": seen})
    assert page.status_code == 409
    assert "Their words" in page.content.decode()
    assert "My words" in page.content.decode()
    assert update.texts.get().title == "Theirs"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"at": "2020-01-01T10:00"}, "This lies in the past."),
        ({"at": "2199-01-01T10:00"}, "more than a year away"),
        ({"at": "2027-03-28T02:30"}, "there is no such hour"),
        ({"at": "soon"}, "Please give a day and a time."),
        ({"zone": "Middle/Earth"}, "Middle/Earth"),
        ({"seen": "other"}, "The words have changed"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(campaign, desk, bora, typed, told):
    sign(campaign)
    update = make_update(campaign, bora)
    page = desk.post(url("update_sending", campaign, update.pk), send_form(update, **typed))
    assert page.status_code == 422
    assert told in page.content.decode()
    assert fresh(update).state == "draft"


def test_the_time_is_that_of_the_chosen_zone(campaign, desk, bora):
    update = make_update(campaign, bora)
    day = (NOW + 3 * factories.DAY).date()
    typed = send_form(update, at=f"{day}T09:30", zone="Asia/Seoul")
    page = desk.post(url("update_sending", campaign, update.pk), typed, follow=True)
    assert fresh(update).send_at.isoformat() == f"{day}T00:30:00+00:00"
    assert "9:30 a.m." in page.content.decode()
    assert "(Asia/Seoul)" in page.content.decode()


def test_many_wait_for_a_second_person_who_reads_and_releases(campaign, desk, bora, lantern, few, client):
    sign(campaign)
    sign(campaign)
    update = make_update(campaign, bora)
    assert "Ask a second person to release it" in desk.get(url("update_sending", campaign, update.pk)).content.decode()
    page = desk.post(url("update_sending", campaign, update.pk), send_form(update), follow=True)
    assert "It waits for a second person." in page.content.decode()
    assert desk.get(url("update_release", campaign, update.pk)).status_code == 403
    dora = factories.make_person("Dora", role=Role.ORGANIZER, organisation=lantern, is_staff=True)
    log_in(client, dora, proven_again=True)
    page = client.get(url("update_release", campaign, update.pk)).content.decode()
    assert "Release it to 2 people" in page
    assert "All ten of them." in page
    changed = client.post(url("update_release", campaign, update.pk), {"seen": "other"})
    assert changed.status_code == 409
    client.post(url("update_release", campaign, update.pk), {"seen": fresh(update).digest})
    assert fresh(update).state == "scheduled"


def test_a_publisher_of_no_organisation_finds_what_is_to_be_released(campaign, bora, few, client):
    sign(campaign)
    sign(campaign)
    update = make_update(campaign, bora)
    ask(update, bora)
    publisher = factories.make_person("Publisher", role=Role.PUBLISHER, is_staff=True)
    log_in(client, publisher, proven_again=True)
    assert "Read and release" in client.get(url("update", campaign, update.pk)).content.decode()
    client.post(url("update_release", campaign, update.pk), {"seen": fresh(update).digest})
    assert fresh(update).released_by == publisher


@pytest.mark.parametrize("name", ["update_sending", "update_release", "update_resuming"])
def test_what_reaches_many_asks_who_it_is_once_more(campaign, bora, client, name):
    update = make_update(campaign, bora)
    bora.set_password("correct horse battery")
    bora.save()
    log_in(client, bora)
    page = client.post(url(name, campaign, update.pk), send_form(update))
    assert page.status_code == 302
    assert "reauthenticate" in page.headers["Location"]
    assert fresh(update).state == "draft"


def test_it_is_stopped_resumed_and_ended_and_each_asks_first(campaign, desk, bora):
    sign(campaign)
    sign(campaign)
    update = make_update(campaign, bora)
    ask(update, bora)
    step()
    for name, told, state in (
        ("update_stopping", "2 people have not got it yet.", "stopped"),
        ("update_resuming", "2 people have not got it yet.", "sending"),
        ("update_stopping", "2 people have not got it yet.", "stopped"),
        ("update_ending", "This cannot be undone.", "ended"),
    ):
        assert told in desk.get(url(name, campaign, update.pk)).content.decode()
        desk.post(url(name, campaign, update.pk))
        assert fresh(update).state == state
    assert "0 of 2 have it." in desk.get(url("update", campaign, update.pk)).content.decode()


def test_a_page_whose_time_has_passed_leads_back(campaign, desk, bora):
    draft, asked = make_update(campaign, bora), make_update(campaign, bora)
    ask(asked, bora)
    for name in ("update_release", "update_taking_back", "update_stopping", "update_resuming", "update_ending"):
        assert desk.post(url(name, campaign, draft.pk)).status_code == 302
        assert fresh(draft).state == "draft"
    for name in ("update_words", "update_sending", "update_deletion"):
        assert desk.post(url(name, campaign, asked.pk), {**TYPED, **send_form(asked)}).status_code == 302
        assert fresh(asked).state == "scheduled"


def test_a_draft_is_deleted_after_a_question(campaign, desk, bora):
    update = make_update(campaign, bora)
    assert "gone for good" in desk.get(url("update_deletion", campaign, update.pk)).content.decode()
    desk.post(url("update_deletion", campaign, update.pk))
    assert not Update.objects.exists()


def test_a_test_goes_to_whoever_asks(campaign, desk, bora, post_office):
    update = make_update(campaign, bora)
    page = desk.post(url("update_test", campaign, update.pk), {"languages": ["en", "ko"]}, follow=True)
    assert "2 tests are on their way to bora@example.com." in page.content.decode()
    page = desk.post(url("update_test", campaign, update.pk), {})
    assert page.status_code == 422
    assert "Please choose one language at least." in page.content.decode()


def test_a_campaign_that_is_not_open_yet_sends_nothing(bora, desk):
    campaign = factories.make_campaign(state="in_review")
    update = make_update(campaign, bora)
    assert "It cannot be sent now" in desk.get(url("update_sending", campaign, update.pk)).content.decode()
    assert desk.post(url("update_sending", campaign, update.pk), send_form(update)).status_code == 422


# --- On the campaign's page ------------------------------------------------------------------------------------------


def test_it_is_taken_off_the_page_and_put_back_and_each_asks_first(campaign, desk, bora):
    sign(campaign)
    update = make_update(campaign, bora)
    assert "Take it off the page" not in desk.get(url("update", campaign, update.pk)).content.decode()
    ask(update, bora)
    step()
    page = desk.get(url("update", campaign, update.pk)).content.decode()
    off, back = url("update_page_removal", campaign, update.pk), url("update_page_return", campaign, update.pk)
    assert off in page
    assert back not in page
    assert "Whoever has it by mail keeps it." in desk.get(off).content.decode()
    refused = desk.post(off, {"reason": ""})
    assert refused.status_code == 422
    assert "Please say why." in refused.content.decode()
    page = desk.post(off, {"reason": "A name stands in it."}, follow=True).content.decode()
    assert "A name stands in it." in page
    assert back in page
    assert desk.get(off).status_code == 302
    assert fresh(update).off_page_at
    assert "No mail goes out." in desk.get(back).content.decode()
    assert "It stands on the page again." in desk.post(back, follow=True).content.decode()
    assert fresh(update).off_page_at is None
    assert desk.post(back).status_code == 302


def test_a_viewer_and_a_draft_have_nothing_to_take_off(campaign, desk, bora, lantern, client):
    update = make_update(campaign, bora)
    assert desk.post(url("update_page_removal", campaign, update.pk), {"reason": "x"}).status_code == 403
    ask(update, bora)
    step()
    log_in(client, factories.make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True))
    for name in ("update_page_removal", "update_page_return"):
        assert client.post(url(name, campaign, update.pk), {"reason": "x"}).status_code == 403


# --- Who may not -----------------------------------------------------------------------------------------------------


def test_others_do_not_learn_that_it_is_there(campaign, bora, eun, client):
    update = make_update(campaign, bora)
    other = factories.make_organisation("other")
    foreign = factories.make_person("Foreign", role=Role.ORGANIZER, organisation=other, is_staff=True)
    every = [url(name, campaign) for name in PAGES] + [url(name, campaign, update.pk) for name in PAGES_OF_ONE]
    for path in every:
        assert client.get(path).status_code == 302
    for person, status in ((eun, 403), (foreign, 404)):
        log_in(client, person, proven_again=True)
        for path in every:
            assert client.get(path).status_code == status, path
        assert client.post(url("update_test", campaign, update.pk)).status_code == status


def test_a_viewer_reads_and_changes_nothing(campaign, bora, lantern, client):
    viewer = factories.make_person(
        "Viewer", role=Role.ORGANIZER, organisation=lantern, member=MemberRole.VIEWER, is_staff=True
    )
    log_in(client, viewer, proven_again=True)
    update = make_update(campaign, bora)
    assert "Write an update" not in client.get(url("updates", campaign)).content.decode()
    page = client.get(url("update", campaign, update.pk)).content.decode()
    assert "Send it" not in page
    assert "Send me a test" not in page
    closed = ["words", "sending", "stopping", "resuming", "ending", "deletion"]
    for name in closed:
        assert client.post(url(f"update_{name}", campaign, update.pk)).status_code == 404
    assert client.post(url("update_taking_back", campaign, update.pk)).status_code == 403
    assert fresh(update).state == "draft"


def test_an_update_of_another_campaign_is_not_found_here(campaign, desk, bora):
    foreign = make_update(factories.make_campaign(organisation=factories.make_organisation("other")), bora)
    for name in PAGES_OF_ONE:
        assert desk.get(url(name, campaign, foreign.pk)).status_code == 404


# --- Lists -----------------------------------------------------------------------------------------------------------


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


def test_the_list_costs_the_same_for_one_and_for_three(campaign, desk, bora):
    make_update(campaign, bora)
    one = queries(desk, url("updates", campaign))
    for name in ("X", "Y"):
        make_update(campaign, factories.make_person(name), title=name)
    assert queries(desk, url("updates", campaign)) == one


def test_the_page_of_a_campaign_costs_the_same_for_one_update_and_for_three(campaign, bora, client):
    def publish():
        update = make_update(campaign, bora)
        ask(update, bora)
        step()

    def count():
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as counted:
            client.get("/en/campaigns/light-the-way/")
        return len(counted)

    publish()
    count()
    one = count()
    for _ in range(4):
        publish()
    assert count() == one


def test_an_empty_list_says_what_it_is_for_and_a_long_one_has_pages(campaign, desk, bora):
    assert "No update has been written yet" in desk.get(url("updates", campaign)).content.decode()
    for number in range(51):
        make_update(campaign, bora, title=f"Number {number}")
    page = desk.get(url("updates", campaign)).content.decode()
    assert "Page 1 of 2" in page
    assert "Number 50" in page
    assert "Number 0" not in page
    assert "Number 0" in desk.get(url("updates", campaign) + "?page=2").content.decode()


def test_older_updates_are_folded_on_the_page(campaign, bora, client):
    for number in range(5):
        update = make_update(campaign, bora, title=f"Number {number}")
        ask(update, bora)
        step()
    page = client.get("/en/campaigns/light-the-way/").content.decode()
    assert "2 more, from earlier" in page
    assert page.index("Number 4") < page.index("more, from earlier") < page.index("Number 1")


def test_nobody_who_signed_is_named_on_any_of_these_pages(campaign, desk, bora):
    sign(campaign, "ara@people.example", name="Ara Kim", display=Signature.Display.HIDDEN)
    update = make_update(campaign, bora)
    ask(update, bora)
    step()
    for path in (url("updates", campaign), url("update", campaign, update.pk)):
        page = desk.get(path).content.decode()
        assert "Ara Kim" not in page
        assert "ara@" not in page
