"""Pictures that other sites show beside a link to a campaign."""

import structlog
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from campaign import cards
from campaign.views.public import public_campaign
from face.typesetting import NotTypeset

log = structlog.get_logger(__name__)


@require_safe
def card(request: HttpRequest, slug: str, digest: str) -> HttpResponseBase:
    """The share card. Its address holds a digest of what it says, so it may be kept for ever; an address from before
    a change leads to the card of today.
    """
    found = cards.card_of(public_campaign(slug))
    if digest != found.digest:
        return _for_now(found.url)
    try:
        picture = cards.drawn(found)
    except NotTypeset:
        log.exception("share card not drawn", campaign=slug)
        return _for_now(static("img/card.png"))
    response = FileResponse(picture.open("rb"), content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _for_now(url: str) -> HttpResponseBase:
    response = redirect(url)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
