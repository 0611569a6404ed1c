"""What the abuse desk says about signatures that are held for a check."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.forms.site import ReasonForm
from campaign.models import Campaign, HeldSignature


class CampaignField(forms.ModelChoiceField):
    """By its address: titles need a row per language."""

    def label_from_instance(self, campaign: Any) -> str:
        return str(campaign.slug)


class HeldFilterForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("", _("none yet")), *HeldSignature.Decision.choices],
        required=False,
    )
    why = forms.ChoiceField(
        label=_("Why it is held"), choices=[("", _("All")), *HeldSignature.Why.choices], required=False
    )
    campaign = CampaignField(
        label=_("Campaign"), queryset=Campaign.objects.none(), empty_label=_("All"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaigns = Campaign.objects.filter(pk__in=HeldSignature.objects.values("campaign")).order_by("slug")
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]


class DecisionForm(ReasonForm):
    """`chosen` is what the page showed: decided is that, and nothing that came later."""

    chosen = forms.RegexField(r"^[0-9]{1,18}(,[0-9]{1,18}){0,499}$", widget=forms.HiddenInput)

    def ids(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["chosen"].split(",")]
