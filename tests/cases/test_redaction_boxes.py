"""Boxes drawn on the picture, in a real browser."""

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import Page

from cases.actions.media import add_picture
from tests.cases.making import make_case
from tests.cases.photographs import photograph
from tests.factories import fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EDGES = ("left", "top", "right", "bottom")


@pytest.fixture
def picture(settings, tmp_path, chan):
    settings.VAR_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    return add_picture(case=make_case(), content=photograph(size=(1200, 800)), by=chan)


@pytest.fixture
def covers(picture, live_server, page, client, chan) -> Page:
    client.force_login(chan)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(live_server.url + reverse("case_pictures:covers", args=[picture.case.reference, picture.pk]))
    yield page
    assert complaints == []


def numbers(page: Page, row: int) -> list[int]:
    return [int(page.locator(f"#id_form-{row}-{edge}").input_value() or -1) for edge in EDGES]


def drag(page: Page, *points: tuple[float, float]) -> None:
    """Along points given in shares of the picture."""
    image = page.locator("svg.redaction-picture")
    image.scroll_into_view_if_needed()
    shown = page.locator("svg.redaction-picture image").bounding_box()
    for number, (across, down) in enumerate(points):
        page.mouse.move(shown["x"] + shown["width"] * across, shown["y"] + shown["height"] * down)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def test_a_box_is_drawn_from_any_corner_moved_and_saved(covers, picture):
    drag(covers, (0.5, 0.5), (0.4, 0.4), (0.25, 0.25))
    drawn = numbers(covers, 0)
    assert all(abs(value - wanted) <= 3 for value, wanted in zip(drawn, (300, 200, 600, 400), strict=True))
    drag(covers, (0.3, 0.3), (0.4, 0.4), (0.55, 0.55))
    moved = numbers(covers, 0)
    assert (moved[2] - moved[0], moved[3] - moved[1]) == (drawn[2] - drawn[0], drawn[3] - drawn[1])
    assert abs(moved[0] - 600) <= 3
    assert numbers(covers, 1) == [-1] * 4
    covers.get_by_role("button", name="Save the covers").click()
    covers.get_by_role("heading", name="Pictures").wait_for()
    assert fresh(picture).redactions == [moved]


def test_a_box_never_leaves_the_picture(covers):
    drag(covers, (0.8, 0.8), (0.9, 0.9), (0.99, 0.99))
    drag(covers, (0.85, 0.85), (0.5, 0.5), (-0.5, -0.2))
    assert numbers(covers, 0)[:2] == [0, 0]


def test_a_click_makes_no_box(covers):
    drag(covers, (0.5, 0.5))
    assert numbers(covers, 0) == [-1] * 4
    assert covers.locator(".redaction-box").count() == 0


def test_the_keyboard_adds_moves_sizes_and_takes_away(covers):
    covers.get_by_role("button", name="Add a box").press("Enter")
    assert numbers(covers, 0) == [480, 320, 720, 480]
    covers.keyboard.press("ArrowRight")
    assert numbers(covers, 0) == [492, 320, 732, 480]
    covers.keyboard.press("Shift+ArrowUp")
    assert numbers(covers, 0) == [492, 320, 732, 468]
    assert covers.locator(".redaction-box").get_attribute("aria-label") == "Part 1: 492 to 732 across, 320 to 468 down"
    covers.keyboard.press("Delete")
    assert numbers(covers, 0) == [-1] * 4
    assert covers.locator(".redaction-box").count() == 0


def test_there_is_always_a_row_for_one_more_box(covers, picture):
    for _number in range(5):
        covers.get_by_role("button", name="Add a box").click()
    assert numbers(covers, 4) == [480, 320, 720, 480]
    covers.get_by_role("button", name="Save the covers").click()
    covers.get_by_role("heading", name="Pictures").wait_for()
    assert len(fresh(picture).redactions) == 5


def test_numbers_that_are_typed_move_the_box(covers):
    for edge, value in zip(EDGES, (10, 20, 110, 220), strict=True):
        covers.locator(f"#id_form-0-{edge}").fill(str(value))
    box = covers.locator(".redaction-box")
    assert [box.get_attribute(name) for name in ("x", "y", "width", "height")] == ["10", "20", "100", "200"]
