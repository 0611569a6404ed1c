"""The planner: letters planned one by one, and released tick by tick from a table in which very many wait."""

import datetime as dt
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from campaign import actions
from campaign.actions.deliveries import plan_dispatches
from campaign.models import Campaign, DeliveryPoint, Signature
from campaign.models.delivery import every_day
from maninso.bench.figures import Pair
from maninso.bench.packs import Limit, sign
from maninso.services.trouble import Trouble

LETTERS, ALL = 100_000, 1_000_000
# Planned by the verb, and as many by the bare INSERT.
ONE_BY_ONE = 1000
TICKS = 10
# The next tick comes after so long (maninso/celery.py).
MILLISECONDS = 3000
# 600 an hour.
SPACING = dt.timedelta(seconds=6)

_INSERT = """
    INSERT INTO campaign_dispatch (signature_id, point_id, channel, state, planned_at)
    VALUES (%s, %s, 'email', 'planned', now())
"""
_INSERT_REST = """
    INSERT INTO campaign_dispatch (signature_id, point_id, channel, state, planned_at)
    SELECT id, (%(points)s::bigint[])[1 + id %% %(many)s], 'email', 'planned', now()
    FROM campaign_signature WHERE id > %(after)s
"""
_SELECT = """
    SELECT id FROM campaign_dispatch
    WHERE point_id = %s AND campaign_id = %s AND state = 'planned' AND channel = 'email'
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_UPDATE = "UPDATE campaign_dispatch SET state = 'queued', queued_at = now() WHERE id = %s"


def measure(campaign: Campaign, letter_id: int, count: int) -> tuple[dict[str, Pair], list[Limit]]:
    """Raises Trouble."""
    latest = Signature.objects.order_by("-pk")[0].pk
    sign(campaign, letter_id, count, who="planner ")
    signatures = list(Signature.objects.filter(pk__gt=latest).order_by("pk")[: min(2 * ONE_BY_ONE, count // 5)])
    points = list(DeliveryPoint.objects.takes_email().filter(target=campaign.target).values_list("pk", flat=True))
    half = len(signatures) // 2
    plan = Pair(
        value=half / _seconds(_plan, signatures[:half]),
        floor=half / _seconds(_insert, [(one.pk, points[0]) for one in signatures[half:]]),
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_REST, {"points": points, "many": len(points), "after": signatures[-1].pk})
        # As autovacuum does it within a minute: what waits is then counted from the index alone.
        cursor.execute("VACUUM ANALYZE campaign_dispatch")
    floor = _seconds(_bare, [(campaign.pk, point) for point in points] * TICKS)
    as_they_come = _ticks("as_they_come", len(points), every=SPACING)
    # What waits at one point is spread over all of the window: a little more than the time to the next.
    waiting = (count - len(signatures)) // len(points) - 2 * TICKS
    spread = 1.2 * (campaign.deliver_until - timezone.now()) / waiting
    even = _ticks("even", len(points), every=max(SPACING, spread))
    letters = TICKS * len(points)
    return (
        {
            "plan": plan,
            "tick": Pair(letters / as_they_come, letters / floor),
            "tick_even": Pair(letters / even, letters / floor),
        },
        [
            Limit(f"tick_{count}", 1000 * as_they_come / TICKS, "ms", MILLISECONDS),
            Limit(f"tick_even_{count}", 1000 * even / TICKS, "ms", MILLISECONDS),
        ],
    )


def _ticks(shape: str, points: int, *, every: dt.timedelta) -> float:
    """Each tick releases one letter at each point."""
    now = timezone.now()
    DeliveryPoint.objects.update(
        shape=shape,
        hourly_cap=600,
        last_slot_at=now,
        delivery_days=every_day(),
        delivery_from=None,
        delivery_until=None,
        digest_every=None,
        digest_times=[],
    )

    def tick(moment: dt.datetime) -> None:
        if (released := actions.release_dispatches(now=moment)) != points:
            raise Trouble(f"A tick has released {released} letters at {points} points.")

    return _seconds(tick, [now + number * every for number in range(1, TICKS + 1)])


def _plan(signature: Signature) -> None:
    with transaction.atomic():
        plan_dispatches(signature, now=timezone.now())


def _insert(row: tuple[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, row)


def _bare(place: tuple[int, int]) -> None:
    campaign, point = place
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SELECT, [point, campaign])
        cursor.execute(_UPDATE, cursor.fetchone())


def _seconds(run: Callable[[Any], None], on: Iterable[Any]) -> float:
    """How long it takes for all of them."""
    begun = time.perf_counter()
    for one in on:
        run(one)
    return time.perf_counter() - begun
