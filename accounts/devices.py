"""What a browser calls itself, in the two words that a person knows it by."""

# The first that fits: Edge and Opera also say Chrome, Chrome also says Safari.
BROWSERS: dict[str, tuple[str, ...]] = {
    "Firefox": ("Firefox/", "FxiOS/"),
    "Edge": ("Edg/", "EdgA/", "EdgiOS/"),
    "Opera": ("OPR/",),
    "Samsung Internet": ("SamsungBrowser/",),
    "Chrome": ("Chrome/", "CriOS/"),
    "Safari": ("Safari/",),
}
SYSTEMS: dict[str, tuple[str, ...]] = {
    "iPhone": ("iPhone",),
    "iPad": ("iPad",),
    "Android": ("Android",),
    "Windows": ("Windows",),
    "Mac": ("Macintosh",),
    "ChromeOS": ("CrOS",),
    "Linux": ("Linux",),
}


def device_of(user_agent: str) -> str:
    """ "Firefox, Windows"; "" where it says neither. Given its own answer, it gives the same."""
    if user_agent in _ANSWERS:
        return user_agent
    return ", ".join(word for word in (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)) if word)


def _first(names: dict[str, tuple[str, ...]], text: str) -> str:
    return next((name for name, marks in names.items() if any(mark in text for mark in marks)), "")


_ANSWERS = {
    ", ".join(word for word in (browser, system) if word) for browser in (*BROWSERS, "") for system in (*SYSTEMS, "")
}
