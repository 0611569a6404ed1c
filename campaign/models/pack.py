"""Letters on paper: volumes of at most 5,000 signatures, for a hand-in or for the post."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from campaign.models.delivery import DeliveryPoint, Dispatch
from campaign.models.letter import Letter
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules

# A volume that a person can carry and a printer can bind; one table of 100,000 lines took 4.8 GB to typeset.
VOLUME = 5_000


# What may become of the letters in a pack; cancelled, they are out of it.
LETTERS_GO = [
    Dispatch.State.PACKED,
    Dispatch.State.POSTED,
    Dispatch.State.DELIVERED,
    Dispatch.State.RETURNED,
    Dispatch.State.CANCELLED,
]


class PackState(models.TextChoices):
    ASKED = "asked", _("waiting to be made")
    BUILDING = "building", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be made")
    HANDED_OUT = "handed_out", _("downloaded")
    CANCELLED = "cancelled", _("void")


# A hand-in that is called off leaves no pack behind that counts, printed or not: its number says so.
PACK_STEPS = {
    PackState.ASKED: [PackState.BUILDING, PackState.CANCELLED],
    PackState.BUILDING: [PackState.READY, PackState.FAILED, PackState.ASKED, PackState.CANCELLED],
    PackState.FAILED: [PackState.ASKED, PackState.CANCELLED],
    PackState.READY: [PackState.HANDED_OUT, PackState.ASKED, PackState.CANCELLED],
    PackState.HANDED_OUT: [PackState.CANCELLED],
}


class PackQuerySet(StatefulQuerySet):
    def to_make(self) -> Self:
        """Also those that a worker has begun: it may have died."""
        return self.filter(state__in=[PackState.ASKED, PackState.BUILDING]).order_by("pk")

    def with_letters_to_move(self) -> Self:
        """Whose letters do not say yet what became of the pack."""
        return self.exclude(letters_to="").order_by("pk")

    def for_check(self) -> Self:
        """Those of which anyone who holds one may ask: not of a campaign that is not, or was never, public."""
        public = self.exclude(campaign__state__in=[Campaign.State.DRAFT, Campaign.State.IN_REVIEW])
        return public.select_related("campaign__organisation", "point", "posting").prefetch_related(
            "campaign__texts", "point__texts"
        )


class Pack(Stateful):
    """One volume: the PDF that somebody prints and carries. Its number stands on every page."""

    State = PackState
    TRANSITIONS = PACK_STEPS

    class Paper(models.TextChoices):
        A4 = "a4", _("A4")
        LETTER = "us-letter", _("US Letter")

    number = models.CharField(max_length=20, unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="packs")
    point = models.ForeignKey(DeliveryPoint, on_delete=models.PROTECT, related_name="packs")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="packs")
    channel = models.CharField(max_length=10, choices=Dispatch.Channel, default=Dispatch.Channel.HAND)
    volume = models.PositiveSmallIntegerField(help_text=_("1 is the first for this point; later ones are supplements."))
    paper = models.CharField(max_length=10, choices=Paper, default=Paper.A4)
    language = models.CharField(max_length=10, help_text=_("The local language of the cover letter."))
    first = models.PositiveIntegerField(help_text=_("Number of its first signature for this point, from 1."))
    count = models.PositiveIntegerField()
    state = StateField(choices=State, default=State.ASKED, protected=True)
    asked_at = models.DateTimeField(default=timezone.now)
    # Nobody of ours where a coordinator asked through a signed link.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    built_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    fetched = models.PositiveIntegerField(default=0, db_default=0, editable=False, help_text=_("How often."))
    # Where the letters in it are going, until the last has arrived there (campaign/actions/following.py).
    letters_to = models.CharField(max_length=20, choices=Dispatch.State, blank=True, db_default="", editable=False)
    substituted = models.JSONField(default=list, blank=True, help_text=_("Characters that no font could draw."))

    objects = PackQuerySet.as_manager()

    class Meta:
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        ordering = ["campaign", "point", "volume"]
        constraints = [
            is_one_of(PackState, name="pack_state_is_known"),
            models.UniqueConstraint(fields=["campaign", "point", "channel", "volume"], name="one_pack_per_volume"),
            models.CheckConstraint(condition=models.Q(count__gte=0, count__lte=VOLUME), name="pack_is_one_volume"),
            models.CheckConstraint(
                condition=models.Q(letters_to__in=["", *LETTERS_GO]), name="pack_letters_go_somewhere_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[PackState.READY, PackState.HANDED_OUT])
                | (models.Q(built_at__isnull=False, pages__isnull=False) & ~models.Q(sha256="")),
                name="ready_pack_has_its_hash",
            ),
        ]
        triggers = state_rules(PACK_STEPS, log="campaign_packchange")

    def __str__(self) -> str:
        return self.number

    @property
    def last(self) -> int:
        return self.first + self.count - 1

    @property
    def is_made(self) -> bool:
        return self.state in (self.State.READY, self.State.HANDED_OUT)

    @property
    def is_being_made(self) -> bool:
        return self.state in (self.State.ASKED, self.State.BUILDING)

    @property
    def file(self) -> str:
        """Its place among the sealed files: it is a list of names."""
        return f"packs/{self.number}"


class PackChange(StateChange):
    row = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="changes")


class PostingState(models.TextChoices):
    POSTED = "posted", _("posted")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("came back")


POSTING_STEPS = {
    PostingState.POSTED: [PostingState.DELIVERED, PostingState.RETURNED],
    # An office may send back what it has taken.
    PostingState.DELIVERED: [PostingState.RETURNED],
    # What came back may be posted once more.
    PostingState.RETURNED: [PostingState.POSTED],
}


class Posting(Stateful):
    """A pack that was posted, and what the post says of it. The tracking number is the organizers' alone."""

    State = PostingState
    TRANSITIONS = POSTING_STEPS

    pack = models.OneToOneField(Pack, on_delete=models.PROTECT, related_name="posting")
    state = StateField(choices=State, default=State.POSTED, protected=True)
    posted_on = models.DateField(_("posted on"))
    tracking = models.CharField(_("tracking number"), max_length=60, blank=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    settled_on = models.DateField(_("delivered or back on"), null=True, blank=True)

    objects = StatefulQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            is_one_of(PostingState, name="posting_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(state=PostingState.POSTED, settled_on__isnull=True)
                | (~models.Q(state=PostingState.POSTED) & models.Q(settled_on__isnull=False)),
                name="settled_posting_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_on__isnull=True) | models.Q(settled_on__gte=models.F("posted_on")),
                name="posting_settles_after_it_was_posted",
            ),
        ]
        triggers = state_rules(POSTING_STEPS, log="campaign_postingchange")

    def __str__(self) -> str:
        return f"{self.pack} ({self.state})"

    @property
    def day(self) -> dt.date:
        """Of what it says last."""
        return self.settled_on or self.posted_on


class PostingChange(StateChange):
    row = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="changes")
