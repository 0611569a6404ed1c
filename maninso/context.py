from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import translation
from django.utils.translation import get_language, gettext

from campaign import banner


def site(request: HttpRequest) -> dict[str, object]:
    """What every page may say about its site. Touches neither session nor user, so that pages stay cacheable."""
    links = _language_links(request)
    return {
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        "has_mailbox": bool(settings.MAILBOX_DIR),
        "quick_exit_url": settings.QUICK_EXIT_URL,
        # Asked for by the pages that show it: the desk does not.
        "banner": banner.shown,
        "language_links": links,
        "page_in_any_language": _page_in_any_language(request, links),
    }


def _language_links(request: HttpRequest) -> list[dict[str, object]]:
    """This page in the other languages; none where the path has no language."""
    here = request.path
    links = [
        {
            "code": code,
            "name": name,
            "url": translate_url(here, code),
            "current": code == get_language(),
            **_offer(code),
        }
        for code, name in settings.LANGUAGES
    ]
    return links if len({link["url"] for link in links}) > 1 else []


@cache
def _offer(code: str) -> dict[str, str]:
    """What static/js/language-offer.js says to somebody who reads that language."""
    with translation.override(code):
        # Translators: name your own language in place of English. A small bar on pages in another language.
        offer = gettext("Read this page in English?")
        # Translators: the answer to "Read this page in English?"
        return {"offer": offer, "no": gettext("No, thank you")}


def _page_in_any_language(request: HttpRequest, links: list[dict[str, object]]) -> object:
    """Where to send somebody whose language nobody knows: the front door asks the browser, a page has English."""
    if request.path == f"/{get_language()}/":
        return "/"
    return links[0]["url"] if links else ""
