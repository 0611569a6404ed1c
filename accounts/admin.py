"""People and organisations at the desk. Superusers only: who edits people can give themselves any role."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, OrganisationText, User
from states import remember

# What a role may do stands in the code of its rooms, and every migrate says it again.
admin.site.unregister(Group)
# Keys of sessions, and what second factors are made from.
admin.site.unregister([Authenticator, UserSession])


class SuperusersOnly:
    """Whatever permissions a group was given."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request)

    def _may(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser


class MembershipInline(SuperusersOnly, admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user", "organisation"]


class PersonForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, Any] = {}


class NewPersonForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]
        field_classes: dict[str, Any] = {}


@admin.register(User)
class PersonAdmin(SuperusersOnly, UserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    inlines = [MembershipInline]
    ordering = ["email"]
    list_display = ["email", "name", "roles", "is_staff", "is_superuser", "state", "last_login"]
    list_filter = ["is_staff", "is_superuser", "state", "groups", "memberships__organisation"]
    search_fields = ["email", "name"]
    readonly_fields = ["state", "last_login", "date_joined"]
    filter_horizontal = ["groups"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("What they may do"), {"fields": ["state", "is_staff", "groups", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": ["email", "name", "usable_password", "password1", "password2"],
                "description": _(
                    "Without a password, the person sets one by following “Forgot your password?” at log-in."
                ),
            },
        ),
        (_("What they may do"), {"fields": ["is_staff", "groups"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        # For the audit log, whose triggers see what is changed here and in the rows below (accounts/rights.py).
        remember(by=request.user, reason="in the admin")
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            obj.vouch_for_email()

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """An account ends, it is not deleted."""
        return False

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        return ", ".join(group.name for group in person.groups.all())


class OrganisationTextInline(SuperusersOnly, admin.StackedInline):
    model = OrganisationText
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(SuperusersOnly, admin.ModelAdmin):
    inlines = [OrganisationTextInline, MembershipInline]
    list_display = ["name", "slug", "website", "members_count", "created_at"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["created_at"]
    fields = ["name", "slug", "about", "language", "website", "created_at"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().get_queryset(request).annotate(members_total=Count("memberships"))

    def save_model(self, request: HttpRequest, obj: Organisation, form: ModelForm, change: bool) -> None:
        remember(by=request.user, reason="in the admin")
        super().save_model(request, obj, form, change)

    @admin.display(description=_("members"), ordering="members_total")
    def members_count(self, organisation: Any) -> int:
        return organisation.members_total
