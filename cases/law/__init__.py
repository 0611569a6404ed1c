"""Which treaty binds which State from what day: the data that every installation starts with, and its sources."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models, transaction

from cases.models import Adherence, Article, Instrument, Source
from face.words import made

FOLDER = Path(__file__).parent


@dataclass
class Loaded:
    """`differing` are rows that say something else than the files: changed at the desk, or in newer files."""

    added: int = 0
    differing: list[str] = field(default_factory=list)

    def keep(self, model: type[models.Model], row: Mapping[str, Any], *, key: Iterable[str]) -> Any:
        """The row with this key, made where it is missing, never changed where it is there."""
        said = {name: made(**value) if isinstance(value, dict) else value for name, value in row.items()}
        known = {name: said.pop(name) for name in key}
        kept, is_new = model._default_manager.get_or_create(**known, defaults=said)
        self.added += is_new
        self.differing += [
            f"{model._meta.verbose_name} {kept}: {name}" for name, value in said.items() if getattr(kept, name) != value
        ]
        return kept


@transaction.atomic
def load() -> Loaded:
    """Add what is missing. Safe to repeat, and safe where people have corrected the data at the desk."""
    loaded = Loaded()
    sources = {name: loaded.keep(Source, source, key=["type", "url"]) for name, source in _read("sources").items()}
    instruments = {}
    for instrument in _read("instruments")["instruments"]:
        articles = instrument.pop("articles")
        instruments[instrument["code"]] = kept = loaded.keep(Instrument, instrument, key=["code"])
        for article in articles:
            loaded.keep(Article, {**article, "instrument": kept}, key=["instrument", "number"])
    for adherence in _read("adherences")["adherences"]:
        adherence["instrument"] = instruments[adherence["instrument"]]
        adherence["source"] = sources[adherence["source"]]
        loaded.keep(Adherence, adherence, key=["instrument", "state"])
    return loaded


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
