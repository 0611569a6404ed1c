from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.dates import Dated
from cases.models.entries import Entry, states, with_history
from cases.models.member import Member
from face.words import WordsField


@with_history()
class Event(Dated, Entry):
    """Something that happened, when, and where as far as the public may know: never a street, never coordinates."""

    class Kind(models.TextChoices):
        JOURNEY = "journey", _("journey")
        ARREST = "arrest", _("arrest")
        DETENTION = "detention", _("detention")
        TRANSFER = "transfer", _("transfer")
        HANDOVER = "handover", _("handover to another State")
        RETURN = "return", _("forced return")
        DISAPPEARANCE = "disappearance", _("disappearance")
        TRIAL = "trial", _("trial")
        RELEASE = "release", _("release")
        DEATH = "death", _("death")
        STATEMENT = "statement", _("public statement")
        PROTEST = "protest", _("public response")
        OTHER = "other", _("other")

    class Precision(models.TextChoices):
        COUNTRY = "country", _("country")
        PROVINCE = "province", _("province")
        CITY = "city", _("city")

    kind = models.CharField(_("type"), max_length=15, choices=Kind)
    what = WordsField(_("what happened"), help_text=_("One or two sentences."))
    country = states(verbose_name=_("country"))
    place = WordsField(_("province or city"), blank=True, help_text=_("Its name; nothing more exact than a city."))
    precision = models.CharField(_("known to the"), max_length=10, choices=Precision, default=Precision.COUNTRY)
    from_state = states(verbose_name=_("from State"))
    to_state = states(verbose_name=_("to State"))
    members = models.ManyToManyField(
        Member,
        blank=True,
        related_name="events",
        verbose_name=_("whom it is about"),
        help_text=_("Empty: all of them."),
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["date_earliest", "date_latest", "pk"]
        default_related_name = "events"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(precision="country", place={})
                | (~models.Q(precision="country") & ~models.Q(place={})),
                name="event_place_is_as_precise_as_it_says",
                violation_error_message=_("A province or city needs its name, and a name says which of the two it is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"
