"""People whose government may punish a signature: warned, never betrayed, never changed behind their back."""

import re

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.utils import timezone

from campaign import actions, links
from campaign.models import Campaign, Dispatch, Signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(settings, tmp_path):
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    caches["pages"].clear()
    call_command("load_demo", verbosity=0)
    yield Campaign.objects.get()
    caches["pages"].clear()


@pytest.fixture
def sign(campaign):
    def signed(country, **asked):
        person = {
            "name": "Wang Xiaoming",
            "email": f"ara-{country.lower()}@example.org",
            "country": country,
            "display": "full",
            "own_words": "",
            "city": "Shenyang",
            "wants_updates": False,
        } | asked
        letter = campaign.letters.get()
        actions.sign(slug=campaign.slug, letter_id=letter.pk, language="en", person=person)
        return Signature.objects.latest("pk")

    return signed


def confirm_page(client, signature):
    response = client.get(path(links.confirm_url(signature)))
    return response.text, re.search(r'name="shown" value="(\w+)"', response.text)[1]


def path(url):
    return "/" + url.split("/", 3)[3]


def title(html):
    return re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1]


@pytest.mark.parametrize("country", ["CN", "KP", "HK", "MO"])
def test_who_lives_under_the_addressed_government_is_warned_before_anything_goes_out(client, sign, country):
    page, _ = confirm_page(client, sign(country))
    assert "Please think of your safety first" in page
    assert page.index("Sign without my name and city") < page.index("Sign as it stands above")


@pytest.mark.parametrize("country", ["PL", "KR"])
def test_who_lives_elsewhere_has_one_button(client, sign, country):
    page, _ = confirm_page(client, sign(country))
    assert "Please think of your safety first" not in page
    assert page.count("<button") == 1


def test_the_countries_are_the_installations_to_say(client, sign, settings):
    settings.RISKY_COUNTRIES = ["BY"]
    assert "safety first" not in confirm_page(client, sign("CN"))[0]
    assert "safety first" in confirm_page(client, sign("BY"))[0]


def test_the_first_button_hides_name_and_city_before_a_letter_is_planned(client, sign):
    signature = sign("CN")
    _, shown = confirm_page(client, signature)
    client.post(path(links.confirm_url(signature)), {"shown": shown, "without_name": "1"})
    signature = Signature.objects.get(pk=signature.pk)
    assert (signature.state, signature.shown_name, signature.city) == ("confirmed", "", None)
    assert Dispatch.objects.filter(signature=signature).exists()


def test_the_second_button_leaves_what_was_chosen(client, sign):
    signature = sign("CN")
    _, shown = confirm_page(client, signature)
    client.post(path(links.confirm_url(signature)), {"shown": shown})
    signature = Signature.objects.get(pk=signature.pk)
    assert (signature.shown_name, signature.city) == ("Wang Xiaoming", "Shenyang")


def test_a_name_that_is_hidden_already_needs_no_second_offer(client, sign):
    page, _ = confirm_page(client, sign("KP", display="hidden", city=""))
    assert "Please think of your safety first" in page
    assert "Sign without my name" not in page
    assert "No name: “A supporter”" in page
    assert "Wang" not in page


def test_nothing_typed_by_a_stranger_gets_past_the_digest_with_the_safer_button(client, sign):
    signature = sign("CN")
    response = client.post(path(links.confirm_url(signature)), {"shown": "0" * 32, "without_name": "1"})
    assert response.status_code == 409
    signature = Signature.objects.get(pk=signature.pk)
    assert signature.state == "pending"


def test_the_form_says_in_plain_words_what_is_shown_and_sent_and_kept(client, campaign):
    for address in (f"/en/campaigns/{campaign.slug}/", f"/en/campaigns/{campaign.slug}/sign/"):
        page = client.get(address).text
        assert page.count("Is it safe for you to sign?") == 1
        assert page.index("Is it safe for you to sign?") < page.index('name="email"')
        assert "do not sign. Someone who lives in safety can sign instead" in page


def test_no_title_on_the_way_of_a_supporter_names_the_cause(client, campaign, sign):
    cause = campaign.texts.get(language="en").title
    signature = sign("PL")
    _, shown = confirm_page(client, signature)
    pages = [
        client.get(f"/en/campaigns/{campaign.slug}/sign/"),
        client.get(f"/en/campaigns/{campaign.slug}/sign/sent/"),
    ]
    pages.append(client.get(path(links.confirm_url(signature))))
    pages.append(client.post(path(links.confirm_url(signature)), {"shown": shown}, follow=True))
    own = path(links.own_page_url(Signature.objects.get(pk=signature.pk)))
    pages += [client.get(own + step) for step in ("", "withdrawal/", "erasure/")]
    assert [page.status_code for page in pages] == [200] * 7
    for page in pages:
        assert cause in page.text
        assert cause not in title(page.text)
        assert "Maninso" in title(page.text)


def test_the_public_page_carries_its_title(client, campaign):
    assert campaign.texts.get(language="en").title in title(client.get(f"/en/campaigns/{campaign.slug}/").text)


class TestWhatHappenedToTheLetters:
    def move(self, signature, *states, **fields):
        dispatch = Dispatch.objects.locked().get(signature=signature)
        for state in states:
            dispatch.move(state, **(fields if state == states[-1] else {}))

    def confirmed(self, sign, country):
        signature = sign(country)
        return actions.confirm_signature(
            signature_id=signature.pk, revision=signature.revision, shown=actions.digest_of(signature)
        )

    def test_the_page_tells_it_city_by_city(self, client, campaign, sign):
        arrived = self.confirmed(sign, "PL")
        self.move(arrived, "queued", "sending", "accepted", accepted_at=timezone.now())
        self.move(self.confirmed(sign, "JP"), "queued", "sending", "bounced")
        self.confirmed(sign, "FR")
        page = re.sub(r"<[^>]+>|\s+", " ", client.get(f"/en/campaigns/{campaign.slug}/").text)
        page = re.sub(r"\s+", " ", page)
        assert "Poland Warsaw 1 letter accepted" in page
        assert "Japan Tokyo 1 refused" in page
        assert "France Paris 1 on its way" in page

    def test_one_query_counts_the_letters_however_many_places_there_are(
        self, client, campaign, sign, django_assert_num_queries
    ):
        for country in ("PL", "JP"):
            self.confirmed(sign, country)
        with django_assert_num_queries(1):
            counts = Dispatch.objects.counted(campaign.pk)
        assert [(each.state, each.letters) for each in counts] == [("planned", 1), ("planned", 1)]

    def test_the_letters_of_another_campaign_are_not_counted(self, campaign, sign):
        self.confirmed(sign, "PL")
        assert Dispatch.objects.counted(campaign.pk + 1) == []


def test_the_page_says_what_it_rests_on(client, campaign):
    page = client.get(f"/en/campaigns/{campaign.slug}/").text
    assert "What this rests on" in page
    for source in campaign.sources.all():
        assert source.date in page
