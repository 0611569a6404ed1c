"""Atom feeds: what is new about one case, and which cases can be read (RFC 4287), or no longer (RFC 6721)."""

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.models import Case, Takedown
from cases.reading import Edition, Reading
from cases.snapshot import Content
from face.words import Words, said

# A reader that asks once a week misses nothing.
LATEST = 100

# XML 1.0 has no way to write these.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Feed(Atom1Feed):
    """Entries in plain text, and tombstones for those that were taken down."""

    def __init__(self, title: str, *, link: str, address: str) -> None:
        super().__init__(
            _plain(title),
            link=link,
            description="",
            language=get_language(),
            author_name="Maninso",
            author_link=settings.SITE_URL,
            feed_url=address,
            feed_guid=address,
        )
        self.tombstones: list[tuple[str, dt.datetime]] = []

    def add(self, *, id: str, link: str, title: str, text: str, published: dt.datetime, updated: dt.datetime) -> None:
        self.add_item(
            _plain(title),
            link,
            "",
            pubdate=published,
            updateddate=updated,
            unique_id=id,
            text=_plain(text),
        )

    def bury(self, *, id: str, at: dt.datetime) -> None:
        self.tombstones.append((id, at))

    def latest_post_date(self) -> dt.datetime:
        """Of an empty feed too, and the same at each fetch: what has not changed is not sent again."""
        times = [item["updateddate"] for item in self.items] + [at for _id, at in self.tombstones]
        return max(times, default=dt.datetime.fromtimestamp(0, dt.UTC))

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:at": "http://purl.org/atompub/tombstones/1.0"}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for id, at in self.tombstones:
            handler.addQuickElement("at:deleted-entry", "", {"ref": id, "when": rfc3339_date(at)})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        # Django writes a description as HTML.
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("summary", item["text"], {"type": "text"})


def of_case(reading: Reading) -> str:
    """Its news and its publications, the newest first."""
    content = reading.publication.content
    reference = content["reference"]
    link = _absolute("case", reference)
    title = f"{reference}: {_say(content, content['title'])}"
    feed = Feed(title, link=link, address=_absolute("case_feed", reference))
    entries = [_edition(content, edition) for edition in reading.editions if not edition.is_gone]
    entries += _updates(content, link)
    for entry in sorted(entries, key=lambda entry: entry["updated"], reverse=True)[:LATEST]:
        feed.add(**entry)
    return feed.writeString("utf-8")


def of_all() -> str:
    """The cases that can be read, the last published first; those that were taken down are deleted entries.

    An entry is a case, whatever its publication: its id is the address of its page.
    """
    feed = Feed(_("Cases"), link=_absolute("cases"), address=_absolute("cases_feed"))
    for case in Case.objects.live().select_related("live").order_by("-live__published_at", "-pk")[:LATEST]:
        content, at = case.live.content, case.live.published_at
        link = _absolute("case", case.reference)
        note = _say(content, content["note"])
        feed.add(
            id=link,
            link=link,
            title=f"{case.reference}: {_say(content, content['title'])}",
            text="\n\n".join(filter(None, [note, _say(content, content["summary"])])),
            published=at,
            updated=at,
        )
    taken_down = Takedown.objects.standing().filter(publication__case__live__isnull=True).order_by("-at")
    for reference, at in taken_down.values_list("publication__case__reference", "at")[:LATEST]:
        feed.bury(id=_absolute("case", reference), at=at)
    return feed.writeString("utf-8")


def _edition(content: Content, edition: Edition) -> dict[str, Any]:
    reference = content["reference"]
    address = _absolute("case_publication", reference, edition.number)
    words = (
        _("%(reference)s, publication %(number)s: correction")
        if edition.is_correction
        else _("%(reference)s, publication %(number)s")
    )
    return {
        "id": address,
        "link": address,
        "title": words % {"reference": reference, "number": edition.number},
        "text": _say(content, edition.note) or _("First publication."),
        "published": edition.published_at,
        "updated": edition.published_at,
    }


def _updates(content: Content, link: str) -> list[dict[str, Any]]:
    """Each known by its day and its place among those of that day, the oldest first: later ones change no id."""
    entries = []
    of_day: dict[str, int] = {}
    for update in reversed(content["updates"]):
        day = update["day"]
        of_day[day] = of_day.get(day, 0) + 1
        address = f"{link}#update-{day}-{of_day[day]}"
        at = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), tzinfo=dt.UTC)
        entries.append(
            {
                "id": address,
                "link": address,
                "title": _say(content, update["title"]),
                "text": _say(content, update["body"]),
                "published": at,
                "updated": at,
            }
        )
    return entries


def _say(content: Content, words: Words) -> str:
    return said(words, source=content["written_in"]).text


def _absolute(name: str, *args: Any) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _plain(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
