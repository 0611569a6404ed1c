"""The whole way of a supporter in each language: no English sentence is left on any page or in any mail."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from accounts.models import Organisation
from campaign import actions, emails, links
from campaign.models import Campaign, DeliveryPointText, Dispatch, Signature
from maninso import errors, translations
from outbox.models import Message
from tests import factories

pytestmark = pytest.mark.django_db

LANGUAGES = translations.languages()
EVERY_LANGUAGE = ["en", *LANGUAGES]
SAME_EVERYWHERE = {"Maninso", "HTML"}
# Cities of the components' catalogue; those of real delivery points are content.
SPECIMENS = {"maninso/catalogue.py"}
READ_ALOUD = {"alt", "aria-label", "placeholder", "title"}
# What scripts say, and what other sites show.
SAID_LATER = re.compile(r"data-(copied|failed|search|found|none|counter-left|counter-over|hidden-name)|content")
VOID = {"br", "circle", "hr", "img", "input", "link", "meta", "path", "polygon", "polyline", "rect", "use"}
META = {"description", "og:title", "og:description", "og:image:alt"}
ERRORS = [
    "bad_request",
    "permission_denied",
    "csrf_failure",
    "not_found",
    "gone",
    "too_large",
    "too_many",
    "server_error",
    "unavailable",
]
# What a hand types wrongly, each of which has a sentence of its own.
MISTAKES: list[dict[str, Any]] = [
    {},
    {
        "name": "x" * 101,
        "email": "nobody",
        "country": "ZZ",
        "display": "loud",
        "own_words": "x" * 2001,
        "city": "y" * 81,
    },
    {"name": "1234", "city": "http://example.org", "own_words": "hidden\u200e\u202econtrol", "email": "a@b@c"},
    {"name": "Ara\u200b\nKim", "own_words": "bell\x07"},
]


@pytest.fixture(scope="module")
def english() -> "English":
    return English()


class English:
    """What the sources say: whole strings, and the stretches of words of longer ones."""

    def __init__(self) -> None:
        texts = [
            text
            for message in translations.extract()
            if message.id and {place for place, _line in message.locations} != SPECIMENS
            for text in ([message.id] if isinstance(message.id, str) else message.id)
        ]
        self.strings = set(texts) - SAME_EVERYWHERE
        between = re.compile(r"%\(\w+\)s|%%|<[^>]+>|\{\w*\}|(?<=[.:!?]) ")
        pieces = (piece.strip(" .,:;") for text in texts for piece in between.split(text))
        self.stretches = {piece for piece in pieces if len(piece.split()) >= 3}

    def in_texts(self, texts: list[str]) -> list[str]:
        return [text for text in texts if text in self.strings or any(stretch in text for stretch in self.stretches)]


class Words(HTMLParser):
    """What is read on a page, or read aloud, outside of what says that it is in another language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(html)

    @property
    def elsewhere(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            said = dict(attrs).get("lang")
            self.open.append((tag, said == "en" if said else self.elsewhere))
        if self.elsewhere:
            return
        if tag == "meta" and not META & set(dict(attrs).values()):
            return
        self.found += [value for name, value in attrs if value and (name in READ_ALOUD or SAID_LATER.fullmatch(name))]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.elsewhere:
            self.found.append(" ".join(data.split()))


def words_of(html: str) -> list[str]:
    return Words(html).found


def test_what_says_that_it_is_english_may_be_english():
    html = (
        '<html lang="ko"><p title="One">Two<br></p><p lang="en" title="Three">Four <b>five<img alt="six"></b></p>seven'
    )
    assert words_of(html) == ["One", "Two", "seven"]


def sign(campaign: Campaign, language: str, **asked: Any) -> Signature:
    person = {
        "name": "Wang Xiaoming",
        "email": f"ara{Signature.objects.count()}@people.example",
        "country": "CN",
        "display": "hidden",
        "own_words": "言",
        "city": "釜山",
        "wants_updates": False,
    } | asked
    actions.sign(slug=campaign.slug, letter_id=campaign.letters.latest("version").pk, language=language, person=person)
    return Signature.objects.latest("pk")


def confirm(signature: Signature) -> Signature:
    actions.confirm_signature(
        signature_id=signature.pk,
        revision=signature.revision,
        shown=actions.digest_of(signature),
        without_name=False,
    )
    return factories.fresh(signature)


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def the_way(client: Any, campaign: Campaign, language: str) -> Iterator[tuple[str, Any]]:
    """Each page as it answers, with a name for it."""

    def at(name: str, *arguments: Any) -> str:
        with translation.override(language):
            return reverse(name, args=arguments)

    slug = campaign.slug
    assert campaign.observance is not None
    for name in ("home", "about", "how_it_works", "privacy", "accessibility", "security", "link_request", "link_sent"):
        yield name, client.get(at(name))
    yield "observance", client.get(at("observance", campaign.observance.slug))
    for name in ("campaign", "signatures", "sign", "sent", "count"):
        yield name, client.get(at(name, slug))
    for number, typed in enumerate(MISTAKES):
        yield f"mistakes {number}", client.post(at("sign", slug), typed)
    yield "preview", client.post(at("sign", slug), {"preview": "1", "display": "hidden"})
    yield "from elsewhere", client.post(at("sign", slug), {}, headers={"Sec-Fetch-Site": "cross-site"})
    yield "no address", client.post(at("link_request"), {})
    yield "erased", client.get(at("erased"))
    yield "used link", client.get(at("confirm", "x"))

    signature = sign(campaign, language)
    token = links.own_page_token(signature)
    confirm_url = path_of(links.confirm_url(signature))
    yield "not yet confirmed", client.get(at("own_page", token))
    yield "confirm", client.get(confirm_url)
    yield "changed", client.post(confirm_url, {"shown": "other"})
    confirm(signature)
    token = links.own_page_token(factories.fresh(signature))
    for name in ("confirmed", "own_page", "withdrawal", "erasure"):
        yield name, client.get(at(name, token))
    client.post(at("withdrawal", token))
    yield "withdrawn", client.get(at("own_page", token))

    for state in (Campaign.State.SCHEDULED, Campaign.State.CLOSED):
        other = factories.make_campaign(f"other-{state}", state=state)
        yield state, client.get(at("campaign", other.slug))
        yield f"sign {state}", client.get(at("sign", other.slug))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_way_holds_an_english_sentence(client, campaign, english, language):
    seen = []
    for name, response in the_way(client, campaign, language):
        if response.status_code in (301, 302):
            raise AssertionError(f"{name} leads elsewhere")
        # A fragment has no head to say its language in; it stands in a page that does.
        assert f'<html lang="{language}"' in response.text or name == "count", name
        assert english.in_texts(words_of(response.text)) == [], name
        seen.append(name)
    assert len(seen) > 30


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ERRORS)
def test_no_error_page_holds_an_english_sentence(rf, english, language, name):
    page = getattr(errors, name)(rf.get(f"/{language}/")).text
    assert f'<html lang="{language}"' in page
    assert english.in_texts(words_of(page)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_holds_an_english_sentence(campaign, english, language):
    for kind, mail in mails(campaign, language).items():
        html = mail.alternatives[0][0]
        assert f'<html lang="{language}"' in html or kind == "letter"
        texts = [mail.subject, *mail.body.splitlines(), *words_of(html)]
        assert english.in_texts([text.strip() for text in texts]) == [], kind


def mails(campaign: Campaign, language: str) -> dict[str, Any]:
    """As the worker composes them, which speaks English itself."""
    signature = sign(campaign, language, country="PL")
    found = {"confirmation": emails.confirmation(about(signature))}
    message = Message(kind="links", language=language, address_index=signature.email_index)
    found["links, pending"] = emails.own_page_links(message)
    signature = confirm(signature)
    found["already_signed"] = emails.confirmation(about(signature))
    found["links"] = emails.own_page_links(message)
    dispatch = Dispatch.objects.filter(signature=signature).first()
    found["news"] = emails.news(news_of(signature))
    Campaign.objects.filter(pk=campaign.pk).update(addressee_language=language)
    found["letter"] = emails.letter(about(Dispatch.objects.for_mail().get(pk=dispatch.pk)))
    assert all(found.values())
    return found


def news_of(signature: Signature) -> Message:
    message = Message(language=signature.language, subject_id=signature.pk)
    message.subject = emails.news_by_id([message])[signature.pk]
    return message


def about(subject: Any) -> Message:
    message = Message(language="en")
    message.subject = subject
    return message


@pytest.mark.parametrize(("language", "until"), [("en", "2027"), ("ko", "년 "), ("zh-hans", "年"), ("ja", "年")])
def test_dates_and_states_in_mails_are_in_the_language_of_the_mail_and_not_of_the_worker(campaign, language, until):
    signature = sign(campaign, language)
    with translation.override("ja" if language == "en" else "en"):
        body = emails.confirmation(about(signature)).body
        listed = emails.own_page_links(
            Message(kind="links", language=language, address_index=signature.email_index)
        ).body
    with translation.override(language):
        assert str(signature.get_state_display()) in listed
    assert until in body or language == "en"
    assert "年" not in body or language != "en"


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_a_count_of_thousands_is_grouped_as_readers_expect(client, campaign, language):
    Campaign.objects.filter(pk=campaign.pk).update(goal=178921)
    assert "178,921" in client.get(f"/{language}/campaigns/{campaign.slug}/").text


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "Sept. 24, "), ("ko", "년 9월 24일"), ("zh-hans", "年9月24日"), ("ja", "年9月24日")],
)
def test_a_day_is_written_as_the_language_writes_it(client, campaign, language, day):
    assert day in client.get(f"/{language}/observances/{campaign.observance.slug}/").text


def test_korean_says_before_or_after_noon_ahead_of_the_hour():
    with translation.override("ko"):
        assert date_format(datetime(2026, 9, 24, 14, 5), "DATETIME_FORMAT") == "2026년 9월 24일 오후 2:05"


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Republic of Korea"), ("ko", "대한민국"), ("zh-hans", "韩国"), ("ja", "韓国")]
)
def test_countries_are_named_in_the_language_of_the_page(client, campaign, language, name):
    page = client.get(f"/{language}/campaigns/{campaign.slug}/sign/").text
    assert f">{name}</option>" in page or language == "en"
    assert '<option value="KR"' in page


class TestPlurals:
    ONE_AND_MANY = "in %(counter)s day", "in %(counter)s days"

    def said(self, language, count):
        with translation.override(language):
            return translation.ngettext(*self.ONE_AND_MANY, count) % {"counter": count}

    def test_english_tells_one_from_many(self):
        assert [self.said("en", count) for count in (0, 1, 2)] == ["in 0 days", "in 1 day", "in 2 days"]

    @pytest.mark.parametrize(("language", "said"), [("ko", "{}일 뒤"), ("zh-hans", "{}天后"), ("ja", "あと{}日")])
    def test_the_others_do_not(self, language, said):
        assert [self.said(language, count) for count in (0, 1, 2)] == [said.format(count) for count in (0, 1, 2)]


class TestNames:
    """A name is one field and stays as its owner writes it: nothing knows which part of it is the family's."""

    @pytest.mark.parametrize("language", EVERY_LANGUAGE)
    def test_the_order_of_its_parts_is_nobody_elses(self, client, campaign, language):
        names = ["김하늘", "Maria Lopez Garcia", "山田 花子", "王小明", "Nguyễn Văn An"]
        for name in names:
            signature = sign(campaign, language, name=name, display="full", country="PL")
            assert name in client.get(path_of(links.confirm_url(signature))).text
            assert name in emails.confirmation(about(signature)).body
            confirm(signature)
        scroll = client.get(f"/{language}/campaigns/{campaign.slug}/signatures/").text
        assert [name for name in names if name not in scroll] == []


# What the demonstration's organisation, an embassy and its city are called.
IN_WORDS = {
    "en": ("Open Gate Letters", "Embassy of the People's Republic of China in Poland", "Warsaw"),
    "ko": ("열린 문 편지 모임", "주폴란드 중화인민공화국 대사관", "바르샤바"),
    "zh-hans": ("开门书信社", "中华人民共和国驻波兰共和国大使馆", "华沙"),
    "ja": ("ひらかれた門の手紙", "駐ポーランド中華人民共和国大使館", "ワルシャワ"),
}


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
class TestWhatPagesAndMailsCall:
    def test_organisations_and_places_of_a_campaign(self, client, campaign, language):
        page = unescape(client.get(f"/{language}/campaigns/{campaign.slug}/").text)
        organisation, embassy, city = IN_WORDS[language]
        assert f'<h3 lang="{language}">{organisation}' in page
        assert f'<strong lang="{language}">{embassy}</strong>' in page
        assert f'<span lang="{language}">{city}</span>' in page
        # What is on an envelope is read by the post there.
        assert '<span lang="en">Warsaw (check' in page

    def test_where_a_supporter_s_letter_went(self, client, campaign, language):
        dispatch = Dispatch.objects.get(signature=confirm(sign(campaign, language, country="PL")))
        _organisation, embassy, city = IN_WORDS[language]
        where = f"{embassy}, {city}" if language in ("en", "ko") else f"{embassy}（{city}）"
        page = unescape(client.get(path_of(links.own_page_url(dispatch.signature))).text)
        assert f'<h3 lang="{language}">{where}</h3>' in page
        mail = emails.news(news_of(dispatch.signature))
        assert where in mail.body
        assert f'<strong lang="{language}">{where}</strong>' in unescape(mail.alternatives[0][0])

    def test_who_asks_and_who_wrote(self, campaign, language):
        signature = sign(campaign, language, country="PL")
        name = IN_WORDS[language][0]
        assert name in emails.confirmation(about(signature)).body
        Campaign.objects.filter(pk=campaign.pk).update(addressee_language=language)
        dispatch = Dispatch.objects.for_mail().get(signature=confirm(signature))
        assert name in emails.letter(about(dispatch)).body


class TestFallback:
    """What is not written in the reader's language is said to be in another."""

    @pytest.fixture
    def english_only(self, campaign):
        campaign.texts.exclude(language="en").delete()
        campaign.observance.texts.exclude(language="en").delete()
        campaign.organisation.texts.all().delete()
        DeliveryPointText.objects.all().delete()
        return campaign

    def test_the_title_and_the_ask_say_their_language(self, client, english_only):
        page = client.get(f"/ko/campaigns/{english_only.slug}/").text
        assert '<h1 lang="en">' in page
        assert '<p class="lead" lang="en">' in page
        assert 'hreflang="ko"' in page

    def test_so_do_the_organisation_and_the_places(self, client, english_only):
        page = client.get(f"/ko/campaigns/{english_only.slug}/").text
        assert '<h3 lang="en">Open Gate Letters' in page
        assert '<strong lang="en">Embassy' in page
        assert '<span lang="en">Warsaw</span>' in page

    def test_so_do_the_mails_and_the_own_page(self, client, english_only):
        signature = sign(english_only, "ko", country="PL")
        asking = emails.confirmation(about(signature)).alternatives[0][0]
        assert '<span lang="en">Open Gate Letters' in asking
        dispatch = Dispatch.objects.get(signature=confirm(signature))
        assert '<strong lang="en">Embassy' in emails.news(news_of(dispatch.signature)).alternatives[0][0]
        assert '<h3 lang="en">Embassy' in client.get(path_of(links.own_page_url(dispatch.signature))).text

    def test_words_of_one_s_own_may_be_in_any_language(self, client, campaign):
        Organisation.objects.update(name="Ein Verein", language="ja")
        campaign.organisation.texts.all().delete()
        assert '<h3 lang="ja">Ein Verein</h3>' in client.get(f"/ko/campaigns/{campaign.slug}/").text

    def test_so_do_the_cards_and_the_day(self, client, english_only):
        page = client.get("/ko/").text
        assert page.count('<h3 lang="en">') == 2

    def test_the_page_says_that_it_is_not_translated(self, client, english_only):
        assert (
            "아직 한국어로 번역되지 않았습니다" in client.get(f"/ko/observances/{english_only.observance.slug}/").text
        )
