from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from campaign import countries, plain_text
from campaign.models import Signature
from privacy.addresses import BadAddress, deliverable

OWN_WORDS_LENGTH = 2000


class AddressField(forms.CharField):
    """An e-mail address that mail can be sent to; its value is the deliverable form."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        # 254: RFC 5321's path of 256 octets less its angle brackets.
        super().__init__(max_length=254, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return deliverable(text)
        except BadAddress:
            raise forms.ValidationError(
                _("This does not look like one e-mail address. It should read like name@example.org."), code="invalid"
            ) from None


class ParagraphsField(forms.CharField):
    """Browsers send CRLF and count it as one character; so do we, and letters know one line break."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class CountryField(forms.ChoiceField):
    """Looks a country up, where a plain choice field compares with each of 250."""

    def valid_value(self, value: Any) -> bool:
        return countries.is_country(value)


class SignForm(forms.Form):
    """Four questions, and three that may stay empty."""

    # Beyond the column's range PostgreSQL raises an error, where every other wrong letter finds no row.
    letter = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        validators=[plain_text.one_line, plain_text.no_link, plain_text.has_letters],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("We send you a link to confirm. Nobody else sees the address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    country = CountryField(
        label=_("Country where you live"),
        choices=lambda: [("", _("Please choose")), *countries.choices()],
        help_text=_("Is it risky to sign there? See above."),
        widget=forms.Select(attrs={"autocomplete": "country"}),
        error_messages={"invalid_choice": _("Please choose a country from the list.")},
    )
    display = forms.ChoiceField(
        label=_("How may your name be shown?"),
        help_text=_("On the page and in the letter. You can sign without being seen."),
        choices=Signature.Display.choices,
        initial=Signature.Display.FULL,
        widget=forms.RadioSelect,
    )
    own_words = ParagraphsField(
        label=_("Your own words"),
        help_text=_("They are added to the letter as it goes out. Up to 2,000 characters."),
        required=False,
        max_length=OWN_WORDS_LENGTH,
        validators=[plain_text.paragraphs],
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    city = forms.CharField(
        label=_("City"),
        required=False,
        max_length=80,
        validators=[plain_text.one_line, plain_text.no_link, plain_text.has_letters],
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    wants_updates = forms.BooleanField(
        label=_("Tell me by e-mail what becomes of this campaign"),
        required=False,
    )

    helper = FormHelper()
    helper.form_tag = False
    # Signing uses no session, so there is no cookie to forge and none to set (docs/adr/0003).
    helper.disable_csrf = True
    helper.layout = Layout(
        "letter",
        "name",
        "email",
        "country",
        "display",
        Fieldset(
            _("Add my own words, my city, or ask for news"),
            "own_words",
            "city",
            "wants_updates",
            template="maninso/layout/unfold.html",
        ),
    )


class LinkRequestForm(forms.Form):
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("The one that you signed with."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
