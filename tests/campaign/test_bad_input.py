"""Whatever is typed or sent: a page that says what is wrong, what was typed is kept, and nothing half-done."""

import html

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from campaign import plain_text
from campaign.models import Signature
from outbox.models import Message

RIGHT_TO_LEFT = "\u202e"


def nothing_is_stored():
    return not Signature.objects.exists() and not Message.objects.exists()


def assert_refused(response, saying, *, field):
    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert saying in page
    assert f'id="id_{field}_error"' in page
    assert "<title>Error: " in page
    assert nothing_is_stored()
    return page


MISSING = {
    "name": "Please give your name.",
    "email": "Please give your e-mail address.",
    "country": "Please choose the country where you live.",
    "display": "Please say how your name may be shown.",
}
ONE_LINE = "there is a hidden character or a line break"
NO_LINK = "Please leave out web and e-mail addresses here."
LETTERS = "Please write it with letters."
DIRECTION = "Please remove the hidden character that changes the direction of the text."
NOT_ONE_ADDRESS = "This does not look like one e-mail address."


@pytest.mark.parametrize(
    ("field", "value", "saying"),
    [
        ("name", None, MISSING["name"]),
        ("name", "", MISSING["name"]),
        ("name", "   ", MISSING["name"]),
        ("name", "Ara\x00Kim", "Null characters are not allowed."),
        ("name", "Ara\x07Kim", ONE_LINE),
        ("name", "Ara\nBcc: all@people.example", ONE_LINE),
        ("name", "Ara\rKim", ONE_LINE),
        ("name", "Ara\u2028Kim", ONE_LINE),
        ("name", f"Ara {RIGHT_TO_LEFT}miK", DIRECTION),
        ("name", "Ara \u2066Kim\u2069", DIRECTION),
        ("name", "Win at https://bad.example", NO_LINK),
        ("name", "www.bad.example", NO_LINK),
        ("name", "cheap-pills.com", NO_LINK),
        ("name", "ara@people.example", NO_LINK),
        ("name", "12345", LETTERS),
        ("name", "💡💡", LETTERS),
        ("name", "A" * 101, "at most 100 characters"),
        ("email", None, MISSING["email"]),
        ("email", "", MISSING["email"]),
        ("email", "ara", NOT_ONE_ADDRESS),
        ("email", "ara@", NOT_ONE_ADDRESS),
        ("email", "ara@people.example, eun@people.example", NOT_ONE_ADDRESS),
        ("email", "ara@people.example eun@people.example", NOT_ONE_ADDRESS),
        ("email", "ara@people.example;eun@people.example", NOT_ONE_ADDRESS),
        ("email", "ara@people.example\nBcc: eun@people.example", NOT_ONE_ADDRESS),
        ("email", "ara@people.example\r\nRCPT TO:<eun@people.example>", NOT_ONE_ADDRESS),
        ("email", "Ara Kim <ara@people.example>", NOT_ONE_ADDRESS),
        ("email", "ara\x00@people.example", NOT_ONE_ADDRESS),
        ("email", f"{RIGHT_TO_LEFT}ara@people.example", NOT_ONE_ADDRESS),
        ("email", "a" * 250 + "@people.example", NOT_ONE_ADDRESS),
        ("country", None, MISSING["country"]),
        ("country", "", MISSING["country"]),
        ("country", "Atlantis", "Please choose a country from the list."),
        ("country", "XX", "Please choose a country from the list."),
        ("country", "pl", "Please choose a country from the list."),
        ("country", "EU", "Please choose a country from the list."),
        ("display", None, MISSING["display"]),
        ("display", "neon", "Please choose one of the three ways to show your name."),
        ("own_words", "x" * 2001, "Please shorten them to 2,000 characters; now there are 2001."),
        ("own_words", "Hello\x00", "Null characters are not allowed."),
        ("own_words", "Hello\x1b[31m", "Please remove the hidden control character"),
        ("own_words", f"Hello {RIGHT_TO_LEFT}", DIRECTION),
        ("city", "Warsaw\nPoland", ONE_LINE),
        ("city", "www.bad.example", NO_LINK),
        ("city", "0", LETTERS),
        ("city", "x" * 81, "at most 80 characters"),
    ],
)
def test_bad_input_is_refused_at_its_field(submit, field, value, saying):
    assert_refused(submit(**{field: value}), saying, field=field)


def test_what_was_typed_is_kept_on_an_error(submit):
    page = assert_refused(
        submit(
            email="ara@",
            name="김 “Ara” <b>",
            country="KR",
            display="initials",
            city="Gießen",
            own_words="I was there.\nReally.",
            wants_updates="on",
        ),
        NOT_ONE_ADDRESS,
        field="email",
    )
    assert 'name="email" value="ara@"' in page
    assert 'value="김 “Ara” <b>"' in page
    assert '<option value="KR" selected' in page
    assert 'value="initials"' in page.partition("checked")[0].rpartition("<input")[2]
    assert 'value="Gießen"' in page
    assert "I was there.\nReally." in page
    assert "checked" in page.partition('name="wants_updates"')[2].partition(">")[0]


def test_what_was_typed_is_shown_and_never_run(submit):
    page = submit(email="ara@", name='"><script>alert(1)</script>').content.decode()
    assert "<script>alert" not in page


def test_every_error_is_named_at_once(submit):
    page = submit(name="", email="", country="", display="").content.decode()
    assert all(f'id="id_{field}_error"' in page for field in ("name", "email", "country", "display"))


def test_an_empty_post_is_an_error_page(client, campaign):
    assert client.post("/en/campaigns/light-the-way/sign/").status_code == 422
    assert nothing_is_stored()


@pytest.mark.parametrize(
    "name",
    [
        "Ł",
        "김하늘",
        "萬人疏",
        "Nguyễn Thị Minh Khai",
        "محمد علی",
        "O’Neill-Żak, Jr.",
        "ارد\u200cلان",
        "D'Arcy St. John",
    ],
)
def test_names_of_the_world_are_names(submit, name):
    assert submit(name=name).status_code == 302
    assert Signature.objects.get().name == name


def test_own_words_may_have_2000_characters_however_the_browser_breaks_lines(submit):
    words = "\n".join(["x" * 99] * 20)
    assert len(words) == 1999
    assert submit(own_words=words.replace("\n", "\r\n")).status_code == 302
    assert Signature.objects.get().own_words == words


def test_markup_in_own_words_is_text(submit):
    words = "<b>bold</b> {{ 7|add:7 }} {% now 'Y' %} &amp;"
    assert submit(own_words=words).status_code == 302
    assert Signature.objects.get().own_words == words


@pytest.mark.parametrize("field", ["name", "own_words", "email", "unknown"])
def test_a_field_of_ten_megabytes_is_a_413_page(submit, field):
    response = submit(**{field: "x" * 10_000_000})
    assert response.status_code == 413
    assert "What you sent is too large, and was not stored." in response.content.decode()
    assert nothing_is_stored()


def test_a_thousand_fields_are_refused(submit):
    assert submit(**{f"field{number}": "x" for number in range(1000)}).status_code in (400, 413)
    assert nothing_is_stored()


def test_a_file_in_place_of_a_name_is_refused(client, typed):
    from django.core.files.uploadedfile import SimpleUploadedFile

    response = client.post("/en/campaigns/light-the-way/sign/", {**typed, "name": SimpleUploadedFile("x", b"x" * 1000)})
    assert response.status_code == 422
    assert nothing_is_stored()


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "multipart/form-data", "x/y; boundary=\xff"]
)
def test_a_body_that_is_no_form_is_refused(client, campaign, content_type):
    response = client.generic(
        "POST", "/en/campaigns/light-the-way/sign/", b'{"name": "Ara"}', content_type=content_type
    )
    assert response.status_code in (400, 422)
    assert nothing_is_stored()


@pytest.mark.parametrize(
    "body", [b"name=%ff%fe&email=%80", b"name=%00", b"&&&&====", b"\xff\xfe\x00", b"name=" + b"%F0" * 90]
)
def test_a_form_in_broken_encoding_is_refused(client, campaign, body):
    response = client.generic(
        "POST", "/en/campaigns/light-the-way/sign/", body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code in (400, 422)
    assert nothing_is_stored()


@pytest.mark.parametrize(
    "query",
    [
        "?" + "a=" + "x" * 60_000,
        "?" + "&".join(f"a{n}=1" for n in range(5000)),
        "?%00",
        "?%ff",
        "?a=%27%3B--",
        "?a[]=1&a[]=2",
    ],
)
@pytest.mark.parametrize("part", ["", "sign/", "sign/sent/"])
def test_huge_and_hostile_query_strings_change_nothing(client, campaign, query, part):
    assert client.get(f"/en/campaigns/light-the-way/{part}{query}").status_code == 200


def test_a_query_string_does_not_fill_the_form(client, campaign):
    page = client.get("/en/campaigns/light-the-way/sign/?name=Mallory&own_words=Mallory").content.decode()
    assert "Mallory" not in page


@pytest.mark.parametrize("path", ["", "x" * 5000, "%00", "..%2f..", "light-the-way%0d%0aSet-Cookie:a=b", "\u202e"])
def test_a_hostile_slug_is_not_found(client, campaign, path):
    assert client.get(f"/en/campaigns/{path}/").status_code == 404


@pytest.mark.parametrize("host", ["bad.example", "testserver.bad.example", "bad.example:80@testserver", "", "a b"])
def test_an_unknown_host_is_a_400_page(client, typed, host):
    response = client.post("/en/campaigns/light-the-way/sign/", typed, headers={"host": host})
    assert response.status_code == 400
    assert nothing_is_stored()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_not_allowed(client, campaign, method):
    assert getattr(client, method)("/en/campaigns/light-the-way/sign/").status_code == 405


# --- Where a form comes from ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://bad.example"},
        {"origin": "null"},
        {"origin": "http://testserver.bad.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
    ],
)
def test_a_form_from_another_site_is_a_403_page_and_stores_nothing(submit, headers):
    response = submit(headers=headers)
    assert response.status_code == 403
    assert "This form was sent from another page" in response.content.decode()
    assert nothing_is_stored()


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://testserver", "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}]
)
def test_our_own_form_is_taken(submit, headers):
    assert submit(headers=headers).status_code == 302


def test_a_link_from_another_site_opens_the_page(client, campaign):
    page = client.get("/en/campaigns/light-the-way/sign/", headers={"sec-fetch-site": "cross-site"})
    assert page.status_code == 200


# --- How often -----------------------------------------------------------------------------------------------


def statuses(typed, addresses, **extra):
    return [
        Client(REMOTE_ADDR=address).post(
            "/en/campaigns/light-the-way/sign/", {**typed, "email": f"ara{number}@people.example"}, **extra
        )
        for number, address in enumerate(addresses)
    ]


def test_a_network_that_sends_too_many_forms_gets_a_429_page(typed, settings):
    settings.SIGN_LIMIT = "2/hour"
    first, second, third = statuses(typed, ["192.0.2.1", "192.0.2.2", "192.0.2.99"])
    assert (first.status_code, second.status_code, third.status_code) == (302, 302, 429)
    assert Signature.objects.count() == 2
    assert third["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("limit", "said", "seconds"), [("1/hour", "1 hour", 3600), ("1/5 minute", "5 minutes", 300)])
def test_the_429_page_says_how_long_the_limit_counts(typed, settings, limit, said, seconds):
    settings.SIGN_LIMIT = limit
    _first, second = statuses(typed, ["192.0.2.1", "192.0.2.2"])
    assert f"send it again in {said}," in second.content.decode().replace("\xa0", " ")
    assert second["Retry-After"] == str(seconds)


def test_another_network_is_not_held_up(typed, settings):
    settings.SIGN_LIMIT = "1/hour"
    assert [r.status_code for r in statuses(typed, ["192.0.2.1", "198.51.100.1"])] == [302, 302]


def test_reading_is_not_limited(client, campaign, settings):
    settings.SIGN_LIMIT = "1/hour"
    assert {client.get("/en/campaigns/light-the-way/sign/").status_code for _ in range(5)} == {200}


def test_forwarded_addresses_are_not_believed_from_strangers(typed, settings):
    settings.SIGN_LIMIT = "1/hour"
    url = "/en/campaigns/light-the-way/sign/"
    answers = [
        Client(REMOTE_ADDR="192.0.2.1").post(url, typed, headers={"x-forwarded-for": f"203.0.{number}.1"}).status_code
        for number in range(2)
    ]
    assert answers == [302, 429]


def test_forwarded_addresses_are_believed_from_our_proxies(typed, settings):
    settings.SIGN_LIMIT = "1/hour"
    settings.TRUSTED_PROXIES = ["192.0.2.0/24"]
    url = "/en/campaigns/light-the-way/sign/"

    def post(forwarded):
        return Client(REMOTE_ADDR="192.0.2.1").post(url, typed, headers={"x-forwarded-for": forwarded}).status_code

    assert post("203.0.113.1") == 302
    assert post("198.51.100.1") == 302
    assert post("203.0.113.2") == 429
    # What stands further left was written by the client.
    assert post("9.9.9.9, 203.0.113.3") == 429


# --- Everything else that a keyboard can make ------------------------------------------------------------------


@given(value=st.text(max_size=120))
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("field", ["name", "email", "country", "display", "own_words", "city", "letter"])
def test_no_text_breaks_the_form(submit, settings, field, value):
    settings.SIGN_LIMIT = "100000/hour"
    try:
        value.encode()
    except UnicodeEncodeError:
        return
    assert submit(**{field: value}).status_code in (302, 422)


@given(st.text())
def test_one_line_lets_no_line_break_through(value):
    try:
        plain_text.one_line(value)
    except plain_text.ValidationError:
        return
    assert len(value.splitlines()) <= 1
