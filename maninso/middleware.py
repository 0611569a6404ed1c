"""What stands around every view."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from campaign.views.guards import TooManyForms
from maninso import errors
from maninso.database import connect_anew

View = Callable[[HttpRequest], HttpResponse]


class ErrorPagesMiddleware:
    """What no view can answer, as a static page that works without database, session or cache.

    A database that does not answer is 503, whichever view met it; nothing is half-done, as every verb is one
    transaction. A network that sends too many forms is 429.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            connect_anew()
            return errors.unavailable(request, exception)
        if isinstance(exception, TooManyForms):
            return errors.too_many(request, exception, seconds=exception.seconds)
        return None
