"""The product's pages and two floors: what Django costs before a view does anything, and with one insert."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from maninso.bench.models import Row
from maninso.urls import handler400, handler403, handler404, handler500
from maninso.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    Row.objects.create(**{name: request.POST[name] for name in ("letter", "name", "email", "country", "display")})
    return HttpResponse("")


urlpatterns = [path("bench/empty/", empty), path("bench/insert/", insert), *product]
