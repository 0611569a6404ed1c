"""What waits for a person: each room says what of it waits for whom, and the desk shows it."""

import dataclasses
import datetime as dt
from typing import Any


@dataclasses.dataclass(frozen=True)
class Need:
    name: Any
    count: int
    # Where it is done.
    url: str
    # The oldest of them; None where nobody notes it.
    since: dt.datetime | None = None
    # What it is about, where there are several: a campaign's title.
    about: str = ""
