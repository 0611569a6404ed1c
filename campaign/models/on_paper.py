"""Signatures that were given on paper: a batch says who collected them, where and when, and who answers for it."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaign.models.campaign import Campaign
from campaign.models.letter import Letter
from campaign.models.signature import Signature
from privacy.fields import SealedTextField
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class PaperBatchState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    SETTLED = "settled", _("counted")
    TAKEN_BACK = "taken_back", _("taken back")


PAPER_BATCH_STEPS = {
    PaperBatchState.DRAFT: [PaperBatchState.SETTLED],
    PaperBatchState.SETTLED: [PaperBatchState.TAKEN_BACK],
}


class PaperBatchQuerySet(StatefulQuerySet):
    def for_desk(self) -> Self:
        """Without the lines: they are opened where they are read, and nowhere else."""
        return self.select_related("letter", "made_by", "settled_by").defer("lines")

    def drafts_before(self, moment: dt.datetime) -> Self:
        return self.filter(state=PaperBatchState.DRAFT, made_at__lt=moment)


class PaperBatch(Stateful):
    """Sheets of paper that belong together. Its lines become signatures when somebody settles it, and are then gone."""

    State = PaperBatchState

    TRANSITIONS = PAPER_BATCH_STEPS

    class Kind(models.TextChoices):
        TABLE = "table", _("a table")
        SHEETS = "sheets", _("photographed sheets")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="paper_batches")
    # The version that stood on the sheets.
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    # What mails and the own page speak, and where people live, where a line does not say otherwise.
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    country = models.CharField(max_length=2)
    # As the sheets said that names would be shown.
    display = models.CharField(max_length=10, choices=Signature.Display)
    collected_by = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    collected_on = models.DateField()
    # Of a table, until it is settled: see campaign/paper_lines.py.
    lines = SealedTextField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    # Lines with different people on them, those included who had signed before.
    people = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    # Whoever says that the people on the sheets signed this letter by their own hand.
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    state = StateField(choices=State, default=State.DRAFT, protected=True)

    objects = PaperBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of signatures on paper")
        verbose_name_plural = _("batches of signatures on paper")
        ordering = ["-pk"]
        constraints = [
            is_one_of(PaperBatchState, name="paper_batch_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=PaperBatchState.DRAFT, settled_by=None, settled_at=None)
                | ~Q(state=PaperBatchState.DRAFT)
                & Q(settled_by__isnull=False, settled_at__isnull=False, lines__isnull=True),
                name="settled_paper_batch_keeps_no_lines",
            ),
            models.CheckConstraint(
                condition=~Q(collected_by="") & ~Q(place=""), name="paper_batch_says_who_collected_where"
            ),
        ]
        triggers = state_rules(PAPER_BATCH_STEPS, log="campaign_paperbatchchange")

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.place}, {self.collected_on}"


class PaperBatchChange(StateChange):
    row = models.ForeignKey(PaperBatch, on_delete=models.CASCADE, related_name="changes")


class PaperSheet(models.Model):
    """One photographed sheet, keyed in by two people who do not see what the other typed. Gone with the draft."""

    batch = models.ForeignKey(PaperBatch, on_delete=models.CASCADE, related_name="sheets")
    number = models.PositiveSmallIntegerField()
    # Where the photograph is sealed; nothing of its file but the pixels.
    file = models.CharField(max_length=100, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    first_lines = SealedTextField(null=True)
    second_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    second_lines = SealedTextField(null=True)
    # What counts: where both typed the same, nobody has to look a third time.
    agreed_lines = SealedTextField(null=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_paper_sheet_per_number"),
            models.CheckConstraint(
                condition=Q(first_by__isnull=True, first_lines__isnull=True)
                | Q(first_by__isnull=False, first_lines__isnull=False),
                name="paper_sheet_says_who_typed_first",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True, second_lines__isnull=True)
                | Q(second_by__isnull=False, second_lines__isnull=False)
                & Q(first_by__isnull=False)
                & ~Q(second_by=F("first_by")),
                name="paper_sheet_is_typed_by_two",
            ),
            models.CheckConstraint(
                condition=Q(agreed_lines__isnull=True, agreed_by__isnull=True) | Q(second_by__isnull=False),
                name="paper_sheet_is_agreed_after_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.number}"
