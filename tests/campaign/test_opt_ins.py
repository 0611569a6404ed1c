"""Supporters say yes to each organisation's mails apart, confirm it with their signature, and take it back at will."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign import actions, links
from campaign.models import OptIn, Partnership, Signature
from tests.factories import HOUR, NOW, fresh, make_organisation, make_partnership, make_signature


@pytest.fixture
def harbour(campaign, bora):
    """A partner of the campaign."""
    return make_partnership(campaign, make_organisation("harbour"), by=bora, accepted=True).organisation


@pytest.fixture
def tower(campaign, bora):
    """Asked, and silent so far."""
    return make_partnership(campaign, make_organisation("tower"), by=bora).organisation


def confirm(signature, now=NOW):
    actions.confirm_signature(
        signature_id=signature.pk, revision=signature.revision, shown=actions.digest_of(signature), now=now
    )


def standing(signature):
    return [opt_in.organisation.slug for opt_in in signature.opt_ins.standing().order_by("organisation__slug")]


# --- The form ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/en/campaigns/light-the-way/", "/en/campaigns/light-the-way/sign/"])
def test_the_form_asks_about_each_partner_and_ticks_nothing(client, harbour, tower, path):
    page = client.get(path).content.decode()
    box = page.partition('name="updates_from"')[2].partition(">")[0]
    assert f'value="{harbour.pk}"' in box
    assert "checked" not in box
    assert "Tower" not in page


def test_without_partners_nothing_is_asked(client, campaign):
    assert "updates_from" not in client.get("/en/campaigns/light-the-way/").content.decode()


def test_only_partners_are_kept_of_what_a_form_says(submit, harbour, tower, lantern):
    submit(updates_from=[str(harbour.pk), str(tower.pk), str(lantern.pk), "99999", "x", "-1", "9" * 40, "１"])
    assert Signature.objects.get().updates_from == [harbour.pk]
    assert not OptIn.objects.exists()


def test_a_refused_form_keeps_the_ticks(submit, harbour):
    response = submit(name="", updates_from=str(harbour.pk))
    assert response.status_code == 422
    assert "checked" in response.content.decode().partition('name="updates_from"')[2].partition(">")[0]


def test_a_form_of_an_older_letter_and_a_preview_keep_the_ticks(submit, harbour, bora, campaign):
    other = make_partnership(campaign, make_organisation("bay"), by=bora, accepted=True).organisation
    for changes in ({"letter": "1"}, {"preview": "1"}):
        page = submit(updates_from=[str(harbour.pk), str(other.pk)], **changes).content.decode()
        assert page.count("checked") >= 2
        for partner in (harbour, other):
            assert "checked" in page.partition(f'name="updates_from" value="{partner.pk}"')[2].partition(">")[0]


def test_asking_for_mails_costs_no_query_more_and_betrays_nobody(campaign, submit, harbour):
    make_signature(campaign, email="ara@people.example", state="confirmed")
    counts = []
    for changes in ({"email": "new@people.example"}, {"email": "two@people.example", "updates_from": harbour.pk}):
        with CaptureQueriesContext(connection) as queries:
            submit(**changes)
        counts.append(len(queries))
    with CaptureQueriesContext(connection) as queries:
        known = submit(updates_from=harbour.pk)
    assert {*counts, len(queries)} == {counts[0]}
    assert known.status_code == 302


# --- Confirming --------------------------------------------------------------------------------------------------


def test_the_mail_and_the_page_say_which_were_chosen_and_confirming_makes_them_count(
    client, submit, harbour, post_office
):
    submit(updates_from=harbour.pk, wants_updates="on")
    post_office.send()
    mail = " ".join(post_office.text_to("ara@people.example").split())
    assert "You also asked for mails from: Lantern Harbour Was it not you?" in mail
    signature = Signature.objects.get()
    page = client.get(links.confirm_url(signature).removeprefix("http://testserver")).content.decode()
    assert "Mails you asked for" in page
    assert "Harbour" in page
    assert not OptIn.objects.exists()
    confirm(signature)
    opt_in = OptIn.objects.get()
    assert (opt_in.organisation, opt_in.at, opt_in.withdrawn_at) == (harbour, NOW, None)


def test_who_asked_for_nothing_reads_nothing_about_it(submit, campaign, harbour, post_office):
    submit()
    post_office.send()
    assert "You also asked" not in post_office.text_to("ara@people.example")
    confirm(Signature.objects.get())
    assert not OptIn.objects.exists()


def test_a_choice_that_changed_after_the_page_was_opened_is_not_confirmed(campaign, submit, harbour):
    submit()
    signature = Signature.objects.get()
    shown = actions.digest_of(signature)
    submit(updates_from=harbour.pk)
    with pytest.raises(actions.ContentChanged):
        actions.confirm_signature(signature_id=signature.pk, revision=0, shown=shown, now=NOW)


def test_signing_again_replaces_what_was_chosen_before(campaign, submit, harbour, bora):
    bay = make_partnership(campaign, make_organisation("bay"), by=bora, accepted=True).organisation
    submit(updates_from=harbour.pk)
    signature = Signature.objects.get()
    confirm(signature)
    actions.withdraw_signature(signature=signature)
    assert standing(signature) == []
    submit(updates_from=bay.pk)
    confirm(fresh(signature), now=NOW + HOUR)
    assert standing(signature) == ["bay"]


# --- The own page ------------------------------------------------------------------------------------------------


@pytest.fixture
def signature(campaign, harbour):
    signature = make_signature(
        campaign, email="ara@people.example", state="confirmed", wants_updates=True, updates_from=[harbour.pk]
    )
    OptIn.objects.create(signature=signature, organisation=harbour, at=NOW - HOUR)
    return signature


def path(signature, page=""):
    return f"/en/signatures/{links.own_page_token(signature)}/{page}"


def test_the_own_page_shows_each_and_takes_it_back(client, signature, harbour):
    page = client.get(path(signature)).content.decode()
    assert "Who may write to you" in page
    assert page.count("checked") == 2
    answer = client.post(path(signature, "updates/"), {"partners": [harbour.pk]})
    assert answer.status_code == 302
    assert (fresh(signature).wants_updates, standing(signature)) == (False, ["harbour"])
    client.post(path(signature, "updates/"), {"own": "on"})
    assert (fresh(signature).wants_updates, standing(signature)) == (True, [])
    assert OptIn.objects.get().withdrawn_at is not None


def test_a_yes_can_be_given_again_with_the_time_of_the_new_one(signature, harbour):
    actions.choose_updates(signature=signature, own=True, partners=[], now=NOW)
    actions.choose_updates(signature=signature, own=True, partners=[harbour.pk], now=NOW + HOUR)
    opt_in = OptIn.objects.get()
    assert (opt_in.at, opt_in.withdrawn_at) == (NOW + HOUR, None)


def test_saving_unchanged_keeps_the_time_of_the_first_yes(signature, harbour):
    actions.choose_updates(signature=signature, own=True, partners=[harbour.pk], now=NOW)
    assert OptIn.objects.get().at == NOW - HOUR


def test_who_is_no_partner_cannot_be_chosen_and_who_was_can_be_left(client, signature, harbour, tower):
    actions.choose_updates(signature=signature, own=True, partners=[harbour.pk, tower.pk])
    assert standing(signature) == ["harbour"]
    Partnership.objects.get(organisation=harbour).move(Partnership.State.ENDED)
    assert "Harbour" in client.get(path(signature)).content.decode()
    actions.choose_updates(signature=signature, own=True, partners=[])
    assert "Harbour" not in client.get(path(signature)).content.decode()


@pytest.mark.parametrize("state", ["pending", "withdrawn", "held"])
def test_only_a_signature_that_stands_chooses(client, campaign, harbour, state):
    signature = make_signature(campaign, state=state)
    assert "Who may write to you" not in client.get(path(signature)).content.decode()
    client.post(path(signature, "updates/"), {"own": "on", "partners": [harbour.pk]})
    assert (fresh(signature).wants_updates, OptIn.objects.count()) == (False, 0)


def test_unsubscribing_from_the_campaign_s_organisation_leaves_the_partners(client, signature, harbour):
    actions.unsubscribe(signature=signature)
    page = client.get(path(signature)).content.decode()
    assert page.count("checked") == 1
    client.post(path(signature, "updates/"), {"own": "on", "partners": [harbour.pk]})
    assert Signature.objects.wants_updates_still(signature)
    assert standing(signature) == ["harbour"]


def test_a_partner_writes_to_those_who_said_yes_and_stand(campaign, signature, harbour, tower):
    assert list(OptIn.objects.to(harbour, campaign)) == list(signature.opt_ins.all())
    assert not OptIn.objects.to(tower, campaign).exists()
    actions.withdraw_signature(signature=signature)
    assert not OptIn.objects.to(harbour, campaign).exists()


def test_nobody_is_written_to_for_who_is_no_partner_any_more(campaign, signature, harbour):
    Partnership.objects.get(organisation=harbour).move(Partnership.State.ENDED)
    assert not OptIn.objects.to(harbour, campaign).exists()


def test_erasure_takes_the_opt_ins_with_the_person(signature):
    actions.erase_signature(signature=signature)
    assert not OptIn.objects.exists()
    erased = fresh(signature)
    assert (erased.updates_from, erased.wants_updates) == ([], False)
