"""allauth's forms in our words: no placeholder that repeats a label, hints that fit in one line."""

from typing import Any

from allauth.account import forms as allauth
from django.utils.translation import gettext_lazy as _

_PASSWORD_HINT = _("At least 12 characters, not digits alone, and nothing that is on the lists of common passwords.")
_WORDS: dict[str, dict[str, Any]] = {
    "login": {"label": _("Your e-mail address")},
    "email": {"label": _("Your e-mail address")},
    "password": {"label": _("Your password"), "help_text": ""},
    "oldpassword": {"label": _("Your password until now"), "help_text": ""},
    "password1": {"label": _("The new password"), "help_text": _PASSWORD_HINT},
    "password2": {"label": _("The new password once more"), "help_text": ""},
}


class OurWords:
    """For a form of allauth: its fields as this site calls them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
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
