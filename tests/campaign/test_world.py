"""Where places stand on the map, and that no shore runs across it."""

import json
import math
import re

from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from campaign import world
from maninso.management.commands.draw_world import cut, rings, svg

SPOTS = st.tuples(st.floats(0, 1000), st.floats(0, 400))


def edges(piece):
    return zip(piece, [*piece[1:], piece[0]], strict=True)


def test_the_centre_is_in_the_middle_and_north_is_up():
    assert world.spot(world.CENTRE, 0)[0] == world.WIDTH / 2
    assert world.spot(0, 60)[1] < world.spot(0, 0)[1] < world.spot(0, -30)[1]
    assert world.spot(-70, 0)[0] < world.spot(100, 0)[0]


def test_equal_earth_has_the_proportions_that_its_authors_give():
    # The equator is 2.05458 times as long as the way from pole to pole.
    breadth = world.on_sheet(180, 0)[0] - world.on_sheet(-180, 0)[0]
    height = world.on_sheet(0, -90)[1] - world.on_sheet(0, 90)[1]
    assert math.isclose(breadth / height, 2.05458, rel_tol=1e-4)


def test_a_longitude_says_the_same_from_either_side_of_the_antimeridian():
    assert world.spot(180, -15) == world.spot(-180, -15)
    apia, nadi = world.spot(-171.8, -13.8), world.spot(177.4, -17.8)
    assert 0 < apia[0] - nadi[0] < 40, "neighbours over the date line are neighbours on the map"


def test_the_map_has_room_for_every_inhabited_place():
    for longitude, latitude in ((-68.3, -54.8), (15.6, 78.2), (-171.8, -13.8), (-157.9, 21.3), (179.2, -8.5)):
        x, y = world.spot(longitude, latitude)
        assert 0 <= x <= world.WIDTH
        assert 0 <= y <= world.HEIGHT


def test_an_island_across_the_edge_is_cut_in_two_and_no_line_runs_across_the_map():
    edge = world.CENTRE - 180
    island = [(edge - 5, 0), (edge + 5, 0), (edge + 5, 10), (edge - 5, 10)]
    for ring in (island, [((x + 540) % 360 - 180, y) for x, y in island], island[2:] + island[:2]):
        pieces = list(cut(ring))
        assert len(pieces) == 2
        assert sorted(round(max(x for x, _ in piece) - min(x for x, _ in piece)) for piece in pieces) == [5, 5]
        assert all(abs(x1 - x2) <= 10 for piece in pieces for (x1, _), (x2, _) in edges(piece))
        assert sorted(round(sum(x for x, _ in piece) / len(piece)) // 90 for piece in pieces) == [-2, 1]


def test_an_island_inside_the_map_stays_whole():
    assert len(list(cut([(0, 0), (10, 0), (10, 10), (0, 10)]))) == 1
    # Over 180°, where the world's own counting breaks off and this map does not.
    (piece,) = cut([(178, 60), (-175, 60), (-175, 70), (178, 70)])
    assert max(x for x, _ in piece) - min(x for x, _ in piece) == 7


def test_an_arc_is_read_backwards_where_a_shape_says_so():
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[0, 0], [10, 0], [0, 10]], [[0, 0], [0, 10], [10, 0]]],
        "objects": {"land": {"geometries": [{"arcs": [[[0, ~1]]]}]}},
    }
    assert list(rings(topology)) == [[(0, 0), (10, 0), (10, 10), (0, 10)]]
    assert svg(json.loads(json.dumps(topology))).count("z") == 1


def test_the_drawn_land_is_light_lies_on_the_map_and_has_no_line_across_it():
    drawn = (settings.BASE_DIR / "static" / "img" / "world.svg").read_text()
    assert len(drawn) < 60_000
    assert f'viewBox="0 0 {world.WIDTH} {world.HEIGHT}"' in drawn
    shores = re.findall(r"M([\d. ]+)l([^z]+)z", drawn)
    assert len(shores) > 50
    for start, steps in shores:
        x, y = map(float, start.split())
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            assert abs(dx) < 60, "a line across the map"
            x, y = x + dx, y + dy
            assert -1 <= x <= world.WIDTH + 1
            assert y <= world.HEIGHT + 10


@given(st.lists(SPOTS, max_size=12))
def test_marks_keep_apart_and_always_alike(spots):
    moved = world.apart(spots, least=20, rounds=500)
    assert moved == world.apart(spots, least=20, rounds=500)
    assert all(math.dist(one, other) > 19 for n, one in enumerate(moved) for other in moved[:n])


def test_what_is_far_enough_away_is_not_moved():
    assert world.apart([(0, 0), (30, 0), (0, 30)], least=20) == [(0, 0), (30, 0), (0, 30)]


def test_two_offices_in_one_city_are_both_seen():
    one, other = world.apart([(5, 5), (5, 5)], least=20)
    assert math.isclose(math.dist(one, other), 20, abs_tol=0.1)
