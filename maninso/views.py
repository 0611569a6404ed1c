from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from campaign.models import Campaign
from cases.models import Case


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


@require_safe
@cache_control(public=True, max_age=300)
def robots(request: HttpRequest) -> HttpResponse:
    """What is for nobody but its owner is kept from search engines by its own pages; this spares them the way."""
    rooms = "".join(f"Disallow: {path}\n" for path in ("/desk/", "/admin/", "/accounts/", "/mailbox/"))
    sitemap_url = settings.SITE_URL + reverse("sitemap")
    return HttpResponse(f"User-agent: *\n{rooms}\nSitemap: {sitemap_url}\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, no_cache=True)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Each public page in each of its languages. Asked for anew each time: what was taken down is not in it."""
    everywhere = [code for code, _name in settings.LANGUAGES]
    steady = ["", "cases/", "cases/list/", "about/", "how-it-works/", "privacy/", "accessibility/"]
    pages = [(path, everywhere) for path in steady]
    pages += [(f"campaigns/{slug}/", everywhere) for slug in Campaign.objects.public().values_list("slug", flat=True)]
    cases = Case.objects.live().order_by("reference").values_list("reference", "live__languages")
    pages += [(f"cases/{reference}/", languages) for reference, languages in cases]
    context = {"pages": pages, "site_url": settings.SITE_URL}
    return render(request, "sitemap.xml", context, content_type="application/xml; charset=utf-8")
