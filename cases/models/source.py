from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.dates import Dated
from cases.models import values
from cases.models.authority import Intervention, Involvement
from cases.models.entries import Entry, Versioned, with_history
from cases.models.event import Event
from cases.models.member import Member, Status
from cases.models.update import Update
from face import languages
from face.words import Said, WordsField
from privacy.fields import SealedTextField


@with_history(exclude=("origin",))
class Source(Dated, Versioned):
    """Where something was said. The date may be missing: some sources have none, and the page says so.

    Types are CSL's (citationstyles.org); reliability is the Admiralty code's, A (reliable) to F (cannot be judged).
    """

    class Type(models.TextChoices):
        NEWS = "article-newspaper", _("news report")
        MAGAZINE = "article-magazine", _("magazine article")
        POST = "post-weblog", _("blog post")
        WEBPAGE = "webpage", _("web page")
        REPORT = "report", _("report")
        BOOK = "book", _("book")
        CHAPTER = "chapter", _("chapter")
        LAW = "legislation", _("law")
        TREATY = "treaty", _("treaty")
        INTERVIEW = "interview", _("interview")
        BROADCAST = "broadcast", _("broadcast")
        DOCUMENT = "document", _("document")

    class Reliability(models.TextChoices):
        A = "A", _("A: reliable")
        B = "B", _("B: usually reliable")
        C = "C", _("C: fairly reliable")
        D = "D", _("D: not usually reliable")
        E = "E", _("E: unreliable")
        F = "F", _("F: cannot be judged")

    type = models.CharField(_("type"), max_length=20, choices=Type)
    author = models.CharField(_("author"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200)
    title = models.CharField(_("title"), max_length=300)
    number = models.CharField(_("number"), max_length=50, blank=True, help_text=_("Of a document: A/HRC/25/63."))
    language = models.CharField(_("language"), max_length=10, default="en", help_text=_("Its code: en, ko, zh, lo."))
    url = models.URLField(_("address"), blank=True)
    archive_url = models.URLField(_("archived at"), blank=True)
    accessed_on = models.DateField(_("read on"), null=True, blank=True)
    reliability = models.CharField(_("reliability"), max_length=1, choices=Reliability, default=Reliability.F)
    confidential = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("Never published; it supports no published fact."),
    )
    origin = SealedTextField(_("how it reached us"), null=True, blank=True, max_length=2000)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["date_earliest", "pk"]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"


# What a claim can be about, besides the case as a whole.
SUBJECTS = ("member", "status", "event", "involvement", "intervention", "update")


@with_history()
class Claim(Entry):
    """What one source says about one fact. Claims that contradict each other stand side by side; one may be chosen.

    It is about the row that one of the foreign keys names, or about the case where none does. Without a field it is
    about the whole row, and stands behind each of its facts that has no claim of its own. Credibility is the Admiralty
    code's, 1 (confirmed) to 6 (cannot be judged).

    What it says is a value that can be compared and told in every language, or words where the source says more, or
    less exactly; readers get the words where there are some.
    """

    class Field(models.TextChoices):
        WHOLE = "", _("all of it")
        PEOPLE = "people", _("number of people")
        AGE = "age", _("age")
        MINOR = "minor", _("whether a minor")
        SEX = "sex", _("sex")
        CITIZENSHIP = "citizenship", _("citizenship")
        DATE = "date", _("date")
        PLACE = "place", _("place")
        FROM_STATE = "from_state", _("from State")
        TO_STATE = "to_state", _("to State")
        ROLE = "role", pgettext_lazy("what an authority did", "role")
        POSITION = "position", _("stated position")
        OUTCOME = "outcome", _("what came back")

    class Credibility(models.IntegerChoices):
        CONFIRMED = 1, _("1: confirmed by others")
        PROBABLE = 2, _("2: probably true")
        POSSIBLE = 3, _("3: possibly true")
        DOUBTFUL = 4, _("4: doubtful")
        IMPROBABLE = 5, _("5: improbable")
        UNJUDGED = 6, _("6: cannot be judged")

    SUBJECTS = SUBJECTS

    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.CASCADE)
    status = models.ForeignKey(Status, null=True, blank=True, on_delete=models.CASCADE)
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE)
    involvement = models.ForeignKey(Involvement, null=True, blank=True, on_delete=models.CASCADE)
    intervention = models.ForeignKey(Intervention, null=True, blank=True, on_delete=models.CASCADE)
    update = models.ForeignKey(Update, null=True, blank=True, on_delete=models.CASCADE)
    field = models.CharField(pgettext_lazy("subject of a claim", "about"), max_length=15, choices=Field, blank=True)
    value = models.CharField(
        _("what it says"),
        max_length=30,
        blank=True,
        help_text=_("9, 14-18, 41+ (at least 41); a date (2013-05-27); a State (CN); yes or no; or a choice."),
    )
    said = WordsField(
        _("what it says, in words"),
        blank=True,
        help_text=_("Where the above cannot say it as the source does; readers get these words instead."),
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="claims", verbose_name=_("source"))
    quotation = models.TextField(
        _("quotation"), blank=True, max_length=500, help_text=_("A few words, in its own language.")
    )
    locator = WordsField(_("where in it"), blank=True, help_text=_("para. 43; p. 12"))
    credibility = models.PositiveSmallIntegerField(_("credibility"), choices=Credibility, default=Credibility.UNJUDGED)
    chosen = models.BooleanField(
        _("chosen"), default=False, help_text=_("The page states this one; the others stand beside it.")
    )
    why_chosen = WordsField(_("why"), blank=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["pk"]
        default_related_name = "claims"
        constraints = [
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    models.Func(*SUBJECTS, function="num_nonnulls", output_field=models.IntegerField()), 1
                ),
                name="claim_has_one_subject",
            ),
            models.UniqueConstraint(
                fields=["case", *SUBJECTS, "field"],
                condition=models.Q(chosen=True),
                nulls_distinct=False,
                name="one_chosen_claim_per_fact",
                violation_error_message=_("Another claim about this fact is chosen already."),
            ),
            models.CheckConstraint(
                condition=models.Q(credibility__gte=1, credibility__lte=6), name="claim_credibility_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(field="") | ~models.Q(value="") | ~models.Q(said={}),
                name="claim_about_a_field_says_what",
                violation_error_message=_("Say what the source has for it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_field_display()} {self.told}"

    @property
    def told(self) -> Said:
        """What it says, for the reader of now."""
        return self.in_words("said") or Said(values.shown(self.field, self.value), languages.active())

    @property
    def fact(self) -> tuple[str, str]:
        """Claims agree where this is the same, whoever reads them."""
        return self.value, self.in_words("said", self.source_language).text

    def clean(self) -> None:
        try:
            self.value = values.read(self.field, self.value)
        except ValidationError as error:
            raise ValidationError({"value": error.messages}) from None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValidationError for a value that cannot be told: a page of it would fail."""
        self.clean()
        super().save(*args, **kwargs)
