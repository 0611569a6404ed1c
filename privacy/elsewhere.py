"""Sealed values that stand neither in a column nor in a file: who keeps them says how they are renewed."""

from dataclasses import dataclass, field

from privacy.sealing import CannotUnseal, sealing_key


@dataclass
class Found:
    """What `rotate_keys` found in one place. Its name is what `str` says."""

    seen: int = 0
    resealed: int = 0
    unreadable: dict[str, int] = field(default_factory=dict)

    def cannot_open(self, sealed: bytes) -> None:
        try:
            key_id = sealing_key(sealed)
        except CannotUnseal:
            key_id = "(none)"
        self.unreadable[key_id] = self.unreadable.get(key_id, 0) + 1

    def renew(self, *, dry_run: bool) -> None:
        """Seals under the first key what lies under another."""
        raise NotImplementedError


_places: list[type[Found]] = []


def register(place: type[Found]) -> None:
    if place not in _places:
        _places.append(place)


def places() -> list[Found]:
    return [place() for place in _places]
