from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """What every page may say about the site that it is on."""
    return {"site_url": settings.SITE_URL, "demo": settings.DEMO, "has_mailbox": bool(settings.MAILBOX_DIR)}
