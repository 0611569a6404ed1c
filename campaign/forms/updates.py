"""What organizers say about an update: its words, and when it goes."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign import plain_text, update_rules
from campaign.forms import MomentInput, ParagraphsField
from campaign.models import Update, UpdateText
from face.widgets import LongText

WORDS_LENGTH = 5_000
ON_PAGE, MAIL_ONLY = "page", "mail"


class UpdateForm(forms.Form):
    """A title and words in each language; in the campaign's own they are needed, in others both or neither. A partner
    is not asked where: the campaign's page is not its own.
    """

    where = forms.ChoiceField(
        label=_("Where can it be read?"),
        choices=[
            (ON_PAGE, _("On the page of the campaign, where the mail leads, and by e-mail")),
            (MAIL_ONLY, _("By e-mail only")),
        ],
        initial=ON_PAGE,
        widget=forms.RadioSelect,
    )
    # What the words were when this form was opened.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, update: Update, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if update.partner:
            del self.fields["where"]
        self.source = update.campaign.source_language
        names = dict(settings.LANGUAGES)
        self.languages = {self.source: names[self.source], **names}
        for code in self.languages:
            is_source = code == self.source
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title"),
                help_text=_("Also the subject of the mail: others may see it over a shoulder. Please name nobody."),
                required=is_source,
                max_length=120,
                validators=[plain_text.one_line],
                widget=forms.TextInput(attrs={"lang": code}),
                error_messages={
                    "required": _("Please give it a title."),
                    "max_length": _("Please shorten it to 120 characters; now there are %(show_value)d."),
                },
            )
            self.fields[f"words_{code}"] = ParagraphsField(
                label=_("What happened"),
                help_text=_("Plain text; an empty line starts a new paragraph. Up to 5,000 characters."),
                required=is_source,
                max_length=WORDS_LENGTH,
                validators=[plain_text.paragraphs],
                widget=LongText({"rows": 10, "lang": code}),
                error_messages={
                    "required": _("Please write what happened."),
                    "max_length": _("Please shorten it to 5,000 characters; now there are %(show_value)d."),
                },
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for code in self.languages:
            title, words = given.get(f"title_{code}"), given.get(f"words_{code}")
            if code != self.source and bool(title) != bool(words):
                missing = "words" if title else "title"
                if f"{missing}_{code}" not in self.errors:
                    self.add_error(
                        f"{missing}_{code}", _("In a language there are a title and words, or neither of them.")
                    )
        return given

    def texts(self) -> dict[str, tuple[str, str]]:
        """What was written, by language."""
        given = self.cleaned_data
        return {
            code: (given[f"title_{code}"], given[f"words_{code}"]) for code in self.languages if given[f"title_{code}"]
        }

    @property
    def is_public(self) -> bool:
        return self.cleaned_data.get("where") == ON_PAGE

    def shows_on_page(self) -> bool:
        """As it stands now, right or wrong."""
        return "where" in self.fields and self["where"].value() == ON_PAGE

    def so_far(self) -> dict[str, UpdateText]:
        """The texts as they stand now, right or wrong, for a preview."""
        typed = {
            code: (self[f"title_{code}"].value() or "", (self[f"words_{code}"].value() or "").replace("\r\n", "\n"))
            for code in self.languages
        }
        return {
            code: UpdateText(language=code, title=title, words=words)
            for code, (title, words) in typed.items()
            if title or words
        }

    def shown_languages(self) -> Iterator[dict[str, Any]]:
        """The campaign's own first; the others open where something stands in them, or is wrong."""
        for code, name in self.languages.items():
            fields: list[BoundField] = [self[f"title_{code}"], self[f"words_{code}"]]
            filled = any(field.value() or field.errors for field in fields)
            yield {"code": code, "name": name, "fields": fields, "is_source": code == self.source, "open": filled}


def initial_of(texts: Any, *, is_public: bool, seen: str) -> dict[str, Any]:
    """For a form about what is written already."""
    initial = {"where": ON_PAGE if is_public else MAIL_ONLY, "seen": seen}
    for text in texts:
        initial |= {f"title_{text.language}": text.title, f"words_{text.language}": text.words}
    return initial


class SendForm(forms.Form):
    """When an update goes. The words that were read go with it, so that nothing else is sent."""

    at = forms.DateTimeField(
        label=_("When?"),
        help_text=_("Leave it empty to send it now."),
        required=False,
        widget=MomentInput,
        error_messages={"invalid": _("Please give a day and a time.")},
    )
    zone = forms.ChoiceField(label=_("By the clock of"), choices=lambda: [(name, name) for name in _zones()])
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        at, zone = given.get("at"), given.get("zone")
        if at and zone:
            given["at"] = self._moment(at.replace(tzinfo=None), ZoneInfo(zone))
        return given

    def _moment(self, at: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
        moment = at.replace(tzinfo=zone)
        now = timezone.now()
        if moment.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != at:
            self.add_error("at", _("The clocks there go forward then: there is no such hour. Please choose another."))
        elif moment <= now:
            self.add_error("at", _("This lies in the past. To send it now, leave the field empty."))
        elif moment > now + update_rules.AHEAD:
            self.add_error("at", _("This is more than a year away. Please choose an earlier day."))
        return moment


def _zones() -> list[str]:
    return sorted(name for name in available_timezones() if "/" in name or name == "UTC")


class TestUpdateForm(forms.Form):
    """In which languages an organizer wants to see it."""

    languages = forms.MultipleChoiceField(
        label=_("As somebody gets it who reads"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose one language at least.")},
    )
