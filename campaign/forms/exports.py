"""What of the signatures leaves the house, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.models import Campaign, Export, Signature
from face import countries

_CHOOSE = {"required": _("Please choose one at least.")}


class ExportForm(forms.Form):
    fields_ = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=Export.Field.choices,
        initial=[Export.Field.COUNTRY, Export.Field.LANGUAGE, Export.Field.DAY],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what you need. There are no e-mail addresses: supporters were promised that."),
        error_messages=_CHOOSE,
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    format = forms.ChoiceField(
        label=_("File"), choices=Export.Format.choices, initial=Export.Format.CSV, widget=forms.RadioSelect
    )
    purpose = forms.CharField(
        label=_("What for"),
        max_length=300,
        help_text=_("It is kept with your name, and shown to whoever releases the export."),
        error_messages={
            "required": _("Please say what you need it for."),
            "max_length": _("Please say it in at most 300 characters."),
        },
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signed = Signature.objects.filter(campaign=campaign, state=Signature.State.CONFIRMED).order_by()
        codes = signed.values_list("country", flat=True).distinct()
        self.fields["countries"].choices = sorted(  # type: ignore[attr-defined]
            ((code, countries.name_of(code)) for code in codes), key=lambda choice: choice[1]
        )


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not"),
        max_length=300,
        help_text=_("Whoever asked reads it."),
        error_messages={"required": _("Please say why.")},
    )
