"""What the database itself refuses, and what it lets through."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from campaign.models import (
    AddressHealth,
    AnswersFor,
    Banner,
    Campaign,
    CampaignText,
    CoordinatorMail,
    CoordinatorMailCopy,
    Digest,
    Export,
    FormOfAddress,
    HandIn,
    HandInReport,
    HeldSignature,
    Hold,
    Letter,
    LetterText,
    Observance,
    ObservanceDate,
    ObservanceText,
    OptIn,
    OwnWords,
    Pack,
    PaperBatch,
    PaperSheet,
    Pause,
    PointImport,
    Posting,
    Reply,
    Review,
    ReviewRemark,
    SeenLately,
    SelfReport,
    Signature,
    SiteLimits,
    Tally,
    TallyMark,
    TargetText,
    Unsubscription,
    Update,
    UpdateMail,
    Volunteer,
)
from campaign.models.update import MANY
from cases.models import Case
from tests.factories import (
    DAY,
    NOW,
    fresh,
    make_campaign,
    make_dispatch,
    make_hand_in,
    make_letter,
    make_observance,
    make_organisation,
    make_partnership,
    make_point,
    make_review,
    make_signature,
    make_target,
    make_update,
    make_volunteer,
    wait_until_blocked,
)


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


# --- Campaigns -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "bad", "good"),
    [
        (
            "campaign_opens_before_it_closes",
            {"opens_at": NOW, "closes_at": NOW},
            {"opens_at": NOW, "closes_at": NOW + DAY},
        ),
        (
            "campaign_delivery_window_has_length",
            {"deliver_from": NOW + 40 * DAY, "deliver_until": NOW + 40 * DAY},
            {"deliver_from": NOW + 39 * DAY, "deliver_until": NOW + 40 * DAY},
        ),
        (
            "campaign_delivers_until_it_closes",
            {"closes_at": NOW + 2 * DAY, "deliver_until": NOW + DAY},
            {"closes_at": NOW + 2 * DAY, "deliver_until": NOW + 2 * DAY},
        ),
        ("campaign_goal_is_positive", {"goal": 0}, {"goal": 1}),
        ("campaign_channels_are_known", {"channels": []}, {"channels": ["post"]}),
        ("campaign_channels_are_known", {"channels": ["pigeon"]}, {"channels": ["email", "hand", "post"]}),
        ("campaign_cover_has_a_size", {"cover": "a"}, {"cover": "a", "cover_width": 3, "cover_height": 2}),
        ("campaign_cover_has_a_size", {"cover_width": 3, "cover_height": 2}, {}),
    ],
)
def test_a_campaign_s_numbers_agree(db, constraint, bad, good):
    with refused(constraint), transaction.atomic():
        make_campaign(**bad)
    make_campaign(**good)


# --- Reviews ---------------------------------------------------------------------------------------------------


@pytest.fixture
def review(db):
    return make_review(make_campaign(state="in_review"))


@pytest.mark.parametrize("verdict", ["opened", "returned"])
def test_a_review_is_decided_by_another(review, dana, verdict):
    with refused("review_is_decided_by_another"), transaction.atomic():
        Review.objects.update(verdict=verdict, decided_by=review.submitted_by, decided_at=NOW)
    Review.objects.update(edited_by=dana)
    with refused("review_is_decided_by_another"), transaction.atomic():
        Review.objects.update(verdict=verdict, decided_by=dana, decided_at=NOW)
    Review.objects.update(edited_by=review.submitted_by)
    Review.objects.update(verdict=verdict, decided_by=dana, decided_at=NOW)


def test_whoever_sent_a_campaign_may_take_it_back(review):
    Review.objects.update(verdict="taken_back", decided_by=review.submitted_by, decided_at=NOW)


def test_a_decided_review_says_by_whom_and_when(review, dana):
    for fields in ({"verdict": "opened"}, {"decided_by": dana}, {"decided_at": NOW, "verdict": "opened"}):
        with refused("decided_review_says_by_whom"), transaction.atomic():
            Review.objects.update(**fields)
    with refused("review_verdict_is_known"), transaction.atomic():
        Review.objects.update(verdict="perhaps", decided_by=dana, decided_at=NOW)


def test_one_review_of_a_campaign_waits(review, dana):
    with refused("one_waiting_review_per_campaign"), transaction.atomic():
        make_review(review.campaign)
    Review.objects.update(verdict="returned", decided_by=dana, decided_at=NOW)
    make_review(review.campaign)


def test_a_settled_remark_says_by_whom(review, dana):
    remark = ReviewRemark.objects.create(review=review, field="title", text="x")
    with refused("settled_remark_says_by_whom"), transaction.atomic():
        ReviewRemark.objects.update(settled_at=NOW)
    ReviewRemark.objects.update(settled_at=NOW, settled_by=dana)
    assert remark.answer == ""


def test_an_edition_belongs_to_an_observance(db):
    observance = make_observance()
    for fields in ({"edition": 2027}, {"observance": observance}):
        with refused("edition_belongs_to_an_observance"), transaction.atomic():
            make_campaign(**fields)
    make_campaign(observance=observance, edition=2027)


def test_an_organisation_has_one_edition_a_year(db):
    observance = make_observance()
    make_campaign(observance=observance, edition=2027)
    with refused("one_edition_a_year_per_organisation"), transaction.atomic():
        make_campaign(observance=observance, edition=2027)
    make_campaign(observance=observance, edition=2028)
    make_campaign(observance=observance, edition=2027, organisation=make_organisation("harbour"))


def test_a_slug_is_one_campaign_s(db):
    make_campaign("a-slug")
    with refused("slug"), transaction.atomic():
        make_campaign("a-slug")


@pytest.mark.parametrize(
    "make",
    [
        lambda: (CampaignText, {"campaign": make_campaign(letter=False), "title": "x", "ask": "x", "background": "x"}),
        lambda: (LetterText, {"letter": Letter.objects.create(campaign=make_campaign(letter=False), version=1)}),
        lambda: (TargetText, {"target": make_target("king"), "name": "x"}),
        lambda: (FormOfAddress, {"target": make_target("queen"), "salutation": "x"}),
        lambda: (ObservanceText, {"observance": Observance.objects.create(slug="x", month=1, day=1), "name": "x"}),
    ],
)
def test_a_text_exists_once_per_language(db, make):
    model, fields = make()
    language = "ko"
    model.objects.create(language=language, **fields)
    with refused("per_language"), transaction.atomic():
        model.objects.create(language=language, **fields)
    model.objects.create(language="ja", **fields)


@pytest.mark.parametrize(
    ("make", "whole", "another", "author"),
    [
        (
            lambda campaign: campaign.texts.get(),
            "campaign_text_approval_is_whole",
            "campaign_text_approved_by_another",
            "campaign_text_proposal_has_its_author",
        ),
        (
            lambda campaign: make_letter(campaign, version=2, published=False).texts.get(language="zh-hans"),
            "letter_text_approval_is_whole",
            "letter_text_approved_by_another",
            "letter_text_proposal_has_its_author",
        ),
    ],
)
def test_an_approval_is_whole_and_another_s(campaign, bora, dana, make, whole, another, author):
    text = make(campaign)
    texts = type(text).objects.filter(pk=text.pk)
    texts.update(approved_at=None, approved_pair="", translated_by=bora)
    for half in ({"approved_at": NOW}, {"approved_pair": "x"}, {"approved_by": dana}):
        with refused(whole), transaction.atomic():
            texts.update(**half)
    with refused(another), transaction.atomic():
        texts.update(approved_at=NOW, approved_pair="x", approved_by=bora)
    for half in ({"proposed": {"title": "x"}}, {"proposed_by": bora}):
        with refused(author), transaction.atomic():
            texts.update(**half)
    texts.update(approved_at=NOW, approved_pair="x", approved_by=dana, proposed={"title": "x"}, proposed_by=dana)
    texts.update(approved_at=NOW, approved_pair="x", approved_by=None)


def test_a_change_of_the_closing_date_is_one(db):
    campaign = make_campaign()
    with refused("closing_change_is_a_change"), transaction.atomic():
        campaign.closing_changes.create(announced=NOW, closes_at=NOW)
    campaign.closing_changes.create(announced=NOW, closes_at=NOW + DAY)


# --- Letters ---------------------------------------------------------------------------------------------------


def immutable():
    return pytest.raises(IntegrityError, match="a published letter is immutable")


def test_a_published_letter_cannot_be_changed_by_any_way(campaign):
    letter = campaign.letters.get()
    text = letter.texts.get(language="en")
    text.body = "Something else."
    attempts = [
        text.save,
        lambda: LetterText.objects.filter(pk=text.pk).update(body="Something else."),
        lambda: LetterText.objects.bulk_update([text], ["body"]),
        text.delete,
        lambda: LetterText.objects.filter(pk=text.pk).delete(),
        lambda: LetterText.objects.create(letter=letter, language="ko", body="New."),
        lambda: LetterText.objects.filter(pk=text.pk).update(letter=make_letter(campaign, version=9, published=False)),
        letter.delete,
        lambda: Letter.objects.filter(pk=letter.pk).update(published_at=None),
        lambda: Letter.objects.filter(pk=letter.pk).update(version=7),
        lambda: letter.publish(now=NOW),
    ]
    for attempt in attempts:
        with immutable(), transaction.atomic():
            attempt()
    assert fresh(text).body == "Please let them go. (version 1)"


def test_a_text_cannot_be_moved_under_a_published_letter(campaign):
    draft = make_letter(campaign, version=2, published=False)
    draft.texts.filter(language="en").update(language="ko")
    with immutable(), transaction.atomic():
        draft.texts.filter(language="ko").update(letter=campaign.letters.get(version=1))


@pytest.mark.django_db(transaction=True)
def test_a_text_cannot_be_changed_while_its_letter_is_being_published(campaign):
    """The change waits for the publication to commit, and is then refused."""
    from concurrent.futures import ThreadPoolExecutor

    draft = make_letter(campaign, version=2, published=False)

    def change():
        try:
            draft.texts.filter(language="en").update(body="Something else.")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            draft.publish(now=NOW)
            waiting = other.submit(change)
            wait_until_blocked(waiting)
        with immutable():
            waiting.result(10)
    assert draft.texts.get(language="en").body == "Please let them go. (version 2)"


def test_a_draft_can_be_changed_and_thrown_away(campaign):
    draft = make_letter(campaign, version=2, published=False)
    draft.texts.update(body="Something else.")
    draft.delete()
    assert campaign.letters.count() == 1


def test_a_version_number_is_given_once(campaign):
    with refused("one_letter_per_version"), transaction.atomic():
        make_letter(campaign, version=1, published=False)
    make_letter(campaign, version=2)


# --- Signatures ------------------------------------------------------------------------------------------------


def test_an_address_signs_a_campaign_once(campaign):
    make_signature(campaign, email="ara@people.example")
    with refused("one_signature_per_address"), transaction.atomic():
        make_signature(campaign, email="ARA@people.example")
    make_signature(make_campaign(), email="ara@people.example")


@pytest.mark.parametrize("state", ["confirmed", "withdrawn"])
def test_a_confirmed_signature_says_when(campaign, state):
    values = {
        "letter": campaign.letters.get(),
        "language": "en",
        "country": "PL",
        "name": "Ara",
        "email": "a@b.example",
    }
    with refused("confirmed_signature_says_when"), transaction.atomic():
        Signature.objects.create(campaign=campaign, email_index=b"1" * 32, state=state, **values)
    Signature.objects.create(campaign=campaign, email_index=b"1" * 32, state=state, confirmed_at=NOW, **values)


@pytest.mark.parametrize(
    ("state", "good", "bad"),
    [
        ("unread", {}, {"words": "I was there."}),
        ("accepted", {}, {"why": "unfit"}),
        ("left", {}, {"words": "I was there.", "why": "unfit"}),
        ("rejected", {"words": "I was there.", "why": "unfit"}, {"words": "I was there."}),
        ("rejected", {"words": "I was there.", "why": "unfit"}, {"why": "unfit"}),
    ],
)
def test_own_words_stand_apart_only_where_they_are_left_out_and_say_why(campaign, state, good, bad):
    values = {"signature": make_signature(campaign), "campaign": campaign, "since": NOW, "state": state}
    with refused("own_words_left_out_say_why"), transaction.atomic():
        OwnWords.objects.create(**values | bad)
    OwnWords.objects.create(**values | good)


def test_own_words_are_in_a_known_state(campaign):
    with refused("own_words_state_is_known"):
        OwnWords.objects.create(signature=make_signature(campaign), campaign=campaign, since=NOW, state="maybe")


PERSON = ("email_index", "email", "name", "city", "own_words")


@pytest.mark.parametrize("kept", PERSON)
def test_an_erased_signature_keeps_nothing_of_the_person(campaign, kept):
    signature = make_signature(campaign, city="Kraków", own_words="I was there.")
    everything = dict.fromkeys(PERSON)
    with refused("erased_signature_keeps_no_person"), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(
            erased_at=NOW, **{name: value for name, value in everything.items() if name != kept}
        )
    assert Signature.objects.filter(pk=signature.pk).update(erased_at=NOW, **everything)


@pytest.mark.parametrize(
    ("gone", "constraint"),
    [
        ("email_index", "erased_signature_keeps_no_person"),
        ("email", "only_on_paper_without_an_address"),
        ("name", "erased_signature_keeps_no_person"),
    ],
)
def test_a_signature_that_is_not_erased_has_its_person(campaign, gone, constraint):
    signature = make_signature(campaign)
    with refused(constraint), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(**{gone: None})
    assert Signature.objects.filter(pk=signature.pk).update(city=None, own_words=None)


def test_erased_signatures_of_one_campaign_do_not_collide(campaign):
    for _ in range(2):
        signature = make_signature(campaign)
        Signature.objects.filter(pk=signature.pk).update(erased_at=NOW, **dict.fromkeys(PERSON))
    assert Signature.objects.count() == 2


# --- Deliveries ------------------------------------------------------------------------------------------------


def test_a_point_of_a_target_has_a_name_of_its_own(point):
    with refused("one_point_per_target_and_name"), transaction.atomic():
        make_point(point.name)
    make_point(point.name, target=make_target("minister"))


def test_one_point_of_a_target_takes_the_rest(point):
    with refused("one_point_takes_the_rest"), transaction.atomic():
        make_point(takes_rest=True)
    make_point(takes_rest=True, target=make_target("minister"))


def test_one_point_of_a_target_answers_for_a_country(point):
    with refused("one_point_answers_for_a_country"), transaction.atomic():
        make_point(answers_for=("PL",))
    make_point(answers_for=("PL",), target=make_target("minister"))
    assert AnswersFor.objects.count() == 2


def test_a_point_s_cap_is_positive(db):
    with refused("point_cap_is_positive"), transaction.atomic():
        make_point(hourly_cap=0)
    make_point(hourly_cap=1)


def test_a_point_that_takes_the_rest_has_an_address(db):
    with refused("point_that_takes_the_rest_has_email"), transaction.atomic():
        make_point(takes_rest=True, email="")
    make_point(takes_rest=False, email="")


@pytest.mark.parametrize("days", [[], [0], [8], [1, 9]])
def test_a_point_delivers_on_days_of_the_week(db, days):
    with refused("point_delivers_on_days_of_the_week"), transaction.atomic():
        make_point(delivery_days=days)
    make_point(delivery_days=[7])


@pytest.mark.parametrize(("begin", "end"), [(9, None), (None, 17), (17, 9), (9, 9)])
def test_a_point_delivers_from_a_time_until_a_later_one(db, begin, end):
    times = [None if hour is None else dt.time(hour) for hour in (begin, end)]
    with refused("point_delivers_from_until"), transaction.atomic():
        make_point(delivery_from=times[0], delivery_until=times[1])
    make_point(delivery_from=dt.time(9), delivery_until=dt.time(17))


@pytest.mark.parametrize(("every", "hours"), [(1, []), (0, []), (201, []), (2, [9])])
def test_a_point_has_one_sort_of_digest(db, every, hours):
    times = [dt.time(hour) for hour in hours]
    with refused("point_has_one_digest"), transaction.atomic():
        make_point(digest_every=every, digest_times=times)
    make_point(digest_every=200)
    make_point(digest_times=[dt.time(9), dt.time(16)])


def test_the_shape_of_a_drip_is_known(db):
    with refused("point_shape_is_known"), transaction.atomic():
        make_point(shape="round")
    make_point(shape="even")


def test_a_digest_has_a_number_of_its_own_and_is_one_mail(campaign, point):
    fields = {"campaign": campaign, "point": point, "letter": campaign.letters.get(), "queued_at": NOW}
    Digest.objects.create(**fields, number=1, count=200)
    with refused("one_digest_per_number"), transaction.atomic():
        Digest.objects.create(**fields, number=1, count=2)
    with refused("digest_is_one_mail"), transaction.atomic():
        Digest.objects.create(**fields, number=2, count=201)


def test_a_signature_has_one_letter_per_point_and_channel(campaign, point):
    signature = make_signature(campaign)
    make_dispatch(signature, point)
    with refused("one_dispatch_per_signature_and_point"), transaction.atomic():
        make_dispatch(signature, point)
    make_dispatch(signature, point, channel="hand")
    make_dispatch(signature, make_point())


@pytest.mark.parametrize("state", ["accepted", "presumed_delivered"])
def test_an_accepted_letter_says_when(campaign, point, state):
    signature = make_signature(campaign)
    with refused("accepted_dispatch_says_when"), transaction.atomic():
        make_dispatch(signature, point, state=state)
    make_dispatch(signature, point, state=state, accepted_at=NOW)


def test_what_people_have_signed_or_where_it_went_cannot_be_deleted_under_it(campaign, point):
    from django.db.models import ProtectedError

    make_dispatch(make_signature(campaign), point)
    for row in (campaign, campaign.organisation, campaign.target, point):
        with pytest.raises(ProtectedError):
            row.delete()


# --- Observances and counts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (1, 0), (1, 32)])
def test_an_observance_is_a_date(db, month, day):
    with refused("observance_is_a_date"), transaction.atomic():
        Observance.objects.create(slug="x", month=month, day=day)
    Observance.objects.create(slug="x", month=12, day=31)


def test_a_moved_date_is_in_its_year_and_there_is_one(db):
    observance = make_observance()
    with refused("moved_date_is_in_its_year"), transaction.atomic():
        ObservanceDate.objects.create(observance=observance, year=2027, date=dt.date(2028, 9, 25))
    ObservanceDate.objects.create(observance=observance, year=2027, date=dt.date(2027, 9, 25))
    with refused("one_date_per_observance_and_year"), transaction.atomic():
        ObservanceDate.objects.create(observance=observance, year=2027, date=dt.date(2027, 9, 26))


def test_a_tally_has_one_row_per_key(campaign):
    Tally.objects.create(campaign=campaign, dimension="country", key="PL")
    with refused("one_tally_per_key"), transaction.atomic():
        Tally.objects.create(campaign=campaign, dimension="country", key="PL")
    Tally.objects.create(campaign=campaign, dimension="country", key="DE")


def test_there_is_one_tally_mark(db):
    TallyMark.objects.create(pk=1, counted_before="5")
    with refused("one_tally_mark"), transaction.atomic():
        TallyMark.objects.create(pk=2, counted_before="5")


# --- Holds -----------------------------------------------------------------------------------------------------


def test_a_hold_stands_once_per_cause_and_says_who_lifted_it(campaign, bora):
    case = Case.objects.create(reference="MNS-2013-001")
    with refused("hold_cause_is_known"), transaction.atomic():
        Hold.objects.create(campaign=campaign, case=case, cause="rumour")
    with refused("lifted_hold_says_by_whom"), transaction.atomic():
        Hold.objects.create(campaign=campaign, case=case, cause="status", lifted_at=NOW)
    Hold.objects.create(campaign=campaign, case=case, cause="status", lifted_at=NOW, lifted_by=bora)
    for cause in Hold.Cause.values:
        Hold.objects.create(campaign=campaign, case=case, cause=cause)
    with refused("one_standing_hold_per_cause"), transaction.atomic():
        Hold.objects.create(campaign=campaign, case=case, cause="status")


# --- Pauses ----------------------------------------------------------------------------------------------------


def test_a_pause_says_what_it_stops(point, bora):
    said = {"reason": "They asked.", "paused_by": bora}
    bad = [
        {"scope": "site", "point": point},
        {"scope": "site", "domain": "point.example"},
        {"scope": "target"},
        {"scope": "target", "point": point},
        {"scope": "point", "target": point.target, "point": point},
        {"scope": "domain"},
        {"scope": "domain", "domain": "point.example", "point": point},
        {"scope": "world"},
    ]
    for fields in bad:
        with refused("pause_says_what_it_stops"), transaction.atomic():
            Pause.objects.create(**said, **fields)
    with refused("paused_domain_is_lower_case"), transaction.atomic():
        Pause.objects.create(**said, scope="domain", domain="Point.example")
    for fields in ({"scope": "site"}, {"scope": "target", "target": point.target}, {"scope": "point", "point": point}):
        Pause.objects.create(**said, **fields)


def test_a_pause_says_who_and_why_and_a_domain_alone_pauses_by_itself(point, bora):
    domain = {"scope": "domain", "domain": "point.example"}
    bad = [
        {"paused_by": bora},
        {"reason": "They asked."},
        {"refused": 5, "answered": 4},
        {"refused": 5, "answered": 9, "paused_by": bora, "reason": "x"},
    ]
    for fields in bad:
        with refused("pause_says_who_and_why"), transaction.atomic():
            Pause.objects.create(**domain, **fields)
    with refused("pause_says_who_and_why"), transaction.atomic():
        Pause.objects.create(scope="site", refused=5, answered=9)
    Pause.objects.create(**domain, refused=5, answered=9)


def test_one_pause_of_a_thing_stands_and_lifted_it_says_by_whom(point, bora):
    site = {"scope": "site", "reason": "x", "paused_by": bora}
    with refused("lifted_pause_says_by_whom"), transaction.atomic():
        Pause.objects.create(**site, lifted_at=NOW)
    Pause.objects.create(**site, lifted_at=NOW, lifted_by=bora)
    Pause.objects.create(**site)
    with refused("one_standing_pause_per_thing"), transaction.atomic():
        Pause.objects.create(**site)


def test_a_pause_is_kept_and_changed_by_lifting_alone(point, bora):
    pause = Pause.objects.create(scope="site", reason="x", paused_by=bora)
    rows = Pause.objects.filter(pk=pause.pk)
    for attempt in (rows.delete, lambda: rows.update(reason="y"), lambda: rows.update(paused_at=NOW - DAY)):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            attempt()
    assert rows.update(lifted_by=bora, lifted_at=NOW) == 1
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        rows.update(lifted_by=None, lifted_at=None)


# --- On paper --------------------------------------------------------------------------------------------------


def test_a_point_stands_on_the_globe(db):
    for place in ({"latitude": 91, "longitude": 0}, {"latitude": 0, "longitude": 181}):
        with refused("point_stands_on_the_globe"), transaction.atomic():
            make_point(**place)
    make_point(latitude=-90, longitude=180)


def test_a_place_is_handed_in_at_once_and_claimed_by_somebody(campaign, point):
    with refused("claimed_hand_in_has_a_coordinator"), transaction.atomic():
        HandIn.objects.create(campaign=campaign, point=point, day=NOW.date(), state=HandIn.State.CLAIMED)
    HandIn.objects.create(campaign=campaign, point=point, day=NOW.date())
    with refused("one_hand_in_per_campaign_and_point"), transaction.atomic():
        HandIn.objects.create(campaign=campaign, point=point, day=NOW.date())


def test_a_volunteer_offers_once_and_erased_is_nobody(campaign, point):
    hand_in = HandIn.objects.create(campaign=campaign, point=point, day=NOW.date())
    person = {"name": "Hana", "email": "hana@people.example", "email_index": b"h" * 32}
    offer = {"hand_in": hand_in, "language": "en", "safety_read_at": NOW}
    Volunteer.objects.create(**offer, **person)
    with refused("one_offer_per_address_and_hand_in"), transaction.atomic():
        Volunteer.objects.create(**offer, **person)
    with refused("erased_volunteer_keeps_no_person"), transaction.atomic():
        Volunteer.objects.create(**offer, **person | {"email_index": b"i" * 32}, erased_at=NOW)
    Volunteer.objects.create(**offer, erased_at=NOW)


def test_a_report_is_kept_once_and_says_what_happened(campaign, point):
    hand_in = HandIn.objects.create(campaign=campaign, point=point, day=NOW.date())
    report = {"hand_in": hand_in, "key": uuid.uuid4(), "at": NOW}
    with refused("report_outcome_is_known"), transaction.atomic():
        HandInReport.objects.create(**report, outcome="eaten")
    with refused("report_of_something_else_says_what"), transaction.atomic():
        HandInReport.objects.create(**report, outcome="other")
    HandInReport.objects.create(**report | {"key": uuid.uuid4()}, outcome="other", note="The street was closed.")
    HandInReport.objects.create(**report, outcome="refused")
    with refused("a_report_is_kept_once"), transaction.atomic():
        HandInReport.objects.create(**report, outcome="delivered")


def test_a_pack_is_one_volume_and_ready_with_its_hash(campaign, point):
    pack = {"campaign": campaign, "point": point, "letter": campaign.letters.get(), "language": "en", "first": 1}
    with refused("pack_is_one_volume"), transaction.atomic():
        Pack.objects.create(**pack, number="MNS-1", volume=1, count=5001)
    with refused("ready_pack_has_its_hash"), transaction.atomic():
        Pack.objects.create(**pack, number="MNS-1", volume=1, count=1, state=Pack.State.READY)
    with refused("pack_letters_go_somewhere_known"), transaction.atomic():
        Pack.objects.create(**pack, number="MNS-1", volume=1, count=1, letters_to="eaten")
    Pack.objects.create(**pack, number="MNS-1", volume=1, count=5000, letters_to="delivered")
    with refused("one_pack_per_volume"), transaction.atomic():
        Pack.objects.create(**pack, number="MNS-2", volume=1, count=1)


def test_a_posting_that_is_settled_says_when(campaign, point, bora):
    pack = Pack.objects.create(
        campaign=campaign, point=point, letter=campaign.letters.get(), language="en", first=1, count=1, volume=1
    )
    posting = {"pack": pack, "posted_on": NOW.date(), "posted_by": bora}
    for bad in ({"state": "delivered"}, {"settled_on": NOW.date()}):
        with refused("settled_posting_says_when"), transaction.atomic():
            Posting.objects.create(**posting | bad)
    with refused("posting_settles_after_it_was_posted"), transaction.atomic():
        Posting.objects.create(**posting, state="delivered", settled_on=NOW.date() - DAY)
    Posting.objects.create(**posting, state="delivered", settled_on=NOW.date())


def test_people_say_by_which_way_their_own_letter_went(campaign, point):
    with refused("self_report_channel_is_known"), transaction.atomic():
        SelfReport.objects.create(campaign=campaign, point=point, channel="pigeon", day=NOW.date())
    SelfReport.objects.create(campaign=campaign, point=point, channel="post", day=NOW.date())


def test_a_reply_says_what_it_is_and_quotes_what_somebody_wrote(campaign, point):
    reply = {"campaign": campaign, "point": point, "received_at": NOW}
    with refused("reply_kind_is_known"), transaction.atomic():
        Reply.objects.create(**reply, kind="kind")
    with refused("reply_channel_is_known"), transaction.atomic():
        Reply.objects.create(**reply, kind="form", channel="pigeon")
    with refused("only_what_somebody_wrote_is_quoted"), transaction.atomic():
        Reply.objects.create(**reply, kind="automatic", excerpt="We are on holiday.")
    Reply.objects.create(**reply, kind="form", channel="post", excerpt="We thank you.")


def test_a_reply_is_to_a_letter_or_to_a_digest(campaign, point):
    dispatch = make_dispatch(make_signature(campaign), point)
    digest = Digest.objects.create(
        campaign=campaign, point=point, letter=campaign.letters.get(), number=1, count=2, queued_at=NOW
    )
    with refused("reply_is_to_one_mail"), transaction.atomic():
        Reply.objects.create(
            campaign=campaign, point=point, received_at=NOW, kind="form", dispatch=dispatch, digest=digest
        )


def test_a_letter_goes_instead_of_another_once(campaign, point):
    dispatch = make_dispatch(make_signature(campaign), point)
    make_dispatch(dispatch.signature, make_point(), instead_of=dispatch)
    with refused("instead_of_id"), transaction.atomic():
        make_dispatch(dispatch.signature, make_point(), instead_of=dispatch)


def test_an_address_that_refuses_says_since_when(point):
    with refused("refusing_address_says_since_when"), transaction.atomic():
        AddressHealth.objects.create(point=point, state="bounced")
    AddressHealth.objects.create(point=point, state="bounced", refused_at=NOW)
    with refused("point_id"), transaction.atomic():
        AddressHealth.objects.create(point=point)


# --- Partners and opt-ins ----------------------------------------------------------------------------------------


def test_an_organisation_is_a_campaign_s_partner_once(campaign, bora):
    harbour = make_organisation("harbour")
    make_partnership(campaign, harbour, by=bora)
    with refused("one_partnership_per_organisation"), transaction.atomic():
        make_partnership(campaign, harbour, by=bora)
    make_partnership(make_campaign(), harbour, by=bora)
    make_partnership(campaign, make_organisation("tower"), by=bora)


def test_an_organisation_is_no_partner_of_its_own_campaign(campaign, bora):
    with refused("no partner of its own campaign"), transaction.atomic():
        make_partnership(campaign, campaign.organisation, by=bora)


def test_one_opt_in_per_organisation_which_ends_after_it_began(campaign):
    signature, harbour = make_signature(campaign, state="confirmed"), make_organisation("harbour")
    OptIn.objects.create(signature=signature, organisation=harbour, at=NOW, withdrawn_at=NOW)
    with refused("one_opt_in_per_organisation"), transaction.atomic():
        OptIn.objects.create(signature=signature, organisation=harbour, at=NOW)
    with refused("opt_in_ends_after_it_began"), transaction.atomic():
        OptIn.objects.update(withdrawn_at=NOW - DAY)


@pytest.mark.parametrize(
    ("constraint", "bad", "good"),
    [
        ("export_has_a_field", {"fields": []}, {"fields": ["name"]}),
        ("export_fields_are_allowed", {"fields": ["name", "email"]}, {"fields": ["name", "city"]}),
        ("export_says_what_for", {"purpose": ""}, {"purpose": "x"}),
        ("large_export_needs_release", {"rows": 1001}, {"rows": 1000}),
    ],
)
def test_an_export_says_what_it_is(campaign, bora, constraint, bad, good):
    said = {"fields": ["name"], "purpose": "x", "rows": 1, "needs_release": False, "format": "csv", "asked_by": bora}
    with refused(constraint), transaction.atomic():
        Export.objects.create(campaign=campaign, **said | bad)
    Export.objects.create(campaign=campaign, **said | good)


def test_a_large_export_is_released_by_another_person_at_a_time(campaign, bora, dana):
    said = {"fields": ["name"], "purpose": "x", "rows": 1001, "needs_release": True, "format": "csv"}
    export = Export.objects.create(campaign=campaign, asked_by=bora, **said)
    bad = [
        ("export_is_released_by_another", {"released_at": NOW}),
        ("export_is_released_by_another", {"released_at": NOW, "released_by": bora}),
        ("released_export_says_when", {"released_by": dana}),
    ]
    for constraint, fields in bad:
        with refused(constraint), transaction.atomic():
            Export.objects.locked().get(pk=export.pk).move("released", **fields)
    Export.objects.locked().get(pk=export.pk).move("released", released_at=NOW, released_by=dana)


def test_an_export_stays_as_it_was_asked_for(campaign, bora):
    said = {"fields": ["name"], "purpose": "x", "rows": 1, "needs_release": False, "format": "csv"}
    export = Export.objects.create(campaign=campaign, asked_by=bora, **said)
    with pytest.raises(ProgrammingError, match="export_stays_as_asked"), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(purpose="y")
    with pytest.raises(ProgrammingError, match="export_is_kept"), transaction.atomic():
        export.delete()


def test_whoever_verified_a_point_did_so_on_a_day(point, bora):
    for known in ({"verified_by": bora}, {"verified_source": "https://office.example/"}):
        with refused("point_was_verified_on_a_day"), transaction.atomic():
            make_point(**known)
        make_point(verified_on=NOW, **known)
    make_point(verified_on=NOW)


def test_an_import_holds_its_file_until_it_is_applied(point, bora):
    upload = {"target": point.target, "name": "x.csv", "sha256": "x", "uploaded_by": bora}
    waiting, applied = {"content": b"name"}, {"applied_at": NOW, "applied_by": bora}
    for kept in ({}, {**waiting, **applied}, {"applied_at": NOW}, {**waiting, "applied_by": bora}):
        with refused("applied_import_keeps_no_file"), transaction.atomic():
            PointImport.objects.create(**upload, **kept)
    for kept in (waiting, applied):
        PointImport.objects.create(**upload, **kept)


def test_a_mail_to_coordinators_is_tried_before_it_is_sent_and_goes_to_each_once(campaign, point, bora):
    words = {"campaign": campaign, "subject": "x", "words": "y", "by": bora}
    with refused("coordinator_mail_is_tested_first"), transaction.atomic():
        CoordinatorMail.objects.create(**words, sent_at=NOW)
    CoordinatorMail.objects.create(**words, tested_at=NOW)
    mail = CoordinatorMail.objects.create(**words, tested_at=NOW, sent_at=NOW)
    volunteer = make_volunteer(make_hand_in(campaign, point))
    CoordinatorMailCopy.objects.create(mail=mail, volunteer=volunteer)
    with refused("one_copy_per_coordinator_and_mail"), transaction.atomic():
        CoordinatorMailCopy.objects.create(mail=mail, volunteer=volunteer)


def test_a_banner_has_a_time_and_says_who_took_it_down(dana):
    said = {"put_up_by": dana, "shown_from": NOW, "shown_until": NOW + DAY}
    for constraint, bad in [
        ("banner_is_shown_for_a_while", {"shown_until": NOW}),
        ("banner_says_who_took_it_down", {"taken_down_at": NOW}),
        ("banner_says_who_took_it_down", {"taken_down_by": dana}),
    ]:
        with refused(constraint), transaction.atomic():
            Banner.objects.create(**said | bad)
    Banner.objects.create(**said, taken_down_at=NOW, taken_down_by=dana)


def test_the_limits_are_one_row_and_keep_the_promise(db):
    for constraint, bad in [
        ("site_has_one_row_of_limits", {"pk": 2}),
        ("mails_a_day_are_few", {"mails_a_day": 4}),
        ("mails_a_day_are_few", {"mails_a_day": 0}),
        ("supporters_get_as_many_mails", {"mails_a_day_for_supporters": 2}),
        ("supporters_get_as_many_mails", {"mails_a_day_for_supporters": 51}),
    ]:
        with refused(constraint), transaction.atomic():
            SiteLimits.objects.create(**{"pk": 1, **bad})
    SiteLimits.objects.create(pk=1)


# --- Held signatures -------------------------------------------------------------------------------------------


def held_fields(bora, **more):
    return {"why": "hand", "reason": "x", "held_by": bora, "domain": "other", "held_at": NOW} | more


@pytest.mark.parametrize(
    ("constraint", "bad", "good"),
    [
        ("held_by_a_rule_or_by_somebody_who_says_why", {"reason": ""}, {}),
        ("held_by_a_rule_or_by_somebody_who_says_why", {"held_by": None}, {}),
        ("held_by_a_rule_or_by_somebody_who_says_why", {"why": "name"}, {"why": "name", "held_by": None, "reason": ""}),
        ("held_by_a_rule_or_by_somebody_who_says_why", {"why": "mood"}, {"why": "again"}),
        ("held_domain_is_known", {"domain": "mailbox"}, {"domain": "disposable"}),
        (
            "decision_on_held_signature_says_all",
            {"decision": "released", "decided_at": NOW, "decided_by": None, "decision_reason": "x"},
            {"decision": "released", "decided_at": NOW, "decision_reason": "x"},
        ),
        (
            "decision_on_held_signature_says_all",
            {"decision": "rejected", "decided_at": NOW, "decision_reason": ""},
            {"decision": "rejected", "decided_at": NOW, "decision_reason": "x"},
        ),
        (
            "decision_on_held_signature_says_all",
            {"decision": "erased", "decided_at": NOW},
            {"decision": "erased", "decided_at": NOW, "decided_by": None},
        ),
        ("decision_on_held_signature_says_all", {"decided_at": NOW}, {"decided_by": None}),
    ],
)
def test_a_held_signature_says_who_held_it_and_who_decided(campaign, bora, constraint, bad, good):
    def hold(**fields):
        if "decision" in fields:
            fields = {"decided_by": bora} | fields
        signature = make_signature(campaign)
        HeldSignature.objects.create(signature=signature, campaign=campaign, **held_fields(bora, **fields))

    with refused(constraint), transaction.atomic():
        hold(**bad)
    hold(**good)


def test_a_signature_is_held_once_at_a_time(campaign, bora):
    signature = make_signature(campaign)
    fields = {"signature": signature, "campaign": campaign, **held_fields(bora)}
    first = HeldSignature.objects.create(**fields)
    with refused("held_once_at_a_time"), transaction.atomic():
        HeldSignature.objects.create(**fields)
    decided = {"decision": "rejected", "decided_at": NOW, "decided_by": bora, "decision_reason": "x"}
    HeldSignature.objects.filter(pk=first.pk).update(**decided)
    HeldSignature.objects.create(**fields)


def test_what_is_noted_of_a_signature_is_once_per_trait(campaign):
    fields = {"signature": make_signature(campaign), "campaign": campaign, "index": b"x" * 32, "confirmed_at": NOW}
    SeenLately.objects.create(trait="name", **fields)
    for trait, constraint in (("name", "seen_once_per_trait"), ("shoes", "seen_trait_is_known")):
        with refused(constraint), transaction.atomic():
            SeenLately.objects.create(trait=trait, **fields)
    SeenLately.objects.create(trait="disposable", **fields)


def test_every_rule_of_the_tables_is_tested_here():
    """The names of all constraints of this room stand in this file, or in the tests of states."""
    from pathlib import Path

    from django.apps import apps

    here = Path(__file__)
    said = here.read_text() + (here.parent / "test_states.py").read_text()
    names = {
        constraint.name
        for model in apps.get_app_config("campaign").get_models()
        for constraint in model._meta.constraints
        if not constraint.name.endswith(("_state_is_known", "_per_language"))
    }
    assert {name for name in names if name not in said} == set()
    assert Campaign._meta.constraints


# --- Updates -------------------------------------------------------------------------------------------------


ASKED = {"digest": "x", "send_at": NOW}
BEGUN = {**ASKED, "started_at": NOW, "recipients": 1}


@pytest.mark.parametrize(
    ("constraint", "bad", "good"),
    [
        ("update_to_send_says_what_and_when", {"state": "scheduled", "digest": "x"}, {"state": "scheduled", **ASKED}),
        ("update_to_send_says_what_and_when", {"state": "draft", "digest": "x"}, {"state": "draft"}),
        (
            "begun_update_says_to_how_many",
            {"state": "sending", **ASKED, "started_at": NOW},
            {"state": "sending", **BEGUN},
        ),
        ("begun_update_says_to_how_many", {"state": "waiting", **BEGUN}, {"state": "stopped", **BEGUN}),
        ("ended_update_says_when", {"state": "sent", **BEGUN}, {"state": "sent", **BEGUN, "ended_at": NOW}),
        (
            "ended_update_says_when",
            {"state": "sending", **BEGUN, "ended_at": NOW},
            {"state": "ended", **BEGUN, "ended_at": NOW},
        ),
        (
            "released_update_says_by_whom",
            {"state": "scheduled", **ASKED, "released_at": NOW},
            {"state": "scheduled", **ASKED},
        ),
    ],
)
def test_an_update_says_how_far_it_has_come(campaign, bora, constraint, bad, good):
    def make(state, **fields):
        asked_by = None if state == "draft" else bora
        return Update.objects.create(campaign=campaign, state=state, written_by=bora, asked_by=asked_by, **fields)

    with refused(constraint), transaction.atomic():
        make(**bad)
    make(**good)


def test_a_partner_s_update_is_on_no_page(campaign, bora):
    harbour = make_organisation("harbour")
    with refused("partners_update_is_on_no_page"), transaction.atomic():
        make_update(campaign, bora, partner=harbour)
    make_update(campaign, bora, partner=harbour, is_public=False)


def test_an_update_that_was_taken_off_the_page_says_when_by_whom_and_why(campaign, bora):
    off = {"off_page_at": NOW, "off_page_by": bora, "off_page_reason": "x"}
    begun = {"campaign": campaign, "written_by": bora, "asked_by": bora, "state": "stopped", **BEGUN}
    for bad in (
        *({**begun, **off, name: nothing} for name, nothing in zip(off, (None, None, ""), strict=True)),
        {**begun, **off, "is_public": False},
        {"campaign": campaign, "written_by": bora, **off},
    ):
        with refused("update_off_the_page_says_why"), transaction.atomic():
            Update.objects.create(**bad)
    Update.objects.create(**begun, **off)


def test_a_supporter_has_one_mail_of_an_update(campaign, bora):
    update = make_update(campaign, bora)
    signature = make_signature(campaign)
    UpdateMail.objects.create(update=update, signature=signature)
    with refused("one_update_mail_per_supporter"), transaction.atomic():
        UpdateMail.objects.create(update=update, signature=signature)
    UpdateMail.objects.create(update=make_update(campaign, bora), signature=signature)


@pytest.mark.parametrize(
    ("constraint", "bad", "good"),
    [
        ("update_mail_state_is_known", {"state": "flying", "queued_at": NOW}, {"state": "sent", "queued_at": NOW}),
        ("update_mail_says_when_it_was_queued", {"state": "queued"}, {"state": "queued", "queued_at": NOW}),
        ("update_mail_says_when_it_was_queued", {"queued_at": NOW}, {}),
    ],
)
def test_a_mail_of_an_update_says_when_it_was_queued(campaign, bora, constraint, bad, good):
    update = make_update(campaign, bora)
    with refused(constraint), transaction.atomic():
        UpdateMail.objects.create(update=update, signature=make_signature(campaign), **bad)
    UpdateMail.objects.create(update=update, signature=make_signature(campaign), **good)


def test_an_update_has_one_text_in_a_language(campaign, bora):
    update = make_update(campaign, bora)
    with refused("one_update_text_per_language"), transaction.atomic():
        update.texts.create(language="en", title="x", words="y")
    update.texts.create(language="ko", title="x", words="y")


def test_an_unsubscription_is_once_and_from_whom_its_cause_says(lantern):
    address = b"\x01" * 32
    for organisation, cause in ((lantern, "bounced"), (lantern, "complained"), (None, "asked"), (None, "other")):
        with refused("unsubscription_is_from_whom_its_cause_says"), transaction.atomic():
            Unsubscription.objects.create(organisation=organisation, email_index=address, cause=cause)
    for organisation, cause in ((lantern, "asked"), (None, "bounced")):
        Unsubscription.objects.create(organisation=organisation, email_index=address, cause=cause)
        with refused("one_unsubscription_per_address"), transaction.atomic():
            Unsubscription.objects.create(organisation=organisation, email_index=address, cause=cause)


def test_a_mail_of_an_update_moves_by_its_table(campaign, bora):
    mail = UpdateMail.objects.create(update=make_update(campaign, bora), signature=make_signature(campaign))
    with pytest.raises(ProgrammingError), transaction.atomic():
        UpdateMail.objects.filter(pk=mail.pk).update(state="sent", queued_at=NOW)
    UpdateMail.objects.filter(pk=mail.pk).update(state="queued", queued_at=NOW)
    UpdateMail.objects.filter(pk=mail.pk).update(state="sent")


def test_the_database_lets_nobody_release_their_own(campaign, bora, chan):
    fields = {"state": "scheduled", "digest": "x", "send_at": NOW, "released_at": NOW, "written_by": bora}
    for asked_by, released_by in ((bora, bora), (chan, bora), (chan, chan)):
        with refused("update_is_released_by_another"), transaction.atomic():
            Update.objects.create(campaign=campaign, asked_by=asked_by, released_by=released_by, **fields)
    Update.objects.create(campaign=campaign, asked_by=bora, released_by=chan, **fields)


def test_the_database_sends_to_many_what_is_released_alone(campaign, bora, chan):
    begun = {"state": "sending", "digest": "x", "send_at": NOW, "started_at": NOW, "written_by": bora, "asked_by": bora}
    with refused("update_to_many_is_released"), transaction.atomic():
        Update.objects.create(campaign=campaign, recipients=MANY + 1, **begun)
    Update.objects.create(campaign=campaign, recipients=MANY, **begun)
    Update.objects.create(campaign=campaign, recipients=MANY + 1, released_by=chan, released_at=NOW, **begun)


# --- Signatures on paper -----------------------------------------------------------------------------------------


def make_paper_batch(campaign, by, **fields):
    said = {"letter": campaign.letters.get(), "kind": "table", "language": "en", "country": "PL", "display": "full"}
    said |= {"collected_by": "The vigil", "place": "Warsaw", "collected_on": NOW.date(), "made_by": by}
    return PaperBatch.objects.create(campaign=campaign, **said | fields)


def test_only_a_signature_on_paper_has_no_address_and_then_it_wants_no_updates(campaign, bora):
    batch = make_paper_batch(campaign, bora)
    for more in ({}, {"batch": batch, "wants_updates": True}):
        with refused("only_on_paper_without_an_address"), transaction.atomic():
            Signature.objects.filter(pk=make_signature(campaign, **more).pk).update(email=None)
    Signature.objects.filter(pk=make_signature(campaign, batch=batch).pk).update(email=None)


@pytest.mark.parametrize(
    ("constraint", "bad", "good"),
    [
        ("paper_batch_says_who_collected_where", {"collected_by": ""}, {}),
        ("paper_batch_says_who_collected_where", {"place": ""}, {}),
        ("paper_batch_state_is_known", {"state": "lost"}, {"state": "draft"}),
        ("settled_paper_batch_keeps_no_lines", {"state": "settled"}, {"state": "draft", "lines": "[]"}),
        ("settled_paper_batch_keeps_no_lines", {"settled_at": NOW}, {"state": "draft"}),
    ],
)
def test_a_batch_on_paper_says_what_it_is(campaign, bora, constraint, bad, good):
    with refused(constraint), transaction.atomic():
        make_paper_batch(campaign, bora, **bad)
    make_paper_batch(campaign, bora, **good)


def test_a_settled_batch_on_paper_keeps_no_lines(campaign, bora):
    settled = {"state": "settled", "settled_by": bora, "settled_at": NOW}
    with refused("settled_paper_batch_keeps_no_lines"), transaction.atomic():
        make_paper_batch(campaign, bora, lines="[]", **settled)
    make_paper_batch(campaign, bora, **settled)


def test_a_sheet_is_typed_by_two_people_and_agreed_after_both(campaign, bora, dana):
    batch = make_paper_batch(campaign, bora, kind="sheets")
    sheet = PaperSheet.objects.create(batch=batch, number=1, file="a", width=1, height=1)
    with refused("one_paper_sheet_per_number"), transaction.atomic():
        PaperSheet.objects.create(batch=batch, number=1, file="b", width=1, height=1)
    rows = PaperSheet.objects.filter(pk=sheet.pk)
    first = {"first_by": bora, "first_lines": "[]"}
    for constraint, bad in [
        ("paper_sheet_says_who_typed_first", {"first_by": bora}),
        ("paper_sheet_is_typed_by_two", {"second_by": dana, "second_lines": "[]"}),
        ("paper_sheet_is_typed_by_two", first | {"second_by": bora, "second_lines": "[]"}),
        ("paper_sheet_is_agreed_after_two", first | {"agreed_lines": "[]"}),
    ]:
        with refused(constraint), transaction.atomic():
            rows.update(**bad)
    rows.update(**first)
    rows.update(second_by=dana, second_lines="[]", agreed_lines="[]")
