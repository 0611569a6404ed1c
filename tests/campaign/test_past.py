"""Last year's edition in the demonstration: finished, with something of everything, and nobody is written to for it."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from campaign import demo, links
from campaign.demo import past
from campaign.models import Campaign, Dispatch, HandIn, HandInPhoto, Pack, Posting, Reply, SelfReport, Signature
from face.countries import is_country
from outbox.models import Message

TOLD = tomllib.loads((Path(demo.__file__).parent / "past.toml").read_text(encoding="utf-8"))


def test_everybody_signed_under_a_name_and_in_a_country_of_their_own():
    people = list(past._people(TOLD))
    assert len(people) == sum(row["count"] for row in TOLD["countries"]) >= 400
    assert len({person["name"] for person in people}) == len(people)
    assert len({person["email"] for person in people}) == len(people)
    assert all(person["email"].endswith(".example") for person in people)
    assert all(is_country(row["code"]) for row in TOLD["countries"])
    assert len(TOLD["countries"]) >= 25


def test_two_dozen_cities_tell_of_every_outcome():
    outcomes = Counter(row["outcome"] for row in TOLD["hand_ins"])
    assert len({row["city"] for row in TOLD["hand_ins"]}) == len(TOLD["hand_ins"]) == 24
    assert set(outcomes) >= {"delivered", "left_in_mailbox", "refused", "posted", "other", "cancelled"}


@pytest.fixture
def smaller(settings, tmp_path, monkeypatch):
    """Three cities and a few dozen people: what is typeset costs."""
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cities = ("Berlin", "Munich", "Pretoria")
    few = {
        "hand_ins": [row for row in TOLD["hand_ins"] if row["city"] in cities],
        "coming": [row for row in TOLD["coming"] if row["city"] in ("London", "Berlin", "Warsaw")],
        "countries": [row | {"count": 3} for row in TOLD["countries"]],
        "replies": [row | {"city": "Berlin"} for row in TOLD["replies"]],
    }
    from campaign.management.commands import load_demo

    read = load_demo._read
    monkeypatch.setattr(load_demo, "_read", lambda name: TOLD | few if name == "past" else read(name))
    monkeypatch.setattr(past, "FIRST", 20)


def load():
    call_command("load_demo", past=True, verbosity=0)


def everything():
    return {model: model.objects.count() for model in (Campaign, Signature, Dispatch, HandIn, Pack, Message, Reply)}


def test_it_is_finished_and_this_year_s_goes_on(db, smaller, client):
    load()
    before = everything()
    load()
    assert everything() == before
    last, coming = Campaign.objects.order_by("edition")
    assert (last.state, coming.state) == ("delivered", "open")
    assert last.closes_at <= coming.opens_at
    assert set(last.hand_ins.values_list("state", flat=True)) == {"reported", "cancelled", "other"}
    assert set(coming.hand_ins.values_list("state", flat=True)) == {"offered", "ready"}
    by_way = set(Dispatch.objects.filter(signature__campaign=last).values_list("channel", "state"))
    assert by_way >= {
        ("email", "presumed_delivered"),
        ("email", "replied"),
        ("email", "unknown"),
        ("email", "rerouted"),
        ("post", "delivered"),
        ("post", "returned"),
        ("hand", "delivered"),
        ("hand", "packed"),
    }
    assert set(Posting.objects.values_list("state", flat=True)) == {"delivered", "returned"}
    assert HandInPhoto.objects.public().count() == 1
    assert Counter(Reply.objects.values_list("kind", flat=True)) == {"automatic": 2, "form": 1}
    assert SelfReport.objects.filter(campaign=last).exists()
    assert not Message.objects.exclude(state="cancelled").exists()
    everybody = last.signatures.filter(state="confirmed")
    assert everybody.dates("confirmed_at", "day").count() > 20
    assert everybody.filter(confirmed_at__range=(last.opens_at, last.closes_at)).count() == everybody.count()
    for page in (last.get_absolute_url(), reverse("day", args=[last.slug]), coming.get_absolute_url()):
        assert client.get(page).status_code == 200
    printed = Dispatch.objects.filter(signature__campaign=last, point__city="Berlin", channel="hand").latest("place")
    own = client.get(reverse("own_page", args=[links.own_page_token(printed.signature)])).content.decode()
    assert "Handed in at Berlin on" in own
