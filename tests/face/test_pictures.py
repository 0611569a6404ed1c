"""The pictures of the docs: all that bin/pictures takes are shown, all that are shown exist, and none is heavy."""

import re

from maninso.management.commands.pictures import PAGES, SUPPORTERS, WINDOWS, file_name
from tests.face.conftest import ROOT

DOCS = ROOT / "docs"
HEAVIEST = 250_000  # bytes


def shown(page):
    return set(re.findall(r"images/([\w-]+\.png)", page.read_text()))


def test_every_picture_that_is_taken_is_shown():
    taken = {file_name(page, window, language) for page in PAGES for window in WINDOWS for language in SUPPORTERS}
    assert shown(DOCS / "screens.md") == taken


def test_every_picture_that_is_shown_is_there_and_light():
    for name in shown(DOCS / "screens.md") | shown(ROOT / "README.md"):
        assert (DOCS / "images" / name).stat().st_size < HEAVIEST, name
