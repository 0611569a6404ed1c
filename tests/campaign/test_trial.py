"""The whole way of a supporter, tried by an organizer: page, form, mail, confirming, letter; and nothing is counted."""

import re

import pytest
from django.urls import reverse

from accounts.roles import MemberRole
from campaign import actions, emails
from campaign.models import Dispatch, Signature, SignatureChange, Tally, TestLetter, TestSignature
from outbox.models import Message
from tests.factories import DAY, NOW, make_campaign, make_organisation, make_person, make_point
from tests.logging_in import log_in

TYPED = {"name": "Ara Kim", "country": "PL", "display": "full", "own_words": "Please.", "city": "Poznań"}


def at(name, campaign, *args):
    return reverse(f"campaign_desk:{name}", args=[campaign.slug, *args])


@pytest.fixture
def draft(point):
    return make_campaign("light-the-way", state="draft", opens_at=NOW + DAY)


@pytest.fixture
def organizer(client, bora):
    return log_in(client, bora)


def send(client, campaign, **typed):
    letter = campaign.letters.get()
    return client.post(at("trial_sign", campaign), {**TYPED, "letter": letter.pk, **typed})


def composed(kind, load, compose):
    found = []
    for message in Message.objects.filter(kind=kind).order_by("pk"):
        message.subject = load([message]).get(message.subject_id)
        found.append(compose(message))
    return found


def test_the_page_is_shown_as_it_will_be_and_its_form_leads_to_the_trial(organizer, draft):
    page = organizer.get(at("trial_page", draft)).content.decode()
    assert "This is a trial." in page
    assert "Please let them go. (version 1)" in page
    assert f'action="{at("trial_sign", draft)}' in page
    assert "csrfmiddlewaretoken" in page
    assert "hx-get" not in page
    assert organizer.get("/en/campaigns/light-the-way/").status_code == 404


def test_it_is_shown_in_each_language_of_the_letter(organizer, draft):
    page = organizer.get(at("trial_page", draft) + "?language=zh-hans").content.decode()
    assert "请让他们走。" in page
    assert 'lang="zh-hans"' in page


def test_the_whole_way_ends_in_ones_own_mailbox_and_counts_nothing(organizer, draft, bora, point):
    assert send(organizer, draft, email="stranger@people.example").url == at("trial_sent", draft)
    assert "Look in your mailbox" in organizer.get(at("trial_sent", draft)).content.decode()
    [mail] = composed("test_confirmation", emails.test_signatures_by_id, emails.test_confirmation)
    assert mail.to == [bora.email]
    assert mail.subject.startswith("[TEST] ")
    link = re.search(r"https?://[^/]+(/desk/\S+)", mail.body)[1]
    assert "Ara Kim" in organizer.get(link).content.decode()
    assert not TestLetter.objects.exists()
    assert organizer.post(link).url == at("trial", draft)
    [letter] = composed("test_letter", emails.test_letters_by_id, emails.test_letter)
    assert "Ara Kim" in letter.body
    assert "Please." in letter.body
    assert "TEST" in letter.body
    assert bora.email in letter.to[0]
    assert "stranger" not in str(letter.to) + str(mail.to)
    for counted in (Signature, SignatureChange, Dispatch, Tally):
        assert not counted.objects.exists()


def test_confirming_twice_makes_one_letter(organizer, draft):
    send(organizer, draft)
    tried = TestSignature.objects.get()
    for _time in range(2):
        assert organizer.post(at("trial_confirm", draft, tried.pk)).status_code == 302
    assert TestLetter.objects.count() == 1


def test_the_letter_goes_where_a_signature_of_that_country_would(organizer, draft, point):
    tokyo = make_point(target=point.target, country="JP", city="Tokyo", answers_for=("JP",))
    send(organizer, draft, country="JP")
    organizer.post(at("trial_confirm", draft, TestSignature.objects.get().pk))
    assert TestLetter.objects.get().point == tokyo


def test_what_is_wrong_is_said_as_it_will_be(organizer, draft):
    response = send(organizer, draft, name="")
    assert response.status_code == 422
    assert "Please give your name." in response.content.decode()
    assert not TestSignature.objects.exists()


def test_a_person_tries_a_limited_number_in_an_hour(organizer, draft, bora):
    for _time in range(20):
        actions.sign_as_test(campaign=draft, letter=draft.letters.get(), language="en", by=bora, typed=TYPED)
    response = send(organizer, draft)
    assert response.status_code == 422
    assert "often enough for this hour" in response.content.decode()


def test_what_one_tries_nobody_else_confirms(client, draft, bora, lantern):
    log_in(client, bora)
    send(client, draft)
    tried = TestSignature.objects.get()
    log_in(client, make_person("Owen", organisation=lantern, member=MemberRole.OWNER, is_staff=True))
    assert client.get(at("trial_confirm", draft, tried.pk)).status_code == 404
    assert client.post(at("trial_confirm", draft, tried.pk)).status_code == 404


@pytest.mark.parametrize("name", ["trial", "trial_page", "trial_sign", "trial_sent", "trial_card"])
def test_others_do_not_find_it(client, draft, name):
    log_in(client, make_person("Haru", organisation=make_organisation("harbour"), is_staff=True))
    assert client.get(at(name, draft)).status_code == 404


def test_without_a_letter_there_is_nothing_to_try(organizer, point):
    campaign = make_campaign("bare", state="draft", letter=False)
    assert "There is no letter to try" in organizer.get(at("trial", campaign)).content.decode()
    assert organizer.get(at("trial_page", campaign)).status_code == 404


def test_what_was_typed_is_sealed(organizer, draft):
    from django.db import connection

    send(organizer, draft)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, city, own_words FROM campaign_testsignature")
        assert "Ara" not in str([bytes(value) for value in cursor.fetchone()])
