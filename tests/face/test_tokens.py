"""Colours that meet can be told apart, by day and by night (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from tests.face.conftest import ROOT

TEXT = [
    *[("ink", ground) for ground in ("paper", "sheet", "celadon-wash", "vermilion-wash")],
    *[(text, ground) for text in ("muted", "celadon") for ground in ("paper", "sheet")],
    ("on-vermilion", "vermilion"),
    ("on-vermilion", "vermilion-deep"),
    ("paper", "ink"),
]
EDGES = [(edge, ground) for edge in ("edge", "vermilion", "celadon") for ground in ("paper", "sheet")]


def palette(scheme):
    css = (ROOT / "static/css/tokens.css").read_text()
    light, _, dark = css.partition("prefers-color-scheme: dark")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", light))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", dark))
    return colours


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_guidelines_say():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_every_text_can_be_read(scheme, text, ground):
    colours = palette(scheme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_every_control_can_be_seen(scheme, edge, ground):
    colours = palette(scheme)
    assert contrast(colours[edge], colours[ground]) >= 3
