"""The way to the desk with a passkey, and from an invitation, in a browser whose security key is a virtual one."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts import actions, links
from accounts.models import User
from accounts.roles import Role
from tests.browser.conftest import PHONE, Site, Visitor
from tests.browser.steps import fits, type_first_code
from tests.browser.test_case_desk import PASSWORD
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def give_security_key(page: Page) -> None:
    """A device that keeps passkeys and says that it has seen its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def by_password(page: Page, site: Site, person: User) -> None:
    page.goto(f"{site.url}/desk/")
    page.locator("[name=login]").fill(person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def log_out(page: Page) -> None:
    page.get_by_role("link", name="Log out").click()
    page.locator("main").get_by_role("button", name="Log out").click()


def test_a_passkey_is_made_and_opens_the_desk_alone(visit: Callable[..., Visitor], site: Site) -> None:
    person = make_person("Gil", role=Role.EDITOR, is_staff=True)
    person.set_password(PASSWORD)
    person.save()
    page = visit().page
    give_security_key(page)
    by_password(page, site, person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second proof")
    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_label("What to call it").fill("my key ring")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Put these recovery codes away")
    expect(page.locator(".account-codes li")).to_have_count(10)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them").click()
    assert len(download.value.path().read_text().split()) == 10
    page.get_by_role("link", name="I have put them away").click()
    expect(page).to_have_url(f"{site.url}/desk/")

    log_out(page)
    page.goto(f"{site.url}/desk/cases/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page).to_have_url(f"{site.url}/desk/cases/")

    log_out(page)
    by_password(page, site, person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second proof")
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(f"{site.url}/desk/")

    page.get_by_role("link", name="Gil").click()
    expect(page.get_by_text("my key ring")).to_be_visible()
    page.goto(f"{site.url}{reverse('mfa_reauthenticate_webauthn')}?next=/desk/cases/")
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(f"{site.url}/desk/cases/")
    assert Authenticator.objects.get(user=person, type="webauthn").last_used_at is not None


def test_a_device_without_the_passkey_says_so(visit: Callable[..., Visitor], site: Site) -> None:
    page = visit().page
    give_security_key(page)
    page.goto(f"{site.url}/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.locator("[data-passkey-problem]")).to_contain_text("did not work")


def test_from_the_invitation_to_the_desk_on_a_phone(visit: Callable[..., Visitor], site: Site) -> None:
    by = User.objects.filter(is_superuser=True)[0]
    invitation = actions.invite(email="gil@example.com", by=by, roles=[Role.EDITOR])
    site.work()
    (mail,) = site.mails_to("gil@example.com")
    assert links.invitation_url(invitation) in mail
    page = visit(viewport=PHONE).page
    page.goto(links.invitation_url(invitation))
    assert fits(page)
    page.get_by_label("Your name").fill("Gil")
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_label("The password once more").fill(PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second proof")
    assert fits(page)
    page.get_by_role("link", name="Set up an authenticator app").click()
    assert fits(page)
    type_first_code(page)
    assert fits(page)
    page.get_by_role("link", name="I have put them away").click()
    expect(page).to_have_url(f"{site.url}/desk/")
