"""The report of a campaign: one count, told as a page, as a PDF, and as files."""

import csv
import io
import json
import uuid
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from campaign import actions, report
from campaign.models import Campaign, Dispatch, HandIn, HandInPhoto, SelfReport, Signature, Tally
from tests.campaign.test_hand_ins import a_photo
from tests.factories import (
    DAY,
    NOW,
    make_campaign,
    make_dispatch,
    make_hand_in,
    make_observance,
    make_person,
    make_point,
    make_signature,
    make_volunteer,
)

State = Dispatch.State
PAGE = "/en/campaigns/light-the-way/report/"
FILE = "/en/campaigns/light-the-way/report."


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def signed(campaign, **fields):
    return make_signature(campaign, state=Signature.State.CONFIRMED, **fields)


def letter(campaign, point, state, **fields):
    return make_dispatch(signed(campaign), point, state=state, **{"accepted_at": NOW - 3 * DAY} | fields)


def counted(campaign, now=NOW):
    return report.report_of(campaign, now=now)


def go(campaign, point, outcome, **fields):
    """Somebody goes there and says so."""
    mina = make_volunteer(make_hand_in(campaign, point), state="accepted", **fields)
    return actions.report_hand_in(volunteer=mina, key=uuid.uuid4(), outcome=outcome, at=NOW - 2 * DAY)


# --- The count ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "state", "told"),
    [
        ("email", State.ACCEPTED, {"accepted"}),
        ("email", State.PRESUMED_DELIVERED, {"accepted"}),
        ("email", State.REPLIED, {"accepted", "answered"}),
        ("email", State.PLANNED, {"waiting"}),
        ("email", State.HELD, {"waiting"}),
        ("email", State.BOUNCED, {"refused"}),
        ("email", State.UNKNOWN, {"unclear"}),
        ("email", State.CANCELLED, set()),
        ("email", State.REROUTED, set()),
        ("hand", State.PACKED, {"printed"}),
        ("hand", State.DELIVERED, {"handed"}),
        ("hand", State.REPLIED, {"handed", "answered"}),
        ("hand", State.POSTED, {"posted"}),
        ("hand", State.RETURNED, {"refused"}),
        ("post", State.PACKED, {"printed"}),
        ("post", State.POSTED, {"posted"}),
        ("post", State.DELIVERED, {"posted"}),
        ("post", State.RETURNED, {"came_back"}),
    ],
)
def test_a_letter_is_told_as_what_became_of_it_and_as_nothing_better(campaign, point, channel, state, told):
    letter(campaign, point, state, channel=channel)
    assert {name for name, number in counted(campaign).happened.items() if number} == told


def test_what_people_say_to_have_sent_is_counted_apart(campaign, point):
    SelfReport.objects.tell(campaign=campaign, point=point, channel="post", now=NOW)
    found = counted(campaign)
    assert (found.self_reported, found.signatures, found.happened["posted"]) == (1, 0, 0)


def test_the_letters_of_another_campaign_are_not_counted(campaign, point):
    letter(make_campaign(), point, State.ACCEPTED)
    assert counted(campaign).happened["accepted"] == 0


def test_a_city_that_is_no_delivery_point_any_more_stays_in_the_report(campaign, point):
    letter(campaign, point, State.ACCEPTED)
    point.active = False
    point.save()
    assert [city.point for city in counted(campaign).cities] == [point]


@pytest.mark.parametrize(
    ("outcome", "reached"), [("delivered", 1), ("left_in_mailbox", 1), ("refused", 0), ("posted", 0)]
)
def test_a_city_is_reached_where_the_letters_were_taken_or_left(campaign, point, outcome, reached):
    go(campaign, point, outcome)
    found = counted(campaign)
    assert found.totals["cities"] == reached
    assert found.marks[outcome] == 1


# --- What came back -------------------------------------------------------------------------------------------


def reply(campaign, point, kind, **fields):
    return actions.record_reply(campaign=campaign, point=point, kind=kind, **{"received_at": NOW} | fields)


def test_silence_is_counted_from_the_first_delivery(campaign, point):
    letter(campaign, point, State.PRESUMED_DELIVERED, accepted_at=NOW - 400 * DAY)
    letter(campaign, point, State.ACCEPTED)
    assert counted(campaign, now=NOW + 23 * DAY).ledger.days == 423


def test_a_letter_that_was_refused_begins_no_silence(campaign, point):
    letter(campaign, point, State.BOUNCED, accepted_at=None)
    assert counted(campaign).ledger.days is None


def test_a_hand_in_begins_the_silence_too(campaign, point):
    go(campaign, point, "delivered")
    assert counted(campaign).ledger.days == 2


@pytest.mark.parametrize("kind", ["automatic", "unread"])
def test_what_nobody_wrote_does_not_end_the_silence(campaign, point, kind):
    letter(campaign, point, State.ACCEPTED)
    reply(campaign, point, kind)
    ledger = counted(campaign, now=NOW + 7 * DAY).ledger
    assert (ledger.answers, ledger.days) == (0, 10)


@pytest.mark.parametrize("kind", ["form", "substantive"])
def test_the_first_answer_ends_it(campaign, point, kind):
    letter(campaign, point, State.ACCEPTED)
    reply(campaign, point, kind)
    reply(campaign, point, kind, received_at=NOW + 5 * DAY)
    ledger = counted(campaign, now=NOW + 7 * DAY).ledger
    assert (ledger.answers, ledger.days) == (2, 3)


# --- The page -------------------------------------------------------------------------------------------------


def test_the_page_is_the_same_for_everyone_and_may_be_kept(client, campaign):
    for path in (PAGE, f"{FILE}csv", f"{FILE}json", f"{FILE}pdf"):
        response = client.get(path)
        assert response.status_code == 200
        assert "public" in response.headers["Cache-Control"]
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("state", [Campaign.State.DRAFT, Campaign.State.IN_REVIEW, Campaign.State.ARCHIVED])
def test_what_is_not_public_has_no_report(client, point, state):
    make_campaign("hidden", state=state)
    for ending in ("/", ".csv", ".json", ".pdf"):
        assert client.get(f"/en/campaigns/hidden/report{ending}").status_code == 404


def test_it_says_when_it_was_counted_and_that_it_goes_on(client, campaign, point):
    letter(campaign, point, State.ACCEPTED)
    page = client.get(PAGE).text
    assert "UTC." in page
    assert "So far: letters are still on their way." in page
    assert "No answer for <strong>3</strong> days." in page


def test_when_all_is_over_it_is_not_so_far(campaign):
    over = campaign.deliver_until + timedelta(days=7)
    assert counted(campaign, now=over - timedelta(seconds=1)).so_far
    assert not report._counted(campaign, now=over).so_far


def test_it_shows_the_photographs_and_words_that_were_released_and_no_others(client, campaign, point):
    mina = make_volunteer(make_hand_in(campaign, point), state="accepted", name="Mina Park")
    said = actions.report_hand_in(
        volunteer=mina,
        key=uuid.uuid4(),
        outcome="delivered",
        at=NOW,
        note="The guard is called Jan.",
        photos=[a_photo(), a_photo(height=320)],
    )
    shown, unseen = HandInPhoto.objects.filter(report=said)
    actions.release_report(
        hand_in=mina.hand_in, photos=[shown], by=make_person("Bora"), public_note="They took the box."
    )
    page = client.get(PAGE).text
    assert shown.file in page
    assert "They took the box." in page
    for secret in (unseen.file, "Jan", "Mina Park"):
        assert secret not in page


def test_it_quotes_what_an_organizer_wrote_and_never_the_reply_itself(client, campaign, point):
    reply(campaign, point, "form", text="Dear Ara Kim, thank you.", excerpt="They thank.")
    page = client.get(PAGE).text
    assert "They thank." in page
    assert "Ara Kim" not in page


def test_a_few_from_where_signing_is_dangerous_are_not_named(client, campaign, settings):
    settings.RISKY_COUNTRIES = ["KP"]
    for country, count in (("PL", 12), ("KP", 1)):
        Tally.objects.create(campaign=campaign, dimension=Tally.Dimension.COUNTRY, key=country, count=count)
    content = json.loads(client.get(f"{FILE}json").content)["signatures"]
    assert content["per_country"] == {"PL": 12}
    assert content["other_countries"] == {"countries": 1, "signatures": 1}


def test_more_cities_cost_no_more_queries(client, campaign, point, django_assert_num_queries):
    go(campaign, point, "delivered")
    with CaptureQueriesContext(connection) as one:
        report._counted(campaign, now=NOW)
    for _number in range(3):
        other = make_point()
        go(campaign, other, "refused")
        letter(campaign, other, State.ACCEPTED)
    with django_assert_num_queries(len(one)):
        report._counted(campaign, now=NOW)


# --- Two editions ---------------------------------------------------------------------------------------------


@pytest.fixture
def editions(point):
    day = make_observance()
    last = make_campaign("last-year", observance=day, edition=2026, state=Campaign.State.DELIVERED)
    this = make_campaign("this-year", observance=day, edition=2027)
    return last, this


def test_last_year_s_edition_stands_beside_this_year_s(client, editions, point):
    last, this = editions
    for campaign, number in ((last, 2), (this, 3)):
        for _number in range(number):
            letter(campaign, point, State.ACCEPTED)
    page = client.get("/en/campaigns/this-year/report/").text
    assert "2027 beside 2026" in page
    row = page[page.index("Letters accepted by e-mail</th>") :][:200]
    assert "<td>3</td><td>2</td><td>+1 " in row
    assert "(+50 %)" in row
    assert json.loads(client.get("/en/campaigns/this-year/report.json").content)["previous"]["totals"]["accepted"] == 2


def test_the_first_edition_stands_alone(client, editions):
    assert "beside" not in client.get("/en/campaigns/last-year/report/").text


def test_what_was_less_says_so():
    change = report.Change("Signatures", 1, 4)
    assert (change.difference, change.percent) == ("−3", "−75 %")
    assert report.Change("Signatures", 1, 0).percent == ""


# --- Files ----------------------------------------------------------------------------------------------------


def test_csv_and_json_and_page_hold_the_same_numbers(client, campaign, point):
    letter(campaign, point, State.ACCEPTED)
    go(campaign, point, "delivered")
    content = json.loads(client.get(f"{FILE}json").content)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{FILE}csv").content.decode("utf-8-sig"))))
    (city,) = content["cities"]
    assert rows == [{**{name: str(value) for name, value in city.items()}, "as_of": content["as_of"]}]
    assert (city["city"], city["hand_in"], city["accepted"]) == ("Warsaw", "delivered", 1)
    assert content["letters"]["accepted"] == content["totals"]["accepted"] == 1
    assert content["hand_ins"]["delivered"] == 1


def test_what_the_documentation_says_of_the_files_is_so(client, campaign):
    said = (configured.BASE_DIR / "docs" / "report.md").read_text()
    content = json.loads(client.get(f"{FILE}json").content)
    columns = next(csv.reader(io.StringIO(client.get(f"{FILE}csv").content.decode("utf-8-sig"))))
    assert [name for name in [*content, *columns] if f"`{name}`" not in said] == []


@pytest.mark.parametrize("language", ["en", "ko", "zh-hans", "ja"])
def test_the_pdf_can_be_archived_and_read_aloud(client, campaign, point, language):
    letter(campaign, point, State.ACCEPTED)
    go(campaign, point, "delivered")
    response = client.get(f"/{language}/campaigns/light-the-way/report.pdf")
    assert response["Content-Type"] == "application/pdf"
    pdf = PdfReader(io.BytesIO(response.content))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfaid" in response.content
    assert b"pdfuaid" in response.content
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert "Warsaw" in text
    assert "light-the-way/report/" in text


def test_the_pdf_is_not_typeset_at_every_visit(client, campaign, tmp_path):
    client.get(f"{FILE}pdf")
    (first,) = (tmp_path / "reports").glob("*.pdf")
    made = first.stat().st_mtime_ns
    client.get(f"{FILE}pdf")
    assert first.stat().st_mtime_ns == made


def test_a_photograph_stands_in_the_pdf(client, campaign, point):
    mina = make_volunteer(make_hand_in(campaign, point), state="accepted")
    said = actions.report_hand_in(volunteer=mina, key=uuid.uuid4(), outcome="delivered", at=NOW, photos=[a_photo()])
    actions.release_report(hand_in=mina.hand_in, photos=HandInPhoto.objects.filter(report=said), by=make_person("Bora"))
    pdf = PdfReader(io.BytesIO(client.get(f"{FILE}pdf").content))
    assert sum(len(page.images) for page in pdf.pages) == 1
    assert HandIn.objects.get().public_note == ""
