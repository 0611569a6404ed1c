"""The way of a campaign: what must be there before it opens, and what the clock does."""

import pytest
from django.conf import settings

from campaign import actions, rules, translations
from campaign.models import Campaign, CampaignText, DeliveryPoint, LetterText
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    fresh,
    make_campaign,
    make_letter,
    make_observance,
    make_point,
    make_review,
)


@pytest.fixture
def in_review(point):
    return make_campaign("in-review", state="in_review")


def approve(campaign, by, *, now=NOW):
    if not campaign.reviews.exists():
        make_review(campaign)
    actions.approve_campaign(campaign=campaign, by=by, now=now)
    return fresh(campaign).state


def assert_not_ready(campaign, by, *saying):
    make_review(campaign)
    with pytest.raises(actions.NotReady) as refused:
        actions.approve_campaign(campaign=campaign, by=by, now=NOW)
    assert refused.value.missing == list(saying)
    assert fresh(campaign).state == "in_review"
    assert not campaign.changes.exists()


# --- Opened ----------------------------------------------------------------------------------------------------


def test_a_campaign_goes_from_draft_through_review_to_open(point, bora, dana):
    campaign = make_campaign(state="draft")
    actions.submit_campaign(campaign=campaign, by=bora)
    assert fresh(campaign).state == "in_review"
    assert approve(campaign, dana) == "open"
    assert [(change.old, change.new, change.by) for change in campaign.changes.order_by("pk")] == [
        ("draft", "in_review", bora),
        ("in_review", "open", dana),
    ]


def test_a_campaign_whose_opening_lies_ahead_is_scheduled(point, dana):
    campaign = make_campaign(state="in_review", opens_at=NOW + HOUR)
    assert approve(campaign, dana) == "scheduled"


def test_a_campaign_without_a_text_in_its_own_language_is_not_ready(in_review, dana):
    in_review.texts.all().delete()
    CampaignText.objects.create(campaign=in_review, language="ko", title="x", ask="x", background="x")
    assert_not_ready(in_review, dana, "The campaign has no text in its own language (English).")


def test_a_campaign_whose_letter_is_a_draft_is_not_ready(point, dana):
    campaign = make_campaign(state="in_review", letter=False)
    CampaignText.objects.create(campaign=campaign, language="en", title="x", ask="x", background="x")
    make_letter(campaign, published=False)
    assert_not_ready(campaign, dana, "The letter is not published yet.")


def test_a_letter_must_be_there_in_the_campaign_s_and_the_addressee_s_language(point, dana):
    campaign = make_campaign(state="in_review", addressee_language="ja")
    assert_not_ready(campaign, dana, "The published letter has no text in 日本語.")


def test_a_campaign_whose_target_has_no_mailbox_is_not_ready(in_review, dana):
    DeliveryPoint.objects.update(active=False)
    assert_not_ready(in_review, dana, "The target has no delivery point with an e-mail address.")


@pytest.mark.parametrize("chosen", [None, {"active": False}, {"email": ""}])
def test_a_campaign_that_chooses_points_needs_one_that_takes_mail(point, dana, chosen):
    campaign = make_campaign(state="in_review", addressing="chosen")
    if chosen is not None:
        campaign.chosen_points.add(make_point(**chosen))
    assert_not_ready(campaign, dana, "No delivery point is chosen that takes letters by e-mail.")
    campaign.chosen_points.add(point)
    campaign.reviews.all().delete()
    assert approve(campaign, dana) == "open"


def test_a_campaign_that_is_over_is_not_ready(in_review, dana):
    Campaign.objects.update(closes_at=NOW)
    assert_not_ready(in_review, dana, "The closing date is in the past.")


def test_everything_that_is_missing_is_said_at_once(db):
    campaign = make_campaign(state="in_review", letter=False, closes_at=NOW - HOUR)
    assert len(rules.unready(campaign, now=NOW)) == 4


# --- The clock -------------------------------------------------------------------------------------------------


def test_the_clock_opens_what_was_scheduled_and_closes_what_has_run_its_time(point):
    due = make_campaign(state="scheduled", opens_at=NOW)
    early = make_campaign(state="scheduled", opens_at=NOW + HOUR)
    over = make_campaign(state="open", closes_at=NOW)
    running = make_campaign(state="open", closes_at=NOW + HOUR)
    actions.follow_the_clock(now=NOW)
    assert [fresh(campaign).state for campaign in (due, early, over, running)] == [
        "open",
        "scheduled",
        "closed",
        "open",
    ]
    assert due.changes.get().reason == "its opening time has come"
    assert over.changes.get().reason == "its closing time has come"


def test_the_clock_leaves_shut_what_is_no_longer_ready(point):
    campaign = make_campaign(state="scheduled", opens_at=NOW)
    DeliveryPoint.objects.update(active=False)
    actions.follow_the_clock(now=NOW)
    assert fresh(campaign).state == "scheduled"


@pytest.mark.parametrize("state", ["draft", "in_review", "closed", "delivered"])
def test_the_clock_opens_nothing_that_nobody_approved(point, state):
    campaign = make_campaign(state=state, opens_at=NOW - DAY)
    actions.follow_the_clock(now=NOW)
    assert fresh(campaign).state == state


def test_closing_early_keeps_the_letters_that_are_planned(campaign, point, bora):
    from tests.factories import make_dispatch, make_signature

    dispatch = make_dispatch(make_signature(campaign, state="confirmed"), point)
    actions.close_campaign(campaign=campaign, by=bora, reason="The goal is reached.")
    assert campaign.changes.get().reason == "The goal is reached."
    assert actions.release_dispatches(now=NOW) == 1
    assert fresh(dispatch).state == "queued"


def test_pausing_is_no_state_and_is_kept_in_the_history(campaign, bora):
    from django.apps import apps

    actions.pause_campaign(campaign=campaign, by=bora)
    assert (fresh(campaign).paused, fresh(campaign).state) == (True, "open")
    actions.resume_campaign(campaign=campaign, by=bora)
    event = apps.get_model("campaign", "CampaignEvent")
    assert list(event.objects.filter(pgh_obj=campaign).order_by("pgh_id").values_list("paused", flat=True))[-3:] == [
        False,
        True,
        False,
    ]


# --- Letters ---------------------------------------------------------------------------------------------------


def test_publishing_needs_a_text_in_the_campaign_s_own_language(point, bora):
    campaign = make_campaign(letter=False)
    draft = make_letter(campaign, published=False)
    draft.texts.filter(language="en").delete()
    with pytest.raises(actions.NotReady):
        actions.publish_letter(letter=draft, by=bora, seen=translations.digest_of_letter(draft))
    assert not fresh(draft).is_published


def test_publishing_twice_keeps_the_first_time(campaign, bora):
    letter = campaign.letters.get()
    actions.publish_letter(letter=letter, by=bora, now=NOW + DAY)
    assert fresh(letter).published_at == letter.published_at


def test_a_new_version_is_a_draft_with_the_same_words(campaign, bora):
    draft = actions.start_new_version(letter=campaign.letters.get(), by=bora)
    assert (draft.version, draft.is_published) == (2, False)
    words = LetterText.objects.order_by("language").values_list("language", "body", "salutation", "name_suffix")
    assert list(words.filter(letter=draft)) == list(words.filter(letter__version=1))
    assert rules.current_letter(campaign).version == 1
    actions.publish_letter(letter=draft, by=bora, seen=translations.digest_of_letter(draft))
    assert rules.current_letter(campaign).version == 2


# --- The day ---------------------------------------------------------------------------------------------------


def test_an_observance_is_kept_on_its_day_unless_that_year_moves_it(db):
    import datetime as dt

    observance = make_observance()
    observance.moved_dates.create(year=2027, date=dt.date(2027, 9, 26))
    assert observance.date_in(2026) == dt.date(2026, 9, 24)
    assert observance.date_in(2027) == dt.date(2027, 9, 26)
    assert observance.next_date(dt.date(2027, 9, 25)) == dt.date(2027, 9, 26)
    assert observance.next_date(dt.date(2027, 9, 27)) == dt.date(2028, 9, 24)


def test_a_day_that_not_every_year_has_falls_on_the_one_before(db):
    import datetime as dt

    observance = make_observance()
    observance.month, observance.day = 2, 29
    observance.clean()
    assert observance.date_in(2027) == dt.date(2027, 2, 28)
    assert observance.date_in(2028) == dt.date(2028, 2, 29)


# --- Who -------------------------------------------------------------------------------------------------------


def test_a_campaign_is_run_by_the_organizers_of_its_organisation(campaign, bora, chan, dana, eun):
    from accounts.models import User
    from accounts.roles import MemberRole
    from tests.factories import make_organisation, make_person

    elsewhere = make_person("Haru", organisation=make_organisation("harbour"))
    viewer = make_person("Vera", organisation=campaign.organisation, member=MemberRole.VIEWER)
    owner = make_person("Owen", organisation=campaign.organisation, member=MemberRole.OWNER)
    superuser = User.objects.create_superuser("root@example.com", name="Root")
    people = [bora, owner, superuser, viewer, elsewhere, chan, dana, eun]
    assert [rules.may_run(person, campaign) for person in people] == [True] * 3 + [False] * 5
    assert [campaign in Campaign.objects.of(person) for person in people] == [True] * 4 + [False] * 4


def test_countries_are_named_in_every_language():
    from face import countries

    for language, _name in settings.LANGUAGES:
        assert len(countries.names(language)) == len(countries.names("en")) > 240
        assert countries.name_of("KR", language) != "KR"
    assert [countries.is_country(code) for code in ("PL", "pl", "XX", "EU", "ZZ", "", "PLX")] == [True] + [False] * 6


def test_countries_are_listed_in_the_order_in_which_readers_look_for_them():
    from face import countries

    def listed(language, *codes):
        return [code for code in countries.names(language) if code in codes]

    assert listed("en", "AX", "AL", "ZW") == ["AX", "AL", "ZW"]
    assert listed("zh-hans", "PL", "BE", "CA", "DE", "CN") == ["BE", "PL", "DE", "CA", "CN"]  # bi, bo, de, jia, zhong
