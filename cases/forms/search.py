"""What narrows the list of cases. It offers only what would find something."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import search
from cases.models import Case, Status
from cases.models.case import CaseQuerySet
from face import countries


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=search.QUESTION)
    status = forms.ChoiceField(label=_("Status of a person"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    minors = forms.BooleanField(label=_("With children or adolescents"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="search-%s")
        self.fields["q"].widget = forms.TextInput({"type": "search", "autocomplete": "off", "enterkeyhint": "search"})
        kinds = {str(kind): str(kind.label) for kind in Status.Kind}
        self._offer("status", [(code, kinds.get(code, code)) for code in Case.objects.live().values_of("statuses")])
        states = [(code, countries.name_of(code)) for code in Case.objects.live().values_of("states")]
        self._offer("state", sorted(states, key=lambda pair: pair[1]))
        self._offer("year", [(year, year) for year in reversed(Case.objects.live().values_of("years"))])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Any")), *choices]

    def found(self) -> CaseQuerySet:
        """The live cases that answer; what was asked wrongly narrows nothing."""
        asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        cases = Case.objects.live()
        for name, column in (("status", "statuses"), ("state", "states"), ("year", "years")):
            if asked.get(name):
                cases = cases.filter(**{f"live__{column}__contains": [asked[name]]})
        if asked.get("minors"):
            cases = cases.filter(live__has_minors=True)
        return search.matching(cases, asked["q"]) if asked.get("q", "").strip() else cases

    @property
    def narrows(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    @property
    def narrows_by_choice(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name != "q")
