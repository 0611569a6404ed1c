"""Erasure is real: afterwards the database holds nothing that leads to the person. Counts stay."""

import pytest
from django.db import connection

from campaign import actions, links
from campaign.models import Signature, Tally
from outbox.models import Message
from privacy.indexes import address_index
from privacy.sealing import CannotUnseal, sealing_key, unseal
from tests.campaign.conftest import tally
from tests.factories import NOW, fresh, make_campaign, make_dispatch, make_point, make_signature

SECRETS = ["Ara Kim", "ara@people.example", "Kraków", "I was there in March."]
INDEX = address_index("ara@people.example")
CONTEXTS = [f"campaign.Signature.{name}" for name in ("name", "email", "city", "own_words")] + [
    "campaign.Dispatch.as_sent"
]


def everything_stored():
    """Every value of every column that can hold text or bytes, of every table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'character', 'bytea', 'json', 'jsonb', 'ARRAY')"
        )
        for table, column, kind in cursor.fetchall():
            value = f'"{column}"' if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT {value} FROM "{table}" WHERE "{column}" IS NOT NULL')
            for (stored,) in cursor.fetchall():
                yield f"{table}.{column}", bytes(stored) if kind == "bytea" else stored.encode()


def readable(stored):
    """What the keys make of it: sealed values are opened."""
    try:
        sealing_key(stored)
    except CannotUnseal:
        return stored
    for context in CONTEXTS:
        try:
            return unseal(stored, context=context).encode()
        except CannotUnseal:
            continue
    return stored


def traces():
    wanted = [secret.encode() for secret in SECRETS] + [INDEX, INDEX.hex().encode()]
    return {place for place, stored in everything_stored() for trace in wanted if trace in readable(stored)}


@pytest.fixture
def signature(campaign):
    """Ara has signed, confirmed, sent one letter, has one waiting, and asked for her links."""
    return make_signature(
        campaign,
        email="ara@people.example",
        name="Ara Kim",
        city="Kraków",
        own_words="I was there in March.",
        wants_updates=True,
        state="confirmed",
    )


@pytest.fixture
def with_mail(signature, point, client, submit, post_office):
    sent = make_dispatch(signature, point)
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries")
    waiting = make_dispatch(signature, make_point())
    submit(name="Ara Kim", email="Ara@people.example")
    client.post("/en/signatures/links/", {"email": "ara@people.example"})
    post_office.send()
    client.post("/en/signatures/links/", {"email": "ara@people.example"})
    return sent, waiting


def test_the_search_for_traces_finds_them(signature, with_mail):
    assert traces() == {
        "campaign_signature.name",
        "campaign_signature.email",
        "campaign_signature.city",
        "campaign_signature.own_words",
        "campaign_signature.email_index",
        "campaign_dispatch.as_sent",
        "outbox_message.address_index",
    }


def test_an_erased_person_leaves_no_trace_in_any_table(client, signature, with_mail):
    response = client.post(f"/en/signatures/{links.own_page_token(signature)}/erasure/")
    assert response["Location"] == "/en/signatures/erased/"
    assert "It is erased" in client.get(response["Location"]).content.decode()
    assert traces() == set()
    erased = fresh(signature)
    assert (erased.display, erased.wants_updates, erased.state) == ("hidden", False, "confirmed")
    assert erased.erased_at is not None


def test_an_erased_person_gets_no_mail_and_their_letter_does_not_go(signature, point, submit, client, post_office):
    dispatch = make_dispatch(signature, point)
    actions.release_dispatches(now=NOW)
    submit(email="ara@people.example")
    client.post("/en/signatures/links/", {"email": "ara@people.example"})
    actions.erase_signature(signature=signature)
    post_office.send()
    post_office.send("deliveries")
    assert post_office.server.mails == []
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}
    assert fresh(dispatch).state == "cancelled"


def test_news_of_a_letter_does_not_reach_who_was_erased_meanwhile(signature, point, post_office):
    make_dispatch(signature, point)
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries")
    assert actions.tell_supporters() == 1
    actions.erase_signature(signature=signature)
    post_office.send()
    assert post_office.mails_to("ara@people.example") == []
    assert Message.objects.get(kind="news").state == "cancelled"


def test_where_a_letter_went_stays_without_whose_it_was(signature, with_mail):
    sent, waiting = with_mail
    actions.erase_signature(signature=signature)
    assert (fresh(sent).state, fresh(sent).as_sent) == ("accepted", None)
    assert fresh(waiting).state == "cancelled"


def test_a_letter_whose_writer_is_erased_while_it_is_composed_does_not_go(signature, point, post_office, monkeypatch):
    from campaign import emails

    dispatch = make_dispatch(signature, point)
    actions.release_dispatches(now=NOW)
    compose = emails.letter_texts

    def erase_then_compose(loaded):
        actions.erase_signature(signature=signature)
        return compose(loaded)

    monkeypatch.setattr(emails, "letter_texts", erase_then_compose)
    post_office.send("deliveries")
    assert post_office.server.mails == []
    assert fresh(dispatch).as_sent is None
    assert traces() == set()


def test_erasing_asks_first(client, signature):
    page = client.get(f"/en/signatures/{links.own_page_token(signature)}/erasure/")
    assert "Erase everything about you?" in page.content.decode()
    assert fresh(signature).erased_at is None


def test_the_links_stop_working(client, signature):
    paths = [f"/en/signatures/{links.own_page_token(signature)}/{page}" for page in ("", "erasure/", "withdrawal/")]
    actions.erase_signature(signature=signature)
    assert [client.get(path).status_code for path in paths] == [410, 410, 410]
    assert client.post(paths[1]).status_code == 410


def test_erasing_twice_is_harmless(signature):
    for _ in range(2):
        actions.erase_signature(signature=signature)
    assert fresh(signature).erased_at is not None


def test_other_signatures_of_the_address_stay(signature, client, post_office):
    other = make_signature(make_campaign(), email="ara@people.example", state="confirmed")
    actions.erase_signature(signature=signature)
    assert fresh(other).email == "ara@people.example"
    client.post("/en/signatures/links/", {"email": "ara@people.example"})
    post_office.send()
    assert links.own_page_url(other) in post_office.text_to("ara@people.example")


def test_other_people_s_mail_stays(signature, campaign, submit, post_office):
    submit(email="eun@people.example")
    actions.erase_signature(signature=signature)
    post_office.send()
    assert post_office.server.recipients == ["eun@people.example"]


def test_who_never_confirmed_can_erase_from_the_mail_and_counts_nowhere(submit, client, post_office):
    submit()
    post_office.send()
    client.post(post_office.link_to("ara@people.example", "/erasure/"))
    erased = Signature.objects.get()
    assert (erased.state, erased.email, erased.email_index) == ("expired", None, None)


def test_who_was_erased_may_sign_anew_and_counts_as_a_new_person(signature, campaign, submit):
    actions.erase_signature(signature=signature)
    assert submit(email="ara@people.example").status_code == 302
    assert Signature.objects.filter(campaign=campaign).count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_stays_counted(campaign):
    signature = make_signature(campaign, state="confirmed")
    tally()
    actions.erase_signature(signature=signature)
    tally()
    assert Tally.objects.total_of(campaign) == 1
    assert actions.recount(mend=False) == []


@pytest.mark.django_db(transaction=True)
def test_who_withdraws_no_longer_counts(campaign):
    signature = make_signature(campaign, state="confirmed")
    tally()
    actions.withdraw_signature(signature=signature)
    tally()
    assert Tally.objects.total_of(campaign) == 0
    assert not Tally.objects.countries_of(campaign).exists()
