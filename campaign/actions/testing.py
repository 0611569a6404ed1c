"""Letters that an organizer has sent to themselves."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from audit.log import record
from campaign import rules
from campaign.models import Campaign, DeliveryPoint, Letter, TestLetter
from outbox import actions as outbox


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
    asked = TestLetter.objects.filter(by=by).asked_since(now - dt.timedelta(hours=1)).count()
    wanted = [(point, language) for point in points for language in languages]
    left = rules.TEST_LETTERS_AN_HOUR - asked
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
