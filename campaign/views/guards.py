"""What stands before the forms that need no log-in: no session, so no CSRF cookie, but these two questions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from privacy.networks import client_network

View = Callable[..., HttpResponse]


class TooManyForms(Exception):
    """This network has sent more forms than SIGN_LIMIT allows; the project answers with its 429 page."""


# In memory and per process: signing must not wait for Redis, and the limit is against floods, not to the last request.
_limiter = FixedWindowRateLimiter(MemoryStorage())


def may_submit(request: HttpRequest) -> bool:
    """False for a network that has sent more forms than SIGN_LIMIT allows; forgets the network with the day."""
    network = client_network(request, day=timezone.now().date())
    return _limiter.hit(parse(settings.SIGN_LIMIT), "submit", network)


def comes_from_this_site(request: HttpRequest) -> bool:
    """False for a form that a browser sent from another site.

    There is no session to abuse here; this keeps strangers' pages from signing in a visitor's name unasked. Programs
    that send neither header are let through: they could send any header they like.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.get_host()


def signing_page(view: View) -> View:
    """A page of the supporter's way: never stored, never told to other sites, its form guarded as above."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not comes_from_this_site(request):
            response = render(request, "campaign/refused.html", status=403)
        elif request.method == "POST" and not may_submit(request):
            raise TooManyForms
        else:
            response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        # With "no-referrer" browsers send our own forms with "Origin: null", and we would refuse them.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return guarded
