"""A letter that one supporter prints and posts: typeset from what was typed just now, and kept nowhere."""

import datetime as dt
import json
from pathlib import Path
from threading import Lock

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaign import kit, post
from campaign.models import Campaign, DeliveryPoint, Letter, LetterText
from face import typesetting
from face.typesetting import NotTypeset

TEMPLATE = Path(__file__).parent / "typst" / "own.typ"
SECONDS, MEGABYTES = 20, 600
# One at a time in each process, so that printing never takes the processors from signing; who waits longer comes again.
_turn = Lock()
WAIT = 10


def texts_of(campaign: Campaign, letter: Letter, language: str) -> list[LetterText]:
    """What goes out, and the same in the supporter's language where that is another one."""
    texts = {text.language: text for text in letter.texts.all()}
    main = texts.get(campaign.addressee_language) or texts[campaign.source_language]
    own = texts.get(language, main)
    return [main] if own == main else [main, own]


def unprintable(*words: str) -> list[str]:
    """The characters in them that no font of ours has."""
    return typesetting.legible(words)[1]


def typeset(
    *,
    campaign: Campaign,
    letter: Letter,
    point: DeliveryPoint,
    language: str,
    name: str,
    place: str,
    own_words: str,
    paper: str,
    at: dt.datetime,
) -> bytes:
    """The PDF. Raises NotTypeset."""
    main, *copies = texts_of(campaign, letter, language)
    with translation.override(main.language):
        unnamed, date = _("A supporter"), date_format(timezone.localdate(at))
    data = {
        "paper": paper,
        "sender": ", ".join(filter(None, [name, place])),
        "address": post.address_lines(point),
        "date": date,
        "letter": kit.letter(main),
        "suffix": main.name_suffix,
        "unnamed": unnamed,
        "signed": kit.signed(name=name, place=place, words=own_words, language=language),
        "copy": None,
    }
    for copy in copies:
        note = _("For you to keep: the same letter in your language.")
        data["copy"] = {**kit.letter(copy), "note": note}
    if not _turn.acquire(timeout=WAIT):
        raise NotTypeset("others are printing")
    try:
        pdf, _told = typesetting.typeset_apart(
            TEMPLATE,
            {"letter": json.dumps(typesetting.legible(data)[0], ensure_ascii=False)},
            query="<told>",
            at=at,
            seconds=SECONDS,
            megabytes=MEGABYTES,
        )
    finally:
        _turn.release()
    return pdf
