"""Every page of the product in every state in which someone may meet it, for the tests that look at all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from playwright.sync_api import Page

from accounts.actions import invite
from accounts.links import invitation_url
from accounts.models import User
from accounts.roles import Role
from campaign import actions, links, translations
from campaign.models import Campaign, DeliveryPoint, HandIn, OwnWords, Pack, SelfReport, Signature
from campaign.pack_numbers import make_number
from face.words import made
from maninso import errors, urls
from outbox.mailbox import sink
from tests import factories
from tests.campaign.conftest import tally
from tests.campaign.handed_in import hand_in_as
from tests.cases import making, telling
from tests.outbox.test_mailbox import a_mail

ERRORS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "400": errors.bad_request,
    "403": errors.permission_denied,
    "403 (form)": errors.csrf_failure,
    "404": errors.not_found,
    "410": errors.gone,
    "413": errors.too_large,
    "429": errors.too_many,
    "500": errors.server_error,
    "503": errors.unavailable,
}


def error(request: HttpRequest, name: str) -> HttpResponse:
    return ERRORS[name](request)


# The product's own addresses, its mailbox, and one behind which each error page stands.
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler429, handler500 = urls.handler404, urls.handler429, urls.handler500
urlpatterns = [
    path("en/errors/<str:name>/", error, name="error"),
    path("mailbox/", include("outbox.mailbox.urls")),
    *urls.urlpatterns,
]


def nothing(page: Page) -> None:
    """The page as it opens."""


@dataclass(frozen=True)
class Stop:
    """One state of one page: where it is, and what brings it about there."""

    name: str
    path: str
    act: Callable[[Page], None] = nothing


def press(name: str) -> Callable[[Page], None]:
    """Sends the form as it is."""

    def act(page: Page) -> None:
        with page.expect_navigation():
            page.locator("main").get_by_role("button", name=name, exact=True).first.click()

    return act


def preview(page: Page) -> None:
    """The button that only a browser without JavaScript shows."""
    page.locator("[name=own_words]").evaluate("field => { field.value = 'Let them stay.\\n\\nPlease.' }")
    with page.expect_navigation():
        page.locator("button[name=preview]").evaluate("button => button.click()")


def tamper(page: Page) -> None:
    """As when the signature was changed in another window."""
    page.locator("[name=shown]").evaluate("field => { field.value = 'other' }")
    with page.expect_navigation():
        page.locator("main button[type=submit]").first.click()


def empty(page: Page) -> None:
    """Sent as a browser without our scripts sends it, with nothing chosen."""
    with page.expect_navigation():
        page.locator("main form").first.evaluate("form => { form.noValidate = true; form.submit() }")


def choose_own_words(page: Page) -> None:
    page.locator("[name=chosen]").first.check()
    press("Leave them out")(page)


def empty_letter(page: Page) -> None:
    page.locator("#letter-form [name=salutation]").fill("")
    with page.expect_navigation():
        page.get_by_role("button", name="Save the draft").click()


def unfold(page: Page) -> None:
    page.evaluate("for (const folded of document.querySelectorAll('details:not([hidden])')) folded.open = true")


def search_country(page: Page) -> None:
    page.get_by_role("combobox").fill("korea")
    page.keyboard.press("ArrowDown")


def fill_and_sign(page: Page) -> None:
    page.locator("[name=name]").fill("Maria Lopez")
    page.locator("[name=email]").fill("maria@people.example")
    page.get_by_role("combobox").fill("poland")
    page.keyboard.press("Tab")
    press("Sign the letter")(page)


def stay_until_htmx_comes(page: Page) -> None:
    """Ten seconds, of which the page's own clock is told (static/js/quiet-polls.js)."""
    page.clock.run_for(11_000)
    page.evaluate(
        "new Promise((come) => window.htmx ? come() :"
        " document.querySelector('script[src*=htmx]').addEventListener('load', () => come()))"
    )


class Tour:
    """A site with something of everything on it. Needs committed rows: pages are served by another thread."""

    def __init__(self, settings: Any, folder: Path) -> None:
        settings.ROOT_URLCONF = __name__
        settings.DEMO, settings.VAR_DIR, settings.MAILBOX_DIR = True, folder, str(folder / "mailbox")
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        call_command("load_demo", verbosity=0)
        self.open = Campaign.objects.get()
        tally()
        self.point = DeliveryPoint.objects.first()
        self.dana = User.objects.create_user(
            "dana@example.com", "correct horse battery", name="Dana", is_staff=True, is_superuser=True
        )
        self.dana.vouch_for_email()
        self.mailbox = sink.Folder(folder / "mailbox")

    def campaign(self, slug: str, **fields: Any) -> str:
        found = factories.make_campaign(slug, target=self.open.target, **fields)
        return reverse("campaign", args=[found.slug])

    def signature(self, **fields: Any) -> Signature:
        return factories.make_signature(self.open, **fields)

    def keep_mail(self, **parts: str) -> str:
        self.mailbox.store("signatures@maninso.example", ["ara@people.example"], a_mail(**parts).as_bytes())
        return max(path.stem for path in Path(self.mailbox._path).glob("*.eml"))

    def walk(self, page: Page, site: str, client: Client) -> Iterator[Stop]:
        """Each stop, once the page stands there; the desk last, as Dana."""
        for stop in self.stops():
            yield self._at(stop, page, site)
        client.force_login(self.dana)
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
        for stop in self.desk():
            yield self._at(stop, page, site)

    @staticmethod
    def _at(stop: Stop, page: Page, site: str) -> Stop:
        page.goto(site + stop.path)
        stop.act(page)
        return stop

    def stops(self) -> Iterator[Stop]:
        """What everyone may open. A generator: some states begin where others end."""
        yield from self.reading()
        yield from self.cases()
        yield from self.signing()
        yield from self.leaving()
        yield from self.entrance()
        yield from self.letters_of_the_laptop()
        yield from (Stop(f"error {name}", reverse("error", args=[name])) for name in ERRORS)

    def reading(self) -> Iterator[Stop]:
        campaign = self.open.get_absolute_url()
        later, long_ago = factories.NOW + 10 * factories.DAY, factories.NOW - 30 * factories.DAY
        yield Stop("home", reverse("home"))
        yield Stop("observance", reverse("observance", args=[self.open.observance.slug]))
        yield Stop("campaign", campaign)
        yield Stop("campaign, all unfolded", campaign, unfold)
        waiting = {"state": Campaign.State.SCHEDULED, "opens_at": later}
        next_edition = {"observance": self.open.observance, "edition": self.open.edition + 1}
        yield Stop("campaign, not open yet", self.campaign("later", **waiting, **next_edition))
        self.hand_ins()
        yield Stop("campaign, with hand-ins", campaign)
        yield Stop("day", reverse("day", args=[self.open.slug]))
        yield Stop("day, of a letter without one", reverse("day", args=["later"]))
        yield from self.handing_in()
        yield from self.embassies()
        yield Stop("observance, with a letter not open yet", reverse("observance", args=[self.open.observance.slug]))
        closed = {"closes_at": long_ago + factories.DAY, "opens_at": long_ago}
        yield Stop("campaign, closed", self.campaign("closed", state=Campaign.State.CLOSED, **closed))
        yield Stop("campaign, paused, nobody signed", self.campaign("paused", paused=True))
        yield Stop("home, with other letters", reverse("home"))
        yield Stop("signatures", reverse("signatures", args=[self.open.slug]))
        yield Stop("signatures, none", reverse("signatures", args=["paused"]))
        for name in ("about", "how_it_works", "privacy", "accessibility", "security"):
            yield Stop(name.replace("_", " "), reverse(name))

    def hand_ins(self) -> None:
        """One in each state, so that every mark is on the map."""
        points = DeliveryPoint.objects.order_by("pk")
        for state, point in zip(HandIn.State, points, strict=False):
            hand_in_as(self.open, point, state=state, opening_hours="9:00–12:00")
        SelfReport.objects.tell(campaign=self.open, point=self.point, channel="post", now=factories.NOW)

    def handing_in(self) -> Iterator[Stop]:
        """The way of a coordinator, from the offer to the report, and of whoever holds the pack."""
        states = {hand_in.state: hand_in for hand_in in self.open.hand_ins.all()}
        offered, ready, told = (states[name] for name in ("offered", "ready", "delivered"))
        wanted = reverse("volunteer", args=[self.open.slug, offered.pk])
        pending = factories.make_volunteer(offered)
        yield Stop("hand it in yourself, with errors", wanted, press("Offer to hand it in"))
        yield Stop("confirm an offer", urlsplit(links.volunteer_confirm_url(pending)).path)
        yield Stop("an offer that waits", self.coordinators(factories.make_volunteer(offered, state="confirmed")))
        letter = self.open.letters.get()
        volume = {"campaign": self.open, "letter": letter, "language": "en", "count": 4210, "sha256": "5f" * 32}
        made = {"built_at": factories.NOW, "pages": 112, **volume}
        for number, hand_in in enumerate((ready, told), 1):
            Pack.objects.create(
                point=hand_in.point, number=make_number(), volume=1, first=1, state=Pack.State.HANDED_OUT, **made
            )
            Pack.objects.create(point=hand_in.point, number=make_number(), volume=2, first=4211, **volume)
            hand_in.reports.create(key=UUID(int=number), outcome="delivered", at=factories.NOW, note="To a clerk.")
        yield Stop("coordinator, with the pack", self.coordinators(ready.coordinator))
        yield Stop("report, with errors", reverse("report", args=[links.coordinator_token(ready.coordinator)]), empty)
        called_off = hand_in_as(self.open, DeliveryPoint.objects.order_by("-pk")[1], state="claimed")
        called_off.move(HandIn.State.CANCELLED)
        yield Stop("coordinator, called off", self.coordinators(called_off.coordinator))
        yield Stop("check, with errors", reverse("check"), self.press_first)
        pack = Pack.objects.filter(point=told.point).order_by("volume")[0]
        yield Stop("check of a pack", reverse("pack_check", args=[pack.number]))

    @staticmethod
    def coordinators(volunteer: Any) -> str:
        return reverse("coordinator", args=[links.coordinator_token(volunteer)])

    def embassies(self) -> Iterator[Stop]:
        slug = self.open.slug
        of = ("own_letter", [slug, self.point.pk]), ("own_letter_told", [slug, self.point.pk])
        letter, told = (reverse(name, args=args) for name, args in of)
        yield Stop("embassies", reverse("embassies", args=[slug]))
        yield Stop("embassies, no country chosen", reverse("find_embassy", args=[slug]))
        yield Stop("embassies of a country", reverse("embassies_of", args=[slug, "US"]))
        yield Stop("embassies of a country without", reverse("embassies_of", args=[slug, "KE"]))
        yield Stop("own letter", letter, unfold)
        yield Stop("own letter, with errors", letter, self.press_first)
        yield Stop("own letter sent", told)
        yield Stop("own letter sent, with errors", told, self.press_first)
        yield Stop("own letter, thanks", reverse("own_letter_thanks", args=[slug]))

    def cases(self) -> Iterator[Stop]:
        """One case with something of everything, one in Korean alone, and a crowd."""
        rich = telling.rich_case("MNS-2013-900")
        telling.publish(rich)
        telling.publish(rich, note=made(en="The day of the handover is doubtful."), is_correction=True)
        self.open.cases.add(rich)
        korean = making.make_case(
            reference="MNS-2018-900", written_in="ko", title=made("ko", ko="한 여성"), summary=made("ko", ko="송환")
        )
        telling.publish(korean)
        crowd = making.make_case(reference="MNS-2019-900", people_min=60)
        telling.crowd(crowd, 60)
        telling.days(crowd, 100)
        telling.publish(crowd)
        down = telling.public_case(reference="MNS-2020-900")
        down.move("withdrawn", by=self.dana, reason="Out of date.", live=None)
        page = reverse("case", args=[rich.reference])
        yield Stop("case", page)
        yield Stop("case, all unfolded", page, unfold)
        yield Stop("case, not translated", page.replace("/en/", "/ja/"))
        yield Stop("case, in Korean alone", reverse("case", args=[korean.reference]))
        yield Stop("case, of many people and events", reverse("case", args=[crowd.reference]))
        yield Stop("case, an earlier publication", reverse("case_publication", args=[rich.reference, 1]))
        yield Stop("case, taken down", reverse("case", args=[down.reference]))
        yield Stop("cases", reverse("cases"))
        yield Stop("cases, narrowed", reverse("cases") + "?q=laos&state=CN")
        yield Stop("cases, nothing found", reverse("cases") + "?q=zebra")
        yield Stop("The List", reverse("cases_list"))
        yield Stop("campaign, with its cases", self.open.get_absolute_url())

    def signing(self) -> Iterator[Stop]:
        sign = reverse("sign", args=[self.open.slug])
        risky = self.signature(country="CN", email="wang@people.example")
        plain = self.signature(
            own_words="Please let them stay.\n\nMy mother fled.", city="Gdańsk", email="jan@x.example"
        )
        confirm = reverse("confirm", args=[links.confirm_token(plain)])
        yield Stop("sign", sign)
        yield Stop("sign, all unfolded", sign, unfold)
        yield Stop("sign, a country being searched", sign, search_country)
        yield Stop("sign, with errors", sign, press("Sign the letter"))
        yield Stop("sign, with a preview", sign, preview)
        yield Stop("sign, not open", reverse("sign", args=["closed"]))
        yield Stop("sign, not open yet", reverse("sign", args=["later"]))
        yield Stop("look in your mailbox", sign, fill_and_sign)
        yield Stop("confirm", confirm)
        yield Stop("confirm, changed meanwhile", confirm, tamper)
        yield Stop("confirm, at risk", reverse("confirm", args=[links.confirm_token(risky)]))
        done = self.signature(state=Signature.State.CONFIRMED, email="done@x.example")
        yield Stop("confirmed", reverse("confirmed", args=[links.own_page_token(done)]))
        yield Stop("link problem", reverse("confirm", args=["cut-off"]))
        yield Stop("link problem, with errors", reverse("confirm", args=["cut-off"]), self.press_first)
        yield Stop("link request", reverse("link_request"))
        yield Stop("link request, with errors", reverse("link_request"), self.press_first)
        yield Stop("link sent", reverse("link_sent"))

    @staticmethod
    def press_first(page: Page) -> None:
        with page.expect_navigation():
            page.locator("main button[type=submit]").first.click()

    def leaving(self) -> Iterator[Stop]:
        pending = self.signature(own_words="Please.", email="pending@x.example")
        stands = self.signature(state=Signature.State.CONFIRMED, email="stands@x.example")
        gone = self.signature(state=Signature.State.WITHDRAWN, email="gone@x.example")
        sent = factories.make_dispatch(stands, self.point)
        for state in ("queued", "sending", "accepted"):
            moment = {f"{state}_at": factories.NOW} if state != "sending" else {}
            sent.move(state, as_sent="Mr President,\n\nplease let them stay.", **moment)
        for name, signature in (("not confirmed", pending), ("stands", stands), ("withdrawn", gone)):
            yield Stop(f"own page, {name}", reverse("own_page", args=[links.own_page_token(signature)]), unfold)
        token = links.own_page_token(stands)
        yield Stop("withdrawal", reverse("withdrawal", args=[token]))
        yield Stop("erasure", reverse("erasure", args=[token]))
        yield Stop("erased", reverse("erased"))

    def entrance(self) -> Iterator[Stop]:
        key = f"{user_pk_to_url_str(self.dana)}-{default_token_generator.make_token(self.dana)}"
        yield Stop("log in", reverse("account_login"))
        yield Stop("log in, with errors", reverse("account_login"), self.press_first)
        yield Stop("forgotten password", reverse("account_reset_password"))
        yield Stop("forgotten password, mail sent", reverse("account_reset_password_done"))
        yield Stop("new password", f"/accounts/password/reset/key/{key}/")
        yield Stop("new password, with errors", f"/accounts/password/reset/key/{key}/", self.press_first)
        yield Stop("new password, old link", "/accounts/password/reset/key/1-old/")
        yield Stop("new password, done", reverse("account_reset_password_from_key_done"))
        yield Stop("address to verify", reverse("account_email_verification_sent"))
        yield Stop("address not verified", reverse("account_confirm_email", args=["old"]))
        yield Stop("account closed", reverse("account_inactive"))
        yield Stop("nobody signs up", reverse("account_signup"))
        invitation = invite(email="new@example.com", by=self.dana, roles=[Role.EDITOR])
        yield Stop("invitation", urlsplit(invitation_url(invitation)).path)
        yield Stop("invitation, with errors", urlsplit(invitation_url(invitation)).path, self.press_first)
        yield Stop("invitation, old link", reverse("invitation", args=["old"]))

    def letters_of_the_laptop(self) -> Iterator[Stop]:
        yield Stop("mailbox, empty", reverse("mailbox:mails"))
        yield Stop("mailbox, nothing found", reverse("mailbox:mails") + "?to=nobody")
        plain = self.keep_mail(subject="Please confirm", to="ara@people.example")
        rich = self.keep_mail(subject="감사합니다", html="<p>Open <a href='https://maninso.example/'>it</a>.</p>")
        yield Stop("mailbox", reverse("mailbox:mails"))
        yield Stop("mail", reverse("mailbox:mail", args=[plain]), unfold)
        yield Stop("mail, as HTML", reverse("mailbox:mail", args=[rich]) + "?as=html")

    def launching(self) -> Iterator[Stop]:
        draft = factories.make_campaign("draft", state="draft", time_zone="Asia/Seoul")
        yield Stop("campaigns", reverse("campaign_desk:campaigns"))
        yield Stop("new campaign", reverse("campaign_desk:new"))
        yield Stop("new campaign, errors", reverse("campaign_desk:new"), press("Begin the campaign"))
        yield Stop("steps", reverse("campaign_desk:steps", args=["draft"]))
        for step in ("ask", "delivery", "goal", "look"):
            yield Stop(f"step {step}", reverse("campaign_desk:step", args=["draft", step]))
        for name in ("cases", "check", "submission", "trial", "discarding"):
            yield Stop(name, reverse(f"campaign_desk:{name}", args=["draft"]))
        yield Stop("trial page", reverse("campaign_desk:trial_page", args=["draft"]))
        yield Stop("no campaign to review", reverse("campaign_desk:review_queue"))
        draft.move(Campaign.State.IN_REVIEW)
        factories.make_review(draft)
        yield Stop("campaigns to review", reverse("campaign_desk:review_queue"))
        yield Stop("review a campaign", reverse("campaign_desk:review", args=["draft"]))

    def desk(self) -> Iterator[Stop]:
        """What Dana sees once she has logged in."""
        yield Stop("desk", reverse("desk"))
        yield Stop("catalogue", reverse("components"), unfold)
        yield Stop("confirmation", reverse("component_confirmation"))
        yield from self.letters_that_wait()
        yield Stop("account", reverse("account"))
        yield Stop("where one is logged in", reverse("account_sessions"))
        yield Stop("second proof to set up", reverse("second_factor"))
        yield Stop("invitations, none", reverse("invitations"))
        invitation = invite(email="gil@example.com", by=self.dana, roles=[Role.EDITOR])
        yield Stop("invitations", reverse("invitations"))
        yield Stop("invitation of somebody else", urlsplit(invitation_url(invitation)).path)
        yield from self.points()
        yield from self.deliveries_of_a_campaign()
        yield from self.letters_being_written()
        yield Stop("change password", reverse("account_change_password"))
        yield Stop("is it still you", reverse("account_reauthenticate"))
        yield Stop("log out", reverse("account_logout"))

    def letters_being_written(self) -> Iterator[Stop]:
        slug = factories.make_campaign("written", state=Campaign.State.DRAFT).slug
        campaign = Campaign.objects.get(slug=slug)
        yield Stop("letter, published", reverse("campaign_desk:letter", args=[slug]))
        yield Stop("letter, read", reverse("campaign_desk:letter_text", args=[slug, 1, "zh-hans"]), unfold)
        draft = actions.start_new_version(letter=campaign.letters.get(), by=self.dana)
        source = draft.texts.get(language="en")
        actions.write_letter(
            letter=draft,
            words=source.words | {"body": "Please let nine of them go."},
            seen=translations.digest_of(source, None),
            by=self.dana,
        )
        yield Stop("letter, draft", reverse("campaign_desk:letter", args=[slug]))
        editor = reverse("campaign_desk:letter_text", args=[slug, 2, "en"])
        yield Stop("letter, editor", editor, unfold)
        yield Stop("letter, editor with errors", editor, empty_letter)
        yield Stop("letter, changes", reverse("campaign_desk:letter_changes", args=[slug, 2]))
        yield Stop("languages", reverse("campaign_desk:languages", args=[slug]) + "?into=zh-hans", unfold)
        where = [slug, "zh-hans", "letter"]
        yield Stop("one text", reverse("campaign_desk:translation", args=where))
        yield Stop("approve a text", reverse("campaign_desk:approval", args=where))
        yield Stop("remove a text", reverse("campaign_desk:text_removal", args=where))
        yield Stop("translations", reverse("translations"))
        yield Stop("forms of address", reverse("campaign_desk:form_of_address", args=[campaign.target.slug, "ko"]))

    def letters_that_wait(self) -> Iterator[Stop]:
        slug = self.open.slug
        yield Stop("numbers", reverse("campaign_desk:dashboard", args=[slug]), unfold)
        yield Stop("extend", reverse("campaign_desk:extension", args=[slug]))
        yield Stop("close early, with errors", reverse("campaign_desk:closure", args=[slug]), self.press_first)
        yield Stop("what is paused, nothing", reverse("campaign_desk:pauses"))
        yield Stop("what waits, nothing", reverse("campaign_desk:waiting", args=["paused"]))
        factories.make_dispatch(self.signature(state=Signature.State.CONFIRMED, email="waits@x.example"), self.point)
        pause = actions.pause(scope="point", point=self.point, reason="They move house.", by=self.dana)
        yield Stop("what waits", reverse("campaign_desk:waiting", args=[slug]), unfold)
        yield Stop("what is paused", reverse("campaign_desk:pauses"))
        yield Stop("pause letters", reverse("campaign_desk:new_pause"))
        yield Stop("lift a pause", reverse("campaign_desk:lifting", args=[pause.pk]))
        yield Stop("test letters", reverse("campaign_desk:test_letters", args=[slug]))
        yield from self.own_words()
        yield from self.launching()

    def own_words(self) -> Iterator[Stop]:
        line = reverse("campaign_desk:own_words", args=[self.open.slug])
        yield Stop("own words, none", line)
        for number, words in enumerate(("Please let them stay.", "SHAME ON ALL OF YOU", "x" * 300)):
            signed = {"state": Signature.State.CONFIRMED, "email": f"words{number}@x.example", "own_words": words}
            row = OwnWords.objects.create(signature=self.signature(**signed), campaign=self.open, since=factories.NOW)
        actions.leave_words_out(words=row, why="unfit", by=self.dana)
        yield Stop("own words", line, unfold)
        yield Stop("own words, of all", reverse("site_desk:own_words"), unfold)
        yield Stop("own words, many at once", line, choose_own_words)
        yield Stop(
            "own words, whether they are read", reverse("campaign_desk:own_words_reading", args=[self.open.slug])
        )

    def points(self) -> Iterator[Stop]:
        target, point = self.point.target, [self.point.target.slug, self.point.pk]
        yield Stop("targets", reverse("target_desk:targets"))
        yield Stop("new target, with errors", reverse("target_desk:new"), press("Add the target"))
        yield Stop("target", reverse("target_desk:target", args=[target.slug]))
        yield Stop("no point matches", reverse("target_desk:points") + "?words=zebra")
        yield Stop("point", reverse("target_desk:point", args=point))
        yield Stop("change a point", reverse("target_desk:edit_point", args=point), unfold)
        yield Stop("verify a point, with errors", reverse("target_desk:verify", args=point), press("They are right"))
        upload = reverse("target_desk:import", args=[target.slug])
        yield Stop("import, with errors", upload, press("Show what it would change"))
        rows = f"name,hourly_cap,colour\n{self.point.name},7,red\nEmbassy in Atlantis,many,blue\n".encode()
        kept = actions.keep_upload(target=target, name="points.csv", content=rows, encoding="", by=self.dana)
        yield Stop("what a table would change", reverse("target_desk:preview", args=[target.slug, kept.pk]))

    def deliveries_of_a_campaign(self) -> Iterator[Stop]:
        def at(name: str, *args: Any) -> str:
            return reverse(f"campaign_desk:{name}", args=[self.open.slug, *args])

        told = self.open.hand_ins.get(state=HandIn.State.DELIVERED)
        yield Stop("a campaign's points", at("points") + "?country=PL")
        yield Stop("where letters go", at("addressing"))
        yield Stop("hand-ins", at("hand_ins"))
        yield Stop("hand-ins, none", reverse("campaign_desk:hand_ins", args=["paused"]))
        yield Stop("ask for coordinators, with errors", at("offer_hand_ins"), press("Ask for them"))
        yield Stop("hand-in", at("hand_in", told.pk))
        yield Stop("release a report", at("release", told.pk))
        yield Stop("write to coordinators, with errors", at("new_coordinator_mail"), press("Look at it"))
        mail = actions.write_coordinator_mail(
            campaign=self.open, hand_in=told, subject="The day", words="Come at nine.", by=self.dana
        )
        yield Stop("a mail to coordinators", at("coordinator_mail", mail.pk))
        yield Stop("packs by post, none", at("packs"))
        yield Stop("ask for packs, with errors", at("ask_for_packs"), press("Ask for them"))
        reply = actions.record_reply(
            campaign=self.open,
            point=self.point,
            kind="form",
            received_at=factories.NOW,
            text="Thank you.",
            by=self.dana,
        )
        yield Stop("replies", at("replies"))
        yield Stop("reply", at("reply", reply.pk))
        yield Stop("note a reply, with errors", at("record_reply"), press("Note it"))
