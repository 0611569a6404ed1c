"""What a visitor sees when something is wrong: calm pages that need no database, session, cache or manifest.

Django finds the handlers by their names in `maninso/urls.py`. Each page is in the language of its address
or, where that has none, of the browser; it sets no cookie and is never stored.
"""

import datetime as dt
import sys
from functools import cache

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.timesince import timesince

# A restart of the database takes less; a crowd that returns at once would not help it.
UNAVAILABLE_RETRY_SECONDS = 30


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django sends oversized bodies here too: these get 413."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, exception)
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403, name="csrf")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def gone(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 410)


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 413)


def too_many(request: HttpRequest, exception: Exception | None = None, *, seconds: int = 60) -> HttpResponse:
    """`seconds`: what the limit counts in. allauth, which does not say, has limits per minute on its pages."""
    response = _page(request, 429, seconds=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that went away outside a view, when a session is saved for example, is 503 as well."""
    exception = sys.exc_info()[1]
    if isinstance(exception, OperationalError | InterfaceError):
        return unavailable(request, exception)
    return _page(request, 500)


def unavailable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    response = _page(request, 503)
    response.headers["Retry-After"] = str(UNAVAILABLE_RETRY_SECONDS)
    return response


def _page(request: HttpRequest, status: int, *, name: str = "", seconds: int = 0) -> HttpResponse:
    addressed = translation.get_language_from_path(request.path_info)
    language = addressed or translation.get_language_from_request(request)
    home_url = f"/{addressed}/" if addressed else "/"
    response = HttpResponse(_rendered(name or str(status), language, home_url, seconds), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@cache
def _rendered(name: str, language: str, home_url: str, seconds: int) -> str:
    """Rendered without the request, so no context processor runs: the same for every visitor."""
    with translation.override(language):
        now = timezone.now()
        # In whole minutes, or longer words for more.
        period = timesince(now - dt.timedelta(seconds=max(seconds, 60)), now)
        return render_to_string(f"errors/{name}.html", {"home_url": home_url, "period": period})
