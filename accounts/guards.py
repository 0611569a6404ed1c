"""Who may open a page of the desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.rules import Anyone, is_staff_member

View = Callable[..., HttpResponseBase]


def staff_page(view: View) -> View:
    """Strangers are asked to log in; people without the right are told so. Nothing of the desk is stored on the way."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_staff_member(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def role_page(may: Callable[[Anyone], bool]) -> Callable[[View], View]:
    """A page of the desk for people of whom that sentence is true."""

    def guard(view: View) -> View:
        @staff_page
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def proven_again(view: View) -> View:
    """For what reaches many people or takes data out: whoever asks has proven within the last minutes who they are
    (ACCOUNT_REAUTHENTICATION_TIMEOUT), or is asked to, and comes back. Stands under the guard that asks for a log-in.
    """
    return reauthentication_required(view)
