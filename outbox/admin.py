from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outbox import actions
from outbox.inbound.reading import read
from outbox.models import Attempt, InboundMail, Message


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class AttemptInline(ReadOnly, admin.TabularInline):
    model = Attempt
    fields = (
        "number",
        "started_at",
        "ended_at",
        "outcome",
        "smtp_code",
        "enhanced_code",
        "internet_message_id",
    )
    ordering = ("number",)


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    """What happened to each mail. Rows are moved by the worker, and at the desk by what it leaves to people."""

    list_display = ("id", "kind", "subject_id", "state", "tries", "created_at", "not_before", "settled_at")
    list_filter = ("state", "kind", "may_repeat", "cancel_reason")
    search_fields = ("=id", "=subject_id")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    inlines = (AttemptInline,)
    # Counting ten million rows for a page of a hundred takes longer than anything else on it.
    show_full_result_count = False


class ToLookAt(admin.SimpleListFilter):
    """The list opens with what waits for somebody."""

    title = _("to look at")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [("all", _("everything"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in [(None, _("what a person has to look at")), *self.lookup_choices]:
            query = changelist.get_query_string({self.parameter_name: value} if value else {}, [self.parameter_name])
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[InboundMail]) -> QuerySet[InboundMail]:
        if self.value() == "all":
            return queryset
        return queryset.filter(pk__in=InboundMail.objects.to_look_at())


@admin.register(InboundMail)
class InboundMailAdmin(ReadOnly, admin.ModelAdmin):
    """What came back, and what no machine understood of it."""

    list_display = ("received_at", "sort", "status_code", "message", "size", "handled_at")
    list_filter = (ToLookAt, "sort", "received_at")
    list_select_related = ("message",)
    fields = (
        "received_at",
        "sort",
        "status_code",
        "message",
        "size",
        "is_cut",
        "text",
        "raw",
        "handled_at",
        "handled_by",
    )
    actions = ("looked_at",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundMail]:
        mails = super().get_queryset(request)
        # A list of a hundred need not open a hundred seals.
        return mails if request.resolver_match and "object_id" in request.resolver_match.kwargs else mails.defer("raw")

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outbox.change_inboundmail")

    @admin.display(description=_("cut"), boolean=True)
    def is_cut(self, mail: InboundMail) -> bool:
        return mail.is_cut

    @admin.display(description=_("words"))
    def text(self, mail: InboundMail) -> str:
        return read(mail.raw.encode("latin-1")).text if mail.raw else ""

    @admin.action(description=_("I have looked at these"), permissions=["handle"])
    def looked_at(self, request: HttpRequest, queryset: QuerySet[InboundMail]) -> None:
        handled = actions.handle_inbound(mails=queryset, by=request.user)
        for mail in handled:
            self.log_change(request, mail, "Looked at")
        done = ngettext("%(count)d mail is done.", "%(count)d mails are done.", len(handled)) % {"count": len(handled)}
        self.message_user(request, done, messages.SUCCESS)
