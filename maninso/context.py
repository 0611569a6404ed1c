from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language


def site(request: HttpRequest) -> dict[str, object]:
    """What every page may say about its site. Touches neither session nor user, so that pages stay cacheable."""
    return {
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        "has_mailbox": bool(settings.MAILBOX_DIR),
        "quick_exit_url": settings.QUICK_EXIT_URL,
        "language_links": _language_links(request),
    }


def _language_links(request: HttpRequest) -> list[dict[str, object]]:
    """This page in the other languages; none where the path has no language."""
    here = request.path
    links = [
        {"code": code, "name": name, "url": translate_url(here, code), "current": code == get_language()}
        for code, name in settings.LANGUAGES
    ]
    return links if len({link["url"] for link in links}) > 1 else []
