"""Draws the land of the world, once, for the map of deliveries."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from campaign import world

IMAGE = Path(settings.BASE_DIR) / "static" / "img" / "world.svg"
# Degrees east and north.
Ring = list[tuple[float, float]]
# What is smaller, in units of the drawing, is a speck.
SPECK = 1.5


class Command(BaseCommand):
    help = "Draw static/img/world.svg, a part of the repository, from land-110m.json of the npm package world-atlas 2."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("topology", type=Path, help="TopoJSON with an object `land`, from Natural Earth")

    def handle(self, *, topology: Path, **options: Any) -> None:
        IMAGE.write_text(svg(json.loads(topology.read_text())), encoding="utf-8")


def svg(topology: dict[str, Any]) -> str:
    drawn = "".join(path for ring in rings(topology) for piece in cut(ring) if (path := outline(piece)))
    # A colour that is seen on light paper and on dark.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {world.WIDTH} {world.HEIGHT}">'
        "<!-- Made with Natural Earth (public domain) by bin/manage draw_world. -->"
        f'<path fill="#857D70" fill-opacity=".4" fill-rule="evenodd" d="{drawn}"/></svg>\n'
    )


def rings(topology: dict[str, Any]) -> Iterator[Ring]:
    """Every shore of the land, outer and inner ones alike; without Antarctica, which the map leaves out."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [list(_unpacked(arc, scale, translate)) for arc in topology["arcs"]]
    for shape in topology["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"]:
            for numbers in polygon:
                # ~n is arc n backwards; where one ends the next begins.
                parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
                ring = [place for part in parts for place in part[:-1]]
                if max(latitude for _longitude, latitude in ring) > world.SOUTH:
                    yield ring


def _unpacked(arc: list[list[int]], scale: list[float], translate: list[float]) -> Iterator[tuple[float, float]]:
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield x * scale[0] + translate[0], y * scale[1] + translate[1]


def cut(ring: Ring) -> Iterator[Ring]:
    """The pieces of a shore on either side of the map's edge, in degrees from its centre.

    A shore that crosses the edge goes on past 180° here, as it does on the globe, and each map's breadth of it is
    brought back: no line runs across the whole map.
    """
    longitudes = [ring[0][0] - world.CENTRE]
    for (before, _), (after, _) in pairwise(ring):
        longitudes.append(longitudes[-1] + (after - before + 180) % 360 - 180)
    whole = [(longitude, latitude) for longitude, (_, latitude) in zip(longitudes, ring, strict=True)]
    for turn in range(-2, 3):
        moved = [(longitude - 360 * turn, latitude) for longitude, latitude in whole]
        piece = _beyond(_beyond(moved, -180, 1), 180, -1)
        if piece:
            yield piece


def _beyond(ring: Ring, edge: float, side: int) -> Ring:
    """What lies on one side of a meridian (Sutherland and Hodgman)."""
    kept: Ring = []
    for (x1, y1), (x2, y2) in zip(ring[-1:] + ring[:-1], ring, strict=True):
        inside_before, inside = (x1 - edge) * side >= 0, (x2 - edge) * side >= 0
        if inside != inside_before:
            kept.append((edge, y1 + (y2 - y1) * (edge - x1) / (x2 - x1)))
        if inside:
            kept.append((x2, y2))
    return kept


def outline(piece: Ring) -> str:
    """As a path, in tenths of a unit; empty for a speck."""
    places = [tuple(round(value * 10) for value in world.on_sheet(*place)) for place in piece]
    places = [place for place, before in zip(places, [None, *places], strict=False) if place != before]
    xs, ys = zip(*places, strict=True)
    if len(places) < 3 or max(max(xs) - min(xs), max(ys) - min(ys)) < SPECK * 10:
        return ""
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(places)]
    numbers = " ".join(f"{value / 10:g}" for step in steps for value in step)
    # A minus parts two numbers as well as a space does.
    return f"M{places[0][0] / 10:g} {places[0][1] / 10:g}l{numbers.replace(' -', '-')}z"
