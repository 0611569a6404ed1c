"""Who may open a page of the desk, or of the admin."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from accounts.rules import Anyone, is_staff_member, may_enter_admin
from accounts.second_factor import has_proven_second_factor, has_second_factor

View = Callable[..., HttpResponseBase]
# Where somebody was going who had to set up a second factor first.
GOING_TO = "going_to"


def staff_page(view: View) -> View:
    """Strangers are asked to log in; people without the right are told so; whoever has not proven a second factor in
    this session does that first, or sets it up. Nothing of the desk is stored on the way.
    """

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_staff_member(request.user):
            raise PermissionDenied
        if not has_proven_second_factor(request):
            return _second_factor_first(request)
        return view(request, *args, **kwargs)

    return guarded


def enters_admin(request: HttpRequest) -> bool:
    """What the admin's site asks before it shows anything: it is for superusers."""
    return may_enter_admin(request.user) and has_proven_second_factor(request)


@never_cache
def admin_log_in(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """The admin's own log-in knows no second factor: the one of the site stands in its place."""
    going_to = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(going_to, allowed_hosts={request.get_host()}):
        going_to = reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect_to_login(going_to)
    if not may_enter_admin(request.user):
        raise PermissionDenied
    return redirect(going_to) if enters_admin(request) else _second_factor_first(request, going_to)


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


def _second_factor_first(request: HttpRequest, going_to: str = "") -> HttpResponse:
    going_to = going_to or (request.get_full_path() if request.method == "GET" else reverse("desk"))
    if has_second_factor(request.user):  # set up elsewhere, after this session had begun
        return redirect_to_login(going_to, reverse("mfa_reauthenticate"))
    request.session[GOING_TO] = going_to
    return redirect("second_factor")
