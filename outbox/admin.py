from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outbox import actions
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
    """What happened to each mail. Rows are moved by the worker, and by the two decisions that it leaves to
    people."""

    list_display = ("id", "kind", "subject_id", "state", "tries", "created_at", "not_before", "settled_at")
    list_filter = ("state", "kind", "may_repeat", "cancel_reason")
    search_fields = ("=id", "=subject_id")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    inlines = (AttemptInline,)
    actions = ("queue_again", "give_up")
    # Counting ten million rows for a page of a hundred takes longer than anything else on it.
    show_full_result_count = False

    @admin.action(description=_("Queue again (failed mails that may repeat)"))
    def queue_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        self._report(request, actions.queue_again(messages=queryset), queryset.count(), "Queued again")

    @admin.action(description=_("Give up (mails whose outcome is unknown)"))
    def give_up(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        self._report(request, actions.give_up(messages=queryset), queryset.count(), "Given up")

    def _report(self, request: HttpRequest, moved: list[Message], chosen: int, what: str) -> None:
        for message in moved:
            self.log_change(request, message, what)
        done = ngettext("%(count)d mail changed.", "%(count)d mails changed.", len(moved)) % {"count": len(moved)}
        left = chosen - len(moved)
        if left:
            done += " " + ngettext("%(count)d was left as it is.", "%(count)d were left as they are.", left) % {
                "count": left
            }
        self.message_user(request, done, messages.WARNING if left else messages.SUCCESS)


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
