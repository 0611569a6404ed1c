"""What the organizers' pages in the admin share."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.models import User
from campaign.models import Campaign


class ReadOnly:
    """Rows that a person may look at and nobody may type into."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ChangeInline(ReadOnly, admin.TabularInline):
    fields = readonly_fields = ("at", "old", "new", "by", "reason")
    verbose_name_plural = gettext_lazy("What happened")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("by")


class OwnCampaignsFilter(admin.RelatedFieldListFilter):
    """Names the campaigns of this person's organisations, not everybody's drafts."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        own = Campaign.objects.of(cast(User, request.user))
        return [(str(campaign.pk), str(campaign)) for campaign in own.order_by("slug")]


def of_organisations(request: HttpRequest, queryset: QuerySet[Any], campaign: str) -> QuerySet[Any]:
    """The rows of the campaigns that this person may run; `campaign` is the way from the row to its campaign."""
    if request.user.is_superuser:
        return queryset
    return queryset.filter(**{f"{campaign}in": Campaign.objects.of(request.user)})
