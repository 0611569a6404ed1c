"""Whoever keeps a record is told by mail that it is due for review, once."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from cases.actions import remind_of_reviews
from cases.models import Case, ReviewReminder
from cases.tasks import remind_of_reviews as task
from tests.cases.making import make_case
from tests.factories import make_person
from tests.told import mails_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LONG_AGO = TODAY - dt.timedelta(days=200)


def make_due(**fields):
    return make_case(**{"last_verified": LONG_AGO, "next_review": TODAY, **fields})


def composed():
    return next(iter(mails_of("review_due")), None)


def test_the_last_editor_is_told_once_and_anew_of_another_date(chan):
    case = make_due(edited_by=chan)
    assert remind_of_reviews() == 1
    assert task() == 0
    Case.objects.filter(pk=case.pk).update(next_review=TODAY - dt.timedelta(days=1))
    assert remind_of_reviews() == 1
    assert ReviewReminder.objects.filter(to=chan).count() == 2


def test_all_editors_are_told_where_the_last_one_has_left(chan, dana):
    gone = make_person("Gone", role=Role.EDITOR, is_staff=True, state=User.State.LEFT, is_active=False)
    make_due(edited_by=gone)
    make_due(edited_by=dana)
    remind_of_reviews()
    assert set(ReviewReminder.objects.values_list("to", flat=True)) == {chan.pk}


def test_nobody_is_told_of_what_is_not_due(chan):
    make_due(edited_by=chan, monitoring="closed")
    make_due(edited_by=chan, next_review=TODAY + dt.timedelta(days=1))
    assert remind_of_reviews() == 0


def test_the_mail_leads_to_the_record_and_names_nobody(chan):
    case = make_due(edited_by=chan)
    remind_of_reviews()
    mail = composed()
    assert mail.to == [chan.email]
    assert case.reference not in mail.subject
    assert f"/desk/cases/{case.reference}/" in mail.body
    assert "Nine people" not in mail.body + mail.alternatives[0].content


def test_no_mail_goes_once_the_record_was_reviewed_or_the_person_has_left(chan):
    case = make_due(edited_by=chan)
    remind_of_reviews()
    Case.objects.filter(pk=case.pk).update(next_review=TODAY + dt.timedelta(days=90))
    assert composed() is None
    Case.objects.filter(pk=case.pk).update(next_review=TODAY)
    assert composed() is not None
    chan.is_staff = False
    chan.save()
    assert composed() is None
