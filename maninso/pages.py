"""What the site says about itself: the same for everyone, for weeks, without a query."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from campaign import rules

# Five minutes: these pages change with a release.
KEEP = 300
LICENCE = "https://opensource.org/license/mit"
# Half a year: RFC 9116 asks for less than a year.
SECURITY_TXT_MONTHS = 6

View = Callable[[HttpRequest], HttpResponse]


def _page(name: str) -> View:
    @require_safe
    @cache_control(public=True, max_age=KEEP)
    def show(request: HttpRequest) -> HttpResponse:
        return render(request, f"pages/{name}.html", facts())

    return show


about = _page("about")
how_it_works = _page("how_it_works")
privacy = _page("privacy")
accessibility = _page("accessibility")
security = _page("security")


def facts() -> dict[str, object]:
    """What the pages promise, from where the code keeps it, so that neither can drift from the other."""
    return {
        "name_in_hangul": "만인소",
        "name_in_hanja": "萬人疏",
        "operator": settings.OPERATOR,
        "contact_email": settings.CONTACT_EMAIL,
        "security_email": settings.SECURITY_EMAIL,
        "licence_url": LICENCE,
        "confirm_days": rules.CONFIRM_WITHIN.days,
        "own_page_days": rules.OWN_PAGE_FOR.days,
        "silence_hours": int(rules.SILENCE_MEANS_DELIVERED.total_seconds() // 3600),
    }


@require_safe
@cache_control(public=True, max_age=KEEP)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a hole (RFC 9116)."""
    with translation.override(settings.LANGUAGE_CODE):
        policy = settings.SITE_URL + reverse("security")
    fields = {
        "Contact": f"mailto:{settings.SECURITY_EMAIL}",
        "Expires": f"{security_txt_expires(timezone.now().date()).isoformat()}T00:00:00Z",
        "Preferred-Languages": "en, ko",
        "Canonical": settings.SITE_URL + reverse("security_txt"),
        "Policy": policy,
    }
    lines = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


def security_txt_expires(today: dt.date) -> dt.date:
    if settings.SECURITY_TXT_EXPIRES:
        return dt.date.fromisoformat(settings.SECURITY_TXT_EXPIRES)
    months = today.year * 12 + today.month - 1 + SECURITY_TXT_MONTHS
    return dt.date(months // 12, months % 12 + 1, 1)
