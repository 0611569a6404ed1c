"""What staff set for the whole site."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from campaign.models import Banner, BannerText, SiteLimits


@transaction.atomic
def put_up_banner(
    *, words: Mapping[str, str], level: str, shown_from: dt.datetime, shown_until: dt.datetime, by: User
) -> Banner:
    """Above every public page within a few seconds; `words` by language."""
    banner = Banner.objects.create(level=level, shown_from=shown_from, shown_until=shown_until, put_up_by=by)
    BannerText.objects.bulk_create(
        [BannerText(banner=banner, language=code, words=text) for code, text in words.items()]
    )
    record("banners.put_up", by=by, about=banner, languages=sorted(words), until=shown_until.isoformat())
    return banner


@transaction.atomic
def take_down_banner(*, banner: Banner, by: User, now: dt.datetime | None = None) -> None:
    """May be repeated."""
    standing = Banner.objects.filter(pk=banner.pk, taken_down_at__isnull=True)
    if standing.update(taken_down_by=by, taken_down_at=now or timezone.now()):
        record("banners.taken_down", by=by, about=banner)


@transaction.atomic
def set_limits(*, mails_a_day: int, mails_a_day_for_supporters: int, reason: str, by: User) -> None:
    limits, _is_new = SiteLimits.objects.select_for_update().get_or_create(pk=1)
    before = limits.told()
    limits.mails_a_day, limits.mails_a_day_for_supporters = mails_a_day, mails_a_day_for_supporters
    limits.save()
    record("limits.set", by=by, about=limits, reason=reason, before=before, after=limits.told())
