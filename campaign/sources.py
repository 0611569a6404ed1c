"""Where people came from who sign: the few answers that are counted, and no other (docs/adr/0021).

The browser makes one of these of what it knows (static/js/came-from.js); hosts and addresses stay there. What it says
is counted for the campaign and the day, never kept beside a signature.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Ours, as ?from=CODE at the end of a campaign's address.
OWN: dict[str, Any] = {
    "share": _("Shared by supporters"),
    "newsletter": _("Newsletter"),
    "print": _("Printed matter"),
    "partner": _("Partner’s site"),
}
# Sites that sent somebody here, by their names.
SITES: dict[str, Any] = {
    "baidu": _("Baidu"),
    "bing": "Bing",
    "daum": _("Daum"),
    "facebook": "Facebook",
    "google": "Google",
    "instagram": "Instagram",
    "kakao": _("Kakao"),
    "line": "LINE",
    "linkedin": "LinkedIn",
    "naver": _("Naver"),
    "reddit": "Reddit",
    "telegram": "Telegram",
    "threads": "Threads",
    "wechat": _("WeChat"),
    "weibo": _("Weibo"),
    "whatsapp": "WhatsApp",
    "x": "X",
    "yahoo": "Yahoo",
    "youtube": "YouTube",
}
SOURCES: dict[str, Any] = {
    **OWN,
    **SITES,
    "here": _("Other pages of this site"),
    "other": _("Other sites"),
    "direct": pgettext_lazy("source", "Direct: typed, from a message or an app"),
    # Without JavaScript, or taken from paper.
    "untold": _("Not told"),
}


def cleaned(source: str) -> str:
    """One of SOURCES, or empty: whatever a browser sends, nothing else is counted."""
    return source if source in SOURCES else ""
