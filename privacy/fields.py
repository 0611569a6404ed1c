"""Columns for what must not be readable in a stolen database."""

from typing import Any

from django import forms
from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import IsNull
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from privacy.indexes import INDEX_BYTES
from privacy.sealing import seal, unseal


class SealedTextField(models.Field):
    """Text in Python, sealed bytes in PostgreSQL. An empty text is sealed too; only None is NULL.

    It cannot be searched, ordered or compared (a BlindIndexField beside it can); only `isnull` works. Loading
    a row raises CannotUnseal if its value does not open; `.defer()` the column where that must not matter.

    The context binds a value to its column. It is "app.Model.field" unless it is given: give the old one when
    the model or the field is renamed, and to a model that shall share its values with another.
    """

    description = _("Sealed text")

    def __init__(self, *args: Any, context: str | None = None, **kwargs: Any) -> None:
        self.given_context = context
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    @cached_property
    def context(self) -> str:
        return self.given_context or f"{self.model._meta.label}.{self.name}"

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        if self.given_context:
            kwargs["context"] = self.given_context
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    def to_python(self, value: Any) -> str | None:
        if isinstance(value, bytes):  # the default that Django's schema editor gives to a column of bytes
            return value.decode()
        return value if value is None or isinstance(value, str) else str(value)

    def get_prep_value(self, value: Any) -> bytes | None:
        text = self.to_python(super().get_prep_value(value))
        return None if text is None else seal(text, context=self.context)

    def from_db_value(self, value: bytes | memoryview | None, *rest: Any) -> str | None:
        return None if value is None else unseal(bytes(value), context=self.context)

    def get_lookup(self, lookup_name: str) -> type[IsNull]:
        if lookup_name != "isnull":
            raise FieldError(f"{self.context} is sealed: it can be looked up with isnull, not with {lookup_name}.")
        return IsNull

    def get_transform(self, name: str) -> None:
        raise FieldError(f"{self.context} is sealed: it can be looked up with isnull, not with {name}.")

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError(f"{self.context} is sealed: it leaves the database by pg_dump only, never as plain text.")

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        defaults: dict[str, Any] = {"form_class": forms.CharField, "max_length": self.max_length}
        if self.max_length is None:
            defaults["widget"] = forms.Textarea
        if self.null:
            defaults["empty_value"] = None
        return super().formfield(**{**defaults, **kwargs})


class BlindIndexField(models.BinaryField):
    """What `privacy.indexes` returns; PostgreSQL checks that it is 32 bytes. Indexed unless told not to."""

    description = _("Blind index")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"db_index": True, **kwargs, "max_length": INDEX_BYTES})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        kwargs.setdefault("db_index", False)
        return name, path, args, kwargs

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        return f"octet_length({connection.ops.quote_name(str(self.column))}) = {INDEX_BYTES}"

    def from_db_value(self, value: bytes | memoryview | None, *rest: Any) -> bytes | None:
        return None if value is None else bytes(value)
