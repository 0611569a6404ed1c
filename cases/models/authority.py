from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.dates import Dated
from cases.models.entries import Entry, Versioned, states, with_history
from cases.models.event import Event
from face.words import WordsField


@with_history()
class Authority(Versioned):
    """An office, force or body that acts in cases, or that somebody turned to."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("government")
        MINISTRY = "ministry", _("ministry")
        POLICE = "police", _("police")
        MILITARY = "military", _("military")
        EMBASSY = "embassy", _("embassy or consulate")
        COURT = "court", _("court")
        PARLIAMENT = "parliament", _("parliament")
        UN = "un", _("body of the United Nations")
        ORGANISATION = "organisation", _("organisation")
        PUBLIC = "public", _("members of the public")

    kind = models.CharField(_("type"), max_length=15, choices=Kind)
    name = WordsField(pgettext_lazy("of an office, a treaty, a filter", "name"))
    country = states(verbose_name=_("of State"))

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.in_words("name"))


@with_history()
class Involvement(Dated, Entry):
    """What an authority did in a case, and what it says about it; the date is the statement's."""

    class Role(models.TextChoices):
        ARRESTED = "arrested", pgettext_lazy("what an authority did", "arrested")
        DETAINED = "detained", pgettext_lazy("what an authority did", "detained")
        DECIDED = "decided", pgettext_lazy("what an authority did", "decided")
        HANDED_OVER = "handed_over", pgettext_lazy("what an authority did", "handed over")
        RECEIVED = "received", pgettext_lazy("what an authority did", "received")
        RETURNED = "returned", pgettext_lazy("what an authority did", "returned by force")
        REFUSED = "refused", pgettext_lazy("what an authority did", "refused to help")
        HELPED = "helped", pgettext_lazy("what an authority did", "helped")
        WATCHED = "watched", pgettext_lazy("what an authority did", "stood by")

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="involvements", verbose_name=_("authority")
    )
    role = models.CharField(pgettext_lazy("what an authority did", "role"), max_length=15, choices=Role)
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("event")
    )
    position = WordsField(_("stated position"), blank=True)
    official = models.CharField(
        _("official named in public"),
        max_length=150,
        blank=True,
        help_text=_("Only for what somebody did in office. Needs the protection officer."),
    )

    class Meta:
        verbose_name = _("involvement")
        verbose_name_plural = _("involvements")
        ordering = ["pk"]
        default_related_name = "involvements"

    def __str__(self) -> str:
        return f"{self.authority}: {self.get_role_display()}"


@with_history()
class Intervention(Dated, Entry):
    """Who asked whom for these people, when, and what came back; silence is an answer that is recorded too."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("granted")
        PARTLY = "partly", _("granted in part")
        REFUSED = "refused", _("refused")
        ANSWERED = "answered", _("answered without a decision")
        SILENCE = "silence", _("no answer")
        UNKNOWN = "unknown", _("not known")

    by = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+", verbose_name=_("who asked"))
    asked = models.ForeignKey(
        Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who was asked")
    )
    what = WordsField(_("what was asked"))
    outcome = models.CharField(_("what came back"), max_length=10, choices=Outcome, default=Outcome.UNKNOWN)
    answer = WordsField(_("the answer"), blank=True)

    class Meta:
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ["date_earliest", "pk"]
        default_related_name = "interventions"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(outcome="silence") | models.Q(answer={}),
                name="silence_has_no_answer",
                violation_error_message=_("There is an answer, so it was not silence."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.by}"
