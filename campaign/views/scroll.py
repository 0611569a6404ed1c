"""The scroll as a plain list, a page at a time, and the count that a page asks for while it stays open."""

from typing import Any

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from campaign import scroll
from campaign.views.public import campaign_context, public_campaign, tally_of
from face.pages import KEEP
from privacy.cursors import BadCursor


# Not kept by path as other public pages are: `before` chooses the page, and it costs one query.
@require_safe
@gzip_page
@cache_control(public=True, max_age=KEEP)
def signatures(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = public_campaign(slug)
    before = request.GET.get("before", "")
    try:
        stretch = scroll.stretch(campaign, length=scroll.A_PAGE, before=before)
    except BadCursor:
        raise Http404 from None
    here = reverse("signatures", args=[slug])
    context = {
        **campaign_context(campaign),
        "names": stretch.names,
        "older_url": f"{here}?before={stretch.older}" if stretch.older else "",
        "newest_url": here if before else "",
    }
    return render(request, "campaign/signatures.html", context)


@require_safe
@cache_control(public=True, max_age=KEEP)
def count(request: HttpRequest, slug: str) -> HttpResponse:
    """The count as a fragment; nothing at all (204) for one who has `seen` this very count, so that nothing is read out
    anew. A process asks the database once in a few seconds, however many pages are open.
    """
    state = _count_of(slug)
    if request.GET.get("seen") == str(state["tally"]["total"]):
        return HttpResponse(status=204)
    return render(request, "components/count.html", {**state, "count_url": reverse("count", args=[slug])})


def _count_of(slug: str) -> dict[str, Any]:
    kept = caches["pages"].get(f"count:{slug}")
    if kept is None:
        campaign = public_campaign(slug)
        kept = {"tally": tally_of(campaign), "accepts_signatures": campaign.accepts_signatures(timezone.now())}
        caches["pages"].set(f"count:{slug}", kept, KEEP)
    return kept
