"""Signatures that are held for a check: what holds them, what waits meanwhile, who decides, and what is never shown."""

import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_fsm import TransitionNotAllowed

from accounts.roles import Role
from audit.models import Entry
from campaign import actions, emails, suspicion
from campaign.actions.deliveries import plan_dispatches
from campaign.models import DeliveryPoint, Dispatch, HeldSignature, SeenLately, Signature, SignatureChange, Tally
from outbox.models import Message
from outbox.models import State as MessageState
from tests import factories
from tests.campaign.conftest import tally
from tests.factories import HOUR, NOW, fresh, make_campaign, make_signature
from tests.logging_in import log_in

# Two at once, and what counts, need real commits.
committed = pytest.mark.django_db(transaction=True)
pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def gus():
    """The abuse desk."""
    return factories.make_person("Gus", role=Role.ABUSE, is_staff=True)


def look(now=NOW):
    return actions.look_at_confirmed(now=now)


def confirmed(campaign, count=1, *, at=NOW - MINUTE, **fields):
    """Signed and confirmed, with a letter planned for each."""
    made = []
    for _number in range(count):
        signature = make_signature(campaign, state="confirmed", at=at, **fields)
        plan_dispatches(signature, now=NOW)
        made.append(signature)
    return made


def others(campaign, count):
    return [confirmed(campaign, name=f"Person {number}")[0] for number in range(count)]


def held_by_hand(campaign, gus, **fields):
    (signature,) = confirmed(campaign, **fields)
    actions.hold_signature(signature=signature, reason="Looks odd", by=gus, now=NOW)
    return HeldSignature.objects.get(signature=signature)


def states(signatures):
    return [fresh(signature).state for signature in signatures]


def letters(signature):
    return list(Dispatch.objects.filter(signature=signature).values_list("state", flat=True))


# --- By a rule -----------------------------------------------------------------------------------------------------


def test_many_of_one_name_within_an_hour_are_held_and_nobody_else(campaign):
    many = [
        confirmed(campaign, name=name)[0]
        for name in ["Kim, Min-su", "kim minsu", "ＫＩＭ　ＭＩＮＳＵ", "Kim Minsu"] * 3
    ]
    few = others(campaign, 3)
    assert look() == 12
    assert states(many) == ["held"] * 12
    assert states(few) == ["confirmed"] * 3
    assert {(held.why, held.domain) for held in HeldSignature.objects.all()} == {("name", "other")}
    entry = Entry.objects.get(action="signatures.held_by_rule")
    assert (entry.by, entry.details) == ("", {"rule": "name", "signatures": 12})


def test_a_class_that_signs_together_is_let_through(campaign):
    namesakes = confirmed(campaign, suspicion.FEW, name="Kim Minsu")
    careful = [confirmed(campaign, email=f"a{n}@mailinator.com", name=f"N {n}")[0] for n in range(suspicion.FEW)]
    assert look() == 0
    assert set(states(namesakes + careful)) == {"confirmed"}


def test_in_a_large_campaign_so_many_may_share_a_name():
    assert suspicion.is_flood(11, of=549)
    assert not suspicion.is_flood(11, of=550)
    assert not suspicion.is_flood(10, of=10)
    assert suspicion.is_flood(201, of=10_000)
    assert not suspicion.is_flood(200, of=10_000)


def test_many_throwaway_addresses_within_an_hour_are_held_whatever_their_domains(campaign):
    domains = ["mailinator.com", "deep.mailinator.com", "yopmail.com"] * 4
    many = [confirmed(campaign, email=f"a{n}@{domain}", name=f"N {n}")[0] for n, domain in enumerate(domains)]
    few = others(campaign, 2)
    assert look() == 12
    assert states(many + few) == ["held"] * 12 + ["confirmed"] * 2
    assert {(held.why, held.domain) for held in HeldSignature.objects.all()} == {("disposable", "disposable")}


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("a@gmail.com", "service"),
        ("a@naver.com", "service"),
        ("a@duck.com", "service"),
        ("a@people.example", "other"),
        ("a@mailinator.com", "disposable"),
        ("a@x.mailinator.com", "disposable"),
        ("a@my-mailinator.example", "other"),
    ],
)
def test_a_mail_domain_is_of_one_kind(address, kind):
    assert suspicion.domain_of(Signature(email=address)) == kind


def test_each_campaign_has_its_own_floods(campaign):
    other = make_campaign()
    both = confirmed(campaign, 6, name="Kim Minsu") + confirmed(other, 6, name="Kim Minsu")
    assert look() == 0
    assert set(states(both)) == {"confirmed"}
    # Hashes of one campaign say nothing about another.
    assert SeenLately.objects.filter(trait="name").values("index").distinct().count() == 2


def test_what_was_confirmed_more_than_an_hour_ago_no_longer_matters_and_is_forgotten(campaign):
    confirmed(campaign, 6, name="Kim Minsu", at=NOW - HOUR + MINUTE)
    look()
    assert SeenLately.objects.count() == 6
    later = NOW + 2 * MINUTE
    confirmed(campaign, 6, name="Kim Minsu", at=later - MINUTE)
    assert look(now=later) == 0
    assert SeenLately.objects.count() == 6


def test_what_a_person_has_released_no_rule_holds_again(campaign, gus):
    many = confirmed(campaign, 12, name="Kim Minsu")
    look()
    actions.release_held(held=HeldSignature.objects.values_list("pk", flat=True), reason="A choir", by=gus, now=NOW)
    newcomer = confirmed(campaign, name="Kim Minsu")
    assert look() == 1
    assert states(many + newcomer) == ["confirmed"] * 12 + ["held"]


@committed
def test_looking_twice_at_once_holds_each_once(campaign):
    confirmed(campaign, 12, name="Kim Minsu")

    def run():
        try:
            return actions.look_at_confirmed(now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        counts = [each.result() for each in [pool.submit(run) for _worker in range(4)]]
    assert sum(counts) + look() == 12
    assert HeldSignature.objects.count() == 12


def test_a_large_flood_is_held_in_parts_to_its_end(campaign, monkeypatch):
    monkeypatch.setattr("campaign.actions.holding._HELD_AT_ONCE", 8)
    many = confirmed(campaign, 12, name="Kim Minsu")
    assert [look(), look()] == [12, 0]
    entries = Entry.objects.filter(action="signatures.held_by_rule").order_by("pk")
    assert [entry.details["signatures"] for entry in entries] == [8, 4]
    assert set(states(many)) == {"held"}


def test_signing_and_confirming_ask_nothing_about_suspicion(campaign, submit, client, post_office):
    submit(name="Kim Minsu")
    post_office.send()
    link = post_office.link_to("ara@people.example", "/confirm/")
    shown = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', client.get(link).content.decode()))
    with CaptureQueriesContext(connection) as queries:
        client.post(link, shown)
    assert Signature.objects.get().state == "confirmed"
    said = " ".join(query["sql"] for query in queries)
    assert "heldsignature" not in said
    assert "seenlately" not in said


# --- What is held ---------------------------------------------------------------------------------------------------


@committed
def test_a_held_signature_does_not_count_and_released_it_counts_again(campaign, gus):
    held = held_by_hand(campaign, gus)
    tally()
    assert Tally.objects.total_of(campaign) == 0
    actions.release_held(held=[held.pk], reason="She answered", by=gus, now=NOW)
    tally()
    assert Tally.objects.total_of(campaign) == 1
    assert actions.recount(mend=False) == []


def test_its_letter_stays_here_and_goes_once_released(campaign, gus):
    held = held_by_hand(campaign, gus)
    assert letters(held.signature) == ["cancelled"]
    assert actions.release_dispatches(now=NOW) == 0
    actions.release_held(held=[held.pk], reason="She answered", by=gus, now=NOW)
    assert letters(held.signature) == ["planned"]
    assert actions.release_dispatches(now=NOW) == 1


@committed
def test_a_letter_that_is_queued_is_called_back_and_goes_once_released(campaign, gus, post_office):
    (signature,) = confirmed(campaign)
    actions.release_dispatches(now=NOW)
    assert letters(signature) == ["queued"]
    actions.hold_signature(signature=signature, reason="Looks odd", by=gus, now=NOW)
    post_office.send("deliveries", now=NOW)
    assert (letters(signature), post_office.server.mails) == (["cancelled"], [])
    actions.release_held(held=HeldSignature.objects.values_list("pk", flat=True), reason="x", by=gus, now=NOW)
    actions.release_dispatches(now=NOW + HOUR)
    post_office.send("deliveries", now=NOW + HOUR)
    assert letters(signature) == ["accepted"]
    assert len(post_office.mails_to("warsaw@point.example")) == 1


@committed
def test_a_letter_that_has_gone_is_not_sent_again_after_a_release(campaign, gus, post_office):
    (signature,) = confirmed(campaign)
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries", now=NOW)
    actions.hold_signature(signature=signature, reason="Looks odd", by=gus, now=NOW)
    assert letters(signature) == ["accepted"]
    actions.release_held(held=HeldSignature.objects.values_list("pk", flat=True), reason="x", by=gus, now=NOW)
    assert actions.release_dispatches(now=NOW + HOUR) == 0
    post_office.send("deliveries", now=NOW + HOUR)
    assert len(post_office.mails_to("warsaw@point.example")) == 1


@committed
def test_in_a_digest_the_others_go_without_it(campaign, gus, post_office):
    point = DeliveryPoint.objects.get()
    point.digest_every = 3
    point.save()
    one, two, three = (confirmed(campaign, name=name)[0] for name in ("Ara Kim", "Bora Lee", "Chan Choi"))
    actions.release_dispatches(now=NOW)
    actions.hold_signature(signature=two, reason="Looks odd", by=gus, now=NOW)
    post_office.send("deliveries", now=NOW)
    assert letters(one) + letters(two) + letters(three) == ["accepted", "cancelled", "accepted"]
    assert "Bora" not in post_office.text_to("warsaw@point.example")


@committed
def test_held_while_a_worker_has_its_letter_the_letter_waits_or_went_before(campaign, gus, post_office):
    """Whoever locks the signature first, holder or composer, decides; nothing is in between."""
    signatures = [confirmed(campaign, name=f"Person {number}")[0] for number in range(8)]
    DeliveryPoint.objects.update(hourly_cap=3600)
    assert sum(actions.release_dispatches(now=NOW + dt.timedelta(seconds=second)) for second in range(8)) == 8
    begun = threading.Event()

    def hold():
        begun.wait(30)
        try:
            for signature in signatures:
                actions.hold_signature(signature=signature, reason="Looks odd", by=gus, now=NOW)
        finally:
            connections.close_all()

    def send():
        begun.set()
        try:
            post_office.send("deliveries", now=NOW + HOUR)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(hold), pool.submit(send)]:
            each.result()
    gone = sum(letters(signature) == ["accepted"] for signature in signatures)
    assert {state for signature in signatures for state in letters(signature)} <= {"accepted", "cancelled", "planned"}
    assert len(post_office.mails_to("warsaw@point.example")) == gone
    assert set(states(signatures)) == {"held"}


@committed
def test_held_at_the_moment_of_its_release_the_letter_is_called_back(campaign, gus):
    (signature,) = confirmed(campaign)
    released, commit = threading.Event(), threading.Event()

    def release():
        try:
            with transaction.atomic():
                actions.release_dispatches(now=NOW)
                released.set()
                commit.wait(30)
        finally:
            connections.close_all()

    def hold():
        try:
            actions.hold_signature(signature=signature, reason="Looks odd", by=gus, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        releasing = pool.submit(release)
        released.wait(30)
        holding = pool.submit(hold)
        factories.wait_until_blocked(holding)
        commit.set()
        releasing.result()
        holding.result()
    assert letters(signature) == ["cancelled"]
    assert Message.objects.get(kind="letter").state == MessageState.CANCELLED


@committed
def test_a_letter_goes_whose_signature_was_held_and_released_while_a_worker_had_it(
    campaign, gus, post_office, monkeypatch
):
    (signature,) = confirmed(campaign)
    actions.release_dispatches(now=NOW)
    keep = emails._keep_as_sent

    def held_just_then(dispatch, text):
        actions.hold_signature(signature=signature, reason="Looks odd", by=gus, now=NOW)
        kept = keep(dispatch, text)
        actions.release_held(held=HeldSignature.objects.values_list("pk", flat=True), reason="x", by=gus, now=NOW)
        return kept

    monkeypatch.setattr(emails, "_keep_as_sent", held_just_then)
    post_office.send("deliveries", now=NOW)
    assert (letters(signature), post_office.server.mails) == (["planned"], [])
    monkeypatch.undo()
    actions.release_dispatches(now=NOW + HOUR)
    post_office.send("deliveries", now=NOW + HOUR)
    assert letters(signature) == ["accepted"]


# --- What is decided -------------------------------------------------------------------------------------------------


def test_a_rejected_signature_neither_counts_nor_sends_and_can_be_looked_at_again(campaign, gus):
    held = held_by_hand(campaign, gus)
    assert actions.reject_held(held=[held.pk], reason="Made up", by=gus, now=NOW) == 1
    assert fresh(held.signature).state == "rejected"
    assert letters(held.signature) == ["cancelled"]
    actions.hold_again(signature=held.signature, reason="They wrote to us", by=gus, now=NOW)
    again = HeldSignature.objects.waiting().get()
    assert (again.why, fresh(held.signature).state) == ("again", "held")
    actions.release_held(held=[again.pk], reason="It is them", by=gus, now=NOW)
    assert letters(held.signature) == ["planned"]
    assert [entry.action for entry in Entry.objects.filter(by="Gus").order_by("pk")] == [
        "signatures.held",
        "signatures.rejected",
        "signatures.held_again",
        "signatures.released",
    ]


def test_each_decision_says_who_when_and_why(campaign, gus):
    held = held_by_hand(campaign, gus)
    actions.release_held(held=[held.pk], reason="She answered", by=gus, now=NOW)
    held = fresh(held)
    assert (held.decision, held.decided_by, held.decided_at) == ("released", gus, NOW)
    assert held.decision_reason == "She answered"
    logged = SignatureChange.objects.filter(row=held.signature).order_by("-pk")[:2]
    assert [(change.new, change.by, change.reason) for change in logged] == [
        ("confirmed", gus, "She answered"),
        ("held", gus, "Looks odd"),
    ]
    entry = Entry.objects.get(action="signatures.released")
    assert (entry.reason, entry.details, entry.about) == ("She answered", {"signatures": 1}, str(campaign))


def test_what_somebody_else_has_decided_stays_decided(campaign, gus):
    held = held_by_hand(campaign, gus)
    assert actions.reject_held(held=[held.pk], reason="Made up", by=gus, now=NOW) == 1
    assert actions.release_held(held=[held.pk], reason="No", by=gus, now=NOW) == 0
    assert fresh(held).decision == "rejected"


@committed
def test_two_who_decide_at_once_make_one_decision(campaign, gus):
    held = [held_by_hand(campaign, gus).pk for _number in range(5)]

    def decide(verb):
        try:
            return verb(held=held, reason="x", by=gus, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        counts = [
            each.result()
            for each in [pool.submit(decide, verb) for verb in (actions.release_held, actions.reject_held)]
        ]
    assert sorted(counts) == [0, 5]
    assert HeldSignature.objects.values("decision").distinct().count() == 1


@pytest.mark.parametrize("state", ["pending", "withdrawn", "held"])
def test_only_what_counts_is_held(campaign, gus, state):
    signature = make_signature(campaign, state=state)
    with pytest.raises(TransitionNotAllowed):
        actions.hold_signature(signature=signature, reason="x", by=gus)
    assert not HeldSignature.objects.exists()


def test_whoever_is_erased_while_held_is_nobodys_to_decide(campaign, gus):
    held = held_by_hand(campaign, gus)
    actions.erase_signature(signature=held.signature)
    assert fresh(held).decision == "erased"
    assert actions.release_held(held=[held.pk], reason="x", by=gus) == 0
    with pytest.raises(TransitionNotAllowed):
        actions.hold_again(signature=held.signature, reason="x", by=gus)
    assert letters(held.signature) == ["cancelled"]


def test_erasure_leaves_no_hash_of_a_name(campaign):
    signature, _other = confirmed(campaign, 2)
    look()
    actions.erase_signature(signature=signature)
    assert list(SeenLately.objects.values_list("signature", flat=True)) == [_other.pk]


# --- At the desk -----------------------------------------------------------------------------------------------------

HELD = "/desk/held/"


def test_the_queue_says_why_and_where_from_and_never_who(campaign, gus, client):
    held = held_by_hand(campaign, gus, name="Ara Kim", city="Gdańsk", own_words="My own words.", country="PL")
    log_in(client, gus)
    for path in (HELD, f"{HELD}{held.pk}/"):
        page = client.get(path).content.decode()
        for told in ("held by hand", "Poland", "English", "another domain"):
            assert told in page
        for person in ("Ara Kim", "Gdańsk", "My own words.", "people.example"):
            assert person not in page


def test_whose_it_is_stands_behind_a_reason_and_in_the_audit_log(campaign, gus, client):
    held = held_by_hand(campaign, gus, name="Ara Kim", email="ara@people.example")
    log_in(client, gus, proven_again=True)
    path = f"{HELD}{held.pk}/reading/"
    assert "Ara Kim" not in client.get(path).content.decode()
    assert client.post(path, {"reason": ""}).status_code == 422
    assert not Entry.objects.filter(action="signatures.read").exists()
    page = client.post(path, {"reason": "She wrote to us"}).content.decode()
    assert "Ara Kim" in page
    assert "ara@people.example" in page
    entry = Entry.objects.get(action="signatures.read")
    assert (entry.by, entry.reason, entry.key) == ("Gus", "She wrote to us", str(held.signature_id))
    assert "Ara" not in str(entry.about) + str(entry.details)


def test_many_are_decided_at_once_after_a_look_at_what_will_happen(campaign, gus, client):
    held = [held_by_hand(campaign, gus).pk for _number in range(3)]
    log_in(client, gus, proven_again=True)
    page = client.get(f"{HELD}release/", {"chosen": held[:2]}).content.decode()
    assert "2 signatures" in page
    assert "2 letters go when their turn comes" in page
    assert HeldSignature.objects.waiting().count() == 3
    chosen = ",".join(map(str, held[:2]))
    again = client.post(f"{HELD}release/", {"chosen": chosen, "reason": ""})
    assert again.status_code == 422
    assert f'value="{chosen}"' in again.content.decode()
    client.post(f"{HELD}release/", {"chosen": chosen, "reason": "A choir"})
    assert list(HeldSignature.objects.waiting().values_list("pk", flat=True)) == held[2:]
    assert Entry.objects.get(action="signatures.released").details == {"signatures": 2}


def test_all_that_the_filter_shows_are_decided_and_none_that_came_later(campaign, gus, client):
    confirmed(campaign, 12, name="Kim Minsu")
    look()
    by_hand = held_by_hand(campaign, gus)
    log_in(client, gus, proven_again=True)
    page = client.get(f"{HELD}rejection/", {"all": "1", "why": "name"}).content.decode()
    assert "12 signatures" in page
    chosen = re.search(r'name="chosen" value="([\d,]+)"', page).group(1)
    confirmed(campaign, name="Kim Minsu")
    look()
    client.post(f"{HELD}rejection/", {"chosen": chosen, "reason": "Made up"})
    assert HeldSignature.objects.filter(decision="rejected").count() == 12
    assert fresh(by_hand).decision == ""
    assert HeldSignature.objects.waiting().count() == 2


@pytest.mark.parametrize("chosen", ["", "x", "1,", "999999999999999999999", "٣"])
def test_a_choice_of_nothing_decides_nothing(campaign, gus, client, chosen):
    held_by_hand(campaign, gus)
    log_in(client, gus, proven_again=True)
    for answer in (
        client.get(f"{HELD}release/", {"chosen": chosen}),
        client.post(f"{HELD}release/", {"chosen": chosen, "reason": "x"}),
    ):
        assert answer.status_code == 302
    assert HeldSignature.objects.waiting().count() == 1


def test_a_rejection_is_taken_back_at_the_desk(campaign, gus, client):
    held = held_by_hand(campaign, gus)
    actions.reject_held(held=[held.pk], reason="Made up", by=gus)
    log_in(client, gus, proven_again=True)
    assert "Take the rejection back" in client.get(f"{HELD}{held.pk}/").content.decode()
    assert "Made up" in client.get(f"{HELD}{held.pk}/").content.decode()
    client.post(f"{HELD}{held.pk}/again/", {"reason": "They wrote to us"})
    assert fresh(held.signature).state == "held"
    assert client.post(f"{HELD}{held.pk}/again/", {"reason": "Twice"}).status_code == 302
    assert HeldSignature.objects.waiting().count() == 1


def test_the_abuse_desk_holds_a_signature_that_it_has_looked_up(campaign, gus, client):
    (signature,) = confirmed(campaign, email="ara@people.example")
    log_in(client, gus, proven_again=True)
    page = client.post("/desk/supporters/", {"email": "ara@people.example", "reason": "A report"}).content.decode()
    path = re.search(r'href="(/desk/supporters/[^"]+/holding/)"', page).group(1)
    client.post(path, {"reason": "Signed with a stolen name"})
    assert fresh(signature).state == "held"
    assert Entry.objects.get(action="signatures.held").reason == "Signed with a stolen name"
    assert client.post(path, {"reason": "Twice"}).status_code == 302
    assert HeldSignature.objects.count() == 1


def test_whoever_helps_supporters_only_holds_nothing(campaign, client):
    confirmed(campaign, email="ara@people.example")
    log_in(client, factories.make_person("Pia", role=Role.PROTECTION, is_staff=True), proven_again=True)
    page = client.post("/desk/supporters/", {"email": "ara@people.example", "reason": "A report"}).content.decode()
    assert "Withdraw the signature" in page
    assert "/holding/" not in page
    forged = re.search(r'href="(/desk/supporters/[^"]+/)withdrawal/"', page).group(1) + "holding/"
    client.post(forged, {"reason": "x"})
    assert not HeldSignature.objects.exists()


@pytest.mark.parametrize("role", [Role.PROTECTION, Role.PUBLISHER, Role.AUDITOR, Role.REVIEWER, None])
def test_nobody_else_sees_or_decides(campaign, gus, client, role):
    held = held_by_hand(campaign, gus)
    log_in(client, factories.make_person("Eun", role=role, is_staff=True), proven_again=True)
    for path in (HELD, f"{HELD}{held.pk}/", f"{HELD}{held.pk}/reading/", f"{HELD}release/?chosen={held.pk}"):
        assert client.get(path).status_code in (302, 403, 404)
    client.post(f"{HELD}release/", {"chosen": held.pk, "reason": "x"})
    assert fresh(held).decision == ""


def test_a_list_of_three_costs_no_more_queries_than_a_list_of_one(campaign, gus, client):
    log_in(client, gus)
    counts = []
    for number in (1, 2):
        for _number in range(number):
            held_by_hand(campaign, gus)
        client.get(HELD)
        with CaptureQueriesContext(connection) as queries:
            client.get(HELD)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_desk_says_that_held_signatures_wait(campaign, gus, client):
    log_in(client, gus)
    assert "Held signatures to check" not in client.get("/desk/").content.decode()
    held_by_hand(campaign, gus)
    page = client.get("/desk/").content.decode()
    assert "Held signatures to check" in page
    assert reverse("site_desk:held") in page
