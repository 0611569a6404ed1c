import datetime as dt
from typing import Self
from zoneinfo import ZoneInfo

import pghistory
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.roles import Role
from accounts.rules import has_role, may_see_all_campaigns
from campaign.models.delivery import DeliveryPoint, Dispatch, Target, is_time_zone
from campaign.models.observance import Observance
from campaign.models.translated import TranslatedText, approval_rules, approved_texts
from cases.models import Case, Publication
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class CampaignQuerySet(StatefulQuerySet):
    def public(self) -> Self:
        return self.filter(state__in=Campaign.PUBLIC_STATES)

    def open(self) -> Self:
        return self.filter(state=Campaign.State.OPEN)

    def public_but_not_open(self) -> Self:
        """Those that open later, and those that were: signed, delivered, to be read."""
        return self.public().exclude(state=Campaign.State.OPEN)

    def due_to_open(self, now: dt.datetime) -> Self:
        return self.filter(state=Campaign.State.SCHEDULED, opens_at__lte=now)

    def due_to_close(self, now: dt.datetime) -> Self:
        return self.filter(state=Campaign.State.OPEN, closes_at__lte=now)

    def delivering(self, now: dt.datetime) -> Self:
        """Those whose letters may go out at this moment."""
        return self.filter(
            state__in=[Campaign.State.OPEN, Campaign.State.CLOSED],
            paused=False,
            deliver_from__lte=now,
            deliver_until__gt=now,
        ).exclude(pk__in=Campaign.objects.held())

    def sending(self) -> Self:
        """Those of which letters go out, or will."""
        return self.filter(state__in=[Campaign.State.SCHEDULED, Campaign.State.OPEN, Campaign.State.CLOSED])

    def sending_to(self, point: "DeliveryPoint") -> Self:
        """Those whose letters go to this point, as their addressing names it."""
        chosen = models.Q(addressing=Campaign.Addressing.CHOSEN)
        named = chosen & models.Q(chosen_points=point) | ~chosen & models.Q(target=point.target_id)
        return self.sending().filter(named).distinct()

    def delivering_to(self, points: models.QuerySet[DeliveryPoint]) -> Self:
        """Those of which letters go, or will, to one of these points."""
        chosen = Campaign.Addressing.CHOSEN
        return self.sending().filter(
            models.Q(addressing=chosen, chosen_points__in=points)
            | ~models.Q(addressing=chosen) & models.Q(target__in=points.values("target"))
        )

    def held(self) -> Self:
        """Those whose letters wait until an organizer has looked at a case."""
        return self.filter(holds__isnull=False, holds__lifted_at__isnull=True)

    def of(self, user: settings.AUTH_USER_MODEL) -> Self:  # type: ignore[name-defined]
        """Those of this person's organisations, to look at; all of them for a superuser."""
        return self if user.is_superuser else self.filter(organisation__memberships__user=user)

    def run_by(self, user: settings.AUTH_USER_MODEL) -> Self:  # type: ignore[name-defined]
        """Those that this person may prepare and run."""
        return self if user.is_superuser else self.filter(organisation__in=Organisation.objects.run_by(user))

    def moderated_by(self, user: settings.AUTH_USER_MODEL) -> Self:  # type: ignore[name-defined]
        """Those on whose supporters' own words this person may decide."""
        return self if has_role(user, Role.ABUSE) else self.run_by(user)

    def seen_by(self, user: settings.AUTH_USER_MODEL) -> Self:  # type: ignore[name-defined]
        """Those of which this person may open the desk's pages: their organisations' own, and all for staff who review
        or audit campaigns.
        """
        return self if may_see_all_campaigns(user) else self.of(user)

    def translated_by(self, user: settings.AUTH_USER_MODEL) -> Self:  # type: ignore[name-defined]
        """Those whose texts this person may translate: their own, and all for a translator of the site."""
        working = self.exclude(state=Campaign.State.ARCHIVED)
        return working if has_role(user, Role.TRANSLATOR) else working.run_by(user)

    def worked_on_by(self, user: settings.AUTH_USER_MODEL) -> Self:  # type: ignore[name-defined]
        """Those that this person sees, and those that they translate."""
        campaigns = Campaign.objects
        seen = models.Q(pk__in=campaigns.seen_by(user).values("pk"))
        return self.filter(seen | models.Q(pk__in=campaigns.translated_by(user).values("pk")))

    def calling(self) -> "list[Campaign]":
        """Those that can be signed now, with `title` and `ask` as face.words keeps words: one query, as a case page
        leads to them.
        """
        open_now = CampaignText.objects.filter(campaign__in=self.open().order_by().values("pk"))
        found: dict[Campaign, list[CampaignText]] = {}
        for text in open_now.select_related("campaign").order_by("campaign__closes_at", "campaign_id"):
            found.setdefault(text.campaign, []).append(text)
        for campaign, written in found.items():
            texts = approved_texts(written, campaign.source_language)
            for name in ("title", "ask"):
                setattr(campaign, name, {code: {"text": getattr(text, name)} for code, text in texts.items()})
        return list(found)

    def templates(self) -> Self:
        """Those that others may begin from: what they say has been public."""
        return self.filter(is_template=True, state__in=[*Campaign.PUBLIC_STATES, Campaign.State.ARCHIVED])

    def saying(self, words: str) -> Self:
        """Those whose address or title, in any language, has these words."""
        found = self
        for word in words.split():
            titled = CampaignText.objects.filter(campaign=models.OuterRef("pk"), title__icontains=word)
            found = found.filter(models.Q(slug__icontains=word) | models.Exists(titled))
        return found

    def for_pages(self) -> Self:
        return self.select_related("organisation", "observance", "target").prefetch_related(
            "texts", "observance__texts", "observance__moved_dates"
        )


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    DELIVERED = "delivered", _("delivered")
    ARCHIVED = "archived", _("archived")


def every_channel() -> list[str]:
    return list(Dispatch.Channel.values)


CAMPAIGN_STEPS = {
    CampaignState.DRAFT: [CampaignState.IN_REVIEW],
    CampaignState.IN_REVIEW: [CampaignState.DRAFT, CampaignState.SCHEDULED, CampaignState.OPEN],
    CampaignState.SCHEDULED: [CampaignState.DRAFT, CampaignState.OPEN],
    CampaignState.OPEN: [CampaignState.CLOSED],
    CampaignState.CLOSED: [CampaignState.OPEN, CampaignState.DELIVERED],
    CampaignState.DELIVERED: [CampaignState.ARCHIVED],
}


@pghistory.track(exclude=["state"])
class Campaign(Stateful):
    """One run of collecting signatures and delivering letters, often a year's edition of an observance."""

    State = CampaignState

    TRANSITIONS = CAMPAIGN_STEPS
    PUBLIC_STATES = (State.SCHEDULED, State.OPEN, State.CLOSED, State.DELIVERED)

    class Addressing(models.TextChoices):
        NEAREST = "nearest", _("the point that answers for the supporter's country")
        ALL = "all", _("every delivery point of the target")
        CHOSEN = "chosen", _("the delivery points chosen below")

    slug = models.SlugField(unique=True, max_length=100)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="campaigns")
    observance = models.ForeignKey(
        Observance, null=True, blank=True, on_delete=models.PROTECT, related_name="campaigns"
    )
    edition = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("The year, for an edition of an observance.")
    )
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="campaigns")
    source_language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    addressee_language = models.CharField(
        max_length=10,
        choices=settings.LANGUAGES,
        default="en",
        help_text=_("Letters go out in this language first, the supporter's own beside it."),
    )
    cases = models.ManyToManyField(
        Case,
        blank=True,
        related_name="campaigns",
        help_text=_("Whom the letter speaks of. Only cases with a public page."),
    )
    goal = models.PositiveIntegerField(default=1000)
    state = StateField(choices=State, default=State.DRAFT, protected=True)
    paused = models.BooleanField(
        default=False, help_text=_("Stops the sending of letters, never the collecting of signatures.")
    )
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    deliver_from = models.DateTimeField()
    deliver_until = models.DateTimeField()
    addressing = models.CharField(max_length=10, choices=Addressing, default=Addressing.NEAREST)
    chosen_points = models.ManyToManyField(DeliveryPoint, blank=True, related_name="+")
    channels = ArrayField(
        models.CharField(max_length=10, choices=Dispatch.Channel),
        default=every_channel,
        help_text=_("The ways by which its letters go."),
    )
    reads_own_words = models.BooleanField(
        default=True,
        db_default=True,
        help_text=_("Letters with a supporter’s own words wait until somebody has read them."),
    )
    # In which its organizers think of opening and closing.
    time_zone = models.CharField(max_length=50, default="UTC", validators=[is_time_zone])
    # SHA-256 of the re-encoded picture, and its name; empty where there is none.
    cover = models.CharField(max_length=64, blank=True, editable=False)
    cover_width = models.PositiveIntegerField(default=0, editable=False)
    cover_height = models.PositiveIntegerField(default=0, editable=False)
    is_template = models.BooleanField(
        default=False, help_text=_("Organizers of every organisation may begin theirs from it.")
    )
    # The steps of its preparation that somebody has saved (campaign.launching.STEPS).
    prepared = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-opens_at", "slug"]
        constraints = [
            is_one_of(CampaignState, name="campaign_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="campaign_opens_before_it_closes",
                violation_error_message=_("The campaign must open before it closes."),
            ),
            models.CheckConstraint(
                condition=models.Q(deliver_from__lt=models.F("deliver_until")),
                name="campaign_delivery_window_has_length",
                violation_error_message=_("The delivery window must start before it ends."),
            ),
            models.CheckConstraint(
                condition=models.Q(closes_at__lte=models.F("deliver_until")),
                name="campaign_delivers_until_it_closes",
                violation_error_message=_("Letters signed on the last day must have time to go out."),
            ),
            models.CheckConstraint(
                condition=models.Q(observance__isnull=True, edition__isnull=True)
                | models.Q(observance__isnull=False, edition__isnull=False),
                name="edition_belongs_to_an_observance",
                violation_error_message=_("An observance needs the year of its edition, and a year its observance."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "observance", "edition"], name="one_edition_a_year_per_organisation"
            ),
            models.CheckConstraint(condition=models.Q(goal__gte=1), name="campaign_goal_is_positive"),
            models.CheckConstraint(
                condition=models.Q(channels__len__gt=0, channels__contained_by=Dispatch.Channel.values),
                name="campaign_channels_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(cover="", cover_width=0, cover_height=0)
                | (~models.Q(cover="") & models.Q(cover_width__gt=0, cover_height__gt=0)),
                name="campaign_cover_has_a_size",
            ),
        ]
        triggers = state_rules(CAMPAIGN_STEPS, log="campaign_campaignchange")

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("campaign", args=[self.slug])

    def url_in(self, language: str) -> str:
        with translation.override(language):
            return self.get_absolute_url()

    def approved_texts(self) -> "dict[str, CampaignText]":
        """What the public may read of it, by language. No query where `texts` is prefetched."""
        return approved_texts(self.texts.all(), self.source_language)

    def text_in(self, language: str) -> "CampaignText | None":
        """As the public reads it in that language, or in the campaign's own; None where that is not written yet."""
        texts = self.approved_texts()
        return texts.get(language) or texts.get(self.source_language)

    def title_in(self, language: str) -> str:
        """Its title as the public reads it there; the name in its address while it has none."""
        text = self.text_in(language)
        return (text.title if text else "") or self.slug

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def accepts_signatures(self, now: dt.datetime) -> bool:
        return self.state == self.State.OPEN and self.opens_at <= now < self.closes_at

    def paused_by(self) -> tuple[dt.datetime, User | None] | None:
        """Since when its flag stands, and who set it, as the history says; None for one that was made with it."""
        history = apps.get_model("campaign", "CampaignEvent").objects.filter(pgh_obj=self.pk)
        before = history.filter(paused=False).aggregate(last=models.Max("pgh_id"))["last"] or 0
        event = history.filter(pgh_id__gt=before).select_related("pgh_context").order_by("pgh_id").first()
        if not self.paused or event is None:
            return None
        by: int = (event.pgh_context and event.pgh_context.metadata.get("user")) or 0
        return event.pgh_created_at, User.objects.filter(pk=by).first()

    def live_cases(self) -> models.QuerySet[Publication]:
        """What the public can read of the people whom the letter speaks of."""
        return Publication.objects.filter(pk__in=self.cases.values("live")).order_by("-number", "-pk")

    def observance_date(self) -> dt.date | None:
        return self.observance.date_in(self.edition) if self.observance and self.edition else None


@pghistory.track()
class CampaignText(TranslatedText):
    WORDS = ("title", "ask", "background", "share_text", "cover_alt")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="texts")
    title = models.CharField(max_length=120)
    ask = models.CharField(max_length=300, help_text=_("What is asked, in one line."))
    background = models.TextField(help_text=_("Who is at risk. Plain text; an empty line starts a new paragraph."))
    share_text = models.CharField(
        max_length=200, blank=True, help_text=_("Under the title where the page is shared. Empty: the ask.")
    )
    cover_alt = models.CharField(
        max_length=300, blank=True, help_text=_("What the cover picture shows, for people who do not see it.")
    )

    class Meta(TranslatedText.Meta):
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "language"], name="one_campaign_text_per_language"),
            *approval_rules("campaign_text"),
        ]


class CampaignSource(models.Model):
    """What the background rests on."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="sources")
    publisher = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    date = models.CharField(max_length=20, help_text=_("As exact as the source's own: 2013, 2012-02 or 2018-09-24."))

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["date", "pk"]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"


class CampaignChange(StateChange):
    row = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="changes")
