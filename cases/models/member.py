from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.dates import Dated
from cases.models.entries import Entry, append_only, states, with_history
from face.words import WordsField
from privacy.fields import SealedTextField


class Tier(models.TextChoices):
    """How much the public learns of who a person is, from least to most."""

    COUNTED = "counted", _("counted only")
    ANONYMOUS = "anonymous", _("anonymous")
    PSEUDONYM = "pseudonym", _("under a pseudonym")
    NAMED = "named", _("named")

    @property
    def rank(self) -> int:
        return list(Tier).index(self)


@with_history(
    exclude=(
        "real_name",
        "kin",
    )
)
class Member(Entry):
    """One person in a case, or several of whom nothing but their number is published."""

    Tier = Tier

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        OTHER = "other", _("other")

    label = WordsField(
        _("public label"), help_text=_("What the page calls them: “the youngest girl”, a pseudonym, or the name.")
    )
    people = models.PositiveIntegerField(
        pgettext_lazy("how many", "people"), default=1, help_text=_("More than one only where they are counted only.")
    )
    tier = models.CharField(_("identity"), max_length=10, choices=Tier, default=Tier.ANONYMOUS)
    age_min = models.PositiveSmallIntegerField(_("age at the event, at least"), null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(_("age at the event, at most"), null=True, blank=True)
    age_estimated = models.BooleanField(_("the age is estimated"), default=False)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    citizenship = states(verbose_name=_("citizenship"))
    real_name = SealedTextField(_("real name"), null=True, blank=True, max_length=200)
    kin = SealedTextField(_("kin"), null=True, blank=True, max_length=2000)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = pgettext_lazy("of a case", "members")
        ordering = ["pk"]
        default_related_name = "members"
        constraints = [
            models.CheckConstraint(condition=models.Q(tier__in=Tier.values), name="member_tier_is_known"),
            models.CheckConstraint(
                condition=models.Q(people=1) | models.Q(people__gt=1, tier=Tier.COUNTED),
                name="several_people_are_counted_only",
                violation_error_message=_("Several people in one entry can only be counted."),
            ),
            models.CheckConstraint(
                condition=models.Q(age_min__isnull=True)
                | models.Q(age_max__isnull=True)
                | models.Q(age_max__gte=models.F("age_min")),
                name="member_age_min_is_not_above_max",
                violation_error_message=_("“At most” must not be below “at least”."),
            ),
            models.CheckConstraint(
                condition=(models.Q(age_min__isnull=True) | models.Q(age_min__lte=120))
                & (models.Q(age_max__isnull=True) | models.Q(age_max__lte=120)),
                name="member_age_is_of_this_world",
                violation_error_message=_("Nobody is that old."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.in_words("label"))


class StatusQuerySet(models.QuerySet["Status"]):
    def standing(self) -> Self:
        """Those that no later entry corrects."""
        return self.filter(corrected_by__isnull=True)


@with_history()
class Status(Dated, Entry):
    """What happened to a member from a date on. Never changed: a mistake is corrected by an entry that says so."""

    class Kind(models.TextChoices):
        AT_RISK = "at_risk", _("at risk")
        DETAINED = "detained", _("detained")
        RETURN_IMMINENT = "return_imminent", _("about to be returned by force")
        HANDED_OVER = "handed_over", _("handed over")
        RETURNED = "returned", _("returned by force")
        DETAINED_AFTER_RETURN = "detained_after_return", _("detained after return")
        DISAPPEARED = "disappeared", _("disappeared")
        UNKNOWN = "unknown", _("fate unknown")
        RELEASED = "released", _("released")
        PROTECTED = "protected", _("protected")
        RESETTLED = "resettled", _("resettled")
        RETURNED_HOME = "returned_home", _("returned home")
        REPORTED_DECEASED = "reported_deceased", _("reported to have died")
        DECEASED = "deceased", _("died")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="statuses", verbose_name=_("member"))
    kind = models.CharField(_("status"), max_length=25, choices=Kind)
    to_state = states(verbose_name=_("handed over to"))
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by", verbose_name=_("corrects")
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = StatusQuerySet.as_manager()

    class Meta:
        verbose_name = _("status")
        verbose_name_plural = _("statuses")
        ordering = ["date_latest", "pk"]
        default_related_name = "statuses"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "at_risk",
                        "detained",
                        "return_imminent",
                        "handed_over",
                        "returned",
                        "detained_after_return",
                        "disappeared",
                        "unknown",
                        "released",
                        "protected",
                        "resettled",
                        "returned_home",
                        "reported_deceased",
                        "deceased",
                    ]
                ),
                name="status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="handed_over") | models.Q(to_state=""),
                name="only_a_handover_names_a_state",
                violation_error_message=_("Only for people who were handed over."),
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_kind_display()} ({self.date})"
