"""Who may open which page of the cases' desk, and the case that it is about."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.guards import View, role_page
from accounts.rules import Anyone
from cases.models import Case


def case_page(may: Callable[[Anyone], bool]) -> Callable[[View], View]:
    """The same for a page about one case; the view gets it in place of its reference. Its note stays sealed."""

    def guard(view: View) -> View:
        @role_page(may)
        @wraps(view)
        def about_a_case(request: HttpRequest, reference: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            case = get_object_or_404(Case.objects.for_desk(), reference=reference)
            return view(request, case, *args, **kwargs)

        return about_a_case

    return guard
