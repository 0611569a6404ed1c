"""Texts that are translated from one of their own, and of which the public reads only what two people stand behind."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from face.texts import LanguageText


def approval_rules(kind: str) -> list[models.CheckConstraint]:
    """Constraints of a table of translated texts; `kind` begins their names."""
    approved = models.Q(approved_at__isnull=False) & ~models.Q(approved_pair="")
    not_approved = models.Q(approved_at__isnull=True, approved_by__isnull=True, approved_pair="")
    return [
        models.CheckConstraint(condition=approved | not_approved, name=f"{kind}_approval_is_whole"),
        models.CheckConstraint(
            condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("translated_by")),
            name=f"{kind}_approved_by_another",
        ),
        models.CheckConstraint(
            condition=models.Q(proposed__isnull=True, proposed_by__isnull=True)
            | models.Q(proposed__isnull=False, proposed_by__isnull=False),
            name=f"{kind}_proposal_has_its_author",
        ),
    ]


class Standing(models.TextChoices):
    """How a translation stands to its source."""

    MISSING = "missing", _("not translated")
    WAITING = "waiting", _("waits for approval")
    OLD = "old", _("older than its source")
    PROPOSED = "proposed", _("approved; a change waits")
    APPROVED = "approved", _("approved")


class TranslatedText(LanguageText):
    """One language of something that is written in one language and translated into others.

    An approval is of a pair: the source's words and these, by their digest. Whichever of the two changes, by whatever
    way, it is no longer that pair, and the public does not read it. See docs/adr/0019.
    """

    WORDS: ClassVar[tuple[str, ...]]

    translated_by = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    # None where the words stood before approvals were asked for.
    approved_by = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_pair = models.CharField(max_length=64, blank=True, editable=False)
    # Words by field that are to take the place of approved ones, once somebody else approves them too.
    proposed = models.JSONField(null=True, blank=True, editable=False)
    proposed_by = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(LanguageText.Meta):
        abstract = True

    @property
    def words(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.WORDS}

    @property
    def newest(self) -> dict[str, str]:
        """The words that wait for approval, or those that stand."""
        return self.words | (self.proposed or {})

    @property
    def newest_by(self) -> User | None:
        """Whose the newest words are, and who may therefore not approve them."""
        return self.proposed_by if self.proposed is not None else self.translated_by

    @property
    def newest_by_id(self) -> int | None:
        """The same without a query."""
        return self.proposed_by_id if self.proposed is not None else self.translated_by_id

    def is_approved(self, source: Self) -> bool:
        return bool(self.approved_pair) and self.approved_pair == digest_of_pair(source.words, self.words)

    def standing(self, source: Self) -> Standing:
        if self.is_approved(source):
            return Standing.PROPOSED if self.proposed is not None else Standing.APPROVED
        return Standing.OLD if self.approved_pair else Standing.WAITING

    def write(self, words: Mapping[str, str], *, source: Self, by: User) -> None:
        """New words of a translation. Those that the public reads stay until the new ones are approved."""
        if self.is_approved(source):
            self.proposed, self.proposed_by = dict(words), by
            if self.newest == self.words:
                self.proposed = self.proposed_by = None
            return
        for name, text in words.items():
            setattr(self, name, text)
        self.translated_by, self.proposed, self.proposed_by = by, None, None
        self.approved_by, self.approved_at, self.approved_pair = None, None, ""

    def approve(self, *, source: Self, by: User | None, at: dt.datetime | None = None) -> None:
        """The newest words, for the source as it stands. Unsaved; `by` is None for words that came with the site."""
        if self.proposed is not None:
            for name, text in self.proposed.items():
                setattr(self, name, text)
            self.translated_by, self.proposed, self.proposed_by = self.proposed_by, None, None
        self.approved_by, self.approved_at = by, at or timezone.now()
        self.approved_pair = digest_of_pair(source.words, self.words)


Text = TypeVar("Text", bound=TranslatedText)


def source_of(texts: Iterable[Text], language: str) -> Text | None:
    return next((text for text in texts if text.language == language), None)


def approved_texts(texts: Iterable[Text], source_language: str) -> dict[str, Text]:
    """What the public may read, by language: the source, and what is approved for the source as it stands."""
    found = list(texts)
    source = source_of(found, source_language)
    if source is None:
        return {}
    return {text.language: text for text in found if text is source or text.is_approved(source)}


def standings(texts: Iterable[Text], source_language: str) -> dict[str, Standing]:
    """Of each other language of the site."""
    found = {text.language: text for text in texts}
    source = found.get(source_language)
    return {
        code: found[code].standing(source) if source and code in found else Standing.MISSING
        for code, _name in settings.LANGUAGES
        if code != source_language
    }


def digest_of_pair(source: Mapping[str, Any], translation: Mapping[str, Any]) -> str:
    """SHA-256 over both, field by field in the order of their names; how a line ends makes no difference."""
    pair = [[[name, _plain(words[name])] for name in sorted(words)] for words in (source, translation)]
    return hashlib.sha256(json.dumps(pair, ensure_ascii=False).encode()).hexdigest()


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
