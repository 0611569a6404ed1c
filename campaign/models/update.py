"""News that organizers write to the supporters who asked for them."""

import datetime as dt
from typing import Self
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.rules import may_see_all_campaigns
from campaign.models.campaign import Campaign
from campaign.models.delivery import is_time_zone
from campaign.models.signature import Signature
from face.texts import LanguageText
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules

# What reaches more people than this, a second person has to release.
MANY = 1_000


class UpdateState(models.TextChoices):
    DRAFT = "draft", _("draft")
    WAITING = "waiting", _("waits for a second person")
    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("is being sent")
    STOPPED = "stopped", _("stopped")
    SENT = "sent", _("sent")
    ENDED = "ended", _("ended before all had it")


UPDATE_STEPS = {
    UpdateState.DRAFT: [UpdateState.WAITING, UpdateState.SCHEDULED],
    UpdateState.WAITING: [UpdateState.DRAFT, UpdateState.SCHEDULED],
    # More people may have asked for it since: then it waits for a second person after all.
    UpdateState.SCHEDULED: [UpdateState.DRAFT, UpdateState.WAITING, UpdateState.SENDING],
    UpdateState.SENDING: [UpdateState.STOPPED, UpdateState.SENT],
    UpdateState.STOPPED: [UpdateState.SENDING, UpdateState.ENDED],
}


class UpdateQuerySet(StatefulQuerySet):
    def due(self, now: dt.datetime) -> Self:
        return self.filter(state=UpdateState.SCHEDULED, send_at__lte=now).order_by("send_at", "pk")

    def sending(self) -> Self:
        return self.filter(state=UpdateState.SENDING).order_by("started_at", "pk")

    def on_page_of(self, campaign: Campaign) -> Self:
        """What the campaign's page shows of them, the latest first."""
        begun = self.filter(campaign=campaign, is_public=True, off_page_at=None, started_at__isnull=False)
        return begun.prefetch_related("texts").order_by("-started_at", "-pk")

    def run_by(self, user: User) -> Self:
        """Those that this person may write and send: their organisations', as a campaign's own or as its partner's."""
        if user.is_superuser:
            return self
        theirs = Organisation.objects.run_by(user)
        return self.filter(Q(partner=None, campaign__organisation__in=theirs) | Q(partner__in=theirs))

    def seen_by(self, user: User) -> Self:
        """The same, and the campaign's own to look at for viewers; all of them for staff who see all campaigns."""
        if may_see_all_campaigns(user):
            return self
        of_partners = Q(partner__in=Organisation.objects.run_by(user))
        return self.filter(Q(partner=None, campaign__in=Campaign.objects.of(user)) | of_partners)

    def for_desk(self) -> Self:
        people = self.select_related("written_by", "asked_by", "released_by", "off_page_by", "partner")
        return people.prefetch_related("texts", "partner__texts")


class Update(Stateful):
    """One piece of news, by mail to those who asked for updates; a public one stands on the campaign's page too."""

    State = UpdateState
    TRANSITIONS = UPDATE_STEPS
    BEGUN = (State.SENDING, State.STOPPED, State.SENT, State.ENDED)

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="updates")
    # Who writes to those who said yes to its mails; none where the campaign's own organisation does.
    partner = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    state = StateField(choices=State, default=State.DRAFT, protected=True)
    is_public = models.BooleanField(default=True)
    # Whoever changed the words last.
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # Of the words that were to be sent then: nothing else is.
    digest = models.CharField(max_length=64, blank=True, default="")
    send_at = models.DateTimeField(null=True)
    time_zone = models.CharField(max_length=50, default="UTC", validators=[is_time_zone])
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    # How many asked for updates when it began; each of them is planned up to this signature.
    recipients = models.PositiveIntegerField(null=True)
    planned_to = models.BigIntegerField(default=0)
    is_planned = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # A public one that no longer stands on the page; whoever has it by mail keeps it.
    off_page_at = models.DateTimeField(null=True)
    off_page_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    off_page_reason = models.CharField(max_length=300, blank=True, default="")

    objects = UpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-pk"]
        constraints = [
            is_one_of(UpdateState, name="update_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="draft", asked_by__isnull=True, digest="", send_at__isnull=True)
                | (~Q(state="draft") & Q(asked_by__isnull=False, send_at__isnull=False) & ~Q(digest="")),
                name="update_to_send_says_what_and_when",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True, released_at__isnull=True)
                | (Q(released_by__isnull=False, released_at__isnull=False) & ~Q(state__in=["draft", "waiting"])),
                name="released_update_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True)
                | (~Q(released_by=F("written_by")) & ~Q(released_by=F("asked_by"))),
                name="update_is_released_by_another",
            ),
            models.CheckConstraint(
                condition=Q(recipients__isnull=True) | Q(recipients__lte=MANY) | Q(released_by__isnull=False),
                name="update_to_many_is_released",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["sending", "stopped", "sent", "ended"],
                    recipients__isnull=False,
                    started_at__isnull=False,
                )
                | Q(
                    state__in=["draft", "waiting", "scheduled"],
                    recipients__isnull=True,
                    started_at__isnull=True,
                ),
                name="begun_update_says_to_how_many",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "ended"], ended_at__isnull=False)
                | (~Q(state__in=["sent", "ended"]) & Q(ended_at__isnull=True)),
                name="ended_update_says_when",
            ),
            models.CheckConstraint(
                condition=Q(partner__isnull=True) | Q(is_public=False), name="partners_update_is_on_no_page"
            ),
            models.CheckConstraint(
                condition=Q(off_page_at__isnull=True, off_page_by__isnull=True, off_page_reason="")
                | (
                    Q(off_page_at__isnull=False, off_page_by__isnull=False, is_public=True, started_at__isnull=False)
                    & ~Q(off_page_reason="")
                ),
                name="update_off_the_page_says_why",
            ),
        ]
        triggers = [
            *state_rules(UPDATE_STEPS, log="campaign_updatechange"),
            pgtrigger.Protect(
                name="asked_update_is_kept",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="draft"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.pk}"

    @property
    def organisation(self) -> Organisation:
        """Who writes."""
        return self.partner or self.campaign.organisation

    @property
    def has_begun(self) -> bool:
        return self.state in self.BEGUN

    @property
    def is_for_page(self) -> bool:
        """Stands on the page of the campaign, or will when it goes."""
        return self.is_public and self.off_page_at is None

    @property
    def send_at_there(self) -> dt.datetime | None:
        """By the clock of the zone in which it was set."""
        return self.send_at.astimezone(ZoneInfo(self.time_zone)) if self.send_at else None


# What was shown to whoever asked and whoever released is what is sent. The lock makes who asks wait for this change.
_REFUSE_UNLESS_DRAFT = """
    PERFORM FROM campaign_update WHERE id IN (OLD.update_id, NEW.update_id) FOR SHARE;
    IF EXISTS (SELECT FROM campaign_update WHERE id IN (OLD.update_id, NEW.update_id) AND state <> 'draft') THEN
        RAISE EXCEPTION 'the words of an update change in its draft alone' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class UpdateText(LanguageText):
    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="texts")
    title = models.CharField(max_length=120)
    words = models.TextField(help_text=_("Plain text; an empty line starts a new paragraph."))

    class Meta(LanguageText.Meta):
        constraints = [models.UniqueConstraint(fields=["update", "language"], name="one_update_text_per_language")]
        triggers = [
            pgtrigger.Trigger(
                name="words_change_in_the_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_REFUSE_UNLESS_DRAFT,
            )
        ]


class UpdateChange(StateChange):
    row = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="changes")


class UpdateMailState(models.TextChoices):
    WAITING = "waiting", _("waits")
    QUEUED = "queued", _("about to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("did not arrive")
    LEFT = "left", _("no longer wanted")


UPDATE_MAIL_STEPS = {
    UpdateMailState.WAITING: [UpdateMailState.QUEUED],
    # Called back, it waits again.
    UpdateMailState.QUEUED: [
        UpdateMailState.WAITING,
        UpdateMailState.SENT,
        UpdateMailState.FAILED,
        UpdateMailState.LEFT,
    ],
    # It came back later; or what came back tells that it had arrived.
    UpdateMailState.SENT: [UpdateMailState.FAILED],
    UpdateMailState.FAILED: [UpdateMailState.SENT],
}


class UpdateMailQuerySet(models.QuerySet["UpdateMail"]):
    def for_mail(self) -> Self:
        return self.select_related("update__campaign__organisation", "update__partner", "signature").prefetch_related(
            "update__texts",
            "update__partner__texts",
            "update__campaign__texts",
            "update__campaign__organisation__texts",
            "signature__opt_ins",
        )

    def counts_of(self, update: Update) -> dict[str, int]:
        """How many are in which state."""
        counted = self.filter(update=update).order_by().values_list("state").annotate(models.Count("pk"))
        return {**dict.fromkeys(UpdateMailState.values, 0), **dict(counted)}

    def may_become(self, state: str) -> Self:
        return self.filter(state__in=[source for source, targets in UPDATE_MAIL_STEPS.items() if state in targets])


class UpdateMail(models.Model):
    """One update to one supporter, who gets it once: whatever happens, there is one row, and one mail about it."""

    State = UpdateMailState

    update = models.ForeignKey(Update, on_delete=models.PROTECT, related_name="mails", db_index=False)
    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="update_mails")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    queued_at = models.DateTimeField(null=True)

    objects = UpdateMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["update", "signature"], name="one_update_mail_per_supporter"),
            models.CheckConstraint(condition=Q(state__in=UpdateMailState.values), name="update_mail_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="waiting", queued_at__isnull=True)
                | (~Q(state="waiting") & Q(queued_at__isnull=False)),
                name="update_mail_says_when_it_was_queued",
            ),
        ]
        indexes = [
            models.Index(fields=["update", "state", "id"], name="update_mail_state"),
            models.Index(fields=["queued_at"], condition=Q(queued_at__isnull=False), name="update_mail_queued"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="state_table",
                field="state",
                transitions=[(source, target) for source, targets in UPDATE_MAIL_STEPS.items() for target in targets],
            )
        ]

    def __str__(self) -> str:
        return f"{self.update_id}/{self.pk}"


class UpdateTestQuerySet(models.QuerySet["UpdateTest"]):
    def asked_since(self, moment: dt.datetime) -> Self:
        return self.filter(asked_at__gt=moment)

    def for_mail(self) -> Self:
        return self.select_related("by", "update__campaign__organisation", "update__partner").prefetch_related(
            "update__texts",
            "update__partner__texts",
            "update__campaign__texts",
            "update__campaign__organisation__texts",
        )


class UpdateTest(models.Model):
    """An update that an organizer has sent to themselves, as a supporter who reads this language would get it."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    asked_at = models.DateTimeField(default=timezone.now)

    objects = UpdateTestQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["by", "asked_at"], name="update_test_asked")]

    def __str__(self) -> str:
        return f"{self.update_id}: {self.language}"
