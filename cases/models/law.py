"""Which treaty bound which State when: data with its sources, and the one rule that nobody may be accused by a treaty
that did not bind them.
"""

import datetime as dt
from typing import Self

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.entries import Entry, Versioned, states, with_history
from cases.models.event import Event
from cases.models.source import Source
from face.words import WordsField

# The same rule as Adherence.objects.binding: on every day that the event may have happened on.
_REFUSE_UNBOUND = """
    IF NOT EXISTS (
        SELECT FROM cases_adherence adherence
        JOIN cases_article article ON article.instrument_id = adherence.instrument_id
        JOIN cases_event event ON event.id = NEW.event_id
        WHERE article.id = NEW.article_id AND adherence.state = NEW.state
            AND adherence.in_force_from <= event.date_earliest
            AND (adherence.in_force_until IS NULL OR adherence.in_force_until > event.date_latest)
    ) THEN
        RAISE EXCEPTION 'this article did not bind that State on that date' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@with_history()
class Instrument(Versioned):
    """A treaty."""

    code = models.SlugField(_("code"), unique=True, max_length=20)
    name = WordsField(pgettext_lazy("of an office, a treaty, a filter", "name"))
    short_name = WordsField(_("short name"))
    adopted_on = models.DateField(_("adopted"))

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ["adopted_on"]

    def __str__(self) -> str:
        return str(self.in_words("short_name"))


@with_history()
class Article(Versioned):
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="articles")
    number = models.CharField(_("number"), max_length=10)
    gist = WordsField(_("what it says"), help_text=_("In one sentence of our own."))
    for_minors = models.BooleanField(_("protects minors only"), default=False)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["instrument", "pk"]
        constraints = [models.UniqueConstraint(fields=["instrument", "number"], name="one_article_per_number")]

    def __str__(self) -> str:
        return f"{self.instrument}, {self.number}"


class AdherenceQuerySet(models.QuerySet["Adherence"]):
    def binding(self, *, state: str, earliest: dt.date, latest: dt.date) -> Self:
        """Those that bound the State on each of these days."""
        return self.filter(state=state, in_force_from__lte=earliest).filter(
            models.Q(in_force_until__isnull=True) | models.Q(in_force_until__gt=latest)
        )


@with_history()
class Adherence(Versioned):
    """What one State did about one treaty; that it is no party is a fact with a source as well."""

    class Kind(models.TextChoices):
        RATIFICATION = "ratification", _("ratification")
        ACCESSION = "accession", _("accession")
        SUCCESSION = "succession", _("succession")
        SIGNATURE = "signature", _("signature only")
        NONE = "none", _("not a party")

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="adherences")
    state = models.CharField(_("State"), max_length=2)
    kind = models.CharField(_("how"), max_length=15, choices=Kind)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("source"))

    objects = AdherenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("adherence")
        verbose_name_plural = _("adherences")
        ordering = ["instrument", "state"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "state"], name="one_adherence_per_state_and_instrument"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["signature", "none"], in_force_from__isnull=True)
                | models.Q(kind__in=["ratification", "accession", "succession"], in_force_from__isnull=False),
                name="only_a_party_is_bound_from_a_date",
                violation_error_message=_("A party is bound from a date; who only signed, or is no party, is not."),
            ),
            models.CheckConstraint(
                condition=models.Q(in_force_until__isnull=True)
                | models.Q(in_force_until__gt=models.F("in_force_from")),
                name="adherence_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state}: {self.instrument} ({self.get_kind_display()})"


@with_history()
class Reservation(Versioned):
    """What a State said that it would not be bound by; shown wherever the article is cited."""

    adherence = models.ForeignKey(Adherence, on_delete=models.CASCADE, related_name="reservations")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="reservations")
    what = WordsField(_("what it reserves"))
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("source"))

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")

    def __str__(self) -> str:
        return f"{self.adherence}: {self.article}"


@with_history()
class Citation(Entry):
    """An article held up to a State for one event. PostgreSQL refuses one that did not bind the State on that date."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="citations", verbose_name=_("event"))
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="citations", verbose_name=_("article"))
    state = states(verbose_name=_("State"))
    why = WordsField(_("why it applies"), blank=True)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["state", "article"]
        default_related_name = "citations"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "article", "state"], name="one_citation_per_article_state_and_event"
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="article_bound_the_state",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_REFUSE_UNBOUND,
            )
        ]

    def __str__(self) -> str:
        return f"{self.state}: {self.article}"
