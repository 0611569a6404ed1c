"""Who sees which picture, and for how long; what comes in through the desk's forms."""

import tempfile

import pytest
from django.core.files import uploadedfile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from cases.actions import (
    approve_case,
    ask_to_restore,
    publish_case,
    restore_case,
    submit_case,
    take_down_case,
)
from cases.actions.media import add_picture, redact_picture
from cases.models import Media, SealedReading
from cases.pictures import Box
from face.pictures import MAX_BYTES
from face.uploads import InMemoryUpload
from face.words import made
from tests.cases.making import TODAY, make_case, make_member, make_ready_case
from tests.cases.photographs import CANARY, archive, decoded, photograph, telling
from tests.cases.publishing import published_with
from tests.factories import fresh, make_person

BOX = Box(0, 0, 100, 100)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def case(db):
    return make_case()


@pytest.fixture
def picture(case, chan):
    picture = add_picture(case=case, content=telling(), by=chan, alt=made(en="A bus."), provenance=CANARY)
    redact_picture(media=picture, boxes=[BOX], by=chan, seen=1)
    return picture


@pytest.fixture
def desk(client, chan):
    client.force_login(chan)
    return client


def public(picture, width=None):
    kwargs = {"digest": picture.derivative} | ({"width": width} if width else {})
    return reverse("case_picture", kwargs=kwargs)


def at_desk(name, picture, **kwargs):
    return reverse(f"case_pictures:{name}", kwargs={"reference": picture.case.reference, "pk": picture.pk, **kwargs})


def uploaded(content, name="photo.jpg", **fields):
    return {"file": SimpleUploadedFile(name, content), "alt_en": "A bus.", **fields}


# --- the public


def test_a_picture_of_a_live_publication_is_served(client, picture, chan):
    published_with(picture.case, [picture.derivative], by=chan)
    for width in (None, 480):
        response = client.get(public(picture, width))
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "image/jpeg"
        assert decoded(response.content).width == (width or 600)
        assert CANARY.encode() not in response.content


def test_a_picture_is_asked_for_again_each_time_and_runs_nothing(client, picture, chan):
    published_with(picture.case, [picture.derivative], by=chan)
    response = client.get(public(picture))
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    again = client.get(public(picture), headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "no-cache"
    small = client.get(public(picture, 480), headers={"If-None-Match": response.headers["ETag"]})
    assert small.status_code == 200


def test_a_takedown_takes_the_picture_along_and_a_restoration_brings_it_back(client, chan, dana):
    """The whole way, by the verbs that people use."""
    case = make_ready_case()
    picture = add_picture(
        case=case, content=telling(), by=chan, alt=made(en="A bus."), credit="A. Photographer", licence="CC BY 4.0"
    )
    redact_picture(media=picture, boxes=[BOX], by=chan, seen=1)
    submission = submit_case(case=case, by=chan, today=TODAY)
    approve_case(submission=submission, role=Role.REVIEWER, by=dana)
    assert client.get(public(picture)).status_code == 404
    publish_case(case=case, by=dana, today=TODAY)
    etag = client.get(public(picture)).headers["ETag"]
    takedown = take_down_case(case=case, by=chan, reason="They are in danger.")
    for headers in ({}, {"If-None-Match": etag}):
        response = client.get(public(picture), headers=headers)
        assert (response.status_code, response.content) == (410, b"")
        assert response.headers["Cache-Control"] == "no-store"
    assert client.get(public(picture, 480)).status_code == 410
    ask_to_restore(takedown=takedown, by=chan, reason="The danger has passed.")
    assert client.get(public(picture)).status_code == 410
    restore_case(takedown=takedown, by=dana, today=TODAY)
    assert client.get(public(picture)).status_code == 200


def test_a_picture_that_was_never_published_is_not_found(client, picture, dana):
    assert client.get(public(picture)).status_code == 404
    client.force_login(dana)
    assert client.get(public(picture)).status_code == 404


def test_a_picture_of_an_earlier_publication_only_is_not_found(client, picture, chan):
    published_with(picture.case, [picture.derivative], by=chan)
    published_with(picture.case, [], by=chan)
    assert client.get(public(picture)).status_code == 404


def test_a_picture_that_stands_in_another_live_case_stays(client, picture, chan):
    published_with(picture.case, [picture.derivative], by=chan)
    published_with(make_case(), [picture.derivative], by=chan)
    published_with(picture.case, [], by=chan)
    assert client.get(public(picture)).status_code == 200


def test_an_original_is_never_served_to_the_public_even_where_its_digest_was_published(client, picture, chan):
    published_with(picture.case, [picture.original], by=chan)
    response = client.get(reverse("case_picture", args=[picture.original]))
    assert response.status_code == 404
    assert CANARY.encode() not in response.content


@pytest.mark.parametrize(
    "path",
    [
        "/cases/pictures/abc.jpg",
        f"/cases/pictures/{'g' * 64}.jpg",
        f"/cases/pictures/{'a' * 64}-481.jpg",
        f"/cases/pictures/{'a' * 64}.png",
        f"/cases/pictures/{'a' * 64}.jpg/",
        "/cases/pictures/..%2F..%2Foriginals%2Fx.jpg",
    ],
)
def test_no_other_address_leads_to_a_picture(client, db, path):
    assert client.get(path).status_code == 404


def test_a_picture_costs_one_query_and_finds_its_publication_by_an_index(
    client, picture, chan, django_assert_num_queries
):
    published_with(picture.case, [picture.derivative], by=chan)
    with django_assert_num_queries(1) as queries:
        client.get(public(picture))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        assert any("publication_pictures" in line for (line,) in cursor.fetchall())


# --- the desk: who may


def test_who_may_see_a_picture_that_is_not_published(client, picture, chan, dana, eun, bora):
    addresses = [
        reverse("case_pictures:file", kwargs={"reference": picture.case.reference, "digest": picture.derivative}),
        reverse("case_pictures:list", args=[picture.case.reference]),
        at_desk("original", picture),
    ]
    publisher = make_person("Gil", role=Role.PUBLISHER, is_staff=True)
    retired = make_person("Hana", role=Role.EDITOR, is_staff=False)
    for address in addresses:
        client.logout()
        assert client.get(address).status_code == 302
        for person, status in ((chan, 200), (dana, 200), (bora, 403), (eun, 403), (publisher, 403), (retired, 403)):
            client.force_login(person)
            response = client.get(address)
            assert response.status_code == status, (person, address)
            assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["words", "covers", "preview", "removal"])
def test_who_may_change_a_picture(client, picture, chan, dana, eun, name):
    address = at_desk(name, picture)
    for person, status in ((chan, 200), (dana, 403), (eun, 403)):
        client.force_login(person)
        assert client.get(address).status_code == status
    client.force_login(dana)
    assert client.post(address, {"seen": 2}).status_code in (403, 405)
    assert fresh(picture).version == 2


def test_a_picture_of_another_case_is_not_found_under_this_one(desk, picture):
    other = make_case()
    for name in ("words", "covers", "preview", "removal", "original"):
        assert desk.get(reverse(f"case_pictures:{name}", args=[other.reference, picture.pk])).status_code == 404
    file = reverse("case_pictures:file", kwargs={"reference": other.reference, "digest": picture.derivative})
    assert desk.get(file).status_code == 404


def test_the_list_costs_the_same_for_one_picture_and_for_three(
    desk, picture, case, chan, django_assert_max_num_queries
):
    member = make_member(case)
    picture.shows.add(member)
    address = reverse("case_pictures:list", args=[case.reference])
    with django_assert_max_num_queries(50) as one:
        desk.get(address)
    for format in ("PNG", "WEBP"):
        add_picture(case=case, content=photograph(format), by=chan, shows=[member])
    with django_assert_max_num_queries(len(one)):
        response = desk.get(address)
    assert "Nothing of it can be published" in response.content.decode()
    assert CANARY not in response.content.decode()


# --- the desk: adding


def test_an_editor_adds_a_picture_and_is_led_to_its_covers(desk, case):
    member = make_member(case)
    address = reverse("case_pictures:add", args=[case.reference])
    assert desk.get(address).status_code == 200
    fields = {"credit": "A. Photographer", "licence": "CC BY 4.0", "provenance": CANARY, "shows": [member.pk]}
    response = desk.post(address, uploaded(telling(), alt_ko="버스.", **fields))
    picture = Media.objects.get()
    assert response.headers["Location"] == at_desk("covers", picture)
    assert {code: wording["text"] for code, wording in picture.alt.items()} == {"en": "A bus.", "ko": "버스."}
    assert (picture.credit, picture.licence, picture.provenance) == ("A. Photographer", "CC BY 4.0", CANARY)
    assert list(picture.shows.all()) == [member]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not a JPEG"),
        (photograph() + archive(), "Behind the picture"),
        (photograph()[:-100], "damaged"),
    ],
    ids=["empty", "SVG", "polyglot", "cut off"],
)
def test_what_is_no_plain_picture_comes_back_with_a_reason_whatever_it_is_called(desk, case, content, said):
    response = desk.post(reverse("case_pictures:add", args=[case.reference]), uploaded(content))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert "A bus." in response.content.decode()
    assert not Media.objects.exists()


def test_40_megabytes_are_refused_and_no_more_than_a_picture_s_worth_is_kept(desk, case):
    response = desk.post(
        reverse("case_pictures:add", args=[case.reference]), uploaded(photograph() + bytes(40 * 1024 * 1024))
    )
    assert response.status_code == 422
    assert "at most 20 MB" in response.content.decode()


def test_several_files_share_the_room_of_one(rf):
    handler = InMemoryUpload(rf.post("/"))
    sizes = []
    for _number in range(3):
        handler.new_file("file", "a.jpg", "image/jpeg", 0)
        for start in range(0, 15 * 1024 * 1024, 1024 * 1024):
            handler.receive_data_chunk(bytes(1024 * 1024), start)
        sizes.append(handler.file_complete(0).size)
    assert sizes == [15 * 1024 * 1024, MAX_BYTES + 1 - 15 * 1024 * 1024, 0]


def test_nothing_of_an_upload_touches_the_disk_unsealed(desk, case, folder, monkeypatch):
    def refused(*args, **kwargs):
        raise AssertionError("an upload went to the disk as it is")

    monkeypatch.setattr(uploadedfile.tempfile, "NamedTemporaryFile", refused)
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", refused)
    content = photograph("PNG", size=(1400, 1400), compress_level=0)
    assert len(content) > 2_500_000
    assert desk.post(reverse("case_pictures:add", args=[case.reference]), uploaded(content)).status_code == 302


def test_a_form_from_elsewhere_adds_nothing(case, chan):
    client = Client(enforce_csrf_checks=True)
    client.force_login(chan)
    address = reverse("case_pictures:add", args=[case.reference])
    assert client.post(address, uploaded(photograph())).status_code == 403
    assert not Media.objects.exists()
    token = client.get(address).cookies["csrftoken"].value
    assert client.post(address, uploaded(photograph(), csrfmiddlewaretoken=token)).status_code == 302


def test_only_this_form_takes_so_much(desk, case, picture):
    """Elsewhere the limit for what a form says stays as it is."""
    response = desk.post(at_desk("words", picture), {"credit": "x" * 300_000})
    assert response.status_code == 413


# --- the desk: covering


def boxes_form(*boxes, seen=2, **more):
    data = {"seen": seen, "form-TOTAL_FORMS": len(boxes), "form-INITIAL_FORMS": 0, **more}
    for number, box in enumerate(boxes):
        for edge, value in zip(("left", "top", "right", "bottom"), box, strict=True):
            data[f"form-{number}-{edge}"] = value
    return data


def test_parts_are_covered_by_numbers(desk, picture):
    response = desk.post(at_desk("covers", picture), boxes_form((300, 0, 600, 400), ("", "", "", "")))
    assert response.status_code == 302
    picture = fresh(picture)
    assert picture.redactions == [[300, 0, 600, 400]]
    file = reverse("case_pictures:file", kwargs={"reference": picture.case.reference, "digest": picture.derivative})
    assert max(decoded(desk.get(file).content).getpixel((400, 200))) <= 3


def test_the_page_of_covers_shows_the_boxes_and_never_what_lies_under_them(desk, picture):
    page = desk.get(at_desk("covers", picture)).content.decode()
    assert '<rect class="redaction-box" x="0" y="0" width="100" height="100"' in page
    assert picture.derivative in page
    assert "preview.jpg" not in page


def test_before_anything_was_decided_the_page_shows_the_picture_to_draw_on(desk, case, chan):
    picture = add_picture(case=case, content=photograph(), by=chan)
    assert at_desk("preview", picture) in desk.get(at_desk("covers", picture)).content.decode()
    assert decoded(desk.get(at_desk("preview", picture)).content).size == (600, 400)


def test_a_preview_shows_the_result_and_saves_nothing(desk, picture):
    response = desk.post(at_desk("covers", picture), boxes_form((300, 0, 600, 400), preview=1))
    page = response.content.decode()
    assert response.status_code == 200
    address = f"{at_desk('preview', picture)}?box=300%2C0%2C600%2C400"
    assert address in page
    image = decoded(desk.get(address).content)
    assert max(image.getpixel((400, 200))) <= 3
    assert max(image.getpixel((50, 50))) > 100
    assert fresh(picture).version == 2


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        ([(10, "", 20, 20)], "all four numbers"),
        ([(20, 10, 10, 20)], "from left to right"),
        ([(0, 0, 601, 20)], "inside 600 × 400"),
        ([("a", 0, 10, 20)], "whole number"),
        ([(-1, 0, 10, 20)], "greater than or equal to 0"),
        ([(0, 0, 10, 10)] * 41, "at most 40"),
    ],
)
@pytest.mark.parametrize("more", [{}, {"preview": 1}])
def test_what_covers_nothing_is_said_and_nothing_is_saved(desk, picture, boxes, said, more):
    response = desk.post(at_desk("covers", picture), boxes_form(*boxes, **more))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert fresh(picture).redactions == [list(BOX)]


@pytest.mark.parametrize("query", ["box=1", "box=a,b,c,d", "box=0,0,601,1", "box=1,2,3,4,5", "box=5,5,1,1"])
def test_a_preview_of_nonsense_is_not_found(desk, picture, query):
    assert desk.get(f"{at_desk('preview', picture)}?{query}").status_code == 404


@pytest.mark.parametrize("seen", [1, "", "x", "9" * 40, "²"])
def test_whoever_saves_covers_without_having_seen_the_last_ones_is_told(desk, picture, seen):
    response = desk.post(at_desk("covers", picture), boxes_form(seen=seen))
    assert response.status_code == 422
    assert "Somebody else has changed this" in response.content.decode()
    assert fresh(picture).redactions == [list(BOX)]


# --- the desk: words, removal, the original


def test_words_are_changed_and_what_is_sealed_is_not_shown(desk, picture):
    page = desk.get(at_desk("words", picture)).content.decode()
    assert "A bus." in page
    assert CANARY not in page
    response = desk.post(at_desk("words", picture), {"alt_en": "A white bus.", "credit": "B", "seen": 2})
    assert response.status_code == 302
    picture = fresh(picture)
    assert (picture.alt["en"]["text"], picture.credit, picture.provenance) == ("A white bus.", "B", CANARY)


def test_the_second_editor_sees_what_the_first_one_saved_and_overwrites_nothing_unseen(desk, picture):
    desk.post(at_desk("words", picture), {"alt_en": "A white bus.", "credit": "First", "seen": 2})
    response = desk.post(at_desk("words", picture), {"alt_en": "A red bus.", "credit": "Second", "seen": 2})
    page = response.content.decode()
    assert response.status_code == 409
    for words in ("A white bus.", "First", "A red bus.", "Second", "Somebody else has changed this"):
        assert words in page
    assert fresh(picture).credit == "First"
    assert 'name="seen" value="3"' in page
    assert desk.post(at_desk("words", picture), {"alt_en": "A red bus.", "seen": 3}).status_code == 302


def test_removing_asks_first(desk, picture):
    page = desk.get(at_desk("removal", picture)).content.decode()
    assert "cannot be undone" in page
    assert Media.objects.exists()
    assert desk.post(f"{at_desk('removal', picture)}?seen=1").status_code == 302
    assert Media.objects.exists()
    assert desk.post(f"{at_desk('removal', picture)}?seen=2").status_code == 302
    assert not Media.objects.exists()


def test_the_original_comes_as_a_file_to_whoever_says_why(client, dana, picture):
    client.force_login(dana)
    address = at_desk("original", picture)
    assert client.post(address, {"reason": " "}).status_code == 422
    assert not SealedReading.objects.exists()
    response = client.post(address, {"reason": "To find the scar."})
    assert response.content == telling()
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response.headers["Cache-Control"]
    assert SealedReading.objects.get().reason == "To find the scar."
