"""Organisations at the desk: what they say of themselves, their logo, and who belongs to them."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts import actions, members, organisations
from accounts.models import Invitation, Membership, Organisation, OrganisationText
from accounts.roles import MemberRole, Role
from accounts.rules import may_manage, may_organise, may_see
from audit.models import Entry
from privacy.sealed_files import sealed_places
from tests.cases.photographs import CANARY, photograph, telling
from tests.factories import fresh, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lantern(organisation):
    return organisation


@pytest.fixture
def cast(lantern, dana):
    """One person of each kind, by what they are."""
    return {
        "owner": make_person("Olga", role=Role.ORGANIZER, organisation=lantern, member=MemberRole.OWNER, is_staff=True),
        "organizer": make_person("Omar", role=Role.ORGANIZER, organisation=lantern, is_staff=True),
        "viewer": make_person("Vera", organisation=lantern, member=MemberRole.VIEWER, is_staff=True),
        "other": make_person("Hana", organisation=make_organisation("harbour"), member=MemberRole.OWNER, is_staff=True),
        "publisher": make_person("Paul", role=Role.PUBLISHER, is_staff=True),
        "auditor": make_person("Asta", role=Role.AUDITOR, is_staff=True),
        "editor": make_person("Edda", role=Role.EDITOR, is_staff=True),
        "superuser": dana,
    }


def url(name, *args):
    return reverse(f"organisation_desk:{name}", args=args)


def membership_of(person, organisation):
    return Membership.objects.get(user=person, organisation=organisation)


# --- Who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        (may_see, {"owner", "organizer", "viewer", "publisher", "auditor", "superuser"}),
        (may_organise, {"owner", "organizer", "superuser"}),
        (may_manage, {"owner", "superuser"}),
    ],
)
def test_who_may(cast, lantern, rule, who):
    assert {name for name, person in cast.items() if rule(person, lantern)} == who


_PAGES = {
    "profile": {"owner", "organizer", "viewer", "publisher", "auditor", "superuser"},
    "members": {"owner", "organizer", "viewer", "publisher", "auditor", "superuser"},
    "description": {"owner", "organizer", "superuser"},
    "logo": {"owner", "organizer", "superuser"},
    "logo_removal": {"owner", "organizer", "superuser"},
    "invite_member": {"owner", "publisher", "superuser"},
}


@pytest.mark.parametrize("name", _PAGES)
def test_who_opens_which_page(client, cast, name):
    for who, person in cast.items():
        client.force_login(person)
        status = client.get(url(name, "lantern")).status_code
        # Whoever may not see it does not learn that it is there.
        refused = 404 if who in ("other", "editor") else 403
        assert status == (200 if who in _PAGES[name] else refused), who


def test_only_owners_open_a_member(client, cast, lantern):
    pk = membership_of(cast["viewer"], lantern).pk
    for who, person in cast.items():
        client.force_login(person)
        may = who in ("owner", "superuser")
        assert (client.get(url("member", "lantern", pk)).status_code == 200) is may, who
        assert (client.get(url("member_removal", "lantern", pk)).status_code == 200) is (may or who == "viewer"), who


def test_a_list_holds_one_s_own_and_all_for_those_who_look_after_them(client, cast):
    for who, person in cast.items():
        client.force_login(person)
        page = client.get(url("list")).content.decode()
        sees = {name for name in ("lantern", "harbour") if url("profile", name) in page}
        everything = who in ("publisher", "auditor", "superuser")
        own = {"other": {"harbour"}, "editor": set()}.get(who, {"lantern"})
        assert sees == ({"lantern", "harbour"} if everything else own), who
        assert (url("new") in page) is (who in ("publisher", "superuser")), who


def test_an_organisation_is_added_by_publishers_and_its_first_owner_invited(client, cast):
    client.force_login(cast["owner"])
    assert client.get(url("new")).status_code == 403
    client.force_login(cast["publisher"])
    typed = {"name": "Tower", "slug": "tower", "language": "en", "about": "", "website": "", "contact": ""}
    assert client.post(url("new"), typed | {"slug": "lantern"}).status_code == 422
    assert client.post(url("new"), typed | {"slug": "new"}).status_code == 422
    assert client.post(url("new"), typed)["Location"] == url("members", "tower")
    answer = client.post(
        url("invite_member", "tower"), {"email": "first@example.com", "member_role": "owner", "language": "ko"}
    )
    assert answer.status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.organisation.slug, invitation.member_role, invitation.language) == ("tower", "owner", "ko")
    assert Entry.objects.get(action="organisations.added").by_id == cast["publisher"].pk


# --- Profile -----------------------------------------------------------------------------------------------------


def test_the_profile_is_changed_and_written_down(client, cast, lantern):
    client.force_login(cast["organizer"])
    typed = {"name": "Lantern", "language": "en", "about": "We write.", "website": "lantern.example", "logo_alt": ""}
    refused = client.post(url("description", "lantern"), typed | {"name": "", "contact": "nobody"})
    assert refused.status_code == 422
    assert "We write." in refused.content.decode()
    client.post(url("description", "lantern"), typed | {"contact": "us@lantern.example"})
    lantern.refresh_from_db()
    assert (lantern.about, lantern.website, lantern.contact) == (
        "We write.",
        "https://lantern.example",
        "us@lantern.example",
    )
    assert sorted(Entry.objects.get(action="organisations.described").details["fields"]) == [
        "about",
        "contact",
        "website",
    ]


def test_words_in_another_language_stand_beside_the_own_ones_and_can_be_taken_away(client, cast, lantern):
    client.force_login(cast["owner"])
    path = url("text", "lantern", "ko")
    assert client.post(path, {"about": "편지"}).status_code == 422
    client.post(path, {"name": "등불", "about": "편지"})
    assert OrganisationText.objects.get().name == "등불"
    assert "Lantern" in client.get(path).content.decode()
    client.post(path, {"name": "", "about": ""})
    assert not OrganisationText.objects.exists()
    for language in ("en", "xx"):
        assert client.get(url("text", "lantern", language)).status_code == 404


# --- Logo --------------------------------------------------------------------------------------------------------


def bring(client, content, name="logo.png"):
    return client.post(url("logo", "lantern"), {"file": SimpleUploadedFile(name, content)})


@pytest.fixture
def at_desk(client, cast):
    client.force_login(cast["owner"])
    return client


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_logo_is_written_anew_as_squares_that_tell_nothing_else(at_desk, lantern, format):
    assert bring(at_desk, telling(format)).status_code == 302
    lantern.refresh_from_db()
    for side in (128, 256):
        response = at_desk.get(reverse("organisation_logo", args=[lantern.logo, side]))
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert CANARY.encode() not in response.content
        image = Image.open(io.BytesIO(response.content))
        assert (image.format, image.size, image.info.get("exif")) == ("PNG", (side, side), None)
        # A photograph of three by two stands on white.
        assert image.getpixel((0, 0)) == (255, 255, 255)
        assert not response.cookies


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a JPEG, PNG or WebP"),
        (photograph("PNG", size=(63, 63)), "too small"),
        (photograph("PNG", size=(1000, 200)), "too long and narrow"),
        (photograph("PNG", size=(20_001, 64)), "too large"),
        (photograph("JPEG")[:-100], "damaged"),
    ],
)
def test_what_is_no_logo_is_refused_in_words(at_desk, lantern, content, said):
    response = bring(at_desk, content)
    assert response.status_code == 422
    assert said in response.content.decode()
    lantern.refresh_from_db()
    assert lantern.logo == ""


def test_a_removed_or_replaced_logo_is_gone_unless_another_has_it(
    at_desk, lantern, cast, django_capture_on_commit_callbacks
):
    harbour = Organisation.objects.get(slug="harbour")
    for organisation in (lantern, harbour):
        organisations.set_logo(organisation=organisation, content=photograph(), by=cast["superuser"])
    digest = lantern.logo
    address = reverse("organisation_logo", args=[digest, 128])
    with django_capture_on_commit_callbacks(execute=True):
        at_desk.post(url("logo_removal", "lantern"))
    assert at_desk.get(address).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        organisations.set_logo(organisation=harbour, content=photograph("PNG", size=(90, 90)), by=cast["superuser"])
    assert at_desk.get(address).status_code == 404
    assert not [place for place in sealed_places() if digest in place]


@pytest.mark.parametrize("path", ["a" * 64 + "-128.png", "a" * 63 + "-128.png", "a" * 64 + "-64.png", "..%2Fx-128.png"])
def test_no_other_address_is_a_logo(client, path):
    assert client.get(f"/organisations/logos/{path}").status_code == 404


# --- Members -----------------------------------------------------------------------------------------------------


def test_the_last_owner_stays(at_desk, cast, lantern):
    own = membership_of(cast["owner"], lantern)
    for by in (cast["owner"], cast["superuser"]):
        with pytest.raises(members.LastOwner):
            members.change_member(membership=own, role=MemberRole.VIEWER, by=by)
        with pytest.raises(members.LastOwner):
            members.remove_member(membership=own, by=by)
    page = at_desk.post(url("member", "lantern", own.pk), {"role": "viewer"})
    assert page.status_code == 422
    assert "This is its last owner" in page.content.decode()
    at_desk.post(url("member_removal", "lantern", own.pk))
    assert membership_of(cast["owner"], lantern).role == MemberRole.OWNER


def test_an_owner_who_cannot_log_in_is_not_counted(cast, lantern):
    other = make_person("Otto", organisation=lantern, member=MemberRole.OWNER)
    actions.suspend_person(person=other, by=cast["superuser"], reason="Lost a telephone.")
    with pytest.raises(members.LastOwner):
        members.remove_member(membership=membership_of(cast["owner"], lantern), by=cast["owner"])


@pytest.mark.parametrize("verb", [actions.suspend_person, actions.end_account])
def test_who_alone_owns_an_organisation_is_not_shut_out(cast, lantern, verb):
    for organisation in (lantern, make_organisation("harbour")):
        Membership.objects.update_or_create(
            user=cast["owner"], organisation=organisation, defaults={"role": MemberRole.OWNER}
        )
    with pytest.raises(members.LastOwner) as refused:
        verb(person=cast["owner"], by=cast["superuser"], reason="x")
    assert refused.value.organisations == [lantern]
    members.change_member(membership=membership_of(cast["viewer"], lantern), role=MemberRole.OWNER, by=cast["owner"])
    verb(person=cast["owner"], by=cast["superuser"], reason="x")
    assert not fresh(cast["owner"]).is_active


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM accounts_membership WHERE user_id = %(owner)s",
        "UPDATE accounts_membership SET role = 'viewer' WHERE user_id = %(owner)s",
        "UPDATE accounts_membership SET user_id = %(editor)s WHERE user_id = %(owner)s",
        "UPDATE accounts_user SET is_active = false, state = 'suspended' WHERE id = %(owner)s",
    ],
)
def test_the_database_keeps_an_owner_too(cast, lantern, statement):
    """Whatever happens in between: at the end one of the owners can log in."""
    actions.suspend_person(person=cast["editor"], by=cast["superuser"], reason="x")
    keys = {name: person.pk for name, person in cast.items()}
    with connection.cursor() as cursor:
        cursor.execute(statement, keys)
        with pytest.raises(ProgrammingError, match="would have no owner"), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("UPDATE accounts_membership SET role = 'owner' WHERE user_id = %(viewer)s", keys)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_one_of_two_owners_may_go(cast, lantern):
    members.change_member(membership=membership_of(cast["viewer"], lantern), role=MemberRole.OWNER, by=cast["owner"])
    members.remove_member(membership=membership_of(cast["owner"], lantern), by=cast["owner"])
    assert [member.user for member in lantern.memberships.filter(role=MemberRole.OWNER)] == [cast["viewer"]]


def test_nobody_raises_themselves(cast, lantern, dana):
    for who in ("organizer", "viewer"):
        with pytest.raises(PermissionDenied):
            members.change_member(membership=membership_of(cast[who], lantern), role=MemberRole.OWNER, by=cast[who])
    own = Membership.objects.create(user=dana, organisation=lantern, role=MemberRole.VIEWER)
    with pytest.raises(members.MoreThanOneHas):
        members.change_member(membership=own, role=MemberRole.OWNER, by=dana)


def test_organizers_viewers_and_strangers_change_nobody(cast, lantern):
    membership = membership_of(cast["viewer"], lantern)
    for who in ("organizer", "other", "publisher", "auditor", "editor"):
        with pytest.raises(PermissionDenied):
            members.change_member(membership=membership, role=MemberRole.ORGANIZER, by=cast[who])
        with pytest.raises(PermissionDenied):
            members.remove_member(membership=membership, by=cast[who])


def test_everybody_may_leave_and_who_belongs_nowhere_stays_outside(client, cast, lantern):
    client.force_login(cast["viewer"])
    answer = client.post(url("member_removal", "lantern", membership_of(cast["viewer"], lantern).pk))
    assert client.get(answer["Location"]).status_code == 200
    assert not fresh(cast["viewer"]).is_staff
    assert client.get(url("list")).status_code == 403


def test_the_role_of_an_organizer_follows_the_membership(cast, lantern):
    viewer, membership = cast["viewer"], membership_of(cast["viewer"], lantern)
    members.change_member(membership=membership, role=MemberRole.ORGANIZER, by=cast["owner"])
    assert viewer.groups.filter(name=Role.ORGANIZER).exists()
    members.change_member(membership=membership, role=MemberRole.VIEWER, by=cast["owner"])
    assert not viewer.groups.exists()
    assert fresh(viewer).is_staff


def test_who_is_removed_keeps_other_roles(cast, lantern):
    omar = cast["organizer"]
    Membership.objects.create(user=omar, organisation=Organisation.objects.get(slug="harbour"), role=MemberRole.VIEWER)
    members.remove_member(membership=membership_of(omar, lantern), by=cast["owner"])
    assert fresh(omar).is_staff
    assert not omar.groups.exists()


def test_an_owner_invites_sends_again_and_withdraws(at_desk, cast, lantern):
    at_desk.post(
        url("invite_member", "lantern"), {"email": "new@example.com", "member_role": "organizer", "language": "en"}
    )
    invitation = Invitation.objects.get()
    assert "new@example.com" in at_desk.get(url("members", "lantern")).content.decode()
    again = at_desk.post(
        url("invite_member", "lantern"), {"email": "new@example.com", "member_role": "viewer", "language": "en"}
    )
    member = at_desk.post(
        url("invite_member", "lantern"), {"email": cast["viewer"].email, "member_role": "viewer", "language": "en"}
    )
    assert (again.status_code, member.status_code) == (422, 422)
    at_desk.post(url("resend", "lantern", invitation.pk))
    invitation = Invitation.objects.get()
    assert invitation.revision == 1
    person = actions.accept_invitation(invitation=invitation, revision=1, name="New", password="lantern-harbour-47")
    assert may_organise(person, lantern)
    assert person.groups.filter(name=Role.ORGANIZER).exists()


def test_an_invitation_of_another_organisation_is_out_of_reach(at_desk, cast):
    harbour = Organisation.objects.get(slug="harbour")
    theirs = actions.invite(
        email="x@example.com", by=cast["other"], organisation=harbour, member_role=MemberRole.VIEWER
    )
    for name in ("resend", "withdraw"):
        assert at_desk.post(url(name, "lantern", theirs.pk)).status_code == 404
        assert at_desk.post(url(name, "harbour", theirs.pk)).status_code == 404


@pytest.mark.parametrize("name", ["list", "members"])
def test_lists_cost_the_same_for_one_and_for_three(client, dana, lantern, name):
    client.force_login(dana)
    path = url("list") if name == "list" else url("members", "lantern")

    def one_more(number):
        make_person(f"P{number}", organisation=lantern)
        OrganisationText.objects.create(organisation=make_organisation(f"o{number}"), language="ko", name="x")

    one_more(1)
    client.get(path)
    with CaptureQueriesContext(connection) as first:
        client.get(path)
    for number in (2, 3):
        one_more(number)
    with CaptureQueriesContext(connection) as second:
        client.get(path)
    assert len(first) == len(second)


def test_invitations_cost_an_owner_the_same_for_one_and_for_three(client, cast, lantern):
    client.force_login(cast["owner"])

    def costs(number):
        actions.invite(
            email=f"i{number}@example.com", by=cast["owner"], organisation=lantern, member_role=MemberRole.VIEWER
        )
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url("members", "lantern"))
        assert page.content.decode().count("/resend/") == number
        return len(asked)

    client.get(url("members", "lantern"))
    assert len({costs(number) for number in (1, 2, 3)}) == 1


def test_each_change_of_a_member_is_written_down_once(cast, lantern):
    membership = membership_of(cast["viewer"], lantern)
    members.change_member(membership=membership, role=MemberRole.ORGANIZER, by=cast["owner"])
    members.remove_member(membership=membership, by=cast["owner"])
    written = Entry.objects.filter(by_id=cast["owner"].pk).order_by("pk")
    assert [(entry.about, entry.action, entry.details) for entry in written] == [
        ("Vera", "memberships.changed", {"organisation": "lantern", "before": "viewer", "role": "organizer"}),
        ("Vera", "roles.granted", {"role": "organizer"}),
        ("Vera", "memberships.taken", {"organisation": "lantern", "role": "organizer"}),
        ("Vera", "roles.taken", {"role": "organizer"}),
        ("Vera", "people.changed", {"staff": False, "superuser": False, "active": True}),
    ]


def test_two_who_begin_the_same_language_at_once_lose_nothing_but_the_first_words(cast, lantern):
    for name in ("첫째", "둘째"):
        text = OrganisationText(organisation=lantern, language="ja", name=name)
        organisations.translate_organisation(text=text, by=cast["owner"])
    assert lantern.texts.get(language="ja").name == "둘째"


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_remove_each_other_at_once_leave_one():
    lantern = make_organisation("lantern")
    owners = [make_person(name, organisation=lantern, member=MemberRole.OWNER, is_staff=True) for name in ("A", "B")]

    def remove(by, whom):
        try:
            members.remove_member(membership=membership_of(whom, lantern), by=by)
        except (members.LastOwner, PermissionDenied):
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: remove(*pair), [owners, owners[::-1]]))
    assert lantern.memberships.filter(role=MemberRole.OWNER).count() == 1
