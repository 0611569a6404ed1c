"""What is done with organisations: they are added, described, and their members chosen. Every verb leaves a record."""

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from accounts import logos
from accounts.models import Membership, Organisation, OrganisationText, User
from accounts.roles import MemberRole, Role
from accounts.rules import may_add_organisations, may_manage, may_organise
from audit.log import record

# Alone among those who write and forget files of logos; the CRC-32 of "accounts.logos".
_LOGOS = 0xFA3BAF2C
# From the least that a member may do to the most.
_RANKS = [MemberRole.VIEWER, MemberRole.ORGANIZER, MemberRole.OWNER]


class LastOwner(Exception):
    """Without them nobody could say who belongs to the organisation."""


class NotOneself(Exception):
    """Nobody gives themselves more than they have."""


@transaction.atomic
def add_organisation(*, organisation: Organisation, by: User) -> Organisation:
    """Without members yet: its first owner is invited next."""
    _require(may_add_organisations(by))
    organisation.save(force_insert=True)
    record("organisations.added", by=by, about=organisation)
    return organisation


@transaction.atomic
def describe_organisation(*, organisation: Organisation, changed: list[str], by: User) -> None:
    """What it says of itself, on its campaigns' pages too, at once. `changed` names the fields."""
    _require(may_organise(by, organisation))
    if changed:
        organisation.save(update_fields=changed)
        record("organisations.described", by=by, about=organisation, fields=changed)


@transaction.atomic
def translate_organisation(*, text: OrganisationText, by: User) -> None:
    """The same in another language; without a name, this language is taken away."""
    _require(may_organise(by, text.organisation))
    if text.name:
        text.save()
    elif text.pk:
        text.delete()
    record("organisations.translated", by=by, about=text.organisation, language=text.language, written=bool(text.name))


@transaction.atomic
def set_logo(*, organisation: Organisation, content: bytes, by: User) -> None:
    """Shown from now on instead of what was there. Raises BadPicture, in words for whoever brought it."""
    _require(may_organise(by, organisation))
    logo = logos.drawn(content)
    _lock_logos()
    logos.keep(logo)
    _change_logo(organisation, logo.digest, by=by)


@transaction.atomic
def remove_logo(*, organisation: Organisation, by: User) -> None:
    _require(may_organise(by, organisation))
    _change_logo(organisation, "", by=by)


def _change_logo(organisation: Organisation, digest: str, *, by: User) -> None:
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    before, locked.logo = locked.logo, digest
    locked.save(update_fields=["logo"])
    organisation.logo = digest
    record("organisations.logo_changed", by=by, about=locked, logo=digest)
    if before and before != digest:
        transaction.on_commit(lambda: _forget_logo(before), robust=True)


@transaction.atomic
def _forget_logo(digest: str) -> None:
    """Unless another organisation has the same."""
    _lock_logos()
    if not Organisation.objects.filter(logo=digest).exists():
        logos.forget(digest)


def _lock_logos() -> None:
    """Until the transaction ends: what one writes for a row not committed yet, another does not take for a stray."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOGOS])


@transaction.atomic
def change_member(*, membership: Membership, role: str, by: User) -> None:
    """Raises LastOwner, NotOneself."""
    locked = _locked(membership)
    _require(may_manage(by, locked.organisation))
    before = locked.role
    if role == before:
        return
    if by == locked.user and _RANKS.index(MemberRole(role)) > _RANKS.index(MemberRole(before)):
        raise NotOneself
    _keep_an_owner(locked)
    locked.role = role
    locked.save(update_fields=["role"])
    _follow(locked.user)
    record("members.changed", by=by, about=locked.organisation, person=locked.user_id, before=before, role=role)


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    """By an owner, or by the member: everybody may leave. Who belongs nowhere and has no role of the site does not
    enter the desk any more. Raises LastOwner.
    """
    locked = _locked(membership)
    _require(by == locked.user or may_manage(by, locked.organisation))
    _keep_an_owner(locked)
    record("members.removed", by=by, about=locked.organisation, person=locked.user_id, role=locked.role)
    locked.delete()
    _follow(locked.user)


def _locked(membership: Membership) -> Membership:
    """With its organisation's row locked: two owners can't both be the other's last but one."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    return Membership.objects.select_related("organisation", "user").get(pk=membership.pk)


def _keep_an_owner(membership: Membership) -> None:
    """For one who stops being an owner."""
    if membership.role != MemberRole.OWNER:
        return
    owners = Membership.objects.filter(
        organisation=membership.organisation_id, role=MemberRole.OWNER, user__is_active=True
    )
    if not owners.exclude(pk=membership.pk).exists():
        raise LastOwner


def _follow(person: User) -> None:
    """The site's role of an organizer goes with running some organisation's campaigns, and the desk with any role."""
    organizers = Group.objects.get(name=Role.ORGANIZER)
    if Organisation.objects.run_by(person).exists():
        person.groups.add(organizers)
    else:
        person.groups.remove(organizers)
    if person.is_staff and not (person.is_superuser or person.memberships.exists() or person.groups.exists()):
        person.is_staff = False
        person.save(update_fields=["is_staff"])


def _require(may: bool) -> None:
    if not may:
        raise PermissionDenied
