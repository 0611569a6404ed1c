"""Whom a letter addresses, where it is handed over, and each letter on its way there."""

import datetime as dt
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.hours import EVERY_DAY, Hours
from campaign.models.health import AddressHealth
from campaign.models.pause import Pause
from face.texts import LanguageText
from privacy.fields import SealedTextField
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class TargetQuerySet(models.QuerySet["Target"]):
    def named_like(self, words: str) -> Self:
        return self.filter(models.Q(slug__icontains=words) | models.Q(texts__name__icontains=words)).distinct()


class Target(models.Model):
    """Whom letters address: an office. The forms of address stand in the letter's texts."""

    slug = models.SlugField(unique=True, max_length=80)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return self.slug


class TargetText(LanguageText):
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="texts")
    name = models.CharField(max_length=200, help_text=_("The office."))
    holder = models.CharField(max_length=100, blank=True, help_text=_("Who holds it at present."))

    class Meta(LanguageText.Meta):
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [models.UniqueConstraint(fields=["target", "language"], name="one_target_text_per_language")]


class FormOfAddress(LanguageText):
    """How a letter to this office begins and ends in one language; new texts of letters begin with it."""

    WORDS = ("addressee", "salutation", "closing", "name_suffix")

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="forms_of_address")
    addressee = models.TextField(_("address block"), max_length=500)
    salutation = models.CharField(_("salutation"), max_length=200)
    closing = models.TextField(_("closing"), max_length=300)
    name_suffix = models.CharField(_("after the name"), max_length=20, blank=True)

    class Meta(LanguageText.Meta):
        verbose_name = _("form of address")
        verbose_name_plural = _("forms of address")
        constraints = [
            models.UniqueConstraint(fields=["target", "language"], name="one_form_of_address_per_language"),
        ]

    @property
    def words(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.WORDS}


def _domain(email: Any) -> Lower:
    """What follows the last @ of an address, in lower case, as DeliveryPoint.domain says it."""
    return Lower(models.Func(email, models.Value("[^@]*$"), function="SUBSTRING"))


class DeliveryPointQuerySet(models.QuerySet["DeliveryPoint"]):
    def takes_email(self) -> Self:
        """Those with an address that works, as far as is known."""
        refusing = AddressHealth.objects.refusing().filter(point=models.OuterRef("pk"))
        return self.filter(~models.Exists(refusing), active=True).exclude(email="")

    def refusing(self) -> Self:
        return self.filter(health__in=AddressHealth.objects.refusing())

    def instead_of(self, point: "DeliveryPoint") -> list["DeliveryPoint"]:
        """Where letters go that this one refuses: to the target's others in that country, then to its missions."""
        others = self.takes_email().filter(target=point.target_id).exclude(pk=point.pk)
        there = others.filter(country=point.country).order_by("kind", "pk")
        missions = others.filter(kind=DeliveryPoint.Kind.MISSION).exclude(country=point.country).order_by("pk")
        return [*there, *missions]

    def at_domain(self, domain: str) -> Self:
        return self.alias(domain_of_email=_domain(models.F("email"))).filter(domain_of_email=domain)

    def of_campaigns(self, campaigns: Any) -> Self:
        """Those to which letters of one of these campaigns go: the chosen ones, or all of its target."""
        chosen = campaigns.filter(addressing="chosen")
        return self.filter(
            models.Q(target__in=campaigns.exclude(addressing="chosen").values("target"))
            | models.Q(pk__in=chosen.values("chosen_points"))
        )

    def stopped_by(self, pause: Pause) -> Self:
        if pause.scope == Pause.Scope.TARGET:
            return self.filter(target=pause.target_id)
        if pause.scope == Pause.Scope.POINT:
            return self.filter(pk=pause.point_id)
        return self.at_domain(pause.domain) if pause.scope == Pause.Scope.DOMAIN else self.all()

    def paused(self) -> Self:
        """Those to which no letter goes: a pause of theirs stands, or of their target, their domain or the site."""
        return self.filter(self._standing_pause())

    def not_paused(self) -> Self:
        return self.filter(~self._standing_pause())

    @staticmethod
    def _standing_pause() -> models.Exists:
        stops = (
            models.Q(scope=Pause.Scope.SITE)
            | models.Q(point=models.OuterRef("pk"))
            | models.Q(target=models.OuterRef("target"))
            | models.Q(scope=Pause.Scope.DOMAIN, domain=_domain(models.OuterRef("email")))
        )
        return models.Exists(Pause.objects.standing().filter(stops))

    def of_campaign(self, campaign: Any) -> Self:
        """Where its letters may be handed over: those chosen for it, else all of its target."""
        points = self.filter(target=campaign.target_id, active=True).prefetch_related("texts")
        chosen = campaign.addressing == campaign.Addressing.CHOSEN
        return points.filter(pk__in=campaign.chosen_points.all()) if chosen else points

    def answering(self, country: str) -> Self:
        """Those for somebody who lives there: the one that answers for the country, or else takes the rest, first; then
        the others in that country.
        """
        named = AnswersFor.objects.filter(point=models.OuterRef("pk"), country=country)
        taken = AnswersFor.objects.filter(target=models.OuterRef("target"), country=country, point__active=True)
        return (
            self.annotate(named=models.Exists(named))
            .annotate(answers=models.Q(named=True) | models.Q(takes_rest=True) & ~models.Exists(taken))
            .filter(models.Q(answers=True) | models.Q(country=country))
            .order_by("-answers", "kind", "city", "name")
        )

    def unverified(self, *, since: dt.date) -> Self:
        """Those in use whose addresses nobody has checked since that day."""
        return self.filter(models.Q(verified_on__isnull=True) | models.Q(verified_on__lt=since), active=True)

    def for_desk(self) -> Self:
        """As the desk lists them: with their health, texts, and the countries that they answer for."""
        return self.select_related("health", "target", "verified_by").prefetch_related(
            "texts", "answers_for", "target__texts"
        )

    def with_letters_waiting(self, campaigns: list[int]) -> Self:
        """Points where a letter of these campaigns waits: one index look-up for each point, however many wait."""
        waiting = Dispatch.objects.waiting().filter(point=models.OuterRef("pk"), campaign__in=campaigns)
        return self.takes_email().not_paused().filter(models.Exists(waiting)).order_by("pk")


# A mail of so many letters, each with 2,000 characters of own words in Chinese, is 3 MB; most servers take 10.
DIGEST_MOST = 200


def every_day() -> list[int]:
    return sorted(EVERY_DAY)


def is_time_zone(name: str) -> None:
    """Raises ValidationError."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(
            _("No time zone is called %(name)s. They are named as in Europe/Warsaw."), params={"name": name}
        ) from None


class DeliveryPoint(models.Model):
    """Where letters for a target are handed over: a street address, an e-mail address, or both."""

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    class Shape(models.TextChoices):
        AS_THEY_COME = "as_they_come", _("as they come")
        EVEN = "even", _("evenly, until the window ends")

    class Kind(models.TextChoices):
        EMBASSY = "embassy", _("Embassy")
        CONSULATE = "consulate", _("Consulate")
        MISSION = "mission", _("Mission")
        OFFICE = "office", _("Office")

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="points")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, help_text=_("ISO 3166-1 alpha-2, for example PL."))
    city = models.CharField(max_length=100)
    language = models.CharField(
        max_length=10,
        choices=settings.LANGUAGES,
        default="en",
        help_text=_("What the words above are written in; other languages stand below."),
    )
    time_zone = models.CharField(max_length=50, default="UTC", validators=[is_time_zone])
    # Of the city, to a tenth of a degree: a dot on the map of the world, nobody's door.
    latitude = models.DecimalField(
        max_digits=3, decimal_places=1, null=True, blank=True, help_text=_("Of the city, in degrees north.")
    )
    longitude = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True, help_text=_("Of the city, in degrees east.")
    )
    postal_address = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    verified_on = models.DateField(
        null=True, blank=True, help_text=_("When a person last checked the addresses against the office's own page.")
    )
    # Nobody, where it came with the content or before that was asked.
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    verified_source = models.URLField(max_length=500, blank=True, default="", db_default="", editable=False)
    takes_rest = models.BooleanField(
        default=False, help_text=_("Takes letters from countries for which no point answers; one per target.")
    )
    hourly_cap = models.PositiveIntegerField(default=60, help_text=_("At most so many e-mails an hour."))
    delivery_days = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday),
        default=every_day,
        help_text=_("E-mails go on these days, by the calendar there."),
    )
    delivery_from = models.TimeField(
        null=True, blank=True, help_text=_("By the clock there. Empty: e-mails go at any time of the day.")
    )
    delivery_until = models.TimeField(null=True, blank=True)
    shape = models.CharField(
        max_length=20,
        choices=Shape,
        default=Shape.AS_THEY_COME,
        help_text=_("The hourly number is never exceeded, either way."),
    )
    digest_every = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("One e-mail for so many letters. Empty: an e-mail for each letter.")
    )
    digest_times = ArrayField(
        models.TimeField(),
        default=list,
        blank=True,
        help_text=_("Or one e-mail at each of these times there, for all letters that wait: 09:00, 16:00"),
    )
    active = models.BooleanField(default=True)
    # Of the latest e-mail. Touched by the release task alone, never by a request; see campaign/actions/releasing.py.
    last_slot_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DeliveryPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery point")
        verbose_name_plural = _("delivery points")
        ordering = ["country", "city", "name"]
        constraints = [
            models.UniqueConstraint(fields=["target", "name"], name="one_point_per_target_and_name"),
            models.UniqueConstraint(
                fields=["target"],
                condition=models.Q(takes_rest=True),
                name="one_point_takes_the_rest",
                violation_error_message=_("Another point of this target already takes the rest."),
            ),
            models.CheckConstraint(condition=models.Q(hourly_cap__gte=1), name="point_cap_is_positive"),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    latitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__isnull=False,
                    longitude__range=(-180, 180),
                ),
                name="point_stands_on_the_globe",
                violation_error_message=_("Give both latitude and longitude, or neither."),
            ),
            models.CheckConstraint(
                condition=~models.Q(takes_rest=True) | ~models.Q(email=""),
                name="point_that_takes_the_rest_has_email",
                violation_error_message=_("A point that takes the rest needs an e-mail address."),
            ),
            models.CheckConstraint(
                condition=models.Q(delivery_days__len__gte=1, delivery_days__contained_by=every_day()),
                name="point_delivers_on_days_of_the_week",
                violation_error_message=_("Choose at least one day."),
            ),
            models.CheckConstraint(
                condition=models.Q(delivery_from__isnull=True, delivery_until__isnull=True)
                | models.Q(
                    delivery_from__isnull=False,
                    delivery_until__isnull=False,
                    delivery_from__lt=models.F("delivery_until"),
                ),
                name="point_delivers_from_until",
                violation_error_message=_("Give both times, the earlier one first, or neither."),
            ),
            models.CheckConstraint(
                condition=models.Q(digest_every__isnull=True)
                | models.Q(digest_every__range=(2, DIGEST_MOST), digest_times=[]),
                name="point_has_one_digest",
                violation_error_message=_("A digest goes every 2 to 200 letters, or at set times: choose one."),
            ),
            models.CheckConstraint(condition=models.Q(shape__in=["as_they_come", "even"]), name="point_shape_is_known"),
            models.CheckConstraint(
                condition=models.Q(verified_on__isnull=False) | models.Q(verified_by__isnull=True, verified_source=""),
                name="point_was_verified_on_a_day",
            ),
        ]
        # What was refused at the old address says nothing about the new one, whoever changes it by whatever way.
        triggers = [
            pgtrigger.Trigger(
                name="new_address_is_healthy",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("email"),
                condition=pgtrigger.Q(old__email__df=pgtrigger.F("new__email")),
                func="""
                    INSERT INTO campaign_addresshealth AS health (point_id, state, soft_count, works_since)
                    VALUES (NEW.id, 'active', 0, now())
                    ON CONFLICT (point_id) DO UPDATE SET state = 'active', soft_count = 0, works_since = now();
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError for a set time at which no letter may go: there would never be a digest."""
        opens, closes = self.delivery_from or dt.time.min, self.delivery_until
        if any(time < opens or (closes and time >= closes) for time in self.digest_times or []):
            raise ValidationError({"digest_times": _("E-mails do not go at this time there.")})

    @property
    def zone(self) -> ZoneInfo:
        """UTC for a name that no time zone has."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo("UTC")

    @property
    def hours(self) -> Hours:
        """When e-mails may go there."""
        return Hours(self.zone, frozenset(self.delivery_days), self.delivery_from, self.delivery_until)

    @property
    def domain(self) -> str:
        """Of its e-mail address: whose mail server takes its letters."""
        return self.email.rpartition("@")[2].lower()

    @property
    def refuses(self) -> bool:
        """Whether its address takes no letters, as far as is known."""
        health: AddressHealth | None = getattr(self, "health", None)
        return health is not None and health.state in AddressHealth.REFUSING

    @property
    def spacing(self) -> dt.timedelta:
        """Time from one e-mail to the next, so that an hour holds no more than the cap."""
        return dt.timedelta(hours=1) / self.hourly_cap

    @property
    def has_digests(self) -> bool:
        return self.digest_every is not None or bool(self.digest_times)

    @property
    def letters_per_mail(self) -> int:
        return self.digest_every or (DIGEST_MOST if self.digest_times else 1)


class DeliveryPointText(LanguageText):
    """The office and its city as another language names them. The street address stays as the post needs it."""

    point = models.ForeignKey(DeliveryPoint, on_delete=models.CASCADE, related_name="texts")
    name = models.CharField(max_length=200)
    city = models.CharField(max_length=100)

    class Meta(LanguageText.Meta):
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [models.UniqueConstraint(fields=["point", "language"], name="one_point_text_per_language")]


class AnswersFor(models.Model):
    """A country whose letters go to this point; for one target each country has at most one point."""

    point = models.ForeignKey(DeliveryPoint, on_delete=models.CASCADE, related_name="answers_for")
    target = models.ForeignKey(Target, on_delete=models.CASCADE, editable=False, related_name="+")
    country = models.CharField(max_length=2)

    class Meta:
        verbose_name = _("country it answers for")
        verbose_name_plural = _("countries it answers for")
        constraints = [
            models.UniqueConstraint(
                fields=["target", "country"],
                name="one_point_answers_for_a_country",
                violation_error_message=_("Another point already answers for this country."),
            )
        ]

    def __str__(self) -> str:
        return self.country

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.target_id = self.point.target_id
        super().save(*args, **kwargs)


class LetterCount(NamedTuple):
    point: int
    channel: str
    state: str
    letters: int
    first_accepted_at: dt.datetime | None


class DispatchQuerySet(StatefulQuerySet):
    def waiting(self) -> Self:
        """Planned e-mails of campaigns that are not paused; the window and the cap are the caller's."""
        return self.filter(state=Dispatch.State.PLANNED, channel=Dispatch.Channel.EMAIL, campaign__paused=False)

    def stopped(self) -> Self:
        """Those that may not go at this moment, whatever their state: something of theirs is paused or held."""
        of_campaign = models.Q(campaign__paused=True) | models.Q(
            campaign__holds__isnull=False, campaign__holds__lifted_at__isnull=True
        )
        return self.filter(of_campaign | models.Q(point__in=DeliveryPoint.objects.paused()))

    def for_mail(self) -> Self:
        return self.select_related("point", "signature__campaign__organisation").prefetch_related(
            "point__texts",
            "signature__campaign__texts",
            "signature__campaign__organisation__texts",
            "signature__letter__texts",
        )

    def for_news(self) -> Self:
        """With all that tells what became of them, and not their words."""
        return self.select_related("point", "pack").prefetch_related("point__texts").defer("as_sent").order_by("pk")

    def in_pack(self, pack: models.Model) -> Self:
        """In the order in which they are printed."""
        return self.filter(pack=pack, state=Dispatch.State.PACKED).order_by("place")

    def for_paper(self) -> Self:
        """With what of the signer is printed, and not the address."""
        printed = ["name", "display", "country", "city", "own_words", "language"]
        return self.select_related("signature").only("place", *(f"signature__{name}" for name in printed))

    def unsent(self) -> Self:
        waits = [Dispatch.State.UNREAD, Dispatch.State.PLANNED, Dispatch.State.QUEUED, Dispatch.State.HELD]
        return self.filter(state__in=waits)

    def gone(self) -> Self:
        """Those on their way or there, as far as anybody knows; a pack that somebody has fetched may be printed."""
        here = [Dispatch.State.UNREAD, Dispatch.State.PLANNED, Dispatch.State.QUEUED, Dispatch.State.HELD]
        never = [Dispatch.State.CANCELLED, Dispatch.State.REROUTED]
        in_a_drawer = models.Q(state=Dispatch.State.PACKED) & ~models.Q(pack__state="handed_out")
        return self.exclude(models.Q(state__in=[*here, *never]) | in_a_drawer)

    def counted(self, campaign_id: int) -> list["LetterCount"]:
        """How many of the campaign's letters stand in which state, by delivery point and channel.

        One grouped query over all of them: keep its answer for a while.
        """
        rows = self.filter(campaign=campaign_id).order_by().values_list("point", "channel", "state")
        return [LetterCount(*row) for row in rows.annotate(models.Count("pk"), models.Min("accepted_at"))]

    def sent_since(self, moment: dt.datetime, *, points: list[int]) -> dict[int, int]:
        """How many e-mails went on their way since then, by delivery point."""
        sent = self.filter(point__in=points, queued_at__gt=moment, channel=Dispatch.Channel.EMAIL)
        mails = models.Count("pk", filter=models.Q(digest=None)) + models.Count("digest", distinct=True)
        return dict(sent.order_by().values("point").annotate(mails=mails).values_list("point", "mails"))

    def accepted_since(self, moment: dt.datetime) -> Self:
        """Those that a mail server has taken and not sent back."""
        taken = [Dispatch.State.ACCEPTED, Dispatch.State.PRESUMED_DELIVERED, Dispatch.State.REPLIED]
        return self.filter(state__in=taken, accepted_at__gt=moment)

    def silent_since(self, moment: dt.datetime) -> Self:
        return self.filter(state=Dispatch.State.ACCEPTED, accepted_at__lte=moment)


class DispatchState(models.TextChoices):
    UNREAD = "unread", _("waiting for somebody to read the own words in it")
    PLANNED = "planned", _("waiting for its turn")
    QUEUED = "queued", _("about to be sent")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("accepted by the recipient's mail server")
    PRESUMED_DELIVERED = "presumed_delivered", _("delivered, as far as can be known")
    REPLIED = "replied", _("answered")
    BOUNCED = "bounced", _("refused by the recipient's mail server")
    REROUTED = "rerouted", _("sent another way")
    HELD = "held", _("held back")
    CANCELLED = "cancelled", _("not sent")
    PACKED = "packed", _("printed in a pack")
    POSTED = "posted", _("posted")
    DELIVERED = "delivered", pgettext_lazy("letter", "handed over")
    RETURNED = "returned", _("came back")
    UNKNOWN = "unknown", _("unclear: the connection broke while it was sent")


DISPATCH_STEPS = {
    # Its own words are read first (docs/adr/0023); where that is undone, it waits again.
    DispatchState.UNREAD: [DispatchState.PLANNED, DispatchState.CANCELLED],
    DispatchState.PLANNED: [
        DispatchState.QUEUED,
        DispatchState.UNREAD,
        DispatchState.HELD,
        DispatchState.CANCELLED,
        # The address stopped taking letters before this one's turn came.
        DispatchState.REROUTED,
        # By post it waits for the next pack.
        DispatchState.PACKED,
    ],
    # On paper a letter is packed as soon as it is planned; a pack that nobody has downloaded can be made anew.
    DispatchState.PACKED: [
        DispatchState.POSTED,
        DispatchState.DELIVERED,
        DispatchState.RETURNED,
        DispatchState.CANCELLED,
    ],
    # A report from the door that was wrong is taken back, and the right one follows: then it is in the pack again.
    DispatchState.POSTED: [DispatchState.DELIVERED, DispatchState.RETURNED, DispatchState.PACKED],
    DispatchState.DELIVERED: [DispatchState.REPLIED, DispatchState.PACKED],
    DispatchState.RETURNED: [DispatchState.PACKED],
    DispatchState.HELD: [DispatchState.PLANNED, DispatchState.UNREAD, DispatchState.CANCELLED],
    DispatchState.QUEUED: [DispatchState.SENDING, DispatchState.PLANNED, DispatchState.HELD, DispatchState.CANCELLED],
    DispatchState.SENDING: [
        DispatchState.ACCEPTED,
        DispatchState.QUEUED,
        DispatchState.BOUNCED,
        DispatchState.UNKNOWN,
        DispatchState.CANCELLED,
    ],
    DispatchState.ACCEPTED: [DispatchState.PRESUMED_DELIVERED, DispatchState.BOUNCED, DispatchState.REPLIED],
    DispatchState.PRESUMED_DELIVERED: [DispatchState.BOUNCED, DispatchState.REPLIED],
    DispatchState.BOUNCED: [DispatchState.REROUTED],
    # Withdrawn before it went, then signed again: by e-mail it waits for its turn, on paper it is in the next pack.
    DispatchState.CANCELLED: [DispatchState.PLANNED, DispatchState.UNREAD, DispatchState.PACKED],
    # A person who found out what happened may settle it; nothing resends it by itself.
    DispatchState.UNKNOWN: [
        DispatchState.ACCEPTED,
        DispatchState.BOUNCED,
        DispatchState.CANCELLED,
        DispatchState.REPLIED,
        DispatchState.QUEUED,
    ],
    # What was taken for an answer was a machine's after all: as it was before.
    DispatchState.REPLIED: [
        DispatchState.ACCEPTED,
        DispatchState.PRESUMED_DELIVERED,
        DispatchState.DELIVERED,
        DispatchState.UNKNOWN,
    ],
}


class Dispatch(Stateful):
    """One letter on its way to one delivery point by one channel."""

    State = DispatchState

    class Channel(models.TextChoices):
        EMAIL = "email", _("by e-mail")
        HAND = "hand", _("by hand")
        POST = "post", _("by post")

    TRANSITIONS = DISPATCH_STEPS

    signature = models.ForeignKey("campaign.Signature", on_delete=models.PROTECT, related_name="dispatches")
    # The signature's, written by the database: what waits is found by it, among any number.
    campaign = models.ForeignKey(
        "campaign.Campaign", on_delete=models.PROTECT, editable=False, related_name="+", db_index=False
    )
    point = models.ForeignKey(DeliveryPoint, on_delete=models.PROTECT, related_name="dispatches")
    channel = models.CharField(max_length=10, choices=Channel, db_default=Channel.EMAIL)
    # The refused one that it goes instead of: each has at most one such, so no letter becomes two.
    instead_of = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="rerouted_to"
    )
    state = StateField(choices=State, default=State.PLANNED, protected=True)
    planned_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    # The mail in which it goes together with others, where the point wants them so.
    digest = models.ForeignKey(
        "campaign.Digest", null=True, blank=True, on_delete=models.PROTECT, related_name="dispatches", db_index=False
    )
    # Where it stands on paper: the pack, and its number among all for this point, from 1.
    pack = models.ForeignKey(
        "campaign.Pack", null=True, blank=True, on_delete=models.PROTECT, related_name="dispatches"
    )
    place = models.PositiveIntegerField(null=True, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)
    # The letter as it went out, so that the supporter reads what the embassy read.
    as_sent = SealedTextField(null=True, blank=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        constraints = [
            models.UniqueConstraint(
                fields=["signature", "point", "channel"], name="one_dispatch_per_signature_and_point"
            ),
            is_one_of(DispatchState, name="dispatch_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=False)
                | ~models.Q(state__in=[DispatchState.ACCEPTED, DispatchState.PRESUMED_DELIVERED]),
                name="accepted_dispatch_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["digest"], condition=models.Q(digest__isnull=False), name="dispatch_in_digest"),
            models.Index(fields=["pack", "place"], condition=models.Q(pack__isnull=False), name="dispatch_in_pack"),
            models.Index(
                fields=["point", "campaign", "id"],
                condition=models.Q(state=DispatchState.PLANNED, channel="email"),
                name="dispatch_waiting",
            ),
            models.Index(fields=["point"], condition=models.Q(state=DispatchState.HELD), name="dispatch_held"),
            models.Index(fields=["point", "queued_at"], name="dispatch_point_queued"),
            models.Index(
                fields=["accepted_at"], condition=models.Q(state=DispatchState.ACCEPTED), name="dispatch_silent"
            ),
        ]
        triggers = [
            *state_rules(DISPATCH_STEPS, log="campaign_dispatchchange"),
            # These two states are the ways out of the house, for e-mails and for paper.
            pgtrigger.Trigger(
                name="unread_words_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Q(new__state__in=["queued", "packed"]),
                func="""
                    IF EXISTS (
                        SELECT FROM campaign_ownwords WHERE signature_id = NEW.signature_id AND state = 'unread'
                    ) THEN
                        RAISE check_violation USING MESSAGE = 'unread_words_stay: nobody has read the own words in it';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="campaign_of_signature",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__campaign__isnull=True),
                func="""
                    SELECT campaign_id INTO NEW.campaign_id FROM campaign_signature WHERE id = NEW.signature_id;
                    RETURN NEW;
                """,
            ),
            # Whoever names another is put right. Once for a statement: those that plan packs write 5,000 rows.
            pgtrigger.Trigger(
                name="no_other_campaign",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="written"),
                func="""
                    UPDATE campaign_dispatch mine SET campaign_id = signature.campaign_id
                    FROM written JOIN campaign_signature signature ON signature.id = written.signature_id
                    WHERE mine.id = written.id AND written.campaign_id <> signature.campaign_id;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="count_planned",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="planned"),
                func="""
                    INSERT INTO campaign_tallymove (campaign_id, dimension, key, delta)
                    SELECT campaign_id, 'letters', channel || ' ' || state, COUNT(*) FROM planned
                    GROUP BY campaign_id, channel, state;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="count_moved",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="before", new="after"),
                func="""
                    INSERT INTO campaign_tallymove (campaign_id, dimension, key, delta)
                    SELECT moved.campaign_id, 'letters', moved.key, SUM(moved.delta)
                    FROM before
                    JOIN after USING (id)
                    CROSS JOIN LATERAL (VALUES
                        (before.campaign_id, before.channel || ' ' || before.state, -1),
                        (after.campaign_id, after.channel || ' ' || after.state, 1)
                    ) AS moved (campaign_id, key, delta)
                    WHERE before.state <> after.state OR before.channel <> after.channel
                        OR before.campaign_id <> after.campaign_id
                    GROUP BY moved.campaign_id, moved.key
                    HAVING SUM(moved.delta) <> 0;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"


class DispatchChange(StateChange):
    row = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="changes")

    class Meta:
        indexes = [
            models.Index(fields=["at"], condition=models.Q(new=DispatchState.BOUNCED), name="dispatch_change_refused")
        ]
