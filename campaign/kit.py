"""What stands in a pack, as data for its template: the cover letter, the letter, the signatures, the manifest, and the
sheets for whoever hands it in.
"""

import dataclasses
import datetime as dt
import hashlib
import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from campaign import links
from campaign.models import Campaign, DeliveryPoint, HandIn, Letter, LetterText, Pack, Signature
from face import countries, typesetting
from face.texts import best_text

TEMPLATE = Path(__file__).parent / "typst" / "pack.typ"
# What a volume takes at the most, measured: see docs/performance.md. Whoever takes more is stuck.
SECONDS = 60
MEGABYTES = 600
# Stands in place of the number, and across each page, of a pack that nobody has signed.
SPECIMEN = "SPECIMEN"
# A manifest is one page: of more characters than these it only tells the number.
SUBSTITUTED = 60


@dataclasses.dataclass(frozen=True)
class Entry:
    """One signature as it is printed: as far as its owner lets it be seen."""

    number: int
    name: str
    country: str
    city: str
    words: str
    language: str

    @property
    def line(self) -> str:
        return "\t".join([str(self.number), self.name, self.country, self.city, json.dumps(self.words)])


def entry_of(signature: Signature, number: int) -> Entry:
    name = signature.shown_name
    return Entry(
        number=number,
        name=name,
        country=signature.country,
        # Where no name is shown, a place would only narrow down whose it is.
        city=(signature.city or "") if name else "",
        words=(signature.own_words or "").strip(),
        language=signature.language,
    )


@dataclasses.dataclass(frozen=True)
class Typeset:
    pdf: bytes
    pages: int
    # The page of each number.
    page_of: dict[int, int]
    substituted: list[str]


def typeset(pack: Pack, entries: Sequence[Entry], *, at: dt.datetime) -> Typeset:
    """Raises NotTypeset."""
    return typeset_from(TEMPLATE, contents(pack, entries, at=at), at=at)


def specimen(
    campaign: Campaign, point: DeliveryPoint, letter: Letter, *, paper: str, language: str, at: dt.datetime
) -> Typeset:
    """As it would be printed for this place, with names of nobody; no row is kept of it. Raises NotTypeset."""
    pack = Pack(
        number=SPECIMEN,
        campaign=campaign,
        point=point,
        letter=letter,
        paper=paper,
        language=language,
        volume=1,
        first=1,
    )
    return typeset(pack, _nobody(), at=at)


def _nobody() -> list[Entry]:
    """One in each of the ways in which people sign."""
    samples = [
        ("Maria Lopez", "ES", "Madrid", _("My own words stand here, as I wrote them."), "en"),
        ("M. L.", "ES", "", "", "en"),
        ("", "PL", "", "", "en"),
        ("김하늘", "KR", "서울", "", "ko"),
        ("李明", "SG", "", "", "zh-hans"),
        ("佐藤 花子", "JP", "京都", "", "ja"),
    ]
    return [Entry(number, *sample) for number, sample in enumerate(samples, start=1)]


def sample(language: str, *, words: str) -> Entry:
    """One of them, who reads this language, with these words."""
    found = next((entry for entry in _nobody() if entry.language == language and entry.name), _nobody()[0])
    return dataclasses.replace(found, words=words)


def typeset_from(template: Path, data: dict[str, Any], *, at: dt.datetime) -> Typeset:
    """Raises NotTypeset."""
    legible, substituted = typesetting.legible(data)
    legible["substituted"] = [_code_points(cluster) for cluster in substituted[:SUBSTITUTED]]
    legible["more_substituted"] = max(0, len(substituted) - SUBSTITUTED)
    pdf, (told,) = typesetting.typeset_apart(
        template,
        {"pack": json.dumps(legible, ensure_ascii=False)},
        query="<told>",
        at=at,
        seconds=SECONDS,
        megabytes=MEGABYTES,
    )
    return Typeset(pdf, told["pages"], dict(told["found"]), substituted)


def contents(pack: Pack, entries: Sequence[Entry], *, at: dt.datetime) -> dict[str, Any]:
    main = spoken(pack.campaign.addressee_language)
    local = spoken(pack.language)
    languages = list(dict.fromkeys([main, local]))
    check_url = links.pack_check_url(pack, local)
    with translation.override(main):
        unnamed = _("A supporter")
    return {
        "number": pack.number,
        "specimen": pack.number == SPECIMEN,
        "paper": pack.paper,
        "at": at.isoformat(),
        "organisation": pack.campaign.organisation.name,
        "point": pack.point.name,
        "tongues": [_tongue(pack, language, len(entries), at=at) for language in languages],
        "letters": [letter(text) for text in letter_texts(pack, languages)],
        "unnamed": unnamed,
        "entries": [printed(entry, main) for entry in entries],
        "check_url": check_url,
        "qr": _qr(check_url),
        "signatures_sha256": digest_of(entries),
        "guide": _guide(pack, local, len(entries)),
        "contact": settings.CONTACT_EMAIL,
    }


def spoken(language: str) -> str:
    """The language, where this site speaks it; else the one that it is written in."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def digest_of(entries: Iterable[Entry]) -> str:
    """SHA-256 of a line for each: number, name as shown, country code, city, own words as JSON, separated by tabs."""
    return hashlib.sha256("".join(f"{entry.line}\n" for entry in entries).encode()).hexdigest()


def printed(entry: Entry, language: str) -> dict[str, Any]:
    return {
        "number": entry.number,
        **signed(
            name=entry.name,
            place=countries.place(entry.city, entry.country, language),
            words=entry.words,
            language=entry.language,
        ),
    }


def signed(*, name: str, place: str, words: str, language: str) -> dict[str, Any]:
    """What stands under a letter, as its templates take it."""
    return {"name": name, "place": place, "words": words, "language": language, "from_right": _from_right(words)}


def _from_right(words: str) -> bool:
    """Whether its first letter is one of a script that is written from right to left."""
    kinds = (unicodedata.bidirectional(sign) for sign in words)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def letter_texts(pack: Pack, languages: Sequence[str]) -> list[LetterText]:
    """The letter in the addressee's language, and the local one or the one that it was written in."""
    texts = {text.language: text for text in pack.letter.texts.all()}
    wanted = [*languages, pack.campaign.source_language, *texts]
    return [texts[language] for language in dict.fromkeys(wanted) if language in texts][:2]


def letter(text: LetterText) -> dict[str, Any]:
    return {
        "language": text.language,
        "addressee": [line for line in text.addressee.splitlines() if line.strip()],
        "salutation": text.salutation,
        "subject": text.subject,
        "body": _paragraphs(text.body),
        "closing": text.closing.strip(),
    }


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in text.replace("\r\n", "\n").split("\n\n") if paragraph.strip()]


def _qr(url: str) -> str:
    drawing = io.BytesIO()
    # Q: a quarter of it may be stamped over.
    segno.make(url, error="q", micro=False).save(drawing, kind="svg", border=0, xmldecl=False)
    return drawing.getvalue().decode()


def _code_points(cluster: str) -> str:
    return " ".join(f"U+{ord(sign):04X}" for sign in cluster)


def _tongue(pack: Pack, language: str, count: int, *, at: dt.datetime) -> dict[str, Any]:
    """All that the pack says of itself, in one language."""
    with translation.override(language):
        return {
            "language": language,
            "title": pack.campaign.title_in(language),
            "cover": _cover(pack, language, count, at=at),
            "labels": {
                **{name: label() for name, label in _LABELS.items()},
                "volume": _("Volume %(volume)s") % {"volume": pack.volume},
            },
            "facts": _facts(pack, language, count, at=at),
        }


def _target(pack: Pack, language: str) -> str:
    text = best_text(pack.campaign.target.texts, language, source=pack.campaign.source_language)
    return text.name if text else pack.campaign.target.slug


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


def _range(pack: Pack, count: int) -> str:
    return f"{_grouped(pack.first)}–{_grouped(pack.first + count - 1)}" if count else "–"


def _cover(pack: Pack, language: str, count: int, *, at: dt.datetime) -> dict[str, Any]:
    text = {text.language: text for text in pack.letter.texts.all()}.get(language)
    facts = {
        "addressee": _target(pack, language),
        "count": _grouped(count),
        "volume": pack.volume,
        "first": _grouped(pack.first),
        "last": _grouped(pack.first + count - 1),
    }
    if count:
        opening = ngettext(
            "With this volume we bring you a letter to the following office: %(addressee)s. "
            "%(count)s person has signed it.",
            "With this volume we bring you a letter to the following office: %(addressee)s. "
            "%(count)s people have signed it.",
            count,
        )
        which = _(
            "This is volume %(volume)s for your office, with the signatures %(first)s to %(last)s. The manifest, on "
            "the last of the numbered pages, says what the volume holds and how anyone can check that it is genuine."
        )
    else:
        opening = _("With this volume we bring you a letter to the following office: %(addressee)s.")
        which = _(
            "This is volume %(volume)s for your office. It holds the letter alone: signatures follow in volumes of "
            "their own."
        )
    each = _(
        "Each of them signed in person and confirmed the signature from their own e-mail address. Each chose how the "
        "name is shown here: in full, as initials, or not at all."
    )
    return {
        "date": date_format(timezone.localdate(at)),
        "salutation": text.salutation if text else "",
        "paragraphs": [
            opening % facts,
            *([each] if count else []),
            which % facts,
            _(
                "We respectfully ask you to pass it on to the addressee, and to confirm with a stamp or a signature, "
                "on the sheet that comes with it, that you have received it."
            ),
        ],
        "closing": text.closing.strip() if text else _("Respectfully,"),
    }


def _facts(pack: Pack, language: str, count: int, *, at: dt.datetime) -> list[list[str]]:
    """The manifest: name of each fact, and the fact. Pages and digests are the template's."""
    published = pack.letter.published_at
    version = _("version %(version)s") % {"version": pack.letter.version}
    if published:
        version = _("%(version)s, published on %(date)s") % {"version": version, "date": date_format(published.date())}
    return [
        [_("Pack"), pack.number],
        [_("Campaign"), pack.campaign.title_in(language)],
        [_("Organisation"), pack.campaign.organisation.name],
        [_("Addressee"), _target(pack, language)],
        [_("Handed in at"), pack.point.name],
        [_("Letter"), version],
        [_("Volume"), str(pack.volume)],
        [_("Number of signatures"), _grouped(count)],
        [_("Signatures"), _range(pack, count)],
        [_("Made on"), date_format(at, "DATETIME_FORMAT") + " UTC"],
    ]


# Called in the language of the moment.
_LABELS: dict[str, Callable[[], str]] = {
    "pages": lambda: _("Numbered pages"),
    "digest": lambda: _("SHA-256 of the signatures"),
    "digest_how": lambda: _(
        "Of one line for each signature (number, name as shown, country code, city, own words as JSON, separated by "
        "tabs, in UTF-8). The digest of this file itself stands on the check page."
    ),
    "substituted": lambda: _("Characters that could not be printed, shown as □"),
    "more": lambda: pgettext("after a number of characters", "others"),
    "check": lambda: _("Is this genuine?"),
    "check_how": lambda: _(
        "Scan the code or open the address: the page says what this pack holds and what became of it, and compares a "
        "file with the digest that we keep."
    ),
    "check_alt": lambda: _("QR code with the address of the check page"),
    "letter": lambda: _("The letter"),
    "signed_by": lambda: _("Signed by the people on the following pages."),
    "signatures": lambda: _("Signatures"),
    "no_signatures": lambda: _("This volume holds no signatures."),
    "manifest": lambda: _("Manifest"),
    "receipt": lambda: _("Confirmation of receipt"),
    "receipt_says": lambda: _("This office has received the volume described here."),
    "receipt_only": lambda: _("It confirms the receipt alone, and no opinion on the letter."),
    "refusal": lambda: _("Note of a refusal"),
    "refusal_says": lambda: _("The volume described here was offered to this office, which did not accept it."),
    "office": lambda: pgettext("where a pack is handed in", "Office"),
    "pack": lambda: _("Pack"),
    "when": lambda: _("Date and time"),
    "received_by": lambda: _("Name and position"),
    "signature": lambda: _("Signature"),
    "stamp": lambda: _("Stamp"),
    "spoken_to": lambda: _("Who refused it (as far as told)"),
    "reason": lambda: _("What was said"),
    "offered_by": lambda: _("Offered by"),
    "witness": lambda: _("Witness"),
    "then": lambda: _("What was done with it"),
    "left": lambda: _("left in the mailbox"),
    "sent": lambda: _("sent by post"),
    "taken_back": lambda: _("taken back"),
    "from": lambda: _("Sent by"),
}


def _guide(pack: Pack, language: str, count: int) -> dict[str, Any]:
    """One page for whoever hands it in; it stays with them."""
    point = pack.point
    hand_in = HandIn.objects.filter(campaign=pack.campaign, point=point).first()
    with translation.override(language):
        verified = (
            _("A person last checked this address on %(date)s. Look at the office's own page once more before you go.")
            % {"date": date_format(point.verified_on)}
            if point.verified_on
            else _("Nobody has checked this address yet: look at the office's own page before you go.")
        )
        country = countries.name_of(point.country, language)
        return {
            "language": language,
            "title": _("For whoever hands this in"),
            "stays": _("This sheet stays with you. Take it along, with the two forms that follow."),
            "where": _("Where and when"),
            "address": [line for line in point.postal_address.splitlines() if line.strip()] or [point.city, country],
            "verified": verified,
            "day": date_format(hand_in.day, "l, ") + date_format(hand_in.day) if hand_in else "",
            "hours_label": _("Opening hours"),
            "hours": (hand_in.opening_hours if hand_in else "")
            or _("Not known: ask the office, or look at its own page."),
            "sections": [
                {"title": title, "items": items}
                for title, items in [_before(), _at_the_door(pack, count), _if_refused(), _safety(), _afterwards()]
            ],
            "help": _("Questions, or something goes wrong"),
        }


def _before() -> tuple[str, list[str]]:
    return _("Before you go"), [
        _("Print all pages, on one side or on both, and clip or bind the numbered ones. They are what you hand over."),
        _("Go in twos if you can, and tell somebody where you go and when you will be back."),
    ]


def _at_the_door(pack: Pack, count: int) -> tuple[str, list[str]]:
    with_signatures = ngettext(
        "Say who you are, and that you bring a letter with %(count)s signature. Hand over the numbered pages.",
        "Say who you are, and that you bring a letter with %(count)s signatures. Hand over the numbered pages.",
        count,
    ) % {"count": _grouped(count)}
    return _("At the door"), [
        with_signatures if count else _("Say who you are, and that you bring a letter. Hand over the numbered pages."),
        _("Ask for a stamp or a signature on the receipt. Without one it counts as well: note the time and to whom."),
    ]


def _if_refused() -> tuple[str, list[str]]:
    return _("If it is refused"), [
        _("Stay friendly, do not insist, and keep the entrance free. Ask for the reason, and fill in the note."),
        _("Leave it in the mailbox if there is one, send it by post to the address above, or take it back with you."),
    ]


def _safety() -> tuple[str, list[str]]:
    return _("Photographs and safety"), [
        _("Photograph the volume, the door and yourselves; nobody else's face, no guards, and no page with names."),
        _("If you are told not to photograph, stop. If the police ask you to leave, leave."),
        _("If going there could harm you or your family, do not go: tell us, and we look for somebody else."),
    ]


def _afterwards() -> tuple[str, list[str]]:
    return _("Afterwards"), [
        _("Report what happened on the page that your mail leads to, on the same day; it takes a minute."),
        _("The names are entrusted to you: give them to the office alone, and destroy what you did not hand over."),
    ]
