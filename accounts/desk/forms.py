"""What the desk asks about organisations and people."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, OrganisationText, User
from accounts.roles import SITE_ROLES, MemberRole, Role
from face.pictures import MAX_BYTES
from face.widgets import LongText


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.SearchInput())


class ProfileForm(forms.ModelForm):
    """What an organisation says of itself, in its own language."""

    website = forms.URLField(label=_("website"), required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = ("name", "language", "about", "website", "contact", "logo_alt")
        widgets = {"about": LongText({"rows": 6})}
        help_texts = {
            "language": _("What the words on this page are written in. Other languages have pages of their own.")
        }
        error_messages = {"name": {"required": _("Please give its name.")}}


class NewOrganisationForm(ProfileForm):
    class Meta(ProfileForm.Meta):
        fields = ("name", "slug", "language", "about", "website", "contact")
        help_texts = {
            **ProfileForm.Meta.help_texts,
            "slug": _("The short name in web addresses: small letters, digits and hyphens. It stays as it is."),
        }
        error_messages = {
            **ProfileForm.Meta.error_messages,
            "slug": {
                "required": _("Please give a short name for web addresses."),
                "unique": _("Another organisation has this short name."),
            },
        }

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug == "new":
            raise forms.ValidationError(_("This word has another meaning in web addresses. Please choose another."))
        return slug


class TextForm(forms.ModelForm):
    """The same in another language. Without a name the language is taken away."""

    class Meta:
        model = OrganisationText
        fields = ("name", "about", "logo_alt")
        widgets = {"about": LongText({"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Leave all of it empty to take this language away.")
        for field in self.fields.values():
            field.widget.attrs["lang"] = self.instance.language

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("name") and (given.get("about") or given.get("logo_alt")) and "name" not in self.errors:
            self.add_error("name", _("Please give its name in this language, too."))
        return given


class LogoForm(forms.Form):
    file = forms.FileField(
        label=_("The picture"),
        help_text=_(
            "JPEG, PNG or WebP, at most 20 MB. It is shown as a square on white; what else the file holds is left out."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Please choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is too big: at most 20 MB."))
        return file.read()


class MemberForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ("role",)
        widgets = {"role": forms.RadioSelect}


class InviteMemberForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("They get a link that works for 7 days."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Please give an e-mail address.")},
    )
    member_role = forms.ChoiceField(
        label=_("As"), choices=MemberRole.choices, initial=MemberRole.ORGANIZER, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    roles = forms.MultipleChoiceField(
        label=_("Roles of the whole site"), required=False, widget=forms.CheckboxSelectMultiple
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label=_("Member of an organisation"), required=False, empty_label=_("None")
    )
    member_role = forms.ChoiceField(
        label=_("As what"), required=False, choices=[("", _("Choose")), *MemberRole.choices]
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES, initial="en")

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("organisation") and not cleaned.get("member_role"):
            self.add_error("member_role", _("Say what the person is to the organisation."))
        if cleaned.get("member_role") and not cleaned.get("organisation"):
            self.add_error("organisation", _("Choose the organisation."))
        if not cleaned.get("organisation") and not cleaned.get("roles"):
            self.add_error("roles", _("Choose a role, or an organisation."))
        return cleaned


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=100, widget=forms.SearchInput())
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=[("", _("any")), ("superuser", _("Superuser")), *Role.choices],
    )
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("any")), *User.State.choices]  # type: ignore[attr-defined]


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Why?"),
        help_text=_("It is kept in the audit log for good."),
        max_length=300,
        error_messages={"required": _("Please say why.")},
    )


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles of the whole site"),
        choices=[(role.value, role.label) for role in SITE_ROLES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    superuser = forms.BooleanField(
        label=_("May do everything (superuser)"),
        required=False,
        help_text=_("For the few people who keep this site running. It includes every role."),
    )
    reason = _reason()


class ReasonForm(forms.Form):
    reason = _reason()
