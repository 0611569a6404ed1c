"""Who may open a page of the desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from accounts.rules import is_staff_member


def staff_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Strangers are asked to log in; people without the right are told so. Nothing of the desk is stored on the way."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_staff_member(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
