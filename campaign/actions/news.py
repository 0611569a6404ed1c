"""Supporters hear once, in one mail, what became of their letter: when all of it has ended (docs/adr/0015).

One statement looks at a stretch of a campaign's signatures and queues the mails that are due; a mark says where the
next begins. Rounds go on until everything is over, so nobody is forgotten whose letter ended later than others'.
"""

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone

from campaign import rules
from campaign.models import Campaign, Dispatch, NewsMark
from outbox.models import Message

# Confirmations leave by the same queue: one that is asked for now waits behind no more of these than a worker sends in
# seconds.
IN_THE_QUEUE = 1_000
# A fifth of a second's work.
LOOKED_AT = 20_000

# Not on the way any more, whatever may still be heard of them.
ENDED = [
    Dispatch.State.ACCEPTED,
    Dispatch.State.PRESUMED_DELIVERED,
    Dispatch.State.REPLIED,
    Dispatch.State.BOUNCED,
    Dispatch.State.UNKNOWN,
    Dispatch.State.POSTED,
    Dispatch.State.DELIVERED,
    Dispatch.State.RETURNED,
]
# Whoever erases or withdraws holds the signature's row: they are left out, or find the mail.
_QUEUE = """
    WITH looked AS MATERIALIZED (
        SELECT id, confirmed_at FROM campaign_signature
        WHERE campaign_id = %(campaign)s AND state = 'confirmed' AND erased_at IS NULL
            AND (confirmed_at, id) > (%(after)s, %(after_id)s)
        ORDER BY confirmed_at, id LIMIT %(looked_at)s
    ), due AS MATERIALIZED (
        SELECT looked.id, looked.confirmed_at FROM looked
        CROSS JOIN LATERAL (
            SELECT count(*) AS letters, count(*) FILTER (WHERE state <> ALL (%(ended)s)) AS under_way
            FROM campaign_dispatch WHERE signature_id = looked.id AND state <> ALL (%(nothing)s)
        ) became
        WHERE became.letters > 0 AND (%(all_over)s OR became.under_way = 0)
            AND NOT EXISTS (
                SELECT FROM outbox_message
                WHERE kind = 'news' AND subject_id = looked.id AND state <> 'cancelled'
            )
        ORDER BY looked.confirmed_at, looked.id LIMIT %(room)s
    ), standing AS MATERIALIZED (
        SELECT signature.id, signature.language, signature.email_index
        FROM campaign_signature signature JOIN due ON due.id = signature.id
        WHERE signature.state = 'confirmed' AND signature.email IS NOT NULL
        FOR NO KEY UPDATE OF signature SKIP LOCKED
    ), queued AS (
        INSERT INTO outbox_message (kind, subject_id, address_index, language, may_repeat, not_before, created_at)
        SELECT 'news', id, email_index, language, false, %(now)s, %(now)s FROM standing
        ON CONFLICT DO NOTHING
        RETURNING id
    ), reached AS (
        (SELECT confirmed_at, id FROM due WHERE (SELECT count(*) FROM due) = %(room)s)
        UNION ALL
        (SELECT confirmed_at, id FROM looked
         WHERE (SELECT count(*) FROM looked) = %(looked_at)s AND (SELECT count(*) FROM due) < %(room)s)
        ORDER BY confirmed_at DESC, id DESC LIMIT 1
    )
    SELECT (SELECT count(*) FROM queued), (SELECT confirmed_at FROM reached), (SELECT id FROM reached)
"""


def tell_supporters(*, now: dt.datetime | None = None) -> int:
    """Queue the news that is due, as far as the queue has room. Returns how many. Running it twice is harmless."""
    now = now or timezone.now()
    room = IN_THE_QUEUE - Message.objects.filter(kind="news").unsettled().count()
    queued = 0
    for campaign in rules.campaigns_with_news(now=now):
        if queued < room:
            queued += _tell_some_of(campaign, room=room - queued, now=now)
    return queued


@transaction.atomic
def _tell_some_of(campaign: Campaign, *, room: int, now: dt.datetime) -> int:
    NewsMark.objects.get_or_create(campaign=campaign, defaults={"began_at": now})
    mark = NewsMark.objects.select_for_update(skip_locked=True).filter(campaign=campaign).first()
    if mark is None:
        return 0
    over_at = rules.all_is_over_at(campaign)
    with connection.cursor() as cursor:
        cursor.execute(
            _QUEUE,
            {
                "campaign": campaign.pk,
                "after": mark.confirmed_at,
                "after_id": mark.signature_id,
                "looked_at": LOOKED_AT,
                "room": room,
                "ended": [str(state) for state in ENDED],
                "nothing": [str(state) for state in rules.NO_LETTER],
                "all_over": now >= over_at,
                "now": now,
            },
        )
        queued, confirmed_at, signature_id = cursor.fetchone()
    if signature_id is not None:
        mark.confirmed_at, mark.signature_id = confirmed_at, signature_id
    elif mark.began_at >= over_at:
        mark.ended_at = now
    else:
        mark.begin_again(now)
    mark.save()
    return queued
