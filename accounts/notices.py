"""What people who work here are told: at the desk always, and by mail as each of them has chosen."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import notice_kinds
from accounts.models import DIGESTS, Mailing, Notice, NoticeChoice, NoticeDigest, User
from accounts.notice_kinds import NoticeKind
from outbox import actions as outbox
from outbox.kinds import CONFIRMATIONS, Kind
from outbox.kinds import register as register_mail
from outbox.models import Message

# By the clock of the site, before people begin; weekly ones on Monday.
DIGEST_HOUR = 8
# What was read is kept so long.
KEPT = dt.timedelta(days=90)


def register(kind: NoticeKind) -> None:
    """A notice, and its mail of the same name."""
    notice_kinds.add_kind(kind)
    register_mail(
        Kind(name=kind.name, queue=CONFIRMATIONS, may_repeat=True, load=notices_by_id, compose=mail_of_notice)
    )


@transaction.atomic
def tell(
    people: Iterable[User],
    kind: str,
    *,
    subject_id: int | None,
    path: str,
    about: str = "",
    language: str,
    not_before: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Each of them finds it at the desk, and has a mail of their own queued or waits for the digest.

    `path` is where it is looked at or done; `about`, what one has to know to tell it from others, says nothing of a
    supporter. What one has not read yet about the same row is replaced: people are told of it once, as it stands.
    """
    now = now or timezone.now()
    here = {person.pk: person for person in people if person.is_active}
    Notice.objects.unread().filter(person__in=here, kind=kind, subject_id=subject_id).delete()
    choices = choices_of(here, notice_kinds.get(kind).group)
    told = Notice.objects.bulk_create(
        Notice(
            person=person,
            kind=kind,
            subject_id=subject_id,
            path=path,
            about=about[:300],
            language=language,
            at=now,
            mail_at=next_digest(choices[pk], now),
        )
        for pk, person in sorted(here.items())
    )
    for notice in told:
        if choices[notice.person_id] == Mailing.AT_ONCE:
            outbox.enqueue(kind=kind, subject_id=notice.pk, language=language, not_before=not_before, now=now)


def choices_of(people: Collection[int], group: str) -> dict[int, Mailing]:
    """How each of these people hears of the group."""
    chosen = NoticeChoice.objects.filter(person__in=people, group=group).values_list("person", "mailing")
    return dict.fromkeys(people, Mailing.AT_ONCE) | {pk: Mailing(mailing) for pk, mailing in chosen if group}


def next_digest(mailing: str, now: dt.datetime) -> dt.datetime | None:
    """When the next one goes; None where none is wanted."""
    if mailing not in DIGESTS:
        return None
    local = timezone.localtime(now)
    at = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if at <= local:
        at += dt.timedelta(days=1)
    return at + dt.timedelta(days=-at.weekday() % 7) if mailing == Mailing.WEEKLY else at


def notices_by_id(messages: Sequence[Message]) -> Mapping[int, Notice]:
    """With the rows that they are about: one query for each kind."""
    notices = Notice.objects.select_related("person").in_bulk([message.subject_id for message in messages])
    load = notice_kinds.get(messages[0].kind).load
    if load:
        # The room knows its rows by their own ids.
        asked = [Message(subject_id=notice.subject_id) for notice in notices.values()]
        rows = load(asked)
        for notice in notices.values():
            notice.row = rows.get(notice.subject_id or 0)  # type: ignore[attr-defined]
    return notices


def mail_of_notice(message: Message) -> EmailMessage | None:
    """To the one person, and nobody else; nothing where they have read it at the desk, or left."""
    notice = message.subject
    if not isinstance(notice, Notice) or notice.read_at or not notice.person.is_active:
        return None
    message.subject = getattr(notice, "row", None)
    mail = notice_kinds.get(message.kind).compose(message)
    if mail is not None:
        mail.to = [notice.person.email]
    return mail


@transaction.atomic
def choose(*, person: User, mailings: Mapping[str, str], now: dt.datetime | None = None) -> None:
    """Group by group. What waits for a digest goes by the new choice too; by `at once`, with the next day's."""
    now = now or timezone.now()
    for group, mailing in mailings.items():
        NoticeChoice.objects.update_or_create(person=person, group=group, defaults={"mailing": mailing})
        waiting = Notice.objects.filter(person=person, kind__in=notice_kinds.in_group(group), mail_at__isnull=False)
        again = Mailing.DAILY if mailing == Mailing.AT_ONCE else mailing
        waiting.update(mail_at=next_digest(again, now))


@transaction.atomic
def end_digests(*, person: User) -> None:
    """What came in them stays at the desk from now on; mails at once are as they were."""
    NoticeChoice.objects.filter(person=person, mailing__in=DIGESTS).update(mailing=Mailing.NEVER)
    Notice.objects.filter(person=person, mail_at__isnull=False).update(mail_at=None)


def mark_read(notices: QuerySet[Notice], *, now: dt.datetime | None = None) -> int:
    return notices.filter(read_at__isnull=True).update(read_at=now or timezone.now())


def make_digests(*, now: dt.datetime | None = None) -> int:
    """One mail to each person for whom something is due. Returns how many; running it twice at once is harmless."""
    now = now or timezone.now()
    people = Notice.objects.due(now).order_by().values_list("person", flat=True).distinct()
    return sum(_make_digest(person, now=now) for person in people)


@transaction.atomic
def _make_digest(person: int, *, now: dt.datetime) -> bool:
    due = list(Notice.objects.due(now).filter(person=person).select_for_update(skip_locked=True).order_by("pk"))
    if not due:
        return False
    digest = NoticeDigest.objects.create(person_id=person, at=now)
    Notice.objects.filter(pk__in=[notice.pk for notice in due]).update(digest=digest, mail_at=None)
    return outbox.enqueue(kind="notice_digest", subject_id=digest.pk, language=due[-1].language, now=now)


@transaction.atomic
def forget_old(*, now: dt.datetime | None = None) -> int:
    """Notices that were read long ago, those of people who have left, and old digests."""
    now = now or timezone.now()
    read = Notice.objects.filter(read_at__lt=now - KEPT)
    of_people_who_left = Notice.objects.filter(person__state=User.State.LEFT)
    number = read.delete()[0] + of_people_who_left.delete()[0]
    NoticeDigest.objects.filter(at__lt=now - KEPT).delete()
    return number
