"""Share cards: a picture per campaign and language, drawn once, at an address that changes with what it says."""

import dataclasses
import struct
import threading
from pathlib import Path

import pytest
from django.utils import translation

from campaign import cards
from campaign.models import Campaign, CampaignText
from tests import factories

PAGE = "/en/campaigns/light-the-way/"
CARD = cards.Card(
    slug="x", language="en", title="Light the way", ask="Let them go home.", occasion="", promise="One letter"
)
LONGEST = {"title": "W" + "ide words " * 12, "ask": "many words, " * 25}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "cards"


@pytest.fixture
def drawings(monkeypatch) -> list[cards.Card]:
    """The cards that were really typeset."""
    drawn: list[cards.Card] = []
    typeset = cards.typeset
    monkeypatch.setattr(cards, "typeset", lambda card: (drawn.append(card), typeset(card))[1])
    return drawn


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def card_url(client, page: str = PAGE) -> str:
    html = client.get(page).text
    address = html.split('property="og:image" content="')[1].split('"')[0]
    return address.removeprefix("http://127.0.0.1:8000")


# The picture


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Light the way"), ("ko", "빛을 비추십시오"), ("zh-hans", "点亮前路"), ("ja", "道を照らしてください")],
)
def test_a_card_is_1200_by_630_in_every_language(language, title):
    assert size(cards.typeset(dataclasses.replace(CARD, language=language, title=title))) == (1200, 630)


@pytest.mark.parametrize("language", ["en", "ko", "zh-hans", "ja"])
def test_the_letters_of_every_language_are_really_drawn(language):
    """A glyph that no font has leaves the same hole, whatever the character is."""
    alphabet = {"en": "AB", "ko": "가나", "zh-hans": "难民", "ja": "あ難"}[language]
    one, other = (dataclasses.replace(CARD, language=language, title=letter) for letter in alphabet)
    assert cards.typeset(one) != cards.typeset(other)


def test_the_longest_words_have_room():
    assert size(cards.typeset(dataclasses.replace(CARD, **LONGEST))) == (1200, 630)
    assert size(cards.typeset(dataclasses.replace(CARD, language="ja", title="あ" * 120, ask="漢" * 300))) == (
        1200,
        630,
    )


@pytest.mark.parametrize(
    "words", ['#panic("read as code")', '#image("/manage.py")', "$x^2$", "*bold* `raw`", '"; } \\', ""]
)
def test_what_people_write_is_text_and_never_markup(words):
    card = dataclasses.replace(CARD, title=words, ask=words, occasion=words, promise=words)
    assert size(cards.typeset(card)) == (1200, 630)


# Its address


def test_the_page_tells_where_its_card_is(client, campaign):
    html = client.get(PAGE).text
    assert '<meta property="og:title" content="Light the way">' in html
    assert '<meta property="og:description" content="Let them go home.">' in html
    assert '<meta property="og:url" content="http://127.0.0.1:8000/en/campaigns/light-the-way/">' in html
    assert '<meta name="twitter:card" content="summary_large_image">' in html
    assert "/en/campaigns/light-the-way/card-" in card_url(client)


def test_a_card_may_be_kept_for_ever_and_sets_no_cookie(client, campaign):
    response = client.get(card_url(client))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not response.cookies
    assert size(response.getvalue()) == (1200, 630)


def test_each_language_has_its_own(campaign):
    korean_text = CampaignText(campaign=campaign, language="ko", title="빛", ask="빛을", background="열 사람")
    factories.save_approved(campaign.texts.get(), korean_text)
    found = Campaign.objects.for_pages().get(pk=campaign.pk)
    with translation.override("ko"):
        korean = cards.card_of(found)
    with translation.override("ja"):
        fallen_back = cards.card_of(found)
    assert (korean.language, korean.title) == ("ko", "빛")
    assert (fallen_back.language, fallen_back.title) == ("en", "Light the way")
    assert korean.digest != fallen_back.digest


@pytest.mark.parametrize("field", ["title", "ask", "occasion", "promise", "language"])
def test_another_word_is_another_address(field):
    assert dataclasses.replace(CARD, **{field: "ko"}).digest != CARD.digest


def test_an_old_address_leads_to_the_card_of_today(client, campaign, drawings):
    response = client.get("/en/campaigns/light-the-way/card-0123456789abcdef.png")
    assert (response.status_code, response["Location"]) == (302, card_url(client))
    assert "immutable" not in response["Cache-Control"]
    assert drawings == []


def test_a_campaign_that_is_not_public_has_no_card(client, campaign):
    hidden = factories.make_campaign("hidden", state=Campaign.State.DRAFT)
    digest = cards.card_of(hidden).digest
    assert client.get(f"/en/campaigns/hidden/card-{digest}.png").status_code == 404


def test_the_day_that_is_kept_stands_on_the_card(campaign):
    observance = factories.make_observance()
    edition = factories.make_campaign("edition", observance=observance, edition=2027)
    assert cards.card_of(edition).occasion == "Lantern Day · Sept. 24, 2027"


# Once


def test_a_card_is_drawn_once(client, campaign, drawings):
    url = card_url(client)
    client.get(url)
    client.get(url)
    assert len(drawings) == 1


def test_many_who_ask_at_once_have_it_drawn_once(drawings):
    everyone = threading.Barrier(8)

    def ask() -> None:
        everyone.wait()
        cards.drawn(CARD)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawings) == 1


def test_a_new_card_takes_the_place_of_the_old_one_and_of_no_other(folder):
    with translation.override("ko"):
        korean = cards.drawn(CARD)
    neighbour = cards.drawn(dataclasses.replace(CARD, slug="x-2"))
    old = cards.drawn(CARD)
    new = cards.drawn(dataclasses.replace(CARD, title="New"))
    assert sorted(folder.glob("*.png")) == sorted([korean, neighbour, new])
    assert not old.exists()


def test_a_card_that_cannot_be_drawn_is_the_general_one_for_now(client, campaign, monkeypatch):
    url = card_url(client)
    monkeypatch.setattr(cards, "TEMPLATE", Path("/nowhere.typ"))
    response = client.get(url)
    assert (response.status_code, response["Location"]) == (302, "/static/img/card.png")
    assert "immutable" not in response["Cache-Control"]
