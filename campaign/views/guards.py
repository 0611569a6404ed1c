"""What stands before the forms that need no log-in: no session, so no CSRF cookie, but these two questions."""

import time
from collections import Counter
from collections.abc import Callable
from functools import cache, wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from limits import RateLimitItem, parse

from privacy.networks import client_network

View = Callable[..., HttpResponse]


class TooManyForms(Exception):
    """This network has sent more forms than SIGN_LIMIT allows in `seconds`; the project answers with its 429 page."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class FormsSent:
    """By network, since the hour (or whatever SIGN_LIMIT says) began; then all are forgotten.

    In memory and per process: signing must not wait for Redis, and the limit is against floods, not to the last form.
    The in-memory storage of `limits` starts a thread for almost every request, which took a quarter of a signature.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        self._window = 0
        self._counts: Counter[str] = Counter()

    def one_more(self, network: str, limit: RateLimitItem) -> bool:
        """Counts it; False if it is over the limit."""
        with self._lock:
            window = int(time.time() // limit.get_expiry())
            if window != self._window:
                self._window, self._counts = window, Counter()
            self._counts[network] += 1
            return self._counts[network] <= limit.amount


_forms_sent = FormsSent()
_limit = cache(parse)


def may_submit(request: HttpRequest) -> bool:
    """False for a network that has sent more forms than SIGN_LIMIT allows; forgets the network with the day."""
    network = client_network(request, day=timezone.now().date())
    return _forms_sent.one_more(network, _limit(settings.SIGN_LIMIT))


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
            raise TooManyForms(_limit(settings.SIGN_LIMIT).get_expiry())
        else:
            response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        # With "no-referrer" browsers send our own forms with "Origin: null", and we would refuse them.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return guarded
