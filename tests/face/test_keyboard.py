"""The way of a supporter by keyboard alone; where the focus is, that it can be seen, and what is said aloud."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from campaign import links
from campaign.models import Signature
from tests import factories
from tests.campaign.conftest import PostOffice, tally
from tests.face.tour import Tour, stay_until_htmx_comes, unfold

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "My grandmother fled too. Please let them stay."

# A desk, a low laptop window, a phone, and that desk at 400% zoom (WCAG 2.2, 1.4.10).
WINDOWS = {
    "desk": {"viewport": {"width": 1280, "height": 800}},
    "low window": {"viewport": {"width": 1280, "height": 560}},
    "phone": {"viewport": {"width": 360, "height": 640}, "has_touch": True},
    "zoom of 400%": {"viewport": {"width": 320, "height": 200}, "device_scale_factor": 4},
}

# What has the focus, once it has been scrolled to: where it stands among all elements, how its focus is drawn, and
# whether something lies over it.
FOCUSED = """async () => {
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  const it = document.activeElement;
  if (it === document.body) return null;
  const style = getComputedStyle(it);
  const box = it.getClientRects()[0];
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const inText = style.display === 'inline' && it.parentElement.textContent.trim() !== it.textContent.trim();
  return {
    what: it.outerHTML.slice(0, 120),
    order: [...document.querySelectorAll('*')].indexOf(it),
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    seen: middle !== null && (it.contains(middle) || middle.contains(it)),
    side: inText ? null : Math.min(it.getBoundingClientRect().width, it.getBoundingClientRect().height),
  };
}"""


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def opened(url: str, **options: Any) -> Page:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def campaign_url(live_server: Any, tour: Tour) -> str:
    return str(live_server.url + tour.open.get_absolute_url())


def tab_to(page: Page, wanted: Locator, *, within: int = 40) -> None:
    for _press in range(within):
        page.keyboard.press("Tab")
        if wanted.evaluate("it => it === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is more than {within} presses of Tab away")


def focus_walk(page: Page) -> list[dict[str, Any]]:
    """Everything that Tab reaches, from the top of the page to its end."""
    found: list[dict[str, Any]] = []
    while len(found) < 300:
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or (found and focused["order"] == found[0]["order"]):
            return found
        found.append(focused)
    raise AssertionError("Tab finds no end")


# --- The whole way -----------------------------------------------------------------------------------------------


def test_a_letter_is_read_signed_and_confirmed_by_keyboard_alone(
    page: Page, live_server: Any, campaign_url: str, post_office: PostOffice
) -> None:
    page.goto(campaign_url)
    read_and_begin(page)
    mend_what_is_missing(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look in your mailbox")).to_be_visible()
    signature = Signature.objects.get(email_index__isnull=False, state=Signature.State.PENDING)
    assert (signature.name, signature.country, signature.display) == ("Maria Lopez", "PL", "initials")
    assert (signature.own_words, signature.city, signature.wants_updates) == (WORDS, "Gdańsk", True)

    post_office.send()
    page.goto(live_server.url + post_office.link_to("maria@people.example", "/confirm/"))
    tab_to(page, page.get_by_role("button", name="Yes, I sign this letter"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you. Your signature counts.")).to_be_visible()
    assert Signature.objects.get(pk=signature.pk).state == Signature.State.CONFIRMED


def read_and_begin(page: Page) -> None:
    """Past the header, over the unfolded letter, to the button; it is pressed too early."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main a").first).to_be_focused()
    tab_to(page, page.locator("summary", has_text="Read the whole letter"))
    page.keyboard.press("Space")
    expect(page.locator(".letter-closing").first).to_be_visible()
    tab_to(page, page.get_by_label("Your name"))
    tab_to(page, page.get_by_role("button", name="Sign the letter"))
    page.keyboard.press("Enter")


def mend_what_is_missing(page: Page) -> None:
    """From the summary by its link into the field, and on from there; leaves the focus on the button."""
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, page.get_by_role("alert").get_by_role("link", name="Please give your name."), within=1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your name")).to_be_focused()
    page.keyboard.type("Maria Lopez")
    page.keyboard.press("Tab")
    page.keyboard.type("maria@people.example")
    page.keyboard.press("Tab")
    page.keyboard.type("pol")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox")).to_have_value("Poland")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("My initials")).to_be_checked()
    tab_to(page, page.get_by_label("Your own words"), within=2)
    page.keyboard.type(WORDS)
    page.keyboard.press("Tab")
    page.keyboard.type("Gdańsk")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(page, page.locator("summary", has_text="See my letter as it will go out"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-letter-sheet] .letter-own-words")).to_have_text(WORDS)
    tab_to(page, page.get_by_role("button", name="Sign the letter"), within=2)


# --- The focus ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_the_focus_follows_the_page_and_is_always_seen(
    opened: Callable[..., Page], campaign_url: str, window: dict[str, Any]
) -> None:
    page = opened(campaign_url, reduced_motion="reduce", **window)
    page.locator("form details.unfold:not([hidden])").first.evaluate("unfold => { unfold.open = true }")
    walk = focus_walk(page)
    assert len(walk) > 30
    orders = [each["order"] for each in walk]
    assert orders == sorted(orders)
    assert [each["what"] for each in walk if each["outline"] < 2] == []
    assert [each["what"] for each in walk if not each["seen"]] == []
    assert [each["what"] for each in walk if each["side"] is not None and each["side"] < 24] == []


def test_at_400_percent_no_page_of_the_way_is_pushed_sideways(
    opened: Callable[..., Page], live_server: Any, tour: Tour, campaign_url: str
) -> None:
    page = opened(campaign_url, **WINDOWS["zoom of 400%"])
    token = links.confirm_token(tour.signature(own_words=WORDS))
    paths = [tour.open.get_absolute_url(), *(reverse(name, args=[tour.open.slug]) for name in ("sign", "sent"))]
    for path in [*paths, reverse("confirm", args=[token])]:
        page.goto(live_server.url + path)
        unfold(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 320


# --- What people ask of their devices ----------------------------------------------------------------------------

MOVING = """() => [...document.querySelectorAll('*')].filter((it) => {
  const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(it);
  return parseFloat(transitionDuration) > 0 || animationName !== 'none' || scrollBehavior === 'smooth';
}).map((it) => it.outerHTML.slice(0, 120))"""


def test_nothing_moves_where_less_motion_is_asked_for(
    opened: Callable[..., Page], live_server: Any, campaign_url: str, tour: Tour, client: Any
) -> None:
    client.force_login(tour.dana)
    page = opened(campaign_url, reduced_motion="reduce")
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session])
    for path in (tour.open.get_absolute_url(), reverse("home"), reverse("components")):
        page.goto(live_server.url + path)
        unfold(page)
        assert page.evaluate(MOVING) == []


# A system that chooses the colours takes grounds and shadows away: what can be pressed or filled keeps an edge.
WITHOUT_EDGE = """() => [...document.querySelectorAll('.button, .quick-exit, input, select, textarea')].filter((it) => {
  const style = getComputedStyle(it);
  const drawnBySystem = ['radio', 'checkbox', 'hidden'].includes(it.type);
  const edge = parseFloat(style.borderTopWidth) >= 1 && style.borderTopColor !== style.backgroundColor;
  return it.checkVisibility() && !drawnBySystem && !edge;
}).map((it) => it.outerHTML.slice(0, 120))"""


def test_in_forced_colours_buttons_fields_and_the_focus_keep_their_edges(
    opened: Callable[..., Page], campaign_url: str
) -> None:
    page = opened(campaign_url, forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(WITHOUT_EDGE) == []
    button = page.get_by_role("button", name="Sign the letter")
    tab_to(page, button, within=60)
    assert page.evaluate(FOCUSED)["outline"] >= 2
    outline, ground = button.evaluate(
        "it => [getComputedStyle(it).outlineColor, getComputedStyle(it.closest('.sign-panel')).backgroundColor]"
    )
    assert outline != ground
    page.get_by_role("combobox").fill("korea")
    page.keyboard.press("ArrowDown")
    marked = page.get_by_role("option", selected=True)
    assert float(marked.evaluate("it => parseFloat(getComputedStyle(it).borderInlineStartWidth)")) >= 3


# --- What is said aloud ------------------------------------------------------------------------------------------


def test_a_new_count_is_said_where_the_old_one_stood(page: Page, campaign_url: str, tour: Tour) -> None:
    page.clock.install()
    page.goto(campaign_url)
    region = page.locator("[aria-live=polite]", has=page.locator(".count"))
    before = region.inner_text()
    region.evaluate("it => { it.dataset.same = '' }")
    factories.make_signature(tour.open, state=Signature.State.CONFIRMED)
    tally()
    caches["pages"].clear()
    stay_until_htmx_comes(page)
    page.clock.run_for(21_000)
    expect(region).not_to_have_text(before, use_inner_text=True)
    expect(region).to_have_attribute("data-same", "")


def test_copying_the_words_is_said(page: Page, live_server: Any, tour: Tour) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    done = tour.signature(state=Signature.State.CONFIRMED)
    page.goto(live_server.url + reverse("confirmed", args=[links.own_page_token(done)]))
    tab_to(page, page.get_by_role("button", name="Copy the words"))
    page.keyboard.press("Enter")
    expect(page.locator(".share [role=status]")).to_have_text("Copied.")
