"""What came back: noted as it arrives, and sorted by a person where a machine can't tell."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from campaign.models import Campaign, DeliveryPoint, Dispatch, Reply, Signature

_ANSWERS = (Reply.Kind.FORM, Reply.Kind.SUBSTANTIVE)


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
    channel: str = Dispatch.Channel.EMAIL,
    by: User | None = None,
) -> Reply:
    """The letter that it answers is `replied` then, unless the reply is automatic or nobody has read it yet."""
    letter = Dispatch.objects.locked().get(pk=dispatch.pk) if dispatch else None
    # Who was answered may be erased by now, and would be called by name in it.
    nobody = letter is not None and Signature.objects.filter(pk=letter.signature_id, erased_at__isnull=False).exists()
    reply = Reply.objects.create(
        campaign=campaign,
        point=point,
        dispatch=dispatch,
        channel=channel,
        kind=kind,
        received_at=received_at,
        text=None if nobody else text or None,
        excerpt=excerpt,
        recorded_by=by,
    )
    _letter_follows(letter, reply, by=by)
    return reply


@transaction.atomic
def sort_reply(*, reply: Reply, kind: str, excerpt: str, by: User) -> None:
    """Somebody has read it: what it is, and what everyone may read of it. A mistake is put right the same way."""
    read = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    read.kind, read.excerpt = kind, excerpt
    read.save(update_fields=["kind", "excerpt"])
    _letter_follows(Dispatch.objects.locked().filter(replies=read).first(), read, by=by)


def _letter_follows(letter: Dispatch | None, reply: Reply, *, by: User | None) -> None:
    if letter is None:
        return
    answered = letter.replies.answers().exists()
    if answered and letter.may_move(Dispatch.State.REPLIED):
        letter.move(Dispatch.State.REPLIED, by=by, reason=f"reply {reply.pk}")
    elif not answered and letter.state == Dispatch.State.REPLIED:
        # Taken for an answer by mistake: as it was before.
        before = letter.changes.filter(new=Dispatch.State.REPLIED).latest("pk").old
        letter.move(before, by=by, reason=f"reply {reply.pk} is no answer")
