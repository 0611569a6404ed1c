import datetime as dt
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.entries import Versioned, with_history
from face.words import WordsField
from privacy.fields import SealedTextField
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class CaseState(models.TextChoices):
    """Of the working record. What the public sees is `Case.live`, whatever is being written meanwhile."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("taken down")


CASE_STEPS = {
    CaseState.DRAFT: [CaseState.IN_REVIEW, CaseState.WITHDRAWN],
    # An edit, or a reviewer's remarks, lead back to the draft.
    CaseState.IN_REVIEW: [CaseState.DRAFT, CaseState.PUBLISHED, CaseState.WITHDRAWN],
    # Published means: the record says what the live publication says. The first edit makes it a draft again.
    CaseState.PUBLISHED: [CaseState.DRAFT, CaseState.WITHDRAWN],
    CaseState.WITHDRAWN: [CaseState.DRAFT, CaseState.PUBLISHED],
}


class _Each(models.Func):
    function = "unnest"
    set_returning = True


class CaseQuerySet(StatefulQuerySet):
    def live(self) -> Self:
        """Those that the public can read."""
        return self.filter(live__isnull=False)

    def related_to(self, case: "Case") -> Self:
        return self.filter(models.Q(relations_out__later=case) | models.Q(relations_in__earlier=case)).distinct()

    def values_of(self, column: str) -> list[Any]:
        """All that the live publications hold in that column, an array; each once, in order."""
        each = _Each(models.F(f"live__{column}"), output_field=models.CharField())
        return list(self.annotate(each=each).order_by("each").values_list("each", flat=True).distinct())

    def for_desk(self) -> Self:
        """With who edited it last; what is sealed or long is fetched by whoever needs it."""
        return self.select_related("edited_by", "live").defer("team_note", "live__content")

    def saying(self, words: str) -> Self:
        """Those whose reference, title or summary has these words, in any language."""
        fields = [f"{field}__{code}__text" for field in ("title", "summary") for code, _name in settings.LANGUAGES]
        return self.filter(
            *[
                models.Q(*((f"{field}__icontains", word) for field in ["reference", *fields]), _connector=models.Q.OR)
                for word in words.split()
            ]
        )

    def touching(self, state: str) -> Self:
        """Those in which this State appears: by citizenship, by place, or as one that hands over or receives."""
        from cases.models import Event, Member, Status

        rows = models.OuterRef("pk")
        events = Event.objects.filter(case=rows).filter(
            models.Q(country=state) | models.Q(from_state=state) | models.Q(to_state=state)
        )
        return self.filter(
            models.Exists(events)
            | models.Exists(Member.objects.filter(case=rows, citizenship=state))
            | models.Exists(Status.objects.filter(case=rows, to_state=state))
        )

    def due_for_review(self, today: dt.date) -> Self:
        return self.exclude(monitoring=Case.Monitoring.CLOSED).filter(next_review__lte=today)


@with_history(
    exclude=(
        "state",
        "team_note",
    )
)
class Case(Versioned, Stateful):
    """The record of one person or group at risk. The public never sees it, only a Publication made from it."""

    State = CaseState
    TRANSITIONS = CASE_STEPS

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", _("one person")
        FAMILY = "family", _("a family")
        GROUP = "group", _("a group")

    class Monitoring(models.TextChoices):
        ACTIVE = "active", _("watched closely")
        DORMANT = "dormant", _("watched for news")
        CLOSED = "closed", pgettext_lazy("of a case", "closed")

    reference = models.CharField(
        _("reference"), max_length=20, unique=True, help_text=_("MNS-2013-001. It never changes.")
    )
    kind = models.CharField(_("about"), max_length=10, choices=Kind, default=Kind.GROUP)
    people_min = models.PositiveIntegerField(_("people, at least"), default=1)
    people_max = models.PositiveIntegerField(_("people, at most"), null=True, blank=True)
    people_note = WordsField(_("about the number"), blank=True)
    written_in = models.CharField(_("written in"), max_length=10, choices=settings.LANGUAGES, default="en")
    title = WordsField(_("title"), blank=True)
    summary = WordsField(_("summary"), blank=True, help_text=_("Who is at risk and why, in two or three sentences."))
    story = WordsField(_("what happened"), blank=True, help_text=_("Plain text; an empty line starts a new paragraph."))
    monitoring = models.CharField(_("monitoring"), max_length=10, choices=Monitoring, default=Monitoring.ACTIVE)
    as_of = models.DateField(_("information as of"), null=True, blank=True)
    last_verified = models.DateField(_("last verified"), null=True, blank=True)
    next_review = models.DateField(_("next review due"), null=True, blank=True)
    team_note = SealedTextField(_("note of the case team"), blank=True, default="")
    state = StateField(_("state"), choices=State, default=State.DRAFT, protected=True)
    live = models.ForeignKey(
        "cases.Publication", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField(auto_now_add=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-reference"]
        constraints = [
            is_one_of(CaseState, name="case_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(reference__regex=r"^MNS-\d{4}-\d{3,}$"),
                name="case_reference_reads_mns_year_number",
                violation_error_message=_("A reference reads MNS, the year and a number: MNS-2013-001."),
            ),
            models.CheckConstraint(condition=models.Q(people_min__gte=1), name="case_is_about_somebody"),
            models.CheckConstraint(
                condition=models.Q(people_max__isnull=True) | models.Q(people_max__gte=models.F("people_min")),
                name="case_people_min_is_not_above_max",
                violation_error_message=_("“At most” must not be below “at least”."),
            ),
            models.CheckConstraint(
                condition=models.Q(last_verified__isnull=True)
                | models.Q(next_review__isnull=True)
                | models.Q(next_review__gt=models.F("last_verified")),
                name="case_review_follows_verification",
                violation_error_message=_("The next review must lie after the last verification."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=CaseState.PUBLISHED) | models.Q(live__isnull=False),
                name="published_case_has_a_publication",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=CaseState.WITHDRAWN) | models.Q(live__isnull=True),
                name="withdrawn_case_has_no_live_publication",
            ),
        ]
        triggers = [
            *state_rules(CASE_STEPS, log="cases_casechange"),
            pgtrigger.ReadOnly(name="reference_never_changes", fields=["reference"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def source_language(self) -> str:
        return self.written_in

    def is_due_for_review(self, today: dt.date) -> bool:
        return self.monitoring != self.Monitoring.CLOSED and self.next_review is not None and self.next_review <= today

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.reference])


class CaseChange(StateChange):
    row = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="changes")


class CaseRelation(models.Model):
    """Two cases that belong together. One row for both directions, so there is no circle to make."""

    earlier = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="relations_out")
    later = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="relations_in")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(earlier__lt=models.F("later")),
                name="case_relation_stands_once_and_never_to_itself",
                violation_error_message=_("A case is not related to itself."),
            ),
            models.UniqueConstraint(fields=["earlier", "later"], name="one_relation_per_pair_of_cases"),
        ]

    def __str__(self) -> str:
        return f"{self.earlier} – {self.later}"
