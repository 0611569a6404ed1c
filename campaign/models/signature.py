import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from campaign.models.campaign import Campaign
from campaign.models.letter import Letter
from campaign.models.unsubscription import Unsubscription
from privacy.fields import BlindIndexField, SealedTextField
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class SignatureQuerySet(StatefulQuerySet):
    def of_address(self, email_index: bytes) -> Self:
        return self.filter(email_index=email_index)

    def of_link(self, signature_id: int, revision: int) -> Self:
        """The signature that a link is for, as long as it is the same person's."""
        return self.filter(pk=signature_id, revision=revision, erased_at__isnull=True)

    def standing(self) -> Self:
        """Those that have a person behind them who may want to see or end them."""
        return self.filter(erased_at__isnull=True).exclude(state=Signature.State.EXPIRED)

    def for_mail(self) -> Self:
        return self.select_related("campaign__organisation").prefetch_related(
            "campaign__texts", "campaign__organisation__texts", "letter__texts"
        )

    def wanting_updates(self, campaign: Campaign) -> Self:
        """Whom the campaign's updates go to: the one place that says so."""
        left = Unsubscription.objects.against(campaign.organisation).later_than_signing()
        asked = self.filter(campaign=campaign, state=Signature.State.CONFIRMED, wants_updates=True, erased_at=None)
        return asked.exclude(models.Exists(left))

    def wants_updates_still(self, signature: "Signature") -> bool:
        """Whether its owner would get updates, once it is confirmed."""
        left = Unsubscription.objects.against(signature.campaign.organisation).later_than_signing()
        return self.filter(pk=signature.pk, wants_updates=True).exclude(models.Exists(left)).exists()

    def for_supporter_desk(self) -> Self:
        """With what staff may know of it: never whose it is."""
        return (
            self.select_related("campaign")
            .prefetch_related("campaign__texts")
            .defer("name", "email", "city", "own_words")
            .order_by("-signed_at", "-pk")
        )

    def unanswered_since(self, moment: dt.datetime) -> Self:
        return self.filter(state=Signature.State.PENDING, signed_at__lt=moment)

    def taken_back(self) -> Self:
        """Of batches on paper for which nobody answers any more, with their people still there."""
        over = [Signature.State.WITHDRAWN, Signature.State.REJECTED]
        return self.filter(batch__state="taken_back", state__in=over, erased_at=None)

    def on_scroll(self, campaign: Campaign) -> Self:
        """Those that the scroll shows, the latest first, with no more of them than it shows."""
        return (
            self.filter(campaign=campaign, state=Signature.State.CONFIRMED, erased_at__isnull=True)
            .order_by("-confirmed_at", "-pk")
            .only("name", "display", "country", "confirmed_at")
        )

    def for_export(self) -> Iterator["Signature"]:
        """One after the other, in the order of their confirmation, without the address. Memory stays the same however
        many there are.
        """
        wanted = ["name", "display", "country", "city", "language", "own_words", "confirmed_at"]
        return self.only(*wanted).order_by("confirmed_at", "pk").iterator(chunk_size=2000)

    def older_than(self, confirmed_at: dt.datetime, pk: int) -> Self:
        """Those behind this place of the scroll. The first condition is the one that finds the place in the index."""
        return self.filter(
            models.Q(confirmed_at__lt=confirmed_at) | models.Q(pk__lt=pk), confirmed_at__lte=confirmed_at
        )


class SignatureState(models.TextChoices):
    PENDING = "pending", _("waiting for your confirmation")
    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")
    HELD = "held", _("held for a check")
    REJECTED = "rejected", _("not accepted")


SIGNATURE_STEPS = {
    SignatureState.PENDING: [SignatureState.CONFIRMED, SignatureState.EXPIRED, SignatureState.HELD],
    SignatureState.CONFIRMED: [SignatureState.WITHDRAWN, SignatureState.HELD],
    # Signing again is a new beginning of the same row.
    SignatureState.WITHDRAWN: [SignatureState.PENDING],
    SignatureState.HELD: [SignatureState.CONFIRMED, SignatureState.REJECTED],
    # A rejection that was a mistake: somebody looks once more.
    SignatureState.REJECTED: [SignatureState.HELD],
}


class Signature(Stateful):
    """One person's name under one version of a letter; a personal letter when it carries own words."""

    State = SignatureState

    TRANSITIONS = SIGNATURE_STEPS

    class Display(models.TextChoices):
        """How the name may be shown, on the page and in the letter."""

        FULL = "full", _("My full name")
        INITIALS = "initials", _("My initials")
        HIDDEN = "hidden", _("No name")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="signatures")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="signatures")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    # Where it stood on paper: as it says there, and confirmed by nobody's mailbox (docs/adr/0026).
    batch = models.ForeignKey(
        "campaign.PaperBatch", null=True, on_delete=models.PROTECT, related_name="signatures", db_index=False
    )
    # Keyed hash of the canonical address: who signed can be looked up by whoever knows the address and the key. On
    # paper, of people without an address, it is of name, country and city.
    email_index = BlindIndexField(null=True, editable=False, db_index=False)
    name = SealedTextField(null=True)
    email = SealedTextField(null=True)
    country = models.CharField(max_length=2)
    city = SealedTextField(null=True, blank=True)
    own_words = SealedTextField(null=True, blank=True)
    display = models.CharField(max_length=10, choices=Display)
    wants_updates = models.BooleanField(default=False)
    # Partners of the campaign from whom mails were asked for, too: confirming makes each an OptIn.
    updates_from = ArrayField(models.BigIntegerField(), default=list, db_default=models.Value("{}"), editable=False)
    state = StateField(choices=State, default=State.PENDING, protected=True)
    # Grows with every new beginning, so that links from before no longer open anything.
    revision = models.PositiveSmallIntegerField(db_default=0, default=0)
    signed_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "email_index"], name="one_signature_per_address"),
            is_one_of(SignatureState, name="signature_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=False)
                | ~models.Q(state__in=[SignatureState.CONFIRMED, SignatureState.WITHDRAWN]),
                name="confirmed_signature_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True, email_index__isnull=False, name__isnull=False)
                | models.Q(
                    erased_at__isnull=False,
                    email_index__isnull=True,
                    email__isnull=True,
                    name__isnull=True,
                    city__isnull=True,
                    own_words__isnull=True,
                ),
                name="erased_signature_keeps_no_person",
            ),
            models.CheckConstraint(
                condition=models.Q(email__isnull=False)
                | models.Q(erased_at__isnull=False)
                | models.Q(batch__isnull=False, wants_updates=False),
                name="only_on_paper_without_an_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["email_index"], condition=models.Q(email_index__isnull=False), name="signature_address"
            ),
            models.Index(
                fields=["signed_at"], condition=models.Q(state=SignatureState.PENDING), name="signature_unanswered"
            ),
            models.Index(
                fields=["campaign", "-confirmed_at", "-id"],
                condition=models.Q(state=SignatureState.CONFIRMED, erased_at__isnull=True),
                name="signature_scroll",
            ),
            models.Index(
                fields=["campaign", "id"],
                condition=models.Q(state=SignatureState.CONFIRMED, wants_updates=True, erased_at__isnull=True),
                name="signature_wanting_updates",
            ),
            models.Index(fields=["batch"], condition=models.Q(batch__isnull=False), name="signature_on_paper"),
        ]
        triggers = [
            *state_rules(
                SIGNATURE_STEPS,
                log="campaign_signaturechange",
                also=("campaign_id", "country", "language", "signed_at", "confirmed_at", "batch_id"),
            ),
            # The log knows changes alone; and where somebody came from is known for this moment, and kept nowhere else.
            pgtrigger.Trigger(
                name="count_begun",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="begun"),
                func="""
                    INSERT INTO campaign_tallymove (campaign_id, dimension, key, delta)
                    SELECT campaign_id, 'state', state, COUNT(*) FROM begun GROUP BY campaign_id, state
                    UNION ALL
                    SELECT campaign_id, 'source', (signed_at AT TIME ZONE 'UTC')::date || ' '
                        || COALESCE(NULLIF(current_setting('maninso.source', true), ''), 'untold'), COUNT(*)
                    FROM begun GROUP BY campaign_id, (signed_at AT TIME ZONE 'UTC')::date;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"

    @cached_property
    def partners_asked(self) -> list[Organisation]:
        """Those of `updates_from`; no query where there are none, or where whoever loads many has set it."""
        if not self.updates_from:
            return []
        return list(Organisation.objects.filter(pk__in=self.updates_from).prefetch_related("texts"))

    @property
    def stands(self) -> bool:
        """Counts, and has a person behind it whose letter may go."""
        return self.state == self.State.CONFIRMED and self.erased_at is None

    @property
    def shown_name(self) -> str:
        """The name as far as its owner lets it be seen; empty when hidden."""
        if self.name is None or self.display == self.Display.HIDDEN:
            return ""
        if self.display == self.Display.INITIALS:
            return initials(self.name)
        return self.name


def initials(name: str) -> str:
    """ "Maria de la Cruz" → "M. d. l. C."; "김하늘" → "김○○": family name alone, as Korean papers print it."""
    words = name.split()
    if words and _is_ideograph_or_syllable(words[0][0]):
        together = "".join(words)
        return together[0] + "○" * (len(together) - 1)
    return " ".join(f"{word[0]}." for word in words)


def _is_ideograph_or_syllable(letter: str) -> bool:
    # The second range holds the rarer ideographs, as 𠮷 in 𠮷野.
    return "\u2e80" <= letter <= "\uffdc" or "\U00020000" <= letter <= "\U0003ffff"


class TransactionIdField(models.Field):
    """PostgreSQL's xid8: which transaction wrote a row. All below a snapshot's xmin are committed and visible."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class CurrentTransactionId(models.Func):
    function = "pg_current_xact_id"
    output_field = TransactionIdField()


class SignatureChange(StateChange):
    """The log of signatures' states: what the tally counts from."""

    row = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="changes")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=10, db_default="")
    signed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(
        "campaign.PaperBatch", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    transaction = TransactionIdField(db_default=CurrentTransactionId(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["transaction"], name="signature_change_transaction")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]
