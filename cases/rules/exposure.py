"""What a publication would tell a hostile State."""

from dataclasses import dataclass, field
from typing import Any

from cases.models import Case

Content = dict[str, Any]


@dataclass(frozen=True)
class Exposure:
    """What is new against the last publication, and whom it would single out."""

    news: list[Any] = field(default_factory=list)
    warnings: list[Any] = field(default_factory=list)


def protection_reasons(case: Case, content: Content, previous: Content | None) -> list[str]:
    return []


def adversary(content: Content, previous: Content | None) -> Exposure:
    return Exposure()
