"""Counting without touching a counter in any request.

The confirmed are counted from the change log up to a watermark: rows of transactions that every later snapshot sees
as finished (transaction < pg_snapshot_xmin). A row can't be counted twice or missed, whatever order transactions commit
in.
What has no such log (signatures begun, letters) leaves a move, which is deleted in the statement that counts it.
"""

import dataclasses

from django.db import connection, transaction

from campaign.models.tally import DELAYS, ON_PAPER
from campaign.tallies import note_recount

# "mns_tall" as a number: the lock that keeps two ticks, or a tick and a recount, apart.
_LOCK = 0x6D6E735F74616C6C

# Without a mark yet, everything is new.
_SINCE = "transaction >= COALESCE((SELECT low FROM mark), '0'::xid8)"

# By what the confirmed are counted, of a row of the log or of a signature.
_COLUMNS = "campaign_id, country, language, day, hour, delay"
_ROW = f"""
    campaign_id, country, language, (confirmed_at AT TIME ZONE 'UTC')::date AS day,
    to_char(confirmed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24') AS hour,
    CASE WHEN batch_id IS NOT NULL THEN '{ON_PAPER}' ELSE width_bucket(
        EXTRACT(EPOCH FROM confirmed_at - COALESCE(signed_at, confirmed_at)) / 60, ARRAY{DELAYS}::numeric[]
    )::text END AS delay
"""

_DELTA = """
    SELECT {row}, SUM((new = 'confirmed')::int - (old = 'confirmed')::int) AS delta
    FROM campaign_signaturechange
    WHERE 'confirmed' IN (old, new) AND {rows}
    GROUP BY {columns}
"""

_SETS = """
    SELECT campaign_id,
           CASE WHEN GROUPING(country) = 0 THEN 'country' WHEN GROUPING(day) = 0 THEN 'day'
                WHEN GROUPING(hour) = 0 THEN 'hour' WHEN GROUPING(language) = 0 THEN 'language'
                WHEN GROUPING(delay) = 0 THEN 'delay' ELSE 'all' END AS dimension,
           CASE WHEN GROUPING(country) = 0 THEN country WHEN GROUPING(day) = 0 THEN day::text
                WHEN GROUPING(hour) = 0 THEN hour WHEN GROUPING(language) = 0 THEN language
                WHEN GROUPING(delay) = 0 THEN delay ELSE '' END AS key,
           SUM({column})::int AS {column}
    FROM {table}
    GROUP BY GROUPING SETS ((campaign_id), (campaign_id, country), (campaign_id, day), (campaign_id, hour),
                            (campaign_id, language), (campaign_id, delay))
"""

# States of signatures, as the log has them move; how they begin is a move of its own.
_STATES = """
    SELECT campaign_id, 'state' AS dimension, state AS key, SUM(delta)::int AS delta
    FROM campaign_signaturechange, LATERAL (VALUES (old, -1), (new, 1)) AS step (state, delta)
    WHERE {rows}
    GROUP BY campaign_id, state
"""

_UP_TO_NOW = f"{_SINCE} AND transaction < (SELECT high FROM mark)"
_TICK = f"""
    WITH mark AS (
        SELECT (SELECT counted_before FROM campaign_tallymark) AS low, pg_snapshot_xmin(pg_current_snapshot()) AS high
    ), delta AS (
        {_DELTA.format(row=_ROW, columns=_COLUMNS, rows=_UP_TO_NOW)}
    ), moved AS (
        INSERT INTO campaign_tallymark (id, counted_before) SELECT 1, high FROM mark
        ON CONFLICT (id) DO UPDATE SET counted_before = EXCLUDED.counted_before
    ), taken AS (
        DELETE FROM campaign_tallymove RETURNING campaign_id, dimension, key, delta
    ), changed AS (
        {_SETS.format(table="delta", column="delta")}
        UNION ALL
        {_STATES.format(rows=_UP_TO_NOW)}
        UNION ALL
        SELECT campaign_id, dimension, key, delta FROM taken
    ), counted AS (
        INSERT INTO campaign_tally AS tally (campaign_id, dimension, key, count)
        SELECT campaign_id, dimension, key, SUM(delta) FROM changed
        GROUP BY campaign_id, dimension, key HAVING SUM(delta) <> 0
        ON CONFLICT (campaign_id, dimension, key) DO UPDATE SET count = tally.count + EXCLUDED.count
        RETURNING 1
    )
    SELECT COALESCE(SUM(ABS(delta)), 0) FROM delta
"""

_BOTH_SIDES = f"""(
    SELECT {_COLUMNS}, n FROM confirmed UNION ALL SELECT {_COLUMNS}, -delta FROM uncounted
) both_sides"""

# The counts that are not what they should be by now: what there is, less what is still to count. One snapshot.
# Where signers came from stands nowhere else, so nothing can be said of it.
_DRIFT = f"""
    WITH mark AS (SELECT (SELECT counted_before FROM campaign_tallymark) AS low),
    confirmed AS (
        SELECT {_ROW}, COUNT(*) AS n FROM campaign_signature WHERE state = 'confirmed' GROUP BY {_COLUMNS}
    ), uncounted AS (
        {_DELTA.format(row=_ROW, columns=_COLUMNS, rows=_SINCE)}
    ), is_there AS (
        {_SETS.format(table=_BOTH_SIDES, column="n")}
        UNION ALL
        SELECT campaign_id, 'state', state, COUNT(*) FROM campaign_signature GROUP BY campaign_id, state
        UNION ALL
        SELECT campaign_id, 'letters', channel || ' ' || state, COUNT(*) FROM campaign_dispatch
        GROUP BY campaign_id, channel, state
        UNION ALL
        SELECT campaign_id, dimension, key, -delta FROM ({_STATES.format(rows=_SINCE)}) AS still_to_count
        UNION ALL
        SELECT campaign_id, dimension, key, -delta FROM campaign_tallymove WHERE dimension <> 'source'
    ), due AS (
        SELECT campaign_id, dimension, key, SUM(n)::int AS n FROM is_there GROUP BY campaign_id, dimension, key
    )
    SELECT COALESCE(due.campaign_id, tally.campaign_id), COALESCE(due.dimension, tally.dimension),
           COALESCE(due.key, tally.key), COALESCE(tally.count, 0), COALESCE(due.n, 0)
    FROM due FULL JOIN (SELECT * FROM campaign_tally WHERE dimension <> 'source') tally
        USING (campaign_id, dimension, key)
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
    """Count what is new since the last time. Returns how many were confirmed or withdrawn; 0 when another counts."""
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
        note_recount(len(found), mended=mend)
    return found
