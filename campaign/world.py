"""The map of the world: where a place stands on static/img/world.svg, and how marks keep out of each other's way."""

import math
from collections.abc import Sequence

Spot = tuple[float, float]

# Units of the drawing, as its viewBox says; `bin/manage draw_world` draws the land with the same numbers.
WIDTH = 1000
# Behind the Bering Strait: the edge of the map cuts no land but Antarctica, which has no place to deliver to.
CENTRE = 11.0
NORTH, SOUTH = 84.0, -57.0

# Equal Earth: Šavrič, Patterson and Jenny, 2018, doi:10.1080/13658816.2018.1504949.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2


def _equal_earth(from_centre: float, latitude: float) -> Spot:
    """In radians, x to the east, y to the north."""
    theta = math.asin(_M * math.sin(math.radians(latitude)))
    t2 = theta * theta
    t6 = t2**3
    x = math.radians(from_centre) * math.cos(theta) / (_M * (_A1 + 3 * _A2 * t2 + t6 * (7 * _A3 + 9 * _A4 * t2)))
    return x, theta * (_A1 + _A2 * t2 + t6 * (_A3 + _A4 * t2))


_SCALE = WIDTH / 2 / _equal_earth(180, 0)[0]
_TOP = _equal_earth(0, NORTH)[1]
HEIGHT = round((_TOP - _equal_earth(0, SOUTH)[1]) * _SCALE)


def spot(longitude: float, latitude: float) -> Spot:
    """Where a place stands, in units from the upper left corner."""
    return on_sheet((longitude - CENTRE + 180) % 360 - 180, latitude)


def on_sheet(from_centre: float, latitude: float) -> Spot:
    """The same, from degrees east of the map's centre, which may lie anywhere up to its edges: −180 is not 180 here."""
    x, y = _equal_earth(from_centre, latitude)
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE


def apart(spots: Sequence[Spot], *, least: float, rounds: int = 60) -> list[Spot]:
    """The spots, moved as little as may be until none is nearer to another than `least`: what stands beside its place
    is seen, what lies under another is not. The same spots always move alike.
    """
    moved = [list(spot) for spot in spots]
    for _round in range(rounds):
        crowded = False
        for number, one in enumerate(moved):
            for other_number, other in enumerate(moved[:number]):
                dx, dy = one[0] - other[0], one[1] - other[1]
                distance = math.hypot(dx, dy)
                if distance >= least - 0.01:
                    continue
                crowded = True
                if distance < 1e-6:
                    # In one city: each in a direction of its own.
                    angle = (number * 7 + other_number) * 2.4
                    dx, dy, distance = math.cos(angle), math.sin(angle), 1.0
                push = (least - min(distance, least)) / 2 / distance
                one[0], one[1] = one[0] + dx * push, one[1] + dy * push
                other[0], other[1] = other[0] - dx * push, other[1] - dy * push
        if not crowded:
            break
    return [(x, y) for x, y in moved]
