"""Updates: written, asked for, released by a second person, sent in small steps, stopped; and who wants no more.

Sending is a task's work, a step each time: who wants the update is noted, some thousands at once; then mails are
queued, as many as the queue has room for and the hour allows. What stops an update does so as pauses stop letters: a
row says so; what is queued is called back; the worker looks once more when it takes a batch.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from audit.log import record
from campaign import notices, rules, update_rules
from campaign.actions.pauses import CALLED_BACK
from campaign.actions.testing import TooManyTests
from campaign.models import (
    Campaign,
    OptIn,
    Partnership,
    Pause,
    Signature,
    Unsubscription,
    Update,
    UpdateMail,
    UpdateTest,
)
from campaign.rules import Weight
from outbox import actions as outbox
from outbox.kinds import UPDATES
from outbox.models import Message
from outbox.models import State as MessageState
from outbox.wake import wake

# Noted in one transaction.
PLANNED_AT_ONCE = 5_000
# So many are called back at once when somebody presses stop.
IN_THE_QUEUE = 500


class UpdateChanged(Exception):
    """The words are no longer those that this person has seen."""


class CannotBeSentNow(Exception):
    """The campaign is not open yet, or in the archive; or whoever writes is no partner of it."""


class NobodyToTell(Exception):
    """Nobody asked for updates, and the page would not show it either."""


class NotForYouToRelease(Exception):
    """A second person has to, and this one is none."""


# --- Words -----------------------------------------------------------------------------------------------------------


def digest_of_update(update: Update) -> str:
    """What people get to read, as a fingerprint; empty where nothing is written yet."""
    texts = sorted((text.language, text.title, text.words) for text in update.texts.all())
    return hashlib.sha256(json.dumps([update.is_public, texts]).encode()).hexdigest() if texts else ""


@transaction.atomic
def write_update(
    *,
    campaign: Campaign,
    texts: Mapping[str, tuple[str, str]],
    is_public: bool,
    by: User,
    partner: Organisation | None = None,
    now: dt.datetime | None = None,
) -> Update:
    """A draft with a title and words by language; of the campaign's own organisation, or of a partner."""
    update = Update.objects.create(
        campaign=campaign, partner=partner, is_public=is_public, written_by=by, written_at=now or timezone.now()
    )
    _write(update, texts)
    record("updates.written", by=by, about=update, languages=sorted(texts), **_writer(update))
    return update


def _writer(update: Update) -> dict[str, str]:
    return {"partner": update.partner.slug} if update.partner else {}


@transaction.atomic
def rewrite_update(
    *,
    update: Update,
    texts: Mapping[str, tuple[str, str]],
    is_public: bool,
    seen: str,
    by: User,
    now: dt.datetime | None = None,
) -> None:
    """Raises UpdateChanged where somebody else has written meanwhile, or it is no draft any more."""
    locked = Update.objects.locked().get(pk=update.pk)
    if locked.state != Update.State.DRAFT or digest_of_update(locked) != seen:
        raise UpdateChanged
    locked.is_public, locked.written_by, locked.written_at = is_public, by, now or timezone.now()
    locked.save(update_fields=["is_public", "written_by", "written_at"])
    _write(locked, texts)
    record("updates.rewritten", by=by, about=locked, languages=sorted(texts))


def _write(update: Update, texts: Mapping[str, tuple[str, str]]) -> None:
    update.texts.exclude(language__in=texts).delete()
    for language, (title, words) in texts.items():
        update.texts.update_or_create(language=language, defaults={"title": title, "words": words})


@transaction.atomic
def delete_update(*, update: Update, by: User) -> None:
    """A draft; raises UpdateChanged for what is more than that."""
    locked = Update.objects.locked().get(pk=update.pk)
    if locked.state != Update.State.DRAFT:
        raise UpdateChanged
    record("updates.deleted", by=by, about=locked)
    locked.delete()


@transaction.atomic
def send_test_update(*, update: Update, languages: Iterable[str], by: User, now: dt.datetime | None = None) -> int:
    """As supporters would get it, to the person's own address. Raises TooManyTests."""
    now = now or timezone.now()
    User.objects.select_for_update().get(pk=by.pk)
    languages = list(languages)
    asked = UpdateTest.objects.filter(by=by).asked_since(now - dt.timedelta(hours=1)).count()
    if len(languages) > (left := update_rules.TESTS_AN_HOUR - asked):
        raise TooManyTests(left)
    for language in languages:
        test = UpdateTest.objects.create(update=update, by=by, language=language, asked_at=now)
        outbox.enqueue(kind="update_test", subject_id=test.pk, language=language, now=now)
    return len(languages)


# --- Asking, releasing, stopping -------------------------------------------------------------------------------------


@transaction.atomic
def ask_to_send(
    *, update: Update, seen: str, by: User, send_at: dt.datetime | None = None, time_zone: str = "UTC",
    now: dt.datetime | None = None,
) -> Update:  # fmt: skip
    """To all who asked for updates, at that time or at once; to many, when a second person has released it.

    Raises UpdateChanged, CannotBeSentNow, NobodyToTell.
    """
    now = now or timezone.now()
    locked = Update.objects.locked().get(pk=update.pk)
    if locked.state != Update.State.DRAFT or not seen or digest_of_update(locked) != seen:
        raise UpdateChanged
    if not update_rules.may_be_sent(locked.campaign, locked.partner):
        raise CannotBeSentNow
    recipients = _recipients(locked)
    if not (recipients or locked.is_public):
        raise NobodyToTell
    many = update_rules.needs_a_second_person(recipients)
    locked.move(
        Update.State.WAITING if many else Update.State.SCHEDULED,
        by=by,
        asked_by=by,
        digest=seen,
        send_at=send_at or now,
        time_zone=time_zone,
    )
    record("updates.asked", by=by, about=locked, recipients=recipients, **_writer(locked))
    if many:
        notices.update_waits(locked)
    return locked


def _recipients(update: Update) -> int:
    return update_rules.who_get_updates(update.campaign, update.partner).count()


@transaction.atomic
def release_update(*, update: Update, seen: str, by: User, now: dt.datetime | None = None) -> Update:
    """The second person has read it. Raises UpdateChanged, NotForYouToRelease."""
    locked = Update.objects.locked().get(pk=update.pk)
    if locked.state != Update.State.WAITING or not seen == locked.digest == digest_of_update(locked):
        raise UpdateChanged
    if not update_rules.may_release(by, locked):
        raise NotForYouToRelease
    recipients = _recipients(locked)
    locked.move(Update.State.SCHEDULED, by=by, released_by=by, released_at=now or timezone.now())
    record("updates.released", by=by, about=locked, recipients=recipients)
    return locked


@transaction.atomic
def take_back_update(*, update: Update, by: User) -> None:
    """A draft again, before anybody got it; whoever asked and released has to do so again. May be repeated."""
    locked = Update.objects.locked().get(pk=update.pk)
    if locked.may_move(Update.State.DRAFT):
        _back_to_draft(locked, by=by)
        record("updates.taken_back", by=by, about=locked)


def _back_to_draft(update: Update, *, by: User | None = None, reason: str = "") -> None:
    nobody = {"asked_by": None, "send_at": None, "digest": "", "released_by": None, "released_at": None}
    update.move(Update.State.DRAFT, by=by, reason=reason, **nobody)


@transaction.atomic
def stop_update(*, update: Update, by: User) -> None:
    """No worker takes another mail of it; those of a batch that one has already (100 at most) go. May be repeated."""
    locked = Update.objects.locked().get(pk=update.pk)
    if not locked.may_move(Update.State.STOPPED):
        return
    locked.move(Update.State.STOPPED, by=by)
    _call_back(locked)
    record("updates.stopped", by=by, about=locked, mails=UpdateMail.objects.counts_of(locked))


@transaction.atomic
def resume_update(*, update: Update, by: User) -> None:
    """Those who have it do not get it again. May be repeated. Raises CannotBeSentNow."""
    locked = Update.objects.locked().get(pk=update.pk)
    if locked.state == Update.State.STOPPED:
        if not update_rules.may_be_sent(locked.campaign, locked.partner):
            raise CannotBeSentNow
        locked.move(Update.State.SENDING, by=by)
        record("updates.resumed", by=by, about=locked)


@transaction.atomic
def end_update(*, update: Update, by: User, now: dt.datetime | None = None) -> None:
    """A stopped one, for good: who has not got it by now never does. May be repeated."""
    locked = Update.objects.locked().get(pk=update.pk)
    if locked.state == Update.State.STOPPED:
        locked.move(Update.State.ENDED, by=by, ended_at=now or timezone.now())
        record("updates.ended", by=by, about=locked, mails=UpdateMail.objects.counts_of(locked))


def halt_updates_of(partnership: Partnership, *, by: User) -> None:
    """It ends: what its partner is sending stops, and what is to be sent is a draft again."""
    for update in Update.objects.filter(campaign=partnership.campaign, partner=partnership.organisation):
        take_back_update(update=update, by=by)
        stop_update(update=update, by=by)


@transaction.atomic
def take_off_page(*, update: Update, reason: str, by: User, now: dt.datetime | None = None) -> None:
    """From the campaign's page, within seconds; who has it by mail keeps it. May be repeated.

    Raises PermissionDenied.
    """
    locked = _of_the_page(update, by)
    if locked.off_page_at is None:
        _set_off_page(locked, at=now or timezone.now(), by=by, reason=reason)
        record("updates.taken_off_page", by=by, about=locked, reason=reason)


@transaction.atomic
def put_back_on_page(*, update: Update, by: User) -> None:
    """May be repeated. Raises PermissionDenied."""
    locked = _of_the_page(update, by)
    if locked.off_page_at is not None:
        _set_off_page(locked, at=None, by=None, reason="")
        record("updates.put_back_on_page", by=by, about=locked)


def _of_the_page(update: Update, by: User) -> Update:
    locked: Update = Update.objects.locked().get(pk=update.pk)
    if not update_rules.may_take_off_page(by, locked):
        raise PermissionDenied
    return locked


def _set_off_page(update: Update, *, at: dt.datetime | None, by: User | None, reason: str) -> None:
    update.off_page_at, update.off_page_by, update.off_page_reason = at, by, reason
    update.save(update_fields=["off_page_at", "off_page_by", "off_page_reason"])


def _call_back(update: Update) -> None:
    queued = update.mails.filter(state=UpdateMail.State.QUEUED).values_list("pk", flat=True)
    outbox.cancel_all(kind="update", subject_ids=list(queued), reason=CALLED_BACK)


# --- Sending ---------------------------------------------------------------------------------------------------------

_QUEUE = """
    WITH next AS (
        SELECT id FROM campaign_updatemail WHERE update_id = %(update)s AND state = 'waiting'
        ORDER BY id LIMIT %(room)s FOR UPDATE SKIP LOCKED
    ), queued AS (
        UPDATE campaign_updatemail mail SET state = 'queued', queued_at = %(now)s
        FROM next WHERE mail.id = next.id
        RETURNING mail.id, mail.signature_id
    )
    INSERT INTO outbox_message (kind, subject_id, address_index, language, may_repeat, not_before, created_at)
    SELECT 'update', queued.id, signature.email_index, signature.language, false, %(now)s, %(now)s
    FROM queued JOIN campaign_signature signature ON signature.id = queued.signature_id
    ORDER BY queued.id
    ON CONFLICT DO NOTHING
"""


def send_updates(*, now: dt.datetime | None = None) -> None:
    """One step of every update whose time has come. Running it twice, or two at once, is harmless."""
    now = now or timezone.now()
    for update in Update.objects.due(now):
        _begin(update.pk, now=now)
    if _site_is_paused():
        return
    room, sending = _room(now), list(Update.objects.sending().values_list("pk", flat=True))
    for number, update_id in enumerate(sending):
        # A small one does not wait until a large one is through; what it leaves of its share the next ones have.
        share = -(-room // (len(sending) - number))
        room -= _send_some_of(update_id, room=share, now=now)


def _room(now: dt.datetime) -> int:
    """How many mails may be queued now: the line stays short, and the hour's limit is kept."""
    in_the_queue = Message.objects.filter(kind="update").unsettled().count()
    within_the_hour = UpdateMail.objects.filter(queued_at__gt=now - dt.timedelta(hours=1)).count()
    return max(0, min(IN_THE_QUEUE - in_the_queue, settings.UPDATES_AN_HOUR - within_the_hour))


@transaction.atomic
def _begin(update_id: int, *, now: dt.datetime) -> None:
    update = Update.objects.locked().due(now).filter(pk=update_id).first()
    if update is None:
        return
    if digest_of_update(update) != update.digest:
        _back_to_draft(update, reason="it has been changed since")
        return
    if not update_rules.may_be_sent(update.campaign, update.partner):
        _back_to_draft(update, reason="it can no longer be sent")
        return
    recipients = _recipients(update)
    if update_rules.needs_a_second_person(recipients) and update.released_by_id is None:
        update.move(Update.State.WAITING, reason="more people have asked for updates since")
        notices.update_waits(update)
        return
    update.move(Update.State.SENDING, started_at=now, recipients=recipients)
    record("updates.begun", by=update.asked_by, about=update, recipients=recipients)


@transaction.atomic
def _send_some_of(update_id: int, *, room: int, now: dt.datetime) -> int:
    """Returns how many were queued. Whoever stops it waits until this is committed, and calls it back then."""
    update = Update.objects.sending().select_for_update(of=("self",), skip_locked=True).filter(pk=update_id).first()
    if update is None:
        return 0
    if not update.is_planned:
        _plan_some_of(update)
    queued = _queue_some_of(update, room=room, now=now) if room else 0
    unsettled = [UpdateMail.State.WAITING, UpdateMail.State.QUEUED]
    if update.is_planned and not update.mails.filter(state__in=unsettled).exists():
        update.move(Update.State.SENT, ended_at=now)
        record("updates.sent", by=update.asked_by, about=update, mails=UpdateMail.objects.counts_of(update))
    return queued


def _plan_some_of(update: Update) -> None:
    """Whoever confirms while it is being sent is not among them: the number was shown, and released."""
    wanting = update_rules.who_get_updates(update.campaign, update.partner).filter(
        pk__gt=update.planned_to, confirmed_at__lte=update.started_at
    )
    found = list(wanting.order_by("pk").values_list("pk", flat=True)[:PLANNED_AT_ONCE])
    mails = [UpdateMail(update=update, signature_id=pk) for pk in found]
    UpdateMail.objects.bulk_create(mails, ignore_conflicts=True)
    update.planned_to = found[-1] if found else update.planned_to
    update.is_planned = len(found) < PLANNED_AT_ONCE
    update.save(update_fields=["planned_to", "is_planned"])


def _queue_some_of(update: Update, *, room: int, now: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, {"update": update.pk, "room": room, "now": now})
        queued = cursor.rowcount
    if queued:
        transaction.on_commit(partial(wake, UPDATES))
    return queued


def _site_is_paused() -> bool:
    return Pause.objects.standing().filter(scope=Pause.Scope.SITE).exists()


def updates_called_back(messages: Sequence[Message]) -> Mapping[int, str]:
    """Those of updates that somebody has stopped since: the worker's last look, when it takes a batch."""
    mails = UpdateMail.objects.filter(pk__in=[message.subject_id for message in messages])
    going = set() if _site_is_paused() else set(
        mails.filter(update__state=Update.State.SENDING).values_list("pk", flat=True)
    )  # fmt: skip
    return {message.pk: CALLED_BACK for message in messages if message.subject_id not in going}


_FOLLOWS = {
    MessageState.ACCEPTED: UpdateMail.State.SENT,
    MessageState.BOUNCED: UpdateMail.State.FAILED,
    MessageState.FAILED: UpdateMail.State.FAILED,
    MessageState.UNKNOWN: UpdateMail.State.FAILED,
    MessageState.CANCELLED: UpdateMail.State.LEFT,
}


def follow_update(message: Message, old: str) -> None:
    """What became of the mail becomes of its row, in the message's own transaction."""
    to = _FOLLOWS.get(MessageState(message.state))
    mail = UpdateMail.objects.filter(pk=message.subject_id or 0)
    if message.cancel_reason == CALLED_BACK:
        mail.may_become(UpdateMail.State.WAITING).update(state=UpdateMail.State.WAITING, queued_at=None)
    elif to:
        mail.may_become(to).update(state=to)
    if to == UpdateMail.State.FAILED and rules.weight_of(message.refusal) == Weight.HARD:
        _write_no_more(message, Unsubscription.Cause.BOUNCED)


def take_spam_report(message: Message) -> None:
    _write_no_more(message, Unsubscription.Cause.COMPLAINED)


# --- Who wants no more -----------------------------------------------------------------------------------------------


def _write_no_more(message: Message, cause: str) -> None:
    if message.address_index is not None:
        _note_unsubscription(bytes(message.address_index), organisation=None, cause=cause, now=timezone.now())


def _note_unsubscription(address: bytes, *, organisation: Organisation | None, cause: str, now: dt.datetime) -> None:
    Unsubscription.objects.update_or_create(
        email_index=address, organisation=organisation, defaults={"cause": cause, "at": now}
    )


@transaction.atomic
def unsubscribe(*, signature: Signature, opt_in: OptIn | None = None, now: dt.datetime | None = None) -> None:
    """No more updates to this address from the campaign's organisation, those in the queue included; with an opt-in,
    none that it was for, and nothing else ends. May be repeated; where the person is gone, there is nothing to do.
    """
    if opt_in is not None:
        signature.opt_ins.filter(pk=opt_in.pk).withdraw(now=now or timezone.now())
        return
    locked = Signature.objects.locked().select_related("campaign__organisation").get(pk=signature.pk)
    if locked.email_index is not None:
        organisation, cause = locked.campaign.organisation, Unsubscription.Cause.ASKED
        _note_unsubscription(
            bytes(locked.email_index), organisation=organisation, cause=cause, now=now or timezone.now()
        )


@transaction.atomic
def resubscribe(*, signature: Signature, opt_in: OptIn | None = None, now: dt.datetime | None = None) -> None:
    """Updates again, of this campaign and of the organisation's others that this address had asked for; with an
    opt-in, those that it is for, by a yes of now.
    """
    if opt_in is not None:
        signature.opt_ins.filter(pk=opt_in.pk).update(at=now or timezone.now(), withdrawn_at=None)
        return
    locked = Signature.objects.locked().select_related("campaign__organisation").get(pk=signature.pk)
    if locked.email_index is None:
        return
    left = Unsubscription.objects.against(locked.campaign.organisation)
    left.filter(email_index=bytes(locked.email_index)).delete()
    locked.wants_updates = True
    locked.save(update_fields=["wants_updates"])
