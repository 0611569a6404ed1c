"""Who may write to a supporter, on their own page."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.forms import PartnersField


class UpdatesForm(forms.Form):
    own = forms.BooleanField(required=False)
    partners = PartnersField(
        label=_("Partners of the campaign"),
        help_text=_("They write through this site and never see your address."),
        required=False,
    )

    helper = FormHelper()
    helper.form_tag = False
    # No session, as with signing (docs/adr/0003).
    helper.disable_csrf = True

    def __init__(self, *args: Any, own: str, partners: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["own"].label = own
        if partners:
            self.fields["partners"].choices = partners  # type: ignore[attr-defined]
        else:
            self.fields["partners"].widget = forms.MultipleHiddenInput()
