from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from cases.reading import Gone

View = Callable[..., HttpResponse]


def case_page(view: View) -> View:
    """A public page about cases: the same for everyone, and asked for anew each time, so that a takedown is at once
    everywhere. What has not changed is not sent again (ETag). Of what was taken down it tells nothing (410).
    """

    @require_safe
    @conditional_page
    @cache_control(public=True, no_cache=True)
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Gone:
            return render(request, "cases/gone.html", status=410)

    return guarded
