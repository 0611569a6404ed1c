"""Django's admin: for superusers, to look things up. What people do here they do at the desk, by verbs that check, lock
and record; a row that is edited past them is read-only here.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.apps import AdminConfig
from django.db.models import Model
from django.http import HttpRequest

from privacy.fields import SealedTextField

# What only the admin can do: days and when they move, and the address with which somebody logs in.
EDITED_HERE = {"campaign.observance", "accounts.user"}


def sealed(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.fields if isinstance(field, SealedTextField)}


class NothingSealed:
    """Whatever the page of a kind of rows names: a list or a page of it opens no seal."""

    model: type[Model]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        hidden = sealed(self.model)
        sets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field not in hidden]})
            for name, options in sets
        ]

    def get_list_display(self, request: HttpRequest) -> Any:
        return [name for name in super().get_list_display(request) if name not in sealed(self.model)]  # type: ignore[misc]

    def get_inline_instances(self, request: HttpRequest, obj: Model | None = None) -> Any:
        inlines = super().get_inline_instances(request, obj)  # type: ignore[misc]
        for inline in inlines:
            hidden = sealed(inline.model)
            inline.exclude = [*(inline.exclude or ()), *hidden]
            if inline.fields:
                inline.fields = [field for field in inline.fields if field not in hidden]
        return inlines


class LookedAt:
    """Rows that nobody writes here."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Site(AdminSite):
    """Who enters it says accounts/guards.py."""

    def register(
        self, model_or_iterable: type[Model] | Iterable[type[Model]], admin_class: Any = None, **options: Any
    ) -> None:
        """Each kind of rows as its room shows it, without what is sealed; read-only, but for those in EDITED_HERE."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        for model in models:
            shown = admin_class or ModelAdmin
            around = (NothingSealed,) if model._meta.label_lower in EDITED_HERE else (LookedAt, NothingSealed)
            super().register(model, type(shown.__name__, (*around, shown), {}), **options)


class Config(AdminConfig):
    default_site = "maninso.admin_site.Site"
