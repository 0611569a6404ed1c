"""A chain that breaks is told to superusers by mail, the next night at the latest."""

import pytest
from django.db import connection

from audit.log import record
from maninso import emails, tasks
from outbox.models import Message
from tests import factories
from tests.audit.committing import as_if_committed
from tests.told import mails_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(db):
    for _ in range(3):
        record("things.done")
    as_if_committed()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_entry SET reason = 'another' WHERE number = 2")


def test_superusers_are_told_which_entry_breaks_it(broken):
    root = factories.make_person("Root", is_staff=True, is_superuser=True)
    factories.make_person("Gone", is_staff=True, is_superuser=True, is_active=False, state="suspended")
    assert not tasks.verify_audit()
    (mail,) = mails_of("audit_broken")
    assert mail.to == [root.email]
    assert "Entry 2 of the audit log is not what was written" in " ".join(mail.body.split())
    assert "/desk/audit/" in mail.body


def test_nobody_is_told_of_a_chain_that_holds():
    record("things.done")
    as_if_committed()
    assert tasks.verify_audit()
    assert not Message.objects.exists()


def test_a_mail_that_is_no_longer_true_does_not_go():
    factories.make_person("Root", is_staff=True, is_superuser=True)
    as_if_committed()
    assert emails.audit_broken(Message(kind="audit_broken", language="en")) is None
