"""What waits for a person: each room says what of it waits for whom, and the desk shows it."""

import dataclasses
import datetime as dt
from typing import Any

from django.utils import timezone


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
    # Who may do it, in words.
    who: Any = ""
    # How long it may wait; None where it does no harm.
    within: dt.timedelta | None = None

    @property
    def is_late(self) -> bool:
        if self.since is None or self.within is None:
            return False
        return timezone.now() - self.since > self.within
