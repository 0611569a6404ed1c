"""What stands around every view."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from maninso import errors

View = Callable[[HttpRequest], HttpResponse]


class UnavailableMiddleware:
    """A database that does not answer is a clear 503 page, whichever view met it; nothing is half-done, as every
    verb is one transaction.

    The page is static: it works without database, session or cache.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            return errors.unavailable(request, exception)
        return None
