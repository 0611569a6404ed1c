"""Words of campaigns, letters and forms of address, a field for each, in the language that they are written in."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from campaign import plain_text
from campaign.forms import ParagraphsField
from face.widgets import LongText


class LineField(forms.CharField):
    """One line, that counts what is left and cuts nothing off, as ParagraphsField does."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, validators=[plain_text.one_line], **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return {**attrs, **LongText.COUNTS, "data-counter": str(self.max_length)}


def _lines(rows: int) -> LongText:
    return LongText({"rows": rows})


_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "title": lambda: LineField(label=_("Title"), max_length=120),
    "ask": lambda: LineField(label=_("What is asked, in one line"), max_length=300, widget=_lines(2)),
    "background": lambda: ParagraphsField(
        label=_("Who is at risk"),
        help_text=_("Plain text; an empty line starts a new paragraph."),
        max_length=10_000,
        widget=_lines(10),
    ),
    "share_text": lambda: LineField(
        label=_("Share text"),
        help_text=_("Under the title where the page is shared. Empty: the ask."),
        max_length=200,
        required=False,
        widget=_lines(2),
    ),
    "cover_alt": lambda: LineField(
        label=_("What the cover picture shows"),
        help_text=_("For people who do not see it."),
        max_length=300,
        required=False,
        widget=_lines(2),
    ),
    "addressee": lambda: ParagraphsField(
        label=_("Address block"),
        help_text=_("A line each: who it is, the office, then the way it goes."),
        max_length=500,
        widget=_lines(4),
    ),
    "salutation": lambda: LineField(label=_("Salutation"), max_length=200),
    "subject": lambda: LineField(label=_("Subject"), max_length=150),
    "body": lambda: ParagraphsField(
        label=_("The letter"),
        help_text=_("Plain text; an empty line starts a new paragraph."),
        max_length=20_000,
        widget=_lines(18),
    ),
    "closing": lambda: ParagraphsField(label=_("Closing"), max_length=300, widget=_lines(2)),
    "name_suffix": lambda: LineField(
        label=_("After the name"),
        help_text=_("What follows the writer’s name, where the language has it: 올림, 谨启."),
        max_length=20,
        required=False,
    ),
}


def label_of(name: str) -> str:
    return str(_FIELDS[name]().label)


class WordsForm(forms.Form):
    """`seen` says what was shown, so that whoever saves second is told."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, names: Sequence[str], language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.names = names
        direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
        for name in names:
            self.fields[name] = _FIELDS[name]()
            self.fields[name].widget.attrs |= {"lang": language, "dir": direction}

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name].strip() for name in self.names}
