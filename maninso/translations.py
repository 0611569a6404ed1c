"""Catalogues of translations, made and compiled by Babel: a machine needs no GNU gettext for them.

The .po files stand in locale/ and in git; the .mo files are made from them where they are needed and are not kept.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

# Rooms with words of their own; what tests and migrations say is read by nobody who needs a translation.
ROOMS = ("accounts", "campaign", "cases", "face", "maninso", "outbox", "privacy")
NOT_READ = {"migrations", "bench"}

FUNCTIONS = ["_", "gettext", "gettext_noop", "ngettext", "pgettext", "npgettext"]
FUNCTIONS += ["gettext_lazy", "ngettext_lazy", "pgettext_lazy", "npgettext_lazy"]
# A comment that begins so and stands above a string is shown to translators.
REMARK = "Translators:"

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals};\\n"

"""


def languages() -> list[str]:
    """Those that need a catalogue: all but the one that the sources are written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def po_file(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.po"


def sources() -> list[Path]:
    root = Path(settings.BASE_DIR)
    programs = [path for room in ROOMS for path in (root / room).rglob("*.py") if not NOT_READ & set(path.parts)]
    templates = [path for path in (root / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    return sorted(programs + templates)


def extract() -> Catalog:
    """Every string that a source hands to gettext, with its plural, its context and the files that it stands in."""
    found = Catalog(fuzzy=False)
    for path in sources():
        name = str(path.relative_to(settings.BASE_DIR))
        for ids, remarks, context in _strings(path):
            found.add(ids, locations=[(name, 0)], auto_comments=remarks, context=context)
    return found


def _strings(path: Path) -> Iterator[tuple[str | tuple[str, str], list[str], str | None]]:
    """Each string, with what is said to translators, and its context."""
    program = BytesIO(_as_python(path).encode())
    # Babel wants to know where each function has its arguments, and then does not look.
    functions: Any = FUNCTIONS
    calls: Any = extract_python(program, functions, [REMARK], {"encoding": "utf-8"})
    for _line, function, arguments, remarks in calls:
        texts = [arguments] if isinstance(arguments, str) else [text or "" for text in arguments or ()]
        context = texts.pop(0) if "pgettext" in function else None
        wanted = 2 if function.startswith(("ngettext", "npgettext")) else 1
        ids = texts[:wanted]
        # A name instead of a literal: whoever made its value has marked it.
        if len(ids) == wanted and all(ids):
            yield (ids[0], ids[1]) if wanted == 2 else ids[0], [remark.strip() for remark in remarks], context


def _as_python(path: Path) -> str:
    """A template becomes calls of gettext between words without meaning; their indentation means nothing either."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    return "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())


def read(language: str) -> Catalog:
    """The catalogue as it stands; an empty one where there is none yet."""
    file = po_file(language)
    locale = to_locale(language)
    if not file.exists():
        return Catalog(locale=locale, fuzzy=False)
    with file.open("rb") as lines:
        return read_po(lines, locale=locale)


def renew(language: str) -> Catalog:
    """Bring the catalogue in step with the sources: new strings come in empty, those that are gone go.

    Nothing is guessed: a translation of a sentence that resembles is worse than none, as nobody looks at it again.
    """
    catalog = read(language)
    catalog.update(extract(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    file = po_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_written(catalog, language), encoding="utf-8")
    return catalog


def _written(catalog: Catalog, language: str) -> str:
    """Without dates and line numbers, which would change with every commit and tell nobody anything."""
    body = BytesIO()
    write_po(body, catalog, width=120, omit_header=True, sort_by_file=True, include_lineno=False)
    header = HEADER.format(language=to_locale(language), plurals=catalog.plural_forms.rstrip(";"))
    # A file that says a string twice is named once.
    return header + re.sub(r"(?m)^#: .*$", lambda line: _each_once(line[0]), body.getvalue().decode())


def _each_once(line: str) -> str:
    return " ".join(dict.fromkeys(line.split(" ")))


def missing(catalog: Catalog) -> list[str]:
    """What a reader of the language would meet in English."""
    return [str(message.id) for message in catalog if message.id and not (message.string and all(message.string))]


def compile_catalogues(folder: Path) -> None:
    """Writes each .mo that is older than its .po. Needs no settings."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as lines:
            _write_compiled(read_po(lines), compiled)


def _write_compiled(catalog: Catalog, file: Path) -> None:
    """Whole or not at all: two processes may do this at once."""
    unfinished = file.with_suffix(f".mo.{os.getpid()}")
    with unfinished.open("wb") as lines:
        write_mo(lines, catalog)
    unfinished.replace(file)


# --- Languages that nobody speaks ----------------------------------------------------------------------------

# What a program reads and a person does not: placeholders, tags, character references.
_NOT_WORDS = re.compile(r"(%\(\w+\)[a-z]|%%|\{\w*\}|<[^>]*>|&\w+;)")
_ACCENTED = str.maketrans("aeiouyAEIOUYcnsCNS", "áéíóúýÁÉÍÓÚÝçñšÇÑŠ")
_ARABIC = str.maketrans("abcdefghijklmnopqrstuvwxyz,?;", "ابچدهفگحيجكلمنوپقرستؤڤۋخىز،؟؛")


def expanded(text: str) -> str:
    """Accented and about 40% longer, word by word, as words are in German: “letter” → “léétéér”."""
    return _each_word(text, lambda words: re.sub(r"[aeiouyAEIOUY]", r"\g<0>\g<0>", words).translate(_ACCENTED))


def mirrored(text: str) -> str:
    """Letter by letter in Arabic script, which runs from right to left and means nothing so."""
    return _each_word(text, lambda words: words.lower().translate(_ARABIC))


def _each_word(text: str, change: Callable[[str], str]) -> str:
    return "".join(part if _NOT_WORDS.fullmatch(part) else change(part) for part in _NOT_WORDS.split(text))


PSEUDO_LOCALES: dict[str, Callable[[str], str]] = {"en-xa": expanded, "ar-xb": mirrored}


def write_pseudo_locales(folder: Path) -> None:
    strings = extract()
    for language, change in PSEUDO_LOCALES.items():
        catalog = Catalog(locale=language.partition("-")[0], fuzzy=False)
        for message in strings:
            if message.id:
                catalog.add(message.id, _changed(message.id, change, catalog.num_plurals), context=message.context)
        file = folder / to_locale(language) / "LC_MESSAGES" / "django.mo"
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_compiled(catalog, file)


def _changed(ids: str | Sequence[str], change: Callable[[str], str], plurals: int) -> str | list[str]:
    """With as many forms as the language has: one, two, few, many."""
    if isinstance(ids, str):
        return change(ids)
    return [change(ids[0]), *[change(ids[1])] * (plurals - 1)]
