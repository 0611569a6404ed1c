"""What all verbs share: one transaction, and the history knows in whose name."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Refused(Exception):
    """It can't be done as things stand; the message is a sentence for the person who tried."""


def verb(action: Callable[Given, Result]) -> Callable[Given, Result]:
    """All of it or nothing, and what changes is put down to `by`."""

    @wraps(action)
    def acted(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with transaction.atomic(), pghistory.context(user=kwargs["by"].pk):  # type: ignore[attr-defined]
            return action(*args, **kwargs)

    return acted


def require(may: bool, message: str = "") -> None:
    """Raises PermissionDenied."""
    if not may:
        raise PermissionDenied(message or _("Your role does not allow this."))
