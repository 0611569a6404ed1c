"""What the form pack in templates/maninso/ needs to know of a field."""

from typing import Any

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def speaks_for_itself(error: str, bound: BoundField) -> bool:
    """True for a text written for this field ("Please give your name."); Django's own need its label beside them."""
    usual = _usual_texts(type(bound.field))
    return any(error == text for code, text in bound.field.error_messages.items() if text != usual.get(code))


def _usual_texts(field: type[Any]) -> dict[str, Any]:
    return {
        code: text
        for base in reversed(field.__mro__)
        for code, text in getattr(base, "default_error_messages", {}).items()
    }
