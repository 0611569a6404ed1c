"""What the small scripts in static/js/ add, in a real browser, and that everything works without them."""

import json
import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from campaign.forms import OWN_WORDS_LENGTH, SignForm
from campaign.models import Signature
from outbox.models import Message
from tests.face.tour import stay_until_htmx_comes
from tests.factories import make_campaign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY_MS = 24 * 60 * 60 * 1000
WORDS = "My grandmother fled too.\n\nPlease let them stay."


@pytest.fixture
def campaign(db):
    return make_campaign("light-the-way")


@pytest.fixture
def sign_url(live_server, campaign):
    return live_server.url + reverse("sign", args=[campaign.slug])


@pytest.fixture
def form(page, sign_url):
    page.goto(sign_url)
    return page


@pytest.fixture
def plain(browser, sign_url):
    """The same page in a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(sign_url)
    yield page
    context.close()


@pytest.fixture
def desk(page, client, live_server):
    """The catalogue, in Dana's hands."""
    client.force_login(User.objects.create_user("dana@example.com", name="Dana", is_staff=True, is_superuser=True))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(live_server.url + reverse("components"))
    return page


def unfold(page):
    page.get_by_text("Add my own words, my city, or ask for news").click()


def write(page, words=WORDS):
    unfold(page)
    page.get_by_label("Your own words").fill(words)


def kept(page):
    return json.loads(page.evaluate("JSON.stringify(localStorage)"))


def country(page):
    return page.get_by_role("combobox", name="Country where you live")


def code(page):
    return page.evaluate("document.querySelector('select[name=country]').value")


# --- A country is searched ---------------------------------------------------------------------------------------


def test_a_country_is_found_by_what_people_call_it(form):
    called = {"pola": "PL", "POLAND": "PL", "aland": "AX", "turkey": "TR", "usa": "US", "scotland": "GB", "kr": "KR"}
    for typed, wanted in called.items():
        country(form).fill(typed)
        form.keyboard.press("Tab")
        assert code(form) == wanted, typed


def test_in_korean_a_country_is_found_by_both_its_names(page, sign_url):
    page.goto(sign_url.replace("/en/", "/ko/"))
    box = page.locator("#id_country")
    for typed in ("폴란", "Poland"):
        box.fill(typed)
        page.keyboard.press("Tab")
        expect(box).to_have_value("폴란드")


def test_the_list_of_countries_tells_a_screen_reader_where_it_is(form):
    box = country(form)
    expect(box).to_have_attribute("aria-expanded", "false")
    box.fill("korea")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(form.get_by_role("option")).to_have_text(["North Korea", "South Korea"])
    expect(form.get_by_text("Countries found: 2")).to_have_count(1)
    form.keyboard.press("ArrowDown")
    form.keyboard.press("ArrowDown")
    marked = form.get_by_role("option", name="South Korea")
    expect(marked).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", marked.get_attribute("id"))
    form.keyboard.press("Enter")
    expect(box).to_have_value("South Korea")
    expect(box).to_have_attribute("aria-expanded", "false")
    assert code(form) == "KR"


def test_a_country_is_taken_by_a_click_or_a_tap(form):
    country(form).click()
    form.get_by_role("option", name="Albania").click()
    expect(country(form)).to_have_value("Albania")
    assert code(form) == "AL"


def test_escape_closes_the_list_and_then_empties_the_field(form):
    country(form).fill("pol")
    form.keyboard.press("Escape")
    expect(form.get_by_role("listbox")).to_be_hidden()
    expect(country(form)).to_have_value("pol")
    form.keyboard.press("Escape")
    expect(country(form)).to_have_value("")


def test_what_is_no_country_is_said_at_once_and_never_sent(form):
    country(form).fill("Narnia")
    expect(form.get_by_text("No country of that name is known here.")).to_be_visible()
    form.get_by_role("button", name="Sign the letter").click()
    summary = form.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Please choose the country where you live.").click()
    expect(country(form)).to_be_focused()
    expect(country(form)).to_have_attribute("aria-invalid", "true")


def test_a_country_changed_is_the_one_that_is_sent(form):
    country(form).fill("poland")
    form.keyboard.press("Tab")
    country(form).fill("germ")
    assert code(form) == ""
    form.keyboard.press("Tab")
    assert code(form) == "DE"


def test_without_javascript_the_country_is_a_plain_list(plain):
    plain.get_by_label("Country where you live").select_option(label="Poland")
    expect(plain.get_by_label("Country where you live")).to_have_value("PL")


# --- A draft is kept on the device -------------------------------------------------------------------------------


def test_own_words_come_back_with_a_note(form):
    country(form).fill("poland")
    form.get_by_label("My initials").check()
    write(form)
    expect(form.get_by_text("kept on this device, and nowhere else, until you sign")).to_be_visible()
    form.reload()
    expect(form.get_by_text("Here is what you wrote earlier.")).to_be_visible()
    expect(form.get_by_label("Your own words")).to_have_value(WORDS)
    expect(form.get_by_label("My initials")).to_be_checked()


def test_no_draft_holds_what_names_a_person(form, campaign):
    form.get_by_label("Your name").fill("Maria Lopez")
    form.get_by_label("Your e-mail address").fill("maria@people.example")
    country(form).fill("poland")
    form.keyboard.press("Tab")
    write(form)
    form.get_by_label("City").fill("Kraków")
    draft = kept(form)
    assert list(draft) == [f"draft:{campaign.slug}"]
    fields = json.loads(draft[f"draft:{campaign.slug}"])["fields"]
    assert fields == {"country": "PL", "display": "full", "own_words": WORDS, "wants_updates": False}


def test_before_there_are_own_words_nothing_is_kept(form):
    country(form).fill("poland")
    form.keyboard.press("Tab")
    form.get_by_label("My initials").check()
    assert kept(form) == {}


def test_a_draft_is_forgotten_when_asked(form):
    write(form)
    form.get_by_role("button", name="Forget my words").click()
    expect(form.get_by_text("Nothing is kept on this device any more.")).to_be_visible()
    form.get_by_label("Your own words").fill("Something else")
    assert kept(form) == {}
    form.reload()
    expect(form.get_by_label("Your own words")).to_have_value("")


def test_a_draft_is_forgotten_once_the_letter_is_signed(form):
    form.get_by_label("Your name").fill("Maria Lopez")
    form.get_by_label("Your e-mail address").fill("maria@people.example")
    country(form).fill("poland")
    write(form)
    form.get_by_role("button", name="Sign the letter").click()
    expect(form.get_by_role("heading", name="Look in your mailbox")).to_be_visible()
    assert kept(form) == {}
    assert Signature.objects.get().own_words == WORDS


def test_a_draft_is_forgotten_after_a_week(form, campaign):
    draft = {"at": 0, "fields": {"own_words": WORDS}}
    keep = "draft => localStorage.setItem(draft.key, JSON.stringify({...draft.kept, at: Date.now() - draft.age}))"
    key = f"draft:{campaign.slug}"
    form.evaluate(keep, {"key": key, "kept": draft, "age": 6 * DAY_MS})
    form.reload()
    expect(form.get_by_label("Your own words")).to_have_value(WORDS)
    form.evaluate(keep, {"key": key, "kept": draft, "age": 8 * DAY_MS})
    form.reload()
    expect(form.get_by_label("Your own words")).to_have_value("")
    assert kept(form) == {}


def test_rubbish_in_the_storage_harms_nobody(form, campaign):
    failures = []
    form.on("pageerror", lambda error: failures.append(str(error)))
    for rubbish in ("", "null", "{", '"x"', '{"at": 99999999999999}'):
        form.evaluate("([key, text]) => localStorage.setItem(key, text)", [f"draft:{campaign.slug}", rubbish])
        form.reload()
        write(form)
        expect(form.get_by_text("kept on this device, and nowhere else, until you sign")).to_be_visible()
    assert failures == []


# --- The letter as it will go out --------------------------------------------------------------------------------


def previewed(page):
    return page.locator("[data-letter-sheet] article.letter")


@pytest.mark.parametrize("display", list(Signature.Display))
def test_the_preview_shows_the_name_as_the_letter_will(form, display):
    form.locator(f"input[name=display][value={display}]").check()
    form.get_by_text("See my letter as it will go out").first.click()
    for name in ("Maria de la Cruz", "김하늘", "山田 太郎", "Élodie", "𠮷野"):
        form.get_by_label("Your name").fill(name)
        shown = Signature(name=name, display=display).shown_name or "A supporter"
        expect(previewed(form).locator(".letter-signature")).to_have_text(shown)


def test_the_preview_follows_what_is_typed(form):
    form.get_by_text("See my letter as it will go out").first.click()
    expect(previewed(form).locator(".letter-signature")).to_have_text("Your name, as you wish it shown")
    form.get_by_label("Your name").fill("Maria <i>Lopez</i>")
    write(form, "<b>Please</b> let them stay.")
    form.get_by_label("City").fill("Kraków")
    country(form).fill("poland")
    form.keyboard.press("Tab")
    expect(previewed(form).locator(".letter-own-words")).to_have_text("<b>Please</b> let them stay.")
    expect(previewed(form).locator(".letter-signature")).to_have_text("Maria <i>Lopez</i>\nKraków, Poland")
    expect(form.get_by_role("button", name="See my letter as it will go out")).to_be_hidden()


def test_without_javascript_a_button_shows_the_letter_and_stores_nothing(plain):
    unfold(plain)
    plain.get_by_label("Your name").fill("Maria Lopez")
    plain.get_by_label("My initials").check()
    plain.get_by_label("Country where you live").select_option("PL")
    plain.get_by_label("Your own words").fill(WORDS)
    plain.get_by_role("button", name="See my letter as it will go out").click()
    letter = plain.locator("#preview article.letter")
    expect(letter.locator(".letter-own-words p")).to_have_text(["My grandmother fled too.", "Please let them stay."])
    expect(letter.locator(".letter-signature")).to_contain_text(re.compile(r"M\. L\.\s*Poland"))
    expect(plain.get_by_label("Your name")).to_have_value("Maria Lopez")
    expect(plain.get_by_label("Your own words")).to_be_visible()
    expect(plain.get_by_role("alert")).to_have_count(0)
    assert not Signature.objects.exists()
    assert not Message.objects.exists()


def test_the_return_key_signs_and_does_not_preview(plain):
    plain.get_by_label("Your name").fill("Maria Lopez")
    plain.get_by_label("Your name").press("Enter")
    expect(plain.get_by_role("alert")).to_be_visible()


# --- Room that is left -------------------------------------------------------------------------------------------


def test_what_is_too_long_is_said_and_not_cut(form):
    write(form, "x" * (OWN_WORDS_LENGTH + 3))
    expect(form.get_by_text("Characters too many: 3").first).to_be_visible()
    assert len(form.get_by_label("Your own words").input_value()) == OWN_WORDS_LENGTH + 3


def test_the_room_left_is_spoken_at_thresholds_only(form):
    unfold(form)
    words = form.get_by_label("Your own words")
    spoken = form.locator("textarea ~ [role=status]")
    words.fill("x" * 100)
    expect(form.get_by_text("Characters left: 1,900")).to_be_visible()
    expect(spoken).to_be_empty()
    words.fill("x" * 1850)
    expect(spoken).to_have_text("Characters left: 150")
    words.press_sequentially("x")
    expect(form.locator(".field-counter")).to_have_text("Characters left: 149")
    expect(spoken).to_have_text("Characters left: 150")


def test_the_counter_counts_as_the_server_does(form):
    text = ("line\nbreak, 👍🏽, 가나다. " * 200)[: OWN_WORDS_LENGTH - 1] + "x"
    write(form, text)
    expect(form.locator(".field-counter")).to_have_text("Characters left: 0")
    sent = SignForm({"own_words": text.replace("\n", "\r\n")})
    assert "own_words" not in sent.errors
    assert "own_words" in SignForm({"own_words": text + "x"}).errors


# --- Leaving quickly ---------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(settings, live_server):
    """A page of nobody, which is no page on the internet: tests speak to this machine only."""
    settings.QUICK_EXIT_URL = live_server.url + reverse("health")
    return settings.QUICK_EXIT_URL


def test_without_javascript_the_quick_exit_is_a_link(elsewhere, plain):
    plain.get_by_role("link", name="Leave quickly").click()
    expect(plain).to_have_url(elsewhere)


@pytest.mark.parametrize("how", ["link", "keys"])
def test_the_quick_exit_takes_the_pages_place_and_forgets_the_draft(elsewhere, page, live_server, sign_url, how):
    before = live_server.url + "/en/"
    page.goto(before)
    page.goto(sign_url)
    write(page)
    if how == "link":
        page.get_by_role("link", name="Leave quickly").click()
    else:
        for _ in range(3):
            page.keyboard.press("Escape")
    expect(page).to_have_url(elsewhere)
    assert kept(page) == {}
    page.go_back()
    expect(page).to_have_url(before)


def test_escape_that_closed_something_or_was_pressed_twice_leaves_nobody(elsewhere, form, sign_url):
    country(form).fill("pol")
    for _ in range(4):
        form.keyboard.press("Escape")
    form.keyboard.press("a")
    form.keyboard.press("Escape")
    expect(form).to_have_url(sign_url)
    expect(form.get_by_role("link", name="Leave quickly")).to_be_visible()


# --- Passing it on -----------------------------------------------------------------------------------------------


def test_words_are_copied_as_they_stand(desk):
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.get_by_role("button", name="Copy the words").click()
    expect(desk.get_by_text("Copied.")).to_be_visible()
    assert desk.evaluate("navigator.clipboard.readText()").split() == [
        "Ask",
        "them",
        "to",
        "stop.",
        "https://example.org/",
    ]


def test_where_there_is_no_clipboard_the_words_are_marked(desk):
    desk.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    desk.get_by_role("button", name="Copy the words").click()
    expect(desk.get_by_text("Marked. Press Ctrl+C")).to_be_visible()
    assert "Ask them to stop." in desk.evaluate("getSelection().toString()")


def test_sharing_is_offered_only_where_the_device_can(desk):
    button = desk.locator("button[data-share-url]")
    shares = "navigator.share = (shared) => { window.shared = shared; return Promise.resolve(); }"
    if not desk.evaluate("Boolean(navigator.share)"):
        expect(button).to_be_hidden()
    desk.add_init_script(shares)
    desk.reload()
    button.click()
    assert desk.evaluate("window.shared") == {"title": "A letter", "url": "#"}


# --- The desk ----------------------------------------------------------------------------------------------------


def test_a_field_that_belongs_to_one_answer_comes_and_goes_with_it(desk):
    street = desk.locator("[name=fresh-street]")
    expect(street).to_be_hidden()
    desk.locator("[name=fresh-channel][value=post]").check()
    expect(street).to_be_visible()
    expect(street).to_be_enabled()
    desk.locator("[name=fresh-channel][value=mail]").check()
    expect(street).to_be_hidden()
    expect(desk.locator("[name=disabled-street]")).to_be_disabled()


def test_a_dialog_asks_with_the_focus_on_the_harmless_answer(desk):
    desk.get_by_role("link", name="Send 1,204 letters…").click()
    dialog = desk.get_by_role("dialog", name="Send the letters?")
    expect(dialog).to_contain_text("1,204 letters go to 29 delivery points")
    expect(dialog.get_by_role("button", name="Leave it as it is")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(desk.get_by_role("link", name="Send 1,204 letters…")).to_be_focused()


def test_a_message_stays_until_it_is_put_away(desk):
    messages = desk.locator(".catalogue-specimen .message")
    expect(messages).to_have_count(4)
    messages.first.get_by_role("button", name="Put away").click()
    expect(messages).to_have_count(3)
    expect(messages.first.get_by_role("button", name="Put away")).to_be_focused()


def test_on_a_phone_the_navigation_folds_away(desk):
    desk.set_viewport_size({"width": 360, "height": 700})
    links = desk.get_by_role("navigation", name="Desk")
    button = desk.get_by_role("button", name="Menu")
    expect(links).to_be_hidden()
    button.click()
    expect(links).to_be_visible()
    links.get_by_role("link", name="Overview").focus()
    desk.keyboard.press("Escape")
    expect(links).to_be_hidden()
    expect(button).to_be_focused()


# --- All of them -------------------------------------------------------------------------------------------------


def test_no_script_is_refused_and_none_fails(page, sign_url, live_server, campaign):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for url in (sign_url, live_server.url + campaign.get_absolute_url()):
        page.goto(url)
        page.wait_for_load_state("networkidle")
    assert said == []
    assert page.context.cookies() == []


def test_htmx_evaluates_nothing_keeps_nothing_and_rests_while_nobody_looks(page, live_server, campaign):
    page.clock.install()
    page.goto(live_server.url + campaign.get_absolute_url())
    stay_until_htmx_comes(page)
    config = page.evaluate("htmx.config")
    assert (config["allowEval"], config["historyCacheSize"], config["selfRequestsOnly"]) == (False, 0, True)
    asks = "!document.dispatchEvent(new CustomEvent('htmx:beforeRequest', {cancelable: true}))"
    assert page.evaluate(asks) is False
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    assert page.evaluate(asks) is True


# --- Where people come from ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "code", "told"),
    [
        ("", "", "direct"),
        ("https://m.facebook.com/groups/1", "", "facebook"),
        ("https://www.google.co.kr/", "", "google"),
        ("https://t.co/abc", "", "x"),
        ("https://notx.com/", "", "other"),
        ("https://m.facebook.com/", "?from=newsletter", "newsletter"),
        ("", "?from=somebody", "direct"),
    ],
)
def test_the_browser_tells_one_word_of_where_somebody_came_from(page, sign_url, before, code, told):
    page.goto(sign_url + code, referer=before or None)
    expect(page.locator("input[name=source]")).to_have_value(told)


def test_without_javascript_nothing_is_told(plain):
    expect(plain.locator("input[name=source]")).to_have_value("")
