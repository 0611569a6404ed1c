"""A campaign on its way to the reviewers: begun, copied, written step by step."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from audit.log import record
from campaign import launching, rules
from campaign.models import (
    Campaign,
    CampaignSource,
    CampaignText,
    Letter,
    Observance,
    Tally,
    Target,
)
from cases import pictures
from cases.models import Case
from privacy.sealed_files import seal_file, unseal_file

DAY = dt.timedelta(days=1)
COVERS = "covers"


class Stale(Exception):
    """Somebody has saved this since the form was opened."""


class NotADraft(Exception):
    """What reviewers read, or people have signed, is not changed step by step."""


class SlugTaken(Exception):
    """Somebody was faster: another campaign has this address."""


class EditionExists(Exception):
    """The organisation has a campaign for that year's day already."""


@transaction.atomic
def make_campaign(
    *,
    by: User,
    organisation: Organisation,
    slug: str,
    title: str,
    target: Target,
    source_language: str,
    addressee_language: str,
    observance: Observance | None = None,
    edition: int | None = None,
    now: dt.datetime | None = None,
) -> Campaign:
    """A draft with dates to begin from: those of the observance, else a month that begins in two weeks.

    Raises EditionExists, SlugTaken.
    """
    now = now or timezone.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    opens_at, closes_at = midnight + 14 * DAY, midnight + 44 * DAY
    if observance and edition:
        day = dt.datetime.combine(observance.date_in(edition), dt.time(), dt.UTC)
        closes_at = day + DAY
        opens_at = max(day - 60 * DAY, min(opens_at, day))
    campaign = _made(
        by=by,
        organisation=organisation,
        slug=slug,
        target=target,
        source_language=source_language,
        addressee_language=addressee_language,
        observance=observance,
        edition=edition,
        opens_at=opens_at,
        closes_at=closes_at,
        deliver_from=opens_at,
        deliver_until=closes_at + 7 * DAY,
    )
    CampaignText.objects.create(campaign=campaign, language=source_language, title=title, ask="", background="")
    return campaign


@transaction.atomic
def copy_campaign(
    *, source: Campaign, by: User, organisation: Organisation, slug: str, title: str = "", edition: int | None = None
) -> Campaign:
    """A draft that says what the source says: texts, cases, sources, target, points, ways, cover, and its letter as a
    first version that is not published.

    With `edition` it is that year's, and every date lies as far from that year's day as the source's from its own; the
    goal is then what the last one reached. Raises EditionExists, SlugTaken.
    """
    zone, days = source.zone, dt.timedelta()
    observance = source.observance if edition else None
    goal = source.goal
    if edition and source.observance and source.edition:
        days = source.observance.date_in(edition) - source.observance.date_in(source.edition)
        goal = Tally.objects.total_of(source) or source.goal
    dates = {
        name: launching.moved(getattr(source, name), days, zone)
        for name in ("opens_at", "closes_at", "deliver_from", "deliver_until")
    }
    made = _made(
        by=by,
        organisation=organisation,
        slug=slug,
        target=source.target,
        source_language=source.source_language,
        addressee_language=source.addressee_language,
        observance=observance,
        edition=edition if observance else None,
        goal=goal,
        addressing=source.addressing,
        channels=source.channels,
        time_zone=source.time_zone,
        cover=source.cover,
        cover_width=source.cover_width,
        cover_height=source.cover_height,
        **dates,
    )
    for text in source.texts.all():
        text.pk, text._state.adding, text.campaign = None, True, made
        if title and text.language == made.source_language:
            text.title = title
        elif edition and source.edition:
            text.title = text.title.replace(str(source.edition), str(edition))
        text.save()
    for each in source.sources.all():
        made.sources.create(publisher=each.publisher, title=each.title, date=each.date)
    made.cases.set(source.cases.all())
    made.chosen_points.set(source.chosen_points.all())
    if letter := launching.latest_letter(source):
        draft = Letter.objects.create(campaign=made, version=1)
        letter.copy_texts(draft)
    return made


def _made(*, by: User, **fields: Any) -> Campaign:
    try:
        with transaction.atomic(), pghistory.context(user=by.pk):
            return Campaign.objects.create(edited_by=by, **fields)
    except IntegrityError as error:
        if "one_edition_a_year" in str(error):
            raise EditionExists from error
        if "(slug)" in str(error):
            raise SlugTaken from error
        raise


# --- Step by step ------------------------------------------------------------------------------------------------


@contextmanager
def _editing(campaign: Campaign, *, step: str, by: User, seen: str | None = None) -> Iterator[Campaign]:
    """The campaign, locked; what the block changes is saved with who did it. Raises Stale, NotADraft."""
    with transaction.atomic(), pghistory.context(user=by.pk):
        locked = Campaign.objects.locked().get(pk=campaign.pk)
        if locked.state != Campaign.State.DRAFT:
            raise NotADraft
        if seen is not None and launching.mark_of(locked, step) != seen:
            raise Stale
        yield locked
        locked.edited_by = by
        if step not in locked.prepared:
            locked.prepared = [*locked.prepared, step]
        locked.save()


def write_ask(
    *,
    campaign: Campaign,
    by: User,
    seen: str,
    title: str,
    ask: str,
    background: str,
    sources: Iterable[Mapping[str, str]],
) -> None:
    """In the campaign's own language. Raises Stale, NotADraft."""
    with _editing(campaign, step="ask", by=by, seen=seen) as draft:
        _write_text(draft, title=title, ask=ask, background=background)
        wanted = [{name: source[name] for name in ("publisher", "title", "date")} for source in sources]
        if wanted != list(draft.sources.values("publisher", "title", "date")):
            draft.sources.all().delete()
            CampaignSource.objects.bulk_create(CampaignSource(campaign=draft, **source) for source in wanted)


def plan_delivery(
    *,
    campaign: Campaign,
    by: User,
    seen: str,
    channels: list[str],
    deliver_from: dt.datetime,
    deliver_until: dt.datetime,
) -> None:
    """Raises Stale, NotADraft."""
    with _editing(campaign, step="delivery", by=by, seen=seen) as draft:
        draft.channels, draft.deliver_from, draft.deliver_until = channels, deliver_from, deliver_until


def set_goal_and_dates(
    *,
    campaign: Campaign,
    by: User,
    seen: str,
    goal: int,
    time_zone: str,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
) -> None:
    """Raises Stale, NotADraft."""
    with _editing(campaign, step="goal", by=by, seen=seen) as draft:
        draft.goal, draft.time_zone, draft.opens_at, draft.closes_at = goal, time_zone, opens_at, closes_at


def dress(
    *,
    campaign: Campaign,
    by: User,
    seen: str,
    share_text: str,
    cover_alt: str,
    cover: bytes | None = None,
    without_cover: bool = False,
) -> None:
    """The look: of the picture nothing is kept but its pixels. Raises Stale, NotADraft, BadPicture."""
    picture = pictures.derive(cover) if cover else None
    with _editing(campaign, step="look", by=by, seen=seen) as draft:
        _write_text(draft, share_text=share_text, cover_alt=cover_alt)
        if picture:
            for width, content in picture.files.items():
                seal_file(_place(picture.digest, width), content)
            draft.cover, draft.cover_width, draft.cover_height = picture.digest, picture.width, picture.height
        elif without_cover:
            draft.cover, draft.cover_width, draft.cover_height = "", 0, 0


def open_cover(digest: str, *, width: int | None = None) -> bytes:
    """Whoever asks has checked for whom. Raises FileNotFoundError."""
    return unseal_file(_place(digest, width))


def _place(digest: str, width: int | None) -> str:
    return f"{COVERS}/{digest}-{width}" if width else f"{COVERS}/{digest}"


def name_case(*, campaign: Campaign, case: Case, by: User) -> None:
    """The letter speaks of it, and the campaign's page shows it. Raises NotADraft."""
    with _editing(campaign, step="cases", by=by) as draft:
        draft.cases.add(case)


def leave_case_out(*, campaign: Campaign, case: Case, by: User) -> None:
    """Raises NotADraft."""
    with _editing(campaign, step="cases", by=by) as draft:
        draft.cases.remove(case)


def settle_cases(*, campaign: Campaign, by: User) -> None:
    """Somebody has looked at the cases, and they are right. Raises NotADraft."""
    with _editing(campaign, step="cases", by=by):
        """Nothing but that."""


def _write_text(draft: Campaign, **words: str) -> None:
    text = draft.texts.filter(language=draft.source_language).first()
    text = text or CampaignText(campaign=draft, language=draft.source_language, title="", ask="", background="")
    changed = [name for name, value in words.items() if getattr(text, name) != value]
    for name in changed:
        setattr(text, name, words[name])
    if changed:
        text.save()


@transaction.atomic
def mark_template(*, campaign: Campaign, by: User, is_template: bool) -> None:
    """Organizers of every organisation may begin from it, or no longer."""
    locked = Campaign.objects.locked().get(pk=campaign.pk)
    if locked.is_template == is_template:
        return
    locked.is_template = is_template
    with pghistory.context(user=by.pk):
        locked.save(update_fields=["is_template"])
    record("campaigns.offered_as_template" if is_template else "campaigns.no_longer_a_template", by=by, about=locked)


@transaction.atomic
def discard_draft(*, campaign: Campaign, by: User) -> None:
    """Gone for good: a draft that nobody has reviewed and of which no letter is published. Raises NotADraft."""
    locked = Campaign.objects.locked().get(pk=campaign.pk)
    if not rules.may_be_discarded(locked):
        raise NotADraft
    record("campaigns.discarded", by=by, about=locked)
    locked.delete()
