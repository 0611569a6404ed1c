"""Confirming is a human's POST, serves once, and plans the letters."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from campaign import actions, links
from campaign.models import Dispatch, Signature
from privacy.links import make_token
from states import TransitionNotAllowed
from tests.factories import DAY, HOUR, NOW, fresh, make_campaign, make_letter, make_point, make_signature

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def signature(campaign):
    return make_signature(campaign, email="ara@people.example")


def confirm_path(signature):
    return f"/en/signatures/confirm/{links.confirm_token(signature)}/"


def confirm(signature, *, now=NOW, **changes):
    values = {
        "signature_id": signature.pk,
        "revision": signature.revision,
        "shown": actions.digest_of(signature),
        **changes,
    }
    return actions.confirm_signature(**values, now=now)


def post(client, signature, **changes):
    return client.post(confirm_path(signature), {"shown": actions.digest_of(signature), **changes})


def assert_link_problem(response):
    """One page for every link that does not open anything; it tells nothing about anyone."""
    page = response.content.decode()
    assert response.status_code == 410
    assert "This link does not work" in page
    assert "Ara Kim" not in page
    assert "Light the way" not in page
    assert "ara@people.example" not in page
    return page


def test_the_link_in_the_mail_leads_through_the_page_to_a_confirmed_signature(submit, client, post_office):
    submit(own_words="I was there.")
    post_office.send()
    page = client.get(post_office.link_to("ara@people.example", "/confirm/"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Ara Kim" in text
    assert "I was there." in text
    assert "Please let them go." in text
    shown = text.partition('name="shown" value="')[2].partition('"')[0]
    response = client.post(page.request["PATH_INFO"], {"shown": shown})
    assert response.status_code == 302
    signature = Signature.objects.get()
    assert signature.state == "confirmed"
    assert response["Location"] == f"/en/signatures/{links.own_page_token(signature)}/confirmed/"
    thanks = client.get(response["Location"]).content.decode()
    assert "Thank you. Your signature counts." in thanks
    assert f"/en/signatures/{links.own_page_token(signature)}/" in thanks


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_page_changes_nothing(client, signature, method):
    assert getattr(client, method)(confirm_path(signature)).status_code == 200
    assert fresh(signature).state == "pending"
    assert not signature.changes.exists()
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_only_a_post_confirms(client, signature, method):
    assert getattr(client, method)(confirm_path(signature)).status_code == 405
    assert fresh(signature).state == "pending"


def test_a_post_from_another_site_confirms_nothing(client, signature):
    response = client.post(
        confirm_path(signature), {"shown": actions.digest_of(signature)}, headers={"origin": "https://bad.example"}
    )
    assert response.status_code == 403
    assert fresh(signature).state == "pending"


def test_repeating_the_confirmation_is_harmless(client, signature):
    first, second = post(client, signature), post(client, signature)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert client.get(confirm_path(signature))["Location"] == first["Location"]
    assert signature.changes.filter(new="confirmed").count() == 1
    assert Dispatch.objects.count() == 1


def test_the_link_serves_once(client, signature):
    confirm(signature, now=NOW - HOUR)
    assert_link_problem(client.get(confirm_path(signature)))
    assert_link_problem(post(client, signature))


def test_a_repeat_is_told_apart_from_a_later_use_by_15_minutes(signature):
    confirm(signature)
    assert confirm(signature, now=NOW + 14 * MINUTE).confirmed_at == NOW
    with pytest.raises(actions.LinkUsed):
        confirm(signature, now=NOW + 16 * MINUTE)


def test_the_link_ends_after_seven_days(client, campaign):
    late = make_signature(campaign, at=NOW - 7 * DAY - MINUTE)
    assert_link_problem(client.get(confirm_path(late)))
    assert_link_problem(post(client, late))
    assert fresh(late).state == "pending"
    early = make_signature(campaign, at=NOW - 7 * DAY + HOUR)
    assert post(client, early).status_code == 302


def test_a_link_that_is_not_ours_opens_nothing(client, signature):
    token = links.confirm_token(signature)
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    for other in (forged, token[:-1], token[:20], "x", "x" * 59, token + "AAAA", token.swapcase(), "💡"):
        assert_link_problem(client.get(f"/en/signatures/confirm/{other}/"))
        assert_link_problem(client.post(f"/en/signatures/confirm/{other}/", {"shown": actions.digest_of(signature)}))
    assert fresh(signature).state == "pending"


def test_a_link_for_another_purpose_opens_nothing(client, signature):
    assert_link_problem(client.get(f"/en/signatures/confirm/{links.own_page_token(signature)}/"))
    for page in ("", "confirmed/", "withdrawal/", "erasure/"):
        assert_link_problem(client.get(f"/en/signatures/{links.confirm_token(signature)}/{page}"))


def test_a_link_to_a_signature_that_is_not_there_opens_nothing(client, signature):
    for subject in (signature.pk + 1000, 2**63, 2**64 - 1, 0):
        token = make_token(links.CONFIRM, subject, expires_at=NOW + DAY)
        assert_link_problem(client.get(f"/en/signatures/confirm/{token}/"))


def test_the_page_of_a_broken_link_is_the_same_whatever_broke_it(client, campaign, signature):
    used = make_signature(campaign, state="confirmed", at=NOW - HOUR)
    expired = make_signature(campaign, at=NOW - 8 * DAY)
    erased = make_signature(campaign)
    path = confirm_path(erased)
    actions.erase_signature(signature=erased)

    def page(path):
        return assert_link_problem(client.get(path)).replace(path.split("/", 2)[2], "PATH")

    pages = {page(path) for path in (confirm_path(used), confirm_path(expired), path, "/en/signatures/confirm/x/")}
    assert len(pages) == 1


def test_the_page_of_a_broken_link_offers_a_new_one(client, signature):
    page = client.get("/en/signatures/confirm/x/").content.decode()
    assert 'action="/en/signatures/links/"' in page
    assert 'name="email"' in page


def test_what_changed_since_it_was_shown_is_shown_again(client, signature, submit):
    before = actions.digest_of(signature)
    submit(name="Somebody Else")
    response = client.post(confirm_path(signature), {"shown": before})
    page = response.content.decode()
    assert response.status_code == 409
    assert "What you signed has changed since you opened this page." in page
    assert "Somebody Else" in page
    assert fresh(signature).state == "pending"
    assert client.post(confirm_path(signature), {"shown": actions.digest_of(fresh(signature))}).status_code == 302
    assert fresh(signature).name == "Somebody Else"


@pytest.mark.parametrize("shown", ["", "x", "é", "0" * 32, "x" * 10_000])
def test_a_post_that_does_not_say_what_was_shown_confirms_nothing(client, signature, shown):
    assert post(client, signature, shown=shown).status_code == 409
    assert fresh(signature).state == "pending"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Other"),
        ("country", "DE"),
        ("city", "Berlin"),
        ("own_words", "Other"),
        ("display", "hidden"),
        ("language", "ko"),
        ("wants_updates", True),
    ],
)
def test_every_part_of_what_is_signed_is_part_of_what_was_shown(signature, field, value):
    before = actions.digest_of(signature)
    setattr(signature, field, value)
    assert actions.digest_of(signature) != before


def test_links_from_before_a_withdrawal_are_dead(client, campaign, submit):
    signature = make_signature(campaign, email="ara@people.example", state="withdrawn")
    old_confirm, old_own = confirm_path(signature), links.own_page_token(signature)
    submit()
    assert_link_problem(client.get(old_confirm))
    assert_link_problem(client.get(f"/en/signatures/{old_own}/"))
    assert client.get(confirm_path(fresh(signature))).status_code == 200


def test_who_withdrew_and_signed_again_confirms_again(client, campaign, submit):
    signature = make_signature(campaign, email="ara@people.example", state="withdrawn")
    submit()
    assert post(client, fresh(signature)).status_code == 302
    assert [(change.old, change.new) for change in signature.changes.order_by("pk")] == [
        ("pending", "confirmed"),
        ("confirmed", "withdrawn"),
        ("withdrawn", "pending"),
        ("pending", "confirmed"),
    ]


@pytest.mark.parametrize("state", ["withdrawn", "held", "rejected", "expired"])
def test_a_signature_that_has_moved_on_cannot_be_confirmed(client, campaign, state):
    path = ["held", "rejected"] if state == "rejected" else [state]
    signature = make_signature(campaign, state=path[0])
    for step in path[1:]:
        signature.move(step)
    assert_link_problem(client.get(confirm_path(signature)))
    with pytest.raises(actions.LinkUsed):
        confirm(signature)


def test_a_signature_may_be_confirmed_after_signing_has_closed(client, campaign, signature):
    actions.close_campaign(campaign=campaign, by=None)
    assert post(client, signature).status_code == 302
    assert Dispatch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_confirmations_count_once_and_plan_one_letter(campaign):
    signature = make_signature(campaign)

    def confirm_once(_number):
        try:
            return confirm(signature).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as crowd:
        assert set(crowd.map(confirm_once, range(40))) == {"confirmed"}
    assert signature.changes.count() == Dispatch.objects.count() == 1


# --- Which letters are planned ---------------------------------------------------------------------------------


def planned(signature, *, now=NOW):
    confirm(signature, now=now)
    return [dispatch.point.name for dispatch in signature.dispatches.order_by("point__name")]


def test_the_letter_goes_to_the_point_that_answers_for_the_country(campaign):
    make_point("Embassy in Berlin", answers_for=("DE", "AT"), country="DE")
    assert planned(make_signature(campaign, country="AT")) == ["Embassy in Berlin"]
    assert planned(make_signature(campaign, country="PL")) == ["Embassy in Warsaw"]
    assert set(Dispatch.objects.values_list("state", "channel", "planned_at")) == {("planned", "email", NOW)}


def test_a_country_that_none_answers_for_goes_to_the_point_that_takes_the_rest(campaign):
    make_point("Embassy in Berlin", answers_for=("DE",))
    assert planned(make_signature(campaign, country="TV")) == ["Embassy in Warsaw"]


def test_an_inactive_point_gets_no_letter_and_the_rest_takes_its_countries(campaign):
    make_point("Embassy in Berlin", answers_for=("DE",), active=False)
    assert planned(make_signature(campaign, country="DE")) == ["Embassy in Warsaw"]


def test_a_point_without_an_address_gets_no_letter_by_mail(campaign):
    make_point("Embassy in Berlin", answers_for=("DE",), email="")
    assert planned(make_signature(campaign, country="DE")) == ["Embassy in Warsaw"]


def test_where_no_point_takes_the_country_no_letter_is_planned_and_the_signature_counts(campaign, point):
    point.takes_rest = False
    point.save()
    signature = make_signature(campaign, country="DE")
    assert planned(signature) == []
    assert fresh(signature).state == "confirmed"


def test_points_of_another_target_get_no_letter(campaign):
    from tests.factories import make_target

    make_point("Ministry", target=make_target("minister"), answers_for=("PL",), takes_rest=True)
    assert planned(make_signature(campaign)) == ["Embassy in Warsaw"]


def test_a_campaign_may_write_to_every_point(point):
    make_point("Consulate in Gdańsk")
    make_point("Closed consulate", active=False)
    campaign = make_campaign(addressing="all")
    assert planned(make_signature(campaign)) == ["Consulate in Gdańsk", "Embassy in Warsaw"]


def test_a_campaign_may_write_to_chosen_points(point):
    chosen, closed = make_point("Consulate in Gdańsk"), make_point("Closed consulate", active=False)
    campaign = make_campaign(addressing="chosen")
    campaign.chosen_points.set([chosen, closed])
    assert planned(make_signature(campaign)) == ["Consulate in Gdańsk"]


def test_after_the_delivery_window_no_letter_is_planned(campaign):
    assert planned(make_signature(campaign, at=campaign.deliver_until - HOUR), now=campaign.deliver_until) == []
    on_time = make_signature(campaign, at=campaign.deliver_until - HOUR)
    assert planned(on_time, now=campaign.deliver_until - MINUTE) == ["Embassy in Warsaw"]


def test_before_the_delivery_window_the_letter_is_planned_and_waits(point):
    campaign = make_campaign(deliver_from=NOW + DAY)
    assert planned(make_signature(campaign)) == ["Embassy in Warsaw"]


def test_who_signs_again_gets_the_cancelled_letter_planned_again_and_no_second(campaign, submit):
    signature = make_signature(campaign, email="ara@people.example")
    confirm(signature)
    actions.withdraw_signature(signature=signature)
    assert signature.dispatches.get().state == "cancelled"
    submit()
    confirm(fresh(signature), now=NOW + MINUTE)
    dispatch = signature.dispatches.get()
    assert (dispatch.state, dispatch.planned_at) == ("planned", NOW + MINUTE)


def test_a_letter_that_went_out_is_not_sent_again_to_who_signs_again(campaign, submit):
    signature = make_signature(campaign, email="ara@people.example")
    confirm(signature)
    dispatch = signature.dispatches.get()
    for state, fields in (("queued", {"queued_at": NOW}), ("sending", {}), ("accepted", {"accepted_at": NOW})):
        dispatch.move(state, **fields)
    actions.withdraw_signature(signature=signature)
    submit()
    confirm(fresh(signature))
    assert signature.dispatches.get().state == "accepted"


def test_an_old_signature_stays_with_the_letter_it_stands_under(client, campaign, signature):
    make_letter(campaign, version=2)
    page = client.get(confirm_path(signature)).content.decode()
    assert "(version 1)" in page
    assert "(version 2)" not in page


# --- Unanswered ------------------------------------------------------------------------------------------------


def test_who_does_not_confirm_within_seven_days_is_forgotten(campaign):
    late = make_signature(campaign, email="ara@people.example", at=NOW - 7 * DAY - MINUTE)
    waiting = make_signature(campaign, at=NOW - 7 * DAY + MINUTE)
    confirmed = make_signature(campaign, at=NOW - 9 * DAY, state="confirmed")
    assert actions.expire_unanswered(now=NOW) == 1
    late = fresh(late)
    assert (late.state, late.name, late.email, late.email_index) == ("expired", None, None, None)
    assert (fresh(waiting).state, fresh(confirmed).state) == ("pending", "confirmed")
    assert actions.expire_unanswered(now=NOW) == 0


def test_who_was_forgotten_may_sign_again(campaign, submit):
    make_signature(campaign, email="ara@people.example", at=NOW - 8 * DAY)
    actions.expire_unanswered(now=NOW)
    submit()
    assert sorted(Signature.objects.values_list("state", flat=True)) == ["expired", "pending"]


def test_a_signature_that_was_never_confirmed_cannot_be_withdrawn(signature):
    with pytest.raises(TransitionNotAllowed):
        actions.withdraw_signature(signature=signature)
