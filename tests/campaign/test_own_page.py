"""The supporter's own page: what was signed, how it stands, what became of the letter, and the ways to leave."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.utils.formats import date_format

from campaign import actions, links
from campaign.models import Dispatch, HeldSignature, Signature
from outbox.models import Message
from tests.factories import DAY, HOUR, NOW, fresh, make_campaign, make_dispatch, make_person, make_point, make_signature


@pytest.fixture
def signature(campaign):
    return make_signature(campaign, email="ara@people.example", state="confirmed", city="Kraków")


def path(signature, page=""):
    return f"/en/signatures/{links.own_page_token(signature)}/{page}"


def own_page(client, signature):
    response = client.get(path(signature))
    assert response.status_code == 200
    return response.content.decode()


def in_state(campaign, state, **fields):
    if state == "rejected":
        signature = make_signature(campaign, state="held", **fields)
        signature.move("rejected")
        return signature
    return make_signature(campaign, state=state, **fields)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("pending", "You have not confirmed your signature yet."),
        ("confirmed", "Your signature stands and counts."),
        ("withdrawn", "You have withdrawn your signature. It no longer counts."),
        ("held", "A person of our team is looking at this signature."),
        ("rejected", "This signature was not accepted."),
    ],
)
def test_the_page_says_how_the_signature_stands(client, campaign, state, sentence):
    page = own_page(client, in_state(campaign, state))
    assert sentence in page
    assert ("/withdrawal/" in page) == (state == "confirmed")
    assert "/erasure/" in page


def test_the_page_shows_what_was_signed(client, campaign):
    signature = make_signature(campaign, name="Ara Kim", own_words="I was there.", city="Kraków", country="PL")
    page = own_page(client, signature)
    for said in ("Ara Kim", "I was there.", "Kraków", "Poland", "Please let them go. (version 1)"):
        assert said in page


@pytest.mark.parametrize(("display", "shown"), [("full", "Ara Kim"), ("initials", "A. K."), ("hidden", "")])
def test_the_name_is_shown_as_far_as_its_owner_wished(client, campaign, display, shown):
    signature = make_signature(campaign, name="Ara Kim", display=display)
    page = own_page(client, signature)
    assert signature.shown_name == shown
    assert shown in page
    assert display == "full" or "Ara Kim" not in page


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ara Kim", "A. K."), ("Maria de la Cruz", "M. d. l. C."), ("김하늘", "김○○"), ("Ara", "A."), ("李", "李")],
)
def test_initials(name, initials):
    assert Signature(name=name, display="initials").shown_name == initials


def test_the_letter_is_shown_as_it_went_out_and_where_it_is(client, signature, post_office):
    signature = make_signature(signature.campaign, email="eun@people.example", own_words="I was there.")
    actions.confirm_signature(signature_id=signature.pk, revision=0, shown=actions.digest_of(signature), now=NOW)
    assert "waiting for somebody to read" in own_page(client, signature)
    actions.accept_words(words=signature.read_first, by=make_person("Bora"))
    assert "waiting for its turn" in own_page(client, signature)
    actions.release_dispatches(now=NOW)
    assert "about to be sent" in own_page(client, signature)
    post_office.send("deliveries")
    page = own_page(client, signature)
    assert "accepted by the recipient" in page
    assert "Embassy in Warsaw, Warsaw" in page
    assert "The letter as it went out" in page
    assert "请让他们走。" in page
    assert "I was there." in page.partition("The letter as it went out")[2]


def test_whose_signature_was_not_accepted_is_not_told_that_a_letter_waits_to_be_read(client, campaign, point):
    bora = make_person("Bora")
    signature = make_signature(campaign, email="eun@people.example", own_words="I was there.")
    actions.confirm_signature(signature_id=signature.pk, revision=0, shown=actions.digest_of(signature), now=NOW)
    assert "your letter waits for that" in own_page(client, signature)
    actions.hold_signature(signature=signature, reason="Looks odd", by=bora)
    actions.reject_held(held=HeldSignature.objects.values_list("pk", flat=True), reason="Made up", by=bora)
    page = own_page(client, signature)
    assert "This signature was not accepted." in page
    assert "your letter waits for that" not in page


def test_a_letter_that_waits_for_an_office_to_open_says_when_that_is(client, campaign, point):
    signature = make_signature(campaign, state="confirmed")
    make_dispatch(signature, point)
    assert "office hours" not in own_page(client, signature)
    tomorrow = (NOW + DAY).astimezone(ZoneInfo("Asia/Seoul"))
    hours = {"delivery_days": [tomorrow.isoweekday()], "delivery_from": dt.time(9), "delivery_until": dt.time(17)}
    type(point).objects.update(time_zone="Asia/Seoul", **hours)
    at = date_format(tomorrow.replace(hour=9, minute=0), "DATETIME_FORMAT")
    assert f"They begin again on {at}, by the clock in Warsaw." in own_page(client, signature)
    Dispatch.objects.update(state="queued")
    assert "office hours" not in own_page(client, signature)


def test_markup_in_own_words_is_shown_as_text(client, campaign, point):
    signature = make_signature(campaign, own_words="<script>alert(1)</script>", city="<b>", state="confirmed")
    make_dispatch(signature, point, as_sent="<script>alert(2)</script>")
    page = own_page(client, signature)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;script&gt;alert(2)" in page


def test_the_page_costs_the_same_with_one_letter_and_with_three(client, signature, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_dispatch(signature, make_point())
    with CaptureQueriesContext(connection) as queries:
        own_page(client, signature)
    make_dispatch(signature, make_point())
    make_dispatch(signature, make_point())
    with django_assert_num_queries(len(queries)):
        own_page(client, signature)


def test_the_page_works_until_the_next_edition_and_no_longer(client, campaign):
    late = make_signature(campaign, state="confirmed", at=NOW - 400 * DAY - HOUR)
    assert client.get(path(late)).status_code == 410
    assert client.get(path(make_signature(campaign, state="confirmed", at=NOW - 399 * DAY))).status_code == 200


def test_someone_else_s_page_cannot_be_guessed(client, signature):
    other = make_signature(signature.campaign, state="confirmed")
    token = links.own_page_token(signature)
    for wrong in (links.own_page_token(other)[:30] + token[30:], token[:-2], str(signature.pk)):
        assert client.get(f"/en/signatures/{wrong}/").status_code == 410


# --- Withdrawing -----------------------------------------------------------------------------------------------


def test_withdrawing_asks_first(client, signature):
    response = client.get(path(signature, "withdrawal/"))
    assert "Withdraw your signature?" in response.content.decode()
    assert fresh(signature).state == "confirmed"


def test_a_withdrawn_signature_s_letter_stays_here(client, signature, point):
    dispatch = make_dispatch(signature, point)
    response = client.post(path(signature, "withdrawal/"))
    assert response.status_code == 302
    assert fresh(signature).state == "withdrawn"
    assert fresh(dispatch).state == "cancelled"
    assert "You have withdrawn your signature." in client.get(response["Location"]).content.decode()


def test_withdrawing_calls_back_a_letter_that_is_queued(client, signature, point, post_office):
    dispatch = make_dispatch(signature, point)
    actions.release_dispatches(now=NOW)
    client.post(path(signature, "withdrawal/"))
    post_office.send("deliveries")
    assert post_office.server.mails == []
    assert fresh(dispatch).state == "cancelled"
    assert Message.objects.get(kind="letter").state == "cancelled"


def test_a_letter_that_has_gone_is_not_called_back(client, signature, point, post_office):
    dispatch = make_dispatch(signature, point)
    actions.release_dispatches(now=NOW)
    post_office.send("deliveries")
    client.post(path(signature, "withdrawal/"))
    assert fresh(dispatch).state == "accepted"
    assert fresh(dispatch).as_sent


def test_a_letter_whose_writer_left_while_it_was_composed_does_not_go(signature, point, post_office, monkeypatch):
    """The worker has loaded the letter and its writer when the withdrawal commits."""
    from campaign import emails

    dispatch = make_dispatch(signature, point)
    actions.release_dispatches(now=NOW)
    compose = emails.letter_texts

    def withdraw_then_compose(loaded):
        actions.withdraw_signature(signature=signature)
        return compose(loaded)

    monkeypatch.setattr(emails, "letter_texts", withdraw_then_compose)
    post_office.send("deliveries")
    assert post_office.server.mails == []
    assert (fresh(dispatch).state, fresh(dispatch).as_sent) == ("cancelled", None)


def test_withdrawing_twice_is_harmless(client, signature):
    for _ in range(2):
        assert client.post(path(signature, "withdrawal/")).status_code == 302
    assert signature.changes.filter(new="withdrawn").count() == 1


def test_what_is_not_confirmed_cannot_be_withdrawn_and_says_so_kindly(client, campaign):
    pending = make_signature(campaign)
    assert client.post(path(pending, "withdrawal/")).status_code == 302
    assert fresh(pending).state == "pending"


@pytest.mark.parametrize("part", ["withdrawal/", "erasure/", "link/"])
def test_a_form_from_another_site_ends_nothing(client, signature, part):
    response = client.post(path(signature, part), headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403
    assert fresh(signature).state == "confirmed"
    assert fresh(signature).erased_at is None
    assert not Message.objects.exists()


# --- The link again --------------------------------------------------------------------------------------------


def test_the_link_can_be_mailed_again(client, signature, post_office):
    assert client.post(path(signature, "link/"))["Location"] == "/en/signatures/links/sent/"
    post_office.send()
    assert links.own_page_url(signature) in post_office.text_to("ara@people.example")


def test_the_link_is_not_mailed_by_a_get(client, signature):
    assert client.get(path(signature, "link/")).status_code == 405


def test_an_address_gets_the_links_to_all_that_it_signed(client, signature, post_office):
    pending = make_signature(make_campaign(), email="ara@people.example")
    withdrawn = make_signature(make_campaign(), email="ara@people.example", state="withdrawn")
    make_signature(make_campaign(), email="eun@people.example")
    erased = make_signature(make_campaign(), email="ara@people.example")
    actions.erase_signature(signature=erased)
    assert client.post("/en/signatures/links/", {"email": "ARA@people.example"}).status_code == 302
    post_office.send()
    (mail,) = post_office.server.mails
    found = set(re.findall(r"https?://\S+/signatures/\S+", mail.get_body(("plain",)).get_content()))
    assert found == {
        links.own_page_url(signature),
        links.confirm_url(pending),
        links.own_page_url(withdrawn),
    }


def test_an_address_that_has_signed_nothing_gets_no_mail_and_nobody_learns_it(client, signature, post_office):
    known = client.post("/en/signatures/links/", {"email": "ara@people.example"})
    unknown = client.post("/en/signatures/links/", {"email": "eun@people.example"})
    assert (known.status_code, known.content, known["Location"]) == (
        unknown.status_code,
        unknown.content,
        unknown["Location"],
    )
    post_office.send()
    assert post_office.server.recipients == ["ara@people.example"]


def test_asking_for_the_links_twice_queues_one_mail(client, signature):
    for _ in range(2):
        client.post("/en/signatures/links/", {"email": "ara@people.example"})
    assert Message.objects.count() == 1


@pytest.mark.parametrize("email", ["", "ara", "a@b.example, c@d.example", "ara@people.example\nBcc: x@y.example"])
def test_a_bad_address_is_refused_and_kept(client, signature, email):
    response = client.post("/en/signatures/links/", {"email": email})
    assert response.status_code == 422
    assert 'id="id_email_error"' in response.content.decode()
    assert not Message.objects.exists()
