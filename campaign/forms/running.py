"""What an organizer says who pauses, resumes, closes early, extends, changes the goal, or takes a case out."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign import plain_text, rules
from campaign.forms import MomentInput, ParagraphsField
from campaign.models import Campaign
from cases.models import Case
from face.widgets import LongText


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept for good, with your name, in the history and the audit log. The public does not read it."),
        max_length=300,
        validators=[plain_text.one_line],
        error_messages={
            "required": _("Please say why."),
            "max_length": _("Please shorten it to 300 characters; now there are %(show_value)d."),
        },
    )


class CaseOutForm(ReasonForm):
    case = forms.ModelChoiceField(
        label=_("Case"),
        queryset=Case.objects.none(),
        to_field_name="reference",
        empty_label=_("Please choose"),
        error_messages={
            "required": _("Please choose a case."),
            "invalid_choice": _("The campaign does not name this case."),
        },
    )
    field_order = ["case", "reason"]

    def __init__(self, data: Any = None, *, campaign: Campaign) -> None:
        super().__init__(data)
        self.fields["case"].queryset = campaign.cases.order_by("reference")  # type: ignore[attr-defined]


class _NoteForm(ReasonForm):
    note = ParagraphsField(
        label=_("What everyone reads of it"),
        help_text=_("It stands on the campaign’s page, below the dates. In the campaign’s own language."),
        max_length=500,
        validators=[plain_text.paragraphs],
        widget=LongText({"rows": 2}),
        error_messages={
            "required": _("Please say it to those who read the page: another day was announced."),
            "max_length": _("Please shorten it to 500 characters; now there are %(show_value)d."),
        },
    )


class ClosureForm(_NoteForm):
    """The campaign closes before the announced day."""


class ExtensionForm(_NoteForm):
    closes_at = forms.DateTimeField(
        label=_("People can sign until"),
        help_text=_("In UTC."),
        widget=MomentInput,
        error_messages={"required": _("Please give a day and a time."), "invalid": _("Please give a day and a time.")},
    )
    deliver_until = forms.DateTimeField(
        label=_("Letters go out until"),
        help_text=_("In UTC."),
        widget=MomentInput,
        error_messages={"required": _("Please give a day and a time."), "invalid": _("Please give a day and a time.")},
    )
    field_order = ["closes_at", "deliver_until", "note", "reason"]

    def __init__(self, data: Any = None, *, campaign: Campaign) -> None:
        super().__init__(data, initial={name: getattr(campaign, name) for name in ("closes_at", "deliver_until")})
        self.campaign = campaign

    def clean_closes_at(self) -> dt.datetime:
        return self._as_it_was("closes_at")

    def clean_deliver_until(self) -> dt.datetime:
        return self._as_it_was("deliver_until")

    def _as_it_was(self, name: str) -> dt.datetime:
        """The page shows minutes: a date that nobody touched keeps its seconds."""
        given: dt.datetime = self.cleaned_data[name]
        stands: dt.datetime = getattr(self.campaign, name)
        return stands if given == stands.replace(second=0, microsecond=0) else given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if {"closes_at", "deliver_until"} <= given.keys():
            dates = {name: given[name] for name in ("closes_at", "deliver_until")}
            for field, wrong in rules.why_not_extended(self.campaign, **dates, now=timezone.now()):
                self.add_error(field, wrong)
        return given


class GoalForm(ReasonForm):
    goal = forms.IntegerField(
        label=_("Goal"),
        help_text=_("Signatures. The page shows it beside the count."),
        min_value=1,
        max_value=100_000_000,
        error_messages={"required": _("Please give a number."), "invalid": _("Please give a number.")},
    )
    field_order = ["goal", "reason"]
