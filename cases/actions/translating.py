"""Words of a record in another language than its own."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from cases import rules
from cases.actions.acting import Refused, require, verb
from cases.actions.editing import Changed, _locked_cases_of, _mark_edited
from cases.models.entries import Versioned
from face.words import WordsField, write


@verb
def translate_entry(*, entry: Versioned, texts: Mapping[str, str], language: str, by: User, seen: int) -> None:
    """Write these fields of a row in that language, as made from the source as it is now.

    It touches no other language, so whoever saved one of them meanwhile is not in the way; Changed is raised where the
    source, or this translation, is no longer what version `seen` said.
    """
    require(rules.may_translate(by))
    cases = _locked_cases_of(entry)
    current = type(entry)._base_manager.select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if current is None:
        raise Changed(None)
    source = current.source_language
    if language == source:
        raise Refused(_("This is the language that the others are translated from. An editor writes it."))
    stored: Any = current
    before = current if current.version == seen else stored.history.filter(version=seen).order_by("-pk").first()
    for name, text in texts.items():
        if not isinstance(current._meta.get_field(name), WordsField):
            raise TypeError(f"{name} holds no words.")
        words = getattr(current, name)
        if before is None or any(getattr(before, name).get(code) != words.get(code) for code in (source, language)):
            raise Changed(current)
        setattr(current, name, write(words, language, text, source=source))
    current.version += 1
    current.save(update_fields=["version", *texts])
    for case in cases:
        _mark_edited(case, by=by)
