"""Mails that a person has to decide on: of which campaign they are, what is known, and what can be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy

from accounts import notice_kinds
from accounts.models import User
from campaign import rules
from campaign.models import (
    Campaign,
    CoordinatorMailCopy,
    DeliveryPoint,
    Digest,
    Dispatch,
    Signature,
    UpdateMail,
)
from outbox.models import Message, State

# Which table a kind's mails are about, and how it knows its campaign and delivery point.
_ROWS: dict[str, tuple[type[Model], str, str]] = {
    "letter": (Dispatch, "campaign", "point"),
    "digest": (Digest, "campaign", "point"),
    "news": (Signature, "campaign", ""),
    "update": (UpdateMail, "update__campaign", ""),
    "coordinator_mail": (CoordinatorMailCopy, "mail__campaign", "volunteer__hand_in__point"),
}
_WORDS = {
    "letter": gettext_lazy("A letter"),
    "digest": gettext_lazy("A mail with the letters of several people"),
    "news": gettext_lazy("News of what became of somebody’s letters"),
    "update": gettext_lazy("News from the organizers"),
    "coordinator_mail": gettext_lazy("A mail to a coordinator"),
    "confirmation": gettext_lazy("A mail that asks to confirm a signature"),
    "invitation": gettext_lazy("An invitation"),
}
# It goes to those who want news only while they are being sent.
_NEVER_AGAIN = {"update"}


@dataclass(frozen=True)
class Decision:
    code: str
    # Of the page that asks, of its button, and of the link there.
    title: Any
    verb: Any
    consequences: Sequence[Any] = field(default_factory=tuple)


SENT = Decision(
    "sent",
    gettext_lazy("It was sent"),
    gettext_lazy("Count it as sent"),
    [
        gettext_lazy("It counts as accepted by the mail server from now on."),
        gettext_lazy("If it comes back after all, that is noted as for any other mail."),
        gettext_lazy("This can’t be undone."),
    ],
)
AGAIN = Decision(
    "again",
    gettext_lazy("Send it again"),
    gettext_lazy("Send it again"),
    [
        gettext_lazy("One mail goes out at once, to the same address."),
        gettext_lazy("If the first one arrived, it arrives twice, with the same Message-ID."),
        gettext_lazy("If its sender has left meanwhile, or its letters are paused, it does not go."),
    ],
)
GIVEN_UP = Decision(
    "failed",
    gettext_lazy("It did not arrive"),
    gettext_lazy("Give it up"),
    [
        gettext_lazy("It counts as refused. A letter goes another way if there is one: another office, or paper."),
        gettext_lazy("If it did arrive, the office gets the letter twice."),
        gettext_lazy("This can’t be undone."),
    ],
)
FAILED = Decision(
    "again",
    gettext_lazy("Send it again"),
    gettext_lazy("Send it again"),
    [gettext_lazy("One mail goes out at once, if it is still wanted.")],
)


@dataclass(frozen=True)
class UnclearMail:
    message: Message
    campaign: Campaign | None
    point: DeliveryPoint | None

    @property
    def words(self) -> Any:
        kind = self.message.kind
        return _WORDS.get(kind) or notice_kinds.words_of(kind)

    @property
    def decisions(self) -> list[Decision]:
        if self.message.state == State.FAILED:
            return [FAILED] if self.message.may_repeat else []
        if self.message.state != State.UNKNOWN:
            return []
        return [SENT, GIVEN_UP] if self.message.kind in _NEVER_AGAIN else [SENT, AGAIN, GIVEN_UP]

    def decision(self, code: str) -> Decision | None:
        return next((decision for decision in self.decisions if decision.code == code), None)


Placed = tuple[Message, int | None]


def unclear_for(user: User) -> list[Placed]:
    """All that this person may decide on, the oldest first, each with its campaign's id."""
    found = placed(Message.objects.unclear().order_by("settled_at", "pk"))
    if rules.may_decide_on_all_mails(user):
        return found
    run = set(Campaign.objects.run_by(user).values_list("pk", flat=True))
    return [(message, campaign) for message, campaign in found if campaign in run]


def about(message: Message) -> UnclearMail:
    return with_rows(placed([message]))[0]


def placed(messages: Iterable[Message]) -> list[Placed]:
    """Each with its campaign's id, where it is of one."""
    messages = list(messages)
    campaigns = _campaigns_of(messages)
    return [(message, campaigns.get((message.kind, message.subject_id or 0))) for message in messages]


def _campaigns_of(messages: Sequence[Message]) -> dict[tuple[str, int], int]:
    """By kind and subject: one query for each kind."""
    found: dict[tuple[str, int], int] = {}
    for kind, (model, campaign, _point) in _ROWS.items():
        subjects = [message.subject_id for message in messages if message.kind == kind]
        if subjects:
            rows = model._default_manager.filter(pk__in=subjects).order_by().values_list("pk", campaign)
            found |= {(kind, pk): campaign_id for pk, campaign_id in rows}
    return found


def with_rows(messages: Sequence[Placed]) -> list[UnclearMail]:
    """For a page of them: the same number of queries, however many."""
    campaigns = Campaign.objects.for_pages().in_bulk([pk for _message, pk in messages if pk])
    points = _points_of([message for message, _pk in messages])
    return [
        UnclearMail(message, campaigns.get(pk or 0), points.get((message.kind, message.subject_id or 0)))
        for message, pk in messages
    ]


def _points_of(messages: Sequence[Message]) -> dict[tuple[str, int], DeliveryPoint]:
    ids: dict[tuple[str, int], int] = {}
    for kind, (model, _campaign, point) in _ROWS.items():
        subjects = [message.subject_id for message in messages if message.kind == kind]
        if point and subjects:
            rows = model._default_manager.filter(pk__in=subjects).order_by().values_list("pk", point)
            ids |= {(kind, pk): point_id for pk, point_id in rows}
    points = DeliveryPoint.objects.select_related("target").prefetch_related("texts").in_bulk(set(ids.values()))
    return {key: points[point_id] for key, point_id in ids.items() if point_id in points}
