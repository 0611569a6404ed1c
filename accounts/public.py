"""What everyone may fetch of organisations."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts import logos
from accounts.models import Organisation


@require_safe
def logo(request: HttpRequest, digest: str, side: str) -> HttpResponse:
    """Its address holds a digest of what it shows, so it may be kept for ever."""
    if not Organisation.objects.filter(logo=digest).exists():
        raise Http404
    try:
        content = logos.open_logo(digest, int(side))
    except FileNotFoundError:
        raise Http404 from None
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(content, content_type="image/png", headers=headers)
