"""Sheets, The List and share cards: read as PDF, in several languages, and gone at once after a takedown."""

import datetime as dt
import io
import struct
import unicodedata

import pytest
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from cases import sheets
from cases.models import Case, Citation, Publication
from cases.reading import read
from face import typesetting
from face.words import made
from tests.cases import publications
from tests.cases.making import (
    make_case,
    make_claim,
    make_event,
    make_intervention,
    make_involvement,
    make_law,
    make_member,
    make_source,
    make_status,
    make_update,
)

pytestmark = pytest.mark.django_db

FILES = ["case_sheet", "case_card", "case_feed", "case_jsonld"]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "documents"


@pytest.fixture
def case() -> Case:
    """With something in each part of its page."""
    case = make_case(
        people_min=9,
        people_max=9,
        title=made(en="Nine people, returned from Laos", ko="라오스에서 송환된 아홉 명"),
        summary=made(en="Nine were returned.", ko="아홉 명이 송환되었습니다."),
        story=made(en="They came through China.\n\nThen they were arrested."),
    )
    member = make_member(case, "the youngest girl", age_min=14, age_max=18, sex="female", citizenship="KP")
    make_status(member)
    laos = make_law("torture", article="3", state="LA", since=dt.date(2012, 10, 26))
    event = make_event(case, place=made(en="Oudomxay"), precision="province")
    Citation.objects.create(case=case, event=event, article=laos, state="LA", why=made(en="They risked torture."))
    make_claim(
        case,
        member=member,
        field="age",
        value="15-23",
        chosen=True,
        why_chosen=made(en="Two agree.", ko="둘이 같습니다."),
    )
    make_claim(
        case,
        member=member,
        field="age",
        value="14-18",
        quotation="aged between 14 to 18",
        locator=made(en="p. 3", ko="3쪽"),
    )
    make_involvement(case, position=made(en="They entered illegally."))
    make_intervention(case)
    make_update(case)
    make_claim(case, make_source(title="한국 언론", language="ko", url="https://news.example/1"))
    return case


def sheet(case: Case, language: str = "en") -> PdfReader:
    with translation.override(language):
        return PdfReader(io.BytesIO(sheets.sheet_of(read(case.reference)).typeset()))


def text_of(pdf: PdfReader) -> str:
    """On one line; with the shapes of Arabic letters as the letters that they are."""
    return " ".join(unicodedata.normalize("NFKC", " ".join(page.extract_text() for page in pdf.pages)).split())


def kept(folder) -> list[str]:
    return sorted(path.name.split(".")[0] for path in folder.glob("*.pdf"))


# The sheet


def test_the_sheet_says_what_the_page_says_in_its_order(case):
    publications.publish(case)
    text = text_of(sheet(case))
    parts = [
        case.reference,
        "Nine people, returned from Laos",
        "returned by force",
        "Nine were returned.",
        "the youngest girl",
        "They came through China.",
        "Police stopped their bus.",
        "article 3",
        "Where accounts differ",
        "aged between 14 to 18",
        "They entered illegally.",
        "Access to the nine.",
        "The law",
        "The inquiry reports",
        "한국 언론",
        "First publication.",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, [part for part, place in zip(parts, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_each_page_is_stamped_with_what_it_is(case, settings):
    publication = publications.publish(case)
    pdf = sheet(case)
    assert len(pdf.pages) > 1
    for number, page in enumerate(pdf.pages, 1):
        text = " ".join(page.extract_text().split())
        assert case.reference in text
        assert "publication 1" in text
        assert publication.digest[:16] in text
        assert "1 August 2026" in text
        assert f"{settings.SITE_URL}/en/cases/{case.reference}/" in text
        assert f"{number} / {len(pdf.pages)}" in text


@pytest.mark.parametrize("language", ["en", "ko", "zh-hans", "ja"])
def test_a_screen_reader_can_read_it(case, language):
    publications.publish(case)
    pdf = sheet(case, language)
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/StructTreeRoot"]
    assert catalogue["/Lang"].split("-")[0] == language.split("-")[0]
    assert case.reference in pdf.metadata.title
    xmp = pdf.xmp_metadata.stream.get_data().decode()
    assert "pdfuaid:part" in xmp
    assert "pdfaid:part" in xmp


def test_the_same_publication_is_the_same_file(case):
    publications.publish(case)
    with translation.override("en"):
        one, other = (sheets.sheet_of(read(case.reference)) for _twice in range(2))
    assert one.digest == other.digest
    assert one.typeset() == other.typeset()


@pytest.mark.parametrize("name", ["محمد", "Ольга Їжак", "김만인", "Nguyễn Thị Hồng"])
def test_names_of_all_scripts_are_printed(case, name):
    make_member(case, name)
    publications.publish(case)
    assert name in text_of(sheet(case))


@pytest.mark.parametrize("words", ['#panic("read as code")', "*bold* _it_ `raw` $x^2$", "= Heading", "\\u{41} @a <b>"])
def test_what_people_write_is_printed_as_it_is(case, words):
    make_member(case, words)
    case.story = made(en=words)
    case.save()
    publications.publish(case)
    assert text_of(sheet(case)).count(words) == 2


def test_a_character_that_no_font_has_is_listed_and_spoils_nothing(case):
    make_member(case, "Sol \U0001f600")
    publications.publish(case)
    text = text_of(sheet(case))
    assert f"Sol {typesetting.MISSING}" in text
    assert "U+1F600" in text


def test_a_reader_of_another_language_is_told_so(case):
    publications.publish(case)
    assert "라오스에서 송환된 아홉 명" in text_of(sheet(case, "ko"))
    assert "Nine people, returned from Laos" in text_of(sheet(case, "ja"))


def test_a_group_of_two_hundred_and_a_thousand_events_have_room(case):
    publications.publish(case)
    content = case.live.content
    member, event = content["members"][0], content["events"][0]
    publications.publish(
        case,
        members=[{**member, "id": number} for number in range(1, 201)],
        events=[{**event, "id": number, "members": []} for number in range(1, 1001)],
    )
    assert text_of(sheet(case)).count("Police stopped their bus.") == 1000


# The List


def test_the_list_has_all_that_can_be_read_and_nothing_else(case, client):
    publications.publish(case)
    other, draft, gone = make_case(), make_case(), make_case()
    for each in (other, gone):
        publications.publish(each)
    publications.take_down(gone)
    text = text_of(PdfReader(io.BytesIO(client.get("/en/cases/list.pdf").content)))
    assert "2 published cases" in text
    assert [each.reference in text for each in (case, other, draft, gone)] == [True, True, False, False]


def test_an_empty_list_is_a_list(client):
    text = text_of(PdfReader(io.BytesIO(client.get("/ko/cases/list.pdf").content)))
    assert "0 published cases" in text or "0" in text


# The card


@pytest.mark.parametrize("language", ["en", "ko", "zh-hans", "ja"])
def test_the_card_is_1200_by_630_in_every_language(case, client, language):
    publications.publish(case)
    png = client.get(f"/{language}/cases/{case.reference}/card.png").content
    assert struct.unpack(">II", png[16:24]) == (1200, 630)


def test_the_card_has_no_picture_and_nobody_s_name(case):
    """Words alone: a face on it would travel where no takedown reaches."""
    make_member(case, "Ri Sol-mi", tier="named")
    publication = publications.publish(case)
    assert set(sheets.card_of(publication).data) == {
        "language", "own_language", "title", "standings", "reference", "as_of"
    }  # fmt: skip
    assert "Sol-mi" not in str(sheets.card_of(publication).data)


# What may be fetched


def urls(case: Case) -> list[str]:
    found = [reverse(name, args=[case.reference]) for name in FILES]
    return found + [reverse("case_citation", args=[case.reference, style]) for style in ("csl", "bib", "ris")]


def test_everything_is_there_while_the_case_is(case, client):
    publications.publish(case)
    for url in urls(case):
        response = client.get(url)
        assert response.status_code == 200, url
        assert "no-cache" in response["Cache-Control"], url
        assert response["ETag"], url
        assert not response.cookies


def test_everything_is_gone_at_once_after_a_takedown(case, client):
    publications.publish(case)
    etags = {url: client.get(url)["ETag"] for url in urls(case)}
    publications.take_down(case)
    for url, etag in etags.items():
        assert client.get(url, headers={"If-None-Match": etag}).status_code == 410, url
        assert "Nine" not in client.get(url).text


def test_nothing_is_found_of_what_was_never_published(case, client):
    assert {client.get(url).status_code for url in urls(case)} == {404}


def test_what_has_not_changed_is_not_sent_again(case, client):
    publications.publish(case)
    for url in urls(case):
        etag = client.get(url)["ETag"]
        assert client.get(url, headers={"If-None-Match": etag}).status_code == 304, url


def test_a_new_publication_is_a_new_file_in_the_place_of_the_old(case, client, folder):
    publications.publish(case)
    url = reverse("case_sheet", args=[case.reference])
    etag = client.get(url)["ETag"]
    publications.publish(case, note=made(en="An age mended."))
    assert client.get(url)["ETag"] != etag
    assert len(list(folder.glob("*.pdf"))) == 1


def test_a_sheet_is_typeset_once(case, client, monkeypatch):
    publications.publish(case)
    runs = []
    typeset = typesetting.typeset
    monkeypatch.setattr(typesetting, "typeset", lambda *args, **how: (runs.append(1), typeset(*args, **how))[1])
    for _again in range(3):
        client.get(reverse("case_sheet", args=[case.reference]))
    assert len(runs) == 1


def test_no_file_of_a_case_stays_on_the_disk_after_its_takedown(
    case, client, folder, django_capture_on_commit_callbacks
):
    other = make_case()
    for each in (case, other):
        publications.publish(each)
        client.get(reverse("case_sheet", args=[each.reference]))
    client.get(reverse("list_pdf"))
    with django_capture_on_commit_callbacks(execute=True):
        publications.take_down(case)
    assert kept(folder) == [other.reference]


def test_a_sheet_that_cannot_be_made_now_is_no_broken_page(case, client, monkeypatch, settings, tmp_path):
    publications.publish(case)
    (tmp_path / "documents").write_text("in the way")
    response = client.get(reverse("case_sheet", args=[case.reference]))
    assert response.status_code == 503
    assert response["Retry-After"]


def test_one_query_tells_what_a_sheet_is_made_of(case, client, django_assert_num_queries):
    publications.publish(case)
    with django_assert_num_queries(1):
        client.get(reverse("case_sheet", args=[case.reference]))
    with django_assert_num_queries(1):
        client.get(reverse("list_pdf"))
    assert Publication.objects.count() == 1
