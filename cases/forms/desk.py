"""What the desk asks besides the rows of a record: filters, reasons, notes, decisions."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cases.forms.entries import RowForm
from cases.forms.fields import StateField, WordsFormField, name_of_column
from cases.models import Case, Claim, SavedFilter, Submission
from cases.models.entries import Versioned
from face.widgets import LongText
from face.words import is_old, said


class FilterForm(forms.Form):
    """Sent by GET; what it cannot read it leaves out."""

    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("Record"), required=False, choices=[("", _("in any state")), *Case.State.choices])
    monitoring = forms.ChoiceField(
        label=_("Monitoring"), required=False, choices=[("", _("any")), *Case.Monitoring.choices]
    )
    country = StateField(label=_("State"), required=False)
    due = forms.BooleanField(label=_("Due for review"), required=False)


class SaveFilterForm(forms.Form):
    name = forms.CharField(label=_("Name of this filter"), max_length=SavedFilter._meta.get_field("name").max_length)
    query = forms.CharField(widget=forms.HiddenInput, max_length=500)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=LongText({"rows": 3, "autofocus": True}))

    def __init__(self, *args: Any, label: Any = "", hint: Any = "", limit: int = 500, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reason"]
        field.label, field.help_text = label or field.label, hint
        assert isinstance(field, forms.CharField)
        field.max_length = limit


class SealedForm(forms.Form):
    """The new content of a sealed field."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    value = forms.CharField(required=False, widget=LongText({"rows": 4, "autocomplete": "off"}))


class RemarksForm(forms.Form):
    remarks = forms.CharField(
        label=_("What has to be mended"), max_length=4000, widget=LongText, help_text=_("The editor reads it first.")
    )


class SubmissionForm(forms.ModelForm):
    """What goes to the reviewers with the record."""

    class Meta:
        model = Submission
        fields = ("note", "is_correction")
        field_classes = {"note": WordsFormField}

    note = WordsFormField(
        label=_("What has changed"),
        required=False,
        long=True,
        help_text=_("Public: it stands in the page's list of changes."),
    )

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, **options)
        note = self.fields["note"]
        assert isinstance(note, WordsFormField)
        note.speak(case.written_in, {})


class RelationForm(forms.Form):
    reference = forms.CharField(label=_("Reference of the other case"), max_length=20)

    def clean_reference(self) -> Case:
        case = Case.objects.for_desk().filter(reference=self.cleaned_data["reference"].strip().upper()).first()
        if case is None:
            raise forms.ValidationError(_("There is no case of that reference."))
        return case


class ChoiceForm(RowForm):
    """Why the page states this claim and not another."""

    class Meta(RowForm.Meta):
        model = Claim
        fields = ("why_chosen",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["why_chosen"].required = True
        self.fields["why_chosen"].label = _("Why this one")


class TranslationForm(forms.Form):
    """The words of one row in one language, each beside its source."""

    def __init__(self, *args: Any, row: Versioned, words: list[str], language: str, **options: Any) -> None:
        options.setdefault("prefix", f"{row._meta.model_name}-{row.pk}")
        super().__init__(*args, **options)
        self.row, self.words, self.language = row, words, language
        for name in words:
            stored = getattr(row, name)
            source = said(stored, row.source_language, source=row.source_language)
            text = stored.get(language, {}).get("text", "")
            lines = max(2, len(source.text) // 60 + 1)
            self.fields[name] = forms.CharField(
                label=capfirst(name_of_column(row, name)),
                required=False,
                initial=text,
                widget=forms.Textarea({"lang": language, "rows": min(lines, 12)}),
            )
            if is_old(stored, language, source=row.source_language):
                self.fields[f"{name}_right"] = forms.BooleanField(
                    label=_("I have looked: it is still right"), required=False
                )
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, initial=row.version)

    def pairs(self) -> list[dict[str, Any]]:
        """Each source with the field for its translation."""
        return [
            {
                "source": said(getattr(self.row, name), self.row.source_language, source=self.row.source_language),
                "field": self[name],
                "right": self[f"{name}_right"] if f"{name}_right" in self.fields else None,
            }
            for name in self.words
        ]

    def changed(self) -> dict[str, str]:
        """The texts that are to be written: those that differ, and those that were looked at again."""
        return {
            name: self.cleaned_data[name].replace("\r\n", "\n").strip()
            for name in self.words
            if name in self.changed_data or self.cleaned_data.get(f"{name}_right")
        }
