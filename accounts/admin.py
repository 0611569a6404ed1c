"""People and organisations in the admin. What people may do is said at the desk; here a lost address is mended."""

from typing import Any, cast

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, OrganisationText, User
from audit.log import record
from states import remember

# What a role may do stands in the rules of each room.
admin.site.unregister(Group)
# Keys of sessions, and what second factors are made from.
admin.site.unregister([Authenticator, UserSession])


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    max_num = 0
    can_delete = False
    fields = ("user", "organisation", "role")
    readonly_fields = fields


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):
    inlines = [MembershipInline]
    ordering = ["email"]
    list_display = ["email", "name", "roles", "is_staff", "is_superuser", "state", "last_login"]
    list_filter = ["is_staff", "is_superuser", "state", "groups", "memberships__organisation"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "state", "is_staff", "is_superuser", "roles", "last_login", "date_joined"]
    readonly_fields = ["state", "is_staff", "is_superuser", "roles", "last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People are invited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account ends, it is not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        remember(by=request.user, reason="in the admin")
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            obj.vouch_for_email()
            record("people.readdressed", by=cast(User, request.user), about=obj)

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        return ", ".join(group.name for group in person.groups.all())


class OrganisationTextInline(admin.StackedInline):
    model = OrganisationText
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    inlines = [OrganisationTextInline, MembershipInline]
    list_display = ["name", "slug", "website", "members_count", "created_at"]
    search_fields = ["name", "slug"]
    fields = ["name", "slug", "about", "language", "website", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().get_queryset(request).annotate(members_total=Count("memberships"))

    @admin.display(description=_("members"), ordering="members_total")
    def members_count(self, organisation: Any) -> int:
        return organisation.members_total
