"""Packs that go by post: posted by an organizer, then delivered or back. Whoever changes one locks the pack first."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record
from campaign import rules
from campaign.actions.following import letters_follow
from campaign.actions.packs import NotReadyYet
from campaign.models import Pack, Posting


class AlreadyThere(Exception):
    """The pack was delivered: it cannot be posted any more."""


@transaction.atomic
def post_pack(*, pack: Pack, day: dt.date, tracking: str = "", by: User) -> Posting:
    """The volume is in the post. Again, it corrects day and number; one that came back is posted once more.

    Raises NotReadyYet where nobody has fetched it, AlreadyThere.
    """
    locked = Pack.objects.locked().get(pk=pack.pk)
    if not rules.is_posted_by_organizers(locked):
        raise NotReadyYet
    posting = Posting.objects.locked().filter(pack=locked).first()
    record("packs.posted", by=by, about=locked, day=day.isoformat(), rows=locked.count)
    if posting is None:
        posting = Posting.objects.create(pack=locked, posted_on=day, tracking=tracking, posted_by=by)
    elif posting.state == Posting.State.POSTED:
        posting.posted_on, posting.tracking, posting.posted_by = day, tracking, by
        posting.save(update_fields=["posted_on", "tracking", "posted_by"])
        return posting
    elif posting.state == Posting.State.DELIVERED:
        raise AlreadyThere
    else:
        again = {"posted_on": day, "tracking": tracking, "posted_by": by, "settled_on": None}
        posting.move(Posting.State.POSTED, by=by, reason=_("posted once more"), **again)
    letters_follow(Pack.objects.filter(pk=locked.pk), to=Posting.State.POSTED)
    record("packs.posted", by=by, about=locked, letters=locked.count)
    return posting


@transaction.atomic
def settle_posting(*, posting: Posting, outcome: str, day: dt.date, reason: str = "", by: User) -> None:
    """Delivered, or back with a reason. Raises ValidationError, TransitionNotAllowed."""
    pack = Pack.objects.locked().get(pk=posting.pack_id)
    locked = Posting.objects.locked().get(pk=posting.pk)
    if day < locked.posted_on:
        raise ValidationError({"day": _("This lies before the day on which it was posted.")})
    if outcome == Posting.State.RETURNED and not reason:
        raise ValidationError({"reason": _("Please say why it came back, as far as you know.")})
    locked.move(outcome, by=by, reason=reason, settled_on=day)
    record("postings.settled", by=by, about=pack, reason=reason, outcome=outcome, day=day.isoformat())
    letters_follow(Pack.objects.filter(pk=pack.pk), to=outcome)
    record("packs.settled", by=by, about=pack, outcome=str(outcome), letters=pack.count)
