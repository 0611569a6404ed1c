"""Which organisation to ask to be a campaign's partner."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from face import languages
from face.texts import in_language


class _Organisations(forms.ModelChoiceField):
    def label_from_instance(self, organisation: Any) -> str:
        text: Any = in_language(organisation, languages.active())
        return text.name


class AskPartnerForm(forms.Form):
    organisation = _Organisations(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        error_messages={
            "required": _("Please choose an organisation."),
            "invalid_choice": _("It cannot be asked: it was asked already, or nobody there could answer."),
        },
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations.prefetch_related("texts")  # type: ignore[attr-defined]
