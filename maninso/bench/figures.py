"""One round: every figure beside its floor, on the rows of the round itself.

What is signed in a round is what gets a mail in it, and what is confirmed at its end. Every row and every
mail is counted afterwards: a rate of things that did not happen is no rate.
"""

import datetime as dt
import smtplib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import NoReturn

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from campaign import actions, links, rules
from campaign.models import Campaign, DeliveryPoint, Dispatch, Letter, Signature
from campaign.models.delivery import every_day
from maninso.bench import client, pgbench
from maninso.bench.client import Series
from maninso.bench.models import Row
from maninso.bench.stack import Stack
from maninso.services.trouble import Trouble
from outbox import actions as outbox
from outbox.mailbox.store import Mailbox
from outbox.models import Message
from privacy.sealing import seal

# Twice the threads of the web server, so that none waits for the load.
CLIENTS = 16
# In a round, floor and figure take turns so often.
SLICES = 4
PAGES_PER_SIGNATURE = 4
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Pair:
    value: float
    floor: float


@dataclass
class Bench:
    stack: Stack
    load: Executor
    campaign: Campaign = field(init=False)
    letter: Letter = field(init=False)
    signed: int = 0

    def prepare(self) -> None:
        """Raises Trouble in a database that holds a campaign already: its signatures may be people's."""
        call_command("migrate", verbosity=0)
        if Campaign.objects.exists():
            raise Trouble("This database is in use; bin/bench measures in one of its own.")
        call_command("prepare", without_past=True, verbosity=0)
        with connection.schema_editor() as editor:
            editor.create_model(Row)
        self.campaign = Campaign.objects.open().first() or _no_campaign()
        self.letter = rules.current_letter(self.campaign) or _no_campaign()

    def round(self, count: int) -> dict[str, Pair]:
        """`count` signatures, one after another signed, mailed and confirmed, and as many for each floor."""
        page = self.page(count)
        transactions = self.transactions(count)
        latest = Signature.objects.aggregate(latest=Max("pk"))["latest"] or 0
        sign = self.sign(count)
        signatures = list(Signature.objects.filter(pk__gt=latest).order_by("pk"))
        mail = self.mail(len(signatures))
        confirm = self.confirm(signatures)
        return {
            "page": page,
            "sign": sign,
            "confirm": confirm,
            "mail": mail,
            "letters": self.letters(len(signatures)),
            "sign_vs_pgbench": Pair(sign.value, transactions),
        }

    def page(self, count: int) -> Pair:
        path = _path(links.campaign_url(self.campaign, "en"))
        number = count * PAGES_PER_SIGNATURE
        return self.race(
            floor=Series([self.request("GET", "/bench/empty/")] * number, status=200),
            figure=Series([self.request("GET", path)] * number, status=200),
        )

    def transactions(self, count: int) -> float:
        person = next(self.forms(1))
        return pgbench.transactions(
            count=count,
            clients=CLIENTS,
            campaign=self.campaign.pk,
            letter=self.letter.pk,
            name_bytes=len(seal(person["name"], context="")),
            email_bytes=len(seal(person["email"], context="")),
        )

    def sign(self, count: int) -> Pair:
        path = _path(links.absolute("sign", self.campaign.slug, language="en"))
        before = Signature.objects.count(), Message.objects.count()
        pair = self.race(
            floor=self.inserts(count),
            figure=Series([self.request("POST", path, form) for form in self.forms(count)], status=302),
        )
        after = Signature.objects.count(), Message.objects.count()
        _check("signatures and their mails", (before[0] + count, before[1] + count), after)
        return pair

    def confirm(self, signatures: Sequence[Signature]) -> Pair:
        before = Dispatch.objects.count()
        requests = [
            self.request(
                "POST",
                _path(links.confirm_url(signature)),
                {"shown": actions.digest_of(signature)},
            )
            for signature in signatures
        ]
        pair = self.race(floor=self.inserts(len(requests)), figure=Series(requests, status=302))
        confirmed = Signature.objects.filter(
            pk__in=[signature.pk for signature in signatures], state=Signature.State.CONFIRMED
        ).count()
        _check("confirmed signatures", len(signatures), confirmed)
        _check("planned letters", before + len(signatures), Dispatch.objects.count())
        return pair

    def mail(self, count: int) -> Pair:
        """The worker sends what the signatures of this round have queued."""
        return self.sending("confirmations", count)

    def letters(self, count: int) -> Pair:
        """It sends their letters, each attempt committed before it begins and after it ends."""
        now = timezone.now()
        DeliveryPoint.objects.update(
            hourly_cap=3_600_000, last_slot_at=now, delivery_days=every_day(), delivery_from=None, delivery_until=None
        )
        _check("letters released", count, actions.release_dispatches(now=now + MINUTE))
        return self.sending("deliveries", count)

    def sending(self, queue: str, count: int) -> Pair:
        """The worker sends what is queued; the loop sends the same bytes again."""
        mailbox = Mailbox(self.stack.mailbox)
        mailbox.empty()
        begun = time.perf_counter()
        sent, now = 0, timezone.now() + MINUTE
        while (counts := outbox.send_due(queue=queue, now=now)).accepted:
            sent += counts.accepted
        worker = time.perf_counter() - begun
        _check("mails sent", count, sent)
        mails = [_as_handed_over(mail.raw) for mail in mailbox.page(1, count)[0]]
        _check("mails that arrived", count, len(mails))
        begun = time.perf_counter()
        with smtplib.SMTP(*self.stack.smtp) as smtp:
            for sender, recipient, content in mails:
                smtp.sendmail(sender, [recipient], content)
        loop = time.perf_counter() - begun
        return Pair(count / worker, count / loop)

    def race(self, *, floor: Series, figure: Series) -> Pair:
        racing = self.load.submit(client.race, self.stack.web, [floor, figure], connections=CLIENTS, slices=SLICES)
        of_floor, of_figure = racing.result()
        return Pair(value=of_figure, floor=of_floor)

    def inserts(self, count: int) -> Series:
        return Series([self.request("POST", "/bench/insert/", form) for form in self.forms(count)], status=200)

    def forms(self, count: int) -> Iterator[dict[str, str]]:
        for _ in range(count):
            self.signed += 1
            yield {
                "letter": str(self.letter.pk),
                "name": f"Maria Kowalska {self.signed:07}",
                "email": f"maria.kowalska.{self.signed:07}@mail.example",
                "country": "PL",
                "display": "full",
                "own_words": "",
                "city": "",
            }

    def request(self, method: str, path: str, form: dict[str, str] | None = None) -> bytes:
        return client.request(method, self.stack.web, path, form)


def _path(url: str) -> str:
    return url.removeprefix(settings.SITE_URL)


def _as_handed_over(kept: bytes) -> tuple[str, str, bytes]:
    """Sender, recipient and content of a mail in the mailbox, which keeps the envelope in two lines above it."""
    sender, recipient, content = kept.split(b"\r\n", 2)
    return sender.decode().partition(": ")[2], recipient.decode().partition(": ")[2], content


def _check(what: str, expected: object, found: object) -> None:
    if expected != found:
        raise Trouble(f"The {what} are {found}, and {expected} were asked for.")


def _no_campaign() -> NoReturn:
    raise Trouble("The demonstration has no open campaign with a published letter.")
