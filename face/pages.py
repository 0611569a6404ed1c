"""What views of every room stand behind. Public pages are the same for everyone: no cookie, and kept for a moment."""

import gzip
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

# Seconds. Short enough that a count feels alive, long enough that ten thousand visitors cost one rendering each.
KEEP = 5

# A form: shown and sent at the same address.
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Rendered and compressed once per process and path in so many seconds. Made-up queries behind the path make no
    page of their own: the view does not see them. These pages hold no secret that a compressed length could betray.
    """

    @require_safe
    @cache_control(public=True, max_age=KEEP)
    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pages, key = caches["pages"], sha256(request.path.encode()).hexdigest()
        page = pages.get(key)
        if page is None:
            content = view(request, *args, **kwargs).content
            page = content, gzip.compress(content, mtime=0)
            pages.set(key, page, KEEP)
        plain, compressed = page
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return HttpResponse(compressed, headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
        return HttpResponse(plain, headers={"Vary": "Accept-Encoding"})

    return kept
