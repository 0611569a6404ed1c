"""A partner writes to those who said yes to its mails in this campaign, and to nobody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import OrganisationText
from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions, links, update_rules
from campaign.models import OptIn, Partnership, Signature, Unsubscription, Update
from tests.campaign.test_updates import ask, release, send, sign, step  # noqa: F401 send is a fixture
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    fresh,
    make_campaign,
    make_organisation,
    make_partnership,
    make_person,
    make_update,
)
from tests.logging_in import log_in


@pytest.fixture
def harbour(db):
    return make_organisation("harbour")


@pytest.fixture
def hana(harbour):
    return make_person("Hana", role=Role.ORGANIZER, organisation=harbour, member=MemberRole.OWNER, is_staff=True)


@pytest.fixture
def hugo(harbour):
    """Another organizer of Harbour."""
    return make_person("Hugo", role=Role.ORGANIZER, organisation=harbour, is_staff=True)


@pytest.fixture
def partnership(campaign, harbour, bora):
    return make_partnership(campaign, harbour, by=bora, accepted=True)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(update_rules, "MANY", 1)


def opted_in(campaign, organisation, email="", at=NOW - HOUR, **fields):
    """Somebody who signed and wants the mails of this partner, but not the campaign's own."""
    signature = sign(campaign, email, wants_updates=False, **fields)
    OptIn.objects.create(signature=signature, organisation=organisation, at=at)
    return signature


def of_harbour(campaign, harbour, hana, **fields):
    return make_update(campaign, hana, partner=harbour, is_public=False, **fields)


def wanting(campaign, organisation):
    return list(update_rules.who_get_updates(campaign, organisation).order_by("pk"))


# --- Who gets it -----------------------------------------------------------------------------------------------------


def test_those_get_it_who_said_yes_to_that_partner_in_that_campaign(
    campaign,
    harbour,
    hana,
    bora,
    partnership,
    send,  # noqa: F811
    post_office,
):
    tower = make_partnership(campaign, make_organisation("tower"), by=bora, accepted=True).organisation
    sister = make_campaign(organisation=campaign.organisation)
    make_partnership(sister, harbour, by=bora, accepted=True)
    opted_in(campaign, harbour, "ara@people.example")
    opted_in(campaign, tower, "towers@people.example")
    opted_in(sister, harbour, "sisters@people.example")
    opted_in(campaign, harbour, "withdrew@people.example", state=Signature.State.WITHDRAWN)
    sign(campaign, "own@people.example")
    update = send(of_harbour(campaign, harbour, hana), hana)
    assert post_office.server.recipients == ["ara@people.example"]
    assert (update.state, update.recipients) == ("sent", 1)
    send(make_update(campaign, bora), bora)
    assert post_office.server.recipients == ["ara@people.example", "own@people.example"]


def test_the_mail_says_who_writes_and_why_one_gets_it(campaign, harbour, hana, partnership, send, post_office):  # noqa: F811
    OrganisationText.objects.create(organisation=harbour, language="ko", name="항구")
    opted_in(campaign, harbour, "ara@people.example")
    opted_in(campaign, harbour, "bada@people.example", language="ko")
    send(of_harbour(campaign, harbour, hana), hana)
    mail = post_office.mails_to("ara@people.example")[0]
    text = post_office.text_to("ara@people.example")
    assert "Harbour (Maninso)" in mail["From"]
    assert "You signed a letter and asked for mails of Harbour, which stands behind it, too." in text
    assert "One click ends these mails of Harbour" in text
    assert "Lantern" not in text
    assert "항구 (Maninso)" in post_office.mails_to("bada@people.example")[0]["From"]


@pytest.mark.parametrize("organisation", ["harbour", None])
def test_who_ended_all_mails_of_the_partner_or_cannot_be_reached_gets_none(
    campaign, harbour, partnership, organisation
):
    ara = opted_in(campaign, harbour, "ara@people.example")
    left = Unsubscription.objects.create(
        organisation=harbour if organisation else None,
        email_index=ara.email_index,
        cause="asked" if organisation else "bounced",
        at=NOW,
    )
    assert wanting(campaign, harbour) == []
    actions.choose_updates(signature=ara, own=False, partners=[harbour.pk], now=NOW + SECOND)
    assert wanting(campaign, harbour) == [ara]
    left.delete()


# --- What ends it ----------------------------------------------------------------------------------------------------


def test_one_click_ends_that_opt_in_and_nothing_else(
    campaign,
    harbour,
    hana,
    bora,
    partnership,
    send,  # noqa: F811
    post_office,
    client,
):
    tower = make_partnership(campaign, make_organisation("tower"), by=bora, accepted=True).organisation
    ara = opted_in(campaign, harbour, "ara@people.example")
    OptIn.objects.create(signature=ara, organisation=tower, at=NOW)
    Signature.objects.filter(pk=ara.pk).update(wants_updates=True)
    send(of_harbour(campaign, harbour, hana), hana)
    mail = post_office.mails_to("ara@people.example")[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = mail["List-Unsubscribe"].strip("<>")
    assert url in post_office.text_to("ara@people.example")
    path = "/" + url.partition("//")[2].partition("/")[2]
    assert client.get(path).status_code == 200
    assert wanting(campaign, harbour) == [ara]
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [wanting(campaign, each) for each in (harbour, tower, None)] == [[], [ara], [ara]]


def test_it_is_ended_and_undone_on_a_page_that_names_the_partner(campaign, harbour, partnership, client):
    ara = opted_in(campaign, harbour)
    path = f"/en/updates/{links.unsubscribe_token(ara, ara.opt_ins.get())}/"
    page = client.get(path).content.decode()
    assert "Harbour, which stands behind this letter, sends you no more mails because of it." in page
    assert "Other mails that you asked for go on." in page
    page = client.post(path, follow=True).content.decode()
    assert "You get no more news" in page
    assert wanting(campaign, harbour) == []
    client.post(f"{path}undo/")
    assert wanting(campaign, harbour) == [ara]


def test_the_link_of_an_erased_person_ends_nothing_and_says_so(campaign, harbour, partnership, client):
    ara = opted_in(campaign, harbour)
    path = f"/en/updates/{links.unsubscribe_token(ara, ara.opt_ins.get())}/"
    actions.erase_signature(signature=ara)
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "Nothing of you is left here" in client.get(path).content.decode()


def test_a_partnership_that_ends_stops_its_updates_and_no_others(
    campaign, harbour, hana, hugo, bora, partnership, few, post_office, monkeypatch
):
    monkeypatch.setattr(update_rules, "MANY", 2)
    for _ in range(2):
        opted_in(campaign, harbour)
    going, planned, own = (
        of_harbour(campaign, harbour, hana),
        of_harbour(campaign, harbour, hana),
        make_update(campaign, bora),
    )
    ask(going, hana)
    step()
    ask(planned, hana, send_at=NOW + DAY)
    ask(own, bora, send_at=NOW + DAY)
    monkeypatch.setattr(update_rules, "MANY", 1)
    waiting = of_harbour(campaign, harbour, hana)
    ask(waiting, hana)
    actions.end_partnership(partnership=partnership, by=bora)
    assert [fresh(each).state for each in (going, planned, waiting, own)] == ["stopped", "draft", "draft", "scheduled"]
    post_office.send("updates", now=NOW)
    assert post_office.server.recipients == []
    with pytest.raises(actions.CannotBeSentNow):
        actions.resume_update(update=going, by=hana)
    with pytest.raises(actions.CannotBeSentNow):
        ask(planned, hana)
    assert fresh(going).state == "stopped"


def test_what_was_switched_behind_the_verb_s_back_goes_to_nobody(campaign, harbour, hana, partnership, post_office):
    """Ended while a step runs: neither begun, nor composed."""
    opted_in(campaign, harbour)
    going, planned = of_harbour(campaign, harbour, hana), of_harbour(campaign, harbour, hana)
    ask(going, hana)
    step()
    ask(planned, hana)
    partnership.move(Partnership.State.ENDED)
    step()
    post_office.send("updates", now=NOW)
    assert post_office.server.recipients == []
    assert fresh(planned).state == "draft"
    assert going.mails.get().state == "left"


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_many_get_it_when_another_of_the_partner_or_a_publisher_has_released_it(
    campaign, harbour, hana, hugo, bora, partnership, few, post_office
):
    publisher = make_person("Pia", role=Role.PUBLISHER, is_staff=True)
    viewer = make_person("Vera", organisation=harbour, member=MemberRole.VIEWER, is_staff=True)
    for _ in range(2):
        opted_in(campaign, harbour)
    for second in (hugo, publisher):
        update = of_harbour(campaign, harbour, hana)
        assert ask(update, hana).state == "waiting"
        for other in (hana, bora, viewer):
            with pytest.raises(actions.NotForYouToRelease):
                release(update, other)
        assert release(update, second).state == "scheduled"


def test_those_who_may_release_it_are_asked_by_mail(campaign, harbour, hana, hugo, bora, partnership, few, post_office):
    for _ in range(2):
        opted_in(campaign, harbour)
    ask(of_harbour(campaign, harbour, hana), hana)
    post_office.send()
    assert post_office.server.recipients == ["hugo@example.com"]
    assert "send news to 2 supporters" in post_office.text_to("hugo@example.com")


def test_the_partner_writes_previews_tests_and_sends_at_the_desk(
    campaign, harbour, hana, partnership, client, post_office
):
    opted_in(campaign, harbour, "ara@people.example", name="Ara Kim", display=Signature.Display.HIDDEN)
    sign(campaign, "own@people.example")
    log_in(client, hana, proven_again=True)
    seen = [client.get(reverse("campaign_desk:partnership", args=[partnership.pk])).content.decode()]
    listed = reverse("campaign_desk:partner_updates", args=[partnership.pk])
    assert listed in seen[0]
    seen.append(client.get(listed).content.decode())
    assert "One person wants updates" in seen[-1]
    new = reverse("campaign_desk:new_partner_update", args=[partnership.pk])
    typed = {"title_en": "From the harbour", "words_en": "We sail."}
    seen.append(client.get(new).content.decode())
    assert "Where can it be read?" not in seen[-1]
    seen.append(client.post(new, typed | {"preview": "yes"}).content.decode())
    assert "asked for mails of Harbour" in seen[-1]
    assert "On the page" not in seen[-1]
    page = client.post(new, typed, follow=True)
    seen.append(page.content.decode())
    update = Update.objects.get()
    assert (update.partner, update.is_public) == (harbour, False)
    client.post(url("update_test", update), {"languages": ["en"]})
    post_office.send()
    assert post_office.mails_to("hana@example.com")[0]["Subject"] == "[TEST] From the harbour"
    changed = typed | {"words_en": "We sail at noon.", "seen": actions.digest_of_update(update)}
    seen.append(client.post(url("update_words", update), changed, follow=True).content.decode())
    seen.append(client.get(url("update_sending", update)).content.decode())
    assert "Send it to 1 person" in seen[-1]
    form = {"seen": actions.digest_of_update(update), "zone": "Europe/Warsaw", "at": ""}
    seen.append(client.post(url("update_sending", update), form, follow=True).content.decode())
    step(fresh(update).send_at)
    post_office.send("updates")
    assert "We sail at noon." in post_office.text_to("ara@people.example")
    assert not post_office.mails_to("own@people.example")
    assert "1 of 1 have it." in client.get(url("update_progress", update)).content.decode()
    assert not [page for page in seen if "Ara Kim" in page or "ara@" in page]
    # The campaign's own page shows nothing of it.
    assert "From the harbour" not in client.get("/en/campaigns/light-the-way/").content.decode()


def url(name, update):
    return reverse(f"campaign_desk:{name}", args=[update.campaign.slug, update.pk])


PAGES = [
    "update",
    "words",
    "sending",
    "release",
    "taking_back",
    "stopping",
    "resuming",
    "ending",
    "deletion",
    "progress",
]


def test_the_campaign_s_own_organizers_another_partner_and_a_viewer_find_none_of_its_pages(
    campaign, harbour, hana, bora, partnership, client
):
    tower = make_partnership(campaign, make_organisation("tower"), by=bora, accepted=True).organisation
    theirs = make_person("Tom", role=Role.ORGANIZER, organisation=tower, is_staff=True)
    viewer = make_person("Vera", organisation=harbour, member=MemberRole.VIEWER, is_staff=True)
    update = of_harbour(campaign, harbour, hana)
    for person in (bora, theirs, viewer):
        log_in(client, person, proven_again=True)
        for name in PAGES:
            page = url(name if name == "update" else f"update_{name}", update)
            assert client.get(page).status_code == 404, (person, name)
        assert client.post(url("update_test", update), {"languages": ["en"]}).status_code == 404
        for name in ("partner_updates", "new_partner_update"):
            assert client.get(reverse(f"campaign_desk:{name}", args=[partnership.pk])).status_code == 404
    log_in(client, bora)
    own = client.get(reverse("campaign_desk:updates", args=[campaign.slug])).content.decode()
    assert "They are home" not in own


def test_the_partner_finds_nothing_of_the_campaign_s_own(campaign, hana, bora, partnership, client):
    own = make_update(campaign, bora)
    log_in(client, hana, proven_again=True)
    assert client.get(url("update", own)).status_code == 404
    assert client.get(reverse("campaign_desk:updates", args=[campaign.slug])).status_code == 404


def test_a_publisher_finds_it_from_the_campaign_s_partners(campaign, harbour, hana, bora, partnership, few, client):
    for _ in range(2):
        opted_in(campaign, harbour)
    update = of_harbour(campaign, harbour, hana)
    ask(update, hana)
    log_in(client, make_person("Pia", role=Role.PUBLISHER, is_staff=True), proven_again=True)
    partners = client.get(reverse("campaign_desk:partners", args=[campaign.slug])).content.decode()
    listed = reverse("campaign_desk:partner_updates", args=[partnership.pk])
    assert listed in partners
    assert url("update", update) in client.get(listed).content.decode()
    assert url("update_release", update) in client.get(url("update", update)).content.decode()
    answer = client.post(url("update_release", update), {"seen": fresh(update).digest}, follow=True)
    assert "Released." in answer.content.decode()
    log_in(client, bora)
    assert listed not in client.get(reverse("campaign_desk:partners", args=[campaign.slug])).content.decode()


def test_who_is_no_partner_any_more_reads_what_it_wrote_and_sends_nothing(
    campaign, harbour, hana, bora, partnership, client
):
    opted_in(campaign, harbour)
    update = of_harbour(campaign, harbour, hana)
    actions.end_partnership(partnership=partnership, by=bora)
    log_in(client, hana, proven_again=True)
    page = client.get(reverse("campaign_desk:partner_updates", args=[partnership.pk])).content.decode()
    assert "They are home" in page
    assert "Write an update" not in page
    assert client.get(reverse("campaign_desk:new_partner_update", args=[partnership.pk])).status_code == 404
    assert "It cannot be sent now" in client.get(url("update_sending", update)).content.decode()
    form = {"seen": actions.digest_of_update(update), "zone": "Europe/Warsaw", "at": ""}
    answer = client.post(url("update_sending", update), form)
    assert answer.status_code == 422


def test_the_log_says_which_partner_wrote(campaign, harbour, hana, partnership):
    opted_in(campaign, harbour)
    update = actions.write_update(
        campaign=campaign, partner=harbour, texts={"en": ("x", "y")}, is_public=False, by=hana
    )
    ask(update, hana)
    for entry in Entry.objects.filter(action__in=["updates.written", "updates.asked"]):
        assert entry.details["partner"] == "harbour"


def test_its_list_costs_the_same_for_one_and_for_three(campaign, harbour, hana, partnership, client):
    log_in(client, hana)
    path = reverse("campaign_desk:partner_updates", args=[partnership.pk])

    def queries():
        client.get(path)
        with CaptureQueriesContext(connection) as counted:
            assert client.get(path).status_code == 200
        return len(counted)

    of_harbour(campaign, harbour, hana)
    one = queries()
    for name in ("X", "Y"):
        of_harbour(campaign, harbour, make_person(name), title=name)
    assert queries() == one
