from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.rules import may_see_all_campaigns
from campaign.models.campaign import Campaign
from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class PartnershipQuerySet(StatefulQuerySet):
    def accepted(self) -> Self:
        return self.filter(state=Partnership.State.ACCEPTED)

    def asked(self) -> Self:
        return self.filter(state=Partnership.State.ASKED)

    def standing(self) -> Self:
        """Asked for or accepted, and not ended since."""
        return self.exclude(state=Partnership.State.ENDED)

    def to_answer_by(self, user: User) -> Self:
        """Those of organisations for which this person may speak."""
        return self.filter(organisation__in=Organisation.objects.run_by(user))

    def seen_by(self, user: User) -> Self:
        """Those of which this person may read what the partner writes: its own people, and staff who see all."""
        if may_see_all_campaigns(user):
            return self
        return self.to_answer_by(user)

    def of_either_side(self, user: User) -> Self:
        """Those that this person may end."""
        theirs = models.Q(organisation__in=Organisation.objects.run_by(user))
        return self.filter(theirs | models.Q(campaign__in=Campaign.objects.run_by(user)))

    def partners_of(self, campaign: Campaign) -> list[Organisation]:
        """Those who have said yes, in the order in which they were asked, with their names in each language."""
        accepted = self.accepted().filter(campaign=campaign).select_related("organisation")
        ordered = accepted.prefetch_related("organisation__texts").order_by("asked_at", "pk")
        return [partnership.organisation for partnership in ordered]

    def for_pages(self) -> Self:
        """With both sides and what they are called in each language, in the order in which they were asked."""
        return (
            self.select_related("organisation", "campaign__organisation", "asked_by")
            .prefetch_related("organisation__texts", "campaign__texts", "campaign__organisation__texts")
            .order_by("asked_at", "pk")
        )


class PartnershipState(models.TextChoices):
    ASKED = "asked", _("asked")
    ACCEPTED = "accepted", _("accepted")
    ENDED = "ended", _("ended")


PARTNERSHIP_STEPS = {
    PartnershipState.ASKED: [PartnershipState.ACCEPTED, PartnershipState.ENDED],
    PartnershipState.ACCEPTED: [PartnershipState.ENDED],
    # Asked once more.
    PartnershipState.ENDED: [PartnershipState.ASKED],
}


class Partnership(Stateful):
    """An organisation that stands behind another's campaign. It says so itself: nobody is made a partner."""

    State = PartnershipState

    TRANSITIONS = PARTNERSHIP_STEPS

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="partnerships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partnerships")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = StateField(choices=State, default=State.ASKED, protected=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organisation"], name="one_partnership_per_organisation"),
            is_one_of(PartnershipState, name="partnership_state_is_known"),
        ]
        triggers = [
            *state_rules(PARTNERSHIP_STEPS, log="campaign_partnershipchange"),
            pgtrigger.Trigger(
                name="not_with_itself",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF EXISTS (
                        SELECT FROM campaign_campaign
                        WHERE id = NEW.campaign_id AND organisation_id = NEW.organisation_id
                    ) THEN
                        RAISE EXCEPTION 'pgtrigger: an organisation is no partner of its own campaign'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.organisation}"


class PartnershipChange(StateChange):
    row = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="changes")
