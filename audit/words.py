"""What actions are called on pages: each room registers its own from `AppConfig.ready()`; this leaf knows no room."""

from collections.abc import Mapping
from typing import Any

_words: dict[str, Any] = {}


def register(words: Mapping[str, Any]) -> None:
    """`{"campaigns.opened": _("opened a campaign")}`, said of somebody."""
    for action, said in words.items():
        if action in _words:
            raise ValueError(f"Registered twice: {action}")
        _words[action] = said


def of(action: str) -> Any:
    """The action's own name where no room registers it any more."""
    return _words.get(action, action)


def known() -> Mapping[str, Any]:
    return _words
