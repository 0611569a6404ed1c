"""One worker's pass over a queue: take a batch, one connection, a result for each message.

A message that may not repeat has its attempt committed before the send and closed after it, on its own; a
crash leaves exactly one attempt open. The others share commits: their attempts open with the claim, their
results are written in groups, and each is composed while the server digests the one before.
"""

import random
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from traceback import extract_tb

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.crypto import salted_hmac

from outbox import kinds, moves, services
from outbox.models import Attempt, Ending, Message, Outcome, State
from outbox.return_addresses import return_address
from outbox.transports import Answer, Envelope, Line, Unreachable

log = structlog.get_logger(__name__)

# A message whose worker died is taken up again after this and one tick of the sweeper: within a minute.
CLAIM_LEASE = timedelta(seconds=45)
# For a letter under way: longer than all time-outs of one mail together (MAIL, RCPT, DATA, content, answer:
# 30 s each).
ATTEMPT_LEASE = timedelta(minutes=5)
# A task that ran longer than the broker's visibility timeout (10 s) would be given out a second time; of the claim's
# lease more than enough is left for the mail under way.
PASS_TIME = timedelta(seconds=8)

# Results of messages that may repeat are written when there are so many, or the oldest is so old.
GROUP_SIZE = 50
GROUP_TIME = timedelta(seconds=1)
# Subjects are loaded for so many messages at a time: few enough that a person erased meanwhile gets no mail.
LOAD_SIZE = 50

GIVE_UP_AFTER = timedelta(days=5)
# A message that cannot be composed is a defect of ours, which five days do not mend.
COMPOSE_TRIES = 10

UNWANTED = "unwanted"


@dataclass
class Counts:
    """What one pass did. `unreachable`: it ended because there is no mail server; `more`: because its time
    was over."""

    accepted: int = 0
    put_off: int = 0
    failed: int = 0
    unknown: int = 0
    cancelled: int = 0
    put_back: int = 0
    unreachable: bool = False
    more: bool = False


@dataclass(frozen=True)
class Clock:
    """Goes on from a given moment."""

    start: datetime
    _zero: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self._zero)


def backoff(tries: int) -> timedelta:
    """1 min, doubling to 12 h, and up to a quarter more: a crowd put off as one does not return as one."""
    minutes = min(2 ** min(tries - 1, 10), 12 * 60)
    return min(timedelta(minutes=minutes) * random.uniform(1, 1.25), timedelta(hours=12))  # noqa: S311


def quick_backoff(tries: int) -> timedelta:
    """5 s, doubling to 1 min, for a server that went away: most are back soon. After ten tries as above."""
    return min(timedelta(seconds=5 * 2 ** (tries - 1)), timedelta(minutes=1)) if tries <= 10 else backoff(tries - 10)


def message_id(message: Message) -> str:
    """The same at every attempt, and tells nobody how many mails there are."""
    digest = salted_hmac("outbox.message-id", f"{message.kind}:{message.pk}", algorithm="sha256").hexdigest()
    return f"<{digest[:32]}@{settings.MAIL_DOMAIN}>"


def send_due(*, queue: str, now: datetime, limit: int) -> Counts:
    """Sends what is due in the queue, batch by batch, until nothing is left or 8 s are over.

    The line is opened before a batch is taken: while there is no server, messages wait untouched and no try
    is lost.
    """
    clock, counts, line = Clock(now), Counts(), Line()
    until = now + PASS_TIME
    if not Message.objects.next_due(queue, now, 1):
        return counts
    try:
        line.open()
        while Batch(line, clock, counts).run(queue, limit, until):
            if clock.now() >= until:
                counts.more = True
                break
            line.open()
    except Unreachable as error:
        counts.unreachable = True
        log.warning("outbox.unreachable", queue=queue, error=str(error))
    finally:
        line.close()
    return counts


@dataclass(frozen=True)
class _Result:
    """What became of one message. Without an answer it was not sent: its open attempt, if any, was none."""

    message: Message
    step: moves.Step
    answer: Answer | None
    to_queue: bool
    at: datetime


class Batch:
    """Some messages taken by this worker, until each has its result."""

    def __init__(self, line: Line, clock: Clock, counts: Counts) -> None:
        self.line = line
        self.clock = clock
        self.counts = counts
        self.attempts: dict[int, int] = {}
        self.under_way: Message | None = None
        self.results: list[_Result] = []
        # How many the claim settled, by taking them or by cancelling them.
        self.taken = 0
        # Mails in a row that got no answer.
        self.unanswered = 0

    def run(self, queue: str, limit: int, until: datetime) -> bool:
        """False if nothing was due, or the mail server is not well.

        What was not begun, because the server is not well or the time is over, is queued again as if never taken.
        """
        messages = self.claim(queue, limit)
        for message in self.with_subjects(messages):
            if self.unwell or self.clock.now() >= until:
                self.put_back(message)
            elif envelope := self.compose(message):
                self.send(message, envelope)
            if self.group_is_full:
                self.write()
        self.finish()
        self.write()
        self.counts.unreachable = self.unwell
        return bool(self.taken) and not self.unwell

    @property
    def unwell(self) -> bool:
        return self.unanswered >= 2

    # --- Taking ---------------------------------------------------------------------------------------------

    def claim(self, queue: str, limit: int) -> list[Message]:
        with transaction.atomic(durable=True):
            _hold(queue)
            now = self.clock.now()
            messages = list(
                Message.objects.filter(pk__in=Message.objects.next_due(queue, now, limit), state=State.QUEUED)
                .select_for_update(skip_locked=True)
                .order_by("not_before", "pk")
            )
            self.taken = len(messages)
            wanted = self.screen(messages, now)
            claimed = moves.apply(wanted, lambda message: message.claim(lease_until=now + CLAIM_LEASE))
            self.open_attempts([message for message in claimed if message.may_repeat], now)
        return claimed

    def screen(self, messages: Sequence[Message], now: datetime) -> list[Message]:
        refused: dict[int, str] = {}
        screened = defaultdict(list)
        for message in messages:
            screened[kinds.get(message.kind).screen].append(message)
        for screen, together in screened.items():
            if screen:
                refused.update(screen(together))
        unwanted = [message for message in messages if message.pk in refused]
        self.counts.cancelled += len(
            moves.apply(unwanted, lambda message: message.cancel(reason=refused[message.pk], now=now))
        )
        return [message for message in messages if message.pk not in refused]

    def open_attempts(self, messages: Sequence[Message], now: datetime) -> None:
        message_ids = {message: message_id(message) for message in messages}
        self.attempts.update(Attempt.objects.begin(message_ids, now))

    # --- Composing ------------------------------------------------------------------------------------------

    def with_subjects(self, messages: Sequence[Message]) -> Iterator[Message]:
        for start in range(0, len(messages), LOAD_SIZE):
            for kind, of_kind in _by_kind(messages[start : start + LOAD_SIZE]):
                try:
                    subjects = kind.load(of_kind) if kind.load else {}
                except Exception as error:
                    for message in of_kind:
                        self.defective(message, error)
                    continue
                for message in of_kind:
                    message.subject = subjects.get(message.subject_id or 0)
                    yield message

    def compose(self, message: Message) -> Envelope | None:
        kind = kinds.get(message.kind)
        try:
            with translation.override(message.language):
                mail = kind.compose(message)
            if mail is None:
                self.cancel(message)
                return None
            mail.extra_headers["Message-ID"] = message_id(message)
            if message.may_repeat:
                mail.extra_headers.setdefault("Auto-Submitted", "auto-generated")
            if kind.answered:
                mail.reply_to = [return_address("replies", message)]
            mail.extra_headers.update(services.named_in_events(message))
            return Envelope.of(mail, sender=return_address("bounces", message))
        except Exception as error:
            self.defective(message, error)
            return None

    def defective(self, message: Message, error: Exception) -> None:
        # The error's own words may hold a name or an address; its place does not.
        place = extract_tb(error.__traceback__)[-1]
        log.error(
            "outbox.cannot_compose",
            message=message.pk,
            kind=message.kind,
            error=type(error).__name__,
            place=f"{place.filename}:{place.lineno}",
        )
        self.put_off(message, backoff(message.tries), give_up=message.tries >= COMPOSE_TRIES)

    # --- Sending --------------------------------------------------------------------------------------------

    def send(self, message: Message, envelope: Envelope) -> None:
        # The mail before had our composing time to be digested; now its answer is read.
        self.finish()
        if self.unwell:
            self.put_back(message)
        elif message.may_repeat:
            self.begin(message, envelope)
        elif self.open_alone(message):
            self.begin(message, envelope)
            self.finish()
            self.write()

    def open_alone(self, message: Message) -> bool:
        """Commits the attempt at a letter; False if the message is no longer this worker's."""
        with transaction.atomic(durable=True):
            now = self.clock.now()
            mine = moves.apply([message], lambda message: message.renew(lease_until=now + ATTEMPT_LEASE))
            self.open_attempts(mine, now)
        return bool(mine)

    def begin(self, message: Message, envelope: Envelope) -> None:
        try:
            answer = self.line.begin(envelope)
        except Unreachable:
            self.unanswered = 2
            self.put_back(message)
            return
        if answer is None:
            self.under_way = message
        else:
            self.settle(message, answer)

    def finish(self) -> None:
        if self.under_way is not None:
            message, self.under_way = self.under_way, None
            self.settle(message, self.line.finish())

    # --- Results --------------------------------------------------------------------------------------------

    def settle(self, message: Message, answer: Answer) -> None:
        now = self.clock.now()
        no_answer = answer.outcome in {Outcome.UNREACHABLE, Outcome.UNKNOWN}
        self.unanswered = self.unanswered + 1 if no_answer else 0
        if answer.outcome == Outcome.ACCEPTED:
            self.counts.accepted += 1
            self.add(message, lambda message: message.accept(now=now), answer=answer)
        elif answer.outcome == Outcome.REFUSED:
            self.counts.failed += 1
            self.add(message, lambda message: message.fail(now=now), answer=answer)
        elif answer.outcome == Outcome.UNKNOWN and not message.may_repeat:
            self.counts.unknown += 1
            self.add(message, lambda message: message.doubt(now=now), answer=answer)
        else:
            wait = quick_backoff if answer.outcome == Outcome.UNREACHABLE else backoff
            self.put_off(message, wait(message.tries), answer=answer)

    def put_off(
        self, message: Message, wait: timedelta, *, give_up: bool = False, answer: Answer | None = None
    ) -> None:
        now = self.clock.now()
        if give_up or now - message.created_at >= GIVE_UP_AFTER:
            self.counts.failed += 1
            self.add(message, lambda message: message.fail(now=now), answer=answer)
        else:
            self.counts.put_off += 1
            self.add(message, lambda message: message.put_off(until=now + wait), answer=answer, to_queue=True)

    def put_back(self, message: Message) -> None:
        self.counts.put_back += 1
        self.add(message, lambda message: message.put_back(), to_queue=True)

    def cancel(self, message: Message) -> None:
        self.counts.cancelled += 1
        now = self.clock.now()
        self.add(message, lambda message: message.cancel(reason=UNWANTED, now=now))

    def add(self, message: Message, step: moves.Step, *, answer: Answer | None = None, to_queue: bool = False) -> None:
        self.results.append(_Result(message, step, answer, to_queue, self.clock.now()))

    @property
    def group_is_full(self) -> bool:
        return bool(self.results) and (
            len(self.results) >= GROUP_SIZE or self.clock.now() - self.results[0].at > GROUP_TIME
        )

    def write(self) -> None:
        results, self.results = self.results, []
        if not results:
            return
        steps = {result.message.pk: result.step for result in results}
        endings, untried = [], []
        for result in results:
            attempt = self.attempts.pop(result.message.pk, None)
            if attempt is not None and result.answer is not None:
                answer = result.answer
                endings.append(Ending(attempt, result.at, answer.outcome, answer.smtp_code, answer.enhanced_code))
            elif attempt is not None:
                untried.append(attempt)
        with transaction.atomic(durable=True):
            Attempt.objects.close(endings)
            # A try that never began is none.
            Attempt.objects.open().filter(pk__in=untried).delete()
            moves.apply(
                [result.message for result in results if not result.to_queue],
                lambda message: steps[message.pk](message),
            )
            moves.back_to_queue(
                [result.message for result in results if result.to_queue],
                lambda message: steps[message.pk](message),
                now=self.clock.now(),
            )


def _by_kind(messages: Sequence[Message]) -> list[tuple[kinds.Kind, list[Message]]]:
    names = dict.fromkeys(message.kind for message in messages)
    return [(kinds.get(name), [message for message in messages if message.kind == name]) for name in names]


def _hold(queue: str) -> None:
    """Until the transaction ends no other worker takes messages of this queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(f"outbox:{queue}".encode())])
