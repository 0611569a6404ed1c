"""Telling people that a record has to be looked at again."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.notices import tell
from accounts.roles import Role
from cases import rules
from cases.models import Case, ReviewReminder


def remind_of_reviews(*, today: dt.date | None = None) -> int:
    """One notice for each case that is due, to whoever edited it last, or to all editors where they have left.

    Harmless to repeat: each person is told once of each date.
    """
    told = 0
    with transaction.atomic():
        editors = list(User.objects.filter(groups__name=Role.EDITOR, is_active=True).order_by("pk"))
        due = Case.objects.for_desk().due_for_review(today or timezone.localdate()).order_by("pk")
        for case in due:
            last = case.edited_by
            for person in [last] if last and rules.may_edit(last) else editors:
                reminder, is_new = ReviewReminder.objects.get_or_create(case=case, to=person, due=case.next_review)
                if is_new:
                    tell(
                        [person],
                        "review_due",
                        subject_id=reminder.pk,
                        path=reverse("case_desk:case", args=[case.reference]),
                        about=case.reference,
                        language=settings.LANGUAGE_CODE,
                    )
                    told += 1
    return told
