"""What stands in a pack: read from the PDF, as a person or a screen reader reads it."""

import csv
import io
import re

import pytest

from campaign import actions, kit, post
from campaign.models import Dispatch, HandIn
from privacy.sealed_files import unseal_file
from tests.campaign.papers import ask, made, reader, sign_and_confirm, text_of
from tests.factories import make_point

pytestmark = pytest.mark.django_db

MARKUP = '#panic("read as code") *bold* $x^2$ ../../etc/passwd <label> @name `raw` \\ "'
NAMES = ["Ara Kim", "김하늘", "李明", "山田太郎", "Олена Шевченко", "Zbigniew Wójcik-Łęczyński", "Nguyễn Thị Minh Khai"]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def in_order(text, *words):
    places = [text.index(word) for word in words]
    assert places == sorted(places), words


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_names_of_all_scripts_stand_in_their_order(campaign, point, paper):
    sign_and_confirm(campaign, *NAMES)
    pack = made(campaign, point, paper=paper)
    in_order(text_of(pack), *NAMES)
    assert pack.substituted == []
    width, height = (float(side) for side in reader(pack).pages[0].mediabox[2:])
    assert (round(width), round(height)) == {"a4": (595, 842), "us-letter": (612, 792)}[paper]


def test_arabic_names_are_drawn_and_leave_the_number_beside_them_as_it_is(campaign, point):
    sign_and_confirm(campaign, "محمد علي", "Ara Kim", own_words="لا تعيدوهم 1982")
    pack = made(campaign, point)
    text = text_of(pack)
    assert pack.substituted == []
    assert re.search("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]", text)
    assert "1982" in text


def test_a_pack_is_tagged_and_for_the_archive(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    read = reader(made(campaign, point))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert read.trailer["/Root"]["/Lang"].startswith("zh")
    says = read.xmp_metadata.stream.get_data().decode()
    assert "pdfaid:part>2<" in says
    assert "pdfuaid:part>1<" in says


def test_what_people_wrote_is_printed_as_they_wrote_it(campaign, point):
    sign_and_confirm(campaign, "*Jan* #Nowak $1", own_words=MARKUP)
    text = text_of(made(campaign, point))
    assert "*Jan* #Nowak $1" in text
    assert "".join(MARKUP.split()) in "".join(text.split())


def test_two_thousand_emoji_are_replaced_and_told_of(campaign, point):
    emoji = "".join(chr(0x1F600 + number % 64) for number in range(2000))
    sign_and_confirm(campaign, "Ara 😀 Kim", own_words=emoji)
    pack = made(campaign, point)
    text = text_of(pack)
    assert len(pack.substituted) == 64
    assert "Ara □ Kim" in text
    assert "U+1F600" in text
    assert text.count("□") > 2000


@pytest.mark.parametrize(
    ("display", "shown"), [("full", "Maria de la Cruz"), ("initials", "M. d. l. C."), ("hidden", "一位署名者")]
)
def test_a_name_is_shown_as_far_as_its_owner_allows(campaign, point, display, shown):
    sign_and_confirm(campaign, "Maria de la Cruz", display=display, city="Kraków")
    text = text_of(made(campaign, point))
    assert shown in text
    assert ("Maria" in text) == (display == "full")
    assert ("Kraków" in text) == (display != "hidden")


def test_nobody_is_found_in_the_file_by_their_address(campaign, point):
    sign_and_confirm(campaign, "Ara Kim", email="ara@people.example")
    pack = made(campaign, point)
    assert "people.example" not in text_of(pack)
    assert b"people.example" not in unseal_file(pack.file)


def test_the_letter_stands_in_both_languages_and_the_cover_names_the_office(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    text = text_of(made(campaign, point, language="en"))
    in_order(text, "主席先生", "请让他们走", "Please let them go", "Ara Kim")
    assert "The President" in text
    assert point.name in text


def test_a_language_that_this_site_does_not_speak_gives_way_to_english(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    text = text_of(made(campaign, point, language="pl"))
    assert "Confirmation of receipt" in text
    assert "/en/check/" in text


def test_the_manifest_says_what_can_be_checked(campaign, point, settings):
    sign_and_confirm(campaign, *NAMES)
    pack = made(campaign, point, language="en")
    read = reader(pack)
    assert len(read.pages) == pack.pages + 3
    manifest = re.sub(r"\s", "", read.pages[pack.pages - 1].extract_text())
    entries = [kit.entry_of(letter.signature, letter.place) for letter in Dispatch.objects.in_pack(pack).for_paper()]
    for said in (pack.number, "1–7", kit.digest_of(entries), f"{settings.SITE_URL}/en/check/{pack.number}/"):
        assert said in manifest


def test_the_digest_changes_with_any_signature():
    one = kit.Entry(1, "Ara Kim", "PL", "", "", "en")
    others = [
        kit.Entry(2, "Ara Kim", "PL", "", "", "en"),
        kit.Entry(1, "Ara Kim\tPL", "", "", "", "en"),
        kit.Entry(1, "Ara Kim", "PL", "", "x", "en"),
    ]
    assert len({kit.digest_of([entry]) for entry in [one, *others]}) == 4


def test_every_page_carries_the_number_of_its_pack(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    pack = made(campaign, point)
    assert all(pack.number in page.extract_text() for page in reader(pack).pages)


def test_one_signature_is_one_person(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    assert "1personhassignedit" in "".join(text_of(made(campaign, point, language="en")).split())


def test_the_guide_says_when_the_address_was_checked(campaign, bora):
    point = make_point(postal_address="Main Street 1\nWarsaw", verified_on="2026-09-01")
    HandIn.objects.create(campaign=campaign, point=point, day="2026-09-24", opening_hours="9 to 12")
    sign_and_confirm(campaign, "Ara Kim")
    pack = made(campaign, point, language="en")
    guide = reader(pack).pages[pack.pages].extract_text()
    for said in ("Main Street 1", "Sept. 1, 2026", "9 to 12", "Sept. 24, 2026"):
        assert said in guide


def test_a_point_without_an_address_says_so(campaign, point):
    pack = made(campaign, point, language="en")
    guide = reader(pack).pages[pack.pages].extract_text()
    assert "Nobody has checked this address yet" in guide.replace("\n", " ")
    assert "Warsaw" in guide


def test_the_page_of_a_letter_is_where_its_name_stands(campaign, point):
    sign_and_confirm(campaign, *[f"Name {number:03}" for number in range(1, 201)])
    pack = made(campaign, point)
    pages = reader(pack).pages
    for letter in Dispatch.objects.in_pack(pack).select_related("signature"):
        assert letter.signature.name in pages[letter.page - 1].extract_text()


# By post


def posted(campaign, **fields):
    point = make_point(postal_address="Märkisches Ufer 54\n10179 Berlin", country="DE", **fields)
    return made(campaign, point, channel="post")


def test_each_letter_by_post_has_its_address_its_words_and_its_writer(campaign):
    sign_and_confirm(campaign, "Ara Kim", own_words="I ask you from my heart.")
    sign_and_confirm(campaign, "김하늘")
    pack = posted(campaign)
    pages = [page.extract_text() for page in reader(pack).pages]
    assert len(pages) == pack.pages == 2
    in_order(pages[0], "Märkisches Ufer 54", "GERMANY", "请让他们走", "I ask you from my heart.", "Ara Kim 谨启")
    assert "김하늘" in pages[1]
    assert "Ara Kim" not in pages[1]


def test_the_address_stands_in_the_window(campaign):
    sign_and_confirm(campaign, "Ara Kim")
    found = {}

    def note(text, current, matrix, *rest):
        if text.strip():
            across, down = matrix[4], matrix[5]
            found[text.strip()] = (
                current[0] * across + current[2] * down + current[4],
                current[1] * across + current[3] * down + current[5],
            )

    reader(posted(campaign)).pages[0].extract_text(visitor_text=note)
    found = {text: (x * 25.4 / 72, 297 - y * 25.4 / 72) for text, (x, y) in found.items()}
    left, top = next(place for text, place in found.items() if "10179" in text)
    assert 20 <= left <= 105
    assert 45 <= top <= 90


def test_the_list_for_the_print_house_says_which_pages_are_whose_and_names_nobody(campaign):
    sign_and_confirm(campaign, "Ara Kim", own_words="One line.\n" * 80)
    sign_and_confirm(campaign, "Jan Nowak")
    pack = posted(campaign)
    text = post.list_of_letters(pack)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["number"], row["first_page"], row["pages"]) for row in rows] == [("1", "1", "3"), ("2", "4", "1")]
    assert rows[0]["address_2"] == "Märkisches Ufer 54"
    assert "Ara" not in text


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+48 22", "-1", "@SUM(A1)"])
def test_no_cell_is_a_formula(campaign, name):
    sign_and_confirm(campaign, "Ara Kim")
    pack = posted(campaign, name=name)
    (row,) = csv.DictReader(io.StringIO(post.list_of_letters(pack)))
    assert row["address_1"] == f"'{name}"


def test_a_withdrawn_signature_is_not_posted(campaign):
    (leaving,) = sign_and_confirm(campaign, "Ara Kim")
    actions.withdraw_signature(signature=leaving)
    assert ask(campaign, make_point(), channel="post") == []
