from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from outbox.models import Attempt, InboundMail, Message


class AttemptInline(admin.TabularInline):
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
class MessageAdmin(admin.ModelAdmin):
    """What happened to each mail. Rows are moved by the worker, and at the desk by what it leaves to people."""

    list_display = ("id", "kind", "subject_id", "state", "tries", "created_at", "not_before", "settled_at")
    list_filter = ("state", "kind", "may_repeat", "cancel_reason")
    search_fields = ("=id", "=subject_id")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    inlines = (AttemptInline,)
    # Counting ten million rows for a page of a hundred takes longer than anything else on it.
    show_full_result_count = False


@admin.register(InboundMail)
class InboundMailAdmin(admin.ModelAdmin):
    """What came back; what no machine understood of it is opened at the desk."""

    list_display = ("received_at", "sort", "status_code", "message", "size", "handled_at")
    list_filter = ("sort", "received_at")
    list_select_related = ("message",)
    fields = ("received_at", "sort", "status_code", "message", "size", "handled_at", "handled_by")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundMail]:
        return super().get_queryset(request).defer("raw")
