"""The way of a signature: signed, confirmed, withdrawn, erased."""

import datetime as dt
import hashlib
import hmac
from typing import Any, TypedDict

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from campaign import rules
from campaign.actions.deliveries import cancel_unsent, plan_dispatches
from campaign.actions.holding import end_check
from campaign.actions.opting_in import keep_opt_ins
from campaign.actions.own_words import leave_words
from campaign.models import OwnWords, Reply, Signature, Unsubscription, Volunteer
from outbox import actions as outbox
from outbox.prepared import prepared_cursor
from privacy.indexes import address_index


class NotAccepting(Exception):
    """The campaign takes no signature now, or the letter that was read is no longer the one that is signed."""


class LinkUsed(Exception):
    """The link was good once: its signature has moved on since."""


class ContentChanged(Exception):
    """What would be confirmed is no longer what the page showed."""


class Person(TypedDict):
    """What the sign form asks, cleaned."""

    name: str
    email: str
    country: str
    display: str
    own_words: str
    city: str
    wants_updates: bool
    # Organisations, of which only the campaign's partners are kept.
    updates_from: list[int]


_CONTENT: tuple[str, ...] = ("letter_id", "language", "name", "email", "country", "city", "own_words", "display")
_CONTENT += ("wants_updates", "updates_from")
_VALUES = {name: f"%({name})s" for name in _CONTENT} | {
    # Whoever is no partner (any more) is left out without a word: who asks cannot have meant anybody else.
    "updates_from": """ARRAY(
            SELECT organisation_id FROM campaign_partnership
            WHERE campaign_id = asked.id AND state = 'accepted' AND organisation_id = ANY(%(updates_from)s::bigint[])
            ORDER BY organisation_id
        )"""
}

# One statement, so that the check that the campaign is open, the row and its uniqueness can't disagree, and so that an
# address that has signed costs the same as one that has not. A confirmed signature is left as it is.
_SIGN = f"""
    WITH asked AS (
        SELECT campaign.id, set_config('maninso.source', %(source)s, true) FROM campaign_campaign campaign
        WHERE campaign.slug = %(slug)s AND campaign.state = 'open'
          AND campaign.opens_at <= %(now)s AND campaign.closes_at > %(now)s
          AND %(letter_id)s = (
              SELECT id FROM campaign_letter
              WHERE campaign_id = campaign.id AND published_at IS NOT NULL ORDER BY version DESC LIMIT 1
          )
    ), signed AS (
        INSERT INTO campaign_signature AS mine (campaign_id, email_index, state, signed_at, {", ".join(_CONTENT)})
        SELECT id, %(email_index)s, 'pending', %(now)s, {", ".join(_VALUES.values())} FROM asked
        ON CONFLICT (campaign_id, email_index) DO UPDATE SET
            state = 'pending',
            revision = mine.revision + CASE mine.state WHEN 'pending' THEN 0 ELSE 1 END,
            confirmed_at = NULL,
            batch_id = NULL,
            signed_at = EXCLUDED.signed_at,
            {", ".join(f"{name} = EXCLUDED.{name}" for name in _CONTENT)}
        WHERE mine.state IN ('pending', 'withdrawn')
        RETURNING id
    )
    SELECT id FROM signed
    UNION ALL
    SELECT mine.id FROM campaign_signature mine JOIN asked ON asked.id = mine.campaign_id
    WHERE mine.email_index = %(email_index)s
    LIMIT 1
"""


def sign(
    *, slug: str, letter_id: int, language: str, person: Person, source: str = "", now: dt.datetime | None = None
) -> None:
    """Note a signature and queue the mail that asks to confirm it; says nothing of who signed before.

    Whoever has confirmed already gets a mail that says so instead. `source` is one of campaign.sources, or empty: a
    trigger counts it, and it never stands beside the signature. Raises NotAccepting.
    """
    now = now or timezone.now()
    index = address_index(person["email"])
    values = Signature(
        letter_id=letter_id,
        language=language,
        **{**person, "city": person["city"] or None, "own_words": person["own_words"] or None},
    )
    row: dict[str, Any] = {"slug": slug, "now": now, "email_index": index, "source": source}
    for name in _CONTENT:
        field = Signature._meta.get_field(name.removesuffix("_id"))
        row[name] = field.get_db_prep_save(getattr(values, name), connection)  # type: ignore[union-attr]
    with transaction.atomic(), prepared_cursor() as cursor:
        cursor.execute(_SIGN, row)
        found = cursor.fetchone()
        if found is None:
            raise NotAccepting
        outbox.enqueue(
            kind="confirmation",
            subject_id=found[0],
            address_index=index,
            language=language,
            quiet_since=now - rules.ONE_MAIL_PER,
        )


def digest_of(signature: Signature) -> str:
    """What a confirm page shows, as a keyless fingerprint: it only has to notice a change in between."""
    content = "\0".join(str(getattr(signature, name)) for name in _CONTENT)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


@transaction.atomic
def confirm_signature(
    *, signature_id: int, revision: int, shown: str, without_name: bool = False, now: dt.datetime | None = None
) -> Signature:
    """Pending becomes confirmed, and its letters are planned; repeating it right away is harmless.

    `without_name` hides the name and drops the city before anything goes out. Raises LinkUsed, ContentChanged.
    """
    now = now or timezone.now()
    try:
        signature = Signature.objects.locked().of_link(signature_id, revision).get()
    except Signature.DoesNotExist:
        raise LinkUsed from None
    if signature.state == Signature.State.CONFIRMED and just_confirmed(signature, now=now):
        return signature
    if signature.state != Signature.State.PENDING:
        raise LinkUsed
    if not hmac.compare_digest(shown.encode(), digest_of(signature).encode()):
        raise ContentChanged
    hidden: dict[str, Any] = {"display": Signature.Display.HIDDEN, "city": None} if without_name else {}
    signature.move(Signature.State.CONFIRMED, confirmed_at=now, **hidden)
    # A first beginning has none from before.
    if signature.updates_from or signature.revision:
        keep_opt_ins(signature, signature.updates_from, now=now)
    plan_dispatches(signature, now=now)
    return signature


def just_confirmed(signature: Signature, *, now: dt.datetime) -> bool:
    return signature.confirmed_at is not None and now - signature.confirmed_at < rules.REPEAT_WITHIN


@transaction.atomic
def withdraw_signature(*, signature: Signature, by: User | None = None) -> None:
    """Confirmed becomes withdrawn: it no longer counts, and letters that have not gone stay here.

    `by` is who does it for the supporter, where they have asked for it; None where they do it themselves.
    """
    locked = Signature.objects.locked().get(pk=signature.pk)
    if locked.state == Signature.State.WITHDRAWN:
        return
    reason = "withdrawn at the supporter's request" if by else "withdrawn by the supporter"
    locked.move(Signature.State.WITHDRAWN, by=by, reason=reason)
    cancel_unsent(locked)
    leave_words(locked)


@transaction.atomic
def erase_signature(*, signature: Signature, by: User | None = None, now: dt.datetime | None = None) -> None:
    """Remove the person for good: from the row, from mail that waits, and from letters that have not gone. `by` as in
    withdraw_signature.

    The count stays, and so does where the letter went, without whose it was.
    """
    locked = Signature.objects.locked().get(pk=signature.pk)
    if locked.erased_at is not None:
        return
    if locked.state == Signature.State.PENDING:
        locked.move(Signature.State.EXPIRED, by=by, reason="erased before it was confirmed")
    end_check(locked, now=now or timezone.now())
    cancel_unsent(locked)
    leave_words(locked)
    outbox.forget(kind="confirmation", subject_id=locked.pk)
    for dispatch_id in locked.dispatches.values_list("pk", flat=True):
        outbox.forget(kind="letter", subject_id=dispatch_id)
    outbox.forget(kind="news", subject_id=locked.pk)
    for words_id in OwnWords.objects.filter(signature=locked).values_list("pk", flat=True):
        outbox.forget(kind="words_left_out", subject_id=words_id)
    for mail_id in locked.update_mails.values_list("pk", flat=True):
        outbox.forget(kind="update", subject_id=mail_id)
    locked.dispatches.update(as_sent=None)
    # Whoever answered may have quoted the letter, and called its writer by name.
    Reply.objects.of_signature(locked).update(text=None)
    address = bytes(locked.email_index)
    for name in ("email_index", "name", "email", "city", "own_words"):
        setattr(locked, name, None)
    locked.display = Signature.Display.HIDDEN
    locked.wants_updates, locked.updates_from = False, []
    locked.opt_ins.all().delete()
    locked.revision += 1
    locked.erased_at = now or timezone.now()
    locked.save()
    if not (Signature.objects.of_address(address).exists() or Volunteer.objects.of_address(address).exists()):
        outbox.forget_address(address)
        Unsubscription.objects.filter(email_index=address).delete()


def request_links(*, email: str, language: str, now: dt.datetime | None = None) -> None:
    """Queue a mail with the links to this address's signatures; nothing is sent where there are none."""
    now = now or timezone.now()
    outbox.enqueue(
        kind="links", address_index=address_index(email), language=language, quiet_since=now - rules.ONE_MAIL_PER
    )


def expire_unanswered(*, now: dt.datetime | None = None) -> int:
    """Signatures that nobody confirmed in time: their person is removed with them. Returns how many."""
    now = now or timezone.now()
    due = Signature.objects.unanswered_since(now - rules.CONFIRM_WITHIN).order_by("pk")[:1000]
    with transaction.atomic():
        signatures = list(due.select_for_update(skip_locked=True))
        for signature in signatures:
            erase_signature(signature=signature, now=now)
    return len(signatures)
