"""Why somebody's own words are left out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.models import OwnWords


class WhyForm(forms.Form):
    why = forms.ChoiceField(
        label=_("Why they are left out"),
        help_text=_("Their writer reads it in the mail."),
        choices=OwnWords.Reason.choices,
        initial=OwnWords.Reason.UNFIT,
        error_messages={"required": _("Please say why."), "invalid_choice": _("Please say why.")},
    )
