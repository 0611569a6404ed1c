"""What all rows of the working record have in common."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import models

from face.words import Said, said

Row = TypeVar("Row", bound=models.Model)


class Versioned(models.Model):
    """Rows that several people edit: whoever saves must have seen the version that is there."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def in_words(self, field: str, language: str | None = None) -> Said:
        """What that field says, for a reader of that language."""
        return said(getattr(self, field), language, source=self.source_language)

    @property
    def source_language(self) -> str:
        """The language that the others are translated from."""
        return "en"


class Entry(Versioned):
    """One row of a case's working record."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT)

    class Meta:
        abstract = True

    @property
    def source_language(self) -> str:
        return self.case.source_language


def append_only(**options: Any) -> pgtrigger.Trigger:
    """What was written stays: PostgreSQL refuses to change or delete it, whoever asks."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete, **options)


def states(*, verbose_name: Any = "", **options: Any) -> models.CharField:
    """A State by its ISO 3166-1 code."""
    return models.CharField(verbose_name, max_length=2, blank=True, **options)


def with_history(*, exclude: tuple[str, ...] = ()) -> Callable[[type[Row]], type[Row]]:
    """Who changed what when, by trigger, in `<Model>History` and `row.history`; sealed columns are left out."""

    def track(model: type[Row]) -> type[Row]:
        return pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            obj_field=pghistory.ObjForeignKey(related_name="history"),
            model_name=f"{model.__name__}History",
            exclude=list(exclude),
        )(model)

    return track
