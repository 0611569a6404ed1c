"""Countries: ISO 3166-1 codes, named as CLDR names them in the reader's language."""

import unicodedata
from functools import cache

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, to_locale

from face import languages

# CLDR also holds groupings (EU, UN, EZ), pseudo-locales (XA, XB) and "unknown" (ZZ): nobody signs from there.
_NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}

# What people type who do not write a country's name as CLDR does. Only for finding it; nowhere shown.
_ALSO_CALLED = {
    "AE": "UAE Emirates",
    "BA": "Herzegovina",
    "CD": "DRC Zaire",
    "CI": "Ivory Coast",
    "CN": "PRC",
    "CZ": "Czech Republic",
    "GB": "Britain England Scotland Wales Northern Ireland",
    "KP": "DPRK",
    "KR": "Republic of Korea ROK",
    "MK": "Macedonia",
    "MM": "Burma",
    "NL": "Holland",
    "RU": "Russian Federation",
    "SZ": "Swaziland",
    "TR": "Turkey Turkiye",
    "TW": "Chinese Taipei Formosa",
    "US": "USA America",
    "VA": "Holy See",
}


def locale_of(language: str) -> Locale:
    """CLDR's own name of the language; for a variant that it does not know (en-xa), what it is a variant of."""
    try:
        return Locale.parse(to_locale(language))
    except UnknownLocaleError:
        return Locale.parse(language.partition("-")[0])


@cache
def names(language: str) -> dict[str, str]:
    """Names by code, in the order in which a reader of that language looks for them."""
    territories = locale_of(language).territories
    known = [(str(code), name) for code, name in territories.items() if len(str(code)) == 2 and str(code).isalpha()]
    countries = (pair for pair in known if pair[0] not in _NOT_COUNTRIES)
    if language == "zh-hans":
        # GB 18030 has the common characters in the order of their pinyin; Unicode has them by radical and stroke.
        return dict(sorted(countries, key=lambda pair: pair[1].encode("gb18030")))
    return dict(sorted(countries, key=lambda pair: _sort_key(pair[1])))


def _sort_key(name: str) -> str:
    # "Åland" is looked for beside "Albania"; NFD puts the ring behind the letter.
    return "".join(c for c in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(c))


def is_country(code: str) -> bool:
    return code in names("en")


def name_of(code: str, language: str | None = None) -> str:
    """The country's name in that language (the active one by default); the code itself where CLDR knows none."""
    return names(language or languages.active()).get(code, code)


def place(city: str | None, code: str, language: str | None = None) -> str:
    """City and country in the order in which that language (the active one by default) says them."""
    with override(language or languages.active()):
        country = name_of(code) if code else ""
        if not city or not country:
            return city or country
        # Translators: where somebody lives, at the foot of a letter; in the order and with the marks of your language.
        return _("%(city)s, %(country)s") % {"city": city, "country": country}


def also_called(code: str) -> str:
    """Other words that lead to the country; in another language its English name as well, which people abroad know."""
    language = languages.active()
    known = [_ALSO_CALLED.get(code, ""), "" if language == "en" else name_of(code, "en")]
    return " ".join(filter(None, known))


def choices() -> list[tuple[str, str]]:
    return list(names(languages.active()).items())


@cache
def _by_name() -> dict[str, str]:
    """Codes by everything that a country is called in the site's languages."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        found |= {_sort_key(name): code for code, name in names(language).items()}
    return found


def find(words: str) -> str | None:
    """The code of the country that somebody wrote: its code, or its name in any of the site's languages."""
    words = words.strip()
    if len(words) == 2 and words.isascii() and is_country(words.upper()):
        return words.upper()
    return _by_name().get(_sort_key(words))
