"""A campaign's pictures: its cover, and the card that other sites show beside a link to it."""

import structlog
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from campaign import actions, cards
from campaign.models import Campaign
from campaign.views.hand_ins import ALONE
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
    response = _drawn(found)
    if response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def draft_card(campaign: Campaign) -> HttpResponseBase:
    """The card as it will be; whoever asks has checked for whom."""
    return _drawn(cards.card_of(campaign))


def _drawn(found: cards.Card) -> HttpResponseBase:
    try:
        picture = cards.drawn(found)
    except NotTypeset:
        log.exception("share card not drawn", campaign=found.slug)
        return _for_now(static("img/card.png"))
    return FileResponse(picture.open("rb"), content_type="image/png")


def _for_now(url: str) -> HttpResponseBase:
    response = redirect(url)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
@cache_control(public=True, max_age=86400)
def cover(request: HttpRequest, digest: str, width: str | None = None) -> HttpResponse:
    """The cover of a campaign that is public; its name is the digest of what it shows."""
    if not Campaign.objects.public().filter(cover=digest).exists():
        raise Http404
    return cover_response(digest, int(width) if width else None)


def cover_response(digest: str, width: int | None = None) -> HttpResponse:
    try:
        content = actions.open_cover(digest, width=width)
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Content-Security-Policy": ALONE, "X-Robots-Tag": "noindex"}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)
