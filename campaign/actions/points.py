"""Targets and delivery points: kept by the staff, one by one or from a table, and chosen for a campaign."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record
from campaign import marks, point_sheets, rules
from campaign.actions.launching import Stale
from campaign.models import (
    AnswersFor,
    Campaign,
    DeliveryPoint,
    DeliveryPointText,
    PointImport,
    Target,
    TargetText,
)
from campaign.point_sheets import Row


class NotApplied(Exception):
    """Some rows are wrong, or the points have changed since somebody looked at the preview."""


@transaction.atomic
def save_target(*, target: Target, texts: Mapping[str, tuple[str, str]], by: User, seen: str = "") -> Target:
    """`texts`: office and holder by language; a language that is not in it has no text. `seen` is the mark of what was
    there to change. Raises Stale, and ValidationError where another target has the name.
    """
    is_new = target.pk is None
    if is_new:
        try:
            with transaction.atomic():
                target.save()
        except IntegrityError:
            raise ValidationError({"slug": target.unique_error_message(Target, ("slug",))}) from None
    else:
        Target.objects.select_for_update(no_key=True).get(pk=target.pk)
        if marks.of_target(target) != seen:
            raise Stale
    target.texts.exclude(language__in=texts).delete()
    for language, (name, holder) in texts.items():
        TargetText.objects.update_or_create(target=target, language=language, defaults={"name": name, "holder": holder})
    record("targets.added" if is_new else "targets.changed", by=by, about=target, languages=sorted(texts))
    return target


@transaction.atomic
def save_point(
    *,
    point: DeliveryPoint,
    texts: Mapping[str, tuple[str, str]],
    answers_for: Sequence[str],
    by: User,
    seen: str = "",
) -> DeliveryPoint:
    """The fields as the form has set them; `texts`: office and city by language; `seen` is the mark of what was there
    to change. Raises Stale, and ValidationError where another point has the name, or answers for one of the countries.
    """
    Target.objects.select_for_update().get(pk=point.target_id)
    before = DeliveryPoint.objects.select_for_update().filter(pk=point.pk).first()
    if before and marks.of_point(before) != seen:
        raise Stale
    point.validate_unique()
    point.validate_constraints()
    taken = countries_taken(point.target, but=point)
    if both := sorted(taken.keys() & set(answers_for)):
        raise ValidationError({"answers_for": point_sheets.taken_words(both[0], taken[both[0]])})
    changed = [name for name in point_sheets.PLAIN if before and getattr(before, name) != getattr(point, name)]
    forgotten = _forget_verification(point, changed)
    # What the form does not show may have changed since it was opened: a verification, for one.
    point.save(update_fields=[*changed, *forgotten] if before else None)
    _write_texts(point, texts)
    _write_answers(point, answers_for)
    record("points.changed" if before else "points.added", by=by, about=point, fields=changed)
    return point


@transaction.atomic
def remove_point(*, point: DeliveryPoint, by: User) -> None:
    """Raises ValidationError with what keeps it."""
    locked = DeliveryPoint.objects.select_for_update().get(pk=point.pk)
    if told := rules.what_keeps(locked):
        raise ValidationError(told)
    record("points.removed", by=by, about=locked)
    locked.delete()


def countries_taken(target: Target, *, but: DeliveryPoint | None = None) -> dict[str, str]:
    """By country: the name of the point of this target that answers for it."""
    rows = AnswersFor.objects.filter(target=target).exclude(point=but.pk if but else None)
    return dict(rows.values_list("country", "point__name"))


def _forget_verification(point: DeliveryPoint, changed: Iterable[str]) -> list[str]:
    """Whoever checked the old addresses has not checked the new ones. Returns the fields that say so."""
    if {"email", "postal_address"}.isdisjoint(changed):
        return []
    point.verified_on, point.verified_by, point.verified_source = None, None, ""
    return ["verified_on", "verified_by", "verified_source"]


def _write_texts(point: DeliveryPoint, texts: Mapping[str, tuple[str, str]]) -> None:
    point.texts.exclude(language__in=texts).delete()
    for language, (name, city) in texts.items():
        DeliveryPointText.objects.update_or_create(
            point=point, language=language, defaults={"name": name, "city": city}
        )


def _write_answers(point: DeliveryPoint, countries: Iterable[str]) -> None:
    wanted = set(countries)
    point.answers_for.exclude(country__in=wanted).delete()
    there = set(point.answers_for.values_list("country", flat=True))
    for country in sorted(wanted - there):
        AnswersFor.objects.create(point=point, country=country)


# --- From a table


@transaction.atomic
def keep_upload(*, target: Target, name: str, content: bytes, encoding: str, by: User) -> PointImport:
    """The file, to be looked at before it is applied. Raises BadSheet."""
    point_sheets.read(content, encoding)
    return PointImport.objects.create(
        target=target,
        name=name[:200],
        sha256=sha256(content).hexdigest(),
        encoding=encoding,
        content=content,
        uploaded_by=by,
    )


@transaction.atomic
def apply_upload(*, upload: PointImport, seen: str, by: User, now: dt.datetime | None = None) -> PointImport:
    """All rows, or none. `seen` is the digest of the preview that somebody has agreed to. Raises NotApplied."""
    target = Target.objects.select_for_update().get(pk=upload.target_id)
    locked = PointImport.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if locked.content is None:
        raise NotApplied
    compared = point_sheets.compare(target, point_sheets.read(bytes(locked.content), locked.encoding))
    if compared.wrong or compared.digest != seen:
        raise NotApplied
    rows = [*compared.changed, *compared.new]
    # Whoever gives something up comes first: a country, or the rest, is one point's alone.
    AnswersFor.objects.filter(
        point__in=[row.point.pk for row in compared.changed if "answers_for" in row.changes]
    ).delete()
    for row in sorted(rows, key=lambda row: row.point.takes_rest):
        _write(row)
    locked.content, locked.applied_by, locked.applied_at = None, by, now or timezone.now()
    locked.added, locked.changed = len(compared.new), len(compared.changed)
    locked.save()
    record("points.imported", by=by, about=target, sha256=locked.sha256, added=locked.added, changed=locked.changed)
    return locked


def _write(row: Row) -> None:
    _forget_verification(row.point, row.changes)
    row.point.save()
    if row.texts is not None:
        _write_texts(row.point, row.texts)
    if row.answers_for is not None:
        _write_answers(row.point, row.answers_for)


@transaction.atomic
def drop_upload(*, upload: PointImport, by: User) -> None:
    """Harmless where it is applied: that is kept."""
    if PointImport.objects.waiting().filter(pk=upload.pk).delete()[0]:
        record("point_imports.dropped", by=by, about=upload.target, sha256=upload.sha256)


def drop_old_uploads(*, now: dt.datetime | None = None) -> int:
    """Those that nobody has applied within a day."""
    now = now or timezone.now()
    return PointImport.objects.uploaded_before(now - rules.UPLOADS_KEPT).delete()[0]


@transaction.atomic
def export_points(*, target: Target, by: User) -> str:
    """All of its points as the table that can be uploaded again."""
    points = list(DeliveryPoint.objects.filter(target=target).for_desk())
    record("points.exported", by=by, about=target, rows=len(points))
    return point_sheets.written(points)


# --- For a campaign


@transaction.atomic
def choose_points(
    *, campaign: Campaign, target: Target, addressing: str, points: Iterable[DeliveryPoint], by: User
) -> None:
    """Whom its letters address, and where they go. Raises ValidationError."""
    locked = Campaign.objects.locked().get(pk=campaign.pk)
    if rules.stands_still(locked):
        raise ValidationError(_("Only a draft is changed step by step. Take it back first."))
    if target.pk != locked.target_id and not rules.may_change_target(locked):
        raise ValidationError({"target": _("The target stays: people have signed letters that address it.")})
    chosen = list(points)
    if addressing == Campaign.Addressing.CHOSEN and not chosen:
        raise ValidationError({"points": _("Please choose one delivery point at least.")})
    if any(point.target_id != target.pk for point in chosen):
        raise ValidationError({"points": _("A point that you have chosen belongs to another target.")})
    with pghistory.context(user=by.pk):
        locked.target, locked.addressing, locked.edited_by = target, addressing, by
        locked.save(update_fields=["target", "addressing", "edited_by"])
        locked.chosen_points.set(chosen)
    record("campaigns.addressed", by=by, about=locked, addressing=addressing, points=[point.pk for point in chosen])
