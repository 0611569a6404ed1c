"""Counting the confirmed without touching a counter in any request.

The change log is counted up to a watermark: rows of transactions that every later snapshot sees as finished
(transaction < pg_snapshot_xmin). A row can't be counted twice or missed, whatever order transactions commit in.
"""

import dataclasses

from django.db import connection, transaction

# "mns_tall" as a number: the lock that keeps two ticks, or a tick and a recount, apart.
_LOCK = 0x6D6E735F74616C6C

# Without a mark yet, everything is new.
_SINCE = "transaction >= COALESCE((SELECT low FROM mark), '0'::xid8)"

_DELTA = """
    SELECT campaign_id, country, (confirmed_at AT TIME ZONE 'UTC')::date AS day,
           SUM((new = 'confirmed')::int - (old = 'confirmed')::int) AS delta
    FROM campaign_signaturechange
    WHERE 'confirmed' IN (old, new) AND {rows}
    GROUP BY campaign_id, country, day
"""

_SETS = """
    SELECT campaign_id,
           CASE WHEN GROUPING(country) = 0 THEN 'country' WHEN GROUPING(day) = 0 THEN 'day' ELSE 'all' END AS dimension,
           CASE WHEN GROUPING(country) = 0 THEN country WHEN GROUPING(day) = 0 THEN day::text ELSE '' END AS key,
           SUM({column})::int AS {column}
    FROM {table}
    GROUP BY GROUPING SETS ((campaign_id), (campaign_id, country), (campaign_id, day))
"""

_TICK = f"""
    WITH mark AS (
        SELECT (SELECT counted_before FROM campaign_tallymark) AS low, pg_snapshot_xmin(pg_current_snapshot()) AS high
    ), delta AS (
        {_DELTA.format(rows=f"{_SINCE} AND transaction < (SELECT high FROM mark)")}
    ), moved AS (
        INSERT INTO campaign_tallymark (id, counted_before) SELECT 1, high FROM mark
        ON CONFLICT (id) DO UPDATE SET counted_before = EXCLUDED.counted_before
    ), changed AS (
        {_SETS.format(table="delta", column="delta")}
    ), counted AS (
        INSERT INTO campaign_tally AS tally (campaign_id, dimension, key, count)
        SELECT campaign_id, dimension, key, delta FROM changed WHERE delta <> 0
        ON CONFLICT (campaign_id, dimension, key) DO UPDATE SET count = tally.count + EXCLUDED.count
        RETURNING 1
    )
    SELECT COALESCE(SUM(ABS(delta)), 0) FROM delta
"""

_BOTH_SIDES = """(
    SELECT campaign_id, country, day, n FROM confirmed UNION ALL SELECT campaign_id, country, day, -delta FROM uncounted
) both_sides"""

# The counts that are not what they should be by now: the confirmed, less what is still to count. One snapshot.
_DRIFT = f"""
    WITH mark AS (SELECT (SELECT counted_before FROM campaign_tallymark) AS low),
    confirmed AS (
        SELECT campaign_id, country, (confirmed_at AT TIME ZONE 'UTC')::date AS day, COUNT(*) AS n
        FROM campaign_signature WHERE state = 'confirmed' GROUP BY campaign_id, country, day
    ), uncounted AS (
        {_DELTA.format(rows=_SINCE)}
    ), due AS (
        {_SETS.format(table=_BOTH_SIDES, column="n")}
    )
    SELECT COALESCE(due.campaign_id, tally.campaign_id), COALESCE(due.dimension, tally.dimension),
           COALESCE(due.key, tally.key), COALESCE(tally.count, 0), COALESCE(due.n, 0)
    FROM due FULL JOIN campaign_tally tally USING (campaign_id, dimension, key)
    WHERE COALESCE(due.n, 0) <> COALESCE(tally.count, 0)
    ORDER BY 1, 2, 3
"""


@dataclasses.dataclass(frozen=True)
class Drift:
    """One tally that did not say what the signatures say."""

    campaign_id: int
    dimension: str
    key: str
    counted: int
    true: int


def tally_new() -> int:
    """Count what was confirmed or withdrawn since the last time. Returns the changes; 0 when another counts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_TICK)
        return int(cursor.fetchone()[0])


def recount(*, mend: bool) -> list[Drift]:
    """Compare the tallies with the signatures; with `mend`, set them right. Returns what had drifted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_DRIFT)
        found = [Drift(*row) for row in cursor.fetchall()]
        if mend:
            cursor.executemany(
                "INSERT INTO campaign_tally (campaign_id, dimension, key, count) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (campaign_id, dimension, key) DO UPDATE SET count = EXCLUDED.count",
                [(drift.campaign_id, drift.dimension, drift.key, drift.true) for drift in found],
            )
    return found
