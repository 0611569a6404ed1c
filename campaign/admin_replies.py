"""What came back: organizers read it, sort what a machine could not, and note what came by post or by hand."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from campaign import actions, rules
from campaign.admin_rows import OwnCampaignsFilter, of_organisations
from campaign.models import Campaign, Dispatch, Reply


class ReplyForm(forms.ModelForm):
    """A new one came on paper or by word of mouth: what comes by e-mail is noted by itself."""

    class Meta:
        model = Reply
        fields = ("campaign", "point", "channel", "kind", "received_at", "text", "excerpt")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "channel" in self.fields:
            self.fields["channel"].initial = Dispatch.Channel.POST

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if {"campaign", "point"} <= given.keys() and not rules.delivers_to(given["campaign"], given["point"]):
            self.add_error("point", _("The letters of this campaign do not go there."))
        return given


@admin.register(Reply)
class ReplyAdmin(admin.ModelAdmin):
    form = ReplyForm
    list_display = ["received_at", "campaign", "point", "channel", "kind"]
    list_filter = ["kind", "channel", ("campaign", OwnCampaignsFilter)]
    list_select_related = ["campaign", "point"]

    def get_readonly_fields(self, request: HttpRequest, obj: Reply | None = None) -> tuple[str, ...]:
        return ("campaign", "point", "channel", "received_at", "text") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reply]:
        return of_organisations(request, super().get_queryset(request), "campaign__")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.run_by(cast(User, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Reply | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or rules.may_run(cast(User, request.user), obj.campaign))

    def has_delete_permission(self, request: HttpRequest, obj: Reply | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Reply, form: Any, change: bool) -> None:
        by = cast(User, request.user)
        if change:
            actions.sort_reply(reply=obj, kind=obj.kind, excerpt=obj.excerpt, by=by)
            return
        noted = actions.record_reply(by=by, **form.cleaned_data | {"text": form.cleaned_data["text"] or ""})
        obj.pk, obj._state.adding = noted.pk, False
