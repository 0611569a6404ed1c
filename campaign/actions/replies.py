"""What came back: noted as it arrives, and sorted by a person where a machine can't tell."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from audit.log import record
from campaign.models import Campaign, DeliveryPoint, Digest, Dispatch, Reply, Signature


@transaction.atomic
def record_reply(
    *,
    campaign: Campaign,
    point: DeliveryPoint,
    kind: str,
    received_at: dt.datetime,
    text: str = "",
    excerpt: str = "",
    dispatch: Dispatch | None = None,
    digest: Digest | None = None,
    channel: str = Dispatch.Channel.EMAIL,
    by: User | None = None,
) -> Reply:
    """The letters that it answers are `replied` then, unless the reply is automatic or nobody has read it yet."""
    reply = Reply(
        campaign=campaign,
        point=point,
        dispatch=dispatch,
        digest=digest,
        channel=channel,
        kind=kind,
        received_at=received_at,
        text=text or None,
        excerpt=excerpt,
        recorded_by=by,
    )
    letters = list(reply.letters.locked().order_by("pk"))
    # Who was answered may be erased by now, and would be called by name in it.
    if Signature.objects.filter(dispatches__in=letters, erased_at__isnull=False).exists():
        reply.text = None
    reply.save()
    if by:
        record("replies.noted", by=by, about=campaign, reply=reply.pk, kind_of_reply=kind, channel=channel)
    _letters_follow(letters, reply, by=by)
    return reply


@transaction.atomic
def sort_reply(*, reply: Reply, kind: str, excerpt: str, by: User) -> None:
    """Somebody has read it: what it is, and what everyone may read of it. A mistake is put right the same way."""
    read = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    read.kind, read.excerpt = kind, excerpt
    read.save(update_fields=["kind", "excerpt"])
    record("replies.sorted", by=by, about=read.campaign, reply=read.pk, kind_of_reply=kind, excerpt=bool(excerpt))
    _letters_follow(read.letters.locked().order_by("pk"), read, by=by)


def _letters_follow(letters: Iterable[Dispatch], reply: Reply, *, by: User | None) -> None:
    for letter in letters:
        answered = Reply.objects.answers().to_letter(letter).exists()
        if answered and letter.may_move(Dispatch.State.REPLIED):
            letter.move(Dispatch.State.REPLIED, by=by, reason=f"reply {reply.pk}")
        elif not answered and letter.state == Dispatch.State.REPLIED:
            # Taken for an answer by mistake: as it was before.
            before = letter.changes.filter(new=Dispatch.State.REPLIED).latest("pk").old
            letter.move(before, by=by, reason=f"reply {reply.pk} is no answer")
