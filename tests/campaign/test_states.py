"""States have one door: the table is kept by `move` and by the database, and every change leaves one row."""

import itertools

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django_fsm import TransitionNotAllowed

from campaign.models import (
    AddressHealth,
    Campaign,
    CampaignChange,
    Dispatch,
    DispatchChange,
    Signature,
    SignatureChange,
)
from tests.factories import NOW, fresh, make_campaign, make_dispatch, make_signature, wait_until_blocked

# What states ask for beside themselves, so that only the table can refuse.
FILLED = {
    Signature: {"confirmed_at": NOW},
    Dispatch: {"queued_at": NOW, "accepted_at": NOW},
    Campaign: {},
    AddressHealth: {"refused_at": NOW},
}


def make_row(model, state, campaign, point):
    """A row that begins in that state."""
    if model is Campaign:
        return make_campaign(state=state, letter=False)
    if model is AddressHealth:
        return AddressHealth.objects.create(point=point, state=state, **FILLED[AddressHealth])
    signature = make_signature(campaign)
    if model is Dispatch:
        return make_dispatch(signature, point, state=state, **FILLED[Dispatch])
    values = {field.attname: getattr(signature, field.attname) for field in Signature._meta.concrete_fields}
    signature.delete()
    return Signature.objects.create(**values | {"id": None, "state": state} | FILLED[Signature])


def pairs(*, allowed):
    return [
        pytest.param(model, old, new, id=f"{model.__name__}: {old} to {new}")
        for model in (Signature, Dispatch, Campaign, AddressHealth)
        for old, new in itertools.permutations(model.State.values, 2)
        if (new in model.TRANSITIONS.get(old, ())) == allowed
    ]


def write_state(row, state):
    """Past the door: what a careless script or a hand in psql would do."""
    with transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(state=state)


@pytest.mark.parametrize(("model", "old", "new"), pairs(allowed=False))
def test_a_step_that_is_not_in_the_table_is_refused_by_the_door_and_by_the_database(model, old, new, campaign, point):
    row = make_row(model, old, campaign, point)
    with pytest.raises(TransitionNotAllowed):
        row.move(new)
    assert row.state == old
    with pytest.raises(ProgrammingError, match="Invalid transition"):
        write_state(row, new)
    assert fresh(row).state == old
    assert not row.changes.exists()


@pytest.mark.parametrize(("model", "old", "new"), pairs(allowed=True))
def test_a_step_of_the_table_is_taken_and_leaves_one_row(model, old, new, campaign, point, bora):
    row = make_row(model, old, campaign, point)
    row.move(new, by=bora, reason="because")
    assert fresh(row).state == new
    change = row.changes.get()
    assert (change.old, change.new, change.by, change.reason) == (old, new, bora, "because")


@pytest.mark.parametrize("model", [Signature, Dispatch, Campaign, AddressHealth])
def test_an_unknown_state_is_refused(model, campaign, point):
    row = make_row(model, model.State.values[0], campaign, point)
    with pytest.raises(DatabaseError):
        write_state(row, "lost")
    with pytest.raises(IntegrityError):
        make_row(model, "lost", campaign, point)


@pytest.mark.parametrize("model", [Signature, Dispatch, Campaign, AddressHealth])
def test_every_state_has_its_place_in_the_table(model):
    reachable = {model._meta.get_field("state").default, *itertools.chain(*model.TRANSITIONS.values())}
    assert reachable == set(model.State.values)
    assert set(model.TRANSITIONS) <= set(model.State.values)


def test_the_state_cannot_be_assigned(campaign):
    with pytest.raises(AttributeError):
        campaign.state = "closed"


def test_a_bulk_statement_cannot_forget_the_log(campaign):
    for _ in range(3):
        make_signature(campaign)
    Signature.objects.update(state="held")
    assert SignatureChange.objects.filter(old="pending", new="held").count() == 3


def test_writing_the_same_state_leaves_no_row(campaign):
    Campaign.objects.filter(pk=campaign.pk).update(state="open", goal=7)
    assert not CampaignChange.objects.exists()


def test_who_acted_and_why_is_not_said_of_the_next_step(campaign, bora):
    """Both may be steps of one transaction: a batch of mails, a task over several rows."""
    first, second = make_signature(campaign), make_signature(campaign)
    with transaction.atomic():
        first.move("held", by=bora, reason="looks odd")
        second.move("confirmed", confirmed_at=NOW)
    change = second.changes.get()
    assert (change.by, change.reason) == (None, "")


def test_a_step_that_failed_says_nothing_of_the_next(campaign, bora):
    first, second = make_signature(campaign), make_signature(campaign)
    with pytest.raises(IntegrityError), transaction.atomic():
        first.move("confirmed", by=bora, reason="without a time")
    second.move("held")
    assert (second.changes.get().by, second.changes.get().reason) == (None, "")
    assert fresh(first).state == "pending"


@pytest.mark.parametrize("old", ["confirmed", "withdrawn"])
def test_a_change_of_a_signature_carries_what_the_tally_counts_by(campaign, old):
    signature = make_signature(campaign, country="DE", at=NOW, state=old)
    change = signature.changes.get(new=old)
    assert (change.campaign, change.country, change.confirmed_at) == (campaign, "DE", NOW)


def test_the_log_of_signatures_is_append_only(campaign):
    make_signature(campaign, state="confirmed")
    with pytest.raises(ProgrammingError), transaction.atomic():
        SignatureChange.objects.update(country="XX")


@pytest.mark.django_db(transaction=True)
def test_the_door_waits_for_whoever_holds_the_row(campaign):
    """Two hands at one signature: the second sees what the first did."""
    from concurrent.futures import ThreadPoolExecutor

    from campaign import actions

    signature = make_signature(campaign, state="confirmed")

    def withdraw():
        try:
            actions.withdraw_signature(signature=signature)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            locked = Signature.objects.locked().get(pk=signature.pk)
            waiting = other.submit(withdraw)
            wait_until_blocked(waiting)
            locked.move("held")
        with pytest.raises(TransitionNotAllowed):
            waiting.result(10)
    assert [(change.old, change.new) for change in SignatureChange.objects.order_by("pk")] == [
        ("pending", "confirmed"),
        ("confirmed", "held"),
    ]
    assert not DispatchChange.objects.exists()
