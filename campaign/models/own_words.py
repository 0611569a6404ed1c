"""Own words that somebody reads before they go (docs/adr/0023)."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaign.models.campaign import Campaign
from campaign.models.delivery import Dispatch
from campaign.models.signature import Signature
from privacy.fields import SealedTextField
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class OwnWordsState(models.TextChoices):
    UNREAD = "unread", _("not read yet")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("left out")
    LEFT = "left", _("nobody stands behind them any more")


OWN_WORDS_STEPS = {
    OwnWordsState.UNREAD: [OwnWordsState.ACCEPTED, OwnWordsState.REJECTED, OwnWordsState.LEFT],
    # Undone, while the letter has not gone.
    OwnWordsState.ACCEPTED: [OwnWordsState.UNREAD, OwnWordsState.LEFT],
    OwnWordsState.REJECTED: [OwnWordsState.UNREAD, OwnWordsState.LEFT],
    # Withdrawn, then signed again: other words, perhaps.
    OwnWordsState.LEFT: [OwnWordsState.UNREAD],
}


class OwnWordsQuerySet(StatefulQuerySet):
    def unread(self) -> Self:
        """Those that somebody has to read, as long as letters of theirs may go."""
        return self.filter(
            state=OwnWordsState.UNREAD,
            signature__state=Signature.State.CONFIRMED,
            campaign__state__in=[Campaign.State.OPEN, Campaign.State.CLOSED],
        )

    def read_by(self, user: User) -> Self:
        """Those on which this person may decide."""
        return self.filter(campaign__in=Campaign.objects.moderated_by(user).order_by().values("pk"))

    def in_line(self) -> Self:
        """The oldest first, with the words and nothing else of whoever wrote them."""
        shown = [
            "since",
            "state",
            "campaign__slug",
            "signature__own_words",
            "signature__language",
            "signature__country",
        ]
        return (
            self.select_related("signature", "campaign")
            .only(*shown, "campaign__source_language")
            .prefetch_related("campaign__texts")
            .order_by("since", "pk")
        )

    def decided_lately(self, user: User) -> Self:
        """What this person has decided and nobody has undone, the latest first; whether the letter has gone."""
        last = OwnWordsChange.objects.filter(row=OuterRef("pk")).order_by("-pk")
        decided = self.filter(state__in=[OwnWordsState.ACCEPTED, OwnWordsState.REJECTED])
        gone = Dispatch.objects.gone().filter(signature=OuterRef("signature"))
        return (
            decided.filter(pk__in=OwnWordsChange.objects.filter(by=user).values("row"))
            .annotate(decision=models.Subquery(last.values("pk")[:1]), by=models.Subquery(last.values("by")[:1]))
            .annotate(gone=Exists(gone))
            .filter(by=user.pk)
            .select_related("signature", "campaign")
            .only("state", "since", "words", "campaign__slug", "signature__own_words", "signature__language")
            .order_by("-decision")
        )


class OwnWords(Stateful):
    """One supporter's own words, where the campaign reads them first: until somebody has, its letters do not go.

    The words stand with the signature, where every letter takes them from. Those that are left out stand here instead,
    so that no letter, pack or file can take them by mistake.
    """

    State = OwnWordsState
    TRANSITIONS = OWN_WORDS_STEPS

    class Reason(models.TextChoices):
        """For which words are left out, as their writer is told."""

        UNFIT = "unfit", _("They do not fit a letter to this office.")
        INSULTS = "insults", _("They insult or threaten somebody.")
        ENDANGERS = "endangers", _("They tell something that could put a person in danger.")
        ADVERTISES = "advertises", _("They hold links, numbers or advertising.")
        UNREADABLE = "unreadable", _("They could not be understood.")

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="read_first")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    state = StateField(choices=State, default=State.UNREAD, protected=True)
    # Since when they wait to be read.
    since = models.DateTimeField()
    words = SealedTextField(null=True)
    why = models.CharField(max_length=20, choices=Reason, blank=True, default="")

    objects = OwnWordsQuerySet.as_manager()

    class Meta:
        verbose_name = _("own words")
        verbose_name_plural = _("own words")
        constraints = [
            is_one_of(OwnWordsState, name="own_words_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="rejected", words__isnull=False) & ~Q(why="")
                | ~Q(state="rejected") & Q(words__isnull=True, why=""),
                name="own_words_left_out_say_why",
            ),
        ]
        indexes = [
            models.Index(fields=["since", "id"], condition=Q(state="unread"), name="own_words_unread"),
            models.Index(
                fields=["campaign", "since", "id"], condition=Q(state="unread"), name="own_words_unread_of_campaign"
            ),
        ]
        triggers = state_rules(OWN_WORDS_STEPS, log="campaign_ownwordschange")

    def __str__(self) -> str:
        return f"{self.campaign} {self.pk}"


class OwnWordsChange(StateChange):
    """Each decision, with who took it and, where words are left out, which of the reasons."""

    row = models.ForeignKey(OwnWords, on_delete=models.PROTECT, related_name="changes")

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
