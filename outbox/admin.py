from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outbox import actions
from outbox.models import Attempt, Message


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

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outbox.change_message")

    @admin.action(description=_("Queue again (failed mails that may repeat)"), permissions=["decide"])
    def queue_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        self._report(request, actions.queue_again(messages=queryset), queryset.count(), "Queued again")

    @admin.action(description=_("Give up (mails whose outcome is unknown)"), permissions=["decide"])
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
