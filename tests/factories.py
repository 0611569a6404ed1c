"""Rows for tests: each function makes one thing that works, and takes what a test wants otherwise.

Times lie around `NOW`, the moment when the tests began, as the views look at the real clock.
"""

import datetime as dt
import itertools
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.roles import MemberRole, Role
from campaign import launching
from campaign.models import (
    AnswersFor,
    Campaign,
    CampaignText,
    DeliveryPoint,
    Dispatch,
    HandIn,
    Letter,
    LetterText,
    Observance,
    ObservanceText,
    Partnership,
    Review,
    Signature,
    Target,
    TargetText,
    Update,
    UpdateText,
    Volunteer,
)
from campaign.models.translated import TranslatedText
from privacy.indexes import address_index

NOW = timezone.now()
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)

_numbers = itertools.count(1)
Row = TypeVar("Row", bound=Model)


def fresh(row: Row) -> Row:
    """As the database has it now; `refresh_from_db` may not touch a protected state."""
    return type(row)._base_manager.get(pk=row.pk)


def wait_until_blocked(other: Future[Any]) -> None:
    """Until what `other` does waits for a lock that this connection holds, or has ended without."""
    with connection.cursor() as cursor:
        blocked = False
        while not blocked and not other.done():
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
            )
            blocked = cursor.fetchone()[0]


def while_another_saves(first: Callable[[], object], second: Callable[[], Any]) -> Any:
    """What `second` comes to, begun while `first` is done and not committed yet, and waiting for it."""

    def begin() -> Any:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            first()
            waiting = other.submit(begin)
            wait_until_blocked(waiting)
        return waiting.result(10)


def make_person(
    name: str,
    *,
    role: Role | None = None,
    organisation: Organisation | None = None,
    member: MemberRole = MemberRole.ORGANIZER,
    **fields: Any,
) -> User:
    person = User.objects.create_user(f"{name.lower()}@example.com", name=name, **fields)
    person.vouch_for_email()
    if role:
        person.groups.add(Group.objects.get_or_create(name=role)[0])
    if organisation:
        Membership.objects.create(user=person, organisation=organisation, role=member)
    return person


def make_organisation(slug: str = "lantern") -> Organisation:
    return Organisation.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def make_observance(slug: str = "lantern-day") -> Observance:
    observance = Observance.objects.create(slug=slug, month=9, day=24)
    ObservanceText.objects.create(
        observance=observance, language="en", name="Lantern Day", summary="A day of lanterns.", about="Since 1905."
    )
    return observance


def make_target(slug: str = "president") -> Target:
    target, made = Target.objects.get_or_create(slug=slug)
    if made:
        TargetText.objects.create(target=target, language="en", name="The President")
    return target


def make_point(
    name: str = "", *, target: Target | None = None, answers_for: tuple[str, ...] = (), **fields: Any
) -> DeliveryPoint:
    number = next(_numbers)
    target = target or make_target()
    defaults = {
        "kind": DeliveryPoint.Kind.EMBASSY,
        "name": name or f"Embassy {number}",
        "country": "PL",
        "city": "Warsaw",
        "email": f"embassy{number}@point.example",
    }
    point = DeliveryPoint.objects.create(target=target, **defaults | fields)
    for country in answers_for:
        AnswersFor.objects.create(point=point, country=country)
    return point


def make_campaign(slug: str = "", *, state: str = Campaign.State.OPEN, letter: bool = True, **fields: Any) -> Campaign:
    """Open, delivering, with a published letter in English and Chinese; `letter=False` leaves out all texts."""
    defaults: dict[str, Any] = {
        "slug": slug or f"campaign-{next(_numbers)}",
        "addressee_language": "zh-hans",
        "opens_at": NOW - 30 * DAY,
        "closes_at": NOW + 30 * DAY,
        "deliver_from": NOW - 20 * DAY,
        "deliver_until": NOW + 40 * DAY,
    }
    fields.setdefault("organisation", make_organisation())
    fields.setdefault("target", make_target())
    campaign = Campaign.objects.create(state=state, **defaults | fields)
    if letter:
        CampaignText.objects.create(
            campaign=campaign, language="en", title="Light the way", ask="Let them go home.", background="Ten people."
        )
        make_letter(campaign)
    return campaign


def make_letter(campaign: Campaign, *, version: int = 1, published: bool = True) -> Letter:
    letter = Letter.objects.create(campaign=campaign, version=version)
    texts = [
        LetterText(
            letter=letter,
            language=language,
            addressee="The President\nMain Street 1",
            salutation="Mr President," if language == "en" else "主席先生：",
            subject="About ten people" if language == "en" else "关于十个人",
            body=f"{body} (version {version})",
            closing="Respectfully," if language == "en" else "此致",
            name_suffix=suffix,
        )
        for language, body, suffix in (("en", "Please let them go.", ""), ("zh-hans", "请让他们走。", "谨启"))
    ]
    save_approved(*texts)
    if published:
        letter.publish(now=NOW - 30 * DAY)
    return letter


def make_signature(
    campaign: Campaign,
    *,
    email: str = "",
    state: str = Signature.State.PENDING,
    at: dt.datetime | None = None,
    **fields: Any,
) -> Signature:
    """Signed at `at`, and confirmed then too where the state asks for it. No mail, no letter: rows only."""
    email = email or f"supporter{next(_numbers)}@people.example"
    at = at or NOW - HOUR
    values = {
        "letter": campaign.letters.published().first(),
        "language": "en",
        "email_index": address_index(email),
        "name": "Ara Kim",
        "country": "PL",
        "display": Signature.Display.FULL,
        "signed_at": at,
    }
    signature = Signature.objects.create(campaign=campaign, email=email, **values | fields)
    if state in (Signature.State.CONFIRMED, Signature.State.WITHDRAWN):
        signature.move(Signature.State.CONFIRMED, confirmed_at=at)
    if state != signature.state:
        signature.move(state)
    return signature


def make_dispatch(signature: Signature, point: DeliveryPoint, **fields: Any) -> Dispatch:
    return Dispatch.objects.create(signature=signature, point=point, **{"planned_at": NOW} | fields)


def make_hand_in(campaign: Campaign, point: DeliveryPoint, **fields: Any) -> HandIn:
    return HandIn.objects.create(campaign=campaign, point=point, **{"day": (NOW + 7 * DAY).date()} | fields)


def make_volunteer(
    hand_in: HandIn, *, email: str = "", state: str = Volunteer.State.PENDING, **fields: Any
) -> Volunteer:
    """Offered an hour ago. A row only: nobody is told, and no pack is asked for, whatever its state."""
    email = email or f"volunteer{next(_numbers)}@people.example"
    values = {
        "email_index": address_index(email),
        "name": "Mina Park",
        "language": "en",
        "safety_read_at": NOW - HOUR,
        "offered_at": NOW - HOUR,
    }
    volunteer = Volunteer.objects.create(hand_in=hand_in, email=email, **values | fields)
    for step in (Volunteer.State.CONFIRMED, state):
        if state != volunteer.state:
            volunteer.move(step)
    if state == Volunteer.State.ACCEPTED:
        hand_in.move(HandIn.State.CLAIMED, coordinator=volunteer)
    return volunteer


def make_partnership(
    campaign: Campaign, organisation: Organisation, *, by: User, accepted: bool = False, **fields: Any
) -> Partnership:
    partnership = Partnership.objects.create(campaign=campaign, organisation=organisation, asked_by=by, **fields)
    if accepted:
        partnership.move(Partnership.State.ACCEPTED)
    return partnership


def save_approved(source: TranslatedText, *translations: TranslatedText) -> None:
    """A text with its translations, which stand."""
    source.save()
    for text in translations:
        text.approve(source=source, by=None)
        text.save()


def make_update(
    campaign: Campaign, by: User, *, title: str = "They are home", words: str = "All ten of them.", **fields: Any
) -> Update:
    """A draft in English."""
    update = Update.objects.create(campaign=campaign, written_by=by, **fields)
    UpdateText.objects.create(update=update, language="en", title=title, words=words)
    return update


def make_review(campaign: Campaign, *, by: User | None = None, **fields: Any) -> Review:
    """Handed over as it is now, by somebody who may be nobody else of the test; the campaign's state is not touched."""
    by = by or make_person(f"Author{next(_numbers)}", organisation=campaign.organisation, is_staff=True)
    return Review.objects.create(
        campaign=campaign, submitted_by=by, **{"content": launching.content_of(campaign)} | fields
    )
