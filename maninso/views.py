from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.views.decorators.cache import never_cache


def front_door(request: HttpRequest) -> HttpResponse:
    """`/` leads to the visitor's language; every page under it keeps the language of its path."""
    response = redirect(f"/{get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language"])
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """The process answers; that the database does is another question (a 503 page says when it does not)."""
    return HttpResponse("ok\n", content_type="text/plain")


def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look that read no page first: for a picture, or a file of another kind."""
    response = redirect(static("img/favicon.ico"))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
