"""What a run has shown: a table for people, JSON for programs."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.db import connection

from maninso.bench.figures import Pair
from maninso.bench.packs import Limit

# Name: unit, what the floor is, and the part of it that the figure has to reach.
FIGURES = {
    "page": ("pages/s", "an empty view", 0.60),
    "sign": ("signatures/s", "a view with one insert", 0.50),
    "confirm": ("confirmations/s", "a view with one insert", 0.50),
    "mail": ("mails/s", "a bare SMTP loop", 0.80),
    "letters": ("letters/s", "a bare SMTP loop", 0.05),
    "sign_vs_pgbench": ("signatures/s", "pgbench, the same inserts", 0.20),
    "plan": ("letters/s", "a bare INSERT", 0.30),
    "tick": ("letters/s", "bare SELECT and UPDATE", 0.10),
    "tick_even": ("letters/s", "bare SELECT and UPDATE", 0.05),
}


@dataclass(frozen=True)
class Figure:
    """Medians over the rounds; `ratio` is the one by the other."""

    name: str
    value: float
    unit: str
    floor: float
    floor_name: str
    ratio: float


def figures(rounds: Sequence[Mapping[str, Pair]]) -> list[Figure]:
    """Of the names that the rounds have, in the order of the table."""
    found = []
    for name, (unit, floor_name, _) in FIGURES.items():
        if name not in rounds[0]:
            continue
        value = median(one[name].value for one in rounds)
        floor = median(one[name].floor for one in rounds)
        found.append(Figure(name, round(value, 1), unit, round(floor, 1), floor_name, round(value / floor, 3)))
    return found


def document(found: Sequence[Figure], limits: Sequence[Limit]) -> dict[str, Any]:
    return {
        "machine": machine(),
        "figures": [asdict(figure) for figure in found],
        "limits": [asdict(limit) for limit in limits],
    }


def machine() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        postgresql, fsync = cursor.fetchone()
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "django": django.get_version(),
        "postgresql": postgresql,
        "fsync": fsync,
    }


def table(found: Sequence[Figure]) -> str:
    return "\n".join(_lines(found))


def limits_table(limits: Sequence[Limit]) -> str:
    lines = [f"{'limited':<24} {'value':>10} {'unit':<8} {'at most':>8}"]
    for one in limits:
        told = "" if one.limit is None else f"{one.limit:>8.0f} {'met' if one.value <= one.limit else 'MISSED'}"
        lines.append(f"{one.name:<24} {one.value:>10.1f} {one.unit:<8} {told}".rstrip())
    return "\n".join(lines)


def _lines(found: Sequence[Figure]) -> Iterator[str]:
    yield f"{'figure':<16} {'value':>8} {'unit':<16} {'floor':>8} {'floor is':<26} {'ratio':>6} {'target':>6}"
    for figure in found:
        target = FIGURES[figure.name][2]
        yield (
            f"{figure.name:<16} {figure.value:>8.0f} {figure.unit:<16} {figure.floor:>8.0f} "
            f"{figure.floor_name:<26} {figure.ratio:>6.2f} {target:>6.2f} "
            f"{'met' if figure.ratio >= target else 'MISSED'}"
        )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
