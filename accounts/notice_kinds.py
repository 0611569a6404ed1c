"""What people who work here are told of. Each room registers its own from `AppConfig.ready()`; this one knows none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

    from accounts.models import User
    from outbox.models import Message


@dataclass(frozen=True, kw_only=True)
class Group:
    """Notices for which a person chooses once how to hear of them. may: whom it may reach at all."""

    code: str
    name: Any
    may: Callable[[User], bool]


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """One kind of notice, and of the mail that brings it.

    words: what it is called at the desk and in digests: what happened, without a name.
    group: empty where nobody may choose to hear of it later.
    load, compose: as of a kind of the outbox; `compose` finds the row that it is about as `message.subject`, and leaves
        out to whom it goes.
    """

    name: str
    words: Any
    group: str
    compose: Callable[[Message], EmailMessage | None]
    load: Callable[[Sequence[Message]], Mapping[int, object]] | None = None


_groups: dict[str, Group] = {}
_kinds: dict[str, NoticeKind] = {}


def add_group(group: Group) -> None:
    if group.code in _groups:
        raise ValueError(f"Registered twice: {group.code}")
    _groups[group.code] = group


def add_kind(kind: NoticeKind) -> None:
    if kind.group and kind.group not in _groups:
        raise ValueError(f"No such group: {kind.group}")
    if kind.name in _kinds:
        raise ValueError(f"Registered twice: {kind.name}")
    _kinds[kind.name] = kind


def get(name: str) -> NoticeKind:
    """Raises KeyError."""
    return _kinds[name]


def known() -> Mapping[str, NoticeKind]:
    return _kinds


def words_of(name: str) -> Any:
    """The kind's own name where no room registers it any more."""
    kind = _kinds.get(name)
    return kind.words if kind else name


def groups_for(person: User) -> list[Group]:
    return [group for group in _groups.values() if group.may(person)]


def in_group(code: str) -> list[str]:
    return [kind.name for kind in _kinds.values() if kind.group == code]
