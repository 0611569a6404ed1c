"""From record to page: what was submitted, who agreed to exactly that, what is published, and how it is taken down."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from cases.models.case import Case
from cases.models.entries import append_only
from face.words import WordsField


class Submission(models.Model):
    """A record handed to the reviewers, as it was at that moment. It counts while the case is in review."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="submissions")
    digest = models.CharField(max_length=64)
    note = WordsField(_("what has changed"), blank=True, help_text=_("Public, in the list of changes."))
    is_correction = models.BooleanField(_("corrects something that was wrong"), default=False)
    protection_needed = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.case} {self.digest[:8]}"


class Decision(models.Model):
    """What a reviewer or the protection officer said about a submission."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("approved")
        SENT_BACK = "sent_back", _("sent back")

    class As(models.TextChoices):
        REVIEWER = Role.REVIEWER.value, Role.REVIEWER.label
        PROTECTION = Role.PROTECTION.value, Role.PROTECTION.label

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="decisions")
    role = models.CharField(max_length=20, choices=As)
    verdict = models.CharField(max_length=10, choices=Verdict)
    remarks = models.TextField(_("remarks"), blank=True, max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "role"], name="one_decision_per_submission_and_role")
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.submission}: {self.verdict}"


class Publication(models.Model):
    """What the public reads: immutable, allow-listed, citable by its number and its digest."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content's canonical JSON, in hexadecimal.")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="publication")
    languages = ArrayField(models.CharField(max_length=10))
    # For the index: what the content says, in columns that can be filtered.
    statuses = ArrayField(models.CharField(max_length=25), default=list)
    states = ArrayField(models.CharField(max_length=2), default=list)
    years = ArrayField(models.PositiveSmallIntegerField(), default=list)
    has_minors = models.BooleanField(default=False)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-published_at"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_publication_per_number")]
        indexes = [
            GinIndex(fields=["statuses", "states", "years"], name="publication_filters"),
            GinIndex(OpClass(models.F("content__media"), name="jsonb_path_ops"), name="publication_pictures"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.case}/{self.number}"


class PublicationText(models.Model):
    """What the search finds a publication by, per language; made with it."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=10)
    words = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "language"], name="one_search_text_per_language")]
        indexes = [GinIndex(fields=["words"], name="publication_words")]

    def __str__(self) -> str:
        return f"{self.publication} {self.language}"


class TakedownQuerySet(models.QuerySet["Takedown"]):
    def standing(self) -> "TakedownQuerySet":
        return self.filter(restored_at__isnull=True)


class Takedown(models.Model):
    """A page taken down by one person, at once; two bring it back."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="takedowns")
    reason = models.TextField(_("reason"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    restore_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    restore_reason = models.TextField(_("why it can come back"), blank=True, max_length=2000)
    restored_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    restored_at = models.DateTimeField(null=True)

    objects = TakedownQuerySet.as_manager()

    class Meta:
        verbose_name = _("takedown")
        verbose_name_plural = _("takedowns")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication"], condition=models.Q(restored_at__isnull=True), name="one_standing_takedown"
            ),
            models.CheckConstraint(
                condition=models.Q(restored_by__isnull=True, restored_at__isnull=True)
                | (
                    # NULL is not another person: without this, nobody would pass for the second.
                    models.Q(restored_at__isnull=False, restored_by__isnull=False, restore_asked_by__isnull=False)
                    & ~models.Q(restored_by=models.F("restore_asked_by"))
                ),
                name="two_people_restore",
            ),
        ]

    def __str__(self) -> str:
        return str(self.publication)
