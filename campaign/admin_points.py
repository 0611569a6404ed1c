"""The forms of delivery points: what the database would refuse is said beside its field."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from campaign.models import AnswersFor, DeliveryPoint
from face import countries


class CountryForm(forms.ModelForm):
    """Countries are chosen by name, kept by code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "country" in self.fields:
            self.fields["country"] = forms.ChoiceField(
                label=gettext_lazy("Country"), choices=[("", "---------"), *countries.choices()]
            )


class PointForm(CountryForm):
    delivery_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"),
        choices=DeliveryPoint.Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("E-mails go on these days, by the calendar there."),
    )

    class Meta:
        labels = {
            "delivery_from": pgettext_lazy("hours", "From"),
            "delivery_until": pgettext_lazy("hours", "Until"),
            "digest_every": gettext_lazy("Letters in one e-mail"),
            "digest_times": gettext_lazy("E-mails at set times"),
        }

    def _get_validation_exclusions(self) -> set[str]:
        # The target can't be changed, but there is one point of each name in it, and one that takes the rest.
        return super()._get_validation_exclusions() - {"target"}  # type: ignore[misc]


class AnswersForFormSet(forms.BaseInlineFormSet):
    """For each country at most one point of a target answers: this form, or another point, may have it already."""

    def clean(self) -> None:
        super().clean()
        mine: set[str] = set()
        others = AnswersFor.objects.filter(target=self.instance.target_id).exclude(point=self.instance.pk)
        taken = {row.country: row.point.name for row in others.select_related("point")}
        for form in self.forms:
            country = form.cleaned_data.get("country") if hasattr(form, "cleaned_data") else None
            if not country or form.cleaned_data.get("DELETE"):
                continue
            words = {"country": countries.name_of(country), "point": taken.get(country, "")}
            if country in taken:
                form.add_error("country", _("%(point)s answers for %(country)s already.") % words)
            elif country in mine:
                form.add_error("country", _("%(country)s is in this list twice.") % words)
            mine.add(country)
