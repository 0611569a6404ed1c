"""Whom a letter addresses, where it is handed over, and each letter on its way there."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from face.texts import LanguageText
from privacy.fields import SealedTextField
from states import StateChange, Stateful, StatefulQuerySet, is_one_of, state_rules


class Target(models.Model):
    """Whom letters address: an office. The forms of address stand in the letter's texts."""

    slug = models.SlugField(unique=True, max_length=80)

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


class DeliveryPointQuerySet(models.QuerySet["DeliveryPoint"]):
    def takes_email(self) -> Self:
        return self.filter(active=True).exclude(email="")

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

    def with_letters_waiting(self, campaigns: list[int]) -> Self:
        """Points where a letter of these campaigns waits: one index look-up for each point, however many wait."""
        waiting = Dispatch.objects.waiting().filter(point=models.OuterRef("pk"), signature__campaign__in=campaigns)
        return self.takes_email().filter(models.Exists(waiting)).order_by("pk")


class DeliveryPoint(models.Model):
    """Where letters for a target are handed over: a street address, an e-mail address, or both."""

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
    time_zone = models.CharField(max_length=50, default="UTC")
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
    takes_rest = models.BooleanField(
        default=False, help_text=_("Takes letters from countries for which no point answers; one per target.")
    )
    hourly_cap = models.PositiveIntegerField(default=60, help_text=_("At most so many e-mails an hour."))
    active = models.BooleanField(default=True)
    # Touched by the release task alone, never by a request; see campaign/actions/deliveries.py.
    next_slot_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DeliveryPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery point")
        verbose_name_plural = _("delivery points")
        ordering = ["country", "city", "name"]
        constraints = [
            models.UniqueConstraint(fields=["target", "name"], name="one_point_per_target_and_name"),
            models.UniqueConstraint(
                fields=["target"], condition=models.Q(takes_rest=True), name="one_point_takes_the_rest"
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
                condition=~models.Q(takes_rest=True) | ~models.Q(email=""), name="point_that_takes_the_rest_has_email"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def spacing(self) -> dt.timedelta:
        """Time from one letter to the next, so that an hour holds no more than the cap."""
        return dt.timedelta(hours=1) / self.hourly_cap


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


class DispatchQuerySet(StatefulQuerySet):
    def waiting(self) -> Self:
        """Planned e-mails of campaigns that are not paused; the window and the cap are the caller's."""
        return self.filter(
            state=Dispatch.State.PLANNED, channel=Dispatch.Channel.EMAIL, signature__campaign__paused=False
        )

    def for_mail(self) -> Self:
        return self.select_related("point", "signature__campaign__organisation").prefetch_related(
            "point__texts",
            "signature__campaign__texts",
            "signature__campaign__organisation__texts",
            "signature__letter__texts",
        )

    def in_pack(self, pack: models.Model) -> Self:
        """In the order in which they are printed."""
        return self.filter(pack=pack, state=Dispatch.State.PACKED).order_by("place")

    def for_paper(self) -> Self:
        """With what of the signer is printed, and not the address."""
        printed = ["name", "display", "country", "city", "own_words", "language"]
        return self.select_related("signature").only("place", *(f"signature__{name}" for name in printed))

    def unsent(self) -> Self:
        return self.filter(state__in=[Dispatch.State.PLANNED, Dispatch.State.QUEUED, Dispatch.State.HELD])

    def counts_by_point(self, campaign_id: int) -> dict[int, dict[str, int]]:
        """How many of the campaign's letters stand in which state, by delivery point.

        One grouped query over all of them: keep its answer for a while.
        """
        rows = (
            self.filter(signature__campaign=campaign_id)
            .order_by()
            .values_list("point", "state")
            .annotate(letters=models.Count("pk"))
        )
        counts: dict[int, dict[str, int]] = {}
        for point, state, letters in rows:
            counts.setdefault(point, {})[state] = letters
        return counts

    def silent_since(self, moment: dt.datetime) -> Self:
        return self.filter(state=Dispatch.State.ACCEPTED, accepted_at__lte=moment)


class DispatchState(models.TextChoices):
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
    DELIVERED = "delivered", _("handed over")
    RETURNED = "returned", _("came back")
    UNKNOWN = "unknown", _("unclear: the connection broke while it was sent")


DISPATCH_STEPS = {
    DispatchState.PLANNED: [DispatchState.QUEUED, DispatchState.HELD, DispatchState.CANCELLED],
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
    DispatchState.HELD: [DispatchState.PLANNED, DispatchState.CANCELLED],
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
    DispatchState.CANCELLED: [DispatchState.PLANNED, DispatchState.PACKED],
    # A person who found out what happened may settle it; nothing resends it by itself.
    DispatchState.UNKNOWN: [
        DispatchState.ACCEPTED,
        DispatchState.BOUNCED,
        DispatchState.CANCELLED,
        DispatchState.REPLIED,
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
    point = models.ForeignKey(DeliveryPoint, on_delete=models.PROTECT, related_name="dispatches")
    channel = models.CharField(max_length=10, choices=Channel, db_default=Channel.EMAIL)
    state = FSMField(choices=State, default=State.PLANNED, protected=True)
    planned_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
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
            models.Index(fields=["pack", "place"], condition=models.Q(pack__isnull=False), name="dispatch_in_pack"),
            models.Index(
                fields=["point", "id"], condition=models.Q(state=DispatchState.PLANNED), name="dispatch_waiting"
            ),
            models.Index(fields=["point", "queued_at"], name="dispatch_point_queued"),
            models.Index(
                fields=["accepted_at"], condition=models.Q(state=DispatchState.ACCEPTED), name="dispatch_silent"
            ),
        ]
        triggers = state_rules(DISPATCH_STEPS, log="campaign_dispatchchange")

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"


class DispatchChange(StateChange):
    row = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="changes")
