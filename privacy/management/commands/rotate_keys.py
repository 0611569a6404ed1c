"""`manage.py rotate_keys`: after this, only the first key of SEAL_KEYS is needed."""

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction
from django.db.models import BinaryField, ExpressionWrapper, F

from privacy import elsewhere
from privacy.elsewhere import Found
from privacy.fields import SealedTextField
from privacy.sealed_files import path_of, renew_file, sealed_places
from privacy.sealing import CannotUnseal, is_current, seal, unseal


@dataclass
class Column(Found):
    """One sealed column."""

    sealed: SealedTextField = field(kw_only=True)

    def __str__(self) -> str:
        return f"{self.sealed.model._meta.label}.{self.sealed.name}"

    def renewed(self, value: bytes | memoryview | None) -> bytes | None:
        """The same text under the first key; None where there is nothing to do, or nothing to be done."""
        if value is None:
            return None
        sealed = bytes(value)
        self.seen += 1
        try:
            text = unseal(sealed, context=self.sealed.context)
        except CannotUnseal:
            self.cannot_open(sealed)
            return None
        if is_current(sealed):
            return None
        self.resealed += 1
        return seal(text, context=self.sealed.context)


@dataclass
class Files(Found):
    """The sealed files in VAR_DIR."""

    def __str__(self) -> str:
        return "VAR_DIR/sealed"

    def renew(self, *, dry_run: bool) -> None:
        for place in sealed_places():
            try:
                self.resealed += renew_file(place, dry_run=dry_run)
            except FileNotFoundError:  # forgotten since the list was made
                continue
            except CannotUnseal:
                self.cannot_open(path_of(place).read_bytes())
            self.seen += 1


class Command(BaseCommand):
    help = (
        "Opens every sealed value and file and seals those under an older key with the first key of SEAL_KEYS. "
        "Each batch is committed and each file replaced by itself, so this may be interrupted and run again. "
        "Keep the old keys until it exits with 0: it exits with 1 if a value could not be opened."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=1000, help="rows locked and rewritten at once")
        parser.add_argument("--dry-run", action="store_true", help="only count; nothing is locked or written")

    def handle(self, *args: Any, batch: int, dry_run: bool, **options: Any) -> None:
        if batch < 1:
            raise CommandError("--batch takes a number from 1.")
        done: list[Found] = []
        for model in sealed_models():
            columns = [Column(sealed=f) for f in model._meta.local_fields if isinstance(f, SealedTextField)]
            rotate(model, columns, batch=batch, dry_run=dry_run)
            done += columns
        others = [Files(), *elsewhere.places()]
        for place in others:
            place.renew(dry_run=dry_run)
        self._report([*done, *others], dry_run=dry_run)

    def _report(self, places: list[Found], *, dry_run: bool) -> None:
        width = max(len(str(place)) for place in places)
        verb = "to re-seal" if dry_run else "re-sealed"
        self.stdout.write(f"{'where':<{width}}  {'values':>10}  {verb:>10}  {'unreadable':>10}")
        for place in places:
            lost = sum(place.unreadable.values())
            self.stdout.write(f"{place!s:<{width}}  {place.seen:>10}  {place.resealed:>10}  {lost:>10}")
        lost_keys = sorted({key_id for place in places for key_id in place.unreadable})
        if lost_keys:
            raise CommandError(f"Some values could not be opened; they name the keys: {', '.join(lost_keys)}.")


def sealed_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        is_table = options.managed and not options.proxy
        if is_table and any(isinstance(field, SealedTextField) for field in options.local_fields):
            yield model


def rotate(model: type[models.Model], columns: list[Column], *, batch: int, dry_run: bool) -> None:
    """Walks the table by primary key; rows are locked, never skipped, so a row being changed elsewhere is
    waited for.
    """
    raw = {
        f"raw_{column.sealed.name}": ExpressionWrapper(F(column.sealed.name), output_field=BinaryField())
        for column in columns
    }
    rows = model._base_manager.order_by("pk").annotate(**raw).values_list("pk", *raw)
    last = None
    while True:
        with transaction.atomic():
            following = rows if last is None else rows.filter(pk__gt=last)
            if not dry_run:
                following = following.select_for_update(of=("self",))
            found = list(following[:batch])
            for position, column in enumerate(columns, start=1):
                renewed = [(row[0], sealed) for row in found if (sealed := column.renewed(row[position]))]
                if renewed and not dry_run:
                    write(column, renewed)
        if len(found) < batch:
            return
        last = found[-1][0]


def write(column: Column, renewed: list[tuple[Any, bytes]]) -> None:
    """The whole batch in one statement."""
    options = column.sealed.model._meta
    names = (options.db_table, column.sealed.column, options.pk.column)
    table, target, key = (connection.ops.quote_name(str(name)) for name in names)
    key_type = options.pk.rel_db_type(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {target} = renewed.sealed "  # noqa: S608 - names from the models, no values
            f"FROM unnest(%s::{key_type}[], %s::bytea[]) AS renewed (key, sealed) "
            f"WHERE {table}.{key} = renewed.key",
            [[pk for pk, _ in renewed], [sealed for _, sealed in renewed]],
        )
