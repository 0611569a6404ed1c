"""The rows of a record as forms. Sealed fields are written with a new row, and afterwards on a page of their own."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.dates import EDTFField
from cases.forms.fields import EDTFFormField, StateField, WordsFormField
from cases.models import (
    Authority,
    BestInterests,
    Case,
    Citation,
    Claim,
    Consent,
    Event,
    Intervention,
    Involvement,
    Member,
    Source,
    Status,
    Update,
)
from cases.models.entries import Entry
from cases.models.source import SUBJECTS
from face.widgets import DateInput, LongText
from face.words import WordsField

# Texts of more than a line.
_LONG = {"summary", "story", "what", "position", "answer", "body", "why", "why_chosen", "people_note"}
_STATES = {"country", "citizenship", "from_state", "to_state", "state"}


def form_field(field: "models.Field[Any, Any]", **options: Any) -> forms.Field | None:
    """What a column becomes in a form, the same in all of them."""
    usual = {"label": capfirst(str(field.verbose_name)), "help_text": field.help_text, "required": not field.blank}
    if isinstance(field, WordsField):
        return WordsFormField(long=field.name in _LONG, **{**usual, **options})
    if isinstance(field, EDTFField):
        return EDTFFormField(max_length=field.max_length, **{**usual, **options})
    if isinstance(field, ArrayField):
        choices = field.base_field.choices or ()
        boxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=choices, widget=boxes, **{**usual, **options})
    if isinstance(field, models.CharField) and field.name in _STATES:
        return StateField(**{**usual, **options})
    if isinstance(field, models.URLField):
        options.setdefault("assume_scheme", "https")
    if isinstance(field, models.DateField):
        options.setdefault("widget", DateInput)
    if isinstance(field, models.TextField):
        options.setdefault("widget", LongText({"rows": 3}))
    return field.formfield(**options)


class RowForm(forms.ModelForm):
    """One row of the record, with the version that whoever edits it has seen.

    `theirs` names the fields in which, after somebody else saved first, their value is kept.
    """

    SEALED: ClassVar[tuple[str, ...]] = ()
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    class Meta:
        formfield_callback = form_field

    def __init__(self, *args: Any, theirs: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            for name in self.SEALED:
                del self.fields[name]
        self.initial["seen"] = self.instance.version
        for name, field in self.fields.items():
            if isinstance(field, WordsFormField):
                field.speak(self.instance.source_language, getattr(self.instance, name))
        for name in set(theirs) & set(self.fields) - {"seen"}:
            self.fields[name].disabled = True

    def visible(self) -> list[str]:
        return [name for name, field in self.fields.items() if not field.widget.is_hidden]


class EntryForm(RowForm):
    """A row that belongs to a case: only people and events of the same case can be chosen."""

    instance: Entry

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        if options.get("instance") is None:
            options["instance"] = self._meta.model(case=case)
        super().__init__(*args, **options)
        self.case = case
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                model = field.queryset.model
                if model is Member:
                    field.queryset = case.members.defer(*MemberForm.SEALED).select_related("case")
                elif model is Event:
                    field.queryset = case.events.all()
                elif model is Source:
                    field.queryset = Source.objects.defer("origin").order_by("publisher", "title")
                # Several at once are boxes to tick: none of them ticked says "none".
                if not isinstance(field, forms.ModelMultipleChoiceField):
                    field.empty_label = "—" if field.required else gettext("none")


class CaseForm(RowForm):
    class Meta(RowForm.Meta):
        model = Case
        fields = (
            "title",
            "summary",
            "story",
            "kind",
            "people_min",
            "people_max",
            "people_note",
            "written_in",
            "monitoring",
            "as_of",
            "last_verified",
            "next_review",
        )


class NewCaseForm(forms.Form):
    """Enough to begin: everything else is written on the workbench."""

    title = forms.CharField(
        label=_("Working title"),
        max_length=200,
        help_text=_("In the language that you choose below. It can be changed."),
    )
    kind = forms.ChoiceField(label=_("About"), choices=Case.Kind.choices, initial=Case.Kind.GROUP)
    written_in = forms.ChoiceField(
        label=_("Written in"), choices=settings.LANGUAGES, help_text=_("The others are translated from it.")
    )


class MemberForm(EntryForm):
    SEALED = ("real_name", "kin")

    class Meta(RowForm.Meta):
        model = Member
        fields = (
            "label",
            "tier",
            "people",
            "age_min",
            "age_max",
            "age_estimated",
            "sex",
            "citizenship",
            "real_name",
            "kin",
        )


class EventForm(EntryForm):
    class Meta(RowForm.Meta):
        model = Event
        fields = ("date", "kind", "what", "country", "precision", "place", "from_state", "to_state", "members")
        widgets = {"members": forms.CheckboxSelectMultiple}


class InvolvementForm(EntryForm):
    class Meta(RowForm.Meta):
        model = Involvement
        fields = ("authority", "role", "event", "date", "position", "official")


class InterventionForm(EntryForm):
    class Meta(RowForm.Meta):
        model = Intervention
        fields = ("by", "asked", "date", "what", "outcome", "answer")


class ConsentForm(EntryForm):
    SEALED = ("given_by_whom", "how_in_detail")

    class Meta(RowForm.Meta):
        model = Consent
        fields = (
            "member",
            "scopes",
            "channels",
            "given_by",
            "how",
            "given_on",
            "expires_on",
            "withdrawn_on",
            "given_by_whom",
            "how_in_detail",
        )


class BestInterestsForm(EntryForm):
    SEALED = ("reasons",)

    class Meta(RowForm.Meta):
        model = BestInterests
        fields = ("member", "scopes", "reasons")


class UpdateForm(EntryForm):
    class Meta(RowForm.Meta):
        model = Update
        fields = ("day", "title", "body")


class ClaimForm(EntryForm):
    """What a source says about one fact; `about` names the row that it speaks of."""

    about = forms.ChoiceField(label=_("About"), required=False)

    class Meta(RowForm.Meta):
        model = Claim
        fields = ("field", "value", "said", "source", "quotation", "locator", "credibility")

    field_order = ("about",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["about"].choices = about_choices(self.case)  # type: ignore[attr-defined]
        for subject in SUBJECTS:
            if key := getattr(self.instance, f"{subject}_id"):
                self.initial["about"] = f"{subject}:{key}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        subject, _colon, key = str(cleaned.get("about") or "").partition(":")
        for name in SUBJECTS:
            setattr(self.instance, f"{name}_id", int(key) if name == subject else None)
        return cleaned


def about_choices(case: Case) -> list[Any]:
    """Every row that a claim can be about, in groups; one query per kind of row."""
    groups: list[Any] = [("", _("the case as a whole"))]
    for subject in SUBJECTS:
        model = Claim._meta.get_field(subject).related_model
        assert isinstance(model, type)
        rows = model._default_manager.filter(case=case).select_related("case")
        if subject == "member":
            rows = rows.defer(*MemberForm.SEALED)
        elif subject == "status":
            rows = rows.select_related("member__case").defer(*[f"member__{name}" for name in MemberForm.SEALED])
        elif subject == "involvement":
            rows = rows.select_related("authority")
        elif subject == "intervention":
            rows = rows.select_related("by")
        if found := [(f"{subject}:{row.pk}", str(row)) for row in rows]:
            groups.append((capfirst(str(model._meta.verbose_name_plural)), found))
    return groups


class StatusForm(EntryForm):
    class Meta(RowForm.Meta):
        model = Status
        fields = ("kind", "date", "to_state")
        widgets = {"to_state": None}

    def clean_date(self) -> str:
        if not self.cleaned_data["date"]:
            raise ValidationError(_("Since when? As exactly as it is known."))
        return str(self.cleaned_data["date"])


class CitationForm(EntryForm):
    class Meta(RowForm.Meta):
        model = Citation
        fields = ("state", "article", "why")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        article = self.fields["article"]
        assert isinstance(article, forms.ModelChoiceField)
        assert article.queryset is not None
        article.queryset = article.queryset.select_related("instrument")
        self.fields["state"].required = True


class SourceForm(RowForm):
    SEALED = ("origin",)

    class Meta(RowForm.Meta):
        model = Source
        fields = (
            "type",
            "publisher",
            "author",
            "title",
            "date",
            "number",
            "language",
            "url",
            "archive_url",
            "accessed_on",
            "reliability",
            "confidential",
            "origin",
        )


class AuthorityForm(RowForm):
    class Meta(RowForm.Meta):
        model = Authority
        fields = ("name", "kind", "country")
