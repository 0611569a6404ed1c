"""Durable outgoing mail: a message is one e-mail that is to go out, an attempt is one try at it.

Neither holds an address or a text: a message is composed when it is sent, by the app that registered its
kind.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from outbox import kinds
from privacy.fields import SealedTextField


class State(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("accepted by the mail server")
    BOUNCED = "bounced", _("came back")
    UNKNOWN = "unknown", _("outcome unknown")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


SETTLED = [State.ACCEPTED, State.BOUNCED, State.UNKNOWN, State.FAILED, State.CANCELLED]


class StateField(FSMField):
    """A protected state with a default in the database. What an INSERT returns is not set: that would be a
    change."""

    db_returning = False


class MessageQuerySet(models.QuerySet["Message"]):
    def of_queue(self, queue: str) -> Self:
        """Of the kinds that go through this queue. A kind that no app registers any more waits unseen."""
        return self.filter(kind__in=[kind.name for kind in kinds.of_queue(queue)])

    def to_address(self, address_index: bytes) -> Self:
        return self.filter(address_index=address_index)

    def about(self, kind: str, subject_id: int) -> Self:
        return self.filter(kind=kind, subject_id=subject_id)

    def due(self, now: datetime) -> Self:
        return self.filter(state=State.QUEUED, not_before__lte=now)

    def lease_expired(self, now: datetime) -> Self:
        """Taken by a worker that has not come back: it crashed, or its machine did."""
        return self.filter(state=State.SENDING, lease_until__lte=now)

    def taken(self) -> Self:
        """Sent, being sent, or perhaps sent: what has cost its address a mail."""
        return self.filter(state__in=[State.SENDING, State.ACCEPTED, State.BOUNCED, State.UNKNOWN])

    def unclear(self) -> Self:
        """Perhaps sent; a person decides."""
        return self.filter(state=State.UNKNOWN)

    def may_be_queued_again(self) -> Self:
        return self.filter(state=State.FAILED, may_repeat=True)

    def unsettled(self) -> Self:
        return self.filter(state__in=[State.QUEUED, State.SENDING])

    def next_due(self, queue: str, now: datetime, limit: int) -> list[int]:
        """Ids of those due longest in the queue.

        One index scan for each kind: one scan over several would have to sort the whole backlog for every
        batch.
        """
        scans = [
            self.filter(kind=kind.name).due(now).order_by("not_before", "pk").values_list("not_before", "pk")[:limit]
            for kind in kinds.of_queue(queue)
        ]
        if not scans:
            return []
        longest = scans[0].union(*scans[1:], all=True) if len(scans) > 1 else scans[0]
        return [pk for _, pk in sorted(longest)[:limit]]


def _may_repeat(message: models.Model) -> bool:
    return isinstance(message, Message) and message.may_repeat


class Message(FSMModelMixin, models.Model):
    """One e-mail that is to go out.

    Its state moves by the transitions below, and `moves.apply` alone writes them. Every default is the
    database's too, so that another room may insert messages by SQL in a statement of its own.
    """

    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(
        null=True, blank=True, help_text=_("The row it is about; the kind knows the table.")
    )
    address_index = models.BinaryField(
        null=True, editable=False, help_text=_("Blind index of the address it goes to, for limits by address.")
    )
    language = models.CharField(max_length=16)
    may_repeat = models.BooleanField(help_text=_("If not, it is sent at most once, whatever happens."))
    state = StateField(
        max_length=10,
        choices=State.choices,
        default=State.QUEUED,
        db_default=State.QUEUED.value,
        protected=True,
    )
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    not_before = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=40, blank=True, default="", db_default="")

    # What the kind's `load` found for subject_id, while the message is being composed.
    subject: object = None

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.UniqueConstraint(
                # A cancelled message was never sent: it does not use up the one.
                fields=["kind", "subject_id"],
                condition=Q(may_repeat=False) & ~Q(state=State.CANCELLED),
                name="outbox_once_ever",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_id"],
                condition=Q(may_repeat=True, state=State.QUEUED),
                name="outbox_one_waiting",
            ),
            # Without a subject "once ever" would not bite: NULLs are distinct.
            models.CheckConstraint(
                condition=Q(may_repeat=True) | Q(subject_id__isnull=False), name="outbox_once_has_subject"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="outbox_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, lease_until__isnull=False)
                | (~Q(state=State.SENDING) & Q(lease_until__isnull=True)),
                name="outbox_sending_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SETTLED, settled_at__isnull=False)
                | (~Q(state__in=SETTLED) & Q(settled_at__isnull=True)),
                name="outbox_settled_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.CANCELLED) & ~Q(cancel_reason=""))
                | (~Q(state=State.CANCELLED) & Q(cancel_reason="")),
                name="outbox_cancelled_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(address_index__isnull=True) | Q(Exact(Length("address_index"), 32)),
                name="outbox_index_is_32_bytes",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "not_before", "id"], condition=Q(state=State.QUEUED), name="outbox_due"),
            models.Index(fields=["kind", "subject_id"], name="outbox_subject"),
            models.Index(
                fields=["state", "settled_at"],
                condition=Q(state=State.UNKNOWN) | Q(state=State.FAILED, may_repeat=True),
                name="outbox_undecided",
            ),
            models.Index(fields=["lease_until"], condition=Q(state=State.SENDING), name="outbox_leased"),
            models.Index(
                fields=["address_index", "created_at"],
                condition=Q(address_index__isnull=False),
                name="outbox_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def refusal(self) -> str:
        """Why it did not arrive, as RFC 3463 or RFC 5321 number it ("5.1.1", "550"); empty if no server has said so."""
        if said := InboundMail.objects.saying_why(self).first():
            return said.status_code
        tried = self.attempts.filter(outcome__in=[Outcome.REFUSED, Outcome.DEFERRED]).order_by("number").last()
        return (tried.enhanced_code or str(tried.smtp_code or "")) if tried else ""

    @transition(field=state, source=State.QUEUED, target=State.SENDING)
    def claim(self, *, lease_until: datetime) -> None:
        self.lease_until = lease_until
        self.tries += 1

    @transition(field=state, source=State.SENDING, target=State.SENDING)
    def renew(self, *, lease_until: datetime) -> None:
        self.lease_until = lease_until

    @transition(field=state, source=State.SENDING, target=State.QUEUED)
    def put_off(self, *, until: datetime) -> None:
        self.lease_until = None
        self.not_before = until

    @transition(field=state, source=State.SENDING, target=State.QUEUED)
    def put_back(self) -> None:
        """Its turn never came, so this was no try."""
        self.lease_until = None
        self.tries -= 1

    # What came back to a mail of unknown outcome tells that it had arrived.
    @transition(field=state, source=[State.SENDING, State.UNKNOWN], target=State.ACCEPTED)
    def accept(self, *, now: datetime) -> None:
        self._settle(now)

    @transition(field=state, source=State.SENDING, target=State.UNKNOWN)
    def doubt(self, *, now: datetime) -> None:
        self._settle(now)

    @transition(field=state, source=[State.SENDING, State.UNKNOWN], target=State.FAILED)
    def fail(self, *, now: datetime) -> None:
        self._settle(now)

    @transition(field=state, source=[State.QUEUED, State.SENDING], target=State.CANCELLED)
    def cancel(self, *, reason: str, now: datetime) -> None:
        self._settle(now)
        self.cancel_reason = reason

    @transition(field=state, source=[State.ACCEPTED, State.UNKNOWN], target=State.BOUNCED)
    def bounce(self, *, now: datetime) -> None:
        self._settle(now)

    @transition(field=state, source=State.FAILED, target=State.QUEUED, conditions=[_may_repeat])
    def queue_again(self, *, now: datetime) -> None:
        self.settled_at = None
        self.not_before = now

    # By a person's decision alone, who knows that it may arrive twice.
    @transition(field=state, source=State.UNKNOWN, target=State.QUEUED)
    def send_once_more(self, *, now: datetime) -> None:
        self.settled_at = None
        self.not_before = now

    def _settle(self, now: datetime) -> None:
        self.lease_until = None
        self.settled_at = now


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    DEFERRED = "deferred", _("not now (4xx)")
    REFUSED = "refused", _("refused (5xx)")
    UNREACHABLE = "unreachable", _("no connection, or lost before the mail was handed over")
    UNKNOWN = "unknown", _("lost after the mail was handed over")


class Ending(NamedTuple):
    """How an attempt ended."""

    attempt_id: int
    ended_at: datetime
    outcome: Outcome
    smtp_code: int | None = None
    enhanced_code: str = ""


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Writes by SQL: for a batch of a hundred, bulk_create takes ten times as long."""

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def begin(self, message_ids: Mapping[Message, str], now: datetime) -> dict[int, int]:
        """Opens an attempt at each message, with the Message-ID it will have; returns attempt ids by message id."""
        if not message_ids:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO outbox_attempt (message_id, number, started_at, internet_message_id)
                SELECT v.message_id, v.number, %s, v.internet_message_id
                FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS v (message_id, number, internet_message_id)
                RETURNING message_id, id
                """,
                [
                    now,
                    [message.pk for message in message_ids],
                    [message.tries for message in message_ids],
                    list(message_ids.values()),
                ],
            )
            return dict(cursor.fetchall())

    def close(self, endings: Sequence[Ending]) -> None:
        """Writes how attempts ended. One that somebody else has closed stays as it is."""
        if not endings:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE outbox_attempt AS attempt
                SET ended_at = v.ended_at, outcome = v.outcome,
                    smtp_code = v.smtp_code, enhanced_code = v.enhanced_code
                FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::int[], %s::text[])
                    AS v (id, ended_at, outcome, smtp_code, enhanced_code)
                WHERE attempt.id = v.id AND attempt.ended_at IS NULL
                """,
                [list(column) for column in zip(*endings, strict=True)],
            )


class Attempt(models.Model):
    """One try at sending, committed before it begins and closed after it ends; one left open tells of a
    crash.

    Of the server's answer only the codes are kept: its text may repeat the address.
    """

    # The unique constraint's index serves the foreign key.
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=11, choices=Outcome.choices, null=True, blank=True)
    smtp_code = models.PositiveSmallIntegerField(null=True, blank=True)
    enhanced_code = models.CharField(max_length=11, blank=True, default="", db_default="")
    internet_message_id = models.CharField("Message-ID", max_length=200)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="outbox_attempt_number"),
            models.UniqueConstraint(
                fields=["message"], condition=Q(ended_at__isnull=True), name="outbox_one_open_attempt"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome__isnull=True)
                | Q(ended_at__isnull=False, outcome__isnull=False),
                name="outbox_ended_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True) | Q(outcome__in=Outcome.values), name="outbox_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.number}"


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def to_look_at(self) -> Self:
        """What no machine understood, and nobody has looked at yet."""
        return self.filter(sort=InboundMail.Sort.UNREADABLE, handled_at__isnull=True)

    def about(self, messages: MessageQuerySet) -> Self:
        return self.filter(message__in=messages)

    def saying_why(self, message: Message) -> Self:
        """Those that say why it did not arrive, the latest first."""
        return self.filter(message=message, sort=InboundMail.Sort.BOUNCED).order_by("-pk")


class InboundMail(models.Model):
    """What came back to one of our return addresses, once: a copy of it changes nothing."""

    # So much of a mail is read and kept; what is longer is cut.
    KEPT = 1_000_000

    class Sort(models.TextChoices):
        BOUNCED = "bounced", _("it did not arrive")
        NOTICE = "notice", _("it is delayed, or has arrived")
        COMPLAINT = "complaint", _("taken for spam")
        AUTOMATIC = "automatic", _("automatic answer")
        REPLY = "reply", _("answer")
        UNREADABLE = "unreadable", _("a person has to look at it")

    received_at = models.DateTimeField(_("received at"))
    digest = models.BinaryField(unique=True, editable=False)
    sort = models.CharField(_("what it is"), max_length=10, choices=Sort)
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="inbound", verbose_name=_("mail")
    )
    status_code = models.CharField(_("code"), max_length=11, blank=True, help_text=_("RFC 3463, for example 5.1.1."))
    size = models.PositiveIntegerField(_("size in bytes"))
    # Latin-1: a character for a byte. Kept for those that a person reads here; answers are kept by whom they answer.
    raw = SealedTextField(null=True, blank=True)
    handled_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail that came back")
        verbose_name_plural = _("mails that came back")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sort__in=["bounced", "notice", "complaint", "automatic", "reply", "unreadable"]),
                name="inbound_sort_known",
            ),
            models.CheckConstraint(condition=Q(Exact(Length("digest"), 32)), name="inbound_digest_is_32_bytes"),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="inbound_handled_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(sort="unreadable", handled_at__isnull=True),
                name="inbound_to_look_at",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_sort_display()} ({self.pk})"

    @property
    def is_cut(self) -> bool:
        return self.size > self.KEPT
