"""Whether a delivery point's e-mail address takes letters."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from states import StateChange, StateField, Stateful, StatefulQuerySet, is_one_of, state_rules


class AddressState(models.TextChoices):
    ACTIVE = "active", _("takes letters")
    BOUNCED = "bounced", _("does not take letters")
    BLOCKED = "blocked", _("blocks our letters")


ADDRESS_STEPS = {
    AddressState.ACTIVE: [AddressState.BOUNCED, AddressState.BLOCKED],
    # A person has checked the address, or it is another one now.
    AddressState.BOUNCED: [AddressState.ACTIVE],
    AddressState.BLOCKED: [AddressState.ACTIVE],
}


class AddressHealthQuerySet(StatefulQuerySet):
    def refusing(self) -> Self:
        return self.filter(state__in=AddressHealth.REFUSING)


class AddressHealth(Stateful):
    """Whether a point's e-mail address takes letters. One that has refused none has no row, and is active."""

    State = AddressState
    TRANSITIONS = ADDRESS_STEPS
    REFUSING = (AddressState.BOUNCED, AddressState.BLOCKED)

    point = models.OneToOneField("campaign.DeliveryPoint", on_delete=models.CASCADE, related_name="health")
    state = StateField(_("state"), choices=State, default=State.ACTIVE, protected=True)
    soft_count = models.PositiveSmallIntegerField(
        _("refused in a row"),
        default=0,
        help_text=_("Letters refused for a reason that may pass, one after the other."),
    )
    refused_at = models.DateTimeField(_("last refused"), null=True, blank=True)
    status_code = models.CharField(_("code"), max_length=11, blank=True, db_default="")
    # What was queued before then was refused by an address that nobody had checked yet, or by another.
    works_since = models.DateTimeField(_("known to work since"), null=True, blank=True)

    objects = AddressHealthQuerySet.as_manager()

    class Meta:
        verbose_name = _("health of an address")
        verbose_name_plural = _("health of addresses")
        constraints = [
            is_one_of(AddressState, name="address_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(state=AddressState.ACTIVE) | models.Q(refused_at__isnull=False),
                name="refusing_address_says_since_when",
            ),
        ]
        triggers = state_rules(ADDRESS_STEPS, log="campaign_addresshealthchange")

    def __str__(self) -> str:
        return f"{self.point}: {self.get_state_display()}"


class AddressHealthChange(StateChange):
    row = models.ForeignKey(AddressHealth, on_delete=models.CASCADE, related_name="changes")
