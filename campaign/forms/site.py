"""What staff say when they set something for the whole site, or look a supporter up."""

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign import plain_text
from campaign.forms import AddressField, MomentInput
from campaign.models import Banner


def _plain() -> FormHelper:
    """The page has the form's tag, and its token."""
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    return helper


class ReasonField(forms.CharField):
    """Why somebody does it: kept in the audit log."""

    default_error_messages = {"required": _("Please say why.")}

    def __init__(self, **kwargs: Any) -> None:
        words = {"label": _("Why"), "help_text": _("It is kept in the audit log with your name. Please name nobody.")}
        super().__init__(max_length=300, validators=[plain_text.one_line], **words | kwargs)


class BannerForm(forms.Form):
    level = forms.ChoiceField(
        label=_("What it is"), choices=Banner.Level.choices, initial=Banner.Level.NOTICE, widget=forms.RadioSelect
    )
    shown_from = forms.DateTimeField(
        label=_("Shown from"),
        required=False,
        widget=MomentInput,
        help_text=_("In UTC. Empty: from now on."),
        error_messages={"invalid": _("Please give a day and a time.")},
    )
    shown_until = forms.DateTimeField(
        label=_("Until"),
        widget=MomentInput,
        help_text=_("In UTC. You can take it down before."),
        error_messages={
            "required": _("Please say until when: what nobody takes down stays for good."),
            "invalid": _("Please give a day and a time."),
        },
    )
    helper = _plain()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"words_{code}"] = forms.CharField(
                label=name,
                required=code == "en",
                max_length=300,
                validators=[plain_text.one_line],
                widget=forms.TextInput(attrs={"lang": code}),
                help_text="" if code == "en" else _("Empty: the English words are shown."),
                error_messages={
                    "required": _("Please write it in English at least."),
                    "max_length": _("Please shorten it to 300 characters; now there are %(show_value)d."),
                },
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        begins = given.get("shown_from") or timezone.now()
        given["shown_from"] = begins
        ends: dt.datetime | None = given.get("shown_until")
        if ends and ends <= begins:
            self.add_error("shown_until", _("It must end after it begins."))
        return given

    def words(self) -> dict[str, str]:
        typed = {code: self.cleaned_data[f"words_{code}"] for code, _name in settings.LANGUAGES}
        return {code: words for code, words in typed.items() if words}


class LimitsForm(forms.Form):
    mails_a_day = forms.IntegerField(
        label=_("Unanswered mails a day to one address"),
        min_value=1,
        max_value=3,
        help_text=_("From 1 to 3, over the whole site: anybody can type anybody’s address."),
    )
    mails_a_day_for_supporters = forms.IntegerField(
        label=_("To an address that has confirmed before"), min_value=1, max_value=50, help_text=_("Up to 50.")
    )
    reason = ReasonField()
    helper = _plain()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        few, more = given.get("mails_a_day"), given.get("mails_a_day_for_supporters")
        if few and more and more < few:
            self.add_error("mails_a_day_for_supporters", _("At least as many as to any other address."))
        return given


class SupporterSearchForm(forms.Form):
    email = AddressField(
        label=_("E-mail address"),
        help_text=_("The whole address, as they wrote to you. It is not kept, and there is no search by name."),
    )
    reason = ReasonField(help_text=_("Who asked for it, and how. It is kept with your name. Please name nobody."))
    helper = _plain()


class ReasonForm(forms.Form):
    reason = ReasonField()
    helper = _plain()
