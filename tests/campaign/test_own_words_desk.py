"""The line of own words at the desk: who reads it, what it says, and what its buttons do."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions
from campaign.models import OwnWords
from campaign.views import desk_own_words
from tests.campaign.test_own_words import confirm, states, words_of
from tests.factories import HOUR, NOW, fresh, make_campaign, make_organisation, make_person
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def abel(db):
    """Looks after abuse on the whole site."""
    return make_person("Abel", role=Role.ABUSE, is_staff=True)


@pytest.fixture
def otto(db):
    return make_person("Otto", organisation=make_organisation("harbour"), is_staff=True)


def line(campaign):
    return reverse("campaign_desk:own_words", args=[campaign.slug])


ALL = "/desk/own-words/"


def step(client, signature, step, **fields):
    words = words_of(signature)
    url = reverse("site_desk:own_words_step", args=[words.pk, step])
    return client.post(url, {"from": words.campaign.slug} | shown([words]) | fields)


def shown(rows):
    """What the page says of the words that it shows."""
    return {f"words-{words.pk}-since": words.since.isoformat() for words in rows}


def leave_out(client, signature, why="insults", **fields):
    return step(client, signature, "rejection", **{f"words-{words_of(signature).pk}-why": why}, **fields)


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def said(response):
    return [str(message) for message in response.wsgi_request._messages._queued_messages]


# --- Who may -----------------------------------------------------------------------------------------------------


def test_organizers_read_their_own_and_staff_against_abuse_all(client, campaign, point, bora, abel, otto, lantern):
    confirm(campaign)
    elsewhere = make_campaign(organisation=make_organisation("harbour"))
    viewer = make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True)
    allowed = {
        bora: (200, 404, 403),
        abel: (200, 200, 200),
        otto: (404, 200, 403),
        viewer: (404, 404, 403),
    }
    for who, expected in allowed.items():
        log_in(client, who)
        found = tuple(client.get(url).status_code for url in (line(campaign), line(elsewhere), ALL))
        assert found == expected, who


def test_nobody_decides_on_words_of_a_campaign_that_is_not_theirs(client, campaign, point, bora, otto, eun):
    signature = confirm(campaign)
    own = make_campaign(organisation=make_organisation("harbour"))
    for who, expected in ((otto, 404), (eun, 403)):
        log_in(client, who)
        for where in (campaign.slug, own.slug, ""):
            assert step(client, signature, "acceptance", **{"from": where}).status_code == expected
            chosen = reverse("site_desk:own_words_chosen", args=["acceptance"])
            words = words_of(signature)
            asked = {"from": where, "chosen": [words.pk], "sure": "1"} | shown([words])
            answer = client.post(chosen, asked)
            assert answer.status_code in (expected, 302)
    assert states(signature) == ["unread"]


def test_an_organizer_does_not_decide_from_the_line_of_the_whole_site(client, campaign, point, bora):
    signature = confirm(campaign)
    log_in(client, bora)
    assert step(client, signature, "acceptance", **{"from": ""}).status_code == 404


def test_staff_against_abuse_see_this_page_of_a_campaign_alone(client, campaign, point, abel):
    log_in(client, abel)
    found = page(client, line(campaign))
    assert f"/desk/campaigns/{campaign.slug}/exports/" not in found
    assert f"/desk/campaigns/{campaign.slug}/own-words/reading/" not in found
    assert client.get(reverse("campaign_desk:own_words_reading", args=[campaign.slug])).status_code == 404


# --- What it says ------------------------------------------------------------------------------------------------


def test_the_oldest_stand_first_with_their_language_and_what_stands_out(client, campaign, point, bora):
    confirm(campaign, words="제발 돌려보내지 마세요.", language="ko", at=NOW - HOUR)
    confirm(campaign, words="See https://spam.example/", at=NOW - 2 * HOUR, name="Jan Nowak")
    log_in(client, bora)
    found = page(client, line(campaign))
    assert found.index("spam.example") < found.index("제발 돌려보내지 마세요.")
    assert re.search(r'<blockquote[^>]* lang="ko"', found)
    assert "a link" in found
    assert "Jan Nowak" not in found


def test_markup_in_the_words_is_text(client, campaign, point, bora):
    confirm(campaign, words="<script>alert(1)</script>")
    log_in(client, bora)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page(client, line(campaign))


def test_opening_it_is_written_down_with_how_many_and_not_whose(client, campaign, point, bora, abel):
    log_in(client, bora)
    page(client, line(campaign))
    assert not Entry.objects.filter(action="own_words.read").exists()
    for _ in range(2):
        confirm(campaign)
    page(client, line(campaign))
    entry = Entry.objects.get(action="own_words.read")
    assert (entry.by, entry.about, entry.details) == ("Bora", str(campaign), {"rows": 2})
    log_in(client, abel)
    page(client, ALL)
    assert Entry.objects.filter(action="own_words.read", by="Abel", about="").exists()


def test_nothing_to_read_says_so(client, campaign, point, bora, abel):
    log_in(client, bora)
    assert "Nothing to read" in page(client, line(campaign))
    log_in(client, abel)
    assert "Nothing to read" in page(client, ALL)


def test_more_than_a_page_has_pages(client, campaign, point, bora, monkeypatch):
    monkeypatch.setattr(desk_own_words, "PER_PAGE", 2)
    for number in range(3):
        confirm(campaign, words=f"Number {number}", at=NOW + number * HOUR)
    log_in(client, bora)
    assert "Number 2" not in page(client, line(campaign))
    assert "Number 2" in page(client, line(campaign) + "?page=2")


@pytest.mark.parametrize("where", ["campaign", "all"])
def test_three_cost_as_many_queries_as_one(client, campaign, point, bora, abel, where):
    url = line(campaign) if where == "campaign" else ALL
    log_in(client, abel)
    counts = []
    for number in (1, 2):
        for _time in range(number):
            confirm(campaign)
            actions.accept_words(words=words_of(confirm(make_campaign())), by=abel)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_waits_and_the_packs_lead_there(client, campaign, point, bora):
    log_in(client, bora)
    pages = [reverse(f"campaign_desk:{name}", args=[campaign.slug]) for name in ("waiting", "packs")]
    told = "1 letter waits until somebody has read", "One person’s own words wait to be read."
    for url, sentence in zip(pages, told, strict=True):
        assert sentence not in page(client, url)
    confirm(campaign)
    for url, sentence in zip(pages, told, strict=True):
        found = page(client, url)
        assert sentence in found
        assert line(campaign) in found


# --- Its buttons -------------------------------------------------------------------------------------------------


def test_a_decision_leads_to_the_next_in_the_line(client, campaign, point, bora):
    first, second = confirm(campaign, at=NOW - HOUR), confirm(campaign)
    log_in(client, bora)
    response = step(client, first, "acceptance", page="1")
    assert response["Location"] == f"{line(campaign)}#words-{words_of(second).pk}"
    assert states(first) == ["planned"]
    response = leave_out(client, second)
    assert response["Location"] == f"{line(campaign)}#words-0"
    assert (words_of(second).state, words_of(second).why) == ("rejected", "insults")


def test_what_one_has_decided_can_be_undone_from_the_line(client, campaign, point, bora, abel):
    signature = confirm(campaign)
    log_in(client, bora)
    step(client, signature, "acceptance")
    undo = reverse("site_desk:own_words_step", args=[words_of(signature).pk, "undoing"])
    assert undo in page(client, line(campaign))
    assert said(step(client, signature, "undoing")) == ["Undone. They wait to be read again."]
    assert states(signature) == ["unread"]
    assert undo not in page(client, line(campaign))


def test_what_has_gone_says_so_and_has_no_button(client, campaign, point, bora):
    signature = confirm(campaign)
    log_in(client, bora)
    step(client, signature, "acceptance")
    letter = signature.dispatches.get()
    letter.move("queued")
    letter.move("sending")
    found = page(client, line(campaign))
    assert "the letter has gone" in found
    assert "/undoing/" not in found
    assert said(step(client, signature, "undoing")) == ["Too late: the letter is on its way, or printed."]


def test_who_comes_second_reads_who_was_faster(client, campaign, point, bora, abel):
    signature = confirm(campaign)
    actions.accept_words(words=words_of(signature), by=abel)
    log_in(client, bora)
    assert said(leave_out(client, signature)) == ["Abel was faster, and has accepted them."]
    assert words_of(signature).state == "accepted"


def test_who_left_meanwhile_is_told(client, campaign, point, bora):
    signature = confirm(campaign)
    actions.withdraw_signature(signature=signature)
    log_in(client, bora)
    (told,) = said(step(client, signature, "acceptance"))
    assert "has withdrawn meanwhile" in told


@pytest.mark.parametrize("what", ["acceptance", "rejection"])
def test_nobody_decides_on_words_that_were_written_since_they_looked(client, campaign, point, bora, submit, what):
    signature = confirm(campaign, email="ara@people.example")
    looked_at = shown([words_of(signature)])
    actions.withdraw_signature(signature=signature)
    submit(own_words="You will all pay for this.")
    signature = fresh(signature)
    content = actions.digest_of(signature)
    actions.confirm_signature(signature_id=signature.pk, revision=signature.revision, shown=content)
    log_in(client, bora)
    why = {f"words-{words_of(signature).pk}-why": "insults"}
    assert "changed meanwhile" in said(step(client, signature, what, **why, **looked_at))[0]
    choose(client, campaign, [signature], what, sure="1", why="insults", **looked_at)
    choose(client, campaign, [signature], what, sure="1", why="insults", **dict.fromkeys(looked_at, "yesterday"))
    assert (words_of(signature).state, states(signature)) == ("unread", ["unread"])


@pytest.mark.parametrize("why", ["", "because", None])
def test_nothing_is_left_out_without_a_reason(client, campaign, point, bora, why):
    signature = confirm(campaign)
    log_in(client, bora)
    response = leave_out(client, signature, why=why) if why is not None else step(client, signature, "rejection")
    assert said(response) == ["Please say why they are left out."]
    assert states(signature) == ["unread"]


def test_reading_the_line_decides_nothing(client, campaign, point, bora):
    signature = confirm(campaign)
    log_in(client, bora)
    url = reverse("site_desk:own_words_step", args=[words_of(signature).pk, "acceptance"])
    assert client.get(url).status_code == 405


# --- Many at once ------------------------------------------------------------------------------------------------


def choose(client, campaign, signatures, what, **fields):
    rows = [words_of(signature) for signature in signatures]
    url = reverse("site_desk:own_words_chosen", args=[what])
    ids = [words.pk for words in rows]
    return client.post(url, {"from": campaign.slug, "chosen": ids} | shown(rows) | fields)


def test_many_at_once_are_shown_first_and_decided_when_one_is_sure(client, campaign, point, bora):
    chosen = [confirm(campaign, words=f"Number {number}") for number in range(3)]
    left = confirm(campaign, words="Not ticked")
    log_in(client, bora)
    shown = choose(client, campaign, chosen, "acceptance").content.decode()
    assert "3 letters go by e-mail, with these words." in shown
    assert all(f"Number {number}" in shown for number in range(3))
    assert "Not ticked" not in shown
    assert [states(signature) for signature in chosen] == [["unread"]] * 3
    assert said(choose(client, campaign, chosen, "acceptance", sure="1")) == ["3 accepted."]
    assert [states(signature) for signature in (*chosen, left)] == [["planned"]] * 3 + [["unread"]]


def test_many_are_left_out_for_one_reason(client, campaign, point, bora):
    chosen = [confirm(campaign) for _ in range(2)]
    log_in(client, bora)
    shown = choose(client, campaign, chosen, "rejection").content.decode()
    assert "2 people get a mail that says so" in shown
    refused = choose(client, campaign, chosen, "rejection", sure="1", why="")
    assert refused.status_code == 422
    assert "Please say why." in refused.content.decode()
    choose(client, campaign, chosen, "rejection", sure="1", why="advertises")
    assert [words.why for words in OwnWords.objects.all()] == ["advertises"] * 2


def test_of_many_those_decided_meanwhile_are_left_as_they_are(client, campaign, point, bora, abel):
    first, second = confirm(campaign), confirm(campaign)
    log_in(client, bora)
    actions.leave_words_out(words=words_of(first), why="unfit", by=abel)
    assert said(choose(client, campaign, [first, second], "acceptance", sure="1")) == ["1 accepted."]
    assert [words_of(one).state for one in (first, second)] == ["rejected", "accepted"]


def test_nothing_ticked_says_so(client, campaign, point, bora):
    log_in(client, bora)
    (told,) = said(choose(client, campaign, [], "acceptance"))
    assert "Choose some first" in told
    assert choose(client, campaign, [], "acceptance", chosen=["x", "9" * 30]).status_code == 302


# --- Whether they are read ---------------------------------------------------------------------------------------


def test_an_organizer_ends_and_begins_the_reading_and_says_why(client, campaign, point, bora):
    log_in(client, bora)
    url = reverse("campaign_desk:own_words_reading", args=[campaign.slug])
    assert "What people write goes to the office as they write it" in page(client, url)
    assert client.post(url, {"reason": ""}).status_code == 422
    assert fresh(campaign).reads_own_words
    client.post(url, {"reason": "Two hundred a day"})
    assert not fresh(campaign).reads_own_words
    assert "nobody reads them first" in page(client, line(campaign))
    client.post(url, {"reason": "Insults"})
    assert fresh(campaign).reads_own_words
