"""Form controls that templates/maninso/ and static/js/ know how to finish. Each is a plain one without them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from face import countries


class CountrySelect(forms.Select):
    """A list of countries that can be searched by typing (static/js/country-search.js), by their other names too."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(
            {
                "autocomplete": "country",
                "data-search": _("Type or choose a country"),
                "data-found": _("Countries found: {n}"),
                "data-none": _("No country of that name is known here. Try another spelling."),
                **(attrs or {}),
            }
        )

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if also := countries.also_called(str(value)) if value else "":
            option["attrs"]["data-also"] = also
        return option


class RadioExamples(forms.RadioSelect):
    """Answers with an example under each, so that nobody has to guess what an answer does."""

    def __init__(self, examples: Mapping[str, Any], attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(attrs or {}))
        self.examples = examples

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if example := self.examples.get(value):
            option["example"] = example
            option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_example"
        return option


class DateInput(forms.DateInput):
    """The browser's own date field: dates at the desk lie near today, where a calendar helps; it shows them in the
    reader's way, speaks to screen readers and needs no script. Dates of birth, which three text fields would suit
    better, are asked of nobody.
    """

    input_type = "date"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        # The value must be ISO 8601 whatever the language; the browser writes it as its reader does.
        super().__init__(dict(attrs or {}), format="%Y-%m-%d")


class LongText(forms.Textarea):
    """A textarea that counts what is left (static/js/counter.js)."""

    COUNTS: ClassVar[dict[str, Any]] = {
        "data-counter-left": _("Characters left: {n}"),
        "data-counter-over": _("Characters too many: {n}"),
    }

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"rows": 5, **self.COUNTS, **(attrs or {})})
