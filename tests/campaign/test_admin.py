"""Campaigns in the admin: superusers look things up there, change nothing, and see nothing that is sealed."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaign.models import AddressHealth, Dispatch, Pack, Posting, SelfReport, Signature, Tally
from tests.factories import (
    NOW,
    fresh,
    make_campaign,
    make_dispatch,
    make_hand_in,
    make_observance,
    make_organisation,
    make_person,
    make_point,
    make_signature,
    make_target,
    make_volunteer,
)
from tests.logging_in import log_in

# Every kind of row that has pages.
KINDS = [
    "campaign",
    "letter",
    "dispatch",
    "signature",
    "deliverypoint",
    "addresshealth",
    "observance",
    "target",
    "handin",
    "volunteer",
    "pack",
    "selfreport",
    "reply",
]


@pytest.fixture
def root(db):
    return make_person("Root", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(client, root):
    return log_in(client, root, proven_again=True)


def url(name, *args):
    return reverse(f"admin:campaign_{name}", args=args)


# --- Who may not -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["bora", "chan", "dana", "eun", "nobody"])
def test_whoever_is_no_superuser_is_sent_away_and_changes_nothing(who, campaign, point, client, request):
    if who != "nobody":
        log_in(client, request.getfixturevalue(who), proven_again=True)
    hand_in = make_hand_in(campaign, point)
    signature = make_signature(campaign, state="confirmed")
    rows = [campaign, campaign.letters.get(), point, hand_in, make_volunteer(hand_in, state="confirmed"), signature]
    before = [type(row).objects.filter(pk=row.pk).values().get() for row in rows]
    for row in rows:
        name = row._meta.model_name
        for path in (url(f"{name}_changelist"), *(url(f"{name}_{page}", row.pk) for page in ("change", "delete"))):
            for answer in (client.get(path), client.post(path, {"post": "yes"})):
                assert answer.status_code == 302, path
                assert reverse("admin:login") in answer["Location"], path
    assert [type(row).objects.filter(pk=row.pk).values().get() for row in rows] == before


# --- What nobody sees ------------------------------------------------------------------------------------------


def test_no_sealed_value_is_shown_on_any_page_of_the_admin(desk, campaign, point):
    """To nobody: the superuser sees every page there is."""
    secrets = {"name": "Ara Kim", "email": "ara@people.example", "city": "Kraków", "own_words": "I was there."}
    signature = make_signature(campaign, state="confirmed", **secrets)
    dispatch = make_dispatch(signature, point, as_sent="Ara Kim writes")
    seen = 0
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label not in ("campaign", "outbox"):
            continue
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        paths = [reverse(f"admin:{name}_changelist")]
        for row in model_admin.model.objects.all()[:5]:
            paths += [reverse(f"admin:{name}_{page}", args=[row.pk]) for page in ("change", "delete", "history")]
        for path in paths:
            content = desk.get(path).content.decode()
            assert not [secret for secret in secrets.values() if secret in content], path
            seen += 1
    assert seen > 20
    assert fresh(dispatch).as_sent == "Ara Kim writes"


def test_signatures_and_dispatches_are_looked_at_only(desk, campaign, point):
    dispatch = make_dispatch(make_signature(campaign, state="confirmed"), point)
    for row in (dispatch, dispatch.signature):
        name = row._meta.model_name
        for path in (url(f"{name}_add"), url(f"{name}_delete", row.pk)):
            assert desk.get(path).status_code == 403
        assert desk.post(url(f"{name}_change", row.pk), {"state": "held"}).status_code == 403
    assert (Dispatch.objects.get().state, Signature.objects.get().state) == ("planned", "confirmed")


# --- What it costs ---------------------------------------------------------------------------------------------


def queries_of(desk, path):
    desk.get(path)  # content types and permissions are cached from the first visit on
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", KINDS)
def test_a_list_costs_the_same_with_one_row_and_with_four(desk, root, campaign, point, name):
    def add(number):
        other = make_campaign(organisation=make_organisation(f"organisation-{number}"))
        Tally.objects.create(campaign=other, dimension="all", count=number)
        AddressHealth.objects.create(point=make_point(answers_for=(["DE", "FR", "IT", "KR"][number],)))
        make_dispatch(make_signature(other, state="confirmed"), make_point())
        make_volunteer(make_hand_in(other, make_point()), state="confirmed")
        make_observance(f"day-{number}")
        make_target(f"target-{number}")
        pack = {"campaign": other, "point": point, "letter": other.letters.get(), "language": "en", "first": 1}
        made = Pack.objects.create(**pack, number=f"MNS-{number}", volume=1, count=1, channel="post")
        Posting.objects.create(pack=made, posted_on=NOW.date(), posted_by=root)
        SelfReport.objects.tell(campaign=other, point=point, channel="post", now=NOW)

    add(0)
    before = queries_of(desk, url(f"{name}_changelist"))
    for number in range(1, 4):
        add(number)
    assert queries_of(desk, url(f"{name}_changelist")) == before


def test_every_kind_of_row_is_in_this_file_or_has_no_page():
    registered = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "campaign"}
    assert registered == set(KINDS)
