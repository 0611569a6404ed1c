"""Form fields for what only case records have: words in several languages, and dates as exact as they are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from cases import dates
from face import countries
from face.widgets import CountrySelect
from face.words import Words, is_old, write

COUNTRIES = lazy(lambda: [("", "—"), *countries.choices()], list)


@dataclass(frozen=True)
class Typed:
    """What came from the form: the text per language, and for which of them the old translation is still right."""

    texts: Mapping[str, str]
    still_right: frozenset[str] = frozenset()


def text_in(words: Words, language: str) -> str:
    return words[language]["text"] if language in words else ""


def name_of_column(row: models.Model | type[models.Model], name: str) -> str:
    """What the desk calls that field."""
    column = row._meta.get_field(name)
    assert isinstance(column, models.Field)
    return str(column.verbose_name)


class WordsWidget(forms.Widget):
    """One control per language, each with its own label and `lang`; the source comes first, the others fold."""

    template_name = "maninso/words.html"
    use_fieldset = True

    def __init__(self, *, long: bool = False, max_length: int | None = None) -> None:
        super().__init__()
        self.long, self.max_length, self.source = long, max_length, settings.LANGUAGE_CODE
        self.words: Words = {}

    def languages(self) -> list[tuple[str, Any]]:
        return sorted(settings.LANGUAGES, key=lambda language: language[0] != self.source)

    def id_for_label(self, id_: str, index: str = "0") -> str:
        return f"{id_}_{index}" if id_ else id_

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        texts = {code: str(data.get(f"{name}_{code}", "")) for code, _name in self.languages()}
        return Typed(texts, frozenset(code for code in texts if data.get(f"{name}_{code}_right")))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}_{code}" in data for code, _name in self.languages())

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = value if isinstance(value, Typed) else Typed({})
        words: Words = value if isinstance(value, dict) else self.words
        context["widget"]["languages"] = [
            {
                "code": code,
                "name": language,
                "field": f"{name}_{code}",
                "id": f"{context['widget']['attrs'].get('id', name)}_{number}",
                "text": typed.texts.get(code, "") if isinstance(value, Typed) else text_in(words, code),
                "is_old": is_old(words, code, source=self.source),
                "still_right": code in typed.still_right,
            }
            for number, (code, language) in enumerate(self.languages())
        ]
        context["widget"] |= {
            "source": context["widget"]["languages"][0],
            "others": context["widget"]["languages"][1:],
            "long": self.long,
            "max_length": self.max_length,
            "name_of_source": dict(settings.LANGUAGES).get(self.source, self.source),
        }
        return context


class WordsFormField(forms.Field):
    """Gives words as face/words.py keeps them. A translation that was not touched stays as old as it is, unless
    somebody ticked that it is still right.
    """

    widget: WordsWidget
    default_error_messages = {
        "too_long": _("%(language)s: at most %(limit)s characters, please."),
        "source": _("Please write it in %(language)s first: the others are translated from that."),
    }

    def __init__(self, *, long: bool = False, max_length: int | None = None, **options: Any) -> None:
        options.pop("encoder", None)
        options.pop("decoder", None)
        super().__init__(widget=WordsWidget(long=long, max_length=max_length), **options)
        self.max_length = max_length
        self.speak("en", {})

    def speak(self, source: str, words: Words) -> None:
        """Of this row: the language that others are translated from, and what is there already."""
        self.widget.source, self.widget.words = source, words

    def clean(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Typed):
            return dict(value or {})
        words, source = dict(self.widget.words), self.widget.source
        for code, language in self.widget.languages():
            text = value.texts.get(code, "").replace("\r\n", "\n").strip()
            if self.max_length and len(text) > self.max_length:
                raise ValidationError(
                    self.error_messages["too_long"], "too_long", {"language": language, "limit": self.max_length}
                )
            if text != text_in(words, code) or (code in value.still_right and code != source):
                words = write(words, code, text, source=source)
        if (self.required or words) and source not in words:
            name = dict(settings.LANGUAGES)[source]
            raise ValidationError(self.error_messages["source"], "source", {"language": name})
        return words

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != (initial or {}))
        except ValidationError:
            return True


class EDTFInput(forms.TextInput):
    """Says, while one types, which days the date may mean; without JavaScript the saved row says it."""

    template_name = "maninso/date_as_known.html"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false", "inputmode": "text", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        attributes = context["widget"]["attrs"]
        attributes |= {
            "hx-get": reverse("case_desk:date_reading"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": f"#{attributes.get('id')}_reading",
            "hx-swap": "innerHTML",
        }
        context["widget"]["reading"] = dates_meant(str(value or ""))
        return context


class EDTFFormField(forms.CharField):
    widget = EDTFInput

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        if text:
            dates.span(text)
        return text


def dates_meant(text: str) -> dict[str, Any]:
    """What a date as typed would mean: `span`, or `problem` where it cannot be read; empty for nothing."""
    text = text.strip()
    if not text:
        return {}
    try:
        return {"span": dates.span(text), "text": text}
    except ValidationError as error:
        return {"problem": " ".join(error.messages)}


class StateField(forms.ChoiceField):
    """A State, or none; found by typing."""

    def __init__(self, **options: Any) -> None:
        options.pop("max_length", None)
        super().__init__(choices=COUNTRIES, **{"widget": CountrySelect({"autocomplete": "off"}), **options})
