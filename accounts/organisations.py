"""What is done with organisations: added, and described in words and with a logo. Every verb leaves a record."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from accounts import logos
from accounts.models import Organisation, OrganisationText, User
from accounts.rules import may_add_organisations, may_organise
from audit.log import record

# Alone among those who write and forget files of logos; the CRC-32 of "accounts.logos".
_LOGOS = 0xFA3BAF2C


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
    texts = OrganisationText.objects.filter(organisation=text.organisation, language=text.language)
    if text.name:
        words = {"name": text.name, "about": text.about, "logo_alt": text.logo_alt}
        OrganisationText.objects.update_or_create(
            organisation=text.organisation, language=text.language, defaults=words
        )
    elif not texts.delete()[0]:
        return
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


def _require(may: bool) -> None:
    if not may:
        raise PermissionDenied
