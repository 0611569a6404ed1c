"""Signatures on paper: what is said of the sheets, what stands on their lines, and who answers for them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign import plain_text
from campaign.forms import AddressField, CountryField, NameField
from campaign.forms.points import UploadForm
from campaign.models import Campaign, Letter, PaperBatch, Signature
from campaign.paper_lines import Line
from face import countries
from face.spreadsheets import Sheet, country_code, yes_or_no
from face.widgets import CountrySelect

# Of one photographed sheet; a longer one is photographed in two parts.
LINES = 25
COLUMNS = ["name", "email", "country", "city", "language", "updates"]
NAMES: list[tuple[str, Any]] = [
    (Signature.Display.FULL, _("Full names")),
    (Signature.Display.INITIALS, _("Initials")),
    (Signature.Display.HIDDEN, _("No name")),
]


class SheetsForm(forms.Form):
    """What is true of all sheets of a batch. Its `cleaned_data` is what begin_batch takes."""

    collected_by = forms.CharField(
        label=_("Who collected them"),
        help_text=_("A group or a person whom you could ask about them."),
        max_length=200,
        validators=[plain_text.one_line],
        error_messages={"required": _("Please say who collected them.")},
    )
    place = forms.CharField(
        label=_("Where"),
        help_text=_("For example: the vigil at City Hall, Seoul."),
        max_length=200,
        validators=[plain_text.one_line],
        error_messages={"required": _("Please say where they were collected.")},
    )
    collected_on = forms.DateField(
        label=_("Until which day"),
        help_text=_("The last day on which somebody signed these sheets."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Please give the day."), "invalid": _("Please give a day.")},
    )
    letter = forms.ModelChoiceField(
        label=_("Which version of the letter stood on the sheets"),
        queryset=Letter.objects.none(),
        empty_label=None,
        error_messages={"required": _("Please choose the version.")},
    )
    display = forms.ChoiceField(
        label=_("How may the names be shown?"),
        help_text=_("As the sheets themselves said. If they did not, choose “No name”."),
        choices=NAMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say what the sheets said.")},
    )
    country = CountryField(
        label=_("Country"),
        help_text=_("Of everyone whose line does not name another one."),
        choices=lambda: [("", _("Please choose")), *countries.choices()],
        widget=CountrySelect,
        error_messages={"required": _("Please choose a country.")},
    )
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("In which we would write to these people."), choices=settings.LANGUAGES
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        letters: Any = self.fields["letter"]
        letters.queryset = campaign.letters.published().order_by("-version")
        letters.label_from_instance = lambda letter: _("Version %(number)s") % {"number": letter.version}
        self.fields["language"].initial = campaign.source_language
        self._opened_on, self._closed_on = (
            timezone.localdate(campaign.opens_at),
            timezone.localdate(campaign.closes_at),
        )

    def clean_collected_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["collected_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This lies in the future."))
        if day < self._opened_on:
            raise ValidationError(_("The campaign was not open yet: nobody could have read this letter."))
        if day > self._closed_on:
            raise ValidationError(_("The campaign was closed by then."))
        return day

    def sheets(self) -> Any:
        return {name: value for name, value in self.cleaned_data.items() if name in SheetsForm.base_fields}


class TableForm(SheetsForm, UploadForm):
    field_order = [*SheetsForm.base_fields, "file", "encoding"]


class LineForm(forms.Form):
    name = NameField(label=_("Name"))
    email = AddressField(label=_("E-mail"), required=False)
    country = forms.CharField(label=_("Country"), required=False, max_length=100)
    city = forms.CharField(
        label=_("City"),
        required=False,
        max_length=80,
        validators=[plain_text.one_line, plain_text.no_link, plain_text.has_letters],
    )
    wants_updates = forms.BooleanField(label=_("Wants updates"), required=False)

    def clean_country(self) -> str:
        cell = self.cleaned_data["country"]
        return country_code(cell) if cell else ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("wants_updates") and not given.get("email") and "email" not in self.errors:
            self.add_error("wants_updates", _("Nobody can write to them: there is no e-mail address."))
        return given

    def line(self, batch: PaperBatch) -> Line | None:
        """None where nothing was typed."""
        given = self.cleaned_data
        if not given:
            return None
        return Line(
            name=given["name"],
            email=given["email"],
            country=given["country"] or batch.country,
            city=given["city"],
            language=given.get("language") or batch.language,
            wants_updates=given["wants_updates"],
        )


class _RowForm(LineForm):
    language = forms.ChoiceField(required=False, choices=[("", ""), *settings.LANGUAGES])


LinesFormSet = forms.formset_factory(LineForm, extra=LINES, max_num=LINES, absolute_max=LINES)
_COLUMN_OF = {"wants_updates": "updates", "__all__": ""}


def read_rows(sheet: Sheet, batch: PaperBatch) -> tuple[list[Line], list[dict[str, Any]]]:
    """The lines of a table, and the rows that are wrong: with their line in the file, their name, and what is wrong."""
    lines, wrong = [], []
    for number, cells in sheet.rows:
        told: list[tuple[str, str]] = []
        form = _RowForm(_typed(cells, told))
        if form.is_valid() and not told:
            line = form.line(batch)
            assert line is not None  # a row without a name is none
            lines.append(line)
            continue
        told += [(_COLUMN_OF.get(name, name), str(each)) for name, errors in form.errors.items() for each in errors]
        wrong.append({"line": number, "name": cells.get("name") or "–", "told": told, "cells": cells})
    return lines, wrong


def _typed(cells: Mapping[str, str], told: list[tuple[str, str]]) -> dict[str, Any]:
    wants_updates = False
    if cell := cells.get("updates", ""):
        try:
            wants_updates = yes_or_no(cell)
        except ValidationError as error:
            told.append(("updates", " ".join(error.messages)))
    return {name: cells.get(name, "") for name in ("name", "email", "country", "city", "language")} | {
        "wants_updates": wants_updates
    }


class AttestationForm(forms.Form):
    attested = forms.BooleanField(
        label=_("I answer for it that these people signed this letter by their own hand."),
        help_text=_("Kept for good, with your name."),
        error_messages={"required": _("Nothing is counted for which nobody answers.")},
    )


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photograph of one sheet"),
        help_text=_("JPEG, PNG or WebP, at most 20 MB, with 25 lines at most. Keep the sheet flat and in good light."),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Please choose a photograph."), "empty": _("The file is empty.")},
    )


class AgreementForm(forms.Form):
    """For each line that was typed differently: which of the two counts, or neither."""

    def __init__(self, *args: Any, differences: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.differences = list(differences)
        for each in self.differences:
            choices = [("first", _("First")), ("second", _("Second")), ("none", _("Leave this line out"))]
            # An empty line that is taken is a line left out: it needs no choice of its own.
            kept = [pair for pair in choices if pair[0] == "none" or getattr(each, pair[0]) is not None]
            self.fields[f"line{each.number}"] = forms.ChoiceField(
                label=_("Line %(number)s") % {"number": each.number},
                choices=kept,
                widget=forms.RadioSelect,
                error_messages={"required": _("Please choose.")},
            )

    def chosen(self) -> dict[int, Line | None]:
        return {each.number: getattr(each, self.cleaned_data[f"line{each.number}"], None) for each in self.differences}
