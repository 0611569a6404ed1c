"""The mails' words and form; what goes into them is tested with the composers."""

import datetime as dt
import re

import pytest
from django.template.loader import render_to_string

KINDS = ["confirmation", "already_signed", "links", "news", "update", "words_left_out", "letter", "review_due"]
TO_VOLUNTEERS = ["volunteer_confirm", "already_volunteered", "volunteer_accepted", "volunteer_declined"]
TO_VOLUNTEERS += ["hand_in_cancelled"]
TO_ORGANIZERS = [
    "volunteer_offered",
    "coordinator_left",
    "hand_in_reported",
    "domain_paused",
    "point_refused",
    "test_letter",
    "partner_asked",
    "partner_answered",
    "export_asked",
    "export_decided",
    "campaign_submitted",
    "campaign_returned",
    "campaign_approved",
    "audit_broken",
    "update_waits",
]
FROM_ORGANIZERS = ["coordinator_mail"]
TO_PEOPLE = ["invitation", "account_notice"]
KINDS += TO_VOLUNTEERS + TO_ORGANIZERS + FROM_ORGANIZERS + TO_PEOPLE
TO_SUPPORTERS = ["confirmation", "already_signed", "links", "news", "update", "words_left_out"]
TITLE = "Do not send them back"
TEXT = {
    "language": "en",
    "subject": "An appeal",
    "addressee": "The President\nthrough the Embassy",
    "salutation": "Your Excellency,",
    "body": "First & foremost.\n\nSecond.",
    "closing": "Respectfully,",
    "name_suffix": "",
}
CONTEXT = {
    "name": "Ara O'Kim & <Sons>",
    "campaign_title": TITLE,
    "organisation": {"language": "en", "name": "Open Gate Letters"},
    "confirm_url": "https://maninso.example/en/signatures/confirm/abc/",
    "erase_url": "https://maninso.example/en/signatures/abc/erasure/",
    "address_url": "https://maninso.example/desk/targets/president/points/1/",
    "code": "5.1.1",
    "rerouted": 2,
    "held": 1,
    "desk_url": "https://maninso.example/desk/campaigns/light-the-way/hand-ins/1/",
    "day": dt.date(2027, 9, 24),
    "own_url": "https://maninso.example/en/signatures/abc/",
    "expires_on": dt.date(2027, 10, 1),
    "reference": "MNS-2013-001",
    "due": dt.date(2027, 10, 1),
    "case_url": "https://maninso.example/desk/cases/MNS-2013-001/",
    "items": [
        {
            "campaign_title": TITLE,
            "state_label": "confirmed",
            "url": "https://maninso.example/en/signatures/x/",
        }
    ],
    "point": {"language": "en", "name": "Embassy", "city": "Warsaw"},
    "places": [
        {
            "point": {"language": "en", "name": "Embassy", "city": "Warsaw"},
            "sentences": ["Handed in at Warsaw on 24 September 2027."],
        }
    ],
    "outcome": "delivered to a person",
    "at": dt.datetime(2027, 9, 24, 12),
    "letter": TEXT,
    "letter_beside": {
        **TEXT,
        "language": "ko",
        "salutation": "각하,",
        "closing": "삼가",
        "name_suffix": "올림",
    },
    "shown_name": "Ara O'Kim",
    "pauses": [{"domain": "point.example", "why": "5 of its last 9 letters were refused within an hour."}],
    "partner": {"language": "ko", "name": "항구"},
    "accepted": True,
    "export": {
        "number": "X00012",
        "asked_by": "Bora",
        "rows": 1204,
        "purpose": "For the <b>own hearing.",
        "state": "released",
    },
    "exports_url": "https://maninso.example/desk/campaigns/light-the-way/exports/",
    "pauses_url": "https://maninso.example/desk/campaigns/pauses/",
    "flaw": "changed",
    "head": {"number": 41},
    "tester_language": "en",
    "mail": {"subject": "The day", "words": "Please come at nine."},
    "text": {"language": "en", "title": "They are home", "words": "All <b>own</b> ten.\n\nSee https://news.example/x."},
    "page_url": "https://maninso.example/en/campaigns/light-the-way/#update-1",
    "unsubscribe_url": "https://maninso.example/en/updates/abc/",
    "asked_by": "Bora",
    "count": 1204,
    "update_url": "https://maninso.example/desk/campaigns/light-the-way/updates/1/",
    "own_words": "My <b>own</b> words.",
    "why": "They insult or threaten somebody.",
    "campaign_url": "https://maninso.example/en/campaigns/x/",
    "invited_by": "Bora <Kim>",
    "roles": ["Case editor", "Organizer"],
    "invitation_url": "https://maninso.example/accounts/invitations/abc/",
    "expires_at": dt.datetime(2027, 10, 1, 12),
    "action": "passwords.changed",
    "place": "Warsaw, Poland",
    "place_beside": "폴란드 Warsaw",
    "submitted_by": "Bora Kim",
    "note": "The second letter is new.",
    "remarks": ["A date is missing.", "Who says so?"],
    "is_open": False,
    "opens_at": dt.datetime(2027, 9, 1, 9, tzinfo=dt.UTC),
    "time_zone": "Asia/Seoul",
    "public_url": "https://maninso.example/en/campaigns/x/",
    "site_url": "https://maninso.example",
}


def render(kind, part):
    return render_to_string(f"emails/{kind}/{part}", CONTEXT)


@pytest.mark.parametrize("kind", KINDS)
def test_a_subject_is_one_line(kind):
    assert "\n" not in render(kind, "subject.txt").strip()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "letter"])
def test_a_subject_does_not_betray_the_cause_over_a_shoulder(kind):
    subject = render(kind, "subject.txt")
    assert TITLE not in subject
    assert "Ara" not in subject
    assert "maninso" not in subject.lower()


@pytest.mark.parametrize("kind", TO_SUPPORTERS)
@pytest.mark.parametrize("part", ["body.txt", "body.html"])
def test_a_list_of_mails_shows_no_cause_beside_the_subject(kind, part):
    body = render(kind, part)
    words = " ".join(re.sub(r"<[^>]+>", " ", body.partition("<body")[2] or body).split())
    assert TITLE in words
    assert TITLE not in words[:120]


def test_a_letter_without_a_name_is_signed_by_a_supporter():
    for part in ("body.txt", "body.html"):
        letter = render_to_string(f"emails/letter/{part}", {**CONTEXT, "shown_name": ""})
        assert "A supporter" in letter
        assert "올림" not in letter


@pytest.mark.parametrize("kind", KINDS)
def test_plain_text_holds_no_markup_and_no_entities(kind):
    text = render(kind, "body.txt")
    assert "&amp;" not in text
    assert "&#" not in text
    assert "<p" not in text
    assert "\n\n\n" not in text.rstrip()


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_typed_is_escaped_in_html(kind):
    html = render(kind, "body.html")
    assert "<Sons>" not in html
    assert "<b>own" not in html


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("confirmation", "confirm_url"),
        ("already_signed", "own_url"),
        ("news", "own_url"),
        ("update", "page_url"),
        ("update_waits", "update_url"),
        ("review_due", "case_url"),
        ("domain_paused", "pauses_url"),
        ("export_asked", "exports_url"),
        ("export_decided", "exports_url"),
        ("invitation", "invitation_url"),
    ],
)
def test_the_link_stands_on_a_line_of_its_own_in_text_and_once_on_a_button(kind, key):
    assert CONTEXT[key] in render(kind, "body.txt").splitlines()
    html = render(kind, "body.html")
    assert html.count("background-color") == 1
    assert f'href="{CONTEXT[key]}"' in html


def test_a_confirmation_says_how_long_and_how_to_get_out():
    for part in ("body.txt", "body.html"):
        assert "Oct. 1, 2027" in render("confirmation", part)
        assert CONTEXT["erase_url"] in render("confirmation", part)


def test_a_letter_has_its_parts_in_the_order_of_a_letter():
    text = render("letter", "body.txt")
    parts = [
        "The President",
        "Your Excellency,",
        "First & foremost.",
        "My <b>own</b> words.",
        "Respectfully,",
    ]
    parts += ["Ara O'Kim\nWarsaw, Poland", "-----", "각하,", "삼가", "Ara O'Kim 올림\n폴란드 Warsaw"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert text.count("My <b>own</b> words.") == 1


def test_a_letter_says_who_sends_it_and_how_it_was_confirmed():
    for part in ("body.txt", "body.html"):
        foot = render("letter", part)
        assert "Open Gate Letters" in foot
        assert "confirmed by that person" in foot


def test_a_letter_in_one_language_has_no_rule_and_no_second_text():
    text = render_to_string("emails/letter/body.txt", {**CONTEXT, "letter_beside": None})
    assert "-----" not in text
    assert text.count("Ara O'Kim") == 1


def test_a_letter_tells_no_mail_address():
    assert "@" not in render("letter", "body.txt")
