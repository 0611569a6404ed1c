"""A canary for each column of cases: a word, a year or a person that stands there and nowhere else."""

import datetime as dt
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from accounts.models import User
from cases.dates import EDTFField
from face.words import WordsField
from privacy.fields import SealedTextField
from tests.factories import make_person

# Years that nothing else is of, so that a date is found in whatever way a language writes it.
FIRST_YEAR = 2301

# What the snapshot publishes. It is seeded as well: with what nobody has submitted, corrected rows, earlier wordings.
PUBLISHED = {
    "Adherence": "in_force_from in_force_until",
    "Article": "number gist",
    "Authority": "name",
    "Case": "people_note title summary story as_of last_verified",
    "Citation": "why",
    "Claim": "said quotation locator why_chosen",
    "Event": "date what place",
    "Instrument": "code name short_name",
    "Intervention": "date what answer",
    "Involvement": "date position official",
    "Media": "alt credit licence",
    "Member": "label",
    "Reservation": "what",
    "Source": "date author publisher title number language url archive_url accessed_on",
    "Status": "date",
    "Submission": "digest note",
    "Update": "day title body",
}
# What no public page may know.
KEPT = {
    "Adherence": "done_on",
    "BestInterests": "reasons signed_by signed_at countersigned_by countersigned_at",
    "Case": "next_review team_note edited_by edited_at created_at",
    "CaseChange": "at by reason",
    "Consent": "given_by_whom how_in_detail given_on expires_on withdrawn_on",
    "Decision": "remarks by at",
    "FormDraft": "by form typed",
    "Instrument": "adopted_on",
    "Media": "provenance redactions original",
    "Member": "real_name kin",
    "Publication": "published_by",
    "ReviewReminder": "to due",
    "SavedFilter": "by name query",
    "SealedReading": "by at case row field reason",
    "Source": "origin",
    "Status": "recorded_at",
    "Submission": "protection_needed by at",
    "Takedown": "reason by restore_asked_by restore_reason restored_by restored_at",
}
# What holds a canary for no reader: codes of a list, names of files that are published, days that are derived from
# `date`, the publication itself, and the hour at which a row was saved or a page was taken down (its feed says so).
CODED = {
    "Adherence": "state kind",
    "Authority": "kind country",
    "BestInterests": "scopes",
    "Case": "reference kind written_in monitoring state",
    "CaseChange": "old new",
    "Citation": "state",
    "Claim": "field value",
    "Consent": "scopes channels given_by how",
    "Decision": "role verdict",
    "Event": "date_earliest date_latest kind country precision from_state to_state",
    "FormDraft": "saved_at",
    "Intervention": "date_earliest date_latest outcome",
    "Involvement": "date_earliest date_latest role",
    "Media": "derivative",
    "Member": "tier sex citizenship",
    "Publication": "content digest languages statuses states years published_at",
    "PublicationText": "language words",
    "Source": "date_earliest date_latest type reliability",
    "Status": "date_earliest date_latest kind to_state",
    "Takedown": "at",
}
SEALED = {
    f"{model.__name__}.{column.name}"
    for model in apps.get_app_config("cases").get_models()
    for column in model._meta.concrete_fields
    if isinstance(column, SealedTextField)
} - {"FormDraft.typed"}

_TELLING = (
    models.CharField, models.TextField, models.JSONField, models.DateField, models.GenericIPAddressField,
    models.BinaryField, models.FileField, ArrayField, SealedTextField, SearchVectorField,
)  # fmt: skip


def models_of_cases() -> Iterator[type[models.Model]]:
    """All but the history, whose columns are those of what it is the history of."""
    return (model for model in apps.get_app_config("cases").get_models() if not is_history(model))


def is_history(model: type[models.Model]) -> bool:
    return hasattr(model, "pgh_tracked_model")


def telling_columns() -> set[str]:
    """Each column that holds words, days or people."""
    return {
        f"{model.__name__}.{column.name}"
        for model in models_of_cases()
        for column in model._meta.concrete_fields
        if isinstance(column, _TELLING) or (column.is_relation and column.related_model is User)
    }


def listed(table: dict[str, str]) -> list[str]:
    return [f"{model}.{name}" for model, names in table.items() for name in names.split()]


@dataclass
class Canaries:
    """Those that have been let loose, by where they sit: `Case.team_note`, `confidential Source.title`…"""

    tokens: dict[str, str] = field(default_factory=dict)
    _sit: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, token: str) -> str:
        """Heard in whatever case and with whatever spaces, as a document may break its lines anywhere."""
        self.tokens[name] = "".join(token.lower().split())
        return token

    def word(self, name: str) -> str:
        """Short enough for the shortest column; in lower case, as addresses and codes are."""
        if name not in self._sit:
            self._sit[name] = self.add(name, f"kanari{len(self.tokens):03}")
        return self._sit[name]

    def day(self, name: str) -> dt.date:
        if name not in self._sit:
            year = FIRST_YEAR + len(self.tokens)
            self.add(name, str(year))
            self._sit[name] = dt.date(year, 7, 15)
        return self._sit[name]

    def person(self, name: str) -> User:
        """By name and by address."""
        word = self.word(name)
        found = User.objects.filter(email=f"{word}@example.com").first()
        return found or make_person(word, is_staff=True)

    def value(self, column: models.Field, which: str = "") -> Any:
        """For that column, and found by its name."""
        name = f"{which} {column.model.__name__}.{column.name}".strip()
        if column.is_relation:
            return self.person(name)
        if isinstance(column, models.DateTimeField):
            return dt.datetime.combine(self.day(name), dt.time(12), tzinfo=dt.UTC)
        if isinstance(column, models.DateField):
            return self.day(name)
        if isinstance(column, EDTFField):
            return str(self.day(name).year)
        if isinstance(column, WordsField):
            return {code: {"text": f"{self.word(name)} {code}"} for code, _name in settings.LANGUAGES}
        if isinstance(column, models.URLField):
            return f"https://{self.word(name)}.example/"
        if isinstance(column, models.JSONField):
            return [self.word(name)]
        return self.word(name)

    def values(self, model: type[models.Model], *tables: dict[str, str], which: str = "", **given: Any) -> Any:
        names = " ".join(table.get(model.__name__, "") for table in tables).split()
        return {name: self.value(model._meta.get_field(name), which) for name in names if name not in given} | given

    def put_into(self, row: models.Model, *tables: dict[str, str], which: str = "", **given: Any) -> None:
        """Over what stands there, saved as an editor does, so that the history has it too."""
        for name, value in self.values(type(row), *tables, which=which, **given).items():
            setattr(row, name, value)
        row.save()

    def found_in(self, text: str, names: Iterable[str] | None = None) -> list[str]:
        """The names of those that sit in the text."""
        text = html.unescape(text).lower()
        close = "".join(text.split())
        # Not as four digits of a digest.
        numbers = set(re.findall(r"(?<![0-9a-f])[0-9]{4}(?![0-9a-f])", text))
        return [
            name
            for name in (self.tokens if names is None else names)
            if self.tokens[name] in (numbers if self.tokens[name].isdecimal() else close)
        ]
