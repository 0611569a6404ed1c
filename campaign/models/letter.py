import datetime as dt
from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaign.models.campaign import Campaign
from campaign.models.translated import TranslatedText, approval_rules, source_of

# What was signed stays what it was: the database refuses, whoever asks.
_REFUSE = "RAISE EXCEPTION 'a published letter is immutable: make a new version' USING ERRCODE = 'check_violation';"
# The lock waits for whoever is publishing at this moment, and makes who publishes wait for this change.
_REFUSE_IF_PUBLISHED = f"""
    PERFORM FROM campaign_letter WHERE id IN (OLD.letter_id, NEW.letter_id) FOR SHARE;
    IF EXISTS (
        SELECT FROM campaign_letter WHERE id IN (OLD.letter_id, NEW.letter_id) AND published_at IS NOT NULL
    ) THEN
        {_REFUSE}
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""
# A draft is read by its campaign's reviewers; afterwards nobody else would read it. Words that came with the site, or
# stand from before writers were noted, have none.
_REFUSE_IF_WRITTEN_BY_WHO_PUBLISHES = """
    IF EXISTS (
        SELECT FROM campaign_campaign campaign JOIN campaign_lettertext text
            ON text.letter_id = NEW.id AND text.language = campaign.source_language
        WHERE campaign.id = NEW.campaign_id AND campaign.state <> 'draft'
          AND text.translated_by_id = COALESCE(NEW.published_by_id, text.translated_by_id)
    ) THEN
        RAISE EXCEPTION 'a letter of a campaign that was sent for review is published by somebody else than its writer'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class LetterQuerySet(models.QuerySet["Letter"]):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def newest(self) -> "Letter | None":
        """Of one campaign: its last version."""
        return self.order_by("-version").first()


class Letter(models.Model):
    """One version of what a campaign's supporters sign; immutable, with its texts, once published."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="letters")
    version = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["campaign", "-version"]
        constraints = [models.UniqueConstraint(fields=["campaign", "version"], name="one_letter_per_version")]
        triggers = [
            pgtrigger.Trigger(
                name="published_letter_is_immutable",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func=_REFUSE,
            ),
            pgtrigger.Trigger(
                name="published_by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("published_at"),
                condition=pgtrigger.Q(old__published_at__isnull=True, new__published_at__isnull=False),
                func=_REFUSE_IF_WRITTEN_BY_WHO_PUBLISHES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} v{self.version}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def publish(self, *, by: User | None = None, now: dt.datetime) -> None:
        self.published_by, self.published_at = by, now
        self.save(update_fields=["published_by", "published_at"])

    def copy_texts(self, draft: "Letter") -> None:
        """Its words, with their approvals, to a new draft. What was published stood, also where it was written before
        anybody had to approve it.
        """
        texts = list(self.texts.all())
        source = source_of(texts, self.campaign.source_language)
        for text in texts:
            if self.is_published and source and text is not source and not text.is_approved(source):
                text.approve(source=source, by=None, at=self.published_at)
        for text in texts:
            text.pk, text._state.adding, text.letter = None, True, draft
            text.save()


@pghistory.track()
class LetterText(TranslatedText):
    """The letter in one language, with the forms of address proper to it."""

    WORDS = ("addressee", "salutation", "subject", "body", "closing", "name_suffix")

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="texts")
    addressee = models.TextField(help_text=_("The address block, a line each: office, then the way it goes."))
    salutation = models.CharField(max_length=200)
    subject = models.CharField(max_length=150)
    body = models.TextField(help_text=_("Plain text; an empty line starts a new paragraph."))
    closing = models.TextField()
    name_suffix = models.CharField(
        max_length=20, blank=True, help_text=_("What follows the writer's name, where the language has it: 올림, 谨启.")
    )

    class Meta(TranslatedText.Meta):
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [
            models.UniqueConstraint(fields=["letter", "language"], name="one_letter_text_per_language"),
            *approval_rules("letter_text"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_text_is_immutable",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_REFUSE_IF_PUBLISHED,
            )
        ]
