"""What stands on one line of a sheet: as it is typed or read from a table, kept sealed, and compared."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from privacy.indexes import address_index, person_index


@dataclass(frozen=True)
class Line:
    """One person, cleaned. A sheet's line that holds nobody, or nobody legible, is None."""

    name: str
    email: str
    country: str
    city: str
    language: str
    wants_updates: bool

    @property
    def index(self) -> bytes:
        """By the address where there is one. Without, people of one name, country and city are one person."""
        return address_index(self.email) if self.email else person_index(self.name, self.country, self.city)


Lines = Sequence[Line | None]


def as_text(lines: Lines) -> str:
    return json.dumps([line and asdict(line) for line in lines], ensure_ascii=False)


def from_text(text: str | None) -> list[Line | None]:
    return [each and Line(**each) for each in json.loads(text or "[]")]


def different_people(lines: Iterable[Line | None]) -> dict[bytes, Line]:
    """By their indexes; of somebody who stands there twice, the first line."""
    found: dict[bytes, Line] = {}
    for line in lines:
        if line is not None:
            found.setdefault(line.index, line)
    return found


@dataclass(frozen=True)
class Difference:
    """A line of a sheet that two people have typed differently, and in which columns."""

    number: int
    first: Line | None
    second: Line | None

    @property
    def columns(self) -> list[str]:
        one, other = self.first, self.second
        if one is None or other is None:
            return [each.name for each in fields(Line)]
        return [each.name for each in fields(Line) if getattr(one, each.name) != getattr(other, each.name)]


def differences(first: Lines, second: Lines) -> list[Difference]:
    """Where nothing is typed beyond the last line of one, the other's are differences all the same."""
    longer = max(len(first), len(second))
    one, other = ([*lines, *[None] * (longer - len(lines))] for lines in (first, second))
    pairs = enumerate(zip(one, other, strict=True), 1)
    return [Difference(number, *pair) for number, pair in pairs if pair[0] != pair[1]]
