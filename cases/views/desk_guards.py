"""Who may open which page of the cases' desk, and the case that it is about."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.guards import staff_page
from accounts.rules import Anyone
from cases.models import Case

View = Callable[..., HttpResponse]


def role_page(may: Callable[[Anyone], bool]) -> Callable[[View], View]:
    """A page for staff of whom that sentence is true."""

    def guard(view: View) -> View:
        @staff_page
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def case_page(may: Callable[[Anyone], bool]) -> Callable[[View], View]:
    """The same for a page about one case; the view gets it in place of its reference. Its note stays sealed."""

    def guard(view: View) -> View:
        @role_page(may)
        @wraps(view)
        def about_a_case(request: HttpRequest, reference: str, *args: Any, **kwargs: Any) -> HttpResponse:
            case = get_object_or_404(Case.objects.for_desk(), reference=reference)
            return view(request, case, *args, **kwargs)

        return about_a_case

    return guard
