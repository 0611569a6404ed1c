"""Updates: who gets them, once; what a second person has to do with them; what stops them; who wants no more."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions, links, update_rules
from campaign.actions import updates
from campaign.models import Signature, Unsubscription, Update, UpdateMail, UpdateText
from outbox import actions as outbox
from outbox.inbound.reading import Reading
from outbox.inbound.receiving import hear
from outbox.models import InboundMail, Message
from tests import factories
from tests.factories import DAY, HOUR, NOW, SECOND, fresh, make_campaign, make_signature, make_update

CONFIRMED = Signature.State.CONFIRMED


def sign(campaign, email="", **fields):
    return make_signature(campaign, email=email, **{"state": CONFIRMED, "wants_updates": True, **fields})


def ask(update, by, **options):
    return actions.ask_to_send(update=update, seen=actions.digest_of_update(update), by=by, now=NOW, **options)


def release(update, by):
    return actions.release_update(update=update, seen=actions.digest_of_update(update), by=by, now=NOW)


def step(now=NOW):
    actions.send_updates(now=now)


@pytest.fixture
def send(post_office):
    """Asked for and sent, as far as one step goes."""

    def send(update, by, now=NOW):
        ask(update, by)
        step(now)
        post_office.send("updates", now=now)
        step(now)
        return fresh(update)

    return send


@pytest.fixture
def dora(lantern):
    """Another organizer of Bora's organisation."""
    return factories.make_person("Dora", role=Role.ORGANIZER, organisation=lantern, is_staff=True)


@pytest.fixture
def few(monkeypatch):
    """Two are many, in all but the database's own rule."""
    monkeypatch.setattr(update_rules, "MANY", 1)


# --- Who gets it -----------------------------------------------------------------------------------------------------


def test_those_who_confirmed_and_asked_for_updates_get_them_once(campaign, bora, send, post_office):
    sign(campaign, "ara@people.example")
    sign(campaign, wants_updates=False)
    sign(campaign, state=Signature.State.PENDING)
    sign(campaign, state=Signature.State.WITHDRAWN)
    sign(make_campaign())
    actions.erase_signature(signature=sign(campaign))
    update = send(make_update(campaign, bora), bora)
    for _ in range(3):
        step()
        post_office.send("updates")
    assert post_office.server.recipients == ["ara@people.example"]
    assert (update.state, update.recipients) == ("sent", 1)


def test_whoever_confirms_while_it_is_sent_is_not_among_them(campaign, bora, send, post_office):
    sign(campaign, "ara@people.example")
    sign(campaign, "late@people.example", at=NOW + SECOND)
    send(make_update(campaign, bora), bora)
    assert post_office.server.recipients == ["ara@people.example"]


def test_an_update_that_nobody_would_read_is_refused(campaign, bora):
    with pytest.raises(actions.NobodyToTell):
        ask(make_update(campaign, bora, is_public=False), bora)
    ask(make_update(campaign, bora), bora)


def test_a_public_one_without_recipients_stands_on_the_page(campaign, bora, send, client):
    assert send(make_update(campaign, bora, words="See https://news.example/x <now>."), bora).state == "sent"
    page = client.get("/en/campaigns/light-the-way/").content.decode()
    assert "They are home" in page
    assert '<a href="https://news.example/x" rel="nofollow">' in page
    assert "&lt;now&gt;" in page
    assert "Nothing to tell yet" not in page


def test_what_is_for_the_mail_only_or_has_not_begun_stands_on_no_page(campaign, bora, send, client):
    sign(campaign)
    send(make_update(campaign, bora, is_public=False), bora)
    make_update(campaign, bora)
    ask(make_update(campaign, bora), bora, send_at=NOW + DAY)
    step()
    page = client.get("/en/campaigns/light-the-way/").content.decode()
    assert "They are home" not in page
    assert "Nothing to tell yet" in page


def test_each_reads_it_in_their_language_or_is_told_that_there_is_none(campaign, bora, send, post_office):
    sign(campaign, "ara@people.example", language="ko")
    sign(campaign, "hong@people.example", language="zh-hans")
    update = make_update(campaign, bora)
    UpdateText.objects.create(update=update, language="ko", title="집으로", words="열 명 모두.")
    send(update, bora)
    assert "열 명 모두." in post_office.text_to("ara@people.example")
    chinese = post_office.mails_to("hong@people.example")[0]
    assert chinese["Content-Language"] == "zh-hans"
    assert "All ten of them." in chinese.get_body(("plain",)).get_content()
    assert '<div lang="en">' in chinese.get_body(("html",)).get_content()


def test_the_subject_says_nothing_where_signing_is_dangerous(campaign, bora, send, post_office):
    sign(campaign, "ara@people.example")
    sign(campaign, "hong@people.example", country="CN")
    send(make_update(campaign, bora), bora)
    assert post_office.mails_to("ara@people.example")[0]["Subject"] == "They are home"
    assert post_office.mails_to("hong@people.example")[0]["Subject"] == "News of your letter"


def test_the_mail_leads_to_the_page_only_if_it_stands_there(campaign, bora, send, post_office):
    sign(campaign, "ara@people.example")
    public = send(make_update(campaign, bora), bora)
    assert f"/en/campaigns/light-the-way/#update-{public.pk}" in post_office.text_to("ara@people.example")
    send(make_update(campaign, bora, is_public=False), bora)
    assert "#update" not in post_office.text_to("ara@people.example")


# --- When, and in small steps ----------------------------------------------------------------------------------------


def test_it_goes_at_its_time_and_not_before(campaign, bora, post_office):
    sign(campaign)
    update = make_update(campaign, bora)
    ask(update, bora, send_at=NOW + HOUR, time_zone="Asia/Seoul")
    step(NOW + HOUR - SECOND)
    assert fresh(update).state == "scheduled"
    step(NOW + HOUR)
    assert fresh(update).state == "sending"
    assert Message.objects.filter(kind="update").count() == 1


def test_mails_are_noted_and_queued_in_batches(campaign, bora, monkeypatch):
    monkeypatch.setattr(updates, "PLANNED_AT_ONCE", 2)
    monkeypatch.setattr(updates, "IN_THE_QUEUE", 3)
    for _ in range(5):
        sign(campaign)
    update = make_update(campaign, bora)
    ask(update, bora)
    seen = []
    for _ in range(3):
        step()
        seen.append((UpdateMail.objects.count(), Message.objects.filter(kind="update").count()))
    assert seen == [(2, 2), (4, 3), (5, 3)]


def test_a_small_update_does_not_wait_behind_a_large_one(campaign, bora, monkeypatch):
    monkeypatch.setattr(updates, "IN_THE_QUEUE", 4)
    for _ in range(5):
        sign(campaign)
    other = make_campaign()
    sign(other)
    large, small = make_update(campaign, bora), make_update(other, bora)
    for update in (large, small):
        ask(update, bora)
    step()
    counts = UpdateMail.objects.filter(state="queued")
    assert (counts.filter(update=large).count(), counts.filter(update=small).count()) == (2, 1)
    step()
    assert counts.filter(update=large).count() == 3


def test_no_more_than_the_hour_s_limit_are_queued(campaign, bora, settings, post_office):
    settings.UPDATES_AN_HOUR = 2
    for _ in range(3):
        sign(campaign)
    ask(make_update(campaign, bora), bora)
    for minutes in (0, 30, 59):
        step(NOW + dt.timedelta(minutes=minutes))
        post_office.send("updates", now=NOW + dt.timedelta(minutes=minutes))
    assert len(post_office.server.mails) == 2
    step(NOW + HOUR + SECOND)
    post_office.send("updates", now=NOW + HOUR + SECOND)
    assert len(post_office.server.mails) == 3


def test_a_confirmation_does_not_wait_behind_updates(campaign, bora, post_office):
    for _ in range(3):
        sign(campaign)
    ask(make_update(campaign, bora), bora)
    step()
    pending = make_signature(campaign, email="ara@people.example")
    outbox.enqueue(kind="confirmation", subject_id=pending.pk, language="en")
    post_office.send("confirmations")
    assert post_office.server.recipients == ["ara@people.example"]


# --- A second person -------------------------------------------------------------------------------------------------


def test_many_get_it_when_a_second_person_has_released_it(campaign, bora, dora, few, post_office):
    sign(campaign)
    sign(campaign)
    update = make_update(campaign, bora)
    assert ask(update, bora).state == "waiting"
    step()
    assert fresh(update).state == "waiting"
    assert release(update, dora).state == "scheduled"
    step()
    assert fresh(update).state == "sending"
    actions_of = list(Entry.objects.filter(kind="campaign.update").order_by("pk").values_list("action", flat=True))
    assert actions_of == ["updates.asked", "updates.released", "updates.begun"]


def test_who_wrote_or_asked_does_not_release(campaign, bora, dora, lantern, few):
    sign(campaign)
    sign(campaign)
    update = make_update(campaign, bora)
    ask(update, dora)
    for person in (bora, dora):
        with pytest.raises(actions.NotForYouToRelease):
            release(update, person)
    third = factories.make_person("Third", role=Role.ORGANIZER, organisation=lantern, is_staff=True)
    assert release(update, third).released_by == third


@pytest.mark.parametrize(
    ("role", "member", "may"),
    [
        (Role.PUBLISHER, None, True),
        (Role.REVIEWER, None, False),
        (Role.AUDITOR, None, False),
        (Role.ORGANIZER, None, False),
        (Role.ORGANIZER, MemberRole.VIEWER, False),
        (Role.ORGANIZER, MemberRole.OWNER, True),
    ],
)
def test_organizers_of_its_organisation_and_publishers_release(campaign, bora, lantern, few, role, member, may):
    sign(campaign)
    sign(campaign)
    update = make_update(campaign, bora)
    ask(update, bora)
    more = {"organisation": lantern, "member": member} if member else {"organisation": factories.make_organisation("x")}
    person = factories.make_person("Other", role=role, is_staff=True, **more)
    assert update_rules.may_release(person, fresh(update)) is may


def test_where_more_have_asked_since_it_waits_for_a_second_person_after_all(campaign, bora, dora, few):
    sign(campaign)
    update = make_update(campaign, bora)
    assert ask(update, bora, send_at=NOW + DAY).state == "scheduled"
    sign(campaign)
    step(NOW + DAY)
    assert fresh(update).state == "waiting"
    release(update, dora)
    step(NOW + DAY)
    assert fresh(update).state == "sending"


def test_those_who_may_release_are_asked_by_mail_and_nobody_else(campaign, bora, dora, few, post_office):
    factories.make_person("Publisher", role=Role.PUBLISHER, is_staff=True)
    sign(campaign)
    sign(campaign)
    update = make_update(campaign, bora)
    ask(update, bora)
    post_office.send()
    assert set(post_office.server.recipients) == {"dora@example.com", "publisher@example.com"}
    for mail in post_office.server.mails:
        assert str(mail["To"]) in ("dora@example.com", "publisher@example.com")
        assert f"/updates/{update.pk}/" in mail.get_body(("plain",)).get_content()


def test_a_change_asks_again(campaign, bora, dora, few):
    sign(campaign)
    sign(campaign)
    update = make_update(campaign, bora)
    seen = actions.digest_of_update(update)
    ask(update, bora)
    release(update, dora)
    actions.take_back_update(update=update, by=bora)
    actions.rewrite_update(update=update, texts={"en": ("Other", "Words")}, is_public=True, seen=seen, by=bora)
    changed = Update.objects.get(pk=update.pk)
    assert (changed.state, changed.released_by, changed.digest) == ("draft", None, "")
    with pytest.raises(actions.UpdateChanged):
        actions.ask_to_send(update=changed, seen=seen, by=bora)
    assert ask(changed, bora).state == "waiting"
    with pytest.raises(actions.UpdateChanged):
        actions.release_update(update=changed, seen=seen, by=dora)


def test_words_do_not_change_behind_the_draft(campaign, bora):
    update = make_update(campaign, bora)
    ask(update, bora)
    with pytest.raises(actions.UpdateChanged):
        actions.rewrite_update(
            update=update, texts={"en": ("a", "b")}, is_public=True, seen=actions.digest_of_update(update), by=bora
        )
    for change in (
        lambda: update.texts.update(words="Sneaked in."),
        lambda: update.texts.all().delete(),
        lambda: UpdateText.objects.create(update=update, language="ko", title="a", words="b"),
    ):
        with pytest.raises(IntegrityError, match="draft alone"), transaction.atomic():
            change()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Update.objects.filter(pk=update.pk).update(state="sent", ended_at=NOW, started_at=NOW, recipients=0)


def test_what_was_switched_behind_its_back_does_not_go(campaign, bora):
    sign(campaign)
    update = make_update(campaign, bora, is_public=False)
    ask(update, bora)
    Update.objects.filter(pk=update.pk).update(is_public=True)
    step()
    assert fresh(update).state == "draft"
    assert not UpdateMail.objects.exists()


def test_two_who_write_at_once_do_not_overwrite_each_other(campaign, bora, dora):
    update = make_update(campaign, bora)
    seen = actions.digest_of_update(update)
    actions.rewrite_update(update=update, texts={"en": ("One", "First")}, is_public=True, seen=seen, by=bora)
    with pytest.raises(actions.UpdateChanged):
        actions.rewrite_update(update=update, texts={"en": ("Two", "Second")}, is_public=True, seen=seen, by=dora)
    assert update.texts.get().title == "One"


def test_a_draft_alone_can_be_deleted(campaign, bora):
    draft, asked = make_update(campaign, bora), make_update(campaign, bora)
    ask(asked, bora)
    actions.delete_update(update=draft, by=bora)
    with pytest.raises(actions.UpdateChanged):
        actions.delete_update(update=asked, by=bora)
    with pytest.raises(IntegrityError), transaction.atomic():
        UpdateText.objects.filter(update=asked)._raw_delete("default")
    assert list(Update.objects.all()) == [asked]


# --- Stopping --------------------------------------------------------------------------------------------------------


def test_a_stopped_update_goes_no_further_and_resumes_where_it_stopped(campaign, bora, post_office, monkeypatch):
    monkeypatch.setattr(updates, "IN_THE_QUEUE", 2)
    people = [sign(campaign) for _ in range(4)]
    update = make_update(campaign, bora)
    ask(update, bora)
    step()
    post_office.send("updates")
    step()
    actions.stop_update(update=update, by=bora)
    assert not Message.objects.unsettled().exists()
    step()
    post_office.send("updates")
    assert len(post_office.server.mails) == 2
    actions.resume_update(update=update, by=bora)
    for _ in range(2):
        step()
        post_office.send("updates")
    step()
    assert sorted(post_office.server.recipients) == sorted(person.email for person in people)
    assert fresh(update).state == "sent"
    entry = Entry.objects.get(action="updates.stopped")
    assert (entry.details["mails"]["sent"], entry.details["mails"]["waiting"]) == (2, 2)


def test_the_worker_looks_once_more_when_it_takes_a_batch(campaign, bora, post_office):
    sign(campaign)
    update = make_update(campaign, bora)
    ask(update, bora)
    step()
    # Stopped in the moment in which these were queued.
    Update.objects.filter(pk=update.pk).update(state="stopped")
    post_office.send("updates")
    assert post_office.server.mails == []
    assert UpdateMail.objects.get().state == "waiting"


def test_the_site_s_pause_keeps_updates_too(campaign, bora, post_office):
    sign(campaign)
    ask(make_update(campaign, bora), bora)
    step()
    pause = actions.pause(scope="site", by=bora, reason="x")
    post_office.send("updates")
    step()
    assert post_office.server.mails == []
    assert UpdateMail.objects.get().state == "waiting"
    actions.lift(pause=pause, by=bora)
    step()
    post_office.send("updates")
    assert len(post_office.server.mails) == 1


def test_an_ended_update_ends(campaign, bora, monkeypatch, post_office):
    monkeypatch.setattr(updates, "IN_THE_QUEUE", 1)
    sign(campaign)
    sign(campaign)
    update = make_update(campaign, bora)
    ask(update, bora)
    step()
    actions.stop_update(update=update, by=bora)
    actions.end_update(update=update, by=bora)
    actions.resume_update(update=update, by=bora)
    step()
    post_office.send("updates")
    assert fresh(update).state == "ended"
    assert post_office.server.mails == []


def test_a_second_press_changes_nothing(campaign, bora):
    sign(campaign)
    update = make_update(campaign, bora)
    ask(update, bora)
    step()
    for verb in (actions.stop_update, actions.resume_update, actions.stop_update, actions.end_update):
        verb(update=update, by=bora)
        verb(update=update, by=bora)
    assert fresh(update).state == "ended"
    assert Entry.objects.filter(action="updates.stopped").count() == 2


# --- Who wants no more -----------------------------------------------------------------------------------------------


def test_unsubscribing_holds_for_all_campaigns_of_the_organisation_and_no_other(campaign, lantern):
    ara = sign(campaign, "ara@people.example")
    sister = sign(make_campaign(organisation=lantern), "Ara@people.example")
    foreign = sign(make_campaign(organisation=factories.make_organisation("other")), "ara@people.example")
    actions.unsubscribe(signature=ara)
    actions.unsubscribe(signature=ara)
    wanting = [s for s in (ara, sister, foreign) if s in Signature.objects.wanting_updates(s.campaign)]
    assert wanting == [foreign]
    actions.resubscribe(signature=ara)
    assert sister in Signature.objects.wanting_updates(sister.campaign)


def test_asking_for_updates_anew_is_the_later_word(campaign, lantern):
    ara = sign(campaign, "ara@people.example")
    actions.unsubscribe(signature=ara, now=NOW)
    later = sign(make_campaign(organisation=lantern), "ara@people.example", at=NOW + HOUR)
    assert later in Signature.objects.wanting_updates(later.campaign)
    assert ara not in Signature.objects.wanting_updates(campaign)


@pytest.mark.parametrize("leave", [actions.unsubscribe, actions.withdraw_signature, actions.erase_signature])
def test_whoever_leaves_gets_nothing_that_is_queued_already(campaign, bora, post_office, leave):
    ara = sign(campaign, "ara@people.example")
    sign(campaign, "other@people.example")
    update = make_update(campaign, bora)
    ask(update, bora)
    step()
    leave(signature=ara)
    post_office.send("updates")
    step()
    assert post_office.server.recipients == ["other@people.example"]
    assert UpdateMail.objects.get(signature=ara).state == "left"
    assert fresh(update).state == "sent"


def test_an_erased_person_leaves_no_unsubscription_behind(campaign):
    ara = sign(campaign, "ara@people.example")
    actions.unsubscribe(signature=ara)
    actions.erase_signature(signature=ara)
    assert not Unsubscription.objects.exists()


def test_a_mailbox_that_does_not_exist_gets_no_more(campaign, bora, send, post_office):
    ara = sign(campaign, "ara@people.example")
    full = sign(campaign, "full@people.example")
    post_office.server.behave("ara@people.example", rcpt="550 5.1.1 nobody here")
    post_office.server.behave("full@people.example", rcpt="552 5.2.2 mailbox full")
    update = send(make_update(campaign, bora), bora)
    assert update.state == "sent"
    assert set(update.mails.values_list("state", flat=True)) == {"failed"}
    assert Unsubscription.objects.get().cause == "bounced"
    wanting = Signature.objects.wanting_updates(campaign)
    assert ara not in wanting
    assert full in wanting


@pytest.mark.parametrize(
    ("sort", "code", "cause"),
    [("bounced", "5.1.1", "bounced"), ("bounced", "5.2.2", None), ("complaint", "", "complained")],
)
def test_what_comes_back_later_counts_too(campaign, bora, send, post_office, sort, code, cause):
    ara = sign(campaign, "ara@people.example")
    update = send(make_update(campaign, bora), bora)
    message = Message.objects.get(kind="update")
    hear("event-1", message_id=message.pk, reading=Reading(InboundMail.Sort(sort), status_code=code))
    assert list(Unsubscription.objects.values_list("cause", flat=True)) == ([cause] if cause else [])
    assert (ara in Signature.objects.wanting_updates(campaign)) is (cause is None)
    assert update.mails.get().state == ("failed" if sort == "bounced" else "sent")


def test_every_update_can_be_ended_by_one_click(campaign, bora, send, post_office, client):
    """RFC 8058: two headers, and a POST that needs no cookie, no page, no confirmation and leads nowhere else."""
    ara = sign(campaign, "ara@people.example")
    send(make_update(campaign, bora), bora)
    mail = post_office.mails_to("ara@people.example")[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = mail["List-Unsubscribe"].strip("<>")
    assert url == links.unsubscribe_url(ara)
    path = url.partition("//")[2].partition("/")[2]
    response = client.post(
        f"/{path}",
        {"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert (response.status_code, response.content, response.cookies) == (200, b"", {})
    assert ara not in Signature.objects.wanting_updates(campaign)


def test_one_click_from_thousands_behind_one_network_is_never_refused(campaign, client, settings):
    settings.SIGN_LIMIT = "1/hour"
    for _ in range(3):
        path = links.unsubscribe_url(sign(campaign)).partition("//")[2].partition("/")[2]
        assert client.post(f"/{path}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Unsubscription.objects.count() == 3


def test_opening_the_link_ends_nothing_the_button_does_and_can_be_undone(campaign, client):
    ara = sign(campaign, "ara@people.example")
    path = "/" + links.unsubscribe_url(ara).partition("//")[2].partition("/")[2]
    page = client.get(path)
    assert "No more news by e-mail?" in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert ara in Signature.objects.wanting_updates(campaign)
    page = client.post(path, follow=True)
    assert "You get no more news" in page.content.decode()
    assert ara not in Signature.objects.wanting_updates(campaign)
    client.post(f"{path}undo/")
    assert ara in Signature.objects.wanting_updates(campaign)


def test_an_old_link_still_ends_them_and_a_forged_one_does_nothing(campaign, client):
    ara = sign(campaign, at=NOW - 500 * DAY)
    token = links.unsubscribe_token(ara)
    assert client.post(f"/en/updates/{token}/", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Unsubscription.objects.count() == 1
    Unsubscription.objects.all().delete()
    forged = ("A" if token[0] != "A" else "B") + token[1:]
    assert client.post(f"/en/updates/{forged}/", {"List-Unsubscribe": "One-Click"}).status_code == 404
    assert client.get(f"/en/updates/{forged}/").status_code == 410
    assert (
        client.post(f"/en/updates/{links.own_page_token(ara)}/", {"List-Unsubscribe": "One-Click"}).status_code == 404
    )
    assert not Unsubscription.objects.exists()


def test_the_link_of_an_erased_person_says_that_nothing_is_left(campaign, client):
    ara = sign(campaign)
    token = links.unsubscribe_token(ara)
    actions.erase_signature(signature=ara)
    assert "Nothing of you is left here" in client.get(f"/en/updates/{token}/").content.decode()
    for data in ({}, {"List-Unsubscribe": "One-Click"}):
        assert client.post(f"/en/updates/{token}/", data, follow=True).status_code == 200
    assert client.post(f"/en/updates/{token}/undo/", follow=True).status_code == 200


def test_updates_are_chosen_on_and_off_on_one_s_own_page(campaign, client):
    ara = sign(campaign, wants_updates=False)
    actions.unsubscribe(signature=ara)
    own = f"/en/signatures/{links.own_page_token(ara)}/"
    for typed, wants in (({"own": "on"}, True), ({}, False)):
        page = client.post(f"{own}updates/", typed, follow=True).content.decode()
        assert ("checked" in page) is wants
        assert (ara in Signature.objects.wanting_updates(campaign)) is wants


# --- Tests to oneself ------------------------------------------------------------------------------------------------


def test_a_test_goes_to_the_tester_alone_and_is_marked(campaign, bora, post_office):
    sign(campaign)
    update = make_update(campaign, bora)
    assert actions.send_test_update(update=update, languages=["en", "ko"], by=bora) == 2
    post_office.send()
    assert post_office.server.recipients == ["bora@example.com"] * 2
    assert {mail["Subject"] for mail in post_office.server.mails} == {"[TEST] They are home"}
    assert post_office.server.mails[0]["List-Unsubscribe"] is None
    assert fresh(update).state == "draft"
    assert not UpdateMail.objects.exists()


def test_twenty_tests_an_hour_are_enough(campaign, bora):
    update = make_update(campaign, bora)
    for _ in range(5):
        actions.send_test_update(update=update, languages=["en", "ko", "ja", "zh-hans"], by=bora, now=NOW)
    with pytest.raises(actions.TooManyTests):
        actions.send_test_update(update=update, languages=["en"], by=bora, now=NOW)
    actions.send_test_update(update=update, languages=["en"], by=bora, now=NOW + HOUR + SECOND)


# --- What the verbs ask for themselves, and what is written down -----------------------------------------------------


def test_the_verb_sends_nothing_of_a_campaign_that_is_not_open_yet_or_in_the_archive(campaign, bora):
    sign(campaign)
    update = make_update(campaign, bora)
    draft = make_campaign(organisation=campaign.organisation, state="draft")
    with pytest.raises(actions.CannotBeSentNow):
        ask(make_update(draft, bora), bora)
    ask(update, bora, send_at=NOW + DAY)
    for state in ("closed", "delivered", "archived"):
        campaign.move(state)
    step(NOW + DAY)
    assert (fresh(update).state, fresh(update).changes.last().reason) == ("draft", "it can no longer be sent")


def test_a_change_of_words_is_written_down(campaign, bora, dora):
    update = actions.write_update(campaign=campaign, texts={"en": ("x", "y")}, is_public=True, by=bora)
    seen = actions.digest_of_update(update)
    texts = {"en": ("x", "z"), "ko": ("가", "나")}
    actions.rewrite_update(update=update, texts=texts, is_public=True, seen=seen, by=dora)
    entry = Entry.objects.get(action="updates.rewritten")
    assert (entry.by, entry.details) == ("Dora", {"languages": ["en", "ko"]})


# --- Off the page, and back ------------------------------------------------------------------------------------------


def shown(client):
    caches["pages"].clear()
    return "They are home" in client.get("/en/campaigns/light-the-way/").content.decode()


def test_a_public_one_is_taken_off_the_page_with_a_reason_and_put_back(campaign, bora, dora, send, client, post_office):
    sign(campaign, "ara@people.example")
    update = send(make_update(campaign, bora), bora)
    assert shown(client)
    actions.take_off_page(update=update, reason="a name in it", by=dora)
    assert not shown(client)
    off = fresh(update)
    assert (off.off_page_by, off.off_page_reason, off.state) == (dora, "a name in it", "sent")
    actions.take_off_page(update=update, reason="twice", by=bora)
    assert fresh(update).off_page_reason == "a name in it"
    actions.put_back_on_page(update=update, by=bora)
    actions.put_back_on_page(update=update, by=bora)
    assert shown(client)
    assert fresh(update).off_page_reason == ""
    logged = Entry.objects.filter(action__contains="page").order_by("pk").values_list("action", "by", "reason")
    assert list(logged) == [
        ("updates.taken_off_page", "Dora", "a name in it"),
        ("updates.put_back_on_page", "Bora", ""),
    ]


def test_what_still_goes_out_no_longer_leads_to_the_page_that_it_left(campaign, bora, post_office):
    sign(campaign, "ara@people.example")
    update = make_update(campaign, bora)
    ask(update, bora)
    step()
    actions.take_off_page(update=update, reason="x", by=bora)
    post_office.send("updates", now=NOW)
    assert "#update" not in post_office.text_to("ara@people.example")


def test_whoever_runs_the_campaign_or_publishes_takes_it_off_and_nobody_else(campaign, bora, chan, lantern, send):
    viewer = factories.make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True)
    update = send(make_update(campaign, bora), bora)
    for person in (chan, viewer):
        with pytest.raises(PermissionDenied):
            actions.take_off_page(update=update, reason="x", by=person)
    actions.take_off_page(
        update=update, reason="x", by=factories.make_person("Pia", role=Role.PUBLISHER, is_staff=True)
    )
    for person in (chan, viewer):
        with pytest.raises(PermissionDenied):
            actions.put_back_on_page(update=update, by=person)


@pytest.mark.parametrize("fields", [{"is_public": False}, {}])
def test_what_stands_on_no_page_is_taken_off_none(campaign, bora, send, fields):
    sign(campaign)
    update = make_update(campaign, bora, **fields)
    if fields:
        send(update, bora)
    with pytest.raises(PermissionDenied):
        actions.take_off_page(update=update, reason="x", by=bora)
