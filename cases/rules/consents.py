"""Nothing is told of people that they, or two of the staff in their best interests, have not agreed to."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from cases.models import BestInterests, Case, Channel, Consent, Member, Scope, Tier
from cases.rules.findings import Finding
from cases.snapshot import Content
from face import languages

# Where a publication goes: the pages, and the sheets and lists that are printed from it.
CHANNELS = [Channel.WEB, Channel.PRINT]


def consent_gaps(case: Case, content: Content, today: dt.date) -> list[Finding]:
    """What this content tells without a standing consent of each person, or a countersigned best-interests note.

    For a minor a parent or guardian consents. Members are told by their place in the record, which never changes once
    they are published: their statuses keep the rows.
    """
    consents = list(case.consents.all())
    notes = list(case.best_interests.filter(countersigned_by__isnull=False))
    faces = _faces(case, content)
    gaps: list[Finding] = []
    for member, told in zip(case.members.all(), content["members"], strict=False):
        for scope in _told_of(told, content, has_face=member.pk in faces):
            gaps += _gap(member, scope, is_minor=told["minor"], consents=consents, notes=notes, today=today)
    return gaps


def _told_of(told: Content, content: Content, *, has_face: bool) -> Iterator[Scope]:
    """What the content tells of one member. Of people who are only counted it tells nothing but their number."""
    if has_face:
        yield Scope.FACE
    if told["tier"] == Tier.COUNTED:
        return
    yield Scope.STORY
    if told["tier"] == Tier.NAMED:
        yield Scope.NAME
    if told["age"]:
        yield Scope.AGE
    if any(event["place"] and told["id"] in (event["members"] or [told["id"]]) for event in content["events"]):
        yield Scope.PLACE


def _faces(case: Case, content: Content) -> set[int]:
    """The members whose faces the pictures of the content show."""
    files = [picture["file"] for picture in content["media"]]
    return set(Member.objects.filter(media__case=case, media__derivative__in=files).values_list("pk", flat=True))


def _gap(
    member: Member,
    scope: Scope,
    *,
    is_minor: bool,
    consents: list[Consent],
    notes: list[BestInterests],
    today: dt.date,
) -> Iterator[Finding]:
    if any(note.member_id in (None, member.pk) and scope in note.scopes for note in notes):
        return
    given = [row for row in consents if row.member_id in (None, member.pk) and scope in row.scopes]
    valid = [row for row in given if not is_minor or row.given_by == Consent.GivenBy.PARENT]
    standing = [row for row in valid if row.stands_on(today)]
    missing = [channel for channel in CHANNELS if not any(channel in row.channels for row in standing)]
    if not missing:
        return
    said = {
        "member": member,
        "scope": scope.label,
        "channels": languages.listed(channel.label for channel in missing),
    }
    if len(valid) > len(standing):
        lapsed = next(row for row in valid if row not in standing)
        what = _("The consent to tell the %(scope)s of “%(member)s” no longer stands (%(channels)s).") % said
        yield Finding(what, "consent", lapsed.pk, "withdrawn_on" if lapsed.withdrawn_on else "expires_on")
    elif given and is_minor and not valid:
        what = _(
            "“%(member)s” was a minor: a parent or guardian has to consent to telling the %(scope)s (%(channels)s)."
        )
        yield Finding(what % said, "consent", given[0].pk, "given_by")
    else:
        what = _("Nobody has agreed that we tell the %(scope)s of “%(member)s” (%(channels)s).") % said
        yield Finding(what, "member", member.pk, "consents")
