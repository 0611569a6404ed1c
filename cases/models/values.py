"""What a claim says of a field: kept as a machine reads it, so that claims can be compared, and told in any language.

Numbers are 9, 14-18 or 41+, dates EDTF, States ISO 3166-1 codes, the rest the codes of the column's choices.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import dates, numbers
from cases.models.authority import Intervention, Involvement
from cases.models.member import Member
from face import countries

_YES_OR_NO = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}


@dataclass(frozen=True)
class Form:
    """How values are read (ValidationError for what only words can say), and how a reader is told."""

    read: Callable[[str], str]
    shown: Callable[[str], str]


def read(field: str, text: str) -> str:
    """As it is kept. Raises ValidationError for what only words can say."""
    text = text.strip()
    if text and field not in _FORMS:
        raise ValidationError(_("About this field a claim says what it says in words."))
    return _FORMS[field].read(text) if text else ""


def shown(field: str, value: str) -> str:
    """What `read` has returned, in the active language."""
    return _FORMS[field].shown(value) if value else ""


def _choice(choices: Mapping[str, Any]) -> Form:
    def code(text: str) -> str:
        for code, label in choices.items():
            if text.casefold() in (code.casefold(), str(label).casefold()):
                return code
        known = ", ".join(str(label) for label in choices.values())
        raise ValidationError(_("One of these, or in words: %(known)s.") % {"known": known})

    return Form(code, lambda value: str(choices.get(value, value)))


def _state(text: str) -> str:
    for language, _name in settings.LANGUAGES:
        for code, name in countries.names(language).items():
            if text.casefold() in (code.casefold(), name.casefold()):
                return code
    raise ValidationError(_("Write the State’s name or its code (CN), and the rest in words."))


def _date(text: str) -> str:
    dates.span(text)
    return text


_STATE = Form(_state, countries.name_of)
_FORMS = {
    "people": Form(numbers.read, lambda value: numbers.how_many(numbers.span(value))),
    "age": Form(numbers.read, lambda value: numbers.age(numbers.span(value))),
    "minor": _choice(_YES_OR_NO),
    "sex": _choice(dict(Member.Sex.choices)),
    "citizenship": _STATE,
    "date": Form(_date, dates.shown),
    "from_state": _STATE,
    "to_state": _STATE,
    "role": _choice(dict(Involvement.Role.choices)),
    "outcome": _choice(dict(Intervention.Outcome.choices)),
}
