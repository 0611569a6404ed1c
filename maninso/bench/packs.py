"""Packs for a hand-in: from asking to the last volume, one after the other, as the worker of a laptop makes them."""

import resource
import time
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Sum

from campaign import actions
from campaign.models import Campaign, DeliveryPoint, Dispatch, Pack
from maninso.services.trouble import Trouble
from privacy.sealing import seal

# docs/performance.md; seconds for so many signatures, and megabytes for any number.
SIGNATURES, ALL = 178_921, 1_000_000
SECONDS = {SIGNATURES: 60, ALL: 300}
MEGABYTES = 400

NAMES = [
    "Maria Kowalska",
    "김하늘",
    "李明",
    "山田太郎",
    "محمد علي",
    "Олена Шевченко",
    "Nguyễn Thị Minh Khai",
    "สมชาย ใจดี",
]
WORDS = "Please let them go home. Nobody should be sent back to fear."

# One in sixteen adds own words; the sealed values are copies, the addresses' indexes are not.
_SIGN = """
    INSERT INTO campaign_signature (campaign_id, letter_id, language, email_index, name, email, country, own_words,
        display, wants_updates, state, signed_at, confirmed_at)
    SELECT %(campaign)s, %(letter)s, 'en', sha256(convert_to(%(who)s || number, 'UTF8')),
        (%(names)s::bytea[])[1 + number %% %(kinds)s], %(email)s, 'PL',
        CASE number %% 16 WHEN 0 THEN %(words)s::bytea END,
        'full', false, 'confirmed', now(), now() + number * interval '1 millisecond'
    FROM generate_series(1, %(count)s) number
"""


@dataclass(frozen=True)
class Limit:
    """What must not be exceeded; none where nothing was agreed for this number."""

    name: str
    value: float
    unit: str
    limit: float | None


def measure(campaign: Campaign, letter_id: int, count: int) -> list[Limit]:
    """Raises Trouble."""
    sign(campaign, letter_id, count, who="packs ")
    point = DeliveryPoint.objects.filter(target=campaign.target).order_by("pk")[0]
    begun, spent = time.perf_counter(), _processor()
    packs = actions.ask_for_packs(
        campaign=campaign, point=point, channel=Dispatch.Channel.HAND, paper="a4", language="en", by=None
    )
    planned = time.perf_counter() - begun
    while actions.make_next_pack():
        pass
    took, spent = time.perf_counter() - begun, _processor() - spent
    ready = Pack.objects.filter(pk__in=[pack.pk for pack in packs], state=Pack.State.READY)
    found = ready.aggregate(signatures=Sum("count"), pages=Sum("pages"))
    if len(packs) != ready.count() or found["signatures"] < count:
        raise Trouble(f"{count} signatures were asked for on paper, and {found['signatures']} are.")
    # The largest of all children of this process: no other comes near.
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    name = f"pack_{count}"
    return [
        Limit(f"{name}_planned", planned, "s", None),
        Limit(f"{name}_ready", took, "s", SECONDS.get(count)),
        # Ours and the children's, not the database's: what a busy machine does not change.
        Limit(f"{name}_processor", spent, "s", None),
        Limit(f"{name}_memory", memory, "MB", MEGABYTES),
        Limit(f"{name}_pages", found["pages"], "pages", None),
        Limit(f"{name}_volumes", len(packs), "volumes", None),
    ]


def _processor() -> float:
    both = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def sign(campaign: Campaign, letter_id: int, count: int, *, who: str) -> None:
    """So many confirmed signatures, by rows alone. `who` are they: nobody signs twice."""
    values: dict[str, Any] = {
        "campaign": campaign.pk,
        "letter": letter_id,
        "names": [seal(name, context="campaign.Signature.name") for name in NAMES],
        "kinds": len(NAMES),
        "email": seal("packs@people.example", context="campaign.Signature.email"),
        "words": seal(WORDS, context="campaign.Signature.own_words"),
        "count": count,
        "who": who,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SIGN, values)
        # As autovacuum does it within a minute of any real wave of signatures.
        cursor.execute("ANALYZE campaign_signature")
