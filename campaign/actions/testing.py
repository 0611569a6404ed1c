"""A campaign tried before anybody signs: letters to oneself, and the whole way of a supporter."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from audit.log import record
from campaign import rules
from campaign.models import Campaign, DeliveryPoint, Letter, TestLetter, TestSignature
from outbox import actions as outbox

HOUR = dt.timedelta(hours=1)


class TooManyTests(Exception):
    """This person has had as many test letters in this hour as there are; `left` more can be asked for."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


@transaction.atomic
def send_test_letters(
    *,
    campaign: Campaign,
    letter: Letter,
    points: Iterable[DeliveryPoint],
    languages: Iterable[str],
    display: str,
    own_words: str,
    by: User,
    now: dt.datetime | None = None,
) -> int:
    """One for each point and each language of a supporter, to the person's own address. Raises TooManyTests."""
    now = now or timezone.now()
    User.objects.select_for_update().get(pk=by.pk)
    wanted = [(point, language) for point in points for language in languages]
    left = rules.TEST_LETTERS_AN_HOUR - _asked(by, now)
    if len(wanted) > left:
        raise TooManyTests(left)
    for point, language in wanted:
        test = TestLetter.objects.create(
            campaign=campaign,
            letter=letter,
            point=point,
            by=by,
            language=language,
            display=display,
            own_words=own_words or None,
            asked_at=now,
        )
        outbox.enqueue(kind="test_letter", subject_id=test.pk, language=get_language() or "en", now=now)
    record("test_letters.asked", by=by, about=campaign, count=len(wanted))
    return len(wanted)


@transaction.atomic
def sign_as_test(
    *,
    campaign: Campaign,
    letter: Letter,
    language: str,
    by: User,
    typed: Mapping[str, Any],
    now: dt.datetime | None = None,
) -> TestSignature:
    """Sign as a supporter would, and get the mail that asks to confirm: at one's own address alone, and nothing counts.

    Raises TooManyTests.
    """
    now = now or timezone.now()
    User.objects.select_for_update().get(pk=by.pk)
    if TestSignature.objects.filter(by=by, signed_at__gt=now - HOUR).count() >= rules.TEST_LETTERS_AN_HOUR:
        raise TooManyTests(0)
    signed = TestSignature.objects.create(
        campaign=campaign,
        letter=letter,
        by=by,
        language=language,
        name=typed["name"],
        country=typed["country"],
        city=typed.get("city") or None,
        own_words=typed.get("own_words") or None,
        display=typed["display"],
        signed_at=now,
    )
    outbox.enqueue(kind="test_confirmation", subject_id=signed.pk, language=language, now=now)
    return signed


@transaction.atomic
def confirm_test(*, signed: TestSignature, now: dt.datetime | None = None) -> list[TestLetter]:
    """What confirming does to a signature, done to a test: the letter that would go to each place comes to oneself, as
    many as are left in this hour. Confirming again changes nothing.
    """
    now = now or timezone.now()
    locked = TestSignature.objects.select_for_update().get(pk=signed.pk)
    User.objects.select_for_update().get(pk=locked.by_id)
    if locked.confirmed_at:
        return list(locked.letters.all())
    locked.confirmed_at = now
    locked.save(update_fields=["confirmed_at"])
    left = rules.TEST_LETTERS_AN_HOUR - _asked(locked.by, now)
    made = [
        TestLetter.objects.create(
            campaign=locked.campaign,
            letter=locked.letter,
            point=point,
            by=locked.by,
            under=locked,
            language=locked.language,
            display=locked.display,
            own_words=locked.own_words,
            asked_at=now,
        )
        for point in rules.points_reached(locked.campaign, locked.country)[: max(left, 0)]
    ]
    for test in made:
        outbox.enqueue(kind="test_letter", subject_id=test.pk, language=get_language() or "en", now=now)
    return made


def _asked(by: User, now: dt.datetime) -> int:
    return TestLetter.objects.filter(by=by).asked_since(now - HOUR).count()
