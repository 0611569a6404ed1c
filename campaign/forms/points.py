"""Targets, delivery points and tables of them at the desk."""

from collections.abc import Iterator
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campaign import marks, point_sheets
from campaign.forms import CountryField
from campaign.models import AddressHealth, Campaign, DeliveryPoint, Target
from face import countries, languages
from face.spreadsheets import MOST_BYTES
from face.texts import best_text
from face.widgets import CountrySelect

# Names of pages that stand where a target's would.
_TAKEN = ("new", "points")


class _InLanguages(forms.BaseForm):
    """Words in each language of the site: two fields for each, where the first may not be missing beside the second."""

    words: tuple[str, str]

    def show(self, seen: str) -> None:
        """What was there to change goes with the form, so that whoever saves second is told."""
        self.fields["seen"] = forms.CharField(required=False, initial=seen, widget=forms.HiddenInput)

    def theirs(self, now: forms.BaseForm) -> list[tuple[Any, str]]:
        """What is saved where something else was typed, for whoever comes second; `now` shows what is saved."""
        return [
            (field.label, _said(field, now[name].value()))
            for name, field in self.fields.items()
            if name != "seen" and field.has_changed(now[name].initial, _with_plain_lines(self[name].data))
        ]

    def texts(self) -> dict[str, tuple[str, str]]:
        """By language, those in which something is written."""
        one, two = self.words
        given = self.cleaned_data
        found = {code: (given[f"{one}_{code}"], given[f"{two}_{code}"]) for code, _name in settings.LANGUAGES}
        return {code: pair for code, pair in found.items() if pair[0]}

    def fieldsets(self) -> Iterator[Fieldset]:
        for code, name in settings.LANGUAGES:
            yield Fieldset(name, *(f"{each}_{code}" for each in self.words))


def _with_plain_lines(typed: Any) -> Any:
    return typed.replace("\r\n", "\n") if isinstance(typed, str) else typed


def _said(field: forms.Field, value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    names = {str(code): str(name) for code, name in getattr(field, "choices", [])}
    values = value if isinstance(value, list) else [value]
    return ", ".join(names.get(str(each), str(each)) for each in values if each not in (None, ""))


class TargetForm(_InLanguages, forms.ModelForm):
    words = ("name", "holder")

    class Meta:
        model = Target
        fields = ("slug",)
        labels = {"slug": _("Short name in addresses")}
        help_texts = {"slug": _("For example president-of-china. It cannot be changed later.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {text.language: text for text in self.instance.texts.all()} if self.instance.pk else {}
        for code, _name in settings.LANGUAGES:
            text = known.get(code)
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("The office"), max_length=200, required=False, initial=text.name if text else ""
            )
            self.fields[f"holder_{code}"] = forms.CharField(
                label=_("Who holds it at present"), max_length=100, required=False, initial=text.holder if text else ""
            )
        if self.instance.pk:
            del self.fields["slug"]
            self.show(marks.of_target(self.instance))
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("slug" if "slug" in self.fields else "seen", *self.fieldsets())

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug in _TAKEN:
            raise ValidationError(_("This name is taken by a page of the desk."))
        return slug

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for code, _name in settings.LANGUAGES:
            if given.get(f"holder_{code}") and not given.get(f"name_{code}"):
                self.add_error(f"name_{code}", _("Please name the office too."))
        if not self.errors and not self.texts():
            first = settings.LANGUAGES[0][0]
            self.add_error(f"name_{first}", _("Please name the office in one language at least."))
        return given


class PointForm(_InLanguages, forms.ModelForm):
    words = ("name", "city")

    country = CountryField(
        label=_("Country"), choices=lambda: [("", _("Please choose")), *countries.choices()], widget=CountrySelect
    )
    delivery_days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=DeliveryPoint.Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("E-mails go on these days, by the calendar there."),
        error_messages={"required": _("Choose at least one day.")},
    )
    answers_for = forms.CharField(
        label=_("Countries that it answers for"),
        help_text=_("One on each line: its name in any of our languages, or its code. Letters from there come here."),
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    class Meta:
        model = DeliveryPoint
        fields = tuple(point_sheets.PLAIN)
        labels = {
            "kind": _("Kind"),
            "name": _("Name"),
            "city": _("City"),
            "language": _("Language of these words"),
            "time_zone": _("Time zone"),
            "latitude": _("Latitude"),
            "longitude": _("Longitude"),
            "postal_address": _("Postal address"),
            "email": _("E-mail address"),
            "takes_rest": _("Takes letters from countries for which no point answers"),
            "hourly_cap": _("E-mails an hour"),
            "delivery_from": pgettext_lazy("hours", "From"),
            "delivery_until": pgettext_lazy("hours", "Until"),
            "shape": _("How they are spread"),
            "digest_every": _("Letters in one e-mail"),
            "digest_times": _("E-mails at set times"),
            "active": _("In use"),
        }
        help_texts = {
            "language": _("Other languages stand below."),
            "time_zone": _("As in Europe/Warsaw."),
            "takes_rest": _("One point of each target, with an e-mail address."),
            "active": _("To send nothing more there, take this away. What waits there then stays."),
        }
        widgets = {
            "postal_address": forms.Textarea({"rows": 4}),
            "delivery_from": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "delivery_until": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "shape": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        point = self.instance
        known = {text.language: text for text in point.texts.all()} if point.pk else {}
        for code, _name in settings.LANGUAGES:
            text = known.get(code)
            for field, label, most in (("name", _("Name"), 200), ("city", _("City"), 100)):
                self.fields[f"{field}_{code}"] = forms.CharField(
                    label=label, max_length=most, required=False, initial=getattr(text, field, "")
                )
        if point.pk:
            codes = sorted(each.country for each in point.answers_for.all())
            self.initial["answers_for"] = "\n".join(countries.name_of(code) for code in codes)
            self.show(marks.of_point(point))
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            *(["seen"] if point.pk else []),
            Fieldset(_("The office"), "kind", "name", "country", "city", "language", "latitude", "longitude"),
            Fieldset(_("Addresses"), "email", "postal_address"),
            Fieldset(_("Whose letters come here"), "answers_for", "takes_rest", "active"),
            Fieldset(_("Hours"), "time_zone", "delivery_days", "delivery_from", "delivery_until"),
            Fieldset(_("Speed"), "hourly_cap", "shape", "digest_every", "digest_times"),
            Fieldset(
                _("In other languages"),
                *(Fieldset(name, f"name_{code}", f"city_{code}") for code, name in settings.LANGUAGES),
                template="maninso/layout/unfold.html",
            ),
        )

    def clean_answers_for(self) -> list[str]:
        return point_sheets.countries_of(self.cleaned_data["answers_for"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for code, _name in settings.LANGUAGES:
            name, city = given.get(f"name_{code}"), given.get(f"city_{code}")
            if bool(name) != bool(city):
                self.add_error(
                    f"city_{code}" if name else f"name_{code}", _("Give both name and city in a language, or neither.")
                )
        return given

    def _get_validation_exclusions(self) -> set[str]:
        # The target stands fast, but there is one point of each name in it, and one that takes the rest.
        return super()._get_validation_exclusions() - {"target"}  # type: ignore[misc]


class PointFilterForm(forms.Form):
    """What narrows a list of points."""

    words = forms.CharField(label=_("Office, city or address"), required=False, max_length=100)
    country = CountryField(
        label=_("Country"),
        choices=lambda: [("", _("All")), *countries.choices()],
        required=False,
        widget=CountrySelect,
    )
    health = forms.ChoiceField(
        label=_("E-mail address"),
        choices=[("", _("All")), *AddressHealth.State.choices, ("none", _("has none"))],
        required=False,
    )
    overdue = forms.BooleanField(label=_("Only those to verify"), required=False)


class TargetSearchForm(forms.Form):
    words = forms.CharField(label=_("Office or short name"), required=False, max_length=100)


class VerificationForm(forms.Form):
    source = forms.URLField(
        label=_("The office’s own page, where you have found them"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput({"placeholder": "https://"}),
        error_messages={"required": _("Please say on which page you have looked.")},
    )
    checked = forms.BooleanField(
        label=_("I have checked these addresses today against the office’s own page"),
        error_messages={"required": _("Please check them first, then say so here.")},
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("The table, as CSV"),
        help_text=_("At most 2 MB and 2,000 rows. Commas, semicolons or tabs between the cells."),
        max_length=200,
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,text/csv"}),
        error_messages={"required": _("Please choose a file."), "empty": _("The file is empty.")},
    )
    encoding = forms.ChoiceField(
        label=_("How it is written"),
        help_text=_("Only if the file is not in Unicode, which we see by ourselves."),
        choices=[
            ("", _("Unicode")),
            ("cp949", _("Korean: Windows-949")),
            ("gb18030", _("Chinese: GB 18030")),
            ("shift_jis", _("Japanese: Shift JIS")),
            ("cp1252", _("Western European: Windows-1252")),
        ],
        required=False,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        # Before a byte of it is read.
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 2 MB. Divide it."))
        return file


class _Points(forms.ModelMultipleChoiceField):
    """With country, and the countries that each answers for."""

    def label_from_instance(self, point: Any) -> str:
        codes = sorted(each.country for each in point.answers_for.all())
        words = {"point": point.name, "place": countries.place(point.city, point.country)}
        if not codes:
            return gettext("%(point)s – %(place)s") % words
        words["countries"] = point_sheets.names_of(codes)
        return gettext("%(point)s – %(place)s – answers for %(countries)s") % words


class _Targets(forms.ModelChoiceField):
    def label_from_instance(self, target: Any) -> str:
        return name_of_target(target)


def name_of_target(target: Target) -> str:
    text = best_text(target.texts, languages.active())
    return text.name if text else target.slug


class AddressingForm(forms.Form):
    """Whom a campaign's letters address, and where they go."""

    target = _Targets(label=_("Target"), queryset=Target.objects.none(), empty_label=None)
    addressing = forms.ChoiceField(
        label=_("Each letter goes to"), choices=Campaign.Addressing.choices, widget=forms.RadioSelect
    )
    points = _Points(
        label=_("Delivery points"),
        help_text=_("They count where the letters go to the points that you choose."),
        queryset=DeliveryPoint.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, campaign: Campaign, may_change_target: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        targets = Target.objects.prefetch_related("texts")
        if not may_change_target:
            targets = targets.filter(pk=campaign.target_id)
        self.fields["target"].queryset = targets  # type: ignore[attr-defined]
        # Those of the target that is chosen here, so that both can be changed at once.
        chosen = self.data.get("target") if self.is_bound else campaign.target_id
        of_target = DeliveryPoint.objects.filter(active=True).prefetch_related("answers_for")
        self.fields["points"].queryset = (  # type: ignore[attr-defined]
            of_target.filter(target=chosen) if str(chosen).isdigit() else of_target.none()
        )
        self.initial = {
            "target": campaign.target_id,
            "addressing": campaign.addressing,
            "points": list(campaign.chosen_points.values_list("pk", flat=True)),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("addressing") == Campaign.Addressing.CHOSEN and "points" in given and not given["points"]:
            self.add_error("points", _("Please choose one delivery point at least."))
        return given


class TryCountryForm(forms.Form):
    country = CountryField(
        label=_("A supporter who lives in"),
        choices=lambda: [("", _("Please choose")), *countries.choices()],
        widget=CountrySelect,
    )
