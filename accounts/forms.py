"""allauth's forms in our words (no placeholder that repeats a label, hints that fit in one line), and the forms of
accounts.
"""

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base.forms import AuthenticateForm as AuthenticateByCodeForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User

_PASSWORD_HINT = _("At least 12 characters, not digits alone, and nothing that is on the lists of known passwords.")
_WORDS: dict[str, dict[str, Any]] = {
    "login": {"label": _("Your e-mail address")},
    "email": {"label": _("Your e-mail address")},
    "password": {"label": _("Your password"), "help_text": ""},
    "oldpassword": {"label": _("Your password until now"), "help_text": ""},
    "password1": {"label": _("The new password"), "help_text": _PASSWORD_HINT},
    "password2": {"label": _("The new password once more"), "help_text": ""},
    "code": {"label": _("Your code"), "help_text": _("Six digits from your authenticator app, or a recovery code.")},
    "name": {"label": _("What to call it"), "help_text": _("For example: my phone, the key on my key ring.")},
}


class OurWords:
    """For a form of allauth: its fields as this site calls them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            if name == "code":
                field.widget.attrs["inputmode"] = "numeric"
            for attribute, words in _WORDS.get(name, {}).items():
                setattr(field, attribute, words)


class LogInForm(OurWords, allauth.LoginForm):
    pass


class ResetPasswordForm(OurWords, allauth.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(OurWords, allauth.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(OurWords, allauth.ChangePasswordForm):
    pass


class ReauthenticateForm(OurWords, allauth.ReauthenticateForm):
    pass


class CodeForm(OurWords, AuthenticateByCodeForm):
    """At log-in, after the password."""


class CodeAgainForm(OurWords, ReauthenticateByCodeForm):
    pass


class AppForm(OurWords, ActivateTOTPForm):
    """The first code of an authenticator app: it has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The six digits that the app shows now")
        self.fields["code"].help_text = ""


class NewPasskeyForm(OurWords, AddWebAuthnForm):
    """Every passkey proves its person (MFA_WEBAUTHN_USER_VERIFICATION), so nobody has to choose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)


class RenamePasskeyForm(OurWords, EditWebAuthnForm):
    pass


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Your name")}
        help_texts = {"name": _("As colleagues see it at what you do here.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class AcceptForm(forms.Form):
    """Whoever joins by an invitation, and has no account yet."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        help_text=_("As colleagues see it at what you do here."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label=_("A password"),
        strip=False,
        help_text=_PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("The password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password = cleaned.get("password1")
        if password and password != cleaned.get("password2"):
            self.add_error("password2", _("This is not the same password."))
        if password:
            try:
                validate_password(password, User(email=self.email, name=cleaned.get("name", "")))
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned
