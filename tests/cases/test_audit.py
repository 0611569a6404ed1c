"""A reading of what is sealed, and every step of a case towards the public and back, stands in the audit log."""

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import Entry
from cases import actions
from tests.cases.desk import CANARY, make_full_case

pytestmark = pytest.mark.django_db


def test_a_sealed_reading_is_recorded_without_what_was_read(chan):
    case = make_full_case(chan)
    assert actions.read_sealed(row=case, field="team_note", by=chan, reason="to check a date") == CANARY
    entry = Entry.objects.get(action="sealed_fields.read")
    assert (entry.by_id, entry.about, entry.reason) == (chan.pk, case.reference, "to check a date")
    assert entry.details == {"row": f"case {case.pk}", "field": "team_note"}
    assert CANARY not in str(Entry.objects.values_list())


def test_a_reading_that_is_refused_is_none(eun, chan):
    case = make_full_case(chan)
    with pytest.raises(PermissionDenied):
        actions.read_sealed(row=case, field="team_note", by=eun, reason="curious")
    assert not Entry.objects.filter(action="sealed_fields.read").exists()
